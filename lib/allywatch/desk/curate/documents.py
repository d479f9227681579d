"""A new document: its text, its row in sources, and how far it has been coded."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from allywatch.data import dates, loading
from allywatch.data.contract import Contract, listed_values, visible
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.frames import each_row
from allywatch.data.loading import Examination
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.data.records import is_table
from allywatch.data.source_names import named
from allywatch.desk.coverage import coverage
from allywatch.desk.curate.appending import Saved, next_key, save
from allywatch.desk.curate.changes import NewDocument
from allywatch.desk.documents import days
from allywatch.desk.documents.extract import DocumentError, Extract
from allywatch.desk.documents.fetching import fetched, is_address
from allywatch.desk.documents.reading import extracted, extracted_from
from allywatch.desk.proposing import Document, document_of, rules
from allywatch.desk.proposing.dating import found_dates
from allywatch.desk.writing import held

MOST_SHOWN = 60  # characters of a passage in the status


@dataclass(frozen=True)
class Added(Saved):
    """A source that was added, and what a person should know of its document."""

    remarks: tuple[str, ...]


def add_source(data_dir: Path, document: Path | str, cells: Mapping[str, str]) -> Added:
    """Add a document to the documents and to sources.csv.

    Parameters
    ----------
    document
        A file, or an address of http or https: a text in UTF-8, which is taken as it is, or a PDF, a web page,
        .docx, .odt, .rtf, .eml or .mhtml, of which the text is taken. Its content says which, not its name.
    cells
        Cells of the row as text. Defaults for what is blank: `source_id` is the next number with letters after its text; `title`, `publisher`
        and `published` are those the document states in its metadata; a day that stands at the head of its text
        is ``inferred``; a source of unknown kind is ``unattributed``, of unknown reliability ``F``, without a
        date ``undated``, and its lineage its own.

    Raises
    ------
    DocumentError
        If it cannot be fetched or read, has no text, is a source already, or a cell is missing that no document
        states.
    ContractError
        If the row breaks the contract; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    name = Path(document).name
    reasons = []
    if is_address(str(document)):
        page = fetched(str(document))
        name = page.name
        extract = extracted_from(page.content, name)
        reasons.append(f"Address: {page.url}")
    else:
        extract = extracted(Path(document))
    given = {column: cell for column, cell in cells.items() if cell}
    row, remarks = _stated_cells(extract, reasons, given)
    remarks += _left_open(row)
    with held(data_dir) as current:
        saved = _add(current, name, extract.text.encode(), row)
    return Added(saved.keys, saved.name, tuple(remarks))


def _stated_cells(
    extract: Extract, reasons: list[str], given: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The cells that are given, and what the document says where they are blank; then what is to be told."""
    stated = extract.stated
    columns = {"title", "publisher", "published"}
    row = {column: cell for column, cell in stated.items() if column in columns}
    remarks = list(extract.remarks)
    if stated.get("author"):
        reasons.append(f"Author as stated: {stated['author']}.")
    is_dated = "published" in row or "published" in given
    if not is_dated and "published_basis" not in given:
        day, place = days.guessed(extract.text)
        if day:
            row |= {"published": day, "published_basis": "inferred"}
            reasons.append(f"Date: a guess, from the head of the text ({place}).")
            remarks.append(
                f"no date is stated; {day} is a guess, from {place}: "
                "if it is wrong, correct `published` in sources.csv"
            )
        elif stated.get("made"):
            remarks.append(
                f"no date is stated; it was made or changed on {stated['made']}: "
                "if it appeared then, say so by --published"
            )
    if given.get("published_basis") == "undated":
        row.pop("published", None)
    row |= given
    row["note"] = " ".join(filter(None, [given.get("note"), *reasons]))
    return row, remarks


def _left_open(row: Mapping[str, str]) -> list[str]:
    """What a page will lack for want of a cell that is best filled in now."""
    remarks = []
    if row.get("reliability", "F") == "F":
        remarks.append(
            "graded F, cannot be judged: what it says is shown and carries no weight; "
            "grade it A to E by --reliability, or in sources.csv"
        )
    if not row.get("publisher"):
        remarks.append(
            "no publisher is stated: pages call it by its title; say it by --publisher, or in sources.csv"
        )
    return remarks


def _add(
    current: Examination, name: str, content: bytes, given: Mapping[str, str]
) -> Saved:
    """Add a source whose text is `content`, with the cells that are `given`, and defaults for the others."""
    dataset = loading.dataset(current)
    sha = fingerprint(content)
    known = dataset.sources.set_index("sha256")["source_id"]
    if sha in known:
        raise DocumentError(f"{name} is a source already: {known[sha]}")
    next_id = next_key(dataset.sources["source_id"], "S", 1, [sha])
    source_id = given.get("source_id", next_id)
    defaults = {
        "source_id": source_id,
        "file": _file_name(name, source_id),
        "doc_type": "unattributed",
        "reliability": "F",
        "lineage": source_id.lower(),
        "published_basis": "stated" if given.get("published") else "undated",
    }
    row = {**defaults, **given, "sha256": sha}
    _refuse_incomplete(current.contract, row, name)
    target = _free_place(documents_folder(current.data_dir), row["file"], content)
    document = None if target.exists() else NewDocument(target, content)
    return save(current, {"sources": row}, document)


def _refuse_incomplete(contract: Contract, row: Mapping[str, str], name: str) -> None:
    """Raise DocumentError for the cells that must be filled and are not, each by the name of its option."""
    lines = []
    for column, field in contract.tables["sources"].fields.items():
        is_required = (field.get("constraints") or {}).get("required")
        if not is_required or row.get(column):
            continue
        option = column.replace("_", "-")
        values = ", ".join(listed_values(field))
        lines.append(
            f"{name} needs --{option}: one of {values}"
            if values
            else f"{name} states no {field.get('title', column).lower()}: say it by --{option}"
        )
    if lines:
        raise DocumentError("\n".join(lines))


def _free_place(folder: Path, name: str, content: bytes) -> Path:
    """Where the document goes; DocumentError where another one stands there, or `name` is a path."""
    target = folder / name
    is_other = os.path.lexists(target) and not (
        target.is_file() and target.read_bytes() == content
    )
    if is_other or Path(name).name != name:
        raise DocumentError(f"{name} is taken in {folder}; name another with --file")
    return target


def _file_name(name: str, source_id: str) -> str:
    """The name of the text file made of the document `name`: its own in plain letters, or else the source's id."""
    letters = unicodedata.normalize("NFKD", Path(name).stem)
    letters = letters.encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-._")
    has_letters = re.search(r"[A-Za-z0-9]{2}", plain)
    return (plain[:90] if has_letters else source_id) + ".txt"


def status(dataset: Dataset, source_id: str) -> list[str]:
    """How far a source has been coded, as lines: its row, its sentences counted, and those still bare.

    Each bare sentence stands with what is suggested for it.

    Raises
    ------
    DocumentError
        If there is no such source.
    """
    sources = named(dataset.sources).set_index("source_id", drop=False)
    if source_id not in sources.index:
        known = ", ".join(sources.index)
        raise DocumentError(f"no source {source_id!r} in sources.csv; it has: {known}")
    source = sources.loc[source_id].to_dict()
    claims = int((dataset.claims["source_id"] == source_id).sum())
    when = dates.format_edtf(source["published"])
    head = (
        f"{source_id} {source['called']}, {when}: grade {source['reliability']}, "
        f"lineage {source['lineage']}, {source['stance']}"
    )
    if is_table(source["file"]):
        lines = [head, f"{claims} claims, each on a record of {source['file']}"]
    elif Documents(dataset.documents).coded(source) is None:
        missing = f"{source['file']} is not at hand, or not the one that was coded"
        lines = [head, f"{claims} claims; {missing}"]
    else:
        lines = [head, *_sentence_lines(dataset, source_id, claims)]
    return [visible(line) for line in lines]


def _sentence_lines(dataset: Dataset, source_id: str, claims: int) -> Iterator[str]:
    """The sentences of a source counted, then a line for each that is bare."""
    sentences = coverage(dataset)
    sentences = sentences[sentences["source_id"] == source_id]
    claimed = sentences["claimed"]
    excused = sentences["excused"] & ~claimed
    bare = sentences[~claimed & ~excused]
    yield (
        f"{claims} claims; {len(sentences)} sentences: {claimed.sum()} with a claim, "
        f"{excused.sum()} with a reason why not, {len(bare)} bare"
    )
    document = document_of(dataset, source_id)
    guesses = _guesses(document)
    for sentence in each_row(bare):
        words = " ".join(document.text[sentence.start : sentence.end].split())
        if len(words) > MOST_SHOWN:
            words = words[: MOST_SHOWN - 1] + "…"
        guessed = "; ".join(guesses[sentence.start])
        suggested = f" [{guessed}]" if guessed else ""
        yield f"  line {sentence.line}, from {sentence.start}: {words}{suggested}"


def _guesses(document: Document) -> dict[int, list[str]]:
    """The partners, dates and figures that *rules* read in each sentence, by its start, each once."""
    guesses: dict[int, dict[str, None]] = {}
    for reading in rules.readings(document):
        clause = reading.clause
        proposal = reading.proposal
        dates_named = found_dates(clause.text, document.published)
        found = [*proposal.partners, *(date.value for date in dates_named)]
        if proposal.value:
            found.append(f"{proposal.value} {proposal.unit}")
        guesses.setdefault(clause.sentence[0], {}).update(dict.fromkeys(found))
    return {start: list(found) for start, found in guesses.items()}
