"""Text as sentences: words that a line's end had cut put together, and what is no part of a sentence taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker
    from spellchecker.spellchecker import WordFrequency

#: Where a line ended in a hyphen that may or may not belong to its word.
BROKEN = "\ufffe"
SOFT_HYPHEN = "\u00ad"
_BROKEN_WORD = re.compile(rf"([^\W\d_]+){BROKEN}([^\W_]+)")
_LIGATURES = [chr(code) for code in range(0xFB00, 0xFB07)]
#: How often words stand in the texts behind the list of English words.
_RARE = 50
_COMMON = 5000
#: British spellings, and what stands for them in the list, which is American.
_BRITISH = {
    r"our": "or",
    r"is(?=(?:e|ed|es|er|ers|ing|ation|ations|able)$)": "iz",
    r"ys(?=(?:e|ed|es|er|ers|ing)$)": "yz",
    r"(?<=[bcdfghkptv])re(?=s?$)": "er",
    r"enc(?=(?:e|es|eless)$)": "ens",
    r"ll(?=(?:ed|ing|er|ers|or|ors|ery|ous)$)": "l",
    r"(?<!l)l(?=(?:ment|ments|ful|fully|)$)": "ll",
    r"ogue": "og",
    r"amme": "am",
    r"ae|oe": "e",
    r"que(?=(?:s|)$)": "ck",
    r"ough(?=(?:s|ed|ing|)$)": "ow",
    r"grey": "gray",
    r"tyre": "tire",
    r"sceptic": "skeptic",
}
_BLANKS = re.compile(r"[^\S\n]+")
#: They show nothing, and would part a word from itself.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SUPERSCRIPT = r"[¹²³⁰⁴-⁹]"
#: A raised number after one of these is a power: km², and 10⁶ where no note has this number.
_MEASURE = re.compile(r"(?<![^\W_])(?:[kcdm]?m|ft|mi)$")


def without_unseen(text: str) -> str:
    """`text` without the characters that show nothing; those that join or part letters of a script stay."""
    return _UNSEEN.sub("", text)


def tidy(text: str) -> str:
    """`text` in NFC without what shows nothing: its paragraphs, each one line, with a blank line between them.

    Ligatures are letters, every blank is a space; letters that belong to no script are left out.
    """
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    text = without_unseen(text).replace(SOFT_HYPHEN, "")
    for ligature in _LIGATURES:
        text = text.replace(ligature, unicodedata.normalize("NFKC", ligature))
    text = "".join(each for each in text if not _is_no_letter(each))
    text = unicodedata.normalize("NFC", _BLANKS.sub(" ", text))
    lines = (line.strip() for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line) + "\n"


def _is_no_letter(character: str) -> bool:
    """Whether it is a control, half a letter, or of a font's own."""
    kind = unicodedata.category(character)
    of_no_script = kind in ("Cc", "Cs", "Co", "Cn") or character == "\ufffd"
    return of_no_script and character not in "\n\t"


def with_whole_words(text: str, elsewhere: str = "") -> str:
    """`text` with each `BROKEN` word whole: as it stands unbroken `elsewhere`, else as English has it.

    Where nobody knows, a hyphen stays between two words, and before a capital or a figure.
    """
    whole = {word.casefold() for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", elsewhere)}

    def mended(match: re.Match[str]) -> str:
        before, after = match[1], match[2]
        joined = before + after
        hyphened = f"{before}-{after}"
        return hyphened if _keeps_hyphen(before, after, whole) else joined

    previous = ""
    while text != previous:  # a word may be broken twice
        previous = text
        text = _BROKEN_WORD.sub(mended, text)
    return text.replace(BROKEN, "-")


def _keeps_hyphen(before: str, after: str, whole: set[str]) -> bool:
    joined = (before + after).casefold()
    hyphened = f"{before}-{after}".casefold()
    if hyphened in whole and joined not in whole:
        return True
    if joined in whole:
        return False
    if not after[0].islower():
        return not before.isupper() or after.isdecimal() or len(before) > 1
    if _usual(joined) > _RARE:
        return False
    first, second = before.casefold(), after.casefold()
    # A rare word is more likely two common ones: pro-government, but not Kazakh-stan.
    least = _COMMON if _usual(joined) else 0
    is_word = _usual(first) > least or first in whole
    return is_word and _usual(second) > least and min(len(first), len(second)) > 1


def _usual(word: str) -> int:
    """How common a word of English is in either spelling, by the list of pyspellchecker: 0 for none that it knows."""
    words = _english_words()
    american = word
    spellings = {word}
    for british, other in _BRITISH.items():
        spellings.add(re.sub(british, other, word))
        american = re.sub(british, other, american)
    spellings.add(american)
    return max(words[each] for each in spellings)


def _english_words() -> WordFrequency:
    return _speller().word_frequency


@lru_cache(maxsize=1)
def _speller() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker()


def without_references(text: str, notes: Iterable[str] = ()) -> str:
    """`text` without the raised numbers that lead to notes; powers stay, unless `notes` has their number."""
    known = {note for note in notes if note}

    def kept(match: re.Match[str]) -> str:
        before = text[max(0, match.start() - 4) : match.start()]
        number = unicodedata.normalize("NFKC", match[0])
        is_power = before[-1:].isdecimal() and number not in known
        return match[0] if is_power or _MEASURE.search(before) else ""

    return re.sub(rf"{_SUPERSCRIPT}+(?:[,–-]{_SUPERSCRIPT}+)*", kept, text)
