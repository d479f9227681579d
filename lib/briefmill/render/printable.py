"""Text with nothing in it that a page cannot show."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

LONGEST_WORD = 30  # characters
BREAK_EVERY = 12  # characters of a longer one

_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_LEFT_TO_RIGHT = "\u200e"
_JOINERS = "\u200b\u200c\u200d"  # a line may end here; Persian and Indic letters need the other two


def printable(words: str) -> str:
    """`words` with nothing in them a page cannot show.

    Controls, bidirectional controls, soft hyphens and code points that stand for no character are dropped;
    private characters, which PDF/A forbids, become U+FFFD; and a word longer than any line gets places to
    break. A character that no text face holds is drawn by the Last Resort face, which shows its number.
    """
    shown = _ENDLESS.sub(lambda word: _breakable(word[0]), permitted(words))
    return left_to_right(shown)


def in_a_line(words: str) -> str:
    """`words` for one line of a chart, with nothing in them a page cannot show.

    Their line runs from left to right whatever its first letter is: matplotlib would go by that.
    """
    shown = " ".join(permitted(words).split("\n"))
    directed = left_to_right(shown)
    return directed if directed == shown else f"{_LEFT_TO_RIGHT}{directed}"


def left_to_right(words: str) -> str:
    """`words` in which those of a script that runs from right to left have a mark behind them.

    Without it a number or a sign after a name in Arabic or Hebrew would be set on the other side of it.
    """
    if words.isascii() or not any(map(_from_the_right, words)):
        return words
    pieces: list[str] = []
    from_the_right = False
    at = 0
    for character in words:
        kind = unicodedata.bidirectional(character)
        if from_the_right and kind in ("L", "EN", "AN"):
            pieces.insert(at, _LEFT_TO_RIGHT)
            from_the_right = False
        pieces.append(character)
        if _from_the_right(character):
            from_the_right = True
        if from_the_right and (_from_the_right(character) or kind == "NSM"):
            at = len(pieces)
    if from_the_right:
        pieces.insert(at, _LEFT_TO_RIGHT)
    return "".join(pieces)


def _from_the_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def drawable(svg: str) -> str:
    """A drawing whose live text has nothing a page cannot show, nor the combining marks that no one face can set."""
    shown = permitted(svg)
    dropped = {
        c: "" for c in set(shown) if c in _JOINERS or _category(c).startswith("M")
    }
    return _exchanged(shown, dropped)


def _category(character: str) -> str:
    return unicodedata.category(character)


def permitted(words: str) -> str:
    """`words` as `printable` has them, but for long words and the direction of their line, which a word processor sees to."""
    # Most texts are plain, and that is quicker to see.
    if words.isascii() and words.isprintable():
        return words
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", lines)
    return _exchanged(
        normal, {character: _character(character) for character in set(normal)}
    )


def _exchanged(words: str, exchanges: dict[str, str]) -> str:
    """`words` with some characters exchanged; most texts have none to exchange, and are not gone through for it."""
    table = {ord(old): new for old, new in exchanges.items() if new != old}
    return words.translate(table) if table else words


@cache
def _character(character: str) -> str:
    """What is printed for a character."""
    if character == "\t":
        return "    "
    if character == "\n" or character in _JOINERS:
        return character
    category = _category(character)
    if category == "Co":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in ("Cc", "Cf", "Cs", "Cn") else character


def _breakable(word: str) -> str:
    pieces: list[str] = []
    since_break = 0
    for character in word:
        if since_break >= BREAK_EVERY and not _category(character).startswith("M"):
            pieces.append("\u200b")
            since_break = 0
        pieces.append(character)
        since_break += 1
    return "".join(pieces)
