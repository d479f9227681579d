"""Codes, dates and numbers that a spreadsheet respelt, put back where only one original is possible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from allywatch.data import dates
from allywatch.data.contract import EDTF, fields, fits, references
from allywatch.data.spreadsheets import QUOTES, Sheet

_DASHES = dict.fromkeys(map(ord, "‐‑‒–−"), "-")
# 1,250 may be one and a quarter or twelve hundred and fifty.
_DECIMAL_COMMA = re.compile(r"-?\d+,(\d{1,2}|\d{4,})", re.ASCII)


def mend(
    sheet: Sheet,
    table: str,
    package: Mapping,
    spellings: Mapping[str, Mapping] | None = None,
) -> None:
    """Repair in place the entries of `sheet` that do not fit their field and can be made to.

    Without `spellings`, the columns that hold no keys of other rows. With it, the columns it names: for each,
    every known spelling of a key in folded case, and the key.
    """
    keyed = references(package, table)
    for name, field in fields(package, table).items():
        wanted = name in spellings if spellings is not None else name not in keyed
        if wanted and name in sheet.cells:
            column = _Column(field, spellings[name] if spellings else None)
            cells = sheet.cells[name]
            mended = {cell: column.mended(cell) for cell in cells.unique()}
            changed = cells[
                cells.isin(
                    [cell for cell, (after, _) in mended.items() if after != cell]
                )
            ]
            for row, cell in changed.items():
                sheet.repaired(row, name, cell, *mended[cell])
            if len(changed):
                sheet.cells[name] = cells.map(lambda cell, to=mended: to[cell][0])


class _Column:
    """What an entry of one column may be, and what it may have been."""

    def __init__(self, field: Mapping[str, Any], spellings: Mapping[str, str] | None):
        self.field = field
        self.spellings = spellings
        self.keys = None if spellings is None else set(spellings.values())

    def mended(self, cell: str) -> tuple[str, str]:
        """The cell and "", or what it must have been and the name of the repair."""
        if cell == "" or self.field["type"] != "list":
            return self._entry(cell)
        parts = [part.strip() for part in cell.split(self.field["delimiter"])]
        entries = [self._entry(part) for part in parts if part]
        rules = dict.fromkeys(rule for _, rule in entries if rule)
        return self.field["delimiter"].join(entry for entry, _ in entries), ", ".join(
            rules
        ) or "blanks"

    def _entry(self, entry: str) -> tuple[str, str]:
        if entry == "" or self._right(entry):
            return entry, ""
        for rule, candidate in self._candidates(entry):
            if candidate and self._right(candidate):
                return candidate, rule
        return entry, ""

    def _right(self, entry: str) -> bool:
        return entry in self.keys if self.keys is not None else fits(entry, self.field)

    def _candidates(self, entry: str) -> Iterator[tuple[str, str | None]]:
        plain = entry.strip(QUOTES).strip()
        yield "smart quotes", plain
        kind = self.field["type"]
        if self.spellings is not None:
            key = self.spellings.get(plain.casefold())
            yield (
                "case of a code"
                if (key or "").casefold() == plain.casefold()
                else "name of an actor",
                key,
            )
        elif kind == "date" or self.field.get("rdfType") == EDTF:
            yield "date", dates.mended(plain)
        elif kind in ("integer", "number"):
            number = plain.translate(_DASHES).removeprefix("+")
            yield "sign", number
            whole, _, decimals = number.partition(".")
            yield "decimals", whole if decimals and not decimals.strip("0") else None
            yield (
                "decimal comma",
                number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else None,
            )
        else:
            yield "case of a code", plain.lower()
            yield "case of a code", plain.upper()
