"""One run at a time in an output folder.

The lock is the operating system's own and ends with its process: a run that was killed leaves nothing to remove
by hand.
"""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from briefmill import clock

LOCK = ".lock"
HOLDER = ".holder.json"
# How a file system says so, such as NFS without its lock service.
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}


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
    if (out / LOCK).is_symlink():  # it would be emptied
        raise FileExistsError(f"{out / LOCK} is a link: remove it")
    try:
        lock.acquire()
    except Timeout:
        running = holder(out)
        who = "another process"
        if running:
            who = "process {process} on {host}, started {started}".format_map(running)
        raise Locked(
            f"A run is at work in {out.name}: {who}. Nothing was changed."
        ) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        words = "its file system has no locks; mount it with them, or name another folder for the output"
        raise OSError(error.errno, words, str(out / LOCK)) from None
    try:
        _say_who(out / HOLDER)
        yield
    finally:
        with suppress(OSError):
            (out / HOLDER).unlink(missing_ok=True)
        lock.release()


def _say_who(place: Path) -> None:
    """Write into a new file `place` which process this is; what a name of that kind leads to is not touched."""
    running = {
        "process": os.getpid(),
        "started": clock.stamp(),
        "host": socket.gethostname(),
    }
    place.unlink(missing_ok=True)
    with place.open("x", encoding="utf-8") as file:
        file.write(json.dumps(running))


def holder(out: Path) -> dict[str, Any]:
    """The ``process`` that wrote last that it holds `out`, its ``host``, and when it ``started``; empty where none did."""
    try:
        written = json.loads((out / HOLDER).read_text(encoding="utf-8"))
        return {
            "process": int(written["process"]),
            "started": str(written["started"]),
            "host": str(written["host"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_here(running: dict[str, Any]) -> bool:
    """Whether a process that holds a lock runs on this machine."""
    return running.get("host") == socket.gethostname()
