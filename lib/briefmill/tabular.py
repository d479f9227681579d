"""Rows as CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# What may begin a formula in a spreadsheet (the wide forms too), after any apostrophes there are: so that what is
# guarded can be told from what began with an apostrophe of its own.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
#: What a cell of CSV may need quotation marks for.
_MAY_BE_QUOTED = frozenset(',"\r\n')
_MAY_BEGIN = frozenset("'=+-@\t\r\n＝＋－＠")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`rows` as CSV under `columns`, every text in them guarded; the same bytes everywhere."""
    return plain_csv_text(columns, (map(guarded, row) for row in rows))


def plain_csv_text(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """`rows` as CSV under `columns`, as they are; the same bytes everywhere."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def columns_as_csv(
    names: Iterable[str], columns: Sequence[Sequence[Any]], guard: bool = False
) -> str:
    """The rows that several columns of texts and numbers make as CSV: the same as of `plain_csv_text`, sooner for many rows.

    With a `guard` each text is as `guarded` gives it.
    """
    head = plain_csv_text(names, ()).removesuffix("\n")
    rows = zip(*(_fields(cells, guard) for cells in columns), strict=True)
    return "\n".join([head, *map(",".join, rows), ""])


def _fields(cells: Sequence[Any], guard: bool) -> list[str]:
    """Each cell of a column as it stands among others in CSV."""
    texts, together = _as_texts(cells)
    # Most columns have nothing of the kind, and that is quicker to see.
    if guard and any(each in together for each in _MAY_BEGIN):
        texts, together = _as_texts(guarded_cells(cells))
    if any(each in together for each in _MAY_BE_QUOTED):
        return [_quoted(text) for text in texts]
    return texts


def _as_texts(cells: Sequence[Any]) -> tuple[list[str], str]:
    """Cells as texts, one by one and together."""
    try:
        return list(cells), "".join(cells)
    except TypeError:  # numbers are among them
        texts = list(map(str, cells))
        return texts, "".join(texts)


def _quoted(text: str) -> str:
    """A text as it stands in CSV, which takes quotation marks for some characters."""
    if "," in text or '"' in text or "\n" in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    if "\r" in text:  # of which Pythons think differently
        return plain_csv_text((text,), ()).removesuffix("\n")
    return text


def guarded(cell: Any) -> Any:
    """A cell, after an apostrophe if a spreadsheet would take its text for a formula; numbers are left as they are."""
    is_suspect = isinstance(cell, str) and cell[:1] in _MAY_BEGIN
    return f"'{cell}" if is_suspect and _FORMULA.match(cell) else cell


def guarded_cells(cells: Sequence[Any]) -> list[Any]:
    """Each of some cells as `guarded` gives it."""
    # Most columns are plain and say the same again and again, and that is quicker to see.
    first_letters = {cell[:1] for cell in set(cells) if isinstance(cell, str)}
    if first_letters.isdisjoint(_MAY_BEGIN):
        return list(cells)
    return [guarded(cell) for cell in cells]


def unguarded(row: Mapping[str, str]) -> dict[str, str]:
    """A row of guarded CSV as it was before."""
    return {name: _unguarded(cell) for name, cell in row.items()}


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
