"""The contract: what `datapackage.json` asks of the tables, and every place where they do not keep it.

Frames here hold text cells as they stand in the file, a blank cell as ""; their index is the line in the
file on which the row starts. Nothing is repaired and nothing is raised while checking: failures are
collected, so that a curator sees all of them at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process, utils

from allywatch.data import conditions, dates
from briefmill.clock import is_day
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
OPTIONAL_TABLES = ("uncoded",)

#: Characters that no cell needs and that can hide or rewrite what a reader sees.
HIDDEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]"
)
_NUMBERS = {
    "integer": ("whole number", re.compile(r"-?\d{1,15}", re.ASCII)),
    "number": ("number", re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)),
}
#: Limits that each rule under ``allywatch`` must state.
_LIMITS = {
    "support": ("unscored_modalities", "max_credibility"),
    "gate": ("min_events", "min_lineages"),
    "corroboration": ("min_lineages", "few_below_share"),
    "turn": ("min_events_before", "min_events_after", "min_share_away_after"),
    "charts": ("dark_from_events",),
}
# Suggestions cost a search each; past this many different wrong values in a column they stop helping.
_MOST_SUGGESTIONS = 20


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
        value = f": {shown(self.value)}" if self.value else ""
        return visible(
            f"{placed(self.file, self.row, self.column)}{value}: {self.rule} → {self.hint}"
        )


class ContractError(ValueError):
    """The data folder breaks the contract; `failures` has every place."""

    def __init__(self, failures: list[Failure]):
        super().__init__(failures)
        self.failures = failures

    def __str__(self) -> str:
        most = 20
        lines = [str(failure) for failure in self.failures[:most]]
        if len(self.failures) > most:
            lines.append(
                f"… and {len(self.failures) - most} more; `allywatch check` lists them"
            )
        return "\n".join(
            [f"the data break the contract in {len(self.failures)} place(s)", *lines]
        )


def placed(file: str, row: int, column: str) -> str:
    """Where a cell, a row or a file is, in words; a `row` of 0 and a blank `column` are left out."""
    return ", ".join(
        part for part in (file, f"row {row}" if row else "", column) if part
    )


def shown(value: str, most: int = 60) -> str:
    """`value` in quotes, cut short, with every character that is not plainly visible escaped."""
    cut = value if len(value) <= most else value[: most - 1] + "…"
    return f"'{visible(cut)}'"


def read_package(data_dir: Path) -> dict[str, Any]:
    """The data folder's `datapackage.json`.

    Raises
    ------
    ContractError
        If it is missing, is not JSON, or lacks one of the tables or the key ``allywatch``.
    """
    try:
        package = json.loads((data_dir / PACKAGE_FILE).read_bytes())
        problems = _gaps(package)
    except OSError as error:
        problems = [f"must be readable ({error.strerror or error})"]
    except (ValueError, RecursionError) as error:
        problems = [f"must be JSON ({type(error).__name__}: {error})"]
    except (KeyError, TypeError, AttributeError) as error:
        problems = [f"must be a data package ({type(error).__name__}: {error})"]
    if problems:
        hint = "name a data folder that holds one, or start from the one that comes with allywatch"
        raise ContractError(
            [Failure(PACKAGE_FILE, 0, "", "", problem, hint) for problem in problems]
        )
    return package


def _gaps(package: Mapping) -> list[str]:
    """What the readers rely on and `package` lacks."""
    known = {entry["name"]: entry for entry in package["resources"]}
    gaps = [f"must have the table {name!r}" for name in TABLES if name not in known]
    for name in (*TABLES, *OPTIONAL_TABLES):
        if name in known:
            schema = known[name]["schema"]
            if not (known[name].get("path") and schema.get("primaryKey")):
                gaps.append(f"{name} must have a path and a key")
            for field in schema["fields"]:
                needed = {"name", "type"} | (
                    {"delimiter"} if field.get("type") == "list" else set()
                )
                gaps += [
                    f"a field of {name} must have {lack}"
                    for lack in sorted(needed - set(field))
                ]
    return gaps + [f"must have allywatch.{lack}" for lack in _missing_rules(package)]


def _missing_rules(package: Mapping) -> list[str]:
    """The rules, and the limits of rules, that readers rely on and `package` lacks."""
    rules = package["allywatch"]
    missing = {"focal_power", "gazetteer", "thesis"} - set(rules)
    for rule, limits in _LIMITS.items():
        stated = rules.get(rule, {})
        missing |= {f"{rule}.{limit}" for limit in limits if limit not in stated}
    return sorted(missing)


def resource(package: Mapping, table: str) -> dict[str, Any]:
    """The description of `table` in `package`."""
    return next(entry for entry in package["resources"] if entry["name"] == table)


def fields(package: Mapping, table: str) -> dict[str, dict[str, Any]]:
    """The field descriptions of `table` by column, in the order of the contract.

    A field that is the ``same_as`` one of another table has whatever it does not say itself from there.
    """
    found = {
        field["name"]: field for field in resource(package, table)["schema"]["fields"]
    }
    for name, field in found.items():
        if home := field.get("same_as"):
            found[name] = fields(package, home["resource"])[home["field"]] | field
    return found


def references(package: Mapping, table: str) -> dict[str, list[tuple[str, str]]]:
    """For each column of `table` that holds keys: the (table, column) pairs where they must stand."""
    found = {}
    for key in resource(package, table)["schema"].get("foreignKeys", []):
        target = key["reference"]
        found[key["fields"][0]] = [(target["resource"], target["fields"][0])]
    for name, field in fields(package, table).items():
        if "references" in field:
            found[name] = [
                (target["resource"], target["field"]) for target in field["references"]
            ]
    return found


def items(cells: pd.Series, field: Mapping) -> pd.Series:
    """The single entries of `cells`, blanks left out; an index label repeats for a list of several."""
    told = cells[cells != ""]
    return (
        told.str.split(field["delimiter"]).explode()
        if field["type"] == "list"
        else told
    )


def fits(value: str, field: Mapping) -> bool:
    """Whether one entry that is not blank has the type, form and listed values of its field."""
    return _misfit(value, field) is None


def _misfit(entry: str, field: Mapping) -> tuple[str, str] | None:
    """The rule on type, form or listed values that one entry breaks, with what to do; None if it fits."""
    kind, pattern = field["type"], field.get("constraints", {}).get("pattern")
    if choices := [str(category["value"]) for category in field.get("categories", [])]:
        if entry not in choices:
            return (
                "must be one of the listed values",
                f"choose from: {', '.join(choices)}",
            )
    elif field.get("rdfType") == EDTF:
        try:
            dates.bounds(entry)
        except ValueError as error:
            forms = "2024, 2024-10, 2024-10-25, 2024-39, [2024..2025], 2020/2023, ../2025-06 or 2022/.."
            return "must be a possible date in EDTF", f"{error}; write it like {forms}"
    elif kind in _NUMBERS:
        name, form = _NUMBERS[kind]
        if not form.fullmatch(entry):
            hint = "digits only, with a point before decimals and no unit or thousands separator"
            return f"must be a {name}", hint
    elif kind == "date":
        if not is_day(entry):
            return (
                "must be a possible day",
                "write it as year-month-day, like 2026-03-31",
            )
    elif pattern and not re.fullmatch(pattern, entry):
        example = f" (for example {field['example']})" if "example" in field else ""
        return "must have the right form", field.get("description", "") + example
    return None


def validate(frame: pd.DataFrame, table: str, package: Mapping) -> list[Failure]:
    """Every failure of `table` that can be seen without the other tables.

    Parameters
    ----------
    frame
        Text cells of `table`; index: the line in the file. Columns that the contract does not know, or
        that are missing, are the reader's to report and are passed over.
    """
    path, schema = (resource(package, table)[name] for name in ("path", "schema"))
    found, keys = [], [schema["primaryKey"], *schema.get("uniqueKeys", [])]
    for name, field in fields(package, table).items():
        if name in frame:
            found += _cell_failures(frame[name], field, path)
        if field.get("constraints", {}).get("unique") and [name] not in keys:
            keys.append([name])
    for key in keys:
        found += _repeated(frame, key, path)
    return found + _row_failures(frame, table, package)


def failures(
    path: str, cells: pd.Series, bad: pd.Series, rule: str, hint: str
) -> list[Failure]:
    """One failure for each of `cells` where the mask `bad` is true."""
    return [
        Failure(path, int(row), cells.name, value, rule, hint)
        for row, value in cells[bad].items()
    ]


def _cell_failures(cells: pd.Series, field: Mapping, path: str) -> list[Failure]:
    """Failures of single cells; each different cell is judged once."""
    wrong = {
        cell: found for cell in cells.unique() if (found := list(_broken(cell, field)))
    }
    if not wrong:
        return []
    choices = [str(entry["value"]) for entry in field.get("categories", [])]
    near = suggestions(
        list(wrong), {choice: choice for choice in choices if len(choice) > 2}
    )
    return [
        Failure(path, int(row), cells.name, cell, rule, near.get(cell, "") + hint)
        for row, cell in cells[cells.isin(list(wrong))].items()
        for rule, hint in wrong[cell]
    ]


def _broken(cell: str, field: Mapping) -> Iterator[tuple[str, str]]:
    """The rules of its field that one cell breaks, with what to do about each."""
    limits, meaning = field.get("constraints", {}), field.get("description", "")
    if cell == "":
        if limits.get("required"):
            yield "must not be blank", f"fill it in: {meaning}"
        return
    plain = cell.isascii() and cell.isprintable()  # as most are, and told at once
    if not plain and HIDDEN.search(cell):
        yield (
            "must not hold a hidden or lost character",
            "delete the cell and type it again as plain text",
        )
        return
    entries = cell.split(field["delimiter"]) if field["type"] == "list" else [cell]
    if wrong := next(filter(None, (_misfit(entry, field) for entry in entries)), None):
        yield wrong
    elif "minimum" in limits and float(cell) < limits["minimum"]:
        yield f"must be at least {limits['minimum']}", meaning
    elif "maximum" in limits and float(cell) > limits["maximum"]:
        yield f"must be at most {limits['maximum']}", meaning
    if len(set(entries) - {""}) < len(entries):
        yield (
            "the entries of a list must differ",
            "write each entry once, and no empty one",
        )
    if len(cell) > limits.get("maxLength", len(cell)):
        yield (
            f"must have at most {limits['maxLength']} characters",
            f"it has {len(cell)}; shorten it",
        )


def suggestions(wrong: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """For each of `wrong` that resembles a key of `names`: "did you mean …? " with that name's value."""
    found = {}
    for value in wrong[: _MOST_SUGGESTIONS if names else 0]:
        best = process.extractOne(
            value,
            list(names),
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            score_cutoff=70,
        )
        if best:
            code = names[best[0]]
            found[value] = (
                f"did you mean {code}{'' if best[0] == code else f' ({best[0]})'}? "
            )
    return found


def _repeated(frame: pd.DataFrame, key: list[str], path: str) -> list[Failure]:
    if not set(key) <= set(frame):
        return []
    first: dict[tuple, int] = {}
    found = []
    for row, *values in zip(frame.index, *(frame[name] for name in key), strict=True):
        if "" not in values and first.setdefault(tuple(values), row) != row:
            hint = f"first used in row {first[tuple(values)]}; give this row another, or delete it"
            rule = f"{' and '.join(key)} must not repeat"
            found.append(Failure(path, int(row), key[0], ", ".join(values), rule, hint))
    return found


def _row_failures(frame: pd.DataFrame, table: str, package: Mapping) -> list[Failure]:
    extra, described = package["allywatch"], resource(package, table)
    path, tables = described["path"], {table, *described.get("rows_as_in", ())}
    words = [entry["word"] for entry in extra.get("likelihood", {}).get("words", [])]
    names = {"$focal_power": extra["focal_power"], "$likelihood": words}
    found, known = [], set(fields(package, table))
    for rule in extra.get("row_rules", []):
        compared = [each for each in rule["then"].values() if isinstance(each, dict)]
        columns = {*rule.get("when", {}), *rule["then"]}
        columns |= known & {
            value for condition in compared for value in condition.values()
        }
        if rule["table"] in tables and columns <= set(frame):
            column, bad = conditions.unmet(frame, rule, names)
            found += failures(path, frame[column], bad, rule["says"], rule["hint"])
    return found
