"""When something happened, by the words of a clause: dates said outright, and dates worked out from the day of publication.

Where a document was published within a month, a season or a year, what is worked out is no closer than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from allywatch.data import dates
from allywatch.data.mentions import NUMBER_WORDS
from allywatch.desk.phrases import Mark, dates_in
from allywatch.desk.proposing import words

_MONTHS = {name.lower(): number for number, name in enumerate(dates.MONTHS, 1)}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_NUMBERS = {word: number for number, word in enumerate(NUMBER_WORDS, 1)}
_NUMBERS |= {"a": 1, "an": 1}
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

#: What turns a match and a day of publication into EDTF; "" where it cannot be.
Resolver = Callable[[re.Match[str], date], str]
#: What has been so for long began nobody knows when.
_LONG_SINCE = re.compile(
    r"\b(?:has|have)\s+(?:long|always|historically|traditionally)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Dated:
    """A date in EDTF, and how it is known: stated, inferred or undated."""

    edtf: str
    basis: str


UNDATED = Dated("", "undated")


def found_dates(text: str, published: str) -> list[Mark]:
    """The dates that a text names, in its order, those that need the day of publication among them."""
    found = dates_in(text)
    for phrase, resolver in _RELATIVE.items():
        for match in re.finditer(phrase, text, re.IGNORECASE):
            if any(mark.overlaps(*match.span()) for mark in found):
                continue
            edtf = _resolved(match, resolver, published)
            if edtf:
                found.append(Mark(*match.span(), "date", edtf))
    return sorted(found, key=lambda mark: mark.start)


def dated(
    text: str, sentence: str, published: str, modality: str, before: str = ""
) -> Dated:
    """When what a clause says happened or held, by the rules of the codebook.

    What it names goes first, then what its sentence names. A state told in the present held by the time of
    publication, and began nobody knows when; what is recent happened about then; background has no date. What is
    told in the past happened when its paragraph said last, `before`, if that said anything.
    """
    if modality == "forecast":
        return UNDATED
    named = found_dates(text, published)
    if named:
        return Dated(named[0].value, _basis(named[0], text))
    around = found_dates(sentence, published)
    if around:
        return Dated(around[0].value, "inferred")
    if not published:
        return UNDATED
    is_recent = words.pattern("recent").search(text) is not None
    is_present = words.pattern("present").search(text) is not None
    is_background = words.pattern("background").search(text) is not None
    if (is_background and not is_present) or _LONG_SINCE.search(text):
        return UNDATED
    if is_recent:
        return Dated(f"{published.rstrip('~')}~", "inferred")
    if not is_present and words.pattern("past").search(text):
        return Dated(before, "inferred") if before else UNDATED
    return Dated(f"../{published}", "inferred")


def is_ahead(when: Dated, published: str) -> bool:
    """Whether a date begins after the last day on which its document can have been published."""
    begins = dates.bounds(when.edtf).earliest
    last_day = dates.bounds(published).latest
    return begins is not None and last_day is not None and begins > last_day


def _basis(mark: Mark, text: str) -> str:
    """A date that has its year in words is stated; any other was worked out."""
    return "stated" if re.search(r"\d{4}", text[mark.start : mark.end]) else "inferred"


def _resolved(match: re.Match[str], resolver: Resolver, published: str) -> str:
    """The date for any day on which the text may have been published, as closely as they agree."""
    if not published:
        return ""
    bounds = dates.bounds(published)
    if bounds.earliest is None or bounds.latest is None:
        return ""
    candidates = []
    for day in (bounds.earliest, bounds.latest):
        with suppress(ValueError):
            candidates.append(resolver(match, day))
    if len(candidates) < 2 or "" in candidates:
        return ""
    first, last = candidates
    if first == last:
        return first
    if first[:7] == last[:7] and int(first[5:7]) <= 12:
        return f"{first[:7]}~"
    if first[:4] == last[:4]:
        return f"{first[:4]}~"
    return ""


# What the phrases mean, seen from one day


def _ago(match: re.Match[str], day: date) -> str:
    word = match["count"].lower()
    count = _NUMBERS.get(word) or int(word)
    unit = match["unit"].lower()
    if unit == "day":
        return (day - timedelta(days=count)).isoformat()
    if unit == "week":
        return f"{day - timedelta(weeks=count)}~"
    if unit == "month":
        return f"{_month_before(day, count)}~"
    return f"{_month_before(day, 12 * count)}~"


def _month_before(day: date, count: int) -> str:
    """The month so many months before a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return f"{years:04d}-{month + 1:02d}"


def _day_of_month(match: re.Match[str], day: date) -> str:
    """The last such day that is not after `day`."""
    month = _MONTHS[match["month"].lower()]
    this_year = date(day.year, month, int(match["day"]))
    found = this_year if this_year <= day else this_year.replace(year=day.year - 1)
    return found.isoformat()


def _month(match: re.Match[str], day: date) -> str:
    """The last such month that had begun by `day`; after "last", that had ended."""
    month = _MONTHS[match["month"].lower()]
    is_over = match["lead"].lower() == "last"
    has_begun = month < day.month or (month == day.month and not is_over)
    year = day.year if has_begun else day.year - 1
    return f"{year}-{month:02d}"


def _season(match: re.Match[str], day: date) -> str:
    """The last such season that had begun by `day`; after "last", that had ended."""
    code = _SEASONS[match["season"].lower()]
    for year in (day.year, day.year - 1, day.year - 2):
        bounds = dates.bounds(f"{year}-{code}")
        end = bounds.latest if match["lead"].lower() == "last" else bounds.earliest
        if end and end <= day:
            return f"{year}-{code}"
    return ""


def _weekday(match: re.Match[str], day: date) -> str:
    """The last such day of the week before `day`, or `day` itself."""
    back = (day.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    if back == 0 and match["lead"].lower() == "last":
        back = 7
    return (day - timedelta(days=back)).isoformat()


def _unit(match: re.Match[str], day: date) -> str:
    """Last, or this, week, month or year."""
    back = 1 if match["lead"].lower() in ("last", "past") else 0
    unit = match["unit"].lower()
    if unit == "week":
        return f"{day - timedelta(weeks=back)}~"
    if unit == "month":
        return _month_before(day, back)
    return f"{day.year - back}"


def _near_day(match: re.Match[str], day: date) -> str:
    back = 1 if match[0].lower() == "yesterday" else 0
    return (day - timedelta(days=back)).isoformat()


_LEAD = r"(?P<lead>in|last|this|during|since|by|until|early|late|in the|in early|in late|of|over the)"
_RELATIVE: dict[str, Resolver] = {
    rf"\b{_COUNT} (?P<unit>day|week|month|year)s? (?:ago|earlier|before)\b": _ago,
    rf"\b{_MONTH} {_DAY}\b(?!,? \d{{4}})": _day_of_month,
    rf"\b{_DAY} (?:of )?{_MONTH}\b(?!,? \d{{4}})": _day_of_month,
    rf"\b{_LEAD} {_MONTH}\b": _month,
    rf"\b{_LEAD} {_SEASON}\b": _season,
    rf"\b(?P<lead>last|on) {_WEEKDAY}\b": _weekday,
    r"\b(?P<lead>last|past|this) (?P<unit>week|month|year)\b": _unit,
    r"\b(?:yesterday|today)\b(?!['’]s)": _near_day,
}
