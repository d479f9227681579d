"""What stands for each name in a map, row by row: columns of the table, parts of texts, dates, codes and partners."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.validation import suggestions
from allywatch.desk.importing.actors import Actors, Named, named
from allywatch.desk.importing.mapping import (
    OF_PARTNERS,
    CodeList,
    DateRule,
    Entries,
    Extract,
    TableMap,
)
from allywatch.desk.importing.templates import Cells, Template

_DATE_PARTS = ("year", "month")
_UNITS = ("day", "about", "month", "year")
#: What a form of dates says a day and a month by.
_HAS_DAY = re.compile("%[djxcUWV]")
_HAS_MONTH = re.compile("%[bBm]")


def unknown_names(table: pd.DataFrame, table_map: TableMap) -> list[Failure]:
    """Failures of names in a map that neither the table nor the map itself has."""
    known = {*table.columns, *OF_PARTNERS, *table_map.extracts}
    for name in table_map.dates:
        known |= {name, *(f"{name}.{part}" for part in _DATE_PARTS)}
    for name, codes in table_map.codes.items():
        entries = {entry for value in codes.values.values() for entry in value}
        entries |= set(codes.otherwise or ())
        known |= {f"{name}.{entry}" if entry else name for entry in entries}
    used = [
        (place, name)
        for place, template in table_map.used()
        for name in template.names()
        if name not in known
    ]
    unknown = list(dict.fromkeys(name for _, name in used))
    likely = suggestions(
        unknown, {name: name for name in sorted(known.difference(OF_PARTNERS))}
    )
    rule = "must be a column of the table, or a name of the map"
    advice = "add the column, or copy the map and name another"
    columns = ", ".join(table.columns[:12])
    more = " …" if len(table.columns) > 12 else ""
    return [
        Failure(
            table_map.path.name,
            0,
            place,
            f"{{{name}}}",
            rule,
            f"{likely.get(name, '')}{advice}; the table has: {columns}{more}",
        )
        for place, name in used
    ]


@dataclass
class Fields:
    """The cells of a table by name, with what a map makes of them; and what is wrong with rows.

    `problems` has, by place in the map, why a row cannot be used and what to do; "" for those that can.
    """

    table: pd.DataFrame
    known: dict[str, Cells] = field(default_factory=dict)
    problems: list[tuple[str, Cells, Cells]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.table)

    def cells(self, name: str) -> Cells:
        """The cells that stand for a name."""
        if name not in self.known:
            self.known[name] = self.table[name].tolist()
        return self.known[name]

    def filled(self, template: Template) -> Cells:
        """What a template makes of each row."""
        return template.filled(self.cells, len(self))

    def unlike(
        self, place: str, texts: Cells, problem_of: Callable[[str], str], hint: str
    ) -> None:
        """Add a problem for each row with one of `texts` that has one."""
        answers = {text: problem_of(text) for text in dict.fromkeys(texts)}
        problems = [answers[text] for text in texts]
        self.problems.append(
            (place, problems, [hint if each else "" for each in problems])
        )


def fields_of(
    table: pd.DataFrame, table_map: TableMap, actors: Actors
) -> tuple[Fields, Named]:
    """All that the templates of a map may name, for the rows of `table`; and the partners of each row."""
    fields = Fields(table)
    for name in table_map.order():
        if name == "":
            partners = _add_partners(fields, table_map, actors)
        elif name in table_map.extracts:
            extract = table_map.extracts[name]
            fields.known[name] = _extracted(fields.filled(extract.of), extract)
        elif name in table_map.dates:
            _add_date(fields, name, table_map.dates[name])
        else:
            _add_codes(fields, name, table_map.codes[name])
    return fields, partners


def _add_partners(fields: Fields, table_map: TableMap, actors: Actors) -> Named:
    sides = [fields.filled(template) for template in table_map.partners.of]
    partners = named(sides, table_map.partners, actors)
    power = actors.said[actors.power]
    rows = list(zip(partners.said, partners.acts, strict=True))
    fields.known |= {
        "partner": partners.first,
        "partner_id": partners.partners,
        "acts": partners.acts,
        "by": [power if acts == "power" else name for name, acts in rows],
        "on": [name if acts == "power" else power for name, acts in rows],
    }
    fields.problems.append(("partners", partners.problem, partners.hint))
    return partners


def _extracted(texts: Cells, extract: Extract) -> Cells:
    """The part of each text that the pattern finds; the text itself where it finds none."""
    parts = {}
    for text in dict.fromkeys(texts):
        match = extract.pattern.search(text)
        part = text
        if match:
            part = match[1] if extract.pattern.groups else match[0]
        parts[text] = (part or "").strip()
    return [parts[text] for text in texts]


@dataclass(frozen=True)
class _When:
    """A date in EDTF with its year and month; `problem` where it cannot be read."""

    edtf: str = ""
    year: str = ""
    month: str = ""
    problem: str = ""


def _add_date(fields: Fields, name: str, rule: DateRule) -> None:
    starts = fields.filled(rule.of)
    ends = fields.filled(rule.to) if rule.to else starts
    units = fields.filled(rule.unit) if rule.unit else ["day"] * len(fields)
    rows = list(zip(starts, ends, units, strict=True))
    answers = {row: _when(*row, rule.formats) for row in dict.fromkeys(rows)}
    fields.known[name] = [answers[row].edtf for row in rows]
    fields.known[f"{name}.year"] = [answers[row].year for row in rows]
    fields.known[f"{name}.month"] = [answers[row].month for row in rows]
    problems = [answers[row].problem for row in rows]
    hint = f"mend it, or add its form to dates.{name}.formats in the map"
    fields.problems.append(
        (f"dates.{name}", problems, [hint if each else "" for each in problems])
    )


def _when(start: str, end: str, unit: str, formats: Iterable[str]) -> _When:
    if start == "":
        return _When()
    if unit not in _UNITS:
        return _When(problem=f"{unit!r} is none of {', '.join(_UNITS)}")
    first = _read(start, formats)
    last = _read(end, formats) if end else first
    if first is None or last is None:
        text = start if first is None else end
        return _When(problem=f"{text!r} is no date in one of the map's forms")
    if last < first[: len(last)]:
        return _When(problem=f"{end!r} is before {start!r}")
    texts = dict.fromkeys(_no_finer(edtf, unit) for edtf in (first, last))
    return _When("/".join(texts), last[:4], last[:7])


def _read(text: str, formats: Iterable[str]) -> str | None:
    """The date in `text` in EDTF, no finer than the form that it is written in: a day, a month or a year."""
    for each in formats:
        try:
            day = datetime.strptime(text, each).date()
        except ValueError:
            continue
        if _HAS_DAY.search(each):
            return day.isoformat()
        return day.isoformat()[: 7 if _HAS_MONTH.search(each) else 4]
    return None


def _no_finer(edtf: str, unit: str) -> str:
    if unit == "year":
        return edtf[:4]
    if unit == "month":
        return edtf[:7]
    return f"{edtf}~" if unit == "about" else edtf


def _add_codes(fields: Fields, name: str, codes: CodeList) -> None:
    texts = fields.filled(codes.of)
    answers = {text: _entries(text, codes) for text in dict.fromkeys(texts)}
    names = {entry for value in codes.values.values() for entry in value}
    for entry in names | set(codes.otherwise or ()):
        full_name = f"{name}.{entry}" if entry else name
        fields.known[full_name] = [
            (answers[text] or {}).get(entry, "") for text in texts
        ]
    fields.unlike(
        f"codes.{name}",
        texts,
        lambda text: (
            "" if answers[text] is not None else f"no entry for the code {text!r}"
        ),
        f"add it to codes.{name} in the map, or say what holds otherwise",
    )


def _entries(text: str, codes: CodeList) -> Entries | None:
    """The entries for a code; None where the list has none."""
    if text in codes.values:
        return codes.values[text]
    if codes.by_start:
        for length in range(len(text) - 1, 0, -1):
            if text[:length] in codes.values:
                return codes.values[text[:length]]
    return codes.otherwise
