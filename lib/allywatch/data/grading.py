"""What a claim is worth: whether it supports its event, and its credibility, both by rules of the data folder.

They are derived when the tables are read, before any part is cut from them, so that a claim is worth the same on
every page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row

Tables = Mapping[str, pd.DataFrame]
Rules = Mapping[str, Any]


def with_support(tables: Tables, rules: Rules) -> pd.DataFrame:
    """The claims with `supports` (bool): whether the claim is firm enough to say that its event holds.

    By the rule ``support``: not a forecast nor denied, not refuted by a doubt, and from a source that can be judged.
    """
    claims = tables["claims"]
    sources = tables["sources"]
    doubts = tables["doubts"]
    rule = rules["support"]
    beyond_judging = sources["reliability"].isin(rule["unscored_reliabilities"])
    refuting = doubts["strength"].isin(rule["unscored_doubts"])
    is_left_out = (
        claims["modality"].isin(rule["unscored_modalities"])
        | claims["source_id"].isin(sources.loc[beyond_judging, "source_id"])
        | claims["claim_id"].isin(doubts.loc[refuting, "claim_id"])
    )
    return claims.assign(supports=~is_left_out)


def with_credibility(tables: Tables, rules: Rules) -> pd.DataFrame:
    """The claims, which have `supports`, with `credibility`: 1 (confirmed) to 6 (cannot be judged).

    It is the grade of the first rule of ``credibility`` of which every condition is met. The grades and their names
    are those of the Admiralty code.

    Raises
    ------
    ValueError
        If no rule applies to a claim.
    """
    claims = tables["claims"]
    standing = _Standing.of(tables)
    columns = ["claim_id", "source_id", "event_id", "modality", "voice"]
    grades = [
        _grade(claim, standing, rules["credibility"]["grades"])
        for claim in each_row(claims[columns])
    ]
    return claims.assign(credibility=pd.Series(grades, index=claims.index, dtype=int))


@dataclass(frozen=True)
class _Standing:
    """What the rules ask of a claim that does not stand in its own row.

    `doubts`: the strengths of the doubts against each claim; `contradicted`: ids of the claims that one with
    support contradicts; `lineages`: by event, of the claims that support it; `reliability`: by source.
    """

    doubts: dict[str, set[str]]
    contradicted: set[str]
    lineages: dict[str, int]
    reliability: dict[str, str]

    @classmethod
    def of(cls, tables: Tables) -> _Standing:
        claims = tables["claims"]
        sources = tables["sources"]
        supporting = claims[claims["supports"]]
        lineage_of_source = dict(
            zip(sources["source_id"], sources["lineage"], strict=True)
        )
        lineages = supporting["source_id"].map(lineage_of_source)
        lineages_of_event = lineages.groupby(supporting["event_id"]).nunique()
        doubts = defaultdict(set)
        for doubt in each_row(tables["doubts"]):
            doubts[doubt.claim_id].add(doubt.strength)
        return cls(
            doubts=doubts,
            contradicted=_contradicted(
                tables["relations"], set(supporting["claim_id"])
            ),
            lineages={str(event): int(n) for event, n in lineages_of_event.items()},
            reliability=dict(
                zip(sources["source_id"], sources["reliability"], strict=True)
            ),
        )


def _contradicted(relations: pd.DataFrame, supporting: set[str]) -> set[str]:
    """Ids of the claims that a `supporting` claim contradicts; a contradiction runs both ways."""
    pairs = relations[relations["kind"] == "contradicts"]
    contradicted = set()
    for pair in each_row(pairs[["claim_a", "claim_b"]]):
        if pair.claim_a in supporting:
            contradicted.add(pair.claim_b)
        if pair.claim_b in supporting:
            contradicted.add(pair.claim_a)
    return contradicted


def _grade(claim: Any, standing: _Standing, grades: list[Rules]) -> int:
    for rule in grades:
        if _applies(rule, claim, standing):
            return int(rule["grade"])
    raise ValueError(
        "no rule of credibility in datapackage.json applies; the last should have no condition"
    )


def _applies(rule: Rules, claim: Any, standing: _Standing) -> bool:
    listed = {
        "modalities": claim.modality,
        "reliabilities": standing.reliability[claim.source_id],
        "voices": claim.voice,
    }
    conditions = [code in rule[name] for name, code in listed.items() if name in rule]
    if "doubt" in rule:
        doubts = standing.doubts.get(claim.claim_id, ())
        conditions.append(rule["doubt"] in doubts)
    if "contradicted" in rule:
        is_contradicted = claim.claim_id in standing.contradicted
        conditions.append(rule["contradicted"] == is_contradicted)
    if "min_lineages" in rule:
        lineages = standing.lineages.get(claim.event_id, 0)
        conditions.append(lineages >= rule["min_lineages"])
    return all(conditions)
