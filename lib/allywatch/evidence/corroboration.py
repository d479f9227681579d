"""Corroboration: what stands behind an event, derived from its claims and never typed in.

It counts *lineages*, not documents: two sources that share an upstream are one witness.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.evidence import rules


@lru_cache(maxsize=4)
def corroboration(dataset: Dataset) -> pd.DataFrame:
    """What stands behind each event; kept for the dataset, so never change it.

    Grain: one row per event; key `event_id`.

    Returns
    -------
    DataFrame
        `n_claims`, `n_sources`, `n_lineages`: counts over supporting claims (0 where
        there are only forecasts, denials, what is refuted and what cannot be judged);
        `best_grade`: best source reliability A-F, "" without support;
        `scored`: a move (direction is not 0) outside the context channel with support;
        `held`: a tie said to hold (direction 0) outside context with support;
        `corroborated`: enough of these (see `rules`); `contested`: a claim of the event stands
        in a contradiction, or one denies it; `superseded`: every supporting claim has
        been overtaken by a later one; `counted_as`: in the part of a partner, the id of
        the event of the same region and direction that counts there in this one's
        place, "" for all others.
    """
    events = dataset.events
    supporting = rules.supporting_claims(dataset)
    standing = _support(events["event_id"], supporting, dataset.relations)

    own = is_own(events, dataset.partner)
    scored = own & rules.is_scored(events, supporting)
    standing["held"] = (own & rules.is_held(events, supporting)).array
    standing["counted_as"] = ""
    of_region = scored & (events["told_of"] != "")
    if dataset.partner and of_region.any():
        told_of = events[of_region].assign(
            n_lineages=standing["n_lineages"].array[of_region.to_numpy(bool)]
        )
        counted_as = rules.counted_as(told_of)
        standing["counted_as"] = counted_as.reindex(events.index, fill_value="").array
    counts_itself = standing["counted_as"] == ""
    standing["scored"] = scored.reset_index(drop=True) & counts_itself
    standing["corroborated"] = rules.is_corroborated(
        standing["n_lineages"], dataset.rules
    )
    contested = _contested_events(dataset.relations, dataset.claims)
    standing["contested"] = standing["event_id"].isin(contested)
    return standing


def is_own(events: pd.DataFrame, partner: str) -> pd.Series:
    """Which of `events` have `partner` as a partner, and not as a counterpart alone; for "" all."""
    own = [not partner or partner in partners for partners in events["partners"]]
    return pd.Series(own, index=events.index, dtype=bool)


_STANDING: dict[str, Any] = {
    "event_id": "str",
    "n_claims": int,
    "n_sources": int,
    "n_lineages": int,
    "best_grade": "str",
    "superseded": bool,
}


def _support(
    event_ids: pd.Series, supporting: pd.DataFrame, relations: pd.DataFrame
) -> pd.DataFrame:
    """What `corroboration` says of each event that follows from its `supporting` claims alone."""
    n_events = len(event_ids)
    # The number of the event that each claim supports.
    event_of = pd.Index(event_ids).get_indexer(supporting["event_id"])
    n_claims = np.bincount(event_of, minlength=n_events)
    is_overtaken = supporting["claim_id"].isin(rules.overtaken_claims(relations))
    is_upheld = np.zeros(n_events, dtype=bool)
    is_upheld[event_of[~is_overtaken.to_numpy()]] = True
    columns = {
        "event_id": event_ids.array,
        "n_claims": n_claims,
        "n_sources": _n_distinct(event_of, supporting["source_id"], n_events),
        "n_lineages": _n_distinct(event_of, supporting["lineage"], n_events),
        "best_grade": _best(event_of, supporting["reliability"], n_events),
        "superseded": (n_claims > 0) & ~is_upheld,
    }
    return pd.DataFrame(columns).astype(_STANDING)


def _n_distinct(event_of: Any, values: pd.Series, n_events: int) -> Any:
    """How many different `values` the claims on each event have; `event_of` is the number of each claim's event."""
    codes, distinct = pd.factorize(values)
    n_values = max(len(distinct), 1)
    pairs = np.unique(event_of * n_values + codes)
    return np.bincount(pairs // n_values, minlength=n_events)


def _best(event_of: Any, grades: pd.Series, n_events: int) -> list[str]:
    """The best of the `grades` of the claims on each event; "" for an event without any."""
    codes, letters = pd.factorize(grades, sort=True)
    best = np.full(n_events, len(letters))
    np.minimum.at(best, event_of, codes)
    words = [*letters, ""]
    return [words[number] for number in best.tolist()]


def _contested_events(relations: pd.DataFrame, claims: pd.DataFrame) -> set[str]:
    """Ids of the events that a claim denies or on which two of `claims` disagree."""
    contested = set(claims.loc[claims["modality"] == "denied", "event_id"])
    pairs = relations.loc[relations["kind"] == "contradicts", ["claim_a", "claim_b"]]
    paired = claims[claims["claim_id"].isin([*pairs["claim_a"], *pairs["claim_b"]])]
    event_of_claim = dict(zip(paired["claim_id"], paired["event_id"], strict=True))
    for pair in each_row(pairs):
        if pair.claim_a in event_of_claim and pair.claim_b in event_of_claim:
            contested.add(event_of_claim[pair.claim_a])
            contested.add(event_of_claim[pair.claim_b])
    return contested
