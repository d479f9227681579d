"""What the rows mention on which a text rests, and which sources stand behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.data.frames import records
from allywatch.data.mentions import (
    Mentions,
    mentions_of,
    names_within_sentences,
    words_in,
)

Cells = Mapping[str, pd.DataFrame]
Rules = Mapping[str, Any]
Row = Mapping[str, str]

#: The columns that say something about the world, by table; then those that say when.
_TEXTS = {
    "events": ("headline", "summary", "told_of"),
    "claims": ("statement", "attributed_to", "value", "unit", "note"),
    "sources": ("publisher", "title"),
    "doubts": ("reason", "reference"),
}
_DATES = {"events": "date", "claims": "date", "sources": "published", "doubts": "date"}


@dataclass
class Grounding:
    """The rows of a data folder by their keys, how they hang together, and what each mentions.

    Keys that stand nowhere are passed over: another check names them.
    """

    rules: Rules
    events: dict[str, Row]
    claims: dict[str, Row]
    sources: dict[str, Row]
    actors: dict[str, Row]
    claims_of_event: dict[str, list[str]]
    doubts_of_claim: dict[str, list[Row]]
    _by_row: dict[tuple[str, str], Mentions] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Cells, rules: Rules) -> Grounding:
        """The rows in the text `cells` of a data folder's tables."""
        described = rules["gazetteer"]
        claims = _by_key(cells["claims"], "claim_id")
        claims_of_event: dict[str, list[str]] = {}
        for claim_id, claim in claims.items():
            claims_of_event.setdefault(claim["event_id"], []).append(claim_id)
        doubts_of_claim: dict[str, list[Row]] = {}
        doubts = _by_key(cells["doubts"], "doubt_id") if "doubts" in cells else {}
        for doubt in doubts.values():
            doubts_of_claim.setdefault(doubt["claim_id"], []).append(doubt)
        return cls(
            rules=rules,
            events=_by_key(cells["events"], "event_id"),
            claims=claims,
            sources=_by_key(cells["sources"], "source_id"),
            actors=_by_key(cells[described["table"]], described["code"]),
            claims_of_event=claims_of_event,
            doubts_of_claim=doubts_of_claim,
        )

    # What is mentioned

    def mentioned(self, keys: Iterable[str]) -> Mentions:
        """What the rows with these keys mention, all claims and doubts behind an event included.

        A row mentions its actors, too, and where they belong; an event, how many partners it has.
        """
        found = Mentions()
        for key in keys:
            if key in self.events:
                event = self.events[key]
                found.add(self._of_row("events", key, event))
                found.numbers.add(str(len(event["partners"].split(";"))))
                found.words |= self._words_of_actors(event)
                for claim_id in self.claims_of_event.get(key, []):
                    found.add(self._of_claim(claim_id))
            elif key in self.claims:
                found.add(self._of_claim(key))
                event = self.events.get(self.claims[key]["event_id"], {})
                found.words |= self._words_of_actors(event)
        return found

    def events_on(self, partners: Iterable[str]) -> list[str]:
        """The keys of the events of any of `partners`; of all events where there is none."""
        codes = set(partners)
        return [
            event_id
            for event_id, event in self.events.items()
            if not codes or codes & set(event["partners"].split(";"))
        ]

    def is_doubted(self, key: str) -> bool:
        """Whether a doubt speaks against a claim, or against one behind an event."""
        claim_ids = self.claims_of_event.get(key, [key])
        return any(self.doubts_of_claim.get(claim_id) for claim_id in claim_ids)

    def _of_claim(self, claim_id: str) -> Mentions:
        claim = self.claims[claim_id]
        source_id = claim["source_id"]
        found = Mentions()
        found.add(self._of_row("claims", claim_id, claim))
        found.words |= self.names_of(claim.get("bears_on", "").split(";"))
        if source_id in self.sources:
            found.add(self._of_row("sources", source_id, self.sources[source_id]))
        for doubt in self.doubts_of_claim.get(claim_id, []):
            found.add(self._of_row("doubts", doubt["doubt_id"], doubt))
        return found

    def _of_row(self, table: str, key: str, row: Row) -> Mentions:
        """What one row mentions, with every name of whatever has a name in it."""
        if (table, key) not in self._by_row:
            text = "\n".join(row.get(column, "") for column in _TEXTS[table])
            date = row.get(_DATES[table], "")
            found = mentions_of(text, date, self.number_words)
            for named, words in self._things:
                if named.search(text):
                    found.words |= words
            self._by_row[table, key] = found
        return self._by_row[table, key]

    def _words_of_actors(self, event: Row) -> set[str]:
        """All words of the names of an event's partners and counterparts, and of where they belong."""
        cells = (event.get(column, "") for column in ("partners", "counterparts"))
        codes = [code for cell in cells for code in cell.split(";")]
        found = self.names_of(codes)
        for code in codes:
            actor = self.actors.get(code, {})
            belongs = f"{actor.get('region', '')} {actor.get('groups', '')}"
            found |= words_in(belongs)
        return found

    # Names

    @property
    def number_words(self) -> dict[str, str]:
        """Numbers in words, each in digits."""
        words: dict[str, str] = self.rules["judgement_words"]["numbers"]
        return words

    def names_of(self, codes: Iterable[str]) -> set[str]:
        """All words of the names of the actors with these codes."""
        return set().union(*(self._names.get(code, set()) for code in codes))

    @cached_property
    def free_names(self) -> set[str]:
        """Words of names that a text may have whatever it rests on, the focal power's among them."""
        free: list[str] = self.rules["judgement_words"]["free_names"]
        return self.names_of([self.rules["focal_power"]]) | words_in(" ".join(free))

    @cached_property
    def known_names(self) -> set[str]:
        """Words that are names at the start of a sentence, too: nowhere in the rows are they written small."""
        return names_within_sentences(
            row.get(column, "")
            for table, rows in (("events", self.events), ("claims", self.claims))
            for row in rows.values()
            for column in _TEXTS[table]
        )

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """The words of an actor's names by its code."""
        return {code: words_in(" ".join(self._spellings(code))) for code in self.actors}

    @cached_property
    def _things(self) -> list[tuple[re.Pattern[str], set[str]]]:
        """What has several names: what finds any of them in a text, and the words of all."""
        groups = self.rules["judgement_words"]["same_names"]
        things = [self._spellings(code) for code in self.actors]
        things += [group for group in groups if group[0] not in self.actors]
        found = []
        for names in filter(None, things):
            any_of_them = "|".join(map(re.escape, names))
            pattern = re.compile(rf"\b(?:{any_of_them})(?:s|ns)?\b")
            found.append((pattern, words_in(" ".join(names))))
        return found

    def _spellings(self, code: str) -> list[str]:
        """Every name of an actor and its capital: of the gazetteer, and of `same_names` where a group begins with its code."""
        described = self.rules["gazetteer"]
        actor = self.actors[code]
        columns = (*described["names"], "adjective")
        names = [actor.get(column, "") for column in columns]
        names += actor.get(described["aliases"], "").split(";")
        names += actor.get("capital", "").split(";")
        for group in self.rules["judgement_words"]["same_names"]:
            if group[0] == code:
                names += group[1:]
        plain = (name.strip('"').removeprefix("the ") for name in names)
        return [name for name in dict.fromkeys(plain) if name]

    # Sources

    def sources_of_all(self, keys: Iterable[str]) -> set[str]:
        """The sources behind the rows with these keys: of an event those that support it, if any does."""
        found: set[str] = set()
        for key in keys:
            claim_ids = self.claims_of_event.get(key, [key])
            firm = [claim_id for claim_id in claim_ids if self._supports(claim_id)]
            found |= self._sources(firm or claim_ids)
        return found

    def reporting_sources(self, event_id: str) -> set[str]:
        """The sources that report an event: whose claims are no forecasts or denials, and that can be judged."""
        claim_ids = self.claims_of_event.get(event_id, [])
        return self._sources(filter(self._reports, claim_ids))

    def source_counts(self, keys: Iterable[str]) -> dict[str, int]:
        """How many independent sources support each event among `keys`, and how many have the claims among them."""
        claim_ids = []
        counts = {}
        for key in keys:
            if key in self.events:
                firm = filter(self._supports, self.claims_of_event.get(key, []))
                counts[key] = len(self.lineages(self._sources(firm)))
            else:
                claim_ids.append(key)
        if claim_ids:
            number = len(self.lineages(self._sources(claim_ids)))
            counts[" and ".join(claim_ids)] = number
        return counts

    def lineages(self, source_ids: Iterable[str]) -> set[str]:
        """The independent upstreams of some sources."""
        rows = self.sources
        return {rows.get(key, {}).get("lineage") or key for key in source_ids}

    def source_name(self, source_id: str) -> str:
        """What a source is called in a sentence: its publisher, or else its title, without the article.

        What is no name at the end of it is left out, too.
        """
        source = self.sources.get(source_id, {})
        name = source.get("publisher") or source.get("title", "")
        words = re.sub(r"^The ", "", name).split()
        while len(words) > 1 and words[-1].islower():
            words.pop()
        return " ".join(words)

    def _sources(self, claim_ids: Iterable[str]) -> set[str]:
        rows = self.claims
        return {rows[key]["source_id"] for key in claim_ids if key in rows}

    def _reports(self, claim_id: str) -> bool:
        """Whether a claim is neither a forecast nor denied, and its source can be judged."""
        rule = self.rules["support"]
        claim = self.claims.get(claim_id, {})
        source = self.sources.get(claim.get("source_id", ""), {})
        return (
            claim.get("modality") not in rule["unscored_modalities"]
            and source.get("reliability") not in rule["unscored_reliabilities"]
        )

    def _supports(self, claim_id: str) -> bool:
        """Whether a claim is firm enough to say that its event holds, by the rule ``support``."""
        refuting = self.rules["support"]["unscored_doubts"]
        doubts = self.doubts_of_claim.get(claim_id, [])
        is_refuted = any(doubt["strength"] in refuting for doubt in doubts)
        return self._reports(claim_id) and not is_refuted


def _by_key(rows: pd.DataFrame, key: str) -> dict[str, Row]:
    """The rows of a table by their key."""
    return {str(row[key]): row for row in records(rows)}
