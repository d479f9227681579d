"""Fingerprints of files and values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fingerprint(values: Any) -> str:
    """One SHA-256 over plain values, such as all names and contents in a dict."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def short_hash(text: str) -> str:
    """The first 16 digits of the SHA-256 of `text`."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """The SHA-256 of each file that is there and can be read, by its name."""
    hashes = {}
    for name, path in files.items():
        with suppress(OSError):
            if path.is_file():
                hashes[name] = sha256(path)
    return hashes
