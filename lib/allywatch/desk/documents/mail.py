"""The text of a message (.eml), and of a web page that a browser saved as one (.mhtml)."""

from __future__ import annotations

import re
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from itertools import pairwise
from typing import Any

from allywatch.desk.documents.extract import DocumentError, Extract
from allywatch.desk.documents.prose import tidy
from allywatch.desk.documents.web import read_html

#: Lines of a plain message that are longer are paragraphs; shorter ones are its lines.
_WRAPPED = 80


def read_mail(content: bytes, name: str) -> Extract:
    """The text of a message; its subject, sender and day are what it states.

    A saved web page states what its head does.
    """
    parser = BytesParser(_class=EmailMessage, policy=policy.default)
    message = parser.parsebytes(content)
    saved_page = message.get_content_type() == "multipart/related" and (
        "snapshot-content-location" in message or not message["to"]
    )
    body: Any = message.get_body(("html",) if saved_page else ("plain", "html"))
    if body is None:
        raise DocumentError(
            f"no text was found in {name}: it holds none, or only files"
        )
    try:
        text = body.get_content()
    except (LookupError, UnicodeDecodeError, ValueError):
        text = body.get_payload(decode=True).decode("utf-8", "replace")
    if body.get_content_type() == "text/html":
        extract = read_html(text, name)
        if saved_page:
            return extract
    else:
        is_flowed = body.get_param("format") == "flowed"
        extract = Extract(tidy(_unwrapped(text, is_flowed)))
    extract.stated = _stated(message)
    return extract


def _stated(message: EmailMessage) -> dict[str, str]:
    """The subject, the sender and the day of a message."""
    stated = {
        "title": str(message["subject"] or ""),
        "author": " ".join(parseaddr(str(message["from"] or ""))[:1]),
    }
    with suppress(TypeError, ValueError):
        day = parsedate_to_datetime(str(message["date"])).date()
        stated["published"] = day.isoformat()
    cells = {name: " ".join(cell.split()) for name, cell in stated.items()}
    return {name: cell for name, cell in cells.items() if cell}


def _unwrapped(text: str, is_flowed: bool) -> str:
    """The paragraphs of a plain message, each one line: what a mail program wrapped is put together."""
    paragraphs = []
    for block in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n")):
        lines = block.split("\n")
        if is_flowed:
            paragraphs += re.sub(r" \n(?!-- $)", " ", block).split("\n")
            continue
        longest = max(map(len, lines))
        paragraph = lines[0]
        for before, line in pairwise(lines):
            first_word = line.split(" ")[0]
            # A line is wrapped where the next word would not have gone on it.
            is_wrapped = (
                longest <= _WRAPPED and len(before) + len(first_word) >= longest
            )
            paragraph += (" " if is_wrapped else "\n") + line
        paragraphs += paragraph.split("\n")
    return "\n".join(paragraphs)
