"""A claim without the screen: its passage by its words, its cells by their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.data.folding import spelt
from allywatch.data.partners import alike, codes_named
from allywatch.data.passages import Documents
from allywatch.desk.curate.appending import Saved, add_claim

#: Columns of a claim that follow from its passage, and the key of an event.
_WORKED_OUT = {"claim_id", "source_id", "start", "end", "passage_sha256"}
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
    columns = {
        table: set(dataset.contract.tables[table].fields)
        for table in ("claims", "events")
    }
    columns["claims"] -= _WORKED_OUT
    _refuse_unknown(cells, columns["claims"] | columns["events"])
    start, end = _place(dataset, source_id, passage)
    given = {column: _coded(dataset, column, cell) for column, cell in cells.items()}
    defaults = {
        "modality": "reported",
        "voice": "source",
        "date_basis": "stated" if given.get("date") else "undated",
        "summary": given.get("statement", ""),
    }
    row = defaults | given
    claim, event = (
        {column: cell for column, cell in row.items() if column in columns[table]}
        for table in ("claims", "events")
    )
    if "event_id" in given:
        return add_claim(dataset, source_id, start, end, claim)
    if not given.get("partners"):
        raise NotAClaim("a new event needs partners=…, or name the event: event_id=…")
    return add_claim(dataset, source_id, start, end, claim, event)


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
    words = r"\s+".join(map(spelt, passage.split()))
    places = [match.span() for match in re.finditer(words, document)] if words else []
    if len(places) == 1:
        return places[0]
    if places:
        raise NotAClaim(
            f"{passage!r} stands {len(places)} times in {source['file']}: give more of the sentence"
        )
    raise NotAClaim(
        f"{passage!r} does not stand in {source['file']}: copy it from there"
    )


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
