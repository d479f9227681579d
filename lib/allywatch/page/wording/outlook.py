"""What speaks against the page, what the sources foresee, what would change it, and what they do not tell."""

from __future__ import annotations

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.page.directions import arrow
from allywatch.page.wording.grammar import (
    capital,
    counted,
    joined,
    number,
    remark,
    sentence,
    spaced,
    verb,
)
from allywatch.page.wording.judgements import BY_ANALYST, JUDGEMENT, judged, said
from allywatch.page.wording.sections import best_founded
from allywatch.page.wording.verdicts import forecast_sentence, forecasts
from briefmill.blocks import Block, omit, prose, role
from briefmill.texts import Run, text

MOST_FORECASTS, MOST_TOLD, MOST_NAMED = 3, 3, 2
LOOSER, TIGHTER = "Loosening.", "Tightening or holding."
_ARROWS = {-1: "away", 0: "holding", 1: "closer"}


@role("opposite_reading")
def opposite_reading(dossier: Dossier, verdict: Verdict) -> Block:
    """The best case against the direction on the page; without a direction, both readings side by side.

    An analyst's reading stands in place of what would be computed.
    """
    direction_way = way(dossier.dataset.rules, verdict.direction)
    both = direction_way not in ("away", "closer")
    title = "The case for either reading" if both else ""
    told = judged(dossier, "opposite_reading")
    if len(told):
        return prose("plain", _read(told), title=title, subtitle=JUDGEMENT)
    directions = dossier.in_play["direction"]
    if both:
        if dossier.in_play.empty:
            return omit("no event speaks for either reading")
        sides = ((LOOSER, directions < 0), (TIGHTER, directions >= 0))
        items = [
            ([text(lead, "strong")], _named(dossier.in_play[side]))
            for lead, side in sides
        ]
        return prose("plain", items, title=title)
    leads_closer = direction_way == "closer"
    against = dossier.in_play[directions < 0 if leads_closer else directions >= 0]
    return prose("plain", [("", _told(against, _silence(dossier, leads_closer)))])


def _read(told: pd.DataFrame) -> list[tuple]:
    """An analyst's readings, each led by its way where there are several."""
    leads = {-1: LOOSER, 0: TIGHTER, 1: TIGHTER} if len(told) > 1 else {}
    ways = told["direction"].astype(object)
    led = [[text(leads[way], "strong")] if way in leads else "" for way in ways]
    return list(zip(led, map(said, each_row(told)), strict=True))


def _named(events: pd.DataFrame) -> list[Run]:
    """How many events say so, and the best-founded of them by headline; they are told elsewhere on the page."""
    if events.empty:
        return remark("No event says so.")
    best = best_founded(events).head(MOST_TOLD).sort_index()
    lead = f"{capital(counted(len(events), 'event'))} {verb(len(events), 'says', 'say')} so"
    link = ":" if len(best) == len(events) else ", above all"
    named = joined([f"“{headline}”" for headline in best["headline"]])
    return sentence(f"{lead}{link} {named}.", list(events["mark"]))


def _told(events: pd.DataFrame, otherwise: str) -> list[Run]:
    """The best-founded of `events` in their own words, or `otherwise`."""
    if events.empty:
        return remark(otherwise)
    best = best_founded(events)
    shown, rest = best.head(MOST_TOLD).sort_index(), best.iloc[MOST_TOLD:].sort_index()
    runs = [sentence(event.summary, [event.mark]) for event in each_row(shown)]
    if len(rest):
        words = f"{capital(number(len(rest)))} more {verb(len(rest), 'points', 'point')} the same way."
        runs.append(sentence(words, list(rest["mark"])))
    return spaced(*runs)


def _silence(dossier: Dossier, leads_closer: bool) -> str:
    """That nothing speaks against the page, and how much that is worth in a corpus of one thesis."""
    few = "Few events are told at all, which is not the same as none."
    words = f"In no event told of {dossier.name} does the tie grow or hold."
    if leads_closer:
        words = f"No event told of {dossier.name} sets the two apart. {few}"
    thesis, cited = (
        dossier.dataset.rules["thesis"],
        dossier.sources.loc[dossier.sources["cited"], "stance"],
    )
    expected = (
        thesis["direction"] == (1 if leads_closer else -1)
        and cited.eq(thesis["stance"]).all()
    )
    weak = f" All sources argue that {thesis['of_ties']}, so their silence is weak evidence."
    return words + (weak if expected else "")


def forecast_list(dossier: Dossier, verdict: Verdict) -> Block:
    """What the sources foresee, each attributed, with the yardstick's range where one was read."""
    foretold = forecasts(dossier).drop_duplicates("event_id")
    if foretold.empty:
        overtaken = (dossier.claims["modality"] == "forecast").any()
        open_ = (
            "No forecast still stands open"
            if overtaken
            else "No source offers a forecast"
        )
        words = f"{open_}, and this briefing makes none of its own."
        return prose("plain", [("", remark(words))])
    items = [
        ("", forecast_sentence(claim))
        for _, claim in foretold.head(MOST_FORECASTS).iterrows()
    ]
    more = len(foretold) - len(items)
    note = (
        [text(f"{capital(counted(more, 'more forecast'))} in the annex.")]
        if more > 0
        else []
    )
    return prose("plain", items, subtitle="never scored", note=note)


@role("indicators")
def indicators(dossier: Dossier, verdict: Verdict) -> Block:
    """What to watch, by an analyst; without that, what would firm this page up. First, what the gate lacks."""
    lacking = (
        []
        if verdict.gate.met
        else [([arrow(dossier.dataset, "insufficient")], remark(_lacking(verdict)))]
    )
    if watched := _watched(dossier):
        return prose(
            "bullets",
            watched + lacking,
            title="Indicators to watch",
            subtitle=BY_ANALYST,
        )
    items = lacking + _threads(dossier)
    return prose("bullets", items) if items else omit("no open thread")


def _watched(dossier: Dossier) -> list[tuple]:
    """An analyst's indicators, each behind the arrow of where it would lead."""
    told = judged(dossier, "indicator")
    ways = told["direction"].astype(object)
    arrows = [
        [arrow(dossier.dataset, _ARROWS[way])] if pd.notna(way) else "" for way in ways
    ]
    return list(zip(arrows, map(said, each_row(told)), strict=True))


@role("opposite_reading")
def network_reading(dossier: Dossier) -> Block:
    """The best case against what the network's verdicts say, where an analyst has written one under the focal power."""
    told = judged(dossier, "opposite_reading")
    return (
        prose("plain", _read(told), subtitle=JUDGEMENT)
        if len(told)
        else omit("none is written")
    )


@role("indicators")
def network_indicators(dossier: Dossier) -> Block:
    """What to watch in the network, and what its sources leave unsaid, by an analyst under the focal power."""
    watched, asked = _watched(dossier), judged(dossier, "gap")
    note = (
        [text("Not told: ", "strong"), *spaced(*map(said, each_row(asked)))]
        if len(asked)
        else ()
    )
    if not watched:
        return omit("none is written")
    return prose("bullets", watched, subtitle=BY_ANALYST, note=note)


def _lacking(verdict: Verdict) -> str:
    """What the evidence gate still asks for."""
    gate = verdict.gate
    wanted = []
    if gate.missing_events:
        wanted.append(counted(gate.missing_events, "more scored event"))
    if gate.missing_lineages:
        every = f"{number(gate.min_lineages)} independent lineages"
        wanted.append("a second independent lineage" if gate.lineages else every)
    return f"{capital(joined(wanted))}: then a direction is printed."


def _threads(dossier: Dossier) -> list[tuple[list[Run], list[Run]]]:
    """The partner's own open threads: events on a single lineage, and those on which accounts disagree."""
    scored, items = dossier.scored, []
    for direction, key in ((-1, "away"), (1, "closer")):
        single = scored[~scored["corroborated"] & (scored["direction"] == direction)]
        items += _thread(
            dossier,
            "A second lineage for",
            single.sort_values("intensity", ascending=False),
            key,
        )
    return items + _thread(
        dossier,
        "An independent word on",
        dossier.in_play[dossier.in_play["contested"]],
        "contested",
    )


def _thread(
    dossier: Dossier, lead: str, events: pd.DataFrame, way: str
) -> list[tuple[list[Run], list[Run]]]:
    """One bullet that names up to two `events` by their headlines; none for none."""
    shown = events.head(MOST_NAMED).sort_index()
    if shown.empty:
        return []
    named = joined([f"“{headline}”" for headline in shown["headline"]], "or")
    return [
        (
            [arrow(dossier.dataset, way)],
            sentence(f"{lead} {named}", list(shown["mark"])),
        )
    ]


@role("gaps")
def gaps(dossier: Dossier) -> Block:
    """What the corpus does not tell about this partner: an analyst's questions, then what is computed."""
    asked = judged(dossier, "gap")
    computed = spaced(
        *_dimension_gap(dossier),
        *_date_gap(dossier),
        *_source_gap(dossier),
        *_voice_gap(dossier),
    )
    if asked.empty:
        return prose("plain", [("", computed)])
    told = [("", spaced(*map(said, each_row(asked))))]
    return prose(
        "plain", told, subtitle=f"{BY_ANALYST}; below it, computed", note=computed
    )


def _led(lead: str, runs: list[Run]) -> list[list[Run]]:
    return [[text(lead, "strong"), text(" "), *runs]]


def _dimension_gap(dossier: Dossier) -> list[list[Run]]:
    profile, labels = (
        scoring.dimension_profile(dossier),
        dossier.dataset.labels("events", "dimension"),
    )
    empty = profile[profile[["closer", "away", "held"]].sum(axis=1) == 0]["dimension"]
    if empty.empty:
        return []
    names = joined([labels[dimension].lower() for dimension in empty], "or")
    whole = f"all {number(len(profile))} lack an event that moves or holds the tie."
    return _led(
        "Dimensions:",
        remark(
            whole
            if len(empty) == len(profile)
            else f"no {names} event that moves or holds the tie."
        ),
    )


def _date_gap(dossier: Dossier) -> list[list[Run]]:
    undated = dossier.events[dossier.events["counted"].isna()]
    if undated.empty:
        return []
    events = counted(len(dossier.events), "event")
    words = (
        f"{number(len(undated))} of {events} {verb(len(undated), 'has', 'have')} none."
    )
    return _led("Dates:", sentence(words, list(undated["mark"])))


def _source_gap(dossier: Dossier) -> list[list[Run]]:
    silent = dossier.sources.loc[~dossier.sources["cited"], "called"]
    if silent.empty:
        return []
    words = f"{joined(list(silent))} {verb(len(silent), 'tells', 'tell')} nothing of this tie."
    return _led("Sources:", remark(words))


def _voice_gap(dossier: Dossier) -> list[list[Run]]:
    quoted = int((dossier.claims["attributed_to"] != "").sum())
    words = "no claim is somebody else’s word; the authors tell everything themselves."
    if quoted:
        claims = counted(len(dossier.claims), "claim")
        words = f"{number(quoted)} of {claims} {verb(quoted, 'is', 'are')} somebody else’s word; the authors tell the rest."
    return _led("Voices:", remark(words))
