"""An executed notebook read as a document: sections under their headings, laid out in rows.

A level-2 heading opens a section; the tags of its cell say how wide it stands (see `layout`) and when it shows:
``if:NAME``, ``unless:NAME`` and ``if:NAME=VALUE`` ask the `conditions` of the notebook's masthead, and ``screen`` keeps it
off paper (see `paper`). With ``side`` its heading hangs at the left; with ``drop:N`` a page that is too full leaves it out at
step N. Code is never printed. The first level-1 heading
names the notebook to people; where a masthead block exists, its whole cell gives way to the masthead. Omitted blocks
leave no trace, nor does a heading with nothing left under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from briefmill.blocks import (
    Attachments,
    Block,
    BottomLine,
    Definition,
    Figure,
    File,
    Group,
    Heading,
    Judgement,
    KeyFigures,
    Masthead,
    Omitted,
    Prose,
    Reference,
    References,
    Row,
    Share,
    Table,
    every_mark,
    every_part,
)
from briefmill.render import layout, markdown, outputs, paper
from briefmill.render.document import Document, PageColumn, PageRow, Section
from briefmill.render.sentences import sentences_file
from briefmill.texts import Text, Words, plain

_FRONT = (BottomLine, Judgement, KeyFigures)
_UNSEEN = (Omitted, Masthead, Attachments)
UNHEADED = "unheaded"
#: A drawing no wider than this, in mm, can be read on the screen of a phone.
PHONE_MM = 90


@dataclass
class _Draft:
    """A section as the notebook has it: its heading, the tags of the heading's cell, and the blocks under it."""

    heading: str = ""
    tags: frozenset[str] = frozenset({UNHEADED})
    blocks: list[Block] = field(default_factory=list)


@dataclass
class _Reading:
    """A notebook read: its title, the blocks of the title's own cell, and its sections in reading order."""

    title: str = ""
    cover: list[Block] = field(default_factory=list)
    drafts: list[_Draft] = field(default_factory=lambda: [_Draft()])


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
    reading = _read(notebook)
    everything = [block for draft in reading.drafts for block in draft.blocks]
    mastheads = [block for block in everything if isinstance(block, Masthead)]
    attachments = [block for block in everything if isinstance(block, Attachments)]
    drafts = reading.drafts
    if mastheads:
        masthead = mastheads[0]
    else:
        masthead = Masthead(title=reading.title or name or "Untitled notebook")
        drafts = [_Draft(blocks=reading.cover), *drafts]
    drafts = [
        draft if shows(draft.tags, masthead.conditions) else replace(draft, blocks=[])
        for draft in drafts
    ]
    record = {
        key: value
        for draft in drafts
        for block in draft.blocks
        for key, value in block.recorded().items()
    }
    drafts = [part for draft in drafts for part in _cleared(draft)]
    whole = _set(drafts)
    files = [file for block in attachments for file in block.files]
    details = [detail for block in attachments for detail in block.details]
    document = Document(
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
    return replace(document, paper=_on_paper(document, drafts))


@dataclass(frozen=True)
class _Setting:
    """Sections laid out: their rows, the marks that lead to a row of them, and those that lead to none."""

    rows: tuple[PageRow, ...]
    targets: frozenset[str]
    unresolved: tuple[str, ...]


def _set(drafts: list[_Draft]) -> _Setting:
    """The sections laid out, with their tables settled among themselves."""
    settled = _settle_rows(drafts)
    blocks = [block for draft in settled for block in draft.blocks]
    targets = {
        part.anchor
        for part in every_part(blocks)
        if isinstance(part, Row | Reference) and part.anchor
    }
    unresolved = every_mark(blocks) - targets
    return _Setting(
        rows=_fitted(
            layout.page_rows(
                layout.Tagged(draft.tags, _section(draft)) for draft in settled
            )
        ),
        targets=frozenset(targets),
        unresolved=tuple(sorted(unresolved, key=lambda m: (m[:1], len(m), m))),
    )


def _on_paper(document: Document, drafts: list[_Draft]) -> Document | None:
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
    printed = _set([*kept, _Draft(paper.HEADING, frozenset(), [named])])
    return replace(document, rows=printed.rows, targets=printed.targets)


# Cells to sections


def _read(notebook: Mapping[str, Any]) -> _Reading:
    reading = _Reading()
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if cell["cell_type"] == "code":
            reading.drafts[-1].blocks += outputs.blocks(cell, place)
        elif cell["cell_type"] == "markdown":
            _read_markdown(reading, cell, place)
    return reading


def _read_markdown(reading: _Reading, cell: Mapping[str, Any], place: str) -> None:
    on_cover = False
    source = outputs.joined(cell["source"])
    for block in markdown.blocks(source, cell.get("attachments"), place):
        level = block.level if isinstance(block, Heading) else 0
        if level == 1 and not reading.title:
            reading.title = block.title
            on_cover = True
        elif level in (1, 2):
            tags = frozenset(cell.get("metadata", {}).get("tags", []))
            reading.drafts.append(_Draft(block.title, tags))
            on_cover = False
        elif on_cover:
            reading.cover.append(block)
        else:
            reading.drafts[-1].blocks.append(block)


def _cleared(draft: _Draft) -> list[_Draft]:
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
        *(_Draft(blocks=[block]) for block in others),
    ]


def shows(tags: Iterable[str], conditions: Mapping[str, Any]) -> bool:
    """Whether a section with these tags shows under these conditions.

    Raises
    ------
    ValueError
        If a tag asks for a condition that is not stated.
    """
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


# Rows of tables


def _settle_rows(drafts: list[_Draft]) -> list[_Draft]:
    """The sections with their tables as they are printed: what is not referred to dropped, every anchor claimed once."""
    referred = _marks_outside_referred_groups(drafts)
    claimed: set[str] = set()
    return [
        replace(
            draft,
            blocks=[_settled_block(block, referred, claimed) for block in draft.blocks],
        )
        for draft in drafts
    ]


def _marks_outside_referred_groups(drafts: list[_Draft]) -> set[str]:
    marks: set[str] = set()
    for draft in drafts:
        for block in draft.blocks:
            if isinstance(block, Table):
                always = [group for group in block.groups if not group.if_referred]
                marks |= every_mark([*always, block.note])
            else:
                marks |= every_mark(block)
    return marks


def _settled_block(block: Block, referred: set[str], claimed: set[str]) -> Block:
    if isinstance(block, Table):
        return _settled(block, referred, claimed)
    if isinstance(block, References):
        items = tuple(
            item for item in block.items if item.always or item.anchor in referred
        )
        return replace(block, items=items)
    return block


def _settled(table: Table, referred: set[str], claimed: set[str]) -> Table:
    groups = []
    for group in table.groups:
        rows = group.rows
        if group.if_referred:
            rows = tuple(row for row in rows if row.anchor in referred)
        settled = tuple(_settled_row(row, len(table.columns), claimed) for row in rows)
        groups.append(Group(settled, group.label))
    return replace(table, groups=tuple(group for group in groups if group.rows))


def _settled_row(row: Row, width: int, claimed: set[str]) -> Row:
    """A row whose first cell shows its anchor.

    Raises
    ------
    ValueError
        If it has not as many cells as there are columns: what follows would stand under the wrong heads.
    """
    if len(row.cells) != width:
        words = plain(row.cells[0]) if row.cells else "no cell"
        raise ValueError(
            f"a row of a table has {len(row.cells)} cells for {width} columns: {words!r}"
        )
    cells: list[Text] = [*row.cells]
    target = bool(row.anchor) and row.anchor not in claimed
    if row.anchor:
        claimed.add(row.anchor)
        if plain(cells[0]).strip() in ("", row.anchor):
            cells[0] = (Words(row.anchor),)
    return Row(tuple(cells), row.anchor, target)


# Sections as they are set


def _section(draft: _Draft) -> Section | None:
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
    """When a page that is too full leaves a section with these tags out; 0: never."""
    steps = [tag.removeprefix("drop:") for tag in tags if tag.startswith("drop:")]
    return int(steps[0]) if steps and steps[0].isdecimal() else 0


def _is_small_print(block: Block) -> bool:
    if isinstance(block, Definition | Share):
        return True
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


def _fitted(rows: tuple[PageRow, ...]) -> tuple[PageRow, ...]:
    """The rows, each figure that was drawn for several widths as drawn for its column."""
    return tuple(
        replace(row, columns=tuple(_fitted_column(column) for column in row.columns))
        for row in rows
    )


def _fitted_column(column: PageColumn) -> PageColumn:
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                _fitted_block(block, column.width) for block in section.blocks
            ),
        )
        for section in column.sections
    )
    return replace(column, sections=sections)


def _fitted_block(block: Block, width_mm: float) -> Block:
    if not isinstance(block, Figure) or not block.drawings:
        return block
    fitting = [
        drawing for drawing in block.drawings if drawing.width_mm <= width_mm + 1
    ]
    if not fitting:
        return block
    widest = max(fitting, key=lambda drawing: drawing.width_mm)
    narrowest = min(fitting, key=lambda drawing: drawing.width_mm)
    narrow = narrowest.picture if narrowest.width_mm <= PHONE_MM else None
    return replace(
        block,
        picture=widest.picture,
        width_mm=widest.width_mm,
        drawings=(),
        narrow=narrow if narrowest is not widest else None,
    )


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
