"""A partner's part of a dataset: its own rows, and of the whole only what its briefing compares them with.

A dossier is made of a part and of nothing else. So what is not in the part cannot be in the briefing, and a
briefing whose part is the same is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence.rules import supporting_claims


def slant(dataset: Dataset) -> tuple[int, int]:
    """Supporting claims on all partners that say closer or holding, and all that have a direction.

    Claims of events in the context channel have none.
    """
    if dataset.slant is not None:
        return dataset.slant
    events = dataset.events[dataset.events["channel"] != "context"].set_index(
        "event_id"
    )["direction"]
    directions = supporting_claims(dataset)["event_id"].map(events).dropna()
    return int((directions >= 0).sum()), len(directions)


def range_of_others(dataset: Dataset) -> pd.DataFrame:
    """Lowest and highest running totals among the partners that pass the gate; of a part, among the others.

    Grain: one row per day with which one of these changes; key `day`. Columns `closer_low`, `closer_high`, `away_low`,
    `away_high`, as of `scoring.trajectory`. Empty where fewer than two pass, and in the part of a partner that does
    not pass itself: it has no figure to see a range in.
    """
    return (
        _places(dataset).totals.without("")
        if dataset.others is None
        else dataset.others
    )


class _Totals:
    """Running totals of the partners that pass the gate, as far as any range of them can be told from it.

    By way (closer, away) and day: the two lowest and the two highest, and who has the lowest and the highest. So a
    range without one partner costs the same however many there are.
    """

    def __init__(self, dataset: Dataset):
        moves, gate = _moves(dataset), dataset.rules["gate"]
        behind = moves.explode("lineages").groupby("partner")["lineages"].nunique()
        enough = (moves["partner"].value_counts() >= gate["min_events"]) & (
            behind >= gate["min_lineages"]
        )
        self.passed = enough.index[enough].to_list()
        dated = moves[moves["counted"].notna() & moves["partner"].isin(self.passed)]
        self.days = np.sort(dated["counted"].unique())
        self._told: dict[str, np.ndarray] = {}
        if len(self.passed) < 2:
            return
        place = {partner: number for number, partner in enumerate(self.passed)}
        for way, sign in (("closer", 1), ("away", -1)):
            own = dated[dated["direction"] == sign]
            changes = dict(iter(own["partner"].map(place).groupby(own["counted"])))
            totals, rows = np.zeros(len(self.passed), dtype=int), []
            for day in self.days:
                np.add.at(totals, changes.get(day, []), 1)
                ends = np.partition(totals, (1, -2))
                rows.append((*ends[:2], totals.argmin(), *ends[-2:], totals.argmax()))
            self._told[way] = np.array(rows, dtype=int)

    def without(self, partner: str) -> pd.DataFrame:
        """The range of all but `partner`, of all where it is ""."""
        place = self.passed.index(partner) if partner in self.passed else -1
        others = len(self.passed) - (place >= 0)
        if others < 2 or (partner and place < 0):
            return pd.DataFrame(
                columns=["day", "closer_low", "closer_high", "away_low", "away_high"]
            )
        ends = {}
        for way, told in self._told.items():
            lowest, next_low, holds_low, next_high, highest, holds_high = told.T
            ends[f"{way}_low"] = np.where(holds_low == place, next_low, lowest)
            ends[f"{way}_high"] = np.where(holds_high == place, next_high, highest)
        table = pd.DataFrame(ends)
        turns = table.ne(table.shift(fill_value=0)).any(axis="columns")
        return table.assign(day=self.days)[turns].reset_index(drop=True)


def _moves(dataset: Dataset) -> pd.DataFrame:
    """What is scored of each partner: `partner`, `direction`, `counted` and `lineages`, those of supporting claims.

    Grain: one row per partner and scored event.
    """
    events = dataset.events
    events = events[(events["channel"] != "context") & (events["direction"] != 0)]
    behind = supporting_claims(dataset).groupby("event_id")["lineage"].unique()
    scored = events.assign(lineages=events["event_id"].map(behind)).dropna(
        subset="lineages"
    )
    each = scored[["partners", "direction", "counted", "lineages"]].explode(
        "partners", ignore_index=True
    )
    return each.rename(columns={"partners": "partner"})


def part(dataset: Dataset, partner: str) -> Dataset:
    """The part of `dataset` that the briefing on `partner` rests on; of its own part that one, for "" the whole.

    Its events, their claims, the relations that touch these and the judgements on it; the actors that they
    name; all sources and event types, the `slant` of the whole, and the range of the `others`.

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    if dataset.partner == partner:
        return dataset
    whole(dataset)
    places = _places(dataset)
    if partner not in places.parents:
        raise KeyError(
            f"no partner {partner!r} in partners.csv; it has: {', '.join(places.parents)}"
        )
    events = dataset.events.iloc[places.events[partner]]
    claims = dataset.claims.iloc[
        _joined(places.claims[event] for event in events["event_id"])
    ]
    relations = dataset.relations.iloc[
        _joined(places.relations[claim] for claim in claims["claim_id"])
    ]
    judgements = dataset.judgements.iloc[places.judgements[partner]]
    named = {partner, dataset.rules["focal_power"]}.union(
        *events["partners"], *events["counterparts"]
    )
    actors = dataset.partners.iloc[
        _joined(places.partners[code] for code in places.with_parents(named))
    ]
    own = {
        "events": events,
        "claims": claims,
        "relations": relations,
        "judgements": judgements,
        "partners": actors,
        "uncoded": dataset.uncoded.iloc[:0],
        "repairs": dataset.repairs.iloc[:0],
    }
    rows = {name: frame.reset_index(drop=True) for name, frame in own.items()}
    told = {"slant": places.slant, "others": places.totals.without(partner)}
    return replace(dataset, partner=partner, documents=None, **told, **rows)


def whole(dataset: Dataset) -> Dataset:
    """`dataset`, where it is the whole.

    Raises
    ------
    ValueError
        If it is one partner's part: what is said of the network from it would be wrong.
    """
    if dataset.partner:
        raise ValueError(
            f"this is the part of {dataset.partner} alone; a briefing on all partners must not declare "
            "the parameter partner"
        )
    return dataset


class _Places:
    """Where the rows of each partner are, found once for all of them."""

    def __init__(self, dataset: Dataset):
        self.events = _grouped(dataset.events["partners"])
        self.judgements = _grouped(dataset.judgements["partners"])
        self.claims = _grouped((event,) for event in dataset.claims["event_id"])
        pairs = zip(
            dataset.relations["claim_a"], dataset.relations["claim_b"], strict=True
        )
        self.relations = _grouped(pairs)
        self.partners = _grouped((code,) for code in dataset.partners["partner_id"])
        ids, parents = dataset.partners["partner_id"], dataset.partners["parent_id"]
        self.parents = dict(zip(ids, parents, strict=True))
        self.slant, self.totals = slant(dataset), _Totals(dataset)

    def with_parents(self, codes: set[str]) -> set[str]:
        """`codes`, and what each of them is a part of."""
        found: set[str] = set()
        while new := codes - found - {""}:
            found |= new
            codes = {self.parents.get(code, "") for code in new}
        return found


@lru_cache(maxsize=1)
def _places(dataset: Dataset) -> _Places:
    return _Places(dataset)


def _grouped(keys: Iterable[tuple[str, ...]]) -> dict[str, list[int]]:
    """For each key the numbers of the rows that have it among theirs."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            found[key].append(number)
    return found


def _joined(places: Iterable[list[int]]) -> np.ndarray:
    """The numbers in all of `places`, each once, in the order of the table."""
    return np.array(sorted({number for own in places for number in own}), dtype=int)
