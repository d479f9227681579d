"""A claim without the screen: its passage by its words, its cells by their columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.folding import spelt
from allywatch.data.partners import alike, codes_named
from allywatch.data.passages import Documents
from allywatch.data.records import read_table
from allywatch.data.spreadsheets import csv_lines, header
from allywatch.desk.curate.appending import Coding, Saved, add_claims, next_key

#: Columns of a claim that follow from its passage, and the key of an event.
_WORKED_OUT = {"claim_id", "source_id", "start", "end", "passage_sha256"}
_DEFAULTS = {"modality": "reported", "voice": "source"}
_QUOTES = "\"'’‘ʻʼ`´“”„‟«»‹›"
_DASHES = "-‐‑‒–—―−"
#: Places that are told of words which stand in a document more than once.
_MOST_PLACES = 3
_AT_THE_PROMPT = ("the claim as typed", 0)
_LISTS_OF_ACTORS = ("partners", "counterparts", "told_of", "bears_on")


class NotAClaim(ValueError):
    """A passage that cannot be found, or a column that there is not; `str()` says why and what to do."""


def code(
    data_dir: Path, source_id: str, passage: str, cells: Mapping[str, str]
) -> Saved:
    """Add a claim on the passage that reads `passage`, and the event that it opens unless `cells` has an ``event_id``.

    Parameters
    ----------
    passage
        Its words as they stand in the document; how they are spaced makes no difference.
    cells
        By column of claims or events; one that both have is for both. Actors may be named. Defaults: a claim is
        ``reported`` by the ``source`` itself, its date ``stated``, and an event is summed up as its claim states it.

    Raises
    ------
    NotAClaim
        If the passage does not stand in the document exactly once, or there is no such source or column.
    ContractError
        If the rows break the contract; nothing is changed then.
    """
    dataset = loading.load(data_dir)
    coding = _coding(dataset, source_id, passage, cells)
    return add_claims(dataset, [replace(coding, typed_in=_AT_THE_PROMPT)])


def code_table(data_dir: Path, table: Path) -> Saved:
    """Add a claim for each row of `table`, all or none; their passages are found by their words, which are not kept.

    Parameters
    ----------
    table
        A CSV, TSV, Excel or Parquet file. Columns: `source_id`; `passage`, the words; and any of claims and
        events, as for `code`. A row whose ``event_id`` is not there yet and that has cells of an event opens it,
        and rows below join it.

    Raises
    ------
    NotAClaim
        If a passage does not stand in its document exactly once, or a column is none; every row is named.
    TableError
        If the table cannot be read.
    ContractError
        If the rows break the contract; nothing is changed then.
    """
    dataset = loading.load(data_dir)
    rows = read_table(table)
    missing = [name for name in ("source_id", "passage") if name not in rows.columns]
    if missing:
        raise NotAClaim(f"{table.name} needs a column {' and a column '.join(missing)}")
    codings = []
    faults = []
    for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
        cells = {str(name): str(cell).strip() for name, cell in row.items()}
        source_id, passage = cells.pop("source_id"), cells.pop("passage")
        filled = {name: cell for name, cell in cells.items() if cell}
        try:
            coding = _coding(dataset, source_id, passage, filled)
            codings.append(replace(coding, typed_in=(table.name, int(number))))
        except NotAClaim as error:
            faults += [
                f"{table.name}, row {number}: {line}"
                for line in str(error).splitlines()
            ]
    if not (codings or faults):
        faults.append(f"{table.name} has no rows")
    if faults:
        raise NotAClaim("\n".join(faults))
    return add_claims(dataset, codings)


def row_to_paste(data_dir: Path, source_id: str, passage: str) -> list[str]:
    """The header of claims.csv, and a row for it with the place and fingerprint of a passage; raises as `code` does."""
    dataset = loading.load(data_dir)
    start, end = _place(dataset, source_id, passage)
    source: Any = dataset.sources.set_index("source_id").loc[source_id].to_dict()
    document = Documents(dataset.documents).coded(source) or ""
    place = [source_id, f"{start}:{end}"]
    cells = {
        "claim_id": next_key(dataset.claims["claim_id"], f"{source_id}-", 3, place),
        "source_id": source_id,
        "start": str(start),
        "end": str(end),
        "passage_sha256": fingerprint(document[start:end]),
        **_DEFAULTS,
        "date_basis": "undated",
    }
    content = (data_dir / dataset.contract.tables["claims"].path).read_bytes()
    columns = header(content)
    row = [cells.get(column, "") for column in columns]
    return csv_lines([columns, row]).splitlines()


def _coding(
    dataset: Dataset, source_id: str, passage: str, cells: Mapping[str, str]
) -> Coding:
    """A claim on a passage and the event that it opens, if it opens one; raises NotAClaim as `code` does."""
    columns = {
        table: set(dataset.contract.tables[table].fields)
        for table in ("claims", "events")
    }
    columns["claims"] -= _WORKED_OUT
    _refuse_unknown(cells, columns["claims"] | columns["events"])
    start, end = _place(dataset, source_id, passage)
    given = {column: _coded(dataset, column, cell) for column, cell in cells.items()}
    defaults = {
        **_DEFAULTS,
        "date_basis": "stated" if given.get("date") else "undated",
        "summary": given.get("statement", ""),
    }
    row = defaults | given
    claim, event = (
        {column: cell for column, cell in row.items() if column in columns[table]}
        for table in ("claims", "events")
    )
    is_known = given.get("event_id") in set(dataset.events["event_id"])
    if is_known or ("event_id" in given and not given.get("partners")):
        return Coding(source_id, start, end, claim)
    if not given.get("partners"):
        raise NotAClaim("a new event needs partners=…, or name the event: event_id=…")
    return Coding(source_id, start, end, claim, event)


def _place(dataset: Dataset, source_id: str, passage: str) -> tuple[int, int]:
    """Where a passage starts and ends in the document of a source."""
    sources = dataset.sources.set_index("source_id")
    if source_id not in sources.index:
        known = ", ".join(sources.index) or "none"
        raise NotAClaim(f"no source {source_id!r} in sources.csv; it has: {known}")
    source: Any = sources.loc[source_id].to_dict()
    document = Documents(dataset.documents).coded(source)
    if document is None:
        raise NotAClaim(
            f"{source['file']} is not at hand, or not the one that was coded"
        )
    words = said(passage)
    places = [match.span() for match in re.finditer(words, document)] if words else []
    if len(places) == 1:
        return places[0]
    if places:
        where = " and ".join(
            f"line {document.count(chr(10), 0, start) + 1}, characters {start} to {end}"
            for start, end in places[:_MOST_PLACES]
        )
        raise NotAClaim(
            f"{passage!r} stands {len(places)} times in {source['file']} ({where}): give more of the sentence"
        )
    raise NotAClaim(
        f"{passage!r} does not stand in {source['file']}: copy it from there"
    )


def said(passage: str) -> str:
    """A pattern for the words of a passage, however it is spaced, and whatever quotes and dashes are used; "" for none."""
    return r"\s+".join(map(_word, passage.split()))


def _word(word: str) -> str:
    letters = unicodedata.normalize("NFC", word).replace("...", "…")
    return "".join(map(_letter, letters))


def _letter(letter: str) -> str:
    for alike_letters in (_QUOTES, _DASHES):
        if letter in alike_letters:
            return f"[{re.escape(alike_letters)}]"
    return r"(?:…|\.\.\.)" if letter == "…" else spelt(letter)


def _refuse_unknown(cells: Mapping[str, str], columns: set[str]) -> None:
    """Raise NotAClaim for the columns that neither table has, all at once."""
    lines = []
    for column in cells:
        if column not in columns:
            meant = " or ".join(alike(column, columns))
            hint = (
                f"did you mean {meant}?"
                if meant
                else f"there are: {', '.join(sorted(columns))}"
            )
            lines.append(f"no column {column!r} to fill in: {hint}")
    if lines:
        raise NotAClaim("\n".join(lines))


def _coded(dataset: Dataset, column: str, cell: str) -> str:
    """A cell with the codes of the actors that it names; whom nobody knows is left for the contract to report."""
    if column not in _LISTS_OF_ACTORS:
        return cell
    codes = []
    for word in cell.split(";"):
        found = codes_named(dataset, word)
        codes.append(found[0] if len(found) == 1 else word.strip())
    return ";".join(codes)
