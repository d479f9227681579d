"""Who says so: names of sources and actors as a sentence takes them, and who stands behind an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import joined
from briefmill.texts import Run, text

_LONGEST_AS_IT_IS = 10


def in_a_sentence(actor: Mapping[str, Any]) -> str:
    """An actor's name within a sentence, with its article where its aliases have one: ``the United States``."""
    name = actor["name"]
    with_article = f"the {name}"
    return with_article if with_article in actor["aliases"] else name


def of_sources(dossier: Dossier, source_ids: Iterable[str], last: str = "and") -> str:
    """The names of sources as a list within a sentence: ``RFU News and the Moscow Times``."""
    names = [dossier.called[source_id] for source_id in source_ids]
    return joined([_within(name) for name in names], last)


def _within(name: str) -> str:
    """A name within a sentence, its article in small letters."""
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


def who_says_so(dossier: Dossier, event_ids: Iterable[str]) -> list[Run]:
    """Who stands behind a line: ``2 sources`` where they are independent, else the source's name; and who denies it."""
    event_ids = list(event_ids)
    events = [dossier.by_id[event_id] for event_id in event_ids]
    sources = behind(dossier, event_ids)
    corroborated = all(event.corroborated for event in events)
    if len(sources) > 1 and corroborated:
        fewest = min(event.n_sources for event in events)
        runs: list[Run] = [text(f"{fewest} sources", "strong")]
    elif len(sources) > 1 and len(events) > 1:
        runs = [text("one source each")]
    else:
        named = sources or _claimed_by(dossier, event_ids)
        runs = [text(joined([dossier.called[each] for each in named]))]
    against = _against(dossier, event_ids)
    return [*runs, text(f"; {against}")] if against else runs


def _claimed_by(dossier: Dossier, event_ids: Iterable[str]) -> list[str]:
    """The sources of all claims on some events, where none of them supports them."""
    claims = dossier.all_claims
    of_events = claims["event_id"].isin(list(event_ids))
    return list(claims.loc[of_events, "source_id"].unique())


def _against(dossier: Dossier, event_ids: Iterable[str]) -> str:
    """Who denies some events, or that they are disputed; "" where neither."""
    claims = dossier.all_claims
    of_events = claims[claims["event_id"].isin(list(event_ids))]
    denying = of_events[of_events["modality"] == "denied"]
    by = [name for name in denying["attributed_to"].unique() if name]
    if by:
        return f"{joined(by)} {'denies' if len(by) == 1 else 'deny'} it"
    relations = dossier.relations
    disputed = relations[relations["kind"] == "contradicts"]
    claim_ids = set(of_events["claim_id"])
    touched = claim_ids & {*disputed["claim_a"], *disputed["claim_b"]}
    return "disputed" if touched else ""


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
    ids = behind(dossier, event_ids) or tuple(_claimed_by(dossier, event_ids))
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
        words = name.removeprefix("The ").replace("-", " ").split()
        letters = "".join(word[0] for word in words)
        is_short = len(name) <= _LONGEST_AS_IT_IS or len(words) < 2
        found = name if is_short else letters
        while found in short.values():
            found += "′"
        short[source_id] = found
    return short
