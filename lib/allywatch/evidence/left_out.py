"""What is left of a tie without each of its sources: sums over all of them at once, of very many events too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allywatch.evidence.turns import are_enough

#: The number of a source that there is not.
NOBODY = -1
_LAST_DAY = np.iinfo("int64").max


@dataclass(frozen=True)
class _InPlay:
    """Events in play, as arrays.

    `sides`: by way, which of them lead there; `held`: which hold. `starts` and `ends`: their first and last days as
    numbers, the first and the last of all where there is none. Numbers of sources, or `NOBODY`: `rests_on` of the only one that
    supports an event; `starts_by` and `ends_by` of the one that alone gives its first or its last day, but not all of it.
    """

    sides: dict[int, Any]
    held: Any
    starts: Any
    ends: Any
    rests_on: Any
    starts_by: Any
    ends_by: Any


def without_each(
    in_play: pd.DataFrame, supporting: pd.DataFrame, rule: Mapping[str, Any]
) -> pd.DataFrame:
    """What is left of the events `in_play` with each source of the claims `supporting` them set aside.

    Grain: one row per source, after a first one with none set aside; index: its id, first "". Columns `closer`, `away`,
    `held` (events left), `lineages`, `held_lineages` (behind the scored and behind the held ones) and `turned`, by the
    rule ``turn`` of the data folder. An event stays while a claim from another source is left, and
    keeps of its date what such a claim gives.
    """
    numbers, sources = pd.factorize(supporting["source_id"], sort=True)
    source_of = numbers + 1  # 0: none is set aside
    n_rows = len(sources) + 1
    event_of = pd.Index(in_play["event_id"]).get_indexer(supporting["event_id"])
    lineage_of, _ = pd.factorize(supporting["lineage"])
    events = _in_arrays(in_play, supporting, event_of, source_of)
    left = {
        way: side.sum() - _count(events.rests_on[side], n_rows)
        for way, side in events.sides.items()
    }
    of_scored = (events.sides[1] | events.sides[-1])[event_of]
    of_held = events.held[event_of]
    columns = {
        "closer": left[1],
        "away": left[-1],
        "held": events.held.sum() - _count(events.rests_on[events.held], n_rows),
        "lineages": _lineages_left(source_of, lineage_of, of_scored, n_rows),
        "held_lineages": _lineages_left(source_of, lineage_of, of_held, n_rows),
        "turned": _have_turned(events, left, rule, n_rows),
    }
    return pd.DataFrame(columns, index=["", *sources])


def _in_arrays(
    in_play: pd.DataFrame, supporting: pd.DataFrame, event_of: Any, source_of: Any
) -> _InPlay:
    """The events, by the numbers of the event and of the source of each claim."""
    scored = in_play["scored"].to_numpy(bool)
    direction = in_play["direction"].to_numpy(int)
    starts = in_play["earliest"].to_numpy().astype("int64")
    ends = in_play["latest"].to_numpy().astype("int64")
    ends[in_play["latest"].isna()] = _LAST_DAY  # no day is the first of all as it is
    rests_on = _only(event_of, source_of, len(in_play))
    dated_by = []
    for name in ("earliest", "latest"):
        is_dated = supporting[name].notna().to_numpy()
        source = _only(event_of[is_dated], source_of[is_dated], len(in_play))
        dated_by.append(np.where(source == rests_on, NOBODY, source))
    return _InPlay(
        {1: scored & (direction > 0), -1: scored & (direction < 0)},
        in_play["held"].to_numpy(bool),
        starts,
        ends,
        rests_on,
        *dated_by,
    )


def _have_turned(
    events: _InPlay, left: Mapping[int, Any], rule: Mapping[str, Any], n_rows: int
) -> Any:
    """Whether the tie has turned with each source set aside, by how many events are `left` each way (see `turns.turn`)."""
    turned = np.zeros(n_rows, dtype=bool)
    for way, before in events.sides.items():
        after = events.sides[-way]
        is_turn = are_enough(left[way], left[-way], rule)
        is_turn &= _count(events.ends_by[before], n_rows) == 0
        is_turn &= _count(events.starts_by[after], n_rows) == 0
        until = -_first(-events.ends[before], events.rests_on[before], n_rows)
        since = _first(events.starts[after], events.rests_on[after], n_rows)
        turned |= is_turn & (until < since)
    return turned


def _only(groups: Any, sources: Any, n_groups: int) -> Any:
    """By group the number of its source, `NOBODY` where it has several or none; a group and a source are given for each claim."""
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
    if not len(days):
        return np.full(n_rows, _LAST_DAY)
    order = np.argsort(days, kind="stable")
    first = np.full(n_rows, days[order[0]])
    source = rests_on[order[0]]
    if source != NOBODY:
        others = order[rests_on[order] != source]
        first[source] = days[others[0]] if len(others) else _LAST_DAY
    return first
