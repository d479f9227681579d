"""Titles, source lines and alternative texts of figures: what a figure says, computed from its data."""

from __future__ import annotations

from typing import Any

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.grammar import (
    capital,
    counted,
    enough_lineages,
    joined,
    number,
    signed,
)
from allywatch.page.wording.verdicts import direction_word, turned_in_words


def trajectory_title(dossier: Dossier, verdict: Verdict) -> str:
    """The figure's finding in a line."""
    tally = verdict.tally
    lead_way = way(dossier.dataset.rules, verdict.direction)
    if lead_way == "turned":
        return f"Turned: {turned_in_words(dossier)}"
    if lead_way not in ("away", "closer"):
        return f"Both ways: {number(tally.closer)} closer, {number(tally.away)} away"
    lead, sign, other = (
        ("Away", -1, "closer") if lead_way == "away" else ("Closer", 1, "away")
    )
    dated = dossier.scored[dossier.scored["counted"].notna()]
    own, against = dated[dated["direction"] == sign], dated[dated["direction"] == -sign]
    told = [
        counted(len(own), "dated event"),
        number(len(against)) if len(against) else "none",
    ]
    told[0] += f", the last by {own['counted'].max():%B %Y}" if len(own) else ""
    undated = len(dossier.scored) - len(dated)
    return f"{lead}: {'; '.join(told)} {other}" + (
        f", {number(undated)} undated" if undated else ""
    )


def trajectory_alt(dossier: Dossier, verdict: Verdict) -> str:
    """What the figure shows, for a reader who cannot see it."""
    dated = dossier.scored[dossier.scored["counted"].notna()]
    profile = scoring.dimension_profile(dossier)
    moved = (row for row in each_row(profile) if row.closer or row.away)
    parts = [
        f"{row.dimension} {row.closer} closer and {row.away} away" for row in moved
    ]
    first = dated["earliest"].fillna(dated["counted"]).min()
    undated = len(dossier.scored) - len(dated)
    return (
        f"Step chart and timeline of {dossier.name}’s tie with {dossier.power['name']}, {first.year} to {dated['counted'].max().year}. "
        f"Running totals reach {verdict.tally.closer} closer and {verdict.tally.away} away"
        f"{f', {undated} of them undated' if undated else ''}. By dimension: {'; '.join(parts)}. Data: annex table."
    )


def trajectory_source(dossier: Dossier, beside_others: bool) -> str:
    """Where the figure's data are, and how to read it."""
    marks = list(dossier.in_play["mark"])
    behind = dossier.supporting["source_id"].nunique()
    span = marks[0] if len(marks) == 1 else f"{marks[0]}–{marks[-1]}"
    return (
        f"Source: events {span}, annex; {counted(behind, 'source')}. A bar runs over every day its date allows; an arrow to the right: still true. "
        f"Filled: {enough_lineages(dossier.dataset.rules)}; hollow: fewer{'; ≠ accounts disagree' * bool(dossier.in_play['contested'].any())}. Shade: had each event come as early as it can. "
        + "Grey: lowest to highest total of the other partners with a verdict, as far as it fits. "
        * beside_others
        + "Undated events count in the balance, not in the curve."
    )


def left_out_alt(dossier: Dossier, verdict: Verdict) -> str:
    """The leave-one-source-out bars in words."""
    rows = [
        f"without {dossier.called[row.source_id]} {row.closer + row.away} events, "
        + (
            "too thin for a balance"
            if row.balance != row.balance
            else f"balance {signed(row.balance)}"
        )
        for row in each_row(verdict.one_out)
    ]
    return (
        f"Bar chart of the scored events on {dossier.name} left when one source is set aside, from {verdict.gate.events} in all: "
        f"{'; '.join(rows)}."
    )


def tile_map_alt(net: Network) -> str:
    """Which partners stand under which direction, and where most events are."""
    parts = []
    for tier in net.tiers[:-1]:
        names = list(net.verdicts.loc[net.verdicts["direction"] == tier, "name"])
        parts += (
            [f"{direction_word(net.pooled, tier)}: {joined(names)}"] if names else []
        )
    thin = len(net.verdicts) - len(net.with_direction)
    moves = net.verdicts["closer"] + net.verdicts["away"]
    most_moves: Any = moves.idxmax()
    top = net.verdicts.loc[most_moves]
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
    rows = []
    for row in each_row(net.with_direction):
        balance = signed(row.balance) if row.balance == row.balance else "no balance"
        rows.append(f"{row.name} {balance}, {'holds' if row.holds else 'falls'}")
    return (
        f"Dot plot of the balance of {counted(len(net.with_direction), 'partner')}, from −1, away, to +1, closer, and whether the "
        f"verdict holds with any one source left out: {'; '.join(rows)}."
    )


def turning_alt(courses: list) -> str:
    """When each verdict's last turn came."""
    last = [
        f"{dossier.name} {direction_word(dossier, course['direction'].iloc[-1])} since {course['day'].iloc[-1]:%B %Y}"
        for dossier, course in courses
    ]
    return (
        f"Timeline of the directions of {counted(len(courses), 'partner')}, each by what is told as having happened by then: "
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
    table = net.by_dimension.merge(
        net.with_direction[["partner", "name"]], on="partner"
    )
    labels = net.dataset.labels("events", "dimension")
    table = table.assign(moves=table["closer"] + table["away"]).nlargest(4, "moves")
    cells = [
        f"{row.name} {labels[row.dimension].lower()} {row.closer} closer, {row.away} away"
        for row in each_row(table)
    ]
    totals = (
        net.by_dimension.groupby("dimension", sort=False)[["closer", "away", "held"]]
        .sum()
        .sum(axis=1)
    )
    silent = joined(
        [labels[dimension].lower() for dimension in totals.index[totals == 0]]
    )
    fullest = f" Fullest cells: {'; '.join(cells)}." if cells else ""
    return (
        f"Heatmap of events for {counted(len(net.verdicts), 'partner')} in {counted(len(totals), 'dimension')}.{fullest}"
        + (f" Silent throughout: {silent}." if silent else "")
    )


def by_dimension_source(net: Network) -> str:
    """How to read a cell, and which partners have none."""
    silent = list(
        net.verdicts.loc[
            ~net.verdicts["partner"].isin(net.with_events["partner"]), "name"
        ]
    )
    dark_from = number(net.dataset.rules["charts"]["dark_from_events"])
    return (
        f"▲ closer, ▼ away, → said to hold. Dark: {dark_from} or more, all one way; pale: fewer; grey: both ways, or only held. "
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
    rows = [
        f"{net.pooled.called[str(source)]} {count}"
        for source, count in net.single_source_counts.items()
    ]
    return (
        f"Bar chart of the {counted(len(net.single_source_events), 'scored event')} that rest on one source, of {len(net.pooled.scored)}: "
        f"{'; '.join(rows)}."
    )
