"""What has been read: which sentences of the documents carry a claim, and which a reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from allywatch.data.loading import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.data.passages import Documents
from allywatch.evidence.dossiers import corroboration

#: A document none of whose lines is longer than this is hard-wrapped: its line breaks mean nothing.
_WRAPPED = 120
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)(?!\s+[a-z])")
_ABBREVIATED = re.compile(r"(?:[A-Z]\.)*[A-Z]|\s*\d+")
# Shorter words in capitals are other words: "BY" in a heading is no country code.
_LEAST_CAPITALS = 4


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """First offset and end of each sentence of a document.

    A sentence ends at a full stop, a question or exclamation mark or an ellipsis, closing quotes and
    brackets included, unless what follows goes on in lower case or the stop belongs to initials or to the
    number of a list item. It also ends where its paragraph ends, as headings have no stop: at a line
    break, or in a document that is hard-wrapped at a blank line.
    """
    wrapped = max(map(len, text.splitlines()), default=0) <= _WRAPPED
    breaks = re.finditer(r"\n[^\S\n]*\n" if wrapped else r"\n", text)
    start = 0
    for end in [*(found.start() for found in breaks), len(text)]:
        for stop in _STOP.finditer(text, start, end):
            word = re.search(r"\S*$", text[start : stop.start()])
            before = word[0] if word[0][:1].isalpha() else text[start : stop.start()]
            if not _ABBREVIATED.fullmatch(before):
                yield from _trimmed(text, start, stop.end())
                start = stop.end()
        yield from _trimmed(text, start, end)
        start = end


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    if words.strip():
        yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def spellings(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Each name, short name, adjective and alias of the gazetteer, with the code of its actor."""
    for row in dataset.partners.itertuples():
        for word in (row.name, row.short_name, row.adjective, *row.aliases):
            yield word.strip("\"“”'"), row.partner_id


def naming(dataset: Dataset) -> re.Pattern:
    """A pattern that finds the actors of the gazetteer other than the focal power, as they may be printed.

    A spelling counts as it stands, in the plural, or all in capitals.
    """
    power = dataset.rules["focal_power"]
    words = {word for word, code in spellings(dataset) if word and code != power}
    words |= {word.upper() for word in words if len(word) >= _LEAST_CAPITALS}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})[sS]?(?!\w)"
    )


def coverage(dataset: Dataset) -> pd.DataFrame:
    """How the documents at hand have been read; a document other than the one coded is passed over.

    Grain: one row per sentence; key `source_id`, `start`.

    Returns
    -------
    DataFrame
        `source_id`, `start`, `end` (offsets); `line`: the line it starts on, from 1; `named`: the first
        actor it names, "" for none; `claimed`: a claim's passage lies in it, in whole or in part;
        `excused`: so does a passage with a reason for carrying no claim.
    """
    documents, pattern, rows = Documents(dataset.documents), naming(dataset), []
    for source in dataset.sources.to_dict("records"):
        text = documents.coded(source)
        claimed, excused = (
            _spans(table, source["source_id"])
            for table in (dataset.claims, dataset.uncoded)
        )
        for start, end in sentences(text or ""):
            line, found = (
                text.count("\n", 0, start) + 1,
                pattern.search(text, start, end),
            )
            within = (
                any(first < end and last > start for first, last in spans)
                for spans in (claimed, excused)
            )
            rows.append(
                (
                    source["source_id"],
                    start,
                    end,
                    line,
                    found[0] if found else "",
                    *within,
                )
            )
    columns = ["source_id", "start", "end", "line", "named", "claimed", "excused"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"claimed": bool, "excused": bool}
    )


def _spans(passages: pd.DataFrame, source_id: str) -> list[tuple[int, int]]:
    own = passages[passages["source_id"] == source_id]
    return list(zip(own["start"].astype(int), own["end"].astype(int), strict=True))


def one_way(dataset: Dataset) -> list[str]:
    """The names of partners whose scored and held events all move the tie the same way."""
    events = dataset.events.merge(corroboration(dataset), on="event_id")
    in_play = events[events["scored"] | events["held"]].explode("partners")
    ways = in_play.groupby("partners")["direction"].agg(set).to_dict()
    called = dataset.partners.set_index("partner_id")["name"]
    one_way = (
        partner
        for partner in briefed_partners(dataset)
        if ways.get(partner) in ({1}, {-1})
    )
    return [called[partner] for partner in one_way]


def folded(lines: Iterable[int], among: Iterable[int]) -> str:
    """`lines` as ranges such as ``1–5, 9``: those with none of `among` between them are joined."""
    ranges: list[list[int]] = []
    wanted = set(lines)
    before = None
    for line in sorted(set(among)):
        if line in wanted and before in wanted:
            ranges[-1][1] = line
        elif line in wanted:
            ranges.append([line, line])
        before = line
    return ", ".join(
        f"{first}–{last}" if last > first else f"{first}" for first, last in ranges
    )
