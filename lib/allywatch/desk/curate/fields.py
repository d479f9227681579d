"""The fields of the curate page: one for each column, as the data folder's contract describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allywatch.data import conditions
from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.partners import codes_named
from allywatch.desk.proposing.codebook import codebook

#: Columns on the page, row by row, each with its width in twenty-fourths of a row.
CLAIM = (
    {"statement": 24},
    {"modality": 6, "voice": 7, "attributed_to": 11},
    {"date": 6, "date_basis": 7, "value": 5, "unit": 6},
    {"status_word": 7, "note": 17},
)
EVENT = (
    {"headline": 10, "summary": 14},
    {"partners": 8, "counterparts": 8, "told_of": 4, "date": 4},
    {"type": 6, "channel": 5, "dimension": 5, "direction": 4, "intensity": 4},
)
SOURCE = (
    {"title": 24},
    {"publisher": 24},
    {"doc_type": 12, "stance": 12},
    {"published": 8, "published_basis": 8, "reliability": 8},
    {"lineage": 24},
    {"note": 24},
)
_TABLES = {"claims": CLAIM, "events": EVENT, "sources": SOURCE}
_LONG = {"statement"}
#: Required columns that are filled in where a person leaves them blank.
_FILLED_IN = {
    "summary",
    "title",
    "doc_type",
    "published_basis",
    "reliability",
    "lineage",
}
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
        "required": limits.get("required", False) and column not in _FILLED_IN,
        "most": limits.get("maxLength", 0),
        "options": options,
    }


def _types(dataset: Dataset) -> list[dict[str, Any]]:
    """The types of events by their labels, with the other codes that each usually has."""
    types = dataset.event_types.sort_values("label")
    return [
        {
            "value": row["type"],
            "label": row["label"],
            "usual": _usual_codes(dataset, row["type"]),
        }
        for row in records(types)
    ]


def _usual_codes(dataset: Dataset, kind: str) -> dict[str, str]:
    """The codes of an event of this type: those that most coded events of it have, and the codebook's usual direction.

    Where none is coded, channel and dimension are those whose descriptions are most like that of the type.
    """
    book = codebook(dataset)
    events = dataset.events
    of_type = events[events["type"] == kind]
    direction = book.usual_direction[kind]
    if direction is not None and (of_type["direction"] == direction).any():
        of_type = of_type[of_type["direction"] == direction]
    usual = {
        column: str(of_type[column].mode().iloc[0])
        for column in ("channel", "dimension", "direction", "intensity")
        if len(of_type)
    }
    if direction is not None:
        usual["direction"] = str(direction)
    definition = book.definitions[kind]
    likest = {
        "channel": book.channels.scores(definition),
        "dimension": book.dimensions.scores(definition),
    }
    for column, scores in likest.items():
        usual.setdefault(column, str(max(scores, key=scores.__getitem__)))
    return usual


def row_rules(dataset: Dataset, table: str) -> list[dict[str, Any]]:
    """The contract's rules for a row that the page can judge by itself, while it is filled in.

    They ask of cells whether they are blank, or one of some values. Names of columns are those of fields.
    """
    columns = columns_of(table)
    return [
        {
            "when": _named(table, rule.get("when", {})),
            "then": _named(table, rule["then"]),
            "says": rule["says"],
        }
        for rule in dataset.contract.tables[table].row_rules
        if conditions.columns(rule, columns) <= set(columns) and _is_plain(rule)
    ]


def _is_plain(rule: conditions.Rule) -> bool:
    every = [*rule.get("when", {}).values(), *rule["then"].values()]
    return all(isinstance(each, list) or "blank" in each for each in every)


def _named(table: str, of_columns: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions by field, the values as text."""
    return {
        f"{table}.{column}": list(map(str, each)) if isinstance(each, list) else each
        for column, each in of_columns.items()
    }


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
