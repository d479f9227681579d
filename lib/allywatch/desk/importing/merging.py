"""What an import changes in a data folder: rows it adds, rows of its own that it brings up to date, and none coded by hand.

A ledger in the data folder (``imports/NAME.csv``) holds the key and the fingerprint of each row that an import wrote. A
row that is otherwise now was edited by hand, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from allywatch.data.contract import TableSchema
from allywatch.data.fingerprints import short_fingerprint
from allywatch.data.loading import Examination
from allywatch.data.records import read_table
from allywatch.data.spreadsheets import header, with_cells, with_column
from allywatch.page.attached import csv_text

#: The folder of ledgers in a data folder.
LEDGERS = "imports"
#: What moves whenever the file of records does, and says nothing of who wrote the row.
_UNSEEN = {"sources": ["sha256"]}


@dataclass
class TableChange:
    """What an import does to one table: keys of rows that are new, changed, unchanged, or edited by hand and left alone."""

    content: bytes
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ledger:
    """The fingerprints of the rows that an import wrote, by table and key."""

    prints: dict[str, dict[str, str]]

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """The ledger in a file; an empty one where there is none."""
        prints: dict[str, dict[str, str]] = {}
        if path.is_file():
            for row in _as_dicts(read_table(path, delimiter=",")):
                prints.setdefault(row["table"], {})[row["key"]] = row["fingerprint"]
        return cls(prints)

    def written(self) -> bytes:
        """The ledger as a CSV file."""
        rows = [
            (table, key, digits)
            for table, by_key in sorted(self.prints.items())
            for key, digits in sorted(by_key.items())
        ]
        columns = ["table", "key", "fingerprint"]
        return csv_text(pd.DataFrame(rows, columns=columns)).encode()


def ledger_path(data_dir: Path, prefix: str) -> Path:
    """Where the ledger of a map lies in a data folder."""
    return data_dir / LEDGERS / f"{prefix.lower()}.csv"


def merged(
    rows: pd.DataFrame, schema: TableSchema, current: Examination, ledger: Ledger
) -> TableChange:
    """The table's file with `rows`, which are indexed by key; the fingerprints of what is written go into `ledger`."""
    content = (current.data_dir / schema.path).read_bytes()
    columns = header(content)
    for name, described in schema.fields.items():
        if (
            described.get("optional")
            and name not in columns
            and (rows[name] != "").any()
        ):
            content = with_column(content.decode(), name).encode()
            columns.append(name)
    key = schema.primary_key[0]
    present = current.sheets[schema.name].cells
    line_of = dict(zip(present[key], present.index, strict=True))
    cells_now = {row[key]: row for row in _as_dicts(present)}
    written = ledger.prints.setdefault(schema.name, {})
    change = TableChange(content)
    changes: dict[int, dict[str, str]] = {}
    added = []
    for row_key, row in zip(rows.index, _as_dicts(rows), strict=True):
        now = cells_now.get(row_key)
        print_new = _print(row, schema)
        if now is None:
            change.new.append(row_key)
            added.append(row)
            written[row_key] = print_new
            continue
        print_now = _print(now, schema)
        if print_now == print_new:
            change.unchanged.append(row_key)
            written[row_key] = print_new
        elif written.get(row_key) == print_now:
            change.changed.append(row_key)
            changes[line_of[row_key]] = _of_file(row, columns)
            written[row_key] = print_new
        else:
            change.left_alone.append(row_key)
        unseen = {
            name: row[name]
            for name in _UNSEEN.get(schema.name, ())
            if row[name] != now[name]
        }
        if unseen:
            changes.setdefault(line_of[row_key], {}).update(unseen)
    change.content = _with_rows(content, columns, changes, added)
    return change


def _as_dicts(rows: pd.DataFrame) -> list[dict[str, str]]:
    """The rows of text cells as dicts, column to cell."""
    columns = rows.columns.tolist()
    values = rows.to_numpy(dtype=object).tolist()
    return [dict(zip(columns, row, strict=True)) for row in values]


def _print(row: Mapping[str, str], schema: TableSchema) -> str:
    unseen = _UNSEEN.get(schema.name, ())
    return short_fingerprint(
        "\x1f".join(row.get(name, "") for name in schema.fields if name not in unseen)
    )


def _of_file(row: Mapping[str, str], columns: list[str]) -> dict[str, str]:
    return {name: row[name] for name in columns}


def _with_rows(
    content: bytes,
    columns: list[str],
    changes: dict[int, dict[str, str]],
    added: list[dict[str, str]],
) -> bytes:
    """A plain CSV file with other cells in some rows, by line, and with rows added at its end."""
    if changes:
        content = with_cells(content.decode(), changes).encode()
    if added:
        separator = b"" if content.endswith(b"\n") else b"\n"
        frame = pd.DataFrame(added, dtype=object)[columns]
        content += separator + csv_text(frame).partition("\n")[2].encode()
    return content


def merged_records(fresh: pd.DataFrame, path: Path) -> bytes:
    """The file of records with the `fresh` ones: those that were there before stay, unless they are there anew."""
    if path.is_file():
        before = read_table(path, delimiter=",")
        key = before.columns[0]
        before = before[~before[key].isin(fresh.iloc[:, 0])]
        columns = [*fresh.columns, *before.columns.difference(fresh.columns)]
        fresh = pd.concat([before, fresh]).reindex(columns=columns).fillna("")
    in_order = fresh.sort_values(fresh.columns[0], kind="stable")
    return csv_text(in_order).encode()
