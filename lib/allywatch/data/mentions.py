"""What a text mentions that can be right or wrong: numbers, months, seasons and names.

Names are compared without regard to capitals, plurals, possessives and what a hyphen joins to them; numbers, whether
in digits or in words; a month and a season with the year beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from allywatch.data.dates import GROUPINGS, MONTHS

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_POINT = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_YEAR = re.compile(r"\b[12]\d{3}\b", re.ASCII)
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b(?:,? ([12]\d{{3}})\b)?")
#: The seasons by the code of ISO 8601-2, and their months.
_SEASONS = {
    name: [(first + offset - 1) % 12 + 1 for offset in range(length)]
    for name, first, length in (GROUPINGS[code] for code in range(21, 25))
}
_SEASON = re.compile(
    rf"\b({'|'.join(_SEASONS)})(?: of)? ([12]\d{{3}})\b", re.IGNORECASE
)
#: The numbers from one to twelve in words.
NUMBER_WORDS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
#: A word behind another, or behind a comma and the like, is not the first of its sentence.
_INNER_WORD = re.compile(r"(?<=[\w,;:] )[^\W\d_]+")


@dataclass
class Mentions:
    """What the rows that a text rests on mention.

    `words`: every word, as `folded` gives it; `numbers`: as `numbers_in`; `months` and `seasons`: each with its year; a month
    that has none with every year of the same row; and every month with "", for the year left out.
    """

    words: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    months: set[tuple[str, str]] = field(default_factory=set)
    seasons: set[tuple[str, str]] = field(default_factory=set)

    def has(self, what: str, mention: str | tuple[str, str]) -> bool:
        """Whether a number, month, season or name is mentioned; `what` is the word for it."""
        mentions: dict[str, Collection[str | tuple[str, str]]] = {
            "number": self.numbers,
            "month": self.months,
            "season": self.seasons,
            "name": self.words,
        }
        return mention in mentions[what]

    def add(self, other: Mentions) -> None:
        """Take in what `other` mentions."""
        self.words |= other.words
        self.numbers |= other.numbers
        self.months |= other.months
        self.seasons |= other.seasons


def mentions_of(text: str, edtf_date: str, number_words: Mapping[str, str]) -> Mentions:
    """What one row mentions in its `text` and in its date."""
    found = Mentions(words_in(text), set(numbers_in(text, number_words)))
    points = _POINT.findall(edtf_date)
    years = {"", *_YEAR.findall(text), *(year for year, *_ in points)}
    for month, year in _MONTH.findall(text):
        found.months.update((month, its) for its in ({"", year} if year else years))
    found.seasons.update((name.lower(), year) for name, year in _SEASON.findall(text))
    for year, month, day in points:
        found.numbers.update(filter(None, [year, day.lstrip("0")]))
        found.seasons.update(_seasons(int(year), int(month or 0)))
        if 1 <= int(month or 0) <= len(MONTHS):
            name = MONTHS[int(month) - 1]
            found.months.update([(name, year), (name, "")])
    return found


def _seasons(year: int, month: int) -> Iterator[tuple[str, str]]:
    """The seasons into which a month or a part of a year falls; its winter has the name of either year."""
    months = {month}
    if month in GROUPINGS:
        _, first, length = GROUPINGS[month]
        months = {(first + offset - 1) % 12 + 1 for offset in range(length)}
    for season, its_months in _SEASONS.items():
        if months & set(its_months):
            yield season, str(year)
            if months & {1, 2}:
                yield season, str(year - 1)


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """A word without capitals, accents and the ending of a plural."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain


def words_in(text: str) -> set[str]:
    """The words of a text, `folded`."""
    return {folded(word) for word in _WORD.findall(text)}


def numbers_in(text: str, number_words: Mapping[str, str]) -> dict[str, str]:
    """Each number in a text, in digits, with how it is written there. `number_words` are those in words, in digits."""
    found = {}
    for match in _NUMBER.finditer(text):
        digits = match[0].replace(",", "")
        found[digits.lstrip("0") or "0"] = match[0]
    for match in _WORD.finditer(text):
        digits = number_words.get(match[0].lower(), "")
        if digits:
            found[digits] = match[0]
    return found


def months_in(text: str) -> dict[tuple[str, str], str]:
    """Each month with the year behind it, or "", and how it is written in the text."""
    found = {}
    for match in _MONTH.finditer(text):
        # A month that is an ordinary word, too, is none at the start of a sentence.
        if match[2] or not _opens_sentence(text, match.start()):
            found[match[1], match[2] or ""] = match[0]
    return found


def seasons_in(text: str) -> dict[tuple[str, str], str]:
    """Each season with its year, and how it is written in the text."""
    return {(match[1].lower(), match[2]): match[0] for match in _SEASON.finditer(text)}


def names_in(text: str, known: set[str]) -> list[str]:
    """The names in a text: the capitalised words, months aside.

    The first word of a sentence is a name if it is one of the `known`, which are `folded`.
    """
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or word in MONTHS:
            continue
        if folded(word) in known or not _opens_sentence(text, match.start()):
            found.append(word)
    return list(dict.fromkeys(found))


def names_within_sentences(texts: Iterable[str]) -> set[str]:
    """The words, `folded`, that are capitalised within a sentence somewhere in `texts`, and are never written small."""
    text = "\n".join(texts)
    inner = {
        folded(word) for word in set(_INNER_WORD.findall(text)) if not word.islower()
    }
    small = {folded(word) for word in set(_WORD.findall(text)) if word.islower()}
    return inner - small


def _opens_sentence(text: str, start: int) -> bool:
    """Whether the word that begins at `start` is the first of its sentence."""
    before = text[max(0, start - 8) : start].rstrip("'‘“( ").rstrip("'’”)")
    return not before or before[-1] in ".!?"
