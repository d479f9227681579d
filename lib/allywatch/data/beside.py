"""Tables that stand beside the evidence, such as codings and proposals: checked against it, but never a part of it."""

from __future__ import annotations

from dataclasses import replace

from allywatch.data.contract import Failure
from allywatch.data.dataset import Dataset
from allywatch.data.loading import Examination
from allywatch.data.passages import verify
from allywatch.data.references import reference_failures
from allywatch.data.repair import mend_values
from allywatch.data.sheets import Sheet
from allywatch.data.spreadsheets import read
from allywatch.data.validation import validate


def read_beside(home: Examination | Dataset, table: str) -> Sheet | None:
    """The file of one such table as text cells after repair, unchecked; None where the folder has none."""
    schema = home.contract.tables.get(table)
    if schema is None or not (home.data_dir / schema.path).is_file():
        return None
    sheet = read(home.data_dir / schema.path, schema)
    mend_values(sheet)
    return sheet


def failures_beside(sheet: Sheet, key: str, examination: Examination) -> list[Failure]:
    """What is wrong with one such table by itself, against the tables and against the documents.

    Its passages are in the columns that claims have; `key` is the column that names a row.
    """
    rules = examination.contract.rules
    table = sheet.schema.name
    failures = validate(sheet.cells, sheet.schema, sheet.judges, rules)
    failures += reference_failures({**examination.sheets, table: sheet}, rules)
    if examination.documents:
        placed = sheet.cells.drop(columns="claim_id", errors="ignore")
        claims = replace(sheet, cells=placed.rename(columns={key: "claim_id"}))
        sources = examination.sheets["sources"]
        failures += verify(sources, claims, examination.documents).failures
    in_table = [failure for failure in failures if failure.file == sheet.schema.path]
    return sheet.failures + in_table
