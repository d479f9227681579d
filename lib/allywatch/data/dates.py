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

    `earliest`: first day it may have happened or begun. `counted`: last day by which it had happened or
    begun. `latest`: last day it may extend to, None while `ongoing`. `approximate` (``~``) and `uncertain`
    (``?``) widen nothing: how far they reach is unknown.
    """

    earliest: date | None = None
    counted: date | None = None
    latest: date | None = None
    ongoing: bool = False
    approximate: bool = False
    uncertain: bool = False


@dataclass(frozen=True)
class _Point:
    """One year, month, day or grouping: its first and last day, and how to say it."""

    first: date
    last: date
    words: str
    unit: (
        str  # what stands before the year: "", a month, a day and month, or a grouping
    )
    qualifier: str

    @property
    def spoken(self) -> str:
        hedge = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(
            self.qualifier, ""
        )
        return hedge + self.words


def _point(text: str) -> _Point:
    found = _POINT.fullmatch(text)
    if not found:
        raise ValueError(f"not a date in EDTF: {text!r}")
    year, part, day, qualifier = int(found[1]), found[2], found[3], found[4]
    if part is None:
        return _Point(date(year, 1, 1), date(year, 12, 31), str(year), "", qualifier)
    number = int(part)
    if 1 <= number <= 12:
        month = MONTHS[number - 1]
        length = monthrange(year, number)[1]
        if day is None:
            first, last = date(year, number, 1), date(year, number, length)
            return _Point(first, last, f"{month} {year}", month, qualifier)
        if not 1 <= int(day) <= length:
            raise ValueError(f"impossible date: {month} {year} has no day {int(day)}")
        exact = date(year, number, int(day))
        return _Point(
            exact, exact, f"{int(day)} {month} {year}", f"{int(day)} {month}", qualifier
        )
    if number not in GROUPINGS or day is not None:
        raise ValueError(f"impossible date: there is no month {number} ({text!r})")
    return _grouping(year, number, qualifier)


def _grouping(year: int, number: int, qualifier: str) -> _Point:
    words, first, months = GROUPINGS[number]
    over, last = divmod(first + months - 2, 12)
    end = date(year + over, last + 1, monthrange(year + over, last + 1)[1])
    label = f"{year}–{(year + 1) % 100:02d}" if over else str(year)
    return _Point(date(year, first, 1), end, f"{words} {label}", words, qualifier)


@dataclass(frozen=True)
class _Reading:
    """An EDTF text taken apart; `kind` is blank, point, set or interval; an open end is None."""

    kind: str
    start: _Point | None = None
    end: _Point | None = None


@lru_cache(maxsize=65536)
def _read(text: str) -> _Reading:
    if text == "":
        return _Reading("blank")
    if text.startswith("[") and text.endswith("]") and text.count("..") == 1:
        kind, (start, end) = "set", [_point(part) for part in text[1:-1].split("..")]
    elif text.count("/") == 1:
        kind, (start, end) = (
            "interval",
            [None if p == ".." else _point(p) for p in text.split("/")],
        )
        if start is None and end is None:
            raise ValueError(
                "an interval open at both ends says nothing; leave the cell blank"
            )
    else:
        point = _point(text)
        return _Reading("point", point, point)
    if start and end and end.last < start.first:
        raise ValueError(f"impossible date: {text!r} ends before it starts")
    return _Reading(kind, start, end)


def bounds(edtf: str) -> Bounds:
    """The days that `edtf` allows; a blank text allows any and sets no bound.

    Raises
    ------
    ValueError
        If the text is not one of the codebook's forms, or names a day that does not exist.
    """
    reading = _read(edtf)
    start, end = reading.start, reading.end
    qualifiers = "".join(point.qualifier for point in (start, end) if point)
    earliest = start.first if start else None
    latest = end.last if end else None
    # What lasted had begun by the end of its start, what lies within a set only by the end of the set.
    counted = latest
    if reading.kind == "interval" and start:
        counted = min(start.last, latest) if latest else start.last
    return Bounds(
        earliest,
        counted,
        latest,
        ongoing=reading.kind == "interval" and end is None,
        approximate="~" in qualifiers or "%" in qualifiers,
        uncertain="?" in qualifiers or "%" in qualifiers,
    )


def spoken(edtf: str) -> str:
    """`edtf` in words that fit into a sentence, without a preposition.

    ``2024-39`` is "late 2024", ``2022/..`` "since 2022", blank "undated".

    Raises
    ------
    ValueError
        As `bounds`.
    """
    reading = _read(edtf)
    start, end = reading.start, reading.end
    if reading.kind == "blank":
        return "undated"
    if reading.kind == "point" or start == end:
        return start.spoken
    if reading.kind == "interval":
        if end is None:
            return f"since {start.spoken}"
        return f"by {end.spoken}" if start is None else _joined(start, end, "to")
    neighbours = (
        not start.unit and not end.unit and end.last.year - start.first.year == 1
    )
    if neighbours and not start.qualifier and not end.qualifier:
        return f"{start.words} or {end.words}"
    return f"between {_joined(start, end, 'and')}"


def _joined(start: _Point, end: _Point, word: str) -> str:
    """Both points; the year said once where both are months or days of it, and the month likewise."""
    named = [point.unit.rpartition(" ")[2] in MONTHS for point in (start, end)]
    same_year = start.first.year == end.first.year
    if all(named) and same_year and not start.qualifier and not end.qualifier:
        days = " " in start.unit and " " in end.unit
        same_month = days and start.first.month == end.first.month
        return (
            f"{start.unit.split()[0] if same_month else start.unit} {word} {end.words}"
        )
    return f"{start.spoken} {word} {end.spoken}"


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
    if plain != text:
        return plain if _understood(plain) else mended(plain)
    if found := _MONTH_YEAR.fullmatch(plain):
        number, year = _month(found[1]), int(found[3] or 2000 + int(found[2]))
        if found[2] and int(found[2]) > _LAST_SHORT_YEAR:
            return None
        candidate = f"{year:04d}-{number:02d}"
        return candidate if number and _understood(candidate) else None
    if found := _THREE_NUMBERS.fullmatch(plain):
        readings = _orders(found[1], found[3], found[4])
        if len(readings) == 1 and (only := readings.pop()).day != 1:
            return only.isoformat()
    return None


def _month(name: str) -> int:
    """Number of an English month by its name or the first three letters of it, else 0."""
    fits = [
        i for i, month in enumerate(MONTHS, 1) if name.title() in (month, month[:3])
    ]
    return fits[0] if fits else 0


def _orders(a: str, b: str, c: str) -> set[date]:
    """Days that three numbers can mean with the year, of four digits, first or last."""
    orders = (
        [(c, b, a), (c, a, b)] if len(c) == 4 else [(a, b, c)] if len(a) == 4 else []
    )
    written = [f"{year}-{int(month):02d}-{int(day):02d}" for year, month, day in orders]
    return {date.fromisoformat(day) for day in written if _understood(day)}


def _understood(text: str) -> bool:
    try:
        return _read(text).kind != "blank"
    except ValueError:
        return False
