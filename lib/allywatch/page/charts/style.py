"""What every figure shares with the page: palette, type, and a sheet measured in millimetres.

Colour is direction and nothing else. The hue of closer is the paler one, so that printed in grey the two differ.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from briefmill import blocks, house, theme
from briefmill.house import SIZE, svg
from briefmill.render.printable import in_a_line

#: The tone of what leads away, leaves the tie as it was, or leads closer.
TONES = {
    -1: theme.TONES["down"],
    0: theme.Tone(theme.SECONDARY, theme.SECONDARY),
    1: theme.TONES["up"],
}
#: Words that explain what is drawn.
SMALL: dict[str, Any] = {"size": 6.8, "color": theme.SECONDARY, "va": "center"}

_MM = 25.4
#: A point in mm.
POINT = _MM / 72
#: From the baseline of a line up to its middle, in sizes of its type.
_MIDDLE = 0.3
#: Measures of an arrow, in lengths of it.
_HALF_SHAFT = 0.11
_HALF_HEAD = 0.27
_NECK = 0.12

#: The corners of a stout arrow to the right about its middle, in lengths of it.
_POINTER = (
    *((-0.48, -0.14), (0.02, -0.14), (0.02, -0.4), (0.5, 0.0)),
    *((0.02, 0.4), (0.02, 0.14), (-0.48, 0.14)),
)

#: Decorates a chart, so that it is drawn in the house style and leaves that of others alone.
drawn = house.style()


@cache
def text_width(words: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of `words` in mm as set in a figure."""
    if not words.strip():
        return 0.0
    house.register_fonts()
    family = [*house.FAMILY, *house.names_of_more_faces(words)]
    face = font_manager.FontProperties(family=family, size=size, weight=weight)
    return _width(TextPath((0, 0), in_a_line(words), prop=face)) * POINT


def clipped(words: str, room: float, size: float, weight: str = "normal") -> str:
    """`words`, cut after a letter with all its marks, and with an ellipsis, where they are wider than `room` mm."""
    if text_width(words, size, weight) <= room:
        return words
    whole = words.rstrip("…")

    def width_of(letters: int) -> float:
        return text_width(f"{whole[:letters].rstrip()}…", size, weight)

    # The more letters, the wider: how many there is room for is found by halves.
    kept = bisect_right(range(1, len(whole) + 1), room, key=width_of)
    while 0 < kept < len(whole) and unicodedata.category(whole[kept]).startswith("M"):
        kept -= 1
    return f"{whole[:kept].rstrip()}…"


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
        house.register_fonts()
        self.width = width
        self.height = height
        self.va = va
        self.figure = Figure(figsize=(width / _MM, height / _MM))
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")
        # Else every search of the figure for words would make ticks that nobody sees.
        self.axes.set(xticks=[], yticks=[])

    def exhibit(self, data: pd.DataFrame, **words: Any) -> blocks.Figure:
        """The exhibit of what is drawn: `data` behind it; `words`: its ``alt``, and title, subtitle, source."""
        return blocks.Figure(
            picture=blocks.Picture(svg(self.figure)),
            width_mm=self.width,
            height_mm=round(self.height, 2),
            data=data,
            **words,
        )

    def text(
        self, x: float, y: float, words: str, side: str = "left", **look: Any
    ) -> None:
        """Words whose `side` is at x: left, center or right."""
        look = {"ha": side, "va": self.va} | look
        self.axes.text(x, y, in_a_line(words), **look)

    def line(
        self,
        x: float,
        middle: float,
        words: str,
        size: float,
        side: str = "left",
        **look: Any,
    ) -> None:
        """One line of words whose small letters have their middle at `middle`, whatever letters they are."""
        baseline = middle + _MIDDLE * size * POINT
        self.text(x, baseline, words, side, va="baseline", size=size, **look)

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

    def pointer(
        self,
        x: float,
        y: float,
        direction: int,
        size: float,
        filled: bool = True,
        paper: str = "white",
        gid: str = "",
    ) -> None:
        """A stout arrow centred on (x, y), up or down to the right; not `filled`: its outline on `paper`."""
        turn = math.radians(45)
        corners = [
            (
                x + size * (along * math.cos(turn) - across * math.sin(turn)),
                y
                - direction * size * (along * math.sin(turn) + across * math.cos(turn)),
            )
            for along, across in _POINTER
        ]
        color = TONES[direction].fill
        look = {"fc": color if filled else paper, "ec": color, "lw": 0.75, "zorder": 3}
        self.shape(corners, joinstyle="miter", gid=gid or None, **look)

    def arrow(self, x: float, y: float, name: str, size: float, color: str) -> None:
        """The shape of that name in the theme, centred on (x, y): its glyph where it has no head."""
        shape = theme.SHAPES[name]
        if not shape.heads:
            look = {"color": theme.FAINT, "size": size * 2.1, "weight": "semibold"}
            self.text(x, y, shape.glyph, "center", va="center_baseline", **look)
            return
        half = size / 2
        shaft = size * _HALF_SHAFT
        barb = size * _HALF_HEAD
        neck = size * _NECK
        head = [(neck, -shaft), (neck, -barb), (half, 0), (neck, barb), (neck, shaft)]
        tail = [(-half, shaft), (-half, -shaft)]
        if shape.heads == 2:
            tail = [(-along, down) for along, down in reversed(head)]
        angle = math.radians(shape.turn)
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
