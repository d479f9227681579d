"""Ties as they are counted, all partners at once: which events are in play for whom, and which claims support them.

A briefing on all partners asks for every tie, but tells of a few alone in words: it needs no more dossiers than these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.evidence import rules
from allywatch.evidence.corroboration import corroboration

#: Of the events in play, what counting them asks for.
_EVENTS = (
    *("event_id", "type", "dimension", "direction", "intensity"),
    *("earliest", "counted", "latest", "ongoing"),
    *("n_lineages", "best_grade", "corroborated", "scored", "held"),
)
#: The same of the claims that support them.
_CLAIMS = ("event_id", "source_id", "lineage", "voice", "earliest", "latest")


@dataclass(frozen=True, eq=False)
class Tie:
    """What counts on one partner: the same events and claims as in its dossier, without what a page needs beside.

    Attributes
    ----------
    in_play
        Grain: one row per event that is scored or held; key `event_id`. Some columns of `events` and of `corroboration`.
    supporting
        Grain: one row per claim that supports one of them; with its source's `lineage`.
    """

    in_play: pd.DataFrame
    supporting: pd.DataFrame

    @cached_property
    def scored(self) -> pd.DataFrame:
        """Scored events: moves."""
        return self.in_play[self.in_play["scored"]]


def tie(dataset: Dataset) -> Tie:
    """The tie of the partner of a part; of all partners at once where `dataset` is the whole."""
    in_play = _in_play(dataset)
    claims = rules.supporting_claims(dataset)[[*_CLAIMS]]
    supporting = claims[claims["event_id"].isin(in_play["event_id"])]
    return Tie(in_play[[*_EVENTS]], supporting)


def ties(dataset: Dataset) -> dict[str, Tie]:
    """The tie of each partner of a whole that has a briefing, by its id, in order of their names."""
    in_play = by_partner(dataset)[["partner", *_EVENTS]]
    claims = rules.supporting_claims(dataset)[[*_CLAIMS]]
    supporting = in_play[["partner", "event_id"]].merge(claims, on="event_id")
    events_of = dict(_each(in_play))
    claims_of = dict(_each(supporting))
    nothing = Tie(in_play.head(0), supporting.head(0))
    return {
        partner: Tie(
            events_of.get(partner, nothing.in_play),
            claims_of.get(partner, nothing.supporting),
        )
        for partner in briefed_partners(dataset)
    }


def _each(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each partner, by its id."""
    for partner, rows in frame.groupby("partner"):
        yield str(partner), rows


def by_partner(dataset: Dataset) -> pd.DataFrame:
    """The events in play of a whole, once for each partner for whom they count: as its dossier has them.

    Grain: one row per partner and event; key `partner, event_id`. The columns of `events` and of `corroboration`.
    """
    in_play = _in_play(dataset)
    each = in_play.assign(partner=in_play["partners"])
    each = each.explode("partner", ignore_index=True)
    of_region = each[each["scored"] & (each["told_of"] != "")]
    again: list[Any] = []
    for _, own in of_region.groupby("partner"):
        in_place_of = rules.counted_as(own)
        again += list(own.index[in_place_of != ""])
    return each.drop(index=again)


def _in_play(dataset: Dataset) -> pd.DataFrame:
    """The events of a dataset that are scored or held, with what stands behind them."""
    standing = corroboration(dataset)
    is_in_play = standing["scored"] | standing["held"]
    behind = standing[is_in_play].drop(columns="event_id")
    return pd.concat([dataset.events[is_in_play], behind], axis="columns")
