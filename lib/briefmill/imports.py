"""Imports that leave out what takes long and is of no use here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: What jsonschema imports where it finds it, to judge addresses, colours and spans of time, which no notebook and no
#: dictionary holds; the grammar of addresses alone takes longer than all else that is imported.
FORMATS = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "webcolors")


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Within it, `modules` count as not installed, but for those that have been imported before."""
    barred = [module for module in modules if module not in sys.modules]
    for module in barred:
        # None bars an import; the types of Python's own library do not know it.
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for module in barred:
            del sys.modules[module]
