"""What stands in the fields when a proposal or a claim is opened, and which of it is a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.desk.curate.changes import Row
from allywatch.desk.curate.fields import columns_of
from allywatch.desk.curate.queue import Place
from allywatch.desk.proposing.speech import speaker

#: Columns of a proposal that are of the claim, and of the event it opens.
_OF_CLAIM = ("modality", "voice", "date", "date_basis", "value", "unit")
_OF_EVENT = (
    "partners",
    "counterparts",
    "type",
    "channel",
    "dimension",
    "direction",
    "intensity",
)
_LONGEST_HEADLINE = 40


@dataclass
class Filled:
    """The fields by name; `guessed` are those that nobody has decided, `event` the one to join, "new", or "" for undecided."""

    values: dict[str, str] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    event: str = ""


def from_proposal(proposal: Row, kept: Row, text: str) -> Filled:
    """What a proposal guesses of a document's `text`; `kept` has whose word the last claim was, and to whom it was put."""
    if proposal["proposes"] == "nothing":
        return blank()
    values = {f"claims.{column}": proposal[column] for column in _OF_CLAIM}
    values |= {f"events.{column}": proposal[column] for column in _OF_EVENT}
    values["events.date"] = proposal["date"]
    values["claims.statement"] = proposal["statement"]
    values["claims.attributed_to"] = _attributed_to(proposal, kept, text)
    guessed = [name for name, value in values.items() if value]
    event = "" if proposal["events"] else "new"
    return Filled(values, guessed, event)


def _attributed_to(proposal: Row, kept: Row, text: str) -> str:
    """Whose word it is by the document, or else that of the last claim with the same voice; "" where nobody is named."""
    named = named_speaker(proposal, text)
    if named and proposal["modality"] == "attributed":
        return named
    is_like_last = proposal["voice"] not in ("", "source", None) and (
        proposal["voice"] == kept.get("voice")
    )
    return kept.get("attributed_to", "") if is_like_last else ""


def named_speaker(proposal: Row | None, text: str) -> str:
    """Whom a document's `text` names as the one whose word it is, by a proposal; "" where it names nobody."""
    if proposal is None or not proposal["attributed_at"]:
        return ""
    start, _, end = proposal["attributed_at"].partition(":")
    return speaker(text, int(start), int(end))


def blank() -> Filled:
    """For a passage that nobody has proposed anything for."""
    values = {
        "claims.modality": "reported",
        "claims.voice": "source",
        "claims.date_basis": "undated",
    }
    return Filled(values, list(values))


def of_event(dataset: Dataset, event_id: str) -> dict[str, str]:
    """An event's cells by column, as text."""
    schema = dataset.contract.tables["events"]
    event = dataset.events.set_index("event_id").loc[event_id]
    return {
        column: _text(event[column], schema.fields[column]["type"])
        for column in columns_of("events")
    }


def from_claim(dataset: Dataset, claim_id: str) -> Filled:
    """A claim as it is saved; nothing of it is a guess."""
    schema = dataset.contract.tables["claims"]
    claim = dataset.claims.set_index("claim_id").loc[claim_id]
    values = {
        f"claims.{column}": _text(claim[column], schema.fields[column]["type"])
        for column in columns_of("claims")
    }
    return Filled(values, [], str(claim["event_id"]))


def _text(value: Any, kind: str) -> str:
    """A value as the cell it was read from."""
    if kind == "list":
        return ";".join(value)
    if kind in ("number", "integer"):
        if pd.isna(value):
            return ""
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value)


def with_defaults(event: Row, statement: str) -> dict[str, str]:
    """The cells of a new event, summed up as its claim states it where that is left blank; and headed so, if it is short."""
    headline = statement.strip().rstrip(".")
    is_short = len(headline) <= _LONGEST_HEADLINE
    defaults = {"summary": statement, "headline": headline if is_short else ""}
    return {column: cell or defaults.get(column, "") for column, cell in event.items()}


def is_as_proposed(
    proposal: Row, place: Place, claim: Row, event: Row, event_id: str
) -> bool:
    """Whether a person took a proposal as it was; what it leaves to the person, such as the statement, is no change.

    `event` has the cells of the event that the claim opens, or of the one that it joins, whose id `event_id` then is.
    """
    if place != (int(proposal["start"]), int(proposal["end"])):
        return False
    if proposal["proposes"] != "claim":
        return False
    if event_id and event_id not in proposal["events"].split(";"):
        return False
    pairs = [(claim[column], proposal[column]) for column in _OF_CLAIM]
    if proposal["statement"]:
        pairs.append((claim["statement"], proposal["statement"]))
    pairs += [
        (event[column], proposal[column]) for column in _OF_EVENT if proposal[column]
    ]
    if not event_id:
        pairs.append((event["counterparts"], proposal["counterparts"]))
        pairs.append((event["date"], proposal["date"]))
    return all(ours == theirs for ours, theirs in pairs)
