"""Checks that analysts' texts say nothing that their rows do not.

What stands in a text is compared with the rows that it names: numbers, months, seasons, names, and how many sources
there are. A text that names no row is compared with all that is told of its partners. The words are those of
``judgement_words`` in the data folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.grounding import Grounding
from allywatch.data.mentions import (
    folded,
    months_in,
    names_in,
    numbers_in,
    seasons_in,
)
from allywatch.data.patterns import search, without
from allywatch.data.text_forms import WRITTEN, Text, form_failures, texts_of

Rules = Mapping[str, Any]


@dataclass(frozen=True)
class TextFailures:
    """What is wrong with analysts' texts.

    `of_form` holds whatever the other rows say; `of_rows` holds by the rows as they are now, and does not
    concern a text that is under review because they have changed.
    """

    of_form: list[Failure]
    of_rows: list[Failure]


def text_failures(
    cells: Mapping[str, pd.DataFrame], path: str, rules: Rules
) -> TextFailures:
    """What is wrong with the judgements among the text `cells` of a data folder's tables.

    `path` is the judgements' file, `rules` what the data folder says under ``allywatch``. Keys that stand
    nowhere are passed over.
    """
    texts = texts_of(cells["judgements"], path, rules)
    if not texts:
        return TextFailures([], [])
    grounding = Grounding.of(cells, rules)
    of_form = form_failures(texts, rules["focal_power"], grounding.is_doubted)
    check = _Check(grounding, rules)
    of_rows = [failure for text in texts for failure in check.of_rows(text)]
    return TextFailures([*of_form, *check.without_likelihood(texts)], of_rows)


@dataclass(frozen=True)
class _Check:
    """The checks of texts against the rows of one data folder."""

    grounding: Grounding
    rules: Rules

    @property
    def words(self) -> Rules:
        """The words that the rows must bear out."""
        words: Rules = self.rules["judgement_words"]
        return words

    def of_rows(self, text: Text) -> Iterator[Failure]:
        """What a text says and its rows do not."""
        yield from self._unsaid(text)
        yield from self._unnamed_source(text)
        yield from self._miscounted(text)
        if text.limits.get("joins_alike"):
            yield from self._ill_joined(text)

    # What is mentioned

    def _unsaid(self, text: Text) -> Iterator[Failure]:
        """Numbers, months, seasons and names that stand in none of the rows a text names."""
        checked = [
            (column, *mention)
            for column in WRITTEN
            for mention in self._to_be_said(text, column)
        ]
        if not checked:
            return
        refs = text.refs or self.grounding.events_on(text.partners)
        said = self.grounding.mentioned(refs)
        rows = "a row that the text names" if text.refs else "a row on its partners"
        for column, what, mention, written in checked:
            if not said.has(what, mention):
                rule = f"every {what} must occur in {rows}"
                hint = "name the row that has it in `refs`, or write what the rows say"
                yield text.failure(column, written, rule, hint)

    def _to_be_said(
        self, text: Text, column: str
    ) -> Iterator[tuple[str, str | tuple[str, str], str]]:
        """What of a text a row has to say: what it is, as `Mentions` has it, and how it is written."""
        words = text.cells[column]
        counted = self._counted(text)
        for digits, written in self._numbers(words).items():
            if digits not in counted:
                yield "number", digits, written
        for month, written in months_in(words).items():
            yield "month", month, written
        for season, written in seasons_in(words).items():
            yield "season", season, written
        free = self.grounding.free_names | self.grounding.names_of(text.partners)
        for name in names_in(words, self.grounding.known_names):
            if folded(name) not in free:
                yield "name", folded(name), name

    def _numbers(self, words: str) -> dict[str, str]:
        """The numbers in a text, but for how many sources there are, and the like."""
        patterns = [count["words"] for count in self.words["counts"]]
        for pattern in (*patterns, self.words["no_number"]):
            words = without(pattern, words)
        return numbers_in(words, self.grounding.number_words)

    def _counted(self, text: Text) -> set[str]:
        """Numbers that a text on the evidence itself may have: how many rows it names, and how many are needed."""
        if not text.limits.get("counts_reports"):
            return set()
        gate = self.rules["gate"]
        needed = (gate["min_events"], gate["min_lineages"])
        return {str(number) for number in (*needed, len(text.refs))}

    # Sources

    def _unnamed_source(self, text: Text) -> Iterator[Failure]:
        """A text of one source that does not name it."""
        must = text.limits.get("names_source")
        if not must or text.aspect in text.limits.get("ours", []):
            return
        sources = self.grounding.sources_of_all(text.refs)
        if len(self.grounding.lineages(sources)) != 1:
            return
        said = text.cells["text"]
        names = sorted(map(self.grounding.source_name, sources))
        if any(name.casefold() in said.casefold() for name in names):
            return
        may_count = must == "or_one"
        if may_count and search(self.words["one_source"], said):
            return
        rule = f"a text of one source must name it: {' or '.join(names)}"
        hint = "say who says so"
        if may_count:
            hint += ", or that one source does"
        yield text.failure("text", said, rule, hint)

    def _miscounted(self, text: Text) -> Iterator[Failure]:
        """Words such as "three sources" that no row of a text bears out."""
        counts = self.grounding.source_counts(text.refs)
        if not counts:
            return
        told = ", ".join(f"{key} has {number}" for key, number in counts.items())
        for count in self.words["counts"]:
            found = search(count["words"], text.cells["text"])
            if found and count["sources"] not in counts.values():
                rule = "a row that the text names must have so many independent sources"
                yield text.failure("text", found[0], rule, f"write how many: {told}")

    def without_likelihood(self, texts: Collection[Text]) -> Iterator[Failure]:
        """Expectations of our own that say neither how likely, nor that we have none."""
        likely = [entry["word"] for entry in self.rules["likelihood"]["words"]]
        for text in texts:
            said = text.cells["text"]
            if text.aspect not in text.limits.get("ours", []):
                continue
            if search(self.words["no_forecast"], said):
                continue
            if not any(word in said.lower() for word in likely):
                rule = (
                    "our own expectation must have a likelihood word of the yardstick"
                )
                hint = f"choose from: {', '.join(likely)}; or say that we make no forecast of our own"
                yield text.failure("text", said, rule, hint)

    # Lines of the chronology

    def _ill_joined(self, text: Text) -> Iterator[Failure]:
        """A line that names claims, or joins events of different sources or that lead different ways.

        An event that leaves the tie as it was may stand beside one that leads somewhere.
        """
        grounding = self.grounding
        refs = text.cells["refs"]
        claims = [ref for ref in text.refs if ref in grounding.claims]
        if claims:
            rule = "a line of the chronology must name events only"
            hint = f"name the events of {', '.join(claims)} instead"
            yield text.failure("refs", refs, rule, hint)
        events = [ref for ref in text.refs if ref in grounding.events]
        sources = {key: sorted(grounding.reporting_sources(key)) for key in events}
        if len(set(map(tuple, sources.values()))) > 1:
            rule = "a line must join only events that the same sources report"
            told = "; ".join(f"{key} by {', '.join(by)}" for key, by in sources.items())
            yield text.failure("refs", refs, rule, f"make two lines: {told}")
        ways = {key: grounding.events[key]["direction"] for key in events}
        if len(set(ways.values()) - {"0"}) > 1:
            rule = "a line must join only events that lead the same way"
            told = ", ".join(f"{key} {way}" for key, way in ways.items())
            yield text.failure("refs", refs, rule, f"make two lines: {told}")
