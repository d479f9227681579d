"""Walk a sentence, an event, a claim or a partner home to its sources and passages.

A briefing PDF carries its own rows, so its reader needs nothing else. Where the data
folder is at hand too, the trace says whether the data has changed since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data import loading
from allywatch.data.contract import (
    PACKAGE_FILE,
    Contract,
    ContractError,
    visible,
)
from allywatch.data.dataset import Dataset
from allywatch.data.partners import UnknownPartner, alike, resolve
from allywatch.data.passages import Documents, Passage
from allywatch.data.paths import documents_folder
from allywatch.evidence import dossiers
from allywatch.evidence.parts import part
from allywatch.evidence.trails import ClaimTrail, event_trails
from allywatch.page import attached
from briefmill.tabular import unguarded
from briefmill.texts import by_number

Row = Mapping[str, str]
TABLES = ("events", "claims", "sources", "relations", "doubts")


class UnknownReference(ValueError):
    """A reference that leads nowhere; `str()` says what there is instead."""


@dataclass(frozen=True)
class Rows:
    """Rows as text, from a data folder or from a PDF.

    Attributes
    ----------
    tables
        The rows of each of `TABLES`.
    contract
        The contract that describes them.
    sentences
        The marked sentences of a PDF; none for a data folder.
    """

    tables: Mapping[str, Sequence[Row]]
    contract: Contract
    documents: Documents
    sentences: Sequence[Row] = field(default_factory=list)


def trace(ref: str, data_dir: str | Path = "data") -> list[str]:
    """The lines that walk `ref` home; no character in them can steer a terminal.

    Parameters
    ----------
    ref
        The id of an event or a claim; the id, name or alias of a partner; or the path of
        a briefing PDF.
    data_dir
        Where the rows are. A PDF has its own: they are compared with this folder, if it
        is there.

    Raises
    ------
    UnknownReference
        If `ref` is none of these, or a PDF without the rows of a briefing.
    ContractError
        If `ref` is not a PDF and the data folder breaks its contract.
    """
    data_dir = Path(data_dir)
    if ref.casefold().endswith(".pdf") or Path(ref).is_file():
        lines = _trace_briefing(Path(ref), data_dir)
    else:
        lines = _trace_id(ref, loading.load(data_dir))
    return [visible(line) for line in lines]


def _trace_id(ref: str, dataset: Dataset) -> Iterator[str]:
    """The lines for an event, a claim or a partner of a data folder."""
    rows = _rows_of(dataset)
    events = _matching(rows.tables["events"], "event_id", ref)
    if events:
        return _walk(events, rows)
    claims = _matching(rows.tables["claims"], "claim_id", ref)
    if claims:
        events_of_claim = {claim["event_id"] for claim in claims}
        events = [
            event
            for event in rows.tables["events"]
            if event["event_id"] in events_of_claim
        ]
        return _walk(events, rows, {claim["claim_id"] for claim in claims})
    return _walk(_partner_events(dataset, ref), rows)


def _matching(rows: Iterable[Row], column: str, ref: str) -> list[Row]:
    """The rows whose id is `ref`, in any case."""
    return [row for row in rows if row[column].casefold() == ref.casefold()]


def _rows_of(dataset: Dataset) -> Rows:
    tables = {table: _as_text(getattr(dataset, table)) for table in TABLES}
    return Rows(tables, dataset.contract, Documents(dataset.documents))


def _as_text(frame: pd.DataFrame) -> Sequence[Row]:
    """The rows of a frame as a briefing would carry them."""
    return loading.rows(attached.csv_text(frame))


def _partner_events(dataset: Dataset, ref: str) -> Sequence[Row]:
    """The events of a partner, with their marks in its briefing."""
    try:
        (partner,) = resolve(dataset, [ref])
    except UnknownPartner as error:
        similar = alike(ref, [*dataset.events["event_id"], *dataset.claims["claim_id"]])
        hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
        message = f"{ref!r} is no event, claim or briefing PDF.{hint}\n{error}"
        raise UnknownReference(message) from None
    return _as_text(dossiers.dossier(dataset, partner).all_events)


def _walk(
    events: Iterable[Row], rows: Rows, only: Collection[str] = ()
) -> Iterator[str]:
    """Each event with its claims, then the documents that are not at hand.

    The events of one mark follow one another. `only` names the claims to show; empty:
    all of them.
    """
    tables = rows.tables
    trails = event_trails(
        sorted(events, key=lambda event: by_number(event.get("mark", ""))),
        tables["claims"],
        tables["sources"],
        tables["relations"],
        tables["doubts"],
        rows.contract,
    )
    passages = _Passages(rows)
    cited = set()
    for event in trails:
        parts = [event.mark, event.event_id, event.headline, event.date, *event.labels]
        yield " · ".join(parts if event.mark else parts[1:])
        yield f"  {event.summary}"
        shown = [claim for claim in event.claims if not only or claim.claim_id in only]
        for claim in shown:
            cited.add(claim.source_id)
            yield from _claim_lines(claim, passages)
        hidden = len(event.claims) - len(shown)
        if hidden:
            command = f"allywatch trace {event.event_id}"
            yield f"  and {hidden} more of this event: {command}"
        yield ""

    files = dict.fromkeys(
        passages.sources[source_id]["file"] for source_id in sorted(cited)
    )
    missing = [file for file in files if not rows.documents.at_hand(file)]
    if missing:
        yield (
            "Documents not at hand, so that passages are given by place alone: "
            + ", ".join(missing)
        )


class _Passages:
    """The passage behind each claim of `rows`."""

    def __init__(self, rows: Rows):
        self.documents = rows.documents
        self.claims = {claim["claim_id"]: claim for claim in rows.tables["claims"]}
        self.sources = {row["source_id"]: row for row in rows.tables["sources"]}

    def of(self, claim: ClaimTrail) -> Passage:
        source = self.sources[claim.source_id]
        return self.documents.passage(source, self.claims[claim.claim_id])


def _claim_lines(claim: ClaimTrail, passages: _Passages) -> Iterator[str]:
    """A claim with its source, place and grade, its relations and its passage."""
    passage = passages.of(claim)
    place = claim.place
    if passage.verified:
        unit = "row" if place.startswith("record ") else "line"
        place = f"{unit} {passage.line}, {place}"
    source = f"{claim.source_id} {claim.source_name}, {claim.published}"
    yield f"  {claim.claim_id} · {source} · {place} · grade {claim.grade}"
    yield f"      {claim.statement} ({claim.voice}; {claim.date})"

    for doubt in claim.doubts:
        yield f"      a doubt {doubt}"
    for relation in claim.relations:
        about = f" ({relation.about})" if relation.about else ""
        note = f": {relation.note}" if relation.note else ""
        joined = f"{relation.claim_a} {relation.kind} {relation.claim_b}"
        yield f"      {joined}{about}{note}"

    if passage.text is not None:
        for line in passage.text.splitlines():
            if line.strip():
                yield f"      | {' '.join(line.split())}"
    elif passage.withheld:
        yield f"      | withheld: {passage.withheld}"


def _trace_briefing(path: Path, data_dir: Path) -> Iterator[str]:
    """The marked sentences of a PDF, then what each mark leads to."""
    try:
        rows, record = _read_attachments(path, documents_folder(data_dir))
        yield f"{path.name}, from the rows attached to it"
        yield from _compare(rows, record, data_dir)
        yield from _sentence_lines(rows)
        yield ""
        yield from _walk(rows.tables["events"], rows)
    except UnknownReference as error:
        raise UnknownReference(f"{path} cannot be traced: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        message = f"{path} cannot be traced: it does not carry the rows of a briefing"
        raise UnknownReference(message) from None


def _sentence_lines(rows: Rows) -> Iterator[str]:
    """Each marked sentence, and the events that its marks stand for."""
    events_of_mark: dict[str, list[str]] = {}
    for row in rows.tables["events"]:
        events_of_mark.setdefault(row["mark"], []).append(row["event_id"])
    for sentence in rows.sentences:
        heading = f"[{sentence['section']}] " if sentence["section"] else ""
        marks = [
            f"{mark} {' '.join(events_of_mark.get(mark, ['leads to no row']))}"
            for mark in sentence["marks"].split(";")
        ]
        yield ""
        yield f"{sentence['sentence']}. {heading}{sentence['text']}"
        yield f"    → {', '.join(marks)}"


def _read_attachments(path: Path, documents: Path) -> tuple[Rows, Mapping[str, Any]]:
    """The rows that a briefing PDF carries, and the record of its run."""
    import pikepdf

    try:
        # Read here: the name of the file may not fit the locale.
        content = BytesIO(path.read_bytes())
        with pikepdf.open(content) as pdf:
            texts = {
                name: file.get_file().read_bytes().decode()
                for name, file in pdf.attachments.items()
            }
    except OSError as error:
        raise UnknownReference(error.strerror or "it cannot be read") from None
    except pikepdf.PdfError:
        raise UnknownReference("it is no PDF that can be read") from None

    rows = {
        name: [unguarded(row) for row in loading.rows(text)]
        for name, text in texts.items()
        if name.endswith(".csv")
    }
    traced = Rows(
        tables={
            # Editions from before there were doubts carry none.
            "doubts": rows.get("doubts.csv", []),
            **{table: rows[f"{table}.csv"] for table in TABLES if table != "doubts"},
        },
        contract=Contract(json.loads(texts[PACKAGE_FILE])),
        documents=Documents(documents),
        sentences=rows.get("sentences.csv", []),
    )
    return traced, json.loads(texts["run.json"])


def _compare(rows: Rows, record: Mapping[str, Any], data_dir: Path) -> Iterator[str]:
    """Whether the data folder is what the briefing was made from, and what changed."""
    if not (data_dir / PACKAGE_FILE).is_file():
        yield f"There is no data folder at {data_dir} to compare it with."
        return
    parameters = record["parameters"]
    try:
        dataset = loading.load(data_dir, parameters["as_of"])
        partner = parameters.get("partner")
        if partner in set(dataset.partners["partner_id"]):
            dataset = part(dataset, partner)
    except ContractError:
        advice = "so it was not compared: see allywatch check."
        yield f"The data in {data_dir} is not sound, {advice}"
        return

    if dataset.rules["focal_power"] != rows.contract.rules["focal_power"]:
        yield f"The data in {data_dir} is of another network; to compare, name the folder it was made from by --data."
        return

    changed_files = [
        name
        for name, fingerprint in attached.inputs(dataset).items()
        if record["inputs"].get(name) != fingerprint
    ]
    choice = parameters.get("choice")
    if choice:
        yield (
            "It is no edition: it was made from a choice of the evidence, "
            f"{choice}. In the data in {data_dir}:"
        )
    elif not changed_files:
        yield f"It was made from the data in {data_dir} as it is now."
        return
    else:
        names = ", ".join(changed_files)
        yield f"The data in {data_dir} has moved on since, in {names}:"

    current = _rows_of(dataset)
    touched = _touched_rows(rows, current)
    if not choice:
        touched += _new_claims(rows, current)
    yield f"  {', '.join(touched) or 'no row of this briefing is touched.'}"


def _touched_rows(rows: Rows, current: Rows) -> list[str]:
    """The rows of a briefing that are gone from the current data, or have changed."""
    touched = []
    for table in TABLES:
        if table not in rows.contract.tables:
            continue
        columns = rows.contract.tables[table].fields
        key = rows.contract.tables[table].primary_key
        current_rows = {
            tuple(row[name] for name in key): row for row in current.tables[table]
        }
        for row in rows.tables[table]:
            row_key = tuple(row[name] for name in key)
            row_now = current_rows.get(row_key)
            if row_now is None:
                touched.append(f"{' '.join(row_key)} gone")
            elif any(row[name] != row_now.get(name) for name in columns):
                touched.append(f"{' '.join(row_key)} changed")
    return touched


def _new_claims(rows: Rows, current: Rows) -> list[str]:
    known = {claim["claim_id"] for claim in rows.tables["claims"]}
    return [
        f"{claim['claim_id']} new"
        for claim in current.tables["claims"]
        if claim["claim_id"] not in known
    ]
