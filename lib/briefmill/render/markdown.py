"""Markdown text to blocks: mistune reads it, and only blocks leave this module.

Raw HTML is printed as it stands: it is text of the notebook, not layout of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import Any

from briefmill.blocks import (
    Block,
    Code,
    Column,
    Enumeration,
    Figure,
    Group,
    Heading,
    MissingAltText,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
)
from briefmill.render.pictures import picture_of
from briefmill.texts import Run, Words, plain

Token = Mapping[str, Any]
#: A cell's attached pictures, by file name and then MIME type.
Attached = Mapping[str, Mapping[str, str]]

_STYLES = {"strong": "strong", "emphasis": "emph", "strikethrough": "struck"}


def blocks(
    source: str, attachments: Attached | None = None, place: str = ""
) -> list[Block]:
    """The blocks of a Markdown text, in order.

    Parameters
    ----------
    source
        Markdown as in a notebook cell: CommonMark with tables and strikethrough. ``$`` has no meaning.
    attachments
        The cell's attached pictures; a picture found elsewhere is not fetched, and leaves its alternative text.
    place
        How to name the cell in an error, such as ``"cell 7"``.

    Raises
    ------
    MissingAltText
        If an attached picture has no alternative text.
    """
    return _Reader(attachments or {}, place).blocks(_parser()(source))


@cache
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


class _Reader:
    """Turns tokens of mistune into blocks."""

    def __init__(self, attachments: Attached, place: str):
        self.attachments = attachments
        self.place = place

    def blocks(self, tokens: list[Token]) -> list[Block]:
        return [block for token in tokens for block in self._block(token)]

    def _block(self, token: Token) -> list[Block]:
        children = token.get("children", [])
        match token["type"]:
            case "heading":
                title = plain(_runs(children))
                return [Heading(level=token["attrs"]["level"], title=title)]
            case "paragraph" | "block_text":
                return self._paragraph(children)
            case "block_html" if token["raw"].lstrip().startswith("<!--"):
                return []
            case "block_code" | "block_html":
                return [Code(text=token["raw"].rstrip("\n"))]
            case "block_quote":
                return [Quote(blocks=self._inner_blocks(children))]
            case "list":
                return [self._list(token)]
            case "table":
                return [_table(children)]
            case "thematic_break":
                return [Rule()]
            case _:
                return []

    def _list(self, token: Token) -> Enumeration:
        items = (
            self._inner_blocks(item.get("children", [])) for item in token["children"]
        )
        return Enumeration(
            ordered=token["attrs"]["ordered"],
            start=token["attrs"].get("start", 1),
            items=tuple(items),
        )

    def _inner_blocks(self, tokens: list[Token]) -> tuple[Block, ...]:
        """The blocks inside a list item or a quotation: no figures there, and no headings for the outline."""
        inner = _Reader({}, self.place).blocks(tokens)
        return tuple(_heading_as_paragraph(block) for block in inner)

    def _paragraph(self, tokens: list[Token]) -> list[Block]:
        """A paragraph; pictures inside it follow it as figures, since a page sets them apart."""
        images = [token for token in tokens if token["type"] == "image"]
        figures = [figure for image in images if (figure := self._figure(image))]
        if figures:
            tokens = [token for token in tokens if token["type"] != "image"]
        runs = _runs(tokens)
        paragraph: list[Block] = [Paragraph(runs=tuple(runs))]
        return [*(paragraph if plain(runs).strip() else []), *figures]

    def _figure(self, image: Token) -> Figure | None:
        bundle = self.attachments.get(image["attrs"]["url"].removeprefix("attachment:"))
        picture = picture_of(bundle) if bundle else None
        if picture is None:
            return None
        alt = plain(_runs(image.get("children", [])))
        if not alt.strip():
            raise MissingAltText(
                f"{self.place}: a picture has no alternative text; write it between the square brackets"
            )
        return Figure(picture=picture, alt=alt)


def _heading_as_paragraph(block: Block) -> Block:
    if isinstance(block, Heading):
        return Paragraph(runs=(Words(block.title, "strong"),))
    return block


def _runs(tokens: list[Token], style: str = "", link: str = "") -> list[Run]:
    runs: list[Run] = []
    for token in tokens:
        kind = token["type"]
        children = token.get("children", [])
        if kind in _STYLES:
            runs += _runs(children, f"{style} {_STYLES[kind]}".strip(), link)
        elif kind == "link":
            runs += _runs(children, style, token["attrs"]["url"])
        elif kind == "image":
            runs += _runs(children, f"{style} emph".strip(), link)
        elif kind == "codespan":
            runs.append(Words(token["raw"], f"{style} code".strip(), link))
        elif kind == "softbreak":
            runs.append(Words(" ", style, link))
        elif kind == "linebreak":
            runs.append(Words("\n", style, link))
        elif not _is_comment(token):
            raw = token.get("raw", "")
            runs.append(Words(unescape(raw) if kind == "text" else raw, style, link))
    return runs


def _is_comment(token: Token) -> bool:
    return token["type"] == "inline_html" and token["raw"].startswith("<!--")


def _table(parts: list[Token]) -> Table:
    head, *bodies = parts
    columns = tuple(_column(cell) for cell in head["children"])
    rows = (row for body in bodies for row in body["children"])
    return Table(columns=columns, groups=(Group(tuple(_row(row) for row in rows)),))


def _column(cell: Token) -> Column:
    align = "right" if cell["attrs"].get("align") == "right" else "left"
    return Column(plain(_runs(cell["children"])), "1fr", align)


def _row(row: Token) -> Row:
    return Row(tuple(tuple(_runs(cell["children"])) for cell in row["children"]))
