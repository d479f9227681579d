"""What is left of a tie without each of its sources: sums over all of them at once, of very many events too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from allywatch.evidence.turns import are_enough

#: The number of what no source stands behind alone.
NOBODY = -1
_LAST_DAY = np.iinfo("int64").max


def without_each(
    in_play: pd.DataFrame, supporting: pd.DataFrame, rule: Mapping[str, Any]
) -> pd.DataFrame:
    """What is left of the events `in_play` with each source of the `supporting` claims set aside.

    Grain: one row per source, after a first one with none set aside; index: its id, first "". Columns `closer`, `away`,
    `held` (events left), `lineages`, `held_lineages` (behind the scored and behind the held ones) and `turned`, by the
    rule ``turn`` of the data folder. An event stays while a claim from another source is left, and
    keeps of its date what such a claim gives.
    """
    codes, sources = pd.factorize(supporting["source_id"], sort=True)
    source_of = codes + 1  # 0: none is set aside
    n_rows = len(sources) + 1
    event_of = pd.Index(in_play["event_id"]).get_indexer(supporting["event_id"])
    n_events = len(in_play)
    rests_on = _only(event_of, source_of, n_events)

    scored = in_play["scored"].to_numpy(bool)
    held = in_play["held"].to_numpy(bool)
    direction = in_play["direction"].to_numpy(int)
    sides = {1: scored & (direction > 0), -1: scored & (direction < 0)}
    left = {
        way: side.sum() - _count(rests_on[side], n_rows) for way, side in sides.items()
    }
    lineage_of, _ = pd.factorize(supporting["lineage"])

    has_start = supporting["earliest"].notna().to_numpy()
    has_end = supporting["latest"].notna().to_numpy()
    starts_by = _only(event_of[has_start], source_of[has_start], n_events)
    ends_by = _only(event_of[has_end], source_of[has_end], n_events)
    # The date of what is gone altogether is not missed.
    starts_by[starts_by == rests_on] = NOBODY
    ends_by[ends_by == rests_on] = NOBODY
    starts = in_play["earliest"].to_numpy().astype("int64")
    ends = in_play["latest"].to_numpy().astype("int64")
    ends[in_play["latest"].isna()] = _LAST_DAY  # as NaT is the first of all days

    turned = np.zeros(n_rows, dtype=bool)
    for before, is_before in sides.items():
        is_after = sides[-before]
        has_turned = are_enough(left[before], left[-before], rule)
        has_turned &= _count(ends_by[is_before], n_rows) == 0
        has_turned &= _count(starts_by[is_after], n_rows) == 0
        until = -_first(-ends[is_before], rests_on[is_before], n_rows)
        since = _first(starts[is_after], rests_on[is_after], n_rows)
        turned |= has_turned & (until < since)
    columns = {
        "closer": left[1],
        "away": left[-1],
        "held": held.sum() - _count(rests_on[held], n_rows),
        "lineages": _lineages_left(source_of, lineage_of, scored[event_of], n_rows),
        "held_lineages": _lineages_left(source_of, lineage_of, held[event_of], n_rows),
        "turned": turned,
    }
    return pd.DataFrame(columns, index=["", *sources])


def _only(groups: Any, sources: Any, n_groups: int) -> Any:
    """By group the number of its source where it has no other, else `NOBODY`; one of `groups` and one of `sources` for each claim."""
    lowest = np.full(n_groups, _LAST_DAY)
    highest = np.full(n_groups, NOBODY)
    np.minimum.at(lowest, groups, sources)
    np.maximum.at(highest, groups, sources)
    return np.where(lowest == highest, highest, NOBODY)


def _count(sources: Any, n_rows: int) -> Any:
    """How often each source is among some; `NOBODY` is none."""
    return np.bincount(sources[sources != NOBODY], minlength=n_rows)


def _lineages_left(source_of: Any, lineage_of: Any, claims: Any, n_rows: int) -> Any:
    """How many lineages stand behind some of the claims with each source set aside."""
    lineages, numbers = np.unique(lineage_of[claims], return_inverse=True)
    rests_on = _only(numbers, source_of[claims], len(lineages))
    return len(lineages) - _count(rests_on, n_rows)


def _first(days: Any, rests_on: Any, n_rows: int) -> Any:
    """The first of some days that is left with each source set aside; where none is left, any."""
    order = np.argsort(days, kind="stable")
    first = np.full(n_rows, days[order[0]] if len(order) else _LAST_DAY)
    source = rests_on[order[0]] if len(order) else NOBODY
    if source != NOBODY:
        others = order[rests_on[order] != source]
        first[source] = days[others[0]] if len(others) else _LAST_DAY
    return first
