"""What the corpus is: its sources and grades, one event, slant, limits, and how well suggestions do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.desk import suggesting
from allywatch.evidence import dossiers, rules
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.rows import strong, worded
from allywatch.page.wording import counted, percent
from allywatch.page.wording.grammar import capital
from briefmill.blocks import Block, Row, omit, prose, row, table
from briefmill.texts import text


def one_event(dataset: Dataset) -> Block:
    """The scored event with the most lineages, then claims, with every claim that supports it."""
    if dataset.events.empty:
        return omit("no event is admitted")
    event = _best_supported(dataset)
    claims = rules.supporting_claims(dataset)
    claims = claims[claims["event_id"] == event["event_id"]]
    claims = claims.sort_values(["source_id", "start"])
    modalities = dataset.labels("claims", "modality")
    rows = [
        row(
            strong(claim.claim_id),
            f"{claim.source_id} {claim.reliability}{claim.credibility}",
            f"{claim.start}–{claim.end}",
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
    codes = [
        f"{column} {dataset.labels('events', column)[event[column]].lower()}"
        for column in ("channel", "dimension", "direction")
    ]
    note = (
        f"{counted(len(claims), 'claim')} from {counted(claims['source_id'].nunique(), 'source')} and "
        f"{counted(claims['lineage'].nunique(), 'lineage')}. The event is coded once: {', '.join(codes)}; "
        f"it happened or held: {dates.format_edtf(event['date'])}."
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


def sources(dataset: Dataset) -> Block:
    """The sources, each with its grade and the reasons for it."""
    claims_by_source = dataset.claims["source_id"].value_counts()
    kinds = dataset.labels("sources", "doc_type")
    rows = []
    for source in each_row(dossiers.named(dataset.sources)):
        kind = kinds[source.doc_type].lower()
        published = dates.format_edtf(source.published)
        if source.published_basis not in ("stated", "undated"):
            published += f"\n{source.published_basis}"
        rows.append(
            row(
                strong(source.source_id),
                [strong(source.called), text(f"\n{source.title}; {kind}")],
                published,
                source.lineage,
                source.reliability,
                str(claims_by_source.get(source.source_id, 0)),
                worded(source.note),
            )
        )
    columns = [
        ("", "7mm"),
        ("Source", "36mm"),
        ("Published", "27mm"),
        ("Lineage", "23mm"),
        ("Grade", "10mm"),
        (">Claims", "11mm"),
        ("Reasons", "1fr"),
    ]
    return table(dataset.sources, columns, rows)


def grades(dataset: Dataset) -> Block:
    """Claims by grade of source and of claim, with the share on the diagonal."""
    letters = dataset.labels("sources", "reliability")
    grades = dataset.rules["credibility"]["grades"]
    words = {rule["grade"]: rule["word"] for rule in grades}
    numbers = {grade: words[grade] for grade in sorted(words)}
    reliability = dataset.sources.set_index("source_id")["reliability"]
    letter_of_claim = dataset.claims["source_id"].map(reliability)
    counts = pd.crosstab(letter_of_claim, dataset.claims["credibility"])
    counts = counts.reindex(index=list(letters), columns=list(numbers), fill_value=0)
    same_place = dict(zip(letters, numbers, strict=False))
    rows = []
    for letter, cells in counts[counts.any(axis=1)].iterrows():
        shown = [
            text(
                str(count or "·"), "strong" if number == same_place.get(letter) else ""
            )
            for number, count in cells.items()
        ]
        described = text(f" {letters[letter].lower()}")
        rows.append(row([strong(str(letter)), described], *shown))
    columns = [("Source", "1fr")]
    for number, label in numbers.items():
        columns.append((f">{number} {label.lower()}", "23mm"))
    return table(
        counts,
        columns,
        rows,
        note=_diagonal(counts, same_place),
        title="Claims by grade of source and of claim",
    )


def _diagonal(counts: pd.DataFrame, same_place: Mapping[str, int]) -> str:
    """How many claims have the same place in both grades, and how many would have it by chance."""
    total = int(counts.to_numpy().sum())
    on_diagonal = 0
    by_chance = 0.0
    for letter, number in same_place.items():
        of_letter: Any = counts.loc[letter]
        on_diagonal += int(of_letter[number])
        by_chance += (
            int(of_letter.sum())
            * int(counts[[number]].to_numpy().sum())
            / max(total, 1)
        )
    return (
        f"On the diagonal (bold): {on_diagonal} of {total} claims, {percent(on_diagonal, total)}. Were the two grades "
        f"given without regard to each other, {percent(by_chance, total)} would fall there."
    )


def slant(dataset: Dataset) -> Block:
    """What each source argues, and which way its claims point."""
    standing = corroboration(dataset)
    in_play = standing.loc[standing["scored"] | standing["held"], "event_id"]
    claims = rules.supporting_claims(dataset)
    claims = claims[claims["event_id"].isin(in_play)]
    direction_of_event = dataset.events.set_index("event_id")["direction"]
    directions = claims["event_id"].map(direction_of_event)
    stances = dataset.labels("sources", "stance")
    rows = []
    for source in each_row(dossiers.named(dataset.sources)):
        name = f"{source.source_id} {source.called}"
        of_source = directions[claims["source_id"] == source.source_id]
        rows.append(_slant_row(name, stances[source.stance].lower(), of_source))
    rows.append(_slant_row("All", "", directions, style="strong"))
    columns = [
        ("Source", "1fr"),
        ("Argues", "24mm"),
        (">Closer", "18mm"),
        (">Holds", "18mm"),
        (">Away", "18mm"),
        (">Closer or holding", "30mm"),
    ]
    note = "Claims that support a scored or held event, by its direction."
    return table(claims, columns, rows, note)


def _slant_row(name: str, stance: str, directions: pd.Series, style: str = "") -> Row:
    """The counts of claims by the direction of their event, and the share that does not lead away."""
    counts = [int((directions == direction).sum()) for direction in (1, 0, -1)]
    not_away = percent(counts[0] + counts[1], len(directions))
    cells = (name, stance, *map(str, counts), not_away)
    return row(*(text(cell, style) for cell in cells))


def suggestions(dataset: Dataset) -> Block:
    """How often the partners suggested for a passage are those of the claims that were then coded."""
    quality = suggesting.quality(dataset)
    if quality.empty:
        return omit("the documents are not at hand, so suggestions cannot be measured")
    whole = quality.sum(numeric_only=True).to_frame().T.assign(source_id="All")
    rows = [
        row(
            each.source_id,
            str(each.claims),
            percent(each.found, each.claims),
            str(each.marked),
            percent(each.right, each.marked),
        )
        for each in each_row(pd.concat([quality, whole]))
    ]
    columns = [
        ("Source", "1fr"),
        (">Claims on a partner", "34mm"),
        (">In a passage so marked", "38mm"),
        (">Passages marked", "32mm"),
        (">Hold a claim", "28mm"),
    ]
    note = "The third column is recall, the last precision. A passage is a sentence; one that names no partner has those of the sentence before it."
    return table(quality, columns, rows, note)


def limits(dataset: Dataset) -> Block:
    """How far the evidence falls short, counted."""
    claims = dataset.claims
    bases = claims["date_basis"].value_counts()
    stated = percent(bases.get("stated", 0), len(claims))
    inferred = percent(bases.get("inferred", 0), len(claims))
    undated = percent(bases.get("undated", 0), len(claims))
    standing = corroboration(dataset)
    scored = standing[standing["scored"]]
    of_one_lineage = (scored["n_lineages"] == 1).sum()
    attributed = percent((claims["attributed_to"] != "").sum(), len(claims))
    sentences = {
        "Dates.": f"{stated} of claims have a date that the document gives; for {inferred} it was inferred, and {undated} have none.",
        "Witnesses.": f"{of_one_lineage} of {len(scored)} scored events rest on one lineage alone.",
        "Voices.": f"{attributed} of claims are put into somebody’s mouth; the rest are the authors’ own telling.",
    }
    items = [(strong(label), text(words)) for label, words in sentences.items()]
    return prose("plain", items)
