"""Rows added to a data folder: checked in a copy first, put in place whole, and taken out again on request.

A row goes after the last one whose id begins like its own, so that two people who code different sources or
partners change different places of a file, which git merges by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

import pandas as pd

from allywatch.data.contract import ContractError, Failure
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.passages import Documents
from allywatch.desk.curate.changes import Changes, NewDocument, Row, TypedIn
from allywatch.desk.curate.deciding import Decision, record
from allywatch.desk.writing import held

#: What the ids of events begin with that touch several partners.
_SHARED_EVENTS = "NET"
#: Letters after the number of a key.
_LETTERS = 3


@dataclass(frozen=True)
class Saved:
    """The keys of the rows that were added, by table, and the name by which `undo` takes them back."""

    keys: dict[str, str]
    name: str


def add_claim(
    dataset: Dataset,
    source_id: str,
    start: int,
    end: int,
    claim: Row,
    event: Row | None = None,
) -> Saved:
    """Add a claim on the passage from `start` to `end`, and the event that it opens, if it opens one.

    Keys are those that are free when it is saved, whatever others have added since `dataset` was read.

    Parameters
    ----------
    claim
        Its cells as text; key, place and fingerprint are worked out, and `event_id` where `event` is given.
    event
        The cells of the new event as text, without its key.

    Raises
    ------
    ContractError
        If the document is not the one coded, or the rows break the contract; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    return add_claims(dataset, [Coding(source_id, start, end, claim, event)])


@dataclass(frozen=True)
class Coding:
    """A claim on the passage from `start` to `end` of a source, and the event that it opens, if it opens one.

    An `event` has its key in the claim's ``event_id``; where that is blank it takes the next that is free, and
    where an event before it in a list has opened it, it is joined. `decision` is what a person made of the proposal
    that the claim came of, if it came of one. What is wrong with it is named by the file and the row that it is
    `typed_in`, if it is.
    """

    source_id: str
    start: int
    end: int
    claim: Row
    event: Row | None = None
    decision: Decision | None = None
    typed_in: TypedIn | None = None


def add_claims(dataset: Dataset, codings: Sequence[Coding]) -> Saved:
    """Add claims and the events that they open, all or none, as `add_claim` does.

    What is saved already, the same words on the same passage, is refused.
    """
    passages = [
        place_in_document(dataset, coding.source_id, coding.start, coding.end)
        for coding in codings
    ]
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        claim_ids = current.cells["claims"]["claim_id"].tolist()
        event_ids = current.cells["events"]["event_id"].tolist()
        rows: dict[str, list[Row]] = {"events": [], "claims": []}
        decisions = []
        typed: dict[str, TypedIn] = {}
        for coding, passage in zip(codings, passages, strict=True):
            _refuse_said_already(current, coding, passage)
            event = coding.event
            event_id = coding.claim.get("event_id", "")
            if event is not None and not event_id:
                event_id = next_event_id(event_ids, event)
            if event is not None and event_id not in event_ids:
                rows["events"].append({**event, "event_id": event_id})
                event_ids.append(event_id)
                if coding.typed_in:
                    typed[event_id] = coding.typed_in
            place = f"{coding.start}:{coding.end}"
            content = [coding.source_id, place, *coding.claim.values()]
            claim_id = next_key(claim_ids, f"{coding.source_id}-", 3, content)
            claim_ids.append(claim_id)
            keys = {"claim_id": claim_id, "event_id": event_id}
            rows["claims"].append({**coding.claim, **passage, **keys})
            if coding.typed_in:
                typed[claim_id] = coding.typed_in
            if coding.decision is not None:
                decisions.append((coding.decision, claim_id))
        filled = {name: each for name, each in rows.items() if each}
        added = {
            table: add_rows(changes, table, each) for table, each in filled.items()
        }
        for decision, claim_id in decisions:
            record(changes, decision, claim_id)
        return put_in_place(changes, added, typed=typed)


def _refuse_said_already(current: Examination, coding: Coding, passage: Row) -> None:
    """Raise ContractError where a claim says the same of the same passage and event."""
    claims = current.cells["claims"]
    statement = " ".join(coding.claim.get("statement", "").split())
    same = claims[
        (claims["source_id"] == passage["source_id"])
        & (claims["start"] == passage["start"])
        & (claims["end"] == passage["end"])
        & (claims["statement"] == statement)
        & claims["event_id"].isin(_events_meant(current, coding))
    ]
    if len(same):
        failure = Failure(
            file="claims.csv",
            row=int(same.index[0]),
            column="statement",
            value=statement,
            rule=f"is saved already, as {same['claim_id'].iloc[0]}",
            hint="say what else the passage asserts, or go on",
        )
        raise ContractError([failure])


def _events_meant(current: Examination, coding: Coding) -> list[str]:
    """The events that a claim joins, or those that look like the one it would open."""
    if coding.event is None:
        return [coding.claim.get("event_id", "")]
    events = current.cells["events"]
    alike = pd.Series(True, index=events.index)
    for column in ("partners", "headline"):
        alike &= events[column] == coding.event.get(column, "").strip()
    ids: list[str] = events.loc[alike, "event_id"].tolist()
    return ids


def place_in_document(
    dataset: Dataset, source_id: str, start: int, end: int
) -> dict[str, str]:
    """The cells that say where a passage stands, with its fingerprint; raises ContractError where it does not."""
    source = dataset.sources.set_index("source_id").loc[source_id].to_dict()
    text = Documents(dataset.documents).coded(source)
    if text is None or not 0 <= start < end <= len(text):
        raise ContractError(
            [
                Failure(
                    file="claims.csv",
                    row=0,
                    column="start",
                    value=f"{source['file']} {start} to {end}",
                    rule="the passage must stand in the document that is coded",
                    hint="put the document that was coded into the documents folder",
                )
            ]
        )
    return {
        "source_id": source_id,
        "start": str(start),
        "end": str(end),
        "passage_sha256": fingerprint(text[start:end].encode()),
    }


def next_event_id(event_ids: Sequence[str], event: Row) -> str:
    """The key that a new event takes."""
    partners = event["partners"].split(";")
    prefix = partners[0] if len(partners) == 1 else _SHARED_EVENTS
    return next_key(event_ids, f"{prefix}-", 2, event.values())


def next_key(
    keys: Iterable[str], prefix: str, digits: int, content: Iterable[str]
) -> str:
    """The key after the highest of `keys` that is `prefix` and a number: the next number, and letters after `content`.

    Two people who add to copies of one folder take the same number; by the letters their keys differ, so that the
    copies can be merged.
    """
    number = re.compile(rf"{re.escape(prefix)}([0-9]+)[a-z]*")
    numbers = [int(match[1]) for match in map(number.fullmatch, keys) if match]
    following = max(numbers, default=0) + 1
    return f"{prefix}{following:0{digits}d}{_letters(content)}"


def _letters(content: Iterable[str]) -> str:
    """A few letters that follow from what a row holds; one of 17,576."""
    digest = int(fingerprint("\x1f".join(content)), 16)
    size = len(ascii_lowercase)
    return "".join(
        ascii_lowercase[digest // size**place % size] for place in range(_LETTERS)
    )


def save(
    current: Examination, rows: Mapping[str, Row], document: NewDocument | None = None
) -> Saved:
    """Add one row to each table of `rows`, if the folder is sound with them; `current` is the folder while it is held.

    Raises
    ------
    ContractError
        If it would not be, or is not now; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    changes = Changes(current)
    added = {table: add_rows(changes, table, [row]) for table, row in rows.items()}
    return put_in_place(changes, added, document)


def put_in_place(
    changes: Changes,
    keys: Mapping[str, Sequence[str]],
    document: NewDocument | None = None,
    typed: Mapping[str, TypedIn] | None = None,
) -> Saved:
    """Write what was changed, as `Changes.put_in_place` does; `keys` are those of the rows by table."""
    every_key = [each for ids in keys.values() for each in ids]
    name = changes.put_in_place(every_key, document, typed or {})
    return Saved({table: ", ".join(ids) for table, ids in keys.items()}, name)


def add_rows(changes: Changes, table: str, rows: Sequence[Row]) -> list[str]:
    """Add rows that stand together: after those with ids like theirs, where all of theirs are alike; returns the ids."""
    key = changes.current.contract.tables[table].primary_key[0]
    ids = [row[key] for row in rows]
    before_line = 0
    if len(set(map(_prefix, ids))) == 1:
        before_line = _line_behind(changes.cells(table)[key], ids[0])
    changes.add(table, rows, before_line)
    return ids


def append(current: Examination, table: str, rows: Sequence[Row]) -> None:
    """Add rows at the end of a table, all or none, as `save` does; `undo` takes them out together."""
    changes = Changes(current)
    changes.add(table, rows)
    key = current.contract.tables[table].primary_key[0]
    changes.put_in_place([row[key] for row in rows])


def _line_behind(keys: pd.Series, key: str) -> int:
    """The line before which the row of `key` goes: after the last row whose key has its prefix; 0 for the end.

    `keys` are those of the file, indexed by the line each stands on.
    """
    prefix = _prefix(key)
    alike = keys.index[keys.map(_prefix) == prefix]
    if not prefix or alike.empty:
        return 0
    later = keys.index[keys.index > alike[-1]]
    return int(later[0]) if len(later) else 0


def _prefix(key: str) -> str:
    return key.rpartition("-")[0]
