"""What an edition says otherwise than the one before: on the page of a briefing, and as plain lines for all."""

from __future__ import annotations

from typing import Any

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.snapshots import Difference, Snapshot, difference, moved
from allywatch.page.wording.grammar import (
    capital,
    counted,
    joined,
    remark,
    sentence,
    signed,
    spaced,
    verb,
)
from briefmill.texts import Run

MOST_TOLD = 3  # partners whose verdict is told in full
LONGEST_NAMED = 90  # characters of a headline that is gone from the rows and so has no mark to lead to


def since_last(
    dossier: Dossier, before: Snapshot, now: Snapshot
) -> list[tuple[str, list[Run]]]:
    """New events, events told otherwise, and what became of the verdict: a label and its runs each."""
    found = difference(before, now)
    return [
        ("New.", _new(dossier, found)),
        ("Otherwise told.", _otherwise(dossier, found, before)),
        ("Verdict.", _verdict(dossier, before, now)),
    ]


def since_last_overall(
    net: Network, before: Snapshot, now: Snapshot
) -> list[tuple[str, list[Run]]]:
    """The same for all partners at once, each event once."""
    found = difference(before, now)
    return [
        ("New.", _new(net.pooled, found)),
        ("Otherwise told.", _otherwise(net.pooled, found, before)),
        ("Verdicts.", _verdicts(net, before, now)),
    ]


def _new(dossier: Dossier, found: Difference) -> list[Run]:
    if not found.new:
        return remark("No event is new.")
    words = _are(found.new, "new")
    if len(found.new) == 1:
        summary: Any = dossier.all_events.set_index("event_id").at[
            found.new[0], "summary"
        ]
        words += f" {summary}"
    return sentence(words, dossier.marks(found.new))


def _are(events: list[str], what: str) -> str:
    return f"{capital(counted(len(events), 'event'))} {verb(len(events), 'is', 'are')} {what}."


def _otherwise(dossier: Dossier, found: Difference, before: Snapshot) -> list[Run]:
    revised = f"revised in {verb(len(found.revised), 'its', 'their')} rows"
    kinds = ((found.regraded, "regraded"), (found.revised, revised))
    told = [
        sentence(_are(events, words), dossier.marks(events))
        for events, words in kinds
        if events
    ]
    if gone := found.withdrawn:
        named = (
            f": {_clipped(before['events'][gone[0]]['headline'])}"
            if len(gone) == 1
            else ""
        )
        told.append(remark(_are(gone, f"withdrawn{named}")))
    return spaced(*told) or remark(
        "Nothing told before is withdrawn, regraded or revised."
    )


def _verdict(dossier: Dossier, before: Snapshot, now: Snapshot) -> list[Run]:
    words = (
        "There is no balance, then or now"
        if now["balance"] is None
        else "The balance has not moved"
    )
    if now["balance"] != before["balance"]:
        words = f"The balance is {_value(now)}, was {_value(before)}"
    still = now["word"] == before["word"]
    words += (
        f"; still {now['word']}."
        if still
        else f"; now {now['word']}, was {before['word']}."
    )
    scored = list(dossier.scored["mark"])
    return sentence(words, scored) if scored else remark(words)


def _verdicts(net: Network, before: Snapshot, now: Snapshot) -> list[Run]:
    """The partners whose word is another first; of more than can be told in full, the names."""
    old, new, changed = before["partners"], now["partners"], moved(before, now)
    if not changed:
        return remark("No direction and no balance has moved.")
    changed.sort(
        key=lambda code: old.get(code, {}).get("word") == new.get(code, {}).get("word")
    )
    tiers = dict(zip(net.verdicts["partner"], net.verdicts["direction"], strict=True))
    told = []
    for code in changed[:MOST_TOLD]:
        refs = net.marks("tier", tiers[code]) if code in tiers else []
        words = _moved(old.get(code), new.get(code))
        told.append(sentence(words, refs) if refs else remark(words))
    if rest := changed[MOST_TOLD:]:
        of_rest = dict.fromkeys(tiers[code] for code in rest if code in tiers)
        refs = [mark for tier in of_rest for mark in net.marks("tier", tier)]
        words = f"So have the verdicts on {joined([(new | old)[code]['name'] for code in rest])}."
        told.append(sentence(words, refs) if refs else remark(words))
    return spaced(*told)


def _moved(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    name = (new or old or {})["name"]
    return f"{name}: {_stand(new)}; was {_stand(old)}."


def _stand(tie: dict[str, Any] | None) -> str:
    if tie is None:
        return "without a briefing"
    return f"{tie['word']}, {'no balance' if tie['balance'] is None else _value(tie)}"


def told_of_material(before: Snapshot, now: Snapshot) -> list[str]:
    """What all briefings are made from, as far as it is not what it was: a sentence each."""
    lines = [
        f"{capital(table)}: {count}, were {before['counts'][table]}."
        for table, count in now.get("counts", {}).items()
        if count != before["counts"][table]
    ]
    old, new = before.get("sources", {}), now.get("sources", {})
    for source in new | old:
        if old.get(source) != new.get(source):
            grade, was = (
                f"grade {has[source]}" if source in has else "not there"
                for has in (new, old)
            )
            lines.append(f"Source {source}: {grade}, was {was}.")
    if before.get("rules") != now.get("rules"):
        lines.append("The rules or the codebook are not what they were.")
    return lines


def listed(before: Snapshot, now: Snapshot) -> list[str]:
    """Each difference between two snapshots of one briefing as a line of plain text, the gravest first."""
    found, lines = difference(before, now), told_of_material(before, now)
    old, new = before.get("partners", {}), now.get("partners", {})
    lines += [_moved(old.get(code), new.get(code)) for code in moved(before, now)]
    if found.word:
        lines.append(f"Direction: {now['word']}, was {before['word']}.")
    if found.balance:
        lines.append(f"Balance: {_value(now)}, was {_value(before)}.")
    reviewed = before.get("under_review", {})
    for judgement_id, what in now.get("under_review", {}).items():
        if reviewed.get(judgement_id) != what:
            lines.append(f"{judgement_id} under review: {what}.")
    for judgement_id in reviewed:
        if judgement_id not in now.get("under_review", {}):
            lines.append(f"{judgement_id} is no longer under review.")
    was, is_ = before.get("events", {}), now.get("events", {})
    for kind in ("new", "withdrawn", "regraded", "revised"):
        for event in getattr(found, kind):
            said = is_.get(event) or was[event]
            before_that = f", was {_weight(was[event])}" if kind == "regraded" else ""
            headline = _clipped(said["headline"])
            lines.append(
                f"{kind.capitalize()}: {event}, {headline} ({_weight(said)}{before_that})."
            )
    return lines


def _weight(event: dict) -> str:
    way = (
        {1: "closer", -1: "away", 0: "held"}[event["direction"]]
        if event["scored"]
        else "not scored"
    )
    return f"{way}, grade {event['grade'] or 'none'}"


def _value(facts: Snapshot) -> str:
    return "not given" if facts["balance"] is None else signed(facts["balance"])


def _clipped(words: str) -> str:
    return (
        words if len(words) <= LONGEST_NAMED else f"{words[:LONGEST_NAMED].rstrip()}…"
    )
