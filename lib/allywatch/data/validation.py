"""Checks on one table: its cells, its keys and its rows.

Frames here hold text cells as they stand in the file, a blank cell as ""; their index is the line in the
file on which the row starts. Nothing is repaired here, and nothing is raised.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process, utils

from allywatch.data import conditions, dates
from allywatch.data.contract import (
    EDTF,
    Failure,
    Field,
    TableSchema,
    labelled_values,
    listed_values,
)
from allywatch.data.patterns import fits
from briefmill.clock import is_day

#: Characters that no cell needs and that can hide or rewrite what a reader sees.
HIDDEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]"
)
_NUMBERS = {
    "integer": ("whole number", re.compile(r"-?\d{1,15}", re.ASCII)),
    "number": ("number", re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)),
}
# Suggestions cost a search each; past this many different wrong values in a column they stop helping.
_MOST_SUGGESTIONS = 20


@dataclass(frozen=True)
class Breach:
    """A rule that a cell breaks, and what to do about it."""

    rule: str
    hint: str


#: Says what an entry of one column breaks, None where it fits.
Judge = Callable[[str], Breach | None]


def judges(schema: TableSchema) -> dict[str, Judge]:
    """A judge for each column of a table; it judges a text once and remembers the verdict."""
    return {name: cache(judge(field)) for name, field in schema.fields.items()}


def takes_any_text(field: Field) -> bool:
    """Whether no single entry of a column can have the wrong type or form, or a value that is not listed."""
    has_form = bool(field.get("constraints", {}).get("pattern"))
    is_free = field["type"] == "string" and field.get("rdfType") != EDTF
    return is_free and not has_form and not listed_values(field)


def judge(field: Field) -> Judge:
    """What says which rule on type, form or listed values an entry of a column breaks.

    The entry is not blank; of a list it is one of its entries.
    """
    values = listed_values(field)
    if values:
        hint = f"choose from: {labelled_values(field)}"
        breach = Breach("must be one of the listed values", hint)
        return _judge_by(set(values).__contains__, breach)
    if field.get("rdfType") == EDTF:
        return _misfit_of_edtf
    kind = field["type"]
    if kind in _NUMBERS:
        name, form = _NUMBERS[kind]
        hint = "digits only, with a point before decimals and no unit or thousands separator"
        return _judge_by(form.fullmatch, Breach(f"must be a {name}", hint))
    if kind == "date":
        hint = "write it as year-month-day, like 2026-03-31"
        return _judge_by(is_day, Breach("must be a possible day", hint))
    pattern = field.get("constraints", {}).get("pattern")
    if not pattern:
        return lambda entry: None
    example = f" (for example {field['example']})" if "example" in field else ""
    hint = field.get("description", "") + example
    return _judge_by(partial(fits, pattern), Breach("must have the right form", hint))


def _judge_by(is_right: Callable[[str], Any], breach: Breach) -> Judge:
    return lambda entry: None if is_right(entry) else breach


def _misfit_of_edtf(entry: str) -> Breach | None:
    try:
        dates.bounds(entry)
    except ValueError as error:
        forms = "2024, 2024-10, 2024-10-25, 2024-39, [2024..2025], 2020/2023, ../2025-06 or 2022/.."
        hint = f"{error}; write it like {forms}"
        return Breach("must be a possible date in EDTF", hint)
    return None


def validate(
    cells: pd.DataFrame,
    schema: TableSchema,
    judge_of: Mapping[str, Judge],
    rules: Mapping[str, Any],
) -> list[Failure]:
    """Every failure of a table that can be seen without the other tables.

    Parameters
    ----------
    cells
        Text cells of the table; index: the line in the file. Columns that the contract does not know, or
        that are missing, are the reader's to report and are passed over.
    judge_of
        The judge of each column, see `judges`.
    rules
        What the data folder says under ``allywatch``.
    """
    found = []
    for name, field in schema.fields.items():
        if name in cells:
            found += _cell_failures(cells[name], field, judge_of[name], schema.path)
    for key in schema.unique_keys:
        if set(key) <= set(cells):
            found += _repeated(cells[key], schema.path)
    for rule in rules.get("must_differ", []):
        if rule["table"] == schema.name:
            found += _alike(cells, rule, schema.path)
    return found + _row_failures(cells, schema, rules)


def failures(
    path: str, cells: pd.Series, bad: pd.Series | np.ndarray, rule: str, hint: str
) -> list[Failure]:
    """One failure for each of `cells` where the mask `bad` is true."""
    if not bad.any():
        return []
    column = str(cells.name)
    return [
        Failure(path, line, column, value, rule, hint)
        for line, value in by_line(cells[bad])
    ]


def by_line(cells: pd.Series) -> Iterator[tuple[int, str]]:
    """Each cell after the line of the file on which its row starts."""
    return zip(cells.index.tolist(), cells.tolist(), strict=True)


def entries(cells: pd.Series, field: Field) -> pd.Series:
    """The single entries of `cells`, blanks left out; an index label repeats for a list of several."""
    filled = cells[cells != ""]
    if field["type"] == "list":
        return filled.str.split(field["delimiter"]).explode()
    return filled


def _cell_failures(
    cells: pd.Series, field: Field, judge: Judge, path: str
) -> list[Failure]:
    """Failures of single cells."""
    distinct = cells.unique().tolist()
    if _is_plainly_sound(distinct, field, judge):
        return []
    breaches = {}
    for cell in distinct:
        broken = list(_breaches(cell, field, judge))
        if broken:
            breaches[cell] = broken
    if not breaches:
        return []
    # Codes of one or two letters resemble everything.
    names = {value: value for value in listed_values(field) if len(value) > 2}
    suggested = suggestions(list(breaches), names)
    found = []
    column = str(cells.name)
    for line, cell in by_line(cells[cells.isin(list(breaches))]):
        for breach in breaches[cell]:
            hint = suggested.get(cell, "") + breach.hint
            found.append(Failure(path, line, column, cell, breach.rule, hint))
    return found


def _is_plainly_sound(distinct: list[str], field: Field, judge: Judge) -> bool:
    """Whether a quick look at all cells of a column at once shows that none breaks anything; False where it cannot say."""
    limits = field.get("constraints", {})
    filled = [cell for cell in distinct if cell]
    if field["type"] == "list":
        return False
    if len(filled) < len(distinct) and limits.get("required"):
        return False
    if HIDDEN.search("\n".join(filled)):
        return False
    if "maxLength" in limits and max(map(len, filled), default=0) > limits["maxLength"]:
        return False
    if not takes_any_text(field) and any(map(judge, filled)):
        return False
    if {"minimum", "maximum"} & set(limits):
        least = limits.get("minimum", -math.inf)
        most = limits.get("maximum", math.inf)
        return all(least <= number <= most for number in map(float, filled))
    return True


def _breaches(cell: str, field: Field, judge: Judge) -> Iterator[Breach]:
    """What one cell breaks of its field."""
    limits = field.get("constraints", {})
    meaning = field.get("description", "")
    if cell == "":
        if limits.get("required"):
            values = labelled_values(field)
            choice = f"choose from: {values}. " if values else "fill it in: "
            yield Breach("must not be blank", choice + meaning)
        return
    # Most cells are plain, and that is quicker to see.
    is_plain = cell.isascii() and cell.isprintable()
    if not is_plain and HIDDEN.search(cell):
        yield Breach(
            "must not hold a hidden or lost character",
            "delete the cell and type it again as plain text",
        )
        return

    parts = cell.split(field["delimiter"]) if field["type"] == "list" else [cell]
    misfits = [breach for breach in map(judge, parts) if breach is not None]
    if misfits:
        yield misfits[0]
    elif "minimum" in limits and float(cell) < limits["minimum"]:
        yield Breach(f"must be at least {limits['minimum']}", meaning)
    elif "maximum" in limits and float(cell) > limits["maximum"]:
        yield Breach(f"must be at most {limits['maximum']}", meaning)
    if len(set(parts) - {""}) < len(parts):
        yield Breach(
            "the entries of a list must differ",
            "write each entry once, and no empty one",
        )
    most = limits.get("maxLength")
    if most is not None and len(cell) > most:
        yield Breach(
            f"must have at most {most} characters", f"it has {len(cell)}; shorten it"
        )


def suggestions(wrong: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """For each of `wrong` that resembles a key of `names`: "did you mean …? " with that name's value."""
    if not names:
        return {}
    suggested = {}
    for value in wrong[:_MOST_SUGGESTIONS]:
        nearest = process.extractOne(
            value,
            list(names),
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            score_cutoff=70,
        )
        if nearest:
            name = nearest[0]
            code = names[name]
            also = "" if name == code else f" ({name})"
            suggested[value] = f"did you mean {code}{also}? "
    return suggested


def _repeated(keys: pd.DataFrame, path: str) -> list[Failure]:
    """A failure for each row whose key an earlier row has; a key with a blank is none."""
    if not keys.duplicated().any():
        return []
    first_row: dict[tuple[str, ...], int] = {}
    found = []
    columns = keys.columns.tolist()
    rule = f"{' and '.join(columns)} must not repeat"
    for row, *values in keys.itertuples(name=None):
        key = tuple(values)
        if "" in key:
            continue
        first = first_row.setdefault(key, row)
        if first != row:
            hint = f"first used in row {first}; give this row another, or delete it"
            value = ", ".join(key)
            found.append(Failure(path, int(row), columns[0], value, rule, hint))
    return found


def _alike(cells: pd.DataFrame, rule: Mapping[str, Any], path: str) -> list[Failure]:
    """A failure for each row that repeats what must differ, against a rule of ``must_differ``.

    Rows with one of the values that the rule names under ``unless`` may be alike.
    """
    unless = rule.get("unless", {})
    if not {*rule["fields"], *unless} <= set(cells):
        return []
    may_repeat = pd.Series(False, index=cells.index)
    for column, values in unless.items():
        may_repeat |= cells[column].isin(values)
    return _repeated(cells.loc[~may_repeat, rule["fields"]], path)


def _row_failures(
    cells: pd.DataFrame, schema: TableSchema, rules: Mapping[str, Any]
) -> list[Failure]:
    """Failures of the rules on the cells of one row."""
    likelihood = rules.get("likelihood", {}).get("words", [])
    names = {
        "$focal_power": rules["focal_power"],
        "$likelihood": [entry["word"] for entry in likelihood],
    }
    found = []
    for rule in schema.row_rules:
        if conditions.columns(rule, schema.fields) <= set(cells):
            column, bad = conditions.unmet(cells, rule, names)
            found += failures(
                schema.path, cells[column], bad, rule["says"], rule["hint"]
            )
    return found
