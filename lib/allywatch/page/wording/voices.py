"""Who says so: names of sources and actors as a sentence takes them, and who stands behind an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from allywatch.data import dates, partners
from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import joined
from briefmill.texts import Run, text

_LONGEST_AS_IT_IS = 10
_MOST_LETTERS = 5
_MOST_NAMED = 6
_MOST_PRIMES = "′′"


def in_a_sentence(actor: Mapping[str, Any]) -> str:
    """An actor's name within a sentence, with its article where its aliases have one: ``the United States``."""
    return partners.in_a_sentence(actor["name"], actor["aliases"])


def power_in_a_sentence(dataset: Dataset) -> str:
    """The name of the focal power within a sentence."""
    actors = {actor["partner_id"]: actor for actor in records(dataset.partners)}
    return in_a_sentence(actors[dataset.rules["focal_power"]])


def named_in_a_sentence(dossier: Dossier, codes: Iterable[str]) -> list[str]:
    """The names of actors within a sentence, by their codes."""
    actors = {actor["partner_id"]: actor for actor in records(dossier.dataset.partners)}
    return [in_a_sentence(actors[code]) for code in codes]


def of_sources(dossier: Dossier, source_ids: Iterable[str], last: str = "and") -> str:
    """The names of sources as a list within a sentence: ``RFU News and the Moscow Times``; of very many the first."""
    names = [within(dossier.called[source_id]) for source_id in source_ids]
    return some_named(names, last)


def some_named(names: Sequence[str], last: str = "and") -> str:
    """Names as a list within a sentence; of very many the first, and how many more there are."""
    left = len(names) - _MOST_NAMED
    if left < 2:
        return joined(names, last)
    return joined([*names[:_MOST_NAMED], f"{left:,} more"], last)


def within(name: str) -> str:
    """The name of a source within a sentence, its article in small letters."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def published_by(source: str, when: str) -> str:
    """The name of a source and when it was published, unless its name says that already: ``the Pilot, March 2025``."""
    dated = dates.format_edtf(when) if when else ""
    return source if not dated or dated in source else f"{source}, {dated}"


def behind(dossier: Dossier, event_ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of the sources that support any of some events, in the order of the table."""
    found = {
        source_id
        for event_id in event_ids
        for source_id in dossier.sources_of.get(event_id, ())
    }
    return tuple(sorted(found, key=dossier.place_of_source.__getitem__))


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
    if len(events) > _MOST_NAMED and against:
        disputes = [dispute(dossier, [event_id]) for event_id in event_ids]
        n_disputed = sum(map(bool, disputes))
        against = f"{n_disputed:,} of {len(events):,} reports denied or disputed"
    if len(sources) > 1 and all(event.corroborated for event in events):
        fewest = min(event.n_sources for event in events)
        differ = len(sources) > fewest
        many = f"{fewest} sources{' or more on each' * differ}"
        runs: list[Run] = [text(many, "strong")]
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
    claims = dossier.claims_of.get(event_id, [])
    denials = {each.claim_id for each in claims if each.modality == "denied"}
    doubts = dossier.doubts_by_event.get(event_id, {})
    return [
        f"Outside reports speak against the denial: {doubt}."
        if denials.issuperset(claim_ids)
        else f"Outside reports differ: {doubt}."
        for doubt, claim_ids in doubts.items()
    ]


def _claimed_by(dossier: Dossier, event_ids: Iterable[str]) -> tuple[str, ...]:
    """The sources of all claims on some events, in the order of the table."""
    found = {claim.source_id for claim in _claims_on(dossier, event_ids)}
    return tuple(sorted(found, key=dossier.place_of_source.__getitem__))


def _claims_on(dossier: Dossier, event_ids: Iterable[str]) -> list[Any]:
    """The claims on some events, by source and place."""
    claims = [
        claim
        for event_id in dict.fromkeys(event_ids)
        for claim in dossier.claims_of.get(event_id, [])
    ]
    return sorted(claims, key=lambda claim: claim.Index)


def dispute(dossier: Dossier, event_ids: Iterable[str]) -> str:
    """By whom some events are denied, or that they are disputed; "" where neither."""
    claims = _claims_on(dossier, event_ids)
    denying = [
        claim.attributed_to or within(claim.called)
        for claim in claims
        if claim.modality == "denied"
    ]
    if denying:
        return f"denied by {some_named(list(dict.fromkeys(denying)))}"
    claim_ids = {claim.claim_id for claim in claims}
    pairs = map(set, dossier.contradictions)
    return "disputed" if any(pair <= claim_ids for pair in pairs) else ""


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
    days = dossier.publication_days
    dated = [days[each] for each in telling(dossier, event_ids) if each in days]
    if not dated:
        return pd.Timestamp.max, "in an undated text"
    day, published = min(dated, key=lambda each: each[0])
    return day, f"reported {dates.format_edtf(published)}"


def abbreviations(dossier: Dossier) -> dict[str, str]:
    """A short name of each source by its id: its name where that is short, else its initials; no two are the same.

    Where a few have the same initials they are told apart by primes, of many each is called by its id.
    """
    short: dict[str, str] = {}
    taken: set[str] = set()
    for source_id, name in dossier.called.items():
        bare, _, _ = name.removeprefix("The ").partition(" (")
        words = bare.replace("-", " ").split()
        letters = "".join(word[0] for word in words if word[0].isalnum())
        letters = letters[:_MOST_LETTERS]
        is_short = len(name) <= _LONGEST_AS_IT_IS or len(words) < 2
        found = name if is_short else letters
        if f"{found}{_MOST_PRIMES}" in taken:
            found = source_id
        while found in taken:
            found += "′"
        taken.add(found)
        short[source_id] = found
    return short
