"""Documents at hand: whether each is the one that was coded, and each passage where its claim says.

Texts are read as they are, line ends untouched, since offsets count every character of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.contract import Failure


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

    def __init__(self, folder: Path | None):
        self._folder = folder
        self._texts: dict[str, str | None] = {}

    def text(self, name: str) -> str | None:
        """The text of one document as it stands; None where it is not at hand or is not UTF-8."""
        if name not in self._texts:
            raw = _raw(self._folder, name) if self._folder else None
            try:
                self._texts[name] = None if raw is None else raw.decode("utf-8")
            except UnicodeDecodeError:
                self._texts[name] = None
        return self._texts[name]

    def coded(self, source: Mapping[Any, Any]) -> str | None:
        """The text of a row of sources, or None where the one that was coded is not at hand."""
        text = self.text(source["file"])
        same = (
            text is not None
            and hashlib.sha256(text.encode()).hexdigest() == source["sha256"]
        )
        return text if same else None

    def passage(self, source: Mapping[str, Any], claim: Mapping[str, Any]) -> Passage:
        """The passage of a row of claims, shown only while it has the claim's fingerprint."""
        text = self.text(source["file"])
        if text is None:
            return Passage(0, None, False)
        start, end = int(claim["start"]), int(claim["end"])
        words = text[start:end]
        same = hashlib.sha256(words.encode()).hexdigest() == claim["passage_sha256"]
        line = text.count("\n", 0, start) + 1
        return Passage(line, words if same else None, same)


@dataclass
class Verification:
    """What became of the documents and passages.

    `verified`: number of passages that still have their fingerprint. `missing`: files not at hand.
    `failures`: what is wrong in the tables, seen against documents that are the ones coded. `changed`:
    what no longer fits because a document is another one than was coded.
    """

    verified: int = 0
    missing: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    changed: list[Failure] = field(default_factory=list)


def verify(
    sources: pd.DataFrame, claims: pd.DataFrame, folder: Path, files: Mapping[str, str]
) -> Verification:
    """Check each document in `folder` and each passage against its fingerprint.

    Each document is read once. `sources` and `claims` hold text cells, indexed by the line in the file, and
    `files` the file names of the two tables. Rows whose cells cannot be understood are passed over: the
    contract reports them.
    """
    found = Verification()
    if not {"source_id", "file", "sha256"} <= set(sources):
        return found
    of_source = dict(list(claims.groupby("source_id"))) if "source_id" in claims else {}
    for source in sources.itertuples():
        row, name = int(source.Index), source.file
        raw = _raw(folder, name)
        if raw is None:
            found.missing.append(name)
            continue
        same = hashlib.sha256(raw).hexdigest() == source.sha256
        wrong = found.failures if same else found.changed
        if not same:
            hint = "put the document that was coded there, or code its passages again"
            rule = "the document must be the one that was coded"
            wrong.append(Failure(files["sources"], row, "sha256", name, rule, hint))
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(
                Failure(
                    files["sources"],
                    row,
                    "file",
                    name,
                    "must be UTF-8 text",
                    "save it as UTF-8",
                )
            )
            continue
        theirs = of_source.get(source.source_id)
        if theirs is not None:
            found.verified += _passages(theirs, text, name, files["claims"], wrong)
    return found


def _raw(folder: Path, name: str) -> bytes | None:
    """The bytes of one document, or None where it is not at hand; a name that is a path is none of ours."""
    try:
        return (
            (folder / name).read_bytes() if name and Path(name).name == name else None
        )
    except (OSError, ValueError):
        return None


def _passages(
    claims: pd.DataFrame, text: str, name: str, file: str, wrong: list[Failure]
) -> int:
    """Add to `wrong` each passage of one document that is not where its claim says; the number that are."""
    columns = ["claim_id", "start", "end", "passage_sha256"]
    if not set(columns) <= set(claims):
        return 0
    verified = 0
    for row, claim, *offsets, mark in claims[columns].itertuples(name=None):
        if not all(offset.isdecimal() for offset in offsets):
            continue
        start, end = map(int, offsets)
        if end > len(text):
            rule = f"the passage must end within the document ({name} has {len(text)} characters)"
            hint = "count in characters of the raw text from 0, end exclusive"
            wrong.append(Failure(file, int(row), "end", str(end), rule, hint))
        elif (
            start < end and hashlib.sha256(text[start:end].encode()).hexdigest() != mark
        ):
            rule = f"{claim} must find its passage in {name} as it was coded"
            hint = f"characters {start} to {end} are not those fingerprinted; find the passage again"
            wrong.append(Failure(file, int(row), "passage_sha256", mark, rule, hint))
        else:
            verified += start < end
    return verified
