"""An executed notebook read as a document: sections under their headings, laid out in rows.

A level-2 heading opens a section; the tags of its cell say how wide it stands (see `layout`). Code is never
printed. The first level-1 heading names the notebook to people; where a masthead block exists, its whole cell
gives way to the masthead. ``none`` blocks leave no trace, nor does a heading with nothing left under it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from allywatch.page.attached import csv_file
from briefmill.render import blocks, layout, markdown, outputs, sentences
from briefmill.render.blocks import Block

_FRONT = frozenset({"bottom_line", "key_figures"})
_UNSEEN = frozenset({"none", "masthead", "attachments"})


@dataclass
class Section:
    """A heading, the tags of its cell, and the blocks under it."""

    heading: str = ""
    tags: frozenset[str] = frozenset({"unheaded"})
    blocks: list[Block] = field(default_factory=list)


def compose(notebook: dict, name: str = "") -> dict[str, Any]:
    """Read an executed notebook as a document of plain JSON values.

    Parameters
    ----------
    notebook
        The notebook, as nbformat reads it.
    name
        What to call the document if nothing in the notebook gives it a title; the file's name.

    Returns
    -------
    dict
        ``masthead``; ``rows`` (each with ``fresh`` for a new page, and ``columns`` of sections);
        ``files`` to attach, with the sentences that bear marks among them; ``title, description, keywords, language, date, header, footer, short`` for
        the margins and the metadata; and ``unresolved``, the marks that lead to no row here.

    Raises
    ------
    MissingAltText
        If a picture has no alternative text.
    ValueError
        If a block is of an unknown kind, or a figure cannot be read.
    """
    title, cover, sections = _sections(deepcopy(notebook))
    everything = [block for section in sections for block in section.blocks]
    masthead = next(
        (block for block in everything if block["kind"] == "masthead"), None
    )
    attached = [
        file
        for block in everything
        if block["kind"] == "attachments"
        for file in block["files"]
    ]
    if masthead is None:
        masthead = {"kind": "masthead", "title": title or name or "Untitled notebook"}
        sections.insert(0, Section(blocks=cover))
    sections = [part for section in sections for part in _apart(section)]
    shown = [block for section in sections for block in section.blocks]
    blocks.keep_referred(shown)
    targets = blocks.anchors(shown)
    marks = blocks.every_mark(shown)
    rows = layout.rows(
        [(section.tags, _drawn(section, targets)) for section in sections]
    )
    return {
        "masthead": blocks.ready(masthead, targets),
        "rows": rows,
        "files": _files([*attached, *_sentences(rows)]),
        "unresolved": sorted(
            marks - targets, key=lambda mark: (mark[:1], len(mark), mark)
        ),
        **_imprint(masthead),
    }


def _imprint(masthead: Block) -> dict[str, Any]:
    """What the margins and the metadata say, with the title standing in for what is not said."""
    title = masthead["title"]
    return {
        "title": masthead.get("document_title") or title,
        "description": masthead.get("description") or "",
        "keywords": list(masthead.get("keywords") or []),
        "language": masthead.get("language") or "en",
        "date": str(masthead["date"])[:10] if masthead.get("date") else None,
        "header": _clipped(masthead.get("kicker") or "", 100),
        "footer": _clipped(masthead.get("footer") or "", 120),
        "short": _clipped(masthead.get("short") or title, 60),
    }


def _sentences(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The file of the sentences that bear marks, if any does."""
    told = sentences.sentences(rows)
    description = "Sentences of these pages with their evidence marks"
    return (
        []
        if told.empty
        else [csv_file(sentences.FILE, told, description, "supplement")]
    )


def _clipped(words: str, most: int) -> str:
    """`words` cut to what one line in the margin holds."""
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


def _files(attached: list[dict[str, str]]) -> list[dict[str, str]]:
    """The files to attach under bare names, each name once: of two the later wins, as a later cell would."""
    defaults = {"mime": "application/octet-stream", "relationship": "unspecified"}
    named = {PurePosixPath(file["name"]).name: file for file in attached}
    return [
        defaults | {"description": name} | file | {"name": name}
        for name, file in sorted(named.items())
    ]


def _sections(notebook: dict) -> tuple[str, list[Block], list[Section]]:
    """The title, the blocks of the title's own cell, and the sections in reading order."""
    title, cover, sections = "", [], [Section()]
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if cell["cell_type"] == "code":
            sections[-1].blocks += outputs.blocks(cell, place)
        elif cell["cell_type"] == "markdown":
            on_cover = False
            for block in _markdown(cell, place):
                level = block.get("level", 0) if block["kind"] == "heading" else 0
                if level == 1 and not title:
                    title, on_cover = block["title"], True
                elif level in (1, 2):
                    tags = frozenset(cell.get("metadata", {}).get("tags", []))
                    sections.append(Section(block["title"], tags))
                    on_cover = False
                else:
                    (cover if on_cover else sections[-1].blocks).append(block)
    return title, cover, sections


def _markdown(cell: dict, place: str) -> list[Block]:
    read = []
    for block in markdown.blocks(
        outputs.joined(cell["source"]), cell.get("attachments")
    ):
        if block["kind"] == "picture":
            block = outputs.picture(block["data"], block["alt"], place)
        read += [block] if block else []
    return read


def _apart(section: Section) -> list[Section]:
    """The section cleared of what leaves no trace; front matter without a heading gets rows of its own."""
    visible = [block for block in section.blocks if block["kind"] not in _UNSEEN]
    section.blocks = _bodied(visible)
    if "unheaded" not in section.tags or not _FRONT & {
        block["kind"] for block in section.blocks
    }:
        return [section]
    first, *rest = section.blocks
    return [
        Section(section.heading, section.tags, [first]),
        *(Section(blocks=[block]) for block in rest),
    ]


def _bodied(found: list[Block]) -> list[Block]:
    """`found` without inner headings that have nothing left under them."""
    kept: list[Block] = []
    for block in reversed(found):
        below = kept[-1] if kept else {"kind": "heading", "level": 0}
        if (
            block["kind"] != "heading"
            or below["kind"] != "heading"
            or below["level"] > block["level"]
        ):
            kept.append(block)
    return kept[::-1]


def _drawn(section: Section, targets: set[str]) -> dict[str, Any] | None:
    """The section for the template, or None if nothing is left under its heading."""
    if not section.blocks:
        return None
    first = section.blocks[0]
    titled = first["kind"] != "heading" and first.get("title")
    heading = titled or section.heading
    ready = []
    for number, block in enumerate(section.blocks):
        if (
            number
            and block["kind"] != "heading"
            and block.get("title") not in (None, "", heading)
        ):
            subtitle = block.get("subtitle", "")
            ready.append(
                {
                    "kind": "heading",
                    "level": 3,
                    "title": block["title"],
                    "subtitle": subtitle,
                }
            )
        ready.append(blocks.ready(block, targets))
    return {
        "heading": "" if "unheaded" in section.tags else heading,
        "name": heading,
        "subtitle": first.get("subtitle", "") if first["kind"] != "heading" else "",
        "annex": "annex" in section.tags,
        "wash": "wash" in section.tags,
        "small": blocks.is_small_print(section.blocks),
        "blocks": _stepped(ready, "unheaded" not in section.tags and bool(heading)),
    }


def _stepped(ready: list[Block], under_heading: bool) -> list[Block]:
    """Inner headings with no level skipped, as assistive technology asks."""
    deepest = 2 if under_heading else 1
    for block in ready:
        if block["kind"] == "heading":
            block["level"] = deepest = min(
                max(block["level"], 3 if under_heading else 2), deepest + 1
            )
    return ready
