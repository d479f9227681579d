"""Dossiers: one partner's part of the evidence, numbered for the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.frames import ByKey, Rows, each_row, records
from allywatch.data.passages import BY_PLACE, Documents, Passage
from allywatch.data.source_names import named
from allywatch.evidence import page_rows, rules
from allywatch.evidence.chronology import Line, chronology, numbers
from allywatch.evidence.corroboration import corroboration, is_own
from allywatch.evidence.parts import part, whole
from allywatch.evidence.periods import Stretch, is_large, stretches, unit
from allywatch.evidence.ties import Tie, tie, ties

#: Periods that a large page tells one by one.
MOST_PERIODS = 7


@dataclass(frozen=True, eq=False)
class Dossier:
    """One partner's part of a dataset, numbered for the page when that is first asked for.

    Attributes
    ----------
    taken_from, code
        What its part is taken from, the whole or the part itself, and the partner's id; "" for the dossier of all.
    partner, power
        The rows of the partner and of the focal power in `partners`, as dicts.
    tie
        What counts; that is all a verdict asks for.
    """

    taken_from: Dataset
    code: str
    partner: dict[str, Any]
    power: dict[str, Any]
    tie: Tie

    @cached_property
    def dataset(self) -> Dataset:
        """The partner's part of the whole, or the whole where it is the dossier of all."""
        return part(self.taken_from, self.code)

    @property
    def rules(self) -> dict[str, Any]:
        """The rules of the data folder."""
        return self.taken_from.rules

    @property
    def name(self) -> str:
        """The partner's name as printed."""
        return self.partner["name"]

    @cached_property
    def events(self) -> pd.DataFrame:
        """The events that name the partner.

        Grain: one row per event; key `event_id`. The columns of `events` and of `corroboration`; `mark`: its number on
        the page (see `chronology`), which events told in one line share. Scored and held events first, each in order of
        the day by which they had happened, undated ones last.
        """
        return self._with_marks(self.unmarked_events)

    @cached_property
    def beside(self) -> pd.DataFrame:
        """Events that name the partner as a counterpart, and those on the focal power's standing of which a claim bears on it.

        Shown, and counted nowhere here. As `events`; also what the judgements on the partner rest on beside these.
        """
        return self._with_marks(self._other)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The claims of `events`, by source and place.

        Grain: one row per claim; key `claim_id`; with `mark`, `called` (its source), `lineage` and `reliability`.
        """
        if self._is_of_own.all():
            return self._described
        return self._described[self._is_of_own].reset_index(drop=True)

    @cached_property
    def claims_beside(self) -> pd.DataFrame:
        """The claims of `beside`; as `claims`."""
        return self._described[~self._is_of_own].reset_index(drop=True)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The periods by which a large page is told, in order of time (see `periods.stretches`).

        None for a page that is not large, or all partners'.
        """
        dataset = self.dataset
        if not dataset.partner or not is_large(self.tie.scored, dataset.rules):
            return ()
        own = self.unmarked_events
        in_play = own[own["scored"] | own["held"]]
        return stretches(in_play, unit(dataset), MOST_PERIODS)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What the page tells in order of time."""
        named = [event_id for stretch in self.stretches for event_id in stretch.named]
        return chronology(
            self.unmarked_events,
            self._other,
            self._on_page,
            self.partner["partner_id"],
            is_network=not self.dataset.partner,
            reported=page_rows.first_reported(self.dataset),
            foretold=page_rows.foretold(self.dataset),
            named=named or None,
        )

    @cached_property
    def mark_of(self) -> dict[str, str]:
        """The mark of each event of `all_events`, by its id."""
        own = self.unmarked_events
        claims = self.dataset.claims
        return numbers(
            self.lines,
            self._on_page,
            pd.concat([own, self._other]) if len(self._other) else own,
            dict(
                zip(
                    claims["claim_id"].tolist(),
                    claims["event_id"].tolist(),
                    strict=True,
                )
            ),
        )

    # What it is numbered from

    @cached_property
    def _standing(self) -> pd.DataFrame:
        """Every event with what stands behind it."""
        standing = corroboration(self.dataset).drop(columns="event_id")
        return pd.concat([self.dataset.events, standing], axis="columns")

    @cached_property
    def _is_own(self) -> pd.Series:
        return is_own(self.dataset.events, self.dataset.partner)

    @cached_property
    def unmarked_events(self) -> pd.DataFrame:
        """As `events`, without `mark`."""
        return page_rows.in_page_order(self._standing[self._is_own])

    @cached_property
    def _other(self) -> pd.DataFrame:
        """As `beside`, without their marks."""
        return page_rows.by_date(self._standing[~self._is_own], [])

    @cached_property
    def _on_page(self) -> pd.DataFrame:
        """The judgements that stand on the page."""
        return page_rows.on_page(self.dataset, self.partner["partner_id"])

    @cached_property
    def _described(self) -> pd.DataFrame:
        """All claims, as `claims`."""
        return page_rows.described(self.dataset, self.dataset.claims, self.mark_of)

    @cached_property
    def _is_of_own(self) -> pd.Series:
        return self._described["event_id"].isin(self.unmarked_events["event_id"])

    def _with_marks(self, events: pd.DataFrame) -> pd.DataFrame:
        """`events` with their `mark`."""
        marks = [self.mark_of[each] for each in events["event_id"].tolist()]
        return events.assign(mark=marks)

    def with_places(self, events: pd.DataFrame) -> pd.DataFrame:
        """Some of its events with their `places`: source, grade and first characters of the passages or locators of the records.

        Their claims alone are gone through.
        """
        claims = self.dataset.claims
        of_these = claims[claims["event_id"].isin(events["event_id"])]
        described = page_rows.described(self.dataset, of_these, {})
        return page_rows.placed(events, page_rows.citations(described))

    # What is asked of it

    @cached_property
    def in_play(self) -> pd.DataFrame:
        """Events that are scored or held, in page order."""
        return self.events[self.events["scored"] | self.events["held"]]

    @cached_property
    def scored(self) -> pd.DataFrame:
        """Scored events: moves, in page order."""
        return self.events[self.events["scored"]]

    @cached_property
    def context(self) -> pd.DataFrame:
        """Events shown and never scored."""
        return self.events[~(self.events["scored"] | self.events["held"])]

    @cached_property
    def all_events(self) -> pd.DataFrame:
        """All that has a mark: `events`, then those `beside`."""
        if self.beside.empty:
            return self.events
        return pd.concat([self.events, self.beside], ignore_index=True)

    @cached_property
    def all_claims(self) -> pd.DataFrame:
        """The claims of `all_events`, in order of source and place."""
        if self.claims_beside.empty:
            return self.claims
        claims = pd.concat([self.claims, self.claims_beside])
        return claims.sort_values(BY_PLACE, ignore_index=True)

    @cached_property
    def doubts_by_event(self) -> dict[str, dict[str, list[str]]]:
        """By event, what outside reports say against its claims, and against which.

        What is said has its reference, ``… (Meduza, 4 December 2024)``, and leads to
        the ids of the claims, in order of source and place.
        """
        said_of_claim = defaultdict(list)
        for doubt in each_row(self.dataset.doubts):
            words = f"{doubt.reason} ({doubt.reference})"
            said_of_claim[doubt.claim_id].append(words)
        doubted = self.all_claims[self.all_claims["claim_id"].isin(said_of_claim)]
        by_event: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for claim in each_row(doubted):
            for words in said_of_claim[claim.claim_id]:
                by_event[claim.event_id].setdefault(words, []).append(claim.claim_id)
        return by_event

    @cached_property
    def supporting(self) -> pd.DataFrame:
        """Claims that support its events in play; grain: one row per claim."""
        is_in_play = self.claims["event_id"].isin(self.tie.in_play["event_id"])
        return self.claims[self.claims["supports"] & is_in_play]

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Admitted sources, with `called` (see `named`) and `cited`: by its claims."""
        sources = named(self.dataset.sources)
        return sources.assign(cited=sources["source_id"].isin(self.claims["source_id"]))

    @cached_property
    def speaking(self) -> set[str]:
        """The ids of the sources that speak of the partner: of an event of its own, or of one in which it is the other party.

        Where some claims of such an event name it and others do not, those that do.
        """
        code = self.partner["partner_id"]
        speaking = set(self.claims["source_id"].unique())
        for event in each_row(self.beside):
            if code not in event.counterparts:
                continue
            claims = self.claims_of.get(event.event_id, [])
            naming = [claim for claim in claims if self._is_named_in(claim)]
            speaking |= {claim.source_id for claim in naming or claims}
        return speaking

    @cached_property
    def _own_names(self) -> set[str]:
        partner = self.partner
        return {partner["name"], partner["short_name"], partner["adjective"]} - {""}

    def _is_named_in(self, claim: Any) -> bool:
        """Whether a claim names the partner."""
        return any(name in claim.statement for name in self._own_names)

    @cached_property
    def naming(self) -> set[str]:
        """Those of the `speaking` sources that speak of the partner itself, and not of its region alone."""
        of_region = self.events.loc[self.events["told_of"] != "", "event_id"]
        of_itself = self.claims[~self.claims["event_id"].isin(of_region)]
        in_passing = {
            claim.source_id
            for claim in each_row(self.claims_beside)
            if self._is_named_in(claim)
        }
        return self.speaking & {*of_itself["source_id"].unique(), *in_passing}

    @cached_property
    def called(self) -> dict[str, str]:
        """What each admitted source is called on the page, by `source_id`."""
        sources = named(self.dataset.sources)
        return dict(zip(sources["source_id"], sources["called"], strict=True))

    @cached_property
    def published(self) -> dict[str, str]:
        """When each admitted source was published, in EDTF, by its id; "" where that is not known."""
        sources = self.dataset.sources
        return dict(zip(sources["source_id"], sources["published"], strict=True))

    @cached_property
    def publication_days(self) -> dict[str, tuple[pd.Timestamp, str]]:
        """By source, the last day by which it was published, and its date in EDTF; sources without a date are left out."""
        dated = self.dataset.sources.dropna(subset="published_latest")
        return {
            source.source_id: (source.published_latest, source.published)
            for source in each_row(dated)
        }

    @cached_property
    def relations(self) -> pd.DataFrame:
        """Relations between two claims of its own events."""
        return self.relations_among(self.claims["claim_id"])

    def relations_among(self, claim_ids: pd.Series) -> pd.DataFrame:
        """Relations between two of some claims."""
        relations = self.dataset.relations
        first_known = relations["claim_a"].isin(claim_ids)
        second_known = relations["claim_b"].isin(claim_ids)
        return relations[first_known & second_known]

    @cached_property
    def actors(self) -> dict[str, str]:
        """Names of the actors that its events name, by code."""
        partners = self.dataset.partners
        return dict(zip(partners["partner_id"], partners["name"], strict=True))

    def marks(self, event_ids: Iterable[str] | None = None) -> list[str]:
        """The marks of `event_ids`, or of all events of the partner, each once, in page order."""
        if event_ids is None:
            event_ids = self.events["event_id"].tolist()
        found = {self.mark_of[each] for each in event_ids if each in self.mark_of}
        return sorted(found, key=int)

    @cached_property
    def event_of(self) -> dict[str, str]:
        """The event of each claim of `all_claims`, by the claim's id."""
        claims = self.all_claims
        return dict(
            zip(claims["claim_id"].tolist(), claims["event_id"].tolist(), strict=True)
        )

    @cached_property
    def claims_of(self) -> Mapping[str, list[Any]]:
        """The claims of each event as named tuples, in the order of `all_claims`; by the event's id, those without are left out."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, event_id in enumerate(self.all_claims["event_id"].tolist()):
            places[event_id].append(place)
        rows = Rows(self.all_claims)
        return ByKey(dict(places), lambda each: [rows[place] for place in each])

    @cached_property
    def contradictions(self) -> list[tuple[str, str]]:
        """The pairs of claims that contradict each other, by their ids."""
        pairs = self.relations[self.relations["kind"] == "contradicts"]
        return list(zip(pairs["claim_a"], pairs["claim_b"], strict=True))

    @cached_property
    def place_of_source(self) -> dict[str, int]:
        """Where each admitted source stands in the table, by its id."""
        return {
            each: place for place, each in enumerate(self.dataset.sources["source_id"])
        }

    @cached_property
    def _own_judgements(self) -> pd.DataFrame:
        table = self.taken_from.judgements
        code = self.partner["partner_id"]
        return table[rules.filed(table, code, self.power["partner_id"])]

    @cached_property
    def _judgements(self) -> dict[str, pd.DataFrame]:
        """The judgements on this partner, by their kind; "": none."""
        return page_rows.by_kind(self._own_judgements)

    @cached_property
    def _judgements_with_marks(self) -> dict[str, pd.DataFrame]:
        """As `_judgements`, with `marks`."""
        return page_rows.by_kind(self.with_marks(self._own_judgements))

    def written(self, kind: str) -> pd.DataFrame:
        """The judgements of one kind on this partner, in the table's order; empty where the folder has none."""
        return self._judgements.get(kind, self._judgements[""])

    def written_with_marks(self, kind: str) -> pd.DataFrame:
        """As `written`, with `marks` (see `with_marks`)."""
        with_marks = self._judgements_with_marks
        return with_marks.get(kind, with_marks[""])

    def with_marks(self, judgements: pd.DataFrame) -> pd.DataFrame:
        """`judgements` with `marks`: of the events in their refs, and of those that the claims in their refs tell of."""
        marks = [
            self.marks(self.event_of.get(ref, ref) for ref in refs)
            for refs in judgements["refs"]
        ]
        column = pd.Series(marks, index=judgements.index, dtype=object)
        return judgements.assign(marks=column)

    @cached_property
    def by_id(self) -> Mapping[str, Any]:
        """Each event of `all_events` as a named tuple, by its id."""
        event_ids = self.all_events["event_id"].tolist()
        places = {event_id: place for place, event_id in enumerate(event_ids)}
        return ByKey(places, Rows(self.all_events).__getitem__)

    @cached_property
    def sources_of(self) -> dict[str, tuple[str, ...]]:
        """By event, the ids of the sources that support it, in the order of the table; none for an event without support."""
        supporting = rules.supporting_claims(self.dataset)
        found: dict[str, set[str]] = defaultdict(set)
        event_ids = supporting["event_id"].tolist()
        source_ids = supporting["source_id"].tolist()
        for event_id, source_id in zip(event_ids, source_ids, strict=True):
            found[event_id].add(source_id)
        place = self.place_of_source
        return {
            event_id: tuple(sorted(sources, key=place.__getitem__))
            for event_id, sources in found.items()
        }


def dossier(dataset: Dataset, partner: str) -> Dossier:
    """The evidence on one partner, made of its part of `dataset` alone (see `parts`).

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    own = part(dataset, partner)
    return _dossier_of(own, partner, tie(own), _actors(own))


def pooled(dataset: Dataset) -> Dossier:
    """The evidence on all partners at once, as the dossier of the focal power.

    An event that touches several partners stands in it once, with all its sources.

    Raises
    ------
    ValueError
        If `dataset` is the part of one partner.
    """
    return _dossier_of(whole(dataset), "", tie(dataset), _actors(dataset))


def every(dataset: Dataset) -> list[Dossier]:
    """The dossier of each partner of a whole that has a briefing, by name; what counts is taken for all at once.

    Raises
    ------
    ValueError
        If `dataset` is the part of one partner.
    """
    actors = _actors(dataset)
    return [
        _dossier_of(dataset, partner, counted, actors)
        for partner, counted in ties(whole(dataset)).items()
    ]


def _dossier_of(
    dataset: Dataset, code: str, counted: Tie, actors: Mapping[str, dict[str, Any]]
) -> Dossier:
    """The dossier of the partner `code`, whose part is taken from `dataset` once it is asked for."""
    power = dataset.rules["focal_power"]
    return Dossier(dataset, code, actors[code or power], actors[power], counted)


def _actors(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """The rows of the partners table, by the partner's id."""
    codes = dataset.partners["partner_id"]
    return dict(zip(codes, records(dataset.partners), strict=True))


def cut_off(dataset: Dataset) -> tuple[pd.Timestamp | None, bool]:
    """Latest day of publication of an admitted source, and whether it is inferred."""
    dated = dataset.sources.dropna(subset=["published_latest"])
    if dated.empty:
        return None, False
    newest = dated.sort_values("published_latest").iloc[-1]
    return newest["published_latest"], newest["published_basis"] != "stated"


def passage(dataset: Dataset, claim_id: str) -> Passage:
    """The passage of a claim, shown only while it has the claim's fingerprint.

    Raises
    ------
    KeyError
        If there is no such claim.
    """
    claims = dataset.claims.set_index("claim_id")
    if claim_id not in claims.index:
        raise KeyError(f"no claim {claim_id!r} in claims.csv")
    claim: Any = claims.loc[claim_id]
    source: Any = dataset.sources.set_index("source_id").loc[claim["source_id"]]
    return Documents(dataset.documents).passage(source, claim)
