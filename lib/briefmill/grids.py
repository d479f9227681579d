"""Rows and columns: how every table is put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from briefmill.exhibits import Exhibit, Run, text, typographic


def row(*cells: str | Run | list[Run], anchor: str = "") -> dict[str, Any]:
    """A table row; a cell is words, a run or runs. `anchor` is the mark that leads to it."""
    runs = [text(cell) if isinstance(cell, str) else cell for cell in cells]
    return {
        "anchor": anchor,
        "cells": [cell if isinstance(cell, list) else [cell] for cell in runs],
    }


def table(
    data: pd.DataFrame | None,
    columns: list[tuple[str, ...]],
    rows: list[dict[str, Any]],
    note: str | Sequence[Run] = "",
    title: str = "",
    subtitle: str = "",
) -> Exhibit:
    """A table of `rows`, or of groups of rows.

    `columns` are label and width, and a style where it is not ``sans``; a label that begins with ``>`` stands over
    figures, to the right. `note` is words or runs.
    """
    headed = [
        {
            "label": label.removeprefix(">"),
            "width": width,
            "style": style[0] if style else "sans",
        }
        | {"align": "right" if label.startswith(">") else "left"}
        for label, width, *style in columns
    ]
    groups = rows if rows and "rows" in rows[0] else [{"label": "", "rows": rows}]
    block = {
        "kind": "table",
        "title": typographic(title),
        "subtitle": subtitle,
        "columns": headed,
    }
    said = [text(note)] if isinstance(note, str) and note else list(note)
    return Exhibit(block | {"groups": groups, "note": said}, data)
