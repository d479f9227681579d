"""One palette, one type family, sizes in millimetres: what every figure shares with the page.

Colour is direction and nothing else; the paler hue is the closer one, so that grey keeps the order.
"""

from __future__ import annotations

import importlib.resources
import io
import logging
import math
from collections.abc import Iterable
from functools import cache, wraps
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

from briefmill import blocks

INK, SECONDARY, RULE, GHOST, PANEL = (
    "#1A1D21",
    "#5A6169",
    "#C6CBD1",
    "#8D949C",
    "#F5F6F8",
)
RANGE = "#E7EAED"  # behind a partner's own line: where the others run
HUE = {-1: "#A63D1B", 0: "#5A6169", 1: "#3C8DC4"}
PALE = {-1: "#EBCBBB", 0: "#E2E5E8", 1: "#CFE3F2"}
TEXT_HUE = {-1: "#A63D1B", 0: "#5A6169", 1: "#1F5F8C"}
SIZE = 7.4
SMALL: dict[str, Any] = {
    "size": 6.8,
    "color": SECONDARY,
    "va": "center",
}  # words that explain what is drawn

_MM = 25.4
_POINT = _MM / 72

STYLE = {
    "font.family": ["Source Sans Pro", "DejaVu Sans"],
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


def drawn(chart):
    """Decorates a chart: whatever it draws is drawn in the house style, and in no other."""

    @wraps(chart)
    def in_style(*arguments, **named):
        _register_fonts()
        with mpl.rc_context(STYLE):
            return chart(*arguments, **named)

    return in_style


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure of `width` × `height` mm and one axes over all of it, in mm, y downwards."""
    figure = Figure(figsize=(width / _MM, height / _MM))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return figure, axes


def svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes for the same drawing."""
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True
    )
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def exhibit(
    figure: Figure, width: float, height: float, data: pd.DataFrame, **said: str
) -> blocks.Figure:
    """The block of a figure; `said` are its ``alt`` and, where it has them, its title, subtitle and source line."""
    return blocks.Figure(
        picture=blocks.Picture(svg(figure)),
        width_mm=width,
        height_mm=round(height, 2),
        data=data,
        **said,
    )


@drawn
def rehearse() -> None:
    """Draw a small figure and drop it: the faces are then read, and whatever else is made once is there."""
    figure, axes = canvas(10, 10)
    for weight in ("normal", "semibold", "bold"):
        axes.text(1, 1, "Ag", weight=weight, va="center_baseline")
        text_width("Ag", weight=weight)
    shape(axes, [1, 2, 2], [1, 1, 2])
    axes.plot([1, 2], [1, 2])
    svg(figure)


@cache
def text_width(words: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of `words` in mm as set in a figure."""
    face = font_manager.FontProperties(
        family=STYLE["font.family"], size=size, weight=weight
    )
    return _width(TextPath((0, 0), words or " ", prop=face)) * _POINT


def clipped(words: str, sign: str, room: float) -> str:
    """`words` and `sign` if they are no wider than `room` mm, or else as many of the words as are, with an ellipsis."""
    said = words.split(" ")
    cuts = [
        words,
        *(" ".join(said[:count]) + "…" for count in range(len(said) - 1, 0, -1)),
    ]
    return next(
        (cut + sign for cut in cuts if text_width(cut + sign) <= room), "…" + sign
    )


def _width(path: Path) -> float:
    """The width of `path` as its `get_extents` has it, which looks at one curve after the other and takes far longer."""
    codes, x = path.codes, path.vertices[:, 0]
    if len(x) == 0 or (codes == Path.CURVE4).any():
        return path.get_extents().width
    control = np.flatnonzero(codes == Path.CURVE3)[::2]
    start, bend, end = x[control - 1], x[control], x[control + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = (start - bend) / (
            start - 2 * bend + end
        )  # where the curve runs straight up or down
    turn = np.where((turn > 0) & (turn < 1), turn, 0)
    farthest = (1 - turn) ** 2 * start + 2 * turn * (1 - turn) * bend + turn**2 * end
    on_line = np.isin(codes, (Path.MOVETO, Path.LINETO))
    reached = np.concatenate([x[on_line], end, farthest])
    return float(reached.max() - reached.min())


def shape(axes: Axes, xs: Iterable[float], ys: Iterable[float], **look) -> None:
    """A filled shape with these corners in mm, as `Axes.fill` draws it, which first asks how far each reaches."""
    axes.add_artist(Polygon([*zip(xs, ys, strict=True)], **look))


def bar(
    axes: Axes, left: float, right: float, middle: float, thick: float, **look
) -> None:
    """A filled bar from `left` to `right`, `thick` mm high about `middle`."""
    upper, lower = middle - thick / 2, middle + thick / 2
    shape(axes, [left, right, right, left], [upper, upper, lower, lower], **look)


def triangle(
    axes: Axes, x: float, y: float, direction: int, size: float = 1.1, color: str = ""
) -> None:
    """A small ▲ or ▼ centred on (x, y) in mm; a dash where the tie holds."""
    if direction == 0:
        axes.plot(
            [x - size * 0.7, x + size * 0.7],
            [y, y],
            color=HUE[0],
            lw=1.2,
            solid_capstyle="butt",
            zorder=3,
        )
        return
    tip, base = y - direction * size * 0.8, y + direction * size * 0.8
    shape(
        axes,
        [x - size, x + size, x],
        [base, base, tip],
        color=color or TEXT_HUE[direction],
        lw=0,
        zorder=3,
    )


_TURN = {"away": 45, "contested": 0, "holding": 0, "closer": -45}
_HALF_SHAFT, _HALF_HEAD, _NECK = 0.11, 0.27, 0.12  # in lengths of the arrow


def arrow(
    axes: Axes, x: float, y: float, direction: str, size: float, color: str
) -> None:
    """The arrow of a direction key centred on (x, y) in mm; a `?` in a dashed ring below the gate."""
    if direction == "insufficient":
        place = {"ha": "center", "va": "center_baseline"}
        axes.text(x, y, "?", color=GHOST, size=size * 2.1, weight="semibold", **place)
        return
    half, shaft, head, neck = (
        size / 2,
        size * _HALF_SHAFT,
        size * _HALF_HEAD,
        size * _NECK,
    )
    upper = [(neck, -shaft), (neck, -head), (half, 0), (neck, head), (neck, shaft)]
    tail = [(-half, shaft), (-half, -shaft)]
    if direction == "contested":
        tail = [(-across, down) for across, down in reversed(upper)]
    angle = math.radians(_TURN[direction])
    turned = [
        (
            x + a * math.cos(angle) - d * math.sin(angle),
            y + a * math.sin(angle) + d * math.cos(angle),
        )
        for a, d in upper + tail
    ]
    shape(axes, *zip(*turned, strict=True), color=color, lw=0, zorder=3)
