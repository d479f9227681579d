"""Markdown text to blocks: mistune reads it, and only plain data leaves this module.

Beside the blocks of `briefmill.exhibits`, markdown brings ``heading``, ``paragraph``, ``list``, ``quote``,
``code`` and ``rule``. Runs gain two things: ``style`` may hold several words (``"strong emph"``, ``"code"``)
or none, and ``link`` an address. Raw HTML is printed as it stands: it is text of the notebook, not layout of ours.
"""

from __future__ import annotations

from functools import cache
from html import unescape
from typing import Any

from briefmill.exhibits import Run, plain

Block = dict[str, Any]
_STYLES = {"strong": "strong", "emphasis": "emph", "strikethrough": "struck"}


def blocks(
    source: str, attachments: dict[str, dict[str, str]] | None = None
) -> list[Block]:
    """The blocks of a markdown text, in order.

    Parameters
    ----------
    source
        Markdown as in a notebook cell: CommonMark with tables and strikethrough. ``$`` has no meaning.
    attachments
        The cell's attached pictures, by file name and then MIME type; a picture found elsewhere is not
        fetched, and leaves its alternative text.
    """
    return _blocks(_reader()(source), attachments or {})


@cache
def _reader():
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


def _blocks(tokens: list[dict], attachments: dict) -> list[Block]:
    return [block for token in tokens for block in _block(token, attachments)]


def _block(token: dict, attachments: dict) -> list[Block]:
    kind, children = token["type"], token.get("children", [])
    match kind:
        case "heading":
            return [
                {
                    "kind": "heading",
                    "level": token["attrs"]["level"],
                    "title": plain(_runs(children)),
                }
            ]
        case "paragraph" | "block_text":
            return _paragraph(children, attachments)
        case "block_html" if token["raw"].lstrip().startswith("<!--"):
            return []
        case "block_code" | "block_html":
            return [{"kind": "code", "text": token["raw"].rstrip("\n")}]
        case "block_quote":
            return [{"kind": "quote", "blocks": _inner(children)}]
        case "list":
            items = [_inner(item.get("children", [])) for item in children]
            start = token["attrs"].get("start", 1)
            return [
                {
                    "kind": "list",
                    "ordered": token["attrs"]["ordered"],
                    "start": start,
                    "items": items,
                }
            ]
        case "table":
            return [_table(children)]
        case "thematic_break":
            return [{"kind": "rule"}]
        case _:
            return []


def _inner(tokens: list[dict]) -> list[Block]:
    """The blocks inside a list item or a quotation: no figures there, and no headings for the outline."""
    return [
        {"kind": "paragraph", "runs": [{"text": block["title"], "style": "strong"}]}
        if block["kind"] == "heading"
        else block
        for block in _blocks(tokens, {})
    ]


def _paragraph(tokens: list[dict], attachments: dict) -> list[Block]:
    """A paragraph; pictures inside it follow it as figures, since a page sets them apart."""
    pictures = [
        _picture(token, attachments) for token in tokens if token["type"] == "image"
    ]
    found = [picture for picture in pictures if picture]
    if found:
        tokens = [token for token in tokens if token["type"] != "image"]
    runs = _runs(tokens)
    return (
        [{"kind": "paragraph", "runs": runs}] if plain(runs).strip() else []
    ) + found


def _picture(token: dict, attachments: dict) -> Block | None:
    data = attachments.get(token["attrs"]["url"].removeprefix("attachment:"))
    alt = plain(_runs(token.get("children", [])))
    return {"kind": "picture", "data": data, "alt": alt} if data else None


def _runs(tokens: list[dict], style: str = "", link: str = "") -> list[Run]:
    runs: list[Run] = []
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind in _STYLES:
            runs += _runs(children, f"{style} {_STYLES[kind]}".strip(), link)
        elif kind == "link":
            runs += _runs(children, style, token["attrs"]["url"])
        elif kind == "image":
            runs += _runs(children, f"{style} emph".strip(), link)
        elif kind == "codespan":
            runs.append(
                {"text": token["raw"], "style": f"{style} code".strip(), "link": link}
            )
        elif not (kind == "inline_html" and token["raw"].startswith("<!--")):
            raw = token.get("raw", "")
            words = {"softbreak": " ", "linebreak": "\n", "text": unescape(raw)}.get(
                kind, raw
            )
            runs.append({"text": words, "style": style, "link": link})
    return runs


def _table(parts: list[dict]) -> Block:
    head, *body = parts
    columns = [
        {
            "label": plain(_runs(cell["children"])),
            "width": "1fr",
            "align": "right" if cell["attrs"].get("align") == "right" else "left",
        }
        for cell in head["children"]
    ]
    rows = [
        {"anchor": "", "cells": [_runs(cell["children"]) for cell in row["children"]]}
        for part in body
        for row in part["children"]
    ]
    return {
        "kind": "table",
        "columns": columns,
        "groups": [{"label": "", "rows": rows}],
    }
