"""The places of the open document that are shown as something, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from allywatch.data.dataset import Dataset
from allywatch.desk.curate.changes import Row
from allywatch.desk.curate.queue import OPENABLE, Place, Stop
from allywatch.desk.proposing.actors import gazetteer
from allywatch.desk.proposing.dating import found_dates


class Mark(NamedTuple):
    """A place in the document, what it is shown as, and what opens when it is clicked ("" for nothing)."""

    start: int
    end: int
    look: str
    target: str = ""


def marks_of_stops(stops: Sequence[Stop], proposals: dict[str, Row]) -> list[Mark]:
    """How each stop of a document is shown."""
    return [_mark(stop, proposals) for stop in stops]


def _mark(stop: Stop, proposals: dict[str, Row]) -> Mark:
    look = stop.kind
    if stop.kind == "proposal" and proposals[stop.key]["proposes"] == "nothing":
        look = "nothing"
    target = f"{stop.kind}:{stop.key}" if stop.kind in OPENABLE else ""
    return Mark(stop.start, stop.end, look, target)


def marks_within(
    dataset: Dataset, text: str, published: str, place: Place, proposal: Row | None
) -> list[Mark]:
    """The open passage, and in it whom it names, by what they are held to be, its dates and whose word it gives."""
    start, end = place
    marks = [Mark(start, end, "open")]
    passage = text[start:end]
    roles = _roles(proposal)
    for mention in gazetteer(dataset, published).mentions(passage):
        look = next((roles[code] for code in mention.codes if code in roles), "")
        if look:
            marks.append(Mark(start + mention.start, start + mention.end, look))
    for date in found_dates(passage, published):
        marks.append(Mark(start + date.start, start + date.end, "date"))
    said = proposal["attributed_at"] if proposal else ""
    if said:
        first, _, last = said.partition(":")
        marks.append(Mark(int(first), int(last), "says"))
    return marks


def _roles(proposal: Row | None) -> dict[str, str]:
    """What each actor is held to be in a proposal, by code."""
    if proposal is None:
        return {}
    columns = {"named": "named", "counterparts": "counterpart", "partners": "partner"}
    return {
        code: look
        for column, look in columns.items()
        for code in proposal[column].split(";")
        if code
    }
