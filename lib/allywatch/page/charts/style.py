"""What every figure shares with the page: palette, type, and a sheet measured in millimetres.

Colour is direction and nothing else. The hue of closer is the paler one, so that printed in grey the two differ.
"""

from __future__ import annotations

import importlib.resources
import io
import logging
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from briefmill.exhibits import Exhibit

INK = "#1A1D21"
SECONDARY = "#5A6169"
RULE = "#C6CBD1"
GHOST = "#8D949C"
PANEL = "#F5F6F8"
RANGE = "#E7EAED"  # behind a partner's own line: where the others run
HUE = {-1: "#A63D1B", 0: "#5A6169", 1: "#3C8DC4"}
PALE = {-1: "#EBCBBB", 0: "#E2E5E8", 1: "#CFE3F2"}
TEXT_HUE = {-1: "#A63D1B", 0: "#5A6169", 1: "#1F5F8C"}
SIZE = 7.4
#: Words that explain what is drawn.
SMALL: dict[str, Any] = {"size": 6.8, "color": SECONDARY, "va": "center"}
#: The name of a lane or panel, at its left.
HEADING: dict[str, Any] = {"size": SIZE + 0.4, "weight": "semibold"}

_MM = 25.4
_POINT = _MM / 72
#: Where each arrow points, in degrees from right, clockwise.
_TURN = {"away": 45, "contested": 0, "holding": 0, "closer": -45}
#: Measures of an arrow, in lengths of it.
_HALF_SHAFT = 0.11
_HALF_HEAD = 0.27
_NECK = 0.12

FAMILY = ["Source Sans Pro", "DejaVu Sans"]
STYLE: dict[Any, Any] = {
    "font.family": FAMILY,
    "font.size": SIZE,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.5,
    "axes.labelcolor": INK,
    "xtick.color": SECONDARY,
    "ytick.color": INK,
    "svg.fonttype": "path",
    "svg.hashsalt": "allywatch",
    "figure.dpi": 100,
}


@cache
def _register_fonts() -> None:
    """Make the type family known to matplotlib from its package, not from the system."""
    files = importlib.resources.files("font_source_sans_pro") / "files"
    # The fallback face has no semibold, which matplotlib would say on the page of every notebook.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for face in ("Regular", "Semibold", "Bold"):
        font_manager.fontManager.addfont(str(files / f"SourceSansPro-{face}.ttf"))


#: Decorates a chart, so that it is drawn in the house style and leaves that of others alone.
drawn = mpl.rc_context(STYLE)


def svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes for the same drawing."""
    buffer = io.StringIO()
    unsigned = {"Date": None, "Creator": None}
    figure.savefig(buffer, format="svg", metadata=unsigned, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


@cache
def text_width(words: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of `words` in mm as set in a figure."""
    _register_fonts()
    face = font_manager.FontProperties(family=FAMILY, size=size, weight=weight)
    return _width(TextPath((0, 0), words or " ", prop=face)) * _POINT


def clipped(words: str, sign: str, room: float) -> str:
    """`words` and `sign`, cut after a word and with an ellipsis where they are wider than `room` mm."""
    if text_width(words + sign) <= room:
        return words + sign
    kept = words.split(" ")
    while len(kept) > 1:
        kept.pop()
        shortened = " ".join(kept) + "…" + sign
        if text_width(shortened) <= room:
            return shortened
    return "…" + sign


def _width(path: Path) -> float:
    """The width of `path`: as its `get_extents` has it, which takes one curve at a time and far longer."""
    codes = np.asarray(path.codes)
    x = np.asarray(path.vertices)[:, 0]
    if not len(x) or Path.CURVE4 in codes:
        return path.get_extents().width
    control = np.flatnonzero(codes == Path.CURVE3)[::2]
    start = x[control - 1]
    bend = x[control]
    end = x[control + 1]
    # A curve reaches farthest where it runs straight up or down.
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = (start - bend) / (start - 2 * bend + end)
    turn = np.where((turn > 0) & (turn < 1), turn, 0)
    farthest = (1 - turn) ** 2 * start + 2 * turn * (1 - turn) * bend + turn**2 * end
    on_line = np.isin(codes, (Path.MOVETO, Path.LINETO))
    return float(np.ptp(np.concatenate([x[on_line], end, farthest])))


class Page:
    """A figure of `width` × `height` mm to draw on: x and y in mm, y downwards.

    `va` is how words lie about their y unless `text` is told otherwise.
    """

    def __init__(self, width: float, height: float, va: str = "center") -> None:
        _register_fonts()
        self.width = width
        self.height = height
        self.va = va
        self.figure = Figure(figsize=(width / _MM, height / _MM))
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")

    def inset(self, left: float, right: float, height: float) -> Axes:
        """Axes without a frame over the lowest `height` mm, from `left` to `right`."""
        place = (
            left / self.width,
            0,
            (right - left) / self.width,
            height / self.height,
        )
        axes = self.figure.add_axes(place, facecolor="none")
        axes.axis("off")
        return axes

    def exhibit(self, data: pd.DataFrame, **words: str) -> Exhibit:
        """The exhibit of what is drawn: `data` behind it; `words`: its ``alt``, and title, subtitle, source."""
        block = {
            "kind": "figure",
            "title": "",
            "subtitle": "",
            "source": "",
            "svg": svg(self.figure),
            "width_mm": self.width,
            "height_mm": round(self.height, 2),
        }
        return Exhibit(block | words, data)

    def text(
        self, x: float, y: float, words: str, side: str = "left", **look: Any
    ) -> None:
        """Words whose `side` is at x: left, center or right."""
        self.axes.text(x, y, words, **{"ha": side, "va": self.va} | look)

    def across(self, left: float, right: float, y: float, **look: Any) -> None:
        """A horizontal line."""
        self.axes.plot([left, right], [y, y], **look)

    def down(self, x: float, upper: float, lower: float, **look: Any) -> None:
        """A vertical line."""
        self.axes.plot([x, x], [upper, lower], **look)

    def shape(self, corners: Iterable[tuple[float, float]], **look: Any) -> None:
        """A filled shape. `Axes.fill` would draw the same, and first ask how far each shape reaches."""
        self.axes.add_artist(Polygon(list(corners), **look))

    def bar(
        self, left: float, right: float, middle: float, height: float, **look: Any
    ) -> None:
        """A filled bar from `left` to `right`, `height` mm high about `middle`."""
        upper = middle - height / 2
        lower = middle + height / 2
        corners = [(left, upper), (right, upper), (right, lower), (left, lower)]
        self.shape(corners, **look)

    def triangle(
        self, x: float, y: float, direction: int, size: float = 1.1, color: str = ""
    ) -> None:
        """A small ▲ or ▼ centred on (x, y); a dash where the tie holds."""
        if direction == 0:
            half = size * 0.7
            look = {"color": HUE[0], "lw": 1.2, "solid_capstyle": "butt", "zorder": 3}
            self.across(x - half, x + half, y, **look)
            return
        tip = y - direction * size * 0.8
        base = y + direction * size * 0.8
        corners = [(x - size, base), (x + size, base), (x, tip)]
        self.shape(corners, color=color or TEXT_HUE[direction], lw=0, zorder=3)

    def arrow(
        self, x: float, y: float, direction: str, size: float, color: str
    ) -> None:
        """The arrow of a direction key centred on (x, y); a `?` below the gate."""
        if direction == "insufficient":
            look = {"color": GHOST, "size": size * 2.1, "weight": "semibold"}
            self.text(x, y, "?", "center", va="center_baseline", **look)
            return
        half = size / 2
        shaft = size * _HALF_SHAFT
        barb = size * _HALF_HEAD
        neck = size * _NECK
        head = [(neck, -shaft), (neck, -barb), (half, 0), (neck, barb), (neck, shaft)]
        tail = [(-half, shaft), (-half, -shaft)]
        if direction == "contested":
            tail = [(-along, down) for along, down in reversed(head)]
        angle = math.radians(_TURN[direction])
        cos = math.cos(angle)
        sin = math.sin(angle)
        corners = [
            (x + along * cos - down * sin, y + along * sin + down * cos)
            for along, down in head + tail
        ]
        self.shape(corners, color=color, lw=0, zorder=3)


@drawn
def rehearse() -> None:
    """Draw a small figure and drop it: fonts are then read, and what else matplotlib makes once is made."""
    page = Page(10, 10)
    for weight in ("normal", "semibold", "bold"):
        page.text(1, 1, "Ag", va="center_baseline", weight=weight)
        text_width("Ag", weight=weight)
    page.shape([(1, 1), (2, 1), (2, 2)])
    page.across(1, 2, 1)
    svg(page.figure)
