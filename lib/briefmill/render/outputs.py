"""What a code cell put out, as blocks: blocks of our own first, anything else as decently as it allows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from briefmill.blocks import BLOCK_MIME, Block, Code, Figure, Problem, Several, prose
from briefmill.render import frames, markdown
from briefmill.render.pictures import is_svg, joined, picture_of
from briefmill.texts import text

_COLOUR_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What plotting functions return, and a cell that ends in one shows beside its figure.
_PLOTTING_OBJECT = re.compile(
    r"\s*(array\()?[\[(]*<(Axes|matplotlib|seaborn|Figure|BarContainer)|Text\("
)
#: Of what a cell prints, so much is set; a notebook keeps it all.
MOST_LINES = 400
MOST_CHARACTERS = 40_000
NO_DESCRIPTION = "A figure for which no description was written."

Output = Mapping[str, Any]


def blocks(cell: Mapping[str, Any], place: str) -> list[Block]:
    """The blocks of one code cell's outputs, in order; code itself is never printed.

    Parameters
    ----------
    cell
        A code cell of an executed notebook.
    place
        How to name the cell in an error, such as ``"cell 7"``.

    Raises
    ------
    ValueError
        If a block is of an unknown kind, lacks something, or holds a picture that cannot be read.
    """
    outputs = cell.get("outputs", [])
    shown = [block for output in outputs for block in _output(output, cell, place)]
    if not all(isinstance(block, Code) for block in shown):
        shown = [block for block in shown if not _is_plotting_object(block)]
    return _shortened(shown)


def _output(output: Output, cell: Mapping[str, Any], place: str) -> list[Block]:
    kind = output["output_type"]
    if (
        kind == "stream"
    ):  # what a library grumbles about is for the log, not for the page
        return [] if output["name"] == "stderr" else _monospace(output["text"])
    if kind == "error":
        return [Problem(name=output["ename"], text=_uncoloured(output["evalue"]))]
    data = output["data"]
    if BLOCK_MIME in data:
        return _own_blocks(data[BLOCK_MIME], place)
    if "text/markdown" in data:
        return markdown.blocks(joined(data["text/markdown"]))
    picture = picture_of(data)
    if picture is not None:
        return [Figure(picture=picture, alt=_alt(output, cell) or NO_DESCRIPTION)]
    if table := frames.table_of(joined(data.get("text/html", ""))):
        return [table]
    return _monospace(data.get("text/plain", ""))


def _own_blocks(value: Mapping[str, Any], place: str) -> list[Block]:
    block = Block.read(value)
    if isinstance(block, Figure):
        picture = block.picture
        if picture.format == "svg" and not is_svg(picture.text):
            raise ValueError(
                f"{place}: the figure {block.title!r} holds no readable SVG"
            )
    return list(block.blocks) if isinstance(block, Several) else [block]


def _alt(output: Output, cell: Mapping[str, Any]) -> str:
    """The alternative text in the output's metadata (also per MIME type), else in the cell's."""
    metadata = output.get("metadata", {})
    nested = [entry for entry in metadata.values() if isinstance(entry, dict)]
    for entry in [metadata, *nested, cell.get("metadata", {})]:
        if str(entry.get("alt") or "").strip():
            return str(entry["alt"])
    return ""


def _is_plotting_object(block: Block) -> bool:
    return isinstance(block, Code) and bool(_PLOTTING_OBJECT.match(block.text))


def _monospace(words: str | Sequence[str]) -> list[Block]:
    text = _uncoloured(joined(words)).strip("\n")
    return [Code(text=text)] if text.strip() else []


def _shortened(shown: Sequence[Block]) -> list[Block]:
    """`shown`, but of much that was printed only the beginning, and after it a line that says so."""
    printed = [block.text for block in shown if isinstance(block, Code)]
    n_lines = sum(each.count("\n") + 1 for each in printed)
    n_characters = sum(map(len, printed))
    if n_lines <= MOST_LINES and n_characters <= MOST_CHARACTERS:
        return list(shown)

    kept: list[Block] = []
    lines_left = MOST_LINES
    characters_left = MOST_CHARACTERS
    for block in shown:
        if not isinstance(block, Code):
            kept.append(block)
            continue
        lines = block.text.split("\n", lines_left)[:lines_left]
        beginning = "\n".join(lines)[:characters_left]
        lines_left -= len(lines)
        characters_left -= len(beginning)
        if beginning.strip():
            kept.append(replace(block, text=beginning))
    words = f"Of {n_lines:,} printed lines, {MOST_LINES} are shown."
    if n_lines <= MOST_LINES:
        words = (
            f"Of {n_characters:,} printed characters, {MOST_CHARACTERS:,} are shown."
        )
    return [*kept, prose("small", [("", [text(words)])])]


def _uncoloured(words: str) -> str:
    return _COLOUR_CODES.sub("", words)
