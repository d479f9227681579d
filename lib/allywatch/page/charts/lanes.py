"""Lanes of dated spans: a bar over every day that an event's date allows, with its number and headline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.evidence.dossiers import Dossier
from allywatch.page.charts import style
from allywatch.page.charts.axis import Scale
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.texts import typographic

# Places from left to right, in mm: the axis of days, the column of undated events, the edge of the figure.
LEFT = 25.4
RIGHT = 122.0
UNDATED = 128.0
WIDTH = 178.0

# Heights in mm of a row with a headline and of a packed row: as they should be, and the least they can be.
ROW = 4.4
SHORTEST = 3.4
PACKED_ROW = 2.4
THINNEST = 0.8

MOST_LABELLED = 14
#: Length in mm of an event that began on an unknown day.
BLOCK = 2.4
#: Width in mm of the sign of direction before a headline, and of the gaps about it.
SIGN = 3.6
_DRAWN = [
    *("mark", "headline", "dimension", "direction", "corroborated", "contested"),
    *("earliest", "counted", "latest", "ongoing"),
]


@dataclass(frozen=True)
class Lane:
    """The events of one dimension: those with a headline, and those packed together without."""

    dimension: str
    labelled: list[Any]
    packed: list[Any]

    @cached_property
    def directions(self) -> list[int]:
        """Direction of each event."""
        return [event.direction for event in [*self.labelled, *self.packed]]

    @cached_property
    def packed_rows(self) -> list[int]:
        """Row of each packed event: the first in which it overlaps no other."""
        ends: list[pd.Timestamp] = []
        rows = []
        for event in self.packed:
            start = event.earliest if pd.notna(event.earliest) else pd.Timestamp.min
            end = event.latest if pd.notna(event.latest) else pd.Timestamp.max
            free = [row for row, taken in enumerate(ends) if taken < start]
            row = free[0] if free else len(ends)
            ends[row : row + 1] = [end]
            rows.append(row)
        return rows

    def height(self, row: float, packed_row: float) -> float:
        """Height in mm, no less than the name and the counts beside the lane need."""
        labelled = (len(self.labelled) + 0.45) * row
        packed = (max(self.packed_rows, default=-1) + 1) * packed_row
        beside = (1.35 + 0.75 * len(set(self.directions))) * row
        return max(labelled + packed, beside)


@dataclass(frozen=True)
class Layout:
    """Lanes from top to bottom, and the heights in mm of a row with a headline and of a packed row."""

    lanes: list[Lane]
    row: float = SHORTEST
    packed_row: float = THINNEST

    @property
    def height(self) -> float:
        """Height of all lanes in mm."""
        return sum(lane.height(self.row, self.packed_row) for lane in self.lanes)


@dataclass(frozen=True)
class Span:
    """Where an event is drawn, in mm: its bar from `left` to `right`, and the `end` of the arrow behind it."""

    left: float
    right: float
    end: float


def fitted(dossier: Dossier, room: float) -> Layout:
    """Lanes with as many headlines as `room` (mm) can hold, in rows as high as it can hold.

    The most telling events have a headline: corroborated or contested ones first, then the newest.
    """
    events = dossier.in_play[_DRAWN]
    weight = events["corroborated"].astype(int) + events["contested"]
    telling = events.assign(weight=weight)
    telling = telling.sort_values(["weight", "counted"], ascending=False)
    marks = list(telling["mark"])
    labelled = len(marks) if len(marks) <= MOST_LABELLED + 2 else MOST_LABELLED

    dimensions = dossier.dataset.labels("events", "dimension")
    rows = list(events.itertuples())
    layout = Layout(_lanes(dimensions, rows, marks[:labelled]))
    while layout.height > room and labelled > 0:
        labelled -= 1
        layout = Layout(_lanes(dimensions, rows, marks[:labelled]))
    layout = _grown(layout, "packed_row", PACKED_ROW, room)
    return _grown(layout, "row", ROW, room)


def _grown(layout: Layout, size: str, most: float, room: float) -> Layout:
    """`layout` with the largest `size` that fits into `room`, by twentieths of a millimetre."""
    least = getattr(layout, size)
    for step in range(round((most - least) * 20), -1, -1):
        grown = replace(layout, **{size: round(least + step / 20, 2)})
        if grown.height <= room:
            return grown
    return layout


def _lanes(
    dimensions: Iterable[str], events: list[Any], marks: list[str]
) -> list[Lane]:
    """A lane for every dimension; events with one of `marks` have a headline."""
    lanes = {dimension: Lane(dimension, [], []) for dimension in dimensions}
    for event in events:
        lane = lanes[event.dimension]
        rows = lane.labelled if event.mark in marks else lane.packed
        rows.append(event)
    return list(lanes.values())


def draw(
    page: Page, dossier: Dossier, scale: Scale, layout: Layout, top: float
) -> float:
    """Draw all lanes from `top` down; returns where they end."""
    labels = dossier.dataset.labels("events", "dimension")
    for lane in layout.lanes:
        page.across(0, WIDTH, top, color=theme.RULE, lw=0.5)
        _heading(page, labels[lane.dimension], lane, top + layout.row * 0.65)
        _events(page, scale, layout, lane, top)
        top += lane.height(layout.row, layout.packed_row)
    return top


def _heading(page: Page, label: str, lane: Lane, middle: float) -> None:
    """The dimension, and how many events lead which way."""
    page.text(0, middle, label.capitalize(), **style.HEADING)
    below = middle
    for direction, words in ((1, "closer"), (-1, "away"), (0, "holds")):
        count = lane.directions.count(direction)
        if count:
            below += 3.1
            page.triangle(1, below, direction)
            color = style.TONES[direction].text
            page.text(2.9, below, f"{count} {words}", size=6.8, color=color)
    if not lane.directions:
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        page.text(LEFT + 1, middle, "none in play", color=theme.SECONDARY, bbox=paper)


def _events(page: Page, scale: Scale, layout: Layout, lane: Lane, top: float) -> None:
    row = layout.row
    for place, event in enumerate(lane.labelled):
        middle = top + row * (place + 0.72)
        span = _bar(page, scale, event, middle, row * 0.5)
        _label(page, event, span, middle)
    below = top + row * (len(lane.labelled) + 0.45)
    for place, event in zip(lane.packed_rows, lane.packed, strict=True):
        middle = below + (place + 0.5) * layout.packed_row
        _bar(page, scale, event, middle, layout.packed_row * 0.66)


def _bar(page: Page, scale: Scale, event: Any, middle: float, height: float) -> Span:
    """Draw one event as a bar over every day its date allows, filled where it is corroborated.

    Still true: the bar covers its start and a thin arrow runs on. Begun on an unknown day: a thin arrow comes
    from the left to a block at the day by which it had happened. Undated: a square apart from the axis. What is
    drawn of it has an id that begins ``event-`` and its mark, by which a page can tell what is clicked.
    """
    colour = style.TONES[event.direction].fill
    if pd.isna(event.counted):
        left = UNDATED + 2.0
        span = Span(left, left + height, left + height)
    else:
        span = _dated(page, scale, event, middle)
    fill = colour if event.corroborated else "white"
    look = {"fc": fill, "ec": colour, "lw": 0.9, "zorder": 2}
    page.bar(span.left, span.right, middle, height, gid=f"event-{event.mark}", **look)
    return span


def _dated(page: Page, scale: Scale, event: Any, middle: float) -> Span:
    """Where a dated event lies; draws the arrows of what began before the axis or is still true."""
    colour = style.TONES[event.direction].fill
    last = scale.x(event.counted if event.ongoing else event.latest)
    left = scale.x(event.earliest)
    if pd.isna(event.earliest):
        left = max(last - BLOCK, LEFT + 2.0)
        _arrow(page, left, LEFT, middle, colour)
    elif event.earliest < scale.first:
        left = LEFT + 1.5
        _arrow(page, left + 0.1, LEFT - 0.1, middle, colour)
    right = max(last, left + 1.2)
    if event.ongoing and RIGHT - right > 1.5:
        _arrow(page, right, RIGHT, middle, colour)
        return Span(left, right, RIGHT)
    return Span(left, right, right)


def _arrow(page: Page, start: float, end: float, middle: float, colour: str) -> None:
    look = {"color": colour, "zorder": 1}
    page.across(start, end, middle, lw=0.9, solid_capstyle="butt", **look)
    back = end - 1.4 if end > start else end + 1.4
    page.shape(
        [(back, middle - 0.7), (back, middle + 0.7), (end, middle)], lw=0, **look
    )


def _label(page: Page, event: Any, span: Span, middle: float) -> None:
    """Number and headline beside the bar, on white: left where there is room, else right, else upon it."""
    room = _room(event, span)
    headline = typographic(event.headline)
    sign = " ≠" if event.contested else ""
    mark_width = style.text_width(event.mark, weight="bold")
    before = mark_width + SIGN
    needed = before + style.text_width(headline + sign)
    fitting = [side for side in room if needed <= room[side]]
    side = fitting[0] if fitting else max(room, key=room.__getitem__)
    words = style.clipped(headline, sign, room[side] - before)
    width = before + style.text_width(words)

    if side == "left":
        start = span.left - 1.4 - width
        mark_at = start + width - mark_width
        words_at = start
    else:
        start = span.right + 1.4 if side == "right" else span.left + 2.0
        mark_at = start + 2.4
        words_at = start + before

    gid = f"event-{event.mark}"
    upon_panel = pd.isna(event.counted) and side != "left"
    paper = theme.PANEL if upon_panel else "white"
    look: dict[str, Any] = {"color": paper, "lw": 0, "zorder": 2.4}
    page.bar(start - 0.6, start + width + 0.6, middle, 2.9, gid=f"{gid}-label", **look)
    look = {"weight": "bold", "color": style.TONES[event.direction].text, "zorder": 3}
    page.text(mark_at, middle, event.mark, gid=f"{gid}-mark", **look)
    page.text(words_at, middle, words, zorder=3, gid=f"{gid}-words")
    page.triangle(mark_at - 1.3, middle, event.direction, 0.9)


def _room(event: Any, span: Span) -> dict[str, float]:
    """Room in mm for a label on each side of a bar, the preferred side first; a dated event keeps to the axis."""
    left = span.left - 1.4 - LEFT
    if pd.isna(event.counted):
        return {"right": WIDTH - span.right - 1.4, "left": left}
    room = {"left": left, "right": UNDATED - 0.6 - span.right - 1.4}
    if span.end == span.right:
        room["upon"] = span.right - span.left - 4.0
    return room
