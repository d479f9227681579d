"""One run at a time in an output folder.

The lock is the operating system's own, held by the process and gone with it: a run that was killed leaves
nothing to clear away by hand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from briefmill import clock

LOCK, HOLDER = ".lock", ".holder.json"


class Locked(RuntimeError):
    """Another run is at work in the output folder; `str()` names its process and its start."""


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold the output folder `out` for this process.

    Raises
    ------
    Locked
        At once, if another process holds it.
    OSError
        If nothing can be written there.
    """
    lock = FileLock(out / LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        by = holder(out)
        who = (
            f"process {by['process']}, started {by['started']}"
            if by
            else "another process"
        )
        raise Locked(
            f"A run is at work in {out.name}: {who}. Nothing was changed."
        ) from None
    try:
        (out / HOLDER).write_text(
            json.dumps({"process": os.getpid(), "started": clock.stamp()})
        )
        yield
    finally:
        with suppress(OSError):
            (out / HOLDER).unlink(missing_ok=True)
        lock.release()


def holder(out: Path) -> dict[str, Any]:
    """Who said last that it holds `out`: ``process`` and ``started``; empty where nobody did."""
    try:
        said = json.loads((out / HOLDER).read_text(encoding="utf-8"))
        return {"process": int(said["process"]), "started": str(said["started"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
