"""Imports that leave out what takes long and is of no use here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: jsonschema compiles its grammar, by which no notebook and no dictionary is checked, where it finds it: that takes
#: longer than all else that is imported.
ADDRESS_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without(module: str) -> Iterator[None]:
    """Within it, `module` counts as not installed, unless it has been imported before."""
    barred = module not in sys.modules
    if barred:
        # None bars an import; the types of Python's own library do not know it.
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if barred:
            del sys.modules[module]
