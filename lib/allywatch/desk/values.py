"""The values that the columns of a table may hold, in lines for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten

from allywatch.data.contract import (
    PACKAGE_FILE,
    Contract,
    ContractError,
    Field,
    read_contract,
    visible,
)
from allywatch.data.records import TableError, read_table
from allywatch.desk.start import template

#: Characters of a meaning.
_LONGEST = 92


def value_lines(data_dir: Path, tables: Sequence[str]) -> Iterator[str]:
    """Each column with listed values, and each value with its meaning, cut short.

    Of a data folder, or where there is none of a new one.
    """
    try:
        contract = read_contract(data_dir)
    except ContractError:
        contract = Contract(json.loads(template.read(PACKAGE_FILE)))
    for table in tables:
        for column, field in contract.tables[table].fields.items():
            meanings = _types(data_dir) if column == "type" else _meanings(field)
            if meanings:
                yield f"  {column}:"
            for value, meaning in meanings.items():
                cut = shorten(meaning, _LONGEST, placeholder=" …")
                yield visible(f"    {value:<22}{cut}")


def _meanings(field: Field) -> dict[str, str]:
    """What each listed value means; a number's name comes first."""
    meanings = {}
    for category in field.get("categories", []):
        value, label = category["value"], category.get("label", "")
        name = f"{label.lower()}: " if isinstance(value, int) and label else ""
        meanings[str(value)] = name + category.get("description", label)
    return meanings


def _types(data_dir: Path) -> dict[str, str]:
    """The label of each type of event."""
    try:
        rows = read_table(data_dir / template.EVENT_TYPES, delimiter=",")
    except TableError:
        rows = read_table(template.FOLDER / template.EVENT_TYPES, delimiter=",")
    return {
        row.get("type", ""): row.get("label", "") for row in rows.to_dict("records")
    }
