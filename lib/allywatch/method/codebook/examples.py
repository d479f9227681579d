"""Worked examples: the rules at work, step by step, on partners that a rule picks from the data.

Each number comes from `scoring`, as in every briefing; the rows it is made of stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import judged
from allywatch.evidence.periods import unit
from allywatch.evidence.scoring import Balance, Verdict
from allywatch.evidence.shown import best_founded, most
from allywatch.method.codebook.entries import limit
from allywatch.method.codebook.rows import figure, strong, worded
from allywatch.page.directions import arrow
from allywatch.page.wording.grammar import counted, signed, verb
from allywatch.page.wording.opening import direction_word
from allywatch.page.wording.voices import some_named
from briefmill.blocks import Block, Group, Row, omit, row, table
from briefmill.texts import Run, text

_DIRECTION_KEYS = {-1: "away", 1: "closer"}
NO_BALANCE = "there is too little on every partner for a direction"
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
    passed = [each for each in everyone if each[1].gate.met]
    falling = [each for each in passed if not each[1].holds]
    short = [each for each in everyone if not each[1].gate.met]
    return Examples(
        judged=everyone,
        main=max(passed, key=_lesser_side, default=None),
        falls=max(falling, key=_scored, default=None),
        short=max(short, key=_scored, default=None),
    )


def _scored(judged: Judged) -> float:
    """The number of scored events."""
    _, verdict = judged
    return verdict.tally.moves


def _lesser_side(judged: Judged) -> tuple[float, float]:
    """The number of events in the direction with fewer of them, then in both."""
    tally = judged[1].tally
    return min(tally.closer, tally.away), tally.moves


def counted_events(shown: Examples) -> Block:
    """Every report of the main example that moves its tie: the rows from which a reader can work out what follows."""
    if shown.main is None:
        return omit(NO_BALANCE)
    dossier, _ = shown.main
    dataset = dossier.dataset
    goldstein = _goldstein(dataset)
    rows = []
    founded = best_founded(dossier.scored, most(dataset, "rows"))
    for event in each_row(dossier.with_places(founded)):
        direction = _DIRECTION_KEYS[event.direction]
        rows.append(
            row(
                strong(event.event_id),
                dates.format_edtf(event.date),
                event.headline,
                [arrow(dataset, direction), text(f" {direction}")],
                ", ".join(source for source, _, _ in event.places),
                str(event.n_lineages),
                str(event.intensity),
                figure(goldstein.get(event.type, float("nan")), 1),
            )
        )
    columns = [
        ("Event", "13mm"),
        ("Date as reported", "40mm"),
        ("What", "1fr"),
        ("Direction", "17mm"),
        ("Sources", "17mm"),
        (">Independent", "18mm"),
        (">Intensity", "14mm"),
        (">Goldstein", "15mm"),
    ]
    every = len(dossier.scored)
    moving = f"{counted(every, 'report')} that {verb(every, 'moves', 'move')} the tie"
    left = every - len(rows)
    more = f"{counted(left, 'more report').capitalize()} in the attached events.csv."
    return table(
        dossier.scored,
        columns,
        rows,
        more if left else "",
        title=f"{dossier.name}: {moving}",
    )


def balance(shown: Examples) -> Block:
    """From the events that name a partner to its balance and direction word."""
    if shown.main is None:
        none = row(
            "There is too little on every partner for a direction: no balance to work out."
        )
        return table(None, [("Example", "1fr")], [none])
    dossier, verdict = shown.main
    tally = verdict.tally
    rules = dossier.rules
    (rule,) = (
        rule for rule in rules["direction_words"] if rule["key"] == verdict.direction
    )
    condition = limit(rule, rules["gate"]) or "no other limit is met"
    scored, context = len(dossier.scored), len(dossier.context)
    rows = [
        row(
            "1",
            f"Reports that name {dossier.name}",
            f"{scored} move the tie + {tally.held} leave it as it was + {context} background",
            strong(len(dossier.events)),
        ),
        row(
            "2",
            "Those that move it, by direction",
            f"{tally.closer} closer + {tally.away} away",
            strong(tally.moves),
        ),
        row(
            "3",
            "Balance: (closer − away) ÷ (closer + away)",
            _working(tally),
            strong(signed(tally.value or 0.0)),
        ),
        row(
            "4",
            "Direction: the first whose limit is met",
            condition,
            _direction(dossier, verdict.direction, "strong"),
        ),
    ]
    columns = [("", "6mm"), ("Step", "62mm"), ("Working", "1fr"), ("Result", "32mm")]
    return table(None, columns, rows)


def gate(shown: Examples) -> Block:
    """Whether there is enough for a direction: the main example, and one that has too little."""
    rows = []
    for dossier, verdict in _present(shown.main, shown.short):
        gate = verdict.gate
        outcome = "too little: no direction"
        if gate.met:
            outcome = "enough: a direction is stated"
        rows.append(
            row(
                strong(dossier.name),
                _test(gate.events, gate.min_events),
                _test(gate.lineages, gate.min_lineages),
                strong(outcome),
            )
        )
    if not rows:
        return omit("no partner is briefed")
    columns = [
        ("Partner", "40mm"),
        ("Reports that move the tie", "40mm"),
        ("Independent sources", "40mm"),
        ("Outcome", "1fr"),
    ]
    return table(None, columns, rows)


def _test(count: int, least: int) -> str:
    return f"{count} ≥ {least}" if count >= least else f"{count} < {least}"


def left_out(shown: Examples) -> Block:
    """The direction again with each source set aside: for the main example, and for one that falls."""
    groups = {
        dossier.name: Group(
            tuple(_left_out_rows(dossier, verdict)), _stands(dossier, verdict)
        )
        for dossier, verdict in _present(shown.main, shown.falls)
    }
    if not groups:
        return omit(NO_BALANCE)
    columns = [
        ("Set aside", "1fr"),
        ("Direction", "44mm"),
        (">Closer", "18mm"),
        (">Away", "18mm"),
        (">As it was", "18mm"),
        (">Independent", "20mm"),
        (">Balance", "22mm"),
    ]
    return table(None, columns, groups.values(), _not_tried_here(shown))


def _not_tried_here(shown: Examples) -> str:
    """How many sources the groups leave out, and from what they can be worked out; "" where they have all."""
    left = sum(
        max(len(verdict.left_out) - 1 - most(dossier.dataset, "rows"), 0)
        for dossier, verdict in _present(shown.main, shown.falls)
    )
    if not left:
        return ""
    return f"{counted(left, 'more line').capitalize()} can be worked out in the same way from the attached claims.csv."


def _present(*examples: Judged | None) -> list[Judged]:
    """The examples that there are."""
    return [example for example in examples if example is not None]


def _stands(dossier: Dossier, verdict: Verdict) -> str:
    """Whether the direction stands, or without which sources it falls."""
    word = direction_word(dossier, verdict.direction)
    if verdict.holds:
        return f"{dossier.name}: “{word}” stands whichever source is left out"
    sources = [dossier.called[source_id] for source_id in verdict.overturned_by]
    return f"{dossier.name}: “{word}” falls without {some_named(sources, 'or')}"


def _left_out_rows(dossier: Dossier, verdict: Verdict) -> Iterator[Row]:
    """One row per source set aside, after the row with all sources."""
    shown = verdict.left_out.head(1 + most(dossier.dataset, "rows"))
    for left in each_row(shown):
        source_id = left.source_id
        yield row(
            f"{source_id} {dossier.called[source_id]}" if source_id else "nothing",
            _direction(dossier, left.direction),
            str(left.closer),
            str(left.away),
            str(left.held),
            str(left.lineages),
            "–" if pd.isna(left.balance) else signed(left.balance),
        )


def _direction(dossier: Dossier, key: str, style: str = "") -> list[Run]:
    """The arrow of a direction and its word."""
    word = direction_word(dossier, key)
    return [arrow(dossier.dataset, key), text(f" {word}", style)]


def weightings(shown: Examples) -> Block:
    """The balance of the main example under every weighting, worked out."""
    if shown.main is None:
        return omit(NO_BALANCE)
    dossier, _ = shown.main
    dataset = dossier.dataset
    weighted = scoring.sensitivity(dossier.in_play, dataset.event_types, unit(dataset))
    weighted = weighted.set_index("weights")
    rows = []
    for weight in dataset.rules["weights"]:
        tally = Balance(*weighted.loc[weight["key"], ["closer", "away"]])
        value = "–" if tally.value is None else signed(tally.value)
        meaning = worded(weight["meaning"])
        rows.append(
            row(strong(weight["label"]), meaning, _working(tally), strong(value))
        )
    columns = [
        ("Weights", "32mm"),
        ("What it does", "1fr"),
        ("Working", "62mm"),
        (">Balance", "15mm"),
    ]
    note = ""
    unweighted = int((~dossier.scored["type"].isin(_goldstein(dataset))).sum())
    if unweighted:
        note = f"Left out of the last row, for want of a Goldstein score: {counted(unweighted, 'report')}."
    return table(weighted, columns, rows, note)


def _goldstein(dataset: Dataset) -> dict[str, float]:
    """The absolute Goldstein score of each event type that has one."""
    scored = dataset.event_types.dropna(subset="goldstein")
    return dict(zip(scored["type"], scored["goldstein"].abs(), strict=True))


def _working(tally: Balance) -> str:
    """The balance written out: ``(1 − 3) ÷ (1 + 3) = −2 ÷ 4``; with one decimal where weights are no whole numbers."""
    counts = (float(tally.closer), float(tally.away))
    decimals = 0 if all(count.is_integer() for count in counts) else 1
    closer, away = (figure(count, decimals) for count in counts)
    difference = figure(counts[0] - counts[1], decimals)
    total = figure(sum(counts), decimals)
    return f"({closer} − {away}) ÷ ({closer} + {away}) = {difference} ÷ {total}"
