"""The other reading: the best case against what the page says, or both cases where it takes no side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.fallbacks import by_weight
from allywatch.page.wording.grammar import remark, sentence, spaced
from allywatch.page.wording.judgements import judged, lead, said
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
    return _computed(dossier, way(dossier.dataset.rules, verdict.direction))


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
        1: pd.concat([scored[scored["direction"] > 0], _holding(dossier)]),
    }
    if direction in ("away", "closer"):
        against = 1 if direction == "away" else -1
        runs = _case(sides[against]) or remark(_silence(dossier, against))
        return Prose(items=(Item((), tuple(runs)),))
    items = []
    for side, events in sides.items():
        runs = _case(events) or remark("No report says so.")
        label = (_ARROWS[side], text(" "), *lead(_LEADS[side]))
        items.append(Item(label, tuple(runs)))
    return Prose(style="boxes", items=tuple(items), title=TWO_WAYS)


def _holding(dossier: Dossier) -> pd.DataFrame:
    return dossier.events[dossier.events["held"]]


def _case(events: pd.DataFrame) -> list[Run]:
    """The weightiest of some events in their own words; nothing for none."""
    if events.empty:
        return []
    best = by_weight(events).head(MOST_TOLD)
    return spaced(*(sentence(event.summary, [event.mark]) for event in each_row(best)))


def _silence(dossier: Dossier, against: int) -> str:
    """That nothing speaks against the page, and what that is worth where all sources argue one thing."""
    words = "No report speaks for it."
    thesis = dossier.dataset.rules.get("thesis")
    cited = dossier.sources.loc[dossier.sources["cited"], "stance"]
    if thesis and thesis["direction"] == -against and cited.eq(thesis["stance"]).all():
        words += f" All sources argue that {thesis['words']}, so their silence is weak evidence."
    return words
