"""Fingerprints: SHA-256 over a text, over each row of a frame, over a whole frame."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import pandas as pd

from allywatch.data.frames import days_as_text

#: Digits of a fingerprint that only tells one state of a row from another.
SHORT = 16


class Fingerprints(NamedTuple):
    """That of a frame as a whole, and those of its rows."""

    whole: str
    rows: list[str]


def fingerprint(text: str | bytes) -> str:
    """The SHA-256 of a text in UTF-8, or of bytes, in hexadecimal."""
    raw = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(raw).hexdigest()


def short_fingerprint(text: str) -> str:
    """The first digits of the fingerprint of a text."""
    return fingerprint(text)[:SHORT]


def frame_fingerprint(frame: pd.DataFrame) -> str:
    """One fingerprint of all values of a frame, column by column; names and index do not count."""
    return _whole(_columns(frame))


def fingerprints(frame: pd.DataFrame) -> Fingerprints:
    """The fingerprint of a frame, as of `frame_fingerprint`, and a short one of the values of each row."""
    columns = _columns(frame)
    rows = [
        short_fingerprint(f"({', '.join(values)})")
        for values in zip(*columns, strict=True)
    ]
    return Fingerprints(_whole(columns), rows)


def _columns(frame: pd.DataFrame) -> list[list[str]]:
    return [_written(frame[name]) for name in frame]


def _whole(columns: list[list[str]]) -> str:
    """The fingerprint of columns as Python writes a list of lists."""
    lists = [f"[{', '.join(values)}]" for values in columns]
    return fingerprint(f"[{', '.join(lists)}]")


def _written(column: pd.Series) -> list[str]:
    """Each value as Python writes it; days without making them first, which takes longest."""
    if column.dtype.kind != "M":
        return list(map(repr, column.tolist()))
    return [
        "NaT" if day == "NaT" else f"Timestamp('{day} 00:00:00')"
        for day in days_as_text(column)
    ]
