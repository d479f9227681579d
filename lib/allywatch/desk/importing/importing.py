"""`allywatch import`: a table of events becomes rows of a data folder, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from allywatch.data.contract import ContractError, shown, visible
from allywatch.data.loading import Examination, as_read
from allywatch.data.paths import documents_folder
from allywatch.desk.importing.drafting import (
    TABLES,
    Draft,
    Plan,
    drafted,
    records_name,
)
from allywatch.desk.importing.merging import ledger_path
from allywatch.desk.importing.rows import Problem
from allywatch.desk.writing import held, replace_all, replace_whole
from allywatch.page.attached import csv_text


@dataclass(frozen=True)
class Imported:
    """What an import did, in lines to print."""

    lines: tuple[str, ...]


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
    NotWritten
        If a file cannot be written; what was there before is there again.
    """
    may_skip = bad_rows is not None
    # It takes long, and others are to save meanwhile. Seldom does one, and then it is drafted again.
    draft = _early_draft(as_read(data_dir), table_file, map_name, may_skip)
    with held(data_dir, as_read) as current:
        if draft is None or draft.current.state != current.state:
            draft = drafted(current, table_file, map_name, may_skip)
        if bad_rows is not None and draft.bad:
            replace_whole(bad_rows, _with_reasons(draft.table, draft.bad))
        _write(draft, current)
    return Imported(tuple(visible(line) for line in _told(draft, bad_rows)))


def _early_draft(
    current: Examination, table_file: Path, map_name: str, may_skip: bool
) -> Draft | None:
    """What `drafted` gives; None where it came to nothing because the folder was changed meanwhile."""
    try:
        return drafted(current, table_file, map_name, may_skip)
    except ContractError:
        if current.is_outdated:
            return None
        raise


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


def _write(draft: Draft, current: Examination) -> None:
    """Put every file in place that is not already there."""
    plan = draft.plan
    prefix = draft.table_map.prefix
    documents = documents_folder(current.data_dir)
    contents = {documents / records_name(draft.table_map): plan.records}
    for name in TABLES:
        path = current.data_dir / current.contract.tables[name].path
        contents[path] = plan.changes[name].content
    contents[ledger_path(current.data_dir, prefix)] = plan.ledger.written()
    changed: dict[Path, bytes | None] = {}
    for path, content in contents.items():
        if not path.is_file() or path.read_bytes() != content:
            changed[path] = content
    replace_all(current, changed)


def _told(draft: Draft, bad_rows: Path | None) -> Iterator[str]:
    """What the import did, in lines."""
    plan = draft.plan
    counts = _by_record(plan)
    yield (
        f"{draft.table_map.title}: {len(draft.table)} rows; records: {counts['new']} new, {counts['changed']} changed, "
        f"{counts['unchanged']} unchanged, {plan.gone} no longer in the table (they stay)"
    )
    left_out = plan.harvest.left_out
    if left_out:
        each = "; ".join(f"{number} {why}" for why, number in sorted(left_out.items()))
        yield f"rows left out ({sum(left_out.values())}): {each}"
    if draft.bad:
        number = len({problem.row for problem in draft.bad})
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


def _by_record(plan: Plan) -> Counter[str]:
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
