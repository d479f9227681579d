"""What one edition held of a partner, and what a later one holds otherwise.

The snapshot of a briefing is small: its direction word and balance, and for each event a fingerprint of
its row and its claims, its direction, its grade and its headline. They travel in the manifest from one edition
to the next.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allywatch.evidence import Dossier
from allywatch.scoring import Verdict

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Event ids that are `new`, `withdrawn`, `regraded` (direction, grade or weight changed) or `revised` (anything else
    in their rows), and whether the `word` or the `balance` is another."""

    new: list[str]
    withdrawn: list[str]
    regraded: list[str]
    revised: list[str]
    word: bool
    balance: bool


def snapshot(file: Dossier, verdict: Verdict) -> Snapshot:
    """The snapshot of one briefing, as JSON values; the same for the same rows."""
    own, own_claims = (list(getattr(file.dataset, table).columns) for table in ("events", "claims"))
    claims = dict(iter(file.claims[own_claims].groupby("event_id")))
    events = {
        row["event_id"]: {
            "fingerprint": _fingerprint(row[own], claims.get(row["event_id"])),
            "direction": int(row["direction"]),
            "grade": row["best_grade"],
            "scored": bool(row["scored"]),
            "headline": row["headline"],
        }
        for _, row in file.events.iterrows()
    }
    rules = file.dataset.rules["direction_words"]
    word = next(rule["word"] for rule in rules if rule["key"] == verdict.direction)
    return {
        "word": word,
        "balance": None if verdict.value is None else round(verdict.value, 4),
        "events": events,
    }


def _fingerprint(event, claims) -> str:
    text = event.to_json(date_format="iso")
    text += (
        "" if claims is None else claims.sort_values("claim_id").to_json(orient="values", date_format="iso")
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(path: str | Path) -> dict[str, Snapshot]:
    """What the last edition left for this briefing: its ``snapshot`` and its ``baseline``; empty without one."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def baseline(last: dict[str, Snapshot], now: Snapshot) -> Snapshot | None:
    """The snapshot of the last edition that differ from `now`; None where there is none.

    An edition that is made again from the same rows compares with what the first of them compared with, and so
    gives the same bytes.
    """
    return last.get("baseline") if last.get("snapshot") == now else last.get("snapshot")


def difference(before: Snapshot, now: Snapshot) -> Difference:
    """What `now` holds otherwise than `before`."""
    old, new = before["events"], now["events"]
    shared = [event for event in new if event in old]
    weighed = ("direction", "grade", "scored")
    regraded = [event for event in shared if any(old[event][key] != new[event][key] for key in weighed)]
    revised = [event for event in shared if old[event] != new[event] and event not in regraded]
    return Difference(
        [event for event in new if event not in old],
        [event for event in old if event not in new],
        regraded,
        revised,
        before["word"] != now["word"],
        before["balance"] != now["balance"],
    )
