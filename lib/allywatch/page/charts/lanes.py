"""Lanes of dated spans: a bar over every day that an event's date allows, with its number and headline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.axes import Axes

from allywatch.evidence.dossiers import Dossier
from allywatch.page.charts import style
from briefmill.texts import typographic

WIDTH, LEFT, RIGHT, UNDATED = 178.0, 25.4, 122.0, 128.0
ROW, SHORTEST, PACKED_ROW, THINNEST = 4.4, 3.4, 2.4, 0.8
MOST_LABELLED, BLOCK = 14, 2.4
_DRAWN = [
    *("mark", "headline", "dimension", "direction", "corroborated", "contested"),
    *("earliest", "counted", "latest", "ongoing"),
]


@dataclass(frozen=True)
class Scale:
    """Days between two days to millimetres from `left` to `right`; days outside are cut to the axis."""

    first: pd.Timestamp
    last: pd.Timestamp
    left: float = LEFT
    right: float = RIGHT

    def x(self, day) -> float:
        """Place of `day` on the axis; a missing day is its left end."""
        if pd.isna(day):
            return self.left
        share = (min(max(day, self.first), self.last) - self.first) / (
            self.last - self.first
        )
        return self.left + share * (self.right - self.left)

    @property
    def years(self) -> range:
        """Calendar years the axis touches."""
        return range(self.first.year, self.last.year + 1)


@dataclass(frozen=True)
class Lane:
    """One dimension: the events drawn with their headline, and those packed without."""

    dimension: str
    labelled: list
    packed: list

    @cached_property
    def places(self) -> list[int]:
        """The row of each packed event: the first in which it overlaps no other."""
        ends: list[pd.Timestamp] = []
        rows = []
        for event in self.packed:
            start = event.earliest if pd.notna(event.earliest) else pd.Timestamp.min
            end = event.latest if pd.notna(event.latest) else pd.Timestamp.max
            row = next((n for n, taken in enumerate(ends) if taken < start), len(ends))
            ends[row : row + 1] = [end]
            rows.append(row)
        return rows

    @cached_property
    def _ways(self) -> int:
        return len({event.direction for event in [*self.labelled, *self.packed]})

    def height(self, row: float, packed: float) -> float:
        """Height in mm, no less than the name and the counts beside the lane need."""
        events = (len(self.labelled) + 0.45) * row + (
            max(self.places, default=-1) + 1
        ) * packed
        return max(events, (1.35 + 0.75 * self._ways) * row)


def fitted(dossier: Dossier, room: float) -> tuple[list[Lane], float, float]:
    """Lanes with as many headlines as `room` (mm) can hold; heights of a row with one and of a packed row.

    The most telling events have theirs: corroborated or contested ones first, then the newest.
    """

    def fits(row: float, packed: float) -> bool:
        return sum(lane.height(row, packed) for lane in lanes) <= room

    most = (
        len(dossier.in_play)
        if len(dossier.in_play) <= MOST_LABELLED + 2
        else MOST_LABELLED
    )
    events = dossier.in_play[_DRAWN]
    telling = events.assign(
        weight=events["corroborated"].astype(int) + events["contested"]
    )
    telling = list(telling.sort_values(["weight", "counted"], ascending=False)["mark"])
    dimensions, rows = (
        dossier.dataset.labels("events", "dimension"),
        list(events.itertuples()),
    )
    for named in range(most, -1, -1):
        lanes = _lanes(dimensions, rows, {*telling[:named]})
        if fits(SHORTEST, THINNEST):
            break
    packed = next(
        (size for size in _sizes(THINNEST, PACKED_ROW) if fits(SHORTEST, size)),
        THINNEST,
    )
    return (
        lanes,
        next((size for size in _sizes(SHORTEST, ROW) if fits(size, packed)), SHORTEST),
        packed,
    )


def _sizes(least: float, most: float) -> list[float]:
    """Sizes in mm from `most` down to `least`, a twentieth of a millimetre apart."""
    return [
        round(least + step / 20, 2)
        for step in range(round((most - least) * 20), -1, -1)
    ]


def _lanes(dimensions: Iterable[str], events: list, named: set[str]) -> list[Lane]:
    """The dimensions with their events, of which those marked as in `named` have a headline."""
    own = {
        name: [event for event in events if event.dimension == name]
        for name in dimensions
    }
    return [
        Lane(
            name,
            [e for e in rows if e.mark in named],
            [e for e in rows if e.mark not in named],
        )
        for name, rows in own.items()
    ]


def draw(
    axes: Axes,
    dossier: Dossier,
    scale: Scale,
    lane: Lane,
    y: float,
    row: float,
    packed: float,
) -> float:
    """Draw one lane from `y` down, with rows `row` and `packed` mm high; returns where the next begins."""
    axes.plot([0, WIDTH], [y, y], color=style.RULE, lw=0.5)
    _heading(axes, dossier, lane, y + row * 0.65)
    for place, event in enumerate(lane.labelled):
        _span(axes, scale, event, y + row * (place + 0.72), row * 0.5, headline=True)
    below = y + row * (len(lane.labelled) + 0.45)
    for place, event in zip(lane.places, lane.packed, strict=True):
        _span(
            axes,
            scale,
            event,
            below + (place + 0.5) * packed,
            packed * 0.66,
            headline=False,
        )
    return y + lane.height(row, packed)


def _heading(axes: Axes, dossier: Dossier, lane: Lane, middle: float) -> None:
    both = [event.direction for event in [*lane.labelled, *lane.packed]]
    label = dossier.dataset.labels("events", "dimension")[lane.dimension]
    axes.text(
        0,
        middle,
        label.capitalize(),
        weight="semibold",
        va="center",
        size=style.SIZE + 0.4,
    )
    below = middle
    for direction, words in ((1, "closer"), (-1, "away"), (0, "holds")):
        if count := both.count(direction):
            below += 3.1
            style.triangle(axes, 1, below, direction)
            axes.text(
                2.9,
                below,
                f"{count} {words}",
                va="center",
                size=6.8,
                color=style.TEXT_HUE[direction],
            )
    if not both:
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        axes.text(
            LEFT + 1,
            middle,
            "none in play",
            va="center",
            color=style.SECONDARY,
            bbox=paper,
        )


def _span(
    axes: Axes, scale: Scale, event, middle: float, thick: float, *, headline: bool
) -> None:
    """One event: a bar over every day its date allows.

    Still true: the bar covers its start and a thin arrow runs on. Begun on an unknown day: a thin arrow comes
    from the left to a block at the day by which it had happened. Undated: a square apart from the axis. What is
    drawn of it has an id that begins ``event-`` and its mark, by which a page can tell what is clicked.
    """
    colour = style.HUE[event.direction]
    if pd.isna(event.counted):
        left = UNDATED + 2.0
        right = end = left + thick
    else:
        end = scale.x(event.counted if event.ongoing else event.latest)
        left = scale.x(event.earliest)
        if pd.isna(event.earliest):
            left = max(end - BLOCK, LEFT + 2.0)
            _line(axes, left, LEFT, middle, colour)
        elif event.earliest < scale.first:
            left = LEFT + 1.5
            _line(axes, left + 0.1, LEFT - 0.1, middle, colour)
        right = end = max(end, left + 1.2)
        if event.ongoing and RIGHT - right > 1.5:
            _line(axes, right, RIGHT, middle, colour)
            end = RIGHT
    look = {
        "fc": colour if event.corroborated else "white",
        "ec": colour,
        "lw": 0.9,
        "zorder": 2,
    }
    style.bar(axes, left, right, middle, thick, gid=f"event-{event.mark}", **look)
    if headline:
        _label(axes, event, middle, (left, right, end))


def _line(axes: Axes, start: float, end: float, middle: float, colour: str) -> None:
    axes.plot(
        [start, end],
        [middle, middle],
        color=colour,
        lw=0.9,
        zorder=1,
        solid_capstyle="butt",
    )
    back = end - 1.4 if end > start else end + 1.4
    style.shape(
        axes,
        [back, back, end],
        [middle - 0.7, middle + 0.7, middle],
        color=colour,
        lw=0,
        zorder=1,
    )


def _label(axes: Axes, event, middle: float, span: tuple[float, float, float]) -> None:
    """Number and headline beside the span, on white: left where there is room, else right, else upon it."""
    mark, undated = style.text_width(event.mark, weight="bold"), pd.isna(event.counted)
    side, words = _room(event, span, mark + 3.6)
    width, before = mark + 3.6 + style.text_width(words), side == "left"
    left, right, _ = span
    start = {"left": left - 1.4 - width, "right": right + 1.4, "upon": left + 2.0}[side]
    paper = {
        "color": style.PANEL if undated and not before else "white",
        "lw": 0,
        "zorder": 2.4,
    }
    own, hue = f"event-{event.mark}", style.TEXT_HUE[event.direction]
    style.bar(
        axes, start - 0.6, start + width + 0.6, middle, 2.9, gid=f"{own}-label", **paper
    )
    at = (start + width - mark, start) if before else (start + 2.4, start + mark + 3.6)
    axes.text(
        at[0],
        middle,
        event.mark,
        va="center",
        weight="bold",
        color=hue,
        zorder=3,
        gid=f"{own}-mark",
    )
    axes.text(at[1], middle, words, va="center", zorder=3, gid=f"{own}-words")
    style.triangle(axes, at[0] - 1.3, middle, event.direction, 0.9)


def _room(event, span: tuple[float, float, float], mark: float) -> tuple[str, str]:
    """Where the headline goes, and its words: clipped where there is no room, for a dated event before `UNDATED`."""
    left, right, end = span
    undated = pd.isna(event.counted)
    limit = WIDTH if undated else UNDATED - 0.6
    room = {"left": left - 1.4 - LEFT, "right": limit - right - 1.4}
    if end == right and not undated:
        room["upon"] = right - left - 4.0
    order = ("right", "left") if undated else tuple(room)
    words, sign = typographic(event.headline), " ≠" if event.contested else ""
    width = mark + style.text_width(words + sign)
    side = next(
        (side for side in order if width <= room[side]), max(order, key=room.get)
    )
    return side, style.clipped(words, sign, room[side] - mark)
