"""Checks across tables: keys that stand nowhere, rows that nothing names, dates after their sources.

Every row is dated by the sources behind it, so what has happened cannot lie after the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.contract import PACKAGE_FILE, Failure, Field, Key
from allywatch.data.folding import folded
from allywatch.data.sheets import Sheet
from allywatch.data.validation import by_line, entries, failures, suggestions

Sheets = Mapping[str, Sheet]
Rules = Mapping[str, Any]


def gazetteer(sheet: Sheet, rules: Rules) -> tuple[dict[str, str], list[Failure]]:
    """Every spelling, folded, that names one actor, with the actor's code.

    `sheet` is the gazetteer's table. A spelling that two actors share names neither and is a failure; a
    code always names its own actor.
    """
    described = rules["gazetteer"]
    code = described["code"]
    if not sheet.has(code):
        return {}, []
    actors = sheet.cells[sheet.cells[code] != ""]
    code_on_line = actors[code].to_dict()
    codes = {folded(actor): actor for actor in actors[code]}
    named = dict(codes)
    shared = []
    for column in (*described["names"], described["aliases"]):
        if not sheet.has(column):
            continue
        spellings = entries(actors[column], sheet.schema.fields[column])
        for line, spelling in by_line(spellings):
            first = named.setdefault(folded(spelling), code_on_line[line])
            if first != code_on_line[line]:
                rule = "a name must belong to one actor"
                hint = f"it already names {first}; leave it to one of the two"
                path = sheet.schema.path
                shared.append(Failure(path, line, column, spelling, rule, hint))
    for failure in shared:
        named.pop(folded(failure.value), None)
    return named | codes, shared


def reference_failures(sheets: Sheets, rules: Rules) -> list[Failure]:
    """Every failure that shows only across tables.

    What would need a table that could not be read to the last row is passed over: a row that was not read
    cannot be told from a row that is not there.
    """
    found = _focal_power_failures(sheets, rules)
    for sheet in sheets.values():
        for column, targets in sheet.schema.references.items():
            known = all(_is_known(sheets, target) for target in targets)
            if known and sheet.has(column):
                found += _dangling(sheets, sheet, column, rules)
                if len(targets) > 1:
                    found += _in_two_tables(sheets, targets)
    for must in rules.get("must_be_named", []):
        found += _unnamed(sheets, must)
    published = _last_days(sheets)
    if published is not None:
        found += _ahead_of_source(sheets, published, rules)
        found += _events_ahead_of_sources(sheets, published, rules)
    return found


def _is_known(sheets: Sheets, key: Key) -> bool:
    """Whether all values of a key could be read."""
    sheet = sheets.get(key.table)
    return sheet is not None and sheet.whole and sheet.has(key.column)


def _focal_power_failures(sheets: Sheets, rules: Rules) -> list[Failure]:
    """The focal power is an actor too."""
    described = rules["gazetteer"]
    sheet = sheets[described["table"]]
    power = rules["focal_power"]
    if not sheet.whole or power in set(sheet.cells.get(described["code"], ())):
        return []
    path = sheet.schema.path
    rule = f"must stand in {path}"
    hint = f"add its row to {path}, or name another focal power"
    return [Failure(PACKAGE_FILE, 0, "focal_power", power, rule, hint)]


def _dangling(sheets: Sheets, sheet: Sheet, column: str, rules: Rules) -> list[Failure]:
    """Keys in a column that stand in none of the tables they may stand in."""
    targets = sheet.schema.references[column]
    known: set[str] = set()
    for target in targets:
        known.update(sheets[target.table].cells[target.column].tolist())
    known.discard("")
    field = sheet.schema.fields[column]
    if known.issuperset(_distinct_entries(sheet.cells[column], field)):
        return []
    keys = entries(sheet.cells[column], field)
    unknown = keys[~keys.isin(known)]
    spellings = dict(_spellings(sheets, targets, rules["gazetteer"]))
    suggested = suggestions(list(unknown.unique()), spellings)
    tables = [target.table for target in targets]
    files = " or ".join(sheets[table].schema.path for table in tables)
    by = _ADDS_ACTORS if rules["gazetteer"]["table"] in tables else ""
    rule = f"must stand in {files}"
    found = []
    for line, key in by_line(unknown):
        hint = suggested.get(key, "") + f"correct it, or add a row to {files}{by}"
        found.append(Failure(sheet.schema.path, line, column, key, rule, hint))
    return found


def _distinct_entries(cells: pd.Series, field: Field) -> Iterator[str]:
    """The single entries of cells that are alike once, blank cells left out."""
    for cell in cells.unique().tolist():
        if cell and field["type"] == "list":
            yield from cell.split(field["delimiter"])
        elif cell:
            yield cell


def _spellings(
    sheets: Sheets, targets: Iterable[Key], described: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Pairs of a spelling that a curator may have meant and the key it stands for."""
    for target in targets:
        cells = sheets[target.table].cells
        keys = cells[target.column]
        names = described["names"] if target.table == described["table"] else []
        for column in (*names, target.column):
            if column in cells:
                filled = (keys != "") & (cells[column] != "")
                yield from zip(cells.loc[filled, column], keys[filled], strict=True)


def _in_two_tables(sheets: Sheets, targets: Iterable[Key]) -> list[Failure]:
    """Keys that stand in two tables a column may point to: the column could mean either."""
    rule = "a key must belong to one table"
    hint = "rename it here or in the other table"
    found = []
    seen: set[str] = set()
    for target in targets:
        sheet = sheets[target.table]
        keys = sheet.cells[target.column]
        bad = keys.isin(seen - {""})
        found += failures(sheet.schema.path, keys, bad, rule, hint)
        seen.update(keys.tolist())
    return found


def _unnamed(sheets: Sheets, must: Mapping[str, Any]) -> list[Failure]:
    """Keys that no row of another table names, against a rule of ``must_be_named``."""
    by = Key(must["by"]["resource"], must["by"]["field"])
    sheet = sheets.get(must["table"])
    column = must["field"]
    if sheet is None or not sheet.has(column) or not _is_known(sheets, by):
        return []
    keys = sheet.cells[column]
    named = set(sheets[by.table].cells[by.column].tolist())
    bad = ~keys.isin(named) & (keys != "")
    return failures(sheet.schema.path, keys, bad, must["says"], must["hint"])


def _ahead_of_source(
    sheets: Sheets, published: pd.Series, rules: Rules
) -> list[Failure]:
    """Dates that begin after the last day on which their source can have been `published`.

    Forecasts and denials may speak of what is to come.
    """
    found = []
    for sheet in sheets.values():
        if not sheet.has("source_id", "modality", "date"):
            continue
        cells = sheet.cells
        last_day = published.reindex(cells["source_id"]).set_axis(cells.index)
        is_late = _days(cells["date"], "earliest") > last_day
        bad = is_late & ~cells["modality"].isin(_foreseen(rules))
        found += failures(
            sheet.schema.path,
            cells["date"],
            bad,
            "what is not foreseen must begin by the last day its source can have been published",
            _LATE_HINT,
        )
    return found


def _events_ahead_of_sources(
    sheets: Sheets, published: pd.Series, rules: Rules
) -> list[Failure]:
    """Events that begin after the last day on which the latest of their sources can have been `published`.

    Of an event with a source whose last day is not known nothing can be said.
    """
    claims = sheets["claims"]
    events = sheets["events"]
    if (
        not claims.whole
        or not claims.has("event_id", "source_id", "modality")
        or not events.has("event_id", "date")
    ):
        return []
    event_of_claim = claims.cells["event_id"]
    of_claim = published.reindex(claims.cells["source_id"]).set_axis(event_of_claim)
    by_event = of_claim.groupby(level=0)
    all_known = by_event.count() == by_event.size()
    event_ids = events.cells["event_id"]
    last_day = by_event.max()[all_known].reindex(event_ids).set_axis(event_ids.index)
    is_late = _days(events.cells["date"], "earliest") > last_day
    asserted = ~claims.cells["modality"].isin(_foreseen(rules))
    bad = is_late & event_ids.isin(event_of_claim[asserted])
    return failures(
        events.schema.path,
        events.cells["date"],
        bad,
        "what is not foreseen must begin by the last day the latest of its sources can have been published",
        _LATE_HINT,
    )


#: How a row of actors is added without an editor.
_ADDS_ACTORS = ": allywatch partner add"
_LATE_HINT = (
    "correct the date, the modality of the claim, or `published` of the source in sources.csv, "
    "which may be a guess"
)


def _foreseen(rules: Rules) -> list[str]:
    """Modalities that may speak of what is to come, and count for nothing else."""
    return rules.get("support", {}).get("unscored_modalities", [])


def _last_days(sheets: Sheets) -> pd.Series | None:
    """The last day on which each source can have been published; None where it could not be read."""
    sources = sheets["sources"]
    if not sources.whole or not sources.has("source_id", "published"):
        return None
    days = _days(sources.cells["published"], "latest")
    return days.set_axis(sources.cells["source_id"]).groupby(level=0).max()


def _days(cells: pd.Series, bound: str) -> pd.Series:
    """The day that is `bound` (see `dates.Bounds`) of each EDTF text; missing where there is none."""
    days = {}
    for text in cells.unique():
        with suppress(ValueError):  # the type check has reported it
            days[text] = getattr(dates.bounds(text), bound)
    return cells.map(days).astype("datetime64[s]")
