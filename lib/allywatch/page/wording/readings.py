"""The other reading: the best case against what the page says, or both cases where it takes no side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.attribution import told
from allywatch.page.wording.fallbacks import by_weight
from allywatch.page.wording.grammar import capital, remark, some_of, spaced, verb
from allywatch.page.wording.judgements import judged, lead, said
from allywatch.page.wording.silence import no_report
from briefmill.blocks import Block, Item, Prose, role
from briefmill.texts import Arrow, Run, text

MOST_TOLD = 2
TWO_WAYS = "Two ways to read it"
_ARROWS = {
    -1: Arrow("away", "falling", "down"),
    0: Arrow("holding", "level", "second"),
    1: Arrow("closer", "rising", "up"),
}
_LEADS = {-1: "Loosening", 0: "As it was", 1: "Closer"}


@role("opposite_reading")
def readings(dossier: Dossier, verdict: Verdict | None = None) -> Block:
    """The case against the direction on the page; without a direction, or where it is mixed, both cases.

    On the page of the network, which has no direction, an analyst's readings alone.
    """
    written = list(each_row(judged(dossier, "opposite_reading")))
    if len(written) > 1:
        if verdict is None:
            items = [
                Item(tuple(lead(each.second)), tuple(said(each))) for each in written
            ]
            return Prose(items=tuple(items))
        items = [_box(reading) for reading in written]
        return Prose(style="boxes", items=tuple(items), title=TWO_WAYS)
    if written:
        (reading,) = written
        item = Item(tuple(lead(reading.second)), tuple(said(reading)))
        return Prose(items=(item,))
    if verdict is None:
        return Prose(items=(Item((), tuple(remark("No analyst has written one."))),))
    return _computed(dossier, way(dossier.rules, verdict.direction))


def _box(reading: Any) -> Item:
    """A reading in a box of its own: where it leads, its lead and its case."""
    direction = 0 if pd.isna(reading.direction) else int(reading.direction)
    heading = reading.second or _LEADS[direction]
    label = [_ARROWS[direction], text(" "), *lead(heading)]
    return Item(tuple(label), tuple(said(reading)))


def _computed(dossier: Dossier, direction: str) -> Block:
    """The weightiest events on the other side, or on both."""
    scored = dossier.scored
    sides = {
        -1: scored[scored["direction"] < 0],
        0: dossier.events[dossier.events["held"]],
        1: scored[scored["direction"] > 0],
    }
    if direction in ("away", "closer"):
        against = 1 if direction == "away" else -1
        runs = _case(dossier, pd.concat([sides[against], sides[0]]))
        return _one_line(runs or remark(_silence(dossier, against)))
    if dossier.in_play.empty:
        return _one_line(remark("No report on this tie can be read two ways."))
    if len(sides[1]):
        sides[1] = pd.concat([sides[1], sides.pop(0)])
    else:
        del sides[1 if len(sides[0]) else 0]
    items = []
    for side, events in sides.items():
        events = by_weight(events).head(MOST_TOLD)
        runs = _case(dossier, events) or remark("No report says so.")
        items.append(
            Item((_ARROWS[side], text(" "), *_lead(side, events)), tuple(runs))
        )
    return Prose(style="boxes", items=tuple(items), title=TWO_WAYS)


def _lead(side: int, events: pd.DataFrame) -> list[Run]:
    """What some events of a side say: ``Closer, or as it was`` where some leave the tie as it was."""
    held = side > 0 and events["held"].any()
    return lead(f"{_LEADS[side]}, or {_LEADS[0].lower()}" if held else _LEADS[side])


def _one_line(runs: list[Run]) -> Prose:
    return Prose(items=(Item((), tuple(runs)),))


def _case(dossier: Dossier, events: pd.DataFrame) -> list[Run]:
    """The weightiest of some events in their own words, each with its only source; nothing for none."""
    if events.empty:
        return []
    best = by_weight(events).head(MOST_TOLD)
    return spaced(*(told(dossier, event) for event in each_row(best)))


def _silence(dossier: Dossier, against: int) -> str:
    """That nothing speaks against the page, and what that is worth where all sources argue one thing."""
    words = f"{no_report(dossier, against, 0)} speaks for another reading."
    thesis = dossier.rules.get("thesis")
    cited = dossier.sources.loc[dossier.sources["cited"], "stance"]
    if thesis and thesis["direction"] == -against and cited.eq(thesis["stance"]).all():
        who = capital(some_of(len(cited), len(cited), "source"))
        argue = verb(len(cited), "argues", "argue")
        words += f" {who} cited here {argue} that {thesis['words']}, so that silence is weak evidence."
    return words
