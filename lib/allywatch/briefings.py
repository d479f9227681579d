"""What briefmill is to know of allywatch: partners as units, their subsets and keys, and the pages of an edition.

The module is a `briefmill.domain.Domain`. Whether anything has changed is told without importing pandas, so all
that needs it is imported inside the functions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import briefmill
from allywatch.data.paths import (
    DOCUMENTS_VARIABLE,
    PREPARED_VARIABLE,
    PROPOSALS,
    documents_folder,
)
from briefmill.hashing import file_hashes, short_hash
from briefmill.imports import without

if TYPE_CHECKING:
    from allywatch.data.dataset import Dataset
    from allywatch.evidence.snapshots import Snapshot
    from briefmill.render.document import Document

UNIT_PARAMETER = "partner"
UNCHANGED = "No event, balance or direction is told otherwise than before."
#: Of more rows than this, the hash of each would fill the manifest; they have one together.
MOST_ROWS = 5_000
#: What the shipped notebooks import.
MODULES = (
    "seaborn",
    "allywatch.method.codebook",
    "allywatch.page.attached",
    "allywatch.page.accounts",
    "allywatch.page.tellers",
    "allywatch.page.wording",
)


def plan(
    data_dir: Path | str = "data",
    notebooks: Path | str = "notebooks",
    partners: Iterable[str] = (),
    as_of: str = "",
    parameters: Mapping[str, str] | None = None,
) -> briefmill.Plan:
    """Plan the briefings on `partners` (names, aliases or ids), or on all of them; see `briefmill.plan`.

    Raises
    ------
    briefmill.PlanError
        For a partner, date, parameter or folder that does not exist.
    allywatch.data.contract.ContractError
        If the data breaks its contract; it names every failure.
    """
    domain = sys.modules[__name__]
    return briefmill.plan(domain, data_dir, notebooks, partners, as_of, parameters)


# The data, and the part each briefing rests on


def input_files(data_dir: Path) -> dict[str, Path]:
    """The tables, the dictionary and the documents, by a name that does not say where they lie.

    Proposals are none of them: nothing is built from what no person has accepted.
    """
    tables = (
        data_dir / "datapackage.json",
        *(each for each in data_dir.glob("*.csv") if each.stem != PROPOSALS),
        *data_dir.glob("reliability/*.csv"),
    )
    files = {f"data/{path.relative_to(data_dir).as_posix()}": path for path in tables}
    for path in documents_folder(data_dir).glob("*.txt"):
        files[f"documents/{path.name}"] = path
    return dict(sorted(files.items()))


def load(data_dir: Path, as_of: date | None) -> Dataset:
    """The evidence in a data folder; see `loading.load`.

    Raises
    ------
    briefmill.PlanError
        If it is no data folder, or no source in it was published by `as_of`.
    allywatch.data.contract.ContractError
        If the data breaks its contract; it names every failure.
    """
    from allywatch.data import loading

    if not (data_dir / "datapackage.json").is_file():
        raise briefmill.PlanError(
            f"{data_dir} is not a data folder: it has no datapackage.json. Name one with --data."
        )
    dataset = loading.load(data_dir, as_of)
    if dataset.claims.empty:
        raise briefmill.PlanError(f"There is nothing to brief on: {_gap(dataset)}")
    return dataset


def _gap(dataset: Dataset) -> str:
    """Why a dataset has no claim, and what to do."""
    if dataset.as_of:
        return f"no source with a claim was published by {dataset.as_of}."
    if dataset.sources.empty:
        return "sources.csv has no row. Add a document: allywatch source add FILE."
    return "claims.csv has no row. Code a passage, in the curate notebook or by hand."


def title(dataset: Dataset) -> str:
    """What all briefings are about."""
    from allywatch.page import index

    return index.title(dataset)


def units(dataset: Dataset) -> dict[str, str]:
    """The partners that get a briefing: id to name."""
    from allywatch.data.partners import briefed_partners

    names = dataset.partners.set_index("partner_id")["name"]
    return {partner: names[partner] for partner in briefed_partners(dataset)}


def resolve(dataset: Dataset, words: Iterable[str]) -> list[str]:
    """The ids of the partners that `words` name; see `partners.resolve`."""
    from allywatch.data import partners

    return partners.resolve(dataset, words)


def subset(dataset: Dataset, unit: str) -> Dataset:
    """A partner's part of the evidence, or for ``""`` the whole."""
    from allywatch.evidence.parts import part

    return part(dataset, unit)


def key(subset: Dataset) -> dict[str, str]:
    """The parts of a subset with their hashes; that of a row covers the columns derived for it."""
    from allywatch.data.contract import PACKAGE_FILE, TABLES
    from allywatch.data.fingerprints import frame_fingerprint

    parts = {
        "the dictionary and rules": short_hash(subset.contract.text),
        "the choice of the evidence": short_hash(subset.choice),
    }
    if subset.partner:
        among_all = f"{subset.period} {subset.beyond_chance}"
        parts["what all partners decide together"] = short_hash(among_all)
    for table in subset.fingerprints:
        parts.update(_table_key(subset, table))
    parts.update(_faces_key(subset))
    if not subset.partner:
        parts["the repairs"] = frame_fingerprint(subset.repairs)
        files = input_files(subset.data_dir)
        for name in (PACKAGE_FILE, *(f"{table}.csv" for table in TABLES)):
            files.pop(f"data/{name}", None)
        for name, digest in file_hashes(files).items():
            parts[name] = digest[:16]
    return parts


def _faces_key(subset: Dataset) -> Iterator[tuple[str, str]]:
    """What the system draws the characters with that the faces of a page do not; nothing where there are none."""
    from allywatch.data.faces import characters
    from briefmill.render.fonts import lacking, more_families

    dictionary = set(subset.contract.text)
    missing = lacking(characters(subset.tables.values()) | dictionary)
    if missing:
        files = [file for each in more_families(missing) for file in each.files]
        hashes = file_hashes({file.name: file for file in files})
        yield "the system’s faces", short_hash(json.dumps(hashes, sort_keys=True))


def _table_key(subset: Dataset, table: str) -> Iterator[tuple[str, str]]:
    """The rows of a table with their hashes, and the order of the rows."""
    frame = subset.tables[table]
    keys = frame[subset.contract.tables[table].primary_key]
    names = [" ".join(map(str, key)) for key in keys.itertuples(index=False, name=None)]
    hashes = subset.fingerprints[table].rows
    if len(hashes) > MOST_ROWS:
        yield f"some of the {table}", short_hash("".join(hashes))
    else:
        for name, row_hash in zip(names, hashes, strict=True):
            yield f"{table} {name}", row_hash
    yield f"the order of {table}", short_hash("\n".join(names))


# In the process of a job


def environment(data_dir: Path, prepared: Path) -> dict[str, str]:
    """Where `loading.load` finds the documents and the prepared dataset of a job."""
    return {
        DOCUMENTS_VARIABLE: str(data_dir / "documents"),
        PREPARED_VARIABLE: str(prepared),
    }


def preload() -> None:
    """Import what the notebooks import, and draw and look up what every job would."""
    # None of our charts asks for scipy, it takes longer than all of seaborn, and a chart is to be the same without it;
    # no page has a widget.
    with without("scipy"), without("ipywidgets"):
        import_module("seaborn")
    for name in MODULES:
        import_module(name)
    from allywatch.page import attached
    from allywatch.page.charts import style

    style.rehearse()
    attached.versions()


def describe(document: Document) -> dict[str, Any]:
    """Verdict, figures and analytic standards of a briefing, as plain text.

    Returns
    -------
    dict
        ``direction`` (key), ``word``, ``note``, ``headline``, ``judgement``, ``figures`` (pairs of label and value) and
        ``standards``; ``""`` or ``[]`` where the briefing has no block to say so.
    """
    from allywatch.page import standards

    described: dict[str, Any] = {
        name: document.record.get(name, "")
        for name in ("direction", "word", "note", "headline", "judgement")
    }
    described["figures"] = document.record.get("figures", [])
    described["standards"] = standards.checklist(document)
    return described


# Editions


def edition_facts(dataset: Dataset) -> dict[str, Any]:
    """The focal power."""
    return {"focal_power": dataset.rules["focal_power"]}


def changes(earlier: Snapshot, now: Snapshot) -> list[str]:
    """Each difference between two snapshots of one briefing; see `wording.listed`."""
    from allywatch.page.wording import listed

    return listed(earlier, now)


def conclusions(earlier: Snapshot, now: Snapshot) -> list[str]:
    """Direction, confidence and headline where they are otherwise; see `wording.conclusions`."""
    from allywatch.page.wording import conclusions

    return conclusions(earlier, now)


def pages(manifest: dict[str, Any], dataset: Dataset) -> dict[str, str]:
    """The index, the analytic standards of all briefings, and the data for other tools."""
    from allywatch.page import index, open_data, standards_page

    return {
        "index.html": index.page(manifest, dataset),
        **standards_page.files(manifest, dataset),
        **open_data.files(manifest, dataset),
    }
