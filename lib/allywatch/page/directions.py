"""Directions as arrows and rows of squares."""

from __future__ import annotations

from collections.abc import Iterable

from allywatch.data.dataset import Dataset
from allywatch.evidence.rules import way
from briefmill.texts import Arrow, Sign, Signs

#: The tone of what leads away (-1), leaves the tie as it was (0), or leads closer (1).
TONES = {-1: "down", 0: "", 1: "up"}
#: By way of a direction: shape and tone of its arrow, names in `briefmill.theme`.
SIGNS = {
    "away": ("falling", "down"),
    "turned": ("both", "ink"),
    "contested": ("both", "ink"),
    "holding": ("level", "ink"),
    "closer": ("rising", "up"),
    "insufficient": ("open", "faint"),
}


def arrow(dataset: Dataset, key: str) -> Arrow:
    """The arrow of a direction key, which always stands beside its word.

    It is that of the key's way, unless its rule in the data folder names a ``shape`` or a ``tone``.
    """
    shape, tone = SIGNS[way(dataset.rules, key)]
    for rule in dataset.rules["direction_words"]:
        if rule["key"] == key:
            shape = rule.get("shape", shape)
            tone = rule.get("tone", tone)
    return Arrow(key, shape, tone)


def signs(directions: Iterable[int], filled: Iterable[bool]) -> Signs:
    """A row of squares, one per event: colour is direction, filled means corroborated."""
    pairs = zip(directions, filled, strict=True)
    return Signs(tuple(Sign(TONES[direction], bool(full)) for direction, full in pairs))
