"""What is taken from a document: its text, what it states of itself, and what a person should know."""

from __future__ import annotations

from dataclasses import dataclass, field


class DocumentError(ValueError):
    """A file that cannot become a source; `str()` says why and what to do."""


@dataclass
class Extract:
    """The text of a document and what came with it.

    Attributes
    ----------
    stated
        What it says of itself: `title`, `publisher`, `author`, `published` (EDTF) as the date it states, and
        `made`, when the file was made or changed.
    remarks
        What a person should know before coding it, as sentences without a stop.
    """

    text: str
    stated: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
