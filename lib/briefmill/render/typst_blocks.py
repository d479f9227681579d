"""Blocks and documents as the JSON values that the Typst template reads."""

from __future__ import annotations

import re
from typing import Any, get_args

from briefmill import blocks
from briefmill.blocks import Block
from briefmill.parts import Part, nested_fields, public_fields
from briefmill.render.document import Document, PageRow, Section
from briefmill.render.marks import MOST_MARKS, at_most, spans
from briefmill.render.renderer import Renderer
from briefmill.texts import Arrow, Marks, Run, Text, Words, is_empty, plain

# PDF/A-3 wants a date wherever files are attached; a document that has none says so with the oldest one.
UNDATED = "1970-01-01"

_LINKS = ("https://", "http://", "mailto:")
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)(fr|mm)")
# A row with more characters than this may break across pages: kept whole, it could outgrow one.
_LONG_ROW = 1500
# What a block is to the manifest or to its document, not to its page.
_UNPRINTED = ("role", "record", "conditions")

Json = dict[str, Any]


class TypstRenderer(Renderer[Json]):
    """Blocks as the template wants them: nothing left to look up or to decide.

    Most are handed over field by field, their texts with the marks resolved. `pictures` are those of the figures rendered so far, by their path.
    """

    def __init__(self, targets: frozenset[str]):
        self.targets = targets
        self.pictures: dict[str, blocks.Picture] = {}

    def document(self, document: Document) -> Json:
        """The whole document."""
        return {
            "masthead": self.block(document.masthead),
            "rows": [self._page_row(row) for row in document.rows],
            "files": [
                {
                    "name": file.name,
                    "path": f"files/{number}",
                    "mime": file.mime,
                    "description": file.description,
                    "relationship": file.relationship,
                }
                for number, file in enumerate(document.files)
            ],
            "title": document.title,
            "description": document.description,
            "keywords": document.keywords,
            "language": document.language,
            "date": document.date or UNDATED,
            "header": document.header,
            "footer": document.footer,
            "short": document.short,
            "notice": document.notice,
            "one_page": document.masthead.one_page,
        }

    def _page_row(self, row: PageRow) -> Json:
        columns = [
            {
                "width": column.width,
                "sections": [self._section(section) for section in column.sections],
            }
            for column in row.columns
        ]
        return {"fresh": row.fresh, "columns": columns}

    def _section(self, section: Section) -> Json:
        return {
            "heading": section.heading,
            "subtitle": section.subtitle,
            "annex": section.annex,
            "wash": section.wash,
            "small": section.small,
            "side": section.side,
            "drop": section.drop,
            "blocks": self.each(section.blocks),
        }

    # Text

    def text(self, words: Text, most: int = MOST_MARKS) -> list[Json]:
        """A text, its marks resolved; a sentence shows `most` marks or spans of them."""
        return [self._run(run, most) for run in words if not is_empty(run)]

    def _run(self, run: Run, most: int) -> Json:
        match run:
            case Marks():
                drawn = at_most(spans(run.marks, self.targets), most)
                return {
                    "marks": [
                        {
                            "words": each.words,
                            "target": each.target,
                            "all": each.marks,
                        }
                        for each in drawn
                    ]
                }
            case Arrow():
                return {"arrow": self._arrow(run)}
            case Words():
                return {
                    "text": run.text,
                    "styles": run.style.split(),
                    "link": run.link if run.link.startswith(_LINKS) else "",
                }
        raise TypeError(f"no text has a run like {run!r}")

    def _arrow(self, arrow: Arrow) -> Json:
        return {
            "name": arrow.arrow,
            "shape": arrow.shape,
            "tone": arrow.tone,
            "filled": arrow.filled,
        }

    # Blocks

    def _fields(self, block: Block) -> Json:
        """A block field by field."""
        return {"kind": block.kind, **self._of_part(block)}

    def _of_part(self, part: Part) -> Json:
        part_type: Any = type(part)
        hints = nested_fields(part_type)
        return {
            field.name: self._value(hints.get(field.name), getattr(part, field.name))
            for field in public_fields(part)
            if field.name not in _UNPRINTED
        }

    def _value(self, hint: Any, value: Any) -> Any:
        """The value of a field of the type `hint`."""
        if hint == Text:
            return self.text(value)
        if isinstance(value, Block):
            return self.block(value)
        if isinstance(value, Arrow):
            return self._arrow(value)
        if isinstance(value, Part):
            return self._of_part(value)
        if isinstance(value, tuple):
            inner, *_ = get_args(hint)
            return [self._value(inner, item) for item in value]
        return value

    masthead = _fields
    judgement = _fields
    chronology = _fields
    triggers = _fields
    strip = _fields
    references = _fields
    key_figures = _fields
    prose = _fields
    heading = _fields
    paragraph = _fields
    several = _fields
    list = _fields
    quote = _fields
    code = _fields
    rule = _fields
    problem = _fields

    def figure(self, block: blocks.Figure) -> Json:
        """A picture with its source line."""
        path = f"pictures/{len(self.pictures)}.{block.picture.format}"
        self.pictures[path] = block.picture
        return {
            "kind": "figure",
            "path": path,
            "width_mm": block.width_mm,
            "alt": block.alt,
            "source": block.source,
        }

    def table(self, block: blocks.Table) -> Json:
        """Columns with measured widths, and rows whose cells are as many as the columns."""
        columns = [
            {
                "label": column.label,
                "width": _width(column.width),
                "align": column.align,
                "style": column.style,
            }
            for column in block.columns
        ]
        groups = [
            {
                "label": group.label,
                "rows": [self._row(row) for row in group.rows],
                "paired": group is block.groups[-1] and _ends_in_a_pair(group),
            }
            for group in block.groups
        ]
        return {
            "kind": "table",
            "columns": columns,
            "groups": groups,
            "note": self.text(block.note),
        }

    def _row(self, row: blocks.Row) -> Json:
        every_mark = len(self.targets) + 1
        return {
            "anchor": row.anchor,
            "target": row.target,
            "whole": _length(row) < _LONG_ROW,
            "cells": [self.text(cell, every_mark) for cell in row.cells],
        }


def _width(stated: str) -> Json:
    size = _WIDTH.fullmatch(stated.replace(" ", ""))
    if size is None:
        return {"size": 0, "unit": "auto"}
    return {"size": float(size[1]), "unit": size[2]}


def _length(row: blocks.Row) -> int:
    """Characters in a row."""
    return sum(len(plain(cell)) for cell in row.cells)


def _ends_in_a_pair(group: blocks.Group) -> bool:
    """Whether the last two rows of a table are kept together, so that none is left alone on the last page."""
    last_two = group.rows[-2:]
    return len(group.rows) > 2 and sum(map(_length, last_two)) < _LONG_ROW
