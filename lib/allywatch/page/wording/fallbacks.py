"""The first lines of a page where no analyst wrote any, made of its events.

Which sentences are made follows from the shape of the evidence; every one tells of acts and of who reports them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.chronology import weightiest_first
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import SIDES, way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.turns import Turn, turn
from allywatch.page.wording.attribution import (
    attributed,
    in_brackets,
    in_brief,
    is_alone,
    listed,
    summary,
    tellers,
)
from allywatch.page.wording.by_period import trend
from allywatch.page.wording.gains import gained_in, is_gainer
from allywatch.page.wording.grammar import (
    capital,
    clause,
    counted,
    day,
    ended,
    number,
    possessive,
    remark,
    sentence,
    some_and_others,
    spaced,
)
from allywatch.page.wording.silence import no_report
from allywatch.page.wording.voices import (
    behind,
    dispute,
    in_a_sentence,
    named_in_a_sentence,
    of_sources,
    outside,
)
from briefmill.texts import Run, plain, typographic

#: Characters of a headline over a page.
LONGEST_HEADLINE = 105
#: Events that are named after the first, by their headline.
MOST_NAMED = 2
MOST_PLACES = 3


@dataclass(frozen=True)
class Opening:
    """A headline and the sentences under it, each with its marks; `event_ids`: what the headline tells of."""

    headline: list[Run]
    sentences: list[Run]
    event_ids: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def opening(dossier: Dossier, verdict: Verdict) -> Opening:
    """The first lines of a partner's page; on a large one they end with how the tie leads now and how it did before.

    Kept for the dossier, whose page asks for them more than once.
    """
    what_happened = _opening(dossier, verdict)
    sentences = spaced(what_happened.sentences, trend(dossier))
    return replace(what_happened, sentences=sentences)


def _opening(dossier: Dossier, verdict: Verdict) -> Opening:
    if dossier.all_claims.empty:
        return _silent(dossier)
    scored = by_weight(dossier.scored)
    if scored.empty:
        return _gains(dossier) if is_gainer(dossier) else _still(dossier)
    leads = way(dossier.rules, verdict.direction)
    if leads == "holding":
        return _still(dossier)
    if len(scored) == 1:
        return _one_event(dossier, scored)
    closer = scored[scored["direction"] > 0]
    away = scored[scored["direction"] < 0]
    if leads == "turned":
        return _turned(dossier, closer, away)
    if closer.empty or leads == "away":
        return _one_sided(dossier, verdict, away, closer)
    if away.empty or leads == "closer":
        return _one_sided(dossier, verdict, closer, away)
    return _two_sided(dossier, verdict, closer, away)


def by_weight(events: pd.DataFrame) -> pd.DataFrame:
    """`events`, the weightiest first (see `chronology.weights`)."""
    return events.iloc[weightiest_first(events)].reset_index(drop=True)


# What the first lines are made of


def _headline(dossier: Dossier, event: Any) -> list[Run]:
    """What happened in a sentence: the event's summary, or its headline where that is too long, and its only source."""
    words = attributed(dossier, event, summary(dossier, event))
    if len(words) > LONGEST_HEADLINE:
        words = attributed(dossier, event, in_brief(event))
        if not event.n_sources or dispute(dossier, [event.event_id]):
            words = ended(in_brackets(dossier, event))
    return sentence(words, [event.mark])


def _holds(dossier: Dossier, headline: list[Run], event: Any) -> bool:
    """Whether a headline has the whole summary of an event."""
    return typographic(clause(summary(dossier, event))) in plain(headline)


def _reported(dossier: Dossier, event: Any, headline: list[Run]) -> list[Run]:
    """What a headline leaves out of an event: the rest of the summary, who reports it, and what outside reports say."""
    words = []
    if not _holds(dossier, headline, event):
        words.append(ended(summary(dossier, event)))
    if words or not is_alone(event):
        words.append(tellers(dossier, event))
    words += outside(dossier, event.event_id)
    said = " ".join(filter(None, words))
    return sentence(said, [event.mark]) if said else []


def _others(
    dossier: Dossier, events: pd.DataFrame, lead: str, most: int = MOST_NAMED
) -> list[Run]:
    """The first of some events by their headlines after a `lead`; nothing for none."""
    if events.empty:
        return []
    words = listed(dossier, events, most)
    return sentence(f"{lead}: {ended(words)}", list(events["mark"].head(most)))


# The shapes that the evidence of a partner can have


def _one_sided(
    dossier: Dossier, verdict: Verdict, leading: pd.DataFrame, other: pd.DataFrame
) -> Opening:
    (first,) = each_row(leading.head(1))
    side = SIDES[first.direction]
    against = SIDES[-first.direction]
    headline = _headline(dossier, first)
    others = _others(dossier, other, f"Leading {against}")
    sentences = spaced(
        _reported(dossier, first, headline),
        _others(dossier, leading.iloc[1:], f"Also leading {side}"),
        others or remark(f"{no_report(dossier, -first.direction)} leads {against}."),
        _alone(verdict),
    )
    return Opening(headline, sentences, (first.event_id,))


def _alone(verdict: Verdict) -> list[Run]:
    """Why no direction is stated, where that is for want of independent sources alone or too."""
    if not verdict.gate.missing_lineages:
        return []
    gate = verdict.gate
    words = "Fewer independent sources bear this out than a direction needs"
    if gate.lineages == gate.missing_lineages == 1:
        words = "No second independent source bears this out"
    return remark(f"{words}, so no direction is stated.")


def _two_sided(
    dossier: Dossier, verdict: Verdict, closer: pd.DataFrame, away: pd.DataFrame
) -> Opening:
    (one,) = each_row(closer.head(1))
    (other,) = each_row(away.head(1))
    words = " ".join(
        attributed(dossier, each, summary(dossier, each)) for each in (one, other)
    )
    if len(words) > LONGEST_HEADLINE:
        words = " ".join(ended(in_brackets(dossier, each)) for each in (one, other))
    headline = sentence(words, [one.mark, other.mark])
    ways = f"{number(len(closer))} closer and {number(len(away))} away."
    sentences = spaced(
        _on_each(dossier, [one, other], headline),
        remark(f"Reports lead both ways: {ways}"),
        _alone(verdict),
    )
    return Opening(headline, sentences, (one.event_id, other.event_id))


def _on_each(dossier: Dossier, events: list[Any], headline: list[Run]) -> list[Run]:
    """What a headline of two events leaves out of each."""
    if not all(_holds(dossier, headline, event) for event in events):
        return spaced(*(_reported(dossier, event, headline) for event in events))
    who = {tellers(dossier, event, "each") for event in events}
    if len(who) == 1 and not any(is_alone(event) for event in events):
        against = [outside(dossier, event.event_id) for event in events]
        words = [*who, *against[0], *against[1]]
        return sentence(" ".join(words), [event.mark for event in events])
    said = []
    for event, place in zip(events, ("first", "second"), strict=True):
        words = outside(dossier, event.event_id)
        if not is_alone(event):
            words = [tellers(dossier, event, f"the {place}"), *words]
        if words:
            said.append(sentence(" ".join(words), [event.mark]))
    return spaced(*said)


def _turned(dossier: Dossier, closer: pd.DataFrame, away: pd.DataFrame) -> Opening:
    turned = turn(dossier.scored, dossier.rules["turn"])
    assert turned is not None, "asked of a tie that has not turned"
    before, after = (closer, away) if turned.before > 0 else (away, closer)
    (first,) = each_row(before.head(1))
    (then,) = each_row(after.head(1))
    until, since = _days(turned)
    words = (
        f"Up to {until}: {ended(in_brackets(dossier, first))} "
        f"Since {since}: {ended(in_brackets(dossier, then))}"
    )
    headline = sentence(words, [first.mark, then.mark])
    reports = counted(turned.n_before, "report")
    rests = (
        f"The turn rests on {reports} {SIDES[turned.before]} and "
        f"{number(turned.n_after)} {SIDES[turned.after]} since."
    )
    sentences = spaced(
        _reported(dossier, first, headline),
        _reported(dossier, then, headline),
        remark(rests),
    )
    return Opening(headline, sentences, (first.event_id, then.event_id))


def _days(turned: Turn) -> tuple[str, str]:
    """Until when and since when, no finer than tells the two apart."""
    days = (turned.until, turned.since)
    if turned.until.year < turned.since.year:
        return str(turned.until.year), str(turned.since.year)
    months = tuple(f"{each:%B %Y}" for each in days)
    if months[0] != months[1]:
        return months[0], months[1]
    return day(turned.until), day(turned.since)


def _one_event(dossier: Dossier, scored: pd.DataFrame) -> Opening:
    (event,) = each_row(scored)
    close = "One report without a second independent source shows no trend."
    if event.corroborated:
        close = "One event, however well attested, shows no trend."
    headline = _headline(dossier, event)
    sentences = spaced(_reported(dossier, event, headline), remark(close))
    return Opening(headline, sentences, (event.event_id,))


def _still(dossier: Dossier) -> Opening:
    """Where the tie is as it was, or nothing says otherwise: the weightiest of what is reported all the same."""
    events = by_weight(dossier.events if len(dossier.events) else dossier.beside)
    moving = events[events["scored"]]
    still = events[~events["scored"]].sort_values(
        "n_sources", key=lambda n: n == 0, kind="stable"
    )
    (first,) = each_row(still.head(1))
    headline = _headline(dossier, first)
    sentences = spaced(
        _reported(dossier, first, headline),
        _others(dossier, still.iloc[1:], "Also reported"),
        *(
            _others(dossier, moving[moving["direction"] == sign], f"Leading {side}")
            for sign, side in SIDES.items()
        ),
        []
        if len(moving)
        else remark(f"{no_report(dossier, 1, -1)} moves the tie either way."),
    )
    return Opening(headline, sentences, (first.event_id,))


def _gains(dossier: Dossier) -> Opening:
    """For a partner that gains where the ties of others loosen."""
    name = in_a_sentence(dossier.partner)
    power = in_a_sentence(dossier.power)
    gains = by_weight(gained_in(dossier))
    codes = dict.fromkeys(code for codes in gains["partners"] for code in codes)
    places = named_in_a_sentence(dossier, codes)
    where = some_and_others(places, MOST_PLACES)
    words = f"Gains for {name} are reported where ties with {power} loosen: {where}."
    sources = behind(dossier, gains["event_id"])
    if len(sources) == 1:
        alone = capital(of_sources(dossier, sources))
        words = f"{alone} alone reports gains for {name} where ties with {power} loosen: {where}."
    named = gains.head(MOST_PLACES)
    close = (
        f"{no_report(dossier, 1, -1)} moves {possessive(name)} own tie with {power}."
    )
    sentences = spaced(_others(dossier, gains, "Reported", MOST_PLACES), remark(close))
    return Opening(
        sentence(words, list(named["mark"])), sentences, tuple(named["event_id"])
    )


def _silent(dossier: Dossier) -> Opening:
    name = possessive(in_a_sentence(dossier.partner))
    power = in_a_sentence(dossier.power)
    return Opening(
        remark(f"No source speaks of {name} tie with {power}."),
        remark("That is a gap in what was read, not a sign of calm."),
    )
