"""A new data folder: the contract, event types, a table for each kind of row, and a made-up sample on request."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from allywatch.data import loading
from allywatch.data.contract import (
    OPTIONAL_TABLES,
    PACKAGE_FILE,
    TABLES,
    Contract,
    ContractError,
)
from allywatch.desk.start import template
from allywatch.desk.start.actors import Row, actor
from allywatch.page.attached import csv_text

DOCUMENTS = "documents"


class NotMade(ValueError):
    """A data folder that cannot be made so, or there; `str()` says why and what to do."""


def init(
    folder: Path,
    power: str,
    cells: Mapping[str, str] | None = None,
    thesis: Mapping[str, Any] | None = None,
    sample: bool = False,
) -> list[str]:
    """Make a data folder at `folder`, whole or not at all; returns what the lists of countries have left blank.

    Parameters
    ----------
    power
        Code or name of the focal power; see `actors.actor`.
    cells
        What its row has instead of what the lists say.
    thesis
        ``words``, ``stance`` and ``direction``, as in the contract; None: no page speaks of one.
    sample
        Whether made-up sources, claims and events come with it, so that a briefing can be built at once.

    Raises
    ------
    NotMade
        If there is anything at `folder`, it cannot be made there, or no source can have the stance of the thesis.
    UnknownActors
        If nobody is called as `power` says.
    ContractError
        If what was given breaks the contract.
    """
    folder = folder.absolute()
    _refuse_taken(folder)
    row, remarks = actor(power, cells or {})
    row["note"] = row.get("note") or "The focal power."
    package = json.loads(template.read(PACKAGE_FILE))
    package["allywatch"]["focal_power"] = row["partner_id"]
    if thesis:
        _refuse_stance(Contract(package), thesis["stance"])
        package["allywatch"]["thesis"] = dict(thesis)
    rows: dict[str, list[Row]] = {"partners": [row]}
    texts: dict[str, str] = {}
    if sample:
        made, texts = _sample(row)
        rows = {table: rows.get(table, []) + added for table, added in made.items()}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise NotMade(_cannot(folder, error)) from None
    try:
        _write(fresh, package, rows, texts)
        failures = loading.examine(fresh).failures
        if failures:
            raise ContractError(failures)
        fresh.chmod(0o777 & ~_umask())
        # In one step, and only onto nothing or an empty folder.
        fresh.rename(folder)
    except OSError as error:
        raise NotMade(_cannot(folder, error)) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return remarks


def _refuse_taken(folder: Path) -> None:
    """Raise NotMade where something is at `folder`, or we stand in it."""
    if folder.is_dir() and not any(folder.iterdir()):
        if folder.samefile(Path.cwd()):
            raise NotMade(f"{folder} is where you are: name a folder in it.")
    elif os.path.lexists(folder):
        raise NotMade(f"{folder} is there already, and not empty: name another.")


def _refuse_stance(contract: Contract, stance: str) -> None:
    """Raise NotMade for a stance that no source can have."""
    stances = contract.labels("sources", "stance")
    if stance not in stances:
        raise NotMade(f"No stance {stance!r}: choose from {', '.join(stances)}.")


def _cannot(folder: Path, error: OSError) -> str:
    return f"{folder} cannot be made: {error.strerror or error}. Nothing was changed."


def _umask() -> int:
    """The rights that new files lack here; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _write(
    folder: Path,
    package: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]],
    texts: Mapping[str, str],
) -> None:
    """The files of a data folder."""
    (folder / PACKAGE_FILE).write_text(template.written(package), encoding="utf-8")
    for name, schema in Contract(dict(package)).tables.items():
        if name in (*TABLES, *OPTIONAL_TABLES):
            table = pd.DataFrame(rows.get(name, ()), columns=list(schema.fields))
            (folder / schema.path).write_bytes(csv_text(table).encode())
    event_types = template.read(template.EVENT_TYPES)
    (folder / template.EVENT_TYPES).write_bytes(event_types.encode())
    (folder / DOCUMENTS).mkdir()
    for name, text in texts.items():
        (folder / DOCUMENTS / name).write_bytes(text.encode())


# The sample


def _sample(power: Row) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """The rows of the sample by table, and its documents by name, told of `power`."""
    with_article = f"the {power['name']}"
    has_article = with_article in power["aliases"].split(";")
    name = with_article if has_article else power["name"]
    text = template.read(template.SAMPLE)
    made = _filled(tomllib.loads(text), name)
    rows: dict[str, list[Row]] = {
        "partners": made["partners"],
        "events": made["events"],
        "sources": [],
        "claims": [],
    }
    texts = {}
    for source in made["sources"]:
        passages = source.pop("passages")
        document = "".join(passage["text"] for passage in passages)
        source["sha256"] = _sha(document)
        rows["sources"].append(source)
        rows["claims"] += _claims(source["source_id"], passages)
        texts[source["file"]] = document
    return rows, texts


def _filled(node: Any, name: str) -> Any:
    """`node` with the power's `name` wherever its texts ask for it."""
    if isinstance(node, str):
        return node.replace("{power}", name)
    if isinstance(node, dict):
        return {key: _filled(value, name) for key, value in node.items()}
    return [_filled(value, name) for value in node]


def _claims(source_id: str, passages: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """The claims on the passages of one document, in its order."""
    start = 0
    number = 0
    for passage in passages:
        text = passage["text"]
        if "claim" in passage:
            number += 1
            yield passage["claim"] | {
                "claim_id": f"{source_id}-{number:03d}",
                "source_id": source_id,
                "start": str(start),
                "end": str(start + len(text)),
                "passage_sha256": _sha(text),
            }
        start += len(text)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
