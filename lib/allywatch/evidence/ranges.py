"""The range between the partners with the lowest and the highest running totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence import rules

#: Direction of the scored events that a running total counts.
WAYS = {"closer": 1, "away": -1}
_COLUMNS = ["day", "closer_low", "closer_high", "away_low", "away_high"]


def range_without(dataset: Dataset, partner: str) -> pd.DataFrame:
    """Lowest and highest running totals among the partners that pass the gate, but for `partner`; "": of all.

    Grain: one row per day with which one of these changes; key `day`. Columns `closer_low`, `closer_high`,
    `away_low`, `away_high`, as of `histories.trajectory`. Empty where fewer than two partners are left, and
    where `partner` does not pass itself.
    """
    totals = _running_totals(dataset)
    counts = totals.counts
    n_partners = len(totals.partners)
    if partner:
        if partner not in totals.partners:
            return pd.DataFrame(columns=_COLUMNS)
        place = totals.partners.index(partner)
        counts = {way: np.delete(counts[way], place, axis=1) for way in WAYS}
        n_partners -= 1
    if n_partners < 2:
        return pd.DataFrame(columns=_COLUMNS)

    ends = {}
    for way in WAYS:
        ends[f"{way}_low"] = counts[way].min(axis=1)
        ends[f"{way}_high"] = counts[way].max(axis=1)
    table = pd.DataFrame(ends)
    changes = table.ne(table.shift(fill_value=0)).any(axis="columns")
    table.insert(0, "day", totals.days)
    return table[changes].reset_index(drop=True)


@dataclass(frozen=True)
class _RunningTotals:
    """Dated scored events so far of the `partners` that pass the gate.

    `counts`: for each of `WAYS`, an array with a row per day of `days` and a column per partner.
    """

    partners: list[str]
    days: pd.Index
    counts: dict[str, np.ndarray]


@lru_cache(maxsize=1)
def _running_totals(dataset: Dataset) -> _RunningTotals:
    moves = _scored_moves(dataset)
    partners = _passing_partners(moves, dataset)
    moves = moves[moves["counted"].notna() & moves["partner"].isin(partners)]
    days = pd.Index(moves["counted"].unique()).sort_values()
    counts = {}
    for way, direction in WAYS.items():
        same_way = moves[moves["direction"] == direction]
        per_day = pd.crosstab(same_way["counted"], same_way["partner"])
        per_day = per_day.reindex(index=days, columns=partners, fill_value=0)
        counts[way] = per_day.cumsum().to_numpy()
    return _RunningTotals(partners, days, counts)


def _scored_moves(dataset: Dataset) -> pd.DataFrame:
    """The scored events of each partner: `partner`, `direction`, `counted`, and the `lineages` behind them.

    Grain: one row per partner and scored event.
    """
    supporting = rules.supporting_claims(dataset)
    lineages = supporting.groupby("event_id")["lineage"].unique()
    events = dataset.events[rules.is_scored(dataset.events, supporting)]
    lineages_of_each = events["event_id"].map(lineages)
    moves = events.assign(
        partner=events["partners"],
        lineages=lineages_of_each,
        n_lineages=lineages_of_each.map(len),
    ).explode("partner", ignore_index=True)
    counted_as = [rules.counted_as(own) for _, own in moves.groupby("partner")]
    counts_itself = pd.concat(counted_as).sort_index() == "" if counted_as else []
    columns = ["partner", "direction", "counted", "lineages"]
    return moves.loc[counts_itself, columns].reset_index(drop=True)


def _passing_partners(moves: pd.DataFrame, dataset: Dataset) -> list[str]:
    n_events = moves["partner"].value_counts()
    by_lineage = moves.explode("lineages")
    n_lineages = by_lineage.groupby("partner")["lineages"].nunique()
    return [
        partner
        for partner in n_events.index
        if rules.gate(n_events[partner], n_lineages[partner], dataset.rules).met
    ]
