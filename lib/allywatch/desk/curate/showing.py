"""What the page is given to show: lists to choose from, the document in pieces, and what is open."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.data.source_names import named
from allywatch.desk.curate import fields
from allywatch.desk.curate.finding import in_short
from allywatch.desk.curate.marking import marks_within, pieces
from allywatch.desk.curate.session import Session
from allywatch.desk.curate.view import DeskView
from allywatch.desk.proposing import proposers

_FREE_FIELDS = {"reason", "reviewer", "day", "event", "document"}


@dataclass
class Shown:
    """What stands in the fields and beside them.

    Attributes
    ----------
    values, guessed, errors
        By the name of a field: its content, whether nobody has decided it yet, and what is wrong with it.
    event
        The event to join, "new", or "" for undecided.
    found
        Events found by words; where there are none, those that the proposal offers are shown.
    last_event
        The event of the claim that was saved last, which is offered again.
    turn
        Counts what was shown, so that the page knows that it was answered.
    """

    reviewer: str = ""
    day: str = ""
    values: dict[str, str] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    event: str = ""
    found: list[str] = field(default_factory=list)
    last_event: str = ""
    message: str = ""
    turn: int = 0

    def fields(self, dataset: Dataset) -> Set[str]:
        """The names of all fields that an error may stand at."""
        names = {
            each["name"]
            for table in ("claims", "events", "sources")
            for row in fields.rows_of_fields(dataset, table)
            for each in row
        }
        if self.event != "new":
            names = {name for name in names if not name.startswith("events.")}
        return names | _FREE_FIELDS


def show(view: DeskView, session: Session, shown: Shown) -> None:
    """Give the page what is to be shown now."""
    shown.turn += 1
    view.lists = _lists(session)
    view.document = _document(session)
    view.form = _form(session, shown)


def _lists(session: Session) -> dict[str, Any]:
    dataset = session.dataset
    sources = named(dataset.sources)
    return {
        "sources": [
            {"value": source_id, "label": f"{source_id} {called}"}
            for source_id, called in zip(
                sources["source_id"], sources["called"], strict=True
            )
        ],
        "proposers": sorted(proposers()),
        "actors": fields.actors(dataset),
        "reasons": sorted(set(dataset.uncoded["reason"])),
        "fields": {
            table: fields.rows_of_fields(dataset, table)
            for table in ("claims", "events", "sources")
        },
    }


def _document(session: Session) -> dict[str, Any]:
    marks = []
    if session.place is not None:
        marks = marks_within(
            session.dataset,
            session.text,
            session.source["published"],
            session.place,
            session.proposal,
        )
    cut = pieces(len(session.text), session.stops, session.proposals, marks)
    return {
        "source": session.source_id,
        "text": session.text,
        "missing": session.missing,
        "pieces": cut,
    }


def _form(session: Session, shown: Shown) -> dict[str, Any]:
    proposal = session.proposal
    names = session.dataset.partners.set_index("partner_id")["name"]
    third_parties = proposal["named"].split(";") if proposal else []
    kind = "nothing open"
    if session.place is not None:
        kind = "passage"
    if session.claim_id:
        kind = "claim"
    elif proposal is not None:
        kind = "proposal" if proposal["proposes"] == "claim" else "nothing"
    return {
        "turn": shown.turn,
        "source": session.source_id,
        "proposer": session.proposer,
        "kind": kind,
        "key": session.claim_id or session.proposal_id,
        "confidence": proposal["confidence"] if proposal else "",
        "waiting": len(session.waiting()),
        "claims": sum(stop.kind == "claim" for stop in session.stops),
        "claims_here": session.claims_here(),
        "named": ", ".join(names.get(code, code) for code in third_parties if code),
        "values": shown.values,
        "guessed": shown.guessed,
        "errors": shown.errors,
        "message": shown.message,
        "event": shown.event,
        "events": _events(session, shown),
        "reviewer": shown.reviewer,
        "day": shown.day,
        "saves": len(session.saves),
    }


def _events(session: Session, shown: Shown) -> list[Any]:
    """The events that may be joined by their numbers: those found, else those proposed, the last one used, and the present."""
    proposal = session.proposal
    ids = list(shown.found)
    why: dict[str, str] = {}
    if proposal is not None and not ids:
        ids = proposal["events"].split(";")
        for reason in filter(None, proposal["why"].split("; ")):
            event_id, _, words = reason.partition(": ")
            if event_id in ids:
                why[event_id] = words
    if shown.event not in ("", "new", *ids):
        ids.insert(0, shown.event)
    if shown.last_event and shown.last_event not in ids and not shown.found:
        ids.append(shown.last_event)
        why[shown.last_event] = "the one before"
    return in_short(session.dataset, ids, why)
