"""Alternative texts and source lines of the network's figures."""

from __future__ import annotations

from allywatch.network import TIERS, Network
from allywatch.wording.grammar import capital, counted, joined, number, signed
from allywatch.wording.verdicts import direction_word


def tile_map_alt(net: Network) -> str:
    """Which partners stand under which direction, and where most events are."""
    parts = []
    for tier in TIERS[:-1]:
        names = list(net.verdicts.loc[net.verdicts["direction"] == tier, "name"])
        parts += [f"{direction_word(net.pooled, tier)}: {joined(names)}"] if names else []
    thin = len(net.verdicts) - len(net.given)
    moves = net.verdicts["closer"] + net.verdicts["away"]
    top = net.verdicts.loc[moves.idxmax()]
    most = f"Most scored events: {top['name']}, {top['closer']} closer and {top['away']} away."
    found = capital("; ".join([*parts, f"{number(thin)} without a verdict"]))
    return f"Tile map of {counted(len(net.verdicts), 'partner')}. {found}. {most}"


def network_source(net: Network) -> str:
    """How many sources and events stand behind the figure, and what a tile's place means."""
    events = counted(len(net.pooled.scored), "scored event")
    return (
        f"Source: {events} from {counted(len(net.dataset.sources), 'source')}, annex. Tiles are placed roughly by geography; no border "
        "is drawn. An event that touches several partners stands in the tile of each."
    )


def tiers_alt(net: Network) -> str:
    """Balance and firmness of every verdict."""
    rows = [
        f"{row.name} {signed(row.balance) if row.balance == row.balance else 'no balance'}, "
        f"{'holds' if row.holds else 'falls'}"
        for row in net.given.itertuples()
    ]
    return (
        f"Dot plot of the balance of {counted(len(net.given), 'partner')}, from −1, away, to +1, closer, and whether the "
        f"verdict holds with any one source left out: {'; '.join(rows)}."
    )


def turning_alt(courses: list) -> str:
    """When each verdict's last turn came."""
    last = [
        f"{file.name} {direction_word(file, course['direction'].iloc[-1])} since {course['day'].iloc[-1]:%B %Y}"
        for file, course in courses
    ]
    return (
        f"Timeline of the directions of {counted(len(courses), 'partner')}, each by what had surely happened so far: "
        f"{'; '.join(last)}."
    )


def turning_source() -> str:
    """How to read the figure."""
    return (
        "Thin: below the evidence gate. Arrow: the last day by which the events named had happened, and with them the direction "
        "became this one. Undated events are left out."
    )


def by_dimension_alt(net: Network) -> str:
    """The fullest cells of the heatmap in words."""
    table = net.by_dimension.merge(net.given[["partner", "name"]], on="partner")
    labels = net.dataset.labels("events", "dimension")
    table = table.assign(moves=table["closer"] + table["away"]).nlargest(4, "moves")
    cells = [
        f"{row.name} {labels[row.dimension].lower()} {row.closer} closer, {row.away} away"
        for row in table.itertuples()
    ]
    totals = net.by_dimension.groupby("dimension", sort=False)[["closer", "away", "held"]].sum().sum(axis=1)
    silent = joined([labels[dimension].lower() for dimension in totals.index[totals == 0]], "and")
    fullest = f" Fullest cells: {'; '.join(cells)}." if cells else ""
    return (
        f"Heatmap of events for {counted(len(net.verdicts), 'partner')} in {counted(len(totals), 'dimension')}.{fullest}"
        + (f" Silent throughout: {silent}." if silent else "")
    )


def by_dimension_source(net: Network) -> str:
    """How to read a cell, and which partners have none."""
    silent = list(net.verdicts.loc[~net.verdicts["partner"].isin(net.told["partner"]), "name"])
    return (
        "▲ closer, ▼ away, → said to hold. Dark: three or more, all one way; pale: fewer; grey: both ways or held. "
        "Outlined: below the gate, counts only. Dash: silent, not nought."
        + (f" No event in play: {joined(silent)}." if silent else "")
    )


def by_source_alt(net: Network) -> str:
    """How many sources tell of each partner, in words."""
    told = (net.by_source > 0).sum(axis=1)
    names = net.verdicts.set_index("partner")["name"]
    one = joined([names[partner] for partner in told.index[told == 1]])
    none = joined([names[partner] for partner in told.index[told == 0]])
    return (
        f"Matrix of {counted(len(told), 'partner')} by {counted(net.by_source.shape[1], 'source')}: events in play that each tells."
        + (f" Told by one source only: {one}." if one else "")
        + (f" By none: {none}." if none else "")
    )


def by_source_source(net: Network) -> str:
    """What the columns and shades are."""
    return f"{', '.join(f'{code} {name}' for code, name in net.pooled.called.items())}. Darker: more events."


def single_source_alt(net: Network) -> str:
    """The bars in words."""
    rows = [f"{net.pooled.called[source]} {count}" for source, count in net.single_by_source.items()]
    return (
        f"Bar chart of the {counted(len(net.single), 'scored event')} that rest on one source, of {len(net.pooled.scored)}: "
        f"{'; '.join(rows)}."
    )
