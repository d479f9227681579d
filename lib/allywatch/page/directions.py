"""Directions as arrows."""

from __future__ import annotations

from allywatch.data.dataset import Dataset
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from briefmill.texts import Arrow

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


def is_stated(dossier: Dossier, verdict: Verdict) -> bool:
    """Whether a direction can be stated: by steps, or by reports enough that the tie is as it was."""
    return way(dossier.rules, verdict.direction) != "insufficient"
