"""The filter: what is left of the tables when sources or events are left out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]


def subset(
    tables: Tables,
    sources: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """The rows that rest on some of the sources and some of the events.

    A claim stays if its source and its event do, an event if any of its claims does, a judgement if
    everything in its refs does.

    Parameters
    ----------
    tables
        ``sources``, ``claims``, ``events``, ``relations``, ``judgements`` and ``doubts``, as in
        `dataset.Dataset`.
    sources, events
        The rows of these tables that may stay; None: all.

    Returns
    -------
    dict of pandas.DataFrame
        The six tables; their index is that of `tables`.
    """
    claims = tables["claims"]
    if sources is None:
        sources = tables["sources"]
    else:
        claims = claims[claims["source_id"].isin(sources["source_id"])]
    if events is None:
        events = tables["events"]
    else:
        claims = claims[claims["event_id"].isin(events["event_id"])]
    events = events[events["event_id"].isin(claims["event_id"])]

    pairs = tables["relations"][["claim_a", "claim_b"]].isin(
        claims["claim_id"].tolist()
    )
    related = pairs.all(axis=1)
    known = {*claims["claim_id"].tolist(), *events["event_id"].tolist()}
    return {
        "sources": sources,
        "claims": claims,
        "events": events,
        "relations": tables["relations"][related],
        "judgements": resting_on(tables["judgements"], known),
        "doubts": tables["doubts"][
            tables["doubts"]["claim_id"].isin(claims["claim_id"])
        ],
    }


def resting_on(judgements: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """The judgements all of whose refs are among the `known` ids."""
    rests = judgements["refs"].map(known.issuperset).astype(bool)
    return judgements[rests]
