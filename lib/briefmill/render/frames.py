"""A DataFrame that a cell shows, as a table of the page: read from the HTML that pandas shows it with."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from briefmill.blocks import Column, Group, Row, Table
from briefmill.texts import Text, Words

_TABLE = re.compile(r'<table\b[^>]*class="[^"]*dataframe[^"]*".*?</table>', re.DOTALL)
_SIZE = re.compile(r"<p>(\d+ rows) × \d+ columns</p>")
_NUMBER = re.compile(r"[-−+]?[\d,]*\.?\d+(e[-+]?\d+)?%?|nan|<NA>|NaN", re.IGNORECASE)
MOST_ROWS = 40


def table_of(html: str) -> Table | None:
    """The table in the HTML of a DataFrame; None where there is none.

    Columns of numbers stand to the right. Of more than `MOST_ROWS` rows the first are shown, and a note says how many
    there are.
    """
    found = _TABLE.search(html)
    if not found:
        return None
    try:
        root = ElementTree.fromstring(found[0].replace("&nbsp;", "\N{NO-BREAK SPACE}"))
    except ElementTree.ParseError:
        return None
    head = [_cells(line) for line in root.iterfind("thead/tr")]
    body = [_cells(line) for line in root.iterfind("tbody/tr")]
    if not head or not body:
        return None
    labels = _labels(head, max(map(len, body)))
    columns = tuple(_column(label, number, body) for number, label in enumerate(labels))
    rows = tuple(Row(tuple(_text(cell) for cell in line)) for line in body[:MOST_ROWS])
    return Table(columns=columns, groups=(Group(rows),), note=_note(html, len(body)))


def _cells(line: Element) -> list[str]:
    """The cells of a line, one that spans several columns as often."""
    cells: list[str] = []
    for cell in line:
        words = " ".join("".join(cell.itertext()).split())
        cells += [words] * int(cell.get("colspan", "1"))
    return cells


def _labels(head: list[list[str]], width: int) -> list[str]:
    """A label for each column: what stands over it, line by line; over the index, the names of its levels."""
    labels = []
    for number in range(width):
        over = [line[number] for line in head if number < len(line) and line[number]]
        labels.append(" · ".join(dict.fromkeys(over)))
    return labels


def _column(label: str, number: int, body: list[list[str]]) -> Column:
    cells = [line[number] for line in body if number < len(line) and line[number]]
    numeric = bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
    return Column(label, "auto", "right" if numeric else "left")


def _text(cell: str) -> Text:
    return (Words(cell),) if cell else ()


def _note(html: str, count: int) -> Text:
    size = _SIZE.search(html)
    if count <= MOST_ROWS and not size:
        return ()
    every = size[1] if size else f"{count} rows"
    return (Words(f"Of {every}, {min(count, MOST_ROWS)} are shown."),)
