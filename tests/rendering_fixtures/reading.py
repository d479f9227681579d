"""Reading a PDF back, as a person, a screen reader or a checker would."""

from __future__ import annotations

import base64
import io

import nbformat.v4 as v4
import pikepdf
import pypdfium2
from PIL import Image

from briefmill.render.composition import compose
from briefmill.render.typst import compile_pdf


def export(*cells):
    return compile_pdf(compose(v4.new_notebook(cells=list(cells))))


def words(pdf):
    """The text of each page, as a reader would copy it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def elements(node):
    """Every structure element below `node`, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tags(opened):
    return [str(element.S) for element in elements(opened.Root.StructTreeRoot)]


def bookmarks(opened):
    with opened.open_outline() as outline:
        return [
            (item.title, [child.title for child in item.children])
            for item in outline.root
        ]


def links(opened):
    """(page it stands on, page it leads to, height it leads to) of every inner link."""
    numbers = {page.objgen: number for number, page in enumerate(opened.pages)}
    return [
        (number, numbers[note.Dest[0].objgen], float(note.Dest[3]))
        for number, page in enumerate(opened.pages)
        for note in page.get("/Annots", [])
        if "/Dest" in note
    ]


def png(width=60, height=40):
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(drawn, "PNG")
    return base64.b64encode(drawn.getvalue()).decode()
