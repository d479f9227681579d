"""Titles, source lines and alternative texts of figures: what a figure says, computed from its data."""

from __future__ import annotations

from allywatch import scoring
from allywatch.evidence import Dossier
from allywatch.scoring import Verdict
from allywatch.wording.grammar import counted, number, signed


def trajectory_title(file: Dossier, verdict: Verdict) -> str:
    """The figure's finding in a line."""
    tally = verdict.tally
    if verdict.direction not in ("away", "closer"):
        return f"Both ways: {number(tally.closer)} closer, {number(tally.away)} away"
    lead, sign, other = ("Away", -1, "closer") if verdict.direction == "away" else ("Closer", 1, "away")
    dated = file.scored[(file.scored["direction"] == sign) & file.scored["counted"].notna()]
    against = tally.closer if sign < 0 else tally.away
    events = counted(len(dated), "dated event")
    return f"{lead}: {events} by {dated['counted'].max():%B %Y}, {number(against) if against else 'none'} {other}"


def trajectory_alt(file: Dossier, verdict: Verdict) -> str:
    """What the figure shows, for a reader who cannot see it."""
    dated = file.scored[file.scored["counted"].notna()]
    profile = scoring.dimension_profile(file)
    moved = (row for row in profile.itertuples() if row.closer or row.away)
    parts = [f"{row.dimension} {row.closer} closer and {row.away} away" for row in moved]
    first = dated["earliest"].fillna(dated["counted"]).min()
    undated = len(file.scored) - len(dated)
    return (
        f"Step chart and timeline of {file.name}’s tie with {file.power['name']}, {first.year} to {dated['counted'].max().year}. "
        f"Running totals reach {verdict.tally.closer} closer and {verdict.tally.away} away"
        f"{f', {undated} of them undated' if undated else ''}. By dimension: {'; '.join(parts)}. Data: annex table."
    )


def trajectory_source(file: Dossier, beside_others: bool) -> str:
    """Where the figure's data are, and how to read it."""
    marks = list(file.in_play["mark"])
    behind = file.supporting["source_id"].nunique()
    span = marks[0] if len(marks) == 1 else f"{marks[0]}–{marks[-1]}"
    return (
        f"Source: events {span}, annex; {counted(behind, 'source')}. A bar runs over every day its date allows; an arrow to the right: still true; from the left: begun on an unknown day. "
        f"Filled: two lineages or more; hollow: one{'; ≠ sources disagree' * bool(file.in_play['contested'].any())}. Shade: had each event come as early as it can. "
        + (
            "Grey: lowest to highest total of the other partners with a verdict, as far as it fits. "
            * beside_others
        )
        + "Undated events count in the balance, not in the curve."
    )


def left_out_alt(file: Dossier, verdict: Verdict) -> str:
    """The leave-one-source-out bars in words."""
    rows = [
        f"without {file.called[row.source_id]} {row.closer + row.away} events, "
        + ("too thin for a balance" if row.balance != row.balance else f"balance {signed(row.balance)}")
        for row in verdict.one_out.itertuples()
    ]
    return (
        f"Bar chart of the scored events on {file.name} left when one source is set aside, from {verdict.gate.events} in all: "
        f"{'; '.join(rows)}."
    )
