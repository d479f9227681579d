"""What a claim is worth: whether it supports its event, and its credibility, both by rules of the data folder.

They are derived when the tables are read, before any part is cut from them, so that a claim is worth the same on
every page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    rows = zip(*(claims[column].tolist() for column in columns), strict=True)
    grade_of: dict[_Facts, int] = {}
    grades = []
    for row in rows:
        facts = standing.facts(*row)
        if facts not in grade_of:
            grade_of[facts] = _grade(facts, rules["credibility"]["grades"])
        grades.append(grade_of[facts])
    return claims.assign(credibility=pd.Series(grades, index=claims.index, dtype=int))


class _Facts(NamedTuple):
    """All that the grade of a claim follows from, which very many claims have in common."""

    modality: str
    voice: str
    reliability: str
    doubts: frozenset[str]
    contradicted: bool
    lineages: int


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
        events = lineages_of_event.index.tolist()
        doubts = defaultdict(set)
        for doubt in each_row(tables["doubts"]):
            doubts[doubt.claim_id].add(doubt.strength)
        return cls(
            doubts=doubts,
            contradicted=_contradicted(
                tables["relations"], set(supporting["claim_id"].tolist())
            ),
            lineages=dict(zip(events, lineages_of_event.tolist(), strict=True)),
            reliability=dict(
                zip(sources["source_id"], sources["reliability"], strict=True)
            ),
        )

    def facts(
        self, claim_id: str, source_id: str, event_id: str, modality: str, voice: str
    ) -> _Facts:
        """What the rules ask of a claim, in its own row and elsewhere."""
        return _Facts(
            modality,
            voice,
            self.reliability[source_id],
            frozenset(self.doubts.get(claim_id, ())),
            claim_id in self.contradicted,
            self.lineages.get(event_id, 0),
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


def _grade(facts: _Facts, grades: list[Rules]) -> int:
    for rule in grades:
        if _applies(rule, facts):
            return int(rule["grade"])
    raise ValueError(
        "no rule of credibility in datapackage.json applies; the last should have no condition"
    )


def _applies(rule: Rules, facts: _Facts) -> bool:
    listed = {
        "modalities": facts.modality,
        "reliabilities": facts.reliability,
        "voices": facts.voice,
    }
    conditions = [code in rule[name] for name, code in listed.items() if name in rule]
    if "doubt" in rule:
        conditions.append(rule["doubt"] in facts.doubts)
    if "contradicted" in rule:
        conditions.append(rule["contradicted"] == facts.contradicted)
    if "min_lineages" in rule:
        conditions.append(facts.lineages >= rule["min_lineages"])
    return all(conditions)
