"""An executed notebook read as a document: sections under their headings, laid out in rows.

A level-2 heading opens a section; the tags of its cell say how wide it stands (see `layout`) and when it shows (see
`drafts`), and ``screen`` keeps it off paper (see `paper`). With ``side`` its heading hangs at the left; with ``drop:N``
a page that is too full leaves it out at step N. The first level-1 heading names the notebook to people; where a
masthead block exists, its whole cell gives way to the masthead. Omitted blocks leave no trace, nor does a heading with
nothing left under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from briefmill.blocks import (
    Attachments,
    Block,
    File,
    Heading,
    Masthead,
    Prose,
    Reference,
    Row,
    every_mark,
    every_part,
)
from briefmill.render import drafts as reading
from briefmill.render import layout, paper, settling
from briefmill.render.abbreviations import spelled_out
from briefmill.render.document import Document, PageRow, Section
from briefmill.render.drafts import UNHEADED, Draft
from briefmill.render.sentences import sentences_file
from briefmill.texts import by_number


def compose(notebook: Mapping[str, Any], name: str = "") -> Document:
    """Read an executed notebook as a document.

    Parameters
    ----------
    notebook
        The notebook, as nbformat reads it.
    name
        What to call the document if nothing in the notebook gives it a title; the file's name.

    Raises
    ------
    MissingAltText
        If a picture in Markdown has no alternative text.
    ValueError
        If a block is of an unknown kind, a figure cannot be read, or a tag asks for a condition that the masthead does
        not state or for a file that is not attached.
    """
    read = reading.read(notebook)
    everything = [block for draft in read.drafts for block in draft.blocks]
    mastheads = [block for block in everything if isinstance(block, Masthead)]
    attachments = [block for block in everything if isinstance(block, Attachments)]
    drafts = read.drafts
    if mastheads:
        masthead = mastheads[0]
    else:
        masthead = Masthead(title=read.title or name or "Untitled notebook")
        drafts = [Draft(blocks=read.cover), *drafts]
    drafts = [reading.shown(draft, masthead.conditions) for draft in drafts]
    drafts = settling.pruned(drafts)
    spelled = spelled_out(drafts, masthead.abbreviations)
    record = _recorded(block for draft in spelled for block in draft.blocks)
    document = _document(masthead, attachments, record, _set(_visible(spelled)))
    return replace(document, paper=_on_paper(document, _visible(drafts)))


def _visible(drafts: Iterable[Draft]) -> list[Draft]:
    return [part for draft in drafts for part in reading.cleared(draft)]


def _recorded(blocks: Iterable[Block]) -> dict[str, Any]:
    """What the blocks keep of themselves; of two values under one name the later."""
    record: dict[str, Any] = {}
    for block in blocks:
        record |= block.recorded()
    return record


def _document(
    masthead: Masthead,
    attachments: list[Attachments],
    record: dict[str, Any],
    whole: _Setting,
) -> Document:
    files = [file for block in attachments for file in block.files]
    details = [detail for block in attachments for detail in block.details]
    return Document(
        masthead=masthead,
        rows=whole.rows,
        files=_named([*files, *sentences_file(whole.rows)]),
        targets=whole.targets,
        unresolved=whole.unresolved,
        details={detail.mark: detail for detail in details},
        record=record,
        title=masthead.document_title or masthead.title,
        description=masthead.description,
        keywords=masthead.keywords,
        language=masthead.language,
        date=masthead.date[:10] if masthead.date else None,
        header=_clipped(masthead.kicker, 100),
        footer=_clipped(masthead.footer, 120),
        short=_clipped(masthead.short or masthead.title, 60),
    )


@dataclass(frozen=True)
class _Setting:
    """Sections laid out: their rows, the marks that lead to a row of them, and those that lead to none."""

    rows: tuple[PageRow, ...]
    targets: frozenset[str]
    unresolved: tuple[str, ...]


def _set(drafts: list[Draft]) -> _Setting:
    """The sections laid out, with their tables settled among themselves."""
    settled = settling.settled(drafts)
    blocks = [block for draft in settled for block in draft.blocks]
    targets = {
        part.anchor
        for part in every_part(blocks)
        if isinstance(part, Row | Reference) and part.anchor
    }
    unresolved = every_mark(blocks) - targets
    return _Setting(
        rows=settling.fitted(
            layout.page_rows(
                layout.Tagged(draft.tags, _section(draft)) for draft in settled
            )
        ),
        targets=frozenset(targets),
        unresolved=tuple(sorted(unresolved, key=by_number)),
    )


def _on_paper(document: Document, drafts: list[Draft]) -> Document | None:
    """The document without what stands on screen only, which it names; None where all is printed."""
    kept = []
    left_out = []
    for draft in drafts:
        section = _section(draft)
        if section is not None and paper.on_screen_only(draft.tags):
            left_out.append((section.name, draft.tags))
            draft = replace(draft, blocks=[])
        kept.append(draft)
    if not left_out:
        return None
    named = paper.directory(left_out, [file.name for file in document.files])
    kept.append(Draft(blocks=[named]))
    printed = _set(spelled_out(kept, document.masthead.abbreviations))
    return replace(document, rows=printed.rows, targets=printed.targets)


# Sections as they are set


def _section(draft: Draft) -> Section | None:
    """The section as it is set, or None if nothing is left under its heading."""
    if not draft.blocks:
        return None
    first = draft.blocks[0]
    headed = UNHEADED not in draft.tags
    opening_title = "" if isinstance(first, Heading) else first.title
    heading = opening_title or draft.heading
    return Section(
        heading=heading if headed else "",
        name=heading,
        subtitle="" if isinstance(first, Heading) else first.subtitle,
        annex="annex" in draft.tags,
        wash="wash" in draft.tags,
        small=all(_is_small_print(block) for block in draft.blocks),
        side="side" in draft.tags,
        drop=_drop(draft.tags),
        blocks=_stepped(
            _with_inner_headings(draft.blocks, heading), headed and bool(heading)
        ),
    )


def _drop(tags: Iterable[str]) -> int:
    """At which step a page that is too full leaves a section with these tags out; 0: never.

    Raises
    ------
    ValueError
        If a tag names no step.
    """
    steps = [tag.removeprefix("drop:") for tag in tags if tag.startswith("drop:")]
    if not steps:
        return 0
    step, *_ = sorted(steps)
    if not step.isdecimal() or not int(step):
        raise ValueError(f"the tag 'drop:{step}' names no step: a number from 1 on")
    return int(step)


def _is_small_print(block: Block) -> bool:
    return isinstance(block, Prose) and block.style == "small"


def _with_inner_headings(blocks: list[Block], heading: str) -> list[Block]:
    """`blocks` with a heading before each that has a title of its own, but the first, whose title heads the section."""
    with_headings: list[Block] = []
    for number, block in enumerate(blocks):
        own_title = not isinstance(block, Heading) and block.title not in ("", heading)
        if number and own_title:
            inner = Heading(level=3, title=block.title, subtitle=block.subtitle)
            with_headings.append(inner)
        with_headings.append(block)
    return with_headings


def _stepped(blocks: list[Block], under_heading: bool) -> tuple[Block, ...]:
    """Inner headings with no level skipped, as assistive technology asks."""
    highest = 3 if under_heading else 2
    deepest = highest - 1
    stepped: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            deepest = min(max(block.level, highest), deepest + 1)
            block = replace(block, level=deepest)
        stepped.append(block)
    return tuple(stepped)


# What the document carries and says of itself


def _named(files: list[File]) -> tuple[File, ...]:
    """The files under bare names, each name once: of two the later wins, as a later cell would."""
    by_name = {PurePosixPath(file.name).name: file for file in files}
    return tuple(
        replace(file, name=name, description=file.description or name)
        for name, file in sorted(by_name.items())
    )


def _clipped(words: str, most: int) -> str:
    """`words` cut to what one line in the margin holds."""
    return words if len(words) <= most else f"{words[:most].rstrip()}…"
