"""The way from an event to its claims, told once: for the command line, the screen and
the page.

Rows may come from the frames of a dossier or, as text, from the tables attached to a
briefing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allywatch.data import dates
from allywatch.data.contract import Contract
from allywatch.data.frames import records
from allywatch.evidence.dossiers import Dossier

Row = Mapping[str, Any]


@dataclass(frozen=True)
class RelationTrail:
    """A relation between two claims; `kind` in words: ``contradicts``."""

    claim_a: str
    kind: str
    claim_b: str
    about: str
    note: str


@dataclass(frozen=True)
class ClaimTrail:
    """A claim in words.

    `published` and `date` are dates in words; `grade` is the reliability of the source
    with the credibility of the claim (``B2``); `voice` says how it is put and whose
    word it is; `place` says where it stands, ``characters 126 to 182`` or ``record ETH9766``;
    `relations` are those that name it, on either side; `doubts` are the outside reports against it, each with
    its strength and its reference.
    """

    claim_id: str
    statement: str
    source_id: str
    source_name: str
    published: str
    grade: str
    voice: str
    date: str
    place: str
    relations: tuple[RelationTrail, ...]
    doubts: tuple[str, ...]

    @property
    def own_relations(self) -> list[RelationTrail]:
        """The relations in which this claim is the first: what it contradicts or
        supersedes.
        """
        return [each for each in self.relations if each.claim_a == self.claim_id]


@dataclass(frozen=True)
class EventTrail:
    """An event in words, and its claims in order of source and place.

    `mark` is "" outside a dossier. `labels` are its channel, its dimension and, outside
    the context channel, its direction.
    """

    event_id: str
    mark: str
    headline: str
    summary: str
    date: str
    labels: tuple[str, ...]
    claims: tuple[ClaimTrail, ...]


def dossier_trails(
    dossier: Dossier, event_ids: Collection[str] | None = None
) -> list[EventTrail]:
    """The trails of `event_ids`, or of all events of a dossier, in page order."""
    events = dossier.all_events
    claims = dossier.all_claims
    if event_ids is not None:
        events = events[events["event_id"].isin(event_ids)]
        claims = claims[claims["event_id"].isin(event_ids)]
    return event_trails(
        records(events),
        records(claims),
        records(dossier.sources),
        records(dossier.dataset.relations),
        records(dossier.dataset.doubts),
        dossier.dataset.contract,
    )


def event_trails(
    events: Iterable[Row],
    claims: Iterable[Row],
    sources: Iterable[Row],
    relations: Iterable[Row],
    doubts: Iterable[Row],
    contract: Contract,
) -> list[EventTrail]:
    """The trails of `events` in their order, from rows of the tables that `contract`
    describes.
    """
    events = list(events)
    event_ids = {event["event_id"] for event in events}
    shown_claims = [claim for claim in claims if claim["event_id"] in event_ids]
    claim_trails = _claim_trails(shown_claims, sources, relations, doubts, contract)

    columns = ["channel", "dimension", "direction"]
    labels = {column: _labels(contract, "events", column) for column in columns}
    trails = []
    for event in events:
        labelled = columns[:2] if event["channel"] == "context" else columns
        trail = EventTrail(
            event_id=event["event_id"],
            mark=event.get("mark", ""),
            headline=event["headline"],
            summary=event["summary"],
            date=dates.format_edtf(event["date"]),
            labels=tuple(_label(event[name], labels[name]) for name in labelled),
            claims=tuple(claim_trails[event["event_id"]]),
        )
        trails.append(trail)
    return trails


def _claim_trails(
    claims: list[Row],
    sources: Iterable[Row],
    relations: Iterable[Row],
    doubts: Iterable[Row],
    contract: Contract,
) -> dict[str, list[ClaimTrail]]:
    """The trails of `claims` by event, in order of source and place."""
    source_by_id = {source["source_id"]: source for source in sources}
    relation_trails = _relation_trails(relations, contract)
    doubts_of_claim = _doubts_in_words(doubts, contract)
    modalities = _labels(contract, "claims", "modality")
    by_event = defaultdict(list)
    for claim in sorted(claims, key=_source_and_place):
        source = source_by_id[claim["source_id"]]
        trail = ClaimTrail(
            claim_id=claim["claim_id"],
            statement=claim["statement"],
            source_id=claim["source_id"],
            source_name=source["publisher"] or source["title"],
            published=_date_in_words(source, "published"),
            grade=f"{source['reliability']}{claim['credibility']}",
            voice=_voice(claim, modalities),
            date=_date_in_words(claim, "date"),
            place=_place(claim),
            relations=tuple(relation_trails[claim["claim_id"]]),
            doubts=tuple(doubts_of_claim[claim["claim_id"]]),
        )
        by_event[claim["event_id"]].append(trail)
    return by_event


def _relation_trails(
    relations: Iterable[Row], contract: Contract
) -> dict[str, list[RelationTrail]]:
    """The trails of `relations` by each of the two claims that they join."""
    kinds = _labels(contract, "relations", "kind")
    by_claim = defaultdict(list)
    for relation in relations:
        trail = RelationTrail(
            claim_a=relation["claim_a"],
            kind=_label(relation["kind"], kinds),
            claim_b=relation["claim_b"],
            about=relation["about"],
            note=relation["note"],
        )
        by_claim[trail.claim_a].append(trail)
        by_claim[trail.claim_b].append(trail)
    return by_claim


def _doubts_in_words(doubts: Iterable[Row], contract: Contract) -> dict[str, list[str]]:
    """What each doubt says, by the claim that it speaks against."""
    by_claim: dict[str, list[str]] = defaultdict(list)
    if "doubts" not in contract.tables:
        return by_claim
    strengths = _labels(contract, "doubts", "strength")
    for doubt in doubts:
        strength = _label(doubt["strength"], strengths)
        words = f"{strength}: {doubt['reason']} ({doubt['reference']})"
        by_claim[doubt["claim_id"]].append(words)
    return by_claim


def _source_and_place(claim: Row) -> tuple[str, int, str]:
    locator = _locator(claim)
    start = 0 if locator else int(claim["start"])
    return claim["source_id"], start, locator


def _place(claim: Row) -> str:
    """Where a claim stands: the characters of its passage, or its record."""
    locator = _locator(claim)
    if locator:
        return f"record {locator}"
    return f"characters {claim['start']} to {claim['end']}"


def _locator(claim: Row) -> str:
    """The locator of a claim's record; "" where it has a passage, as all had in older editions."""
    locator: str = claim.get("locator", "")
    return locator


def _voice(claim: Row, modalities: Mapping[str, str]) -> str:
    """How a claim is put, and whose word it is if not its author's."""
    how = _label(claim["modality"], modalities)
    whose = claim["attributed_to"]
    return f"{how} to {whose}" if whose else how


def _date_in_words(row: Row, column: str) -> str:
    """The date in a column in words, and whether it was inferred."""
    date = dates.format_edtf(row[column])
    inferred = row[f"{column}_basis"] == "inferred"
    return f"{date}, inferred" if inferred else date


def _labels(contract: Contract, table: str, column: str) -> dict[str, str]:
    """The label of each listed value of a column in lower case, by the value as
    text.
    """
    labels = contract.labels(table, column)
    return {str(value): label.lower() for value, label in labels.items()}


def _label(value: Any, labels: Mapping[str, str]) -> str:
    """The label of a value; the value itself if it has none."""
    return labels.get(str(value), str(value))
