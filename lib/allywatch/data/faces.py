"""The characters of a data folder that no face of a page draws: they would be printed as boxes with their numbers."""

from __future__ import annotations

import unicodedata
from functools import cache

from allywatch.data.contract import Failure
from allywatch.data.loading import Examination

RULE = "must be in letters that a face of the page draws"
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
                hint = f"spell it otherwise: no face draws {named(missing[cell])}"
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
    from briefmill.render.printable import printable

    if cell.isascii():
        return set()
    used = {each for each in printable(cell) if not each.isspace()}
    return used - _drawn()


@cache
def _drawn() -> set[str]:
    from matplotlib.ft2font import FT2Font

    from briefmill.render.fonts import face_files

    drawn = {"\u200b"}  # a zero-width space needs no face
    for file in face_files():
        if "LastResort" not in file.name:
            drawn.update(chr(code) for code in FT2Font(file).get_charmap())
    return drawn
