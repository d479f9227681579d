"""Marks as they are drawn: three or more in a row together, and no more behind a sentence than can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefmill.texts import by_number

MOST_MARKS = 9  # behind one sentence; more would be a line of their own


@dataclass(frozen=True)
class Span:
    """Marks drawn as one: its `words`, the `marks` it stands for, and the one it leads to, ``""`` for none."""

    words: str
    target: str
    marks: tuple[str, ...]


def spans(marks: Iterable[str], targets: frozenset[str]) -> list[Span]:
    """Marks with their targets, three or more in a row drawn together: ``1–3`` leads to 1."""
    series: list[list[str]] = []
    for mark in marks:
        if series and _follows(series[-1][-1], mark):
            series[-1].append(mark)
        else:
            series.append([mark])
    drawn: list[Span] = []
    for run in series:
        if len(run) > 2:
            drawn.append(_span(f"{run[0]}–{run[-1]}", run, targets))
        else:
            drawn += [_span(mark, [mark], targets) for mark in run]
    return drawn


def single(marks: Iterable[str]) -> list[Span]:
    """Each mark by itself, leading to its own place."""
    return [Span(mark, mark, (mark,)) for mark in marks]


def at_most(drawn: list[Span], most: int = MOST_MARKS) -> list[Span]:
    """The first spans, and what is left over as one more: it leads to the first of them and holds them all."""
    if len(drawn) <= most:
        return drawn
    shown = drawn[: most - 1]
    left_over = drawn[most - 1 :]
    marks = tuple(mark for span in left_over for mark in span.marks)
    return [*shown, Span(f"+{len(marks)}", left_over[0].target, marks)]


def _span(words: str, marks: list[str], targets: frozenset[str]) -> Span:
    target = marks[0] if marks[0] in targets else ""
    return Span(words, target, tuple(marks))


def _follows(first: str, second: str) -> bool:
    return by_number(second) == _next(by_number(first))


def _next(mark: tuple[str, int]) -> tuple[str, int]:
    letters, number = mark
    return letters, number + 1
