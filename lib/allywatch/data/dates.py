"""Dates as the data writes them: EDTF text to days, and to words.

The forms are those of ISO 8601-2 (EDTF) that the codebook lists: years, months, days, sub-year
groupings, ``[a..b]``, ``a/b`` with an open end, and the qualifiers ``~``, ``?`` and ``%``. Everything else is
refused: a date that is not understood is never guessed at. Winters and southern summers begin in
December of the year they are named for, as meteorologists count them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

#: Sub-year groupings of ISO 8601-2, 4.8: code -> words before the year, first month, number of months.
GROUPINGS = {
    21: ("spring", 3, 3),
    22: ("summer", 6, 3),
    23: ("autumn", 9, 3),
    24: ("winter", 12, 3),
    25: ("the northern spring of", 3, 3),
    26: ("the northern summer of", 6, 3),
    27: ("the northern autumn of", 9, 3),
    28: ("the northern winter of", 12, 3),
    29: ("the southern spring of", 9, 3),
    30: ("the southern summer of", 12, 3),
    31: ("the southern autumn of", 3, 3),
    32: ("the southern winter of", 6, 3),
    33: ("the first quarter of", 1, 3),
    34: ("the second quarter of", 4, 3),
    35: ("the third quarter of", 7, 3),
    36: ("the last quarter of", 10, 3),
    37: ("early", 1, 4),
    38: ("the middle of", 5, 4),
    39: ("late", 9, 4),
    40: ("the first half of", 1, 6),
    41: ("the second half of", 7, 6),
}

_POINT = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)


@dataclass(frozen=True)
class Bounds:
    """The days an EDTF text leaves open; None where it sets no bound.

    Attributes
    ----------
    earliest
        First day on which it may have happened or begun.
    counted
        Last day by which it had happened or begun.
    latest
        Last day it may extend to; None while `ongoing`.
    approximate, uncertain
        Whether it is marked ``~`` or ``?`` (``%``: both). They widen nothing: how far they reach is unknown.
    """

    earliest: date | None = None
    counted: date | None = None
    latest: date | None = None
    ongoing: bool = False
    approximate: bool = False
    uncertain: bool = False


@dataclass(frozen=True)
class _Point:
    """One year, month, day or grouping.

    `words` say it without its qualifier. `unit` is what stands before the year in them: "", a month, a day
    and month, or a grouping.
    """

    first: date
    last: date
    words: str
    unit: str
    qualifier: str

    @property
    def hedged_words(self) -> str:
        """The words after "about" or "perhaps", if it is qualified so."""
        hedges = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}
        return hedges.get(self.qualifier, "") + self.words

    @property
    def month(self) -> str:
        """The month in `unit`; "" for a year or a grouping."""
        name = self.unit.rpartition(" ")[2]
        return name if name in MONTHS else ""


def _read_point(text: str) -> _Point:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError(f"not a date in EDTF: {text!r}")
    year_text, month_text, day_text, qualifier = match.groups()
    year = int(year_text)
    if month_text is None:
        first = date(year, 1, 1)
        last = date(year, 12, 31)
        return _Point(first, last, str(year), "", qualifier)
    number = int(month_text)
    if 1 <= number <= 12:
        return _month_or_day(year, number, day_text, qualifier)
    if number not in GROUPINGS or day_text is not None:
        raise ValueError(f"impossible date: there is no month {number} ({text!r})")
    return _grouping(year, number, qualifier)


def _month_or_day(
    year: int, number: int, day_text: str | None, qualifier: str
) -> _Point:
    month = MONTHS[number - 1]
    length = monthrange(year, number)[1]
    if day_text is None:
        first = date(year, number, 1)
        last = date(year, number, length)
        return _Point(first, last, f"{month} {year}", month, qualifier)
    day = int(day_text)
    if not 1 <= day <= length:
        raise ValueError(f"impossible date: {month} {year} has no day {day}")
    exact = date(year, number, day)
    unit = f"{day} {month}"
    return _Point(exact, exact, f"{unit} {year}", unit, qualifier)


def _grouping(year: int, number: int, qualifier: str) -> _Point:
    unit, first_month, length = GROUPINGS[number]
    years_later, months_later = divmod(first_month + length - 2, 12)
    last_year = year + years_later
    last_month = months_later + 1
    first = date(year, first_month, 1)
    last = date(last_year, last_month, monthrange(last_year, last_month)[1])
    label = f"{year}–{last_year % 100:02d}" if years_later else str(year)
    return _Point(first, last, f"{unit} {label}", unit, qualifier)


class _Kind(Enum):
    BLANK = "blank"
    POINT = "point"
    SET = "set"
    INTERVAL = "interval"


@dataclass(frozen=True)
class _Reading:
    """An EDTF text taken apart; the start and end of a point are the same, an open end is None."""

    kind: _Kind
    start: _Point | None = None
    end: _Point | None = None


@lru_cache(maxsize=65536)
def _read(text: str) -> _Reading:
    if text == "":
        return _Reading(_Kind.BLANK)
    if text.startswith("[") and text.endswith("]") and text.count("..") == 1:
        first, _, last = text[1:-1].partition("..")
        reading = _Reading(_Kind.SET, _read_point(first), _read_point(last))
    elif text.count("/") == 1:
        first, _, last = text.partition("/")
        reading = _Reading(_Kind.INTERVAL, _read_end(first), _read_end(last))
        if reading.start is None and reading.end is None:
            raise ValueError(
                "an interval open at both ends says nothing; leave the cell blank"
            )
    else:
        point = _read_point(text)
        return _Reading(_Kind.POINT, point, point)
    start = reading.start
    end = reading.end
    if start and end and end.last < start.first:
        raise ValueError(f"impossible date: {text!r} ends before it starts")
    return reading


def _read_end(text: str) -> _Point | None:
    """One end of an interval; None where it is open."""
    return None if text == ".." else _read_point(text)


@lru_cache(maxsize=65536)
def bounds(edtf: str) -> Bounds:
    """The days that `edtf` allows; a blank text allows any and sets no bound.

    Raises
    ------
    ValueError
        If the text is not one of the codebook's forms, or names a day that does not exist.
    """
    reading = _read(edtf)
    start = reading.start
    end = reading.end
    is_interval = reading.kind is _Kind.INTERVAL
    qualifiers = "".join(point.qualifier for point in (start, end) if point)
    earliest = start.first if start else None
    latest = end.last if end else None
    # What lasted had begun by the end of its start, what lies within a set only by the end of the set.
    counted = latest
    if is_interval and start:
        counted = min(start.last, latest) if latest else start.last
    return Bounds(
        earliest=earliest,
        counted=counted,
        latest=latest,
        ongoing=is_interval and end is None,
        approximate="~" in qualifiers or "%" in qualifiers,
        uncertain="?" in qualifiers or "%" in qualifiers,
    )


def meet(first: str, second: str) -> bool:
    """Whether some day may lie in both of two EDTF texts; a blank one allows any day.

    Raises
    ------
    ValueError
        As `bounds`.
    """
    both = (bounds(first), bounds(second))
    begins = [each.earliest for each in both if each.earliest]
    ends = [each.latest for each in both if each.latest]
    return not begins or not ends or max(begins) <= min(ends)


def format_edtf(edtf: str) -> str:
    """`edtf` in words that fit into a sentence, without a preposition.

    ``2024-39`` is "late 2024", ``2022/..`` "since 2022", ``../2025`` "reported in 2025, no date", blank "undated".

    Raises
    ------
    ValueError
        As `bounds`.
    """
    reading = _read(edtf)
    start = reading.start
    end = reading.end
    if start is None:
        return "undated" if end is None else _reported(end)
    if end is None:
        return f"since {start.hedged_words}"
    if start == end:
        return start.hedged_words
    if reading.kind is _Kind.INTERVAL:
        return _joined(start, end, "to")
    are_years = not start.unit and not end.unit
    are_exact = not start.qualifier and not end.qualifier
    if are_years and are_exact and end.last.year - start.first.year == 1:
        return f"{start.words} or {end.words}"
    return f"between {_joined(start, end, 'and')}"


def _reported(end: _Point) -> str:
    """When it was reported that something had happened, where nothing says when it did."""
    preposition = "on" if " " in end.unit and end.month else "in"
    return f"reported {preposition} {end.words}, no date"


def _joined(start: _Point, end: _Point, word: str) -> str:
    """Both points; the year said once where both are months or days of it, and the month likewise."""
    are_exact = not start.qualifier and not end.qualifier
    same_year = start.first.year == end.first.year
    if not (start.month and end.month and same_year and are_exact):
        return f"{start.hedged_words} {word} {end.hedged_words}"
    are_days = " " in start.unit and " " in end.unit
    if are_days and start.month == end.month:
        day = start.first.day
        return f"{day} {word} {end.words}"
    return f"{start.unit} {word} {end.words}"


# "Oct 24" with a blank is a person's twenty-fourth of October; spreadsheets put a hyphen.
_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})(?:-(\d{2})|[- ](\d{4}))", re.ASCII)
_THREE_NUMBERS = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})", re.ASCII)
#: Spreadsheets read the two digits of a year as 1930 to 2029; beyond 29 both centuries are in use.
_LAST_SHORT_YEAR = 29
_DASHES = dict.fromkeys(map(ord, "‐‑‒–−"), "-")


def mended(text: str) -> str | None:
    """The one EDTF text that a spreadsheet can have turned into `text`, or None where that is not certain.

    ``Oct-24`` can only have been ``2024-10``, and ``25/10/2024`` only ``2024-10-25``. ``24-Oct`` has lost its
    year, and ``10/11/2024`` has two readings. A first of the month may have been a whole month.
    """
    plain = text.translate(_DASHES)
    if plain != text and _is_edtf(plain):
        return plain
    match = _MONTH_YEAR.fullmatch(plain)
    if match:
        return _month_of_year(*match.groups())
    match = _THREE_NUMBERS.fullmatch(plain)
    if match:
        days = _possible_days(match[1], match[3], match[4])
        if len(days) == 1 and days[0].day != 1:
            return days[0].isoformat()
    return None


def _month_of_year(name: str, short_year: str | None, year: str | None) -> str | None:
    if short_year:
        if int(short_year) > _LAST_SHORT_YEAR:
            return None
        year = f"20{short_year}"
    month = _month_number(name)
    candidate = f"{year}-{month:02d}"
    return candidate if month and _is_edtf(candidate) else None


def _month_number(name: str) -> int:
    """Number of an English month by its name or the first three letters of it, else 0."""
    for number, month in enumerate(MONTHS, 1):
        if name.title() in (month, month[:3]):
            return number
    return 0


def _possible_days(a: str, b: str, c: str) -> list[date]:
    """The different days that three numbers can mean with the year, of four digits, first or last."""
    if len(c) == 4:
        orders = [(c, b, a), (c, a, b)]
    elif len(a) == 4:
        orders = [(a, b, c)]
    else:
        orders = []
    days = set()
    for year, month, day in orders:
        text = f"{year}-{int(month):02d}-{int(day):02d}"
        if _is_edtf(text):
            days.add(date.fromisoformat(text))
    return list(days)


def _is_edtf(text: str) -> bool:
    """Whether it is a date that is not blank."""
    try:
        return _read(text).kind is not _Kind.BLANK
    except ValueError:
        return False
