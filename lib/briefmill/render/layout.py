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
from collections.abc import Iterable
from dataclasses import dataclass, field

from briefmill.render.document import PageColumn, PageRow, Section

FULL_MM = 178
GUTTER_MM = 5
WIDE_MM = 112
NARROW_MM = 60
FRESH_PAGE = frozenset({"annex", "newpage"})
_SPANS = ("wide", "narrow", "half", "third")
_MOST_IN_A_ROW = {"half": math.inf, "third": 3}


@dataclass(frozen=True)
class Tagged:
    """The tags of a section's heading, and the section; None where it was dropped."""

    tags: frozenset[str]
    section: Section | None

    @property
    def span(self) -> str:
        """How wide it stands."""
        return next((span for span in _SPANS if span in self.tags), "full")


@dataclass
class _Row:
    """Sections that stand side by side, dropped ones among them."""

    span: str
    members: list[Tagged] = field(default_factory=list)

    def admits(self, section: Tagged) -> bool:
        if section.tags & FRESH_PAGE:
            return False
        if self.span == "wide":
            return section.span == "narrow"
        room = _MOST_IN_A_ROW.get(self.span, 1)
        return section.span == self.span and len(self.members) < room


def page_rows(sections: Iterable[Tagged]) -> tuple[PageRow, ...]:
    """Rows of columns of sections; a dropped section leaves no trace."""
    rows: list[_Row] = []
    for section in sections:
        if not rows or not rows[-1].admits(section):
            rows.append(_Row(section.span))
        rows[-1].members.append(section)
    laid_out = (_page_row(row) for row in rows)
    return tuple(row for row in laid_out if row.columns)


def _page_row(row: _Row) -> PageRow:
    kept = [member for member in row.members if member.section is not None]
    fresh = any(member.tags & FRESH_PAGE for member in kept)
    if row.span == "wide" and len(kept) > 1 and row.members[0].section is not None:
        first, *beside = _sections(kept)
        return PageRow(
            fresh,
            (
                PageColumn(WIDE_MM, (first,)),
                PageColumn(NARROW_MM, tuple(beside)),
            ),
        )
    if row.span == "half":
        stacks = [_sections(row.members[0::2]), _sections(row.members[1::2])]
    else:
        stacks = [[section] for section in _sections(kept)]
    stacks = [stack for stack in stacks if stack]
    return PageRow(fresh, tuple(_equal_columns(stacks)))


def _sections(members: Iterable[Tagged]) -> list[Section]:
    return [member.section for member in members if member.section is not None]


def _equal_columns(stacks: list[list[Section]]) -> Iterable[PageColumn]:
    count = len(stacks)
    for stack in stacks:
        yield PageColumn((FULL_MM - GUTTER_MM * (count - 1)) / count, tuple(stack))
