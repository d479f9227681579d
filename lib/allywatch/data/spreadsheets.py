"""A CSV file as a spreadsheet may have left it, read as text.

Encoding, delimiter, line ends, blanks and quotation marks are put right where only one original is
possible, and each repair is listed. What has two is left alone, for the contract to report.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from allywatch.data.contract import Failure, fields, placed, shown, suggestions


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
    """A table as text: `cells` (index: line in the file; columns in the contract's order).

    `whole` tells whether every row of the file is in `cells`.
    """

    file: str
    cells: pd.DataFrame
    whole: bool = True
    repairs: list[Repair] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

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


DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_BLANKS = re.compile(r"[\u00a0\u2007\u202f]")
_WIDTHLESS = re.compile(r"[\u200b\u2060\ufeff]")
_UNTIDY = re.compile(r"^\s|\s$|[\u00a0\u2007\u202f\u200b\u2060\ufeff]|^[“”„]")
#: Quotation marks of any kind, straight ones too: no code, date or number has one.
QUOTES = "“”„‟‘’‚‛«»\"'"


def read(path: Path, table: str, package: Mapping) -> Sheet:
    """The file of `table` as text cells; never raises for what is in the file."""
    columns = list(fields(package, table))
    sheet = Sheet(path.name, pd.DataFrame(columns=columns, dtype=str))
    try:
        text = _decoded(path.read_bytes(), sheet)
    except OSError as error:
        sheet.unread(
            0,
            "",
            f"must be readable ({error.strerror})",
            f"put {path.name} into the data folder",
        )
        return sheet
    except ValueError as error:
        sheet.unread(0, "", *error.args)
        return sheet
    delimiter = _delimiter(text, columns)
    if delimiter != ",":
        sheet.repaired(0, "", DELIMITERS[delimiter], "comma", "delimiter")
    records = _records(text, delimiter, sheet)
    first = next(records, (1, []))[1]
    header = _header(first, columns, sheet)
    rows = {}
    for line, record in records:
        cells = _fitted(record, len(first), len(header), delimiter, line, sheet)
        if cells is not None:
            rows[line] = cells
    places = {name: place for place, name in enumerate(header) if name in columns}
    told = pd.DataFrame(
        rows.values(), index=list(rows), columns=range(len(header)), dtype=object
    )
    present = [name for name in columns if name in places]
    sheet.cells = told[[places[name] for name in present]].set_axis(
        present, axis="columns"
    )
    _tidy_blanks(sheet)
    return sheet


def _decoded(raw: bytes, sheet: Sheet) -> str:
    """The text of `raw` with LF line ends; ValueError(rule, hint) where its encoding is not certain."""
    save = "save it again as CSV UTF-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw:
        raise ValueError(
            "must be a UTF-8 text file (this one is UTF-16 or not text)", save
        )
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
        sheet.repaired(0, "", "byte order mark", "", "byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        # One stray byte in a UTF-8 file would turn every other accent into two wrong letters.
        if not raw.decode("utf-8", "ignore").isascii():
            rule = f"must have one encoding (line {line} breaks it)"
            raise ValueError(rule, f"retype line {line}, {save}") from None
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            raise ValueError(
                f"must be UTF-8 or cp1252 (line {line} is neither)", save
            ) from None
        sheet.repaired(0, "", "cp1252", "UTF-8", "encoding")
    if "\r" in text:
        sheet.repaired(0, "", "CRLF" if "\r\n" in text else "CR", "LF", "line ends")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(text: str, columns: list[str]) -> str:
    """The delimiter by which the header shows most of the contract's columns; a comma in doubt."""
    header = text.lstrip("\n").partition("\n")[0]
    found = {
        d: len({_name(cell) for cell in header.split(d)} & set(columns))
        for d in DELIMITERS
    }
    return max(found, key=found.get)


def _name(cell: str) -> str:
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
        if any(cell.strip() for cell in cells):
            yield line, cells
        elif cells:
            sheet.repaired(line, "", delimiter * (len(cells) - 1), "", "empty row")


def _header(cells: list[str], columns: list[str], sheet: Sheet) -> list[str]:
    """Names of the file's columns; what the contract does not know or misses is a failure."""
    named = max(
        (place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0
    )
    if named < len(cells):
        sheet.repaired(
            1, "", f"{len(cells)} columns", f"{named} columns", "empty columns"
        )
    cells = cells[:named]
    names = [cell if cell in columns else _name(cell) for cell in cells]
    for cell, name in zip(cells, names, strict=True):
        if cell != name and name in columns:
            sheet.repaired(1, name, cell, name, "column name")
    if not set(names) & set(columns):
        hint = f"the first row must name the columns: {', '.join(columns)}"
        sheet.unread(1, "", "must begin with the names of its columns", hint)
        return names
    missing = [name for name in columns if name not in names]
    strangers = [name for name in names if name not in columns]
    near = suggestions(strangers, {name: name for name in missing})
    for name in strangers:
        hint = near.get(name, "") + "delete the column, or add it to datapackage.json"
        sheet.failed(1, name, name, "must be a column of the contract", hint)
    for name in missing:
        hint = (
            "add the column; its cells may be blank unless the contract requires them"
        )
        sheet.failed(1, name, "", "the column must be there", hint)
    for name in sorted({name for name in names if names.count(name) > 1}):
        sheet.failed(
            1, name, name, "the column must stand once", "delete one of the two"
        )
    return names


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
    hint = (
        f"put straight double quotes around a cell that holds a {DELIMITERS[delimiter]}"
    )
    sheet.unread(line, record[0], rule, hint)
    return None


def _rejoined(cells: list[str], delimiter: str) -> list[str]:
    """`cells` with those joined again that a delimiter between curly quotes had split."""
    joined, rest = [], list(cells)
    while rest:
        cell = rest.pop(0)
        if cell[:1] in ("“", "”", "„") and "”" not in cell[1:] and "“" not in cell[1:]:
            end = next(
                (at for at, other in enumerate(rest) if other[-1:] in ("”", "“")), None
            )
            if end is not None:
                cell = delimiter.join([cell, *rest[: end + 1]])
                rest = rest[end + 1 :]
        joined.append(cell)
    return joined


def _tidy_blanks(sheet: Sheet) -> None:
    """Blanks around cells and non-breaking ones within, and curly quotes that wrap a whole cell."""
    for column in sheet.cells:
        cells = sheet.cells[column].tolist()
        for at, row in enumerate(sheet.cells.index):
            plain = (
                cells[at].isascii() and cells[at] == cells[at].strip()
            )  # as most are, and told at once
            if not plain and _UNTIDY.search(cells[at]):
                for rule, mend in (("blanks", _tidied), ("smart quotes", _unwrapped)):
                    before, cells[at] = cells[at], mend(cells[at])
                    if cells[at] != before:
                        sheet.repaired(row, column, before, cells[at], rule)
        sheet.cells[column] = pd.Series(cells, index=sheet.cells.index, dtype=object)


def _tidied(cell: str) -> str:
    return _BLANKS.sub(" ", _WIDTHLESS.sub("", cell)).strip()


def _unwrapped(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] in "“”„" and cell[-1] in "“”"
    return cell[1:-1].strip() if whole and not set(cell[1:-1]) & set("“”„") else cell


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
