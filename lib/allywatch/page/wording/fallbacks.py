"""The first lines of a page where no analyst wrote any, made of its events.

Which sentences are made follows from the shape of the evidence; every one tells of acts and of who reports them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.evidence.chronology import weights
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.turns import moves_of, turn
from allywatch.page.wording.grammar import (
    capital,
    joined,
    number,
    possessive,
    remark,
    sentence,
    spaced,
)
from allywatch.page.wording.voices import behind, in_a_sentence, of_sources
from briefmill.texts import Run

#: Characters of a headline over a page.
LONGEST_HEADLINE = 105
#: Events that are named after the first, by their headline.
MOST_NAMED = 2
#: As many events of others as make a partner somebody who gains.
BENEFICIARY = 3


@dataclass(frozen=True)
class Opening:
    """A headline and the sentences under it, each with its marks."""

    headline: list[Run]
    sentences: list[Run]


def opening(dossier: Dossier, verdict: Verdict) -> Opening:
    """The first lines of a partner's page."""
    if dossier.all_claims.empty:
        return _silent(dossier)
    scored = by_weight(dossier.scored)
    if scored.empty:
        return _gains(dossier) if is_gainer(dossier) else _still(dossier)
    if len(scored) == 1:
        return _one_event(dossier, scored.iloc[0])
    closer = scored[scored["direction"] > 0]
    away = scored[scored["direction"] < 0]
    if way(dossier.dataset.rules, verdict.direction) == "turned":
        return _turned(dossier, closer.iloc[0], away.iloc[0])
    if closer.empty or away.empty:
        return _one_sided(dossier, scored, scored[:0])
    if way(dossier.dataset.rules, verdict.direction) == "away":
        return _one_sided(dossier, away, closer)
    if way(dossier.dataset.rules, verdict.direction) == "closer":
        return _one_sided(dossier, closer, away)
    return _two_sided(dossier, closer.iloc[0], away.iloc[0])


def by_weight(events: pd.DataFrame) -> pd.DataFrame:
    """`events`, the weightiest first (see `chronology.weights`)."""
    weight = weights(events)
    order = sorted(weight, key=weight.__getitem__, reverse=True)
    return events.set_index("event_id", drop=False).loc[order].reset_index(drop=True)


def gained_in(dossier: Dossier) -> pd.DataFrame:
    """The events of others in which the partner gains: those that name it as the other party."""
    code = dossier.partner["partner_id"]
    named = [code in parties for parties in dossier.beside["counterparts"]]
    return dossier.beside[pd.Series(named, dossier.beside.index, dtype=bool)]


def is_gainer(dossier: Dossier) -> bool:
    """Whether the partner only gains in what others do: no report of its own tie, and enough of theirs."""
    return dossier.scored.empty and len(gained_in(dossier)) >= BENEFICIARY


def _first_sentence(event: Any) -> str:
    """What happened in a sentence: the first of the event's summary, or its headline where that is too long."""
    summary = str(event["summary"])
    first, stop, _ = summary.partition(". ")
    words = f"{first}." if stop else summary
    if len(words) > LONGEST_HEADLINE:
        return f"{event['headline']}."
    return words


def _tellers(dossier: Dossier, event: Any) -> str:
    """Who reports an event, as a sentence of its own; "" where nobody is named."""
    sources = behind(dossier, [event["event_id"]])
    if not sources:
        return ""
    if len(sources) == 1:
        return f"Only {of_sources(dossier, sources)} reports it."
    if event["corroborated"]:
        return f"{capital(number(len(sources)))} sources report it."
    return (
        f"{capital(of_sources(dossier, sources))} report it, one drawing on the other."
    )


def _reported(dossier: Dossier, event: Any) -> list[Run]:
    """An event's summary and who reports it."""
    words = f"{event['summary']} {_tellers(dossier, event)}".strip()
    return sentence(words, [event["mark"]])


def _named(events: pd.DataFrame, lead: str) -> list[Run]:
    """The first of some events by their headlines after a `lead`; nothing for none."""
    named = events.head(MOST_NAMED)
    if named.empty:
        return []
    words = f"{lead}: {'; '.join(named['headline'])}."
    return sentence(words, list(named["mark"]))


def _headline(dossier: Dossier, event: Any) -> list[Run]:
    """What happened, after the name of the only source that says so."""
    words = _first_sentence(event)
    sources = behind(dossier, [event["event_id"]])
    if len(sources) == 1:
        words = f"{words[:-1]}, {of_sources(dossier, sources)} alone reports."
    return sentence(words, [event["mark"]])


def _one_sided(dossier: Dossier, leading: pd.DataFrame, other: pd.DataFrame) -> Opening:
    first = leading.iloc[0]
    against = _named(other, "The other way")
    if other.empty:
        against = remark("No report leads the other way.")
    alike = _named(leading.iloc[1:], "The same way")
    told = _reported(dossier, first)
    return Opening(_headline(dossier, first), spaced(told, alike, against))


def _two_sided(dossier: Dossier, closer: Any, away: Any) -> Opening:
    marks = [closer["mark"], away["mark"]]
    headline = sentence(f"{closer['headline']}. {away['headline']}.", marks)
    told = spaced(_reported(dossier, closer), _reported(dossier, away))
    return Opening(headline, told)


def _turned(dossier: Dossier, closer: Any, away: Any) -> Opening:
    moves = moves_of(dossier.scored).values()
    turned = turn(moves, dossier.dataset.rules["turn"])
    assert turned is not None, "asked of a tie that has not turned"
    before, after = (closer, away) if turned.before > 0 else (away, closer)
    words = (
        f"Up to {turned.until.year}: {before['headline']}. "
        f"Since {turned.since.year}: {after['headline']}."
    )
    headline = sentence(words, [before["mark"], after["mark"]])
    told = spaced(_reported(dossier, before), _reported(dossier, after))
    return Opening(headline, told)


def _one_event(dossier: Dossier, event: Any) -> Opening:
    if event["corroborated"]:
        close = "One event, however well attested, shows no trend."
    else:
        close = "One report, and no second source: no trend can be seen in it."
    told = spaced(_reported(dossier, event), remark(close))
    return Opening(_headline(dossier, event), told)


def _still(dossier: Dossier) -> Opening:
    """Where no event moves the tie: the weightiest of what is reported all the same."""
    events = dossier.events if len(dossier.events) else dossier.beside
    first = by_weight(events).iloc[0]
    close = remark("No report moves the tie either way.")
    return Opening(_headline(dossier, first), spaced(_reported(dossier, first), close))


def _gains(dossier: Dossier) -> Opening:
    """For a partner that gains where the ties of others loosen."""
    name = in_a_sentence(dossier.partner)
    power = in_a_sentence(dossier.power)
    first = by_weight(gained_in(dossier))
    others = dict.fromkeys(
        code
        for partners in first["partners"]
        for code in partners
        if code != dossier.power["partner_id"]
    )
    where = joined([dossier.actors[code] for code in others][:3])
    words = f"Where {power} gives way, {name} is said to gain"
    words += f": {where}." if where else "."
    marks = list(first["mark"].head(MOST_NAMED + 1))
    silence = f"How {name} and {power} deal with each other no source says."
    told = spaced(_named(first, "Reported"), remark(silence))
    return Opening(sentence(words, marks), told)


def _silent(dossier: Dossier) -> Opening:
    name = possessive(dossier.name)
    power = in_a_sentence(dossier.power)
    return Opening(
        remark(f"No source speaks of {name} tie with {power}."),
        remark("That is a gap in what was read, not a sign of calm."),
    )
