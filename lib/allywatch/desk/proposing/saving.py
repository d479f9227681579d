"""Proposals put into a data folder: new ones beside what people have decided, in the place of what they left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from allywatch.data import loading
from allywatch.data.beside import failures_beside
from allywatch.data.contract import (
    PACKAGE_FILE,
    ContractError,
    Failure,
    TableSchema,
)
from allywatch.data.loading import Examination
from allywatch.data.proposals import (
    load_proposals,
    read_proposals,
    schema_of_proposals,
)
from allywatch.data.sheets import Sheet
from allywatch.data.spreadsheets import csv_lines
from allywatch.data.worth import WORTH
from allywatch.desk.proposing.document import document_of
from allywatch.desk.proposing.proposers import Proposer
from allywatch.desk.writing import held, replace_all

_OPEN = "open"
_BY_PLACE = ["source_id", "start", "end", "proposer", "proposal_id"]

Row = Mapping[str, str]


@dataclass(frozen=True)
class Proposed:
    """What came of a run: how many claims and how many times nothing were proposed, and what was left as decided."""

    file: Path
    claims: int
    nothing: int
    decided: int


def propose(data_dir: Path, source_id: str, proposer: Proposer) -> Proposed:
    """Have a proposer read a source's document, and put what it proposes into `proposals.csv`.

    Its own open proposals for that source are replaced. What a person has accepted, edited or rejected stays, and is
    not proposed again.

    Raises
    ------
    NotAtHand
        If there is no such source, or its document is not at hand.
    NotAnswered
        If the proposer asks elsewhere and gets no answer; nothing is changed then.
    ContractError
        If the folder is not sound, or the rows would break the contract; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    before = loading.examine(data_dir)
    _existing(before)
    document = document_of(loading.dataset(before), source_id)
    # The folder is not held meanwhile: a model takes minutes.
    made = [
        proposal.row(source_id, document.text, proposer.name, proposer.version)
        for proposal in proposer.propose(document)
    ]
    with held(data_dir) as current:
        schema = _existing(current)
        kept = _kept(current, source_id, proposer.name)
        decided = {row["proposal_id"] for row in kept}
        added = [row for row in made if row["proposal_id"] not in decided]
        cells = _cells([*kept, *added], schema)
        _refuse_unsound(cells, schema, current)
        file = data_dir / schema.path
        lines = csv_lines([list(cells.columns), *cells.to_numpy().tolist()])
        replace_all(current, {file: lines.encode()})
    claims = sum(row["proposes"] == "claim" for row in added)
    return Proposed(file, claims, len(added) - claims, len(made) - len(added))


def keep_worth(data_dir: Path, rows: Sequence[Row]) -> Path:
    """Put what proposers are worth in the place of what was measured before; returns the file.

    Raises
    ------
    ContractError
        If the folder is not sound, or its contract has no such table; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    with held(data_dir) as current:
        loading.dataset(current)
        schema = current.contract.tables.get(WORTH)
        if schema is None:
            rule = f"must describe the table {WORTH!r}"
            hint = "copy it from the one that comes with allywatch"
            raise ContractError([Failure(PACKAGE_FILE, 0, "resources", "", rule, hint)])
        file = data_dir / schema.path
        file.parent.mkdir(exist_ok=True)
        cells = [[row[column] for column in schema.fields] for row in rows]
        lines = csv_lines([list(schema.fields), *cells])
        replace_all(current, {file: lines.encode()})
    return file


def _existing(current: Examination) -> TableSchema:
    """The schema of the proposals in a folder that is sound with those it has: what is broken is not written over."""
    loading.dataset(current)
    schema = schema_of_proposals(current.contract)
    load_proposals(current)
    return schema


def _kept(current: Examination, source_id: str, proposer: str) -> list[Row]:
    """The rows that stay: those of other sources and proposers, and what people have decided."""
    sheet = read_proposals(current)
    if sheet is None:
        return []
    rows: list[Row] = sheet.cells.to_dict("records")  # type: ignore[assignment]
    return [
        row
        for row in rows
        if (row["source_id"], row["proposer"], row["state"])
        != (source_id, proposer, _OPEN)
    ]


def _cells(rows: list[Row], schema: TableSchema) -> pd.DataFrame:
    """Rows as text cells, by source and place; index: the line in the file."""
    cells = pd.DataFrame(rows, columns=list(schema.fields), dtype=object).fillna("")
    cells = cells.sort_values(
        _BY_PLACE,
        key=lambda column: column.astype(int) if column.name in _NUMBERS else column,
    )
    return cells.set_axis(range(2, len(cells) + 2), axis="index")


_NUMBERS = {"start", "end"}


def _refuse_unsound(
    cells: pd.DataFrame, schema: TableSchema, current: Examination
) -> None:
    """Raise ContractError for rows that break the contract, as those of a proposer of others may."""
    sheet = Sheet(schema, schema.path, cells)
    failures = failures_beside(sheet, "proposal_id", current)
    if failures:
        raise ContractError(failures)
