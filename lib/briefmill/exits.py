"""Exit codes of the command line: one table for the program, its help, its notices and its documentation."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """An exit code; `meaning` says in words what it stands for."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Exit:
        """An int that carries its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "all is done, or nothing had changed"
    SOME_FAILED = 1, "some briefings failed, the others are published"
    BAD_INPUT = 2, "bad input or usage, or no place to write; nothing was changed"
    UNEXPECTED = (
        70,
        "an error in allywatch itself, with its traceback; the last edition stands",
    )
    LOCKED = 75, "another run holds the output folder, nothing was changed"
    INTERRUPTED = 130, "interrupted, nothing was changed"
