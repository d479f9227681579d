"""Rows and columns: how the tables of the methodology are put together."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from allywatch import tables
from allywatch.exhibits import Exhibit, Run, text, typographic


def row(*cells: str | Run | list[Run]) -> dict[str, Any]:
    """A table row; a cell is words, a run or runs."""
    runs = [text(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"anchor": "", "cells": [cell if isinstance(cell, list) else [cell] for cell in runs]}


def table(
    data, columns: list[tuple[str, str]], rows: list[dict], note="", title: str = "", subtitle: str = ""
) -> Exhibit:
    """A table of `rows`, or of groups of rows.

    `columns` are pairs of label and width; a label that begins with ``>`` stands over figures, to the right.
    `note` is words or runs.
    """
    headed = [tables._column(label.removeprefix(">"), width) for label, width in columns]
    for column, (label, _) in zip(headed, columns, strict=True):
        column["align"] = "right" if label.startswith(">") else "left"
    groups = rows if rows and "rows" in rows[0] else [{"label": "", "rows": rows}]
    said = [text(note)] if isinstance(note, str) and note else note
    return tables._table(data, headed, groups, typographic(title), subtitle, said)


def worded(description: str) -> list[Run]:
    """A description from the data folder: what stands between backticks as a name, minus signs as such."""
    parts = re.sub(r"(?<![\w-])-(?=\d)", "−", description).split("`")
    return [text(part, "code" if place % 2 else "") for place, part in enumerate(parts) if part]


def figure(value: float, decimals: int = 2) -> str:
    """A number with U+2212 for minus; ``–`` where it is missing."""
    if pd.isna(value):
        return "–"
    shown = f"{value:.{decimals}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown.replace("-", "−")
