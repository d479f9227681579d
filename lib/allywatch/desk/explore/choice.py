"""A choice of the evidence, and the dataset that it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.grading import with_credibility
from allywatch.data.partners import briefed_partners
from allywatch.data.source_names import named, short
from allywatch.data.subset import subset
from allywatch.evidence import dossiers, network, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.parts import part
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.grammar import joined, some_and_others

#: How many choices a reader can go back to without waiting.
KEPT = 64
#: Publishers that name a lineage.
MOST_PUBLISHERS = 2


@dataclass(frozen=True)
class Choice:
    """What a reader wants to see; None means everything.

    `partners`, `dimensions`, `channels`, `sources` and `lineages` hold codes. `since` and `until` are calendar
    years: an event is left out where its date puts it surely before or after them, and an undated one stays.
    """

    partners: tuple[str, ...] | None = None
    dimensions: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    lineages: tuple[str, ...] | None = None
    since: int | None = None
    until: int | None = None


@lru_cache(maxsize=KEPT)
def narrowed(dataset: Dataset, choice: Choice) -> Dataset:
    """`dataset` with the evidence of `choice` alone, by the same filter as an edition of an earlier day.

    Claims go with their source, events with their last claim, relations and judgements with any row that they
    rest on, just as in an edition of an earlier day; codes and texts stay as they are. Its `choice` says in words
    what was left out, and a briefing made of it says so on its page.
    """
    if choice == Choice():
        return dataset
    rows = subset(
        dataset.tables,
        sources=_chosen_sources(dataset.sources, choice),
        events=_chosen_events(dataset.events, choice),
    )
    phrases = _in_words(dataset, choice)
    if dataset.choice:
        phrases.insert(0, dataset.choice)
    rows["claims"] = with_credibility(rows, dataset.rules)
    return dataset.with_rows(rows, choice="; ".join(phrases))


@lru_cache(maxsize=4 * KEPT)
def narrowed_part(dataset: Dataset, choice: Choice, partner: str) -> Dataset:
    """The part of `partner` of a whole `dataset`, with the evidence of `choice` alone.

    It is made of the part, so that a choice costs what the part holds. Whether a change over time is more than
    chance is asked among all partners, and so of no part by itself.
    """
    own = part(dataset, partner)
    if choice == Choice():
        return own
    return narrowed(own, choice).with_rows({}, beyond_chance=None)


def _chosen_sources(sources: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    if choice.sources is not None:
        sources = sources[sources["source_id"].isin(choice.sources)]
    if choice.lineages is not None:
        sources = sources[sources["lineage"].isin(choice.lineages)]
    return sources


def _chosen_events(events: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    if choice.dimensions is not None:
        events = events[events["dimension"].isin(choice.dimensions)]
    if choice.channels is not None:
        events = events[events["channel"].isin(choice.channels)]
    if choice.partners is not None:
        others = set(choice.partners).isdisjoint
        events = events[~events["partners"].map(others).astype(bool)]
    if choice.since is not None:
        first_day = pd.Timestamp(choice.since, 1, 1)
        events = events[~(events["latest"] < first_day)]
    if choice.until is not None:
        last_day = pd.Timestamp(choice.until, 12, 31)
        events = events[~(events["earliest"] > last_day)]
    return events


def _in_words(dataset: Dataset, choice: Choice) -> list[str]:
    """What a choice leaves out, or where that is more than half, what alone it keeps."""
    sources = named(dataset.sources)
    names = dataset.partners.set_index("partner_id")["name"]
    partners = {code: names[code] for code in briefed_partners(dataset)}
    source_names = dict(zip(sources["source_id"], sources["called"], strict=True))
    phrases = [
        _phrase("partner", choice.partners, partners),
        _phrase("source", choice.sources, source_names),
        _phrase("independent source", choice.lineages, lineage_names(sources)),
        _phrase("dimension", choice.dimensions, _lower_labels(dataset, "dimension")),
        _phrase("channel", choice.channels, _lower_labels(dataset, "channel")),
        _years(choice),
    ]
    return [phrase for phrase in phrases if phrase]


def lineage_names(sources: pd.DataFrame) -> dict[str, str]:
    """What a reader knows each lineage by: the publishers of its sources, or the titles of those without; its code where others have the same.

    `sources` are as of `source_names.named`.
    """
    has_publisher = sources["publisher"] != ""
    publishers = sources["publisher"].where(has_publisher, sources["title"]).map(short)
    words = {
        str(lineage): some_and_others(of_lineage.unique().tolist(), MOST_PUBLISHERS)
        for lineage, of_lineage in publishers.groupby(sources["lineage"], sort=False)
    }
    times = Counter(words.values())
    return {
        lineage: name if times[name] == 1 else f"{name} ({lineage})"
        for lineage, name in words.items()
    }


def _phrase(noun: str, chosen: Container[str] | None, labels: Mapping[str, str]) -> str:
    """``only sources A and B`` or ``without source C``, whichever is fewer; "" where all are chosen."""
    if chosen is None:
        return ""
    kept = [label for code, label in labels.items() if code in chosen]
    left_out = [label for code, label in labels.items() if code not in chosen]
    word = "only" if len(kept) < len(left_out) else "without"
    named = kept if word == "only" else left_out
    plural = "" if len(named) == 1 else "s"
    return f"{word} {noun}{plural} {joined(named) or '–'}"


def _years(choice: Choice) -> str:
    """``years from 2020 to 2024``; "" where none is left out."""
    since = f" from {choice.since}" if choice.since else ""
    until = f" to {choice.until}" if choice.until else ""
    return f"years{since}{until}" if since or until else ""


def _lower_labels(dataset: Dataset, column: str) -> dict[str, str]:
    labels = dataset.labels("events", column)
    return {code: label.lower() for code, label in labels.items()}


@lru_cache(maxsize=4 * KEPT)
def judged(dataset: Dataset, partner: str) -> tuple[Dossier, Verdict]:
    """The dossier and the verdict on `partner`, worked out once for a dataset."""
    dossier = dossiers.dossier(dataset, partner)
    return dossier, scoring.verdict(dossier)


@lru_cache(maxsize=2)
def turning(dataset: Dataset) -> Dossier:
    """The dossier of all partners of a whole on how they turn to somebody else: of these reports, and of what judgements on who gains name."""
    judgements = dataset.judgements
    on_gains = judgements[judgements["aspect"] == "gains"]
    named = {ref for refs in on_gains["refs"] for ref in refs}
    claims = dataset.claims
    named.update(claims.loc[claims["claim_id"].isin(named), "event_id"])
    events = dataset.events
    is_told_of = (events["channel"] == "realignment") | events["event_id"].isin(named)
    rows = subset(dataset.tables, events=events[is_told_of])
    return dossiers.pooled(dataset.with_rows(rows))


@lru_cache(maxsize=2)
def all_judged(dataset: Dataset) -> list[tuple[Dossier, Verdict]]:
    """The dossier and the verdict of every partner of a whole dataset; kept for it, so never change the list."""
    return network.judged(dataset)
