"""A notebook read into drafts of sections: headings with their tags, and the blocks that show under them.

A level-2 heading opens a section. Of its cell's tags, ``if:NAME``, ``unless:NAME`` and ``if:NAME=VALUE`` ask the
`conditions` of the notebook's masthead whether it shows. Code is never printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from briefmill.blocks import (
    Attachments,
    Block,
    Heading,
    Judgement,
    KeyFigures,
    Masthead,
    Omitted,
)
from briefmill.render import markdown, outputs

_FRONT = (Judgement, KeyFigures)
_UNSEEN = (Omitted, Masthead, Attachments)
UNHEADED = "unheaded"


@dataclass
class Draft:
    """A section as the notebook has it: its heading, the tags of the heading's cell, and the blocks under it."""

    heading: str = ""
    tags: frozenset[str] = frozenset({UNHEADED})
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Reading:
    """A notebook read: its title, the blocks of the title's own cell, and its sections in reading order."""

    title: str = ""
    cover: list[Block] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=lambda: [Draft()])


def read(notebook: Mapping[str, Any]) -> Reading:
    """Read an executed notebook.

    Raises
    ------
    MissingAltText
        If a picture in Markdown has no alternative text.
    ValueError
        If a block is of an unknown kind, or holds a picture that cannot be read.
    """
    reading = Reading()
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if cell["cell_type"] == "code":
            reading.drafts[-1].blocks += outputs.blocks(cell, place)
        elif cell["cell_type"] == "markdown":
            _read_markdown(reading, cell, place)
    return reading


def _read_markdown(reading: Reading, cell: Mapping[str, Any], place: str) -> None:
    on_cover = False
    source = outputs.joined(cell["source"])
    for block in markdown.blocks(source, cell.get("attachments"), place):
        level = block.level if isinstance(block, Heading) else 0
        if level == 1 and not reading.title:
            reading.title = block.title
            on_cover = True
        elif level in (1, 2):
            tags = frozenset(cell.get("metadata", {}).get("tags", []))
            reading.drafts.append(Draft(block.title, tags))
            on_cover = False
        elif on_cover:
            reading.cover.append(block)
        else:
            reading.drafts[-1].blocks.append(block)


def cleared(draft: Draft) -> list[Draft]:
    """The section without what leaves no trace; front matter without a heading gets rows of its own."""
    visible = [block for block in draft.blocks if not isinstance(block, _UNSEEN)]
    blocks = _without_bare_headings(visible)
    draft = replace(draft, blocks=blocks)
    has_front_matter = any(isinstance(block, _FRONT) for block in blocks)
    if UNHEADED not in draft.tags or not has_front_matter:
        return [draft]
    first, *others = blocks
    return [
        replace(draft, blocks=[first]),
        *(Draft(blocks=[block]) for block in others),
    ]


def shown(draft: Draft, conditions: Mapping[str, Any]) -> Draft:
    """The section with its blocks where its tags let it show under these conditions, else without any.

    Raises
    ------
    ValueError
        If a tag asks for a condition that is not stated.
    """
    return draft if _shows(draft.tags, conditions) else replace(draft, blocks=[])


def _shows(tags: Iterable[str], conditions: Mapping[str, Any]) -> bool:
    for tag in sorted(tags):
        kind, _, question = tag.partition(":")
        if kind not in ("if", "unless") or not question:
            continue
        name, _, value = question.partition("=")
        if name not in conditions:
            stated = ", ".join(sorted(conditions)) or "none"
            raise ValueError(
                f"no condition {name!r} for the tag {tag!r}; there are: {stated}"
            )
        met = str(conditions[name]) == value if value else bool(conditions[name])
        if met != (kind == "if"):
            return False
    return True


def _without_bare_headings(blocks: list[Block]) -> list[Block]:
    """`blocks` without inner headings that have nothing left under them."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if not (isinstance(block, Heading) and _is_bare(block, kept)):
            kept.append(block)
    return kept[::-1]


def _is_bare(heading: Heading, reversed_rest: list[Block]) -> bool:
    if not reversed_rest:
        return True
    following = reversed_rest[-1]
    return isinstance(following, Heading) and following.level <= heading.level
