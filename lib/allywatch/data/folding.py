"""One fold for names, wherever one is looked up or typed, and a pattern that finds a name however it is spelt."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = "'’‘ʻʼ`´"
_HYPHENS = "-‐‑‒–"


def folded(words: str) -> str:
    """A name without what spellings differ in: capitals, accents, apostrophes, stops, hyphens and a leading "the"."""
    letters = unicodedata.normalize("NFKD", words).casefold().replace("&", " and ")
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    plain = re.sub(r"['’‘ʻʼ`´.]", "", plain)
    return re.sub(r"[\W_]+", " ", plain).strip().removeprefix("the ")


def spelt(name: str) -> str:
    """A pattern for `name` as it stands, with any apostrophe and hyphen, and with or without each accent."""
    return "".join(map(_letter, unicodedata.normalize("NFC", name)))


def _letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    if letter in _HYPHENS:
        return f"[{_HYPHENS}]"
    decomposed = unicodedata.normalize("NFD", letter)
    if len(decomposed) > 1 and unicodedata.combining(decomposed[1]):
        base = re.escape(decomposed[0])
        return f"(?:{re.escape(letter)}|{base}(?:{re.escape(decomposed[1:])})?)"
    return re.escape(letter)
