"""A document read by what it is: its text, what it states of itself, and what is amiss with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from allywatch.desk.documents.extract import DocumentError, Extract
from allywatch.desk.documents.kinds import kind
from allywatch.desk.documents.mail import read_mail
from allywatch.desk.documents.office import read_docx, read_odt, read_rtf
from allywatch.desk.documents.pdf import read_pdf
from allywatch.desk.documents.web import read_html
from briefmill.regular import file_bytes

_READERS: dict[str, Callable[[bytes, str], Extract]] = {
    "pdf": read_pdf,
    "html": read_html,
    "docx": read_docx,
    "odt": read_odt,
    "rtf": read_rtf,
    "mail": read_mail,
}


def extracted(file: Path) -> Extract:
    """What is taken from the document at `file`.

    Raises
    ------
    DocumentError
        If it cannot be read, is none that is known, or has no text.
    """
    try:
        content = file_bytes(file)
    except OSError as error:
        raise DocumentError(
            f"{file} cannot be read: {error.strerror or error}"
        ) from None
    return extracted_from(content, file.name)


def extracted_from(content: bytes, name: str) -> Extract:
    """What is taken from the content of a document called `name`; raises as `extracted` does.

    A text in UTF-8 is taken as it is.
    """
    form = kind(content, name)
    extract = _text(content, name) if form == "text" else _READERS[form](content, name)
    if not extract.text.strip():
        raise DocumentError(
            f"no text was found in {name}; a scan must be turned into text first"
        )
    return extract


def _text(content: bytes, name: str) -> Extract:
    try:
        # A byte order mark is no part of a text.
        return Extract(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DocumentError(
            f"{name} is not UTF-8 text; save it as UTF-8, or as PDF or HTML"
        ) from None
