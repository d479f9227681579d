"""The one door in: a data folder read, repaired where that is certain, checked, and made into frames."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data import review, sharing
from allywatch.data.as_of import known_by
from allywatch.data.contract import (
    OPTIONAL_TABLES,
    TABLES,
    Contract,
    ContractError,
    Failure,
    Key,
    read_contract,
)
from allywatch.data.dataset import Dataset
from allywatch.data.frames import typed, with_days, with_publication_days
from allywatch.data.grading import with_credibility, with_support
from allywatch.data.grounds import later_rows
from allywatch.data.passages import Verification, verify
from allywatch.data.paths import documents_folder, prepared_dataset
from allywatch.data.references import gazetteer, reference_failures
from allywatch.data.repair import Keys, Spellings, mend_keys, mend_values
from allywatch.data.sheets import Repair, Sheet
from allywatch.data.spreadsheets import read
from allywatch.data.spreadsheets import rows as rows
from allywatch.data.texts_check import text_failures
from allywatch.data.validation import validate

#: The data folder as a notebook names it, which stands beside it.
BESIDE = Path("../data")
#: Columns that a contract of a data folder may do without; they are blank then.
_OPTIONAL_COLUMNS = {"claims": ["locator"]}
_COLUMNS_OF_OPTIONAL_TABLES = {
    "doubts": ["doubt_id", "claim_id", "strength", "reason", "reference", "date"],
    "uncoded": ["source_id", "start", "end", "reason"],
}


@dataclass(frozen=True)
class Examination:
    """A data folder as read: its tables as text after repair, and all that is wrong with them.

    `state` is what its files were like when they were read.
    """

    data_dir: Path
    contract: Contract
    state: sharing.State
    sheets: dict[str, Sheet]
    failures: list[Failure]
    documents: Path | None
    verification: Verification

    @property
    def is_outdated(self) -> bool:
        """Whether the folder has been changed since it was read."""
        return sharing.state(self.data_dir, self.contract) != self.state

    @property
    def cells(self) -> dict[str, pd.DataFrame]:
        """The text cells of each table; index: the line in the file."""
        return {table: sheet.cells for table, sheet in self.sheets.items()}

    @property
    def repairs(self) -> list[Repair]:
        """What was repaired, table by table."""
        return [repair for sheet in self.sheets.values() for repair in sheet.repairs]

    @property
    def not_plain(self) -> list[Failure]:
        """A failure for each file that was read, but is no plain CSV: nothing can be added to it as it stands."""
        rule = "must be plain CSV in UTF-8"
        hint = "save it so; see allywatch check"
        return [
            Failure(repair.file, 0, "", repair.before, rule, hint)
            for repair in self.repairs
            if repair.row == 0
        ]


def load(data_dir: str | Path, as_of: date | str | None = None) -> Dataset:
    """The evidence in a data folder, as known on `as_of` (a day, or YYYY-MM-DD; None or "": all of it).

    With `as_of`, the tables are as `as_of.known_by` leaves them. In a job's process it is the dataset that was
    prepared for the job: read once for all jobs, and for a briefing on one partner that partner's part. Where a
    notebook is run from the project's folder, as papermill does, the folder it names as ``../data`` is the
    ``data`` there.

    Raises
    ------
    ContractError
        If anything in the folder breaks the contract; it has every failure.
    ValueError
        If `as_of` is text that is not a day.
    """
    if isinstance(as_of, str):
        as_of = date.fromisoformat(as_of) if as_of else None
    data_dir = Path(data_dir)
    prepared = prepared_dataset(data_dir)
    if prepared is not None:
        return _load_prepared(prepared, as_of)
    if data_dir == BESIDE and not data_dir.exists():
        data_dir = Path(BESIDE.name)
    return dataset(examine(data_dir), as_of)


def _load_prepared(file: Path, as_of: date | None) -> Dataset:
    """The dataset that the process which read the folder wrote to `file`, for this folder."""
    prepared: Dataset = pickle.loads(file.read_bytes())
    if prepared.as_of != as_of:
        raise ValueError(
            f"what was handed to this briefing is known as of {prepared.as_of}, not {as_of}"
        )
    documents = documents_folder(file.parent) if prepared.documents else None
    # It is this process's own, and has with it what was worked out of it before.
    vars(prepared).update(data_dir=file.parent, documents=documents)
    return prepared


def dataset(examination: Examination, as_of: date | None = None) -> Dataset:
    """The evidence in a data folder that has been examined, as `load` gives it.

    Raises
    ------
    ContractError
        If the examination found failures.
    """
    if examination.failures:
        raise ContractError(examination.failures)
    schemas = examination.contract.tables
    frames: dict[str, Any] = {
        table: typed(cells, schemas[table])
        for table, cells in examination.cells.items()
    }
    for table, columns in _OPTIONAL_COLUMNS.items():
        absent = [name for name in columns if name not in frames[table]]
        frames[table] = frames[table].assign(**dict.fromkeys(absent, ""))
    for table, columns in _COLUMNS_OF_OPTIONAL_TABLES.items():
        if table not in frames:
            frames[table] = pd.DataFrame(columns=columns, dtype="str")
    frames["sources"] = with_publication_days(frames["sources"])
    frames["claims"] = with_support(frames, examination.contract.rules)
    later: set[str] = set()
    if as_of is not None:
        frames |= known_by(pd.Timestamp(as_of), frames)
        later = later_rows(examination.cells, frames)
        frames["claims"] = with_support(frames, examination.contract.rules)
    frames["claims"] = with_credibility(frames, examination.contract.rules)
    frames["judgements"] = _with_what_moved(frames["judgements"], examination, later)
    for table in ("claims", "events"):
        frames[table] = with_days(frames[table])
    return Dataset(
        data_dir=examination.data_dir,
        contract=examination.contract,
        as_of=as_of,
        documents=examination.documents,
        repairs=pd.DataFrame(examination.repairs, columns=Repair._fields),
        **frames,
    )


def _with_what_moved(
    judgements: pd.DataFrame, examination: Examination, later: Set[str]
) -> pd.DataFrame:
    """`judgements` with `moved` and `under_review`, as in `Dataset`."""
    ids = examination.cells["judgements"]["judgement_id"]
    words = ["; ".join(moved) for moved in what_moved(examination, later)]
    moved = judgements["judgement_id"].map(dict(zip(ids, words, strict=True)))
    moved = moved.astype("str")
    return judgements.assign(moved=moved, under_review=moved != "")


def what_moved(
    examination: Examination, later: Set[str] = frozenset()
) -> list[list[str]]:
    """For each judgement, in words, what it rests on that is otherwise than when it was written.

    The rows with an id in `later`, of which an edition as of a day knows nothing, are left out of account.
    """
    return review.what_moved(examination.cells, examination.contract, later)


def examine(data_dir: Path) -> Examination:
    """Read, repair and check a data folder without judging it, as it stood at one moment.

    Raises
    ------
    ContractError
        If there is no contract to check it against.
    """
    read = as_read(data_dir)
    contract = read.contract
    sheets = read.sheets
    failures = read.failures
    for sheet in sheets.values():
        failures += validate(sheet.cells, sheet.schema, sheet.judges, contract.rules)
    failures += reference_failures(sheets, contract.rules)
    failures += _failures_of_texts(sheets, contract)

    folder = documents_folder(data_dir)
    documents = folder if folder.is_dir() else None
    verification = Verification()
    if documents is not None:
        verification = verify(sheets["sources"], sheets["claims"], documents)
        if verification.failures and read.is_outdated:
            # An import changes a document together with the tables.
            return examine(data_dir)
        failures += verification.failures
    failures = _in_order(failures, sheets.values())
    return replace(
        read, failures=failures, documents=documents, verification=verification
    )


def as_read(data_dir: Path, contract: Contract | None = None) -> Examination:
    """The tables of a data folder, read and repaired, with what kept them from being read; nothing else is checked.

    `contract` is that of the folder, where it has been read before.

    Raises
    ------
    ContractError
        If there is no contract to read them by.
    """
    contract = contract or read_contract(data_dir)
    with sharing.at_rest(data_dir):
        state = sharing.state(data_dir, contract)
        sheets = _read_sheets(data_dir, contract)
    failures = _mend_all(sheets, contract)
    for sheet in sheets.values():
        failures += sheet.failures
    return Examination(
        data_dir, contract, state, sheets, failures, None, Verification()
    )


def _failures_of_texts(sheets: dict[str, Sheet], contract: Contract) -> list[Failure]:
    """What is wrong with analysts' texts; where the rows of one have changed, it is under review, and not wrong.

    Nothing, where a table could not be read as a whole: a text cannot be compared with rows that are not there.
    """
    if not all(
        sheet.whole and sheet.has(*sheet.schema.fields) for sheet in sheets.values()
    ):
        return []
    cells = {table: sheet.cells for table, sheet in sheets.items()}
    path = contract.tables["judgements"].path
    found = text_failures(cells, path, contract.rules)
    if not found.of_rows:
        return found.of_form
    under_review = review.lines_with_moved_rows(cells, contract)
    of_rows = [each for each in found.of_rows if each.row not in under_review]
    return found.of_form + of_rows


def _read_sheets(data_dir: Path, contract: Contract) -> dict[str, Sheet]:
    """The tables that the folder must have, and of those it may do without the ones there."""
    sheets = {}
    for table in (*TABLES, *OPTIONAL_TABLES):
        schema = contract.tables.get(table)
        if schema is not None:
            file = data_dir / schema.path
            if table in TABLES or os.path.lexists(file):
                sheets[table] = read(file, schema)
    return sheets


def _mend_all(sheets: dict[str, Sheet], contract: Contract) -> list[Failure]:
    """Repair entries in place: first the keys themselves, then what points to them.

    Returns the failures of names that two actors share.
    """
    for sheet in sheets.values():
        mend_values(sheet)
    home = contract.rules["gazetteer"]["table"]
    actors, shared = gazetteer(sheets[home], contract.rules)

    keys_of_actors = Keys(set(actors.values()), lambda: actors)

    @cache  # several columns hold the keys of one table
    def keys_of(targets: tuple[Key, ...]) -> Keys:
        return _keys(sheets, targets)

    for sheet in sheets.values():
        keys: dict[str, Keys] = {}
        for column, targets in sheet.schema.references.items():
            names_actors = targets[0].table == home
            keys[column] = keys_of_actors if names_actors else keys_of(tuple(targets))
        mend_keys(sheet, keys)
    return shared


def _keys(sheets: dict[str, Sheet], targets: Iterable[Key]) -> Keys:
    """The keys that a column may hold, which stand in one of `targets`."""
    known: set[str] = set()
    for target in targets:
        sheet = sheets[target.table]
        if sheet.has(target.column):
            known.update(sheet.cells[target.column].tolist())
    known.discard("")
    return Keys(known, cache(partial(_folded, known)))


def _folded(keys: Set[str]) -> Spellings:
    """`keys` by their folded case; two that differ only in case name neither."""
    folded: dict[str, str] = {}
    for key in sorted(keys):
        folded[key.casefold()] = "" if key.casefold() in folded else key
    return folded | {key: key for key in keys}


def _in_order(failures: list[Failure], sheets: Iterable[Sheet]) -> list[Failure]:
    """Each failure once, by table and row; those of the whole folder first."""
    order = {sheet.schema.path: number for number, sheet in enumerate(sheets)}
    return sorted(
        dict.fromkeys(failures),
        key=lambda failure: (order.get(failure.file, -1), failure.row),
    )
