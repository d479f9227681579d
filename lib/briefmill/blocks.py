"""Blocks: what a cell of a notebook ends in, and what a page is made of.

A block is a small frozen dataclass. It shows itself in Jupyter as HTML and is handed to the exporter as plain
JSON (`BLOCK_MIME`), so that text from data is never read as markup. A new kind of block is one class: where a
renderer has no method for it, it is set as the `simpler` blocks it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from briefmill.parts import Part
from briefmill.texts import (
    Arrow,
    Marks,
    Text,
    TextLike,
    as_text,
    plain,
    text,
    typographic,
)

_Arguments = ParamSpec("_Arguments")
_SomeBlock = TypeVar("_SomeBlock", bound="Block")

BLOCK_MIME = "application/vnd.allywatch.block+json"

_KINDS: dict[str, type[Block]] = {}
#: How a cell shows a block to whoever sits at the screen, by MIME type: see `show_as`.
_VIEWS: dict[str, Callable[[Block], str]] = {}


class MissingAltText(ValueError):
    """A picture without alternative text: it would be a blank to a reader who cannot see it."""


@dataclass(frozen=True, kw_only=True)
class Block(Part):
    """One block of a page.

    `title` and `subtitle` head it. `role` says what it is to the page, whatever its title, such as
    ``changes``. `record` is what the manifest of an edition keeps of it, as JSON values; a name that
    begins with ``_`` is for the domain's `describe` alone. `data` is the frame
    it was made from, for people who explore; it does not travel.
    """

    kind: ClassVar[str] = ""
    title: str = ""
    subtitle: str = ""
    role: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    data: Any = field(default=None, compare=False, repr=False)

    def __init_subclass__(cls, kind: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        cls.kind = kind
        if cls.__module__ == __name__:
            _KINDS[kind] = cls

    @classmethod
    def read(cls, value: Any) -> Block:
        """The block that `value`, a block or its JSON, stands for.

        Raises
        ------
        ValueError
            If its kind is unknown, or it lacks something that its kind must have.
        """
        if isinstance(value, Block):
            return value
        values = dict(value)
        kind = values.pop("kind", "")
        if kind not in _KINDS:
            raise ValueError(f"a page has no block of the kind {kind!r}")
        try:
            return _KINDS[kind](**values)
        except TypeError as error:
            raise ValueError(
                f"a block of the kind {kind!r} cannot be read: {error}"
            ) from None

    def as_json(self) -> dict[str, Any]:
        """The block as plain JSON values; of a kind that is not this module's, its simpler blocks."""
        if self.kind in _KINDS:
            return {"kind": self.kind, **super().as_json()}
        first, *others = self.simpler()
        heads = ("title", "subtitle", "role", "record")
        carried = {name: getattr(self, name) for name in heads if getattr(self, name)}
        return Several(blocks=(replace(first, **carried), *others)).as_json()

    def recorded(self) -> dict[str, Any]:
        """What the manifest of an edition keeps of the block, as JSON values."""
        return self.record

    def simpler(self) -> tuple[Block, ...]:
        """Blocks that say the same, for a renderer that has no method for this kind."""
        raise NotImplementedError(f"no renderer sets a block of the kind {self.kind!r}")

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        words = self.title or getattr(self, "reason", "")
        bundle: dict[str, Any] = {
            BLOCK_MIME: self.as_json(),
            "text/plain": f"<{self.kind}: {words}>",
        }
        for mime, show in _VIEWS.items():
            bundle[mime] = show(self)
        return bundle


# What stands at the head of a page


@dataclass(frozen=True, kw_only=True)
class Masthead(Block, kind="masthead"):
    """The title block, and what the margins and the metadata of the document say.

    `facts` are pairs of name and value; `aside` stands across from the kicker. What
    is `one_page` leaves out, step by step, what may be left out, until it stands on one. `date` is an ISO date. `conditions` are what the tags of sections ask for: see
    `briefmill.render.composition`.
    """

    kicker: str = ""
    aside: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    document_title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "en"
    footer: str = ""
    short: str = ""
    one_page: bool = False
    date: str | None = None
    conditions: dict[str, Any] = field(default_factory=dict)

    def recorded(self) -> dict[str, Any]:
        """Its title and its facts."""
        facts = [list(fact) for fact in self.facts]
        return {"title": self.title, "facts": facts, **self.record}


@dataclass(frozen=True)
class Count(Part):
    """How many there are of one direction."""

    arrow: Arrow
    value: int
    word: str


@dataclass(frozen=True, kw_only=True)
class BottomLine(Block, kind="bottom_line"):
    """The judgement of a page, beside an arrow with its word, or beside `counts`.

    `rows` are pairs of a label and a text.
    """

    arrow: Arrow | None = None
    word: str = ""
    note: str = ""
    judgement: Text = ()
    rows: tuple[tuple[str, Text], ...] = ()
    counts: tuple[Count, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The direction with its word, and the judgement."""
        return {
            "direction": self.arrow.arrow if self.arrow else "",
            "word": self.word,
            "note": self.note,
            "judgement": plain(self.judgement).strip(),
            **self.record,
        }


@dataclass(frozen=True, kw_only=True)
class Judgement(Block, kind="judgement"):
    """What a page says first: a headline, and under it a few sentences.

    `direction` is a key; `arrows` with their `word` and a `note` stand beside it, none on a page that judges no one thing.
    """

    direction: str = ""
    arrows: tuple[Arrow, ...] = ()
    word: str = ""
    note: str = ""
    headline: Text
    paragraphs: tuple[Text, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The direction with its word, the headline, and the sentences."""
        paragraphs = [plain(paragraph).strip() for paragraph in self.paragraphs]
        return {
            "direction": self.direction,
            "word": self.word,
            "note": self.note,
            "headline": plain(self.headline).strip(),
            "judgement": "\n".join(paragraphs),
            **self.record,
        }


@dataclass(frozen=True)
class Step(Part):
    """A line of a chronology: when, a sign, what happened and who says so.

    A page that is too full drops lines in the order of `drop`, from 1; 0 is never dropped.
    """

    when: str
    arrow: Arrow
    runs: Text
    who: Text = ()
    drop: int = 0


@dataclass(frozen=True)
class Steps(Part):
    """Lines of a chronology under a label."""

    steps: tuple[Step, ...]
    label: str = ""


@dataclass(frozen=True)
class Key(Part):
    """What a sign means."""

    arrow: Arrow
    words: str


@dataclass(frozen=True, kw_only=True)
class Chronology(Block, kind="chronology"):
    """What happened, line by line, with a `key` to its signs."""

    groups: tuple[Steps, ...]
    key: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Trigger(Part):
    """Something to look out for, and what it would mean; `drop` as of a `Step`."""

    arrow: Arrow
    act: str
    meaning: Text
    drop: int = 0


@dataclass(frozen=True)
class TriggerColumn(Part):
    """Triggers under a label."""

    label: str
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, kw_only=True)
class Triggers(Block, kind="triggers"):
    """What would change the judgement, a column for each way."""

    columns: tuple[TriggerColumn, ...]


@dataclass(frozen=True)
class StripCell(Part):
    """A cell of a strip: a label, a text, and between them a row of `arrows` or a `bar`, or neither."""

    label: str
    runs: Text
    arrows: tuple[Arrow, ...] = ()
    bar: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Strip(Block, kind="strip"):
    """Short answers side by side; `bar` of a cell is how many of how many."""

    cells: tuple[StripCell, ...]

    def recorded(self) -> dict[str, Any]:
        """The label of each cell with its words."""
        figures = [[cell.label, plain(cell.runs).strip()] for cell in self.cells]
        return {"figures": figures, **self.record}


@dataclass(frozen=True)
class Reference(Part):
    """Where a mark leads: its `anchor`, what stands there in `words`, and in small print the `origin`.

    What no mark of the page leads to is left out, unless it is there `always`.
    """

    anchor: str
    words: str
    origin: str
    always: bool = False


@dataclass(frozen=True, kw_only=True)
class References(Block, kind="references"):
    """Where each mark of the page leads; a page keeps those that a mark elsewhere leads to."""

    items: tuple[Reference, ...]


@dataclass(frozen=True)
class KeyFigure(Part):
    """A number to be seen from afar."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyFigures(Block, kind="key_figures"):
    """Numbers side by side."""

    items: tuple[KeyFigure, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """Each label with its value."""
        return {
            "figures": [[item.label, item.value] for item in self.items],
            **self.record,
        }


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
    """Rows under a label; `if_referred`: of these, a page keeps those that a mark elsewhere leads to."""

    rows: tuple[Row, ...]
    label: str = ""
    if_referred: bool = False


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
    """Passages of text; `style` is ``plain``, ``bullets``, ``labelled``, ``columns``, ``thirds``, ``boxes``
    or ``small``.
    """

    style: str = "plain"
    items: tuple[Item, ...] = ()
    note: Text = ()


@dataclass(frozen=True)
class Term(Part):
    """A short name, its grade and what it stands for; `muted`: set back."""

    label: str
    runs: Text
    grade: str = ""
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class Definition(Block, kind="definition"):
    """A list of terms in small print."""

    items: tuple[Term, ...] = ()
    note: Text = ()


@dataclass(frozen=True)
class Slot(Part):
    """How many boxes of how many are `filled`."""

    label: str
    filled: int
    of: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Gate(Block, kind="gate"):
    """What is needed and what there is, as boxes to be filled."""

    aside: Text = ()
    slots: tuple[Slot, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The two halves of each label: of what, and how many."""
        return {
            "figures": [slot.label.split(": ", 1) for slot in self.slots],
            **self.record,
        }


@dataclass(frozen=True)
class Bar(Part):
    """A share as a bar."""

    part: int
    of: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Share(Block, kind="share"):
    """Shares as bars between two texts, in small print."""

    runs_before: Text = ()
    bars: tuple[Bar, ...] = ()
    runs_after: Text = ()


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
class Several(Block, kind="several"):
    """Blocks one after another."""

    blocks: tuple[Block, ...] = ()


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


# What leaves no trace on the page


@dataclass(frozen=True)
class File(Part):
    """A file to attach; `relationship` is the one that PDF/A-3 knows: ``data``, ``supplement`` or ``unspecified``."""

    name: str
    text: str
    mime: str = "application/octet-stream"
    description: str = ""
    relationship: str = "unspecified"


@dataclass(frozen=True)
class Note(Part):
    """One thing behind a mark: a statement, and in small print where it comes from."""

    statement: str
    origin: str


@dataclass(frozen=True)
class Detail(Part):
    """What stands behind a mark: shown on screen under the row that it leads to."""

    mark: str
    summary: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachments(Block, kind="attachments"):
    """Files that the document carries, and the details behind its marks."""

    files: tuple[File, ...] = ()
    details: tuple[Detail, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The names of the files."""
        return {"attached": [file.name for file in self.files], **self.record}


@dataclass(frozen=True, kw_only=True)
class Omitted(Block, kind="none"):
    """A block that leaves no trace on the page; its `reason` is shown in JupyterLab only."""

    reason: str = ""


def show_as(mime: str, show: Callable[[Block], str]) -> None:
    """Have cells of this process show every block as `mime` too, such as HTML."""
    _VIEWS[mime] = show


# Blocks from what they say


def role(
    name: str,
) -> Callable[[Callable[_Arguments, _SomeBlock]], Callable[_Arguments, _SomeBlock]]:
    """Decorates a function that makes a block: the block then says what it is to the page."""

    def decorate(
        make: Callable[_Arguments, _SomeBlock],
    ) -> Callable[_Arguments, _SomeBlock]:
        @wraps(make)
        def made(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _SomeBlock:
            return replace(make(*arguments, **named), role=name)

        return made

    return decorate


def omit(reason: str) -> Omitted:
    """A block that leaves no trace on the page."""
    return Omitted(reason=reason)


def prose(
    style: str,
    items: Iterable[tuple[TextLike, TextLike]],
    title: str = "",
    subtitle: str = "",
    note: TextLike = (),
) -> Prose:
    """Prose from pairs of a label and its text."""
    return Prose(
        style=style,
        items=tuple(Item(as_text(label), as_text(runs)) for label, runs in items),
        title=title,
        subtitle=subtitle,
        note=as_text(note),
    )


def figures(told: Iterable[tuple[str, str, str]]) -> KeyFigures:
    """Key figures from triples of label, value and note."""
    return KeyFigures(items=tuple(KeyFigure(*figure) for figure in told))


def row(*cells: TextLike, anchor: str = "") -> Row:
    """A table row; a cell is words, a run or runs. `anchor` is the mark that leads to it."""
    return Row(tuple(_printed(cell) for cell in cells), anchor)


def _printed(words: TextLike) -> Text:
    """A text; plain words with the quotation marks of print."""
    return (text(words),) if isinstance(words, str) else as_text(words)


def table(
    data: Any,
    columns: Iterable[tuple[str, ...]],
    rows: Iterable[Row] | Iterable[Group],
    note: TextLike = "",
    title: str = "",
    subtitle: str = "",
) -> Table:
    """A table of `rows`, or of groups of rows.

    `columns` are label and width, and a style where it is not ``sans``; a label that begins with ``>`` stands over
    figures, to the right. `data` is the frame the table was made from.

    Raises
    ------
    ValueError
        If some rows stand in groups and others do not.
    """
    return Table(
        title=typographic(title),
        subtitle=subtitle,
        columns=tuple(_column(*column) for column in columns),
        groups=_groups(rows),
        note=_printed(note) if note else (),
        data=data,
    )


def _groups(rows: Iterable[Row] | Iterable[Group]) -> tuple[Group, ...]:
    """The groups of a table; rows without a group make one that has no label."""
    entries: list[Row | Group] = list(rows)
    groups = tuple(entry for entry in entries if isinstance(entry, Group))
    ungrouped = tuple(entry for entry in entries if not isinstance(entry, Group))
    if groups and ungrouped:
        raise ValueError("a table holds rows or groups of rows, not both")
    return groups or (Group(ungrouped),)


def _column(label: str, width: str, style: str = "sans") -> Column:
    align = "right" if label.startswith(">") else "left"
    return Column(label.removeprefix(">"), width, align, style)


# Looking through blocks


def every_part(value: Any) -> Iterable[Part]:
    """Every part of a block, or of several, at whatever depth: blocks, rows and runs alike, in reading order."""
    if isinstance(value, Part):
        yield value
        for name in value.__dataclass_fields__:
            if name not in ("data", "record"):
                yield from every_part(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from every_part(item)


def every_mark(value: Any) -> set[str]:
    """The marks in a block, or in several, wherever they stand."""
    runs = (part for part in every_part(value) if isinstance(part, Marks))
    return {mark for run in runs for mark in run.marks}
