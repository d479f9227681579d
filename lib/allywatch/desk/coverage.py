"""How far the documents are coded: which sentences carry a claim, and which a reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.folding import spelt
from allywatch.data.partners import briefed_partners
from allywatch.data.passages import Documents
from allywatch.evidence.corroboration import corroboration

#: Where no line is longer than this, a document is hard-wrapped: line breaks mean nothing.
_WRAPPED = 120
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)(?!\s+[a-z|])")
_ABBREVIATED = re.compile(r"(?:[A-Z]\.)*[A-Z]|\s*\d+")
# Shorter words in capitals are other words: "BY" in a heading is no country code.
_LEAST_CAPITALS = 4


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a document.

    A sentence ends at a full stop, a question or exclamation mark or an ellipsis, closing
    quotes and brackets included, unless lower case follows, the next cell of a table's row, or
    the stop belongs to initials or to the number of a list item. It also ends with its paragraph, since headings have no
    stop: at a line break, or at a blank line where the document is hard-wrapped.
    """
    longest_line = max((len(line) for line in text.splitlines()), default=0)
    hard_wrapped = longest_line <= _WRAPPED
    breaks = re.finditer(r"\n[^\S\n]*\n" if hard_wrapped else r"\n", text)
    paragraph_ends = [match.start() for match in breaks]
    start = 0
    for paragraph_end in [*paragraph_ends, len(text)]:
        for stop in _STOP.finditer(text, start, paragraph_end):
            if not _is_abbreviation(text[start : stop.start()]):
                yield from _trimmed(text, start, stop.end())
                start = stop.end()
        yield from _trimmed(text, start, paragraph_end)
        start = paragraph_end


def _is_abbreviation(before: str) -> bool:
    """Whether the text before a full stop ends in initials or is a list number."""
    last_word = re.split(r"\s", before)[-1]
    if not last_word[:1].isalpha():
        last_word = before
    return _ABBREVIATED.fullmatch(last_word) is not None


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range without the blanks at its ends; nothing if it is blank."""
    words = text[start:end]
    if words.strip():
        leading = len(words) - len(words.lstrip())
        yield start + leading, start + len(words.rstrip())


def spellings(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Each name, short name, adjective and alias of the gazetteer, with its actor."""
    for row in dataset.partners.to_dict("records"):
        names = [row["name"], row["short_name"], row["adjective"], *row["aliases"]]
        for name in names:
            yield name.strip("\"“”'"), row["partner_id"]


def naming(dataset: Dataset) -> re.Pattern[str]:
    """A pattern that finds the actors of the gazetteer other than the focal power.

    A spelling counts as it stands, in the plural, or all in capitals, with any apostrophe
    and hyphen, and with its accents or without. A currency, as US$, is none.
    """
    focal_power = dataset.rules["focal_power"]
    words = {
        name for name, actor in spellings(dataset) if name and actor != focal_power
    }
    capitals = {word.upper() for word in words if len(word) >= _LEAST_CAPITALS}
    longest_first = sorted(words | capitals, key=lambda word: (-len(word), word))
    alternatives = "|".join(spelt(word) for word in longest_first)
    nothing = "(?!)"
    return re.compile(rf"(?<!\w)(?:{alternatives or nothing})[sS]?(?![\w$€£])")


def coverage(dataset: Dataset) -> pd.DataFrame:
    """How far the documents at hand have been coded, sentence by sentence.

    Grain: one row per sentence; key `source_id`, `start`. A document other than the one
    that was coded is left out.

    Returns
    -------
    DataFrame
        `source_id`; `start`, `end` (offsets); `line`: the line it starts on, from 1;
        `named`: the first actor it names, "" for none; `claimed`: a claim's passage lies
        in it, in whole or in part; `excused`: a passage with a reason for carrying no
        claim does.
    """
    documents = Documents(dataset.documents)
    pattern = naming(dataset)
    rows: list[dict[str, Any]] = []
    for source in dataset.sources.to_dict("records"):
        source_id = source["source_id"]
        text = documents.coded(source)
        if text is None:
            continue
        claimed = _spans(dataset.claims, source_id)
        excused = _spans(dataset.uncoded, source_id)
        for start, end in sentences(text):
            name = pattern.search(text, start, end)
            row = {
                "source_id": source_id,
                "start": start,
                "end": end,
                "line": text.count("\n", 0, start) + 1,
                "named": name[0] if name else "",
                "claimed": _overlaps(claimed, start, end),
                "excused": _overlaps(excused, start, end),
            }
            rows.append(row)
    columns = ["source_id", "start", "end", "line", "named", "claimed", "excused"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"claimed": bool, "excused": bool})


def _spans(passages: pd.DataFrame, source_id: str) -> list[tuple[int, int]]:
    """Start and end of each passage of one source."""
    of_source = passages[passages["source_id"] == source_id].dropna(subset=["start"])
    starts = of_source["start"].astype(int)
    ends = of_source["end"].astype(int)
    return list(zip(starts, ends, strict=True))


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and last > start for first, last in spans)


def one_way(dataset: Dataset) -> list[str]:
    """Names of the partners whose scored and held events all move the tie the same way."""
    events = dataset.events.merge(corroboration(dataset), on="event_id")
    weighed = events[events["scored"] | events["held"]].explode("partners")
    directions = weighed.groupby("partners")["direction"].agg(set).to_dict()
    names = dataset.partners.set_index("partner_id")["name"]
    return [
        names[partner]
        for partner in briefed_partners(dataset)
        if directions.get(partner) in ({1}, {-1})
    ]


def folded(lines: Iterable[int], among: Iterable[int]) -> str:
    """`lines` as ranges such as ``1–5, 9``; a range runs on over lines not in `among`."""
    ranges: list[list[int]] = []
    chosen = set(lines)
    previous = None
    for line in sorted(set(among)):
        if line in chosen:
            if previous in chosen:
                ranges[-1][1] = line
            else:
                ranges.append([line, line])
        previous = line
    return ", ".join(
        f"{first}–{last}" if last > first else str(first) for first, last in ranges
    )
