"""Fingerprints: SHA-256 over a text, over each row of a frame, over a whole frame."""

from __future__ import annotations

import hashlib

import pandas as pd

from allywatch.data.frames import for_each

#: Digits of a fingerprint that only tells one state of a row from another.
SHORT = 16


def fingerprint(text: str | bytes) -> str:
    """The SHA-256 of a text in UTF-8, or of bytes, in hexadecimal."""
    raw = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(raw).hexdigest()


def short_fingerprint(text: str) -> str:
    """The first digits of the fingerprint of a text."""
    return fingerprint(text)[:SHORT]


def frame_fingerprint(frame: pd.DataFrame) -> str:
    """One fingerprint of all values of a frame, column by column; names and index do not count."""
    columns = [f"[{', '.join(_written(frame[name]))}]" for name in frame]
    return fingerprint(f"[{', '.join(columns)}]")


def row_fingerprints(frame: pd.DataFrame) -> list[str]:
    """A short fingerprint of the values of each row; names and index do not count."""
    columns = [_written(frame[name]) for name in frame]
    return [
        short_fingerprint(f"({', '.join(values)})")
        for values in zip(*columns, strict=True)
    ]


def _written(column: pd.Series) -> list[str]:
    """Each value as Python writes it; of days, which take longest and recur, each once."""
    if column.dtype.kind != "M":
        return [repr(value) for value in column.tolist()]
    return for_each(column, repr)
