"""Sections packed side by side, from the tags on their headings.

========== ==================================================================================
``half``   86.5 mm; those that follow one another fill two columns, left and right by turns
``third``  56 mm; three share a row
``wide``   112 mm, with the ``narrow`` sections after it (60 mm) stacked beside it
(none)     the full width of 178 mm
========== ==================================================================================

Rows are packed as the notebook was written, before anything is dropped, so that pairs stay pairs; the
sections left in a row then share its width. ``annex`` and ``newpage`` start a fresh page, unless all under
them was dropped.
"""

from __future__ import annotations

import math
from typing import Any

FULL, GUTTER = 178, 5
WIDE, NARROW = 112, 60
_SHARES = {"half": math.inf, "third": 3}

Tagged = tuple[frozenset[str], dict[str, Any] | None]


def rows(sections: list[Tagged]) -> list[dict[str, Any]]:
    """Rows of columns of sections; a dropped section is None and leaves no trace.

    Each row is ``{"fresh": bool, "columns": [{"width": mm, "sections": [...]}]}``.
    """
    packed: list[tuple[str, list[Tagged]]] = []
    for section in sections:
        span = _span(section[0])
        if packed and _joins(packed[-1], span, section[0]):
            packed[-1][1].append(section)
        else:
            packed.append((span, [section]))
    made = [_row(span, members) for span, members in packed]
    return [row for row in made if row["columns"]]


def _span(tags: frozenset[str]) -> str:
    return next(
        (span for span in ("wide", "narrow", "half", "third") if span in tags), "full"
    )


def _joins(row: tuple[str, list[Tagged]], span: str, tags: frozenset[str]) -> bool:
    if tags & {"annex", "newpage"}:
        return False
    first, members = row
    if first == "wide":
        return span == "narrow"
    return span == first and len(members) < _SHARES.get(span, 1)


def _row(span: str, members: list[Tagged]) -> dict[str, Any]:
    left = [(tags, drawn) for tags, drawn in members if drawn is not None]
    columns = [{"width": 0, "sections": [drawn]} for _, drawn in left]
    if span == "half":
        sides = [
            [drawn for _, drawn in members[side::2] if drawn is not None]
            for side in (0, 1)
        ]
        columns = [{"width": 0, "sections": side} for side in sides if side]
    if span == "wide" and len(left) > 1 and members[0][1] is not None:
        beside = [drawn for _, drawn in left[1:]]
        columns = [
            {"width": WIDE, "sections": [left[0][1]]},
            {"width": NARROW, "sections": beside},
        ]
    else:
        for column in columns:
            column["width"] = (FULL - GUTTER * (len(columns) - 1)) / len(columns)
    return {
        "fresh": any(tags & {"annex", "newpage"} for tags, _ in left),
        "columns": columns,
    }
