"""How claims become a report: one of them taken apart, and the words for what counts."""

from __future__ import annotations

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.data.passages import BY_PLACE
from allywatch.evidence import rules
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.rows import strong
from allywatch.page.wording.grammar import capital, counted, joined, number
from briefmill.blocks import Block, omit, row, table


def one_event(dataset: Dataset) -> Block:
    """The report with the most independent sources, then claims, with every claim that supports it."""
    if dataset.events.empty:
        return omit("no event is admitted")
    event = _best_supported(dataset)
    claims = rules.supporting_claims(dataset)
    claims = claims[claims["event_id"] == event["event_id"]]
    claims = claims.sort_values(BY_PLACE)
    modalities = dataset.labels("claims", "modality")
    rows = [
        row(
            strong(claim.claim_id),
            f"{claim.source_id} {claim.reliability}{claim.credibility}",
            claim.locator or f"{claim.start}–{claim.end}",
            claim.statement,
            modalities[claim.modality].lower(),
            dates.format_edtf(claim.date),
        )
        for claim in each_row(claims)
    ]
    columns = [
        ("Claim", "13mm"),
        ("Source, grade", "20mm"),
        ("Characters", "21mm"),
        ("What the passage asserts", "1fr"),
        ("How it is put", "19mm"),
        ("Date in the claim", "32mm"),
    ]
    way = dataset.labels("events", "direction")[event["direction"]].lower()
    field = dataset.labels("events", "dimension")[event["dimension"]].lower()
    note = (
        f"{counted(len(claims), 'claim')} from {counted(claims['source_id'].nunique(), 'source')}, "
        f"{number(claims['lineage'].nunique())} of them independent. The report is coded once: field {field}, "
        f"direction {way}, date {dates.format_edtf(event['date'])}."
    )
    title = f"{event['event_id']}: {event['headline']}"
    return table(claims, columns, rows, capital(note), title)


def _best_supported(dataset: Dataset) -> pd.Series:
    """The row of the scored event with the most lineages, then claims; an unscored one where none is scored."""
    standing = corroboration(dataset).sort_values(
        ["scored", "n_lineages", "n_claims", "event_id"],
        ascending=[False, False, False, True],
    )
    events = dataset.events.set_index("event_id", drop=False)
    return events.loc[standing["event_id"].iloc[0]]


def terms(dataset: Dataset) -> Block:
    """What counts, in the words of the page, and how much of each there is."""
    standing = corroboration(dataset)
    moving = standing["scored"].sum()
    level = standing["held"].sum()
    least = number(dataset.rules["corroboration"]["min_lineages"])
    n_supporting = len(rules.supporting_claims(dataset))
    meanings = [
        ("Supporting claim", _support(dataset), n_supporting),
        (
            "Independent source",
            "Sources that go back to one upstream are one witness, however many texts retell it.",
            dataset.sources["lineage"].nunique(),
        ),
        (
            "Moves the tie",
            "A report that leads closer or away, with at least one supporting claim. Only these enter a direction.",
            moving,
        ),
        (
            "Well attested",
            f"A report that moves the tie, with {least} or more independent sources behind it.",
            (standing["scored"] & standing["corroborated"]).sum(),
        ),
        (
            "Leaves the tie as it was",
            "A report that the tie stands, with at least one supporting claim. It enters no balance.",
            level,
        ),
        (
            "Background",
            "Every other report: shown, never counted.",
            len(standing) - moving - level,
        ),
    ]
    rows = [row(strong(word), said, f"{count:,}") for word, said, count in meanings]
    columns = [("Word", "38mm"), ("Meaning", "1fr"), (">Here", "14mm")]
    return table(None, columns, rows)


def _support(dataset: Dataset) -> str:
    """Which claims support their report, from what the data folder takes out."""
    support = dataset.rules["support"]
    modalities = dataset.labels("claims", "modality")
    letters = dataset.labels("sources", "reliability")
    strengths = dataset.labels("doubts", "strength")
    modal = [f"“{modalities[key].lower()}”" for key in support["unscored_modalities"]]
    doubted = [
        f"an outside report {strengths[key].lower()}"
        for key in support["unscored_doubts"]
    ]
    graded = [
        f"its source is graded {key} ({letters[key].lower()})"
        for key in support["unscored_reliabilities"]
    ]
    reasons = [
        *([f"it is coded {joined(modal, 'or')}"] if modal else []),
        *doubted,
        *graded,
    ]
    unless = f", unless {joined(reasons, 'or')}" if reasons else ""
    return f"A claim supports its report{unless}. One that does not is shown and carries no weight."
