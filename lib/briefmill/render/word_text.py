"""Words in a paragraph of a Word file."""

from __future__ import annotations

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from briefmill import theme
from briefmill.render.printable import permitted
from briefmill.texts import Words

LINKS = ("https://", "http://", "mailto:")
_SMALL = Pt(8.5)


def write(paragraph: Paragraph, words: str, style: str = "") -> Run:
    """Add a run of `words`, of which what no page can show is dropped.

    `style` holds any of those of `texts.Words`, and ``raised``.
    """
    run = paragraph.add_run(permitted(words))
    styles = style.split()
    if "strong" in styles:
        run.bold = True
    if "emph" in styles:
        run.italic = True
    if "struck" in styles:
        run.font.strike = True
    if "raised" in styles:
        run.font.superscript = True
    if "small" in styles:
        run.font.size = _SMALL
        colour(run, theme.SECONDARY)
    if "code" in styles:
        run.font.name = "Consolas"
    return run


def colour(run: Run, code: str) -> None:
    """Give a run a colour such as ``#1A1D21``."""
    run.font.color.rgb = RGBColor.from_string(code.removeprefix("#"))


def link(paragraph: Paragraph, words: Words) -> None:
    """Add words, as a link where they lead to an address."""
    run = write(paragraph, words.text, words.style)
    if not words.link.startswith(LINKS):
        return
    colour(run, theme.LINK)
    run.underline = True
    target = permitted(words.link)
    hyperlink = OxmlElement("w:hyperlink")
    hyperlink.set(
        qn("r:id"),
        paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True),
    )
    run._r.addprevious(hyperlink)
    hyperlink.append(run._r)
