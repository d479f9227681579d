"""What an edition says otherwise than the one before, in words: on the page of a briefing, and as plain lines for all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allywatch.evidence import snapshots
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.snapshots import Snapshot, difference
from allywatch.page.wording import differences
from allywatch.page.wording.differences import Entry
from allywatch.page.wording.grammar import (
    capital,
    number,
    remark,
    sentence,
)
from allywatch.page.wording.judgements import lead
from briefmill.blocks import Block, Item, Prose, omit, role
from briefmill.texts import Run

#: Changes that the page tells one by one; CHANGES.md has them all.
MOST_TOLD = 4
MOST_REWRITTEN = 1
REWRITTEN = "Rewritten"
#: Characters of a text that the page tells as it was and as it is.
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
    told = _grouped(before, now, LONGEST)
    items = [
        Item(tuple(lead(label)), tuple(_marked(dossier, label, entries)))
        for label, entries in told
    ]
    items = items or [Item((), tuple(remark(NOTHING)))]
    return replace(Prose(items=tuple(items), subtitle=SINCE), record=record)


def _grouped(
    before: Snapshot, now: Snapshot, longest: int = 0
) -> list[tuple[str, list[Entry]]]:
    """What changed by its kind, the gravest first; kinds without a change are left out.

    Texts are cut to about `longest` characters; 0: they are told whole.
    """
    found = difference(before, now)
    texts = [
        (differences.rewritten(before, now, each, longest), "")
        for each in found.rewritten
    ]
    reviews = [(words, "") for words in differences.reviews(before, now, longest)]
    groups = [
        (
            "Direction",
            [(words, "") for words in differences.directions(before, now, found)],
        ),
        ("New", [differences.added(now, event_id) for event_id in found.new]),
        (
            "Otherwise",
            [differences.regraded(before, now, each) for each in found.regraded],
        ),
        (
            "Revised",
            [differences.revised(before, now, event_id) for event_id in found.revised],
        ),
        (
            "Withdrawn",
            [differences.withdrawn(before, each) for each in found.withdrawn],
        ),
        (REWRITTEN, texts),
        ("Under review", reviews),
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
    lines = differences.told_of_material(before, now)
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


def conclusions(before: Snapshot, now: Snapshot) -> list[str]:
    """What a page concludes otherwise than before: its direction word, its confidence, its headline; one line each."""
    # What an overview says of each partner, the partner's own page says.
    before, now = before | {"partners": {}}, now | {"partners": {}}
    found = difference(before, now)
    lines: list[str] = []
    if found.word or found.confidence:
        lines += differences.directions(before, now, found)
    texts = before.get("texts", {}) | now.get("texts", {})
    for judgement_id in found.rewritten:
        kind, _ = texts[judgement_id]
        if kind == "headline":
            lines.append(differences.rewritten(before, now, judgement_id, longest=0))
    return lines
