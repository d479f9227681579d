"""Rows as a page has them: in which order they stand, and what stands beside each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.passages import BY_PLACE
from allywatch.data.source_names import named
from allywatch.evidence import rules


def by_kind(judgements: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Judgements by their kind; "": none, with the same columns."""
    of_kinds = {str(kind): rows for kind, rows in judgements.groupby("kind")}
    return {"": judgements.head(0)} | of_kinds


def first_reported(dataset: Dataset) -> dict[str, pd.Timestamp]:
    """By event without a date, the first day by which one of its sources had been published; those without a dated source are left out."""
    undated = dataset.events.loc[dataset.events["earliest"].isna(), "event_id"]
    claims = dataset.claims[dataset.claims["event_id"].isin(undated)]
    published = dataset.sources.set_index("source_id")["published_latest"]
    days = published.reindex(claims["source_id"])
    first_days = days.groupby(claims["event_id"].array).min().dropna()
    return dict(zip(first_days.index.tolist(), first_days.tolist(), strict=True))


def foretold(dataset: Dataset) -> set[str]:
    """The events of which every claim is a forecast."""
    claims = dataset.claims
    foreseen = claims["modality"] == "forecast"
    told = set(claims.loc[~foreseen, "event_id"].tolist())
    return set(claims.loc[foreseen, "event_id"].tolist()) - told


def on_page(dataset: Dataset, partner: str) -> pd.DataFrame:
    """The judgements that stand on the page of `partner`; on that of the network, also the line on each partner."""
    judgements = dataset.judgements
    stands = rules.filed(judgements, partner, dataset.rules["focal_power"])
    if not dataset.partner:
        stands |= judgements["kind"] == "one_line"
    return judgements[stands]


def in_page_order(own: pd.DataFrame) -> pd.DataFrame:
    """Scored and held events first, each in the order of their days."""
    return by_date(own, [~(own["scored"] | own["held"])])


def by_date(events: pd.DataFrame, first_by: list[pd.Series]) -> pd.DataFrame:
    """`events` in the order of `first_by`, then of their days, undated ones last."""
    keys = events[["counted", "earliest", "event_id"]]
    for number, column in enumerate(first_by):
        keys.insert(number, f"key {number}", column)
    order = keys.sort_values(list(keys.columns), na_position="last").index
    return events.loc[order].reset_index(drop=True)


def described(
    dataset: Dataset, claims: pd.DataFrame, marks: Mapping[str, str]
) -> pd.DataFrame:
    """Some claims by source and place, with their event's mark and their source's name."""
    columns = ["source_id", "called", "lineage", "reliability"]
    by_source = named(dataset.sources)[columns].set_index("source_id")
    source_of_each = by_source.reindex(claims["source_id"])
    rows = claims.assign(
        mark=claims["event_id"].map(marks),
        called=source_of_each["called"].array,
        lineage=source_of_each["lineage"].array,
        reliability=source_of_each["reliability"].array,
    )
    return rows.sort_values(BY_PLACE, ignore_index=True)


def placed(events: pd.DataFrame, citations: Mapping[str, Any]) -> pd.DataFrame:
    """`events` with their `places`."""
    places: list[Any] = [citations.get(each) for each in events["event_id"].tolist()]
    return events.assign(places=pd.Series(places, index=events.index, dtype=object))


def citations(claims: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Per event: source, grade, and the first characters of its passages or the locators of its records.

    A grade is the reliability with the best and the worst credibility: ``B2–4``.
    """
    passages: dict[str, dict[tuple[str, str], list[tuple[int, Any]]]] = {}
    columns = [
        *("event_id", "source_id", "reliability"),
        *("credibility", "locator", "start"),
    ]
    for event_id, source_id, reliability, credibility, locator, start in zip(
        *(claims[name].tolist() for name in columns), strict=True
    ):
        of_event = passages.setdefault(event_id, {})
        of_source = of_event.setdefault((source_id, reliability), [])
        of_source.append((credibility, locator or start))

    return {
        event_id: [_citation(*cited, of_event[cited]) for cited in sorted(of_event)]
        for event_id, of_event in passages.items()
    }


def _citation(
    source_id: str, reliability: str, found: list[tuple[int, Any]]
) -> tuple[str, str, str]:
    """A source, the grade of what is `found` in it, and its places."""
    credibilities = [credibility for credibility, _ in found]
    best = min(credibilities)
    worst = max(credibilities)
    grade = f"{reliability}{best}"
    if worst != best:
        grade += f"–{worst}"
    # Claims are in order of place, with what is a record after the passages.
    places = ", ".join(str(place) for _, place in found)
    return source_id, grade, places
