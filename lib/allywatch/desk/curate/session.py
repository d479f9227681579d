"""Where a person is in a document: what is open, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.passages import Documents
from allywatch.desk.curate import queue
from allywatch.desk.curate.changes import Row
from allywatch.desk.curate.queue import OPENABLE, Place, Stop
from allywatch.desk.proposing import NotAtHand, UnknownProposer


@dataclass(frozen=True)
class Opened:
    """What is open in a document: its place, and the proposal or the saved claim there, by id; "" where it is none."""

    source_id: str
    place: Place | None
    proposal_id: str
    claim_id: str


@dataclass
class Session:
    """The document that is open, and the proposal, claim or mere passage in it.

    Attributes
    ----------
    proposals
        Those for the source, by id, decided or not.
    decided
        Those for the source that a person has decided, by id, whoever proposed them.
    place
        The passage that is open; None where nothing is.
    proposal_id, claim_id
        The proposal or the saved claim that is open; "" where it is none.
    kept
        Whose word the last claim was, and to whom it was put.
    """

    dataset: Dataset
    proposer: str
    source_id: str = ""
    text: str = ""
    missing: str = ""
    proposals: dict[str, Row] = field(default_factory=dict)
    decided: dict[str, Row] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)
    place: Place | None = None
    proposal_id: str = ""
    claim_id: str = ""
    kept: Row = field(default_factory=dict)
    _guesses: dict[Place, Row | None] = field(default_factory=dict)

    @property
    def proposal(self) -> Row | None:
        """The proposal that is open, rejected or not; None where none is."""
        return self.proposals.get(self.proposal_id, self.decided.get(self.proposal_id))

    @property
    def guess(self) -> Row | None:
        """What is guessed of what is open, in the form of a proposal: the proposal, or for a passage of one's own what would be proposed."""
        is_own = self.place is not None and not (self.proposal_id or self.claim_id)
        if self.place is None or not is_own:
            return self.proposal
        if self.place not in self._guesses:
            self._guesses[self.place] = self._guessed(self.place)
        return self._guesses[self.place]

    def _guessed(self, place: Place) -> Row | None:
        try:
            return queue.guessed_row(self.dataset, self.source_id, self.proposer, place)
        except NotAtHand:
            return None

    @property
    def opened(self) -> Opened:
        """What is open now."""
        return Opened(self.source_id, self.place, self.proposal_id, self.claim_id)

    @property
    def source(self) -> dict[str, Any]:
        """The row of the source."""
        sources = self.dataset.sources
        row: dict[str, Any]
        (row,) = records(sources[sources["source_id"] == self.source_id])
        return row

    def open_source(self, source_id: str) -> None:
        """Propose for the whole document of a source, and open the first proposal; `missing` says why there are none."""
        self.source_id = source_id
        self.text = Documents(self.dataset.documents).coded(self.source) or ""
        self.missing = ""
        self.proposals = {}
        self.close()
        try:
            self.proposals = queue.proposed_rows(self.dataset, source_id, self.proposer)
        except (NotAtHand, UnknownProposer) as error:
            self.missing = str(error)
        self._find_stops()
        self.step(1)

    def reload(self) -> None:
        """Read the folder anew, with what others have saved."""
        self.dataset = loading.load(self.dataset.data_dir)
        self._find_stops()

    def _find_stops(self) -> None:
        self._guesses = {}
        in_file = queue.rows_in_file(self.dataset, self.source_id)
        self.decided = {
            key: row for key, row in in_file.items() if row["state"] != "open"
        }
        self.proposals |= {
            key: row
            for key, row in in_file.items()
            if row["state"] == "open" and row["proposer"] == self.proposer
        }
        self.stops = queue.stops(
            self.dataset, self.source_id, self.text, self.proposals, self.decided
        )

    def close(self) -> None:
        """Have nothing open."""
        self.place = None
        self.proposal_id = ""
        self.claim_id = ""

    def waiting(self) -> list[Stop]:
        """The proposals that are open, in the document's order."""
        return [stop for stop in self.stops if stop.kind == "proposal"]

    def step(self, by: int, any_kind: bool = False) -> None:
        """Open the next open proposal (`by` 1) or the one before (-1), or with `any_kind` whatever can be opened; from the end go on at the other."""
        kinds = OPENABLE if any_kind else {"proposal"}
        listed = [stop for stop in self.stops if stop.kind in kinds]
        if by < 0:
            listed.reverse()
        key = self.proposal_id or self.claim_id
        if self.place is not None and not key:
            key = queue.bare_key(self.place)
        present = (*(self.place or (-1, -1)), key)
        if self.place is None and by < 0:
            present = (len(self.text) + 1, 0, "")
        beyond = [
            stop
            for stop in listed
            if by * _compared((stop.start, stop.end, stop.key), present) > 0
        ]
        following = [*beyond, *listed]
        if following:
            self.open_stop(following[0])
        elif not any_kind:
            self.close()

    def open_stop(self, stop: Stop) -> None:
        """Open a proposal, a claim, or the words that are left of a sentence."""
        self.close()
        self.place = stop.place
        if stop.kind in ("proposal", "rejected"):
            self.proposal_id = stop.key
        elif stop.kind == "claim":
            self.claim_id = stop.key

    def open_target(self, target: str) -> None:
        """Open what a mark in the text leads to: its kind and key, joined by a colon."""
        kind, _, key = target.partition(":")
        for stop in self.stops:
            if (stop.kind, stop.key) == (kind, key):
                self.open_stop(stop)

    def open_again(self, opened: Opened) -> None:
        """Open what was open, as far as it is there: else what is proposed at its place, or the passage."""
        if opened.source_id != self.source_id:
            self.open_source(opened.source_id)
        self.close()
        self.place = opened.place
        if opened.place is None:
            return
        keys = {opened.proposal_id, opened.claim_id} - {""}
        there = [stop for stop in self.stops if stop.key in keys]
        there += [
            stop
            for stop in self.stops
            if stop.kind == "proposal" and stop.overlaps(opened.place)
        ]
        if there:
            self.open_stop(there[0])
        if self.proposal_id:
            self.place = opened.place

    def select(self, place: Place) -> None:
        """Take other words as the passage of what is open; words elsewhere open the proposal there, or a passage of their own."""
        is_elsewhere = self.place is None or not Stop(*self.place, "", "").overlaps(
            place
        )
        if is_elsewhere:
            self.close()
            for stop in self.waiting():
                if stop.overlaps(place):
                    self.open_stop(stop)
                    break
        self.place = place

    def claims_here(self) -> list[str]:
        """The other claims on a part of the passage that is open."""
        if self.place is None:
            return []
        place = self.place
        return [
            stop.key
            for stop in self.stops
            if stop.kind == "claim"
            and stop.key != self.claim_id
            and stop.overlaps(place)
        ]


def _compared(one: tuple[int, int, str], other: tuple[int, int, str]) -> int:
    return (one > other) - (one < other)
