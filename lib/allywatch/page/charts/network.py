"""The network in two figures: where its partners lie, and how far each has moved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from allywatch.evidence.network import TIERS, Network
from allywatch.page import wording
from allywatch.page.charts import style
from briefmill.blocks import Block, omit

WIDTH, TILE, GAP, LABEL = 178.0, 16.5, 1.2, 4.0
STEP = TILE + GAP
COLUMNS = int(WIDTH // STEP)
# Fill, outline, words, arrow.
LOOKS = {
    "away": (style.HUE[-1], style.HUE[-1], "white", "white"),
    "contested": ("#C9CDD2", "#C9CDD2", style.INK, style.INK),
    "holding": ("white", style.INK, style.INK, style.INK),
    "closer": (style.PALE[1], style.HUE[1], style.INK, style.TEXT_HUE[1]),
    "insufficient": ("white", style.GHOST, style.SECONDARY, style.GHOST),
}
DOT = {"away": style.HUE[-1], "closer": style.HUE[1]}
Place = tuple[int, int]


@style.drawn
def tile_map(net: Network) -> Block:
    """One tile per partner, placed by the data folder roughly by geography; no border is drawn."""
    if net.verdicts.empty:
        return omit("no partner has evidence")
    placed = places(net.verdicts)
    sample = _sample_place(set(placed.values()))
    rows = max(row for row, _ in [*placed.values(), sample])
    height = 2 * LABEL + rows * STEP
    figure, page = style.canvas(WIDTH, height)
    _sample(page, sample)
    for row in net.verdicts.itertuples():
        counts = (str(row.closer), str(row.away))
        _tile(page, *_corner(placed[row.partner]), row.name, row.direction, counts)
    for label, x, y in _regions(net.verdicts, placed, sample):
        page.text(x, y, label, **style.SMALL)
    said = {"alt": wording.tile_map_alt(net), "source": wording.network_source(net)}
    subtitle = "one tile per partner, placed roughly by geography"
    return style.exhibit(figure, WIDTH, height, net.verdicts, subtitle=subtitle, **said)


def places(verdicts: pd.DataFrame) -> dict[str, Place]:
    """Row and column of each partner's tile; partners without one, or whose place is taken, come below."""
    placed: dict[str, Place] = {}
    for row in verdicts.itertuples():
        place = (row.tile_row, row.tile_col)
        if (
            all(map(pd.notna, place))
            and place not in placed.values()
            and place[1] <= COLUMNS
        ):
            placed[row.partner] = (int(place[0]), int(place[1]))
    below = max((row for row, _ in placed.values()), default=0) + 1
    left = [partner for partner in verdicts["partner"] if partner not in placed]
    return placed | {
        partner: (below + at // COLUMNS, at % COLUMNS + 1)
        for at, partner in enumerate(left)
    }


def _sample_place(taken: set[Place]) -> Place:
    """The first place with a free one to its right, for the tile that explains the others."""
    every = ((row, column) for row in count(1) for column in range(1, COLUMNS))
    return next(
        (row, column)
        for row, column in every
        if not {(row, column), (row, column + 1)} & taken
    )


def _corner(place: Place) -> tuple[float, float]:
    return (place[1] - 1) * STEP + 0.5, LABEL + (place[0] - 1) * STEP


def _tile(
    page: Axes, x: float, y: float, name: str, direction: str, counts: tuple[str, str]
) -> None:
    fill, outline, words, arrow = LOOKS[direction]
    dashes = (0, (2.2, 1.6)) if direction == "insufficient" else "solid"
    box = FancyBboxPatch(
        (x, y),
        TILE,
        TILE,
        boxstyle="round,pad=0,rounding_size=0.8",
        fc=fill,
        ec=outline,
        lw=0.8,
        ls=dashes,
    )
    page.add_artist(box)
    for line, part in enumerate(_lines(name)):
        size = min(6.9, 6.9 * (TILE - 2.2) / style.text_width(part, 6.9, "semibold"))
        page.text(
            x + 1.2,
            y + 2.4 + 2.6 * line,
            part,
            size=size,
            weight="semibold",
            color=words,
            va="center",
        )
    style.arrow(page, x + TILE / 2, y + 8.6, direction, 5.6, arrow)
    sides = (1, x + 2.2), (-1, x + TILE - 4.6 - 1.1 * (len(counts[1]) - 1))
    for many, (side, at) in zip(counts, sides, strict=True):
        style.triangle(page, at, y + 14.2, side, 0.95, words)
        page.text(at + 1.5, y + 14.2, many, size=6.9, color=words, va="center_baseline")


def _lines(name: str) -> list[str]:
    """A name on one line, or on two where it is too long for one and has a space."""
    if style.text_width(name, 6.9, "semibold") <= TILE - 2.2 or " " not in name:
        return [name]
    first, _, rest = name.partition(" ")
    return [first, rest]


def _sample(page: Axes, place: Place) -> None:
    x, y = _corner(place)
    _tile(page, x, y, "Partner", "holding", ("n", "n"))
    page.text(x, y - 2.0, "How to read a tile", **style.SMALL)
    for down, words in (
        (7.2, "direction of the"),
        (10.0, "tie; ?: too thin"),
        (14.2, "events closer, away"),
    ):
        page.text(x + TILE + 1.4, y + down, words, **style.SMALL)


def _regions(
    verdicts: pd.DataFrame, placed: dict[str, Place], sample: Place
) -> Iterator[tuple[str, float, float]]:
    """Where each region's name goes: above its topmost tile or, where that place is taken, below its lowest."""
    taken = {*placed.values(), sample, (sample[0], sample[1] + 1)}
    for region, rows in verdicts[verdicts["region"] != ""].groupby("region"):
        own = sorted(placed[partner] for partner in rows["partner"])
        top, low = own[0], max(own, key=lambda place: (place[0], -place[1]))
        reach = math.ceil((style.text_width(region, 6.8) + 1) / STEP)
        for (row, column), step, drop in ((top, -1, -2.0), (low, 1, TILE + 2.2)):
            across = min(column, COLUMNS + 1 - reach)
            needed = {(row + step, across + more) for more in range(reach)}
            if not needed & taken:
                x, y = _corner((row, across))
                yield region, x, y + drop
                taken |= needed
                break


NAME_AT, BALANCE_AT, COUNTS_AT, FROM, TO, WORD_AT = (
    46.0,
    84.0,
    97.0,
    106.0,
    148.0,
    155.0,
)
PITCH, HEAD, BREAK = 5.0, 6.0, 2.4


@style.drawn
def tiers(net: Network) -> Block:
    """Partners with a verdict by tier: balance, its range with one source left out, and whether the word holds."""
    if net.given.empty:
        return omit("no partner passes the evidence gate")
    shown = [tier for tier in TIERS if (net.given["direction"] == tier).any()]
    height = HEAD + PITCH * len(net.given) + BREAK * (len(shown) - 1) + 2.2
    figure, page = style.canvas(WIDTH, height)
    _tier_axis(page, height, net.dataset.rules)
    y = HEAD
    for tier in shown:
        rows = net.given[net.given["direction"] == tier]
        if tier != shown[0]:
            page.plot([0, WIDTH], [y + BREAK / 2] * 2, color=style.RULE, lw=0.5)
            y += BREAK
        style.arrow(
            page,
            2.2,
            y + PITCH / 2,
            tier,
            4.2,
            LOOKS[tier][1] if tier == "away" else LOOKS[tier][3],
        )
        word = wording.direction_word(net.pooled, tier).capitalize()
        page.text(
            6.2, y + PITCH / 2, word, weight="bold", size=8.2, va="center_baseline"
        )
        for row in rows.itertuples():
            _tier_row(page, y + PITCH / 2, row)
            y += PITCH
    subtitle = "dot: balance; line: lowest to highest with one source left out; hollow: none is left"
    return style.exhibit(
        figure, WIDTH, height, net.given, alt=wording.tiers_alt(net), subtitle=subtitle
    )


def _tier_axis(page: Axes, height: float, rules: dict[str, Any]) -> None:
    page.text(BALANCE_AT, 2.4, "balance", ha="right", **style.SMALL)
    style.triangle(page, COUNTS_AT - 5.2, 2.4, 1, 0.95, style.SECONDARY)
    page.text(COUNTS_AT - 3.1, 2.4, ":", ha="center", **style.SMALL)
    style.triangle(page, COUNTS_AT - 1.0, 2.4, -1, 0.95, style.SECONDARY)
    page.text(WORD_AT, 2.4, "with one source out", **style.SMALL)
    for value, label in (
        (-1, "−1"),
        (-0.5, "away"),
        (0, "0"),
        (0.5, "closer"),
        (1, "+1"),
    ):
        page.text(_across(value), 2.4, label, ha="center", **style.SMALL)
    keys = ("max_balance", "min_balance")
    limits = [
        rule[key] for rule in rules["direction_words"] for key in keys if key in rule
    ]
    for value in (0, *limits):
        line = (0, (1, 2)) if value else "solid"
        page.plot(
            [_across(value)] * 2,
            [HEAD - 0.8, height],
            color=style.GHOST,
            lw=0.6,
            ls=line,
            zorder=1,
        )
    page.plot([0, WIDTH], [HEAD - 1] * 2, color=style.INK, lw=0.7)


def _across(balance: float) -> float:
    return FROM + (TO - FROM) * (balance + 1) / 2


def _tier_row(page: Axes, y: float, row: Any) -> None:
    hue = DOT.get(row.direction, style.INK)
    rank = f"{int(row.rank)}{'=' if row.tied else ''}" if row.rank == row.rank else "–"
    page.text(
        NAME_AT - 3.2, y, rank, ha="right", va="center_baseline", color=style.SECONDARY
    )
    page.text(NAME_AT, y, row.name, weight="semibold", va="center_baseline")
    known = row.balance == row.balance
    said = wording.signed(row.balance) if known else "–"
    page.text(BALANCE_AT, y, said, ha="right", va="center_baseline", weight="semibold")
    tally = f"{row.closer} : {row.away}"
    page.text(
        COUNTS_AT, y, tally, ha="right", va="center_baseline", color=style.SECONDARY
    )
    if row.low == row.low and row.low != row.high:
        page.plot(
            [_across(row.low), _across(row.high)], [y, y], color=hue, lw=1.3, zorder=2
        )
        for end in (row.low, row.high):
            page.plot([_across(end)] * 2, [y - 1, y + 1], color=hue, lw=1, zorder=2)
    if known:
        fill = hue if row.low == row.low else "white"
        page.plot(
            _across(row.balance), y, "o", ms=4.6, mfc=fill, mec=hue, mew=1.2, zorder=3
        )
    weight, ink = ("normal", style.SECONDARY) if row.holds else ("bold", style.INK)
    words = f"verdict {'holds' if row.holds else 'falls'}"
    page.text(WORD_AT, y, words, va="center_baseline", weight=weight, color=ink)
