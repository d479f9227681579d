"""Rows added to a data folder: checked in a copy first, put in place whole, and taken out again on request.

A row goes after the last one whose id begins like its own, so that two people who code different sources or
partners change different places of a file, which git merges by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import pandas as pd

from allywatch.data.contract import ContractError, Failure
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.passages import Documents
from allywatch.data.spreadsheets import csv_lines, header
from allywatch.desk.curate.journal import Insertion, Journal
from allywatch.desk.writing import examined_with, held, replace_all

#: What the ids of events begin with that touch several partners.
_SHARED_EVENTS = "NET"
#: Letters after the number of a key.
_LETTERS = 3

Row = Mapping[str, str]


@dataclass(frozen=True)
class Saved:
    """The keys of the rows that were added, by table, and the name by which `undo` takes them back."""

    keys: dict[str, str]
    name: str


@dataclass(frozen=True)
class NewDocument:
    """A text that comes among the documents with its source."""

    path: Path
    content: bytes


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
    where an event before it in a list has opened it, it is joined.
    """

    source_id: str
    start: int
    end: int
    claim: Row
    event: Row | None = None


def add_claims(dataset: Dataset, codings: Sequence[Coding]) -> Saved:
    """Add claims and the events that they open, all or none, as `add_claim` does."""
    passages = [
        _place_in_document(dataset, coding.source_id, coding.start, coding.end)
        for coding in codings
    ]
    with held(dataset.data_dir) as current:
        claim_ids = current.cells["claims"]["claim_id"].tolist()
        event_ids = current.cells["events"]["event_id"].tolist()
        rows: dict[str, list[Row]] = {"events": [], "claims": []}
        for coding, passage in zip(codings, passages, strict=True):
            event = coding.event
            event_id = coding.claim.get("event_id", "")
            if event is not None and not event_id:
                event_id = _next_event_id(event_ids, event)
            if event is not None and event_id not in event_ids:
                rows["events"].append({**event, "event_id": event_id})
                event_ids.append(event_id)
            place = f"{coding.start}:{coding.end}"
            content = [coding.source_id, place, *coding.claim.values()]
            claim_id = next_key(claim_ids, f"{coding.source_id}-", 3, content)
            claim_ids.append(claim_id)
            keys = {"claim_id": claim_id, "event_id": event_id}
            rows["claims"].append({**coding.claim, **passage, **keys})
        return save_all(current, {name: each for name, each in rows.items() if each})


def _place_in_document(
    dataset: Dataset, source_id: str, start: int, end: int
) -> dict[str, str]:
    """The cells that say where a passage stands, with its fingerprint."""
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


def _next_event_id(event_ids: Sequence[str], event: Row) -> str:
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
    """Add one row to each table of `rows`, as `save_all` does."""
    return save_all(current, {table: [row] for table, row in rows.items()}, document)


def save_all(
    current: Examination,
    rows: Mapping[str, Sequence[Row]],
    document: NewDocument | None = None,
) -> Saved:
    """Add `rows` to their tables, if the folder is sound with them; `current` is the folder while it is held.

    Rows of one table stand together: after those with ids like theirs, where all of theirs are alike.

    Raises
    ------
    ContractError
        If it would not be, or is not now; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    refuse_untidy(current)
    insertions = []
    keys = {}
    for table, added in rows.items():
        schema = current.contract.tables[table]
        key = schema.primary_key[0]
        content = (current.data_dir / schema.path).read_bytes()
        columns = header(content)
        lines = [
            [" ".join(str(row.get(column, "")).split()) for column in columns]
            for row in added
        ]
        ids = [cells[columns.index(key)] for cells in lines]
        keys[table] = ids
        at = len(content)
        if len(set(map(_prefix, ids))) == 1:
            at = _place_of_row(content, current.cells[table][key], ids[0])
        insertions.append(Insertion(schema.path, content, at, csv_lines(lines)))
    every_key = [each for ids in keys.values() for each in ids]
    name = _put_in(current, insertions, every_key, document)
    return Saved({table: ", ".join(ids) for table, ids in keys.items()}, name)


def append(current: Examination, table: str, rows: Sequence[Row]) -> None:
    """Add rows at the end of a table, all or none, as `save` does; `undo` takes them out together."""
    refuse_untidy(current)
    schema = current.contract.tables[table]
    content = (current.data_dir / schema.path).read_bytes()
    columns = header(content)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    keys = [row[schema.primary_key[0]] for row in rows]
    insertion = Insertion(schema.path, content, len(content), csv_lines(cells))
    _put_in(current, [insertion], keys)


def _put_in(
    current: Examination,
    insertions: Sequence[Insertion],
    keys: Sequence[str],
    document: NewDocument | None = None,
) -> str:
    """Put rows in place, if the folder is sound with them; returns the name of the save.

    The journal comes first: a save that is cut short can be undone.
    """
    after = {each.file: each.after for each in insertions}
    failures = examined_with(current, after).failures
    if failures:
        raise ContractError(failures)
    journal = Journal.of(current.data_dir)
    came_along = (document.path.name, document.content) if document else None
    name = journal.add(insertions, keys, came_along)
    contents = {journal.path: journal.written()}
    if document is not None:
        contents[document.path] = document.content
    contents |= {current.data_dir / file: content for file, content in after.items()}
    replace_all(current, contents)
    return name


def _place_of_row(content: bytes, keys: pd.Series, key: str) -> int:
    """The byte before which the row of `key` goes: after the last row whose key has its prefix, else the end.

    `keys` are those of the file, indexed by the line each stands on.
    """
    prefix = _prefix(key)
    alike = keys.index[keys.map(_prefix) == prefix]
    if prefix and len(alike):
        later = keys.index[keys.index > alike[-1]]
        if len(later):
            lines = content.splitlines(keepends=True)
            return sum(map(len, lines[: later[0] - 1]))
    return len(content)


def _prefix(key: str) -> str:
    return key.rpartition("-")[0]


def refuse_untidy(current: Examination) -> None:
    """Raise ContractError where the folder is not sound as it is, or a file no plain CSV."""
    failures = [*current.failures, *current.not_plain]
    if failures:
        raise ContractError(failures)
