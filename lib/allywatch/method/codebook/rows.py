"""Descriptions and numbers from the data folder, as the methodology's tables print them."""

from __future__ import annotations

import re

import pandas as pd

from allywatch.page.wording.grammar import percent
from briefmill.texts import Words, text


def worded(description: str) -> list[Words]:
    """A description in runs: names between backticks set as code, minus signs as such."""
    with_minus = re.sub(r"(?<![\w-])-(?=\d)", "−", description)
    runs = []
    for position, piece in enumerate(with_minus.split("`")):
        if piece:
            runs.append(text(piece, "code" if position % 2 else ""))
    return runs


def strong(words: object) -> Words:
    """What is set in bold."""
    return text(str(words), "strong")


def figure(value: float | None, decimals: int = 2) -> str:
    """A number with U+2212 for minus; ``–`` where it is missing."""
    if pd.isna(value):
        return "–"
    digits = f"{value:.{decimals}f}"
    if float(digits) == 0:
        return digits.removeprefix("-")
    return digits.replace("-", "−")


def share(value: float) -> str:
    """A share of one in whole per cent; ``–`` where it is missing."""
    return "–" if pd.isna(value) else percent(value, 1)
