"""Rows added to a data folder: checked in a copy first, put in place whole, and taken out again on request.

A row goes after the last one whose id begins like its own, so that two people who code different sources or
partners change different places of a file, which git merges by itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from allywatch.data import loading
from allywatch.data.contract import (
    PACKAGE_FILE,
    ContractError,
    Failure,
)
from allywatch.data.dataset import Dataset
from allywatch.data.loading import Examination
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.data.spreadsheets import csv_lines, header

#: What `undo` needs, one entry per save; beside the tables and not under version control.
JOURNAL = ".undo.json"
_MOST_UNDONE = 50
#: What the ids of events begin with that touch several partners.
_SHARED_EVENTS = "NET"

Row = Mapping[str, str]


class NothingToUndo(ValueError):
    """There is no save that could be taken back; `str()` says why."""


@dataclass(frozen=True)
class Saved:
    """The keys of the rows that were added, by table."""

    keys: dict[str, str]


def add_claim(
    dataset: Dataset,
    source_id: str,
    start: int,
    end: int,
    claim: Row,
    event: Row | None = None,
) -> Saved:
    """Add a claim on the passage from `start` to `end`, and the event that it opens, if it opens one.

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
    """
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
    rows = {}
    claim_row = dict(claim)
    if event is not None:
        event_id = _next_event_id(dataset, event["partners"].split(";"))
        rows["events"] = {**event, "event_id": event_id}
        claim_row["event_id"] = event_id
    passage = text[start:end].encode()
    rows["claims"] = claim_row | {
        "claim_id": next_key(dataset.claims["claim_id"], f"{source_id}-", 3),
        "source_id": source_id,
        "start": str(start),
        "end": str(end),
        "passage_sha256": _sha(passage),
    }
    return save(dataset.data_dir, rows)


def _next_event_id(dataset: Dataset, partners: list[str]) -> str:
    prefix = partners[0] if len(partners) == 1 else _SHARED_EVENTS
    return next_key(dataset.events["event_id"], f"{prefix}-", 2)


def next_key(keys: pd.Series, prefix: str, digits: int) -> str:
    """The key after the highest of `keys` that is `prefix` and a number, with at least so many `digits`."""
    numbers = keys.str.extract(rf"^{re.escape(prefix)}(\d+)$")[0].dropna().astype(int)
    following = max(numbers, default=0) + 1
    return f"{prefix}{following:0{digits}d}"


def save(
    data_dir: Path, rows: Mapping[str, Row], document: Path | None = None
) -> Saved:
    """Add one row to each table of `rows`, if the folder is sound with them.

    `document` is a text that was put among the documents for them, and goes when they are taken back.

    Raises
    ------
    ContractError
        If it would not be, or is not now; nothing is changed then.
    """
    current = loading.examine(data_dir)
    refuse_untidy(current)
    changes = []
    for table, row in rows.items():
        schema = current.contract.tables[table]
        key = schema.primary_key[0]
        content = (data_dir / schema.path).read_bytes()
        columns = header(content)
        cells = [" ".join(str(row.get(column, "")).split()) for column in columns]
        at = _place_of_row(
            content, current.cells[table][key], cells[columns.index(key)]
        )
        line = csv_lines([cells]).encode()
        changes.append(_Insertion(schema.path, content, at, line))
    _refuse_unsound(current, changes)
    entry: dict[str, dict] = {change.file: change.record() for change in changes}
    if document:
        sha = _sha(document.read_bytes())
        entry["document"] = {"file": document.name, "after": sha}
    _write_journal(data_dir, [*_read_journal(data_dir), entry])
    for change in changes:
        replace_whole(data_dir / change.file, change.after)
    return Saved(
        {table: row[current.cells[table].columns[0]] for table, row in rows.items()}
    )


def append(data_dir: Path, table: str, rows: Iterable[Row]) -> None:
    """Add rows at the end of a table, all or none, if the folder is sound with them; `undo` takes them out together.

    Raises
    ------
    ContractError
        If it would not be, or is not now; nothing is changed then.
    """
    current = loading.examine(data_dir)
    refuse_untidy(current)
    schema = current.contract.tables[table]
    content = (data_dir / schema.path).read_bytes()
    columns = header(content)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    added = csv_lines(cells).encode()
    change = _Insertion(schema.path, content, len(content), added)
    _refuse_unsound(current, [change])
    _write_journal(data_dir, [*_read_journal(data_dir), {change.file: change.record()}])
    replace_whole(data_dir / change.file, change.after)


@dataclass(frozen=True)
class _Insertion:
    """A `line` to put into the content of a file, before the byte `at`."""

    file: str
    before: bytes
    at: int
    line: bytes

    @property
    def after(self) -> bytes:
        """The content with the line; an end of line is added where the one before has none."""
        head = self.before[: self.at]
        separator = b"" if head.endswith(b"\n") else b"\n"
        return head + separator + self.line + self.before[self.at :]

    def record(self) -> dict[str, Any]:
        """What `undo` needs to take the line out again."""
        return {
            "at": self.at,
            "bytes": len(self.after) - len(self.before),
            "before": _sha(self.before),
            "after": _sha(self.after),
        }


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


def _refuse_unsound(current: Examination, changes: Iterable[_Insertion]) -> None:
    """Raise ContractError for what would be wrong in the folder with `changes`."""
    with TemporaryDirectory() as copy:
        staged = Path(copy)
        tables = current.contract.tables.values()
        for name in [PACKAGE_FILE, *(name for table in tables for name in table.files)]:
            path = current.data_dir / name
            if path.is_file():
                target = staged / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for change in changes:
            (staged / change.file).write_bytes(change.after)
        failures = loading.examine(staged).failures
    if failures:
        raise ContractError(failures)


def undo(data_dir: Path) -> list[str]:
    """Take back the last save, byte for byte; returns the names of the files that changed.

    A document that came with it goes too, unless it has been changed since.

    Raises
    ------
    NothingToUndo
        If there was none, or one of its files has been changed since.
    """
    journal = _read_journal(data_dir)
    if not journal:
        raise NothingToUndo(f"nothing was added to {data_dir} that could be taken back")
    entry = journal.pop()
    document = entry.pop("document", None)
    restored = {}
    for name, record in entry.items():
        content = (data_dir / name).read_bytes()
        sha = _sha(content)
        if sha == record["before"]:  # the save was cut short before this file
            continue
        if sha != record["after"]:
            raise NothingToUndo(
                f"{name} has been changed since the last save; take the row out by hand"
            )
        end = record["at"] + record["bytes"]
        restored[name] = content[: record["at"]] + content[end:]
    for name, content in restored.items():
        replace_whole(data_dir / name, content)
    changed = list(restored)
    if document:
        path = documents_folder(data_dir) / document["file"]
        if _remove_unchanged(path, document["after"]):
            changed.append(path.name)
    _write_journal(data_dir, journal)
    return changed


def _remove_unchanged(document: Path, sha: str) -> bool:
    """Remove a document, and its folder if that is empty then; False where it is not as it was added."""
    if not document.is_file() or _sha(document.read_bytes()) != sha:
        return False
    document.unlink()
    with suppress(OSError):  # other documents are in it
        document.parent.rmdir()
    return True


def _read_journal(data_dir: Path) -> list[dict[str, dict]]:
    path = data_dir / JOURNAL
    return json.loads(path.read_bytes()) if path.is_file() else []


def _write_journal(data_dir: Path, entries: list[dict[str, dict]]) -> None:
    kept = entries[-_MOST_UNDONE:]
    replace_whole(data_dir / JOURNAL, json.dumps(kept).encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def replace_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, or to the file that a link there leads to, whole or not at all."""
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with fresh.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, fresh)
    fresh.replace(path)
