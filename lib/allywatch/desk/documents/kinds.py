"""What kind of document a file is, by its content and not by its name."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from allywatch.desk.documents.extract import DocumentError

#: The most that an archive may unpack to, in bytes.
_MOST_UNPACKED = 200_000_000
_OPENDOCUMENT_TEXT = b"application/vnd.oasis.opendocument.text"
#: How files begin that are no text, and what they are.
_NO_TEXT = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office file; save it as .docx",
    b"\x1f\x8b": "an archive; unpack it",
    b"PK\x03\x04": "an archive; unpack it",
    b"7z\xbc\xaf": "an archive; unpack it",
    b"Rar!": "an archive; unpack it",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3": "a database",
    b"PAR1": "a table; `allywatch import` reads those",
    b"ID3": "a sound",
    b"RIFF": "a picture, sound or film",
    b"\x00\x00\x00": "a film",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):[^\n]*\n(?:[ \t][^\n]*\n)*")
_OF_MAIL = {b"message-id", b"mime-version", b"received", b"return-path"}
_PICTURE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg\b", re.DOTALL)


def kind(content: bytes, name: str) -> str:
    """One of ``pdf``, ``docx``, ``odt``, ``rtf``, ``mail``, ``html`` and ``text``.

    Raises
    ------
    DocumentError
        If it is none of these: what it is instead, as far as its first bytes tell.
    """
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content, name)
    start = content.removeprefix(codecs.BOM_UTF8)[:4096]
    if _HTML.match(start):
        return "html"
    if _is_mail(start):
        return "mail"
    _refuse_no_text(content, name)
    return "text"


def _packed(content: bytes, name: str) -> str:
    """The kind of an archive that is a document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
            declared = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise DocumentError(f"{name} is damaged: {error}") from None
    if unpacked > _MOST_UNPACKED:
        raise DocumentError(
            f"{name} unpacks to {unpacked:,} bytes: too much for a text"
        )
    if "word/document.xml" in names:
        return "docx"
    if declared.strip() == _OPENDOCUMENT_TEXT:
        return "odt"
    if "xl/workbook.xml" in names or b"spreadsheet" in declared:
        raise DocumentError(
            f"{name} is a table, not a text; `allywatch import` reads those"
        )
    if "ppt/presentation.xml" in names or b"presentation" in declared:
        raise DocumentError(f"{name} is a set of slides; save it as PDF")
    raise DocumentError(f"{name} is no text: it is an archive; unpack it")


def _is_mail(start: bytes) -> bool:
    """Whether it begins with headers as only a message has them."""
    names = set()
    at = 0
    start = start.replace(b"\r\n", b"\n")
    while header := _HEADER.match(start, at):
        names.add(header[1].lower())
        at = header.end()
    return not names.isdisjoint(_OF_MAIL) and len(names) > 1


def _refuse_no_text(content: bytes, name: str) -> None:
    """Raise DocumentError where the content is no text."""
    for beginning, what in _NO_TEXT.items():
        if content.startswith(beginning):
            raise DocumentError(f"{name} is no text: it is {what}")
    if _PICTURE.match(content[:4096]):
        raise DocumentError(f"{name} is no text: it is a picture")
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if is_utf16:
        raise DocumentError(f"{name} is UTF-16 and not UTF-8 text; save it as UTF-8")
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", content))
    if b"\x00" in content or controls > 0.01 * len(content):
        raise DocumentError(f"{name} is no text: its content is that of no document")
