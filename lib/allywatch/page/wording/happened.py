"""What happened: the chronology of a page, line by line, with who says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.evidence.chronology import Line, weights
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.periods import unit
from allywatch.page.wording import by_period
from allywatch.page.wording.attribution import summary
from allywatch.page.wording.gains import gained_in, is_gainer
from allywatch.page.wording.grammar import number, remark, sentence
from allywatch.page.wording.judgements import review_of
from allywatch.page.wording.voices import (
    in_a_sentence,
    outside,
    reported,
    who_says_so,
)
from briefmill.blocks import (
    Block,
    Chronology,
    Item,
    Key,
    Prose,
    Step,
    Steps,
    role,
)
from briefmill.texts import Arrow, Run

#: Lines that a page keeps however full it is.
FEWEST_LINES = 5
#: When a page that is too full leaves out its first line (see `blocks.Step`).
DROP_FIRST_LINE = 2
#: Lines that stay on the fullest page, and when the others go that a page would rather keep.
LEAST_LINES = 3
DROP_LAST_LINES = 10
#: Characters of a summary that fits into a line; of a longer one the headline is told.
LONGEST_SUMMARY = 170
NO_DATE = "Date not given"
BY_PERIOD = {
    "month": "Month by month",
    "quarter": "Quarter by quarter",
    "year": "Year by year",
}
NOT_COUNTED = "denied, foreseen or too doubtful to count"


@role("chronology")
def chronology(dossier: Dossier) -> Block:
    """What happened in the order of its days; what has no date comes last, with when it was reported."""
    if not dossier.lines:
        words = "No source tells of anything that happened."
        return Prose(items=(Item((), tuple(remark(words))),))
    lines = _lines(dossier)
    dropped = _drop_ranks(dossier, lines)
    steps = [
        replace(_step(dossier, line), drop=dropped.get(line.event_ids[0], 0))
        for line in lines
    ]
    dated = [
        step
        for step, line in zip(steps, lines, strict=True)
        if _is_dated(dossier, line)
    ]
    undated = [step for step in steps if step not in dated]
    groups = [Steps(tuple(dated))] if dated else []
    if undated:
        groups.append(Steps(tuple(undated), NO_DATE))
    key = list(_key(dossier, steps))
    if dossier.stretches:
        periods = _periods(dossier)
        groups.append(Steps(periods, BY_PERIOD[unit(dossier.dataset)] * bool(steps)))
        key += by_period.key(dossier, periods)
    return Chronology(
        groups=tuple(groups),
        key=tuple(dict.fromkeys(key)),
        title=_title(dossier),
    )


def _lines(dossier: Dossier) -> list[Line]:
    """The lines that are told one by one: on a large page, which is told by period, an analyst's."""
    return [line for line in dossier.lines if line.text or not dossier.stretches]


def _periods(dossier: Dossier) -> tuple[Step, ...]:
    """The lines of a page that is told by period; of a page that is too full the earliest go first."""
    steps = by_period.steps(dossier)
    ranks = dict(enumerate(_ranks(len(steps))))
    return tuple(
        replace(step, drop=ranks.get(place, 0)) for place, step in enumerate(steps)
    )


def _title(dossier: Dossier) -> str:
    """What heads the lines where not all of them are steps; "" where they are.

    They are gains where every line tells of one; an analyst's line may join to it what it comes from.
    """
    if len(dossier.scored):
        return ""
    gains = set(gained_in(dossier)["event_id"])
    others = [
        line
        for line in _lines(dossier)
        if not line.judgement_id and gains.isdisjoint(line.event_ids)
    ]
    if others or not is_gainer(dossier):
        return "What is reported"
    return f"Where {in_a_sentence(dossier.partner)} gains"


def _is_dated(dossier: Dossier, line: Line) -> bool:
    return pd.notna(dossier.by_id[line.event_ids[0]].earliest)


def _drop_ranks(dossier: Dossier, lines: list[Line]) -> dict[str, int]:
    """Which `lines` a page that is too full leaves out, the least weighty first: rank by the line's first event.

    The weightiest line of each way stays, so that what speaks against the page is never cut.
    """
    events = dossier.all_events
    of_lines = {event_id for line in lines for event_id in line.event_ids}
    weight = weights(events[events["event_id"].isin(of_lines)])
    ordered = sorted(
        lines, key=lambda line: max(weight[each] for each in line.event_ids)
    )
    heaviest = {_way(dossier, line): line for line in ordered}
    kept = [heaviest[way] for way in ("closer", "away") if way in heaviest]
    light = [line for line in ordered if line not in kept]
    ranks = _ranks(len(ordered))
    return {line.event_ids[0]: rank for line, rank in zip(light, ranks, strict=False)}


def _ranks(n_lines: int) -> list[int]:
    """When the lines go of so many, those first that go first; the last few stay."""
    spare = max(n_lines - FEWEST_LINES, 0)
    last_resort = max(min(n_lines, FEWEST_LINES) - LEAST_LINES, 0)
    return [
        *range(DROP_FIRST_LINE, DROP_FIRST_LINE + spare),
        *range(DROP_LAST_LINES, DROP_LAST_LINES + last_resort),
    ]


def _way(dossier: Dossier, line: Line) -> str:
    return sign(dossier.by_id[each] for each in line.event_ids).arrow


def _step(dossier: Dossier, line: Line) -> Step:
    first = dossier.by_id[line.event_ids[0]]
    when = dates.format_edtf(first.date)
    if pd.isna(first.earliest):
        when = reported(dossier, line.event_ids)
    return Step(
        when=when,
        arrow=sign(dossier.by_id[each] for each in line.event_ids),
        runs=tuple(_words(dossier, line)),
        who=tuple(who_says_so(dossier, line.event_ids)),
    )


def _words(dossier: Dossier, line: Line) -> list[Run]:
    """An analyst's words, or the event's own with what outside reports say against it."""
    marks = dossier.marks(line.event_ids)
    if line.text:
        return [*sentence(line.text, marks), *review_of(line.moved)]
    event = dossier.by_id[line.event_ids[0]]
    words = summary(dossier, event)
    if len(words) > LONGEST_SUMMARY:
        words = f"{event.headline}."
    return sentence(" ".join([words, *outside(dossier, event.event_id)]), marks)


def sign(events: Iterable[Any]) -> Arrow:
    """The sign of a line: where its events lead, filled where two independent sources or more stand behind each.

    A level arrow leaves the tie as it was; a question mark is too doubtful to count; a dot is background.
    """
    events = list(events)
    moving = [event for event in events if event.scored]
    filled = all(event.corroborated for event in moving or events)
    if moving:
        if moving[0].direction > 0:
            return Arrow("closer", "rising", "up", filled)
        return Arrow("away", "falling", "down", filled)
    if any(event.held for event in events):
        return Arrow("holding", "level", "second", filled)
    doubtful = any(
        event.channel != "context" and event.n_sources == 0 for event in events
    )
    if doubtful:
        return Arrow("doubtful", "open", "faint")
    return Arrow("context", "dot", "second")


def _key(dossier: Dossier, steps: Iterable[Step]) -> tuple[Key, ...]:
    """What the signs that are used mean."""
    power = in_a_sentence(dossier.power)
    name = in_a_sentence(dossier.partner) if dossier.dataset.partner else "a partner"
    used = {step.arrow.arrow for step in steps}
    away = "draws it away" if "closer" in used else f"draws {name} away from {power}"
    meanings = {
        "closer": (
            Arrow("closer", "rising", "up"),
            f"draws {name} closer to {power}",
        ),
        "away": (Arrow("away", "falling", "down"), away),
        "holding": (Arrow("holding", "level", "second"), "leaves the tie as it was"),
        "doubtful": (Arrow("doubtful", "open", "faint"), NOT_COUNTED),
        "context": (Arrow("context", "dot", "second"), "background"),
    }
    key = [Key(*meaning) for name, meaning in meanings.items() if name in used]
    least = dossier.rules["corroboration"]["min_lineages"]
    fewer = "one" if least == 2 else "fewer"
    words = f"filled: {number(least)} or more independent sources; outlined: {fewer}"
    for arrow_name in ("away", "closer", "holding"):
        if arrow_name in used:
            shape = meanings[arrow_name][0].shape
            return (*key, Key(Arrow("", shape, "second", filled=False), words))
    return tuple(key)
