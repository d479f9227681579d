"""Abbreviations spelled out where a page first uses them.

A headline and a picture stay as they are, and do not count as a use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from briefmill.blocks import Block
from briefmill.parts import Part, public_fields
from briefmill.render.drafts import Draft
from briefmill.texts import Words

#: Fields of plain words that a page prints within its text; all else that it prints there are runs.
_PRINTED = {"act", "words", "source"}
_UNTOUCHED = {"headline", "picture", "drawings", "narrow", "record"}

#: A short form, and what it is short for.
Abbreviation = tuple[str, str]


def spelled_out(
    drafts: Iterable[Draft], abbreviations: Iterable[Abbreviation]
) -> list[Draft]:
    """`drafts` with each of the `abbreviations` spelled out at its first use: ``Long Form (LF)``.

    Where the text has done so already it stays. What a full page may leave out does not count as the first.
    """
    speller = _Speller(dict(abbreviations))
    return [
        replace(draft, blocks=speller.blocks(draft.blocks, _may_go(draft.tags)))
        for draft in drafts
    ]


def _may_go(tags: Iterable[str]) -> bool:
    return any(tag.startswith("drop:") for tag in tags)


@dataclass
class _Speller:
    """What is left to be spelled out: `unseen`, long forms by their short ones."""

    unseen: dict[str, str]

    def blocks(self, blocks: Iterable[Block], may_go: bool) -> list[Block]:
        """The blocks with what is in them spelled out; `may_go` says whether a full page leaves them out."""
        return [self._part(block, may_go) for block in blocks]

    def _part(self, part: Any, may_go: bool) -> Any:
        may_go = may_go or bool(getattr(part, "drop", 0))
        if isinstance(part, Words):
            if "code" in part.style.split():
                return part
            words = self._words(part.text, may_go)
            return part if words is part.text else replace(part, text=words)
        changed = {}
        for field in public_fields(part):
            value = getattr(part, field.name)
            now = value
            if field.name in _PRINTED and isinstance(value, str):
                now = self._words(value, may_go)
            elif field.name not in _UNTOUCHED:
                now = self._value(value, may_go)
            if now is not value:
                changed[field.name] = now
        return replace(part, **changed) if changed else part

    def _value(self, value: Any, may_go: bool) -> Any:
        """A value with what is in it spelled out; the same object where nothing is."""
        if isinstance(value, Part):
            return self._part(value, may_go)
        if isinstance(value, tuple):
            items = [self._value(item, may_go) for item in value]
            same = all(now is item for now, item in zip(items, value, strict=True))
            return value if same else tuple(items)
        return value

    def _words(self, words: str, may_go: bool) -> str:
        """`words` with the first use of each abbreviation spelled out."""
        for short, long in list(self.unseen.items()):
            # Most texts have none, and that is quicker to see.
            found = _use_of(short).search(words) if short in words else None
            if found is None:
                continue
            if f"{long} ({short})" not in words:
                before = words[: found.start()]
                after = words[found.end() :]
                spelled = f"{long}{found[1] or ''} ({short})"
                if before.endswith("(") and after.startswith(")"):
                    spelled = f"{long}, {short}"
                words = f"{before}{spelled}{after}"
            if not may_go:
                del self.unseen[short]
        return words


@cache
def _use_of(short: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(short)}\b(’s)?")
