"""Blocks made from what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from briefmill.blocks.base import Block
from briefmill.blocks.matter import Column, Group, Item, Prose, Row, Table
from briefmill.blocks.sections import KeyFigure, KeyFigures
from briefmill.blocks.unseen import Omitted
from briefmill.texts import Text, TextLike, as_text, text, typographic

_Arguments = ParamSpec("_Arguments")
_SomeBlock = TypeVar("_SomeBlock", bound=Block)


def role(
    name: str,
) -> Callable[[Callable[_Arguments, _SomeBlock]], Callable[_Arguments, _SomeBlock]]:
    """Decorates a function that makes a block: the block then says what it is to the page."""

    def decorate(
        make: Callable[_Arguments, _SomeBlock],
    ) -> Callable[_Arguments, _SomeBlock]:
        @wraps(make)
        def made(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _SomeBlock:
            return replace(make(*arguments, **named), role=name)

        return made

    return decorate


def omit(reason: str) -> Omitted:
    """A block that leaves no trace on the page."""
    return Omitted(reason=reason)


def prose(
    style: str,
    items: Iterable[tuple[TextLike, TextLike]],
    title: str = "",
    subtitle: str = "",
    note: TextLike = (),
) -> Prose:
    """Prose from pairs of a label and its text."""
    return Prose(
        style=style,
        items=tuple(Item(as_text(label), as_text(runs)) for label, runs in items),
        title=title,
        subtitle=subtitle,
        note=as_text(note),
    )


def figures(told: Iterable[tuple[str, str, str]]) -> KeyFigures:
    """Key figures from triples of label, value and note."""
    return KeyFigures(items=tuple(KeyFigure(*figure) for figure in told))


def row(*cells: TextLike, anchor: str = "") -> Row:
    """A table row; a cell is words, a run or runs. `anchor` is the mark that leads to it."""
    return Row(tuple(_printed(cell) for cell in cells), anchor)


def _printed(words: TextLike) -> Text:
    """A text; plain words with the quotation marks of print."""
    return (text(words),) if isinstance(words, str) else as_text(words)


def table(
    data: Any,
    columns: Iterable[tuple[str, ...]],
    rows: Iterable[Row] | Iterable[Group],
    note: TextLike = "",
    title: str = "",
    subtitle: str = "",
) -> Table:
    """A table of `rows`, or of groups of rows.

    `columns` are label and width, and a style where it is not ``sans``; a label that begins with ``>`` stands over
    figures, to the right. `data` is the frame the table was made from.

    Raises
    ------
    ValueError
        If some rows stand in groups and others do not.
    """
    return Table(
        title=typographic(title),
        subtitle=subtitle,
        columns=tuple(_column(*column) for column in columns),
        groups=_groups(rows),
        note=_printed(note) if note else (),
        data=data,
    )


def _groups(rows: Iterable[Row] | Iterable[Group]) -> tuple[Group, ...]:
    """The groups of a table; rows without a group make one that has no label."""
    entries: list[Row | Group] = list(rows)
    groups = tuple(entry for entry in entries if isinstance(entry, Group))
    ungrouped = tuple(entry for entry in entries if not isinstance(entry, Group))
    if groups and ungrouped:
        raise ValueError("a table holds rows or groups of rows, not both")
    return groups or (Group(ungrouped),)


def _column(label: str, width: str, style: str = "sans") -> Column:
    align = "right" if label.startswith(">") else "left"
    return Column(label.removeprefix(">"), width, align, style)
