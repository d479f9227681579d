"""Who says so: names of sources and actors as a sentence takes them, and who stands behind an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import records
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import joined
from briefmill.texts import Run, text

_LONGEST_AS_IT_IS = 10
_MOST_LETTERS = 5


def in_a_sentence(actor: Mapping[str, Any]) -> str:
    """An actor's name within a sentence, with its article where its aliases have one: ``the United States``."""
    name = actor["name"]
    with_article = f"the {name}"
    return with_article if with_article in actor["aliases"] else name


def named_in_a_sentence(dossier: Dossier, codes: Iterable[str]) -> list[str]:
    """The names of actors within a sentence, by their codes."""
    actors = {actor["partner_id"]: actor for actor in records(dossier.dataset.partners)}
    return [in_a_sentence(actors[code]) for code in codes]


def of_sources(dossier: Dossier, source_ids: Iterable[str], last: str = "and") -> str:
    """The names of sources as a list within a sentence: ``RFU News and the Moscow Times``."""
    names = [dossier.called[source_id] for source_id in source_ids]
    return joined([within(name) for name in names], last)


def within(name: str) -> str:
    """The name of a source within a sentence, its article in small letters."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def behind(dossier: Dossier, event_ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of the sources that support any of some events, in the order of the table."""
    found = {
        source_id
        for event_id in event_ids
        for source_id in dossier.sources_of.get(event_id, ())
    }
    order = list(dossier.sources["source_id"])
    return tuple(sorted(found, key=order.index))


def telling(dossier: Dossier, event_ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of the sources that support some events; where none does, of all that speak of them."""
    event_ids = list(event_ids)
    return behind(dossier, event_ids) or _claimed_by(dossier, event_ids)


def who_says_so(dossier: Dossier, event_ids: Iterable[str]) -> list[Run]:
    """Who stands behind a line: ``2 sources`` where they are independent, else the source's name; and who denies it."""
    event_ids = list(event_ids)
    events = [dossier.by_id[event_id] for event_id in event_ids]
    sources = behind(dossier, event_ids)
    against = dispute(dossier, event_ids)
    if len(sources) > 1 and all(event.corroborated for event in events):
        fewest = min(event.n_sources for event in events)
        runs: list[Run] = [text(f"{fewest} sources", "strong")]
    elif len(sources) > 1 and len(events) > 1:
        each = all(event.n_sources == 1 for event in events)
        some = f"{len(sources)} sources, not all on each"
        runs = [text("one source each" if each else some)]
    else:
        first, *others = [dossier.called[each] for each in telling(dossier, event_ids)]
        runs = [text(joined([first, *map(within, others)]))]
    return [*runs, text(f"; {against}")] if against else runs


def outside(dossier: Dossier, event_id: str) -> list[str]:
    """What outside reports say against an event, or against its denial, a sentence each."""
    claims = dossier.all_claims
    denials = set(claims.loc[claims["modality"] == "denied", "claim_id"])
    doubts = dossier.doubts_by_event.get(event_id, {})
    return [
        f"Outside reports speak against the denial: {doubt}."
        if denials.issuperset(claim_ids)
        else f"Outside reports differ: {doubt}."
        for doubt, claim_ids in doubts.items()
    ]


def _claimed_by(dossier: Dossier, event_ids: Iterable[str]) -> tuple[str, ...]:
    """The sources of all claims on some events, in the order of the table."""
    claims = dossier.all_claims
    of_events = claims["event_id"].isin(list(event_ids))
    found = set(claims.loc[of_events, "source_id"])
    return tuple(each for each in dossier.sources["source_id"] if each in found)


def dispute(dossier: Dossier, event_ids: Iterable[str]) -> str:
    """By whom some events are denied, or that they are disputed; "" where neither."""
    claims = dossier.all_claims
    of_events = claims[claims["event_id"].isin(list(event_ids))]
    denying = of_events[of_events["modality"] == "denied"]
    if len(denying):
        called = denying["called"].map(within)
        by = denying["attributed_to"].mask(denying["attributed_to"] == "", called)
        return f"denied by {joined(list(by.unique()))}"
    pairs = dossier.relations[dossier.relations["kind"] == "contradicts"]
    claim_ids = set(of_events["claim_id"])
    own_pairs = pairs["claim_a"].isin(claim_ids) & pairs["claim_b"].isin(claim_ids)
    return "disputed" if own_pairs.any() else ""


def reported(dossier: Dossier, event_ids: Iterable[str]) -> str:
    """When the first of the sources behind some events was published: ``reported about spring 2025``."""
    _, words = first_report(dossier, event_ids)
    return words


def first_report(
    dossier: Dossier, event_ids: Iterable[str]
) -> tuple[pd.Timestamp, str]:
    """The last day by which the first of the sources behind some events was published, and when that was in words.

    The last day there is for sources without a date.
    """
    sources = dossier.sources.set_index("source_id")
    ids = telling(dossier, event_ids)
    rows = sources.loc[list(ids)].dropna(subset="published_latest")
    if rows.empty:
        return pd.Timestamp.max, "in an undated text"
    first = rows.sort_values("published_latest").iloc[0]
    words = f"reported {dates.format_edtf(first['published'])}"
    return first["published_latest"], words


def abbreviations(dossier: Dossier) -> dict[str, str]:
    """A short name of each source by its id: its name where that is short, else its initials; no two are the same."""
    short: dict[str, str] = {}
    for source_id, name in dossier.called.items():
        bare, _, _ = name.removeprefix("The ").partition(" (")
        words = bare.replace("-", " ").split()
        letters = "".join(word[0] for word in words if word[0].isalnum())
        letters = letters[:_MOST_LETTERS]
        is_short = len(name) <= _LONGEST_AS_IT_IS or len(words) < 2
        found = name if is_short else letters
        while found in short.values():
            found += "′"
        short[source_id] = found
    return short
