"""What a curator may want to code: partners, dates and figures named in a passage, and events it may be about.

Nothing here decides anything: what is suggested is looked for by rule, and how often that is right is measured
against the claims that were curated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from rapidfuzz import fuzz

from allywatch.data import dates
from allywatch.data.loading import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.data.passages import Documents
from allywatch.desk.coverage import naming, sentences, spellings

MOST_NEAR, LEAST_ALIKE = (
    4,
    45,
)  # events offered for a passage; rapidfuzz similarity from which one is


@dataclass(frozen=True)
class Mark:
    """Something found in a text: its `start` and `end`, its `kind` (partner, date or figure) and `value`.

    The value is a partner's code, a date in EDTF, or a number and its unit joined by a blank.
    """

    start: int
    end: int
    kind: str
    value: str


def marks(dataset: Dataset, text: str) -> list[Mark]:
    """What is found in `text`, in its order; a number in a date is not a figure."""
    found = [*_partners(dataset, text), *_dates(text)]
    taken = [(mark.start, mark.end) for mark in found]
    figures = (
        each
        for each in _figures(text)
        if all(each.end <= a or each.start >= b for a, b in taken)
    )
    return sorted([*found, *figures], key=lambda mark: (mark.start, mark.end))


def _partners(dataset: Dataset, text: str) -> Iterator[Mark]:
    pattern, codes = _names(dataset)
    for found in pattern.finditer(text):
        word = found[0].casefold()
        if code := codes.get(word) or codes.get(word.removesuffix("s")):
            yield Mark(*found.span(), "partner", code)


@lru_cache(maxsize=4)
def _names(dataset: Dataset) -> tuple[re.Pattern, dict[str, str]]:
    """The pattern that finds the actors of the gazetteer, and whom each of its words means."""
    return naming(dataset), {word.casefold(): code for word, code in spellings(dataset)}


_MONTH = rf"(?P<month>{'|'.join(dates.MONTHS)})"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_PARTS = {"early": 37, "mid": 38, "late": 39}
_ORDINALS = ("first", "second", "third", "fourth")
_LEADS = {"since": "{}/..", "by": "../{}"}
_PHRASES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? {_YEAR}\b",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b",
        rf"\b{_MONTH},? (?:of )?{_YEAR}\b",
        rf"\b(?P<season>{'|'.join(_SEASONS)}) (?:of )?{_YEAR}\b",
        rf"\b(?P<part>{'|'.join(_PARTS)})[ -](?:in )?{_YEAR}\b",
        rf"\b(?P<half>first|second) half of {_YEAR}\b",
        rf"\b(?P<quarter>{'|'.join(_ORDINALS)}) quarter of {_YEAR}\b",
        rf"\bbetween {_YEAR} and (?P<end>(?:19|20)\d{{2}})\b",
        rf"\b{_YEAR} ?(?:to|–|-) ?(?P<until>(?:19|20)\d{{2}})\b",
        rf"\b{_YEAR}\b",
    )
]


def _dates(text: str) -> Iterator[Mark]:
    """Phrases that name a year or more; each place in the text is read once, by the first pattern that fits."""
    taken: list[tuple[int, int]] = []
    for pattern in _PHRASES:
        for found in pattern.finditer(text):
            start, end = found.span()
            edtf = _edtf(found.groupdict())
            if edtf is None or any(start < b and end > a for a, b in taken):
                continue
            taken.append((start, end))
            lead = re.search(r"\b(since|by) (?:the )?$", text[:start], re.IGNORECASE)
            if lead and not {"/", "["} & {*edtf}:
                start, edtf = lead.start(), _LEADS[lead[1].lower()].format(edtf)
            yield Mark(start, end, "date", edtf)


def _edtf(said: dict[str, str | None]) -> str | None:
    """The EDTF text of a phrase taken apart; None where it names no possible day."""
    year = said["year"]
    if said.get("month"):
        months = [month.casefold() for month in dates.MONTHS]
        edtf = f"{year}-{months.index(said['month'].casefold()) + 1:02d}"
        edtf += f"-{int(said['day']):02d}" if said.get("day") else ""
    elif grouping := _grouping(said):
        edtf = f"{year}-{grouping}"
    elif said.get("end"):
        edtf = f"[{year}..{said['end']}]"
    else:
        edtf = f"{year}/{said['until']}" if said.get("until") else year
    try:
        dates.bounds(edtf)
    except ValueError:
        return None
    return edtf


def _grouping(said: dict[str, str | None]) -> int | None:
    if said.get("half"):
        return 40 + _ORDINALS.index(said["half"].lower())
    if said.get("quarter"):
        return 33 + _ORDINALS.index(said["quarter"].lower())
    return _SEASONS.get((said.get("season") or "").lower()) or _PARTS.get(
        (said.get("part") or "").lower()
    )


_SIGNS = {"$": "dollars", "€": "euros", "£": "pounds"}
_FIGURE = re.compile(
    r"(?P<sign>[$€£])?(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"\s?(?P<unit>%|per ?cent|(?:(?:thousand|million|billion) )?[a-z]+|(?=[\s.,;)]))"
)


def _figures(text: str) -> Iterator[Mark]:
    """Numbers in figures with the word after them, or the currency before them, as their unit."""
    for found in _FIGURE.finditer(text):
        unit = {"%": "per cent", "percent": "per cent"}.get(
            found["unit"], found["unit"]
        )
        if found["sign"]:
            scale = re.match(r"thousand|million|billion", unit)
            unit = f"{scale[0] if scale else ''} {_SIGNS[found['sign']]}".strip()
        if unit:
            number = found["number"].replace(",", "") + (found["decimals"] or "")
            yield Mark(*found.span(), "figure", f"{number} {unit}")


def passages(dataset: Dataset, source_id: str) -> pd.DataFrame:
    """The sentences of a source's document with what is suggested for each.

    A sentence that names no partner is marked with those of the one before it in its paragraph.

    Grain: one row per sentence; key `start`; none where the document is not at hand.

    Returns
    -------
    DataFrame
        `start`, `end`; `line` (from 1); `text`; `partners`, `dates`, `figures`: tuples of values.
    """
    source = dataset.sources.set_index("source_id", drop=False).loc[source_id].to_dict()
    document = Documents(dataset.documents).coded(source) or ""
    rows, before, last = [], (), 0
    for start, end in sentences(document):
        words = document[start:end]
        found = {kind: [] for kind in ("partner", "date", "figure")}
        for mark in marks(dataset, words):
            found[mark.kind].append(mark.value)
        partners, when, figures = (
            tuple(dict.fromkeys(values)) for values in found.values()
        )
        same_paragraph = "\n" not in document[last:start]
        partners = partners or (before if same_paragraph else ())
        rows.append(
            (
                start,
                end,
                document.count("\n", 0, start) + 1,
                words,
                partners,
                when,
                figures,
            )
        )
        before, last = partners, end
    columns = ["start", "end", "line", "text", "partners", "dates", "figures"]
    return pd.DataFrame(rows, columns=columns)


def near_events(dataset: Dataset, words: str, partners: tuple[str, ...]) -> list[str]:
    """The ids of events that `words` may be about, the likest first: those of `partners`, or any without."""
    events = dataset.events
    if partners:
        events = events[
            events["partners"]
            .map(lambda codes: not {*codes}.isdisjoint(partners))
            .astype(bool)
        ]
    told = zip(events["headline"], events["summary"], events["event_id"], strict=True)
    scored = [
        (-fuzz.token_set_ratio(words, f"{headline} {summary}"), key)
        for headline, summary, key in told
    ]
    return [key for alike, key in sorted(scored)[:MOST_NEAR] if -alike >= LEAST_ALIKE]


def quality(dataset: Dataset) -> pd.DataFrame:
    """How often the suggested partners are those of the claims that were curated.

    Grain: one row per source whose document is at hand; key `source_id`. `claims`: claims on a partner;
    `found`: of these, those of which a sentence is marked with one of their partners; `marked`: sentences
    marked with a partner; `right`: of these, those that hold a claim.
    """
    briefed, rows = {*briefed_partners(dataset)}, []
    about = dataset.events.set_index("event_id")["partners"]
    for source_id in dataset.sources["source_id"]:
        read = passages(dataset, source_id)
        if read.empty:
            continue
        own = dataset.claims[dataset.claims["source_id"] == source_id]
        partners = [briefed & {*codes} for codes in own["event_id"].map(about)]
        spans = list(
            zip(own["start"].astype(int), own["end"].astype(int), partners, strict=True)
        )
        told = [span for span in spans if span[2]]
        marked = [
            (row.start, row.end, {*row.partners} & briefed) for row in read.itertuples()
        ]
        marked = [span for span in marked if span[2]]
        found = sum(
            any(a < end and b > start and own & codes for a, b, codes in marked)
            for start, end, own in told
        )
        right = sum(
            any(start < b and end > a for start, end, _ in spans) for a, b, _ in marked
        )
        rows.append((source_id, len(told), found, len(marked), right))
    return pd.DataFrame(
        rows, columns=["source_id", "claims", "found", "marked", "right"]
    )
