"""The characters of a data folder that no face of a page draws: they would be printed as boxes with their numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.loading import Examination

RULE = "must be in letters that a face of the page draws"
HINT = "install a package of fonts that has it (see the README), or spell it otherwise"
MOST_NAMED = 5


def undrawn(examination: Examination) -> list[Failure]:
    """Every cell with a character that no face draws; the hint names the characters."""
    failures = []
    for table, cells in examination.cells.items():
        path = examination.contract.tables[table].path
        for column in cells:
            distinct = cells[column].unique().tolist()
            # Most columns are plain, and that is quicker to see.
            if "".join(distinct).isascii():
                continue
            missing = {cell: found for cell in distinct if (found := _missing(cell))}
            bare = cells[column][cells[column].isin(missing)] if missing else ()
            for row, cell in dict(bare).items():
                hint = f"{HINT}: no face draws {named(missing[cell])}"
                failures.append(Failure(path, row, str(column), cell, RULE, hint))
    return failures


def undrawn_characters(examination: Examination) -> set[str]:
    """The characters of a data folder that no face draws."""
    return {
        character
        for cells in examination.cells.values()
        for column in cells
        for cell in cells[column].unique()
        for character in _missing(cell)
    }


def characters(frames: Iterable[pd.DataFrame]) -> set[str]:
    """The characters in the texts of some frames, but for those of ASCII."""
    found: set[str] = set()
    for frame in frames:
        for column in frame.columns:
            cells = frame[column].tolist()
            texts = "".join(cell for cell in cells if isinstance(cell, str))
            if not texts.isascii():
                found.update(texts)
    return {character for character in found if not character.isascii()}


def named(characters: set[str]) -> str:
    """The first few of some characters by number and name: ``U+4E2D CJK UNIFIED IDEOGRAPH-4E2D and 2 more``."""
    names = [
        f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
        for character in sorted(characters)
    ]
    left = len(names) - MOST_NAMED
    more = f" and {left} more" if left > 0 else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _missing(cell: str) -> set[str]:
    if cell.isascii():
        return set()
    from briefmill.render.fonts import lacking, more_families
    from briefmill.render.printable import printable

    missing = lacking(printable(cell))
    for family in more_families(missing):
        missing -= family.characters
    return missing
