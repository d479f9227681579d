"""What an edition says otherwise than the one before, in words: on the page of a briefing, and as plain lines for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from allywatch.evidence import snapshots
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.snapshots import Difference, Snapshot, difference, moved
from allywatch.page.wording.grammar import capital, joined, number, remark, sentence
from allywatch.page.wording.judgements import lead
from briefmill.blocks import Block, Item, Prose, omit, role
from briefmill.texts import Run

#: Changes that the page tells one by one; CHANGES.md has them all.
MOST_TOLD = 4
MOST_REWRITTEN = 1
REWRITTEN = "Rewritten"
#: Characters of a text that is told as it was and as it is.
LONGEST = 160
NOTHING = "Nothing on this page is otherwise than in the edition before."
SINCE = "since the edition before that said otherwise"

Left = dict[str, Any] | None


@role("changes")
def changes(dossier: Dossier, verdict: Verdict, last: Left = None) -> Block:
    """What changed since the last edition that said otherwise.

    `last` is what that edition left (see `snapshots.read`). The block carries this edition’s snapshot to the next.
    """
    return _block(dossier, snapshots.snapshot(dossier, verdict), last)


@role("changes")
def network_changes(net: Network, last: Left = None) -> Block:
    """The same over all partners, each event once."""
    return _block(net.pooled, snapshots.overall(net.pooled, net.judged), last)


def _block(dossier: Dossier, now: Snapshot, last: Left) -> Block:
    before = snapshots.baseline(last or {}, now)
    record = {"snapshot": now, "baseline": before}
    if before is None:
        return replace(omit("this is the first edition of this page"), record=record)
    told = _grouped(before, now)
    items = [
        Item(tuple(lead(label)), tuple(_marked(dossier, label, entries)))
        for label, entries in told
    ]
    items = items or [Item((), tuple(remark(NOTHING)))]
    return replace(Prose(items=tuple(items), subtitle=SINCE), record=record)


#: What changed in words, and the event that it is about, "" for none.
Entry = tuple[str, str]


def _grouped(before: Snapshot, now: Snapshot) -> list[tuple[str, list[Entry]]]:
    """What changed by its kind, the gravest first; kinds without a change are left out."""
    found = difference(before, now)
    groups = [
        ("Direction", [(words, "") for words in _directions(before, now, found)]),
        ("New", [_new(now, event_id) for event_id in found.new]),
        ("Otherwise", [_regraded(before, now, each) for each in found.regraded]),
        ("Reworded", [_reworded(now, event_id) for event_id in found.revised]),
        ("Withdrawn", [_withdrawn(before, each) for each in found.withdrawn]),
        (REWRITTEN, [(_text(before, now, each), "") for each in found.rewritten]),
        ("Under review", [(words, "") for words in _reviews(before, now)]),
    ]
    return [(label, entries) for label, entries in groups if entries]


def _marked(dossier: Dossier, label: str, entries: list[Entry]) -> list[Run]:
    runs: list[Run] = []
    most = MOST_REWRITTEN if label == REWRITTEN else MOST_TOLD
    for words, event_id in entries[:most]:
        marks = dossier.marks([event_id]) if event_id in dossier.by_id else []
        runs += remark(" ") if runs else []
        runs += sentence(words, marks) if marks else remark(words)
    left = len(entries) - most
    if left > 0:
        runs += remark(f" {capital(number(left))} more in CHANGES.md.")
    return runs


def listed(before: Snapshot, now: Snapshot) -> list[str]:
    """Each difference between two snapshots of one briefing as a line of plain text, the gravest first.

    The line on an event ends in a link to it: ``[ARM-06](#7)``, its id and its mark on the page.
    """
    lines = told_of_material(before, now)
    marks = now.get("marks", {})
    for label, entries in _grouped(before, now):
        for words, event_id in entries:
            link = ""
            if event_id in marks:
                link = f" [{event_id}](#{marks[event_id]})"
            elif event_id:
                link = f" ({event_id})"
            lines.append(f"{label}: {words}{link}")
    return lines


# One change in words


def _directions(before: Snapshot, now: Snapshot, found: Difference) -> Iterable[str]:
    """What became of the direction and of the confidence, and which reports did it."""
    old = before.get("partners", {})
    new = now.get("partners", {})
    for code in moved(before, now):
        name = (new.get(code) or old[code])["name"]
        yield f"{name} is {_stand(new.get(code))}, was {_stand(old.get(code))}."
    why = _why(before, now, found)
    if found.word:
        yield f"{capital(now['word'])}, was {before['word']}{why}."
    elif found.balance:
        yield f"Still {now['word']}; the reports closer and away are no longer as many as before{why}."
    if found.confidence:
        yield f"Confidence {now['confidence'] or 'not stated'}, was {before.get('confidence') or 'not stated'}."


def _stand(tie: dict[str, Any] | None) -> str:
    return "without a briefing" if tie is None else tie["word"]


def _why(before: Snapshot, now: Snapshot, found: Difference) -> str:
    """The reports that came, went or count otherwise, as a reason for a moved direction."""
    came = [now["events"][each]["headline"] for each in found.new if _moves(now, each)]
    went = [
        before["events"][each]["headline"]
        for each in found.withdrawn
        if _moves(before, each)
    ]
    other = [now["events"][each]["headline"] for each in found.regraded]
    reasons = [
        f"{word} {_clipped(joined(headlines[:2]))}"
        for word, headlines in (("new:", came), ("gone:", went), ("otherwise:", other))
        if headlines
    ]
    return f" ({'; '.join(reasons)})" if reasons else ""


def _moves(snapshot: Snapshot, event_id: str) -> bool:
    return snapshot["events"][event_id]["scored"]


def _new(now: Snapshot, event_id: str) -> Entry:
    event = now["events"][event_id]
    return f"{event['headline']} ({_counts_as(event)}).", event_id


def _regraded(before: Snapshot, now: Snapshot, event_id: str) -> Entry:
    old = before["events"][event_id]
    event = now["events"][event_id]
    words = f"{event['headline']}: {_counts_as(event)}, was {_counts_as(old)}."
    return words, event_id


def _reworded(now: Snapshot, event_id: str) -> Entry:
    return f"{now['events'][event_id]['headline']}: put in other words.", event_id


def _withdrawn(before: Snapshot, event_id: str) -> Entry:
    return f"{_clipped(before['events'][event_id]['headline'])}.", event_id


def _counts_as(event: dict[str, Any]) -> str:
    """Which way an event leads, by how many sources, and the grade of the best."""
    ways = {1: "leads closer", -1: "leads away", 0: "leaves the tie as it was"}
    way = ways[event["direction"]] if event["scored"] else "does not move the tie"
    n_sources = event.get("sources")
    if not n_sources:
        return way
    by = f"{number(n_sources)} source{'' if n_sources == 1 else 's'}"
    return f"{way}, by {by}, the best graded {event['grade']}"


def _text(before: Snapshot, now: Snapshot, judgement_id: str) -> str:
    """A text that is new, gone or in other words: its kind, and how it reads now and read before."""
    old_kind, old = before.get("texts", {}).get(judgement_id, ["", ""])
    kind, new = now.get("texts", {}).get(judgement_id, [old_kind, ""])
    name = kind.replace("_", " ")
    if not old:
        return f"{name}, new: “{_clipped(new)}”"
    if not new:
        return f"{name}, gone: “{_clipped(old)}”"
    return f"{name}: “{_clipped(new)}”, was “{_clipped(old)}”"


def _reviews(before: Snapshot, now: Snapshot) -> Iterable[str]:
    """Texts that have come under review, with what moved, and those that no longer are."""
    texts = now.get("texts", {})
    reviewed = before.get("under_review", {})
    still = now.get("under_review", {})
    for judgement_id, what in still.items():
        if reviewed.get(judgement_id) != what:
            kind, words = texts.get(judgement_id, ["text", ""])
            said = f" “{_clipped(words)}”" if words else ""
            yield f"{kind.replace('_', ' ')}{said}: {what}."
    for judgement_id in reviewed:
        if judgement_id not in still and judgement_id in texts:
            kind, words = texts[judgement_id]
            yield f"no longer: {kind.replace('_', ' ')} “{_clipped(words)}”."


def told_of_material(before: Snapshot, now: Snapshot) -> list[str]:
    """What all briefings are made from, as far as it is not what it was: a sentence each."""
    lines = [
        f"{capital(table)}: {count}, were {before['counts'][table]}."
        for table, count in now.get("counts", {}).items()
        if count != before["counts"][table]
    ]
    old = before.get("sources", {})
    new = now.get("sources", {})
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


def _clipped(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"
