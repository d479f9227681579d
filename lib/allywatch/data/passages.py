"""Documents at hand: whether each is the one that was coded, and each passage where its claim says.

Texts are read as they are, line ends untouched, since offsets count every character of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.fingerprints import fingerprint
from allywatch.data.frames import each_row
from allywatch.data.sheets import Sheet


@dataclass(frozen=True)
class Passage:
    """A claim's passage: its first `line` (from 1), `text`, and whether it is `verified`.

    Without the document, `text` is None and `line` is 0. Unverified text is withheld.
    """

    line: int
    text: str | None
    verified: bool


class Documents:
    """The documents in a folder, each read once; `folder` None: none is at hand."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._texts: dict[str, str | None] = {}

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

    def coded(self, source: Mapping[Any, Any]) -> str | None:
        """The text of a row of sources, or None where the one that was coded is not at hand."""
        text = self.text(source["file"])
        if text is None or fingerprint(text) != source["sha256"]:
            return None
        return text

    def passage(self, source: Mapping[str, Any], claim: Mapping[str, Any]) -> Passage:
        """The passage of a row of claims, shown only while it has the claim's fingerprint."""
        text = self.text(source["file"])
        if text is None:
            return Passage(0, None, False)
        start = int(claim["start"])
        passage = text[start : int(claim["end"])]
        verified = fingerprint(passage) == claim["passage_sha256"]
        line = text.count("\n", 0, start) + 1
        return Passage(line, passage if verified else None, verified)


@dataclass
class Verification:
    """What became of the documents and passages.

    Attributes
    ----------
    verified
        Number of passages that still have their fingerprint.
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
    """Check each document in `folder` and each passage against its fingerprint.

    Each document is read once. Rows whose cells cannot be understood are passed over: the contract reports
    them.
    """
    verification = Verification()
    if not sources.has("source_id", "file", "sha256"):
        return verification
    claims_of: dict[Any, pd.DataFrame] = {}
    if claims.has("source_id", "claim_id", "start", "end", "passage_sha256"):
        claims_of = dict(list(claims.cells.groupby("source_id")))
    columns = ["source_id", "file", "sha256"]
    for line, source_id, file, sha256 in sources.cells[columns].itertuples(name=None):
        raw = _read_document(folder, file)
        if raw is None:
            verification.missing.append(file)
            continue
        wrong = verification.failures
        if fingerprint(raw) != sha256:
            wrong = verification.changed
            rule = "the document must be the one that was coded"
            hint = "put the document that was coded there, or code its passages again"
            path = sources.schema.path
            wrong.append(Failure(path, line, "sha256", file, rule, hint))
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            path = sources.schema.path
            rule = "must be UTF-8 text"
            wrong.append(Failure(path, line, "file", file, rule, "save it as UTF-8"))
            continue
        if source_id in claims_of:
            path = claims.schema.path
            for claim in each_row(claims_of[source_id]):
                failure = _misplaced(claim, file, text, path)
                if failure is not None:
                    wrong.append(failure)
                elif _has_passage(claim):
                    verification.verified += 1
    return verification


def _read_document(folder: Path, name: str) -> bytes | None:
    """The bytes of one document, or None where it is not at hand. Names with a path separator are rejected."""
    if not name or Path(name).name != name:
        return None
    try:
        return (folder / name).read_bytes()
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
