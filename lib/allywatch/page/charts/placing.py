"""Where the steps of a partner stand on its axis of years: spans, labels and rows, in millimetres.

A row is filled before the next one outward is opened, earliest step first. A label stands inside its span if it
fits, else right of it, else left, else in the row beyond it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.page.charts.axis import Scale
from allywatch.page.charts.style import POINT, clipped, text_width
from briefmill.texts import shortened, typographic

COLUMNS = [
    *("mark", "headline", "date", "direction", "corroborated", "contested"),
    *("earliest", "counted", "latest", "ongoing"),
]
LONGEST = 40  # characters of a label
SHORTEST = 2.1  # mm of a span, so that it can be seen
QUARTER = pd.Timedelta(days=93)
DAY = pd.Timedelta(days=1)

#: Between a span and its label, a label and its number, and two things in one row; within a span, in mm.
BESIDE = 0.8
BEFORE_MARK = 0.5
APART = 1.2
PADDING = 0.9
#: What is left to see of a span on either side of a label upon it.
STUB = 2.0
#: The size of the small number after a label, by that of the label.
RAISED = 0.72


@dataclass(frozen=True)
class Form:
    """The measures of a drawing, in mm; `size` of its type in points.

    The axis runs from `left`. `narrow`: for a phone.
    """

    width: float
    left: float
    size: float
    row: float
    bar: float
    narrow: bool = False

    @property
    def em(self) -> float:
        """The size of the type in mm."""
        return self.size * POINT


@dataclass(frozen=True)
class Step:
    """An event that moves the tie, as it is drawn; `number` is its place among them."""

    number: int
    mark: str
    headline: str
    date: str
    direction: int
    corroborated: bool
    contested: bool
    earliest: pd.Timestamp
    counted: pd.Timestamp
    latest: pd.Timestamp
    ongoing: bool

    @property
    def dated(self) -> bool:
        """Whether its date says when it began, at the earliest."""
        return bool(pd.notna(self.earliest))

    @property
    def shape(self) -> str:
        """``bar`` for what lasted, ``block`` for a date within a quarter, ``bracket`` for some time within a span."""
        if "/" in self.date:
            return "bar"
        return "block" if self.latest - self.earliest < QUARTER else "bracket"

    @property
    def weight(self) -> str:
        """The weight of its label."""
        return "semibold" if self.corroborated else "normal"


@dataclass(frozen=True)
class Label:
    """Words and their number from `left` to `right`; `side`: inside, right, left or beyond the span."""

    words: str
    left: float
    right: float
    side: str


@dataclass(frozen=True)
class Placed:
    """A step in its row, counted from the line outward."""

    step: Step
    row: int
    left: float
    right: float
    label: Label | None

    @property
    def reach(self) -> dict[int, tuple[float, float]]:
        """What it takes of its row, and of the row beyond if its label stands there, in mm."""
        label = self.label
        if label is None:
            return {self.row: (self.left, self.right)}
        if label.side == "beyond":
            taken = label.left, label.right
            return {self.row: (self.left, self.right), self.row + 1: taken}
        ends = min(self.left, label.left), max(self.right, label.right)
        return {self.row: ends}


def steps_of(scored: pd.DataFrame) -> list[Step]:
    """The events that move a tie, in their order."""
    steps = []
    event: Any
    for number, event in enumerate(each_row(scored[COLUMNS])):
        values = {name: getattr(event, name) for name in COLUMNS}
        values["headline"] = shortened(typographic(event.headline), LONGEST)
        steps.append(Step(number=number, **values))
    return steps


def mark_width(mark: str, size: float) -> float:
    """What the number after a label of `size` takes, in mm."""
    return BEFORE_MARK + text_width(mark, size * RAISED)


def packed(
    steps: Iterable[Step], scale: Scale, form: Form, labelled: frozenset[int]
) -> list[Placed]:
    """Dated `steps` of one side in rows; those whose number is in `labelled` have a label."""
    rows: Rows = defaultdict(list)
    placed = []
    for step in sorted(steps, key=lambda step: (step.earliest, step.number)):
        left, right = _span(step, scale)
        labels: list[Label | None] = [None]
        if step.number in labelled:
            labels = [*_labels(step, left, right, scale, form)]
        found = _first_free(rows, step, left, right, labels)
        for row, taken in found.reach.items():
            rows[row].append(taken)
        placed.append(found)
    return placed


Rows = defaultdict[int, list[tuple[float, float]]]


def _first_free(
    rows: Rows, step: Step, left: float, right: float, labels: list[Label | None]
) -> Placed:
    for row in count():
        for label in labels:
            placed = Placed(step, row, left, right, label)
            if all(_is_free(rows[at], span) for at, span in placed.reach.items()):
                return placed
    raise AssertionError("an empty row is free")


def _is_free(taken: list[tuple[float, float]], span: tuple[float, float]) -> bool:
    start, end = span
    return all(end + APART <= low or high + APART <= start for low, high in taken)


def _span(step: Step, scale: Scale) -> tuple[float, float]:
    """Both ends of what is drawn, no shorter than can be seen."""
    left = scale.x(step.earliest)
    right = scale.right if step.ongoing else scale.x(step.latest + DAY)
    missing = SHORTEST - (right - left)
    if missing > 0:
        left = min(max(left - missing / 2, scale.left), scale.right - SHORTEST)
        right = left + SHORTEST
    return left, right


def _labels(
    step: Step, left: float, right: float, scale: Scale, form: Form
) -> list[Label]:
    """Where the label can stand, the best place first; cut only where it is longer than the axis."""
    mark = mark_width(step.mark, form.size)
    room = scale.right - scale.left - 2 * BESIDE
    words = clipped(step.headline, room - mark, form.size, step.weight)
    width = text_width(words, form.size, step.weight) + mark
    inside = left + PADDING + STUB * (step.shape == "bracket")
    beyond = min(left, scale.right - BESIDE - width)
    starts = {
        "inside": inside,
        "right": right + BESIDE,
        "left": left - BESIDE - width,
        "beyond": max(beyond, scale.left),
    }
    fits = {
        "inside": inside + width <= right - (inside - left),
        "right": starts["right"] + width <= scale.right - BESIDE,
        "left": starts["left"] >= scale.left,
    }
    sides = [side for side, has_room in fits.items() if has_room] or ["beyond"]
    return [Label(words, starts[side], starts[side] + width, side) for side in sides]
