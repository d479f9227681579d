"""The open document in pieces, each with what it is shown as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from allywatch.data.dataset import Dataset
from allywatch.desk.curate.changes import Row
from allywatch.desk.curate.queue import Place, Stop
from allywatch.desk.proposing.actors import gazetteer
from allywatch.desk.proposing.dating import found_dates


@dataclass(frozen=True)
class Mark:
    """A place in the document, what it is shown as, and what opens when it is clicked ("" for nothing)."""

    start: int
    end: int
    look: str
    target: str = ""


def pieces(
    length: int, stops: Sequence[Stop], proposals: dict[str, Row], marks: Sequence[Mark]
) -> list[tuple[int, int, str, str]]:
    """The document cut wherever a mark begins or ends: start, end, looks joined by blanks, and target of each piece.

    `length` is that of the document. Together the pieces are the document.
    """
    every = [*(_mark(stop, proposals) for stop in stops), *marks]
    cuts = sorted({0, length, *(m.start for m in every), *(m.end for m in every)})
    beginning: dict[int, list[Mark]] = {}
    for mark in every:
        beginning.setdefault(mark.start, []).append(mark)
    over: list[Mark] = []
    cut_pieces = []
    for start, end in pairwise(cuts):
        going_on = [mark for mark in over if mark.end > start]
        over = going_on + beginning.get(start, [])
        looks = " ".join(sorted({mark.look for mark in over}))
        targets = [mark.target for mark in over if mark.target]
        cut_pieces.append((start, end, looks, targets[0] if targets else ""))
    return cut_pieces


def _mark(stop: Stop, proposals: dict[str, Row]) -> Mark:
    look = stop.kind
    if stop.kind == "proposal" and proposals[stop.key]["proposes"] == "nothing":
        look = "nothing"
    target = "" if stop.kind == "uncoded" else f"{stop.kind}:{stop.key}"
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
