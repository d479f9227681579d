"""Very many steps: how many of a year lead closer, above the line of years, and away, below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from allywatch.page.charts import listing, sides
from allywatch.page.charts.placing import Form, Step
from allywatch.page.charts.sides import Frame
from allywatch.page.charts.style import TONES, Page
from briefmill import theme

SPANS = "Over more years"
#: In mm: the longest bar, an event at most, the widest bar, and the list beside or under the years.
LONGEST = 22.0
PER_EVENT = 1.6
NARROWEST = 3.0
WIDEST = 9.0
LIST = 34.0


def drawn(
    steps: Sequence[Step], form: Form, cut_off: pd.Timestamp | None, power: str
) -> Page:
    """The `steps` counted in the years in which they happened or began; apart, those of no single period or no date."""
    dated = [step for step in steps if step.dated]
    undated = [step for step in steps if not step.dated]
    right = form.width
    has_lists = undated or any(s.earliest.year != s.counted.year for s in dated)
    if has_lists and not form.narrow:
        right -= LIST + sides.BETWEEN
    scale = sides.scale(dated, cut_off, form.left, right)
    bare = Frame(form, scale, right, 0, 0, None, power)
    years = bare.step
    settled = [
        s for s in dated if _period(s.earliest, years) == _period(s.counted, years)
    ]
    spans = [
        s for s in dated if _period(s.earliest, years) != _period(s.counted, years)
    ]
    lists = [(SPANS, spans), (listing.HEADING, undated)]
    lists = [(words, members) for words, members in lists if members]
    counts = {way: _counts(settled, way, years) for way in sides.SIDES}
    totals = [
        count.total() for of_side in counts.values() for count in of_side.values()
    ]
    unit = min(PER_EVENT, LONGEST / max(totals, default=1))
    depth = {way: _depth(counts[way], unit, form) for way in counts}
    frame = replace(bare, up=depth[1], down=depth[-1])
    page = _page(frame, len(lists))
    frame.draw(page, cut_off)
    for way, of_side in counts.items():
        if not of_side:
            frame.say_none(page, way)
        for year, count in of_side.items():
            _bar(page, frame, way, year, count, unit)
    for place, (words, members) in enumerate(lists):
        _list(page, frame, place, len(lists), words, members)
    return page


def _period(day: pd.Timestamp, years: int) -> int:
    """The first year of the period of so many years in which `day` lies."""
    return day.year // years * years


def _counts(steps: Sequence[Step], way: int, years: int) -> dict[int, Counter[bool]]:
    """By the first year of a period, how many steps lead this `way`, by whether they are corroborated."""
    counts: dict[int, Counter[bool]] = {}
    for step in steps:
        if step.direction == way:
            period = _period(step.earliest, years)
            counts.setdefault(period, Counter())[step.corroborated] += 1
    return dict(sorted(counts.items()))


def _depth(by_year: dict[int, Counter[bool]], unit: float, form: Form) -> float:
    longest = max((count.total() for count in by_year.values()), default=0)
    return longest * unit + 1.4 * form.em


def _page(frame: Frame, n_lists: int) -> Page:
    height = frame.height
    if frame.form.narrow and n_lists:
        height += 2 + _list_height(frame.form) * n_lists
    return Page(frame.form.width, height)


def _list_height(form: Form) -> float:
    return (listing.HEADED + 2 * listing.PITCH + 0.6) * form.em


def _bar(
    page: Page, frame: Frame, way: int, year: int, count: Counter[bool], unit: float
) -> None:
    """The bar of a period that begins with `year`: filled next to the line what is corroborated, outlined beyond it the rest."""
    left = frame.scale.start(year)
    right = frame.scale.start(year + frame.step)
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
    for way, name in sides.SIDES.items():
        y += listing.PITCH * form.em
        number = sum(step.direction == way for step in steps)
        words = f"{number:,} {name}" if number else f"none {name}"
        page.line(x, y, words, form.size)
