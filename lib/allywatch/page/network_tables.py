"""The overview's tables: who gains, what hangs on one source, and the annex every mark leads to."""

from __future__ import annotations

from typing import Any

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.evidence import rules
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.page import tables, wording
from allywatch.page.directions import arrow, signs
from allywatch.page.wording.grammar import enough_lineages, spaced
from briefmill.blocks import Block, Group, Row, omit, row, table
from briefmill.texts import marks, text

MOST_FALLS = 8  # lines on verdicts that fall: as many as the page holds


def who_gains(net: Network) -> Block:
    """Third parties that partners bind themselves to; partners below the gate are set back."""
    if net.gains.empty:
        return omit("no scored event binds a partner to a third party")
    given, names = set(net.with_direction["partner"]), net.pooled.actors
    events = net.pooled.events.set_index("event_id")
    rows = []
    for gain in each_row(net.gains):
        turned = (
            [text(names[code], "strong" if code in given else "")]
            for code in gain.partners
        )
        own, refs = events.loc[list(gain.events)], net.marks("gains", gain.counterpart)
        squares = [signs(own["direction"], own["corroborated"]), text(" "), marks(refs)]
        rows.append(
            row(
                text(names[gain.counterpart], "strong"),
                spaced(*turned, between=", "),
                squares,
            )
        )
    columns = [("Third party", "23mm"), ("Turned to by", "1fr"), ("Events", "22mm")]
    filled = enough_lineages(net.dataset.rules)
    note = (
        "Bold: partner with a verdict; the others are below the gate. "
        f"Filled: {filled}; hollow: fewer."
    )
    return table(net.gains, columns, rows, note)


def one_source(net: Network) -> Block:
    """Verdicts that change when a single source is set aside, and what then becomes of them."""
    rows = []
    for partner in net.with_direction.loc[~net.with_direction["holds"], "partner"]:
        dossier, verdict = net.by_partner[partner]
        word = wording.direction_word(dossier, verdict.direction)
        changed = [
            left
            for left in each_row(verdict.one_out)
            if left.direction != verdict.direction
        ]
        sources = dossier.sources
        grades = dict(zip(sources["source_id"], sources["reliability"], strict=True))
        for at, left in enumerate(changed):
            grade = grades[left.source_id]
            told = (
                [] if at else [arrow(net.dataset, verdict.direction), text(f" {word}")]
            )
            then = [
                text(_then(dossier, left)),
                marks(net.marks("falls", partner)),
            ]
            source = f"{dossier.called[left.source_id]} ({grade})"
            rows.append(
                row(text("" if at else dossier.name, "strong"), told, source, then)
            )
    if not rows:
        return omit("no verdict hangs on one source")
    left = len(rows) - MOST_FALLS
    more = f"{wording.counted(left, 'more such line')} in the attached verdicts.csv.".capitalize()
    columns = [
        ("Partner", "28mm"),
        ("Verdict", "32mm"),
        ("Set aside", "44mm"),
        ("What then happens", "1fr", "prose"),
    ]
    return table(
        net.with_direction, columns, rows[:MOST_FALLS], more if left > 0 else ""
    )


def _then(dossier: Dossier, left: Any) -> str:
    moves = left.closer + left.away
    gate = rules.gate(moves, left.lineages, dossier.dataset.rules)
    if left.direction != "insufficient":
        shown = (
            f" ({wording.signed(left.balance)})" if left.balance == left.balance else ""
        )
        return f"{left.closer} closer and {left.away} away are left: {wording.direction_word(dossier, left.direction)}{shown}."
    remain = f"{wording.counted(moves, 'event')} left".capitalize()
    if gate.missing_events:
        return f"{remain}, too few: no verdict."
    return (
        f"{remain}, all from {wording.counted(left.lineages, 'lineage')}: no verdict."
    )


def findings_table(net: Network) -> Block:
    """Annex: what each finding rests on, by the marks of its events."""
    if net.findings.empty:
        return omit("nothing is found of several events at once")
    events = net.pooled.events.set_index("event_id")
    names, order, rows = net.pooled.actors, list(net.verdicts["partner"]), []
    for found in each_row(net.findings):
        own = events.loc[list(found.events)]
        partners = {code for codes in own["partners"] for code in codes}
        shown = wording.joined([names[code] for code in order if code in partners])
        cells = "", _finding(net, found), str(len(own)), shown, marks(own["mark"])
        rows.append(row(*cells, anchor=found.mark))
    columns = [("", "8mm"), ("Finding", "50mm"), (">Events", "11mm")]
    columns += [("that touch", "1fr"), ("namely", "52mm")]
    subtitle = "a finding rests on several events; each is named below"
    return table(net.findings, columns, rows, subtitle=subtitle)


def _finding(net: Network, found: Any) -> str:
    names = net.pooled.actors
    if found.kind == "tier":
        return f"Partners: {wording.direction_word(net.pooled, found.of)}"
    if found.kind == "falls" and found.of:
        return f"What the verdict on {names[found.of]} rests on"
    if found.kind == "gains":
        return f"Turning to a third party: {names[found.of]}"
    return {
        "single": "Scored events on one source",
        "falls": "Verdicts that fall without some one source",
        "firm": "Verdicts that hold without any one source",
    }[found.kind]


def event_table(net: Network) -> Block:
    """Annex: one row per event in play, then the context, of which a page prints what a mark leads to."""
    dossier = net.pooled
    if dossier.events.empty:
        return omit("no event is admitted")
    in_play, context = (
        [_event_row(net, event) for event in each_row(events)]
        for events in (dossier.in_play, dossier.context)
    )
    groups = [
        Group(tuple(in_play)),
        Group(tuple(context), tables.CONTEXT, if_referred=True),
    ]
    columns = [
        ("", "8mm"),
        ("Event", "1fr"),
        ("Partners", "30mm"),
        ("Date", "25mm"),
        ("Direction", "15mm"),
    ]
    columns += [("Source, grade, place", "29mm"), ("Corroboration", "23mm")]
    note = [
        *tables.disputed(dossier, dossier.in_play),
        text(
            "Each event once, with all its sources. Grade: source A–F, then its claims 1–6; place: first characters. "
            "Context only where a mark leads to it; all of it stands in the attached events.csv."
        ),
    ]
    subtitle = "marks of this overview; each briefing has its own"
    kept = [group for group in groups if group.rows]
    return table(dossier.events, columns, kept, note, subtitle=subtitle)


def _event_row(net: Network, event: Any) -> Row:
    return row(
        marks([event.mark]),
        [
            text(event.event_id, "small"),
            text(f" {event.headline}{tables.SIGN if event.contested else ''}"),
            *tables.doubted(net.pooled, event),
        ],
        ", ".join(net.pooled.actors[code] for code in event.partners),
        dates.format_edtf(event.date),
        *tables.standing(net.dataset, event),
        anchor=event.mark,
    )
