"""The text of a CSV file from its bytes: UTF-8, what the data folder states, or cp1252 where it reads like nothing else."""

from __future__ import annotations

import re

from allywatch.data.contract import shown
from allywatch.data.sheets import Sheet

# What a text in another encoding looks like when it is read as cp1252: three letters with accents in a row, or a
# word of them alone (Cyrillic, Greek, Chinese); a capital, a sign or a letter of Icelandic, Turkish or Czech within
# a word (Mac Roman, cp1254, cp1250).
_ACCENTED = "À-ÖØ-öø-ÿŒœŠšŽžŸƒ"
_GARBLED = re.compile(
    rf"\w*[{_ACCENTED}]{{3,}}\w*|\b[{_ACCENTED}]{{2,}}\b"
    r"|\w*[a-zà-ÿ][À-ÖØ-ÝŒŠŽŸƒ]\w*|\w*[ðÐþÞýÝšŠžŽŸƒ]\w*"
    r"|[^\W\d_]+[¡-©«-´¶-¹»-¿×÷ˆ˜†‡…‰‹›€™•‚„][^\W\d_]+"
)


class Undecodable(ValueError):
    """The encoding of a file is not certain; `args` are the rule and the hint."""


def decoded(raw: bytes, sheet: Sheet) -> str:
    """The text of `raw` with LF line ends.

    Raises
    ------
    Undecodable
        If its encoding is not certain.
    """
    save = "save it again as CSV UTF-8"
    stated = sheet.schema.encoding
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw:
        rule = "must be a UTF-8 text file (this one is UTF-16 or not text)"
        raise Undecodable(rule, save)
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
        sheet.repaired(0, "", "byte order mark", "", "byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        encoding = stated or "cp1252"
        text = _decoded_as(stated, raw) if stated else _decoded_cp1252(raw, line)
        sheet.repaired(0, "", encoding, "UTF-8", "encoding")
    if "\r" in text:
        sheet.repaired(0, "", "CRLF" if "\r\n" in text else "CR", "LF", "line ends")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded_as(encoding: str, raw: bytes) -> str:
    """The text of `raw` in the encoding that the data folder states for the table."""
    try:
        return raw.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        rule = f"must have the encoding {encoding}, as datapackage.json says ({error})"
        raise Undecodable(rule, "correct it there, or save the file as UTF-8") from None


def _decoded_cp1252(raw: bytes, line: int) -> str:
    """The text of `raw`, which is no UTF-8 from `line` on, where it reads like text in cp1252 and in nothing else."""
    save = (
        "save it again as CSV UTF-8, or state its encoding with the table in "
        'datapackage.json, such as "encoding": "cp1251"'
    )
    # One stray byte in a UTF-8 file would turn every other accent into two wrong letters.
    if not raw.decode("utf-8", "ignore").isascii():
        rule = f"must have one encoding (line {line} breaks it)"
        raise Undecodable(rule, f"retype line {line}, {save}")
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        rule = f"must be UTF-8 or cp1252 (line {line} is neither)"
        raise Undecodable(rule, save) from None
    garbled = _GARBLED.search(text)
    if garbled:
        line = text.count("\n", 0, garbled.start()) + 1
        rule = f"must be UTF-8 (line {line} has {shown(garbled[0])} if it is cp1252, which is no word)"
        raise Undecodable(rule, save)
    return text
