"""A document set as a PDF by Typst.

The template reads the document as JSON from a private folder that lives as long as one compile; pictures and
attachments lie beside it. So no text from data is ever read as markup, parallel compiles cannot meet, and
the same document gives the same bytes wherever it is set.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from briefmill import blocks, theme
from briefmill.render.document import Document, PageRow, Section
from briefmill.render.fonts import faces
from briefmill.render.marks import MOST_MARKS, at_most, spans
from briefmill.render.printable import drawable, printable
from briefmill.render.renderer import Renderer
from briefmill.texts import Arrow, Marks, Run, Signs, Text, Words, is_empty, plain

STANDARDS: list[Any] = ["ua-1", "a-3a"]
# PDF/A-3 wants a date wherever files are attached; a document that has none says so with the oldest one.
UNDATED = "1970-01-01"

_TEMPLATES = ("briefing.typ", "blocks.typ", "words.typ")
_LINKS = ("https://", "http://", "mailto:")
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)(fr|mm)")
# A row with more characters than this may break across pages: kept whole, it could outgrow one.
_LONG_ROW = 1500

Json = dict[str, Any]


def compile_pdf(document: Document) -> bytes:
    """Set `document` as a tagged PDF: A4, PDF/UA-1 and PDF/A-3a, with its files attached.

    Returns
    -------
    bytes
        The same bytes for the same document, whatever the day, folder or process.

    Raises
    ------
    typst.TypstError
        If Typst refuses the document; the message names the place.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="briefmill-") as folder:
        root = Path(folder)
        _furnish(root, document.paper or document)
        return typst.compile(
            str(root / "briefing.typ"),
            root=str(root),
            font_paths=faces(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
        )


def thumbnail(pdf: bytes, width_px: int) -> tuple[bytes, int]:
    """The first page of `pdf` as a PNG `width_px` pixels wide, and how many pages there are."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=width_px / page.get_width()).to_pil()
        pages = len(document)
    drawn = BytesIO()
    image.save(drawn, format="PNG")
    return drawn.getvalue(), pages


def _furnish(root: Path, document: Document) -> None:
    """Lay template, pictures, attachments and the document itself out in `root`."""
    for name in _TEMPLATES:
        shutil.copyfile(Path(__file__).with_name(name), root / name)
    renderer = TypstRenderer(document.targets)
    content = renderer.document(document)
    (root / "pictures").mkdir()
    for path, picture in renderer.pictures.items():
        (root / path).write_bytes(_picture_bytes(picture))
    (root / "files").mkdir()
    for number, file in enumerate(document.files):
        (root / f"files/{number}").write_bytes(file.text.encode(errors="replace"))
    (root / "document.json").write_text(
        json.dumps(_printable(content)), encoding="utf-8"
    )
    (root / "theme.json").write_text(json.dumps(theme.as_json()), encoding="utf-8")


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def _picture_bytes(picture: blocks.Picture) -> bytes:
    if picture.format == "svg":
        return drawable(picture.text).encode()
    return base64.b64decode(picture.text)


class TypstRenderer(Renderer[Json]):
    """Blocks as the template wants them: nothing left to look up or to decide.

    `pictures` are those of the figures rendered so far, by their path.
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
            case Signs():
                return {"signs": [sign.as_json() for sign in run.signs]}
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

    def masthead(self, block: blocks.Masthead) -> Json:
        """The title block."""
        return {
            "kind": "masthead",
            "kicker": block.kicker,
            "aside": block.aside,
            "title": block.title,
            "facts": block.facts,
        }

    def bottom_line(self, block: blocks.BottomLine) -> Json:
        """The judgement of a page."""
        return {
            "kind": "bottom_line",
            "arrow": self._arrow(block.arrow) if block.arrow else None,
            "word": block.word,
            "note": block.note,
            "judgement": self.text(block.judgement),
            "rows": [[label, self.text(words)] for label, words in block.rows],
            "counts": [
                {
                    "arrow": self._arrow(count.arrow),
                    "value": count.value,
                    "word": count.word,
                }
                for count in block.counts
            ],
        }

    def judgement(self, block: blocks.Judgement) -> Json:
        """A headline and a few sentences."""
        return {
            "kind": "judgement",
            "arrows": [self._arrow(arrow) for arrow in block.arrows],
            "word": block.word,
            "note": block.note,
            "headline": self.text(block.headline),
            "paragraphs": [self.text(words) for words in block.paragraphs],
        }

    def chronology(self, block: blocks.Chronology) -> Json:
        """What happened, line by line."""
        groups = [
            {"label": group.label, "steps": [self._step(step) for step in group.steps]}
            for group in block.groups
        ]
        key = [
            {"arrow": self._arrow(entry.arrow), "words": entry.words}
            for entry in block.key
        ]
        return {"kind": "chronology", "groups": groups, "key": key}

    def _step(self, step: blocks.Step) -> Json:
        return {
            "when": step.when,
            "arrow": self._arrow(step.arrow),
            "runs": self.text(step.runs),
            "who": self.text(step.who),
            "drop": step.drop,
        }

    def triggers(self, block: blocks.Triggers) -> Json:
        """What to look out for."""
        columns = [
            {
                "label": column.label,
                "triggers": [self._trigger(trigger) for trigger in column.triggers],
            }
            for column in block.columns
        ]
        return {"kind": "triggers", "columns": columns}

    def _trigger(self, trigger: blocks.Trigger) -> Json:
        return {
            "arrow": self._arrow(trigger.arrow),
            "act": trigger.act,
            "meaning": self.text(trigger.meaning),
            "drop": trigger.drop,
        }

    def strip(self, block: blocks.Strip) -> Json:
        """Short answers side by side."""
        cells = [
            {
                "label": cell.label,
                "runs": self.text(cell.runs),
                "arrows": [self._arrow(arrow) for arrow in cell.arrows],
                "bar": cell.bar,
            }
            for cell in block.cells
        ]
        return {"kind": "strip", "cells": cells}

    def references(self, block: blocks.References) -> Json:
        """Where each mark leads."""
        items = [
            {
                "anchor": item.anchor,
                "words": item.words,
                "origin": item.origin,
                "always": item.always,
            }
            for item in block.items
        ]
        return {"kind": "references", "items": items}

    def key_figures(self, block: blocks.KeyFigures) -> Json:
        """Numbers side by side."""
        items = [
            {"label": item.label, "value": item.value, "note": item.note}
            for item in block.items
        ]
        return {"kind": "key_figures", "items": items}

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

    def prose(self, block: blocks.Prose) -> Json:
        """Passages of text."""
        items = [
            {
                "label": self.text(item.label),
                "runs": self.text(item.runs),
                "drop": item.drop,
            }
            for item in block.items
        ]
        return {
            "kind": "prose",
            "style": block.style,
            "items": items,
            "note": self.text(block.note),
        }

    def definition(self, block: blocks.Definition) -> Json:
        """A list of terms."""
        items = [
            {
                "label": term.label,
                "grade": term.grade,
                "muted": term.muted,
                "runs": self.text(term.runs),
            }
            for term in block.items
        ]
        return {"kind": "definition", "items": items, "note": self.text(block.note)}

    def gate(self, block: blocks.Gate) -> Json:
        """Boxes to be filled."""
        slots = [
            {
                "label": slot.label,
                "filled": slot.filled,
                "of": slot.of,
                "note": slot.note,
            }
            for slot in block.slots
        ]
        return {"kind": "gate", "slots": slots, "aside": self.text(block.aside)}

    def share(self, block: blocks.Share) -> Json:
        """Shares as bars."""
        return {
            "kind": "share",
            "runs_before": self.text(block.runs_before),
            "bars": [
                {"part": bar.part, "of": bar.of, "label": bar.label}
                for bar in block.bars
            ],
            "runs_after": self.text(block.runs_after),
        }

    def heading(self, block: blocks.Heading) -> Json:
        """An inner heading."""
        return {
            "kind": "heading",
            "level": block.level,
            "title": block.title,
            "subtitle": block.subtitle,
        }

    def paragraph(self, block: blocks.Paragraph) -> Json:
        """A paragraph."""
        return {"kind": "paragraph", "runs": self.text(block.runs)}

    def several(self, block: blocks.Several) -> Json:
        """Blocks one after another, as one piece."""
        return {"kind": "several", "blocks": self.each(block.blocks)}

    def list(self, block: blocks.Enumeration) -> Json:
        """A list."""
        return {
            "kind": "list",
            "ordered": block.ordered,
            "start": block.start,
            "items": [self.each(item) for item in block.items],
        }

    def quote(self, block: blocks.Quote) -> Json:
        """Blocks set off from the text."""
        return {"kind": "quote", "blocks": self.each(block.blocks)}

    def code(self, block: blocks.Code) -> Json:
        """Monospaced text."""
        return {"kind": "code", "text": block.text}

    def rule(self, block: blocks.Rule) -> Json:
        """A line."""
        return {"kind": "rule"}

    def problem(self, block: blocks.Problem) -> Json:
        """An error."""
        return {"kind": "problem", "name": block.name, "text": block.text}


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
