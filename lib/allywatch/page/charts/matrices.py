"""Partners against dimensions and against sources: the same partners in the same rows, side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.patches import Rectangle

from allywatch.evidence.network import Network
from allywatch.page import wording
from allywatch.page.charts import style
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.blocks import Block, omit
from briefmill.texts import typographic

WIDE = 112.0
NARROW = 60.0
NAMES = 24.0
NARROW_NAMES = 20.0
ROW = 4.0
HEAD = 6.0
#: Between rows of different directions.
BREAK = 1.4
#: Left white about a cell.
MARGIN = 0.4
SHADES = ("#FFFFFF", "#E2E5E8", "#C9CDD2", "#8D949C", "#5A6169")
ON_BASELINE = "center_baseline"


@style.drawn
def by_dimension(net: Network) -> Block:
    """Events in play by partner and dimension."""
    if net.with_events.empty:
        return omit("no partner has an event in play")
    labels = net.dataset.labels("events", "dimension")
    width = (WIDE - NAMES - 11) / len(labels)
    dark_from = net.dataset.rules["charts"]["dark_from_events"]
    rows = _rows(net)
    page = Page(WIDE, rows[-1].top + ROW + 0.5, ON_BASELINE)
    for column, label in enumerate(labels.values()):
        _head(page, NAMES + width * (column + 0.5), label.capitalize(), "center")
    _head(page, WIDE, "Balance", "right")
    counts = net.by_dimension.set_index(["partner", "dimension"])
    for row in rows:
        _name(page, row, NAMES - 1.6)
        for column, dimension in enumerate(labels):
            left = NAMES + width * column
            cell = counts.loc[(row.partner, dimension)]
            _cell(page, left, width, row, cell, dark_from)
        balance = wording.signed(row.balance) if pd.notna(row.balance) else "–"
        _beside(page, WIDE, row, balance, theme.FAINT)
    _breaks(page, rows)
    return page.exhibit(
        net.by_dimension,
        subtitle="a dash means silent, not nought",
        alt=wording.by_dimension_alt(net),
        source=wording.by_dimension_source(net),
    )


def _rows(net: Network) -> list[Any]:
    """The partners with an event in play; `top`: the upper edge of the row, a little apart between tiers."""
    tops = []
    top = HEAD
    before = ""
    for direction in net.with_events["direction"]:
        if before not in ("", direction):
            top += BREAK
        tops.append(top)
        top += ROW
        before = direction
    return list(net.with_events.assign(top=tops).itertuples())


def _breaks(page: Page, rows: list[Any]) -> None:
    """A line between rows of different directions."""
    for upper, lower in pairwise(rows):
        if upper.direction != lower.direction:
            page.across(0, page.width, lower.top - BREAK / 2, color=theme.INK, lw=0.6)


def _head(page: Page, x: float, label: str, side: str) -> None:
    look = {"weight": "semibold", "size": 6.9, "color": theme.SECONDARY}
    page.text(x, 2.6, label, side, **look)


def _has_direction(row: Any) -> bool:
    return row.direction != "insufficient"


def _beside(page: Page, x: float, row: Any, words: str, pale: str) -> None:
    """Words of a row that end at `x`, strong where the partner has a direction and in `pale` else."""
    look = {"color": pale}
    if _has_direction(row):
        look = {"color": theme.INK, "weight": "semibold"}
    page.text(x, row.top + ROW / 2, words, "right", **look)


def _name(page: Page, row: Any, x: float) -> None:
    _beside(page, x, row, row.name, theme.SECONDARY)


def _cell(
    page: Page, left: float, width: float, row: Any, counts: pd.Series, dark_from: int
) -> None:
    """The events of one partner and dimension: a sign and a number for each direction there is."""
    middle = row.top + ROW / 2
    centre = left + width / 2
    present = [way for way in ("closer", "away", "held") if counts[way]]
    if not present:
        page.text(centre, middle, "–", "center", color=theme.FAINT)
        return
    ink = theme.SECONDARY
    look = {"fc": "white", "ec": theme.FAINT}
    if _has_direction(row):
        fill, ink = _cell_colours(counts, dark_from)
        look = {"fc": fill, "ec": "none"}
    _fill(page, left, width, row, lw=0.6, **look)
    each = min(5.4, (width - 1) / len(present))
    for place, way in enumerate(present):
        x = centre + each * (place - len(present) / 2)
        if way == "held":
            page.arrow(x + 1.5, middle, "level", 2.4, ink)
        else:
            sign = 1 if way == "closer" else -1
            page.triangle(x + 1.5, middle, sign, 0.95, ink)
        page.text(x + 3.0, middle, str(int(counts[way])), color=ink)


def _fill(page: Page, left: float, width: float, row: Any, **look: Any) -> None:
    corner = (left + MARGIN, row.top + MARGIN)
    cell = Rectangle(corner, width - 2 * MARGIN, ROW - 2 * MARGIN, **look)
    page.axes.add_artist(cell)


def _cell_colours(counts: pd.Series, dark_from: int) -> tuple[str, str]:
    """Fill and ink: dark from `dark_from` events one way, pale below, grey where they go both ways or hold."""
    closer = counts["closer"]
    away = counts["away"]
    if bool(closer) == bool(away):
        return style.TONES[0].pale, theme.INK
    sign = 1 if closer else -1
    if closer + away < dark_from:
        return style.TONES[sign].pale, theme.INK
    return style.TONES[sign].fill, "white" if away else theme.INK


@style.drawn
def by_source(net: Network) -> Block:
    """How many events in play of each partner each source tells: which documents a row rests on."""
    if net.with_events.empty:
        return omit("no partner has an event in play")
    table = net.by_source
    width = (NARROW - NARROW_NAMES) / max(len(table.columns), 1)
    rows = _rows(net)
    page = Page(NARROW, rows[-1].top + ROW + 0.5, ON_BASELINE)
    for column, source in enumerate(table.columns):
        _head(page, NARROW_NAMES + width * (column + 0.5), source, "center")
    for row in rows:
        _name(page, row, NARROW_NAMES - 1.2)
        for column, source in enumerate(table.columns):
            left = NARROW_NAMES + width * column
            _count(page, left, width, row, table.at[row.partner, source])
    _breaks(page, rows)
    return page.exhibit(
        table,
        subtitle="events in play, by source",
        alt=wording.by_source_alt(net),
        source=wording.by_source_source(net),
    )


def _count(page: Page, left: float, width: float, row: Any, count: Any) -> None:
    """A number on a ground that is darker from 1, 2, 4 and 8 events; a dash for none."""
    shade = min(int(count).bit_length(), 4)
    words = str(count)
    ink = theme.INK if shade < 4 else "white"
    if count:
        _fill(page, left, width, row, fc=SHADES[shade], lw=0)
    else:
        words = "–"
        ink = theme.FAINT
    page.text(left + width / 2, row.top + ROW / 2, words, "center", color=ink)


@style.drawn
def single_source(net: Network) -> Block:
    """Scored events that one source alone tells, source by source."""
    counts = net.single_source_counts
    if counts.empty:
        return omit("no scored event rests on one source only")
    import seaborn as sns

    head = 5.0
    pitch = 5.0
    end = 52.0
    sources = net.pooled.sources.set_index("source_id").loc[counts.index]
    names = [typographic(name) for name in sources["called"]]
    start = max(map(style.text_width, names)) + 2
    page = Page(NARROW, head + pitch * len(counts), ON_BASELINE)

    bars = page.inset(start, end, pitch * len(counts))
    sns.barplot(
        x=counts.to_numpy(),
        y=list(counts.index),
        color=theme.FAINT,
        saturation=1,
        width=0.6,
        errorbar=None,
        ax=bars,
    )
    most = counts.max() * 1.12
    bars.set_xlim(0, most)

    page.text(NARROW, 2.4, "grade", "right", **style.SMALL)
    for place, count in enumerate(counts):
        y = head + pitch * (place + 0.5)
        page.text(start - 1.5, y, names[place], "right")
        beside = start + (end - start) * count / most + 1
        page.text(beside, y, str(count), weight="semibold")
        grade = sources["reliability"].iloc[place]
        page.text(NARROW, y, grade, "right", color=theme.SECONDARY)
    return page.exhibit(
        counts.reset_index(),
        subtitle=f"{len(net.single_source_events)} of {len(net.pooled.scored)}",
        alt=wording.single_source_alt(net),
    )
