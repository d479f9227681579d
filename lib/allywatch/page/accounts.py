"""Accounts side by side: where they differ, with what would settle it, and what each source says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from operator import attrgetter
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.evidence.disagreements import Disagreement, disagreements
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import clause, counted, remark, spaced
from allywatch.page.wording.judgements import OURS, settling
from allywatch.page.wording.voices import of_sources
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
    points = [
        point
        for point in disagreements(pairs)
        if point.kind == "contradicts" or _is_asked(dossier, point)
    ]
    if not points:
        return omit("no two accounts differ")
    points.sort(key=lambda point: _rank(dossier, by_id, point))
    # Of those that ask the same, the first.
    asked: dict[str, Disagreement] = {}
    for point in points:
        asked.setdefault(_question(dossier, by_id, point), point)
    left = len(asked) - MOST_POINTS
    rows = [
        _row(dossier, by_id, question, point)
        for question, point in islice(asked.items(), MOST_POINTS)
    ]
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


def _is_asked(dossier: Dossier, point: Disagreement) -> bool:
    """Whether an analyst asks about a point; what was merely overtaken is no dispute."""
    question, _ = settling(dossier, [*point.ones, *point.others])
    return bool(question)


def _rank(
    dossier: Dossier, by_id: Mapping[str, Any], point: Disagreement
) -> tuple[bool, bool, int]:
    """Contradictions before what was overtaken, those an analyst asks about first, then by how many sources speak."""
    ids = [*point.ones, *point.others]
    question, _ = settling(dossier, ids)
    n_sources = len({by_id[claim_id].source_id for claim_id in ids})
    return point.kind != "contradicts", not question, -n_sources


def _question(dossier: Dossier, by_id: Mapping[str, Any], point: Disagreement) -> str:
    """What a point leaves open: in an analyst's words, else by the event."""
    question, _ = settling(dossier, [*point.ones, *point.others])
    if question:
        return question
    is_open = point.kind == "contradicts"
    first = point.ones[0] if is_open else point.others[0]
    event = dossier.by_id[by_id[first].event_id]
    return (
        f"{clause(event.headline)}: {'which account holds' if is_open else 'what now'}?"
    )


def _row(
    dossier: Dossier, by_id: Mapping[str, Any], question: str, point: Disagreement
) -> Row:
    _, settled_by = settling(dossier, [*point.ones, *point.others])
    return row(
        text(question, "strong"),
        _accounts(dossier, [by_id[each] for each in point.ones]),
        _accounts(dossier, [by_id[each] for each in point.others]),
        settled_by,
    )


def _accounts(dossier: Dossier, claims: Iterable[Any]) -> list[Run]:
    """What some claims say, in their order on the page, each with its source and when that was published, and its mark."""
    ordered = sorted(claims, key=attrgetter("Index"))
    published = dossier.published
    accounts = []
    for claim in ordered[:MOST_ACCOUNTS]:
        when = published[claim.source_id]
        dated = f", {dates.format_edtf(when)}" if when else ""
        by = f"{claim.attributed_to}, in " if claim.attributed_to else ""
        said = text(f"{claim.statement.rstrip('.')}. ")
        source = of_sources(dossier, [claim.source_id]) if by else claim.called
        who = text(f"{by}{source}{dated}", "small")
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
        for grade in dossier.dataset.rules["credibility"]["grades"]
    }
    modalities = dossier.dataset.labels("claims", "modality")
    firm = grades[claim.credibility]
    if not claim.supports:
        firm += f"; {modalities[claim.modality].lower()}"
    words = [text(f"{claim.statement.rstrip('.')}."), marks([claim.mark])]
    return row(
        text(claim.called, "strong"), words, claim.attributed_to or "its own", firm
    )
