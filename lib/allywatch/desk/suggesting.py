"""Partners, dates and figures named in a passage.

Nothing here decides anything: what is suggested is found by rule, and how often that is right is measured
against the claims that were curated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.folding import folded
from allywatch.data.partners import briefed_partners
from allywatch.data.passages import Documents
from allywatch.desk.coverage import naming, sentences, spellings
from allywatch.desk.phrases import Mark, dates_in, figures_in


def marks(dataset: Dataset, text: str) -> list[Mark]:
    """What is found in `text`, in its order; a number in a date is not a figure."""
    found = [*_partners(dataset, text), *dates_in(text)]
    figures = [
        figure
        for figure in figures_in(text)
        if not any(mark.overlaps(figure.start, figure.end) for mark in found)
    ]
    return sorted(found + figures, key=lambda mark: (mark.start, mark.end))


def _partners(dataset: Dataset, text: str) -> Iterator[Mark]:
    pattern, codes = _names(dataset)
    for match in pattern.finditer(text):
        word = folded(match[0])
        code = codes.get(word) or codes.get(word.removesuffix("s"))
        if code:
            yield Mark(*match.span(), "partner", code)


@lru_cache(maxsize=4)
def _names(dataset: Dataset) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern that finds the actors of the gazetteer, and the code that each spelling stands for."""
    return naming(dataset), {folded(word): code for word, code in spellings(dataset)}


def passages(dataset: Dataset, source_id: str) -> pd.DataFrame:
    """The sentences of a source's document with what is suggested for each.

    A sentence that names no partner is marked with those of the one before it in its paragraph.

    Grain: one row per sentence; key `start`; none where the document is not at hand.

    Returns
    -------
    DataFrame
        `start`, `end`; `line` (from 1); `text`; `partners`, `dates`, `figures`: tuples of values.
    """
    source = dataset.sources.set_index("source_id").loc[source_id].to_dict()
    document = Documents(dataset.documents).coded(source) or ""
    rows = []
    partners: tuple[str, ...] = ()
    end_before = 0
    for start, end in sentences(document):
        text = document[start:end]
        found = marks(dataset, text)
        if "\n" in document[end_before:start]:
            partners = ()
        partners = _values(found, "partner") or partners
        line = document.count("\n", 0, start) + 1
        on_dates = _values(found, "date")
        figures = _values(found, "figure")
        rows.append((start, end, line, text, partners, on_dates, figures))
        end_before = end
    columns = ["start", "end", "line", "text", "partners", "dates", "figures"]
    return pd.DataFrame(rows, columns=columns)


def _values(found: list[Mark], kind: str) -> tuple[str, ...]:
    """The different values of the marks of one kind."""
    return tuple(dict.fromkeys(mark.value for mark in found if mark.kind == kind))


def quality(dataset: Dataset) -> pd.DataFrame:
    """How often the suggested partners are those of the claims that were curated.

    Grain: one row per source whose document is at hand; key `source_id`. `claims`: claims on a partner;
    `found`: of these, those of which a sentence is marked with one of their partners; `marked`: sentences
    marked with a partner; `right`: of these, those that hold a claim.
    """
    briefed = {*briefed_partners(dataset)}
    event_partners = dataset.events.set_index("event_id")["partners"]
    partners = dataset.claims["event_id"].map(event_partners)
    claims = dataset.claims.assign(partners=partners.map(briefed.intersection))
    rows = []
    for source_id in dataset.sources["source_id"]:
        read = passages(dataset, source_id)
        if len(read):
            read["partners"] = read["partners"].map(briefed.intersection)
            marked = read[read["partners"].map(len) > 0]
            of_source = claims[claims["source_id"] == source_id]
            rows.append((source_id, *_hits(of_source, marked)))
    columns = ["source_id", "claims", "found", "marked", "right"]
    return pd.DataFrame(rows, columns=columns)


def _hits(claims: pd.DataFrame, marked: pd.DataFrame) -> tuple[int, int, int, int]:
    """The counts of `quality` for one source, from its claims and its marked sentences."""
    on_partner = claims[claims["partners"].map(len) > 0]
    sides = claims.merge(marked, how="cross", suffixes=("", "_marked"))
    overlapping = sides[
        (sides["start"] < sides["end_marked"]) & (sides["end"] > sides["start_marked"])
    ]
    both = zip(overlapping["partners"], overlapping["partners_marked"], strict=True)
    shared = [not ours.isdisjoint(theirs) for ours, theirs in both]
    found = overlapping.loc[shared, "claim_id"].nunique()
    right = overlapping["start_marked"].nunique()
    return len(on_partner), found, len(marked), right
