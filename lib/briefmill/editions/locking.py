"""One run at a time in an output folder.

The lock is the operating system's own and ends with its process: a run that was killed leaves nothing to remove
by hand.
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

LOCK = ".lock"
HOLDER = ".holder.json"


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
        running = holder(out)
        who = "another process"
        if running:
            who = f"process {running['process']}, started {running['started']}"
        raise Locked(
            f"A run is at work in {out.name}: {who}. Nothing was changed."
        ) from None
    try:
        running = {"process": os.getpid(), "started": clock.stamp()}
        (out / HOLDER).write_text(json.dumps(running))
        yield
    finally:
        with suppress(OSError):
            (out / HOLDER).unlink(missing_ok=True)
        lock.release()


def holder(out: Path) -> dict[str, Any]:
    """The ``process`` that wrote last that it holds `out`, and when it ``started``; empty where none did."""
    try:
        written = json.loads((out / HOLDER).read_text(encoding="utf-8"))
        return {"process": int(written["process"]), "started": str(written["started"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
