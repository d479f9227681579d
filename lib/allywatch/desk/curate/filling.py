"""What stands in the fields when a proposal or a claim is opened, and which of it is a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.desk.curate.changes import Row
from allywatch.desk.curate.fields import columns_of
from allywatch.desk.curate.queue import Place

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


def from_proposal(proposal: Row, kept: Row) -> Filled:
    """What a proposal guesses; `kept` has whose word the last claim was, and to whom it was put."""
    if proposal["proposes"] == "nothing":
        return blank()
    values = {f"claims.{column}": proposal[column] for column in _OF_CLAIM}
    values |= {f"events.{column}": proposal[column] for column in _OF_EVENT}
    values["events.date"] = proposal["date"]
    values["claims.statement"] = proposal["statement"]
    is_like_last = proposal["voice"] not in ("", "source", None) and (
        proposal["voice"] == kept.get("voice")
    )
    if is_like_last:
        values["claims.attributed_to"] = kept.get("attributed_to", "")
    guessed = [name for name, value in values.items() if value]
    event = "" if proposal["events"] else "new"
    return Filled(values, guessed, event)


def blank() -> Filled:
    """For a passage that nobody has proposed anything for."""
    values = {
        "claims.modality": "reported",
        "claims.voice": "source",
        "claims.date_basis": "undated",
    }
    return Filled(values, list(values))


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
    if kind == "number":
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
    proposal: Row, place: Place, claim: Row, event: Row | None, event_id: str
) -> bool:
    """Whether a person took a proposal as it was; what it leaves to the person, such as the statement, is no change."""
    if place != (int(proposal["start"]), int(proposal["end"])):
        return False
    if proposal["proposes"] != "claim":
        return False
    pairs = [(claim[column], proposal[column]) for column in _OF_CLAIM]
    if proposal["statement"]:
        pairs.append((claim["statement"], proposal["statement"]))
    if event is None:
        return event_id in proposal["events"].split(";") and _alike(pairs)
    pairs += [(event[column], proposal[column]) for column in _OF_EVENT]
    pairs.append((event["date"], proposal["date"]))
    return _alike(pairs)


def _alike(pairs: list[tuple[str, str]]) -> bool:
    return all(ours == theirs for ours, theirs in pairs)
