"""What was known on a day: the tables cut back to what rests on sources published by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.passages import BY_PLACE
from allywatch.data.source_names import named
from allywatch.data.subset import Tables, subset


def known_by(day: pd.Timestamp, tables: Tables) -> dict[str, pd.DataFrame]:
    """The tables as of `day`, with nothing in them that only a later source tells.

    A source counts if it was published by `day` at the latest; an undated one does not. Claims and reasons
    go with their source, events with their last claim, relations and judgements with any row they rest on;
    a judgement goes too when an event it rests on has lost a claim, for it was written knowing that.
    A doubt counts from the day on which its report was out. Notes are blank, for they compare all sources. An
    event that has lost a claim is retold from those it has left; its codes (type, channel, dimension, direction,
    intensity) stay, being the curator's reading.

    Parameters
    ----------
    tables
        Tables as in `dataset.Dataset`, with `published_latest` in sources, and no days derived from `date` yet.
    """
    sources = tables["sources"]
    sources = sources[sources["published_latest"] <= day]
    known = subset(tables, sources=sources)

    all_claims = tables["claims"]
    is_later = ~all_claims["claim_id"].isin(known["claims"]["claim_id"])
    later_told = set(all_claims.loc[is_later, "event_id"])
    untouched = known["judgements"]["refs"].map(later_told.isdisjoint).astype(bool)
    known["judgements"] = known["judgements"][untouched]
    known["events"] = _retold(known, later_told, tables["event_types"])

    is_out = [_latest_day(date) <= day for date in known["doubts"]["date"]]
    known["doubts"] = known["doubts"][
        pd.Series(is_out, index=known["doubts"].index, dtype=bool)
    ]
    uncoded = tables["uncoded"]
    known["uncoded"] = uncoded[uncoded["source_id"].isin(sources["source_id"])]
    return {name: _without_notes(rows) for name, rows in known.items()}


def _latest_day(date: str) -> pd.Timestamp:
    """The last day that a date in EDTF allows; the first of all days where it says nothing."""
    latest = dates.bounds(date).latest
    return pd.Timestamp.min if latest is None else pd.Timestamp(latest)


def _without_notes(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    return rows.assign(note="") if "note" in rows else rows


def _retold(
    known: Tables, later_told: set[str], event_types: pd.DataFrame
) -> pd.DataFrame:
    """The events of `known`; those `later_told` have text and date from the known claims alone.

    The date is the first that a claim gives, in the order of `_firmest_first`; the headline is the label
    of the event's type.
    """
    events = known["events"]
    is_retold = events["event_id"].isin(later_told)
    claims = known["claims"][known["claims"]["event_id"].isin(later_told)]
    claims = _firmest_first(claims, known["sources"])
    label_of_type = event_types.set_index("type")["label"]
    dates = claims[claims["date"] != ""].groupby("event_id")["date"].first()
    summaries = pd.Series(_summaries(claims, known), dtype="str")

    retold = {
        "headline": events["type"].map(label_of_type),
        "summary": events["event_id"].map(summaries),
        "date": events["event_id"].map(dates).astype("str").fillna(""),
    }
    texts = {name: events[name].mask(is_retold, text) for name, text in retold.items()}
    return events.assign(**texts)


def _firmest_first(claims: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Claims with support first, by the grade of their source, and denials last."""
    grades = dict(zip(sources["source_id"], sources["reliability"], strict=True))
    ordered = claims.assign(
        is_denial=claims["modality"] == "denied",
        lacks_support=~claims["supports"],
        grade=claims["source_id"].map(grades),
    )
    order = ["is_denial", "lacks_support", "grade", *BY_PLACE]
    return ordered.sort_values(order)


@dataclass(frozen=True)
class Contradictions:
    """Pairs of claims of which one contradicts the other, in either order."""

    pairs: frozenset[tuple[str, str]]

    @classmethod
    def among(cls, relations: pd.DataFrame) -> Contradictions:
        """Those that `relations` say."""
        told = relations[relations["kind"] == "contradicts"]
        one_way = set(zip(told["claim_a"], told["claim_b"], strict=True))
        other_way = set(zip(told["claim_b"], told["claim_a"], strict=True))
        return cls(frozenset(one_way | other_way))

    def first_against(self, claim: Any, others: list[Any]) -> Any | None:
        """The first of `others` that contradicts `claim`; None where none does."""
        for other in others:
            if (claim.claim_id, other.claim_id) in self.pairs:
                return other
        return None


def _summaries(claims: pd.DataFrame, known: Tables) -> dict[str, str]:
    """The summary of each event of `claims`, which are best first."""
    sources = named(known["sources"])
    source_names = dict(zip(sources["source_id"], sources["called"], strict=True))
    contradictions = Contradictions.among(known["relations"])
    return {
        str(event_id): summary_in_claims_words(
            event_claims, source_names, contradictions
        )
        for event_id, event_claims in claims.groupby("event_id")
    }


def summary_in_claims_words(
    event_claims: pd.DataFrame,
    source_names: Mapping[str, str],
    contradictions: Contradictions,
) -> str:
    """Summary of an event told by its claims alone: the top claim, then the first claim that contradicts it.

    Parameters
    ----------
    event_claims
        Claims of one event, best first (see `_firmest_first`). One row per claim; never empty.
    source_names
        Printed name of each source, by `source_id`.
    """
    top_claim, *others = event_claims.itertuples()
    opposing_claim = contradictions.first_against(top_claim, others)

    sentences = [attributed(top_claim, source_names)]
    if opposing_claim is not None:
        sentences.append(attributed(opposing_claim, source_names))
    return " ".join(sentences)


def attributed(claim: Any, source_names: Mapping[str, str]) -> str:
    """The claim's statement after its source's name, so that one voice does not read as a known fact."""
    return f"{source_names[claim.source_id]}: {claim.statement}"
