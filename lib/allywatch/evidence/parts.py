"""A partner's part of a dataset: its own rows, and of the whole only what its briefing compares them with.

A dossier is made of a part and of nothing else. So what is not in the part cannot be in the briefing, and a
briefing whose part is the same is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.subset import subset
from allywatch.evidence import rules
from allywatch.evidence.ranges import range_without


def slant(dataset: Dataset) -> tuple[int, int]:
    """Supporting claims on all partners that say closer or holding, and all that have a direction.

    Claims of events in the context channel have none.
    """
    return _slant(dataset) if dataset.slant is None else dataset.slant


@lru_cache(maxsize=1)
def _slant(dataset: Dataset) -> tuple[int, int]:
    supporting = rules.supporting_claims(dataset)
    in_play = dataset.events[~rules.is_context(dataset.events, supporting)]
    direction_of_event = in_play.set_index("event_id")["direction"]
    directions = supporting["event_id"].map(direction_of_event).dropna()
    return int((directions >= 0).sum()), len(directions)


def range_of_others(dataset: Dataset) -> pd.DataFrame:
    """Lowest and highest running totals among the partners that pass the gate; of a part, among the others.

    Columns as in `ranges.range_without`. Empty where fewer than two pass, and in the part of a partner that
    does not pass itself: it has no figure to see a range in.
    """
    return range_without(dataset, "") if dataset.others is None else dataset.others


def part(dataset: Dataset, partner: str) -> Dataset:
    """The part of `dataset` that the briefing on `partner` rests on; of its own part that one, for "" the whole.

    Its events, their claims, the relations that touch these and the judgements on it; the actors that they
    name; all sources and event types, the `slant` of the whole, and the range of the `others`.

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    if dataset.partner == partner:
        return dataset
    whole(dataset)
    actors = dataset.partners
    parent_of = dict(zip(actors["partner_id"], actors["parent_id"], strict=True))
    if partner not in parent_of:
        known = ", ".join(parent_of)
        raise KeyError(f"no partner {partner!r} in partners.csv; it has: {known}")

    events = _about(dataset.events, partner)
    rows = subset(dataset.tables, events=events, relations="touching")
    rows["events"] = events
    rows["judgements"] = _about(dataset.judgements, partner)
    named = {partner, dataset.rules["focal_power"]}
    named.update(*events["partners"], *events["counterparts"])
    codes = _with_parents(named, parent_of)
    rows["partners"] = actors[actors["partner_id"].isin(codes)]
    rows["uncoded"] = dataset.uncoded.iloc[:0]
    rows["repairs"] = dataset.repairs.iloc[:0]
    return dataset.with_rows(
        rows,
        partner=partner,
        documents=None,
        slant=slant(dataset),
        others=range_without(dataset, partner),
    )


def whole(dataset: Dataset) -> Dataset:
    """`dataset`, where it is the whole.

    Raises
    ------
    ValueError
        If it is one partner's part: what is said of the network from it would be wrong.
    """
    if dataset.partner:
        raise ValueError(
            f"this is the part of {dataset.partner} alone; a briefing on all partners must not declare "
            "the parameter partner"
        )
    return dataset


def _about(rows: pd.DataFrame, partner: str) -> pd.DataFrame:
    """The events or judgements on `partner`."""
    is_about = [partner in partners for partners in rows["partners"]]
    return rows[pd.Series(is_about, index=rows.index, dtype=bool)]


def _with_parents(codes: Iterable[str], parent_of: Mapping[str, str]) -> set[str]:
    """`codes`, and what each of them is a part of."""
    found: set[str] = set()
    for code in codes:
        while code and code not in found:
            found.add(code)
            code = parent_of.get(code, "")
    return found
