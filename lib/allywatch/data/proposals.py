"""The table of proposals: what rules, models or tables suggest to be coded, and what became of it.

Nothing is built from it; `allywatch check` and the desk read it.
"""

from __future__ import annotations

import pandas as pd

from allywatch.data.beside import failures_beside, read_beside
from allywatch.data.contract import (
    PACKAGE_FILE,
    Contract,
    ContractError,
    Failure,
    TableSchema,
)
from allywatch.data.frames import typed
from allywatch.data.loading import Examination
from allywatch.data.paths import PROPOSALS
from allywatch.data.sheets import Sheet


def load_proposals(examination: Examination) -> pd.DataFrame:
    """The proposals of a data folder.

    Grain: one row per proposal; key `proposal_id`. Columns as in the codebook. No rows where the folder has no
    such file.

    Raises
    ------
    ContractError
        If the file breaks the contract; it has every failure.
    """
    sheet = read_proposals(examination)
    if sheet is None:
        return pd.DataFrame()
    failures = failures_of_proposals(examination)
    if failures:
        raise ContractError(failures)
    return typed(sheet.cells, sheet.schema)


def failures_of_proposals(examination: Examination) -> list[Failure]:
    """What is wrong with the file of proposals; nothing where there is none."""
    sheet = read_proposals(examination)
    if sheet is None:
        return []
    return failures_beside(sheet, "proposal_id", examination)


def read_proposals(examination: Examination) -> Sheet | None:
    """The file as text cells after repair, unchecked; None where there is none."""
    return read_beside(examination, PROPOSALS)


def schema_of_proposals(contract: Contract) -> TableSchema:
    """What the contract says of proposals.

    Raises
    ------
    ContractError
        If it says nothing of them, as one that was written before there were any.
    """
    schema = contract.tables.get(PROPOSALS)
    if schema is not None:
        return schema
    rule = f"must describe the table {PROPOSALS!r}"
    hint = "copy it, and the row rules on it, from the one that comes with allywatch"
    raise ContractError([Failure(PACKAGE_FILE, 0, "resources", "", rule, hint)])
