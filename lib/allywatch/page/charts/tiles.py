"""Where each tie is heading: one tile per partner, placed roughly by geography, with what happened on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.page.charts import style
from allywatch.page.charts.style import Page
from allywatch.page.wording.fallbacks import by_weight
from allywatch.page.wording.grammar import capital, counted, joined, number
from allywatch.page.wording.opening import arrows, direction_word
from briefmill import theme
from briefmill.blocks import Block, Drawing, Picture, omit

WIDTH = 178.0
#: As wide as four tiles: on a phone it is drawn larger.
PHONE = 70.6
TILE = 17.0
HEIGHT = 13.4
GAP = 0.88
#: Room for the key above the tiles.
KEY = 5.0
COLUMNS = round((WIDTH + GAP) / (TILE + GAP))
#: Partners of one direction that the alternative text names, and its most characters.
MOST_NAMED = 8
LONGEST_ALT = 399
NAME_SIZE = 7.6
#: The smallest type of a name on one line, and that of one on two lines.
SMALLEST_NAME = 6.0
NAME_ON_TWO = 6.4
#: How far below the edge of a tile the lines of a name stand, and the first line of words, by the lines of the name.
NAMED_AT = {1: (3.4,), 2: (2.9, 5.2)}
WORDS_AT = {1: 6.3, 2: 7.9}
WORDS_SIZE = 6.9
LINE = 2.55
BOTH = "#C9CDD2"
#: Row and column of a tile, counted from 1.
Place = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """Colours of a tile, and the shapes of its arrows."""

    fill: str
    words: str
    arrow: str
    shapes: tuple[str, ...]


AWAY = style.TONES[-1]
CLOSER = style.TONES[1]
#: By way of the direction; the arrows of a tie that has turned stand in the order in which it led.
LOOKS = {
    "away": Look(AWAY.fill, "white", "white", ("falling",)),
    "closer": Look(CLOSER.pale, theme.INK, "#2B78AE", ("rising",)),
    "contested": Look(BOTH, theme.INK, theme.INK, ("both",)),
    "turned": Look(BOTH, theme.INK, theme.INK, ("rising", "falling")),
    "holding": Look("white", theme.INK, theme.INK, ("level",)),
    "insufficient": Look("white", theme.SECONDARY, theme.FAINT, ()),
}


@style.drawn
def tile_map(net: Network) -> Block:
    """One tile per partner; colour only where a direction can be stated."""
    if net.verdicts.empty:
        return omit("no partner has evidence")
    full = _drawn(net, places(net.drawn), WIDTH)
    phone = _drawn(net, _in_rows(net.drawn), PHONE)
    figure = full.exhibit(
        net.drawn,
        subtitle=subtitle(net.drawn, len(net.verdicts)),
        alt=_alt(net),
    )
    drawings = (
        Drawing(full.width, figure.picture),
        Drawing(phone.width, Picture(style.svg(phone.figure))),
    )
    return replace(figure, drawings=drawings)


def subtitle(verdicts: pd.DataFrame, every: int = 0) -> str:
    """What a tile is, of how many partners they are, and which have no place on the map where the others have one."""
    which = "one tile per partner"
    if len(verdicts) < every:
        which = f"the {len(verdicts)} partners with most reports, of {every:,}"
    words = f"{which}; no border is drawn"
    has_place = verdicts[["tile_row", "tile_col"]].notna().all(axis="columns")
    without = list(verdicts.loc[~has_place, "name"])
    if not without or not has_place.any():
        return words
    named = without[:MOST_NAMED]
    more = len(without) - len(named)
    names = joined([*named, f"{number(more)} more"] if more else named)
    return f"{words}; below, without a place on it: {names}"


def _drawn(net: Network, placed: Mapping[str, Place], width: float) -> Page:
    rows = max(row for row, _ in placed.values())
    key = KEY if width == WIDTH else 2 * KEY
    page = Page(width, key + rows * (HEIGHT + GAP))
    _key(page, {way(net.dataset.rules, each) for each in net.drawn["direction"]})
    for row in each_row(net.drawn):
        dossier, verdict = net.by_partner[row.partner]
        look = LOOKS[way(net.dataset.rules, row.direction)]
        if len(look.shapes) > 1:
            led = tuple(arrow.shape for arrow in arrows(dossier, verdict))
            look = replace(look, shapes=led)
        _tile(page, placed[row.partner], dossier, look, key)
    return page


def _in_rows(verdicts: pd.DataFrame) -> dict[str, Place]:
    """The partners one after another as the directions stand, for a phone."""
    across = round((PHONE + GAP) / (TILE + GAP))
    return {
        partner: (place // across + 1, place % across + 1)
        for place, partner in enumerate(verdicts["partner"])
    }


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
    for count, partner in enumerate(unplaced):
        placed[partner] = (below + count // COLUMNS, count % COLUMNS + 1)
    return placed


#: By way of the direction, the colour of its arrows in the key, and what they mean.
SIGNS = {
    "away": (AWAY.fill, "away"),
    "closer": (CLOSER.fill, "closer"),
    "contested": (theme.INK, "mixed"),
    "turned": (theme.INK, "turned"),
    "holding": (theme.INK, "as it was"),
}


def _key(page: Page, ways: Collection[str]) -> None:
    """The signs of some ways with their words, in a row, or in two where there is no room."""
    x = 0.0
    y = 1.6
    for way_shown, (colour, words) in SIGNS.items():
        if way_shown not in ways:
            continue
        for shape in LOOKS[way_shown].shapes:
            page.arrow(x + 1.3, y, shape, 2.6, colour)
            x += 2.9
        page.text(x + 0.4, y, words, **style.SMALL)
        x += style.text_width(words, 6.8) + 4
    if "insufficient" not in ways:
        return
    if page.width < WIDTH:
        x = 0.0
        y += KEY
    page.text(x, y, "dashed: too little is reported for a direction", **style.SMALL)


def _tile(
    page: Page, place: Place, dossier: Dossier, look_of: Look, key: float
) -> None:
    row, column = place
    x = (column - 1) * (TILE + GAP)
    y = key + (row - 1) * (HEIGHT + GAP)
    edge: dict[str, Any] = {"fc": look_of.fill, "ec": "none"}
    if look_of.fill == "white":
        edge = {"fc": "white", "ec": theme.FAINT, "lw": 0.5, "ls": (0, (3, 2))}
        if look_of.shapes:
            edge["ls"] = "solid"
    inside = 0.2
    middle = y + HEIGHT / 2
    page.bar(x + inside, x + TILE - inside, middle, HEIGHT - 2 * inside, **edge)
    room = TILE - 2.2
    names, size = _name(dossier, room)
    look: dict[str, Any] = {"color": look_of.words, "va": "baseline"}
    n_lines = len(names)
    for line, below in zip(names, NAMED_AT[n_lines], strict=True):
        page.text(x + 1.1, y + below, line, size=size, weight="semibold", **look)
    for count, line in enumerate(_lines(_words(dossier), room, 3 - n_lines)):
        top = y + WORDS_AT[n_lines] + LINE * count
        page.text(x + 1.1, top, line, size=WORDS_SIZE, **look)
    right = x + TILE - 2.3
    for shape in reversed(look_of.shapes):
        page.arrow(right, y + HEIGHT - 2.0, shape, 3.2, look_of.arrow)
        right -= 3.4


def _name(dossier: Dossier, room: float) -> tuple[list[str], float]:
    """The name in `room` mm and its size: set smaller, or on two lines, of which the last ends in an ellipsis if need be."""
    name = dossier.partner["short_name"] or dossier.name
    wanted = style.text_width(name, NAME_SIZE, "semibold")
    size = min(NAME_SIZE, NAME_SIZE * room / max(wanted, 0.1))
    if size >= SMALLEST_NAME:
        return [name], size
    first, *others = _filled(name, room, NAME_ON_TWO, "semibold")
    lines = [first, " ".join(others)] if others else [first]
    return _cut(lines, room, NAME_ON_TWO, "semibold"), NAME_ON_TWO


def _words(dossier: Dossier) -> str:
    """What happened, in two or three words: an analyst's, or the headline of the weightiest event."""
    written = dossier.written("tile")
    if len(written):
        return str(written["text"].iloc[0])
    own = dossier.unmarked_events
    events = own[own["scored"]]
    if events.empty:
        events = dossier.all_events
    if events.empty:
        return ""
    return str(by_weight(events)["headline"].iloc[0])


def _lines(words: str, room: float, most: int) -> list[str]:
    """`words` on at most so many lines, the last with an ellipsis where they are longer."""
    lines = _filled(words, room, WORDS_SIZE, "normal")
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += "…"
    return _cut(kept, room, WORDS_SIZE, "normal")


def _filled(words: str, room: float, size: float, weight: str) -> list[str]:
    """`words` on as many lines as they take; one longer than a line has that to itself."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and style.text_width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(lines: list[str], room: float, size: float, weight: str) -> list[str]:
    """The lines up to the first that is too wide, which ends in an ellipsis."""
    kept: list[str] = []
    for line in lines:
        kept.append(style.clipped(line, room, size, weight))
        # What follows words that are cut would read as if nothing were missing.
        if kept[-1] != line:
            break
    return kept


def _alt(net: Network) -> str:
    """Which partners stand under which direction: as many by name as there is room for."""
    named = MOST_NAMED
    words = _told(net, named)
    while len(words) > LONGEST_ALT and named:
        named -= 1
        words = _told(net, named)
    return words


def _told(net: Network, most: int) -> str:
    """The partners under each direction, `most` of each by name."""
    parts = []
    for direction in net.tiers:
        if way(net.dataset.rules, direction) == "insufficient":
            continue
        of_direction = net.verdicts["direction"] == direction
        names = list(net.verdicts.loc[of_direction, "name"])
        if names:
            more = len(names) - most
            left = [f"{number(more)}{' more' * bool(most)}"] if more > 0 else []
            word = direction_word(net.pooled, direction)
            parts.append(f"{word}: {joined([*names[:most], *left])}")
    thin = len(net.verdicts) - len(net.with_direction)
    if thin:
        parts.append(f"{number(thin)} with too little for a direction")
    partners = counted(len(net.verdicts), "partner")
    return f"Map of {partners} as tiles. {capital('; '.join(parts))}."
