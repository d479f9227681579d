"""What a person is shown: text that is safe to print, and streams that nobody has to read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast


def visible(value: str) -> str:
    """`value` with every character that is not plainly visible escaped, so that none can steer a terminal."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in value
    )


@contextmanager
def unfailing_streams() -> Iterator[None]:
    """Have standard output and error fail nobody who prints: what cannot be written is lost, and the program goes on.

    They may have been closed, their reader may have gone, their disk may be full, and their encoding may lack a letter.
    """
    streams = sys.stdout, sys.stderr
    for descriptor in (0, 1, 2):
        _open_if_closed(descriptor)
    sys.stdout = _unfailing(sys.stdout)
    sys.stderr = _unfailing(sys.stderr)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = streams


def _open_if_closed(descriptor: int) -> None:
    """Keep the number of a standard stream from being given to some other file."""
    try:
        os.fstat(descriptor)
    except OSError:
        # The lowest number that is free is taken.
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _unfailing(stream: TextIO | None) -> TextIO:
    if stream is None:  # it was closed when Python began
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return cast(TextIO, _Unfailing(stream))


class _Unfailing:
    """A stream in whose place nothing is written once it has failed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, words: str) -> int:
        """Write `words` if that can be."""
        try:
            self._stream.write(words)
        except OSError:
            self._give_up()
        return len(words)

    def flush(self) -> None:
        """Have what was written arrive if that can be."""
        try:
            self._stream.flush()
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        # What the stream still holds is tried again when Python ends, and would change the exit code.
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
