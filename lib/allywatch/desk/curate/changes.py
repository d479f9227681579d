"""Rows that are added, altered and taken out in the tables of a data folder: tried out in a copy, and put in place together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from allywatch.data.contract import ContractError, Failure
from allywatch.data.loading import Examination
from allywatch.data.paths import PROPOSALS
from allywatch.data.proposals import read_proposals
from allywatch.data.spreadsheets import csv_lines, header, raw_rows, with_cells
from allywatch.desk.curate.journal import Edit, FileChange, Journal
from allywatch.desk.writing import examined_with, replace_all

Row = Mapping[str, str]
#: The file and the row in which somebody typed what becomes a row of the folder; 0 where it was in none.
TypedIn = tuple[str, int]


@dataclass(frozen=True)
class NewDocument:
    """A text that comes among the documents with its source."""

    path: Path
    content: bytes


class Changes:
    """What is to be changed in a data folder, which is held; nothing is written before `put_in_place`.

    Raises
    ------
    ContractError
        If the folder is not sound as it is, or a file no plain CSV.
    """

    def __init__(self, current: Examination) -> None:
        refuse_untidy(current)
        self.current = current
        self._edits: dict[str, list[Edit]] = {}

    def cells(self, table: str) -> pd.DataFrame:
        """The rows of a table as text, as they were; index: the line in the file."""
        if table in self.current.cells:
            return self.current.cells[table]
        sheet = read_proposals(self.current) if table == PROPOSALS else None
        columns = list(self.current.contract.tables[table].fields)
        return pd.DataFrame(columns=columns) if sheet is None else sheet.cells

    def add(self, table: str, rows: Sequence[Row], before_line: int = 0) -> None:
        """Add rows that stand together before the row on a line; 0: at the end."""
        content, heading = self._content(table)
        columns = header(content or heading.encode())
        lines = csv_lines(
            [" ".join(str(row.get(column, "")).split()) for column in columns]
            for row in rows
        )
        at = raw_rows(content)[before_line].at if before_line else len(content)
        head = content[:at]
        separator = "" if head.endswith(b"\n") or not head else "\n"
        self._edits.setdefault(table, []).append(Edit(at, "", separator + lines, ""))

    def alter(self, table: str, line: int, cells: Row) -> None:
        """Put other cells into the row on a line; columns that the file has not are passed over."""
        content, _ = self._content(table)
        text = content.decode()
        tidy = {name: " ".join(cell.split()) for name, cell in cells.items()}
        row = raw_rows(content)[line]
        altered = raw_rows(with_cells(text, {line: tidy}).encode())[line]
        if altered.lines != row.lines:
            edit = Edit(row.at, row.lines, altered.lines, "")
            self._edits.setdefault(table, []).append(edit)

    def remove(self, table: str, line: int) -> None:
        """Take out the row on a line."""
        content, _ = self._content(table)
        rows = raw_rows(content)
        following = min((other for other in rows if other > line), default=0)
        next_lines = rows[following].lines if following else ""
        row = rows[line]
        self._edits.setdefault(table, []).append(
            Edit(row.at, row.lines, "", next_lines)
        )

    def put_in_place(
        self,
        keys: Sequence[str],
        document: NewDocument | None = None,
        typed: Mapping[str, TypedIn] = MappingProxyType({}),
    ) -> str:
        """Write the files, if the folder is sound with them; returns the name by which `undo` takes them back.

        The journal comes first: a save that is cut short can be undone. `keys` are what the journal calls the save.
        What is wrong with a row whose key is in `typed` is named by where that was typed: the folder has no such row yet.

        Raises
        ------
        ContractError
            If the folder would not be sound; nothing is changed then.
        NotWritten
            If it cannot be written; nothing is changed then.
        """
        current = self.current
        changes = [self._change(table) for table in self._edits]
        after = {each.file: each.after for each in changes}
        examined = examined_with(current, after)
        if examined.failures:
            raise ContractError(_where_typed(examined, typed))
        journal = Journal.of(current.data_dir)
        came_along = (document.path.name, document.content) if document else None
        name = journal.add(changes, keys, came_along)
        contents: dict[Path, bytes | None] = {journal.path: journal.written()}
        if document is not None:
            contents[document.path] = document.content
        for file, content in after.items():
            contents[current.data_dir / file] = content
        replace_all(current, contents)
        return name

    def _change(self, table: str) -> FileChange:
        content, heading = self._content(table)
        file = self.current.contract.tables[table].path
        edits = sorted(self._edits[table], key=lambda edit: edit.at)
        return FileChange(file, content, tuple(edits), heading)

    def _content(self, table: str) -> tuple[bytes, str]:
        """A table's file; or nothing, and the header that it begins with, where it is not there."""
        schema = self.current.contract.tables[table]
        file = self.current.data_dir / schema.path
        if file.exists():
            return file.read_bytes(), ""
        return b"", csv_lines([list(schema.fields)])


def _where_typed(examined: Examination, typed: Mapping[str, TypedIn]) -> list[Failure]:
    """The failures, each once: what is typed once may stand in two tables."""
    failures = []
    for failure in examined.failures:
        table = Path(failure.file).stem
        cells = examined.cells.get(table)
        if cells is not None and failure.row in cells.index:
            key = examined.contract.tables[table].primary_key[0]
            typed_in = typed.get(str(cells.at[failure.row, key]))
            if typed_in:
                failure = replace(failure, file=typed_in[0], row=typed_in[1])
        failures.append(failure)
    return list(dict.fromkeys(failures))


def refuse_untidy(current: Examination) -> None:
    """Raise ContractError where the folder is not sound as it is, or a file no plain CSV."""
    failures = [*current.failures, *current.not_plain]
    if failures:
        raise ContractError(failures)
