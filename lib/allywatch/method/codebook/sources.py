"""Who the sources are: their grades, what they argue, and which way their claims point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.data.source_names import named
from allywatch.evidence import rules
from allywatch.evidence.corroboration import corroboration
from allywatch.evidence.shown import most
from allywatch.method.codebook.rows import strong, worded
from allywatch.page.wording.grammar import counted, percent
from briefmill.blocks import Block, Row, row, table
from briefmill.texts import text

MOST_SOURCES = 15
_COUNTS = [(">Closer", "13mm"), (">As it was", "14mm"), (">Away", "13mm")]


def sources(dataset: Dataset) -> Block:
    """The sources with the most claims: kind, date, grade, what each argues, and which way its claims point."""
    known = named(dataset.sources)
    n_claims = dataset.claims["source_id"].value_counts()
    order = known["source_id"].map(n_claims).fillna(0)
    known = known.loc[order.sort_values(ascending=False, kind="stable").index]
    pointing = _pointing(dataset)
    rows = [
        _source_row(dataset, source, int(n_claims.get(source.source_id, 0)), pointing)
        for source in each_row(known.head(MOST_SOURCES))
    ]
    total = [f"{len(dataset.claims):,}", "", *_counts(pointing["direction"])]
    rows.append(row(*(text(cell, "strong") for cell in ("All", "", "", *total))))
    columns = [
        ("Source", "1fr"),
        ("Kind and date", "38mm"),
        ("Grade", "28mm"),
        (">Claims", "12mm"),
        ("Argues", "16mm"),
        *_COUNTS,
        (">Closer or as it was", "18mm"),
    ]
    note = "Closer, as it was, away: claims that support a report with a direction, by that direction."
    more = len(known) - MOST_SOURCES
    if more > 0:
        where = "in the HTML edition"
        if len(known) > most(dataset, "rows"):
            where = "in the attached sources.csv"
        note += f" The sources with the most claims; {counted(more, 'other')} {where}."
    return table(known, columns, rows, note)


def _source_row(
    dataset: Dataset, source: Any, n_claims: int, pointing: pd.DataFrame
) -> Row:
    kinds = dataset.labels("sources", "doc_type")
    letters = dataset.labels("sources", "reliability")
    stances = dataset.labels("sources", "stance")
    grade = [
        strong(source.reliability),
        text(f" {letters[source.reliability].lower()}"),
    ]
    of_source = pointing.loc[pointing["source_id"] == source.source_id, "direction"]
    return row(
        strong(source.called),
        f"{kinds[source.doc_type]}, {_published(source)}",
        grade,
        f"{n_claims:,}",
        stances[source.stance].lower(),
        *_counts(of_source),
    )


def _published(source: Any) -> str:
    """When a source was published, and on what basis that is known where it is not stated."""
    published = dates.format_edtf(source.published)
    if source.published_basis in ("stated", "undated"):
        return published
    return f"{published} ({source.published_basis})"


def _pointing(dataset: Dataset) -> pd.DataFrame:
    """The claims that support a report with a direction, or one that leaves the tie as it was.

    Grain: one row per claim. Columns `source_id` and `direction`, that of its event.
    """
    standing = corroboration(dataset)
    in_play = standing.loc[standing["scored"] | standing["held"], "event_id"]
    claims = rules.supporting_claims(dataset)
    claims = claims[claims["event_id"].isin(in_play)]
    direction_of_event = dataset.events.set_index("event_id")["direction"]
    return pd.DataFrame(
        {
            "source_id": claims["source_id"],
            "direction": claims["event_id"].map(direction_of_event),
        }
    )


def _counts(directions: pd.Series) -> list[str]:
    """How many claims point closer, neither way and away, and the share that does not lead away."""
    counts = [int((directions == direction).sum()) for direction in (1, 0, -1)]
    not_away = percent(counts[0] + counts[1], len(directions))
    return [*(f"{count:,}" for count in counts), not_away]


def source_reasons(dataset: Dataset) -> Block:
    """The sources, of very many those with most claims: title, upstream, grade and the reasons for it."""
    pointing = dict(iter(_pointing(dataset).groupby("source_id")["direction"]))
    nothing = pd.Series(dtype="Int64")
    known = named(dataset.sources)
    n_claims = known["source_id"].map(dataset.claims["source_id"].value_counts())
    ranked = n_claims.fillna(0).sort_values(ascending=False, kind="stable")
    shown = known.loc[ranked.index[: most(dataset, "rows")].sort_values()]
    rows = []
    for source in each_row(shown):
        of_source = pointing.get(source.source_id, nothing)
        closer, as_it_was, away, _ = _counts(of_source)
        rows.append(
            row(
                strong(source.source_id),
                [strong(source.called), text(f"\n{source.title}")],
                source.lineage,
                source.reliability,
                closer,
                as_it_was,
                away,
                worded(source.note),
            )
        )
    columns = [
        ("", "7mm"),
        ("Source", "36mm"),
        ("Upstream", "23mm"),
        ("Grade", "10mm"),
        *_COUNTS,
        ("Reasons", "1fr"),
    ]
    left = len(known) - len(rows)
    more = f"{counted(left, 'more source').capitalize()} in the attached sources.csv."
    return table(dataset.sources, columns, rows, more if left else "")


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
                f"{count:,}" if count else "·",
                "strong" if number == same_place.get(letter) else "",
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
        f"On the diagonal (bold): {on_diagonal:,} of {total:,} claims, {percent(on_diagonal, total)}. Were the two grades "
        f"given without regard to each other, {percent(by_chance, total)} would fall there."
    )
