"""A document: sections of blocks laid out in rows, with all that its margins and metadata say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from briefmill.blocks import Block, Detail, File, Masthead


@dataclass(frozen=True)
class Section:
    """Blocks under a heading.

    `heading` is printed, ``""`` for none; `name` is what to call the section all the same. `annex`, `wash`, `small`
    and `side` (its heading hangs at the left) say how it is set. A page that is too full leaves it out at the step `drop`
    (see `blocks.Step`).
    """

    heading: str
    name: str
    subtitle: str
    annex: bool
    wash: bool
    small: bool
    side: bool
    drop: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PageColumn:
    """Sections stacked in a column of `width` mm."""

    width: float
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class PageRow:
    """Columns side by side; `fresh`: they begin a page."""

    fresh: bool
    columns: tuple[PageColumn, ...]


@dataclass(frozen=True)
class Document:
    """All that a renderer needs.

    `files` are attached, the sentences that bear marks among them. `targets` are the marks that lead to a row of this
    document, `unresolved` those that lead to none. `details` stand behind marks, by mark. `record` is what the manifest of
    an edition keeps of the blocks. `date` is an ISO date or None. `paper` is the document as it is printed, where that leaves
    something out: it has the same files, and a mark whose row it leaves out leads nowhere in it. A `notice` stands
    above everything, on each page.
    """

    masthead: Masthead
    rows: tuple[PageRow, ...]
    files: tuple[File, ...]
    targets: frozenset[str]
    unresolved: tuple[str, ...]
    details: dict[str, Detail]
    record: dict[str, Any]
    title: str
    description: str
    keywords: tuple[str, ...]
    language: str
    date: str | None
    header: str
    footer: str
    short: str
    paper: Document | None = None
    notice: str = ""

    def with_notice(self, notice: str) -> Document:
        """The document under a notice, on screen and on paper."""
        paper = self.paper and self.paper.with_notice(notice)
        return replace(self, notice=notice, paper=paper)

    def sections(self) -> Iterator[Section]:
        """The sections in reading order."""
        for row in self.rows:
            for column in row.columns:
                yield from column.sections

    def blocks(self) -> Iterator[Block]:
        """The blocks of all sections in reading order."""
        for section in self.sections():
            yield from section.blocks
