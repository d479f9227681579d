"""Unitising: did two coders of the same documents see the same claims? Pure arithmetic on frames.

Codings are frames as of `data.codings.load_codings`: one row per claim, key `coding_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

#: `measure` in the data folder: least_overlap, interval (its level), draws, seed.
Measure = Mapping[str, Any]


def pairs(first: pd.DataFrame, second: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Claims of the first coding with their twins in the second, one to one.

    Twins stand in the same source, share a partner, and overlap by `least_overlap` of the shorter passage.
    The pair that overlaps most, as a share of what both cover together, is taken first; of equals, the one
    whose statements are the likest, for one sentence may hold several claims. No code decides a pair but
    the shared partner.

    Grain: one row per pair; key `first` and key `second` (coding ids). Columns `source_id`, `overlap` (0 to 1).
    """
    candidates = _overlapping(first, second, measure)
    partners = zip(
        candidates["partners_first"], candidates["partners_second"], strict=True
    )
    shared = [not {*one}.isdisjoint(other) for one, other in partners]
    candidates = candidates[np.array(shared, dtype=bool)]
    statements = zip(
        candidates["statement_first"], candidates["statement_second"], strict=True
    )
    likeness = [fuzz.token_set_ratio(one, other) for one, other in statements]
    best_first = candidates.assign(likeness=likeness).sort_values(
        ["overlap", "likeness", "start_first", "first", "second"],
        ascending=[False, False, True, True, True],
    )
    taken: set[str] = set()
    is_pair = []
    for ids in zip(best_first["first"], best_first["second"], strict=True):
        is_free = taken.isdisjoint(ids)
        is_pair.append(is_free)
        if is_free:
            taken.update(ids)
    twins = best_first[np.array(is_pair, dtype=bool)]
    twins = twins.sort_values(["source_id", "start_first", "first"], ignore_index=True)
    return twins[["first", "second", "source_id", "overlap"]]


def _overlapping(
    first: pd.DataFrame, second: pd.DataFrame, measure: Measure
) -> pd.DataFrame:
    """Pairs of claims whose passages overlap enough, whoever they are about.

    Columns `first`, `second` (coding ids), both claims' places, partners and statements, and `overlap`: what
    both passages cover, as a share of what they cover together.
    """
    columns = ["source_id", "coding_id", "start", "end", "partners", "statement"]
    both = first[columns].merge(
        second[columns], on="source_id", suffixes=("_first", "_second")
    )
    starts = both[["start_first", "start_second"]]
    ends = both[["end_first", "end_second"]]
    common = ends.min(axis=1) - starts.max(axis=1)
    together = ends.max(axis=1) - starts.min(axis=1)
    shorter = (ends.to_numpy() - starts.to_numpy()).min(axis=1)
    enough = common >= measure["least_overlap"] * shorter
    names = {"coding_id_first": "first", "coding_id_second": "second"}
    return both.assign(overlap=common / together)[enough].rename(columns=names)


def seen(first: pd.DataFrame, second: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """What each coder saw of the other's claims.

    Grain: one row per source, then one for all (`source_id` ""); key `source_id`. Columns `first`, `second`
    (claims of each), `pairs`, `first_seen`, `second_seen` (share of each coder's claims that have a twin in
    the other coding; missing where there are none), `first_covered`, `second_covered` (share of each
    coder's claims whose passage the other coded at all, for whichever partner and in however many claims).
    """
    twins = pairs(first, second, measure)
    overlapping = _overlapping(first, second, measure)
    rows = []
    for source_id in [*sorted({*first["source_id"], *second["source_id"]}), ""]:
        row: dict[str, Any] = {"source_id": source_id}
        for coder, coding in (("first", first), ("second", second)):
            if source_id:
                coding = coding[coding["source_id"] == source_id]
            has_twin = coding["coding_id"].isin(twins[coder])
            row[coder] = len(coding)
            row["pairs"] = has_twin.sum()
            row[f"{coder}_seen"] = has_twin.mean()
            covered = coding["coding_id"].isin(overlapping[coder])
            row[f"{coder}_covered"] = covered.mean()
        rows.append(row)
    return pd.DataFrame(rows)
