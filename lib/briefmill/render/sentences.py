"""The sentences of a document that bear marks, as a file from which a reader can walk home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from briefmill.blocks import File, Heading, Row, Trigger
from briefmill.parts import Part
from briefmill.render.document import PageRow
from briefmill.tabular import csv_text
from briefmill.texts import Marks, Run, Text, Words, plain

FILE = "sentences.csv"
_ENDS = (".", "!", "?", "…", "”", "’", ")")
_CELL_BREAK = Words(" · ")


@dataclass(frozen=True)
class Sentence:
    """A statement that marks follow: the heading it stands under, its words, its marks."""

    section: str
    text: str
    marks: tuple[str, ...]


def sentences_file(rows: tuple[PageRow, ...]) -> list[File]:
    """The file of the sentences that bear marks, in a list; an empty list where none does.

    Grain: one row per statement; key `sentence`, its number from 1. `section`: the heading it stands under; `text`: its
    words; `marks`: its marks, joined by ``;``.
    """
    lines = [
        [number, sentence.section, sentence.text, ";".join(sentence.marks)]
        for number, sentence in enumerate(sentences(rows), start=1)
    ]
    if not lines:
        return []
    columns = ["sentence", "section", "text", "marks"]
    description = "Sentences of the pages and of their screen edition with their marks"
    return [File(FILE, csv_text(columns, lines), "text/csv", description, "supplement")]


def sentences(rows: tuple[PageRow, ...]) -> list[Sentence]:
    """Every statement in the rows of a document that marks follow, in reading order.

    A statement is what stands before its marks, back to the marks before them: a summary of two sentences
    with one set of marks is one statement, and so is a row of a table. A row that is only the target of a
    mark is none. A trigger is told with what it would mean.
    """
    return [
        sentence
        for heading, text in _headed_texts(rows)
        for sentence in _statements(heading, text)
    ]


def _headed_texts(rows: tuple[PageRow, ...]) -> Iterator[tuple[str, Text]]:
    """Every text with marks in it, after the heading it stands under."""
    for row in rows:
        for column in row.columns:
            for section in column.sections:
                heading = section.name
                for block in section.blocks:
                    if isinstance(block, Heading):
                        heading = block.title
                    for text in _texts(block):
                        if any(isinstance(run, Marks) for run in text):
                            yield heading, text


def _texts(value: Any) -> Iterator[Text]:
    """Every text in a part of a page, in reading order; the cells of a row of a table are one."""
    if isinstance(value, Row):
        yield _joined_cells(value)
    elif isinstance(value, Trigger):
        yield (Words(value.act), *value.meaning)
    elif isinstance(value, Part):
        for field in fields(value):
            if field.name not in ("data", "record"):
                yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple) and value:
        if all(isinstance(item, Run) for item in value):
            yield value
        else:
            for item in value:
                yield from _texts(item)


def _joined_cells(row: Row) -> Text:
    runs: list[Run] = []
    for cell in row.cells:
        if cell:
            runs += [_CELL_BREAK, *cell] if runs else cell
    return tuple(runs)


def _statements(heading: str, text: Text) -> list[Sentence]:
    """A text cut after each sentence that marks follow; what trails goes with the last."""
    statements: list[tuple[str, list[str]]] = []
    words = ""
    marks: list[str] = []
    for run in text:
        if isinstance(run, Marks):
            marks += run.marks
            if words.rstrip().endswith(_ENDS):
                statements.append((words, marks))
                words = ""
                marks = []
        words += plain((run,))
    if marks or not statements:
        statements.append((words, marks))
    elif words:
        last_words, last_marks = statements[-1]
        statements[-1] = (last_words + words, last_marks)
    return [
        Sentence(
            heading, " ".join(words.split()).strip(" ·"), tuple(dict.fromkeys(marks))
        )
        for words, marks in statements
        if marks
    ]
