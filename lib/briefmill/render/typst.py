"""A document set as a PDF by Typst.

The template reads the document as JSON from a private folder that lives as long as one compile; pictures and
attachments lie beside it. So no text from data is ever read as markup, parallel compiles cannot meet, and
the same document gives the same bytes wherever it is set.
"""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from briefmill import blocks, theme
from briefmill.render.document import Document
from briefmill.render.fonts import Family, faces, more_families
from briefmill.render.printable import drawable, printable
from briefmill.render.typst_blocks import TypstRenderer

STANDARDS: list[Any] = ["ua-1", "a-3a"]
_PRINT_PPI = 220
_TEMPLATES = ("briefing.typ", "blocks.typ", "words.typ")


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
        families = _furnish(root, document.paper or document)
        return typst.compile(
            str(root / "briefing.typ"),
            root=str(root),
            font_paths=faces(tuple(file for each in families for file in each.files)),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
        )


def bitmap(picture: blocks.Picture, width_mm: float = 0) -> tuple[bytes, float]:
    """A picture as a PNG for print, and how wide it is in mm: `width_mm`, or for 0 its own width."""
    import typst

    with tempfile.TemporaryDirectory(prefix="briefmill-") as folder:
        root = Path(folder)
        name = f"picture.{picture.format}"
        (root / name).write_bytes(_picture_bytes(picture))
        words = picture.text if _is_drawing(picture) else ""
        files = tuple(file for each in more_families(words) for file in each.files)
        width = f"{width_mm}mm" if width_mm else "auto"
        page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}", width: {width})'
        (root / "picture.typ").write_text(page, encoding="utf-8")
        png = typst.compile(
            str(root / "picture.typ"),
            root=str(root),
            font_paths=faces(files),
            ignore_system_fonts=True,
            format="png",
            ppi=_PRINT_PPI,
        )
    wide_px = int.from_bytes(png[16:20])  # as the head of a PNG says
    return png, wide_px / _PRINT_PPI * 25.4


def thumbnail(pdf: bytes, width_px: int) -> tuple[bytes, int]:
    """The first page of `pdf` as a PNG `width_px` pixels wide, and how many pages there are."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=width_px / page.get_width()).to_pil()
        pages = len(document)
    drawn = BytesIO()
    image.save(drawn, format="PNG", compress_level=3)  # as small as by 6, sooner
    return drawn.getvalue(), pages


def _furnish(root: Path, document: Document) -> tuple[Family, ...]:
    """Lay template, pictures, attachments and the document itself out in `root`.

    Returns
    -------
    tuple of Family
        The families of the system that the document is set in beside the faces of the page.
    """
    for name in _TEMPLATES:
        shutil.copyfile(Path(__file__).with_name(name), root / name)
    renderer = TypstRenderer(document.targets)
    content = _printable(renderer.document(document))
    (root / "pictures").mkdir()
    for path, picture in renderer.pictures.items():
        (root / path).write_bytes(_picture_bytes(picture))
    (root / "files").mkdir()
    for number, file in enumerate(document.files):
        (root / f"files/{number}").write_bytes(file.text.encode(errors="replace"))
    (root / "document.json").write_text(json.dumps(content), encoding="utf-8")
    words = json.dumps(content, ensure_ascii=False)
    drawings = [each.text for each in renderer.pictures.values() if _is_drawing(each)]
    families = more_families("".join([words, *drawings]))
    look = theme.as_json() | {"more_faces": [family.name for family in families]}
    (root / "theme.json").write_text(json.dumps(look), encoding="utf-8")
    return families


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def _picture_bytes(picture: blocks.Picture) -> bytes:
    if _is_drawing(picture):
        return drawable(picture.text).encode()
    return base64.b64decode(picture.text)


def _is_drawing(picture: blocks.Picture) -> bool:
    return picture.format == "svg"
