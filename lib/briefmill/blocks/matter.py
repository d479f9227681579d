"""The blocks that any page is made of: figures, tables, prose, and what Markdown and foreign output bring."""

from __future__ import annotations

from dataclasses import dataclass

from briefmill.blocks.base import Block
from briefmill.parts import Part
from briefmill.texts import Text


class MissingAltText(ValueError):
    """A picture without alternative text: it would be a blank to a reader who cannot see it."""


# Figures and tables


@dataclass(frozen=True)
class Picture(Part):
    """A picture: `format` is svg, png, jpg, gif or webp; `text` the SVG, or else base64."""

    text: str
    format: str = "svg"


@dataclass(frozen=True)
class Drawing(Part):
    """The picture of a figure as drawn for a column of `width_mm`."""

    width_mm: float
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class Figure(Block, kind="figure"):
    """A picture with its source line and its alternative text, which tells what it shows.

    `width_mm` 0 is the picture's own width. `drawings` are the same figure drawn for other widths: a page takes the one
    that suits its column. `narrow` is the same figure for the screen of a phone.
    """

    picture: Picture
    alt: str
    source: str = ""
    width_mm: float = 0
    height_mm: float = 0
    drawings: tuple[Drawing, ...] = ()
    narrow: Picture | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.alt.strip():
            raise MissingAltText(f"the figure {self.title!r} has no alternative text")


@dataclass(frozen=True)
class Column(Part):
    """A column of a table: `width` such as ``21mm`` or ``1fr``; `style` is ``sans`` or ``prose``."""

    label: str = ""
    width: str = ""
    align: str = "left"
    style: str = "sans"


@dataclass(frozen=True)
class Row(Part):
    """A row of a table; marks of the name `anchor` lead to it, if it is the document's first `target` of that name."""

    cells: tuple[Text, ...]
    anchor: str = ""
    target: bool = True


@dataclass(frozen=True)
class Group(Part):
    """Rows under a label."""

    rows: tuple[Row, ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Table(Block, kind="table"):
    """A table of grouped rows."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    note: Text = ()


# Text


@dataclass(frozen=True)
class Item(Part):
    """A label and what is said under it; `drop` as of a `Step`."""

    label: Text
    runs: Text
    drop: int = 0


@dataclass(frozen=True, kw_only=True)
class Prose(Block, kind="prose"):
    """Passages of text; `style` is ``plain``, ``bullets``, ``thirds``, ``boxes`` or ``small``."""

    style: str = "plain"
    items: tuple[Item, ...] = ()
    note: Text = ()


# What Markdown and foreign output bring


@dataclass(frozen=True, kw_only=True)
class Heading(Block, kind="heading"):
    """A heading within a section, or one that opens a section."""

    level: int


@dataclass(frozen=True, kw_only=True)
class Paragraph(Block, kind="paragraph"):
    """A paragraph of text."""

    runs: Text = ()


@dataclass(frozen=True, kw_only=True)
class Enumeration(Block, kind="list"):
    """A list; each item holds blocks."""

    ordered: bool = False
    start: int = 1
    items: tuple[tuple[Block, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quote(Block, kind="quote"):
    """Blocks set off from the text."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Code(Block, kind="code"):
    """Text in a monospaced face, as it stands."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Rule(Block, kind="rule"):
    """A line across the column."""


@dataclass(frozen=True, kw_only=True)
class Problem(Block, kind="problem"):
    """An error that a cell raised."""

    name: str
    text: str
