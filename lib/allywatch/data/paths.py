"""Where things lie that the data folder does not hold; the environment may name them."""

from __future__ import annotations

import os
from pathlib import Path

DOCUMENTS_VARIABLE = "ALLYWATCH_DOCUMENTS"
#: Set by `running` for its own children: the file with the dataset, or the part of it, that it hands them.
HANDED_VARIABLE = "ALLYWATCH_HANDED"


def documents_folder(data_dir: Path) -> Path:
    """Where the documents are expected: the folder the environment names, else the data folder's own."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    return Path(named) if named else data_dir / "documents"


def handed(data_dir: Path) -> Path | None:
    """The file in `data_dir` that was handed to this process in the folder's stead, None where none was."""
    named = os.environ.get(HANDED_VARIABLE)
    return Path(named) if named and Path(named).parent == data_dir.resolve() else None
