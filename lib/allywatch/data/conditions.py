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

from collections.abc import Mapping
from typing import Any

import pandas as pd


def unmet(
    frame: pd.DataFrame, rule: Mapping, names: Mapping[str, Any]
) -> tuple[str, pd.Series]:
    """The column that `rule` speaks of, and for each row of text cells in `frame` whether it breaks it.

    Raises
    ------
    KeyError
        If the rule names a column that `frame` lacks, a word that `names` lacks, or an unknown operator.
    """
    applies = pd.Series(True, index=frame.index)
    for column, condition in rule.get("when", {}).items():
        applies &= _holds(frame, column, condition, names)
    (column, condition), *_ = rule["then"].items()
    return column, applies & ~_holds(frame, column, condition, names)


def _holds(
    frame: pd.DataFrame, column: str, condition: Any, names: Mapping[str, Any]
) -> pd.Series:
    cells = frame[column]
    if isinstance(condition, str):
        condition = names[condition]
    if isinstance(condition, list):
        return cells.isin([str(value) for value in condition])
    (operator, wanted), *_ = condition.items()
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](cells, frame[wanted])
    return _TESTS[operator](
        cells, names[wanted] if str(wanted).startswith("$") else wanted
    )


def _greater(cells: pd.Series, others: pd.Series) -> pd.Series:
    # Where either is not a number there is nothing to compare; the type check has reported it.
    return ~(
        pd.to_numeric(cells, errors="coerce") <= pd.to_numeric(others, errors="coerce")
    )


def _disjoint(cells: pd.Series, others: pd.Series) -> pd.Series:
    apart = [
        ({*one.split(";")} & {*other.split(";")}) <= {""}
        for one, other in zip(cells, others, strict=True)
    ]
    return pd.Series(apart, index=cells.index, dtype=bool)


def _contains(cells: pd.Series, entry: str) -> pd.Series:
    return (";" + cells + ";").str.contains(f";{entry};", regex=False)


_COMPARISONS = {
    "greater_than": _greater,
    "disjoint_from": _disjoint,
    "differs_from": pd.Series.ne,
}
_TESTS = {
    "blank": lambda cells, blank: (cells == "") == blank,
    "matches": lambda cells, pattern: cells.str.contains(pattern, regex=True),
    "free_of": lambda cells, pattern: ~cells.str.contains(pattern, regex=True),
    "contains": _contains,
    "lacks": lambda cells, entry: ~_contains(cells, entry),
    "exactly": pd.Series.eq,
}
