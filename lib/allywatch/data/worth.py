"""The table of what proposers are worth, as it was measured last."""

from __future__ import annotations

import pandas as pd

from allywatch.data.contract import ContractError
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import frame_fingerprint, short_fingerprint
from allywatch.data.frames import typed
from allywatch.data.repair import mend_values
from allywatch.data.spreadsheets import read
from allywatch.data.validation import validate

WORTH = "proposer_worth"
_RESTS_ON = ("sources", "claims", "events", "partners", "event_types")


def load_worth(dataset: Dataset) -> pd.DataFrame:
    """What proposers are worth.

    Grain: one row per proposer and measure, key `proposer, measure`. Columns as in the codebook. No rows where the
    folder has no such file.

    Raises
    ------
    ContractError
        If the file breaks the contract; it has every failure.
    """
    schema = dataset.contract.tables.get(WORTH)
    if schema is None or not (dataset.data_dir / schema.path).is_file():
        return pd.DataFrame()
    sheet = read(dataset.data_dir / schema.path, schema)
    mend_values(sheet)
    failures = sheet.failures + validate(
        sheet.cells, schema, sheet.judges, dataset.rules
    )
    if failures:
        raise ContractError(failures)
    return typed(sheet.cells, schema).reset_index(drop=True)


def is_current(worth: pd.DataFrame, dataset: Dataset) -> bool:
    """Whether it was measured on the rows that the dataset has."""
    return bool((worth["rests_on"] == rests_on(dataset)).all())


def rests_on(dataset: Dataset) -> str:
    """The fingerprint of what a proposer is measured on."""
    prints = []
    for name in _RESTS_ON:
        columns = dataset.contract.tables[name].fields
        frame = dataset.tables[name]
        known = [column for column in columns if column in frame]
        prints.append(frame_fingerprint(frame[known]))
    return short_fingerprint(" ".join(prints))
