"""What only a screen shows: the chosen evidence as rows, one event down to its passages, and weights tried out."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allywatch.data import dates
from allywatch.data.loading import Dataset
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Balance, Verdict
from allywatch.page import tables, wording
from briefmill.blocks import Block, figures, omit, row, table
from briefmill.texts import text


def balance_moved(file: Dossier, verdict: Verdict, whole: Verdict) -> Block:
    """Balance, direction and events under the choice, each beside what all the evidence gives."""
    word, before = (
        wording.direction_word(file, one.direction) for one in (verdict, whole)
    )
    items = [
        (
            "Balance",
            _value(verdict.value),
            f"{_value(whole.value)} with all the evidence",
        ),
        ("Direction", word, f"{before} with all the evidence"),
        (
            "Closer, away",
            f"{verdict.tally.closer} : {verdict.tally.away}",
            "scored events of this choice",
        ),
        ("Scored events", str(verdict.gate.events), f"of {whole.gate.events}"),
        (
            "Lineages",
            str(verdict.gate.lineages),
            f"of {whole.gate.lineages} behind scored events",
        ),
    ]
    return figures(items)


def _value(balance: float | None, missing: str = "none") -> str:
    return missing if balance is None else wording.signed(balance)


def evidence_rows(file: Dossier) -> pd.DataFrame:
    """The events of a dossier in words, for a grid. Grain: one row per event, in page order."""
    labels = {
        name: file.dataset.labels("events", name)
        for name in ("channel", "dimension", "direction")
    }
    events, names = file.events, file.actors
    return pd.DataFrame(
        {
            "Mark": events["mark"],
            "Partner": [
                ", ".join(names[code] for code in codes) for codes in events["partners"]
            ],
            "Date": events["date"].map(dates.spoken),
            "Event": events["headline"]
            + events["contested"].map({True: " ≠", False: ""}),
            "Channel": events["channel"].map(labels["channel"]),
            "Dimension": events["dimension"].map(labels["dimension"]),
            "Direction": events["direction"]
            .map(labels["direction"])
            .where(events["scored"] | events["held"], "–"),
            "Sources": events["places"].map(
                lambda places: ", ".join(f"{s} {grade}" for s, grade, _ in places)
            ),
            "Lineages": events["n_lineages"],
        }
    )


def claims_of(dataset: Dataset, file: Dossier, event_id: str) -> list[Block]:
    """One event: what it is, every claim with its grade and passage, and where the claims disagree.

    `dataset` is what the dossier is of: it knows where the documents are.
    """
    event = file.events.set_index("event_id").loc[event_id]
    told = file.claims[file.claims["event_id"] == event_id]
    voices = dataset.labels("claims", "modality")
    rows = []
    for claim in told.itertuples():
        by = f" to {claim.attributed_to}" if claim.attributed_to else ""
        how = f"{voices[claim.modality].lower()}{by}; {dates.spoken(claim.date)}"
        graded = text(f"\n{claim.called}, {claim.reliability}{claim.credibility}")
        said = [text(claim.statement), text(f"\n{how}", "small")]
        rows.append(
            row(
                [text(claim.claim_id, "strong"), graded],
                said,
                _passage(dataset, claim.claim_id),
            )
        )
    columns = [
        ("Claim, source, grade", "30mm"),
        ("What it says", "1fr"),
        ("Passage", "1fr"),
    ]
    title, when = f"{event_id} · {event['headline']}", dates.spoken(event["date"])
    shown, about = (
        table(told, columns, rows, event["summary"], title, when),
        replace(file, claims=told),
    )
    return [shown, *([tables.contested(about)] if len(about.relations) else [])]


def _passage(dataset: Dataset, claim_id: str) -> str:
    """The passage with its line, or why it is not shown."""
    found = dossiers.passage(dataset, claim_id)
    if found.text is not None:
        return f"line {found.line}: {found.text}"
    withheld = "withheld: the document has other words in this place"
    return withheld if found.line else "the document is not at hand"


def weighted(file: Dossier, channels: dict[str, float]) -> Block:
    """The balance under each weighting of the data folder, and under weights by channel that a reader tries.

    Never the verdict: that rests on unit weights.
    """
    if file.scored.empty:
        return omit("no scored event is left to weigh")
    labels = {
        weight["key"]: weight["label"] for weight in file.dataset.rules["weights"]
    }
    rows = scoring.sensitivity(file.in_play, file.dataset.event_types).set_index(
        "weights"
    )
    tallies = {
        labels[key]: Balance(row.closer, row.away) for key, row in rows.iterrows()
    }
    weights = file.in_play["channel"].map(channels).fillna(1.0).astype(float)
    tallies["Weighted by channel, as set here"] = scoring.balance(file.in_play, weights)
    rows = [
        row(words, f"{tally.closer:g}", f"{tally.away:g}", _value(tally.value, "–"))
        for words, tally in tallies.items()
    ]
    columns = [
        ("Weights", "1fr"),
        (">Closer", "1fr"),
        (">Away", "1fr"),
        (">Balance", "1fr"),
    ]
    subtitle = "never the verdict, which rests on unit weights"
    return table(None, columns, rows, "", "The balance under other weights", subtitle)
