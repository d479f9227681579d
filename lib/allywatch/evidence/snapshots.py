"""What one edition held of a partner, and what a later one holds otherwise.

The snapshot of a briefing is small: its direction word and balance, and for each event a fingerprint of
its row and its claims, its direction, its grade and its headline. That of the overview has every event once, and
the word and balance of each partner; that of the methodology the material and a fingerprint of the rules. They
travel in the manifest from one edition to the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allywatch.data.loading import Dataset
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict

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
    return _stand(file, verdict) | {"events": _events(file)}


def overall(pooled: Dossier, judged: Iterable[tuple[Dossier, Verdict]]) -> Snapshot:
    """The snapshot of the overview, from the parts of a `network.Network`."""
    stands = {
        file.partner["partner_id"]: {"name": file.name} | _stand(file, verdict)
        for file, verdict in judged
    }
    return {"partners": stands, "events": _events(pooled)}


def material(dataset: Dataset) -> Snapshot:
    """The snapshot of what all briefings are made from: how much there is, sources with their grades, the rules."""
    text = json.dumps(dataset.package, ensure_ascii=False, sort_keys=True)
    return {
        "counts": {
            table: len(getattr(dataset, table))
            for table in ("sources", "claims", "events")
        },
        "sources": dict(
            zip(
                dataset.sources["source_id"],
                dataset.sources["reliability"],
                strict=True,
            )
        ),
        "rules": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def _events(file: Dossier) -> dict[str, dict[str, Any]]:
    own, own_claims = (
        list(getattr(file.dataset, table).columns) for table in ("events", "claims")
    )
    told = (
        file.events[own]
        .to_json(orient="records", lines=True, date_format="iso")
        .splitlines()
    )
    behind = {
        event: claims.to_json(orient="values", date_format="iso")
        for event, claims in file.claims[own_claims]
        .sort_values("claim_id")
        .groupby("event_id")
    }
    names = ("event_id", "direction", "best_grade", "scored", "headline")
    rows = zip(told, *(file.events[name] for name in names), strict=True)
    return {
        event: {
            "fingerprint": hashlib.sha256(
                (text + behind.get(event, "")).encode()
            ).hexdigest()[:16],
            "direction": int(direction),
            "grade": grade,
            "scored": bool(scored),
            "headline": headline,
        }
        for text, event, direction, grade, scored, headline in rows
    }


def _stand(file: Dossier, verdict: Verdict) -> Snapshot:
    rules = file.dataset.rules["direction_words"]
    word = next(rule["word"] for rule in rules if rule["key"] == verdict.direction)
    return {
        "word": word,
        "balance": None if verdict.value is None else round(verdict.value, 4),
    }


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
    old, new = before.get("events", {}), now.get("events", {})
    shared = [event for event in new if event in old]
    weighed = ("direction", "grade", "scored")
    regraded = [
        event
        for event in shared
        if any(old[event][key] != new[event][key] for key in weighed)
    ]
    revised = [
        event for event in shared if old[event] != new[event] and event not in regraded
    ]
    fresh, gone = (
        [event for event in new if event not in old],
        [event for event in old if event not in new],
    )
    word, balance = (before.get(name) != now.get(name) for name in ("word", "balance"))
    return Difference(fresh, gone, regraded, revised, word, balance)


def moved(before: Snapshot, now: Snapshot) -> list[str]:
    """The partners of two overviews whose word or balance is another, or that only one of them has."""
    old, new = before.get("partners", {}), now.get("partners", {})
    stand = [
        {code: (tie["word"], tie["balance"]) for code, tie in ties.items()}
        for ties in (old, new)
    ]
    return [code for code in new | old if stand[0].get(code) != stand[1].get(code)]
