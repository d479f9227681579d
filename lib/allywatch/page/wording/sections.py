"""The sections of a briefing's body: each a passage of prose from one dossier.

Every sentence about the world ends in evidence marks; one without speaks of the corpus itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import dossiers, scoring, snapshots
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page.directions import signs
from allywatch.page.wording.grammar import (
    capital,
    counted,
    enough_lineages,
    joined,
    number,
    remark,
    sentence,
    spaced,
    verb,
)
from allywatch.page.wording.judgements import BY_ANALYST, judged, said
from allywatch.page.wording.since import since_last
from allywatch.page.wording.verdicts import direction_word
from briefmill.blocks import Block, omit, prose, role
from briefmill.texts import Run, text

MOST_PER_DIMENSION = 3
SINCE = "since the last edition that told otherwise"


Left = dict[str, Any] | None


@role("changes")
def changes(dossier: Dossier, verdict: Verdict, last: Left = None) -> Block:
    """What is told otherwise than in the edition before, side by side; without one, what the evidence's own last year brought.

    `last` is what that edition left (see `snapshots.read`). The block carries this edition’s snapshot to the next.
    """
    now = snapshots.snapshot(dossier, verdict)
    before = snapshots.baseline(last or {}, now)
    if before is None:
        told = _last_year(dossier, verdict)
    else:
        told = in_columns(since_last(dossier, before, now))
    return replace(told, record={"snapshot": now, "baseline": before})


@role("changes")
def changes_in_column(dossier: Dossier, verdict: Verdict, last: Left = None) -> Block:
    """The same as `changes` as one passage, for a column of a page."""
    now = snapshots.snapshot(dossier, verdict)
    before = snapshots.baseline(last or {}, now)
    if before is None:
        told = _last_year(dossier, verdict, in_column=True)
    else:
        runs = spaced(*(runs for _, runs in since_last(dossier, before, now)))
        told = prose("plain", [("", runs)], subtitle=SINCE)
    return replace(told, record={"snapshot": now, "baseline": before})


def in_columns(told: list[tuple[str, list[Run]]]) -> Block:
    """What changed since the last edition, from (label, runs) pairs side by side."""
    return prose(
        "columns",
        [([text(label, "strong")], runs) for label, runs in told],
        subtitle=SINCE,
    )


def _last_year(dossier: Dossier, verdict: Verdict, in_column: bool = False) -> Block:
    """What its dates put into the evidence's own last year, what before it, and of what they leave that open."""
    last, _ = dossiers.cut_off(dossier.dataset)
    if last is None or dossier.events.empty:
        return omit("no dated evidence to compare")
    subtitle = "in the evidence’s own last year"
    if dossier.in_play["counted"].isna().all():
        words = "Nothing dated moves or holds this tie, so nothing can be called new."
        return prose("plain", [("", remark(words))], subtitle=subtitle)
    start, events = last - pd.DateOffset(years=1), dossier.in_play
    inside = (events["earliest"] > start) & (events["earliest"] <= last)
    fresh, before = events[inside], events[events["counted"] <= start]
    unclear = events[~events["mark"].isin([*fresh["mark"], *before["mark"]])]
    if fresh.empty and before.empty:
        no_date = sentence(
            "No date here is firm enough to say what is new.", list(unclear["mark"])
        )
        return prose("plain", [("", no_date)], subtitle=subtitle)
    year = f"the year to {last:%B %Y}"
    words = f"The dates of {counted(len(unclear), 'event')} leave open whether {verb(len(unclear), 'it falls', 'they fall')} in that year."
    left_open = sentence(words, list(unclear["mark"])) if len(unclear) else []
    if in_column:
        return prose(
            "plain",
            [("", spaced(_fresh(fresh, year, 0), left_open))],
            subtitle=subtitle,
        )
    items = [
        ([text("New.", "strong")], _fresh(fresh, year, 1 if len(unclear) else 2)),
        ([text("Before.", "strong")], _before(dossier, before, start, verdict)),
    ]
    items += [([text("Open.", "strong")], left_open)] if left_open else []
    return prose("columns", items, subtitle=subtitle)


def _fresh(fresh: pd.DataFrame, year: str, most: int) -> list[Run]:
    if fresh.empty:
        return remark(f"No event that moves or holds this tie is dated within {year}.")
    newest = fresh.sort_values(["corroborated", "counted"], ascending=False).head(most)
    events = capital(counted(len(fresh), "event"))
    lead = f"{events} {verb(len(fresh), 'is', 'are')} dated within {year}."
    told = [
        sentence(event.summary, [event.mark])
        for event in each_row(newest.sort_values("counted"))
    ]
    return spaced(sentence(lead, list(fresh["mark"])), *told)


def _before(
    dossier: Dossier, before: pd.DataFrame, start: pd.Timestamp, verdict: Verdict
) -> list[Run]:
    if before.empty:
        return remark(
            f"No event that moves or holds this tie is dated by {start:%B %Y}."
        )
    earlier, tally = scoring.direction_of(dossier, before), scoring.balance(before)
    kinds = ((tally.closer, "closer"), (tally.away, "away"), (tally.held, "held"))
    counts = [f"{number(count)} {kind}" for count, kind in kinds if count]
    same = earlier == verdict.direction
    if earlier == "insufficient":
        meaning = f"{'already ' if same else ''}too thin for a direction"
    else:
        meaning = (
            "the same direction as now"
            if same
            else f"then read as {direction_word(dossier, earlier)}"
        )
    words = f"Told as having happened by {start:%B %Y}: {joined(counts)}, {meaning}."
    return sentence(words, list(before["mark"]))


def by_dimension(dossier: Dossier, verdict: Verdict) -> Block:
    """What is told in each dimension: an analyst's words on it, or its best-founded events in their own; nothing below the gate."""
    if not verdict.gate.met:
        return omit("too few events to group by dimension")
    labels, items, bare = dossier.dataset.labels("events", "dimension"), [], []
    told = judged(dossier, "dimension")
    for dimension, label in labels.items():
        here = dossier.in_play[dossier.in_play["dimension"] == dimension]
        if here.empty:
            beside = dossier.context[dossier.context["dimension"] == dimension]
            bare.append((label.lower(), list(beside["mark"])))
            continue
        squares = signs(here["direction"], here["corroborated"])
        ways = ((1, "closer"), (-1, "away"), (0, "held"))
        counts = [
            f"{n} {way}"
            for sign, way in ways
            if (n := (here["direction"] == sign).sum())
        ]
        term = [
            text(label.capitalize(), "strong"),
            text(f"\n{', '.join(counts)}", "small"),
            squares,
        ]
        own = told[told["dimension"] == dimension]
        runs = _best(here)
        if len(own):  # an analyst's words, and how many events they leave aside
            runs = spaced(
                *map(said, each_row(own)),
                _others(here, list(own["marks"].explode())),
            )
        items.append((term, runs))
    items += _bare(bare)
    filled = enough_lineages(dossier.dataset.rules)
    subtitle = f"filled: {filled}; hollow: fewer" + (
        f" · {BY_ANALYST}" if len(told) else ""
    )
    return prose("labelled", items, subtitle=subtitle)


def _bare(dimensions: list[tuple[str, list[str]]]) -> list[tuple]:
    """The dimensions in which nothing moves or holds the tie: those with context, by its marks, and the silent ones."""
    told, silent = (
        [label for label, marks in dimensions if bool(marks) == some]
        for some in (True, False)
    )
    items = []
    if told:
        words = "Told as context only: no event of this kind moves or holds the tie."
        beside = [mark for _, marks in dimensions for mark in marks]
        items.append(([text(capital(joined(told)), "strong")], sentence(words, beside)))
    if silent:
        words = "No admitted source tells an event of this kind: silence, not calm."
        items.append(([text(capital(joined(silent)), "strong")], remark(words)))
    return items


def _best(here: pd.DataFrame) -> list[Run]:
    """The best-founded events of a dimension in their own words, and at least one of each direction there is."""
    ranked = best_founded(here)
    first_of_each = ranked.drop_duplicates("direction")
    shown = (
        pd.concat([first_of_each, ranked.drop(first_of_each.index)])
        .head(MOST_PER_DIMENSION)
        .sort_index()
    )
    told = [sentence(event.summary, [event.mark]) for event in each_row(shown)]
    return spaced(*told, _others(here, list(shown["mark"])))


def best_founded(events: pd.DataFrame) -> pd.DataFrame:
    """`events`, the best founded first."""
    return events.sort_values(
        ["corroborated", "best_grade", "intensity"], ascending=[False, True, False]
    )


def _others(here: pd.DataFrame, shown: list[str]) -> list[Run]:
    """How many of the events `here` have not been shown; nothing where all have."""
    rest = here[~here["mark"].isin(shown)]
    words = f"{capital(number(len(rest)))} more {verb(len(rest), 'stands', 'stand')} in the annex."
    return sentence(words, list(rest["mark"])) if len(rest) else []


def thin_points(dossier: Dossier, verdict: Verdict) -> Block:
    """What hangs on one source, on one lineage, or on no date."""
    scored = dossier.scored
    if scored.empty:
        return omit("no event moves the tie")
    single = scored[~scored["corroborated"]]
    names = joined(
        [dossier.called[source] for source in verdict.overturned_by], "or without"
    )
    falls = f"Without {names}, the verdict falls."
    holds = "Set aside any one source, and the verdict holds."
    told = [sentence(falls if names else holds, list(scored["mark"]))]
    if len(single):
        events, each = (
            capital(counted(len(single), "scored event")),
            "on one lineage each",
        )
        words = f"{events} {verb(len(single), 'rests on one lineage', f'rest {each}')}."
        told.append(sentence(words, list(single["mark"])))
    undated = scored[scored["counted"].isna()]
    if len(undated):
        words = f"{capital(number(len(undated)))} {verb(len(undated), 'has', 'have')} no date."
        told.append(sentence(words, list(undated["mark"])))
    return prose("small", [("", spaced(*told))])
