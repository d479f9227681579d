"""Codes, dates and numbers that a spreadsheet respelt, put back where only one original is possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass

from allywatch.data import dates
from allywatch.data.contract import EDTF, Field
from allywatch.data.folding import folded
from allywatch.data.sheets import Sheet
from allywatch.data.spreadsheets import QUOTES
from allywatch.data.validation import Judge, by_line, takes_any_text

#: Every known spelling of a key in folded case, and the key.
Spellings = Mapping[str, str]


@dataclass(frozen=True)
class Keys:
    """The keys that a column may hold.

    `spellings` gives those of each key; it is asked only where a cell holds none of the keys.
    """

    known: Set[str]
    spellings: Callable[[], Spellings]


_DASHES = dict.fromkeys(map(ord, "‐‑‒–−"), "-")
# 1,250 may be one and a quarter or twelve hundred and fifty.
_DECIMAL_COMMA = re.compile(r"-?\d+,(\d{1,2}|\d{4,})", re.ASCII)


@dataclass(frozen=True)
class _Mended:
    """A cell or an entry after repair, and the name of the repair; "" if there was none."""

    text: str
    rule: str = ""


def mend_values(sheet: Sheet) -> None:
    """Repair in place what does not fit its field, in the columns that hold no keys of other rows."""
    for name, field in sheet.schema.fields.items():
        can_be_wrong = not takes_any_text(field)
        is_key = name in sheet.schema.references
        if name in sheet.cells and can_be_wrong and not is_key:
            _mend_column(sheet, name, _Column(field, _fits(sheet.judges[name])))


def mend_keys(sheet: Sheet, keys: Mapping[str, Keys]) -> None:
    """Repair in place the keys of other rows, in the columns that `keys` names."""
    for name, field in sheet.schema.fields.items():
        if name in sheet.cells and name in keys:
            column = _Column(field, keys[name].known.__contains__, keys[name].spellings)
            _mend_column(sheet, name, column)


def _fits(judge: Judge) -> Callable[[str], bool]:
    return lambda entry: judge(entry) is None


def _mend_column(sheet: Sheet, name: str, column: _Column) -> None:
    cells = sheet.cells[name]
    mended = {}
    for cell in column.suspect(cells.unique().tolist()):
        after = column.mended(cell)
        if after.text != cell:
            mended[cell] = after
    if not mended:
        return
    for line, cell in by_line(cells[cells.isin(list(mended))]):
        sheet.repaired(line, name, cell, mended[cell].text, mended[cell].rule)
    texts = {cell: after.text for cell, after in mended.items()}
    sheet.cells[name] = cells.map(lambda cell: texts.get(cell, cell))


@dataclass(frozen=True)
class _Column:
    """What an entry of one column may be, and what it may have been."""

    field: Field
    is_right: Callable[[str], bool]
    spellings: Callable[[], Spellings] | None = None

    def suspect(self, distinct: list[str]) -> list[str]:
        """Those of `distinct` cells that may have to be mended; a list may be right but for blanks."""
        if self.field["type"] == "list":
            return distinct
        return [cell for cell in distinct if cell and not self.is_right(cell)]

    def mended(self, cell: str) -> _Mended:
        """The cell as it is, or what it must have been."""
        if cell == "" or self.field["type"] != "list":
            return self._mended_entry(cell)
        delimiter = self.field["delimiter"]
        entries = [entry.strip() for entry in cell.split(delimiter)]
        mended = [self._mended_entry(entry) for entry in entries if entry]
        rules = dict.fromkeys(each.rule for each in mended if each.rule)
        text = delimiter.join(each.text for each in mended)
        return _Mended(text, ", ".join(rules) or "blanks")

    def _mended_entry(self, entry: str) -> _Mended:
        if entry == "" or self.is_right(entry):
            return _Mended(entry)
        for candidate in self._candidates(entry):
            if candidate.text and self.is_right(candidate.text):
                return candidate
        return _Mended(entry)

    def _candidates(self, entry: str) -> Iterator[_Mended]:
        """What the entry may have been, the likeliest first; a blank text is no candidate."""
        plain = entry.strip(QUOTES).strip()
        yield _Mended(plain, "smart quotes")
        kind = self.field["type"]
        if self.spellings is not None:
            lower = plain.casefold()
            spellings = self.spellings()
            key = spellings.get(lower) or spellings.get(folded(plain), "")
            same_word = key.casefold() == lower
            rule = "case of a code" if same_word else "name of an actor"
            yield _Mended(key, rule)
        elif kind == "date" or self.field.get("rdfType") == EDTF:
            yield _Mended(dates.mended(plain) or "", "date")
        elif kind in ("integer", "number"):
            yield from _number_candidates(plain)
        else:
            yield _Mended(plain.lower(), "case of a code")
            yield _Mended(plain.upper(), "case of a code")


def _number_candidates(plain: str) -> Iterator[_Mended]:
    number = plain.translate(_DASHES).removeprefix("+")
    yield _Mended(number, "sign")
    whole, _, decimals = number.partition(".")
    if decimals and not decimals.strip("0"):
        yield _Mended(whole, "decimals")
    if _DECIMAL_COMMA.fullmatch(number):
        yield _Mended(number.replace(",", "."), "decimal comma")
