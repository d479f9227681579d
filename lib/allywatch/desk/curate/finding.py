"""Events by words of their headlines, summaries and claims, whatever their partners."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.folding import folded

MOST_FOUND = 7
_WORD = re.compile(r"\w+")


def events_by_words(dataset: Dataset, words: str) -> list[str]:
    """The ids of up to `MOST_FOUND` events that have most of `words`, or words that begin so; those in the headline first."""
    wanted = _WORD.findall(folded(words))
    if not wanted:
        return []
    scores = {}
    for event_id, (headline, text) in _texts(dataset).items():
        in_text = sum(_has(text, word) for word in wanted)
        in_headline = sum(_has(headline, word) for word in wanted)
        if in_text:
            scores[event_id] = (-in_text, -in_headline, event_id)
    return sorted(scores, key=scores.__getitem__)[:MOST_FOUND]


def _has(text: str, word: str) -> bool:
    return f" {word}" in text


@lru_cache(maxsize=2)
def _texts(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """For each event the words of its headline, and all words that are said of it, each after a blank."""
    statements = dataset.claims.groupby("event_id")["statement"].agg(" ".join)
    texts = {}
    events = dataset.events
    for event_id, headline, summary in zip(
        events["event_id"], events["headline"], events["summary"], strict=True
    ):
        said = f"{event_id} {headline} {summary} {statements.get(event_id, '')}"
        texts[event_id] = (_words(f"{event_id} {headline}"), _words(said))
    return texts


def _words(text: str) -> str:
    return "".join(f" {word}" for word in _WORD.findall(folded(text)))


def in_short(dataset: Dataset, event_ids: list[str], why: dict[str, str]) -> list[Any]:
    """What the page shows of events that a claim may join: id, headline, partners by name, date, and why."""
    events = dataset.events.set_index("event_id")
    names = dataset.partners.set_index("partner_id")["name"]
    shown = []
    for event_id in event_ids:
        if event_id in events.index:
            event = events.loc[event_id]
            when = event["date"]
            shown.append(
                {
                    "id": event_id,
                    "headline": event["headline"],
                    "partners": ", ".join(
                        names.get(code, code) for code in event["partners"]
                    ),
                    "date": dates.format_edtf(when) if when else "no date",
                    "why": why.get(event_id, ""),
                }
            )
    return shown
