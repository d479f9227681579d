"""The text of documents of word processors: .docx, .odt and .rtf."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from allywatch.desk.documents import days
from allywatch.desk.documents.extract import DocumentError, Extract
from allywatch.desk.documents.prose import tidy

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Elements of Word that stand for a character.
_SIGNS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
#: Between the cells of a row.
CELLS = " | "
_OPEN_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_OPEN_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def read_docx(content: bytes, name: str) -> Extract:
    """The text of a Word document, tables row by row and insertions included, heads, feet, notes and deletions not."""
    import docx

    try:
        document = docx.Document(io.BytesIO(content))
        body = document.element.body
        text = "\n".join(_word_lines(body))
        properties = document.core_properties
        made = properties.created
        stated = {"title": properties.title, "author": properties.author}
    except Exception as error:  # a damaged archive fails in many ways
        raise DocumentError(
            f"{name} is no Word document that can be read: {error}"
        ) from None
    if stated["author"] == "python-docx":  # its template's
        stated["author"] = ""
    stated["made"] = made.date().isoformat() if made else ""
    return Extract(tidy(text), _filled(stated))


def _word_lines(body: Any) -> Iterator[str]:
    """The paragraphs of a Word document, and the rows of its tables, each a line."""
    for element in body.iter(f"{_WORD}p", f"{_WORD}tr"):
        if _within(element, f"{_WORD}tr") is not None:
            continue
        if element.tag == f"{_WORD}p":
            yield _word_text(element)
            continue
        cells = [
            [_word_text(paragraph) for paragraph in cell.iter(f"{_WORD}p")]
            for cell in element.iter(f"{_WORD}tc")
            if _within(cell, f"{_WORD}tr") is element
        ]
        yield from _row_lines(cells)


def _within(element: Any, tag: str) -> Any:
    """The nearest element of this tag that another stands in; None where there is none."""
    return next(element.iterancestors(tag), None)


def _row_lines(cells: Iterable[Iterable[str]]) -> Iterator[str]:
    """A row of a table as one line with its cells; the paragraphs of a cell that has a row for itself are no row."""
    filled = []
    for paragraphs in cells:
        lines = [line for line in paragraphs if line.strip()]
        if lines:
            filled.append(lines)
    if len(filled) == 1:
        yield from filled[0]
    elif filled:
        yield CELLS.join(" ".join(map(str.strip, lines)) for lines in filled)


def _word_text(paragraph: Any) -> str:
    """The text of one paragraph; that of a box which stands in it follows by itself."""
    pieces = []
    for element in paragraph.iter(f"{_WORD}*"):
        sign = element.tag.removeprefix(_WORD)
        if sign != "t" and sign not in _SIGNS:
            continue
        above = list(element.iterancestors())
        home = next(each for each in above if each.tag == f"{_WORD}p")
        is_second = any(each.tag == _FALLBACK for each in above)
        is_moved_away = any(each.tag == f"{_WORD}moveFrom" for each in above)
        if home is paragraph and not is_second and not is_moved_away:
            pieces.append(element.text or "" if sign == "t" else _SIGNS[sign])
    return "".join(pieces)


def read_odt(content: bytes, name: str) -> Extract:
    """The text of an OpenDocument text, its notes at its end."""
    from odf import opendocument

    try:
        document = opendocument.load(io.BytesIO(content))
        paragraphs = [*_open_paragraphs(document.text)]
        stated = {}
        for element in document.meta.childNodes:
            words = str(element).strip()
            stated[element.qname[1]] = words
    except Exception as error:  # a damaged archive fails in many ways
        raise DocumentError(
            f"{name} is no OpenDocument text that can be read: {error}"
        ) from None
    made = stated.get("creation-date", "") or stated.get("date", "")
    cells = {
        "title": stated.get("title", ""),
        "author": stated.get("initial-creator", "") or stated.get("creator", ""),
        "made": days.stated(made),
    }
    return Extract(tidy("\n".join(paragraphs)), _filled(cells))


def _open_paragraphs(text: Any) -> Iterator[str]:
    """The paragraphs and headings under an element, then the notes in them; nothing that was deleted."""
    notes: list[str] = []
    skipped = {"tracked-changes", "table-of-content", "sequence-decls"}

    def of(node: Any) -> Iterator[str]:
        for child in node.childNodes:
            name = child.qname[1] if child.nodeType == 1 else ""
            if name == "table-row":
                yield from _row_lines(map(of, child.childNodes))
            elif name in ("p", "h") and child.qname[0] == _OPEN_TEXT:
                yield _open_text(child, notes)
            elif name and name not in skipped:
                yield from of(child)

    yield from of(text)
    yield from notes


def _open_text(node: Any, notes: list[str]) -> str:
    """The text of a paragraph; that of notes goes into `notes`."""
    pieces = []
    for child in node.childNodes:
        if child.nodeType != 1:
            pieces.append(str(child))
            continue
        name = child.qname[1]
        if name == "note":
            bodies = [each for each in child.childNodes if each.qname[1] == "note-body"]
            notes.extend(" ".join(_open_paragraphs(body)) for body in bodies)
        elif name in ("s", "tab", "line-break"):
            pieces.append(" ")
        elif child.qname[0] != _OPEN_OFFICE or name != "annotation":
            pieces.append(_open_text(child, notes))
    return "".join(pieces)


def read_rtf(content: bytes, name: str) -> Extract:
    """The text of an RTF file without its heads, feet and notes."""
    from striprtf.striprtf import rtf_to_text

    source = content.decode("latin-1")
    try:
        text = rtf_to_text(source, errors="replace")
        stated = {}
        for field in ("title", "author"):
            said = re.search(rf"{{\\{field} ([^{{}}]*)}}", source)
            stated[field] = rtf_to_text(f"{{\\rtf1 {said[1]}}}") if said else ""
    except Exception as error:  # a damaged file fails in many ways
        raise DocumentError(f"{name} is no RTF that can be read: {error}") from None
    time = re.search(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})", source)
    stated["made"] = days.stated(_numbers(time.groups())) if time else ""
    return Extract(tidy(text), _filled(stated))


def _numbers(parts: Iterable[str]) -> str:
    return "-".join(part.zfill(2) for part in parts)


def _filled(stated: dict[str, str]) -> dict[str, str]:
    """The cells that hold something, each on one line."""
    cells = {name: " ".join(cell.split()) for name, cell in stated.items()}
    return {name: cell for name, cell in cells.items() if cell}
