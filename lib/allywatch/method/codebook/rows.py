"""Descriptions and numbers from the data folder, as the methodology's tables print them."""

from __future__ import annotations

import re

import pandas as pd

from briefmill.texts import Run, text


def worded(description: str) -> list[Run]:
    """A description from the data folder: what stands between backticks as a name, minus signs as such."""
    parts = re.sub(r"(?<![\w-])-(?=\d)", "−", description).split("`")
    return [
        text(part, "code" if place % 2 else "")
        for place, part in enumerate(parts)
        if part
    ]


def figure(value: float, decimals: int = 2) -> str:
    """A number with U+2212 for minus; ``–`` where it is missing."""
    if pd.isna(value):
        return "–"
    shown = f"{value:.{decimals}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown.replace("-", "−")
