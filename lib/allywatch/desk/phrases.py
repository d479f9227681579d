"""Dates and figures as a text says them, found by pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from allywatch.data import dates


@dataclass(frozen=True)
class Mark:
    """Something found in a text: its `start` and `end`, its `kind` (partner, date or figure) and `value`.

    The value is a partner's code, a date in EDTF, or a number and its unit joined by a blank.
    """

    start: int
    end: int
    kind: str
    value: str

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a character with the words from `start` to `end`."""
        return self.start < end and self.end > start


#: What stands in EDTF for a word of a date phrase, by the group of the pattern that finds it.
_EDTF_CODES = {
    "month": {
        month.lower(): f"{number:02d}" for number, month in enumerate(dates.MONTHS, 1)
    },
    "season": {
        "spring": "21",
        "summer": "22",
        "autumn": "23",
        "fall": "23",
        "winter": "24",
    },
    "third": {"early": "37", "mid": "38", "late": "39"},
    "half": {"first": "40", "second": "41"},
    "quarter": {"first": "33", "second": "34", "third": "35", "fourth": "36"},
}
_WORDS = {group: "|".join(codes) for group, codes in _EDTF_CODES.items()}
_MONTH = rf"(?P<month>{_WORDS['month']})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_END = r"(?P<end>(?:19|20)\d{2})"
#: How dates are said, longer phrases before the shorter ones in them, and their form in EDTF.
_DATE_PHRASES = {
    rf"\b{_DAY} {_MONTH},? {_YEAR}\b": "{year}-{month}-{day}",
    rf"\b{_MONTH} {_DAY},? {_YEAR}\b": "{year}-{month}-{day}",
    rf"\b{_MONTH},? (?:of )?{_YEAR}\b": "{year}-{month}",
    rf"\b(?P<season>{_WORDS['season']}) (?:of )?{_YEAR}\b": "{year}-{season}",
    rf"\b(?P<third>{_WORDS['third']})[ -](?:in )?{_YEAR}\b": "{year}-{third}",
    rf"\b(?P<half>{_WORDS['half']}) half of {_YEAR}\b": "{year}-{half}",
    rf"\b(?P<quarter>{_WORDS['quarter']}) quarter of {_YEAR}\b": "{year}-{quarter}",
    rf"\bbetween {_YEAR} and {_END}\b": "[{year}..{end}]",
    rf"\b{_YEAR} ?(?:to|–|-) ?{_END}\b": "{year}/{end}",
    rf"\b{_YEAR}\b": "{year}",
}
_LEAD = re.compile(r"\b(since|by) (?:the )?$", re.IGNORECASE)
_OPEN_ENDED = {"since": "{}/..", "by": "../{}"}


def dates_in(text: str) -> list[Mark]:
    """Phrases that name a year or more; each place in the text is read once, by the first pattern that fits."""
    marks: list[Mark] = []
    for phrase, form in _DATE_PHRASES.items():
        for match in re.finditer(phrase, text, re.IGNORECASE):
            edtf = _edtf(match, form)
            if edtf and not any(mark.overlaps(*match.span()) for mark in marks):
                marks.append(_with_lead(text, Mark(*match.span(), "date", edtf)))
    return marks


def _edtf(match: re.Match[str], form: str) -> str:
    """The date in EDTF; "" where it is no possible day."""
    codes = {}
    for group, word in match.groupdict().items():
        if group in _EDTF_CODES:
            codes[group] = _EDTF_CODES[group][word.lower()]
        else:
            codes[group] = word.zfill(2)
    edtf = form.format(**codes)
    try:
        dates.bounds(edtf)
    except ValueError:
        return ""
    return edtf


def _with_lead(text: str, date: Mark) -> Mark:
    """The date with ``since`` or ``by`` before it, which leaves it open at one end; an interval stays."""
    lead = _LEAD.search(text[: date.start])
    if lead is None or "/" in date.value or "[" in date.value:
        return date
    edtf = _OPEN_ENDED[lead[1].lower()].format(date.value)
    return Mark(lead.start(), date.end, "date", edtf)


_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}
_UNITS = {"%": "per cent", "percent": "per cent"}
_FIGURE = re.compile(
    r"(?P<sign>[$€£])?(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"\s?(?P<unit>%|per ?cent|(?:(?:thousand|million|billion|trillion) )?[a-z]+|(?=[\s.,;)]))"
)
_SCALE = re.compile("thousand|million|billion|trillion")
#: How a currency's amount is shortened: €2m.
_SHORT_SCALES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "bn": "billion",
    "tn": "trillion",
}


def figures_in(text: str) -> Iterator[Mark]:
    """Numbers in figures with the word after them, or the currency before them, as their unit."""
    for match in _FIGURE.finditer(text):
        unit = _UNITS.get(match["unit"], match["unit"])
        if match["sign"]:
            unit = _SHORT_SCALES.get(unit, unit)
            scale = _SCALE.match(unit)
            currency = _CURRENCIES[match["sign"]]
            unit = f"{scale[0]} {currency}" if scale else currency
        if unit:
            number = match["number"].replace(",", "") + (match["decimals"] or "")
            yield Mark(*match.span(), "figure", f"{number} {unit}")
