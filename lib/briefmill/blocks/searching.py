"""Looking through blocks for what stands in them."""

from __future__ import annotations

from typing import Any

from briefmill.parts import Part, nested_fields
from briefmill.texts import Marks


def every_part(value: Any) -> list[Part]:
    """Every part of a block, or of several, at whatever depth: blocks, rows and runs alike, in reading order."""
    found: list[Part] = []
    _gather(value, found)
    return found


def _gather(value: Any, found: list[Part]) -> None:
    if isinstance(value, Part):
        found.append(value)
        part_type: Any = type(value)
        for name in nested_fields(part_type):
            if name != "record":
                _gather(getattr(value, name), found)
    elif isinstance(value, list | tuple):
        for item in value:
            _gather(item, found)


def every_mark(value: Any) -> set[str]:
    """The marks in a block, or in several, wherever they stand."""
    runs = (part for part in every_part(value) if isinstance(part, Marks))
    return {mark for run in runs for mark in run.marks}
