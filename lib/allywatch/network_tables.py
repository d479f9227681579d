"""The overview's tables: who gains, what hangs on one source, and the annex every mark leads to."""

from __future__ import annotations

from typing import Any

from allywatch import dates, tables, wording
from allywatch.exhibits import Exhibit, Run, arrow, marks, nothing, part, signs, text
from allywatch.network import Network
from allywatch.scoring import Verdict
from allywatch.tables import _column, _corroboration, _places, _table, _why_unscored

MOST_FALLS = 8  # lines on verdicts that fall: as many as the page holds


def who_gains(net: Network) -> Exhibit:
    """Third parties that partners bind themselves to; partners below the gate are set back."""
    if net.gains.empty:
        return nothing("no scored event binds a partner to a third party")
    given, names = set(net.given["partner"]), net.pooled.actors
    events = net.pooled.events.set_index("event_id")
    rows = []
    for row in net.gains.itertuples():
        turned: list[Run] = []
        for partner in row.partners:
            turned += [text(", ")] if turned else []
            turned.append(text(names[partner], "strong") if partner in given else text(names[partner]))
        own = events.loc[list(row.events)]
        squares = [
            signs(own["direction"], own["corroborated"]),
            text(" "),
            marks(net.marks("gains", row.counterpart)),
        ]
        rows.append({"anchor": "", "cells": [[text(names[row.counterpart], "strong")], turned, squares]})
    columns = [_column("Third party", "23mm"), _column("Turned to by", "1fr"), _column("Events", "22mm")]
    note = [
        text(
            "Bold: partner with a verdict; the others are below the gate. Filled: two lineages or more; hollow: one."
        )
    ]
    return _table(net.gains, columns, [{"label": "", "rows": rows}], note=note)


def one_source(net: Network) -> Exhibit:
    """Verdicts that change when a single source is set aside, and what then becomes of them."""
    rows = []
    falls = set(net.given.loc[~net.given["holds"], "partner"])
    judged = {file.partner["partner_id"]: (file, verdict) for file, verdict in net.judged}
    for partner in [code for code in net.given["partner"] if code in falls]:
        file, verdict = judged[partner]
        word = wording.direction_word(file, verdict.direction)
        for at, left in enumerate(_changed(verdict)):
            grade = file.sources.set_index("source_id").at[left.source_id, "reliability"]
            cells = [
                [text(file.name if not at else "", "strong")],
                [arrow(verdict.direction), text(f" {word}")] if not at else [],
                [text(f"{file.called[left.source_id]} ({grade})")],
                [text(_then(file, verdict, left)), marks(net.marks("falls", partner))],
            ]
            rows.append({"anchor": "", "cells": cells})
    if not rows:
        return nothing("no verdict hangs on one source")
    left = len(rows) - MOST_FALLS
    note = [text(f"{wording.counted(left, 'more such line')} in the attached verdicts.csv.".capitalize())]
    columns = [_column("Partner", "28mm"), _column("Verdict", "32mm"), _column("Set aside", "44mm")]
    columns.append({"label": "What then happens", "width": "1fr", "align": "left", "style": "prose"})
    shown = [{"label": "", "rows": rows[:MOST_FALLS]}]
    return _table(net.given, columns, shown, note=note if left > 0 else [])


def _changed(verdict: Verdict) -> list[Any]:
    return [row for row in verdict.one_out.itertuples() if row.direction != verdict.direction]


def _then(file, verdict: Verdict, left) -> str:
    moves, needed = left.closer + left.away, verdict.gate
    if left.direction != "insufficient":
        shown = f" ({wording.signed(left.balance)})" if left.balance == left.balance else ""
        return f"{left.closer} closer and {left.away} away are left: {wording.direction_word(file, left.direction)}{shown}."
    remain = f"{wording.counted(moves, 'event')} left".capitalize()
    if moves < needed.min_events:
        return f"{remain}, too few: no verdict."
    return f"{remain}, all from {wording.counted(left.lineages, 'lineage')}: no verdict."


@part("contested")
def contested(net: Network) -> Exhibit:
    """The points on which most sources disagree, across all partners."""
    return tables.contested(net.pooled)


def findings_table(net: Network) -> Exhibit:
    """Annex: what each finding rests on, by the marks of its events."""
    if net.findings.empty:
        return nothing("nothing is found of several events at once")
    mark = net.pooled.events.set_index("event_id")["mark"]
    touched = net.pooled.events.set_index("event_id")["partners"]
    names, order = net.pooled.actors, list(net.verdicts["partner"])
    rows = []
    for row in net.findings.itertuples():
        partners = {code for event in row.events for code in touched[event]}
        shown = wording.joined([names[code] for code in order if code in partners])
        cells = [[text("")], [text(_finding(net, row))], [text(str(len(row.events)))], [text(shown)]]
        cells.append([marks(mark[event] for event in row.events)])
        rows.append({"anchor": row.mark, "cells": cells})
    columns = [_column("", "8mm"), _column("Finding", "50mm"), _column("Events", "11mm") | {"align": "right"}]
    columns += [_column("that touch", "1fr"), _column("namely", "52mm")]
    subtitle = "a finding rests on several events; each is named below"
    return _table(net.findings, columns, [{"label": "", "rows": rows}], subtitle=subtitle)


def _finding(net: Network, row) -> str:
    names = net.pooled.actors
    if row.kind == "tier":
        return f"Partners: {wording.direction_word(net.pooled, row.of)}"
    if row.kind == "falls" and row.of:
        return f"What the verdict on {names[row.of]} rests on"
    if row.kind == "gains":
        return f"Turning to a third party: {names[row.of]}"
    return {
        "single": "Scored events on one source",
        "falls": "Verdicts that fall without some one source",
        "firm": "Verdicts that hold without any one source",
    }[row.kind]


def event_table(net: Network) -> Exhibit:
    """Annex: one row per event in play, then the context, of which a page prints what a mark leads to."""
    file = net.pooled
    if file.events.empty:
        return nothing("no event is admitted")
    rows = [[_event_row(net, event) for event in part.itertuples()] for part in (file.in_play, file.context)]
    groups = [
        {"label": "", "rows": rows[0]},
        {"label": "Context: shown, never scored", "rows": rows[1], "if_referred": True},
    ]
    columns = [
        *(_column("", "8mm"), _column("Event", "1fr"), _column("Partners", "30mm"), _column("Date", "25mm")),
        *(
            _column("Direction", "15mm"),
            _column("Source, grade, place", "29mm"),
            _column("Corroboration", "23mm"),
        ),
    ]
    note = [
        *tables.disputed(file, file.in_play),
        text(
            "Each event once, with all its sources. Grade: source A–F, then its claims 1–6; place: first characters. "
            "Context only where a mark leads to it; all of it stands in the attached events.csv."
        ),
    ]
    subtitle = "marks of this overview; each briefing has its own"
    kept = [group for group in groups if group["rows"]]
    return _table(file.events, columns, kept, subtitle=subtitle, note=note)


def _event_row(net: Network, event) -> dict[str, Any]:
    in_play = event.scored or event.held
    way = {-1: "away", 0: "holding", 1: "closer"}[event.direction]
    names = net.pooled.actors
    cells = [
        [marks([event.mark])],
        [text(event.event_id, "small"), text(f" {event.headline}{tables.SIGN if event.contested else ''}")],
        [text(", ".join(names[code] for code in event.partners))],
        [text(dates.spoken(event.date))],
        [arrow(way), text(f" {'holds' if way == 'holding' else way}")] if in_play else [text("–")],
        _places(event.places),
        _corroboration(event) if in_play else [text(_why_unscored(event))],
    ]
    return {"anchor": event.mark, "cells": cells}
