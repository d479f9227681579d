"""A large page in words: its chronology by month, quarter or year, and whether the tie leads otherwise than it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence import scoring, trends
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.periods import ALIASES, OVER_SEVERAL, UNDATED, Stretch, unit
from allywatch.evidence.rules import SIDES
from allywatch.evidence.trends import Trend, Windows
from allywatch.page.directions import arrow
from allywatch.page.wording.attribution import in_brackets
from allywatch.page.wording.grammar import (
    capital,
    counted,
    ended,
    joined,
    number,
    remark,
    sentence,
    some_of,
    spaced,
)
from allywatch.page.wording.voices import behind
from briefmill.blocks import Key, Step
from briefmill.texts import Run, text

#: Of the events of a stretch, what counting them asks for.
COUNTED = ["event_id", "scored", "held", "direction", "earliest", "latest"]
UNDATED_WORDS = "No date given"


def steps(dossier: Dossier) -> list[Step]:
    """A line for each stretch of a large page: how many reports lead closer and away, and the best attested of each side."""
    number_of = {
        event_id: number
        for number, stretch in enumerate(dossier.stretches)
        for event_id in stretch.event_ids
    }
    events = _by_number(dossier.in_play[COUNTED], number_of)
    claims = _by_number(dossier.supporting[["event_id", "lineage"]], number_of)
    return [
        _step(dossier, stretch, events[number], claims[number])
        for number, stretch in enumerate(dossier.stretches)
    ]


def _by_number(
    rows: pd.DataFrame, number_of: Mapping[str, int]
) -> dict[Any, pd.DataFrame]:
    """The rows of the events of each number."""
    numbers = np.array([number_of.get(each, -1) for each in rows["event_id"].tolist()])
    return {number: rows[numbers == number] for number in set(number_of.values())}


def key(dossier: Dossier, lines: Sequence[Step]) -> list[Key]:
    """What the signs of such lines mean: the direction of a stretch by itself."""
    used = [step.arrow.arrow for step in lines]
    return [
        Key(arrow(dossier.dataset, rule["key"]), rule["word"])
        for rule in dossier.rules["direction_words"]
        if rule["key"] in used
    ]


def trend(dossier: Dossier) -> list[Run]:
    """How the newest stretch of a large page leads, how the one before did, and whether that is more than chance."""
    if not dossier.stretches:
        return []
    change = trends.trend(dossier.scored, dossier.supporting, dossier.dataset)
    if change is None:
        return []
    is_closer = change.closer_now > change.away_now
    now = change.closer_now if is_closer else change.away_now
    before = change.closer_before if is_closer else change.away_before
    n_now = change.closer_now + change.away_now
    n_before = change.closer_before + change.away_before
    side = SIDES[1 if is_closer else -1]
    since, earlier = _when(change.windows)
    words = (
        f"Since {since}, {some_of(now, n_now, 'report')} that move the tie lead {side}; "
        f"{earlier} it was {_some(before, n_before)}: {_finding(change)}."
    )
    return remark(words)


def _finding(change: Trend) -> str:
    """Whether it is a change, and whether more than chance would bring."""
    if change.beyond_chance:
        return "a change beyond what chance would bring"
    across = change.closer_now * change.away_before
    if across == change.closer_before * change.away_now:
        return "no change"
    return "no change that can be distinguished from chance"


def _some(some: int, every: int) -> str:
    """How many of how many: ``nine of 18``, ``none of four``, ``all 12``."""
    if some == every:
        return f"all {number(every)}"
    return f"{number(some) if some else 'none'} of {number(every)}"


def when(dataset: Dataset) -> tuple[str, str]:
    """Since when the newest stretch of a data folder runs, and when the one before was; "" where no source has a date."""
    stretches = trends.windows(dataset)
    return ("", "") if stretches is None else _when(stretches)


def _when(windows: Windows) -> tuple[str, str]:
    first = windows.before.start_time
    last = windows.until.end_time
    since = f"{windows.since.start_time:%B %Y}"
    if first.month == 1 and last.month == 12:
        if first.year == last.year:
            return since, f"in {first.year}"
        return since, f"from {first.year} to {last.year}"
    return since, f"from {first:%B %Y} to {last:%B %Y}"


def _step(
    dossier: Dossier, stretch: Stretch, events: pd.DataFrame, claims: pd.DataFrame
) -> Step:
    """The line of a stretch, of its `events` and the `claims` that support them."""
    reading = scoring.reading(events, claims, dossier.rules)
    n_sources = len(behind(dossier, stretch.event_ids))
    return Step(
        when=_label(stretch, unit(dossier.dataset)),
        arrow=arrow(dossier.dataset, reading.direction),
        runs=tuple(spaced(remark(_counts(events)), *_named(dossier, stretch, events))),
        who=(text(f"{n_sources:,} source{'s' * (n_sources > 1)}"),),
    )


def _counts(events: pd.DataFrame) -> str:
    """``31 reports that move the tie, nine closer and 22 away, and two that leave it as it was.``"""
    moving = events[events["scored"]]
    by_side = {
        side: int((moving["direction"] == way).sum()) for way, side in SIDES.items()
    }
    parts = [f"{number(count)} {side}" for side, count in by_side.items() if count]
    if len(parts) == 1:
        (side,) = (side for side, count in by_side.items() if count)
        parts = [{1: side, 2: f"both {side}"}.get(len(moving), f"all {side}")]
    moves = "moves" if len(moving) == 1 else "move"
    words = f"{capital(counted(len(moving), 'report'))} that {moves} the tie, {joined(parts)}"
    n_level = int(events["held"].sum())
    if n_level:
        leave = "leaves" if n_level == 1 else "leave"
        words += f", and {number(n_level)} that {leave} it as it was"
    return f"{words}."


def _named(dossier: Dossier, stretch: Stretch, events: pd.DataFrame) -> list[list[Run]]:
    """The best attested of the `events` of each side, and the newest where that is another."""
    found = []
    sides = [SIDES[dossier.by_id[each].direction] for each in stretch.best]
    moving = events[events["scored"]]
    leads = ["The best attested" if len(moving) > 1 else "The report"]
    if len(sides) == 2:
        leads = _of_both_sides(moving, sides)
    named = dict(zip(stretch.best, leads, strict=True))
    if stretch.newest:
        named.setdefault(stretch.newest, "The newest")
    for event_id, lead in named.items():
        event = dossier.by_id[event_id]
        words = f"{lead}: {ended(in_brackets(dossier, event))}"
        found.append(sentence(words, [event.mark]))
    return found


def _of_both_sides(moving: pd.DataFrame, sides: Sequence[str]) -> list[str]:
    """``The best attested away``, ``Closer``: of a side with one report it is not said that it is the best attested."""
    n_of = Counter(map(SIDES.get, moving["direction"].tolist()))
    several = [side for side in sides if n_of[side] > 1]
    return [
        f"The best attested {side}" if side in several[:1] else capital(side)
        for side in sides
    ]


def _label(stretch: Stretch, name: str) -> str:
    """When it was: ``2024``, ``July 2024``, ``January to June 2024``, ``up to 2017``, ``over several years``."""
    if stretch.first == UNDATED:
        return UNDATED_WORDS
    if stretch.first == OVER_SEVERAL:
        return f"over several {name}s"
    first = pd.Period(stretch.first, ALIASES[name]).start_time
    last = pd.Period(stretch.last, ALIASES[name]).end_time
    until = f"{last.year}" if last.month == 12 else f"{last:%B %Y}"
    if first.year != last.year:
        return f"up to {until}"
    if first.month == 1 and last.month == 12:
        return f"{last.year}"
    if first.month == last.month:
        return f"{last:%B %Y}"
    return f"{first:%B} to {last:%B %Y}"
