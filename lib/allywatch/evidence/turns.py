"""Turns: whether a tie led first one way and then the other, which is a sequence and no contest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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
    rows = zip(*(scored[name].tolist() for name in columns), strict=True)
    return {
        event_id: Move(int(direction), earliest, latest)
        for event_id, direction, earliest, latest in rows
    }


def turn(moves: Iterable[Move], rule: Mapping[str, Any]) -> Turn | None:
    """The turn of a tie by the rule ``turn`` of the data folder; None if it has not turned.

    All moves of one direction must have ended, by their dates, before the first of the other began.
    """
    numbered = {str(number): move for number, move in enumerate(moves)}
    return Moves(numbered).turn(rule)


class Moves:
    """Moves, by event, put in order once, so that the turn without some of them takes no second look at all."""

    def __init__(self, moves: Mapping[str, Move]) -> None:
        self._direction = {event_id: move.direction for event_id, move in moves.items()}
        self._n_of = Counter(self._direction.values())
        self._by_start = _in_order(moves, "earliest", latest_first=False)
        self._by_end = _in_order(moves, "latest", latest_first=True)

    def counts(self, lost: Collection[str] = ()) -> tuple[int, int]:
        """How many lead closer and how many away, without those that are `lost`."""
        gone = Counter(self._direction[event_id] for event_id in lost)
        return self._n_of[1] - gone[1], self._n_of[-1] - gone[-1]

    def turn(
        self,
        rule: Mapping[str, Any],
        lost: Collection[str] = (),
        no_start: Collection[str] = (),
        no_end: Collection[str] = (),
    ) -> Turn | None:
        """The turn, as of `turn`, without the moves that are `lost`.

        Of those in `no_start` the first day is not known any more, of those in `no_end` the last.
        """
        closer, away = self.counts(lost)
        for before, n_before, n_after in ((1, closer, away), (-1, away, closer)):
            if not n_before or n_before < rule["min_events_before"]:
                continue
            if not n_after or n_after < rule["min_events_after"]:
                continue
            if self._any_leads(before, no_end) or self._any_leads(-before, no_start):
                continue
            until = _first_left(self._by_end[before], lost)
            since = _first_left(self._by_start[-before], lost)
            if pd.notna(until) and pd.notna(since) and until < since:
                return Turn(before, -before, until, since, n_before, n_after)
        return None

    def _any_leads(self, way: int, event_ids: Collection[str]) -> bool:
        return any(self._direction.get(event_id) == way for event_id in event_ids)


def _in_order(
    moves: Mapping[str, Move], bound: str, latest_first: bool
) -> dict[int, list[tuple[str, pd.Timestamp]]]:
    """By direction, the events with that bound: those without one first, then by the day."""
    in_order: dict[int, list[tuple[str, pd.Timestamp]]] = {1: [], -1: []}
    unbound: dict[int, list[tuple[str, pd.Timestamp]]] = {1: [], -1: []}
    for event_id, move in moves.items():
        day = getattr(move, bound)
        among = unbound if day is pd.NaT else in_order
        among[move.direction].append((event_id, day))
    for days in in_order.values():
        # Numbers compare sooner than days.
        days.sort(key=lambda each: each[1].toordinal(), reverse=latest_first)
    return {way: [*unbound[way], *in_order[way]] for way in in_order}


def _first_left(
    days: Iterable[tuple[str, pd.Timestamp]], lost: Collection[str]
) -> pd.Timestamp:
    return next(day for event_id, day in days if event_id not in lost)
