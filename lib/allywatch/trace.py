"""The way home: from a sentence, an event, a claim or a partner to the sources, and to the passage itself.

A briefing PDF carries its own rows, so a reader who has nothing else can walk every mark on its pages. Where
the data folder is at hand too, the walk says whether the data has moved on since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from allywatch.data import dates, loading
from allywatch.data.contract import (
    PACKAGE_FILE,
    ContractError,
    fields,
    resource,
    visible,
)
from allywatch.data.loading import Dataset
from allywatch.data.partners import UnknownPartner, alike, resolve
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.evidence import dossiers
from allywatch.evidence.parts import part
from allywatch.page import attached

Row = Mapping[str, str]
TABLES = ("events", "claims", "sources", "relations")


class UnknownReference(ValueError):
    """A reference that leads nowhere; `str()` says what there is instead."""


@dataclass(frozen=True)
class Rows:
    """Rows as text, from a data folder or a PDF: `package` is their dictionary, `sentences` only a PDF has,
    and `findings`, the events behind one mark, only an overview."""

    events: list[Row]
    claims: list[Row]
    sources: list[Row]
    relations: list[Row]
    package: Mapping[str, Any]
    documents: Documents
    sentences: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def trace(ref: str, data_dir: str | Path = "data") -> list[str]:
    """The lines that walk `ref` home, with nothing in them that could steer a terminal.

    Parameters
    ----------
    ref
        The id of an event or a claim; the id, name or alias of a partner; or the path of a briefing PDF.
    data_dir
        Where its rows are; for a PDF, which has its own, where they are compared with, if it is there.

    Raises
    ------
    UnknownReference
        If `ref` is none of these, or a PDF without rows of ours.
    ContractError
        If `ref` is not a PDF and the data folder breaks its contract.
    """
    data_dir = Path(data_dir)
    if ref.casefold().endswith(".pdf") or Path(ref).is_file():
        told = _briefing(Path(ref), data_dir)
    else:
        dataset = loading.load(data_dir)
        rows, asked = _rows(dataset), ref.casefold()
        only = {
            claim["claim_id"]
            for claim in rows.claims
            if claim["claim_id"].casefold() == asked
        }
        of_claim = {
            claim["event_id"] for claim in rows.claims if claim["claim_id"] in only
        }
        events = [
            event for event in rows.events if event["event_id"].casefold() == asked
        ]
        events = events or [
            event for event in rows.events if event["event_id"] in of_claim
        ]
        told = (
            _walk(events, rows, only)
            if events
            else _walk(_of_partner(dataset, ref), rows)
        )
    return [visible(line) for line in told]


def _rows(dataset: Dataset) -> Rows:
    tables = [_as_text(getattr(dataset, table)) for table in TABLES]
    return Rows(*tables, dataset.package, Documents(dataset.documents))


def _as_text(frame) -> list[Row]:
    """The rows of a frame just as a briefing would carry them."""
    return loading.rows(attached.csv_text(frame))


def _unguarded(text: str) -> list[Row]:
    return [attached.unguarded(row) for row in loading.rows(text)]


def _of_partner(dataset: Dataset, ref: str) -> list[Row]:
    """The events of a partner, with their marks in its briefing."""
    try:
        (partner,) = resolve(dataset, [ref])
    except UnknownPartner as error:
        near = alike(ref, [*dataset.events["event_id"], *dataset.claims["claim_id"]])
        like = f" Did you mean {' or '.join(near)}?" if near else ""
        message = f"{ref!r} is no event, claim or briefing PDF.{like}\n{error}"
        raise UnknownReference(message) from None
    return _as_text(dossiers.dossier(dataset, partner).events.drop(columns="places"))


def _walk(events: Iterable[Row], rows: Rows, only: Iterable[str] = ()) -> Iterator[str]:
    """Each event and its claims, or `only` some of them, with source and passage; last what is not at hand."""
    sources, cited = {source["source_id"]: source for source in rows.sources}, set()
    for event in events:
        told_in = (
            "channel",
            "dimension",
            *(["direction"] if event["channel"] != "context" else []),
        )
        labels = [label(rows.package, "events", name, event[name]) for name in told_in]
        mark = [event["mark"]] if event.get("mark") else []
        yield " · ".join(
            [
                *mark,
                event["event_id"],
                event["headline"],
                dates.spoken(event["date"]),
                *labels,
            ]
        )
        yield f"  {event['summary']}"
        claims = [
            claim for claim in rows.claims if claim["event_id"] == event["event_id"]
        ]
        told = [claim for claim in claims if not only or claim["claim_id"] in only]
        for claim in sorted(
            told, key=lambda claim: (claim["source_id"], int(claim["start"]))
        ):
            cited.add(claim["source_id"])
            yield from _claim(claim, sources[claim["source_id"]], rows)
        if len(claims) > len(told):
            yield f"  and {len(claims) - len(told)} more of this event: allywatch trace {event['event_id']}"
        yield ""
    files = (sources[source]["file"] for source in sorted(cited))
    missing = [file for file in files if rows.documents.text(file) is None]
    if missing:
        yield f"Documents not at hand, so that passages are given by place alone: {', '.join(missing)}"


def _claim(claim: Row, source: Row, rows: Rows) -> Iterator[str]:
    """A claim: its source, place and grade; what it says; its relations; its passage."""
    found = rows.documents.passage(source, claim)
    called = f"{source['publisher'] or source['title']}, {dated(source, 'published')}"
    line = f"line {found.line}, " if found.verified else ""
    place = f"{line}characters {claim['start']} to {claim['end']}"
    grade = f"{source['reliability']}{claim['credibility']}"
    yield f"  {claim['claim_id']} · {source['source_id']} {called} · {place} · grade {grade}"
    yield f"      {claim['statement']} ({voice(rows.package, claim)}; {dated(claim, 'date')})"
    for relation in rows.relations:
        if claim["claim_id"] in (relation["claim_a"], relation["claim_b"]):
            kind = label(rows.package, "relations", "kind", relation["kind"])
            about = f" ({relation['about']})" if relation["about"] else ""
            note = f": {relation['note']}" if relation["note"] else ""
            yield f"      {relation['claim_a']} {kind} {relation['claim_b']}{about}{note}"
    if found.verified:
        told = filter(str.strip, found.text.splitlines())
        yield from (f"      | {' '.join(words.split())}" for words in told)
    elif found.line:
        yield f"      | withheld: {source['file']} has other words in this place than were coded"


def voice(package: Mapping[str, Any], claim: Row) -> str:
    """How a claim is put, and whose word it is if not its author's."""
    put = label(package, "claims", "modality", claim["modality"])
    return f"{put} to {claim['attributed_to']}" if claim["attributed_to"] else put


def dated(row: Row, column: str) -> str:
    """The date in a column of a row as it is spoken, and whether it was inferred."""
    return dates.spoken(row[column]) + (
        ", inferred" if row[f"{column}_basis"] == "inferred" else ""
    )


def label(package: Mapping[str, Any], table: str, column: str, value: str) -> str:
    """What the dictionary `package` calls a value of a column, in lower case."""
    listed = fields(package, table)[column].get("categories", [])
    return next(
        (entry["label"].lower() for entry in listed if str(entry["value"]) == value),
        value,
    )


def _briefing(path: Path, data_dir: Path) -> Iterator[str]:
    """The sentences of a PDF with their marks, then what each mark leads to."""
    try:
        rows, record = _attached(path, documents_folder(data_dir))
        ids = {event["mark"]: event["event_id"] for event in rows.events}
        ids |= {
            finding["mark"]: " ".join(finding["events"].split(";"))
            for finding in rows.findings
        }
        yield f"{path.name}, from the rows attached to it"
        yield from _since(rows, record, data_dir)
        for sentence in rows.sentences:
            heading = f"[{sentence['section']}] " if sentence["section"] else ""
            marks = [
                f"{mark} {ids.get(mark, 'leads to no row')}"
                for mark in sentence["marks"].split(";")
            ]
            said = f"{sentence['sentence']}. {heading}{sentence['text']}"
            yield from ("", said, f"    → {', '.join(marks)}")
        yield ""
        yield from _walk(rows.events, rows)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = (
            error
            if isinstance(error, UnknownReference)
            else "it does not carry the rows of a briefing"
        )
        raise UnknownReference(f"{path} cannot be traced: {why}") from None


def _attached(path: Path, documents: Path) -> tuple[Rows, Mapping[str, Any]]:
    """The rows a briefing PDF carries, and the record of its run."""
    import pikepdf

    try:
        with pikepdf.open(
            BytesIO(path.read_bytes())
        ) as pdf:  # its name may not fit the locale
            texts = {
                name: file.get_file().read_bytes().decode()
                for name, file in pdf.attachments.items()
            }
    except OSError as error:
        raise UnknownReference(error.strerror or "it cannot be read") from None
    except pikepdf.PdfError:
        raise UnknownReference("it is no PDF that can be read") from None
    tables = [_unguarded(texts[f"{table}.csv"]) for table in TABLES]
    package, record = (json.loads(texts[name]) for name in (PACKAGE_FILE, "run.json"))
    found = [
        _unguarded(texts[name]) if name in texts else []
        for name in ("sentences.csv", "findings.csv")
    ]
    return Rows(*tables, package, Documents(documents), *found), record


def _since(rows: Rows, record: Mapping[str, Any], data_dir: Path) -> Iterator[str]:
    """Whether the data folder is still what the briefing was made from; if not, which of its rows are touched."""
    if not (data_dir / PACKAGE_FILE).is_file():
        return (yield f"There is no data folder at {data_dir} to compare it with.")
    try:
        dataset = loading.load(data_dir, record["parameters"]["as_of"])
        if (partner := record["parameters"].get("partner")) in set(
            dataset.partners["partner_id"]
        ):
            dataset = part(dataset, partner)
    except ContractError:
        return (
            yield f"The data in {data_dir} is not sound, so it was not compared: see allywatch check."
        )
    files = [
        name
        for name, sha in attached.inputs(dataset).items()
        if record["inputs"].get(name) != sha
    ]
    if choice := record["parameters"].get("choice"):
        yield f"It is no edition: it was made from a choice of the evidence, {choice}. In the data in {data_dir}:"
    elif not files:
        return (yield f"It was made from the data in {data_dir} as it is now.")
    else:
        yield f"The data in {data_dir} has moved on since, in {', '.join(files)}:"
    now, touched = _rows(dataset), []
    for table in TABLES:
        columns, key = (
            fields(rows.package, table),
            resource(rows.package, table)["schema"]["primaryKey"],
        )
        there = {tuple(row[name] for name in key): row for row in getattr(now, table)}
        for row in getattr(rows, table):
            same = there.get(own := tuple(row[name] for name in key))
            if not same or any(row[name] != same.get(name) for name in columns):
                touched.append(f"{' '.join(own)} {'changed' if same else 'gone'}")
    old = {claim["claim_id"] for claim in rows.claims}
    if not choice:
        touched += [
            f"{claim['claim_id']} new"
            for claim in now.claims
            if claim["claim_id"] not in old
        ]
    yield (
        f"  {', '.join(touched)}"
        if touched
        else "  no row of this briefing is touched."
    )
