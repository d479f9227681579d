"""Endnotes, which python-docx does not know: a part of the file of their own, and references to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from briefmill.render.word_text import write

TEXT_STYLE = "Endnote Text"
_NAME = PackURI("/word/endnotes.xml")
#: Drawn between text and notes; Word asks for both, under these ids.
_SEPARATORS = {"-1": "separator", "0": "continuationSeparator"}


class Endnotes:
    """The endnotes of a Word file, numbered from 1 in the order in which they are first referred to.

    Word numbers them by itself, so that an editor's own fall into line. Each begins with its mark, in brackets.
    """

    def __init__(self, file: WordFile):
        self._file = file
        self._notes: Any = OxmlElement("w:endnotes")
        self._numbers: dict[str, int] = {}  # by mark
        for number, kind in _SEPARATORS.items():
            note = _element(self._notes, "endnote", type=kind, id=number)
            paragraph = _element(note, "p")
            _element(_element(paragraph, "r"), kind)

    def __len__(self) -> int:
        return len(self._numbers)

    def refer(self, paragraph: Paragraph, mark: str, said: Sequence[str]) -> None:
        """Refer to the note of a mark: the first time by the note itself, which says `said`, later by its number."""
        if mark in self._numbers:
            self._refer_again(paragraph, self._numbers[mark])
            return
        number = len(self._numbers) + 1
        self._numbers[mark] = number
        place = paragraph._p
        _element(place, "bookmarkStart", id=str(number), name=_bookmark(number))
        run = write(paragraph, "", "raised")
        _element(run._r, "endnoteReference", id=str(number))
        _element(place, "bookmarkEnd", id=str(number))
        self._add(number, mark, said)

    def _refer_again(self, paragraph: Paragraph, number: int) -> None:
        """A field that shows the number of a note, whatever it becomes, and leads to where it is first referred to."""
        instruction = f" NOTEREF {_bookmark(number)} \\h "
        field = _element(paragraph._p, "fldSimple", instr=instruction)
        field.append(write(paragraph, str(number), "raised")._r)

    def _add(self, number: int, mark: str, said: Sequence[str]) -> None:
        note = _element(self._notes, "endnote", id=str(number))
        style = self._file.styles[TEXT_STYLE]
        for position, words in enumerate(said):
            paragraph = Paragraph(_element(note, "p"), self._file._body)
            paragraph.style = style
            if position:
                write(paragraph, words)
            else:
                run = write(paragraph, "", "raised")
                _element(run._r, "endnoteRef")
                write(paragraph, f" [{mark}] ")
                write(paragraph, words, "strong")

    def attach(self) -> None:
        """Make the notes a part of their file."""
        main = self._file.part
        part = XmlPart(_NAME, CONTENT_TYPE.WML_ENDNOTES, self._notes, main.package)
        main.relate_to(part, RELATIONSHIP_TYPE.ENDNOTES)
        for_all = _decimal()
        for number in _SEPARATORS:
            _element(for_all, "endnote", id=number)
        settings = self._file.settings.element
        settings.find(qn("w:compat")).addprevious(for_all)
        section = self._file.sections[0]._sectPr
        section.find(qn("w:pgSz")).addprevious(_decimal())


def _decimal() -> Any:
    """How endnotes are numbered; left to itself, Word writes i, ii, iii."""
    properties = OxmlElement("w:endnotePr")
    _element(properties, "numFmt", val="decimal")
    return properties


def _bookmark(number: int) -> str:
    # One that begins with an underscore is not listed to whoever edits.
    return f"_RefNote{number}"


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    """A new last child of `parent`, of WordprocessingML."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element
