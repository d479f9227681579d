"""Unitising: did two coders of the same documents see the same claims? Pure arithmetic on frames.

Codings are frames as `cleaning.codings` gives them, one row per claim, key `coding_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

Measure = Mapping[
    str, Any
]  # `measure` in the data folder: least_overlap, interval (its level), draws, seed


def pairs(first: pd.DataFrame, second: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Claims of the first coding with their twins in the second, one to one.

    Twins stand in the same source, share a partner, and overlap by `least_overlap` of the shorter passage.
    The pair that overlaps most, as a share of what both cover together, is taken first; of equals, the one
    whose statements are the likest, for one sentence may hold several claims. No code decides a pair but
    the shared partner.

    Grain: one row per pair; key `first` and key `second` (coding ids). Columns `source_id`, `overlap` (0 to 1).
    """
    sides = _overlapping(first, second, measure)
    partners = zip(sides["partners_first"], sides["partners_second"], strict=True)
    shared = [bool({*one} & {*other}) for one, other in partners]
    sides = sides[np.array(shared, dtype=bool)].copy()
    statements = zip(sides["statement_first"], sides["statement_second"], strict=True)
    sides["likeness"] = [fuzz.token_set_ratio(one, other) for one, other in statements]
    order = [
        "overlap",
        "likeness",
        "start_first",
        "coding_id_first",
        "coding_id_second",
    ]
    sides = sides.sort_values(order, ascending=[False, False, True, True, True])
    taken: set[str] = set()
    kept = []
    for one, other in zip(
        sides["coding_id_first"], sides["coding_id_second"], strict=True
    ):
        kept.append(not {one, other} & taken)
        taken |= {one, other} if kept[-1] else set()
    twins = sides[np.array(kept, dtype=bool)].sort_values(
        ["source_id", "start_first", "coding_id_first"]
    )
    names = {"coding_id_first": "first", "coding_id_second": "second"}
    return twins.rename(columns=names)[
        ["first", "second", "source_id", "overlap"]
    ].reset_index(drop=True)


def _overlapping(
    first: pd.DataFrame, second: pd.DataFrame, measure: Measure
) -> pd.DataFrame:
    """Pairs whose passages overlap enough: both claims' ids, places, partners and statements, and `overlap`.

    `overlap` is what both cover of what either covers.
    """
    told = ["source_id", "coding_id", "start", "end", "partners", "statement"]
    sides = first[told].merge(
        second[told], on="source_id", suffixes=("_first", "_second")
    )
    starts, ends = (
        sides[["start_first", "start_second"]],
        sides[["end_first", "end_second"]],
    )
    common = ends.min(axis=1) - starts.max(axis=1)
    shorter = (ends.to_numpy() - starts.to_numpy()).min(axis=1)
    enough = common >= measure["least_overlap"] * shorter
    return sides.assign(overlap=common / (ends.max(axis=1) - starts.min(axis=1)))[
        enough
    ]


def seen(first: pd.DataFrame, second: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """What each coder saw of the other's claims.

    Grain: one row per source, then one for all (`source_id` ""); key `source_id`. Columns `first`, `second`
    (claims of each), `pairs`, `first_seen`, `second_seen` (share of each coder's claims that have a twin in
    the other coding; missing where there are none), `first_covered`, `second_covered` (share of each
    coder's claims whose passage the other coded at all, for whichever partner and in however many claims).
    """
    twins = pairs(first, second, measure)
    sides = _overlapping(first, second, measure)
    rows = []
    for source in [*sorted({*first["source_id"], *second["source_id"]}), ""]:
        row: dict[str, Any] = {"source_id": source}
        paired = twins if source == "" else twins[twins["source_id"] == source]
        for name, coding in (("first", first), ("second", second)):
            own = coding if source == "" else coding[coding["source_id"] == source]
            row |= {name: len(own), "pairs": len(paired)}
            row[f"{name}_seen"] = own["coding_id"].isin(paired[name]).mean()
            row[f"{name}_covered"] = (
                own["coding_id"].isin(sides[f"coding_id_{name}"]).mean()
            )
        rows.append(row)
    return pd.DataFrame(rows)
