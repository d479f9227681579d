"""The entries of the codebook as tables: fields, codes, event types, words and limits, all from the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allywatch.data.contract import EDTF
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.method.codebook.rows import figure, strong, worded
from allywatch.page.directions import arrow
from allywatch.page.wording.grammar import number, signed
from briefmill.blocks import Block, omit, row, table
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
    schema = dataset.contract.tables[name]
    rows = []
    for column, field in schema.fields.items():
        rows.append(
            row(
                [text(column, "strong"), text(_form(field), "small")],
                worded(field["description"]),
            )
        )
        codes = field.get("categories", [])
        rows += [
            row(f"\N{EM SPACE}{_code(entry)}", worded(entry["description"]))
            for entry in codes
        ]
    columns = [("Field, and its codes", "48mm"), ("Meaning", "1fr")]
    return table(
        None,
        columns,
        rows,
        note=worded(schema.description),
        subtitle=schema.path,
    )


def _form(field: Mapping[str, Any]) -> str:
    """What a field holds, to stand after its name; nothing for plain text and for codes, which follow."""
    form = "date (EDTF)" if field.get("rdfType") == EDTF else _FORMS[field["type"]]
    return f"  {form}" if form and "categories" not in field else ""


def _code(entry: Mapping[str, Any]) -> str:
    """A code, and its label where that says more."""
    value, label = str(entry["value"]).replace("-", "−"), entry["label"]
    return (
        value
        if label.casefold().replace(" ", "_") == value.casefold()
        else f"{value} · {label}"
    )


def event_types(dataset: Dataset) -> Block:
    """The types of events: what counts, the usual direction, and their place in three event ontologies."""
    ways, rows = dataset.labels("events", "direction"), []
    for entry in each_row(dataset.event_types):
        known = [text(entry.label, "strong"), text(f"\n{entry.type}", "small")]
        usual = (
            "either" if pd.isna(entry.usual_direction) else ways[entry.usual_direction]
        )
        ontologies = (
            entry.plover or "–",
            entry.cameo or "–",
            figure(entry.goldstein, 1),
        )
        rows.append(row(known, worded(entry.definition), usual, *ontologies))
    columns = [
        *(("Type", "37mm"), ("What counts", "1fr"), ("Usually", "13mm")),
        *(("PLOVER", "21mm"), ("CAMEO", "13mm"), (">Goldstein", "15mm")),
    ]
    path = dataset.contract.tables["event_types"].path
    return table(dataset.event_types, columns, rows, subtitle=path)


def house_words(dataset: Dataset) -> Block:
    """The words of the data, with what a page prints in their place."""
    glossary = dataset.rules.get("glossary", [])
    if not glossary:
        return omit("the data folder has no glossary")
    rows = [row(strong(entry["house"]), entry["printed"]) for entry in glossary]
    return table(None, [("In the data", "60mm"), ("On the page", "1fr")], rows)


def derived(dataset: Dataset) -> Block:
    """The words that are worked out from the codes and never typed in."""
    rules = dataset.rules
    words = [{"word": "support", **rules["support"]}, *rules["derived"]]
    rows = [row(strong(entry["word"]), worded(entry["meaning"])) for entry in words]
    return table(None, [("Word", "36mm"), ("Meaning", "1fr")], rows)


def directions(dataset: Dataset) -> Block:
    """The direction words in the order in which they are tried, each with its limit."""
    rows = []
    for place, rule in enumerate(dataset.rules["direction_words"], start=1):
        word = [arrow(dataset, rule["key"]), text(f" {rule['word']}", "strong")]
        least = limit(rule, dataset.rules["gate"]) or "none: what is left"
        rows.append(row(str(place), word, least, worded(rule["meaning"])))
    columns = [("", "6mm"), ("Word", "36mm"), ("Limit", "48mm"), ("Meaning", "1fr")]
    return table(
        None,
        columns,
        rows,
        note="The first word whose limit is met is the one that is printed.",
    )


def limit(rule: Mapping[str, Any], gate: Mapping[str, int]) -> str:
    """The conditions of a direction word as they are computed, in words; "" if it has none."""
    events, lineages = number(gate["min_events"]), number(gate["min_lineages"])
    said = {
        "below_gate": f"under {events} reports that move the tie, or under {lineages} independent sources",
        "min_held": f"{number(rule.get('min_held', 0))} or more reports that leave the tie as it was, from {lineages} independent sources",
        "held_exceeds_moving": f"{'' if rule.get('held_exceeds_moving') else 'no '}more of these than reports that move it",
        "turned": "all reports of one direction before all of the other",
        "max_balance": f"balance {signed(rule.get('max_balance', 0))} or below",
        "min_balance": f"balance {signed(rule.get('min_balance', 0))} or above",
    }
    return "; ".join(words for name, words in said.items() if name in rule)


def likelihood(dataset: Dataset) -> Block:
    """The published yardstick for what has not happened yet."""
    yardstick = dataset.rules["likelihood"]
    rows = [
        row(text(step["word"], "strong"), f"{step['low']}–{step['high']} %")
        for step in yardstick["words"]
    ]
    note = worded(f"{yardstick['yardstick']}. {yardstick['meaning']}")
    return table(None, [("Likelihood", "1fr"), (">Read as", "24mm")], rows, note=note)


def confidence(dataset: Dataset) -> Block:
    """The words for how much a direction rests on, in the order in which they are tried."""
    rows = [
        row(text(rule["word"], "strong"), worded(rule["meaning"]))
        for rule in dataset.rules["confidence"]
    ]
    note = "The first that applies. It speaks of the evidence, never of how likely something is."
    return table(None, [("Confidence", "27mm"), ("Where", "1fr")], rows, note=note)
