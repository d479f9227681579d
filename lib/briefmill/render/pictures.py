"""Pictures in a MIME bundle, as far as they can be read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree import ElementTree

from briefmill.blocks import Picture

_BITMAPS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
_SVG = "{http://www.w3.org/2000/svg}"

Bundle = Mapping[str, str | Sequence[str]]


def joined(words: str | Sequence[str]) -> str:
    """The text of a cell or of a MIME value, which a notebook file may hold as a list of lines."""
    return words if isinstance(words, str) else "".join(words)


def picture_of(bundle: Bundle) -> Picture | None:
    """The picture in a MIME bundle, or None if there is none that can be read."""
    source = joined(bundle.get("image/svg+xml", ""))
    if is_svg(source):
        return Picture(source)
    for mime, suffix in _BITMAPS.items():
        encoded = "".join(joined(bundle.get(mime, "")).split())
        if _is_bitmap(encoded):
            return Picture(encoded, suffix)
    return None


def is_svg(source: str) -> bool:
    """Whether `source` is a well-formed SVG that needs nothing from outside itself."""
    try:
        root = ElementTree.fromstring(source)
    except (ElementTree.ParseError, ValueError):
        return False
    if root.tag != f"{_SVG}svg":
        return False
    attributes = [
        attribute for image in root.iter(f"{_SVG}image") for attribute in image.items()
    ]
    links = [value for name, value in attributes if name.endswith("href")]
    return all(link.startswith("data:") for link in links)


def _is_bitmap(encoded: str) -> bool:
    from PIL import Image

    try:
        Image.open(BytesIO(base64.b64decode(encoded, validate=True))).verify()
    except (binascii.Error, OSError, SyntaxError, ValueError):
        return False
    return True
