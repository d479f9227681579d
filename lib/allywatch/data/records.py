"""Tables of records: a file of a database read as text, and its records found by their locator."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from allywatch.data.fingerprints import fingerprint
from briefmill import regular

#: What the name of a table ends with; any other document is a text.
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".parquet")
_DELIMITERS = ",;\t|"
_READERS = "pip install 'allywatch[tables]'"


class TableError(ValueError):
    """A file that cannot be read as a table; `str()` says why and what to do."""


class MissingReaderError(TableError):
    """The package that reads files of this kind is not installed."""


def is_table(name: str) -> bool:
    """Whether the document of this name is a table of records."""
    return name.lower().endswith(TABLE_SUFFIXES)


def read_table(
    path: Path,
    delimiter: str = "",
    columns: Sequence[str] = (),
    sheet: str = "",
    encoding: str = "utf-8",
    quotes: bool = True,
    missing: Sequence[str] = (),
) -> pd.DataFrame:
    """The cells of a table as text, blank where there is nothing; index: the row, the header being row 1.

    Parameters
    ----------
    delimiter
        Of a text file; "": the one that its first line has most of.
    columns
        Names of the columns where the file has no header; its first row is then row 1.
    sheet
        Of an Excel file; "": the first.
    quotes
        Whether a text file puts quotation marks around cells that hold its delimiter.
    missing
        Cells that stand for nothing, such as ``NA``.

    Raises
    ------
    TableError
        If the file cannot be read, or two of its columns have one name.
    """
    kind = path.suffix.lower()
    try:
        regular.refuse_others(path)
        if kind == ".parquet":
            cells = _parquet(path)
        elif kind in (".xlsx", ".xlsm"):
            cells = _excel(path, sheet)
        else:
            cells = _text(path, delimiter, columns, encoding, quotes)
    except FileNotFoundError:
        raise TableError(f"there is no file {path}") from None
    except OSError as error:
        raise TableError(
            f"{path.name} cannot be read: {error.strerror or error}"
        ) from None
    names = [str(name).strip() for name in cells.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"{path.name} has the column {', '.join(twice)} twice")
    first_row = 1 if columns else 2
    rows = pd.RangeIndex(first_row, first_row + len(cells))
    cells = cells.set_axis(names, axis="columns").set_axis(rows)
    return cells.fillna("").replace(list(missing), "") if missing else cells.fillna("")


def _text(
    path: Path, delimiter: str, columns: Sequence[str], encoding: str, quotes: bool
) -> pd.DataFrame:
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    try:
        if not delimiter:
            with path.open(encoding=encoding, newline="") as file:
                first_line = file.readline()
            delimiter = max(_DELIMITERS, key=first_line.count)
        return pd.read_csv(
            path,
            sep=delimiter,
            names=list(columns) or None,
            header=None,
            dtype=object,
            na_filter=False,
            index_col=False,
            encoding=encoding,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        ).pipe(lambda cells: cells if columns else _with_header(cells))
    except pd.errors.EmptyDataError:
        raise TableError(f"{path.name} is empty") from None
    except UnicodeError:
        raise TableError(
            f"{path.name} is not {encoding.removesuffix('-sig')}; save it as UTF-8, or name its encoding in the map"
        ) from None
    except LookupError:
        raise TableError(f"there is no encoding {encoding!r}") from None
    except (pd.errors.ParserError, ValueError) as error:
        raise TableError(f"{path.name} is no well-formed table: {error}") from None


def _with_header(cells: pd.DataFrame) -> pd.DataFrame:
    """`cells` without their first row, which names the columns."""
    return cells.iloc[1:].set_axis(cells.iloc[0].tolist(), axis="columns")


def _excel(path: Path, sheet: str) -> pd.DataFrame:
    try:
        import openpyxl
    except ImportError:
        raise MissingReaderError(
            f"{path.name} is an Excel file, which openpyxl reads: {_READERS}, or save it as CSV"
        ) from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # whatever a broken archive makes openpyxl raise
        raise TableError(
            f"{path.name} is no Excel file that can be read: {error}"
        ) from None
    if sheet and sheet not in book.sheetnames:
        raise TableError(
            f"{path.name} has no sheet {sheet!r}; it has: {', '.join(book.sheetnames)}"
        )
    rows = [
        [_as_text(cell) for cell in row]
        for row in book[sheet or book.sheetnames[0]].iter_rows(values_only=True)
    ]
    book.close()
    if not rows:
        raise TableError(f"{path.name} is empty")
    filled = [row for row in rows[1:] if any(row)]
    return pd.DataFrame(filled, columns=rows[0], dtype=object)


def _as_text(cell: object) -> str:
    """What a cell of a sheet shows: whole numbers without decimals, days without midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def _parquet(path: Path) -> pd.DataFrame:
    try:
        import duckdb
    except ImportError:
        raise MissingReaderError(
            f"{path.name} is a Parquet file, which duckdb reads: {_READERS}, or save it as CSV"
        ) from None
    try:
        with duckdb.connect(":memory:") as connection:
            table = connection.execute(
                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(?)", [str(path)]
            )
            names = [column[0] for column in table.description or ()]
            rows = [
                ["" if cell is None else cell for cell in row]
                for row in table.fetchall()
            ]
    except duckdb.IOException as error:
        raise TableError(f"{path.name} cannot be read: {error}") from None
    except duckdb.Error as error:
        raise TableError(
            f"{path.name} is no Parquet file that can be read: {error}"
        ) from None
    return pd.DataFrame(rows, columns=names, dtype=object)


def record_fingerprint(record: Mapping[str, str]) -> str:
    """SHA-256 of a record's filled cells, whatever the order of its columns."""
    filled = {name: record[name] for name in sorted(record) if record[name]}
    return fingerprint(json.dumps(filled, ensure_ascii=False, separators=(",", ":")))


def is_as_coded(record: Mapping[str, str], sha256: str) -> bool:
    """Whether a record is the one that was coded; where no fingerprint was taken, nothing says otherwise."""
    return sha256 in ("", record_fingerprint(record))


class Records:
    """The records of one table, found by their locator.

    A locator stands in the table's first column; one that does not, in one row of another.
    """

    def __init__(self, cells: pd.DataFrame) -> None:
        self._columns: list[str] = cells.columns.tolist()
        self._lines: list[int] = cells.index.tolist()
        self._rows: list[list[str]] = cells.to_numpy(dtype=object).tolist()
        self._indexes: dict[int, dict[str, list[int]]] = {}

    def at(self, locator: str) -> tuple[int, dict[str, str]] | None:
        """The row and the cells by column of a record; None where none or several have this locator."""
        for column in range(len(self._columns)):
            numbers = self._numbers(column).get(locator, [])
            if len(numbers) == 1:
                row = self._rows[numbers[0]]
                cells = dict(zip(self._columns, row, strict=True))
                return self._lines[numbers[0]], cells
            if numbers and column == 0:
                return None
        return None

    def _numbers(self, column: int) -> dict[str, list[int]]:
        """The numbers of the rows in which each cell of a column stands, worked out when first asked."""
        if column not in self._indexes:
            index: dict[str, list[int]] = {}
            for number, row in enumerate(self._rows):
                index.setdefault(row[column], []).append(number)
            self._indexes[column] = index
        return self._indexes[column]
