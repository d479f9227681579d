"""Several at work on one data folder: one writes at a time, and nobody reads half of what another saves.

The locks are the operating system's own. They leave no file, need no right to write, and end with their process.
Two are taken: on the contract, which no command writes, by a writer from what it reads to what it has written; and on
the folder, for the moment in which files are read or take their places. The first holds from machine to machine on a
network file system, too. Where a system has no such locks, as Windows, `state` still tells a writer that another came
between.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allywatch.data.contract import PACKAGE_FILE, Contract

if sys.platform != "win32":
    import fcntl

#: Seconds that one waits for another.
PATIENCE = 60
_PAUSE = 0.01

#: What changes whenever a file is written: for each file its number, size and time; None where there is none.
State = dict[str, tuple[int, int, int] | None]


def state(data_dir: Path, contract: Contract) -> State:
    """The state of the contract and of every table."""
    tables = contract.tables.values()
    names = [PACKAGE_FILE, *(name for table in tables for name in table.files)]
    return {name: _state(data_dir / name) for name in names}


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        file = path.stat()
    except OSError:
        return None
    return file.st_ino, file.st_size, file.st_mtime_ns


@contextmanager
def one_writer(data_dir: Path) -> Iterator[bool]:
    """Keep other writers out; False if one is at work for longer than `PATIENCE`. Not to be taken twice by one thread."""
    with _locked(data_dir / PACKAGE_FILE) as ours:
        yield ours


@contextmanager
def no_reader(data_dir: Path) -> Iterator[bool]:
    """Keep readers out while files take their places; False if one reads for longer than `PATIENCE`."""
    with _locked(data_dir) as ours:
        yield ours


@contextmanager
def at_rest(data_dir: Path) -> Iterator[bool]:
    """Keep files from changing places while they are read; False if that goes on for longer than `PATIENCE`."""
    with _locked(data_dir, shared=True) as ours:
        yield ours


@contextmanager
def _locked(place: Path, shared: bool = False) -> Iterator[bool]:
    """Hold the lock on `place`; False if another keeps it. What cannot be locked counts as held."""
    descriptor = _opened(place)
    try:
        yield descriptor is None or _acquired(descriptor, shared)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _opened(place: Path) -> int | None:
    """A descriptor to lock; None where there is none, which whoever reads the folder will say."""
    if sys.platform == "win32":
        return None
    # Network file systems lock for a writer what was opened for writing alone. A pipe is not waited for.
    for access in (os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(place, access | os.O_NONBLOCK)
        except OSError:
            continue
    return None


def _acquired(descriptor: int, shared: bool) -> bool:
    if sys.platform == "win32":
        return True
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)
        except OSError:  # a file system without locks
            return True
        else:
            return True
