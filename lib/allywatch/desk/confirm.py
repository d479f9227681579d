"""What `allywatch confirm` does: note that judgements have been read again and stand, on the rows as they are now."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from allywatch.data.contract import ContractError
from allywatch.data.grounds import Rows, written
from allywatch.data.loading import examine, rows, what_moved
from allywatch.desk.curate.appending import replace_whole
from allywatch.page.attached import csv_text


class UnknownJudgement(LookupError):
    """The data folder has no judgement of that id; `str()` says which."""


def confirm(data_dir: Path, judgement_ids: Collection[str]) -> list[str]:
    """Write what the named judgements rest on, as it is now, into ``judgements.rests_on``; for no name, into all.

    Only those cells change. Returns the ids of the judgements that were under review.

    Raises
    ------
    ContractError
        If the folder is not sound.
    UnknownJudgement
        If it has no such judgement.
    """
    examination = examine(data_dir)
    if examination.failures:
        raise ContractError(examination.failures)
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
    path = data_dir / examination.contract.tables["judgements"].path
    _rewrite(path, grounds)
    return confirmed


def _rewrite(path: Path, grounds: dict[str, str]) -> None:
    """Put `grounds` into the column ``rests_on`` of the file, which is replaced whole or not at all."""
    judgements = pd.DataFrame(rows(path.read_text(encoding="utf-8-sig")))
    written_anew = judgements["judgement_id"].map(grounds)
    judgements["rests_on"] = written_anew.fillna(judgements["rests_on"])
    replace_whole(path, csv_text(judgements).encode())
