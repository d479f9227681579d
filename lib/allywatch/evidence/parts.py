"""A partner's part of a dataset: its own rows, and no others.

A dossier is made of a part and of nothing else. So what is not in the part cannot be in the briefing, and a
briefing whose part is the same is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence import periods, trends

#: Parts that are kept.
KEPT = 64
RowNumbers = defaultdict[str, list[int]]


def part(dataset: Dataset, partner: str) -> Dataset:
    """The part of `dataset` that the briefing on `partner` rests on; of its own part that one, for "" the whole.

    Its events, those in which it is a counterpart and those that the judgements on it name, with their claims; the
    claims on the focal power's own standing that bear on it, with their events; the doubts and relations that
    touch these claims, and the judgements on it; the actors that they name; all sources and event types. Of the whole it
    has the unit of time by which all partners are counted, and whether its change is more than chance among theirs.

    Raises
    ------
    KeyError
        If `partner` is not an id of the partners table.
    """
    if dataset.partner == partner:
        return dataset
    return _part(whole(dataset), partner)


@lru_cache(maxsize=KEPT)
def _part(dataset: Dataset, partner: str) -> Dataset:
    """The part of the whole; kept, for its key is asked for before the part itself is."""
    index = _index(dataset)
    if partner not in index.parent_of:
        known = ", ".join(index.parent_of)
        raise KeyError(f"no partner {partner!r} in partners.csv; it has: {known}")

    naming = dataset.events["event_id"].iloc[index.events.get(partner, [])]
    bearing = index.bearing.get(partner, [])
    judgements = dataset.judgements.iloc[index.judgements.get(partner, [])]
    referred = _events_referred(judgements, index)
    claims = _take(dataset.claims, index.claims, [*naming, *referred], bearing)
    events = _take(
        dataset.events, index.event, [*naming, *referred, *claims["event_id"]]
    )
    named = {partner, dataset.rules["focal_power"]}
    named.update(*events["partners"], *events["counterparts"])
    codes = _with_parents(named, index.parent_of)
    rows = {
        "events": events,
        "claims": claims,
        "relations": _take(dataset.relations, index.relations, claims["claim_id"]),
        "doubts": dataset.doubts[dataset.doubts["claim_id"].isin(claims["claim_id"])],
        "judgements": judgements,
        "partners": dataset.partners[dataset.partners["partner_id"].isin(codes)],
        "uncoded": dataset.uncoded.iloc[:0],
        "repairs": dataset.repairs.iloc[:0],
    }
    return dataset.with_rows(
        rows,
        partner=partner,
        period=periods.unit(dataset),
        beyond_chance=trends.is_beyond_chance(dataset, partner),
        documents=None,
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


@dataclass(frozen=True)
class _Index:
    """Where the rows of each part stand, so that making a part costs what it holds and not what the whole holds.

    Row numbers of each `event` by its id, of `events` by partner or counterpart, of `judgements` by partner, of `claims` by event, of the
    claims `bearing` on a partner by that partner, and of `relations` by claim; `parent_of`: the parent of each
    actor, "" without one.
    """

    event: RowNumbers
    events: RowNumbers
    bearing: RowNumbers
    judgements: RowNumbers
    claims: RowNumbers
    relations: RowNumbers
    parent_of: dict[str, str]
    event_of_claim: dict[str, str]


@lru_cache(maxsize=1)
def _index(dataset: Dataset) -> _Index:
    actors = dataset.partners
    relations = dataset.relations
    return _Index(
        event=_row_numbers((event_id,) for event_id in dataset.events["event_id"]),
        events=_row_numbers(
            dataset.events["partners"] + dataset.events["counterparts"]
        ),
        bearing=_row_numbers(dataset.claims["bears_on"]),
        judgements=_row_numbers(dataset.judgements["partners"]),
        claims=_row_numbers((event_id,) for event_id in dataset.claims["event_id"]),
        relations=_row_numbers(
            zip(relations["claim_a"], relations["claim_b"], strict=True)
        ),
        parent_of=dict(zip(actors["partner_id"], actors["parent_id"], strict=True)),
        event_of_claim=dict(
            zip(dataset.claims["claim_id"], dataset.claims["event_id"], strict=True)
        ),
    )


def _events_referred(judgements: pd.DataFrame, index: _Index) -> list[str]:
    """The ids of the events that `judgements` name, themselves or by a claim."""
    refs = [ref for refs in judgements["refs"] for ref in refs]
    return [index.event_of_claim.get(ref, ref) for ref in refs]


def _row_numbers(keys_of_rows: Iterable[Iterable[str]]) -> RowNumbers:
    """For each key, the numbers of the rows that have it among theirs."""
    numbers: RowNumbers = defaultdict(list)
    for number, keys in enumerate(keys_of_rows):
        for key in keys:
            numbers[key].append(number)
    return numbers


def _take(
    frame: pd.DataFrame,
    numbers: RowNumbers,
    keys: Iterable[str],
    others: Iterable[int] = (),
) -> pd.DataFrame:
    """The rows of `frame` that have one of `keys`, and `others` by number, each once, in the order of the table."""
    taken = {number for key in keys for number in numbers.get(key, ())}
    return frame.iloc[sorted(taken.union(others))]


def _with_parents(codes: Iterable[str], parent_of: Mapping[str, str]) -> set[str]:
    """`codes`, and what each of them is a part of."""
    found: set[str] = set()
    for code in codes:
        while code and code not in found:
            found.add(code)
            code = parent_of.get(code, "")
    return found
