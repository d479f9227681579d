"""What an import would write into a data folder: rows that hold, and those that it has to pass over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from allywatch.data.contract import PACKAGE_FILE, ContractError, Failure
from allywatch.data.faces import undrawn
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.paths import documents_folder
from allywatch.data.records import read_table
from allywatch.desk.importing.actors import Actors
from allywatch.desk.importing.fields import unknown_names
from allywatch.desk.importing.map_reading import read_map
from allywatch.desk.importing.mapping import TableMap, find_map
from allywatch.desk.importing.merging import (
    Ledger,
    TableChange,
    ledger_path,
    merged,
    merged_records,
)
from allywatch.desk.importing.rows import Harvest, Problem, harvest
from allywatch.desk.writing import examined_with

#: In the order in which they are written: what is pointed to comes first.
TABLES = ("partners", "sources", "events", "claims")
#: A row that breaks one rule may break another once it is mended; this often is enough.
_MOST_ROUNDS = 5


@dataclass(frozen=True)
class Plan:
    """An import that holds: what it writes, and what it says."""

    harvest: Harvest
    changes: dict[str, TableChange]
    records: bytes
    ledger: Ledger
    gone: int


@dataclass(frozen=True)
class Draft:
    """A plan with what it was made of, and the rows that it passes over."""

    current: Examination
    table_map: TableMap
    table: pd.DataFrame
    plan: Plan
    bad: list[Problem]


def drafted(
    current: Examination, table_file: Path, map_name: str, may_skip: bool
) -> Draft:
    """What an import would write into the folder as it is.

    Raises
    ------
    ContractError
        With everything that is wrong in the map, the table or the folder as it would be.
    TableError
        If the table cannot be read.
    """
    _refuse_unreadable(current)
    table_map = read_map(find_map(map_name), current.contract)
    table = read_table(table_file, **table_map.reading)
    unknown = unknown_names(table, table_map)
    if unknown:
        raise ContractError(unknown)
    plan, bad = _sound_plan(table, table_map, current, table_file.name, may_skip)
    return Draft(current, table_map, table, plan, bad)


def _refuse_unreadable(current: Examination) -> None:
    """Raise ContractError where a file is no plain CSV that was read to its end, or knows no records."""
    failures = [
        failure
        for sheet in current.sheets.values()
        if not sheet.whole
        for failure in sheet.failures
    ]
    failures += [
        failure for failure in current.failures if failure.column and failure.row == 1
    ]
    failures += current.not_plain
    if "locator" not in current.contract.tables["claims"].fields:
        rule = "must have the column locator in claims"
        hint = "take claims.locator and the rules named passage or record from the datapackage.json that comes with allywatch"
        failures.append(Failure(PACKAGE_FILE, 0, "", "", rule, hint))
    if failures:
        raise ContractError(list(dict.fromkeys(failures)))


def _sound_plan(
    table: pd.DataFrame,
    table_map: TableMap,
    current: Examination,
    name: str,
    may_skip: bool,
) -> tuple[Plan, list[Problem]]:
    """A plan after which the folder is sound, and the rows that it passes over.

    Raises
    ------
    ContractError
        If there is none: because of rows, unless `may_skip`, or of what is not ours.
    """
    bad: list[Problem] = []
    usable = table
    for _ in range(_MOST_ROUNDS):
        actors = Actors.of(current, table_map.partners)
        got = harvest(
            usable, table_map, current.contract, actors, records_name(table_map)
        )
        plan = _planned(got, table_map, current)
        found = got.problems + _problems_of_folder(plan, current)
        bad += found
        if not found:
            return plan, bad
        if not may_skip:
            raise ContractError([_as_failure(problem, name) for problem in found])
        usable = usable.drop(index=[problem.row for problem in found], errors="ignore")
    raise ContractError([_as_failure(problem, name) for problem in found])


def _as_failure(problem: Problem, name: str) -> Failure:
    return Failure(
        name, problem.row, problem.column, problem.value, problem.rule, problem.hint
    )


def records_name(table_map: TableMap) -> str:
    """The name of the document in which the records of a map stand."""
    return f"{table_map.prefix.lower()}-records.csv"


def _planned(got: Harvest, table_map: TableMap, current: Examination) -> Plan:
    """What the tables of the folder become with what was harvested."""
    ledger = Ledger.read(ledger_path(current.data_dir, table_map.prefix))
    gone = set(ledger.prints.get("claims", {})) - set(got.tables["claims"].index)
    file = documents_folder(current.data_dir) / records_name(table_map)
    content = merged_records(got.records, file)
    tables = dict(got.tables)
    sources = tables["sources"].assign(sha256=fingerprint(content))
    tables["sources"] = _with_others_of_file(sources, current, file.name)
    changes = {
        name: merged(tables[name], current.contract.tables[name], current, ledger)
        for name in TABLES
        if name != "partners"
    }
    # A partner that was added is everybody's from then on.
    partners = current.contract.tables["partners"]
    changes["partners"] = merged(tables["partners"], partners, current, Ledger({}))
    return Plan(got, changes, content, ledger, len(gone))


def _with_others_of_file(
    sources: pd.DataFrame, current: Examination, file: str
) -> pd.DataFrame:
    """`sources` with those of an earlier import whose records stand in the same file, which has changed."""
    present = current.sheets["sources"].cells
    others = present[
        (present["file"] == file) & ~present["source_id"].isin(sources.index)
    ]
    if others.empty or sources.empty:
        return sources
    sha256 = sources["sha256"].iloc[0]
    return pd.concat(
        [sources, others.assign(sha256=sha256).set_index("source_id", drop=False)]
    )


def _problems_of_folder(plan: Plan, current: Examination) -> list[Problem]:
    """What would break the contract after the import, by row of the table.

    Raises
    ------
    ContractError
        If something would that no row of the table is behind.
    """
    paths = {
        name: current.data_dir / current.contract.tables[name].path for name in TABLES
    }
    if all(paths[name].read_bytes() == plan.changes[name].content for name in TABLES):
        return []
    contents = {
        current.contract.tables[name].path: plan.changes[name].content
        for name in TABLES
    }
    examination = examined_with(current, contents)
    failures = examination.failures + undrawn(examination)
    rows = _Rows(plan, examination)
    problems = []
    others = []
    for failure in failures:
        behind = rows.behind(failure)
        if not behind:
            others.append(failure)
        for row in behind:
            column = f"{failure.file.removesuffix('.csv')}.{failure.column}"
            problems.append(
                Problem(row, column, failure.value, failure.rule, failure.hint)
            )
    if others:
        raise ContractError(others)
    return problems


class _Rows:
    """The rows of the imported table behind each line of the folder's files."""

    def __init__(self, plan: Plan, examination: Examination) -> None:
        self._lines: dict[str, dict[int, list[int]]] = {}
        for name, rows_of in plan.harvest.rows_of.items():
            sheet = examination.sheets[name]
            keys = sheet.cells[sheet.schema.primary_key[0]]
            self._lines[sheet.schema.path] = {
                int(line): rows_of[key]
                for line, key in zip(keys.index, keys, strict=True)
                if key in rows_of
            }

    def behind(self, failure: Failure) -> list[int]:
        return self._lines.get(failure.file, {}).get(failure.row, [])
