"""`allywatch import`: a table of events becomes rows of a data folder, all of them or none."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from allywatch.data.contract import (
    PACKAGE_FILE,
    ContractError,
    Failure,
    shown,
    visible,
)
from allywatch.data.faces import undrawn
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination, as_read, examine
from allywatch.data.paths import documents_folder
from allywatch.data.records import read_table
from allywatch.desk.curate.appending import replace_whole
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
from allywatch.page.attached import csv_text

#: In the order in which they are written: what is pointed to comes first.
_TABLES = ("partners", "sources", "events", "claims")
#: A row that breaks one rule may break another once it is mended; this often is enough.
_MOST_ROUNDS = 5


@dataclass(frozen=True)
class Imported:
    """What an import did, in lines to print."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """An import that holds: what it writes, and what it says."""

    harvest: Harvest
    changes: dict[str, TableChange]
    records: bytes
    ledger: Ledger
    gone: int


def import_table(
    data_dir: Path, table_file: Path, map_name: str, bad_rows: Path | None = None
) -> Imported:
    """Bring the records of a table into a data folder by a map.

    Parameters
    ----------
    bad_rows
        Where rows that cannot be used are written with their reasons, while the others are brought in; None: then
        nothing is written if there is one.

    Raises
    ------
    ContractError
        With everything that is wrong in the map, the table or the folder as it would be; nothing is changed then.
    TableError
        If the table cannot be read.
    OSError
        If a file cannot be written; what was there before is there again.
    """
    current = as_read(data_dir)
    _refuse_unreadable(current)
    table_map = read_map(find_map(map_name), current.contract)
    table = read_table(table_file, **table_map.reading)
    unknown = unknown_names(table, table_map)
    if unknown:
        raise ContractError(unknown)
    plan, bad = _sound_plan(
        table, table_map, current, table_file.name, bad_rows is not None
    )
    if bad_rows is not None and bad:
        replace_whole(bad_rows, _with_reasons(table, bad))
    _write(plan, table_map, current)
    return Imported(
        tuple(visible(line) for line in _told(plan, table_map, table, bad, bad_rows))
    )


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
) -> tuple[_Plan, list[Problem]]:
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
            usable, table_map, current.contract, actors, _records_name(table_map)
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


def _records_name(table_map: TableMap) -> str:
    return f"{table_map.prefix.lower()}-records.csv"


def _planned(got: Harvest, table_map: TableMap, current: Examination) -> _Plan:
    """What the tables of the folder become with what was harvested."""
    ledger = Ledger.read(ledger_path(current.data_dir, table_map.prefix))
    gone = set(ledger.prints.get("claims", {})) - set(got.tables["claims"].index)
    file = documents_folder(current.data_dir) / _records_name(table_map)
    content = merged_records(got.records, file)
    tables = dict(got.tables)
    sources = tables["sources"].assign(sha256=fingerprint(content))
    tables["sources"] = _with_others_of_file(sources, current, file.name)
    changes = {
        name: merged(tables[name], current.contract.tables[name], current, ledger)
        for name in _TABLES
        if name != "partners"
    }
    # A partner that was added is everybody's from then on.
    partners = current.contract.tables["partners"]
    changes["partners"] = merged(tables["partners"], partners, current, Ledger({}))
    return _Plan(got, changes, content, ledger, len(gone))


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


def _problems_of_folder(plan: _Plan, current: Examination) -> list[Problem]:
    """What would break the contract after the import, by row of the table.

    Raises
    ------
    ContractError
        If something would that no row of the table is behind.
    """
    paths = {
        name: current.data_dir / current.contract.tables[name].path for name in _TABLES
    }
    if all(paths[name].read_bytes() == plan.changes[name].content for name in _TABLES):
        return []
    with TemporaryDirectory() as copy:
        staged = Path(copy)
        for path in current.data_dir.glob("*"):
            if path.suffix == ".csv" or path.name == PACKAGE_FILE:
                shutil.copyfile(path, staged / path.name)
        for name, path in paths.items():
            (staged / path.name).write_bytes(plan.changes[name].content)
        examination = examine(staged)
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

    def __init__(self, plan: _Plan, examination: Examination) -> None:
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


def _with_reasons(table: pd.DataFrame, bad: list[Problem]) -> bytes:
    """The bad rows of a table as CSV, each with its reasons."""
    reasons: dict[int, list[str]] = {}
    for problem in bad:
        value = f": {shown(problem.value)}" if problem.value else ""
        words = visible(f"{problem.column}{value}: {problem.rule} → {problem.hint}")
        reasons.setdefault(problem.row, []).append(words)
    rows = table.loc[sorted(reasons)]
    why = ["; ".join(dict.fromkeys(reasons[row])) for row in sorted(reasons)]
    return csv_text(rows.assign(reason=why)).encode()


def _write(plan: _Plan, table_map: TableMap, current: Examination) -> None:
    """Put every file in place; where one cannot be, those before it are put back."""
    documents = documents_folder(current.data_dir)
    ledger = ledger_path(current.data_dir, table_map.prefix)
    contents = {documents / _records_name(table_map): plan.records}
    for name in _TABLES:
        path = current.data_dir / current.contract.tables[name].path
        contents[path] = plan.changes[name].content
    contents[ledger] = plan.ledger.written()
    before = {path: path.read_bytes() if path.is_file() else None for path in contents}
    try:
        for path, content in contents.items():
            if before[path] != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_whole(path, content)
    except BaseException:
        for path, content_before in before.items():
            if content_before is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content_before:
                replace_whole(path, content_before)
        raise


def _told(
    plan: _Plan,
    table_map: TableMap,
    table: pd.DataFrame,
    bad: list[Problem],
    bad_rows: Path | None,
) -> Iterator[str]:
    """What the import did, in lines."""
    counts = _by_record(plan)
    yield (
        f"{table_map.title}: {len(table)} rows; records: {counts['new']} new, {counts['changed']} changed, "
        f"{counts['unchanged']} unchanged, {plan.gone} no longer in the table (they stay)"
    )
    left_out = plan.harvest.left_out
    if left_out:
        each = "; ".join(f"{number} {why}" for why, number in sorted(left_out.items()))
        yield f"rows left out ({sum(left_out.values())}): {each}"
    if bad:
        number = len({problem.row for problem in bad})
        yield f"rows that cannot be used ({number}): written with their reasons to {bad_rows}"
    edited = [key for change in plan.changes.values() for key in change.left_alone]
    if edited:
        names = ", ".join(edited[:5]) + (" …" if len(edited) > 5 else "")
        yield f"rows edited by hand, left as they are ({len(edited)}): {names}"
    for name in ("sources", "partners"):
        new = plan.changes[name].new
        if new:
            names = ", ".join(new[:5]) + (" …" if len(new) > 5 else "")
            yield f"new {name} ({len(new)}): {names}"
    if plan.harvest.clipped:
        each = ", ".join(
            f"{column} {number}" for column, number in plan.harvest.clipped.items()
        )
        yield f"cells cut to the contract's length: {each}"


def _by_record(plan: _Plan) -> Counter[str]:
    """Number of records by what became of them: as the claim, or if that is unchanged as its event."""
    claims = plan.harvest.tables["claims"]
    states = {}
    for name in ("events", "claims"):
        change = plan.changes[name]
        for state in ("unchanged", "left_alone", "changed", "new"):
            for key in getattr(change, state):
                states[key] = state.replace("_", " ")
    counts: Counter[str] = Counter()
    for claim_id, event_id in zip(claims.index, claims["event_id"], strict=True):
        state = states[claim_id]
        if state == "unchanged" and states[event_id] != "new":
            state = states[event_id]
        counts[state] += 1
    return counts
