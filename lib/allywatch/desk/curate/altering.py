"""Claims and events that stand already: altered, moved to another event, taken out; and passages that need no claim.

Each is checked, written and taken back as claims are that are added.
"""

from __future__ import annotations

from allywatch.data.dataset import Dataset
from allywatch.desk.curate.appending import (
    Saved,
    add_rows,
    next_event_id,
    place_in_document,
    put_in_place,
)
from allywatch.desk.curate.changes import Changes, Row
from allywatch.desk.curate.deciding import (
    Decision,
    line_behind_place,
    line_of,
    record,
    reopen,
)
from allywatch.desk.writing import held


class Gone(ValueError):
    """A claim or an event that is there no longer; `str()` names it."""


def alter_claim(
    dataset: Dataset,
    claim_id: str,
    place: tuple[int, int],
    claim: Row,
    event: Row | None = None,
) -> Saved:
    """Put other cells into a claim, and with another ``event_id`` move it there; or to the new event that it opens.

    An event that no claim is left for goes with it.

    Raises
    ------
    Gone
        If there is no such claim any more.
    ContractError
        If the rows would break the contract, or others rest on what would go; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    source_id = claim_id_source(dataset, claim_id)
    passage = place_in_document(dataset, source_id, *place)
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        line = _line(changes, "claims", "claim_id", claim_id)
        keys = {"claims": [claim_id]}
        altered = {**claim, **passage}
        if event is not None:
            event_ids = current.cells["events"]["event_id"].tolist()
            opened = next_event_id(event_ids, event)
            keys["events"] = add_rows(
                changes, "events", [{**event, "event_id": opened}]
            )
            altered["event_id"] = opened
        changes.alter("claims", line, altered)
        former = str(changes.cells("claims").loc[line, "event_id"])
        if altered.get("event_id", former) != former:
            _remove_bare_event(changes, former, claim_id)
        return put_in_place(changes, keys)


def alter_event(dataset: Dataset, event_id: str, cells: Row) -> Saved:
    """Put other cells into an event, by column; columns that are not named stay as they are.

    Raises as `alter_claim` does.
    """
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        changes.alter("events", _line(changes, "events", "event_id", event_id), cells)
        return put_in_place(changes, {"events": [event_id]})


def remove_claim(dataset: Dataset, claim_id: str) -> Saved:
    """Take out a claim, with its event if that was its only one; a proposal that it came of is open again.

    Raises as `alter_claim` does.
    """
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        line = _line(changes, "claims", "claim_id", claim_id)
        event_id = str(changes.cells("claims").loc[line, "event_id"])
        changes.remove("claims", line)
        _remove_bare_event(changes, event_id, claim_id)
        reopen(changes, claim_id)
        return put_in_place(changes, {"claims": [claim_id]})


def nothing_here(
    dataset: Dataset,
    source_id: str,
    place: tuple[int, int],
    reason: str,
    decision: Decision | None = None,
) -> Saved:
    """Note in `uncoded.csv` why a passage carries no claim, and what became of the proposal for it."""
    passage = place_in_document(dataset, source_id, *place)
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        row = {**passage, "reason": reason}
        cells = changes.cells("uncoded")
        changes.add("uncoded", [row], line_behind_place(cells, row))
        if decision is not None:
            record(changes, decision)
        where = f"{source_id}, {place[0]} to {place[1]}"
        return put_in_place(changes, {"uncoded": [where]})


def reject(dataset: Dataset, decision: Decision) -> Saved:
    """Note that a proposal was rejected."""
    with held(dataset.data_dir) as current:
        changes = Changes(current)
        record(changes, decision)
        return put_in_place(changes, {"proposals": [decision.proposal["proposal_id"]]})


def claim_id_source(dataset: Dataset, claim_id: str) -> str:
    """The source of a claim; raises Gone where there is no such claim."""
    claims = dataset.claims
    found: list[str] = claims.loc[claims["claim_id"] == claim_id, "source_id"].tolist()
    if not found:
        raise Gone(f"{claim_id} is there no longer")
    return found[0]


def _line(changes: Changes, table: str, column: str, key: str) -> int:
    line = line_of(changes.cells(table), column, key)
    if not line:
        raise Gone(f"{key} is there no longer")
    return line


def _remove_bare_event(changes: Changes, event_id: str, but: str) -> None:
    """Take out an event that has no claim but the one that leaves it."""
    claims = changes.cells("claims")
    others = claims[(claims["event_id"] == event_id) & (claims["claim_id"] != but)]
    if others.empty:
        line = line_of(changes.cells("events"), "event_id", event_id)
        changes.remove("events", line)
