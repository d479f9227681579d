"""The entries of the codebook as tables: fields, codes, event types, words and limits, all from the data folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from allywatch.data import contract
from allywatch.data.loading import Dataset
from allywatch.method.codebook.rows import figure, strong, worded
from allywatch.page.directions import arrow
from allywatch.page.wording import number, signed
from briefmill.blocks import Block, Row, row, table
from briefmill.texts import text

_FORMS = {
    "integer": "whole number",
    "number": "number",
    "string": "",
    "list": "list",
    "date": "day",
}


def fields(dataset: Dataset, name: str) -> Block:
    """Every field of the table `name` with its meaning, and every code it may hold."""
    described = contract.resource(dataset.package, name)
    rows = []
    for column, field in contract.fields(dataset.package, name).items():
        label = [strong(column), text(_form(field), "small")]
        rows.append(row(label, worded(field["description"])))
        for entry in field.get("categories", []):
            code = f"\N{EM SPACE}{_code(entry)}"
            rows.append(row(code, worded(entry["description"])))
    return table(
        None,
        [("Field, and its codes", "48mm"), ("Meaning", "1fr")],
        rows,
        note=worded(described["description"]),
        subtitle=described["path"],
    )


def _form(field: Mapping[str, Any]) -> str:
    """What a field holds, to stand after its name; "" for plain text and for codes, which follow."""
    if "categories" in field:
        return ""
    form = _FORMS[field["type"]]
    if field.get("rdfType") == contract.EDTF:
        form = "date (EDTF)"
    return f"  {form}" if form else ""


def _code(entry: Mapping[str, Any]) -> str:
    """A code, and its label where that says more."""
    code = str(entry["value"]).replace("-", "−")
    label = entry["label"]
    says_same = label.casefold().replace(" ", "_") == code.casefold()
    return code if says_same else f"{code} · {label}"


def event_types(dataset: Dataset) -> Block:
    """The types of events: what counts, the usual direction, and their place in three event ontologies."""
    directions = dataset.labels("events", "direction")
    rows = []
    for entry in dataset.event_types.itertuples():
        usual = "either"
        if not pd.isna(entry.usual_direction):
            usual = directions[entry.usual_direction]
        rows.append(
            row(
                [strong(entry.label), text(f"\n{entry.type}", "small")],
                worded(entry.definition),
                usual,
                entry.plover or "–",
                entry.cameo or "–",
                figure(entry.goldstein, 1),
            )
        )
    columns = [
        ("Type", "37mm"),
        ("What counts", "1fr"),
        ("Usually", "13mm"),
        ("PLOVER", "21mm"),
        ("CAMEO", "13mm"),
        (">Goldstein", "15mm"),
    ]
    path = contract.resource(dataset.package, "event_types")["path"]
    return table(dataset.event_types, columns, rows, subtitle=path)


def terms(dataset: Dataset) -> Block:
    """The words that are derived from the codes and never typed in."""
    support = {"word": "support", **dataset.rules["support"]}
    rows = _meanings([support, *dataset.rules["derived"]])
    return table(None, [("Word", "36mm"), ("Meaning", "1fr")], rows)


def confidence(dataset: Dataset) -> Block:
    """The words for how much a verdict rests on, in the order in which they are tried."""
    rows = _meanings(dataset.rules["confidence"])
    note = "The first that applies. It speaks of the evidence, never of how likely something is."
    return table(None, [("Confidence", "27mm"), ("Where", "1fr")], rows, note)


def _meanings(entries: Iterable[Mapping[str, Any]]) -> list[Row]:
    """A row for each word with its meaning."""
    return [row(strong(entry["word"]), worded(entry["meaning"])) for entry in entries]


def directions(dataset: Dataset) -> Block:
    """The direction words in the order in which they are tried, each with its limit."""
    gate = dataset.rules["gate"]
    rows = []
    for place, rule in enumerate(dataset.rules["direction_words"], start=1):
        word = [arrow(dataset, rule["key"]), strong(f" {rule['word']}")]
        condition = limit(rule, gate) or "none: what is left"
        rows.append(row(str(place), word, condition, worded(rule["meaning"])))
    columns = [("", "6mm"), ("Word", "36mm"), ("Limit", "48mm"), ("Meaning", "1fr")]
    note = "The first word whose limit is met is the one that is printed."
    return table(None, columns, rows, note)


def limit(rule: Mapping[str, Any], gate: Mapping[str, int]) -> str:
    """The conditions of a direction word as they are computed, in words; "" if it has none."""
    lineages = f"{number(gate['min_lineages'])} lineages"
    conditions = []
    if "below_gate" in rule:
        events = number(gate["min_events"])
        conditions.append(f"under {events} scored events or {lineages}")
    if "min_held" in rule:
        held = number(rule["min_held"])
        conditions.append(f"{held} held events or more, from {lineages}")
    if "held_exceeds_moving" in rule:
        negation = "" if rule["held_exceeds_moving"] else "no "
        conditions.append(f"{negation}more held than scored")
    if "max_balance" in rule:
        conditions.append(f"balance {signed(rule['max_balance'])} or below")
    if "min_balance" in rule:
        conditions.append(f"balance {signed(rule['min_balance'])} or above")
    return "; ".join(conditions)


def likelihood(dataset: Dataset) -> Block:
    """The published yardstick for what has not happened yet."""
    yardstick = dataset.rules["likelihood"]
    rows = [
        row(strong(step["word"]), f"{step['low']}–{step['high']} %")
        for step in yardstick["words"]
    ]
    note = worded(f"{yardstick['yardstick']}. {yardstick['meaning']}")
    return table(None, [("Likelihood", "1fr"), (">Read as", "24mm")], rows, note)
