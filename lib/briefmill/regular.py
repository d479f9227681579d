"""The content of files that are files: a pipe would be waited for, and a device has no end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def refuse_others(path: Path) -> None:
    """Do nothing where a file is at `path`, or where a link there leads to one.

    Raises
    ------
    OSError
        As `file_bytes` does.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise _no_file(path)


def file_bytes(path: Path) -> bytes:
    """The content of the file at `path`, or of the one that a link there leads to.

    Raises
    ------
    OSError
        If there is none, it cannot be read, or it is a folder, a pipe or a device.
    """
    # Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_file(path)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, "it is no file", str(path))
