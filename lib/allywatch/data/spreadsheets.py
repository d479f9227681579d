"""A CSV file as a spreadsheet may have left it, read as text.

Encoding, delimiter, line ends, blanks and quotation marks are put right where only one original is
possible, and each repair is listed. What has two is left alone, for the contract to report.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from allywatch.data.contract import UNMERGED, TableSchema, conflict_line
from allywatch.data.encodings import Undecodable, decoded
from allywatch.data.sheets import Sheet
from allywatch.data.validation import suggestions
from briefmill.regular import file_bytes

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
#: Columns that the contract does not know which are named one by one.
_MOST_UNKNOWN = 20
_BLANKS = re.compile(r"[\u00a0\u2007\u202f]")
_WIDTHLESS = re.compile(r"[\u200b\u2060\ufeff]")
_UNTIDY = re.compile(r"^\s|\s$|[\u00a0\u2007\u202f\u200b\u2060\ufeff]|^[“”„]")
# German and English curly quotes; what opens in one language closes in the other.
_OPENING = {"“", "”", "„"}
_CLOSING = {"“", "”"}
#: Quotation marks of any kind, straight ones too: no code, date or number has one.
QUOTES = "“”„‟‘’‚‛«»\"'"


def read(path: Path, schema: TableSchema) -> Sheet:
    """The file of a table as text cells; never raises for what is in the file."""
    columns = list(schema.fields)
    sheet = Sheet(schema, path.name, pd.DataFrame(columns=columns, dtype=str))
    try:
        text = decoded(file_bytes(path), sheet)
    except OSError as error:
        rule = f"must be readable ({error.strerror})"
        sheet.unread(0, "", rule, f"put {path.name} into the data folder")
        return sheet
    except Undecodable as error:
        sheet.unread(0, "", *error.args)
        return sheet
    unmerged = conflict_line(text)
    if unmerged:
        sheet.unread(unmerged, "", *UNMERGED)
        return sheet
    delimiter = _delimiter(text, columns)
    if delimiter != ",":
        sheet.repaired(0, "", DELIMITERS[delimiter], "comma", "delimiter")
    records = _records(text, delimiter, sheet)
    _, first = next(records, (1, []))
    header = _header(first, columns, sheet)
    rows = {}
    for line, record in records:
        cells = _fitted(record, len(first), len(header), delimiter, line, sheet)
        if cells is not None:
            rows[line] = cells
    sheet.cells = _with_optional(_frame(rows, header, columns), schema)
    _tidy_blanks(sheet)
    return sheet


def _frame(
    rows: dict[int, list[str]], header: list[str], columns: list[str]
) -> pd.DataFrame:
    """Text cells by line; of `columns` those that the header names, the last of two that are alike."""
    numbers = range(len(header))
    frame = pd.DataFrame(rows.values(), index=list(rows), columns=numbers, dtype=object)
    number_of = dict(zip(header, numbers, strict=True))
    present = [name for name in columns if name in number_of]
    frame = frame[[number_of[name] for name in present]]
    return frame.set_axis(present, axis="columns")


def _with_optional(cells: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """`cells` with blank columns for those that the contract calls optional and the file lacks."""
    absent = [
        name
        for name, field in schema.fields.items()
        if field.get("optional") and name not in cells
    ]
    present = [name for name in schema.fields if name in cells or name in absent]
    return cells.assign(**dict.fromkeys(absent, ""))[present]


def _delimiter(text: str, columns: list[str]) -> str:
    """The delimiter by which the header shows most of the contract's columns; a comma in doubt."""
    header = text.lstrip("\n").partition("\n")[0]
    recognized = {}
    for delimiter in DELIMITERS:
        names = {_plain_name(cell) for cell in header.split(delimiter)}
        recognized[delimiter] = len(names & set(columns))
    return max(recognized, key=recognized.__getitem__)


def _plain_name(cell: str) -> str:
    """A column's name without blanks, quotation marks and capitals."""
    return _WIDTHLESS.sub("", cell).strip().strip(QUOTES).strip().lower()


def _records(
    text: str, delimiter: str, sheet: Sheet
) -> Iterator[tuple[int, list[str]]]:
    """(line on which it starts, cells) of each record that is not empty; stops where quotes break off."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            rule = f"must be well-formed CSV ({error}); the rows from here on were not read"
            hint = "look for a quotation mark that is not doubled or not closed in this row"
            sheet.unread(line, "", rule, hint)
            return
        if any(map(str.strip, cells)):
            yield line, cells
        elif cells:
            sheet.repaired(line, "", delimiter * (len(cells) - 1), "", "empty row")


def _header(cells: list[str], columns: list[str], sheet: Sheet) -> list[str]:
    """Names of the file's columns; what the contract does not know or misses is a failure."""
    filled = [number for number, cell in enumerate(cells, start=1) if cell.strip()]
    width = max(filled, default=0)
    if width < len(cells):
        before = f"{len(cells)} columns"
        sheet.repaired(1, "", before, f"{width} columns", "empty columns")
    names = []
    for cell in cells[:width]:
        name = cell if cell in columns else _plain_name(cell)
        if cell != name and name in columns:
            sheet.repaired(1, name, cell, name, "column name")
        names.append(name)
    if set(names) & set(columns):
        _check_names(names, columns, sheet)
    else:
        hint = f"the first row must name the columns: {', '.join(columns)}"
        sheet.unread(1, "", "must begin with the names of its columns", hint)
    return names


def _check_names(names: list[str], columns: list[str], sheet: Sheet) -> None:
    """Failures of columns that the contract does not know, that are missing or that stand twice."""
    fields = sheet.schema.fields
    missing = [
        name
        for name in columns
        if name not in names and not fields[name].get("optional")
    ]
    unknown = [name for name in names if name not in columns]
    suggested = suggestions(unknown, {name: name for name in missing})
    if len(unknown) > _MOST_UNKNOWN:
        rule = "must have the columns of the contract"
        hint = f"{len(unknown)} of its columns are not; is this another table?"
        sheet.unread(1, "", rule, hint)
        unknown = []
    for name in unknown:
        advice = "delete the column, or add it to datapackage.json"
        hint = suggested.get(name, "") + advice
        sheet.failed(1, name, name, "must be a column of the contract", hint)
    for name in missing:
        hint = (
            "add the column; its cells may be blank unless the contract requires them"
        )
        sheet.failed(1, name, "", "the column must be there", hint)
    counts = Counter(name for name in names if name in fields)
    for name in sorted(counts):
        if counts[name] > 1:
            hint = "delete one of the two"
            sheet.failed(1, name, name, "the column must stand once", hint)


def _fitted(
    record: list[str], width: int, named: int, delimiter: str, line: int, sheet: Sheet
) -> list[str] | None:
    """The `named` cells of a record of `width`, put right where that is certain; else None and a failure."""
    cells = record
    if len(cells) > width:
        joined = _rejoined(cells, delimiter)
        if len(joined) == width:
            cells = [cell if cell in record else cell[1:-1] for cell in joined]
            for before, after in zip(joined, cells, strict=True):
                if before != after:
                    sheet.repaired(line, "", before, after, "smart quotes")
    if len(cells) == width and not any(cells[named:]):
        return cells[:named]
    rule = f"must have {named} cells (this row has {len(record)})"
    name = DELIMITERS[delimiter]
    hint = f"put straight double quotes around a cell that holds a {name}"
    sheet.unread(line, record[0], rule, hint)
    return None


def _rejoined(cells: list[str], delimiter: str) -> list[str]:
    """`cells` with those joined again that a delimiter between curly quotes had split."""
    closing = [at for at, cell in enumerate(cells) if cell[-1:] in _CLOSING]
    joined = []
    at = 0
    while at < len(cells):
        end = at
        if cells[at][:1] in _OPENING and not set(cells[at][1:]) & _CLOSING:
            later = bisect_right(closing, at)
            end = closing[later] if later < len(closing) else at
        joined.append(delimiter.join(cells[at : end + 1]))
        at = end + 1
    return joined


def _tidy_blanks(sheet: Sheet) -> None:
    """Tidy the blanks around and within cells, and take off curly quotes that wrap a whole cell."""
    for column in sheet.cells.columns.tolist():
        cells = sheet.cells[column].tolist()
        # Most columns are plain, and of others most cells: that is quicker to see.
        if "".join(cells).isascii() and list(map(str.strip, cells)) == cells:
            continue
        odd = [
            number
            for number, cell in enumerate(cells)
            if not cell.isascii() or cell != cell.strip()
        ]
        for number in odd:
            line = int(sheet.cells.index[number])
            cell = cells[number]
            if not _UNTIDY.search(cell):
                continue
            tidy = _without_odd_blanks(cell)
            if tidy != cell:
                sheet.repaired(line, column, cell, tidy, "blanks")
            unwrapped = _unwrapped(tidy)
            if unwrapped != tidy:
                sheet.repaired(line, column, tidy, unwrapped, "smart quotes")
            cells[number] = unwrapped
        sheet.cells[column] = pd.Series(cells, index=sheet.cells.index, dtype=object)


def _without_odd_blanks(cell: str) -> str:
    return _BLANKS.sub(" ", _WIDTHLESS.sub("", cell)).strip()


def _unwrapped(cell: str) -> str:
    """`cell` without the curly quotes around it, unless there are more within."""
    is_wrapped = len(cell) > 1 and cell[0] in _OPENING and cell[-1] in _CLOSING
    if not is_wrapped or set(cell[1:-1]) & _OPENING:
        return cell
    return cell[1:-1].strip()


def header(content: bytes) -> list[str]:
    """The names of the columns of a plain CSV file, in its order."""
    names: list[str] = next(csv.reader(io.StringIO(content.decode(), newline="")))
    return [_plain_name(name) for name in names]


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file that a briefing carries, as text by column.

    Raises
    ------
    ValueError
        If `text` is no CSV file with a header, or a row has not as many cells as the header.
    """
    try:
        header, *records = csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise ValueError(str(error)) from None
    return [dict(zip(header, cells, strict=True)) for cells in records]


def with_cells(text: str, changes: dict[int, dict[str, str]]) -> str:
    """A CSV file with other cells in some rows; each other row stays as it is, byte for byte.

    `changes` has the cells by column for the line on which a row starts.
    """
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, strict=True)
    columns = [_plain_name(name) for name in next(reader)]
    written_anew = lines[: reader.line_num]
    start = reader.line_num
    for cells in reader:
        raw = lines[start : reader.line_num]
        changed = changes.get(start + 1, {}) if cells else {}
        after = [
            changed.get(column, cell)
            for column, cell in zip(columns, cells, strict=bool(cells))
        ]
        written_anew += raw if after == cells else [_record(after, raw[-1])]
        start = reader.line_num
    return "".join(written_anew)


@dataclass(frozen=True)
class RawRow:
    """A row as it stands in a file: the byte at which it starts, and its lines."""

    at: int
    lines: str


def raw_rows(content: bytes) -> dict[int, RawRow]:
    """The rows of a plain CSV file by the line on which each starts, without its header."""
    lines = content.decode().splitlines(keepends=True)
    reader = csv.reader(lines, strict=True)
    rows = {}
    at = 0
    start = 0
    for _ in reader:
        raw = "".join(lines[start : reader.line_num])
        if start:
            rows[start + 1] = RawRow(at, raw)
        at += len(raw.encode())
        start = reader.line_num
    return rows


def with_column(text: str, name: str) -> str:
    """A CSV file with one more column, blank in every row; what each row has stays as it is, byte for byte."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, strict=True)
    added = f",{name}"
    for cells in reader:
        last = lines[reader.line_num - 1]
        kept = last.rstrip("\r\n")
        if cells:
            lines[reader.line_num - 1] = kept + added + last[len(kept) :]
            added = ","
    return "".join(lines)


def csv_lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as lines of a CSV file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _record(cells: Iterable[str], last_line: str) -> str:
    """One row as text, with the end of line that it had."""
    buffer = io.StringIO()
    end = last_line[len(last_line.rstrip("\r\n")) :]
    csv.writer(buffer, lineterminator=end).writerow(cells)
    return buffer.getvalue()
