"""The table of what proposers are worth, as it was measured last."""

from __future__ import annotations

import pandas as pd

from allywatch.data.beside import read_beside
from allywatch.data.contract import ContractError
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import frame_fingerprint, short_fingerprint
from allywatch.data.frames import typed
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
    sheet = read_beside(dataset, WORTH)
    if sheet is None:
        return pd.DataFrame()
    failures = sheet.failures + validate(
        sheet.cells, sheet.schema, sheet.judges, dataset.rules
    )
    if failures:
        raise ContractError(failures)
    return typed(sheet.cells, sheet.schema).reset_index(drop=True)


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
