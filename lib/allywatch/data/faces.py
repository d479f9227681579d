"""The characters of a data folder that no face of a page draws: they would be printed as boxes with their numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import pandas as pd

from allywatch.data.contract import PACKAGE_FILE, Failure
from allywatch.data.loading import Examination
from allywatch.data.shape import texts_of

RULE = "must be in letters that a face of the page draws"
HINT = "install a package of fonts that has it (see the README), or spell it otherwise"
MOST_NAMED = 5


def undrawn(examination: Examination) -> list[Failure]:
    """Every cell, and every text of the dictionary, with a character that no face draws; the hint names the characters."""
    failures = []
    for path, row, place, text in _texts(examination):
        missing = _missing(text)
        if missing:
            hint = f"{HINT}: no face draws {named(missing)}"
            failures.append(Failure(path, row, place, text, RULE, hint))
    return failures


def undrawn_characters(examination: Examination) -> set[str]:
    """The characters of a data folder that no face draws."""
    found: set[str] = set()
    for _, _, _, text in _texts(examination):
        found |= _missing(text)
    return found


def _texts(examination: Examination) -> Iterator[tuple[str, int, str, str]]:
    """Each text of a data folder that is not plain: its file, its row (0 in the dictionary), its place, and itself."""
    contract = examination.contract
    # Most columns are plain, and that is quicker to see.
    if not contract.text.isascii():
        for place, text in texts_of(contract.package):
            if not text.isascii():
                yield PACKAGE_FILE, 0, place, text
    for table, cells in examination.cells.items():
        path = contract.tables[table].path
        for column in cells:
            texts = cells[column].tolist()
            if "".join(texts).isascii():
                continue
            for row, text in zip(cells.index.tolist(), texts, strict=True):
                if not text.isascii():
                    yield path, row, str(column), text


def characters(frames: Iterable[pd.DataFrame]) -> set[str]:
    """The characters in the texts of some frames, but for those of ASCII."""
    found: set[str] = set()
    for frame in frames:
        for _, column in frame.items():
            if column.dtype.kind != "O":  # days and numbers
                continue
            cells = column.dropna().tolist()
            if column.dtype == object:  # lists, too
                cells = [cell for cell in cells if isinstance(cell, str)]
            texts = "".join(cells)
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
    """The characters of a text that no face draws."""
    from briefmill.render.fonts import lacking, more_families
    from briefmill.render.printable import printable

    missing = lacking(printable(cell))
    for family in more_families(missing):
        missing -= family.characters
    return missing
