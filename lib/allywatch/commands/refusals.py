"""What several commands say where they are refused."""

from __future__ import annotations

import argparse
import sys

from briefmill.exits import Exit


def not_written(options: argparse.Namespace, error: OSError) -> int:
    """Say that a data folder cannot be written to, and return the exit code."""
    from allywatch.data.contract import visible
    from allywatch.desk.writing import NotWritten

    words = str(error)
    if not isinstance(error, NotWritten):
        where = error.filename or options.data
        words = f"{where} cannot be read or written: {error.strerror or error}."
    print(visible(words), file=sys.stderr)
    return Exit.BAD_INPUT
