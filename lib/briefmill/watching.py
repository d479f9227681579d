"""Waiting until files change. They are looked at now and then, which works on every system and over a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_PAUSE_S = 0.05

_State = dict[Path, tuple[int, int]]  # when it was written, and its size in bytes


def changes(files: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Yield once at first, and then whenever any of `files`, which may come and go, is other than it was when it last yielded.

    What is being written is waited for until it rests.
    """
    seen = _state(files())
    while True:
        yield
        state = _state(files())
        while state == seen:
            time.sleep(_PAUSE_S)
            state = _state(files())
        seen = _rested(files, state)


def _rested(files: Callable[[], Iterable[Path]], state: _State) -> _State:
    """The state of the files once two looks at them agree."""
    while True:
        time.sleep(_PAUSE_S)
        later = _state(files())
        if later == state:
            return later
        state = later


def _state(files: Iterable[Path]) -> _State:
    state = {}
    for path in files:
        try:
            about = path.stat()
        except OSError:  # gone, for now or for good
            continue
        state[path] = (about.st_mtime_ns, about.st_size)
    return state
