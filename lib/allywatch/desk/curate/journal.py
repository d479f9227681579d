"""What was added to a data folder, save by save, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from allywatch.data.contract import Failure
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.paths import documents_folder
from allywatch.desk.writing import examined_with, held, replace_all

#: Beside the tables and not under version control.
JOURNAL = ".undo.json"
_MOST_UNDONE = 50

#: A save: its ``name`` and the ``keys`` of its rows, what went into each of its ``files``, and its ``document`` if it has one.
Entry = dict[str, Any]


class NothingToUndo(ValueError):
    """There is no save that could be taken back; `str()` says why."""


class Forgotten(NothingToUndo):
    """The save has been taken back already, or was too many saves ago."""


@dataclass(frozen=True)
class Insertion:
    """Lines to put into the content of a file, before the byte `at`."""

    file: str
    before: bytes
    at: int
    lines: str

    @property
    def after(self) -> bytes:
        """The content with the lines; an end of line is added where the one before has none."""
        head = self.before[: self.at]
        separator = b"" if head.endswith(b"\n") else b"\n"
        return head + separator + self.lines.encode() + self.before[self.at :]

    def record(self) -> dict[str, Any]:
        """What `undo` needs to take the lines out again."""
        return {
            "at": self.at,
            "bytes": len(self.after) - len(self.before),
            "lines": self.lines,
            "before": fingerprint(self.before),
            "after": fingerprint(self.after),
        }


class Journal:
    """The last saves in a data folder, which is held. `path` is its file, `entries` are the saves, the last one last."""

    def __init__(self, path: Path, entries: list[Entry]) -> None:
        self.path = path
        self.entries = entries

    @classmethod
    def of(cls, data_dir: Path) -> Journal:
        """That of a folder; an empty one where there is none, or one that cannot be understood."""
        path = data_dir / JOURNAL
        try:
            entries = json.loads(path.read_bytes())
            is_ours = all(
                {"name", "keys", "files"} <= entry.keys() for entry in entries
            )
        except (OSError, ValueError, TypeError, AttributeError):
            is_ours = False
        return cls(path, entries if is_ours else [])

    def add(
        self,
        insertions: Iterable[Insertion],
        keys: Sequence[str],
        document: tuple[str, bytes] | None,
    ) -> str:
        """Note a save, with the name and content of a document that came with it; returns the save's name."""
        name = uuid4().hex
        files = {each.file: each.record() for each in insertions}
        entry: Entry = {"name": name, "keys": list(keys), "files": files}
        if document is not None:
            file, content = document
            entry["document"] = {"file": file, "after": fingerprint(content)}
        self.entries.append(entry)
        return name

    def take(self, name: str) -> Entry:
        """Remove the save `name` from the entries and return it; for "" the last.

        Raises
        ------
        Forgotten
            If there is none.
        """
        for number in reversed(range(len(self.entries))):
            if name in ("", self.entries[number]["name"]):
                return self.entries.pop(number)
        raise Forgotten(
            f"nothing was added to {self.path.parent} that could be taken back"
        )

    def written(self) -> bytes:
        """The file, with the last of the saves."""
        return json.dumps(self.entries[-_MOST_UNDONE:]).encode()


def undo(data_dir: Path, name: str = "") -> list[str]:
    """Take back the save of that name, else the last; returns the names of the files that changed.

    What others have added since stays. A document that came with it goes too, unless it has been changed since.

    Raises
    ------
    NothingToUndo
        If there is none, its rows have been changed, or others rest on them. Nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    with held(data_dir) as current:
        journal = Journal.of(data_dir)
        entry = journal.take(name)
        without = {}
        for file, record in entry["files"].items():
            content = (data_dir / file).read_bytes()
            if fingerprint(content) != record["before"]:  # else it was cut short there
                without[file] = _without(content, file, record, entry["keys"])
        _refuse_needed(current, without, entry["keys"])
        contents: dict[Path, bytes | None] = {
            data_dir / file: content for file, content in without.items()
        }
        changed = list(without)
        document = _document(data_dir, entry)
        if document is not None:
            contents[document] = None
            changed.append(document.name)
        contents[journal.path] = journal.written()
        replace_all(current, contents)
        if document is not None:
            with suppress(OSError):  # other documents are in it
                document.parent.rmdir()
        return changed


def _without(
    content: bytes, file: str, record: dict[str, Any], keys: Sequence[str]
) -> bytes:
    """The content of a file without the lines of a save: byte for byte as it was, if nothing has been changed since."""
    if fingerprint(content) == record["after"]:
        end = record["at"] + record["bytes"]
        return content[: record["at"]] + content[end:]
    lines = b"\n" + record["lines"].encode()
    if content.count(lines) != 1:
        raise NothingToUndo(
            f"{file} has been changed since {' and '.join(keys)} was saved; take the row out by hand"
        )
    return content.replace(lines, b"\n")


def _refuse_needed(
    current: Examination, without: dict[str, bytes], keys: Sequence[str]
) -> None:
    """Raise NothingToUndo where the folder would not be sound without the rows, and is now."""
    present = set(map(_regardless_of_row, current.failures))
    failures = [
        failure
        for failure in examined_with(current, without).failures
        if _regardless_of_row(failure) not in present
    ]
    if failures:
        why = "\n".join(map(str, failures))
        raise NothingToUndo(
            f"{' and '.join(keys)} cannot be taken back, for other rows rest on it:\n{why}"
        )


def _regardless_of_row(failure: Failure) -> tuple[str, str, str, str]:
    return failure.file, failure.column, failure.value, failure.rule


def _document(data_dir: Path, entry: Entry) -> Path | None:
    """The document that came with a save; None where none did, or it is not as it came."""
    if "document" not in entry:
        return None
    path = documents_folder(data_dir) / entry["document"]["file"]
    is_as_it_came = (
        path.is_file() and fingerprint(path.read_bytes()) == entry["document"]["after"]
    )
    return path if is_as_it_came else None
