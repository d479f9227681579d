"""How processes end: each with the one that started it, and with all that it has started itself.

A cell may start programs, which may start others and leave them behind. Linux tells which they are; elsewhere a process
group has to do, and what has left its group goes on.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")
# Of Linux: prctl(2).
_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
#: A process may start others while they are being ended: they are looked for as often as this.
_ROUNDS = 200
_PAUSE_S = 0.01


def end_with_parent(parent: int, which: int = signal.SIGKILL) -> None:
    """Have the system send this process `which` as soon as `parent`, which has forked it, is gone (Linux only).

    The thread of `parent` that forked it counts: it has to last as long as this process.
    """
    _prctl(_SET_PARENT_DEATH_SIGNAL, which)
    if os.getppid() != parent:  # it has gone already
        os.kill(os.getpid(), which)


def adopt() -> None:
    """Have what a descendant leaves behind become a child of this process, so that it is found (Linux only)."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes  # takes time, and a run that has nothing to do needs none of this

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def has_members(group: int) -> bool:
    """Whether a process of the `group` still runs."""
    if sys.platform == "win32":
        return False
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(process: int) -> None:
    """End `process`, its group and all that stems from it, even where it has been stopped."""
    if sys.platform == "win32":
        send(os.kill, process, signal.SIGTERM)  # which ends it at once there
        return
    send(os.kill, process, signal.SIGSTOP)  # so that it starts nothing more
    end_descendants(process)
    send(os.killpg, process, signal.SIGKILL)
    send(os.kill, process, signal.SIGKILL)


def end_descendants(process: int) -> None:
    """End all that stems from `process`, which goes on itself."""
    for _ in range(_ROUNDS):
        living = descendants(process)
        if not living:
            return
        for each in living:
            send(os.kill, each, signal.SIGKILL)
        time.sleep(_PAUSE_S)


def send(how: Callable[[int, int], None], process: int, which: int) -> None:
    """Send a signal, by `os.kill` or `os.killpg`, to a process or group that may have ended."""
    with suppress(ProcessLookupError, PermissionError):
        how(process, which)


def descendants(process: int) -> list[int]:
    """The living processes that `process` has started, and those that they have; empty where the system cannot tell."""
    children: dict[int, list[int]] = {}
    for path in _PROCESSES.glob("[0-9]*/stat"):
        # It may end between being listed and being read.
        with suppress(OSError):
            # The name of a program, in parentheses, may hold anything.
            state, parent, *_ = path.read_text("latin-1").rpartition(")")[2].split()
            if state not in "ZX":
                children.setdefault(int(parent), []).append(int(path.parent.name))
    family = [process]
    for each in family:
        family += children.get(each, [])
    return family[1:]
