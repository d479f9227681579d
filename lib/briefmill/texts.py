"""Text of a page: runs of words, marks, arrows and signs, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from briefmill.parts import Part


@dataclass(frozen=True)
class Run(Part):
    """A stretch of text of one form."""

    @classmethod
    def read(cls, value: Any) -> Run:
        """The run that `value` stands for: a run, its JSON, or plain words."""
        if isinstance(value, Run):
            return value
        if isinstance(value, str):
            return Words(value)
        for key, kind in _RUNS.items():
            if key in value:
                return kind(**value)
        raise ValueError(f"no run of text has the keys {', '.join(value) or 'none'}")


@dataclass(frozen=True)
class Words(Run):
    """Plain text.

    `style` holds any of ``strong``, ``emph``, ``small``, ``struck`` and ``code``, with spaces between; `link` is
    an address. A `remark` speaks of the page or of its sources, and so needs no mark.
    """

    text: str
    style: str = ""
    link: str = ""
    remark: bool = False


@dataclass(frozen=True)
class Marks(Run):
    """Reference marks such as ``E1``, set raised; each leads to the row of a table that has it as its anchor."""

    marks: tuple[str, ...]


@dataclass(frozen=True)
class Arrow(Run):
    """A direction as a sign; it always stands beside its word, and so is not read aloud.

    `arrow` is the direction's key, `shape` and `tone` are names in `briefmill.theme`. One that is not `filled` is
    drawn as an outline.
    """

    arrow: str
    shape: str = "level"
    tone: str = "ink"
    filled: bool = True


_RUNS: dict[str, type[Run]] = {
    "text": Words,
    "marks": Marks,
    "arrow": Arrow,
}

Text = tuple[Run, ...]
#: What a text can be given as.
TextLike = str | Run | Iterable[Run]


def as_text(words: TextLike) -> Text:
    """Words, a run or runs as a text."""
    if isinstance(words, str):
        return (Words(words),) if words else ()
    return (words,) if isinstance(words, Run) else tuple(words)


def typographic(words: str) -> str:
    """`words` with the quotation marks and apostrophes of print instead of the keyboard's."""
    if '"' in words:
        words = re.sub(r'"([^"]*)"', "“\\1”", words)
    return words.replace("'", "’")


def shortened(words: str, most: int) -> str:
    """`words`, cut after a word and with an ellipsis where they have more than `most` characters."""
    if len(words) <= most:
        return words
    kept = words[: most - 1]
    whole, space, _ = kept.rpartition(" ")
    # A last word that is long itself is cut in the middle.
    if space and len(whole) > most / 2:
        kept = whole
    return kept.rstrip(" ,;:") + "…"


def text(words: str, style: str = "") -> Words:
    """A run of plain text; `style` is ``""``, ``strong``, ``emph`` or ``small``."""
    return Words(typographic(words), style)


def marks(refs: Iterable[str]) -> Marks:
    """A run of marks such as ``["1", "4"]``, each once, in number order."""
    return Marks(tuple(sorted(dict.fromkeys(refs), key=by_number)))


def by_number(mark: str) -> tuple[str, int]:
    """The letters of a mark, then its number."""
    letters = mark.rstrip("0123456789")
    return letters, int(mark[len(letters) :] or 0)


def is_empty(run: Run) -> bool:
    """Whether a run is words without a letter."""
    return isinstance(run, Words) and not run.text


def plain(words: str | Sequence[Run]) -> str:
    """The words of a text without its marks and signs: what a screen reader or a log would say."""
    if isinstance(words, str):
        return words
    return "".join(run.text for run in words if isinstance(run, Words))
