"""A new document: its text, its row in sources, and how far it has been coded."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allywatch.data import dates, loading
from allywatch.data.contract import visible
from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import fingerprint
from allywatch.data.loading import Examination
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.data.records import is_table
from allywatch.data.source_names import named
from allywatch.desk import suggesting
from allywatch.desk.coverage import coverage
from allywatch.desk.curate.appending import NewDocument, Saved, next_key, save
from allywatch.desk.writing import held
from briefmill.regular import file_bytes

MOST_SHOWN = 60  # characters of a passage in the status
_HTML = {".html", ".htm", ".xhtml"}


class DocumentError(ValueError):
    """A file that cannot become a source; `str()` says why and what to do."""


def add_source(data_dir: Path, file: Path, cells: Mapping[str, str]) -> Saved:
    """Add the document at `file` to the documents and to sources.csv.

    Parameters
    ----------
    file
        A text in UTF-8, which is taken as it is; a PDF or HTML file, of which the text is taken.
    cells
        Cells of the row as text. Defaults for what is blank: `source_id` is the next one; `title` and
        `published` are those an HTML file states; a source of unknown kind is ``unattributed``, of unknown
        reliability ``F``, without a date ``undated``, and its lineage its own.

    Raises
    ------
    DocumentError
        If the file cannot be read, has no text, or is a source already.
    ContractError
        If the row breaks the contract; nothing is changed then.
    NotWritten
        If the folder cannot be written; nothing is changed then.
    """
    text, stated = extracted(file)
    given = stated | {column: cell for column, cell in cells.items() if cell}
    given.setdefault("file", _file_name(file))
    with held(data_dir) as current:
        return _add(current, file, text.encode(), given)


def _add(
    current: Examination, file: Path, content: bytes, given: Mapping[str, str]
) -> Saved:
    """Add a source whose text is `content`, with the cells that are `given`, and defaults for the others."""
    dataset = loading.dataset(current)
    sha = fingerprint(content)
    known = dataset.sources.set_index("sha256")["source_id"]
    if sha in known:
        raise DocumentError(f"{file.name} is a source already: {known[sha]}")
    next_id = next_key(dataset.sources["source_id"], "S", 1)
    source_id = given.get("source_id", next_id)
    defaults = {
        "source_id": source_id,
        "doc_type": "unattributed",
        "reliability": "F",
        "lineage": source_id.lower(),
        "published_basis": "stated" if given.get("published") else "undated",
    }
    row = {**defaults, **given, "sha256": sha}
    target = _free_place(documents_folder(current.data_dir), row["file"], content)
    document = None if target.exists() else NewDocument(target, content)
    return save(current, {"sources": row}, document)


def _free_place(folder: Path, name: str, content: bytes) -> Path:
    """Where the document goes; DocumentError where another one stands there, or `name` is a path."""
    target = folder / name
    is_other = os.path.lexists(target) and not (
        target.is_file() and target.read_bytes() == content
    )
    if is_other or Path(name).name != name:
        raise DocumentError(f"{name} is taken in {folder}; name another with --file")
    return target


def extracted(file: Path) -> tuple[str, dict[str, str]]:
    """The text of a document, and what it says of itself (`title`, `publisher`, `published`).

    Raises
    ------
    DocumentError
        If it cannot be read or has no text.
    """
    kind = file.suffix.lower()
    stated: dict[str, str] = {}
    try:
        if kind == ".pdf":
            text = _pdf(file)
        elif kind in _HTML:
            text, stated = _html(file)
        else:
            # A byte order mark is no part of a text.
            text = file_bytes(file).decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(
            f"{file} cannot be read: {error.strerror or error}"
        ) from None
    except UnicodeDecodeError:
        raise DocumentError(
            f"{file.name} is not UTF-8 text; save it as UTF-8, or as PDF or HTML"
        ) from None
    if not text.strip():
        raise DocumentError(
            f"no text was found in {file.name}; a scan must be turned into text first"
        )
    return text, stated


def _pdf(file: Path) -> str:
    """The text of a PDF, a blank line between pages."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(file_bytes(file)) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            f"{file.name} is no PDF that can be read: {error}"
        ) from None
    return "\n\n".join(page.replace("\r\n", "\n").strip() for page in pages) + "\n"


def _html(file: Path) -> tuple[str, dict[str, str]]:
    """The main text of a web page without menus and comments, and what its head states."""
    import trafilatura

    page: Any = trafilatura.bare_extraction(
        file_bytes(file),
        include_comments=False,
        include_tables=True,
        with_metadata=True,
    )
    if page is None:
        return "", {}
    stated = {"title": page.title, "publisher": page.sitename, "published": page.date}
    cells = {name: " ".join(cell.split()) for name, cell in stated.items() if cell}
    return f"{page.text}\n", cells


def _file_name(file: Path) -> str:
    """The name of the text file made of `file`: its own, in plain characters."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem)
    return plain.strip("-._")[:90] + ".txt"


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
    passages = suggesting.passages(dataset, source_id).set_index("start")
    for start in bare["start"]:
        passage = passages.loc[start]
        words = " ".join(passage["text"].split())
        if len(words) > MOST_SHOWN:
            words = words[: MOST_SHOWN - 1] + "…"
        found = [*passage["partners"], *passage["dates"], *passage["figures"]]
        suggested = f" [{'; '.join(found)}]" if found else ""
        yield f"  line {passage['line']}, from {start}: {words}{suggested}"
