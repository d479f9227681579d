"""How a program that builds briefings ends: its exit codes, for its help, notices and documentation, and the signals."""

from __future__ import annotations

import signal
from enum import IntEnum

#: What ends a run in order: Ctrl-C, a manager of services, and a terminal that is closed.
SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
)


class Exit(IntEnum):
    """What a program that builds briefings ends with."""

    DONE = 0
    SOME_FAILED = 1
    BAD_INPUT = 2
    UNEXPECTED = 70
    LOCKED = 75
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What the code stands for, in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "all is done, or nothing had changed",
    Exit.SOME_FAILED: "some briefings failed, the others are published",
    Exit.BAD_INPUT: "bad input or usage, or no place to write; nothing was changed",
    Exit.UNEXPECTED: "an error in allywatch itself, with its traceback; the last edition stands",
    Exit.LOCKED: "another run holds the output folder, nothing was changed",
    Exit.INTERRUPTED: "interrupted, nothing was changed",
}
