"""Documents at hand: whether each is the one that was coded, and each passage or record where its claim says.

Texts are read as they are, line ends untouched, since offsets count every character of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.fingerprints import fingerprint
from allywatch.data.frames import each_row
from allywatch.data.records import (
    MissingReaderError,
    Records,
    TableError,
    is_as_coded,
    is_table,
    read_table,
)
from allywatch.data.sheets import Sheet
from briefmill.regular import file_bytes

#: Columns that put claims in order of source and place.
BY_PLACE = ["source_id", "start", "locator"]


@dataclass(frozen=True)
class Passage:
    """A claim's passage, or its record: the first `line` (from 1), `text`, and whether it is `verified`.

    Of a record, `line` is its row in the table and `text` has a line ``column: cell`` for each cell that is
    filled. Without the document, `text` is None and `line` is 0. Unverified text is withheld: `withheld` says
    why.
    """

    line: int
    text: str | None
    verified: bool
    withheld: str = ""


class Documents:
    """The documents in a folder, each read once; `folder` None: none is at hand."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._texts: dict[str, str | None] = {}
        self._records: dict[str, Records | None] = {}

    def text(self, name: str) -> str | None:
        """The text of one document as it stands; None where it is not at hand or is not UTF-8."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def _read(self, name: str) -> str | None:
        raw = _read_document(self._folder, name) if self._folder else None
        if raw is None:
            return None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def records(self, name: str) -> Records | None:
        """The records of one table; None where it is not at hand, no table, or cannot be read."""
        if name not in self._records:
            self._records[name] = None
            if self._folder and is_table(name) and Path(name).name == name:
                with suppress(TableError):
                    self._records[name] = Records(read_table(self._folder / name))
        return self._records[name]

    def at_hand(self, name: str) -> bool:
        """Whether a document can be read, as a table or as a text."""
        return self.records(name) is not None or self.text(name) is not None

    def coded(self, source: Mapping[Any, Any]) -> str | None:
        """The text of a row of sources, or None where the one that was coded is not at hand.

        A table has no sentences, and so no text.
        """
        if is_table(source["file"]):
            return None
        text = self.text(source["file"])
        if text is None or fingerprint(text) != source["sha256"]:
            return None
        return text

    def passage(self, source: Mapping[str, Any], claim: Mapping[str, Any]) -> Passage:
        """The passage or record of a row of claims, shown only while it has the claim's fingerprint."""
        if claim.get("locator"):
            return self._record(source, claim)
        text = self.text(source["file"])
        if text is None:
            return Passage(0, None, False)
        start = int(claim["start"])
        passage = text[start : int(claim["end"])]
        line = text.count("\n", 0, start) + 1
        if fingerprint(passage) == claim["passage_sha256"]:
            return Passage(line, passage, True)
        withheld = f"{source['file']} has other words in this place than were coded"
        return Passage(line, None, False, withheld)

    def _record(self, source: Mapping[str, Any], claim: Mapping[str, Any]) -> Passage:
        records = self.records(source["file"])
        if records is None:
            return Passage(0, None, False)
        record = records.at(claim["locator"])
        if record is None:
            withheld = f"{source['file']} has no such record, or several"
            return Passage(0, None, False, withheld)
        row, cells = record
        if not is_as_coded(cells, claim["passage_sha256"]):
            withheld = (
                f"{source['file']} has another record in its place than was coded"
            )
            return Passage(row, None, False, withheld)
        text = "\n".join(f"{name}: {cell}" for name, cell in cells.items() if cell)
        return Passage(row, text, True)


@dataclass
class Verification:
    """What became of the documents and passages.

    Attributes
    ----------
    verified
        Number of passages and records that still have their fingerprint.
    missing
        Files that are not at hand.
    failures
        What is wrong in the tables, seen against documents that are the ones coded.
    changed
        What no longer fits because a document is another one than was coded.
    """

    verified: int = 0
    missing: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    changed: list[Failure] = field(default_factory=list)


def verify(sources: Sheet, claims: Sheet, folder: Path) -> Verification:
    """Check each document in `folder`, and each passage and record against its fingerprint.

    Each document is read once. Rows whose cells cannot be understood are passed over: the contract reports
    them.
    """
    verification = Verification()
    if not sources.has("source_id", "file", "sha256"):
        return verification
    claims_of: dict[Any, pd.DataFrame] = {}
    if claims.has("source_id", "claim_id", "start", "end", "passage_sha256"):
        placed = claims.cells
        if "locator" not in placed:
            placed = placed.assign(locator="")
        claims_of = dict(list(placed.groupby("source_id")))
    documents: dict[str, _Document | None] = {}
    columns = ["source_id", "file", "sha256"]
    for line, source_id, file, sha256 in sources.cells[columns].itertuples(name=None):
        if file not in documents:
            raw = _read_document(folder, file)
            documents[file] = None if raw is None else _Document(file, folder, raw)
            if raw is None:
                verification.missing.append(file)
        document = documents[file]
        if document is None:
            continue
        wrong = verification.failures
        if document.sha256 != sha256:
            wrong = verification.changed
            rule = "the document must be the one that was coded"
            hint = "put the document that was coded there, or code its passages again"
            path = sources.schema.path
            wrong.append(Failure(path, line, "sha256", file, rule, hint))
        if document.unreadable:
            rule, hint = document.unreadable
            wrong.append(Failure(sources.schema.path, line, "file", file, rule, hint))
        elif source_id in claims_of:
            for claim in each_row(claims_of[source_id]):
                failure = document.misplaced(claim, claims.schema.path)
                if failure is not None:
                    wrong.append(failure)
                elif document.holds(claim):
                    verification.verified += 1
    return verification


class _Document:
    """A document at hand, read once: its fingerprint, and its text or its records."""

    def __init__(self, name: str, folder: Path, raw: bytes) -> None:
        self.name = name
        self.sha256 = fingerprint(raw)
        self.text = ""
        self.records: Records | None = None
        #: The rule and the hint of what keeps it from being read; None where nothing does.
        self.unreadable: tuple[str, str] | None = None
        try:
            if is_table(name):
                self.records = Records(read_table(folder / name))
            else:
                self.text = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.unreadable = ("must be UTF-8 text", "save it as UTF-8")
        except MissingReaderError as error:
            self.unreadable = ("must be a table that can be read here", str(error))
        except TableError as error:
            self.unreadable = ("must be a table that can be read", str(error))

    def misplaced(self, claim: Any, path: str) -> Failure | None:
        """What is wrong with the place of a claim in the document; None where nothing is."""
        if claim.locator:
            return self._misplaced_record(claim, path)
        return _misplaced(claim, self.name, self.text, path)

    def _misplaced_record(self, claim: Any, path: str) -> Failure | None:
        row = int(claim.Index)
        record = self.records.at(claim.locator) if self.records else None
        if record is None:
            rule = f"{claim.claim_id} must find one record in {self.name}"
            hint = "its locator stands in the first column of a table, or in one row of another; find the record again"
            return Failure(path, row, "locator", claim.locator, rule, hint)
        _, cells = record
        if not is_as_coded(cells, claim.passage_sha256):
            rule = (
                f"{claim.claim_id} must find its record in {self.name} as it was coded"
            )
            hint = f"record {claim.locator} has other cells than were fingerprinted; read it again, or import the table again"
            return Failure(path, row, "passage_sha256", claim.locator, rule, hint)
        return None

    def holds(self, claim: Any) -> bool:
        """Whether a claim that is not misplaced has a passage or a fingerprinted record."""
        if claim.locator:
            return claim.passage_sha256 != ""
        return _has_passage(claim)


def _read_document(folder: Path, name: str) -> bytes | None:
    """The bytes of one document, or None where it is not at hand or cannot be read.

    Names with a path separator are rejected.
    """
    if not name or Path(name).name != name:
        return None
    path = folder / name
    try:
        return file_bytes(path)
    except (OSError, ValueError):
        return None


def _has_passage(claim: Any) -> bool:
    """Whether the offsets of a claim are numbers, and not the same."""
    return _has_offsets(claim) and int(claim.start) < int(claim.end)


def _has_offsets(claim: Any) -> bool:
    return claim.start.isdecimal() and claim.end.isdecimal()


def _misplaced(claim: Any, document: str, text: str, path: str) -> Failure | None:
    """What is wrong with the place of a claim's passage in the `text` of a document."""
    if not _has_offsets(claim):
        return None
    row = int(claim.Index)
    start = int(claim.start)
    end = int(claim.end)
    if end > len(text):
        rule = f"the passage must end within the document ({document} has {len(text)} characters)"
        hint = "count in characters of the raw text from 0, end exclusive"
        return Failure(path, row, "end", str(end), rule, hint)
    written = claim.passage_sha256
    if start < end and fingerprint(text[start:end]) != written:
        rule = f"{claim.claim_id} must find its passage in {document} as it was coded"
        hint = f"characters {start} to {end} are not those fingerprinted; find the passage again"
        return Failure(path, row, "passage_sha256", written, rule, hint)
    return None
