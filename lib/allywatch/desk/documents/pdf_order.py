"""The lines of a page in the order in which they are read: column by column, between headings that span them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from statistics import median

from allywatch.desk.documents.pdf_lines import LINE_HYPHEN, Line, is_same_line

#: Lines at the left of a gutter, and words in most lines of each side: fewer are a table.
_LEAST_LINES = 3
_LEAST_WORDS = 3
#: Of the lines, those that may reach across a gutter: headings, and what stands above the columns.
_MOST_ACROSS = 0.5
#: The least gutter, in heights of letters.
_LEAST_GUTTER = 0.6


def columns(lines: list[Line]) -> Iterator[list[Line]]:
    """The columns of a page as a reader follows them, each from top to bottom.

    Where some of the page is set in columns and some is not, each stretch is one by itself. The page is cut at
    its gutter, and each side again, as in the recursive cuts of Nagy and Seth (1984).
    """
    gutter = _gutter(lines)
    if gutter is None:
        if lines:
            yield _rows(lines)
        return
    ordered = sorted(lines, key=lambda line: (-line.baseline, line.left))
    for spans, stretch in groupby(ordered, lambda line: _crosses(line, gutter)):
        band = list(stretch)
        if spans:
            yield _rows(band)
        else:
            yield from columns([line for line in band if line.right <= gutter])
            yield from columns([line for line in band if line.left >= gutter])


def _crosses(line: Line, at: float) -> bool:
    return line.left < at < line.right


def _gutter(lines: list[Line]) -> float | None:
    """The middle of the blank between two columns, crossed by the fewest lines; None where there is none."""
    best: tuple[int, float, float] | None = None
    edges = sorted({round(line.right, 1) for line in lines})
    for edge in edges:
        starts = [line.left for line in lines if line.left > edge]
        if not starts:
            continue
        following = min(starts)
        middle = (edge + following) / 2
        height = median(line.height for line in lines)
        if following - edge < _LEAST_GUTTER * height:
            continue
        across = sum(_crosses(line, middle) for line in lines)
        left = [line for line in lines if line.right <= middle]
        right = [line for line in lines if line.left >= middle]
        if not (_are_columns(left, right) and across <= _MOST_ACROSS * len(lines)):
            continue
        candidate = (across, edge - following, middle)
        best = min(best, candidate) if best else candidate
    return best[2] if best else None


def _are_columns(left: list[Line], right: list[Line]) -> bool:
    """Whether lines on two sides stand beside each other, and are prose."""
    if len(left) < _LEAST_LINES or not right:
        return False
    for side in (left, right):
        if median(len(line.text.split()) for line in side) < _LEAST_WORDS:
            return False
    lowest_left = min(line.baseline for line in left)
    lowest_right = min(line.baseline for line in right)
    highest_left = max(line.baseline for line in left)
    highest_right = max(line.baseline for line in right)
    shared = min(highest_left, highest_right) - max(lowest_left, lowest_right)
    return shared > 0


def _rows(lines: list[Line]) -> list[Line]:
    """The lines of one column from top to bottom, pieces that stand on one baseline put together."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.baseline, line.left)):
        if rows and is_same_line(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(pieces) for pieces in rows]


def _row(pieces: list[Line]) -> Line:
    """One line made of pieces that stand beside each other."""
    pieces = sorted(pieces, key=lambda piece: piece.left)
    largest = max(pieces, key=lambda piece: piece.right - piece.left)
    # A hyphen before a gap is none at the end of the line.
    texts = [piece.text.replace(LINE_HYPHEN, "-") for piece in pieces[:-1]]
    return replace(
        largest,
        text=" ".join([*texts, pieces[-1].text]),
        left=pieces[0].left,
        right=pieces[-1].right,
    )
