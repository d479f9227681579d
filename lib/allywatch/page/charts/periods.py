"""Very many steps: how many of a period lead closer, above the line of years, and away, below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from allywatch.data.limits import UNITS
from allywatch.evidence.periods import ALIASES
from allywatch.evidence.rules import SIDES
from allywatch.evidence.trends import PER_YEAR
from allywatch.page.charts import listing, sides
from allywatch.page.charts.placing import Form, Step
from allywatch.page.charts.sides import Frame
from allywatch.page.charts.style import TONES, Page, text_width
from briefmill import theme

#: What heads the steps whose date lies in no single period.
SPANS = {
    "month": "Over several months",
    "quarter": "Over several quarters",
    "year": "Over more years",
}
#: In mm: the longest bar, an event at most, the widest bar, and the list beside or under the years.
LONGEST = 22.0
PER_EVENT = 1.6
NARROWEST = 2.4
WIDEST = 9.0
APART = 0.8  # between two numbers
LIST = 34.0


@dataclass(frozen=True)
class Division:
    """The axis in periods of the unit `name`: of so many `years` each, where the unit is the year."""

    name: str
    years: int = 1

    def of(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.Timestamp | None:
        """The first day of the period in which both days lie; None where there is none."""
        start = _first_day(self, first)
        return start if start == _first_day(self, last) else None

    def end(self, start: pd.Timestamp) -> pd.Timestamp:
        """The first day after the period that begins with `start`."""
        if self.name == "year":
            return start + pd.DateOffset(years=self.years)
        return (start.to_period(ALIASES[self.name]) + 1).start_time


@lru_cache(maxsize=2**15)
def _first_day(division: Division, day: pd.Timestamp) -> pd.Timestamp:
    """The first day of the period in which `day` lies; kept, for many steps share their days."""
    if division.name == "year":
        return pd.Timestamp(day.year // division.years * division.years, 1, 1)
    return day.to_period(ALIASES[division.name]).start_time


Counts = dict[pd.Timestamp, Counter[bool]]
#: By the way that steps lead.
Sides = dict[int, Counts]


def drawn(
    steps: Sequence[Step],
    form: Form,
    cut_off: pd.Timestamp | None,
    power: str,
    unit: str,
) -> Page:
    """The `steps` counted by the periods in which their dates lie as a whole; apart, those of no single period or no date.

    The periods are of the `unit` or, where these have no room, of the next coarser one that has.
    """
    dated = [step for step in steps if step.dated]
    undated = [step for step in steps if not step.dated]
    bare, division = divided(steps, form, cut_off, power, unit)
    counts, spans = _counted(dated, division)
    lists = [(SPANS[division.name], spans), (listing.HEADING, undated)]
    lists = [(words, members) for words, members in lists if members]
    totals = _totals(counts)
    unit_height = min(PER_EVENT, LONGEST / max(totals, default=1))
    depth = {way: _depth(counts[way], unit_height, form) for way in counts}
    frame = replace(bare, up=depth[1], down=depth[-1])
    page = _page(frame, len(lists))
    frame.draw(page, cut_off)
    for way, of_side in counts.items():
        if not of_side:
            frame.say_none(page, way)
        for start, count in of_side.items():
            _bar(page, frame, division, way, start, count, unit_height)
    for place, (words, members) in enumerate(lists):
        _list(page, frame, place, len(lists), words, members)
    return page


def divided(
    steps: Sequence[Step],
    form: Form,
    cut_off: pd.Timestamp | None,
    power: str,
    unit: str,
) -> tuple[Frame, Division]:
    """The bare frame, and the periods of the `unit`, or of the next coarser one, that have room for their numbers."""
    dated = [step for step in steps if step.dated]
    for name in UNITS[UNITS.index(unit) :]:
        division = Division(name)
        counts, spans = _counted(dated, division)
        right = form.width
        if (spans or len(dated) < len(steps)) and not form.narrow:
            right -= LIST + sides.BETWEEN
        scale = sides.scale(dated, cut_off, form.left, right)
        frame = Frame(form, scale, right, 0, 0, None, power)
        if name == UNITS[-1]:
            return frame, Division(name, frame.step)
        if _has_room(counts, frame, division):
            break
    return frame, division


def _has_room(counts: Sides, frame: Frame, division: Division) -> bool:
    """Whether each period is wide enough for the longest number above or below it."""
    size = frame.form.size - 0.4
    widest = max(
        (text_width(f"{each:,}", size) for each in set(_totals(counts))), default=0.0
    )
    width = sides.per_year(frame.scale) / PER_YEAR[division.name]
    return width >= max(widest + APART, NARROWEST + APART)


def _totals(counts: Sides) -> list[int]:
    """How many steps each period has on each side."""
    return [count.total() for of_side in counts.values() for count in of_side.values()]


def _counted(dated: Sequence[Step], division: Division) -> tuple[Sides, list[Step]]:
    """By way and the first day of a period, how many steps there are, by whether they are corroborated; apart, those of no single period."""
    counts: Sides = {way: {} for way in SIDES}
    spans = []
    for step in dated:
        start = None if step.ongoing else division.of(step.earliest, step.latest)
        if start is None:
            spans.append(step)
        elif step.direction in counts:
            of_side = counts[step.direction]
            of_side.setdefault(start, Counter())[step.corroborated] += 1
    in_order = {way: dict(sorted(of_side.items())) for way, of_side in counts.items()}
    return in_order, spans


def _depth(counts: Counts, unit: float, form: Form) -> float:
    longest = max((count.total() for count in counts.values()), default=0)
    return longest * unit + 1.4 * form.em


def _page(frame: Frame, n_lists: int) -> Page:
    height = frame.height
    if frame.form.narrow and n_lists:
        height += 2 + _list_height(frame.form) * n_lists
    return Page(frame.form.width, height)


def _list_height(form: Form) -> float:
    return (listing.HEADED + 2 * listing.PITCH + 0.6) * form.em


def _bar(
    page: Page,
    frame: Frame,
    division: Division,
    way: int,
    start: pd.Timestamp,
    count: Counter[bool],
    unit: float,
) -> None:
    """The bar of a period that begins with `start`: filled next to the line what is corroborated, outlined beyond it the rest."""
    left = frame.scale.x(start)
    right = frame.scale.x(division.end(start))
    half = min(max(0.68 * (right - left), NARROWEST), WIDEST) / 2
    middle = min((left + max(right, left + 2 * half)) / 2, frame.right - half)
    near = frame.axis if way > 0 else frame.floor
    colour = TONES[way].fill
    for filled in (True, False):
        far = near - way * count[filled] * unit
        if count[filled]:
            look: dict[str, Any] = {"fc": colour if filled else "white", "zorder": 2}
            high = abs(far - near)
            page.bar(
                middle - half,
                middle + half,
                (near + far) / 2,
                high,
                ec=colour,
                lw=0.8,
                **look,
            )
        near = far
    em = frame.form.em
    total = f"{count.total():,}"
    y = near - way * 0.65 * em
    page.line(middle, y, total, frame.form.size - 0.4, "center", gid="count")


def _list(
    page: Page,
    frame: Frame,
    place: int,
    of: int,
    words: str,
    steps: Sequence[Step],
) -> None:
    """How many steps there are of no single year, or of no date."""
    form = frame.form
    height = _list_height(form)
    left = 0.0 if form.narrow else form.width - LIST
    top = (frame.axis + frame.floor - of * height) / 2 + place * height
    if form.narrow:
        top = frame.bottom + sides.HEAD + 2 + place * height
    ground = {"color": theme.WASH, "lw": 0, "zorder": 0}
    page.bar(left, form.width, top + height / 2, height, **ground)
    x = left + listing.PAD
    y = top + (0.3 + listing.HEADED / 2) * form.em
    listing.heading(page, x, y, form, words)
    for way, name in SIDES.items():
        y += listing.PITCH * form.em
        number = sum(step.direction == way for step in steps)
        words = f"{number:,} {name}" if number else f"none {name}"
        page.line(x, y, words, form.size)
