"""One difference between two snapshots of a briefing, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from allywatch.evidence.snapshots import Difference, Snapshot, moved
from allywatch.page.wording.grammar import bracketed, capital, counted, joined, number
from allywatch.page.wording.voices import within

#: Headlines of each kind of reason for a direction that moved.
MOST_REASONS = 2
#: Characters before the place where two texts part that are told of both.
BEFORE = 30
#: Sources of an event that are named; of more there is the number.
MOST_NAMED = 3
#: Sources that are listed one by one.
MOST_LISTED = 5
UNSUPPORTED = "by no source that counts"
OTHER_COUNTS = "the reports closer and away are not as many as before"

#: What changed in words, and the event that it is about, "" for none.
Entry = tuple[str, str]


def directions(before: Snapshot, now: Snapshot, found: Difference) -> Iterable[str]:
    """What became of the direction and of the confidence, and which reports did it."""
    old = before.get("partners", {})
    new = now.get("partners", {})
    for code in moved(before, now):
        name = (new.get(code) or old[code])["name"]
        yield f"{name} {_stands(old.get(code), new.get(code))}."
    why = _why(before, now, found)
    if found.word:
        yield f"{capital(now['word'])}, was {before['word']}{why}."
    elif found.balance:
        yield f"Still {now['word']}; {OTHER_COUNTS}{why}."
    # Without a direction there is no confidence, which the direction has said.
    if found.confidence and now.get("confidence"):
        reason = "" if found.word or found.balance else why
        yield f"Confidence {now['confidence']}, was {before['confidence'] or 'not stated'}{reason}."


def _stands(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    """How a partner stands in an overview, and how it stood before."""
    if old is None:
        word = new["word"] if new else ""
        return f"is new here: {word}"
    if new is None:
        return f"is no longer here, was {old['word']}"
    if old["word"] == new["word"]:
        return f"is still {new['word']}; {OTHER_COUNTS}"
    return f"is {new['word']}, was {old['word']}"


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
        f"{word} {joined(headlines[:MOST_REASONS])}"
        for word, headlines in (("new:", came), ("gone:", went), ("otherwise:", other))
        if headlines
    ]
    return f" ({'; '.join(reasons)})" if reasons else ""


def _moves(snapshot: Snapshot, event_id: str) -> bool:
    return snapshot["events"][event_id]["scored"]


def added(now: Snapshot, event_id: str) -> Entry:
    """An event that is new, with which way it leads and who reports it."""
    event = now["events"][event_id]
    return f"{event['headline']} {bracketed(_counts_as(event))}.", event_id


def regraded(before: Snapshot, now: Snapshot, event_id: str) -> Entry:
    """What an event counts as otherwise than before: which way it leads, or who reports it."""
    event = now["events"][event_id]
    # What a snapshot of an earlier version lacks is taken as it is now.
    old = event | before["events"][event_id]
    parts = [
        f"{words(event) or UNSUPPORTED} (before: {words(old) or UNSUPPORTED})"
        for words in (_way, _attested)
        if words(event) != words(old)
    ]
    return f"{event['headline']}: {', '.join(parts)}.", event_id


def revised(before: Snapshot, now: Snapshot, event_id: str) -> Entry:
    """An event that counts as before but is told otherwise."""
    headline = now["events"][event_id]["headline"]
    was = before["events"][event_id]["headline"]
    if headline != was:
        return f"{headline} (before: {was}).", event_id
    return f"{headline}: in other words, or on other passages.", event_id


def withdrawn(before: Snapshot, event_id: str) -> Entry:
    """An event that is gone."""
    return f"{before['events'][event_id]['headline']}.", event_id


def _counts_as(event: dict[str, Any]) -> str:
    """Which way an event leads, by which sources, and the grade of the best."""
    return ", ".join(filter(None, [_way(event), _attested(event)]))


def _way(event: dict[str, Any]) -> str:
    ways = {1: "leads closer", -1: "leads away", 0: "leaves the tie as it was"}
    return ways[event["direction"]] if event["scored"] else "does not move the tie"


def _attested(event: dict[str, Any]) -> str:
    """By which sources an event is reported, with the grade of the best; "" without support."""
    n_independent = event.get("sources")
    if not n_independent:
        return ""
    graded = "graded" if n_independent == 1 else "the best graded"
    by = _sources(n_independent, event.get("by", []))
    return f"by {by}, {graded} {event['grade']}"


def _sources(n_independent: int, names: list[str]) -> str:
    """``two sources (RFU News and the Digest)``; one is called by its name."""
    if n_independent == 1 and len(names) == 1:
        return f"{within(names[0])} alone"
    counted_sources = counted(n_independent, "independent source")
    if not names or len(names) > MOST_NAMED:
        return counted_sources
    return f"{counted_sources} ({joined([within(name) for name in names])})"


def rewritten(before: Snapshot, now: Snapshot, judgement_id: str, longest: int) -> str:
    """A text that is new, gone or in other words: its kind, and how it reads now and read before."""
    old_kind, old = before.get("texts", {}).get(judgement_id, ["", ""])
    kind, new = now.get("texts", {}).get(judgement_id, [old_kind, ""])
    name = kind.replace("_", " ")
    if not old:
        return f"{name}, new: “{_clipped(new, longest)}”"
    if not new:
        return f"{name}, gone: “{_clipped(old, longest)}”"
    alike = _alike(old, new) if longest else 0
    return f"{name}: “{_clipped(new, longest, alike)}”, was “{_clipped(old, longest, alike)}”"


def reviews(before: Snapshot, now: Snapshot, longest: int) -> Iterable[str]:
    """Texts that have come under review, with what moved, and those that no longer are."""
    texts = now.get("texts", {})
    reviewed = before.get("under_review", {})
    still = now.get("under_review", {})
    for judgement_id, what in still.items():
        if reviewed.get(judgement_id) != what:
            kind, words = texts.get(judgement_id, ["text", ""])
            said = f" “{_clipped(words, longest)}”" if words else ""
            yield f"{kind.replace('_', ' ')}{said}: {what}."
    for judgement_id in reviewed:
        if judgement_id not in still and judgement_id in texts:
            kind, words = texts[judgement_id]
            yield f"no longer: {kind.replace('_', ' ')} “{_clipped(words, longest)}”."


def told_of_material(before: Snapshot, now: Snapshot) -> list[str]:
    """What all briefings are made from, as far as it is not what it was: a sentence each."""
    lines = [
        f"{capital(table)}: {count:,}, were {before['counts'][table]:,}."
        for table, count in now.get("counts", {}).items()
        if count != before["counts"][table]
    ]
    old = before.get("sources", {})
    new = now.get("sources", {})
    lines += _listed("New source", {key: new[key] for key in new.keys() - old.keys()})
    lines += _listed("Gone source", {key: old[key] for key in old.keys() - new.keys()})
    lines += [
        f"Source {source}: grade {new[source]}, was grade {grade}."
        for source, grade in old.items()
        if source in new and new[source] != grade
    ]
    if before.get("rules") != now.get("rules"):
        lines.append("The rules or the codebook are not what they were.")
    return lines


def _listed(lead: str, grades: dict[str, str]) -> list[str]:
    """Sources by their ids and grades, a line each; of very many how many have which grade, in one."""
    if len(grades) <= MOST_LISTED:
        return [f"{lead} {key}, graded {grades[key]}." for key in sorted(grades)]
    counts = sorted(Counter(grades.values()).items())
    graded = joined([f"{number(count)} graded {grade}" for grade, count in counts])
    return [f"{lead}s: {number(len(grades))}, {graded}."]


def _alike(old: str, new: str) -> int:
    """Where two texts that begin alike are to be told from, shortly before they part; 0: from the beginning."""
    pairs = zip(old, new, strict=False)
    parted = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return old.rfind(" ", 0, max(parted - BEFORE, 0)) + 1


def _clipped(words: str, longest: int, start: int = 0) -> str:
    """`words`, or about `longest` characters of them from `start` on; 0: all of them."""
    if not longest or len(words) <= longest:
        return words
    cut = words[start : start + longest].rstrip()
    before = "…" if start else ""
    after = "…" if start + longest < len(words) else ""
    return f"{before}{cut}{after}"
