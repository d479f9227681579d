"""Lanes of dated spans: a bar over every day that an event's date allows, with its number and headline."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from allywatch.charts import style
from allywatch.evidence import Dossier
from allywatch.exhibits import typographic

WIDTH, LEFT, RIGHT, UNDATED = 178.0, 25.4, 122.0, 128.0
ROW, PACKED_ROW, MOST_LABELLED, BLOCK = 4.4, 2.4, 14, 2.4


@dataclass(frozen=True)
class Scale:
    """Days to millimetres between two days; days outside are cut to the axis."""

    first: pd.Timestamp
    last: pd.Timestamp

    def x(self, day) -> float:
        """Place of `day` on the axis; a missing day is its left end."""
        if pd.isna(day):
            return LEFT
        share = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return LEFT + share * (RIGHT - LEFT)

    @property
    def years(self) -> range:
        """Calendar years the axis touches."""
        return range(self.first.year, self.last.year + 1)


def lanes(file: Dossier) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Per dimension, the events drawn with their headline and those packed without."""
    events = file.in_play
    named = events
    if len(events) > MOST_LABELLED + 2:
        telling = events.assign(weight=events["corroborated"].astype(int) + events["contested"])
        named = telling.sort_values(["weight", "counted"], ascending=False).head(MOST_LABELLED)
    shown = events["mark"].isin(named["mark"])
    found = []
    for dimension in file.dataset.labels("events", "dimension"):
        here = events["dimension"] == dimension
        found.append((dimension, events[here & shown], events[here & ~shown]))
    return found


def _packed(packed: pd.DataFrame) -> list[int]:
    """The row of each packed event: the first in which it overlaps no other (undated ones come last)."""
    ends: list[pd.Timestamp] = []
    rows = []
    for event in packed.itertuples():
        start = event.earliest if pd.notna(event.earliest) else pd.Timestamp.min
        end = event.latest if pd.notna(event.latest) else pd.Timestamp.max
        row = next((n for n, taken in enumerate(ends) if taken < start), len(ends))
        ends[row : row + 1] = [end]
        rows.append(row)
    return rows


def _lane_rows(labelled: pd.DataFrame, packed: pd.DataFrame) -> float:
    full = _full_rows(labelled, packed)
    return full + 0.45 + (max(_packed(packed)) + 1) * PACKED_ROW / ROW if len(packed) else full + 0.45


def _full_rows(labelled: pd.DataFrame, packed: pd.DataFrame) -> float:
    """Rows for the events with a headline, and no fewer than the counts beside them need."""
    ways = pd.concat([labelled["direction"], packed["direction"]]).nunique()
    return max(len(labelled), 0.9 + 0.75 * ways)


def rows(found) -> float:
    """Height of all lanes, in rows."""
    return sum(_lane_rows(labelled, packed) for _, labelled, packed in found)


def lane(axes: Axes, file: Dossier, scale: Scale, content, y: float, row: float) -> float:
    """Draw one dimension from `y` down; returns where the next begins."""
    dimension, labelled, packed = content
    both = pd.concat([labelled, packed])
    axes.plot([0, WIDTH], [y, y], color=style.RULE, lw=0.5)
    label = file.dataset.labels("events", "dimension")[dimension]
    axes.text(0, y + row * 0.65, label.capitalize(), weight="semibold", va="center", size=style.SIZE + 0.4)
    below = y + row * 0.65
    for direction, words in ((1, "closer"), (-1, "away"), (0, "holds")):
        if count := (both["direction"] == direction).sum():
            below += 3.1
            style.triangle(axes, 1, below, direction)
            axes.text(2.9, below, f"{count} {words}", va="center", size=6.8, color=style.TEXT_HUE[direction])
    if both.empty:
        axes.text(
            LEFT + 1,
            y + row * 0.72,
            "no event",
            va="center",
            color=style.SECONDARY,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
    for place, event in enumerate(labelled.itertuples()):
        middle = y + row * (place + 0.72)
        _span(axes, scale, event, middle, row * 0.5, headline=True)
    for place, event in zip(_packed(packed), packed.itertuples(), strict=True):
        middle = y + row * (_full_rows(labelled, packed) + 0.45) + (place + 0.5) * PACKED_ROW * row / ROW
        _span(axes, scale, event, middle, row * 0.36, headline=False)
    return y + row * _lane_rows(labelled, packed)


def _span(axes: Axes, scale: Scale, event, middle: float, thick: float, *, headline: bool) -> None:
    """One event: a bar over every day its date allows.

    Still true: the bar covers its start and a thin arrow runs on. Begun on an unknown day: a thin arrow comes
    from the left to a block at the day by which it had happened. Undated: a square apart from the axis.
    """
    colour = style.HUE[event.direction]
    look = {
        "facecolor": colour if event.corroborated else "white",
        "edgecolor": colour,
        "lw": 0.9,
        "zorder": 2,
    }
    if pd.isna(event.counted):
        left = right = end = UNDATED + 2.0
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
    axes.fill([left, right, right, left], box(middle, thick), **look)
    if headline:
        _label(axes, event, middle, (left, right, end))


def _line(axes: Axes, start: float, end: float, middle: float, colour: str) -> None:
    axes.plot([start, end], [middle, middle], color=colour, lw=0.9, zorder=1, solid_capstyle="butt")
    back = end - 1.4 if end > start else end + 1.4
    axes.fill([back, back, end], [middle - 0.7, middle + 0.7, middle], color=colour, lw=0, zorder=1)


def _label(axes: Axes, event, middle: float, span: tuple[float, float, float]) -> None:
    """Number and headline beside the span, on white: left where there is room, else right, else upon it."""
    left, right, end = span
    words = typographic(event.headline) + (" ≠" if event.contested else "")
    mark = style.text_width(event.mark, weight="bold")
    width = mark + 3.6 + style.text_width(words)
    undated, limit = pd.isna(event.counted), WIDTH
    before = left - 1.4 - width > LEFT and not (undated and right + 1.4 + width <= limit)
    if before:
        start = left - 1.4 - width
    elif right + 1.4 + width <= limit or end > right:
        start = right + 1.4
    else:
        start = max(min(left + 2.0, limit - width), LEFT + 2.0)
    paper = style.PANEL if undated and not before else "white"
    axes.fill(
        [start - 0.6, start + width + 0.6, start + width + 0.6, start - 0.6],
        box(middle, 2.9),
        color=paper,
        lw=0,
        zorder=2.4,
    )
    hue = style.TEXT_HUE[event.direction]
    at = (start + width - mark, start) if before else (start + 2.4, start + mark + 3.6)
    axes.text(at[0], middle, event.mark, va="center", weight="bold", color=hue, zorder=3)
    axes.text(at[1], middle, words, va="center", zorder=3)
    style.triangle(axes, at[0] - 1.3, middle, event.direction, 0.9)


def box(middle: float, thick: float) -> list[float]:
    """Heights of the corners of a bar, as `Axes.fill` wants them."""
    return [middle - thick / 2, middle - thick / 2, middle + thick / 2, middle + thick / 2]
