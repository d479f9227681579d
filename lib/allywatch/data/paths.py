"""Where the documents and a job's prepared dataset lie; the environment may name them."""

from __future__ import annotations

import os
from pathlib import Path

#: The table of what is proposed to be coded; no build reads it.
PROPOSALS = "proposals"
DOCUMENTS_VARIABLE = "ALLYWATCH_DOCUMENTS"
#: Set in the process of a job: the file in its data folder that holds its dataset, pickled.
PREPARED_VARIABLE = "ALLYWATCH_PREPARED"


def documents_folder(data_dir: Path) -> Path:
    """Where the documents are expected: the folder the environment names, else the data folder's own."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    return Path(named) if named else data_dir / "documents"


def prepared_dataset(data_dir: Path) -> Path | None:
    """The file in `data_dir` with the dataset prepared for this process; None where there is none."""
    named = os.environ.get(PREPARED_VARIABLE)
    if named and Path(named).parent == data_dir.resolve():
        return Path(named)
    return None
