"""What people make of proposals: noted in `proposals.csv`, and in `uncoded.csv` where there is nothing to code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from allywatch.data.paths import PROPOSALS
from allywatch.desk.curate.changes import Changes, Row

_UNDECIDED = {"state": "open", "claim_id": "", "reviewer": "", "reviewed": ""}


@dataclass(frozen=True)
class Decision:
    """What a person made of a proposal.

    Attributes
    ----------
    proposal
        Its cells as it was proposed.
    state
        ``accepted`` as it was, ``edited``, or ``rejected``.
    reviewer, day
        Who decided, and on which day, year-month-day.
    """

    proposal: Row
    state: str
    reviewer: str
    day: str


def record(changes: Changes, decision: Decision, claim_id: str = "") -> None:
    """Note a decision and the claim that came of it; nothing where the data folder keeps no proposals."""
    if PROPOSALS not in changes.current.contract.tables:
        return
    cells = changes.cells(PROPOSALS)
    decided = {
        "state": decision.state,
        "claim_id": claim_id,
        "reviewer": decision.reviewer,
        "reviewed": decision.day,
    }
    line = line_of(cells, "proposal_id", decision.proposal["proposal_id"])
    if line:
        changes.alter(PROPOSALS, line, decided)
    else:
        row = {**decision.proposal, **decided}
        changes.add(PROPOSALS, [row], line_behind_place(cells, row))


def reopen(changes: Changes, claim_id: str) -> None:
    """Make the proposals that became a claim open again."""
    if PROPOSALS not in changes.current.contract.tables:
        return
    cells = changes.cells(PROPOSALS)
    for line in cells.index[cells["claim_id"] == claim_id]:
        changes.alter(PROPOSALS, int(line), _UNDECIDED)


def line_of(cells: pd.DataFrame, column: str, key: str) -> int:
    """The line of the row with that key; 0 where there is none."""
    lines = cells.index[cells[column] == key]
    return int(lines[0]) if len(lines) else 0


def line_behind_place(cells: pd.DataFrame, row: Mapping[str, str]) -> int:
    """The line before which a row on a passage goes, by source and place; 0 for the end."""
    of_source = cells[cells["source_id"] == row["source_id"]]
    if of_source.empty:
        return 0
    starts = pd.to_numeric(of_source["start"], errors="coerce")
    behind = of_source.index[starts > int(row["start"])]
    if behind.empty:
        behind = cells.index[cells.index > of_source.index[-1]]
    return int(behind[0]) if len(behind) else 0
