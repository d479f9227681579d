"""The files a briefing carries: the rows it used, the data dictionary and the record of its run.

With them a reader who has only the PDF can walk every mark home.
"""

from __future__ import annotations

import importlib.metadata
import json
from functools import cache
from typing import Any

import pandas as pd

from allywatch.data.contract import PACKAGE_FILE
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.frames import days_as_text
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.page.details import details
from allywatch.page.standards import EVIDENCE, evidence_record
from briefmill.blocks import Attachments, File
from briefmill.tabular import columns_as_csv

_VERSIONED = (
    "allywatch",
    "matplotlib",
    "nbconvert",
    "pandas",
    "papermill",
    "seaborn",
    "typst",
)


def attachments(dossier: Dossier) -> Attachments:
    """The rows, the dictionary and the run record as files attached to the briefing."""
    events = "Events on this partner, with their marks on the page"
    claims = (
        "Claims behind these events, with the place and fingerprint of each passage"
    )
    cited = dossier.sources["source_id"].isin(dossier.all_claims["source_id"])
    files = _rows_of(dossier, dossier.sources[cited], events, claims)
    return Attachments(
        files=(*files, *dictionary_and_record(dossier.dataset)),
        details=details(dossier),
        record={EVIDENCE: evidence_record(dossier)},
    )


def network_attachments(net: Network) -> Attachments:
    """The rows behind an overview: directions, and all events, claims, sources and relations."""
    files = [
        csv_file(
            "directions.csv",
            net.verdicts,
            "Partners’ directions: counts, balance, range, firmness",
        ),
        *_rows_of(
            net.pooled,
            net.pooled.sources,
            "All events, with their marks",
            "Claims behind these events",
        ),
        *dictionary_and_record(net.dataset),
    ]
    return Attachments(
        files=tuple(files),
        details=details(net.pooled),
        record={EVIDENCE: evidence_record(net.pooled, partners=len(net.verdicts))},
    )


def _rows_of(
    dossier: Dossier, sources: pd.DataFrame, events: str, claims: str
) -> list[File]:
    """The rows of a dossier, with those `sources`; `events` and `claims` describe the files of these."""
    own, graded = dossier.dataset, "Sources of these claims, with their grades"
    related = "Contradictions and overtaken readings among these claims"
    return [
        csv_file("events.csv", dossier.all_events[["mark", *own.events]], events),
        csv_file("claims.csv", dossier.all_claims[["mark", *own.claims]], claims),
        csv_file("sources.csv", sources.drop(columns=["cited"]), graded),
        csv_file("relations.csv", dossier.relations, related),
        csv_file("doubts.csv", own.doubts, "Outside reports against these claims"),
    ]


def dictionary_and_record(dataset: Dataset) -> list[File]:
    """The data dictionary, and the record of the run: parameters, inputs by hash and versions.

    The record is the same for the same data: it knows no day but `as_of`. Of a choice of the evidence it says so.
    """
    record = {
        "focal_power": dataset.rules["focal_power"],
        "inputs": inputs(dataset),
        "parameters": {
            "as_of": dataset.as_of.isoformat() if dataset.as_of else "",
            "partner": dataset.partner,
            **({"choice": dataset.choice} if dataset.choice else {}),
        },
        "versions": versions(),
    }
    run = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return [
        _supplement(
            PACKAGE_FILE,
            dataset.contract.text,
            "Data dictionary: every column, code and rule",
        ),
        _supplement(
            "run.json", run, "Run record: parameters, inputs by hash, versions"
        ),
    ]


def _supplement(name: str, text: str, description: str) -> File:
    return File(name, text, "application/json", description, "supplement")


@cache
def versions() -> dict[str, str]:
    """The versions of the packages that make a briefing."""
    return {name: importlib.metadata.version(name) for name in _VERSIONED}


def inputs(dataset: Dataset) -> dict[str, str]:
    """What a briefing is made from, with the SHA-256 of each: its rows of every table, and the dictionary."""
    hashes = {
        dataset.contract.tables[table].path: of_table.whole
        for table, of_table in dataset.fingerprints.items()
    }
    package = json.dumps(dataset.package, ensure_ascii=False, sort_keys=True)
    hashes[PACKAGE_FILE] = fingerprint(package)
    return dict(sorted(hashes.items()))


def csv_file(
    name: str, rows: pd.DataFrame, description: str, relationship: str = "data"
) -> File:
    """`rows` as a CSV file to attach."""
    text = csv_text(rows, guarded=True)
    return File(name, text, "text/csv", description, relationship)


def csv_text(rows: pd.DataFrame, guarded: bool = False) -> str:
    """`rows` as CSV: lists joined by ``;``, days as ISO dates, missing as blank.

    Where `guarded`, a text that a spreadsheet would take for a formula begins with an apostrophe, as spreadsheets
    themselves write it (see `briefmill.tabular.unguarded`); numbers are left as they are.
    """
    columns = [_cells(column) for _, column in rows.items()]
    return columns_as_csv(rows.columns, columns, guarded)


def _cells(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        days = days_as_text(column)
        return ["" if day == "NaT" else day for day in days]
    cells = column.tolist()
    if column.hasnans:
        cells = [
            "" if is_missing else cell
            for cell, is_missing in zip(cells, column.isna(), strict=True)
        ]
    if column.dtype == object:
        cells = [";".join(cell) if isinstance(cell, tuple) else cell for cell in cells]
    return cells
