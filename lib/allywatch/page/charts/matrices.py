"""Partners against dimensions and against sources: the same partners in the same rows, side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from allywatch.evidence.network import Network
from allywatch.page import wording
from allywatch.page.charts import style
from briefmill.blocks import Block, omit
from briefmill.texts import typographic

WIDE, NARROW, NAMES, ROW, HEAD, BREAK = 112.0, 60.0, 24.0, 4.0, 6.0, 1.4
CELL = 0.4  # mm left white about a cell
MIDDLE: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
SHADES = ("#FFFFFF", "#E2E5E8", "#C9CDD2", "#8D949C", "#5A6169")


@style.drawn
def by_dimension(net: Network) -> Block:
    """Events in play by partner and dimension."""
    if net.told.empty:
        return omit("no partner has an event in play")
    labels = net.dataset.labels("events", "dimension")
    width = (WIDE - NAMES - 11) / len(labels)
    rows, height = _rows(net)
    figure, page = style.canvas(WIDE, height)
    for at, label in enumerate(labels.values()):
        _head(page, NAMES + width * (at + 0.5), label.capitalize(), "center")
    _head(page, WIDE, "Balance", "right")
    table = net.by_dimension.set_index(["partner", "dimension"])
    dark_from = net.dataset.rules["charts"]["dark_from_events"]
    for row, y in rows:
        given = _name(page, row, y)
        for at, dimension in enumerate(labels):
            _cell(
                page,
                NAMES + width * at,
                y,
                width,
                table.loc[(row.partner, dimension)],
                given,
                dark_from,
            )
        said = wording.signed(row.balance) if row.balance == row.balance else "–"
        weight, ink = ("semibold", style.INK) if given else ("normal", style.GHOST)
        page.text(
            WIDE,
            y + ROW / 2,
            said,
            ha="right",
            va="center_baseline",
            weight=weight,
            color=ink,
        )
    _breaks(page, rows, WIDE)
    said = {
        "alt": wording.by_dimension_alt(net),
        "source": wording.by_dimension_source(net),
    }
    subtitle = "a dash means silent, not nought"
    return style.exhibit(
        figure, WIDE, height, net.by_dimension, subtitle=subtitle, **said
    )


def _rows(net: Network) -> tuple[list[tuple[Any, float]], float]:
    """The partners told of, with the upper edge of their rows, a little apart between tiers; and the height of all."""
    y, before, rows = HEAD, None, []
    for row in net.told.itertuples():
        y += BREAK if before and before != row.direction else 0
        rows.append((row, y))
        before, y = row.direction, y + ROW
    return rows, y + 0.5


def _breaks(page: Axes, rows: list[tuple[Any, float]], width: float) -> None:
    for (upper, _), (lower, y) in pairwise(rows):
        if upper.direction != lower.direction:
            page.plot([0, width], [y - BREAK / 2] * 2, color=style.INK, lw=0.6)


def _head(page: Axes, x: float, label: str, side: str) -> None:
    page.text(
        x,
        2.6,
        label,
        ha=side,
        va="center_baseline",
        weight="semibold",
        size=6.9,
        color=style.SECONDARY,
    )


def _name(page: Axes, row: Any, y: float, at: float = NAMES - 1.6) -> bool:
    given = row.direction != "insufficient"
    weight, ink = ("semibold", style.INK) if given else ("normal", style.SECONDARY)
    page.text(
        at,
        y + ROW / 2,
        row.name,
        ha="right",
        va="center_baseline",
        weight=weight,
        color=ink,
    )
    return given


def _cell(
    page: Axes,
    x: float,
    y: float,
    width: float,
    counts: Any,
    given: bool,
    dark_from: int,
) -> None:
    middle = x + width / 2, y + ROW / 2
    parts = [
        (sign, int(counts[way]))
        for sign, way in ((1, "closer"), (-1, "away"), (0, "held"))
        if counts[way]
    ]
    if not parts:
        page.text(*middle, "–", color=style.GHOST, **MIDDLE)
        return
    fill, ink = (
        _cell_look([part for part in parts if part[0]], dark_from)
        if given
        else ("white", style.SECONDARY)
    )
    _fill(page, x, y, width, fc=fill, ec="none" if given else style.GHOST, lw=0.6)
    each = min(5.4, (width - 1) / len(parts))
    for at, (sign, count) in enumerate(parts):
        left = middle[0] + each * (at - len(parts) / 2)
        if sign:
            style.triangle(page, left + 1.5, middle[1], sign, 0.95, ink)
        else:
            style.arrow(page, left + 1.5, middle[1], "holding", 2.4, ink)
        page.text(left + 3.0, middle[1], str(count), va="center_baseline", color=ink)


def _fill(page: Axes, x: float, y: float, width: float, **look) -> None:
    page.add_artist(
        Rectangle((x + CELL, y + CELL), width - 2 * CELL, ROW - 2 * CELL, **look)
    )


def _cell_look(moves: list[tuple[int, int]], dark_from: int) -> tuple[str, str]:
    """Fill and ink: dark from a few events one way, pale below, grey where they go both ways or hold."""
    if len(moves) != 1:
        return style.PALE[0], style.INK
    sign, count = moves[0]
    if count < dark_from:
        return style.PALE[sign], style.INK
    return style.HUE[sign], "white" if sign < 0 else style.INK


@style.drawn
def by_source(net: Network) -> Block:
    """How many events in play of each partner each source tells: which documents a row rests on."""
    if net.told.empty:
        return omit("no partner has an event in play")
    table = net.by_source
    left = 20.0
    width = (NARROW - left) / max(len(table.columns), 1)
    rows, height = _rows(net)
    figure, page = style.canvas(NARROW, height)
    for at, source in enumerate(table.columns):
        _head(page, left + width * (at + 0.5), source, "center")
    for row, y in rows:
        _name(page, row, y, left - 1.2)
        for at, source in enumerate(table.columns):
            count = table.at[row.partner, source]
            shade = min(int(count).bit_length(), 4)  # from 1, 2, 4 and 8 events
            x = left + width * at
            if count:
                _fill(page, x, y, width, fc=SHADES[shade], lw=0)
            ink = "white" if shade == 4 else style.INK if count else style.GHOST
            page.text(
                x + width / 2, y + ROW / 2, str(count or "–"), color=ink, **MIDDLE
            )
    _breaks(page, rows, NARROW)
    said = {"alt": wording.by_source_alt(net), "source": wording.by_source_source(net)}
    return style.exhibit(
        figure, NARROW, height, table, subtitle="events in play, by source", **said
    )


@style.drawn
def single_source(net: Network) -> Block:
    """Scored events that one source alone tells, source by source."""
    counts = net.single_by_source
    if counts.empty:
        return omit("no scored event rests on one source only")
    import seaborn as sns

    graded = net.pooled.sources.set_index("source_id")
    names = [typographic(f"{graded.at[source, 'called']}") for source in counts.index]
    start, end, pitch, most = (
        max(map(style.text_width, names)) + 2,
        52.0,
        5.0,
        counts.max() * 1.12,
    )
    height = 5.0 + pitch * len(counts)
    figure, page = style.canvas(NARROW, height)
    place = (start / NARROW, 0, (end - start) / NARROW, pitch * len(counts) / height)
    bars = figure.add_axes(place, facecolor="none")
    look = {"color": style.GHOST, "width": 0.6, "saturation": 1, "errorbar": None}
    sns.barplot(x=counts.to_numpy(), y=list(counts.index), ax=bars, **look)
    bars.set_xlim(0, most)
    bars.axis("off")
    page.text(NARROW, 2.4, "grade", ha="right", **style.SMALL)
    for at, (source, count) in enumerate(counts.items()):
        y, grade = 5.0 + pitch * (at + 0.5), graded.at[source, "reliability"]
        page.text(start - 1.5, y, names[at], ha="right", va="center_baseline")
        beside = start + (end - start) * count / most + 1
        page.text(beside, y, str(count), va="center_baseline", weight="semibold")
        page.text(
            NARROW, y, grade, ha="right", va="center_baseline", color=style.SECONDARY
        )
    said = {
        "alt": wording.single_source_alt(net),
        "subtitle": f"{len(net.single)} of {len(net.pooled.scored)}",
    }
    return style.exhibit(figure, NARROW, height, counts.reset_index(), **said)
