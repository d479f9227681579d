"""The fields of the curate page: one for each column, as the data folder's contract describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.partners import codes_named

#: Columns on the page, row by row, each with its width in quarters of a row.
CLAIM = (
    {"statement": 4},
    {"modality": 1, "voice": 1, "attributed_to": 2},
    {"date": 1, "date_basis": 1, "value": 1, "unit": 1},
    {"status_word": 1, "note": 3},
)
EVENT = (
    {"partners": 2, "counterparts": 2},
    {"type": 2, "channel": 1, "dimension": 1},
    {"direction": 1, "intensity": 1, "date": 1, "told_of": 1},
    {"headline": 2, "summary": 2},
)
SOURCE = (
    {"title": 4},
    {"publisher": 2, "doc_type": 1, "stance": 1},
    {"published": 1, "published_basis": 1, "reliability": 1, "lineage": 1},
    {"note": 4},
)
_TABLES = {"claims": CLAIM, "events": EVENT, "sources": SOURCE}
_LONG = {"statement"}
_LISTS_OF_ACTORS = ("partners", "counterparts")


def rows_of_fields(dataset: Dataset, table: str) -> list[list[dict[str, Any]]]:
    """What the page needs to draw the fields of a table, row by row; every text is plain text.

    Of each field `name` is table and column; `kind` is ``text``, ``long``, ``choice`` or ``actors``.
    """
    return [
        [_field(dataset, table, column, width) for column, width in row.items()]
        for row in _TABLES[table]
    ]


def columns_of(table: str) -> list[str]:
    """The columns of a table that the page has a field for."""
    return [column for row in _TABLES[table] for column in row]


def _field(dataset: Dataset, table: str, column: str, width: int) -> dict[str, Any]:
    schema = dataset.contract.tables[table]
    field = schema.fields[column]
    limits = field.get("constraints", {})
    kind = "long" if column in _LONG else "text"
    options: Sequence[Mapping[str, Any]] = ()
    if "categories" in field:
        kind = "choice"
        options = [
            {"value": str(each["value"]), "label": each["label"]}
            for each in field["categories"]
        ]
    elif column in _LISTS_OF_ACTORS:
        kind = "actors"
    elif column == "type":
        kind = "choice"
        options = _types(dataset)
    return {
        "name": f"{table}.{column}",
        "title": field.get("title", column),
        "hint": field.get("description", ""),
        "kind": kind,
        "width": width,
        "most": limits.get("maxLength", 0),
        "options": options,
    }


def _types(dataset: Dataset) -> list[dict[str, str]]:
    """The types of events by their labels, with the direction that each usually has."""
    types = dataset.event_types.sort_values("label")
    usual = types["usual_direction"].astype("Int64").astype("str").fillna("")
    return [
        {"value": row["type"], "label": row["label"], "usual": direction}
        for row, direction in zip(records(types), usual, strict=True)
    ]


def actors(dataset: Dataset) -> list[dict[str, str]]:
    """The actors of the gazetteer, by name."""
    rows = dataset.partners.sort_values("name")
    return [
        {"value": code, "label": name}
        for code, name in zip(rows["partner_id"], rows["name"], strict=True)
    ]


def cells_of(dataset: Dataset, values: Mapping[str, str], table: str) -> dict[str, str]:
    """The cells of a table's row from the values of the page's fields; actors may be named."""
    cells = {}
    for column in columns_of(table):
        value = str(values.get(f"{table}.{column}", "")).strip()
        cells[column] = _codes(dataset, value) if column in _LISTS_OF_ACTORS else value
    return cells


def _codes(dataset: Dataset, value: str) -> str:
    """Actors by their codes; whom nobody knows is left for the contract to report."""
    codes = []
    for word in filter(None, map(str.strip, value.replace(",", ";").split(";"))):
        known = codes_named(dataset, word)
        codes.append(known[0] if len(known) == 1 else word)
    return ";".join(dict.fromkeys(codes))
