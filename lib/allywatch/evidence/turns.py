"""Turns: whether a tie led first one way and then the other, which is a sequence and no contest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Move:
    """A scored event in time: its direction, and the first and the last day that its date allows.

    `earliest` and `latest` are missing (NaT) where the date does not bound it on that side.
    """

    direction: int
    earliest: pd.Timestamp
    latest: pd.Timestamp


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


def moves_of(scored: pd.DataFrame) -> dict[str, Move]:
    """The `scored` events as moves, by `event_id`."""
    columns = ["event_id", "direction", "earliest", "latest"]
    rows = scored[columns].itertuples(index=False, name=None)
    return {
        event_id: Move(int(direction), earliest, latest)
        for event_id, direction, earliest, latest in rows
    }


def turn(moves: Iterable[Move], rule: Mapping[str, Any]) -> Turn | None:
    """The turn of a tie by the rule ``turn`` of the data folder; None if it has not turned.

    All moves of one direction must have ended, by their dates, before the first of the other began.
    """
    moves = list(moves)
    for before, after in ((1, -1), (-1, 1)):
        earlier = [move for move in moves if move.direction == before]
        later = [move for move in moves if move.direction == after]
        if len(earlier) < rule["min_events_before"]:
            continue
        if len(later) < rule["min_events_after"]:
            continue
        if any(pd.isna(move.latest) for move in earlier):
            continue
        if any(pd.isna(move.earliest) for move in later):
            continue
        until = max(move.latest for move in earlier)
        since = min(move.earliest for move in later)
        if until < since:
            return Turn(before, after, until, since, len(earlier), len(later))
    return None
