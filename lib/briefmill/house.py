"""Figures of one's own: whatever a cell draws with matplotlib, pandas or seaborn is set in the house's type and colours.

The module is an extension of IPython. The engines load it, and so does importing `allywatch.page` in a notebook that
somebody runs in Jupyter; from then on a figure that a cell shows is a block of the page, drawn for every width a section can have.
"""

from __future__ import annotations

import importlib
import importlib.resources
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill import theme
from briefmill.blocks import Block, Drawing, Figure, Picture, prose, show_as
from briefmill.engine import UNSEEN_VARIABLE
from briefmill.render.fonts import more_families
from briefmill.texts import Words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Drawn

MM_PER_INCH = 25.4
#: The columns that a section can have, in mm; a figure is drawn for each.
WIDTHS_MM = (178.0, 112.0, 86.5, 56.0)
HEIGHT_MM = 60.0  # of a figure whose size nobody chose
TALLEST_MM = 110.0
MOST_SERIES = 6
BUILT = "Description built from the chart."
NOTHING_DRAWN = "There is nothing to draw here: the chart has no data."

SIZE = 7.4  # points
FAMILY = [theme.SANS_FONT, theme.FALLBACK_FONT]
#: What every figure shares with the page.
STYLE: dict[Any, Any] = {
    "font.family": FAMILY,
    "font.size": SIZE,
    "text.color": theme.INK,
    "axes.edgecolor": theme.RULE,
    "axes.linewidth": 0.5,
    "axes.labelcolor": theme.INK,
    "xtick.color": theme.SECONDARY,
    "ytick.color": theme.INK,
    "svg.fonttype": "path",
    "svg.hashsalt": "allywatch",
    "figure.dpi": 100,
}
#: What a figure of one's own has beside that, where its author says nothing else.
OWN_STYLE: dict[Any, Any] = {
    "figure.figsize": (WIDTHS_MM[0] / MM_PER_INCH, HEIGHT_MM / MM_PER_INCH),
    "figure.constrained_layout.use": True,
    "axes.axisbelow": True,
    "axes.labelsize": SIZE,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.2,
    "axes.titleweight": "semibold",
    "grid.color": theme.RULE,
    "grid.linewidth": 0.35,
    "legend.fontsize": SIZE,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "xtick.labelsize": SIZE,
    "ytick.labelsize": SIZE,
}


# In a notebook


def load_ipython_extension(shell: Any) -> None:
    """Have `shell` show figures as blocks of a page."""
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type_by_name("matplotlib.figure", "Figure", _bundle)
    if UNSEEN_VARIABLE not in os.environ:
        from briefmill.render.html import preview

        show_as("text/html", preview)
    _dress_matplotlib()
    _dress_pandas()


def load_here() -> None:
    """Load the extension into the notebook that this process runs, if it runs one."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    in_notebook = shell.__class__.__name__ != "TerminalInteractiveShell"
    if shell is not None and in_notebook:
        manager: Any = shell.extension_manager
        manager.load_extension(__name__)


@cache
def _dress_matplotlib() -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    register_fonts()
    mpl.rcParams.update(STYLE | OWN_STYLE)
    mpl.rcParams["axes.prop_cycle"] = pyplot.cycler(color=theme.SERIES)


@cache
def _dress_pandas() -> None:
    import pandas as pd

    pd.set_option("plotting.backend", "briefmill.pandas_plots")


@contextmanager
def style() -> Iterator[None]:
    """The house's style and nothing else, for as long as something is drawn in it."""
    import matplotlib as mpl

    register_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        # A sum in dollars is no formula.
        mpl.rcParams.update(STYLE | {"text.parse_math": False})
        yield


@cache
def register_fonts() -> None:
    """Make the type family known to matplotlib from its package, not from the system."""
    from matplotlib import font_manager

    files = importlib.resources.files("font_source_sans_pro") / "files"
    # The fallback face has no semibold, which matplotlib would say on the page of every notebook.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for face in ("Regular", "Semibold", "Bold"):
        font_manager.fontManager.addfont(str(files / f"SourceSansPro-{face}.ttf"))


def _bundle(figure: Drawn, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    return _shown(figure)._repr_mimebundle_()


def _shown(figure: Drawn) -> Block:
    """The block of a figure; a line that says so where nothing is drawn in it."""
    if any(_has_data(axes) for axes in figure.axes):
        return exhibit(figure)
    return prose("small", [("", Words(NOTHING_DRAWN, remark=True))])


# A figure as a block


def exhibit(
    figure: Drawn | Axes,
    title: str = "",
    alt: str = "",
    source: str = "",
    subtitle: str = "",
) -> Figure:
    """A matplotlib figure, or the figure of an axes, as a block of the page.

    Parameters
    ----------
    figure
        Drawn by matplotlib, pandas or seaborn. It is not shown a second time when the cell ends.
    title, subtitle
        Stand over it as a heading.
    alt
        What it shows, for readers who cannot see it; without one it is built from the chart, and says so.
    source
        The line under it.
    """
    drawn: Any = figure if hasattr(figure, "savefig") else figure.figure
    _close(drawn)
    register_fonts()
    drawings = _drawings(drawn)
    widest = drawings[0]
    return Figure(
        title=title,
        subtitle=subtitle,
        picture=widest.picture,
        width_mm=widest.width_mm,
        drawings=drawings,
        alt=alt or description(drawn),
        source=source,
    )


def _close(figure: Drawn) -> None:
    """Keep a notebook from showing the figure by itself when the cell ends."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


def _drawings(figure: Drawn) -> tuple[Drawing, ...]:
    """The figure drawn for every width, its height and its type the same in all."""
    width, height = figure.get_size_inches()
    shown_height = min(height, TALLEST_MM / MM_PER_INCH)
    drawings = []
    for width_mm in WIDTHS_MM:
        figure.set_size_inches(width_mm / MM_PER_INCH, shown_height)
        drawings.append(Drawing(width_mm, Picture(svg(figure))))
    figure.set_size_inches(width, height)
    return tuple(drawings)


def svg(figure: Drawn) -> str:
    """A figure as SVG text, the same bytes for the same drawing."""
    import matplotlib as mpl

    _add_faces(figure)
    buffer = io.StringIO()
    settings: dict[Any, Any] = {
        name: STYLE[name] for name in ("svg.fonttype", "svg.hashsalt")
    }
    metadata = {"Date": None, "Creator": None}
    with mpl.rc_context(settings):
        figure.savefig(buffer, format="svg", metadata=metadata, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _add_faces(figure: Drawn) -> None:
    """Give each text of a figure the faces of the system that draw what the house's do not."""
    from matplotlib.text import Text

    for axes in figure.axes:
        if axes.axison:
            # The words at an axis are known once its ticks are.
            axes.get_xticklabels()
            axes.get_yticklabels()
    for words in figure.findobj(Text):
        more = names_of_more_faces(words.get_text())
        if more:
            words.set_fontfamily([*words.get_fontfamily(), *more])


def names_of_more_faces(words: str) -> list[str]:
    """The families of the system that draw what the house's do not of some words, made known to matplotlib."""
    families = more_families(words)
    for family in families:
        for file in family.files:
            _register(file)
    return [family.name for family in families]


@cache
def _register(file: Path) -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(file)


# What a chart shows, in words


def description(figure: Drawn) -> str:
    """A figure in words: its title, what its axes measure and over which range, and its series."""
    heading = figure.get_suptitle() if hasattr(figure, "get_suptitle") else ""
    sentences = [f"{heading}."] if heading else []
    sentences += [_axes_in_words(axes) for axes in figure.axes if _has_data(axes)]
    return " ".join([*sentences, BUILT])


def _has_data(axes: Axes) -> bool:
    drawn: list[Artist] = [*axes.lines, *axes.patches, *axes.collections, *axes.images]
    return bool(drawn)


def _axes_in_words(axes: Axes) -> str:
    title = axes.get_title("left") or axes.get_title() or axes.get_title("right")
    across = _axis_in_words("Across", axes.get_xlabel(), axes.xaxis)
    upwards = _axis_in_words("Upwards", axes.get_ylabel(), axes.yaxis)
    words = [f"Chart: {title}." if title else "Chart.", across, upwards]
    _, labels = axes.get_legend_handles_labels()
    series = [label for label in labels if not label.startswith("_")]
    if series:
        more = len(series) - MOST_SERIES
        named = ", ".join(series[:MOST_SERIES]) + (
            f" and {more} more" if more > 0 else ""
        )
        words.append(f"Series: {named}.")
    return " ".join(words)


def _axis_in_words(way: str, label: str, axis: Axis) -> str:
    """What an axis measures, and from where to where."""
    ticks = [tick.get_text() for tick in axis.get_ticklabels()]
    ticks = [tick for tick in ticks if tick]
    measured = f"{way}: {label}" if label else way
    if not ticks:
        return f"{measured}."
    return f"{measured}, from {ticks[0]} to {ticks[-1]}."
