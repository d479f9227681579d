"""What was known on a day: the tables cut back to what rests on sources published by then."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Frames = Mapping[str, pd.DataFrame]


def admitted(frames: Frames, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables as of `day`, with nothing in them that only a later source tells.

    A source counts if it was published by `day` at the latest; an undated one does not. Claims and reasons
    go with their source, events with their last claim, relations and judgements with any row they rest on;
    a judgement goes too when an event it rests on has lost a claim, for it was written knowing that.
    Notes are blank, for they compare all sources. An event that has lost a claim is retold from those it
    has left; its codes (type, channel, dimension, direction, intensity) stay, being the curator's reading.

    Parameters
    ----------
    frames
        Tables as in `cleaning.Dataset`, with `published_latest` in sources, and no days derived from
        `date` yet.
    """
    sources = frames["sources"][frames["sources"]["published_latest"] <= day]
    by_source = {table: frames[table] for table in ("claims", "uncoded")}
    kept = {
        table: rows[rows["source_id"].isin(sources["source_id"])]
        for table, rows in by_source.items()
    }
    events = _retold(frames, kept["claims"])
    relations, judgements = frames["relations"], frames["judgements"]
    known = {*kept["claims"]["claim_id"], *events["event_id"]}
    relations = relations[relations[["claim_a", "claim_b"]].isin(known).all(axis=1)]
    whole = known - _retold_events(frames["claims"], kept["claims"])
    judgements = judgements[judgements["refs"].map(whole.issuperset).astype(bool)]
    kept |= {
        "sources": sources,
        "events": events,
        "relations": relations,
        "judgements": judgements,
    }
    unnoted = {
        table: rows.assign(note="") if "note" in rows else rows
        for table, rows in kept.items()
    }
    return {table: rows.reset_index(drop=True) for table, rows in unnoted.items()}


def _retold(frames: Frames, claims: pd.DataFrame) -> pd.DataFrame:
    """The events of `claims`; one of which other claims speak too has its text and date from these alone.

    Its summary is the statement of its most credible claim, a denial last, with who makes it, and then the first
    statement that contradicts it; its date the first that a claim gives in that order; its headline the label
    of its type.
    """
    events, everything = frames["events"], frames["claims"]
    events = events[events["event_id"].isin(claims["event_id"])].set_index(
        "event_id", drop=False
    )
    labels = frames["event_types"].set_index("type")["label"]
    hindsight = events.index.isin(_retold_events(everything, claims))
    ordered = claims.assign(denied=claims["modality"] == "denied").sort_values(
        ["denied", "credibility", "source_id", "start"]
    )
    dated = ordered[ordered["date"] != ""].groupby("event_id")["date"].first()
    told = {
        "headline": events["type"].map(labels),
        "summary": _attributed(ordered, frames).reindex(events.index),
        "date": dated.reindex(events.index).fillna(""),
    }
    return events.assign(
        **{name: events[name].mask(hindsight, words) for name, words in told.items()}
    )


def _attributed(ordered: pd.DataFrame, frames: Frames) -> pd.Series:
    """For each event what the first of its claims in this order says, and what the first to contradict that does.

    Each with the name of its source: what a single voice asserts must not read as if it were known.
    """
    sources, relations = frames["sources"], frames["relations"]
    names = {
        source.source_id: source.publisher or source.title
        for source in sources.itertuples()
    }
    against = (
        relations.loc[relations["kind"] == "contradicts", ["claim_a", "claim_b"]]
        .to_numpy()
        .tolist()
    )
    opposed = {pair for one, other in against for pair in ((one, other), (other, one))}
    said = {}
    for event_id, own in ordered.groupby("event_id"):
        first, *others = own.itertuples()
        other = next(
            (each for each in others if (first.claim_id, each.claim_id) in opposed),
            None,
        )
        told = [first] if other is None else [first, other]
        said[event_id] = " ".join(
            f"{names[claim.source_id]}: {claim.statement}" for claim in told
        )
    return pd.Series(said, dtype="str")


def _retold_events(everything: pd.DataFrame, claims: pd.DataFrame) -> set[str]:
    """Events of which some claim is in `everything` and not in `claims`."""
    return {
        *everything.loc[~everything["claim_id"].isin(claims["claim_id"]), "event_id"]
    }
