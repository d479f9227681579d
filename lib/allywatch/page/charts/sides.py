"""The frame of steps in time: the line of years, the words of both sides, the end of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.evidence.rules import SIDES
from allywatch.page.charts.axis import Scale
from allywatch.page.charts.listing import Panel
from allywatch.page.charts.placing import DAY, Form, Step
from allywatch.page.charts.style import Page, clipped, text_width
from briefmill import theme

#: In mm: between axis and panel, of the years, and what a side takes at least.
BETWEEN = 5.0
BAND = 4.6
LEAST = 12.6
#: Between the years and the first row above and below them, and after the last.
ABOVE = 0.6
BELOW = 1.2
MARGIN = 1.0
#: Of a line that says where the evidence ends, or what a side is.
NOTE = 4.0
HEAD = 5.6
ARROW = 4.6
SIDE_WORDS = 4.6  # where they begin on a phone
GUTTER = 17.0
#: Size of the words of a side, in points, and the pitch of their lines in mm.
SIDE = 7.8
PITCH = 2.9
#: Years in mm at least, where each has its number.
YEAR = 7.4
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)

ENDS = "evidence ends"


def scale(
    dated: Sequence[Step], cut_off: pd.Timestamp | None, left: float, right: float
) -> Scale:
    """From the year of the first step to the end of the evidence, two years at least.

    It ends short of `right`, so that the last year has room for its number.
    """
    starts = [step.earliest for step in dated]
    ends = [step.counted if step.ongoing else step.latest for step in dated]
    return scale_of(min(starts), max(starts), max(ends), cut_off, left, right)


def scale_of(
    first: pd.Timestamp,
    last_start: pd.Timestamp,
    last_end: pd.Timestamp,
    cut_off: pd.Timestamp | None,
    left: float,
    right: float,
) -> Scale:
    """As `scale`, of steps of which the `first` and the last are known to start, and the last to end, on these days."""
    last = last_end if cut_off is None else max(cut_off, last_start)
    last += DAY
    year = min(first.year, (last - DAY).year - 1)
    drawn = _from(year, last, left, right)
    apart = years_apart(drawn)
    # Where not every year has a line, the first that has one begins the axis.
    return drawn if apart == 1 else _from(year // apart * apart, last, left, right)


def _from(year: int, last: pd.Timestamp, left: float, right: float) -> Scale:
    start = pd.Timestamp(year, 1, 1)
    share = (last - pd.Timestamp((last - DAY).year, 1, 1)) / (last - start)
    missing = (YEAR - share * (right - left)) / (1 - share)
    tail = min(max(missing, 3.0), YEAR)
    return Scale(start, last, left, right - tail)


def years_apart(scale: Scale) -> int:
    """Years from one line to the next, so that each has room for its number."""
    wide_enough = [step for step in STEPS if step * per_year(scale) >= YEAR]
    return wide_enough[0] if wide_enough else STEPS[-1]


def per_year(scale: Scale) -> float:
    """The length of a year in mm."""
    days = (scale.last - scale.first) / pd.Timedelta(days=365.25)
    return (scale.right - scale.left) / days


@dataclass(frozen=True)
class Frame:
    """What stands about the steps; `up` and `down` are what their rows take above and below the years."""

    form: Form
    scale: Scale
    right: float
    up: float
    down: float
    panel: Panel | None
    power: str

    @property
    def axis(self) -> float:
        """The upper edge of the years."""
        if self.form.narrow:
            return HEAD + max(self.up, self.form.em * 1.5) + ABOVE
        beside = self.panel.above if self.panel else 0.0
        words = ARROW + 1 + self._lines(1) * PITCH + MARGIN
        return max(LEAST, self.up + ABOVE + NOTE, beside, words)

    @property
    def floor(self) -> float:
        """The lower edge of the years."""
        return self.axis + BAND * self.form.size / 7.4

    @property
    def bottom(self) -> float:
        """Where the grid ends."""
        if self.form.narrow:
            return self.floor + BELOW + max(self.down, self.form.em * 1.5) + MARGIN
        beside = self.panel.below if self.panel else 0.0
        words = BELOW + ARROW + 1 + self._lines(-1) * PITCH + MARGIN
        return self.floor + max(LEAST, BELOW + self.down + MARGIN, beside, words)

    @property
    def height(self) -> float:
        """Room for it all."""
        height = self.bottom
        if self.form.narrow:
            height += HEAD
        if self.form.narrow and self.panel:
            height += 2 + self.panel.stacked
        return height

    def middle(self, way: int, row: int) -> float:
        """The middle of a row, counted from the years outward."""
        out = self.form.bar / 2 + row * self.form.row
        return self.axis - ABOVE - out if way > 0 else self.floor + BELOW + out

    def beyond(self, way: int, row: int) -> float:
        """The middle of a label in the row beyond `row`, close to what it is the label of."""
        away_from_bar = self.form.row - (self.form.bar + self.form.em) / 2
        nearer = max(away_from_bar - 0.3, 0)
        return self.middle(way, row + 1) + way * nearer

    def draw(self, page: Page, cut_off: pd.Timestamp | None) -> None:
        """Draw the years, both sides' words, the end of the evidence and the panel."""
        self._years(page)
        ends = self.right if cut_off is None else self.scale.x(cut_off + DAY)
        for way in SIDES:
            if self.form.narrow:
                self._head(page, way, self._end_words(ends)[0])
            else:
                self._gutter(page, way)
        if cut_off is not None:
            self._end(page, ends)
        if self.panel is None:
            return
        if not self.form.narrow:
            self.panel.draw(page, self.axis, self.floor)
            return
        self.panel.stack(page, self.bottom + HEAD + 2)

    def say_none(self, page: Page, way: int) -> None:
        """Say that nothing with a date leads this `way`."""
        words = f"none with a date leads {SIDES[way]}"
        look: dict[str, Any] = {"color": theme.SECONDARY, "bbox": ON_WHITE}
        y = self.middle(way, 0)
        page.line(self.form.left + 1, y, words, self.form.size, **look)

    @property
    def ticks(self) -> list[int]:
        """Years that have a line and a number: as many as leave room for that."""
        years = range(self.scale.first.year, (self.scale.last - DAY).year + 1)
        step = self.step
        return [year for year in years if year % step == 0]

    @property
    def step(self) -> int:
        """Years from one line to the next."""
        return years_apart(self.scale)

    def _years(self, page: Page) -> None:
        top = HEAD if self.form.narrow else 0
        middle = (self.axis + self.floor) / 2
        look = {"weight": "semibold", "gid": "year"}
        apart = self.step * per_year(self.scale)
        for year in self.ticks:
            left = self.scale.start(year)
            page.down(left, top, self.bottom, color=theme.RULE, lw=0.4, zorder=0)
            ends = min(left + apart, self.right)
            half = text_width(str(year), self.form.size, "semibold") / 2
            x = min((left + max(ends, left + YEAR)) / 2, self.right - half)
            page.line(x, middle, str(year), self.form.size, "center", **look)
        for y in (self.axis, self.floor):
            page.across(
                self.form.left, self.right, y, color=theme.INK, lw=0.6, zorder=1
            )

    def _end(self, page: Page, x: float) -> None:
        """Where the evidence ends: a dotted line, and words at its head."""
        top = HEAD if self.form.narrow else NOTE - 0.4
        dotted = {"color": theme.INK, "lw": 0.8, "ls": (0, (1, 1.8)), "zorder": 1.5}
        page.down(x, top, self.axis, **dotted)
        page.down(x, self.floor, self.bottom, **dotted)
        left, _ = self._end_words(x)
        look = {"color": theme.SECONDARY, "gid": "end"}
        page.line(left, top - 2.0, ENDS, self.form.size - 0.4, **look)

    def _end_words(self, x: float) -> tuple[float, float]:
        """Both ends of the words about x that say where the evidence ends."""
        width = text_width(ENDS, self.form.size - 0.4)
        right = min(x + width / 2, self.right)
        left = max(right - width, self.form.left)
        return left, left + width

    def _gutter(self, page: Page, way: int) -> None:
        """At the left: an arrow, and what it means."""
        lines = self._side(way)
        y = self.floor + BELOW
        if way > 0:
            y = self.axis - MARGIN - len(lines) * PITCH - 1 - ARROW
        page.pointer(ARROW / 2 + 0.3, y + ARROW / 2, way, ARROW)
        y += ARROW + 1
        for line in lines:
            y += PITCH
            page.line(0, y - 1.4, line, SIDE, weight="bold", gid="side")

    def _head(self, page: Page, way: int, ends: float) -> None:
        """Above or below all: an arrow, and what it means; above, the end of the evidence begins at `ends`."""
        y = HEAD / 2 if way > 0 else self.bottom + HEAD / 2
        page.pointer(1.7, y, way, 3.2)
        room = (ends - 2 if way > 0 else self.form.width) - SIDE_WORDS
        words = f"{SIDES[way]} {'to' if way > 0 else 'from'} {self.power}"
        words = clipped(words, room, self.form.size, "bold")
        page.line(SIDE_WORDS, y, words, self.form.size, weight="bold", gid="side")

    def _side(self, way: int) -> list[str]:
        """The words of a side in lines as wide as the gutter, three at most."""
        lines = [SIDES[way] + (" to" if way > 0 else " from")]
        line = ""
        for word in self.power.split(" "):
            longer = f"{line} {word}".strip()
            if line and text_width(longer, SIDE, "bold") > GUTTER:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
        if len(lines) > 3:
            lines = [*lines[:2], lines[2] + "…"]
        return [clipped(words, GUTTER, SIDE, "bold") for words in lines]

    def _lines(self, way: int) -> int:
        return len(self._side(way))


ON_WHITE = {"fc": "white", "ec": "none", "pad": 0.4}
