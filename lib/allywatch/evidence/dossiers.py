"""Evidence: what stands behind an event, derived from its claims and never typed in.

Corroboration counts *lineages*, not documents: two sources that share an upstream are one witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from allywatch.data.loading import Dataset
from allywatch.data.passages import Documents, Passage
from allywatch.evidence import rules
from allywatch.evidence.parts import part, whole


@lru_cache(maxsize=4)
def corroboration(dataset: Dataset) -> pd.DataFrame:
    """What stands behind each event; worked out once for a dataset, so treat it as frozen.

    Grain: one row per event; key `event_id`.

    Returns
    -------
    DataFrame
        `n_claims`, `n_sources`, `n_lineages`: counts over supporting claims (0 where there are only
        forecasts, denials and what is graded improbable or cannot be judged); `best_grade`: best source reliability A-F, "" without support;
        `scored`: a move (direction is not 0) outside the context channel with support; `held`: a tie
        said to hold (direction 0) outside context with support; `corroborated`: two lineages or more;
        `contested`: a claim of the event stands in a contradiction, or one denies it;
        `superseded`: every supporting claim has been overtaken by a later one.
    """
    events = dataset.events
    supporting = rules.supporting_claims(dataset)
    by_event = supporting.groupby("event_id")
    overtaken = supporting["claim_id"].isin(_overtaken(dataset.relations))
    counts = pd.DataFrame(
        {
            "n_claims": by_event.size(),
            "n_sources": by_event["source_id"].nunique(),
            "n_lineages": by_event["lineage"].nunique(),
            "best_grade": by_event["reliability"].min(),
            "superseded": overtaken.groupby(supporting["event_id"]).all(),
        }
    )
    standing = counts.reindex(events["event_id"]).reset_index()
    numbers = ["n_claims", "n_sources", "n_lineages"]
    standing[numbers] = standing[numbers].fillna(0).astype(int)
    standing["best_grade"] = standing["best_grade"].fillna("")
    standing["superseded"] = standing["superseded"].eq(True)

    standing["scored"] = rules.is_scored(events, supporting)
    standing["held"] = rules.is_held(events, supporting)
    standing["corroborated"] = rules.is_corroborated(
        standing["n_lineages"], dataset.rules
    )
    contested = _contested_events(dataset.relations, dataset.claims)
    standing["contested"] = standing["event_id"].isin(contested)
    return standing


def _overtaken(relations: pd.DataFrame) -> pd.Series:
    """Ids of the claims that a later one overtakes."""
    return relations.loc[relations["kind"] == "supersedes", "claim_b"]


def _contested_events(relations: pd.DataFrame, claims: pd.DataFrame) -> set[str]:
    """Events of `claims` of which one claim contradicts another of `claims`, or denies the event."""
    of = dict(zip(claims["claim_id"], claims["event_id"], strict=True))
    pairs = zip(
        relations["claim_a"],
        relations["claim_b"],
        relations["kind"] == "contradicts",
        strict=True,
    )
    among = (pair for *pair, opposed in pairs if opposed and of.keys() >= {*pair})
    return {of[claim] for pair in among for claim in pair} | {
        *claims["event_id"][claims["modality"] == "denied"]
    }


@dataclass(frozen=True)
class Dossier:
    """One partner's part of a dataset, numbered for the page.

    Attributes
    ----------
    dataset
        The partner's part of the whole, or the whole where it is the dossier of all.
    partner, power
        The rows of the partner and of the focal power in `partners`, as dicts.
    events
        Grain: one row per event that names the partner; key `event_id`, and `mark` within this
        dossier. The columns of `events` and of `corroboration`, and `places`: source, grade and first
        characters of its passages. Scored and held events are marked ``E1…``, the rest ``C1…``, each in
        order of the day by which they had happened, undated ones last.
    claims
        Grain: one row per claim of those events; key `claim_id`; with `mark`, `called` (its source), `lineage`
        and `reliability`.
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
        """Claims that say a scored or held event of this dossier holds; grain: one row per claim."""
        backing = self.claims["claim_id"].isin(
            rules.supporting_claims(self.dataset)["claim_id"]
        )
        return self.claims[
            backing & self.claims["event_id"].isin(self.in_play["event_id"])
        ]

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Admitted sources, with `cited` (they say something about this partner) and `called` (see `named`)."""
        sources = named(self.dataset.sources)
        return sources.assign(cited=sources["source_id"].isin(self.claims["source_id"]))

    @cached_property
    def called(self) -> dict[str, str]:
        """What each admitted source is called on the page, by `source_id`."""
        return self.sources.set_index("source_id")["called"].to_dict()

    @cached_property
    def relations(self) -> pd.DataFrame:
        """Relations between two claims of this dossier."""
        relations, own = self.dataset.relations, self.claims["claim_id"]
        return relations[
            relations["claim_a"].isin(own) & relations["claim_b"].isin(own)
        ]

    @cached_property
    def actors(self) -> dict[str, str]:
        """Names of the actors that its events name, by code."""
        return self.dataset.partners.set_index("partner_id")["name"].to_dict()

    def marks(self, event_ids=None) -> list[str]:
        """The marks of `event_ids`, or of all events, in page order."""
        wanted = None if event_ids is None else set(event_ids)
        pairs = zip(self.events["event_id"], self.events["mark"], strict=True)
        return [mark for event, mark in pairs if wanted is None or event in wanted]


def named(sources: pd.DataFrame) -> pd.DataFrame:
    """`sources` with `called`: the publisher, or the title of one that has none."""
    return sources.assign(
        called=sources["publisher"].where(sources["publisher"] != "", sources["title"])
    )


def dossier(dataset: Dataset, partner: str) -> Dossier:
    """The evidence on one partner, made of its part of `dataset` alone (see `parts`).

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    dataset = part(dataset, partner)
    own = dataset.partners.set_index("partner_id", drop=False).loc[partner]
    return _filed(dataset, own.to_dict())


def pooled(dataset: Dataset) -> Dossier:
    """The evidence on all partners at once, filed under the focal power.

    An event that touches several partners stands in it once, with all its sources.

    Raises
    ------
    ValueError
        If `dataset` is the part of one partner.
    """
    power = (
        whole(dataset)
        .partners.set_index("partner_id", drop=False)
        .loc[dataset.rules["focal_power"]]
    )
    return _filed(dataset, power.to_dict())


def _filed(dataset: Dataset, partner: dict[str, Any]) -> Dossier:
    """The events and claims of `dataset`, numbered and graded, as the dossier of `partner`."""
    standing = corroboration(dataset)  # row by row the same events, and so no merge
    events = _numbered(
        dataset.events.assign(**{name: standing[name] for name in standing.columns[1:]})
    )
    marks = dict(zip(events["event_id"], events["mark"], strict=True))
    graded = named(dataset.sources).set_index("source_id")
    ids, told = (
        dataset.claims["source_id"],
        {"mark": [marks[event] for event in dataset.claims["event_id"]]},
    )
    for name in ("called", "lineage", "reliability"):
        told[name] = graded[name].reindex(ids).array
    claims = dataset.claims.assign(**told).sort_values(
        ["source_id", "start"], ignore_index=True
    )
    places = _places(claims)
    events = events.assign(places=[places.get(event) for event in events["event_id"]])
    actors = dataset.partners.set_index("partner_id", drop=False)
    return Dossier(
        dataset,
        partner,
        actors.loc[dataset.rules["focal_power"]].to_dict(),
        events,
        claims,
    )


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    """`events` in page order with their `mark`."""
    in_play = events["scored"] | events["held"]
    order = events.assign(shown_only=~in_play)[
        ["shown_only", "counted", "earliest", "event_id"]
    ]
    place = order.sort_values([*order], na_position="last").index
    many = int(in_play.sum())
    marks = [
        f"E{n}" if n <= many else f"C{n - many}" for n in range(1, len(events) + 1)
    ]
    return events.loc[place].reset_index(drop=True).assign(mark=marks)


def _places(claims: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Per event: source, grade (reliability, best to worst credibility) and first characters of passages."""
    columns = (
        claims[name]
        for name in ("event_id", "source_id", "reliability", "credibility", "start")
    )
    told: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for event_id, source_id, reliability, credibility, start in zip(
        *columns, strict=True
    ):
        told.setdefault((event_id, source_id, reliability), []).append(
            (credibility, start)
        )
    places: dict[str, list[tuple[str, str, str]]] = {}
    for (event_id, source_id, reliability), found in sorted(told.items()):
        best, worst = (
            pick(credibility for credibility, _ in found) for pick in (min, max)
        )
        grade = f"{reliability}{best}" + (f"–{worst}" if worst != best else "")
        starts = ", ".join(str(start) for start in sorted(start for _, start in found))
        places.setdefault(event_id, []).append((source_id, grade, starts))
    return places


def disagreements(
    relations: pd.DataFrame,
) -> list[tuple[str, str, list[str], list[str]]]:
    """Contradictions and overtaken readings as points, from pairs of claims.

    Returns
    -------
    list of (kind, about, ones, others)
        For ``contradicts``, claims linked to one another about one thing make one point: `ones` is the claim
        contradicted most often, `others` are the rest. For ``supersedes``, `others` is an earlier claim and
        `ones` are all that overtake it.
    """
    points = []
    for about, pairs in relations[relations["kind"] == "contradicts"].groupby(
        "about", sort=False
    ):
        edges = list(zip(pairs["claim_a"], pairs["claim_b"], strict=True))
        groups: list[set[str]] = []
        for edge in edges:
            linked = [group for group in groups if group & set(edge)]
            groups = [group for group in groups if group not in linked] + [
                set(edge).union(*linked)
            ]
        for group in groups:
            degree = {
                claim: sum(claim in edge for edge in edges) for claim in sorted(group)
            }
            centre = max(degree, key=degree.get)
            points.append(("contradicts", about, [centre], sorted(group - {centre})))
    later = relations[relations["kind"] == "supersedes"]
    for (about, overtaken), pairs in later.groupby(["about", "claim_b"], sort=False):
        points.append(("supersedes", about, list(pairs["claim_a"]), [overtaken]))
    return points


def cut_off(dataset: Dataset) -> tuple[pd.Timestamp | None, bool]:
    """Latest day on which an admitted source can have been published, and whether that is inferred."""
    dated = dataset.sources.dropna(subset=["published_latest"])
    if dated.empty:
        return None, False
    newest = dated.sort_values("published_latest").iloc[-1]
    return newest["published_latest"], newest["published_basis"] != "stated"


def passage(dataset: Dataset, claim_id: str) -> Passage:
    """The passage a claim rests on, shown only when it still has the claim's fingerprint.

    Raises
    ------
    KeyError
        If there is no such claim.
    """
    claims = dataset.claims.set_index("claim_id")
    if claim_id not in claims.index:
        raise KeyError(f"no claim {claim_id!r} in claims.csv")
    claim = claims.loc[claim_id]
    source = dataset.sources.set_index("source_id").loc[claim["source_id"]]
    return Documents(dataset.documents).passage(source, claim)
