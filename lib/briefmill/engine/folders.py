"""Temporary folders that no killed process leaves behind for good: the next run removes them."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from shutil import rmtree

if sys.platform != "win32":
    import fcntl

PREFIX = "allywatch-run-"
# Another run may remove a folder before it is locked; where nothing locks, one attempt has to do.
_ATTEMPTS = 1 if sys.platform == "win32" else 9


class Folder(tempfile.TemporaryDirectory):
    """A temporary folder, locked until it is removed or this process ends."""

    def __init__(self) -> None:
        clear()
        for attempt in range(_ATTEMPTS):
            if attempt:
                self.cleanup()
            super().__init__(prefix=PREFIX, ignore_cleanup_errors=True)
            self._lock = _locked(self.name)
            if self._lock is not None and Path(self.name).is_dir():
                break

    def cleanup(self) -> None:
        """Remove the folder."""
        super().cleanup()
        lock = self._lock
        self._lock = None
        if lock is not None:
            os.close(lock)


def clear() -> None:
    """Remove what killed processes have left; what is in use is locked and stays."""
    for leftover in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = _locked(leftover)
        if lock is not None:
            rmtree(leftover, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path | str) -> int | None:
    """A descriptor that holds the lock on `folder` until this process ends; None where another holds it."""
    if sys.platform == "win32":
        # A folder that is in use cannot be told from one that is not.
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
