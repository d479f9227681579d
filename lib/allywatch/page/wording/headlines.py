"""What happened, first: the judgement at the head of a partner's page, made of its events where no analyst wrote one.

Which sentence is made follows from the shape of the evidence; every one of them tells of acts and of who says so, and
counts nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.grammar import (
    capital,
    joined,
    number,
    possessive,
    remark,
    sentence,
    spaced,
)
from briefmill.texts import Run

#: Events that are named after the first, by their headline.
MOST_NAMED = 2
#: Partners that the overview names after the first.
MOST_PARTNERS = 4
#: As many events of others as make a partner somebody who gains.
BENEFICIARY = 3


@dataclass(frozen=True)
class Headline:
    """What happened, for the head of a page: the weightiest event, and under a label what stands beside it.

    `beside` is empty where nothing does.
    """

    first: list[Run]
    label: str = ""
    beside: tuple[Run, ...] = ()


def headline(dossier: Dossier, verdict: Verdict) -> Headline:
    """What happened between the partner and the power, each sentence with its marks and with who says so."""
    scored = by_weight(dossier.scored)
    if not len(dossier.claims):
        return _silent(dossier)
    if scored.empty:
        return _nothing_moves(dossier)
    closer = scored[scored["direction"] > 0]
    away = scored[scored["direction"] < 0]
    direction_way = way(dossier.dataset.rules, verdict.direction)
    if closer.empty or away.empty:
        return _with_also(dossier, scored, scored[:0])
    if direction_way == "away":
        return _with_also(dossier, away, closer)
    if direction_way == "closer":
        return _with_also(dossier, closer, away)
    if direction_way == "turned":
        first, then = sorted((closer, away), key=lambda events: events["latest"].min())
        label = "Since"
    else:
        first, then = sorted((closer, away), key=_weight, reverse=True)
        label = "But"
    told_then = _told(dossier, then.iloc[0])
    return Headline(_told(dossier, first.iloc[0]), label, tuple(told_then))


def network_headline(net: Network) -> Headline | None:
    """What happened among all partners: the weightiest event, and the next ones of other partners; None without any."""
    scored = by_weight(net.pooled.scored)
    picked: list[Any] = []
    taken: set[str] = set()
    for _, event in scored.iterrows():
        if taken.isdisjoint(event["partners"]):
            picked.append(event)
            taken.update(event["partners"])
    if not picked:
        return None
    first, *others = picked[: 1 + MOST_PARTNERS]
    names = net.pooled.actors
    said = [
        f"{joined([names[code] for code in event['partners']])}: {event['headline']}"
        for event in others
    ]
    marks = [event["mark"] for event in others]
    beside = sentence(f"{'; '.join(said)}.", marks) if others else []
    return Headline(_told(net.pooled, first), "Also", tuple(beside))


def _with_also(
    dossier: Dossier, leading: pd.DataFrame, other: pd.DataFrame
) -> Headline:
    """The first of the `leading` events in its own words; the next ones, and those that lead the `other` way, by name."""
    named = leading.iloc[1 : 1 + MOST_NAMED]
    against = other.head(MOST_NAMED)
    said = []
    if len(named):
        said.append(sentence(f"{_headlines(named)}.", list(named["mark"])))
    if len(against):
        words = f"The other way: {_headlines(against)}."
        said.append(sentence(words, list(against["mark"])))
    first = _told(dossier, leading.iloc[0])
    return Headline(first, "Also", tuple(spaced(*said)))


def by_weight(events: pd.DataFrame) -> pd.DataFrame:
    """`events`, the weightiest first.

    Those that most independent sources tell, then those of the fewest partners, of the highest intensity, the latest.
    """
    order = {
        "n_lineages": False,
        "n_sources": False,
        "n_partners": True,
        "intensity": False,
        "counted": False,
    }
    ranked = events.assign(n_partners=events["partners"].map(len).astype(int))
    return ranked.sort_values(
        list(order),
        ascending=list(order.values()),
        na_position="last",
        kind="stable",
    )


def _weight(events: pd.DataFrame) -> tuple[int, int]:
    first = events.iloc[0]
    return int(first["n_lineages"]), int(first["intensity"])


def _told(dossier: Dossier, event: Any) -> list[Run]:
    """An event in its own words, and who says so."""
    claims = dossier.claims[dossier.claims["event_id"] == event["event_id"]]
    supporting = claims[claims["supports"]]
    sources = sorted(supporting["called"].unique())
    summary = event["summary"]
    if len(sources) == 1:
        return sentence(f"{summary} Only {sources[0]} reports it.", [event["mark"]])
    if not sources:
        return sentence(summary, [event["mark"]])
    report = f"{capital(number(len(sources)))} sources report it."
    return sentence(f"{summary} {report}", [event["mark"]])


def _headlines(events: pd.DataFrame) -> str:
    return "; ".join(events["headline"])


def _silent(dossier: Dossier) -> Headline:
    name = possessive(dossier.name)
    power = dossier.power["name"]
    return Headline(
        remark(f"No source speaks of {name} tie with {power}."),
        "Note",
        tuple(remark("That is a gap in what was read, not a sign of calm.")),
    )


def _nothing_moves(dossier: Dossier) -> Headline:
    """Where no event moves the tie: what is told all the same, or where others' loss is the partner's gain."""
    as_counterpart = dossier.beside[
        [
            dossier.partner["partner_id"] in counterparts
            for counterparts in dossier.beside["counterparts"]
        ]
    ]
    if len(as_counterpart) >= BENEFICIARY:
        return _gains(dossier, as_counterpart)
    best = by_weight(dossier.events).iloc[0]
    stays = remark("No report moves the tie either way.")
    return Headline(_told(dossier, best), "Note", tuple(stays))


def _gains(dossier: Dossier, events: pd.DataFrame) -> Headline:
    """For a partner that is named where the ties of others loosen."""
    name = dossier.name
    power = dossier.power["name"]
    actors = dossier.actors
    of_others = list(
        dict.fromkeys(
            actors[code]
            for partners in events["partners"]
            for code in partners
            if code != dossier.power["partner_id"]
        )
    )
    words = f"{name} is named where ties with {power} loosen: in what is told of {joined(of_others)}."
    silence = f"How {name} and {power} deal with each other, no source tells."
    told = sentence(words, list(events["mark"]))
    return Headline(told, "Note", tuple(remark(silence)))
