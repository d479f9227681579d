"""Turns: whether a tie led first one way and then the other, which is a sequence and no contest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Turn:
    """A tie that led one way until a day and the other way since another.

    `before` and `after` are directions (1 closer, −1 away); `until` is the last day of the moves before, `since`
    the first day of those after; `n_before` and `n_after` count them.
    """

    before: int
    after: int
    until: pd.Timestamp
    since: pd.Timestamp
    n_before: int
    n_after: int


def turn(scored: pd.DataFrame, rule: Mapping[str, Any]) -> Turn | None:
    """The turn of a tie by the rule ``turn`` of the data folder; None if it has not turned.

    All moves of one direction must have ended, by their dates, before the first of the other began. `scored` are the
    moves, with `direction`, and with `earliest` and `latest`, the first and the last day that the date of each allows.
    """
    is_closer = (scored["direction"] > 0).to_numpy(bool)
    n_closer = int(is_closer.sum())
    for before, is_before in ((1, is_closer), (-1, ~is_closer)):
        n_before = n_closer if before > 0 else len(scored) - n_closer
        n_after = len(scored) - n_before
        if not are_enough(n_before, n_after, rule):
            continue
        ends = scored["latest"].array[is_before]
        starts = scored["earliest"].array[~is_before]
        if ends.isna().any() or starts.isna().any():
            continue
        until = ends.max()
        since = starts.min()
        if until < since:
            return Turn(before, -before, until, since, n_before, n_after)
    return None


def are_enough(n_before: Any, n_after: Any, rule: Mapping[str, Any]) -> Any:
    """Whether so many moves one way and then the other may be a turn; of arrays, for each pair of numbers."""
    enough_before = n_before >= max(rule["min_events_before"], 1)
    return enough_before & (n_after >= max(rule["min_events_after"], 1))
