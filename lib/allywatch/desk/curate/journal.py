"""What was added to a data folder, save by save, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from allywatch.data.contract import Failure
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.paths import documents_folder
from allywatch.data.proposals import failures_of_proposals
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
class Edit:
    """Whole lines of a file put in the place of others; "" for none.

    `at` is the byte at which they stood before; `following` the lines of the row behind lines that are taken out.
    """

    at: int
    before: str
    after: str
    following: str


@dataclass(frozen=True)
class FileChange:
    """What a save does to a file: its edits by their place, and the `heading` of a file that was not there."""

    file: str
    before: bytes
    edits: tuple[Edit, ...]
    heading: str = ""

    @property
    def after(self) -> bytes:
        """The content with the edits."""
        content = self.heading.encode()
        position = 0
        for edit in self.edits:
            content += self.before[position : edit.at] + edit.after.encode()
            position = edit.at + len(edit.before.encode())
        return content + self.before[position:]

    def record(self) -> dict[str, Any]:
        """What `undo` needs to take the change back."""
        return {
            "before": fingerprint(self.before),
            "after": fingerprint(self.after),
            "heading": self.heading,
            "edits": [asdict(edit) for edit in self.edits],
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
                {"name", "keys", "files"} <= entry.keys()
                and all("edits" in record for record in entry["files"].values())
                for entry in entries
            )
        except (OSError, ValueError, TypeError, AttributeError):
            is_ours = False
        return cls(path, entries if is_ours else [])

    def add(
        self,
        changes: Iterable[FileChange],
        keys: Sequence[str],
        document: tuple[str, bytes] | None,
    ) -> str:
        """Note a save, with the name and content of a document that came with it; returns the save's name."""
        name = uuid4().hex
        files = {each.file: each.record() for each in changes}
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
        without: dict[str, bytes | None] = {}
        for file, record in entry["files"].items():
            path = data_dir / file
            content = path.read_bytes() if path.exists() else b""
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
) -> bytes | None:
    """The content of a file without a save: byte for byte as it was, if nothing has been changed since.

    None for a file that was not there before and has no rows now.
    """
    edits = [Edit(**each) for each in record["edits"]]
    heading = record["heading"].encode()
    if fingerprint(content) == record["after"]:
        former = _exactly(content, edits, len(heading))
    else:
        former = content
        for edit in edits:
            former = _row_by_row(former, edit, file, keys)
    return None if heading and former == heading else former


def _exactly(content: bytes, edits: Sequence[Edit], moved_by: int) -> bytes:
    """A content that is as the edits left it, as it was; `moved_by` are the bytes of its new heading."""
    former = b""
    position = 0
    for edit in edits:
        at = edit.at + moved_by
        former += content[position:at] + edit.before.encode()
        position = at + len(edit.after.encode())
        moved_by += len(edit.after.encode()) - len(edit.before.encode())
    return former + content[position:]


def _row_by_row(content: bytes, edit: Edit, file: str, keys: Sequence[str]) -> bytes:
    """A content in which other rows have been changed since, without one edit.

    Raises
    ------
    NothingToUndo
        If the rows of the edit itself have been changed.
    """
    lines = b"\n" + content
    before = edit.before.encode()
    after = edit.after.lstrip("\n").encode()
    if after and lines.count(b"\n" + after) == 1:
        return lines.replace(b"\n" + after, b"\n" + before)[1:]
    if not after and before not in content:
        following = b"\n" + edit.following.encode()
        if edit.following and lines.count(following) == 1:
            return lines.replace(following, b"\n" + before + following[1:])[1:]
        ended = content if content.endswith(b"\n") else content + b"\n"
        return ended + before
    raise NothingToUndo(
        f"{file} has been changed since {' and '.join(keys)} was saved; mend the row by hand"
    )


def _refuse_needed(
    current: Examination, without: Mapping[str, bytes | None], keys: Sequence[str]
) -> None:
    """Raise NothingToUndo where the folder would not be sound without the rows, and is now."""
    failures_now = [*current.failures, *failures_of_proposals(current)]
    present = set(map(_regardless_of_row, failures_now))
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
