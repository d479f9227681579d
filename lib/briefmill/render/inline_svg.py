"""A picture within an HTML page: SVG whose ids are its own and whose colours have a second self on a dark page."""

from __future__ import annotations

import hashlib
import re
from colorsys import hls_to_rgb, rgb_to_hls
from xml.etree import ElementTree

from markupsafe import Markup

from briefmill import blocks

# What a drawing may be made of in a page: no scripts, no foreign elements, no style sheet of its own, which
# would reach the whole page, and no words that show up as a tooltip beside the alternative text.
_SHAPES = {
    *(
        "svg",
        "g",
        "defs",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
    ),
    *(
        "tspan",
        "clipPath",
        "mask",
        "pattern",
        "marker",
        "linearGradient",
        "radialGradient",
        "stop",
        "image",
    ),
}
_COLOUR = re.compile(r"(fill|stroke|stop-color):\s*#([0-9a-fA-F]{6})\b")
_OWN = re.compile(r"url\(\s*['\"]?#")
_LENGTH = re.compile(r"[\d.]+(pt|px|mm|cm|in)?")


def picture(block: blocks.Figure) -> Markup:
    """The picture of a figure, within the page and with its alternative text.

    With a picture for phones, each of both is shown where it fits. A drawing comes as SVG whose ids are its own and
    whose colours have a second self on a dark page; a bitmap as an ``img`` that holds its data.
    """
    wide = _drawn(block.picture, block.alt)
    if block.narrow is None:
        return wide
    narrow = _drawn(block.narrow, block.alt)
    return Markup(
        '<div class="on-wide">{}</div><div class="on-narrow">{}</div>'
    ).format(wide, narrow)


def _drawn(picture: blocks.Picture, alt: str) -> Markup:
    if picture.format == "svg":
        return inlined(picture.text, alt)
    kind = picture.format.replace("jpg", "jpeg")
    source = f"data:image/{kind};base64,{picture.text}"
    return Markup('<img alt="{}" src="{}">').format(alt, source)


def inlined(source: str, alt: str) -> Markup:
    """The SVG `source` as an element of a page, with its alternative text and nothing that reaches outside itself."""
    own = f"d{hashlib.sha256(source.encode()).hexdigest()[:8]}-"
    root = ElementTree.fromstring(source)
    for parent in [*root.iter()]:
        for child in [*parent]:
            if not isinstance(child.tag, str) or _local(child.tag) not in _SHAPES:
                parent.remove(child)
    sizes = width, height = [root.attrib.pop(name, "") for name in ("width", "height")]
    seen = set()
    for element in root.iter():
        element.tag = _local(element.tag)
        element.tail = element.tail if element.tag == "tspan" else None
        kept = (
            (_local(name), _attribute(_local(name), value, own))
            for name, value in element.items()
        )
        element.attrib = {name: value for name, value in kept if value is not None}
        if "id" in element.attrib and element.get("id") in seen:
            del element.attrib["id"]
        seen.add(element.get("id"))
    if "viewBox" not in root.attrib and all(map(_LENGTH.fullmatch, sizes)):
        root.set("viewBox", re.sub(r"[^\d. ]", "", f"0 0 {width} {height}"))
    natural = (
        f";--natural:{width}"
        if _LENGTH.fullmatch(width) and width[-1:].isalpha()
        else ""
    )
    root.attrib |= {
        "role": "img",
        "aria-label": alt,
        "style": f"max-width:none{natural}",
    }
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attribute(name: str, value: str, own: str) -> str | None:
    """The value of an attribute in the page, or None where it would reach outside the drawing or do something."""
    if name.startswith("on") or name in (
        "space",
        "role",
        "aria-label",
        "class",
        "tabindex",
    ):
        return None
    if name == "id":
        return own + value
    if name == "href" and value.startswith("#"):
        return f"#{own}{value[1:]}"
    if name == "href":
        return value if value.startswith("data:image/") else None
    if re.search(r"url\(", _OWN.sub("", value)) or "@import" in value:
        return None
    value = _OWN.sub(f"url(#{own}", value)
    return _COLOUR.sub(_either, value) if name == "style" else value


def _either(declared: re.Match) -> str:
    """A colour and then, for browsers that know of it, the choice between it and its dark self."""
    what, light = declared[1], f"#{declared[2].lower()}"
    return f"{what}: {light}; {what}: light-dark({light}, {_darkened(light)})"


def _darkened(colour: str) -> str:
    """What stands for `colour` on a dark page: greys change ends, a hue is lit up, and a pale one is dimmed."""
    hue, light, fullness = rgb_to_hls(
        *(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    if fullness < 0.2 or light == 1:
        light, fullness = 0.95 - 0.87 * light, min(fullness, 0.08)
    elif light > 0.75:
        light, fullness = 0.26, fullness * 0.6
    else:
        light = 0.65 if light < 0.45 else 0.45
    return "#" + "".join(
        f"{round(255 * part):02x}" for part in hls_to_rgb(hue, light, fullness)
    )
