"""What `allywatch confirm` does: note that judgements have been read again and stand, on the rows as they are now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from allywatch.data.grounds import Rows, written
from allywatch.data.loading import Examination, what_moved
from allywatch.data.spreadsheets import with_cells
from allywatch.desk.curate.changes import refuse_untidy
from allywatch.desk.writing import held, replace_all


class UnknownJudgement(LookupError):
    """The data folder has no judgement of that id; `str()` says which."""


def confirm(
    data_dir: Path, judgement_ids: Collection[str], on: date | None = None
) -> list[str]:
    """Write what the named judgements rest on, as it is now, into ``judgements.rests_on``; for no name, into all.

    Only those cells change, and with a day `on` their ``written``. Returns the ids of the judgements that were under review.

    Raises
    ------
    ContractError
        If the folder is not sound, or the file is no plain CSV.
    UnknownJudgement
        If it has no such judgement.
    NotWritten
        If the file cannot be written.
    """
    with held(data_dir) as examination:
        return _confirm(examination, judgement_ids, on)


def _confirm(
    examination: Examination, judgement_ids: Collection[str], on: date | None
) -> list[str]:
    refuse_untidy(examination)
    judgements = examination.cells["judgements"]
    unknown = sorted(set(judgement_ids) - set(judgements["judgement_id"]))
    if unknown:
        raise UnknownJudgement(f"no judgement {', '.join(unknown)} in judgements.csv")

    all_rows = Rows.of(examination.cells, examination.contract)
    grounds = {}
    confirmed = []
    for judgement_id, refs, partners, text, moved in zip(
        judgements["judgement_id"],
        judgements["refs"],
        judgements["partners"],
        judgements["text"],
        what_moved(examination),
        strict=True,
    ):
        if not judgement_ids or judgement_id in judgement_ids:
            grounds[judgement_id] = written(all_rows.grounds(refs, partners, text))
            if moved:
                confirmed.append(judgement_id)
    cells = {key: {"rests_on": rests_on} for key, rests_on in grounds.items()}
    if on is not None:
        for changed in cells.values():
            changed["written"] = on.isoformat()
    path = examination.data_dir / examination.contract.tables["judgements"].path
    line_of = dict(zip(judgements["judgement_id"], judgements.index, strict=True))
    before = path.read_bytes()
    after = with_cells(
        before.decode(), {line_of[key]: changed for key, changed in cells.items()}
    ).encode()
    if after != before:
        replace_all(examination, {path: after})
    return confirmed
