"""Looking through blocks for what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from briefmill.parts import Part
from briefmill.texts import Marks


def every_part(value: Any) -> Iterable[Part]:
    """Every part of a block, or of several, at whatever depth: blocks, rows and runs alike, in reading order."""
    if isinstance(value, Part):
        yield value
        for name in value.__dataclass_fields__:
            if name not in ("data", "record"):
                yield from every_part(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from every_part(item)


def every_mark(value: Any) -> set[str]:
    """The marks in a block, or in several, wherever they stand."""
    runs = (part for part in every_part(value) if isinstance(part, Marks))
    return {mark for run in runs for mark in run.marks}
