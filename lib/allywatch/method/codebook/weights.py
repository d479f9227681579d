"""Sensitivity: how much hangs on every report counting one, and on any one source."""

from __future__ import annotations

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.periods import unit
from allywatch.evidence.scoring import Balance, Verdict
from allywatch.evidence.shown import most
from allywatch.method.codebook.examples import NO_BALANCE, Examples
from allywatch.method.codebook.rows import figure, strong
from allywatch.page.directions import arrow
from allywatch.page.wording.grammar import counted, signed
from allywatch.page.wording.opening import direction_word
from allywatch.page.wording.voices import some_named
from briefmill.blocks import Block, Row, omit, row, table
from briefmill.texts import Words, text

#: Partners in the table where they are too many for all of them to stand in it.
MOST_OF_VERY_MANY = 15


def sensitivity(shown: Examples) -> Block:
    """Each direction that is stated, under every weighting and without any one source."""
    stated = [each for each in shown.judged if each[1].gate.met]
    if not stated:
        return omit(NO_BALANCE)
    weights = stated[0][0].dataset.rules["weights"]
    keys = [weight["key"] for weight in weights]
    count = most(stated[0][0].dataset, "partners")
    if len(stated) > count:
        count = MOST_OF_VERY_MANY
    by_reports = sorted(stated, key=lambda each: each[1].tally.moves, reverse=True)
    kept = {dossier.name for dossier, _ in by_reports[:count]}
    rows = [
        _tested(dossier, verdict, keys)
        for dossier, verdict in stated
        if dossier.name in kept
    ]
    columns = [
        ("Partner", "24mm"),
        ("Direction", "27mm"),
        *((weight["label"], "24mm") for weight in weights),
        ("Without any one source", "1fr"),
    ]
    note = (
        "Closer and away, each weighed as the head of the column says, and their balance; bold where it points the other "
        "way than the count of reports."
    )
    left = len(stated) - len(rows)
    if left:
        note += f" The partners with most reports; {counted(left, 'other')} can be weighed from the attached events.csv."
    return table(None, columns, rows, note)


def _tested(dossier: Dossier, verdict: Verdict, keys: list[str]) -> Row:
    weighted = scoring.sensitivity(
        dossier.tie.in_play, dossier.dataset.event_types, unit(dossier.dataset)
    )
    tallies = {
        each.weights: Balance(each.closer, each.away) for each in each_row(weighted)
    }
    word = direction_word(dossier, verdict.direction)
    return row(
        strong(dossier.name),
        [arrow(dossier.dataset, verdict.direction), text(f" {word}")],
        *(_weighed(tallies[key], verdict.tally) for key in keys),
        _without_one(dossier, verdict),
    )


def _weighed(tally: Balance, unweighted: Balance) -> list[Words]:
    """The two sides and their balance; bold where its sign is the opposite of the unweighted one's."""
    if tally.value is None:
        return [text("–")]
    whole = all(float(side).is_integer() for side in (tally.closer, tally.away))
    closer, away = (
        figure(side, 0 if whole else 1) for side in (tally.closer, tally.away)
    )
    turned = tally.value * (unweighted.value or 0.0) < 0
    value = text(signed(tally.value), "strong" if turned else "")
    return [text(f"{closer} and {away}: "), value]


def _without_one(dossier: Dossier, verdict: Verdict) -> str:
    """Whether the direction stands, or without which sources it falls."""
    if verdict.holds:
        return "stands"
    sources = [dossier.called[source_id] for source_id in verdict.overturned_by]
    return f"falls without {some_named(sources, 'or')}"
