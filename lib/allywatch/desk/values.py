"""The values that the columns of a table may hold, in lines for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from allywatch.data.contract import (
    PACKAGE_FILE,
    Contract,
    ContractError,
    listed_values,
    read_contract,
    visible,
)
from allywatch.desk.start import template


def value_lines(data_dir: Path, tables: Sequence[str]) -> Iterator[str]:
    """Each column with listed values, and the values; of a data folder, or where there is none of a new one."""
    try:
        contract = read_contract(data_dir)
    except ContractError:
        contract = Contract(json.loads(template.read(PACKAGE_FILE)))
    for table in tables:
        for column, field in contract.tables[table].fields.items():
            values = ", ".join(listed_values(field))
            if values:
                yield visible(f"  {column}: {values}")
