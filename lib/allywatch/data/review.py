"""Which judgements are under review: those of which a row has moved that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Set

from allywatch.data.contract import Contract
from allywatch.data.grounds import Cells, Grounds, Rows, read_grounds


def what_moved(
    cells: Cells, contract: Contract, later: Set[str] = frozenset()
) -> list[list[str]]:
    """For each judgement, in words, what it rests on that is otherwise than when it was written.

    The rows with an id in `later`, of which an edition as of a day knows nothing, are left out of account.
    """
    if cells["judgements"].empty:
        return []
    rows = Rows.of(cells, contract)
    moved = []
    for _, before, now in _grounds(cells, rows):
        if now and not before:
            moved.append(["it has not been confirmed yet"])
        else:
            for row_id in later:
                before.pop(row_id, None)
                now.pop(row_id, None)
            moved.append(rows.moved(before, now))
    return moved


def lines_with_moved_rows(cells: Cells, contract: Contract) -> set[int]:
    """The lines of judgements that name the same rows as when they were written, and of which one has moved.

    A judgement of which an analyst has just changed the refs is not among them, nor one that is not confirmed yet.
    """
    rows = Rows.of(cells, contract)
    named = {*rows.fingerprints["events"], *rows.claims_on_partner}
    refs_on_line = cells["judgements"]["refs"].to_dict()
    lines = set()
    for line, before, now in _grounds(cells, rows):
        refs = refs_on_line[line].split(";")
        is_as_written = set(refs) <= set(before) and not named & (
            set(before) ^ set(now)
        )
        if is_as_written and rows.moved(before, now):
            lines.add(line)
    return lines


def _grounds(cells: Cells, rows: Rows) -> Iterator[tuple[int, Grounds, Grounds]]:
    """The line of each judgement, what it rested on when it was written, and what it rests on now."""
    columns = ["refs", "partners", "text", "rests_on"]
    for line, *of_text, rests_on in cells["judgements"][columns].itertuples(name=None):
        refs, partners, text = of_text
        yield int(line), read_grounds(rests_on), rows.grounds(refs, partners, text)
