"""The Word file itself: its page, styles and properties, and what python-docx leaves to its users."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from briefmill import theme
from briefmill.render.document import Document
from briefmill.render.printable import permitted
from briefmill.render.word_notes import TEXT_STYLE, Endnotes
from briefmill.render.word_text import write

#: What stands between the margins of an A4 page.
WIDTH_MM = 170.0
_PAGE_MM = (210, 297)
_MARGIN_MM = 20
_MOST = 255  # characters that a property of a file may have
_SIZES_PT = {
    "Normal": 10.5,
    "Title": 24,
    "Subtitle": 14,
    "Heading 1": 14,
    "Heading 2": 12,
    "Heading 3": 11,
    "Caption": 8.5,
    "Small print": 8.5,
    "Cell": 8.5,
    TEXT_STYLE: 8.5,
    "Header": 8.5,
    "Footer": 8.5,
}
_OWN = ("Small print", "Cell", TEXT_STYLE)
#: Of a letter in a cell, at its widest.
_LETTER_MM = 1.9
_CELL_AIR_MM = 4.5
_CELL_MARGIN_TWIPS = 108  # of Word's tables, at either side of a cell
_LONGEST_WORD = 18  # characters; a longer one may be broken
_QUIET = ("Caption", "Small print", "Header", "Footer")
#: The day of every file in the archive, so that the same document gives the same bytes; none can be older.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def blank(document: Document) -> WordFile:
    """An empty file that says in its properties and margins what `document` does."""
    file = docx.Document()
    _set_page(file, document)
    _set_styles(file, document.language)
    _set_properties(file, document)
    return file


def _set_page(file: WordFile, document: Document) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = map(Mm, _PAGE_MM)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(_MARGIN_MM))
    write(section.header.paragraphs[0], document.header)
    footer = section.footer.paragraphs[0]
    write(footer, f"{document.footer} · " if document.footer else "")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    footer._p.append(field)
    field.append(write(footer, "1")._r)


def _set_styles(file: WordFile, language: str) -> None:
    styles = file.styles
    for name in _OWN:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
    for name, size_pt in _SIZES_PT.items():
        style = styles[name]
        style.font.size = Pt(size_pt)
        style.font.italic = False
        style.font.bold = name == "Subtitle" or name.startswith("Heading")
        style.font.color.rgb = _rgb(theme.SECONDARY if name in _QUIET else theme.INK)
        _set_face(style)
        if name != "Normal" and not name.startswith("Heading"):
            style.paragraph_format.space_after = Pt(2)
        for spacing in style.element.rPr.findall(qn("w:spacing")):
            style.element.rPr.remove(spacing)  # of letters
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Normal"].paragraph_format.line_spacing = 1.1
    styles["Title"].paragraph_format.space_after = Pt(6)
    styles["Subtitle"].paragraph_format.space_after = Pt(6)
    for edge in styles["Title"].element.iter(qn("w:pBdr")):
        edge.getparent().remove(edge)
        break
    # Word sets the air in a cell to the left of the text; so that lines of tables begin where paragraphs do.
    for indent in styles["Table Grid"].element.iter(qn("w:tblInd")):
        indent.set(qn("w:w"), str(_CELL_MARGIN_TWIPS))
    for tongue in styles.element.iter(qn("w:lang")):
        tongue.set(qn("w:val"), language)


def _set_face(style: Any) -> None:
    """Calibri, which Word has everywhere and others have an equal of."""
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(faces.attrib):
        del faces.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        faces.set(qn(f"w:{name}"), "Calibri")


def _rgb(code: str) -> RGBColor:
    return RGBColor.from_string(code.removeprefix("#"))


def _set_properties(file: WordFile, document: Document) -> None:
    day = datetime.fromisoformat(document.date) if document.date else datetime(*_EPOCH)
    properties = file.core_properties
    properties.title = _property(document.title)
    properties.author = _property(document.footer)
    properties.subject = _property(document.description)
    properties.keywords = _property(", ".join(document.keywords))
    properties.language = document.language
    properties.created = day
    properties.modified = day
    properties.last_modified_by = ""
    properties.comments = ""
    package = file.part.package
    # It shows the first page of the template.
    thumbnail = package.rels
    for name, relation in list(thumbnail.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del thumbnail[name]


def _property(words: str) -> str:
    return permitted(words)[:_MOST]


def as_bytes(file: WordFile, notes: Endnotes) -> bytes:
    """The file with its endnotes."""
    if notes:
        notes.attach()
    saved = BytesIO()
    file.save(saved)
    dated = BytesIO()
    with ZipFile(saved) as old, ZipFile(dated, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return dated.getvalue()


# What paragraphs and tables have


def mark_as_header(row: Any) -> None:
    """Have a row stand at the head of each page, and be read as the names of the columns."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Have no page end within a row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def set_widths(table: Table, widths: Sequence[str]) -> None:
    """Give the columns their widths, such as ``21mm`` or ``1fr``, and none less than its longest word.

    One without any gets one part of what is left.
    """
    longest = [_longest_word_mm(column) for column in table.columns]
    stated = [_measure(width, "mm") for width in widths]
    parts = [_measure(width, "fr") or 1 for width in widths]
    fixed = [max(pair) for pair in zip(stated, longest, strict=True)]
    flexible = [number for number, mm in enumerate(stated) if not mm]
    left_mm = WIDTH_MM - sum(fixed)
    if flexible and left_mm > 0:
        whole = sum(parts[number] for number in flexible)
        for number in flexible:
            fixed[number] += left_mm * parts[number] / whole
    scale = WIDTH_MM / sum(fixed)
    for column, mm in zip(table.columns, fixed, strict=True):
        column.width = Mm(mm * scale)
        for cell in column.cells:
            if cell._tc.grid_span == 1:
                cell.width = column.width


def _longest_word_mm(column: Any) -> float:
    """About as wide as the longest word in a column with the air beside it."""
    cells = [cell for cell in column.cells if cell._tc.grid_span == 1]
    words = [word for cell in cells for word in cell.text.split()]
    letters = min(max(map(len, words), default=0), _LONGEST_WORD)
    return letters * _LETTER_MM + _CELL_AIR_MM


def _measure(width: str, unit: str) -> float:
    found = re.fullmatch(rf"(\d+(?:\.\d+)?){unit}", width.replace(" ", ""))
    return float(found[1]) if found else 0


def underline(paragraph: Paragraph) -> None:
    """Draw a line under a paragraph."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in {
        "val": "single",
        "sz": "4",
        "space": "1",
        "color": "auto",
    }.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def numbering(file: WordFile, start: int) -> int:
    """A new numbering for a list, from `start`; its id."""
    root = file.part.numbering_part.element
    style_number = file.styles["List Number"].element.pPr.numPr.numId.val
    model = root.num_having_numId(style_number)
    added = root.add_num(model.abstractNumId.val)
    added.add_lvlOverride(0).add_startOverride(start)
    return added.numId


def number(paragraph: Paragraph, numbering_id: int) -> None:
    """Make a paragraph an item of a numbered list."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering_id
