"""Who reports an event, in a sentence, a clause or a bracket: what one source alone says is never told without its name."""

from __future__ import annotations

from typing import Any

from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import (
    capital,
    clause,
    ended,
    number,
    sentence,
)
from allywatch.page.wording.voices import dispute, of_sources, outside, telling
from briefmill.texts import Run


def is_alone(dossier: Dossier, event: Any) -> bool:
    """Whether no two independent sources stand behind an event, so that a sentence on it names who does."""
    return event.n_lineages < 2 and bool(telling(dossier, [event.event_id]))


def tellers(dossier: Dossier, event: Any, what: str = "it") -> str:
    """Who reports an event, `what` for short, as a sentence of its own; "" where nobody does."""
    said = _who(dossier, event, what)
    against = _against(dossier, event)
    if not said:
        return ""
    return f"{said}; it is {against}." if against else f"{said}."


def _who(dossier: Dossier, event: Any, what: str) -> str:
    sources = telling(dossier, [event.event_id])
    names = of_sources(dossier, sources)
    if not sources:
        return ""
    if not event.n_sources:
        return f"Only {names} says so" if len(sources) == 1 else f"So say {names}"
    if len(sources) == 1:
        return f"Only {names} reports {what}"
    if event.n_lineages < 2:
        return f"{capital(names)} report {what}, and are not independent"
    many = f"{capital(number(len(sources)))} sources report {what}"
    if event.n_lineages < len(sources):
        many += f", {number(event.n_lineages)} of them independent"
    return many


def _against(dossier: Dossier, event: Any) -> str:
    """Who denies an event, or that it is disputed; "" where neither, or where nothing but the denial is told."""
    return dispute(dossier, [event.event_id]) if event.n_sources else ""


def attributed(dossier: Dossier, event: Any, words: str) -> str:
    """A sentence on an event, with the name of its only source where the words have it not, and with who denies it."""
    sources = telling(dossier, [event.event_id])
    is_named = all(
        dossier.called[each].casefold() in words.casefold() for each in sources
    )
    if is_named or not is_alone(dossier, event):
        return ended(words)
    if _against(dossier, event):
        return f"{ended(words)} {tellers(dossier, event)}"
    says = "report" if event.n_sources else "say"
    alone = f" alone {says}s" if len(sources) == 1 else f" {says}"
    return f"{clause(words)}, {of_sources(dossier, sources)}{alone}."


def in_brackets(dossier: Dossier, event: Any) -> str:
    """The headline of an event, and in brackets its only source and who denies it: ``Inner roads closed (the Pilot alone)``."""
    said = []
    if is_alone(dossier, event):
        sources = telling(dossier, [event.event_id])
        alone = " alone" if len(sources) == 1 else ""
        said.append(f"{of_sources(dossier, sources)}{alone}")
    against = _against(dossier, event)
    if against:
        said.append(against)
    words = clause(event.headline)
    return f"{words} ({', '.join(said)})" if said else words


def told(dossier: Dossier, event: Any) -> list[Run]:
    """The summary of an event with its only source, and what outside reports say against it."""
    words = [attributed(dossier, event, event.summary)]
    words += outside(dossier, event.event_id)
    return sentence(" ".join(words), [event.mark])


def listed(dossier: Dossier, events: list[Any], most: int) -> str:
    """The first of some events by their headlines, each with its only source, and how many more there are."""
    named = [in_brackets(dossier, event) for event in events[:most]]
    left = len(events) - len(named)
    more = [f"and {number(left)} more"] if left else []
    return "; ".join([*named, *more])
