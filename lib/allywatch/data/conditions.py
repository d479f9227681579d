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

import numpy as np
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
) -> tuple[str, np.ndarray]:
    """The column that `rule` speaks of, and for each row of text cells whether it breaks it.

    Raises
    ------
    KeyError
        If the rule names a column that `cells` lacks, a word that `names` lacks, or an unknown operator.
    """
    concerned = np.arange(len(cells))
    for column, condition in rule.get("when", {}).items():
        concerned = concerned[_holds(cells, concerned, column, condition, names)]
    column, condition = next(iter(rule["then"].items()))
    broken = np.zeros(len(cells), dtype=bool)
    broken[concerned] = ~_holds(cells, concerned, column, condition, names)
    return column, broken


def _holds(
    cells: pd.DataFrame,
    rows: np.ndarray,
    column: str,
    condition: Any,
    names: Mapping[str, Any],
) -> np.ndarray:
    """For each of some `rows`, whether the cell in `column` meets `condition`."""
    tested = cells[column].to_numpy()[rows].tolist()
    if isinstance(condition, str):
        condition = names[condition]
    if isinstance(condition, list):
        values = {str(value) for value in condition}
        return _each(tested, values.__contains__)
    operator, operand = next(iter(condition.items()))
    if operator in _COMPARISONS:
        others = cells[operand].to_numpy()[rows].tolist()
        return np.array(list(map(_COMPARISONS[operator], tested, others)), dtype=bool)
    if str(operand).startswith("$"):
        operand = names[operand]
    is_met = _TESTS[operator]
    return _each(tested, lambda cell: is_met(cell, operand))


def _each(cells: list[str], is_met: Callable[[str], bool]) -> np.ndarray:
    """For each of `cells`, whether the condition is met; asked once for those that are alike."""
    met = {cell: is_met(cell) for cell in set(cells)}
    return np.array([met[cell] for cell in cells], dtype=bool)


def _is_greater(cell: str, other: str) -> bool:
    # Where either is not a number there is nothing to compare; the type check has reported it.
    try:
        return not float(cell) <= float(other)
    except ValueError:
        return True


def _is_disjoint(cell: str, other: str) -> bool:
    shared = set(cell.split(";")) & set(other.split(";"))
    return shared <= {""}


def _occurs(cell: str, pattern: str) -> bool:
    return search(pattern, cell) is not None


def _contains(cell: str, entry: str) -> bool:
    return f";{entry};" in f";{cell};"


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "greater_than": _is_greater,
    "disjoint_from": _is_disjoint,
    "differs_from": lambda cell, other: cell != other,
}
_TESTS: dict[str, Callable[[str, Any], bool]] = {
    "blank": lambda cell, blank: (cell == "") == blank,
    "matches": lambda cell, pattern: _occurs(cell, pattern),
    "free_of": lambda cell, pattern: not _occurs(cell, pattern),
    "contains": _contains,
    "lacks": lambda cell, entry: not _contains(cell, entry),
    "exactly": lambda cell, entry: cell == entry,
}
