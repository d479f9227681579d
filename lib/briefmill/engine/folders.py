"""Temporary folders that are left to nobody: those of a process that was killed go with the next run."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

try:
    import fcntl
except (
    ImportError
):  # Windows, where a folder that is in use cannot be told from one that is not
    fcntl = None

PREFIX = "allywatch-run-"
# At a folder that nobody takes for left before it is locked; where nothing locks, the last one does.
_ATTEMPTS = 9 if fcntl else 1


class Folder(tempfile.TemporaryDirectory):
    """A temporary folder, locked for as long as this process lives and has not put it away."""

    def __init__(self):
        clear()
        for _ in range(_ATTEMPTS):
            super().__init__(prefix=PREFIX, ignore_cleanup_errors=True)
            self._lock = _locked(self.name)
            if self._lock is not None and Path(self.name).is_dir():
                break

    def cleanup(self) -> None:
        """Put the folder away."""
        super().cleanup()
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)


def clear() -> None:
    """Clear away what processes that were killed have left; what is in use is locked and stays."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if (lock := _locked(left)) is not None:
            rmtree(left, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path | str) -> int | None:
    """A descriptor that holds the lock on `folder`, which ends with this process; None where there is none to have."""
    lock = None
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY) if fcntl else None
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
    if lock is not None:
        os.close(lock)
    return None
