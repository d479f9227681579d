"""What an analyst concludes, as the data folder has it: said with its marks, and with a note where it is under review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import number, remark, sentence, spaced
from briefmill.texts import Run, Words, text

#: Stand in the subtitle of a section that holds a judgement, to set it apart from what is computed.
OURS = "ours"


def judged(dossier: Dossier, kind: str) -> pd.DataFrame:
    """An analyst's judgements of one kind on this partner, in the table's order.

    Returns
    -------
    DataFrame
        One row = one judgement, key `judgement_id`; the columns of the table, and `marks`: those of the events
        in its refs and of the events that the claims in its refs tell of. Empty where the folder has none.
    """
    return dossier.written_with_marks(kind)


def said(judgement: Any) -> list[Run]:
    """A judgement with its marks; one that rests on nothing told is a remark."""
    return [*statement(judgement.text, judgement.marks), *under_review(judgement)]


def said_together(judgements: pd.DataFrame) -> list[Run]:
    """Judgements one after another, each with its marks."""
    return spaced(*(said(judgement) for judgement in each_row(judgements)))


def statement(words: str, marks: Iterable[str]) -> list[Run]:
    """Words of an analyst with marks behind them; that they are an inference stands back."""
    runs = sentence(words, list(marks)) if marks else remark(words)
    return [part for run in runs for part in _set_back(run)]


def _set_back(run: Run) -> list[Run]:
    """A run of words cut where it says that it is an inference, which is set small."""
    if not isinstance(run, Words) or INFERENCE not in run.text:
        return [run]
    before, _, after = run.text.partition(INFERENCE)
    return [
        Words(before, run.style, remark=run.remark),
        Words(INFERENCE, "small", remark=run.remark),
        Words(after, run.style, remark=run.remark),
    ]


INFERENCE = "(our inference)"


def under_review(judgement: Any) -> list[Run]:
    """That a judgement is under review, and what has moved since it was written; nothing where nothing has."""
    if not judgement.under_review:
        return []
    return review_of(judgement.moved)


def review_of(moved: str) -> list[Run]:
    """What `moved` under a text, as a note in small print; nothing where nothing did."""
    if not moved:
        return []
    first, *others = moved.split("; ")
    more = f", and {number(len(others))} more" if others else ""
    return remark(f" (under review: {first}{more})", "small")


def settling(dossier: Dossier, claims: Iterable[str]) -> tuple[str, list[Run]]:
    """The question that `claims` raise and what would settle it: of every judgement whose refs hold all of them; blank for none."""
    claims = set(claims)
    question = ""
    runs: list[Run] = []
    for judgement in each_row(dossier.written("settles")):
        if claims <= set(judgement.refs):
            question = question or judgement.second
            words = remark(f"{' ' if runs else ''}{judgement.text}")
            runs += words + under_review(judgement)
    return question, runs


def lead(words: str) -> list[Run]:
    """A bold lead before a passage, with a full stop."""
    return [text(f"{words}.", "strong")] if words else []
