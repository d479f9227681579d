"""Maps: the TOML files that say how a table of events becomes sources, claims, events and partners."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from allywatch.data.contract import ContractError, Failure
from allywatch.desk.importing.templates import Template

#: The maps that come with allywatch, by name.
SHIPPED = Path(__file__).with_name("maps")
#: Names that stand for what is known of a row's partners.
OF_PARTNERS = ("partner", "partner_id", "acts", "by", "on")
SECTION_OF = {"sources": "source", "claims": "claim", "events": "event"}

Entries = dict[str, str]


@dataclass(frozen=True)
class Extract:
    """A part of a text, by a regular expression: its first group, else the whole match."""

    of: Template
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class DateRule:
    """How a date is read: from `of`, to `to` where it lasted, as sure as `unit` says (day, about, month, year)."""

    of: Template
    formats: tuple[str, ...]
    to: Template | None
    unit: Template | None


@dataclass(frozen=True)
class CodeList:
    """What codes stand for: entries by name, "" for the plain one."""

    of: Template
    by_start: bool
    values: dict[str, Entries]
    otherwise: Entries | None


@dataclass(frozen=True)
class LeaveOut:
    """Rows to leave out: those where `of` is one of `values`, or is none of them; and why, in words."""

    of: Template
    values: frozenset[str]
    negated: bool
    why: str


@dataclass(frozen=True)
class PartnerRule:
    """Which texts of a row name its partners."""

    of: tuple[Template, ...]
    with_power: bool
    leave_out_unknown: bool
    new: bool
    names: dict[str, str]


@dataclass(frozen=True)
class TableMap:
    """A map as read: everything in it fits together, apart from the columns of a table that is yet to be seen.

    `cells` has the templates of the columns of sources, claims and events; `source_by` says which rows share a source.
    """

    path: Path
    title: str
    prefix: str
    record: Template
    event_of: Template
    reading: dict[str, Any]
    extracts: dict[str, Extract]
    dates: dict[str, DateRule]
    codes: dict[str, CodeList]
    leave_out: tuple[LeaveOut, ...]
    partners: PartnerRule
    source_by: Template
    cells: dict[str, dict[str, Template]]

    def order(self) -> list[str]:
        """The names that are worked out, each after those that it is made of; "" stands for the partners.

        Raises
        ------
        graphlib.CycleError
            If names are made of one another in a circle.
        """
        made_of: dict[str, list[Template]] = {"": list(self.partners.of)}
        for name, extract in self.extracts.items():
            made_of[name] = [extract.of]
        for name, date in self.dates.items():
            made_of[name] = [each for each in (date.of, date.to, date.unit) if each]
        for name, codes in self.codes.items():
            made_of[name] = [codes.of]
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name, templates in made_of.items():
            used = {each.split(".")[0] for one in templates for each in one.names()}
            needed = {"" if each in OF_PARTNERS else each for each in used}
            sorter.add(name, *sorted(needed & set(made_of)))
        return list(sorter.static_order())

    def used(self) -> Iterable[tuple[str, Template]]:
        """Every template with the place in the map where it stands."""
        yield "record", self.record
        yield "event_of", self.event_of
        yield "source.by", self.source_by
        for name, extract in self.extracts.items():
            yield f"extracts.{name}.of", extract.of
        for name, date in self.dates.items():
            for key, template in (
                ("of", date.of),
                ("to", date.to),
                ("unit", date.unit),
            ):
                if template is not None:
                    yield f"dates.{name}.{key}", template
        for name, codes in self.codes.items():
            yield f"codes.{name}.of", codes.of
        for number, rule in enumerate(self.leave_out, 1):
            yield f"leave_out {number}.of", rule.of
        for template in self.partners.of:
            yield "partners.of", template
        for table, cells in self.cells.items():
            for column, template in cells.items():
                yield f"{SECTION_OF[table]}.{column}", template


def find_map(name: str) -> Path:
    """The file of a map: a path, or the name of one that comes with allywatch.

    Raises
    ------
    ContractError
        If there is none.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = sorted(file.stem for file in SHIPPED.glob("*.toml"))
    if name in shipped:
        return SHIPPED / f"{name}.toml"
    rule = "must be a file, or a map that comes with allywatch"
    hint = f"{suggestion(name, shipped)}those are: {', '.join(shipped)}"
    raise ContractError([Failure("--map", 0, "", name, rule, hint)])


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint with the one of `known` that a word is nearest to; "" where none is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {near[0]}? " if near else ""
