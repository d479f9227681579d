"""What the briefings cannot show, as far as it can be counted."""

from __future__ import annotations

from allywatch.data.dataset import Dataset
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.agreement import Agreement, too_weak
from allywatch.method.codebook.rows import strong
from allywatch.page.wording.grammar import capital, percent, some_of, verb
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
        f"{alone} of {len(moving)} reports that move a tie rest on one independent source alone. "
        "Leaving a source out shows how much hangs on it, not whether it is right."
    )


def _voices_and_dates(dataset: Dataset) -> str:
    claims = dataset.claims
    bases = claims["date_basis"].value_counts()
    stated, inferred, undated = (
        percent(bases.get(basis, 0), len(claims))
        for basis in ("stated", "inferred", "undated")
    )
    attributed = percent((claims["attributed_to"] != "").sum(), len(claims))
    return (
        f"{attributed} of claims are put into somebody’s mouth; the rest are the authors’ own. For {stated} the document "
        f"gives a date; for {inferred} it was inferred, and {undated} have none."
    )
