"""Data as HTML: the one place where text from the data folder meets markup, and where it is escaped.

``exhibit.html`` shows a block, to JupyterLab and to the HTML edition alike.
"""

from __future__ import annotations

import hashlib
import re
from colorsys import hls_to_rgb, rgb_to_hls
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

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


def page(template: str, folder: Path | None = None, **values: Any) -> str:
    """The HTML that `template`, of this package or of `folder`, makes of `values`, every text in them escaped."""
    return _environment(folder).get_template(template).render(values)


@cache
def _environment(folder: Path | None) -> Environment:
    own = Path(__file__).parent
    loader = FileSystemLoader([folder, own] if folder else own)
    environment = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"lines": lines, "picture": picture}
    return environment


def lines(words: str) -> Markup:
    """`words`, with a line break in the page for each in the text."""
    return Markup("<br>").join(words.split("\n"))


def picture(figure: dict[str, Any]) -> Markup:
    """The picture of a figure block, within the page and with its alternative text.

    A drawing comes as SVG whose ids are its own and whose colours have a second self on a dark page; a bitmap
    as an ``img`` that holds its data.
    """
    image = figure.get("image") or {"format": "svg", "text": figure["svg"]}
    if image["format"] == "svg":
        return _drawing(image["text"], figure["alt"])
    source = (
        f"data:image/{image['format'].replace('jpg', 'jpeg')};base64,{image['text']}"
    )
    return Markup('<img alt="{}" src="{}">').format(figure["alt"], source)


def _drawing(source: str, alt: str) -> Markup:
    own = f"d{hashlib.sha256(source.encode()).hexdigest()[:8]}-"
    root = ElementTree.fromstring(source)
    for parent in [*root.iter()]:
        for child in [*parent]:
            if not isinstance(child.tag, str) or _local(child.tag) not in _SHAPES:
                parent.remove(child)
    sizes = width, height = [root.attrib.pop(name, "") for name in ("width", "height")]
    for element in root.iter():
        element.tag = _local(element.tag)
        element.tail = element.tail if element.tag == "tspan" else None
        kept = (
            (_local(name), _attribute(_local(name), value, own))
            for name, value in element.items()
        )
        element.attrib = {name: value for name, value in kept if value is not None}
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
