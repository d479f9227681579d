"""The page of the curate notebook: a document with what is proposed for it, and the claim that becomes of a proposal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.dataset import Dataset
from allywatch.desk.curate import altering, fields, filling
from allywatch.desk.curate.appending import Coding, Saved, add_claims
from allywatch.desk.curate.deciding import Decision
from allywatch.desk.curate.documents import add_source
from allywatch.desk.curate.finding import events_by_words
from allywatch.desk.curate.journal import Forgotten, NothingToUndo, undo
from allywatch.desk.curate.live import briefing, make_ready, partner_of
from allywatch.desk.curate.queue import Place
from allywatch.desk.curate.session import Session
from allywatch.desk.curate.showing import Shown, show
from allywatch.desk.curate.telling import Unfilled, told
from allywatch.desk.curate.view import DeskView
from allywatch.desk.proposing import default_proposer

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

#: What the page sends: what to ``do``, and the ``values`` of its fields by name.
Message = Mapping[str, Any]


def desk(dataset: Dataset, reviewer: str = "", day: str = "") -> DeskView:
    """The page on the data folder of `dataset`, whose documents must be at hand.

    Parameters
    ----------
    reviewer
        Who decides on proposals; noted with each decision.
    day
        The day of the decisions, year-month-day; "" for the one that the browser shows.
    """
    make_ready()
    return CuratePage(dataset, reviewer, day).view


class CuratePage:
    """What the page does when a key is pressed or a button clicked."""

    def __init__(self, dataset: Dataset, reviewer: str = "", day: str = "") -> None:
        self.session = Session(dataset, default_proposer().name)
        self.shown = Shown(reviewer=reviewer, day=day)
        self.view = DeskView()
        self.session.open_source(dataset.sources["source_id"].iloc[-1])
        self._fill()
        self._show()
        self.view.on_msg(lambda _, message, __: self.answer(message))

    def answer(self, message: Message) -> None:
        """Do what the page asks for, and show what came of it."""
        actions: dict[str, Callable[[Message], str]] = {
            "source": self._open_source,
            "step": self._step,
            "go": self._go,
            "select": self._select,
            "find": self._find,
            "save": self._save,
            "reject": self._reject,
            "nothing": self._nothing,
            "remove": self._remove,
            "undo": self._undo,
            "add source": self._add_source,
            "preview": self._preview,
        }
        self.shown.values = {**self.shown.values, **message.get("values", {})}
        self.shown.event = message.get("event", self.shown.event)
        self.shown.guessed = list(message.get("guessed", self.shown.guessed))
        self.shown.errors = {}
        try:
            self.shown.message = actions[message["do"]](message)
        except (ValueError, OSError, RuntimeError) as error:
            failure = told(error, self.shown.fields(self.session.dataset))
            self.shown.errors = failure.at
            self.shown.message = failure.message
        self._show()

    # What is open

    def _open_source(self, message: Message) -> str:
        self.session.proposer = message["proposer"]
        self.shown.last_event = ""
        self.session.open_source(message["source"])
        self._fill()
        return self.session.missing

    def _step(self, message: Message) -> str:
        self.session.step(message["by"], message.get("any", False))
        self._fill()
        return ""

    def _go(self, message: Message) -> str:
        self.session.open_target(message["target"])
        self._fill()
        return ""

    def _select(self, message: Message) -> str:
        session = self.session
        was_open = session.place is not None
        before = (session.proposal_id, session.claim_id)
        session.select((int(message["start"]), int(message["end"])))
        is_same = before == (session.proposal_id, session.claim_id)
        if not (was_open and is_same):
            self._fill()
        return ""

    def _fill(self) -> None:
        """Put what is guessed, or saved, into the fields."""
        session = self.session
        if session.claim_id:
            filled = filling.from_claim(session.dataset, session.claim_id)
        elif session.proposal is not None:
            filled = filling.from_proposal(session.proposal, session.kept)
        else:
            filled = filling.blank()
        self.shown.values = filled.values | {
            "reason": session.proposal["reason"] if session.proposal else ""
        }
        self.shown.guessed = filled.guessed + ["reason"] * bool(
            self.shown.values["reason"]
        )
        self.shown.event = filled.event
        self.shown.found = []

    def _find(self, message: Message) -> str:
        self.shown.found = events_by_words(self.session.dataset, message["words"])
        return ""

    # What is saved

    def _save(self, message: Message) -> str:
        session = self.session
        place = self._place()
        values = self.shown.values
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
            return self._done(
                altering.alter_claim(
                    session.dataset, session.claim_id, place, claim, event
                ),
                "{claims} saved.",
            )
        decision = self._decision_on_claim(message, place, claim, event)
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
        event: dict[str, str] | None,
    ) -> Decision | None:
        """What becomes of the open proposal; None where none is open."""
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

    def _reject(self, message: Message) -> str:
        decision = self._decision(message, "rejected")
        if decision is None:
            raise Unfilled("", "no proposal is open to be rejected")
        return self._done(
            altering.reject(self.session.dataset, decision), "Proposal rejected."
        )

    def _nothing(self, message: Message) -> str:
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

    def _remove(self, _: Message) -> str:
        if not self.session.claim_id:
            raise Unfilled("", "open a saved claim to delete it")
        saved = altering.remove_claim(self.session.dataset, self.session.claim_id)
        return self._done(saved, "{claims} deleted.")

    def _place(self) -> Place:
        if self.session.place is None:
            raise Unfilled("", "select the words of a passage first")
        return self.session.place

    def _done(self, saved: Saved, words: str) -> str:
        """Go on to the next open proposal after a save; returns `words` with the keys of what was saved."""
        self.session.saves.append(saved)
        self.session.reload()
        self.session.step(1)
        self._fill()
        return words.format(**saved.keys)

    def _undo(self, _: Message) -> str:
        """Take back what this desk saved last, whatever others have added."""
        session = self.session
        if not session.saves:
            raise NothingToUndo("nothing was saved at this desk that is still there")
        last = session.saves[-1]
        try:
            files = undo(session.dataset.data_dir, last.name)
        except Forgotten:
            session.saves.pop()
            raise
        session.saves.pop()
        session.reload()
        if session.source_id not in set(session.dataset.sources["source_id"]):
            session.open_source(session.dataset.sources["source_id"].iloc[-1])
        self._fill()
        keys = " and ".join(last.keys.values())
        return f"Taken back in {' and '.join(files)}: {keys}."

    def _add_source(self, message: Message) -> str:
        session = self.session
        cells = fields.cells_of(session.dataset, self.shown.values, "sources")
        document = str(message["document"]).strip()
        if not document:
            raise Unfilled("document", "name a file, or an address")
        if not cells["stance"]:
            raise Unfilled("sources.stance", "choose one")
        saved = add_source(session.dataset.data_dir, document, cells)
        session.saves.append(saved)
        added = saved.keys["sources"]
        session.dataset = loading.load(session.dataset.data_dir)
        session.open_source(added)
        self._fill()
        remarks = "; ".join(saved.remarks)
        return f"{added} added. {remarks}".strip()

    def _preview(self, _: Message) -> str:
        """Show the briefing of the partner at hand, with what has been saved."""
        dataset = self.session.dataset
        partners = self.shown.values.get("events.partners", "")
        partner = partner_of(dataset, self.shown.event, partners, self.shown.last_event)
        self.view.page = {"html": briefing(dataset, partner), "turn": self.shown.turn}
        return ""

    def _show(self) -> None:
        try:
            show(self.view, self.session, self.shown)
        except ContractError as error:
            self.shown.message = str(error)
