"""What counts: support, scored, held, corroborated and the gate, each said once.

The limits stand in the data folder, under ``allywatch`` in `datapackage.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.limits import WAYS

#: Which way a move of each direction leads.
SIDES = {1: "closer", -1: "away"}


@lru_cache(maxsize=2)
def supporting_claims(dataset: Dataset) -> pd.DataFrame:
    """Claims firm enough to say that an event holds.

    By the rule ``support``, forecasts and denials are left out, as is what an outside
    report refutes or what comes from a source that cannot be judged.

    Grain: one row per claim; key `claim_id`. The columns of `claims`, and its source's
    `lineage` and `reliability`.
    """
    supporting = dataset.claims[dataset.claims["supports"]].reset_index(drop=True)

    columns = ["source_id", "lineage", "reliability"]
    by_source = dataset.sources[columns].set_index("source_id")
    source_of_each = by_source.reindex(supporting["source_id"])
    return supporting.assign(
        lineage=source_of_each["lineage"].array,
        reliability=source_of_each["reliability"].array,
    )


def is_supported(events: pd.DataFrame, supporting: pd.DataFrame) -> pd.Series:
    """Which of `events` at least one of the `supporting` claims says to hold."""
    return events["event_id"].isin(supporting["event_id"])


def is_scored(events: pd.DataFrame, supporting: pd.DataFrame) -> pd.Series:
    """Which of `events` enter the balance: supported moves that are not context."""
    moves = events["direction"] != 0
    return moves & ~is_context(events, supporting)


def is_held(events: pd.DataFrame, supporting: pd.DataFrame) -> pd.Series:
    """Which of `events` say that a tie holds, supported and not context."""
    holds = events["direction"] == 0
    return holds & ~is_context(events, supporting)


def counted_as(scored: pd.DataFrame) -> pd.Series:
    """For each of a partner's `scored` events, the id of the event that counts in its place; "" where it counts itself.

    Of what is told of one region in one direction, the event with most lineages
    counts for all. `scored` has `n_lineages`; the index is its index.
    """
    in_place_of = pd.Series("", index=scored.index, dtype="str")
    of_region = scored[scored["told_of"] != ""]
    if of_region.empty:
        return in_place_of
    of_region = of_region.sort_values(
        ["n_lineages", "event_id"], ascending=[False, True]
    )
    for _, alike in of_region.groupby(["told_of", "direction"]):
        in_place_of[alike.index[1:]] = alike["event_id"].iloc[0]
    return in_place_of


def is_context(events: pd.DataFrame, supporting: pd.DataFrame) -> pd.Series:
    """Which of `events` are shown and never scored: neither scored nor held."""
    in_context_channel = events["channel"] == "context"
    return in_context_channel | ~is_supported(events, supporting)


def is_corroborated(n_lineages: pd.Series, rules: Mapping[str, Any]) -> pd.Series:
    """Which events have enough independent lineages behind them to be corroborated."""
    return n_lineages >= rules["corroboration"]["min_lineages"]


def filed(judgements: pd.DataFrame, partner: str, power: str) -> pd.Series:
    """Which of `judgements` are about `partner`; those that name nobody are about the network, under the focal `power`."""
    about = [
        partner in codes or (not codes and partner == power)
        for codes in judgements["partners"]
    ]
    return pd.Series(about, judgements.index, dtype=bool)


def overtaken_claims(relations: pd.DataFrame) -> pd.Series:
    """Ids of the claims that a later one supersedes."""
    return relations.loc[relations["kind"] == "supersedes", "claim_b"]


@dataclass(frozen=True)
class Gate:
    """The evidence gate: scored events and lineages, and how many it needs."""

    events: int
    lineages: int
    min_events: int
    min_lineages: int

    @property
    def missing_events(self) -> int:
        """Scored events still needed; 0 where there are enough."""
        return max(self.min_events - self.events, 0)

    @property
    def missing_lineages(self) -> int:
        """Independent lineages still needed; 0 where there are enough."""
        return max(self.min_lineages - self.lineages, 0)

    @property
    def met(self) -> bool:
        """Whether a balance and a direction may be printed."""
        return not (self.missing_events or self.missing_lineages)


def gate(events: float, lineages: float, rules: Mapping[str, Any]) -> Gate:
    """The gate under `rules` for so many scored events from so many lineages."""
    needed = rules["gate"]
    return Gate(
        int(events), int(lineages), needed["min_events"], needed["min_lineages"]
    )


def way(rules: Mapping[str, Any], direction: str) -> str:
    """Which of `WAYS` a direction key stands for: its rule's, or the key itself."""
    for rule in rules["direction_words"]:
        if rule["key"] == direction:
            return rule.get("way", direction)
    return direction


def directions_in_order(rules: Mapping[str, Any]) -> list[str]:
    """The direction keys in reading order: by their way, then as the rules stand."""
    keys = [rule["key"] for rule in rules["direction_words"]]
    return sorted(keys, key=lambda key: WAYS.index(way(rules, key)))
