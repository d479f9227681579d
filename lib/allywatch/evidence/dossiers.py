"""Evidence: what stands behind an event, derived from its claims and never typed in.

Corroboration counts *lineages*, not documents: two sources that share an upstream are
one witness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row, records
from allywatch.data.passages import Documents, Passage
from allywatch.evidence import rules
from allywatch.evidence.parts import part, whole


@lru_cache(maxsize=4)
def corroboration(dataset: Dataset) -> pd.DataFrame:
    """What stands behind each event; kept for the dataset, so never change it.

    Grain: one row per event; key `event_id`.

    Returns
    -------
    DataFrame
        `n_claims`, `n_sources`, `n_lineages`: counts over supporting claims (0 where
        there are only forecasts, denials and what is graded improbable or cannot be
        judged); `best_grade`: best source reliability A-F, "" without support;
        `scored`: a move (direction is not 0) outside the context channel with support;
        `held`: a tie said to hold (direction 0) outside context with support;
        `corroborated`: two lineages or more; `contested`: a claim of the event stands
        in a contradiction, or one denies it; `superseded`: every supporting claim has
        been overtaken by a later one.
    """
    events = dataset.events
    supporting = rules.supporting_claims(dataset)
    claims_behind = _by_event(supporting)
    overtaken = set(rules.overtaken_claims(dataset.relations))
    rows = []
    for event_id in events["event_id"]:
        claims = claims_behind.get(event_id, [])
        claim_ids = {claim.claim_id for claim in claims}
        rows.append(
            {
                "event_id": event_id,
                "n_claims": len(claims),
                "n_sources": len({claim.source_id for claim in claims}),
                "n_lineages": len({claim.lineage for claim in claims}),
                "best_grade": min((claim.reliability for claim in claims), default=""),
                "superseded": bool(claims) and claim_ids <= overtaken,
            }
        )
    standing = pd.DataFrame(rows, columns=list(_STANDING)).astype(_STANDING)

    standing["scored"] = rules.is_scored(events, supporting).array
    standing["held"] = rules.is_held(events, supporting).array
    standing["corroborated"] = rules.is_corroborated(
        standing["n_lineages"], dataset.rules
    )
    contested = _contested_events(dataset.relations, dataset.claims)
    standing["contested"] = standing["event_id"].isin(contested)
    return standing


_STANDING: dict[str, Any] = {
    "event_id": "str",
    "n_claims": int,
    "n_sources": int,
    "n_lineages": int,
    "best_grade": "str",
    "superseded": bool,
}


def _by_event(supporting: pd.DataFrame) -> dict[str, list[Any]]:
    """The `supporting` claims of each event, as named tuples of what corroboration asks for."""
    columns = ["event_id", "claim_id", "source_id", "lineage", "reliability"]
    claims_behind = defaultdict(list)
    for claim in each_row(supporting[columns]):
        claims_behind[claim.event_id].append(claim)
    return claims_behind


def _contested_events(relations: pd.DataFrame, claims: pd.DataFrame) -> set[str]:
    """Ids of the events that a claim denies or on which two of `claims` disagree."""
    contested = set(claims.loc[claims["modality"] == "denied", "event_id"])
    event_of_claim = dict(zip(claims["claim_id"], claims["event_id"], strict=True))
    pairs = relations.loc[relations["kind"] == "contradicts", ["claim_a", "claim_b"]]
    for pair in each_row(pairs):
        if pair.claim_a in event_of_claim and pair.claim_b in event_of_claim:
            contested.add(event_of_claim[pair.claim_a])
            contested.add(event_of_claim[pair.claim_b])
    return contested


@dataclass(frozen=True, eq=False)
class Dossier:
    """One partner's part of a dataset, numbered for the page.

    Attributes
    ----------
    dataset
        The partner's part of the whole, or the whole where it is the dossier of all.
    partner, power
        The rows of the partner and of the focal power in `partners`, as dicts.
    events
        Grain: one row per event that names the partner; key `event_id`, and `mark`
        within this dossier. The columns of `events` and of `corroboration`, and
        `places`: source, grade and first characters of its passages. Scored and held
        events are marked ``E1…``, the rest ``C1…``, each in order of the day by which
        they had happened, undated ones last.
    claims
        Grain: one row per claim of those events; key `claim_id`; with `mark`, `called`
        (its source), `lineage` and `reliability`.
    """

    dataset: Dataset
    partner: dict[str, Any]
    power: dict[str, Any]
    events: pd.DataFrame
    claims: pd.DataFrame

    @property
    def name(self) -> str:
        """The partner's name as printed."""
        return self.partner["name"]

    @cached_property
    def in_play(self) -> pd.DataFrame:
        """Events that are scored or held (the ``E`` marks), in mark order."""
        return self.events[self.events["scored"] | self.events["held"]]

    @cached_property
    def scored(self) -> pd.DataFrame:
        """Scored events: moves, in mark order."""
        return self.events[self.events["scored"]]

    @cached_property
    def context(self) -> pd.DataFrame:
        """Events shown and never scored (the ``C`` marks)."""
        return self.events[~(self.events["scored"] | self.events["held"])]

    @cached_property
    def supporting(self) -> pd.DataFrame:
        """Claims that support its events in play; grain: one row per claim."""
        supporting = rules.supporting_claims(self.dataset)
        supports = self.claims["claim_id"].isin(supporting["claim_id"])
        of_event_in_play = self.claims["event_id"].isin(self.in_play["event_id"])
        return self.claims[supports & of_event_in_play]

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Admitted sources, with `called` (see `named`) and `cited`: by its claims."""
        sources = named(self.dataset.sources)
        return sources.assign(cited=sources["source_id"].isin(self.claims["source_id"]))

    @cached_property
    def called(self) -> dict[str, str]:
        """What each admitted source is called on the page, by `source_id`."""
        sources = self.sources
        return dict(zip(sources["source_id"], sources["called"], strict=True))

    @cached_property
    def relations(self) -> pd.DataFrame:
        """Relations between two claims of this dossier."""
        relations = self.dataset.relations
        claim_ids = self.claims["claim_id"]
        first_known = relations["claim_a"].isin(claim_ids)
        second_known = relations["claim_b"].isin(claim_ids)
        return relations[first_known & second_known]

    @cached_property
    def actors(self) -> dict[str, str]:
        """Names of the actors that its events name, by code."""
        partners = self.dataset.partners
        return dict(zip(partners["partner_id"], partners["name"], strict=True))

    def marks(self, event_ids: Iterable[str] | None = None) -> list[str]:
        """The marks of `event_ids`, or of all events, in page order."""
        events = self.events
        if event_ids is not None:
            events = events[events["event_id"].isin(list(event_ids))]
        return list(events["mark"])


def named(sources: pd.DataFrame) -> pd.DataFrame:
    """`sources` with `called`: the publisher, or the title of one that has none."""
    has_publisher = sources["publisher"] != ""
    return sources.assign(
        called=sources["publisher"].where(has_publisher, sources["title"])
    )


def dossier(dataset: Dataset, partner: str) -> Dossier:
    """The evidence on one partner, made of its part of `dataset` alone (see `parts`).

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    return _dossier_of(part(dataset, partner), partner)


def pooled(dataset: Dataset) -> Dossier:
    """The evidence on all partners at once, as the dossier of the focal power.

    An event that touches several partners stands in it once, with all its sources.

    Raises
    ------
    ValueError
        If `dataset` is the part of one partner.
    """
    return _dossier_of(whole(dataset), dataset.rules["focal_power"])


def _dossier_of(dataset: Dataset, partner: str) -> Dossier:
    """The dossier of `partner`, of all events and claims of `dataset`."""
    standing = corroboration(dataset)
    derived = {name: standing[name] for name in standing.columns.drop("event_id")}
    events = _numbered(dataset.events.assign(**derived))
    claims = _described(dataset.claims, dataset.sources, events)
    citations = _citations(claims)
    places: list[Any] = [citations.get(event_id) for event_id in events["event_id"]]
    actors = {actor["partner_id"]: actor for actor in records(dataset.partners)}
    return Dossier(
        dataset=dataset,
        partner=actors[partner],
        power=actors[dataset.rules["focal_power"]],
        events=events.assign(places=places),
        claims=claims,
    )


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    """`events` in page order with their `mark`."""
    in_play = events["scored"] | events["held"]
    keys = events[["counted", "earliest", "event_id"]]
    keys.insert(0, "only_shown", ~in_play)
    page_order = keys.sort_values(list(keys.columns), na_position="last").index
    ordered = events.loc[page_order].reset_index(drop=True)
    n_in_play = int(in_play.sum())
    n_context = len(events) - n_in_play
    marks = [f"E{number}" for number in range(1, n_in_play + 1)]
    marks += [f"C{number}" for number in range(1, n_context + 1)]
    return ordered.assign(mark=marks)


def _described(
    claims: pd.DataFrame, sources: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """`claims` by source and place, with their event's mark and their source's name."""
    marks = dict(zip(events["event_id"], events["mark"], strict=True))
    columns = ["source_id", "called", "lineage", "reliability"]
    by_source = named(sources)[columns].set_index("source_id")
    source_of_each = by_source.reindex(claims["source_id"])
    described = claims.assign(
        mark=claims["event_id"].map(marks),
        called=source_of_each["called"].array,
        lineage=source_of_each["lineage"].array,
        reliability=source_of_each["reliability"].array,
    )
    return described.sort_values(["source_id", "start"], ignore_index=True)


def _citations(claims: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Per event: source, grade and first characters of the passages cited.

    A grade is the reliability with the best and the worst credibility: ``B2–4``.
    """
    columns = ["event_id", "source_id", "reliability", "credibility", "start"]
    passages: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for claim in each_row(claims[columns]):
        cited = (claim.event_id, claim.source_id, claim.reliability)
        passages[cited].append((claim.credibility, claim.start))

    citations: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for (event_id, source_id, reliability), found in sorted(passages.items()):
        credibilities = [credibility for credibility, _ in found]
        best = min(credibilities)
        worst = max(credibilities)
        grade = f"{reliability}{best}"
        if worst != best:
            grade += f"–{worst}"
        starts = sorted(start for _, start in found)
        citations[event_id].append((source_id, grade, ", ".join(map(str, starts))))
    return citations


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
