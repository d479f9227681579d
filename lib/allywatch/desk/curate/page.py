"""The page of the curate notebook: a document with what is proposed for it, and the claim that becomes of a proposal."""

from __future__ import annotations

from collections.abc import Callable

from allywatch.data.contract import ContractError
from allywatch.data.dataset import Dataset
from allywatch.desk.curate import filling
from allywatch.desk.curate.finding import events_by_words
from allywatch.desk.curate.live import briefing, make_ready, partner_of
from allywatch.desk.curate.saving import Message, Saving
from allywatch.desk.curate.session import Session
from allywatch.desk.curate.showing import Shown, show
from allywatch.desk.curate.telling import told
from allywatch.desk.curate.view import DeskView
from allywatch.desk.proposing import default_proposer


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
        self.saving = Saving(self.session, self.shown, self._fill)
        self.view = DeskView()
        self.session.open_source(dataset.sources["source_id"].iloc[-1])
        self._fill()
        self._show()
        self.view.on_msg(lambda _, message, __: self.answer(message))

    def answer(self, message: Message) -> None:
        """Do what the page asks for, and show what came of it."""
        saving = self.saving
        actions: dict[str, Callable[[Message], str]] = {
            "source": self._open_source,
            "step": self._step,
            "go": self._go,
            "select": self._select,
            "find": self._find,
            "save": saving.save,
            "reject": saving.reject,
            "nothing": saving.nothing,
            "remove": saving.remove,
            "open event": saving.open_event,
            "close event": saving.close_event,
            "save event": saving.save_event,
            "undo": saving.undo,
            "add source": saving.add_source,
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
        guess = session.guess
        if session.claim_id:
            filled = filling.from_claim(session.dataset, session.claim_id)
        elif guess is not None:
            filled = filling.from_proposal(guess, session.kept, session.text)
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
        self.shown.altered = {}

    def _find(self, message: Message) -> str:
        self.shown.found = events_by_words(self.session.dataset, message["words"])
        return ""

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
