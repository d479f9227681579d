"""Accounts side by side: where they differ, with what would settle it, and what each source says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.disagreements import Disagreement, disagreements
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import clause, counted, remark, spaced
from allywatch.page.wording.judgements import OURS, settling
from allywatch.page.wording.voices import of_sources, published_by
from briefmill.blocks import Block, Item, Prose, Row, omit, role, row, table
from briefmill.texts import Run, marks, text

#: Questions on a partner's page, and accounts that are told of each side.
MOST_POINTS = 5
MOST_ACCOUNTS = 2
#: Claims that a page tells source by source.
MOST_CLAIMS = 16
FEWEST_OF_A_SOURCE = 3
ACCOUNTS = "Where accounts differ"


@role("contested")
def differing(dossier: Dossier, claims: pd.DataFrame | None = None) -> Block:
    """Points on which `claims`, read side by side, do not say the same; of what was overtaken the later account first.

    By default the claims are those of all events of the dossier's own.
    """
    claims = dossier.claims if claims is None else claims
    relations = dossier.relations_among(claims["claim_id"])
    pairs = relations[relations["kind"].isin(["contradicts", "supersedes"])]
    if pairs.empty:
        return Prose(items=(Item((), tuple(remark("No two accounts differ."))),))
    by_id = {claim.claim_id: claim for claim in each_row(claims)}
    points = [_point(dossier, by_id, each) for each in disagreements(pairs)]
    # What was merely overtaken, and nobody asks about, is no dispute.
    points = [point for point in points if point.is_open or point.is_asked]
    if not points:
        return omit("no two accounts differ")
    points.sort(key=_rank)
    # Of those that ask the same, the first.
    distinct: dict[str, _Point] = {}
    for point in points:
        distinct.setdefault(point.question, point)
    left = len(distinct) - MOST_POINTS
    rows = [_row(dossier, each) for each in islice(distinct.values(), MOST_POINTS)]
    settled = any(own.cells[-1] for own in rows)
    columns = [
        ("Question", "36mm"),
        ("One account", "1fr"),
        ("Another", "1fr"),
        (f"What would settle it ({OURS})", "40mm"),
    ]
    if not settled:
        columns.pop()
        rows = [Row(own.cells[:-1]) for own in rows]
    more = counted(left, "more point").capitalize()
    note = f"{more} in the attached relations.csv." if left > 0 else ""
    return table(pairs, columns, rows, note, ACCOUNTS)


@dataclass(frozen=True)
class _Point:
    """A disagreement as a page tells it: the claims on either side, what it leaves open, and what would settle it.

    It `is_open` where the claims contradict each other, and not where one was overtaken; the question of one that
    `is_asked` is an analyst's, else it is made of the event.
    """

    is_open: bool
    is_asked: bool
    question: str
    settled_by: list[Run]
    ones: list[Any]
    others: list[Any]


def _point(dossier: Dossier, by_id: Mapping[str, Any], found: Disagreement) -> _Point:
    ones = [by_id[claim_id] for claim_id in found.ones]
    others = [by_id[claim_id] for claim_id in found.others]
    is_open = found.kind == "contradicts"
    asked, settled_by = settling(dossier, [*found.ones, *found.others])
    event = dossier.by_id[(ones if is_open else others)[0].event_id]
    left_open = "which account holds" if is_open else "what now"
    question = asked or f"{clause(event.headline)}: {left_open}?"
    return _Point(is_open, bool(asked), question, settled_by, ones, others)


def _rank(point: _Point) -> tuple[bool, bool, int]:
    """Contradictions before what was overtaken, those an analyst asks about first, then by how many sources speak."""
    sources = {claim.source_id for claim in (*point.ones, *point.others)}
    return not point.is_open, not point.is_asked, -len(sources)


def _row(dossier: Dossier, point: _Point) -> Row:
    return row(
        text(point.question, "strong"),
        _accounts(dossier, point.ones),
        _accounts(dossier, point.others),
        point.settled_by,
    )


def _accounts(dossier: Dossier, claims: Iterable[Any]) -> list[Run]:
    """What some claims say, in their order on the page, each with its source and when that was published, and its mark."""
    ordered = sorted(claims, key=attrgetter("Index"))
    published = dossier.published
    accounts = []
    for claim in ordered[:MOST_ACCOUNTS]:
        by = f"{claim.attributed_to}, in " if claim.attributed_to else ""
        said = text(f"{claim.statement.rstrip('.')}. ")
        source = of_sources(dossier, [claim.source_id]) if by else claim.called
        dated = published_by(source, published[claim.source_id])
        who = text(f"{by}{dated}", "small")
        accounts.append([said, who, marks([claim.mark])])
    left = len(ordered) - len(accounts)
    if left > 0:
        accounts.append([text(f"And {counted(left, 'more claim')}.", "small")])
    return spaced(*accounts, between="\n")


def by_source(dossier: Dossier) -> Block:
    """What each source says of the tie, claim by claim, with how firm each is, for a page of few reports."""
    claims = dossier.claims
    if claims.empty:
        return omit("no source says anything of this tie")
    order = claims["source_id"].value_counts().index
    share = max(FEWEST_OF_A_SOURCE, MOST_CLAIMS // len(order))
    shown = [
        claims[claims["source_id"] == source_id].head(share)
        for source_id in order[: MOST_CLAIMS // FEWEST_OF_A_SOURCE]
    ]
    rows = [_claim(dossier, claim) for own in shown for claim in each_row(own)]
    left = len(claims) - len(rows)
    more = counted(left, "more claim").capitalize()
    note = f"{more} in the attached claims.csv." if left > 0 else ""
    columns = [
        ("Source", "38mm"),
        ("What it says", "1fr"),
        ("Whose word", "34mm"),
        ("How firm", "32mm"),
    ]
    return table(claims, columns, rows, note, "What each source says")


def _claim(dossier: Dossier, claim: Any) -> Row:
    grades = {
        grade["grade"]: grade["word"]
        for grade in dossier.rules["credibility"]["grades"]
    }
    modalities = dossier.dataset.labels("claims", "modality")
    firm = grades[claim.credibility]
    if not claim.supports:
        firm += f"; {modalities[claim.modality].lower()}"
    words = [text(f"{claim.statement.rstrip('.')}."), marks([claim.mark])]
    return row(
        text(claim.called, "strong"), words, claim.attributed_to or "its own", firm
    )
