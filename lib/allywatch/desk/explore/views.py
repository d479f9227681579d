"""What only a screen shows: the chosen evidence as rows, an event with its passages, and weights tried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.periods import unit
from allywatch.evidence.scoring import Balance, Verdict
from allywatch.evidence.trails import EventTrail, dossier_trails
from allywatch.page import accounts
from allywatch.page.wording.grammar import ended, joined, signed
from allywatch.page.wording.opening import direction_word
from briefmill.blocks import Block, Omitted, Row, figures, omit, row, table
from briefmill.texts import text


def balance_moved(dossier: Dossier, verdict: Verdict, of_all: Verdict) -> Block:
    """Balance, direction and counts under the choice, each beside what all the evidence gives."""
    word = direction_word(dossier, verdict.direction)
    word_of_all = direction_word(dossier, of_all.direction)
    tally = verdict.tally
    gate = verdict.gate
    balance_of_all = _balance(of_all.value, "none")
    return figures(
        [
            (
                "Balance",
                _balance(verdict.value, "none"),
                f"{balance_of_all} with all the evidence",
            ),
            ("Direction", word, f"{word_of_all} with all the evidence"),
            (
                "Closer, away",
                f"{tally.closer} : {tally.away}",
                "reports of this choice",
            ),
            ("Reports that move the tie", str(gate.events), f"of {of_all.gate.events}"),
            (
                "Independent sources",
                str(gate.lineages),
                f"of {of_all.gate.lineages} behind these reports",
            ),
        ]
    )


def _balance(value: float | None, missing: str) -> str:
    return missing if value is None else signed(value)


def marks_drawn(drawn: Iterable[Dossier]) -> dict[str, str]:
    """The mark of each event in the pictures of some partners, by its id; in several, each with the name of its partner."""
    found: dict[str, list[tuple[str, str]]] = {}
    for dossier in drawn:
        for event_id, mark in dossier.mark_of.items():
            found.setdefault(event_id, []).append((dossier.name, mark))
    return {
        event_id: marks[0][1]
        if len(marks) == 1
        else ", ".join(f"{name} {mark}" for name, mark in marks)
        for event_id, marks in found.items()
    }


def evidence_rows(
    dossier: Dossier, events: pd.DataFrame, marks: Mapping[str, str]
) -> pd.DataFrame:
    """Some of a dossier's `unmarked_events` in words, for a grid. Grain: one row per event, in their order.

    `marks` are those of the events that are drawn, by their ids.
    """
    dataset = dossier.dataset
    events = dossier.with_places(events)
    in_play = events["scored"] | events["held"]
    contested = events["contested"].map({True: " ≠", False: ""})
    directions = events["direction"].map(dataset.labels("events", "direction"))
    return pd.DataFrame(
        {
            "Mark": [marks.get(each, "") for each in events["event_id"]],
            "Partner": events["partners"].map(
                lambda codes: ", ".join(dossier.actors[code] for code in codes)
            ),
            "Date": events["date"].map(dates.format_edtf),
            "Event": events["headline"] + contested,
            "Channel": events["channel"].map(dataset.labels("events", "channel")),
            "Field": events["dimension"].map(dataset.labels("events", "dimension")),
            "Direction": directions.where(in_play, "–"),
            "Sources": events["places"].map(
                lambda places: ", ".join(f"{name} {grade}" for name, grade, _ in places)
            ),
            "Independent sources": events["n_lineages"],
        }
    )


def claims_of(dataset: Dataset, dossier: Dossier, event_id: str) -> list[Block]:
    """One event: every claim with its grade and passage, then where the claims disagree.

    `dataset` is what the dossier was made of: it knows where the documents are.
    """
    (event,) = dossier_trails(dossier, [event_id])
    rows = [
        row(
            [
                text(claim.claim_id, "strong"),
                text(f"\n{claim.source_id} {claim.source_name}, {claim.grade}"),
            ],
            [
                text(claim.statement),
                text(f"\n{claim.voice}; {claim.date}", "small"),
            ],
            _passage(dataset, claim.claim_id),
        )
        for claim in event.claims
    ]
    columns = [
        ("Claim, source, grade", "30mm"),
        ("What it says", "1fr"),
        ("Passage", "1fr"),
    ]
    title = f"{event_id} · {event.headline}"
    claims = dossier.all_claims[dossier.all_claims["event_id"] == event_id]
    blocks: list[Block] = [
        table(claims, columns, rows, _note(dossier, event), title, event.date)
    ]
    differing = accounts.differing(dossier, claims)
    if not isinstance(differing, Omitted):
        blocks.append(differing)
    return blocks


def _note(dossier: Dossier, event: EventTrail) -> str:
    """The summary of an event, and of one that is not among the partner's own what it is."""
    partner = dossier.dataset.partner
    if not partner:
        return event.summary
    row_of_event = dossier.by_id[event.event_id]
    if partner in row_of_event.partners:
        return event.summary
    of_others = joined([dossier.actors[code] for code in row_of_event.partners])
    is_party = partner in row_of_event.counterparts
    role = "is the other party" if is_party else "is named"
    return (
        f"{ended(event.summary)} A report on {of_others}, in which {dossier.name} {role}: "
        f"it counts for {of_others} and stands in no row of the evidence on {dossier.name}."
    )


def _passage(dataset: Dataset, claim_id: str) -> str:
    """The passage with its line, or why it is not shown."""
    passage = dossiers.passage(dataset, claim_id)
    if passage.text is not None:
        return f"line {passage.line}: {passage.text}"
    if passage.withheld:
        return f"withheld: {passage.withheld}"
    return "the document is not at hand"


def weighted(dossier: Dossier, channels: dict[str, float]) -> Block:
    """The balance under each weighting of the data folder, and under `channels`, weights that a reader tries.

    Never the direction: that rests on unit weights.
    """
    if dossier.scored.empty:
        return omit("no report that moves the tie is left to weigh")
    events = dossier.in_play
    balances = scoring.sensitivity(
        events, dossier.dataset.event_types, unit(dossier.dataset)
    )
    balances = balances.set_index("weights")
    rows = []
    for weight in dossier.dataset.rules["weights"]:
        closer, away = balances.loc[weight["key"], ["closer", "away"]]
        rows.append(_balance_row(weight["label"], Balance(closer, away)))
    weights = events["channel"].map(channels).fillna(1.0).astype(float)
    tried = scoring.balance(events, weights)
    rows.append(_balance_row("Weighted by channel, as set here", tried))
    return table(
        None,
        [("Weights", "1fr"), (">Closer", "1fr"), (">Away", "1fr"), (">Balance", "1fr")],
        rows,
        title="The balance under other weights",
        subtitle="never the direction, which rests on unit weights",
    )


def _balance_row(words: str, balance: Balance) -> Row:
    value = _balance(balance.value, "–")
    return row(words, f"{balance.closer:g}", f"{balance.away:g}", value)
