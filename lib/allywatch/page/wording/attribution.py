"""Who reports an event, in a sentence, a clause or a bracket.

What one source alone says is never told without its name, and what is only denied or foreseen never as if it were so.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import (
    bracketed,
    capital,
    clause,
    ended,
    number,
    sentence,
    verb,
)
from allywatch.page.wording.voices import behind, dispute, of_sources, outside
from briefmill.texts import Run

#: Characters of a summary that stands for a headline.
LONGEST_BRIEF = 80


def is_alone(event: Any) -> bool:
    """Whether no two independent sources stand behind an event, so that a sentence on it names who does."""
    return event.n_lineages < 2


def summary(dossier: Dossier, event: Any) -> str:
    """What happened: an event's summary; of one that no claim supports, what the first of its claims says."""
    if event.n_sources:
        return str(event.summary)
    return str(dossier.claims_of[event.event_id][0].statement)


def tellers(dossier: Dossier, event: Any, what: str = "it") -> str:
    """Who reports an event, `what` for short, as a sentence of its own, and who denies it."""
    against = _against(dossier, event)
    also = f"; it is {against}" if against else ""
    return f"{_who(dossier, event, what)}{also}."


def attributed(dossier: Dossier, event: Any, words: str) -> str:
    """A sentence on an event, with the name of its only source where the words have it not, and with who denies it."""
    sources = _sources(dossier, event)
    is_named = all(
        dossier.called[each].casefold() in words.casefold() for each in sources
    )
    if is_named or not is_alone(event):
        return ended(words)
    if _against(dossier, event):
        return f"{ended(words)} {tellers(dossier, event)}"
    says = "report" if event.n_sources else "say"
    alone = f" alone {says}s" if len(sources) == 1 else f" {says}"
    return f"{clause(words)}, {of_sources(dossier, sources)}{alone}."


def in_brackets(dossier: Dossier, event: Any) -> str:
    """An event in brief, and in brackets its only source and who denies it: ``Inner roads closed (the Pilot alone)``."""
    said = [_against(dossier, event)]
    if not event.n_sources:
        said = [_unsupported(dossier, event)]
    if is_alone(event):
        sources = _sources(dossier, event)
        alone = " alone" if len(sources) == 1 else ""
        said.insert(0, f"{of_sources(dossier, sources)}{alone}")
    words = ", ".join(filter(None, said))
    return f"{in_brief(event)} {bracketed(words)}" if words else in_brief(event)


def in_brief(event: Any) -> str:
    """The headline of an event without a full stop; in place of one that was cut on import, a summary that is short."""
    summary = clause(event.summary)
    is_cut = event.headline.endswith("…")
    return (
        summary if is_cut and len(summary) <= LONGEST_BRIEF else clause(event.headline)
    )


def told(dossier: Dossier, event: Any) -> list[Run]:
    """What happened, with its only source, and what outside reports say against it."""
    words = [attributed(dossier, event, summary(dossier, event))]
    words += outside(dossier, event.event_id)
    return sentence(" ".join(words), [event.mark])


def listed(dossier: Dossier, events: pd.DataFrame, most: int) -> str:
    """The first of some events by their headlines, each with its only source, and how many more there are."""
    named = [in_brackets(dossier, event) for event in each_row(events.head(most))]
    left = len(events) - len(named)
    more = [f"and {number(left)} more"] if left else []
    return "; ".join([*named, *more])


def _sources(dossier: Dossier, event: Any) -> tuple[str, ...]:
    """The sources that support an event; of one that no claim supports, those that say of it what its first claim says."""
    sources = behind(dossier, [event.event_id])
    if sources:
        return sources
    unscored = dossier.rules["support"]["unscored_modalities"]
    claims = dossier.claims_of[event.event_id]
    said = [each.modality if each.modality in unscored else "" for each in claims]
    alike = [
        claim.source_id
        for claim, modality in zip(claims, said, strict=True)
        if modality == said[0]
    ]
    return tuple(dict.fromkeys(alike))


def _who(dossier: Dossier, event: Any, what: str) -> str:
    sources = _sources(dossier, event)
    names = of_sources(dossier, sources)
    if not event.n_sources:
        return f"Only {names} {verb(len(sources), 'says', 'say')} so"
    if len(sources) == 1:
        return f"Only {names} reports {what}"
    if event.n_lineages < 2:
        return f"{capital(names)} report {what}, and are not independent"
    many = f"{capital(number(len(sources)))} sources report {what}"
    if event.n_lineages < len(sources):
        many += f", {number(event.n_lineages)} of them independent"
    return many


def _against(dossier: Dossier, event: Any) -> str:
    """Who denies an event, or that it is disputed; "" where neither, or where no claim supports it."""
    return dispute(dossier, [event.event_id]) if event.n_sources else ""


def _unsupported(dossier: Dossier, event: Any) -> str:
    """How the first claim of an event has it that no claim supports: that it is foreseen or denied."""
    modality = dossier.claims_of[event.event_id][0].modality
    return {"forecast": "foreseen", "denied": "denied"}.get(modality, "")
