"""Reports by month, quarter or year: which of these a data folder counts by, and what falls into each.

A report belongs to a period if its date lies in it as a whole. What lasted over several, what may lie in one or another
and what has no date belong to none: they are counted apart and never forced into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.limits import UNITS
from allywatch.evidence.chronology import weightiest_first
from allywatch.evidence.rules import gate

#: The alias that pandas has for each unit.
ALIASES = dict(zip(UNITS, ("M", "Q", "Y"), strict=True))
OVER_SEVERAL = "over several"
UNDATED = "undated"


def unit(dataset: Dataset) -> str:
    """The unit by which the reports of a data folder are counted: month, quarter or year.

    The entry ``periods`` of the data folder names it. Where that is absent or ``auto``, it is the finest one that both
    limits of ``by_period`` allow: of the events that lie within one year, so many lie within one such period, and from
    the first of these to the last there are no more periods than so many. It is the year where neither does.
    """
    return dataset.period or _unit(dataset)


@lru_cache(maxsize=4)
def _unit(dataset: Dataset) -> str:
    stated: str = dataset.rules.get("periods", "auto")
    if stated != "auto":
        return stated
    limits = dataset.rules["by_period"]
    n_within_a_year = within(dataset.events, "year").notna().sum()
    for name in UNITS[:-1]:
        periods = within(dataset.events, name).dropna()
        if len(periods) < max(limits["least_share"] * n_within_a_year, 1):
            continue
        if len(pd.period_range(periods.min(), periods.max())) <= limits["most_periods"]:
            return name
    return UNITS[-1]


def within(events: pd.DataFrame, name: str) -> pd.Series:
    """The period of the unit `name` in which the date of each of `events` lies as a whole; missing where there is none.

    The index is that of `events`; the values are `pandas.Period`.
    """
    first = events["earliest"].dt.to_period(ALIASES[name])
    last = events["latest"].dt.to_period(ALIASES[name])
    return first.where((first == last) & ~events["ongoing"])


def place(events: pd.DataFrame, name: str) -> pd.Series:
    """Where each of `events` is counted: in a period, as text (``2024``, ``2024Q3``, ``2024-07``), or apart.

    Apart are what is `OVER_SEVERAL` periods and what is `UNDATED`. The index is that of `events`.
    """
    periods = within(events, name)
    apart = events["earliest"].isna().map({True: UNDATED, False: OVER_SEVERAL})
    return periods.astype("str").where(periods.notna(), apart)


def by_period(
    in_play: pd.DataFrame, supporting: pd.DataFrame, dataset: Dataset
) -> pd.DataFrame:
    """How many events of a dossier lead closer and away in each period, and how many leave the tie as it was.

    Grain: one row per period from the first to the last with an event in play, also where there is none in it; then
    `OVER_SEVERAL` and `UNDATED`. Index: the period as text, as of `place`.

    Parameters
    ----------
    in_play, supporting
        The events in play of a dossier, and the claims that support them.
    dataset
        What they are from: it says the unit and the rule ``gate``.

    Returns
    -------
    DataFrame
        `closer`, `away`, `level`: events; `lineages`: independent lineages behind the first two; `closer_share` and
        `away_share` (of the two together, 0 to 1) and `balance` (-1 to 1), missing where the period by itself does not
        meet the gate, which is not the same as 0.
    """
    name = unit(dataset)
    places = place(in_play, name)
    counts = pd.DataFrame(
        {
            "closer": in_play["scored"] & (in_play["direction"] > 0),
            "away": in_play["scored"] & (in_play["direction"] < 0),
            "level": in_play["held"],
        }
    )
    table = counts.groupby(places).sum().astype(int)
    table["lineages"] = _lineages(in_play, places, supporting)
    rows = [*_periods_between(within(in_play, name)), OVER_SEVERAL, UNDATED]
    table = table.reindex(rows).fillna(0).astype(int)
    moves = table["closer"] + table["away"]
    met = [
        gate(n_moves, lineages, dataset.rules).met
        for n_moves, lineages in zip(moves, table["lineages"], strict=True)
    ]
    is_enough = pd.Series(met, table.index, dtype=bool)
    of_moves = moves.where(is_enough).astype(float)
    return table.assign(
        closer_share=table["closer"] / of_moves,
        away_share=table["away"] / of_moves,
        balance=(table["closer"] - table["away"]) / of_moves,
    ).rename_axis("period")


def _lineages(
    in_play: pd.DataFrame, places: pd.Series, supporting: pd.DataFrame
) -> pd.Series:
    """By place, how many lineages stand behind what moves the tie there."""
    is_scored = in_play["scored"]
    place_of = dict(
        zip(in_play.loc[is_scored, "event_id"], places[is_scored], strict=True)
    )
    places_of_claims = supporting["event_id"].map(place_of)
    return supporting.groupby(places_of_claims)["lineage"].nunique()


def _periods_between(periods: pd.Series) -> list[str]:
    """Every period from the first to the last of some, as text."""
    known = periods.dropna()
    if known.empty:
        return []
    return [str(each) for each in pd.period_range(known.min(), known.max())]


@dataclass(frozen=True)
class Stretch:
    """Events that a chronology tells in one line: those of a period or several, or what is counted apart.

    Attributes
    ----------
    first, last
        The first and the last period, as text; both `OVER_SEVERAL` or `UNDATED` for what is counted apart.
    event_ids
        All events in play that are counted there.
    best
        The best attested event of each side that moves the tie, that of the larger side first.
    newest
        The event that began last, where that is to be named; "" where not.
    """

    first: str
    last: str
    event_ids: tuple[str, ...]
    best: tuple[str, ...]
    newest: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the events that are named, each once."""
        newest = [self.newest] if self.newest else []
        return tuple(dict.fromkeys([*self.best, *newest]))


def is_large(scored: pd.DataFrame, rules: Mapping[str, Any]) -> bool:
    """Whether a page of so many events that move the tie tells them by period."""
    return len(scored) > rules["by_period"]["above_events"]


def stretches(in_play: pd.DataFrame, name: str, most: int) -> tuple[Stretch, ...]:
    """The events `in_play` by period of the unit `name`, in order of time, and then what is counted apart.

    Of more than `most` periods the newest stand one by one, the earlier ones year by year, and what came before these
    together. A stretch in which nothing moves the tie is left out; what lies between periods that are told together is
    told with them, also where nothing moves the tie in its own.
    """
    numbers, distinct = pd.factorize(place(in_play, name))
    scored = in_play["scored"].to_numpy(bool)
    moving_in = {distinct[number] for number in np.unique(numbers[scored])}
    known = sorted(moving_in - {OVER_SEVERAL, UNDATED})
    rows = _Rows.of(in_play)
    found = []
    for group in [*_grouped(known, most), [OVER_SEVERAL], [UNDATED]]:
        is_here = np.array([_is_in(each, group) for each in distinct], dtype=bool)
        here = np.flatnonzero(is_here[numbers])
        if scored[here].any():
            is_newest = bool(known) and group[-1] == known[-1]
            found.append(_stretch(group, rows, here, is_newest))
    return tuple(found)


def _is_in(place: str, group: list[str]) -> bool:
    """Whether a period lies within a group of periods; one of several years has all that came before it, too."""
    first, last = group[0], group[-1]
    if first == last or place in (OVER_SEVERAL, UNDATED):
        return place == first
    has_all_before = _year(first) != _year(last)
    return place <= last and (has_all_before or place >= first)


def _grouped(known: list[str], most: int) -> list[list[str]]:
    """Periods in order, `most` groups of them at most."""
    if len(known) <= most:
        return [[each] for each in known]
    n_years = most // 2
    newest = [[each] for each in known[n_years - most :]]
    earlier = known[: n_years - most]
    years = [list(group) for _, group in groupby(earlier, key=_year)]
    first = [each for year in years[: 1 - n_years] for each in year]
    return [group for group in (first, *years[1 - n_years :], *newest) if group]


def _year(period: str) -> str:
    return period[:4]


@dataclass(frozen=True)
class _Rows:
    """Events in the order of the page, as arrays; `rank`: how many weigh more (see `chronology.weights`); days are numbers."""

    event_ids: list[str]
    scored: Any
    direction: Any
    rank: Any
    earliest: Any
    latest: Any

    @classmethod
    def of(cls, events: pd.DataFrame) -> _Rows:
        """These events."""
        rank = np.empty(len(events), dtype=int)
        rank[weightiest_first(events)] = np.arange(len(events))
        return cls(
            events["event_id"].tolist(),
            events["scored"].to_numpy(bool),
            events["direction"].to_numpy(int),
            rank,
            events["earliest"].to_numpy().astype("int64"),
            events["latest"].to_numpy().astype("int64"),
        )


def _stretch(group: list[str], rows: _Rows, here: Any, is_newest: bool) -> Stretch:
    """The stretch of some periods, whose events stand at the places `here`."""
    moving = here[rows.scored[here]]
    by_side = [moving[rows.direction[moving] == side] for side in (1, -1)]
    by_side.sort(key=len, reverse=True)
    best = [side[rows.rank[side].argmin()] for side in by_side if len(side)]
    newest = ""
    if is_newest:
        days = (rows.earliest[moving].tolist(), rows.latest[moving].tolist())
        *_, newest = max(zip(*days, _ids(rows, moving), strict=True))
    return Stretch(
        group[0],
        group[-1],
        _ids(rows, here),
        _ids(rows, np.array(best)),
        newest,
    )


def _ids(rows: _Rows, places: Any) -> tuple[str, ...]:
    return tuple(rows.event_ids[place] for place in places.tolist())
