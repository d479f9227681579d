"""Worked examples: the rules at work, step by step, on partners that a rule picks from the data.

Each number comes from `scoring`, as in every briefing; the rows it is made of stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import judged
from allywatch.evidence.scoring import Balance, Verdict
from allywatch.method.codebook.entries import limit
from allywatch.method.codebook.rows import figure, worded
from allywatch.page.wording import counted, joined, signed
from allywatch.page.wording.verdicts import direction_word
from briefmill.exhibits import Exhibit, arrow, nothing, text
from briefmill.grids import row, table

_WAYS = {-1: "away", 1: "closer"}
Judged = tuple[Dossier, Verdict]


@dataclass(frozen=True)
class Examples:
    """Dossiers with their verdicts, each None where no partner fits.

    `judged`: every partner with a briefing, by name.
    `main`: of the partners that pass the gate, the one with the most events on its lesser side, so that both
    sides show, then with the most events. `falls`: of those whose direction word falls without one source,
    the one with the most scored events. `short`: the same of those that do not pass the gate. Equals are
    taken in the order of their names.
    """

    judged: list[Judged]
    main: Judged | None
    falls: Judged | None
    short: Judged | None


def examples(dataset: Dataset) -> Examples:
    """The partners on which the rules are shown."""
    everyone = judged(dataset)

    def moves(each: Judged) -> float:
        return each[1].tally.moves

    def lesser_side(each: Judged) -> tuple[float, float]:
        return min(each[1].tally.closer, each[1].tally.away), moves(each)

    passed = [each for each in everyone if each[1].gate.met]
    return Examples(
        everyone,
        max(passed, key=lesser_side, default=None),
        max((each for each in passed if not each[1].holds), key=moves, default=None),
        max(
            (each for each in everyone if not each[1].gate.met), key=moves, default=None
        ),
    )


def counted_events(shown: Examples) -> Exhibit:
    """Every scored event of the main example: the rows from which a reader can work out what follows."""
    if shown.main is None:
        return nothing("no partner passes the evidence gate")
    file, _ = shown.main
    scores = _goldstein(file)
    rows = [
        row(
            *(
                text(event.event_id, "strong"),
                dates.format_edtf(event.date),
                event.headline,
            ),
            [arrow(_WAYS[event.direction]), text(f" {_WAYS[event.direction]}")],
            ", ".join(source for source, _, _ in event.places),
            *(
                str(event.n_lineages),
                str(event.intensity),
                figure(scores.get(event.type), 1),
            ),
        )
        for event in file.scored.itertuples()
    ]
    columns = [
        *(
            ("Event", "13mm"),
            ("Date as spoken", "40mm"),
            ("What", "1fr"),
            ("Direction", "17mm"),
        ),
        *(
            ("Sources", "17mm"),
            (">Lineages", "14mm"),
            (">Intensity", "14mm"),
            (">Goldstein", "15mm"),
        ),
    ]
    return table(
        file.scored,
        columns,
        rows,
        title=f"{file.name}: {counted(len(rows), 'scored event')}",
    )


def balance(shown: Examples) -> Exhibit:
    """From the events that name a partner to its balance and direction word."""
    if shown.main is None:
        none = row("No partner passes the evidence gate: no balance to work out.")
        return table(None, [("Example", "1fr")], [none])
    (file, verdict), tally = shown.main, shown.main[1].tally
    parts = (
        f"{len(file.scored)} scored + {tally.held} held + {len(file.context)} context"
    )
    rule = next(
        rule
        for rule in file.dataset.rules["direction_words"]
        if rule["key"] == verdict.direction
    )
    own = limit(rule, file.dataset.rules["gate"]) or "the limit of no other word is met"
    word = [
        arrow(verdict.direction),
        text(f" {direction_word(file, verdict.direction)}", "strong"),
    ]
    steps = [
        (f"Events that name {file.name}", parts, str(len(file.events))),
        (
            "Scored events, by direction",
            f"{tally.closer} closer + {tally.away} away",
            str(tally.moves),
        ),
        (
            "Balance: (closer − away) ÷ (closer + away)",
            _working(tally),
            signed(tally.value),
        ),
    ]
    rows = [
        row(f"{n}", *told, text(result, "strong"))
        for n, (*told, result) in enumerate(steps, start=1)
    ]
    rows.append(row("4", "Direction word: the first whose limit is met", own, word))
    return table(
        None,
        [("", "6mm"), ("Step", "66mm"), ("Working", "1fr"), ("Result", "32mm")],
        rows,
    )


def gate(shown: Examples) -> Exhibit:
    """The gate for the main example, and for one that does not pass it."""
    rows = []
    for file, verdict in filter(None, (shown.main, shown.short)):
        asked = verdict.gate
        tests = [
            f"{events} {'≥' if events >= least else '<'} {least}"
            for events, least in (
                (asked.events, asked.min_events),
                (asked.lineages, asked.min_lineages),
            )
        ]
        outcome = (
            "met: a balance is printed"
            if asked.met
            else "not met: no number, “insufficient evidence”"
        )
        rows.append(row(text(file.name, "strong"), *tests, text(outcome, "strong")))
    columns = [
        *(("Partner", "40mm"), ("Scored events", "34mm")),
        *(("Lineages behind them", "40mm"), ("Gate", "1fr")),
    ]
    return table(None, columns, rows) if rows else nothing("no partner is briefed")


def left_out(shown: Examples) -> Exhibit:
    """The verdict again with each source set aside: for the main example, and for one that falls."""
    both = {
        file.name: (file, verdict)
        for file, verdict in filter(None, (shown.main, shown.falls))
    }
    groups = []
    for file, verdict in both.values():
        rows = [_without(file, out) for out in verdict.left_out.itertuples()]
        groups.append({"label": _stands(file, verdict), "rows": rows})
    columns = [
        *(
            ("Set aside", "1fr"),
            ("Direction word", "44mm"),
            (">Closer", "18mm"),
            (">Away", "18mm"),
        ),
        *((">Held", "18mm"), (">Lineages", "20mm"), (">Balance", "22mm")),
    ]
    return (
        table(None, columns, groups)
        if groups
        else nothing("no partner passes the evidence gate")
    )


def _stands(file: Dossier, verdict: Verdict) -> str:
    word = direction_word(file, verdict.direction)
    if verdict.holds:
        return f"{file.name}: “{word}” holds whichever source is left out"
    return f"{file.name}: “{word}” falls without {joined([file.called[source] for source in verdict.overturned_by], 'or')}"


def _without(file: Dossier, out) -> dict:
    name = (
        f"{out.source_id} {file.called[out.source_id]}" if out.source_id else "nothing"
    )
    counts = (str(count) for count in (out.closer, out.away, out.held, out.lineages))
    value = signed(out.balance) if out.balance == out.balance else "–"
    return row(
        name,
        [arrow(out.direction), text(f" {direction_word(file, out.direction)}")],
        *counts,
        value,
    )


def sensitivity(shown: Examples) -> Exhibit:
    """The balance of the main example under every weighting."""
    if shown.main is None:
        return nothing("no partner passes the evidence gate")
    file, _ = shown.main
    weighted = scoring.sensitivity(file.in_play, file.dataset.event_types).set_index(
        "weights"
    )
    rows = []
    for weight in file.dataset.rules["weights"]:
        tally = Balance(*weighted.loc[weight["key"], ["closer", "away"]])
        value = "–" if tally.value is None else signed(tally.value)
        meaning = worded(weight["meaning"])
        rows.append(
            row(
                text(weight["label"], "strong"),
                meaning,
                _working(tally),
                text(value, "strong"),
            )
        )
    columns = [
        ("Weights", "32mm"),
        ("What it does", "1fr"),
        ("Working", "62mm"),
        (">Balance", "15mm"),
    ]
    without = int((~file.scored["type"].isin(_goldstein(file))).sum())
    note = f"Left out of the last row, for want of a Goldstein score: {counted(without, 'event')}."
    return table(weighted, columns, rows, note=note if without else "")


def _goldstein(file: Dossier) -> dict[str, float]:
    """The size of the Goldstein score of each event type that has one."""
    return (
        file.dataset.event_types.set_index("type")["goldstein"].dropna().abs().to_dict()
    )


def _working(tally: Balance) -> str:
    """The balance written out: ``(1 − 3) ÷ (1 + 3) = −2 ÷ 4``."""
    whole = float(tally.closer).is_integer() and float(tally.away).is_integer()
    sums = (tally.closer, tally.away, tally.closer - tally.away, tally.moves)
    closer, away, less, both = (
        figure(float(value), 0 if whole else 1) for value in sums
    )
    return f"({closer} − {away}) ÷ ({closer} + {away}) = {less} ÷ {both}"
