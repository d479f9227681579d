"""The contract: what `datapackage.json` says of the tables, and how a break of it is told.

Failures are collected and never raised one by one, so that a curator sees all of them at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from allywatch.data.limits import rule_gaps
from allywatch.data.shape import Misfit, disagreements, misfits
from briefmill.regular import file_bytes
from briefmill.terminal import visible

PACKAGE_FILE = "datapackage.json"
EDTF = "https://id.loc.gov/datatypes/edtf"
TABLES = (
    "sources",
    "claims",
    "events",
    "relations",
    "judgements",
    "partners",
    "event_types",
)
#: Tables that a data folder may do without.
OPTIONAL_TABLES = ("doubts", "uncoded")

#: What the data folder says of one column: type, constraints, listed values, meaning.
Field = Mapping[str, Any]


@dataclass(frozen=True)
class Failure:
    """One place where the data break the contract.

    `row` is the line in the file on which the row starts, 0 where the failure is the whole file's.
    `rule` says what ought to hold, `hint` what to do.
    """

    file: str
    row: int
    column: str
    value: str
    rule: str
    hint: str

    def __str__(self) -> str:
        place = placed(self.file, self.row, self.column)
        value = f": {shown(self.value)}" if self.value else ""
        return visible(f"{place}{value}: {self.rule} → {self.hint}")


class ContractError(ValueError):
    """The data folder breaks the contract; `failures` has every place."""

    def __init__(self, failures: list[Failure]):
        super().__init__(failures)
        self.failures = failures

    def __str__(self) -> str:
        most = 20
        number = len(self.failures)
        lines = [f"the data break the contract in {number} place(s)"]
        lines += [str(failure) for failure in self.failures[:most]]
        if number > most:
            lines.append(f"… and {number - most} more; `allywatch check` lists them")
        return "\n".join(lines)


def placed(file: str, row: int, column: str) -> str:
    """Where a cell, a row or a file is, in words; a `row` of 0 and a blank `column` are left out."""
    words = [file]
    if row:
        words.append(f"row {row}")
    if column:
        words.append(column)
    return ", ".join(words)


def shown(value: str, most: int = 60) -> str:
    """`value` in quotes, cut short, with every character that is not plainly visible escaped."""
    cut = value if len(value) <= most else value[: most - 1] + "…"
    return f"'{visible(cut)}'"


@dataclass(frozen=True)
class Key:
    """The column of a table in which a key must stand."""

    table: str
    column: str


@dataclass(frozen=True, eq=False)
class TableSchema:
    """What the contract says of one table.

    Attributes
    ----------
    files
        Names of its files in the data folder; one, but for the codings.
    fields
        Each column's description by its name, in the order of the contract. A field that
        is the ``same_as`` one of another table has whatever it does not say itself from there.
    primary_key
        Columns that together name a row.
    unique_keys
        Columns that together must not repeat; the primary key first.
    references
        For each column that holds keys: where these must stand.
    row_rules
        Rules on the cells of one row, as `conditions` reads them.
    measure
        How agreement on it is measured; empty but for the codings.
    encoding
        What its file may be in besides UTF-8; "" where nothing else is stated.
    """

    name: str
    files: tuple[str, ...]
    description: str
    fields: dict[str, Field]
    primary_key: list[str]
    unique_keys: list[list[str]]
    references: dict[str, list[Key]]
    row_rules: list[dict[str, Any]]
    measure: dict[str, Any]
    encoding: str = ""

    @property
    def path(self) -> str:
        """The table's file; the first, if there are several."""
        return self.files[0]


class Contract:
    """A data folder's contract, looked up by table.

    Attributes
    ----------
    package
        `datapackage.json` as it stands.
    rules
        What it says under ``allywatch``: focal power, gate, words, weights and limits.
    tables
        The schema of each table that it describes, by name.
    """

    def __init__(self, package: dict[str, Any]) -> None:
        self.package = package
        self.rules: dict[str, Any] = package["allywatch"]
        resources = {resource["name"]: resource for resource in package["resources"]}
        self.tables = {
            name: _table_schema(resource, resources, self.rules)
            for name, resource in resources.items()
            if isinstance(resource.get("schema"), dict)
        }

    @cached_property
    def text(self) -> str:
        """The package as the text of a file; kept, for every briefing attaches it."""
        written = json.dumps(self.package, ensure_ascii=False, indent=1, sort_keys=True)
        return f"{written}\n"

    def labels(self, table: str, column: str) -> dict[Any, str]:
        """Listed values of a column in the contract's order, each with its label in words."""
        categories = self.tables[table].fields[column].get("categories", [])
        return {category["value"]: category["label"] for category in categories}


def listed_values(field: Field) -> list[str]:
    """The values a field may have, as text; empty where they are not listed."""
    return [str(category["value"]) for category in field.get("categories", [])]


def labelled_values(field: Field) -> str:
    """The listed values in words, a number with what it stands for: ``-1 (away), 0 (holds), 1 (closer)``."""
    return ", ".join(
        f"{category['value']} ({category['label'].lower()})"
        if isinstance(category["value"], int) and category.get("label")
        else str(category["value"])
        for category in field.get("categories", [])
    )


def _table_schema(
    resource: Mapping[str, Any],
    resources: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, Any],
) -> TableSchema:
    schema = resource["schema"]
    path = resource.get("path", "")
    stated = resource.get("encoding", "")
    fields = _fields(resource, resources)
    primary_key = schema.get("primaryKey", [])
    its_rules = {resource["name"], *resource.get("rows_as_in", ())}
    return TableSchema(
        name=resource["name"],
        files=(path,) if isinstance(path, str) else tuple(path),
        description=resource.get("description", ""),
        fields=fields,
        primary_key=primary_key,
        unique_keys=_unique_keys(schema, fields),
        references=_references(schema, fields),
        row_rules=[
            rule for rule in rules.get("row_rules", []) if rule["table"] in its_rules
        ],
        measure=resource.get("measure", {}),
        encoding="" if stated.lower() in ("utf-8", "utf8") else stated,
    )


def _fields(
    resource: Mapping[str, Any], resources: Mapping[str, Mapping[str, Any]]
) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for field in resource["schema"].get("fields", []):
        home = field.get("same_as")
        if home:
            home_fields = _fields(resources[home["resource"]], resources)
            field = {**home_fields[home["field"]], **field}
        fields[field["name"]] = field
    return fields


def _unique_keys(
    schema: Mapping[str, Any], fields: Mapping[str, Field]
) -> list[list[str]]:
    keys = [schema.get("primaryKey", []), *schema.get("uniqueKeys", [])]
    for name, field in fields.items():
        unique = field.get("constraints", {}).get("unique")
        if unique and [name] not in keys:
            keys.append([name])
    return keys


def _references(
    schema: Mapping[str, Any], fields: Mapping[str, Field]
) -> dict[str, list[Key]]:
    references = {}
    for foreign_key in schema.get("foreignKeys", []):
        target = foreign_key["reference"]
        column = foreign_key["fields"][0]
        references[column] = [Key(target["resource"], target["fields"][0])]
    for name, field in fields.items():
        if "references" in field:
            references[name] = [
                Key(target["resource"], target["field"])
                for target in field["references"]
            ]
    return references


#: The rule that a file breaks in which a merge has left its marks, and what to do.
UNMERGED = (
    "must not hold the marks of a merge that git could not finish",
    "between <<<<<<< and >>>>>>> stand the lines of one side and of the other: keep what is to stay, often both, and "
    "delete the three lines of marks",
)
_MARK = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)


def conflict_line(text: str) -> int:
    """The line of the first mark that a merge has left in a file; 0 where there is none."""
    mark = _MARK.search(text)
    return text.count("\n", 0, mark.start()) + 1 if mark else 0


def read_contract(data_dir: Path) -> Contract:
    """The contract in a data folder's `datapackage.json`.

    Raises
    ------
    ContractError
        If it is missing, is not JSON, or lacks one of the tables or the key ``allywatch``.
    """
    try:
        content = file_bytes(data_dir / PACKAGE_FILE)
        package = json.loads(content)
        # Half of a character, as \ud800, can be written into no file.
        json.dumps(package, ensure_ascii=False).encode()
    except OSError as error:
        rule = f"must be readable ({error.strerror or error})"
        raise ContractError([Failure(PACKAGE_FILE, 0, "", "", rule, _START)]) from None
    except (ValueError, RecursionError) as error:
        unmerged = conflict_line(content.decode(errors="replace"))
        if unmerged:
            failure = Failure(PACKAGE_FILE, unmerged, "", "", *UNMERGED)
            raise ContractError([failure]) from None
        rule = f"must be JSON ({type(error).__name__}: {error})"
        raise ContractError([Failure(PACKAGE_FILE, 0, "", "", rule, _START)]) from None
    # What has not the right shape cannot be asked what it says.
    wrong = misfits(package) or _gaps(package)
    if wrong:
        raise ContractError(
            [
                Failure(
                    PACKAGE_FILE, 0, misfit.place, misfit.value, misfit.rule, _START
                )
                for misfit in wrong
            ]
        )
    return Contract(package)


_START = "compare with the one that comes with allywatch, or name another data folder"


def _gaps(package: Mapping[str, Any]) -> list[Misfit]:
    """What the readers rely on and `package`, of the right shape, lacks or says otherwise in two places."""
    resources = {resource["name"]: resource for resource in package["resources"]}
    gaps = [f"must have the table {name!r}" for name in TABLES if name not in resources]
    for name in (*TABLES, *OPTIONAL_TABLES):
        if name in resources:
            gaps += _table_gaps(resources[name])
    gaps += rule_gaps(package["allywatch"])
    return [Misfit("", "", gap) for gap in gaps] + disagreements(package)


def _table_gaps(resource: Mapping[str, Any]) -> list[str]:
    name = resource["name"]
    schema = resource.get("schema", {})
    if isinstance(resource.get("path"), str) and schema.get("primaryKey"):
        return []
    return [f"{name} must have a path and a key"]
