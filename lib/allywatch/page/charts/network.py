"""The network in two figures: where its partners lie, and how far each has moved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pandas as pd
from matplotlib.patches import FancyBboxPatch

from allywatch.data.frames import each_row
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.page import directions, wording
from allywatch.page.charts import style
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.blocks import Block, omit
from briefmill.texts import Arrow

WIDTH = 178.0
TILE = 16.5
GAP = 1.2
STEP = TILE + GAP
#: Room for the name of a region above and below the tiles.
LABEL = 4.0
COLUMNS = int(WIDTH // STEP)

ON_BASELINE = "center_baseline"
AWAY = style.TONES[-1]
CLOSER = style.TONES[1]
#: By way of the direction: the colour of its dot.
DOT = {"away": AWAY.fill, "closer": CLOSER.fill}
#: Row and column of a tile, counted from 1.
Place = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """Colours of a tile."""

    fill: str
    outline: str
    words: str
    arrow: str


#: By way of the direction.
LOOKS = {
    "away": Look(AWAY.fill, AWAY.fill, "white", "white"),
    "turned": Look("#C9CDD2", "#C9CDD2", theme.INK, theme.INK),
    "contested": Look("#C9CDD2", "#C9CDD2", theme.INK, theme.INK),
    "holding": Look("white", theme.INK, theme.INK, theme.INK),
    "closer": Look(CLOSER.pale, CLOSER.fill, theme.INK, CLOSER.text),
    "insufficient": Look("white", theme.FAINT, theme.SECONDARY, theme.FAINT),
}


@style.drawn
def tile_map(net: Network) -> Block:
    """One tile per partner, placed by the data folder roughly by geography; no border is drawn."""
    if net.verdicts.empty:
        return omit("no partner has evidence")
    placed = places(net.verdicts)
    sample = _sample_place(set(placed.values()))
    rows = max(row for row, _ in [*placed.values(), sample])
    page = Page(WIDTH, 2 * LABEL + rows * STEP)
    _sample(page, sample)
    row: Any
    for row in each_row(net.verdicts):
        sign = directions.arrow(net.dataset, row.direction)
        counts = (str(row.closer), str(row.away))
        tile_way = way(net.dataset.rules, row.direction)
        _tile(page, placed[row.partner], row.name, sign, tile_way, *counts)
    for region, x, y in _regions(net.verdicts, placed, sample):
        page.text(x, y, region, **style.SMALL)
    return page.exhibit(
        net.verdicts,
        subtitle="one tile per partner, placed roughly by geography",
        alt=wording.tile_map_alt(net),
        source=wording.network_source(net),
    )


def places(verdicts: pd.DataFrame) -> dict[str, Place]:
    """Row and column of each partner's tile; partners without one, or whose place is taken, come below."""
    placed: dict[str, Place] = {}
    row: Any
    for row in each_row(verdicts.dropna(subset=["tile_row", "tile_col"])):
        place = (int(row.tile_row), int(row.tile_col))
        if place not in placed.values() and row.tile_col <= COLUMNS:
            placed[row.partner] = place
    below = max((row for row, _ in placed.values()), default=0) + 1
    unplaced = verdicts.loc[~verdicts["partner"].isin(placed), "partner"]
    for number, partner in enumerate(unplaced):
        placed[partner] = (below + number // COLUMNS, number % COLUMNS + 1)
    return placed


def _sample_place(taken: set[Place]) -> Place:
    """The first place with a free one to its right, for the tile that explains the others."""
    for row in count(1):
        for column in range(1, COLUMNS):
            if not {(row, column), (row, column + 1)} & taken:
                return row, column
    raise AssertionError


def _corner(place: Place) -> tuple[float, float]:
    """Left and upper edge of a tile in mm."""
    row, column = place
    return (column - 1) * STEP + 0.5, LABEL + (row - 1) * STEP


def _tile(
    page: Page,
    place: Place,
    name: str,
    sign: Arrow,
    tile_way: str,
    closer: str,
    away: str,
) -> None:
    x, y = _corner(place)
    look = LOOKS[tile_way]
    edge: dict[str, Any] = {"fc": look.fill, "ec": look.outline, "lw": 0.8}
    if tile_way == "insufficient":
        edge["ls"] = (0, (2.2, 1.6))
    box = FancyBboxPatch((x, y), TILE, TILE, "round,pad=0,rounding_size=0.8", **edge)
    page.axes.add_artist(box)
    bold = {"weight": "semibold", "color": look.words}
    for number, line in enumerate(_lines(name)):
        size = min(6.9, 6.9 * (TILE - 2.2) / style.text_width(line, 6.9, "semibold"))
        page.text(x + 1.2, y + 2.4 + 2.6 * number, line, size=size, **bold)
    page.arrow(x + TILE / 2, y + 8.6, sign.shape, 5.6, look.arrow)
    _tally(page, x + 2.2, y + 14.2, 1, closer, look.words)
    left = x + TILE - 4.6 - 1.1 * (len(away) - 1)
    _tally(page, left, y + 14.2, -1, away, look.words)


def _tally(page: Page, x: float, y: float, sign: int, words: str, colour: str) -> None:
    page.triangle(x, y, sign, 0.95, colour)
    page.text(x + 1.5, y, words, size=6.9, color=colour, va=ON_BASELINE)


def _lines(name: str) -> list[str]:
    """A name on one line, or on two where it is too long for one and has a space."""
    if style.text_width(name, 6.9, "semibold") <= TILE - 2.2:
        return [name]
    return name.split(" ", 1)


def _sample(page: Page, place: Place) -> None:
    """The tile that explains the others."""
    x, y = _corner(place)
    _tile(page, place, "Partner", Arrow("holding", "level"), "holding", "n", "n")
    page.text(x, y - 2.0, "How to read a tile", **style.SMALL)
    beside = x + TILE + 1.4
    page.text(beside, y + 7.2, "direction of the", **style.SMALL)
    page.text(beside, y + 10.0, "tie; ?: too thin", **style.SMALL)
    page.text(beside, y + 14.2, "events closer, away", **style.SMALL)


def _regions(
    verdicts: pd.DataFrame, placed: dict[str, Place], sample: Place
) -> Iterator[tuple[str, float, float]]:
    """Where each region's name goes: above its topmost tile or, where that place is taken, below its lowest."""
    sample_words = (sample[0], sample[1] + 1)
    taken = {*placed.values(), sample, sample_words}
    for region, members in verdicts[verdicts["region"] != ""].groupby("region"):
        tiles = sorted(placed[partner] for partner in members["partner"])
        top = tiles[0]
        lowest = max(tiles, key=lambda place: (place[0], -place[1]))
        columns = math.ceil((style.text_width(region, 6.8) + 1) / STEP)
        for (row, column), step, drop in ((top, -1, -2.0), (lowest, 1, TILE + 2.2)):
            first = min(column, COLUMNS + 1 - columns)
            needed = {(row + step, first + more) for more in range(columns)}
            if not needed & taken:
                x, y = _corner((row, first))
                yield str(region), x, y + drop
                taken |= needed
                break


# The table of tiers, from left to right: where its columns stand, and the axis of balances.
NAME_AT = 46.0
BALANCE_AT = 84.0
COUNTS_AT = 97.0
AXIS_FROM = 106.0
AXIS_TO = 148.0
HOLDS_AT = 155.0
PITCH = 5.0
HEAD = 6.0
#: Between tiers.
BREAK = 2.4


@style.drawn
def tiers(net: Network) -> Block:
    """Partners with a verdict by tier: balance, its range with one source left out, and whether the word holds."""
    if net.with_direction.empty:
        return omit("no partner passes the evidence gate")
    shown = [
        tier for tier in net.tiers if (net.with_direction["direction"] == tier).any()
    ]
    height = HEAD + PITCH * len(net.with_direction) + BREAK * (len(shown) - 1) + 2.2
    page = Page(WIDTH, height, ON_BASELINE)
    _axis(page, net.dataset.rules)
    y = HEAD
    for tier in shown:
        if tier != shown[0]:
            page.across(0, WIDTH, y + BREAK / 2, color=theme.RULE, lw=0.5)
            y += BREAK
        middle = y + PITCH / 2
        tier_way = way(net.dataset.rules, tier)
        look = LOOKS[tier_way]
        colour = look.outline if tier_way == "away" else look.arrow
        shape = directions.arrow(net.dataset, tier).shape
        page.arrow(2.2, middle, shape, 4.2, colour)
        word = wording.direction_word(net.pooled, tier).capitalize()
        page.text(6.2, middle, word, weight="bold", size=8.2)
        for row in each_row(
            net.with_direction[net.with_direction["direction"] == tier]
        ):
            _row(page, y + PITCH / 2, row, DOT.get(tier_way, theme.INK))
            y += PITCH
    return page.exhibit(
        net.with_direction,
        subtitle="dot: balance; line: lowest to highest with one source left out; hollow: none is left",
        alt=wording.tiers_alt(net),
    )


def _axis(page: Page, rules: dict[str, Any]) -> None:
    """The heads of the columns, and the axis of balances with the limits of the direction words."""
    page.text(BALANCE_AT, 2.4, "balance", "right", **style.SMALL)
    page.triangle(COUNTS_AT - 5.2, 2.4, 1, 0.95, theme.SECONDARY)
    page.text(COUNTS_AT - 3.1, 2.4, ":", "center", **style.SMALL)
    page.triangle(COUNTS_AT - 1.0, 2.4, -1, 0.95, theme.SECONDARY)
    page.text(HOLDS_AT, 2.4, "with one source out", **style.SMALL)
    labels = {-1: "−1", -0.5: "away", 0: "0", 0.5: "closer", 1: "+1"}
    for value, label in labels.items():
        page.text(_across(value), 2.4, label, "center", **style.SMALL)
    limits = [
        rule[key]
        for rule in rules["direction_words"]
        for key in ("max_balance", "min_balance")
        if key in rule
    ]
    for value in (0, *limits):
        look = {"color": theme.FAINT, "lw": 0.6, "zorder": 1}
        look["ls"] = (0, (1, 2)) if value else "solid"
        page.down(_across(value), HEAD - 0.8, page.height, **look)
    page.across(0, WIDTH, HEAD - 1, color=theme.INK, lw=0.7)


def _across(balance: float) -> float:
    """Place of a balance on the axis."""
    return AXIS_FROM + (AXIS_TO - AXIS_FROM) * (balance + 1) / 2


def _row(page: Page, y: float, row: Any, hue: str) -> None:
    rank = "–"
    if pd.notna(row.rank):
        rank = f"{int(row.rank)}{'=' if row.tied else ''}"
    balance = wording.signed(row.balance) if pd.notna(row.balance) else "–"
    tally = f"{row.closer} : {row.away}"
    page.text(NAME_AT - 3.2, y, rank, "right", color=theme.SECONDARY)
    page.text(NAME_AT, y, row.name, weight="semibold")
    page.text(BALANCE_AT, y, balance, "right", weight="semibold")
    page.text(COUNTS_AT, y, tally, "right", color=theme.SECONDARY)
    _range(page, y, row, hue)
    look = {"weight": "bold", "color": theme.INK}
    if row.holds:
        look = {"color": theme.SECONDARY}
    page.text(HOLDS_AT, y, f"verdict {'holds' if row.holds else 'falls'}", **look)


def _range(page: Page, y: float, row: Any, hue: str) -> None:
    """A dot at the balance on a line from the lowest to the highest; hollow where there is no such range."""
    if pd.notna(row.low) and row.low != row.high:
        low = _across(row.low)
        high = _across(row.high)
        page.across(low, high, y, color=hue, lw=1.3, zorder=2)
        page.down(low, y - 1, y + 1, color=hue, lw=1, zorder=2)
        page.down(high, y - 1, y + 1, color=hue, lw=1, zorder=2)
    if pd.notna(row.balance):
        fill = hue if pd.notna(row.low) else "white"
        page.axes.plot(
            _across(row.balance), y, "o", ms=4.6, mfc=fill, mec=hue, mew=1.2, zorder=3
        )
