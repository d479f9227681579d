"""What of a document is to be decided, and what is: its proposals, its claims, its passages without a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.beside import read_beside
from allywatch.data.dataset import Dataset
from allywatch.data.paths import PROPOSALS
from allywatch.desk.curate.changes import Row
from allywatch.desk.proposing import (
    UnknownProposer,
    document_of,
    proposer,
    proposers_here,
)

Place = tuple[int, int]


@dataclass(frozen=True)
class Stop:
    """A place in the document: a proposal that is open, a claim, or a passage without one (`kind`), and its key."""

    start: int
    end: int
    kind: str
    key: str

    def overlaps(self, place: Place) -> bool:
        """Whether it shares a character with a place."""
        return self.start < place[1] and self.end > place[0]


def proposed_rows(dataset: Dataset, source_id: str, name: str) -> dict[str, Row]:
    """What a proposer proposes for a source, by id: its open rows in the file, or where it has none, made anew.

    Nothing is written, and nothing sent: of a proposer that asks elsewhere there are the rows in the file alone.

    Raises
    ------
    NotAtHand
        If the document is not at hand.
    UnknownProposer
        If there is no such proposer.
    """
    document = document_of(dataset, source_id)
    kept = _of_proposer(dataset, source_id, name)
    decided = {key for key, row in kept.items() if row["state"] != "open"}
    waiting = {key: row for key, row in kept.items() if row["state"] == "open"}
    if waiting:
        return waiting
    if name not in proposers_here():
        raise UnknownProposer(
            f"{name} has proposed nothing for {source_id}: run allywatch propose {source_id} --proposer {name}"
        )
    asked = proposer(name)
    made = [
        each.row(source_id, document.text, asked.name, asked.version)
        for each in asked.propose(document)
    ]
    return {
        row["proposal_id"]: row for row in made if row["proposal_id"] not in decided
    }


def decided_ids(dataset: Dataset, source_id: str) -> set[str]:
    """The proposals for a source that a person has decided."""
    rows = _of_proposer(dataset, source_id, "")
    return {key for key, row in rows.items() if row["state"] != "open"}


def _of_proposer(dataset: Dataset, source_id: str, name: str) -> dict[str, Row]:
    """The rows of the file for a source, of one proposer or for "" of all."""
    sheet = read_beside(dataset, PROPOSALS)
    if sheet is None:
        return {}
    rows: list[Any] = sheet.cells.to_dict("records")
    return {
        row["proposal_id"]: row
        for row in rows
        if row["source_id"] == source_id and name in ("", row["proposer"])
    }


def stops(dataset: Dataset, source_id: str, proposals: dict[str, Row]) -> list[Stop]:
    """Every stop of a document in its order; a proposal that a claim or a reason stands in the place of is none."""
    coded = [
        *_of_table(dataset.claims, source_id, "claim", "claim_id"),
        *_of_table(dataset.uncoded, source_id, "uncoded", "start"),
    ]
    decided = decided_ids(dataset, source_id)
    waiting = []
    for key, row in proposals.items():
        stop = Stop(int(row["start"]), int(row["end"]), "proposal", key)
        is_coded = any(each.overlaps((stop.start, stop.end)) for each in coded)
        if key not in decided and not is_coded:
            waiting.append(stop)
    return sorted([*coded, *waiting], key=lambda stop: (stop.start, stop.end, stop.key))


def _of_table(rows: pd.DataFrame, source_id: str, kind: str, key: str) -> list[Stop]:
    of_source = rows[rows["source_id"] == source_id].dropna(subset=["start", "end"])
    return [
        Stop(int(start), int(end), kind, str(name))
        for start, end, name in zip(
            of_source["start"], of_source["end"], of_source[key], strict=True
        )
    ]
