"""Which partners the rows of a table name: by code, by any name in partners.csv, or by any name of a country."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from allywatch.data.countries import code_of
from allywatch.data.folding import folded
from allywatch.data.loading import Examination
from allywatch.data.partners import in_a_sentence
from allywatch.data.records import read_table
from allywatch.data.references import gazetteer
from allywatch.desk.importing.mapping import SHIPPED, PartnerRule, suggestion
from allywatch.desk.importing.templates import Cells
from allywatch.desk.start.actors import actor

#: Shorter words are other words: a code of two letters counts only where partners.csv lists it.
_LEAST_LETTERS = 3


@dataclass
class Actors:
    """The partners that a data folder knows, and the countries that a map may add to them.

    `said` has their names as a sentence takes them, with an article where they have one; `added` the row of each new
    partner by its code.
    """

    codes: dict[str, str]
    power: str
    names: dict[str, str]
    said: dict[str, str]
    may_add: bool
    added: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, examination: Examination, rule: PartnerRule) -> Actors:
        """Those of a data folder, read by the `rule` of a map."""
        rules = examination.contract.rules
        home = examination.sheets[rules["gazetteer"]["table"]]
        codes, _ = gazetteer(home, rules)
        names = dict(zip(home.cells["partner_id"], home.cells["name"], strict=True))
        said = {
            code: in_a_sentence(names[code], aliases.split(";"))
            for code, aliases in zip(names, home.cells["aliases"], strict=True)
        }
        actors = cls(codes, rules["focal_power"], names, said, rule.new)
        for name, code in rule.names.items():
            known = actors.code(code)
            if known:
                actors.codes[folded(name)] = known
        return actors

    def code(self, word: str) -> str:
        """The code of the actor that a word names; "" where it names none."""
        name = folded(word)
        if name not in self.codes:
            self.codes[name] = self._country(word) if self.may_add else ""
        return self.codes[name]

    def _country(self, word: str) -> str:
        """The code of a country that becomes a new partner; "" where `word` is no name of one."""
        code = country_code(word)
        if code and code not in self.names:
            row, _ = actor(code, {})
            if self.codes.get(folded(row["name"])):
                return self.codes[folded(row["name"])]
            aliases = row["aliases"].split(";")
            free = [name for name in aliases if not self.codes.get(folded(name))]
            self.added[code] = row | {"aliases": ";".join(filter(None, free))}
            self.names[code] = row["name"]
            self.said[code] = in_a_sentence(row["name"], aliases)
            self.codes |= {folded(name): code for name in (row["name"], *free) if name}
        return code

    def likely(self, word: str) -> str:
        """The name of an actor that a word may have meant, as a hint; "" where none is near."""
        return suggestion(word, self.names.values())


def country_code(word: str) -> str:
    """The code of the country that `word` names, "" where it names none.

    Databases put an older name behind the one in use: Cambodia (Kampuchea).
    """
    for name in (word, word.partition(" (")[0]):
        if len(name) >= _LEAST_LETTERS:
            code = _other_names().get(folded(name)) or code_of(name)
            if code:
                return code
    return ""


@cache
def _other_names() -> dict[str, str]:
    """The code behind each name that databases use and the lists of countries lack or leave open."""
    table = read_table(SHIPPED / "countries.csv", delimiter=",")
    return dict(zip(map(folded, table["name"]), table["code"], strict=True))


@dataclass(frozen=True)
class Named:
    """What the rows say of partners, a list item a row.

    `partners` are codes joined by ``;``; `first` the name of the first, and `said` as a sentence takes it; `acts` is ``power``, ``partner`` or "";
    `problem` says why a row names no partner, `hint` what to do; `passed_over` why it is left out for that.
    """

    partners: Cells
    first: Cells
    said: Cells
    acts: Cells
    problem: Cells
    hint: Cells
    passed_over: Cells


def named(sides: list[Cells], rule: PartnerRule, actors: Actors) -> Named:
    """The partners that each row names; `sides` are the texts of the map's ``partners.of``."""
    resolved: dict[tuple[str, ...], _Answer] = {}
    answers = []
    for texts in zip(*sides, strict=True):
        if texts not in resolved:
            resolved[texts] = _answer(texts, rule, actors)
        answers.append(resolved[texts])
    return Named(
        partners=[";".join(answer.codes) for answer in answers],
        first=[
            actors.names[answer.codes[0]] if answer.codes else "" for answer in answers
        ],
        said=[
            actors.said[answer.codes[0]] if answer.codes else "" for answer in answers
        ],
        acts=[answer.acts for answer in answers],
        problem=[answer.problem for answer in answers],
        hint=[answer.hint for answer in answers],
        passed_over=[answer.passed_over for answer in answers],
    )


@dataclass(frozen=True)
class _Answer:
    codes: tuple[str, ...] = ()
    acts: str = ""
    problem: str = ""
    hint: str = ""
    passed_over: str = ""


def _answer(texts: tuple[str, ...], rule: PartnerRule, actors: Actors) -> _Answer:
    sides: list[list[str]] = []
    unknown = []
    for text in texts:
        words = [word.strip() for word in text.split(";") if word.strip()]
        found = {word: actors.code(word) for word in words}
        sides.append([code for code in found.values() if code])
        unknown += [word for word, code in found.items() if not code]
    codes = dict.fromkeys(code for side in sides for code in side)
    partners = tuple(code for code in codes if code != actors.power)
    if rule.with_power:
        power_acts = actors.power in sides[0]
        other_side = sides[1] if power_acts else sides[0]
        partners = tuple(
            dict.fromkeys(code for code in other_side if code != actors.power)
        )
        if actors.power not in codes or not partners:
            return _Answer(passed_over="not between the focal power and a partner")
        return _Answer(partners, "power" if power_acts else "partner")
    if partners:
        return _Answer(partners)
    if actors.power in codes:
        return _Answer(passed_over="about the focal power alone")
    if rule.leave_out_unknown:
        return _Answer(passed_over="about nobody in partners.csv")
    if unknown:
        word = unknown[0]
        hint = f"{actors.likely(word)}add it by allywatch partner add, or its name to the map under partners.names"
        return _Answer(problem=f"no partner is called {word!r}", hint=hint)
    return _Answer(
        problem="no partner is named",
        hint="fill it in, or leave such rows out in the map",
    )
