"""The two codings of the same documents by different people, from which agreement is measured."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allywatch.data.beside import failures_beside
from allywatch.data.contract import ContractError, Failure
from allywatch.data.dataset import Dataset
from allywatch.data.frames import typed
from allywatch.data.loading import as_read
from allywatch.data.repair import mend_values
from allywatch.data.sheets import Sheet
from allywatch.data.spreadsheets import read

CODINGS = "codings"


def load_codings(dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first and the second coder's claims on the admitted sources, as frozen before they were compared.

    Grain: one row per coding; key `coding_id`, over both. Columns as in the codebook. Both frames are empty
    where the folder has no second coding.

    Raises
    ------
    ContractError
        If either file breaks the contract, or only one of them is there; it has every failure of both.
    """
    schema = dataset.contract.tables.get(CODINGS)
    files = [dataset.data_dir / file for file in schema.files] if schema else []
    if schema is None or not any(file.is_file() for file in files):
        return pd.DataFrame(), pd.DataFrame()

    # The tables have been checked with the evidence.
    read_before = as_read(dataset.data_dir, dataset.contract)
    examination = replace(read_before, documents=dataset.documents)
    sheets = []
    failures = []
    for file in files:
        # As if the contract spoke of this one of the two files.
        sheet = read(file, replace(schema, files=(file.name,)))
        mend_values(sheet)
        failures += failures_beside(sheet, "coding_id", examination)
        sheets.append(sheet)
    failures = failures or _keys_in_both(*sheets)
    if failures:
        raise ContractError(failures)

    known = dataset.sources["source_id"]
    codings = []
    for sheet in sheets:
        coding = typed(sheet.cells, schema)
        coding = coding[coding["source_id"].isin(known)]
        codings.append(coding.reset_index(drop=True))
    first, second = codings
    return first, second


def _keys_in_both(first: Sheet, second: Sheet) -> list[Failure]:
    shared = set(first.cells["coding_id"]) & set(second.cells["coding_id"])
    rule = "a key must belong to one coding"
    hint = "rename it in one of the two files"
    return [
        Failure(second.file, 0, "coding_id", key, rule, hint) for key in sorted(shared)
    ]
