"""A table as text while it is read, with what was repaired in it and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from allywatch.data.contract import Failure, TableSchema, placed, shown
from allywatch.data.validation import Judge, judges


class Repair(NamedTuple):
    """One repair: `row` is the line in the file; 0, with no column, where it is the whole file's."""

    file: str
    row: int
    column: str
    before: str
    after: str
    rule: str

    def __str__(self) -> str:
        place = placed(self.file, self.row, self.column)
        return f"{place}: {shown(self.before)} → {shown(self.after)} ({self.rule})"


@dataclass
class Sheet:
    """A table as text.

    Attributes
    ----------
    file
        Name of the file, for repairs and failures.
    cells
        Text cells; index: line in the file; columns in the contract's order.
    whole
        Whether every row of the file is in `cells`.
    """

    schema: TableSchema
    file: str
    cells: pd.DataFrame
    whole: bool = True
    repairs: list[Repair] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @cached_property
    def judges(self) -> dict[str, Judge]:
        """What judges the entries of each column, each different one once."""
        return judges(self.schema)

    def has(self, *columns: str) -> bool:
        """Whether the file has all of `columns`."""
        return set(columns) <= set(self.cells)

    def repaired(
        self, row: int, column: str, before: str, after: str, rule: str
    ) -> None:
        """Add a repair to the list."""
        self.repairs.append(Repair(self.file, int(row), column, before, after, rule))

    def failed(self, row: int, column: str, value: str, rule: str, hint: str) -> None:
        """Add a failure to the list."""
        self.failures.append(Failure(self.file, row, column, value, rule, hint))

    def unread(self, row: int, value: str, rule: str, hint: str) -> None:
        """Add a failure that keeps at least one row of the file out of `cells`."""
        self.whole = False
        self.failed(row, "", value, rule, hint)
