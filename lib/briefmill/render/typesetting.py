"""A composed document set as a PDF by Typst.

The template reads the document as JSON from a private folder that lives as long as one compile; pictures and
attachments lie beside it. So no text from the data is ever read as markup, parallel compiles cannot meet, and
the same document gives the same bytes wherever it is set.
"""

from __future__ import annotations

import atexit
import base64
import json
import re
import shutil
import tempfile
import unicodedata
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from briefmill.render.blocks import every_dict

STANDARDS = ["ua-1", "a-3a"]
# PDF/A-3 wants a date wherever files are attached; a document that has none says so with the oldest one.
UNDATED = "1970-01-01"
LONGEST_WORD, BREAK_EVERY = 30, 12  # characters

_TEMPLATES = ("briefing.typ", "exhibits.typ", "words.typ")
_SOURCE_FACES = ("Regular", "It", "Semibold", "Bold", "BoldIt")
_OTHER_FACES = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSansMono",
    "LastResortHE-Regular",
)
_FACES = {
    "font_source_serif_pro": ("files", "SourceSerifPro-{}.ttf", _SOURCE_FACES),
    "font_source_sans_pro": ("files", "SourceSansPro-{}.ttf", _SOURCE_FACES),
    "matplotlib": ("mpl-data/fonts/ttf", "{}.ttf", _OTHER_FACES),
}
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_JOINERS = "\u200b\u200c\u200d"  # a line may end here; Persian and Indic letters need the other two


def compile_pdf(document: dict[str, Any]) -> bytes:
    """Set `document` as a tagged PDF: A4, PDF/UA-1 and PDF/A-3a, with its files attached.

    Parameters
    ----------
    document
        A document as `composition.compose` returns it.

    Returns
    -------
    bytes
        The same bytes for the same document, whatever the day, folder or process.

    Raises
    ------
    typst.TypstError
        If Typst refuses the document; the message names the place.
    """
    with tempfile.TemporaryDirectory(prefix="allywatch-") as folder:
        root = Path(folder)
        _furnish(root, document)
        return _set(root)


def thumbnail(pdf: bytes, width_px: int) -> tuple[bytes, int]:
    """The first page of `pdf` as a PNG `width_px` pixels wide, and how many pages there are."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image, pages = (
            page.render(scale=width_px / page.get_width()).to_pil(),
            len(document),
        )
    drawn = BytesIO()
    image.save(drawn, format="PNG")
    return drawn.getvalue(), pages


def printable(words: str) -> str:
    """`words` with nothing in them a page cannot show.

    Controls, bidirectional controls, soft hyphens and code points that stand for no character are dropped;
    private characters, which PDF/A forbids, become U+FFFD; and a word longer than any line gets places to
    break. A character that no text face holds is drawn by the Last Resort face, which shows its number.
    """
    return _ENDLESS.sub(lambda word: _breakable(word[0]), _permitted(words))


def _permitted(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", lines)
    return _changed(
        normal, {character: _character(character) for character in set(normal)}
    )


def _changed(words: str, into: dict[str, str]) -> str:
    """`words` with some characters changed; most have none that is, and are not gone through for it."""
    table = {
        ord(character): other for character, other in into.items() if other != character
    }
    return words.translate(table) if table else words


def _character(character: str) -> str:
    if character == "\t":
        return "    "
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Co":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in ("Cc", "Cf", "Cs", "Cn") else character


def _breakable(word: str) -> str:
    pieces, since = [], 0
    for character in word:
        if since >= BREAK_EVERY and not unicodedata.category(character).startswith("M"):
            pieces.append("\u200b")
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    return (
        [_clean(inner) for inner in value] if isinstance(value, list | tuple) else value
    )


def _furnish(root: Path, document: dict[str, Any]) -> None:
    """Lay template, faces, pictures, attachments and the document itself out in `root`."""
    document = json.loads(json.dumps(document))
    for name in _TEMPLATES:
        shutil.copyfile(Path(__file__).with_name(name), root / name)
    (root / "pictures").mkdir()
    (root / "files").mkdir()
    figures = [block for block in every_dict(document) if block.get("kind") == "figure"]
    for number, figure in enumerate(figures):
        figure["path"] = f"pictures/{number}.{figure['image']['format']}"
        (root / figure["path"]).write_bytes(_picture(**figure.pop("image")))
    for number, file in enumerate(document["files"]):
        file["path"] = f"files/{number}"
        (root / file["path"]).write_bytes(file.pop("text").encode(errors="replace"))
    document["date"] = document["date"] or UNDATED
    (root / "document.json").write_text(json.dumps(_clean(document)), encoding="utf-8")


@cache
def faces():
    """The faces of a page as Typst holds them, for as long as this process lives.

    Just those a page uses are copied: the packages ship each twice, and Typst would pick by folder order.
    """
    import typst

    folder = Path(tempfile.mkdtemp(prefix="allywatch-faces-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for file in face_files():
        shutil.copyfile(file, folder / file.name)
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder)],
    )


def face_files() -> list[Path]:
    """The font files a page uses, wherever their packages lie."""
    found = []
    for package, (inside, pattern, names) in _FACES.items():
        # Found, not imported: importing matplotlib for four files would cost more than the compile.
        home = Path(find_spec(package).submodule_search_locations[0]) / inside
        found += [home / pattern.format(name) for name in names]
    return found


def _picture(format: str, text: str) -> bytes:
    """The picture's bytes; live text in a drawing loses the combining marks that no one face can set."""
    if format != "svg":
        return base64.b64decode(text)
    shown = _permitted(text)
    live = {
        c: ""
        for c in set(shown)
        if c in _JOINERS or unicodedata.category(c).startswith("M")
    }
    return _changed(shown, live).encode()


def _set(root: Path) -> bytes:
    import typst

    return typst.compile(
        str(root / "briefing.typ"),
        root=str(root),
        font_paths=faces(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
    )
