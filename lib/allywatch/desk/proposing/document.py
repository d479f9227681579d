"""A document as proposers read it: its sentences, cut into clauses, with the paragraph and heading they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.passages import Documents
from allywatch.desk.coverage import sentences
from allywatch.desk.proposing import words

#: A clause of fewer words than this does not stand alone.
_LEAST_WORDS = 5
#: A line of more words than this, or one that ends in a stop, is no heading.
_MOST_WORDS_OF_HEADING = 12
_BREAK = re.compile(r"\s*[—–]\s*|;\s+|:\s+|,\s+|\s+(?=but\s|while\s)")
#: A name goes on with a list, unless a verb of its own follows.
_LISTED = re.compile(r"(?:(?:and|or|even|the)\s+)*[A-Z]")
_ACTS = re.compile(
    r"(?:(?:and|but|while|as|so)\s+)?(?:[A-Z][\w’'-]*\s+){1,3}(?:has|have|had|is|are|was|were|will|remains?)\b"
)
#: Two names or more, divided by a comma, and what joins the last one to them.
_NAMES_BEFORE = re.compile(r"[A-Z][\w’'-]*,\s+[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)?$")
#: Names put between two dashes.
_PUT_BETWEEN = re.compile(
    r"(?:(?:from|to|and|or|like|such|as|the|even|especially|including)\s+|[A-Z][\w’'-]*\b,?\s*)+[—–]"
)
_AND = re.compile(r"(?:and|or)\s")
#: After a comma, what somebody does beside: ", pushing it away".
_PARTICIPLE = re.compile(r"[a-z]{2,}ing\b")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\n")


class NotAtHand(ValueError):
    """A document that cannot be read as the one in sources.csv; `str()` says which."""


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that may carry a claim of its own.

    `start` and `end` are offsets into the document, `text` the words between them; `sentence` is the place of
    the sentence, and `is_heading` says that it stands alone in its line without a stop. One that `is_chosen` is
    what a person took for a passage, so that there is something in it to code.
    """

    start: int
    end: int
    text: str
    sentence: tuple[int, int]
    paragraph: int
    is_heading: bool
    is_chosen: bool = False


@dataclass(frozen=True)
class Document:
    """A source and its text, with the evidence that is coded already.

    `chosen` is a passage that a person has chosen: it is one clause, the last, whatever it would be cut into.
    """

    dataset: Dataset
    source: dict[str, Any]
    text: str
    chosen: tuple[int, int] | None = None

    @property
    def published(self) -> str:
        """When it was published, in EDTF; "" where that is not known."""
        published: str = self.source["published"]
        return published

    def sentence_of(self, clause: Clause) -> str:
        """The words of the sentence that a clause stands in."""
        return self.text[slice(*clause.sentence)]

    def clauses(self) -> list[Clause]:
        """Its clauses in their order; every sentence has one or more."""
        clauses = self._clauses()
        return (
            clauses
            if self.chosen is None
            else _with_chosen(clauses, self.chosen, self.text)
        )

    def _clauses(self) -> list[Clause]:
        found: list[Clause] = []
        paragraph = 0
        end_before = 0
        for start, end in sentences(self.text):
            if _BLANK_LINE.search(self.text, end_before, start):
                paragraph += 1
            heading = _is_heading(self.text, start, end)
            for first, last in _cut(self.text, start, end):
                words_between = self.text[first:last]
                found.append(
                    Clause(first, last, words_between, (start, end), paragraph, heading)
                )
            end_before = end
        return found


def _with_chosen(
    clauses: Sequence[Clause], chosen: tuple[int, int], text: str
) -> list[Clause]:
    """The clauses before a chosen passage, and it in the place of those that it shares a character with."""
    start, end = chosen
    before = [clause for clause in clauses if clause.end <= start]
    replaced = [
        clause for clause in clauses if clause.end > start and clause.start < end
    ]
    passage = Clause(
        start,
        end,
        text[start:end],
        sentence=replaced[0].sentence if replaced else chosen,
        paragraph=replaced[0].paragraph if replaced else -1,
        is_heading=False,
        is_chosen=True,
    )
    return [*before, passage]


def document_of(dataset: Dataset, source_id: str) -> Document:
    """The document of a source.

    Raises
    ------
    NotAtHand
        If there is no such source, it is a table, or its document is not the one that was added.
    """
    sources = dataset.sources[dataset.sources["source_id"] == source_id]
    if sources.empty:
        known = ", ".join(dataset.sources["source_id"]) or "none"
        raise NotAtHand(f"No source is called {source_id!r}. Sources: {known}.")
    (source,) = records(sources)
    text = Documents(dataset.documents).coded(source)
    if text is None:
        raise NotAtHand(
            f"{source['file']}, the document of {source_id}, is not at hand, or another one than was added. "
            "Put it into the documents folder."
        )
    return Document(dataset, source, text)


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether a sentence stands alone in its line, short and without a stop."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line = text[line_start : line_end if line_end >= 0 else len(text)].strip()
    is_whole_line = line == text[start:end].strip()
    is_short = len(line.split()) <= _MOST_WORDS_OF_HEADING
    return is_whole_line and is_short and line[-1:] not in '.!?…”"'


def opens_with_participle(text: str, at: int = 0) -> bool:
    """Whether a text goes on at a place with what somebody does beside, as "pushing it away"."""
    participle = _PARTICIPLE.match(text, at)
    if participle is None:
        return False
    return participle[0] not in words.listed("clauses", "no_verbs")


def _begins_another(text: str, at: int, mark: str) -> bool:
    """Whether another thing is told from `at` on, where `mark` stands before."""
    if mark in ("—", "–") and _PUT_BETWEEN.match(text, at):
        return False
    if _ACTS.match(text, at) or mark in ("—", "–", ";", ":"):
        return True
    if opens_with_participle(text, at):
        return True
    goes_on = words.pattern("clauses").match(text, at)
    return goes_on is not None and not _LISTED.match(text, at)


def _ends_list(text: str, start: int, end: int, at: int) -> bool:
    """Whether an "and" after a comma only names the last of a list of names."""
    follows_names = _NAMES_BEFORE.search(text, start, end) is not None
    return follows_names and _AND.match(text, at) is not None


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of the clauses of a sentence: cut where another thing begins, each with enough words."""
    cuts = [start]
    for match in _BREAK.finditer(text, start, end):
        at = match.end()
        if not _begins_another(text, at, match[0].strip()):
            continue
        if _ends_list(text, cuts[-1], match.start(), at):
            continue
        enough_before = len(text[cuts[-1] : match.start()].split()) >= _LEAST_WORDS
        enough_after = len(text[at:end].split()) >= _LEAST_WORDS
        if enough_before and enough_after:
            cuts.append(at)
    for first, following in zip(cuts, [*cuts[1:], end], strict=True):
        part = text[first:following]
        yield first, first + len(part.rstrip(" ,;:—–\n\t"))
