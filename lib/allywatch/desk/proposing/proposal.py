"""What a proposer suggests for one passage, and the row that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from allywatch.data.fingerprints import fingerprint

#: Events that a row offers; a proposer may rank more.
MOST_EVENTS = 3
_DIGITS_OF_KEY = 12


@dataclass(frozen=True)
class Candidate:
    """An event that a passage may be about, and why, in words of our own."""

    event_id: str
    why: str


@dataclass(frozen=True)
class Codes:
    """The codes of an event; blank, or None, where none is ventured."""

    type: str = ""
    channel: str = ""
    dimension: str = ""
    direction: int | None = None
    intensity: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A claim that is held to stand in a passage, or, with a `reason`, nothing to code there.

    Attributes
    ----------
    start, end
        Offsets of the passage in the document.
    reason
        Why there is nothing to code; "" where a claim is proposed.
    attributed_at
        Where the document says whose word it is; None where nowhere.
    events
        Events to join, the likeliest first.
    confidence
        From 0 to 1; it compares the proposals of one proposer.
    """

    start: int
    end: int
    reason: str = ""
    partners: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    codes: Codes = Codes()
    modality: str = ""
    voice: str = ""
    attributed_at: tuple[int, int] | None = None
    date: str = ""
    date_basis: str = ""
    value: str = ""
    unit: str = ""
    events: tuple[Candidate, ...] = ()
    statement: str = ""
    confidence: float = 0.0

    @property
    def is_claim(self) -> bool:
        """Whether a claim is proposed."""
        return not self.reason

    def row(
        self, source_id: str, text: str, proposer: str, version: str
    ) -> dict[str, str]:
        """Its cells by column, open; of the document's `text` it keeps a fingerprint and no word."""
        offered = self.events[:MOST_EVENTS]
        place = self.attributed_at
        cells = {
            "source_id": source_id,
            "start": str(self.start),
            "end": str(self.end),
            "passage_sha256": fingerprint(text[self.start : self.end]),
            "proposes": "claim" if self.is_claim else "nothing",
            "reason": self.reason,
            "partners": ";".join(self.partners),
            "counterparts": ";".join(self.counterparts),
            "named": ";".join(self.named),
            "type": self.codes.type,
            "channel": self.codes.channel,
            "dimension": self.codes.dimension,
            "direction": _number(self.codes.direction),
            "intensity": _number(self.codes.intensity),
            "modality": self.modality,
            "voice": self.voice,
            "attributed_at": f"{place[0]}:{place[1]}" if place else "",
            "date": self.date,
            "date_basis": self.date_basis,
            "value": self.value,
            "unit": self.unit,
            "events": ";".join(each.event_id for each in offered),
            "why": "; ".join(f"{each.event_id}: {each.why}" for each in offered),
            "statement": self.statement,
            "proposer": proposer,
            "proposer_version": version,
            "confidence": f"{self.confidence:.2f}",
            "state": "open",
        }
        return {"proposal_id": _key(cells)} | cells


def _number(code: int | None) -> str:
    return "" if code is None else str(code)


def _key(cells: dict[str, str]) -> str:
    """A key that the same proposal always has: it follows from what is proposed, where and by whom."""
    named = [
        cells["source_id"],
        cells["passage_sha256"],
        cells["start"],
        cells["proposes"],
        cells["proposer"],
    ]
    return "P" + fingerprint("\x1f".join(named))[:_DIGITS_OF_KEY]
