"""What of a document is to be decided, and what is: its proposals, its claims, its passages without a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allywatch.data.beside import read_beside
from allywatch.data.dataset import Dataset
from allywatch.data.paths import PROPOSALS
from allywatch.desk.coverage import sentences
from allywatch.desk.curate.changes import Row
from allywatch.desk.proposing import (
    UnknownProposer,
    default_proposer,
    document_of,
    proposer,
    proposers_here,
)

Place = tuple[int, int]

#: The kinds of stops that can be opened.
OPENABLE = {"proposal", "rejected", "claim", "bare"}
#: What is left of a sentence is told from so many words on.
_LEAST_WORDS = 3
#: What is left of a sentence begins and ends with a word, or with what belongs to one.
_WORDS = re.compile(r"[\w“\"'‘(\[$€£].*[\w”\"'’)\]%.!?…]", re.DOTALL)


@dataclass(frozen=True)
class Stop:
    """A place in the document and its key; `kind` is proposal (open), rejected, claim, uncoded (no claim), or bare (nothing as yet)."""

    start: int
    end: int
    kind: str
    key: str

    @property
    def place(self) -> Place:
        """Its start and end."""
        return (self.start, self.end)

    def overlaps(self, place: Place) -> bool:
        """Whether it shares a character with a place."""
        return self.start < place[1] and self.end > place[0]


def proposed_rows(dataset: Dataset, source_id: str, name: str) -> dict[str, Row]:
    """What a proposer proposes for a source, by id: its open rows in the file, and made anew what they leave open.

    Nothing is written, and nothing sent: of a proposer that asks elsewhere there are the rows in the file alone.

    Raises
    ------
    NotAtHand
        If the document is not at hand.
    UnknownProposer
        If there is no such proposer.
    """
    document = document_of(dataset, source_id)
    kept = {
        key: row
        for key, row in rows_in_file(dataset, source_id).items()
        if row["proposer"] == name
    }
    waiting = {key: row for key, row in kept.items() if row["state"] == "open"}
    if name not in proposers_here():
        if waiting:
            return waiting
        raise UnknownProposer(
            f"{name} has proposed nothing for {source_id}: run allywatch propose {source_id} --proposer {name}"
        )
    asked = proposer(name)
    made = {}
    for each in asked.propose(document):
        row = each.row(source_id, document.text, asked.name, asked.version)
        if row["proposal_id"] not in kept:
            made[row["proposal_id"]] = row
    in_file = list(_of_rows(waiting, "proposal"))
    beside = _free_of(in_file, _of_rows(made, "proposal"))
    return waiting | {stop.key: made[stop.key] for stop in beside}


def guessed_row(
    dataset: Dataset, source_id: str, name: str, place: Place
) -> Row | None:
    """What a proposer would propose for a passage that a person has chosen, in the form of a proposal; None for nothing.

    Of a proposer that asks elsewhere nothing is asked: the one that is asked by default stands in for it.
    """
    asked = proposer(name) if name in proposers_here() else default_proposer()
    document = replace(document_of(dataset, source_id), chosen=place)
    for each in asked.propose(document):
        if (each.start, each.end) == place and each.is_claim:
            return each.row(source_id, document.text, asked.name, asked.version)
    return None


def rows_in_file(dataset: Dataset, source_id: str) -> dict[str, Row]:
    """The proposals for a source that stand in the file, by id, whoever proposed them."""
    sheet = read_beside(dataset, PROPOSALS)
    if sheet is None:
        return {}
    rows: list[Any] = sheet.cells.to_dict("records")
    return {row["proposal_id"]: row for row in rows if row["source_id"] == source_id}


def stops(
    dataset: Dataset,
    source_id: str,
    text: str,
    proposals: dict[str, Row],
    decided: dict[str, Row],
) -> list[Stop]:
    """Every stop of a document in its order.

    Where a claim or a reason stands, no proposal does; where a proposal is open, none that was rejected.
    """
    coded = [
        *_of_table(dataset.claims, source_id, "claim", "claim_id"),
        *_of_table(dataset.uncoded, source_id, "uncoded", "start"),
    ]
    open_rows = {key: row for key, row in proposals.items() if key not in decided}
    waiting = _free_of(coded, _of_rows(open_rows, "proposal"))
    rejected_rows = {
        key: row for key, row in decided.items() if row["state"] == "rejected"
    }
    taken = [*coded, *waiting]
    rejected = _free_of(taken, _of_rows(rejected_rows, "rejected"))
    looked_at = [*taken, *rejected]
    every = [*looked_at, *_bare(text, looked_at)]
    return sorted(every, key=lambda stop: (stop.start, stop.end, stop.key))


def _free_of(taken: Sequence[Stop], these: Iterable[Stop]) -> list[Stop]:
    """Those that share no character with what is taken."""
    return [
        stop for stop in these if not any(each.overlaps(stop.place) for each in taken)
    ]


def _of_rows(rows: Mapping[str, Row], kind: str) -> Iterator[Stop]:
    for key, row in rows.items():
        yield Stop(int(row["start"]), int(row["end"]), kind, key)


def _of_table(rows: pd.DataFrame, source_id: str, kind: str, key: str) -> list[Stop]:
    of_source = rows[rows["source_id"] == source_id].dropna(subset=["start", "end"])
    return [
        Stop(int(start), int(end), kind, str(name))
        for start, end, name in zip(
            of_source["start"], of_source["end"], of_source[key], strict=True
        )
    ]


def _bare(text: str, looked_at: Iterable[Stop]) -> Iterator[Stop]:
    """What is left of each sentence beside the stops in it, where that is a few words or more."""
    places = sorted(stop.place for stop in looked_at)
    number = 0
    end_before = 0
    for start, end in sentences(text):
        at = max(start, end_before)
        while number < len(places) and places[number][0] < end:
            first, last = places[number]
            yield from _left(text, at, first)
            at = max(at, last)
            number += 1
        yield from _left(text, at, end)
        end_before = max(end_before, at)


def bare_key(place: Place) -> str:
    """The key of what is left of a sentence."""
    return f"{place[0]}:{place[1]}"


def _left(text: str, start: int, end: int) -> Iterator[Stop]:
    words = _WORDS.search(text, start, max(start, end))
    if words and len(words[0].split()) >= _LEAST_WORDS:
        yield Stop(*words.span(), "bare", bare_key(words.span()))
