"""Where claims disagree: contradictions, and readings that later ones overtake."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any, NamedTuple

import pandas as pd


class Disagreement(NamedTuple):
    """A point on which claims disagree: ``contradicts`` or ``supersedes``, in what, and
    their ids.
    """

    kind: str
    about: str
    ones: list[str]
    others: list[str]


def disagreements(relations: pd.DataFrame) -> list[Disagreement]:
    """Contradictions and overtaken readings as points, from pairs of claims.

    For ``contradicts``, claims linked to one another about one thing make one point:
    `ones` is the claim contradicted most often, `others` are the rest. For
    ``supersedes``, `others` is an earlier claim and `ones` are all that overtake it.
    """
    points: list[Disagreement] = []
    about: Any
    overtaken: Any
    contradictions = relations[relations["kind"] == "contradicts"]
    for about, pairs in contradictions.groupby("about", sort=False):
        edges = list(zip(pairs["claim_a"], pairs["claim_b"], strict=True))
        times_contradicted = Counter(chain.from_iterable(edges))
        for group in _linked(edges):
            centre = max(sorted(group), key=times_contradicted.__getitem__)
            others = sorted(group - {centre})
            points.append(Disagreement("contradicts", about, [centre], others))

    later = relations[relations["kind"] == "supersedes"]
    for (about, overtaken), pairs in later.groupby(["about", "claim_b"], sort=False):
        overtaking = list(pairs["claim_a"])
        points.append(Disagreement("supersedes", about, overtaking, [overtaken]))
    return points


def _linked(edges: list[tuple[str, str]]) -> list[set[str]]:
    """The groups of claims that `edges` link, directly or through others."""
    groups: list[set[str]] = []
    for edge in edges:
        merged = set(edge)
        separate = []
        for group in groups:
            if group.isdisjoint(edge):
                separate.append(group)
            else:
                merged |= group
        groups = [*separate, merged]
    return groups
