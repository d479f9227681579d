"""Conditions on the cells of one row, as the data folder writes them under ``row_rules``.

A rule says ``when`` (all of its conditions, or always if absent) ``then`` what must hold. A condition names
a column and either a list of admissible values or one operator:

======================  =========================================================
``{"blank": true}``     the cell is blank (false: is not)
``{"matches": re}``     the pattern occurs in it; ``free_of``: does not
``{"contains": x}``     x is among its entries; ``lacks``: is not
``{"exactly": x}``      x is its only entry
``{"disjoint_from": c}``  it shares no entry with column c
``{"differs_from": c}``   it is not the same as column c
``{"greater_than": c}``   as a number, it is greater than column c
======================  =========================================================

A word that begins with ``$`` stands for something the data folder names elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from allywatch.data.patterns import search

Rule = Mapping[str, Any]


def columns(rule: Rule, known: Collection[str]) -> set[str]:
    """The columns that `rule` reads, those of `known` that it compares with included."""
    named = {*rule.get("when", {}), *rule["then"]}
    for condition in rule["then"].values():
        if isinstance(condition, dict):
            named.update(value for value in condition.values() if value in known)
    return named


def unmet(
    cells: pd.DataFrame, rule: Rule, names: Mapping[str, Any]
) -> tuple[str, pd.Series]:
    """The column that `rule` speaks of, and for each row of text cells whether it breaks it.

    Raises
    ------
    KeyError
        If the rule names a column that `cells` lacks, a word that `names` lacks, or an unknown operator.
    """
    applies = pd.Series(True, index=cells.index)
    for column, condition in rule.get("when", {}).items():
        applies &= _holds(cells, column, condition, names)
    column, condition = next(iter(rule["then"].items()))
    broken = applies.copy()
    broken[applies] = ~_holds(cells[applies], column, condition, names).to_numpy()
    return column, broken


def _holds(
    cells: pd.DataFrame, column: str, condition: Any, names: Mapping[str, Any]
) -> pd.Series:
    """For each row, whether the cell in `column` meets `condition`."""
    tested = cells[column]
    if isinstance(condition, str):
        condition = names[condition]
    if isinstance(condition, list):
        return tested.isin([str(value) for value in condition])
    operator, operand = next(iter(condition.items()))
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](tested, cells[operand])
    if str(operand).startswith("$"):
        operand = names[operand]
    return _TESTS[operator](tested, operand)


def _is_greater(cells: pd.Series, others: pd.Series) -> pd.Series:
    # Where either is not a number there is nothing to compare; the type check has reported it.
    numbers = pd.to_numeric(cells, errors="coerce")
    other_numbers = pd.to_numeric(others, errors="coerce")
    return ~(numbers <= other_numbers)


def _is_disjoint(cells: pd.Series, others: pd.Series) -> pd.Series:
    disjoint = []
    for cell, other in zip(cells, others, strict=True):
        shared = set(cell.split(";")) & set(other.split(";"))
        disjoint.append(shared <= {""})
    return pd.Series(disjoint, index=cells.index, dtype=bool)


def _occurs(cells: pd.Series, pattern: str) -> pd.Series:
    occurs = {cell: search(pattern, cell) is not None for cell in cells.unique()}
    return cells.map(occurs).astype(bool)


def _contains(cells: pd.Series, entry: str) -> pd.Series:
    return (";" + cells + ";").str.contains(f";{entry};", regex=False)


_COMPARISONS: dict[str, Callable[[pd.Series, pd.Series], pd.Series]] = {
    "greater_than": _is_greater,
    "disjoint_from": _is_disjoint,
    "differs_from": lambda cells, others: cells != others,
}
_TESTS: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    "blank": lambda cells, blank: (cells == "") == blank,
    "matches": lambda cells, pattern: _occurs(cells, pattern),
    "free_of": lambda cells, pattern: ~_occurs(cells, pattern),
    "contains": _contains,
    "lacks": lambda cells, entry: ~_contains(cells, entry),
    "exactly": lambda cells, entry: cells == entry,
}
