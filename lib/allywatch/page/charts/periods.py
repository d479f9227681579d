"""Very many steps: how many of a period lead closer, above the line of years, and away, below it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allywatch.data.limits import UNITS
from allywatch.evidence.periods import ALIASES
from allywatch.evidence.rules import SIDES
from allywatch.evidence.trends import PER_YEAR
from allywatch.page.charts import listing, sides
from allywatch.page.charts.placing import Form
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

    def months(self, days: pd.Series) -> pd.Series:
        """The first month of the period in which each day lies, counted from that of the year 0; missing for no day."""
        months = days.dt.year * 12 + days.dt.month - 1
        length = self.years * 12 // PER_YEAR[self.name]
        return months // length * length

    def start(self, month: int) -> pd.Timestamp:
        """The first day of the period that begins with a month, counted from that of the year 0."""
        return pd.Timestamp(int(month) // 12, int(month) % 12 + 1, 1)

    def end(self, start: pd.Timestamp) -> pd.Timestamp:
        """The first day after the period that begins with `start`."""
        if self.name == "year":
            return start + pd.DateOffset(years=self.years)
        return (start.to_period(ALIASES[self.name]) + 1).start_time


Counts = dict[pd.Timestamp, Counter[bool]]
#: By the way that steps lead.
Sides = dict[int, Counts]


def drawn(
    scored: pd.DataFrame,
    bare: Frame,
    division: Division,
    cut_off: pd.Timestamp | None,
) -> Page:
    """The `scored` events counted by the periods in which their dates lie as a whole; apart, those of no single period or no date.

    Frame and periods are as of `divided`.
    """
    form = bare.form
    counts, spans = _counted(scored, division)
    lists = [(SPANS[division.name], spans), (listing.HEADING, _undated(scored))]
    lists = [(words, members) for words, members in lists if members.total()]
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
    scored: pd.DataFrame,
    form: Form,
    cut_off: pd.Timestamp | None,
    power: str,
    unit: str,
) -> tuple[Frame, Division]:
    """The bare frame, and the periods of the `unit`, or of the next coarser one, that have room for their numbers."""
    dated = scored[scored["earliest"].notna()]
    starts = dated["earliest"]
    ends = dated["latest"].mask(dated["ongoing"], dated["counted"])
    for name in UNITS[UNITS.index(unit) :]:
        division = Division(name)
        counts, spans = _counted(scored, division)
        right = form.width
        if (spans.total() or len(dated) < len(scored)) and not form.narrow:
            right -= LIST + sides.BETWEEN
        scale = sides.scale_of(
            starts.min(), starts.max(), ends.max(), cut_off, form.left, right
        )
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


def _counted(scored: pd.DataFrame, division: Division) -> tuple[Sides, Counter[int]]:
    """By way and the first day of a period, how many events there are, by whether they are corroborated; apart, those of no single period.

    What is apart is counted by its way; what has no date is left out.
    """
    months = division.months(scored["earliest"])
    in_one = (months == division.months(scored["latest"])) & ~scored["ongoing"]
    spans = scored.loc[~in_one & months.notna(), "direction"].tolist()
    within = scored[in_one]
    columns = (within["direction"], months[in_one], within["corroborated"])
    events = Counter(zip(*(column.tolist() for column in columns), strict=True))
    counts: Sides = {way: {} for way in SIDES}
    for (way, month, corroborated), number in sorted(events.items()):
        of_period = counts[way].setdefault(division.start(month), Counter())
        of_period[corroborated] = number
    return counts, Counter(spans)


def _undated(scored: pd.DataFrame) -> Counter[int]:
    """How many events without a date lead each way."""
    return Counter(scored.loc[scored["earliest"].isna(), "direction"].tolist())


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
    members: Counter[int],
) -> None:
    """How many events there are of no single year, or of no date."""
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
        number = members[way]
        words = f"{number:,} {name}" if number else f"none {name}"
        page.line(x, y, words, form.size)
