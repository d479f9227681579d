"""What the briefings cannot show, as far as it can be counted."""

from __future__ import annotations

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.agreement import Agreement, too_weak
from allywatch.method.codebook.rows import strong
from allywatch.page.wording.grammar import capital, joined, percent, some_of, verb
from briefmill.blocks import Block, prose
from briefmill.texts import text


def limits(dataset: Dataset, found: Agreement | None = None) -> Block:
    """How far the evidence falls short: what it argues, how it is dated and borne out, how surely it was coded."""
    sentences = {
        "What the sources argue.": _one_sided(dataset),
        "Independent sources.": _witnesses(dataset),
        "Voices and dates.": _voices_and_dates(dataset),
        "Coding.": too_weak(found),
    }
    items = [
        (strong(label), text(words)) for label, words in sentences.items() if words
    ]
    return prose("plain", items)


def _one_sided(dataset: Dataset) -> str:
    """How many sources argue the thesis of the data folder; "" where there is no thesis."""
    thesis = dataset.rules.get("thesis")
    if not thesis or dataset.sources.empty:
        return ""
    stances = dataset.sources["stance"]
    own = int(stances.eq(thesis["stance"]).sum())
    who = capital(some_of(own, len(stances), "source"))
    said = (
        f"{who} {verb(own, 'argues', 'argue')} that {thesis['words']}. What speaks against a text’s own argument "
        "is likely to be left out of it"
    )
    if own < len(stances):
        return f"{said}."
    return f"{said}, and the other reading rests on what the same texts concede."


def _witnesses(dataset: Dataset) -> str:
    standing = corroboration(dataset)
    moving = standing[standing["scored"]]
    alone = int((moving["n_lineages"] == 1).sum())
    return (
        f"{alone:,} of {len(moving):,} reports that move a tie rest on one independent source alone. "
        "Leaving a source out shows how much hangs on it, not whether it is right."
    )


def _voices_and_dates(dataset: Dataset) -> str:
    claims = dataset.claims
    return f"{_voices(claims)} {_dates(claims)}"


def _voices(claims: pd.DataFrame) -> str:
    attributed = int((claims["attributed_to"] != "").sum())
    if not attributed:
        return "No claim is put into anybody’s mouth; all are the sources’ own."
    share = percent(attributed, len(claims))
    return f"{share} of claims are put into somebody’s mouth; the rest are the authors’ own."


def _dates(claims: pd.DataFrame) -> str:
    """Where the dates of claims come from, without what holds for none."""
    bases = claims["date_basis"].value_counts()
    every = {
        "stated": "Every claim has a date in its source.",
        "inferred": "The date of every claim was inferred.",
        "undated": "No claim has a date.",
    }
    for basis, words in every.items():
        if bases.get(basis, 0) == len(claims):
            return words
    shares = {
        "stated": "for {} the document gives a date",
        "inferred": "for {} it was inferred",
        "undated": "{} have none",
    }
    parts = [
        words.format(percent(bases[basis], len(claims)))
        for basis, words in shares.items()
        if bases.get(basis, 0)
    ]
    if len(parts) == len(shares):
        return capital(f"{parts[0]}; {parts[1]}, and {parts[2]}.")
    return capital(f"{joined(parts)}.")
