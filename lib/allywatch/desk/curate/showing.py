"""What the page is given to show: lists to choose from, the document and its marks, and what is open."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.data.source_names import named
from allywatch.desk.curate import fields
from allywatch.desk.curate.appending import Saved
from allywatch.desk.curate.filling import named_speaker
from allywatch.desk.curate.finding import MOST_FOUND, in_short
from allywatch.desk.curate.marking import Mark, marks_of_stops, marks_within
from allywatch.desk.curate.session import Opened, Session
from allywatch.desk.curate.view import DeskView
from allywatch.desk.proposing import proposers

_FREE_FIELDS = {"reason", "reviewer", "day", "event", "document"}


@dataclass(frozen=True)
class Made:
    """Something that was saved, with what was open and stood in the fields before."""

    saved: Saved
    opened: Opened
    values: dict[str, str]
    guessed: list[str]
    event: str


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
    saves
        What was saved here and has not been taken back, the last last.
    altered
        The event that is open to be altered, with its cells as they are saved; nothing where none is.
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
    saves: list[Made] = field(default_factory=list)
    altered: dict[str, str] = field(default_factory=dict)
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
        if self.event != "new" and not self.altered:
            names = {name for name in names if not name.startswith("events.")}
        return names | _FREE_FIELDS


def show(view: DeskView, session: Session, shown: Shown) -> None:
    """Give the page what is to be shown now; what is as it was is not sent again."""
    shown.turn += 1
    if not view.lists:
        view.lists = _lists(session)
    view.actors = fields.actors(session.dataset)
    view.choices = _choices(session)
    view.document = {
        "source": session.source_id,
        "text": session.text,
        "missing": session.missing,
    }
    marks = marks_of_stops(session.stops, session.proposals)
    view.marks = [list(mark) for mark in marks]
    view.within = [list(mark) for mark in _within(session)]
    view.form = _form(session, shown)


def _lists(session: Session) -> dict[str, Any]:
    dataset = session.dataset
    return {
        "proposers": sorted(proposers()),
        "fields": {
            table: fields.rows_of_fields(dataset, table)
            for table in ("claims", "events", "sources")
        },
        "rules": [
            rule
            for table in ("claims", "events")
            for rule in fields.row_rules(dataset, table)
        ],
    }


def _choices(session: Session) -> dict[str, Any]:
    dataset = session.dataset
    sources = named(dataset.sources)
    return {
        "sources": [
            {"value": source_id, "label": f"{source_id} {called}"}
            for source_id, called in zip(
                sources["source_id"], sources["called"], strict=True
            )
        ],
        "reasons": sorted(set(dataset.uncoded["reason"])),
    }


def _within(session: Session) -> list[Mark]:
    """The marks in the passage that is open."""
    if session.place is None:
        return []
    return marks_within(
        session.dataset,
        session.text,
        session.source["published"],
        session.place,
        session.guess,
    )


def _form(session: Session, shown: Shown) -> dict[str, Any]:
    guess = session.guess
    names = session.dataset.partners.set_index("partner_id")["name"]
    third_parties = guess["named"].split(";") if guess else []
    stops = session.stops
    event_ids = session.dataset.claims["event_id"]
    return {
        "turn": shown.turn,
        "source": session.source_id,
        "proposer": session.proposer,
        "kind": _kind(session),
        "key": session.claim_id or session.proposal_id,
        "place": list(session.place or ()),
        "waiting": len(session.waiting()),
        "bare": sum(stop.kind == "bare" for stop in stops),
        "claims": sum(stop.kind == "claim" for stop in stops),
        "claims_here": session.claims_here(),
        "named": ", ".join(names.get(code, code) for code in third_parties if code),
        "speaker": named_speaker(guess, session.text),
        "values": shown.values,
        "guessed": shown.guessed,
        "errors": shown.errors,
        "message": shown.message,
        "event": shown.event,
        "events": _events(session, shown),
        "finds": bool(shown.found),
        "altered": shown.altered.get("event_id", ""),
        "claims_of_altered": int(
            (event_ids == shown.altered.get("event_id", "")).sum()
        ),
        "reviewer": shown.reviewer,
        "day": shown.day,
        "saves": len(shown.saves),
    }


def _kind(session: Session) -> str:
    """What is open: nothing, a claim, a proposal (of a claim, of nothing to code, or one rejected), or a passage."""
    proposal = session.proposal
    if session.place is None:
        return "nothing open"
    if session.claim_id:
        return "claim"
    if proposal is None:
        return "passage"
    if session.proposal_id in session.decided:
        return "rejected"
    return "proposal" if proposal["proposes"] == "claim" else "nothing"


def _events(session: Session, shown: Shown) -> list[Any]:
    """The events that may be joined by their numbers: those found, else those guessed, the last one used, and the present."""
    guess = session.guess
    ids = list(shown.found)
    why: dict[str, str] = {}
    if guess is not None and not ids:
        ids = [event_id for event_id in guess["events"].split(";") if event_id]
        for reason in filter(None, guess["why"].split("; ")):
            event_id, _, words = reason.partition(": ")
            if event_id in ids:
                why[event_id] = words
    if shown.event not in ("", "new", *ids):
        ids = [shown.event, *ids][:MOST_FOUND]
    if shown.last_event and shown.last_event not in ids and not shown.found:
        ids.append(shown.last_event)
        why[shown.last_event] = "the one before"
    return in_short(session.dataset, ids, why)
