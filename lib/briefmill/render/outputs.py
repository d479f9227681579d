"""What a code cell put out, as blocks: our own exhibits first, anything else as decently as it allows."""

from __future__ import annotations

import base64
import binascii
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from briefmill.exhibits import BLOCK_MIME
from briefmill.render import markdown

Block = dict[str, Any]
_PICTURES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
_SVG = "{http://www.w3.org/2000/svg}"
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class MissingAltText(ValueError):
    """A picture without alternative text: it would be a blank to a reader who cannot see it."""


def blocks(cell: dict, place: str) -> list[Block]:
    """The blocks of one code cell's outputs, in order; code itself is never printed.

    Parameters
    ----------
    cell
        A code cell of an executed notebook.
    place
        How to name the cell in an error, such as ``"cell 7"``.

    Raises
    ------
    MissingAltText
        If a picture has no ``alt`` in the metadata of its output or cell.
    """
    return [
        block
        for output in cell.get("outputs", [])
        for block in _output(output, cell, place)
    ]


def _output(output: dict, cell: dict, place: str) -> list[Block]:
    kind = output["output_type"]
    if (
        kind == "stream"
    ):  # what a library grumbles about is for the log, not for the page
        return [] if output["name"] == "stderr" else _monospace(output["text"])
    if kind == "error":
        return [
            {
                "kind": "problem",
                "name": output["ename"],
                "text": _bare(output["evalue"]),
            }
        ]
    data = output["data"]
    if BLOCK_MIME in data:
        return [dict(data[BLOCK_MIME])]
    if "text/markdown" in data:
        return markdown.blocks(joined(data["text/markdown"]))
    drawn = picture(data, _alt(output, cell), place)
    return [drawn] if drawn else _monospace(data.get("text/plain", ""))


def picture(data: dict, alt: str, place: str) -> Block | None:
    """A figure block from a MIME bundle, or None if the bundle holds no picture that can be read."""
    image = _svg(data) or _bitmap(data)
    if image is None:
        return None
    if not alt.strip():
        raise MissingAltText(
            f"{place}: a picture has no alternative text; give the output or the cell a metadata entry 'alt'"
        )
    return {"kind": "figure", "image": image, "alt": alt}


def _alt(output: dict, cell: dict) -> str:
    """The alternative text in the output's metadata (also per MIME type), else in the cell's."""
    metadata = output.get("metadata", {})
    nested = [entry for entry in metadata.values() if isinstance(entry, dict)]
    found = (
        entry.get("alt") for entry in [metadata, *nested, cell.get("metadata", {})]
    )
    return next((str(alt) for alt in found if alt), "")


def _svg(data: dict) -> dict | None:
    source = joined(data.get("image/svg+xml", ""))
    return {"format": "svg", "text": source} if is_svg(source) else None


def is_svg(source: str) -> bool:
    """Whether `source` is a well-formed SVG that needs nothing from outside itself."""
    try:
        root = ElementTree.fromstring(source)
    except (ElementTree.ParseError, ValueError):
        return False
    given = (
        attribute for image in root.iter(f"{_SVG}image") for attribute in image.items()
    )
    links = [value for name, value in given if name.endswith("href")]
    return root.tag == f"{_SVG}svg" and all(link.startswith("data:") for link in links)


def _bitmap(data: dict) -> dict | None:
    from PIL import Image

    for mime, suffix in _PICTURES.items():
        encoded = "".join(joined(data.get(mime, "")).split())
        try:
            Image.open(BytesIO(base64.b64decode(encoded, validate=True))).verify()
        except (binascii.Error, OSError, SyntaxError, ValueError):
            continue
        return {"format": suffix, "text": encoded}
    return None


def _monospace(words: str | list[str]) -> list[Block]:
    bare = _bare(joined(words)).strip("\n")
    return [{"kind": "code", "text": bare}] if bare.strip() else []


def _bare(words: str) -> str:
    return _COLOUR_CODES.sub("", words)


def joined(words: str | list[str]) -> str:
    """The text of a cell or of a MIME value, which a notebook file may hold as a list of lines."""
    return words if isinstance(words, str) else "".join(words)
