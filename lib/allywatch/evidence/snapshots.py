"""What one edition held of a partner, and what a later one holds differently.

The snapshot of a briefing is small: its direction word, balance and confidence; for each
event a fingerprint of its row and its claims, its direction, its grade, its sources,
how many of them are independent, and its headline; and the texts of its judgements. That of
the overview has every event once, and the word and balance of each partner; that of
the methodology the material and a fingerprint of the rules. They travel in the manifest
from one edition to the next.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.fingerprints import short_fingerprint
from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import filed
from allywatch.evidence.scoring import Verdict, confidence_level

Snapshot = dict[str, Any]
#: The kinds of judgement that a page opens with: if one of them is rewritten, that is told first.
OPENING_KINDS = ("headline", "bottom_line", "confidence")
#: What an event counts as; if one of these changes, the event is regraded.
GRADING = ("direction", "grade", "scored", "sources", "by")


@dataclass(frozen=True)
class Difference:
    """What a later snapshot holds differently.

    Ids of the events that are `new`, `withdrawn`, `regraded` (direction, grade, weight or
    sources changed) or `revised` (anything else in their rows); whether the
    `word`, the `balance` or the `confidence` changed; and ids of the judgements that
    are `rewritten`: new, gone, or in other words.
    """

    new: list[str]
    withdrawn: list[str]
    regraded: list[str]
    revised: list[str]
    word: bool
    balance: bool
    confidence: bool
    rewritten: list[str]


def snapshot(dossier: Dossier, verdict: Verdict) -> Snapshot:
    """The snapshot of one briefing, as JSON values; the same for the same rows."""
    return _word_and_balance(dossier, verdict) | {
        "events": _events(dossier),
        "marks": _marks(dossier),
        "texts": _texts(dossier.dataset.judgements),
        "under_review": _under_review(dossier.dataset.judgements),
    }


def overall(pooled: Dossier, judged: Iterable[tuple[Dossier, Verdict]]) -> Snapshot:
    """The snapshot of the overview, from the parts of a `network.Network`."""
    partners = {}
    for dossier, verdict in judged:
        stand = {"name": dossier.name} | _word_and_balance(dossier, verdict)
        partners[dossier.partner["partner_id"]] = stand
    judgements = pooled.dataset.judgements
    power = pooled.power["partner_id"]
    filed_here = filed(judgements, power, power)
    return {
        "partners": partners,
        "events": _events(pooled),
        "marks": _marks(pooled),
        "texts": _texts(judgements[filed_here]),
        "under_review": _under_review(judgements[filed_here]),
    }


def material(dataset: Dataset) -> Snapshot:
    """The snapshot of what all briefings rest on: counts, sources' grades, rules."""
    rules = json.dumps(dataset.package, ensure_ascii=False, sort_keys=True)
    grades = dataset.sources.set_index("source_id")["reliability"]
    return {
        "counts": {
            "sources": len(dataset.sources),
            "claims": len(dataset.claims),
            "events": len(dataset.events),
        },
        "sources": grades.to_dict(),
        "rules": short_fingerprint(rules),
    }


def _marks(dossier: Dossier) -> dict[str, str]:
    """The mark of each event on the page, by its id."""
    events = dossier.all_events
    return dict(zip(events["event_id"].tolist(), events["mark"].tolist(), strict=True))


def _texts(judgements: pd.DataFrame) -> dict[str, list[str]]:
    """The kind and the words of each judgement, by its id."""
    return {
        row.judgement_id: [row.kind, f"{row.text} {row.second}".strip()]
        for row in each_row(judgements)
    }


def _under_review(judgements: pd.DataFrame) -> dict[str, str]:
    """What has moved under each judgement that is under review, by its id."""
    moved = judgements[judgements["under_review"]]
    return dict(zip(moved["judgement_id"], moved["moved"], strict=True))


def _word_and_balance(dossier: Dossier, verdict: Verdict) -> Snapshot:
    words = {rule["key"]: rule["word"] for rule in dossier.rules["direction_words"]}
    balance = verdict.value
    return {
        "word": words[verdict.direction],
        "balance": None if balance is None else round(balance, 4),
        "confidence": confidence_level(dossier) if verdict.gate.met else "",
    }


@lru_cache(maxsize=1)
def _events(dossier: Dossier) -> dict[str, dict[str, Any]]:
    """What a snapshot keeps of each event, by its id; kept for the dossier, so never change it."""
    row_of = _event_rows(dossier.dataset.events)
    claims_of = _claim_rows(dossier.dataset.claims)
    supporting = dossier.sources_of
    called = dossier.called
    events = dossier.all_events
    columns = [
        *("event_id", "direction", "best_grade"),
        *("scored", "n_lineages", "headline"),
    ]
    kept = {}
    for event_id, direction, grade, scored, n_lineages, headline in zip(
        *(events[name].tolist() for name in columns), strict=True
    ):
        kept[event_id] = {
            "fingerprint": short_fingerprint(
                row_of[event_id] + claims_of.get(event_id, "")
            ),
            "direction": direction,
            "grade": grade,
            "scored": scored,
            "sources": n_lineages,
            "by": [called[each] for each in supporting.get(event_id, ())],
            "headline": headline,
        }
    return kept


def _event_rows(events: pd.DataFrame) -> dict[str, str]:
    """The row of each event as JSON, as pandas writes it with the names of its columns, by its id."""
    if events.empty:
        return {}
    text = events.to_json(orient="records", date_format="iso")
    # No text within a row has a quotation mark without a backslash before it.
    first = f'{{"{events.columns[0]}":'
    _, *rows = text.removesuffix("}]").removeprefix("[").split(first)
    rows = [f"{first}{row.removesuffix('},')}}}" for row in rows]
    return dict(zip(events["event_id"].tolist(), rows, strict=True))


def _claim_rows(claims: pd.DataFrame) -> dict[str, str]:
    """The rows of the claims of each event, in the order of their ids, as JSON."""
    by_event: dict[str, list[tuple[str, str]]] = defaultdict(list)
    columns = (claims["event_id"].tolist(), claims["claim_id"].tolist())
    rows = zip(*columns, _values_as_json(claims), strict=True)
    for event_id, claim_id, row in rows:
        by_event[event_id].append((claim_id, row))
    return {
        event_id: f"[{','.join(row for _, row in sorted(of_event))}]"
        for event_id, of_event in by_event.items()
    }


def _values_as_json(frame: pd.DataFrame) -> list[str]:
    """The values of each row as JSON, as pandas writes it; the first of them is a text."""
    if frame.empty:
        return []
    text = frame.to_json(orient="values", date_format="iso")
    rows = text.removeprefix('[["').removesuffix("]]").split('],["')
    # A text that ends as a row does and has another after it would make it one too many.
    if len(rows) != len(frame):
        return list(_one_by_one(text, len(frame)))
    return [f'["{row}]' for row in rows]


def _one_by_one(text: str, count: int) -> Iterator[str]:
    """So many rows of a table in JSON, each read to see where it ends."""
    decoder = json.JSONDecoder()
    start = 1  # within the brackets about all rows
    for _ in range(count):
        _, end = decoder.raw_decode(text, start)
        yield text[start:end]
        start = end + 1


def read(path: str | Path) -> dict[str, Snapshot]:
    """What the last edition left: ``snapshot`` and ``baseline``; empty without one."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def baseline(last: dict[str, Snapshot], now: Snapshot) -> Snapshot | None:
    """The snapshot of the last edition, to compare `now` with; None without one.

    An edition that is made again from the same rows compares with what the first of
    them compared with, and so gives the same bytes.
    """
    made_again = last.get("snapshot") == now
    return last.get("baseline" if made_again else "snapshot")


def difference(before: Snapshot, now: Snapshot) -> Difference:
    """What `now` holds differently from `before`."""
    old_events = before.get("events", {})
    new_events = now.get("events", {})
    regraded = []
    revised = []
    for event_id, new in new_events.items():
        old = old_events.get(event_id)
        if old is None:
            continue
        # A snapshot of an earlier version may lack some of these.
        if any(old.get(key, new[key]) != new[key] for key in GRADING):
            regraded.append(event_id)
        elif old["fingerprint"] != new["fingerprint"]:
            revised.append(event_id)
    return Difference(
        new=[event_id for event_id in new_events if event_id not in old_events],
        withdrawn=[event_id for event_id in old_events if event_id not in new_events],
        regraded=regraded,
        revised=revised,
        word=before.get("word") != now.get("word"),
        balance=before.get("balance") != now.get("balance"),
        confidence="confidence" in before
        and before["confidence"] != now.get("confidence"),
        rewritten=_rewritten(before.get("texts"), now.get("texts", {})),
    )


def _rewritten(
    old: dict[str, list[str]] | None, new: dict[str, list[str]]
) -> list[str]:
    """Ids of the judgements that are new, gone, or in other words; none where the earlier snapshot kept no texts."""
    if old is None:
        return []
    changed = [each for each in new | old if old.get(each) != new.get(each)]
    kinds = {each: (new.get(each) or old[each])[0] for each in changed}
    return sorted(changed, key=lambda each: kinds[each] not in OPENING_KINDS)


def moved(before: Snapshot, now: Snapshot) -> list[str]:
    """Partners whose word or balance changed, or that only one of two overviews has."""
    old_partners = before.get("partners", {})
    new_partners = now.get("partners", {})
    return [
        code
        for code in new_partners | old_partners
        if _stand(old_partners.get(code)) != _stand(new_partners.get(code))
    ]


def _stand(partner: Snapshot | None) -> tuple[str, float | None] | None:
    """Word and balance of a partner in an overview; its name may change."""
    if partner is None:
        return None
    return partner["word"], partner["balance"]
