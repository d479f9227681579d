"""Days as texts of many languages write them: 2025-09-12, Sept. 12, 2025, 12 septembre 2025, 12.09.2025."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

#: The languages whose names of months are known, after the Unicode CLDR.
_LANGUAGES = (
    "en fr de es pt it nl pl cs sk sl hr sr_Latn sr bs mk bg uk be ru ro hu tr az "
    "kk uz ky tg tk ka hy el sq lt lv et fi sv nb da is fa ar he hi id ms vi sw"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)"
_NUMBER = r"(?P<number>[01]?\d)"
_YEAR_MARK = r"(?:\s*(?:г\.?|р\.?|года|року|il|ж\.?))?"


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The month of each name and short name, folded; a name that two months have is left out."""
    from babel import Locale

    months: dict[str, set[int]] = {}
    for language in _LANGUAGES.split():
        forms = Locale.parse(language).months
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in forms[use][width].items():
                    months.setdefault(_folded(name), set()).add(number)
    months.setdefault("sept", {9}).add(9)
    return {
        name: min(numbers)
        for name, numbers in months.items()
        if len(numbers) == 1 and len(name) > 2 and not name.isdecimal()
    }


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip(" .")


@lru_cache(maxsize=1)
def _patterns() -> list[re.Pattern[str]]:
    """How a day is written, the surest way first."""
    names = sorted(_months(), key=lambda name: (-len(name), name))
    month = rf"(?P<month>{'|'.join(map(re.escape, names))})\b\.?"
    ordinal = r"(?:st|nd|rd|th|er|º|ª|-го)?\.?"
    forms = [
        rf"(?<![\d/.-]){_YEAR}(?P<mark>[-/.])(?P<number>[01]\d)(?P=mark)(?P<day>[0-3]\d)(?![\d/-])",
        rf"{_YEAR}\s?年\s?{_NUMBER}\s?月\s?{_DAY}\s?日",
        rf"(?<!\d){_DAY}{ordinal}(?:\s|-)+(?:de |d['’])?{month},?(?:\s|-)+(?:de |del )?{_YEAR}{_YEAR_MARK}(?!\d)",
        rf"(?<!\w){month}\s+{_DAY}{ordinal},?\s+{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[.,]?\s+{month}\s+{_DAY}(?!\d)",
        rf"(?<![\d/.-]){_DAY}\.\s?{_NUMBER}\.\s?{_YEAR}(?![\d/.-]\d)",
        rf"(?<![\d/.-])(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/{_YEAR}(?![\d/])",
    ]
    return [re.compile(form, re.IGNORECASE) for form in forms]


def days_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and EDTF of each day in `text`, in its order; each place is read once.

    A day such as 03/04/2025 may be of March or of April: it is none.
    """
    found: list[tuple[int, int, str]] = []
    text = unicodedata.normalize("NFC", text)
    for pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            is_free = all(end <= first or start >= last for first, last, _ in found)
            day = _day(match) if is_free else None
            if day:
                found.append((start, end, day))
    yield from sorted(found)


def _day(match: re.Match[str]) -> str | None:
    """The day in EDTF, or None where there is none such."""
    groups = match.groupdict()
    year = int(groups["year"])
    if groups.get("month"):
        month, day = _months()[_folded(groups["month"])], int(groups["day"])
    elif groups.get("first"):
        first, second = int(groups["first"]), int(groups["second"])
        if first <= 12 and second <= 12 and first != second:
            return None
        month, day = sorted((first, second))
    else:
        month, day = int(groups["number"]), int(groups["day"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def stated(words: str) -> str:
    """The day, month or year that a field of metadata holds, in EDTF; "" where it holds none."""
    words = words.strip()
    numbers = re.match(r"((?:19|20)\d\d)(?:-?([01]\d)(?:-?([0-3]\d))?)?(?![\d])", words)
    for _, _, day in days_in(
        words[:80].replace("T", " ", 1) if numbers else words[:80]
    ):
        return day
    if numbers:
        given = [part for part in numbers.groups() if part]
        try:
            date(*[*map(int, given), 1, 1][:3])
        except ValueError:
            return ""
        return "-".join(given)
    return ""


#: How far from its beginning a text says when it appeared, in characters, and how long such a line is.
_HEAD = 1500
_LONGEST_BYLINE = 120
#: Words of a byline; a line with more is one of running text.
_MOST_WORDS = 12
_LEAD = re.compile(
    r"publi(?:shed|cation|é|cado)|posted|updated|issued|dated?\b|veröffentlicht|опубликовано|дата",
    re.IGNORECASE,
)


def guessed(text: str) -> tuple[str, str]:
    """The day that a short line at the head of a text names, as a byline does, and where; "" and "" for none."""
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if at > _HEAD:
            break
        is_short = len(line) <= _LONGEST_BYLINE and len(line.split()) <= _MOST_WORDS
        is_byline = is_short and not re.search(r"[a-z][.!?]\s*$", line)
        for start, end, day in days_in(line):
            if is_byline or _LEAD.search(line[max(0, start - 25) : start]):
                place = f"line {number}, characters {at + start} to {at + end}"
                return day, place
        at += len(line)
    return "", ""
