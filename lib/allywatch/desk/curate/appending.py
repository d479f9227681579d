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
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from allywatch.data import loading
from allywatch.data.contract import (
    PACKAGE_FILE,
    ContractError,
    Failure,
    fields,
    resource,
)
from allywatch.data.loading import Dataset
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.page.attached import csv_text

#: What `undo` needs, one entry per save; beside the tables and not under version control.
JOURNAL = ".undo.json"
_MOST_UNDONE, _SHARED = 50, "NET"

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
    source = dataset.sources.set_index("source_id").loc[source_id]
    text = Documents(dataset.documents).coded(source)
    if text is None or not 0 <= start < end <= len(text):
        rule = "the passage must stand in the document that is coded"
        hint = "put the document that was coded into the documents folder"
        place = f"{source['file']} {start} to {end}"
        raise ContractError([Failure("claims.csv", 0, "start", place, rule, hint)])
    rows = {}
    if event is not None:
        partners = event["partners"].split(";")
        prefix = partners[0] if len(partners) == 1 else _SHARED
        key = next_key(dataset.events["event_id"], f"{prefix}-", 2)
        rows["events"], claim = {**event, "event_id": key}, {**claim, "event_id": key}
    place = {"source_id": source_id, "start": str(start), "end": str(end)}
    place["passage_sha256"] = hashlib.sha256(text[start:end].encode()).hexdigest()
    key = next_key(dataset.claims["claim_id"], f"{source_id}-", 3)
    rows["claims"] = {**claim, **place, "claim_id": key}
    return save(dataset.data_dir, rows)


def next_key(keys: pd.Series, prefix: str, digits: int) -> str:
    """The key after the highest of `keys` that is `prefix` and a number."""
    numbers = keys.str.extract(rf"^{re.escape(prefix)}(\d+)$")[0].dropna().astype(int)
    return f"{prefix}{max(numbers, default=0) + 1:0{digits}d}"


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
    found = loading.examine(data_dir)
    untidy = [repair for repair in found.repairs if repair.row == 0]
    said = "must be plain CSV in UTF-8", "save it so; see allywatch check"
    if wrong := found.failures + [
        Failure(each.file, 0, "", each.before, *said) for each in untidy
    ]:
        raise ContractError(wrong)
    changes = {}
    for table, row in rows.items():
        described = resource(found.package, table)
        key = described["schema"]["primaryKey"][0]
        before = (data_dir / described["path"]).read_bytes()
        tidy = {
            name: " ".join(str(row.get(name, "")).split())
            for name in fields(found.package, table)
        }
        line = csv_text(pd.DataFrame([tidy])).partition("\n")[2].encode()
        changes[described["path"]] = (
            before,
            *_placed(before, found.cells[table][key], tidy[key], line),
        )
    _refuse_unsound(data_dir, {name: after for name, (_, after, _) in changes.items()})
    entry = {
        name: {
            "at": at,
            "bytes": len(after) - len(before),
            "before": _sha(before),
            "after": _sha(after),
        }
        for name, (before, after, at) in changes.items()
    }
    if document:
        entry["document"] = {
            "file": document.name,
            "after": _sha(document.read_bytes()),
        }
    journal = [*_journal(data_dir), entry][-_MOST_UNDONE:]
    _replace(data_dir / JOURNAL, json.dumps(journal).encode())
    for name, (_, after, _) in changes.items():
        _replace(data_dir / name, after)
    return Saved(
        {table: row[found.cells[table].columns[0]] for table, row in rows.items()}
    )


def _placed(before: bytes, keys: pd.Series, key: str, line: bytes) -> tuple[bytes, int]:
    """The file with `line` in its place, and that place, in bytes."""
    prefix, lines = key.rpartition("-")[0], before.splitlines(keepends=True)
    alike = [
        row
        for row, other in keys.items()
        if prefix and other.rpartition("-")[0] == prefix
    ]
    after = [row for row in keys.index if alike and row > alike[-1]]
    at = sum(map(len, lines[: after[0] - 1])) if after else len(before)
    apart = b"" if before[:at].endswith(b"\n") else b"\n"
    return before[:at] + apart + line + before[at:], at


def _refuse_unsound(data_dir: Path, files: Mapping[str, bytes]) -> None:
    """Raise ContractError for what would be wrong in the folder if `files` were so."""
    with TemporaryDirectory() as copy:
        staged = Path(copy)
        for path in data_dir.rglob("*"):
            if path.suffix == ".csv" or path.name == PACKAGE_FILE:
                target = staged / path.relative_to(data_dir)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for name, content in files.items():
            (staged / name).write_bytes(content)
        if wrong := loading.examine(staged).failures:
            raise ContractError(wrong)


def undo(data_dir: Path) -> list[str]:
    """Take back the last save, byte for byte; the names of the files that changed.

    A document that came with it goes too, unless it has been changed since.

    Raises
    ------
    NothingToUndo
        If there was none, or one of its files has been changed since.
    """
    journal = _journal(data_dir)
    if not journal:
        raise NothingToUndo(f"nothing was added to {data_dir} that could be taken back")
    restored, tables = {}, dict(journal[-1])
    document = tables.pop("document", None)
    for name, entry in tables.items():
        now = (data_dir / name).read_bytes()
        if _sha(now) == entry["before"]:  # the save was cut short before this file
            continue
        if _sha(now) != entry["after"]:
            raise NothingToUndo(
                f"{name} has been changed since the last save; take the row out by hand"
            )
        restored[name] = now[: entry["at"]] + now[entry["at"] + entry["bytes"] :]
    for name, content in restored.items():
        _replace(data_dir / name, content)
    gone = (
        [_removed(documents_folder(data_dir) / document["file"], document["after"])]
        if document
        else []
    )
    _replace(data_dir / JOURNAL, json.dumps(journal[:-1]).encode())
    return [*restored, *filter(None, gone)]


def _removed(document: Path, sha: str) -> str:
    """The name of a document that was there as it was added and now is gone; "" where it is left."""
    if not document.is_file() or _sha(document.read_bytes()) != sha:
        return ""
    document.unlink()
    with suppress(OSError):  # other documents are in it
        document.parent.rmdir()
    return document.name


def _journal(data_dir: Path) -> list[dict]:
    path = data_dir / JOURNAL
    return json.loads(path.read_bytes()) if path.is_file() else []


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Have `content` at `path`, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
