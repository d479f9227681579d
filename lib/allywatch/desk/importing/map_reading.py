"""Reading a map: everything that is wrong in the TOML file is found at once, and told with what was meant perhaps."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError
from pathlib import Path
from typing import Any

from allywatch.data.contract import Contract, ContractError, Failure
from allywatch.data.frames import records
from allywatch.data.records import read_table
from allywatch.desk.importing.mapping import (
    OF_PARTNERS,
    SECTION_OF,
    SHIPPED,
    CodeList,
    DateRule,
    Entries,
    Extract,
    LeaveOut,
    PartnerRule,
    TableMap,
    suggestion,
)
from allywatch.desk.importing.templates import Template, TemplateError
from briefmill.regular import file_bytes

#: Columns that are worked out, and that no map gives.
WORKED_OUT = {
    "sources": {"source_id", "file", "sha256"},
    "claims": {
        "claim_id",
        "source_id",
        "event_id",
        "start",
        "end",
        "passage_sha256",
        "locator",
    },
    "events": {"event_id", "partners"},
}
#: What a map may leave to be worked out.
_DEFAULTED = {
    "sources": {"doc_type", "published_basis"},
    "claims": {"date_basis"},
    "events": set[str](),
}
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")

#: The keys of each section with the type that each must have; those that must be there.
_TOP = {
    "title": str,
    "prefix": str,
    "record": str,
    "event_of": str,
    "table": dict,
    "extracts": dict,
    "dates": dict,
    "codes": dict,
    "leave_out": list,
    "partners": dict,
    "source": dict,
    "claim": dict,
    "event": dict,
}
_NEEDED = ("title", "prefix", "record", "partners", "source", "claim", "event")
_TABLE = {
    "delimiter": str,
    "columns": list,
    "sheet": str,
    "encoding": str,
    "quotes": bool,
    "missing": list,
}
_EXTRACT = {"of": str, "pattern": str}
_DATE = {"of": str, "formats": list, "to": str, "unit": str}
_CODES = {
    "of": str,
    "match": str,
    "file": str,
    "values": dict,
    "otherwise": (str, dict),
}
_LEAVE_OUT = {"of": str, "is": list, "is_not": list, "why": str}
_PARTNERS = {
    "of": list,
    "with_power": bool,
    "leave_out_unknown": bool,
    "new": bool,
    "names": dict,
}


def read_map(path: Path, contract: Contract) -> TableMap:
    """The map in a TOML file, checked on its own and against the `contract` of a data folder.

    Raises
    ------
    ContractError
        With everything that is wrong in it.
    """
    try:
        text = tomllib.loads(file_bytes(path).decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        rule = f"must be readable ({error})"
        raise ContractError(
            [Failure(path.name, 0, "", "", rule, "name another file")]
        ) from None
    except (ValueError, RecursionError) as error:
        rule = f"must be TOML ({error})"
        hint = "texts stand in quotation marks, and each key once"
        raise ContractError([Failure(path.name, 0, "", "", rule, hint)]) from None
    reader = _Reader(path)
    result = reader.read(text, contract)
    if reader.failures or result is None:
        raise ContractError(reader.failures)
    return result


@dataclass
class _Reader:
    """Reads a map and keeps everything that is wrong in it."""

    path: Path
    failures: list[Failure] = field(default_factory=list)

    def wrong(self, place: str, value: object, rule: str, hint: str) -> None:
        self.failures.append(Failure(self.path.name, 0, place, str(value), rule, hint))

    def read(self, text: dict[str, Any], contract: Contract) -> TableMap | None:
        top = self.section("", text, _TOP, _NEEDED)
        if self.failures:
            return None
        if not _PREFIX.fullmatch(top["prefix"]):
            rule = "must be a letter, then up to 11 letters, digits or underscores"
            self.wrong(
                "prefix",
                top["prefix"],
                rule,
                "the ids of all its rows begin with it, like ACLED",
            )
        record = self.template("record", top["record"])
        source = dict(top["source"])
        by = source.pop("by", None)
        if not isinstance(by, str):
            rule = "must say which rows share a source"
            self.wrong("source.by", "", rule, 'like by = "{publisher} {when.year}"')
            by = ""
        cells = {
            "sources": self.cells("sources", source, contract),
            "claims": self.cells("claims", top["claim"], contract),
            "events": self.cells("events", top["event"], contract),
        }
        result = TableMap(
            path=self.path,
            title=top["title"],
            prefix=top["prefix"],
            record=record,
            event_of=self.template("event_of", top.get("event_of", top["record"])),
            reading=self.section("table", top.get("table", {}), _TABLE),
            extracts=self.each("extracts", top, self.extract),
            dates=self.each("dates", top, self.date),
            codes=self.each("codes", top, self.code_list),
            leave_out=tuple(
                self.left_out(f"leave_out {number}", rule)
                for number, rule in enumerate(top.get("leave_out", []), 1)
            ),
            partners=self.partners(top["partners"]),
            source_by=self.template("source.by", by),
            cells=cells,
        )
        self.names_that_clash(result)
        self.circles(result)
        return result

    def names_that_clash(self, result: TableMap) -> None:
        """Failures of names that stand for two things."""
        seen = set(OF_PARTNERS)
        for section in ("extracts", "dates", "codes"):
            for name in getattr(result, section):
                if name in seen:
                    rule = "a name must stand for one thing"
                    self.wrong(f"{section}.{name}", name, rule, "give it another name")
                seen.add(name)

    def circles(self, result: TableMap) -> None:
        """A failure where names are made of one another in a circle."""
        try:
            result.order()
        except CycleError as error:
            circle = " → ".join(str(name) for name in error.args[1])
            self.wrong(
                circle, "", "must not be made of itself", "let one of them use a column"
            )

    def section(
        self,
        place: str,
        given: object,
        known: Mapping[str, Any],
        needed: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The keys of a section that are known and of the right type; failures for all others."""
        if not isinstance(given, dict):
            self.wrong(
                place, given, "must be a section of keys", f"write it as [{place}]"
            )
            return {}
        fit = {}
        for key, value in given.items():
            at = f"{place}.{key}" if place else key
            if key not in known:
                hint = f"{suggestion(key, known)}known here: {', '.join(known)}"
                self.wrong(at, "", "must be a key that a map has", hint)
            elif not isinstance(value, known[key]):
                kind = known[key][0] if isinstance(known[key], tuple) else known[key]
                self.wrong(at, value, f"must be {_KINDS[kind]}", _SHAPES[kind])
            else:
                fit[key] = value
        for key in needed:
            if key not in given:
                at = f"{place}.{key}" if place else key
                self.wrong(
                    at,
                    "",
                    "must be there",
                    "see docs/import/README.md for what it holds",
                )
        return fit

    def each(self, section: str, top: Mapping[str, Any], read: Any) -> dict[str, Any]:
        """What stands under each name of a section."""
        return {
            name: read(f"{section}.{name}", given)
            for name, given in top.get(section, {}).items()
        }

    def template(self, place: str, text: object) -> Template:
        try:
            if isinstance(text, (int, float)) and not isinstance(text, bool):
                text = str(text)
            if not isinstance(text, str):
                raise TemplateError("must be a text")
            return Template.of(text)
        except TemplateError as error:
            hint = 'write it like "{column}", "{code.entry}" or "words[ and {column}]"'
            self.wrong(place, text, str(error), hint)
            return Template(())

    def extract(self, place: str, given: object) -> Extract:
        keys = self.section(place, given, _EXTRACT, _EXTRACT)
        pattern = re.compile("")
        try:
            pattern = re.compile(keys.get("pattern", ""))
        except re.error as error:
            rule = f"must be a regular expression ({error})"
            self.wrong(
                f"{place}.pattern",
                keys["pattern"],
                rule,
                "put it into single quotes, so that \\ stays",
            )
        return Extract(self.template(f"{place}.of", keys.get("of", "")), pattern)

    def date(self, place: str, given: object) -> DateRule:
        keys = self.section(place, given, _DATE, ["of"])
        optional = {
            key: self.template(f"{place}.{key}", keys[key]) if key in keys else None
            for key in ("to", "unit")
        }
        formats = keys.get("formats", ["%Y-%m-%d"])
        if not all(isinstance(each, str) and "%" in each for each in formats):
            self.wrong(
                f"{place}.formats",
                formats,
                "must be a list of date formats",
                'like ["%Y-%m-%d", "%d %B %Y"]',
            )
        of = self.template(f"{place}.of", keys.get("of", ""))
        return DateRule(of, tuple(map(str, formats)), optional["to"], optional["unit"])

    def code_list(self, place: str, given: object) -> CodeList:
        keys = self.section(place, given, _CODES, ["of"])
        match = keys.get("match", "exact")
        if match not in ("exact", "start"):
            self.wrong(
                f"{place}.match",
                match,
                "must be exact or start",
                "start: the longest code with which the text begins",
            )
        if ("file" in keys) == ("values" in keys):
            self.wrong(
                place,
                "",
                "must have either values or a file",
                'values = { "01" = { type = "…" } }, or file = "codes.csv"',
            )
        values = {
            str(code): self.entries(f"{place}.values.{code}", value)
            for code, value in keys.get("values", {}).items()
        }
        if "file" in keys:
            values = self.code_file(f"{place}.file", keys["file"])
        otherwise = None
        if "otherwise" in keys:
            otherwise = self.entries(f"{place}.otherwise", keys["otherwise"])
        of = self.template(f"{place}.of", keys.get("of", ""))
        return CodeList(of, match == "start", values, otherwise)

    def entries(self, place: str, value: object) -> Entries:
        if isinstance(value, dict):
            return {name: str(entry) for name, entry in value.items()}
        if isinstance(value, (str, int, float)):
            return {"": str(value)}
        self.wrong(
            place,
            value,
            "must be a text, or entries",
            'like "context" or { type = "CONDITION", direction = 0 }',
        )
        return {}

    def code_file(self, place: str, name: str) -> dict[str, Entries]:
        """The code list in a CSV file beside the map, or among the shipped ones: the code, then its entries."""
        for folder in (self.path.parent, SHIPPED):
            file = folder / name
            if Path(name).name == name and file.is_file():
                return _code_table(file)
        self.wrong(
            place,
            name,
            "must be a CSV file beside the map",
            "its first column holds the codes, the others their entries",
        )
        return {}

    def left_out(self, place: str, given: object) -> LeaveOut:
        keys = self.section(place, given, _LEAVE_OUT, ["of", "why"])
        if ("is" in keys) == ("is_not" in keys):
            self.wrong(
                place,
                "",
                "must have either is or is_not",
                'like is = ["Strategic developments"]',
            )
        values = frozenset(map(str, keys.get("is", keys.get("is_not", []))))
        of = self.template(f"{place}.of", keys.get("of", ""))
        return LeaveOut(of, values, "is_not" in keys, keys.get("why", ""))

    def partners(self, given: object) -> PartnerRule:
        keys = self.section("partners", given, _PARTNERS, ["of"])
        templates = tuple(
            self.template("partners.of", each) for each in keys.get("of", [])
        )
        with_power = keys.get("with_power", False)
        if with_power and len(templates) != 2:
            self.wrong(
                "partners.of",
                len(templates),
                "must name two sides where with_power is true",
                'like of = ["{Source Country}", "{Target Country}"]',
            )
        names = {
            str(name).casefold(): str(code)
            for name, code in keys.get("names", {}).items()
        }
        return PartnerRule(
            templates,
            with_power,
            keys.get("leave_out_unknown", False),
            keys.get("new", False),
            names,
        )

    def cells(
        self, table: str, given: Mapping[str, Any], contract: Contract
    ) -> dict[str, Template]:
        """The template of each column of a table; failures of columns that the contract lacks or asks for."""
        section = SECTION_OF[table]
        fields = contract.tables[table].fields
        free = [name for name in fields if name not in WORKED_OUT[table]]
        for column in given:
            if column not in free:
                rule = f"must be a column of {table} that a map may give"
                hint = f"{suggestion(column, free)}those are: {', '.join(free)}"
                self.wrong(f"{section}.{column}", "", rule, hint)
        for column in free:
            required = fields[column].get("constraints", {}).get("required")
            if required and column not in given and column not in _DEFAULTED[table]:
                rule = "must be there: the contract requires it"
                self.wrong(
                    f"{section}.{column}", "", rule, fields[column]["description"]
                )
        return {
            column: self.template(f"{section}.{column}", text)
            for column, text in given.items()
            if column in free
        }


def _code_table(file: Path) -> dict[str, Entries]:
    """The entries of each code in a CSV file whose first column holds the codes."""
    table = read_table(file, delimiter=",")
    entries = records(table.iloc[:, 1:])
    return dict(zip(table.iloc[:, 0], entries, strict=True))


_KINDS = {
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "a section of keys",
}
_SHAPES = {
    str: 'write it in quotation marks, like "…"',
    bool: "write true or false, without quotation marks",
    list: 'write it in square brackets, like ["…", "…"]',
    dict: "write it under a heading in square brackets",
}
