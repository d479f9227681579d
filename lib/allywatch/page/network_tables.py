"""The long tables of the overview, which stand on screen only: partners by field and by source, and every event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.evidence.network import Network
from allywatch.evidence.shown import best_founded, most
from allywatch.page.wording.grammar import capital, counted, joined
from allywatch.page.wording.happened import sign
from allywatch.page.wording.voices import outside, reported, who_says_so
from briefmill.blocks import Block, Row, omit, row, table
from briefmill.texts import marks, text

NONE = "–"


def undrawn(net: Network) -> Block:
    """The partners that the map has no room for, by direction, each with how many reports lead closer and away."""
    if net.undrawn.empty:
        return omit("the map shows every partner")
    words = {rule["key"]: rule["word"] for rule in net.dataset.rules["direction_words"]}
    rows = []
    for direction, partners in net.undrawn.groupby("direction", sort=False):
        counts = [
            f"{partner.name} {partner.closer}/{partner.away}"
            for partner in each_row(partners)
        ]
        word = f"{capital(words[str(direction)])} ({len(counts)})"
        rows.append(row(text(word, "strong"), ", ".join(counts)))
    columns = [("Direction", "30mm"), ("Partners, with reports closer/away", "1fr")]
    return table(net.undrawn, columns, rows)


def by_field(net: Network) -> Block:
    """How many reports draw each partner closer and away in each field."""
    if net.with_events.empty:
        return omit("no report moves any tie")
    labels = net.dataset.labels("events", "dimension")
    counts = {
        (count.partner, count.dimension): count for count in each_row(net.by_dimension)
    }
    rows = [
        row(
            text(partner.name, "strong"),
            *(_cell(counts[partner.partner, field]) for field in labels),
        )
        for partner in each_row(net.with_events.head(most(net.dataset, "rows")))
    ]
    columns = [("Partner", "26mm"), *((label, "1fr") for label in labels.values())]
    note = (
        "Closer ↗, away ↘, left as it was →. "
        "A dash: no report that counts, which is not calm."
    )
    more = _more(len(net.with_events) - len(rows), "partner", "directions.csv")
    return table(net.by_dimension, columns, rows, f"{note} {more}".strip())


def _more(left: int, noun: str, file: str) -> str:
    """How many rows a table has no room for, and where they are; "" where it has all."""
    if left <= 0:
        return ""
    return f"{counted(left, f'more {noun}').capitalize()} in the attached {file}."


def _cell(counts: Any) -> str:
    signs = (("closer", "↗"), ("away", "↘"), ("held", "→"))
    found = [(getattr(counts, name), glyph) for name, glyph in signs]
    return ", ".join(f"{count} {glyph}" for count, glyph in found if count) or NONE


def by_source(net: Network) -> Block:
    """How many reports that move or hold a tie each source makes of each partner."""
    counts = net.by_source
    if counts.empty:
        return omit("no source reports of any partner")
    names = dict(zip(net.verdicts["partner"], net.verdicts["name"], strict=True))
    shown = counts.head(most(net.dataset, "rows"))
    n_sources = most(net.dataset, "sources")
    if len(counts.columns) > n_sources:
        reports = counts.sum().sort_values(ascending=False, kind="stable")
        shown = shown[list(reports.index[:n_sources])]
    rows = [
        row(
            text(names[str(partner)], "strong"),
            *(str(count) if count else NONE for count in of_partner),
        )
        for partner, of_partner in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    called = net.pooled.called
    columns = [("Partner", "26mm"), *((called[each], "1fr") for each in shown.columns)]
    notes = [
        _more(len(counts.columns) - len(shown.columns), "source", "claims.csv"),
        _more(len(counts) - len(shown), "partner", "claims.csv"),
    ]
    return table(counts, columns, rows, " ".join(filter(None, notes)))


def every_event(net: Network) -> Block:
    """Every event in the order of its days, of very many the best founded and newest: when, where it leads, what happened, between whom, and who says so."""
    events = net.pooled.events
    if events.empty:
        return omit("no event is reported")
    columns = [
        ("", "8mm"),
        ("When", "28mm"),
        ("", "6mm"),
        ("What happened", "1fr", "prose"),
        ("Partners", "32mm"),
        ("Who says so", "32mm"),
    ]
    shown = best_founded(events, most(net.dataset, "rows"))
    rows = [_event(net, event) for event in each_row(shown)]
    more = _more(len(events) - len(shown), "event", "events.csv")
    return table(events, columns, rows, more)


def _event(net: Network, event: Any) -> Row:
    summary = [text(event.summary)]
    for words in outside(net.pooled, event.event_id):
        summary.append(text(f"\n{words}", "small"))
    return row(
        marks([event.mark]),
        _when(net, event),
        [sign([event])],
        summary,
        _names(net, event.partners),
        who_says_so(net.pooled, [event.event_id]),
    )


def _when(net: Network, event: Any) -> str:
    """When an event happened; of one without a day, that it has none and when it was reported."""
    if pd.notna(event.earliest):
        return dates.format_edtf(event.date)
    when = reported(net.pooled, [event.event_id])
    return f"no date, {when}" if when else "no date"


def _names(net: Network, codes: Iterable[str]) -> str:
    return joined([net.pooled.actors[code] for code in codes])
