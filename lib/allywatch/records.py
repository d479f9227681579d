"""The files a briefing carries: the rows it used, the data dictionary and the record of its run.

With them a reader who has only the PDF can walk every mark home.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json

import pandas as pd

from allywatch.evidence import Dossier
from allywatch.exhibits import Exhibit

_VERSIONED = ("allywatch", "matplotlib", "nbconvert", "pandas", "papermill", "seaborn", "typst")


def attachments(file: Dossier) -> Exhibit:
    """The rows, the dictionary and the run record as files attached to the briefing."""
    sources = file.sources[file.sources["cited"]]
    events = file.events.drop(columns=["places"])
    own = list(file.dataset.events.columns)
    own_claims = [column for column in file.dataset.claims.columns if column in file.claims]
    files = [
        _csv("events.csv", events[["mark", *own]], "Events on this partner, with their marks on the page"),
        _csv(
            "claims.csv",
            file.claims[["mark", *own_claims]],
            "Claims behind these events, with the place and fingerprint of each passage",
        ),
        _csv("sources.csv", sources.drop(columns=["cited"]), "Sources of these claims, with their grades"),
        _csv("relations.csv", file.relations, "Contradictions and overtaken readings among these claims"),
        _json(
            "datapackage.json",
            file.dataset.package,
            "Data dictionary: every column, code and rule",
            "supplement",
        ),
        _json("run.json", run_record(file), "Run record: parameters, inputs by hash, versions", "supplement"),
    ]
    return Exhibit({"kind": "attachments", "files": files})


def run_record(file: Dossier) -> dict:
    """What this briefing was made from: parameters, inputs by hash, versions; the same for the same data."""
    dataset = file.dataset
    folder = dataset.data_dir
    tables = sorted(
        path for path in folder.iterdir() if path.suffix == ".csv" or path.name == "datapackage.json"
    )
    return {
        "focal_power": dataset.rules["focal_power"],
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tables},
        "parameters": {
            "as_of": dataset.as_of.isoformat() if dataset.as_of else "",
            "partner": file.partner["partner_id"],
        },
        "repairs": len(dataset.repairs),
        "versions": {name: importlib.metadata.version(name) for name in _VERSIONED},
    }


def _csv(name: str, rows: pd.DataFrame, description: str) -> dict[str, str]:
    """`rows` as a CSV file: lists joined by ``;``, days as ISO dates, missing as blank."""
    flat = rows.copy()
    for column in flat.columns:
        if flat[column].map(type).eq(tuple).any():
            flat[column] = flat[column].map(";".join)
    text = flat.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return {
        "name": name,
        "mime": "text/csv",
        "description": description,
        "relationship": "data",
        "text": text,
    }


def _json(name: str, content: dict, description: str, relationship: str) -> dict[str, str]:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {
        "name": name,
        "mime": "application/json",
        "description": description,
        "relationship": relationship,
        "text": text,
    }
