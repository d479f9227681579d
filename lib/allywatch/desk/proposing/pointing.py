"""The small words around a name: what points back to it, what governs it, what joins it to another."""

from __future__ import annotations

import re

from allywatch.desk.proposing import words

_WORDS_BEFORE = 40
#: A noun after a word that points; after "this", what ends in an s is mostly a verb.
_FACT = re.compile(
    r"\b(?:these|those|this(?!\s+\w+s\b))\s+(?P<noun>\w+)", re.IGNORECASE
)
#: "From Quillon and Corvath, to ...": a list.
FROM_TO = re.compile(
    r"[,—–]\s*from\s+[A-Z][\w’'-]*\s+to\s+(?:the\s+)?$|\bfrom\s+[A-Z][^.;—–]{0,40}(?:,|\band)\s[^.;—–]{2,40},?\s+to\s+(?:the\s+)?$"
)
REGION = re.compile(r"(?:the|this) region\b", re.IGNORECASE)
_THIS_DOES = re.compile(r"^This(?=\s+\w+s\b)")
#: "That" within a clause mostly joins: "reports that", "promises that".
_THAT = re.compile(r"(?<=\w)\s+that\s+(?P<noun>\w+)", re.IGNORECASE)
#: What says that an example follows, and the most words of the noun that it is an example of.
_EXAMPLE = re.compile(r",?\s+(?:such as|like|including)\s+(?:the\s+)?$")
_WORDS_OF_HEAD = 3


def points_back(text: str) -> int:
    """Where a word first points back to somebody or something named before; -1 where none does."""
    hidden = words.pattern("back", "empty").sub(_hide, text)
    hidden = _THAT.sub(_hide_unless_actor, hidden)
    found = words.pattern("back").search(hidden)
    return found.start() if found else -1


def points_to_somebody(text: str) -> int:
    """Where a word first points back to an actor or a tie, and not to a fact as "this shift" does; -1 where none does."""
    hidden = _THIS_DOES.sub(_hide, text)
    return points_back(_FACT.sub(_hide_unless_actor, hidden))


def _hide(match: re.Match[str]) -> str:
    return "·" * len(match[0])


def _hide_unless_actor(match: re.Match[str]) -> str:
    is_actor = match["noun"].lower() in words.listed("back", "actors")
    return match[0] if is_actor else _hide(match)


def joins(between: str) -> bool:
    """Whether nothing but commas and joining words stands between two names."""
    plain = between.replace(",", " ").split()
    if len(plain) > 1 and plain[-1] in words.listed("aside"):
        plain.pop()  # "in Taskar and in Corvath"
    return all(word.lower() in words.listed("aside", "joining") for word in plain)


def governor(text: str, start: int) -> tuple[str, bool]:
    """The word that governs a name, in small letters, and whether the text opens with it.

    It is the word before the name, articles passed over, or before what the name is an example of: in "to other
    powers, such as Quillon" it is "to".
    """
    before = text[max(0, start - _WORDS_BEFORE) : start].lower()
    example = _EXAMPLE.search(before)
    found = before[: example.start()].split() if example else before.split()
    while found and found[-1] in ("the", "a", "an"):
        found.pop()
    if example:
        for count in range(_WORDS_OF_HEAD):
            found_before = found[: -1 - count]
            if found_before and found_before[-1] in words.listed("aside"):
                found = found_before
                break
    word = found[-1].strip("“\"'(") if found else ""
    return word, len(found) <= 1 and start <= _WORDS_BEFORE
