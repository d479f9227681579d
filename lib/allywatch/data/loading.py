"""The one door in: a data folder read, repaired where that is certain, checked, and made into frames."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data import dates
from allywatch.data.admission import admitted
from allywatch.data.contract import (
    OPTIONAL_TABLES,
    TABLES,
    ContractError,
    Failure,
    fields,
    read_package,
    references,
    resource,
    validate,
)
from allywatch.data.passages import Verification, verify
from allywatch.data.paths import documents_folder, handed
from allywatch.data.references import gazetteer, reference_failures
from allywatch.data.repair import mend
from allywatch.data.spreadsheets import Repair, Sheet, read
from allywatch.data.spreadsheets import rows as rows

CODINGS = "codings"
#: The data folder as a notebook names it, which stands beside it.
BESIDE = Path("../data")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Everything a briefing may draw on. Treat the frames as frozen; a dataset is the same only as itself.

    Frames have the columns of the contract and a plain index. Optional text that is blank is "", a list a
    tuple of str, a number nullable (missing: ``<NA>``), a day ``datetime64`` (missing: ``NaT``). Grain and
    key of each are in the codebook (`package`); derived columns are these:

    ``sources``: `published_earliest`, `published_latest` (days).
    ``claims``, ``events``: `earliest`, `counted`, `latest` (days) and `ongoing` (bool), as in `dates.Bounds`.
    ``judgements``: `under_review` (bool): the rows it rests on are not those it was written from.
    ``uncoded``: no rows where the folder has no such file.

    `rules` is what the data folder says under ``allywatch``. `documents` is the folder with the source
    texts, None where there is none. `repairs`, one row per repair: `file, row, column, before, after, rule`.
    `partner`, `slant` and `others` are set where this is one partner's part of a dataset (see `parts.part`).
    `choice` says in words what a reader left out of the evidence; "": nothing.
    """

    data_dir: Path
    package: dict[str, Any]
    as_of: date | None
    documents: Path | None
    sources: pd.DataFrame
    claims: pd.DataFrame
    events: pd.DataFrame
    relations: pd.DataFrame
    judgements: pd.DataFrame
    partners: pd.DataFrame
    event_types: pd.DataFrame
    uncoded: pd.DataFrame
    repairs: pd.DataFrame
    partner: str = ""
    slant: tuple[int, int] | None = None
    others: pd.DataFrame | None = None
    choice: str = ""

    @property
    def rules(self) -> dict[str, Any]:
        """What the data folder decides: focal power, gate, words, weights and rules."""
        return self.package["allywatch"]

    def labels(self, table: str, column: str) -> dict[Any, str]:
        """Listed values of a column in the contract's order, each with its label in words."""
        return {
            entry["value"]: entry["label"]
            for entry in fields(self.package, table)[column]["categories"]
        }


@dataclass(frozen=True)
class Examination:
    """A data folder as found: its tables as text after repair, and all that is wrong with them."""

    data_dir: Path
    package: dict[str, Any]
    cells: dict[str, pd.DataFrame]
    repairs: list[Repair]
    failures: list[Failure]
    documents: Path | None
    verification: Verification


def load(data_dir: str | Path, as_of: date | str | None = None) -> Dataset:
    """The evidence in a data folder, as known on `as_of` (a day, or YYYY-MM-DD; None or "": all of it).

    With `as_of`, the tables are as `admission.admitted` leaves them. In a job of `running` it is what the job
    was handed: read once for all jobs, and for a briefing on one partner that partner's part. Where a notebook
    is run from the project's folder, as papermill does, the folder it names as ``../data`` is the ``data`` there.

    Raises
    ------
    ContractError
        If anything in the folder breaks the contract; it has every failure.
    ValueError
        If `as_of` is text that is not a day.
    """
    as_of = (
        date.fromisoformat(as_of) if isinstance(as_of, str) and as_of else as_of or None
    )
    data_dir = Path(data_dir)
    if file := handed(data_dir):
        return _handed(file, as_of)
    if data_dir == BESIDE and not data_dir.exists():
        data_dir = Path(BESIDE.name)
    return dataset(examine(data_dir), as_of)


def _handed(file: Path, as_of: date | None) -> Dataset:
    """The dataset that the process which read the folder wrote to `file`, for this folder."""
    found: Dataset = pickle.loads(file.read_bytes())
    if found.as_of != as_of:
        raise ValueError(
            f"what was handed to this briefing is known as of {found.as_of}, not {as_of}"
        )
    documents = documents_folder(file.parent) if found.documents else None
    return replace(found, data_dir=file.parent, documents=documents)


def dataset(found: Examination, as_of: date | None = None) -> Dataset:
    """The evidence in a data folder that has been examined, as `load` gives it.

    Raises
    ------
    ContractError
        If the examination found failures.
    """
    if found.failures:
        raise ContractError(found.failures)
    frames = {
        table: _typed(cells, fields(found.package, table))
        for table, cells in found.cells.items()
    }
    frames.setdefault(
        "uncoded", pd.DataFrame(columns=["source_id", "start", "end", "reason"])
    )
    published = {"earliest": "published_earliest", "latest": "published_latest"}
    frames["sources"] = _dated(frames["sources"], "published", published)
    current = [mark == now for mark, now in fingerprints(found)]
    frames["judgements"]["under_review"] = ~pd.Series(current, dtype=bool)
    if as_of is not None:
        frames |= admitted(frames, pd.Timestamp(as_of))
    days = {name: name for name in ("earliest", "counted", "latest", "ongoing")}
    for table in ("claims", "events"):
        frames[table] = _dated(frames[table], "date", days)
    repairs = pd.DataFrame(found.repairs, columns=Repair._fields)
    return Dataset(
        found.data_dir, found.package, as_of, found.documents, **frames, repairs=repairs
    )


def codings(dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first and the second coder's claims on the admitted sources, as frozen before they were compared.

    Grain: one row per coding; key `coding_id`, over both. Columns as in the codebook. Both frames are empty
    where the folder has no second coding.

    Raises
    ------
    ContractError
        If either file breaks the contract, or only one of them is there; it has every failure of both.
    """
    package = dataset.package
    files = [
        file
        for entry in package["resources"]
        if entry["name"] == CODINGS
        for file in entry["path"]
    ]
    if not any((dataset.data_dir / file).is_file() for file in files):
        return pd.DataFrame(), pd.DataFrame()
    found, frames, wrong = examine(dataset.data_dir), [], []
    for file in files:
        # As if the description of the codings spoke of this one of its files.
        described = resource(package, CODINGS) | {"path": Path(file).name}
        others = [entry for entry in package["resources"] if entry["name"] != CODINGS]
        only = {**package, "resources": [*others, described]}
        sheet = read(dataset.data_dir / file, CODINGS, only)
        mend(sheet, CODINGS, only)
        wrong += sheet.failures + _coding_failures(sheet, found, only)
        frames.append(sheet.cells)
    if not wrong and (twice := {*frames[0]["coding_id"]} & {*frames[1]["coding_id"]}):
        rule, hint = (
            "a key must belong to one coding",
            "rename it in one of the two files",
        )
        wrong = [
            Failure(Path(files[1]).name, 0, "coding_id", key, rule, hint)
            for key in sorted(twice)
        ]
    if wrong:
        raise ContractError(wrong)
    known = dataset.sources["source_id"]
    first, second = (_typed(cells, fields(package, CODINGS)) for cells in frames)
    first, second = (
        coding[coding["source_id"].isin(known)] for coding in (first, second)
    )
    return first.reset_index(drop=True), second.reset_index(drop=True)


def _coding_failures(
    sheet: Sheet, found: Examination, package: Mapping
) -> list[Failure]:
    """What is wrong with one coding, by itself, against the tables and against the documents."""
    cells, file = sheet.cells, resource(package, CODINGS)["path"]
    wrong = validate(cells, CODINGS, package)
    wrong += reference_failures(
        {**found.cells, CODINGS: cells}, package, set(found.cells)
    )
    if found.documents:
        claims, files = (
            cells.rename(columns={"coding_id": "claim_id"}),
            {"sources": "", "claims": file},
        )
        wrong += verify(found.cells["sources"], claims, found.documents, files).failures
    return [failure for failure in wrong if failure.file == file]


def examine(data_dir: Path) -> Examination:
    """Read, repair and check a data folder without judging it.

    Raises
    ------
    ContractError
        If there is no contract to check it against.
    """
    package = read_package(data_dir)
    paths = {entry["name"]: entry["path"] for entry in package["resources"]}
    tables = [
        *TABLES,
        *(
            name
            for name in OPTIONAL_TABLES
            if (data_dir / paths.get(name, "?")).is_file()
        ),
    ]
    sheets = {table: read(data_dir / paths[table], table, package) for table in tables}
    failures = _mend_all(sheets, package)
    cells = {table: sheet.cells for table, sheet in sheets.items()}
    for table, sheet in sheets.items():
        failures += sheet.failures + validate(sheet.cells, table, package)
    failures += reference_failures(
        cells, package, {table for table, sheet in sheets.items() if sheet.whole}
    )
    folder, verification = documents_folder(data_dir), Verification()
    documents = folder if folder.is_dir() else None
    if documents:
        files = {
            table: resource(package, table)["path"] for table in ("sources", "claims")
        }
        verification = verify(cells["sources"], cells["claims"], documents, files)
        failures += verification.failures
    order = {paths[table]: place for place, table in enumerate(tables)}
    failures = sorted(
        dict.fromkeys(failures),
        key=lambda failure: (order.get(failure.file, -1), failure.row),
    )
    repairs = [repair for sheet in sheets.values() for repair in sheet.repairs]
    return Examination(
        data_dir, package, cells, repairs, failures, documents, verification
    )


def _mend_all(sheets: dict[str, Sheet], package: Mapping) -> list[Failure]:
    """Repair entries in place: first the keys themselves, then what points to them."""
    for table, sheet in sheets.items():
        mend(sheet, table, package)
    place = package["allywatch"]["gazetteer"]["table"]
    actors, shared = gazetteer(sheets[place].cells, package)
    for table, sheet in sheets.items():
        spellings = {}
        for column, targets in references(package, table).items():
            spellings[column] = (
                actors if targets[0][0] == place else _folded(sheets, targets)
            )
        mend(sheet, table, package, spellings)
    return shared


def _folded(
    sheets: Mapping[str, Sheet], targets: list[tuple[str, str]]
) -> dict[str, str]:
    """The keys that a column may hold by their folded case; two that differ only in case name neither."""
    keys = {
        key
        for table, column in targets
        for key in sheets[table].cells.get(column, ())
        if key
    }
    folded: dict[str, str] = {}
    for key in sorted(keys):
        folded[key.casefold()] = "" if key.casefold() in folded else key
    return folded | {key: key for key in keys}


def _typed(cells: pd.DataFrame, described: Mapping[str, Mapping]) -> pd.DataFrame:
    """Text cells as values of their field's type."""
    columns = {}
    for name, field in described.items():
        column = cells[name].reset_index(drop=True)
        if field["type"] == "list":
            places, told = pd.factorize(column)
            lists = [
                tuple(cell.split(field["delimiter"])) if cell else () for cell in told
            ]
            columns[name] = _at(lists, places, object)
        elif field["type"] in ("integer", "number"):
            kind = "Int64" if field["type"] == "integer" else "Float64"
            columns[name] = pd.to_numeric(column.where(column != "")).astype(kind)
        elif field["type"] == "date":
            days = pd.to_datetime(column.where(column != ""), format="%Y-%m-%d")
            columns[name] = days.astype("datetime64[s]")
        else:
            columns[name] = column.astype("str")
    return pd.DataFrame(columns)


def _dated(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """`frame` with columns `names` (attribute of `dates.Bounds` to column) of the EDTF text in `column`."""
    places, told = pd.factorize(frame[column])
    bounds, derived = [dates.bounds(text) for text in told], {}
    for attribute, name in names.items():
        kind = bool if attribute == "ongoing" else "datetime64[s]"
        derived[name] = _at(
            [getattr(bound, attribute) for bound in bounds], places, kind
        )
    return frame.assign(**derived)


def _at(values: list, places: np.ndarray, kind: type | str) -> pd.Series:
    """Of `values`, made into `kind`, the one at each of `places`."""
    return (
        pd.Series(values, dtype=object).astype(kind).take(places).reset_index(drop=True)
    )


def fingerprints(found: Examination) -> Iterable[tuple[str, str]]:
    """For each judgement, its `refs_sha256` as written and as it is for the rows that stand there now.

    The fingerprint is described in the codebook; it is "" for a judgement without refs.
    """
    judgements, rows = found.cells["judgements"], {}
    for place, key in references(found.package, "judgements")["refs"]:
        rows |= dict(
            zip(
                found.cells[place][key],
                found.cells[place].to_numpy().tolist(),
                strict=True,
            )
        )
    for written, refs in zip(
        judgements["refs_sha256"], judgements["refs"], strict=True
    ):
        parts = [rows[ref] for ref in refs.split(";")] if refs else []
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        yield written, hashlib.sha256(text.encode()).hexdigest() if parts else ""
