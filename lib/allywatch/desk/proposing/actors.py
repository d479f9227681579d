"""Where a text names actors: by name, adjective, alias, capital, people or leader, or by the group they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from allywatch.data import dates
from allywatch.data.country_lists import leaders_and_peoples
from allywatch.data.dataset import Dataset
from allywatch.data.folding import folded, spelt

#: Shorter words in capitals are other words: "BY" in a heading is no country code.
_LEAST_CAPITALS = 4
_TWO_LETTERS = re.compile(r"[A-Z]{2}")
#: A leader with the days of the office, as an interval in EDTF.
_IN_OFFICE = re.compile(r"(?P<name>.+) \((?P<days>[^()]+)\)")


@dataclass(frozen=True)
class Mention:
    """A place in a text that names one actor, by its capital perhaps, or the members of a group."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_group: bool = False
    is_capital: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """The spellings of all actors of a data folder, and who each stands for."""

    pattern: re.Pattern[str]
    codes: Mapping[str, tuple[str, ...]]
    groups: frozenset[str]
    capitals: frozenset[str]
    focal_power: str

    def mentions(self, text: str) -> list[Mention]:
        """Every place in `text` that names an actor, in its order, the focal power's among them."""
        found = []
        for match in self.pattern.finditer(text):
            word = folded(match[0])
            if word not in self.codes:
                word = word.removesuffix("s")
            if word not in self.codes:
                word = word.removesuffix("n")
            codes = self.codes.get(word, ())
            if codes:
                is_group = word in self.groups
                is_capital = word in self.capitals
                found.append(Mention(*match.span(), codes, is_group, is_capital))
        return found


@lru_cache(maxsize=8)
def gazetteer(dataset: Dataset, published: str = "") -> Gazetteer:
    """The gazetteer of a data folder, for a text published on a day in EDTF; "" where that is not known.

    A spelling counts as it stands, in the plural, or all in capitals, with any apostrophe and hyphen, and with its
    accents or without. A currency, as US$, is none. One that two actors share names neither. A leader whose days of
    office are stated is named only by a text that was published in them, or may have been.
    """
    focal_power: str = dataset.rules["focal_power"]
    words: dict[str, set[str]] = {}
    written: set[str] = set()
    for word, code in _spellings(dataset, published):
        words.setdefault(folded(word), set()).add(code)
        written.add(word)
    groups = {
        folded(name): members
        for name, members in groups_of(dataset).items()
        if folded(name) not in words and focal_power not in members
    }
    written.update(name.title() for name in groups)
    capitals = {word.upper() for word in written if len(word) >= _LEAST_CAPITALS}
    longest_first = sorted(written | capitals, key=lambda word: (-len(word), word))
    alternatives = "|".join(map(spelt, longest_first)) or "(?!)"
    codes = {
        word: tuple(holders) for word, holders in words.items() if len(holders) == 1
    }
    codes |= {name: tuple(sorted(members)) for name, members in groups.items()}
    return Gazetteer(
        re.compile(rf"(?<![\w$€£])(?:{alternatives})n?[sS]?(?![\w$€£])"),
        codes,
        frozenset(groups),
        frozenset(map(folded, dataset.partners["capital"].explode().dropna())),
        focal_power,
    )


def _spellings(dataset: Dataset, published: str) -> Iterator[tuple[str, str]]:
    """Every way in which a text may name an actor, with the actor's code."""
    known = leaders_and_peoples()
    for row in dataset.partners.to_dict("records"):
        code = row["partner_id"]
        aliases = [word for word in row["aliases"] if not _TWO_LETTERS.fullmatch(word)]
        names = [row["name"], row["short_name"], row["adjective"], *aliases]
        leaders = _in_office(row.get("leaders", ()), published)
        names += [*row["capital"], *leaders, *known.get(code, ())]
        for name in names:
            word = name.strip("\"“”'")
            if word:
                yield word, code


def _in_office(leaders: Sequence[str], published: str) -> Iterator[str]:
    """The names of those who were in office, or may have been, when a text was published."""
    for leader in leaders:
        stated = _IN_OFFICE.fullmatch(leader)
        if stated is None:
            yield leader
        elif dates.meet(stated["days"], published):
            yield stated["name"]


def groups_of(dataset: Dataset) -> dict[str, set[str]]:
    """The members of each group in the gazetteer, by its name in words."""
    groups: dict[str, set[str]] = {}
    row: dict[Any, Any]
    for row in dataset.partners.to_dict("records"):
        for name in row["groups"]:
            groups.setdefault(name.replace("_", " "), set()).add(row["partner_id"])
    return groups
