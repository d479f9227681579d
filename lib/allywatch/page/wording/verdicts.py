"""What the rules let a briefing say in its first lines, worded after the pattern of the evidence.

Likelihood and confidence are kept in two sentences: the first speaks of what has not happened and is
always a source's, the second of how much this briefing rests on (ICD 203, standard 2).
"""

from __future__ import annotations

import re

import pandas as pd

from allywatch.evidence import rules, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.turns import moves_of, turn
from allywatch.page.directions import arrow
from allywatch.page.wording.grammar import (
    capital,
    counted,
    enough_lineages,
    joined,
    number,
    possessive,
    remark,
    sentence,
    signed,
    some_of,
    verb,
)
from allywatch.page.wording.headlines import headline
from briefmill.blocks import Block, BottomLine, figures, omit
from briefmill.texts import Run


def bottom_line(dossier: Dossier, verdict: Verdict) -> Block:
    """What happened, then what a source foresees, how firmly this stands, and why there is no direction where none is."""
    told = headline(dossier, verdict)
    beside = ((told.label, told.beside),) if told.beside else ()
    # With a direction, figures and chart say what it follows from.
    without = (
        () if verdict.gate.met else (("Direction", tuple(judgement(dossier, verdict))),)
    )
    return BottomLine(
        arrow=arrow(dossier.dataset, verdict.direction),
        word=direction_word(dossier, verdict.direction),
        note=_note(dossier, verdict),
        judgement=tuple(told.first),
        rows=(
            *beside,
            ("Likelihood", tuple(likelihood(dossier))),
            ("Confidence", tuple(confidence(dossier, verdict))),
            *without,
        ),
    )


def direction_word(dossier: Dossier, key: str) -> str:
    """The data folder's word for a direction key: ``away`` is said as ``moving away``."""
    return next(
        rule["word"]
        for rule in dossier.dataset.rules["direction_words"]
        if rule["key"] == key
    )


def _note(dossier: Dossier, verdict: Verdict) -> str:
    if verdict.direction == "insufficient":
        return "no balance is given"
    if not verdict.holds:
        names = [dossier.called[source] for source in verdict.overturned_by]
        return f"falls without {names[0] if len(names) == 1 else f'one of {number(len(names))} sources'}"
    tally = verdict.tally
    is_held = way(dossier.dataset.rules, verdict.direction) == "holding"
    one_sided = not (tally.closer and tally.away) and not is_held
    return (
        "no event is told the other way"
        if one_sided
        else "holds whichever source is left out"
    )


def judgement(dossier: Dossier, verdict: Verdict) -> list[Run]:
    """One sentence on which way the tie moves, shaped by what the evidence looks like."""
    if not len(dossier.claims):
        words = f"No admitted source says anything about {dossier.name}; this is a gap, not a finding."
        return remark(words)
    direction_way = way(dossier.dataset.rules, verdict.direction)
    if direction_way == "insufficient":
        return _too_thin(dossier, verdict)
    shape = {
        "away": _apart,
        "turned": _turned,
        "closer": _together,
        "contested": _both_ways,
        "holding": _held,
    }
    refs = dossier.in_play if direction_way == "holding" else dossier.scored
    return sentence(shape[direction_way](dossier, verdict), list(refs["mark"]))


def _apart(dossier: Dossier, verdict: Verdict) -> str:
    name, power, tally = dossier.name, dossier.power["name"], verdict.tally
    moves, every = number(tally.moves), f"all {number(tally.moves)} scored events"
    if tally.closer:
        rest = (
            f"{number(tally.closer)} {verb(tally.closer, 'draws', 'draw')} them closer"
        )
        return f"{capital(number(tally.away))} of {moves} scored events set {name} and {power} apart; {rest}."
    left_alone = (dossier.scored["channel"] == "abandonment").sum()
    if left_alone == tally.moves:
        return f"In {every} {power} is told to have left {name} alone; none draws them closer."
    if left_alone == 0:
        return f"{name} steps away from {power} in {every}, and closer in none."
    return f"{capital(every)} show {name} and {power} drifting apart, and none shows them drawing closer."


def _together(dossier: Dossier, verdict: Verdict) -> str:
    name, power, tally = dossier.name, dossier.power["name"], verdict.tally
    moves = number(tally.moves)
    if tally.away:
        rest = f"{number(tally.away)} {verb(tally.away, 'sets', 'set')} them apart"
        return f"{capital(number(tally.closer))} of {moves} scored events draw {name} and {power} closer; {rest}."
    return f"{name} and {power} draw closer in all {moves} scored events, and apart in none."


def _turned(dossier: Dossier, verdict: Verdict) -> str:
    return f"{dossier.name} has turned: {turned_in_words(dossier)}."


def turned_in_words(dossier: Dossier) -> str:
    """The two steps of a tie that has turned, with their years: ``two events closer up to 2023, …``."""
    moves = moves_of(dossier.scored).values()
    turned = turn(moves, dossier.dataset.rules["turn"])
    assert turned is not None, "asked of a tie that has not turned"
    ways = {1: f"closer to {dossier.power['name']}", -1: "away"}
    before = counted(turned.n_before, "scored event")
    after = number(turned.n_after)
    return (
        f"up to {turned.until.year} {before} {verb(turned.n_before, 'leads', 'lead')} {ways[turned.before]}, "
        f"since {turned.since.year} {after} {verb(turned.n_after, 'leads', 'lead')} {ways[turned.after]}"
    )


def _both_ways(dossier: Dossier, verdict: Verdict) -> str:
    name, power, tally = dossier.name, dossier.power["name"], verdict.tally
    ways = f"{number(tally.closer)} scored {verb(tally.closer, 'event draws', 'events draw')} it closer to {power}"
    apart = f"{number(tally.away)} {verb(tally.away, 'leads', 'lead')} away"
    return f"The evidence on {name} points both ways: {ways}, {apart}."


def _held(dossier: Dossier, verdict: Verdict) -> str:
    held, moves = counted(verdict.tally.held, "event"), number(verdict.tally.moves)
    return f"Told to hold in {held}, the tie between {dossier.name} and {dossier.power['name']} moves in {moves}."


def _too_thin(dossier: Dossier, verdict: Verdict) -> list[Run]:
    name, power, moves = dossier.name, dossier.power["name"], verdict.gate.events
    if moves == 0:
        sources = dossier.claims["called"].nunique()
        lead = f"{capital(counted(sources, 'source'))} {verb(sources, 'speaks', 'speak')} of {possessive(name)} tie with {power}"
        told = (dossier.events["direction"] != 0) & (
            dossier.events["channel"] != "context"
        )
        of = "but not firmly of any" if told.any() else "but of no"
        return sentence(f"{lead}, {of} event that moves it.", dossier.marks())
    marks = list(dossier.scored["mark"])
    unsaid, many = "too little to say which way the tie moves", number(moves)
    way = (
        "drifting apart"
        if dossier.scored["direction"].iloc[0] < 0
        else "drawing closer"
    )
    if moves >= verdict.gate.min_events:
        words = f"all {many} scored events on {name} come from {_teller(dossier)}, so no direction is given."
    elif moves == 1:
        words = f"a single scored event on {name} is too little to say which way its tie with {power} moves."
    elif dossier.scored["direction"].nunique() > 1:
        words = (
            f"{possessive(name)} {many} scored events point opposite ways: {unsaid}."
        )
    elif verdict.gate.lineages == 1:
        words = f"{_teller(dossier)} has {name} and {power} {way} in {many} scored events: {unsaid}."
    else:
        words = f"{many} scored events have {name} and {power} {way}: {unsaid}."
    return sentence(capital(words), marks)


def _teller(dossier: Dossier) -> str:
    """Who tells the scored events of a dossier with a single lineage."""
    scored = dossier.supporting["event_id"].isin(dossier.scored["event_id"])
    return (
        "one source"
        if dossier.supporting.loc[scored, "source_id"].nunique() == 1
        else "one upstream"
    )


def likelihood(dossier: Dossier) -> list[Run]:
    """The firmest forecast a source makes of the partner, attributed, with the yardstick's range."""
    foretold = forecasts(dossier)
    if foretold.empty:
        return _unforetold(dossier)
    return forecast_sentence(foretold.iloc[0])


def _unforetold(dossier: Dossier) -> list[Run]:
    """Sentence for a partner without an open forecast."""
    called = list(dossier.sources.loc[dossier.sources["cited"], "called"])
    foretold = dossier.claims[dossier.claims["modality"] == "forecast"]
    if len(foretold):
        words = f"Later accounts tell as having come what was foreseen of {dossier.name}; no forecast still stands open."
        return sentence(words, list(foretold["mark"]))
    if not called:
        return remark("No source offers a forecast.")
    if len(called) == 1:
        return remark(
            f"{called[0]}, the only source on {possessive(dossier.name)} tie, foretells nothing of it."
        )
    if len(called) == 2:
        return remark(
            f"Neither source on {possessive(dossier.name)} tie says what comes next."
        )
    return remark(
        f"On {possessive(dossier.name)} tie, none of the {number(len(called))} sources looks ahead."
    )


def forecast_sentence(claim: pd.Series) -> list[Run]:
    """One forecast: who makes it and what it says, in the source's own strength; no verb is turned into a percentage."""
    teller = f"{claim['called']} ({claim['reliability']})"
    teller += f", {claim['attributed_to']}" if claim["attributed_to"] else ""
    told = sentence(f"{teller}: {claim['statement']}", [claim["mark"]])
    if re.search(r"\b(if|should|would|were)\b", claim["statement"], re.IGNORECASE):
        condition = " How likely its condition is, no source says."
        return [*told, *remark(condition, "small")]
    return told


def forecasts(dossier: Dossier) -> pd.DataFrame:
    """Claims on what has not happened and is not overtaken, those with a likelihood and the best grade first.

    Grain: one row per forecast claim; key `claim_id`; with `low` and `high` (per cent, missing where
    the coder could not read a likelihood out of the wording) and `said`, the word of the yardstick in a sentence.
    """
    overtaken = rules.overtaken_claims(dossier.dataset.relations)
    told = dossier.claims[
        (dossier.claims["modality"] == "forecast")
        & ~dossier.claims["claim_id"].isin(overtaken)
    ]
    yardstick = {
        step["word"]: step for step in dossier.dataset.rules["likelihood"]["words"]
    }
    steps = [yardstick.get(word, {}) for word in told["status_word"]]
    said = [step.get("said", step.get("word", "")) for step in steps]
    told = told.assign(
        **{end: [step.get(end) for step in steps] for end in ("low", "high")}, said=said
    )
    return told.sort_values(
        ["low", "reliability"], ascending=[False, True], kind="stable"
    )


def confidence(dossier: Dossier, verdict: Verdict) -> list[Run]:
    """One word, what carries it and what limits it."""
    if not verdict.gate.met:
        return remark(_unstated(verdict))
    scored, sources = dossier.scored, dossier.supporting["called"].nunique()
    firm = scored[scored["corroborated"]]
    level = scoring.confidence_level(dossier)
    few_below = dossier.dataset.rules["corroboration"]["few_below_share"]
    few = len(firm) < few_below * len(scored)
    some, rest = (
        number(len(firm)) if len(firm) else "none",
        verb(len(firm), "rests", "rest"),
    )
    enough = enough_lineages(dossier.dataset.rules)
    carried = f"{some} of {number(len(scored))} scored events {rest} on {enough}"
    behind = dossier.sources["source_id"].isin(dossier.supporting["source_id"])
    limit = "and the sources differ in stance"
    if dossier.sources.loc[behind, "stance"].nunique() == 1:
        many, argue = (
            some_of(sources, sources, "source"),
            verb(sources, "argues", "argue"),
        )
        limit = (
            f"{'and' if few else 'but'} {many} behind these events {argue} one thesis"
        )
    return sentence(
        f"{capital(level)}: {carried}, {limit}.",
        list((firm if len(firm) else scored)["mark"]),
    )


def _unstated(verdict: Verdict) -> str:
    """Why no confidence can be stated: what the gate has of what it asks."""
    gate = verdict.gate
    events, needed = counted(gate.events, "scored event"), number(gate.min_events)
    lineages = number(gate.min_lineages)
    if not gate.events:
        asked = f"{needed} from {lineages} independent lineages are needed"
        return f"None: no scored event is told, where {asked}."
    if gate.lineages >= gate.min_lineages:
        return f"None yet: {events}, though from {number(gate.lineages)} lineages, and {needed} are needed."
    if gate.events >= gate.min_events:
        return f"None, while all {number(gate.events)} scored events hang on one lineage; a verdict needs {lineages}."
    if gate.events == 1:
        return f"None: one scored event stands alone, where {needed} from {lineages} lineages are needed."
    return f"None can rest on {events} from one lineage, where {needed} from {lineages} are needed."


def key_figures(dossier: Dossier, verdict: Verdict) -> Block:
    """Balance, events, corroboration, dimensions, and how much points the other way."""
    if verdict.value is None:
        return omit("there is no balance to print")
    profile = scoring.dimension_profile(dossier)
    labels = dossier.dataset.labels("events", "dimension")
    seen = profile[["closer", "away", "held"]].sum(axis=1) > 0
    blank = [labels[dimension] for dimension in profile.loc[~seen, "dimension"]]
    firm = int(dossier.scored["corroborated"].sum())
    moves, single = verdict.gate.events, verdict.gate.events - firm
    fewest = int((verdict.one_out["closer"] + verdict.one_out["away"]).min())
    against, directional = other_way(dossier)
    enough = enough_lineages(dossier.dataset.rules)
    on_one = f"by {enough}; {number(single)} {verb(single, 'rests', 'rest')} on fewer"
    silent = (
        f"with events in play; none {joined(blank, 'or').lower()}"
        if blank
        else "with events in play"
    )
    others = "claims with a direction say so; the others say away"
    if against in (0, directional):
        others = f"{'every' if against else 'no'} claim with a direction says so"
    return figures(
        [
            ("Balance", signed(verdict.value), _balance_note(dossier, verdict)),
            (
                "Scored events",
                str(moves),
                f"{fewest} left without the source that tells most of them",
            ),
            ("Corroborated", f"{firm} of {moves}", on_one),
            ("Dimensions", f"{int(seen.sum())} of {len(profile)}", silent),
            ("Closer or holding", f"{against} of {directional}", others),
        ]
    )


def _balance_note(dossier: Dossier, verdict: Verdict) -> str:
    counts = f"{verdict.tally.closer} closer, {verdict.tally.away} away"
    below = verdict.one_out["balance"].isna()
    if verdict.range is None:
        return f"{counts}; no number is left with any one source out"
    low, high = verdict.range
    span = (
        f"still {signed(low)}"
        if low == high == verdict.value
        else f"{signed(low)} to {signed(high)}"
    )
    if not below.any():
        return f"{counts}; {span} with any one source left out"
    gone = joined(
        [dossier.called[source] for source in verdict.one_out.loc[below, "source_id"]],
        "or without",
    )
    return f"{counts}; too thin without {gone}"


def other_way(dossier: Dossier) -> tuple[int, int]:
    """Claims with a direction that say closer or holding, and all claims with a direction."""
    directions = dossier.supporting["event_id"].map(
        dossier.events.set_index("event_id")["direction"]
    )
    return int((directions >= 0).sum()), len(directions)
