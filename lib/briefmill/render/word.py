"""A document as a file for Word and its like, for editors who must edit.

Everything is what a word processor knows by name: headings, lists, tables with a header row, pictures with alternative
text, and an endnote for each mark. The layout is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph

from briefmill import blocks, theme
from briefmill.blocks import Block, Reference, Row, every_part
from briefmill.render import word_file
from briefmill.render.document import Document, Section
from briefmill.render.marks import MOST_MARKS, at_most, single
from briefmill.render.paper import DIRECTORY
from briefmill.render.printable import permitted
from briefmill.render.renderer import Renderer
from briefmill.render.typst import bitmap
from briefmill.render.word_notes import Endnotes
from briefmill.render.word_text import colour, link, write
from briefmill.texts import Arrow, Marks, Text, TextLike, Words, as_text, plain

#: Where no section is headed so: over the endnotes.
_NOTES = "Notes"
_IN_BRACKETS = "In brackets: the number in the PDF and in figures."
_DEEPEST = 9  # of Word's headings


def compile_word(document: Document) -> bytes:
    """`document` as it is printed, as a .docx file: the same bytes for the same document, every text in it escaped."""
    return WordRenderer(document.paper or document).document()


class WordRenderer(Renderer[None]):
    """Writes blocks one after another to the end of a Word file."""

    def __init__(self, document: Document):
        self._source = document
        self._file = word_file.blank(document)
        self._notes = Endnotes(self._file)
        self._behind = _behind_marks(document)
        # Where paragraphs go: the body, or a cell.
        self._place: Any = self._file
        self._style = ""

    def document(self) -> bytes:
        """The whole file."""
        if self._source.notice:
            self._paragraph([Words(self._source.notice, "strong")])
        self.block(self._source.masthead)
        notes_heading = _NOTES
        for section in self._source.sections():
            if any(isinstance(block, blocks.References) for block in section.blocks):
                # Endnotes say the same, and stand at the end.
                notes_heading = section.heading or notes_heading
            else:
                self._section(section)
        if self._notes:
            self._heading(notes_heading, 1)
            self._paragraph(_IN_BRACKETS, "Small print")
        return word_file.as_bytes(self._file, self._notes)

    def _section(self, section: Section) -> None:
        if section.heading:
            self._heading(section.heading, 1, section.subtitle)
        self.each(section.blocks)

    def _heading(self, words: str, level: int, subtitle: str = "") -> None:
        paragraph = self._place.add_paragraph(style=f"Heading {min(level, _DEEPEST)}")
        write(paragraph, words)
        if subtitle:
            write(paragraph, f" {subtitle}", "small").bold = False

    # Text

    def _paragraph(self, words: TextLike, style: str = "") -> Paragraph:
        paragraph = self._place.add_paragraph(style=style or self._style or None)
        self._fill(paragraph, as_text(words))
        return paragraph

    def _fill(self, paragraph: Paragraph, words: Text) -> None:
        for run in words:
            match run:
                case Marks():
                    self._marks(paragraph, run.marks)
                case Arrow():
                    _sign(paragraph, run)
                case Words():
                    link(paragraph, run)

    def _marks(self, paragraph: Paragraph, marks: Iterable[str]) -> None:
        """An endnote for each mark, or the number of the one that it has; of very many the first, and how many there are more."""
        known = [mark for mark in marks if mark in self._behind]
        for number, span in enumerate(at_most(single(known), MOST_MARKS)):
            if number:
                write(paragraph, " ", "raised")
            if len(span.marks) > 1:
                write(paragraph, span.words, "raised")
            else:
                self._notes.refer(paragraph, span.target, self._behind[span.target])

    # Blocks

    def block(self, block: Block) -> None:
        """A block of any kind, with its note; not the one that speaks of files attached to a PDF."""
        if block.role == DIRECTORY:
            return
        super().block(block)
        note = getattr(block, "note", ())
        if note and not isinstance(block, blocks.Judgement | blocks.KeyFigures):
            self._paragraph(note, "Small print")

    def masthead(self, block: blocks.Masthead) -> None:
        """The title block."""
        above = " · ".join(words for words in (block.kicker, block.aside) if words)
        if above:
            self._paragraph(above, "Small print")
        self._paragraph(block.title, "Title")
        for name, value in block.facts:
            self._paragraph([Words(f"{name} ", "strong"), Words(value)], "Small print")

    def judgement(self, block: blocks.Judgement) -> None:
        """A headline and a few sentences."""
        if block.word:
            signs = [run for arrow in block.arrows for run in (arrow, Words(" "))]
            note = Words(f" {block.note}" if block.note else "")
            self._paragraph([*signs, Words(block.word, "strong"), note])
        self._paragraph(block.headline, "Subtitle")
        for paragraph in block.paragraphs:
            self._paragraph(paragraph)

    def chronology(self, block: blocks.Chronology) -> None:
        """What happened, line by line."""
        key: list[Any] = []
        for entry in block.key:
            key += [entry.arrow, Words(f" {entry.words}   ")]
        if key:
            self._paragraph(key, "Small print")
        for group in block.groups:
            self._label(group.label)
            for step in group.steps:
                who = [Words("  "), *map(_quiet, step.who)] if step.who else []
                when = Words(f"{step.when} ", "strong")
                self._item([when, step.arrow, Words(" "), *step.runs, *who])

    def triggers(self, block: blocks.Triggers) -> None:
        """What to look out for, one list for each way."""
        for column in block.columns:
            self._label(column.label)
            for trigger in column.triggers:
                sign = [trigger.arrow, Words(" ")] if trigger.arrow else []
                self._item([*sign, Words(trigger.act, "strong"), *trigger.meaning])

    def strip(self, block: blocks.Strip) -> None:
        """Short answers, each after its label."""
        for cell in block.cells:
            label = Words(f"{cell.label}: ", "strong")
            signs = [run for arrow in cell.arrows for run in (arrow, Words(" "))]
            self._paragraph([label, *signs, *cell.runs])

    def references(self, block: blocks.References) -> None:
        """Nothing: where each mark leads stands in its endnote."""

    def key_figures(self, block: blocks.KeyFigures) -> None:
        """Numbers, each after its label."""
        for item in block.items:
            value = Words(item.value, "strong")
            note = Words(f" {item.note}" if item.note else "", "small")
            self._item([Words(f"{item.label}: "), value, note])

    def figure(self, block: blocks.Figure) -> None:
        """A picture with its alternative text, and its source line."""
        png, width_mm = bitmap(block.picture, block.width_mm)
        run = self._paragraph(()).add_run()
        shape = run.add_picture(BytesIO(png), Mm(min(width_mm, self._width_mm())))
        about = shape._inline.docPr
        about.set("name", f"Figure {about.id}")
        about.set("descr", permitted(block.alt))
        if block.source:
            self._paragraph(block.source, "Caption")

    def _width_mm(self) -> float:
        return word_file.WIDTH_MM if self._place is self._file else 60

    def table(self, block: blocks.Table) -> None:
        """A table with a header row, which is repeated on each page."""
        table = self._place.add_table(rows=0, cols=len(block.columns))
        table.style = "Table Grid"
        if any(column.label for column in block.columns):
            self._row(
                table, [Words(column.label, "strong") for column in block.columns]
            )
            word_file.mark_as_header(table.rows[0])
        for group in block.groups:
            if group.label:
                first, *_, last = (
                    self._row(table, [Words(group.label, "strong")]).cells * 2
                )
                if first is not last:
                    first.merge(last)
            for row in group.rows:
                cells: list[TextLike] = list(row.cells)
                if row.anchor:
                    cells[0] = Marks((row.anchor,))
                self._row(table, cells, block.columns)
        word_file.set_widths(table, [column.width for column in block.columns])

    def _row(
        self,
        table: Table,
        cells: Iterable[TextLike],
        columns: Iterable[blocks.Column] = (),
    ) -> Any:
        row = table.add_row()
        word_file.keep_whole(row)
        for cell, words in zip(row.cells, cells, strict=False):
            cell.paragraphs[0].style = "Cell"
            self._fill(cell.paragraphs[0], as_text(words))
        for cell, column in zip(row.cells, columns, strict=False):
            if column.align == "right":
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return row

    def prose(self, block: blocks.Prose) -> None:
        """Passages of text."""
        style = "Small print" if block.style == "small" else ""
        for item in block.items:
            label = [_strong(run) for run in item.label]
            gap = [Words(" ")] if label else []
            words = [*label, *gap, *item.runs]
            if block.style == "bullets":
                self._item(words)
            else:
                self._paragraph(words, style)

    def heading(self, block: blocks.Heading) -> None:
        """An inner heading."""
        self._heading(block.title, block.level - 1, block.subtitle)

    def paragraph(self, block: blocks.Paragraph) -> None:
        """A paragraph."""
        self._paragraph(block.runs)

    def several(self, block: blocks.Several) -> None:
        """Blocks one after another, as one piece."""
        self.each(block.blocks)

    def list(self, block: blocks.Enumeration) -> None:
        """A list, numbered from its own start."""
        numbering = word_file.numbering(self._file, block.start) if block.ordered else 0
        for item in block.items:
            for number, inner in enumerate(item):
                style = "List Continue"
                if not number:
                    style = "List Number" if block.ordered else "List Bullet"
                self._styled(inner, style, 0 if number else numbering)

    def quote(self, block: blocks.Quote) -> None:
        """Blocks set off from the text."""
        for inner in block.blocks:
            self._styled(inner, "Quote")

    def code(self, block: blocks.Code) -> None:
        """Monospaced text."""
        self._paragraph([Words(block.text, "code")])

    def rule(self, block: blocks.Rule) -> None:
        """A line."""
        word_file.underline(self._paragraph(()))

    def problem(self, block: blocks.Problem) -> None:
        """An error."""
        self._paragraph([Words(block.name, "strong")])
        self._paragraph([Words(block.text, "code")])

    def none(self, block: blocks.Omitted) -> None:
        """Nothing: it is not on the page."""

    def attachments(self, block: blocks.Attachments) -> None:
        """Nothing: a Word file carries none."""

    # Paragraphs of one kind

    def _label(self, words: str) -> None:
        if words:
            self._paragraph([Words(words, "strong")])

    def _item(self, words: TextLike) -> None:
        self._paragraph(words, "List Bullet")

    def _styled(self, block: Block, style: str, numbering: int = 0) -> None:
        """A block whose paragraphs have a style, and the numbers of a list where it has some."""
        outer = self._style
        self._style = style
        before = len(self._place.paragraphs)
        self.block(block)
        self._style = outer
        if numbering:
            for paragraph in self._place.paragraphs[before:][:1]:
                word_file.number(paragraph, numbering)


def _quiet(run: Any) -> Any:
    return Words(run.text, f"small {run.style}") if isinstance(run, Words) else run


def _strong(run: Any) -> Any:
    return (
        Words(run.text, f"strong {run.style}", run.link)
        if isinstance(run, Words)
        else run
    )


def _sign(paragraph: Paragraph, arrow: Arrow) -> None:
    """A direction as a character, in the colour of its tone; of one source alone, in outline."""
    shape = theme.SHAPES[arrow.shape]
    glyph = shape.glyph if arrow.filled else _OUTLINED.get(shape.glyph, shape.glyph)
    colour(write(paragraph, glyph, "strong"), theme.TONES[arrow.tone].text)


_OUTLINED = {"↘": "⇘", "↗": "⇗", "→": "⇒", "↔": "⇔"}


def _behind_marks(document: Document) -> dict[str, list[str]]:
    """What stands behind each mark, in paragraphs: its place in the list of references, its details, or its row."""
    behind: dict[str, list[str]] = {}
    for part in every_part(list(document.blocks())):
        if isinstance(part, Row) and part.anchor:
            words = " · ".join(filter(None, (plain(cell) for cell in part.cells[1:])))
            behind.setdefault(part.anchor, [words])
    for mark, detail in document.details.items():
        claims = [f"{note.statement} {note.origin}" for note in detail.notes]
        behind[mark] = [words for words in (detail.summary, *claims) if words]
    for part in every_part(list(document.blocks())):
        if isinstance(part, Reference):
            behind[part.anchor] = [
                words for words in (part.words, part.origin) if words
            ]
    return behind
