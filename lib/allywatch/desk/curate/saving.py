"""What the curate page saves and takes back: claims, decisions, the cells of events, sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.desk.curate import altering, fields, filling
from allywatch.desk.curate.appending import Coding, Saved, add_claims
from allywatch.desk.curate.deciding import Decision
from allywatch.desk.curate.documents import add_source
from allywatch.desk.curate.journal import Forgotten, NothingToUndo, undo
from allywatch.desk.curate.queue import Place
from allywatch.desk.curate.session import Opened, Session
from allywatch.desk.curate.showing import Made, Shown
from allywatch.desk.curate.telling import Unfilled

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

#: What the page sends: what to ``do``, and the ``values`` of its fields by name.
Message = Mapping[str, Any]


class Saving:
    """What is done to the rows of the folder. Each action returns what is to be told; `fill` fills the fields with what is open."""

    def __init__(
        self, session: Session, shown: Shown, fill: Callable[[], None]
    ) -> None:
        self.session = session
        self.shown = shown
        self._fill = fill

    def save(self, message: Message) -> str:
        """Save what is open as a claim, and the event that it opens."""
        session = self.session
        place = self._place()
        values = self.shown.values
        self.shown.found = []
        claim = fields.cells_of(session.dataset, values, "claims")
        if not claim["statement"]:
            raise Unfilled("claims.statement", "say in your own words what it asserts")
        if not self.shown.event:
            raise Unfilled("event", "join an event, or open a new one")
        event = None
        event_id = self.shown.event
        if event_id == "new":
            event_id = ""
            event = fields.cells_of(session.dataset, values, "events")
            event = filling.with_defaults(event, claim["statement"])
        claim["event_id"] = event_id
        if session.claim_id:
            saved = altering.alter_claim(
                session.dataset, session.claim_id, place, claim, event
            )
            return self._done(saved, "{claims} saved.", session.opened)
        joined = filling.of_event(session.dataset, event_id) if event_id else event
        decision = self._decision_on_claim(message, place, claim, joined or {})
        coding = Coding(session.source_id, *place, claim, event, decision)
        saved = add_claims(session.dataset, [coding])
        session.kept = {name: claim[name] for name in ("voice", "attributed_to")}
        event_id = saved.keys.get("events", event_id)
        self.shown.last_event = event_id
        return self._done(saved, f"{{claims}} added, of {event_id}.")

    def _decision_on_claim(
        self,
        message: Message,
        place: Place,
        claim: dict[str, str],
        event: dict[str, str],
    ) -> Decision | None:
        """What becomes of the open proposal by a claim that joins or opens an `event`; None where none is open."""
        proposal = self.session.proposal
        if proposal is None:
            return None
        as_proposed = filling.is_as_proposed(
            proposal, place, claim, event, claim["event_id"]
        )
        return self._decision(message, "accepted" if as_proposed else "edited")

    def _decision(self, message: Message, state: str) -> Decision | None:
        """A decision on the open proposal, by whom the page names; None where none is open."""
        proposal = self.session.proposal
        if proposal is None:
            return None
        self.shown.reviewer = str(message.get("reviewer", self.shown.reviewer)).strip()
        self.shown.day = str(message.get("day", self.shown.day)).strip()
        if not self.shown.reviewer:
            raise Unfilled("reviewer", "say who decides")
        if not _DAY.fullmatch(self.shown.day):
            raise Unfilled("day", "give the day, year-month-day")
        return Decision(proposal, state, self.shown.reviewer, self.shown.day)

    def reject(self, message: Message) -> str:
        """Reject the proposal that is open."""
        decision = self._decision(message, "rejected")
        if decision is None:
            raise Unfilled("", "no proposal is open to be rejected")
        return self._done(
            altering.reject(self.session.dataset, decision), "Proposal rejected."
        )

    def nothing(self, message: Message) -> str:
        """Note why there is nothing to code in what is open."""
        session = self.session
        reason = str(self.shown.values.get("reason", "")).strip()
        if not reason:
            raise Unfilled("reason", "say why there is nothing to code")
        proposal = session.proposal
        state = "rejected"
        if proposal is not None and proposal["proposes"] == "nothing":
            state = "accepted" if proposal["reason"] == reason else "edited"
        decision = self._decision(message, state)
        saved = altering.nothing_here(
            session.dataset, session.source_id, self._place(), reason, decision
        )
        return self._done(saved, "Nothing to code there: noted.")

    def remove(self, _: Message) -> str:
        """Delete the claim that is open."""
        session = self.session
        if not session.claim_id:
            raise Unfilled("", "open a saved claim to delete it")
        saved = altering.remove_claim(session.dataset, session.claim_id)
        return self._done(saved, "{claims} deleted.", session.opened)

    def _place(self) -> Place:
        if self.session.place is None:
            raise Unfilled("", "select the words of a passage first")
        return self.session.place

    def _done(self, saved: Saved, words: str, stay: Opened | None = None) -> str:
        """Go on after a save to the next open proposal, or `stay` with what is there; returns `words` with the keys of what was saved."""
        session = self.session
        self._note(saved)
        session.reload()
        if stay is None:
            session.step(1)
        else:
            session.open_again(stay)
        self._fill()
        return words.format(**saved.keys)

    def _note(self, saved: Saved) -> None:
        """Keep a save, with what is open and stands in the fields, to be taken back."""
        shown = self.shown
        made = Made(
            saved, self.session.opened, shown.values, shown.guessed, shown.event
        )
        shown.saves.append(made)

    def undo(self, _: Message) -> str:
        """Take back what this desk saved last, whatever others have added, and open again what it was about."""
        session = self.session
        saves = self.shown.saves
        if not saves:
            raise NothingToUndo("nothing was saved at this desk that is still there")
        last = saves[-1]
        try:
            files = undo(session.dataset.data_dir, last.saved.name)
        except Forgotten:
            saves.pop()
            raise
        saves.pop()
        session.reload()
        session.open_again(last.opened)
        self._fill()
        if not session.claim_id:
            self.shown.values = last.values
            self.shown.guessed = last.guessed
            self.shown.event = last.event
        keys = " and ".join(last.saved.keys.values())
        return f"Taken back in {' and '.join(files)}: {keys}."

    # The cells of an event

    def open_event(self, message: Message) -> str:
        """Open the event that is to be joined, so that its own cells can be altered."""
        shown = self.shown
        event_id = message["event"]
        if event_id not in set(self.session.dataset.events["event_id"]):
            raise Unfilled("event", "choose the event first (1–4)")
        cells = filling.of_event(self.session.dataset, event_id)
        shown.altered = {"event_id": event_id, **cells}
        shown.values |= {f"events.{column}": cell for column, cell in cells.items()}
        shown.guessed = [
            name for name in shown.guessed if not name.startswith("events.")
        ]
        return ""

    def close_event(self, _: Message) -> str:
        """Leave the event as it is, with its own guesses for a new one back in the fields."""
        shown = self.shown
        typed = {
            name: value
            for name, value in shown.values.items()
            if not name.startswith("events.")
        }
        kept = [name for name in shown.guessed if not name.startswith("events.")]
        event = shown.event
        self._fill()
        shown.guessed = kept + [
            name for name in shown.guessed if name.startswith("events.")
        ]
        shown.values |= typed
        shown.event = event
        return ""

    def save_event(self, message: Message) -> str:
        """Save the cells of the event that were altered; the claim that is open stays as it is."""
        shown = self.shown
        event_id = shown.altered["event_id"]
        cells = fields.cells_of(self.session.dataset, shown.values, "events")
        altered = {
            column: cell
            for column, cell in cells.items()
            if cell != shown.altered[column]
        }
        if not altered:
            self.close_event(message)
            return f"{event_id} is as it was."
        saved = altering.alter_event(self.session.dataset, event_id, altered)
        self.close_event(message)
        self._note(saved)
        self.session.reload()
        return f"{event_id} saved.{_rested_on(self.session.dataset, event_id)}"

    def add_source(self, message: Message) -> str:
        """Add a document to the sources and open it."""
        session = self.session
        cells = fields.cells_of(session.dataset, self.shown.values, "sources")
        document = str(message["document"]).strip()
        if not document:
            raise Unfilled("document", "name a file, or an address")
        if not cells["stance"]:
            raise Unfilled("sources.stance", "choose one")
        saved = add_source(session.dataset.data_dir, document, cells)
        self._note(saved)
        added = saved.keys["sources"]
        session.dataset = loading.load(session.dataset.data_dir)
        session.open_source(added)
        self._fill()
        remarks = "; ".join(saved.remarks)
        return f"{added} added. {remarks}".strip()


def _rested_on(dataset: Dataset, event_id: str) -> str:
    """What is to be said of the texts that rest on an event; "" where none does."""
    rests = dataset.judgements["refs"].map(lambda refs: event_id in refs).sum()
    if not rests:
        return ""
    texts = "1 text rests" if rests == 1 else f"{rests} texts rest"
    return f" {texts} on it, to be looked at again: allywatch check names them."
