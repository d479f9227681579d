"""Words of the documents' language by which the rules read them, from the file beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_ENGLISH = Path(__file__).with_name("english.toml")


@cache
def _lists() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_ENGLISH.read_text(encoding="utf-8"))


def listed(group: str, kind: str = "words") -> Sequence[str]:
    """The words of one list, as they stand in the file."""
    words: Sequence[str] = _lists()[group][kind]
    return words


@cache
def pattern(group: str, kind: str = "words") -> re.Pattern[str]:
    """A pattern that finds any word of one list, as a whole word and however it is capitalised."""
    longest_first = sorted(listed(group, kind), key=lambda word: (-len(word), word))
    return re.compile(
        rf"(?<![\w’'])(?:{'|'.join(map(_spelt, longest_first))})(?!\w)", re.IGNORECASE
    )


def names_of_lists(group: str) -> Sequence[str]:
    """The names of the lists of a group, in their order."""
    return list(_lists()[group])


def _spelt(word: str) -> str:
    """A word with any apostrophe and any blank; a `*` at its end stands for any ending."""
    begins = word.endswith("*")
    escaped = re.escape(word.removesuffix("*"))
    escaped = escaped.replace(r"\*", r"\w+").replace(r"\ ", r"\s+")
    return escaped.replace("'", "[’']") + (r"\w*" if begins else "")
