"""A new document: its text, its row in sources, and how far it has been coded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from allywatch.data import dates, loading
from allywatch.data.contract import visible
from allywatch.data.loading import Dataset
from allywatch.data.passages import Documents
from allywatch.data.paths import documents_folder
from allywatch.desk import suggesting
from allywatch.desk.coverage import coverage
from allywatch.desk.curate.appending import Saved, next_key, save

MOST_SHOWN = 60  # characters of a passage in the status
_HTML = {".html", ".htm", ".xhtml"}


class DocumentError(ValueError):
    """A file that cannot become a source; `str()` says why and what to do."""


def add_source(data_dir: Path, file: Path, said: Mapping[str, str]) -> Saved:
    """Add the document at `file` to the documents and to sources.csv.

    Parameters
    ----------
    file
        A text in UTF-8, which is taken as it is; a PDF or HTML file, of which the text is taken.
    said
        Cells of the row as text. What it leaves out: `source_id` is the next one; `title` and `published`
        are those an HTML file states; a source of unknown kind is ``unattributed``, of unknown reliability
        ``F``, without a date ``undated``, and its lineage its own.

    Raises
    ------
    DocumentError
        If the file cannot be read, has no text, or is a source already.
    ContractError
        If the row breaks the contract; nothing is changed then.
    """
    dataset = loading.load(data_dir)
    text, stated = extracted(file)
    raw = text.encode()
    sha = hashlib.sha256(raw).hexdigest()
    known = dataset.sources.set_index("sha256")["source_id"]
    if sha in known:
        raise DocumentError(f"{file.name} is a source already: {known[sha]}")
    given = {name: cell for name, cell in said.items() if cell}
    source_id = given.get("source_id") or next_key(dataset.sources["source_id"], "S", 1)
    row = (
        {"doc_type": "unattributed", "reliability": "F", "lineage": source_id.lower()}
        | stated
        | given
    )
    row |= {
        "source_id": source_id,
        "sha256": sha,
        "file": given.get("file") or _file_name(file),
    }
    row.setdefault("published_basis", "stated" if row.get("published") else "undated")
    folder = documents_folder(data_dir)
    target = folder / row["file"]
    if Path(row["file"]).name != row["file"] or (
        target.exists() and target.read_bytes() != raw
    ):
        raise DocumentError(
            f"{row['file']} is taken in {folder}; name another with --file"
        )
    fresh = not target.exists()
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(raw)
    try:
        return save(data_dir, {"sources": row}, target if fresh else None)
    except BaseException:
        if fresh:
            target.unlink()
        raise


def extracted(file: Path) -> tuple[str, dict[str, str]]:
    """The text of a document, and what it states of itself (`title`, `publisher`, `published`).

    Raises
    ------
    DocumentError
        If it cannot be read or has no text.
    """
    try:
        if file.suffix.lower() == ".pdf":
            text, stated = _pdf(file), {}
        elif file.suffix.lower() in _HTML:
            text, stated = _html(file)
        else:
            text, stated = file.read_bytes().decode("utf-8"), {}
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
        with pypdfium2.PdfDocument(file) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            f"{file.name} is no PDF that can be read: {error}"
        ) from None
    return "\n\n".join(page.replace("\r\n", "\n").strip() for page in pages) + "\n"


def _html(file: Path) -> tuple[str, dict[str, str]]:
    """The main text of a web page without menus and comments, and what its head states."""
    import trafilatura

    page = file.read_bytes()
    found = trafilatura.bare_extraction(
        page, include_comments=False, include_tables=True, with_metadata=True
    )
    if found is None:
        return "", {}
    stated = {
        "title": found.title,
        "publisher": found.sitename,
        "published": found.date,
    }
    return f"{found.text}\n", {
        name: " ".join(cell.split()) for name, cell in stated.items() if cell
    }


def _file_name(file: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:90] + ".txt"


def status(dataset: Dataset, source_id: str) -> list[str]:
    """How far a source has been coded: its row, its sentences counted, and those still bare, with suggestions.

    Raises
    ------
    DocumentError
        If there is no such source.
    """
    known = dataset.sources.set_index("source_id", drop=False)
    if source_id not in known.index:
        raise DocumentError(
            f"no source {source_id!r} in sources.csv; it has: {', '.join(known.index)}"
        )
    source = known.loc[source_id]
    graded = f"grade {source['reliability']}, lineage {source['lineage']}, {source['stance']}"
    claims = int((dataset.claims["source_id"] == source_id).sum())
    called, when = (
        source["publisher"] or source["title"],
        dates.spoken(source["published"]),
    )
    head = f"{source_id} {called}, {when}: {graded}"
    if Documents(dataset.documents).coded(source) is None:
        missing = f"{source['file']} is not at hand, or not the one that was coded"
        return [visible(head), visible(f"{claims} claims; {missing}")]
    read = coverage(dataset)
    read = read[read["source_id"] == source_id]
    bare = read[~read["claimed"] & ~read["excused"]]
    excused = int((read["excused"] & ~read["claimed"]).sum())
    claimed = int(read["claimed"].sum())
    counts = f"{len(read)} sentences: {claimed} with a claim, {excused} with a reason why not"
    lines = [head, f"{claims} claims; {counts}, {len(bare)} bare"]
    marked = suggesting.passages(dataset, source_id).set_index("start")
    for start in bare["start"]:
        passage = marked.loc[start]
        said = "; ".join([*passage["partners"], *passage["dates"], *passage["figures"]])
        words = " ".join(passage["text"].split())
        words = words if len(words) <= MOST_SHOWN else words[: MOST_SHOWN - 1] + "…"
        lines.append(
            f"  line {passage['line']}, from {start}: {words}{f' [{said}]' if said else ''}"
        )
    return [visible(line) for line in lines]
