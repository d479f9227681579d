"""What went wrong, in a short sentence at the field it is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from allywatch.data.contract import ContractError, visible

#: Where the failures of a file are shown; the columns of the others have fields named after their table.
_TABLES = {"claims.csv": "claims", "events.csv": "events", "sources.csv": "sources"}
_FIELDS = {
    ("uncoded.csv", "reason"): "reason",
    ("proposals.csv", "reviewer"): "reviewer",
    ("proposals.csv", "reviewed"): "day",
}


class Unfilled(ValueError):
    """Something that a person must say first; `field` is the field for it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass
class Told:
    """Sentences by field, and what is about none."""

    at: dict[str, str] = field(default_factory=dict)
    message: str = ""


def told(error: Exception, fields: Collection[str]) -> Told:
    """What an error says, at those of `fields` that it is about."""
    if isinstance(error, Unfilled):
        return Told({error.field: str(error)})
    if not isinstance(error, ContractError):
        return Told(message=visible(str(error)))
    at: dict[str, str] = {}
    elsewhere = []
    for failure in error.failures:
        table = _TABLES.get(failure.file, "")
        own = _FIELDS.get((failure.file, failure.column))
        name = own or f"{table}.{failure.column}"
        if name in fields:
            at.setdefault(name, visible(failure.rule))
        elif failure.column != "event_id" or not _lacks_partners(error):
            elsewhere.append(str(failure))
    return Told(at, "\n".join(dict.fromkeys(elsewhere)))


def _lacks_partners(error: ContractError) -> bool:
    """Whether partners of an event are wrong: the key that is made of them is then wrong, too, and is no news."""
    return any(
        failure.file == "events.csv" and failure.column == "partners"
        for failure in error.failures
    )
