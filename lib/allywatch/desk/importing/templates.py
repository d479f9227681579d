"""Templates: how a map writes a cell from the columns of a table.

``{name}`` stands for a column, or for what the map works out under that name; ``{name.entry}`` for one of the entries
of a code list or a part of a date. What stands in square brackets is left out where one of its names is blank:
``{actor1}[ against {actor2}]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: The cells of a column, or of what stands for a name, row by row.
Cells = list[str]
_TOKENS = re.compile(r"(\{[^{}]*\}|\[|\])")


class TemplateError(ValueError):
    """A template that cannot be read; `str()` says what must be."""


@dataclass(frozen=True)
class _Segment:
    """A part of a template; `pieces` are texts and, marked as such, names."""

    pieces: tuple[tuple[bool, str], ...]
    may_be_left_out: bool

    def names(self) -> list[str]:
        return [piece for is_name, piece in self.pieces if is_name]


@dataclass(frozen=True)
class Template:
    """A template taken apart."""

    segments: tuple[_Segment, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """The template in `text`.

        Raises
        ------
        TemplateError
            If brackets do not match.
        """
        segments: list[_Segment] = []
        pieces: list[tuple[bool, str]] = []
        bracketed = False
        for token in _TOKENS.split(text):
            if token in ("[", "]"):
                if bracketed == (token == "["):
                    raise TemplateError("square brackets must match and not be nested")
                segments.append(_Segment(tuple(pieces), bracketed))
                pieces = []
                bracketed = token == "["
            elif token.startswith("{") and token.endswith("}"):
                pieces.append((True, token[1:-1].strip()))
            elif "{" in token or "}" in token:
                raise TemplateError("curly brackets must match")
            elif token:
                pieces.append((False, token))
        if bracketed:
            raise TemplateError("square brackets must match and not be nested")
        segments.append(_Segment(tuple(pieces), False))
        return cls(tuple(segment for segment in segments if segment.pieces))

    def names(self) -> Iterator[str]:
        """The names that it uses."""
        for segment in self.segments:
            yield from segment.names()

    def filled(self, cells_of: Callable[[str], Cells], rows: int) -> Cells:
        """What it makes of each of `rows` rows, with blanks tidied."""
        if not self.segments:
            return [""] * rows
        parts = [_filled(segment, cells_of, rows) for segment in self.segments]
        return [" ".join("".join(row).split()) for row in zip(*parts, strict=True)]


def _filled(segment: _Segment, cells_of: Callable[[str], Cells], rows: int) -> Cells:
    columns = [
        cells_of(piece) if is_name else [piece] * rows
        for is_name, piece in segment.pieces
    ]
    texts = ["".join(row) for row in zip(*columns, strict=True)]
    named = [cells_of(name) for name in segment.names()]
    if not segment.may_be_left_out or not named:
        return texts
    is_whole = [all(row) for row in zip(*named, strict=True)]
    return [text if whole else "" for text, whole in zip(texts, is_whole, strict=True)]
