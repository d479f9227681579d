"""What an analyst concludes, as the data folder has it: said with its marks, and with a note where it is under review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import number, remark, sentence
from briefmill.texts import Run

#: Stand in the subtitle of a section that holds a judgement, to set it apart from what is computed.
BY_ANALYST, JUDGEMENT = "analyst’s judgement", "judgement"


def filed(dossier: Dossier) -> pd.DataFrame:
    """The judgements of every kind on this partner, or on the network where the dossier is of all: rows of the table."""
    table = dossier.dataset.judgements
    return table[
        table["partners"]
        .map(lambda codes: dossier.partner["partner_id"] in codes)
        .astype(bool)
    ]


def judged(dossier: Dossier, kind: str) -> pd.DataFrame:
    """An analyst's judgements of one kind on this partner, in the table's order.

    Returns
    -------
    DataFrame
        One row = one judgement, key `judgement_id`; the columns of the table, and `marks`: those of the events
        in its refs and of the events that the claims in its refs tell of. Empty where the folder has none.
    """
    own = filed(dossier)
    to_event = dossier.all_claims.set_index("claim_id")["event_id"].to_dict()
    kept = own[own["kind"] == kind]
    marks = [
        dossier.marks(to_event.get(ref, ref) for ref in refs) for refs in kept["refs"]
    ]
    return kept.assign(marks=pd.Series(marks, index=kept.index, dtype=object))


def said(judgement: Any) -> list[Run]:
    """A judgement with its marks; one that rests on nothing told is a remark."""
    told = (
        sentence(judgement.text, judgement.marks)
        if judgement.marks
        else remark(judgement.text)
    )
    return told + under_review(judgement)


def under_review(judgement: Any) -> list[Run]:
    """That a judgement is under review, and what has moved since it was written; nothing where nothing has."""
    if not judgement.under_review:
        return []
    first, *others = judgement.moved.split("; ")
    more = f", and {number(len(others))} more" if others else ""
    return remark(f" (under review: {first}{more})", "small")


def settling(dossier: Dossier, claims: Iterable[str]) -> list[Run]:
    """What would settle the point that `claims` make up: every judgement whose refs hold all of them; none for none."""
    claims = set(claims)
    runs: list[Run] = []
    for judgement in each_row(judged(dossier, "settles")):
        if claims <= set(judgement.refs):
            words = remark(f"{' ' if runs else ''}{judgement.text}")
            runs += words + under_review(judgement)
    return runs
