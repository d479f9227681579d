"""Directions as signs: the data folder says which arrow stands for which direction."""

from __future__ import annotations

from collections.abc import Iterable

from allywatch.data.loading import Dataset
from briefmill.texts import Arrow, Sign, Signs

#: The tone of what leads away (-1), leaves the tie as it was (0), or leads closer (1).
TONES = {-1: "down", 0: "", 1: "up"}


def arrow(dataset: Dataset, key: str) -> Arrow:
    """The arrow of a direction key, as `direction_words` in the data folder has it; it always stands beside its word."""
    rule = next(rule for rule in dataset.rules["direction_words"] if rule["key"] == key)
    return Arrow(key, rule["shape"], rule["tone"])


def signs(directions: Iterable[int], filled: Iterable[bool]) -> Signs:
    """A row of squares, one per event: colour is direction, filled means two lineages or more."""
    pairs = zip(directions, filled, strict=True)
    return Signs(tuple(Sign(TONES[direction], bool(full)) for direction, full in pairs))
