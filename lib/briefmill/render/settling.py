"""Blocks as they are printed where they stand: rows, references and figures settled among their neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from briefmill.blocks import (
    Block,
    Figure,
    Reference,
    References,
    Row,
    Table,
    every_mark,
)
from briefmill.render.document import PageColumn, PageRow
from briefmill.render.drafts import Draft
from briefmill.texts import Text, Words, by_number, plain

#: A drawing no wider than this, in mm, can be read on the screen of a phone.
PHONE_MM = 90


def settled(drafts: Iterable[Draft]) -> list[Draft]:
    """The sections with their tables and lists of references as they are printed.

    Every anchor is claimed once, by the first that has it; of references those are kept that a mark leads to.
    """
    drafts = list(drafts)
    referred = every_mark([draft.blocks for draft in drafts])
    claimed: set[str] = set()
    return [
        replace(draft, blocks=_settled_blocks(draft.blocks, referred, claimed))
        for draft in drafts
    ]


def _settled_blocks(
    blocks: Iterable[Block], referred: set[str], claimed: set[str]
) -> list[Block]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            kept.append(_settled_table(block, claimed))
        elif isinstance(block, References):
            items = _settled_references(block, referred, claimed)
            kept += [_with_count(block, items)] if items else []
        else:
            kept.append(block)
    return kept


def _with_count(block: References, items: tuple[Reference, ...]) -> References:
    """The list with these `items`, its subtitle saying how many it leaves out where it is to say so."""
    left_out = block.left_out + len(block.items) - len(items)
    if not block.more or not left_out:
        return replace(block, items=items, left_out=left_out)
    subtitle = f"{block.subtitle} · {left_out:,} {block.more}".removeprefix(" · ")
    return replace(block, items=items, subtitle=subtitle)


def pruned(drafts: Iterable[Draft]) -> list[Draft]:
    """The sections without the references that no mark leads to, which none of their widths will show."""
    drafts = list(drafts)
    referred = every_mark([draft.blocks for draft in drafts])
    return [
        replace(draft, blocks=[_pruned(block, referred) for block in draft.blocks])
        for draft in drafts
    ]


def _pruned(block: Block, referred: set[str]) -> Block:
    if not isinstance(block, References):
        return block
    kept = [item for item in block.items if item.always or item.anchor in referred]
    if block.others:
        kept += [
            Reference(anchor, *words)
            for anchor, words in block.others.items()
            if anchor in referred
        ]
        kept.sort(key=lambda item: by_number(item.anchor))
    left_out = len(block.items) + len(block.others) - len(kept)
    return replace(block, items=tuple(kept), others={}, left_out=left_out)


def _settled_references(
    block: References, referred: set[str], claimed: set[str]
) -> tuple[Reference, ...]:
    items = []
    for item in block.items:
        if item.always or item.anchor in referred:
            items.append(replace(item, target=item.anchor not in claimed))
            claimed.add(item.anchor)
    return tuple(items)


def _settled_table(table: Table, claimed: set[str]) -> Table:
    width = len(table.columns)
    groups = [
        replace(
            group, rows=tuple(_settled_row(row, width, claimed) for row in group.rows)
        )
        for group in table.groups
        if group.rows
    ]
    return replace(table, groups=tuple(groups))


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


def fitted(rows: tuple[PageRow, ...]) -> tuple[PageRow, ...]:
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
