"""What happened, line by line: which events a page tells together, in which order, and under which number.

A line is an analyst's, or an event by itself where no analyst wrote one. The number of a line is the mark of all its
events; what stands in no line has a number of its own, in the order in which the page comes to speak of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data.frames import each_row

#: Lines of a chronology that are chosen by weight where no analyst wrote them.
MOST_LINES = 9
#: The order in which a page speaks of what its judgements rest on.
KINDS = (
    *("headline", "bottom_line", "implication", "opposite_reading", "outlook"),
    *("indicator", "settles", "gap", "question", "one_line"),
)


@dataclass(frozen=True)
class Line:
    """One line of the chronology.

    `event_ids`: the events it tells of, the first of which gives its date. `text` and `judgement_id` are an analyst's;
    "" where the event speaks for itself. `moved`: what has moved under an analyst's text since, "" for nothing.
    """

    event_ids: tuple[str, ...]
    text: str = ""
    judgement_id: str = ""
    moved: str = ""


def chronology(
    own: pd.DataFrame,
    beside: pd.DataFrame,
    judgements: pd.DataFrame,
    partner: str,
    is_network: bool,
    reported: Mapping[str, pd.Timestamp],
    foretold: Collection[str] = (),
    named: Sequence[str] | None = None,
) -> tuple[Line, ...]:
    """The lines of a page on `partner` in the order of their days.

    What has no date comes last, in the order in which it was `reported`: the first day by which a source of the
    event was published, by event.

    `own` and `beside` are events as in a dossier, `judgements` those that stand on the page. To an analyst's lines come the events that move the tie and that no
    line tells of, as far as there is room; not on the page of the network, whose analyst chooses among all.
    Without an analyst's lines a partner that nothing moves has those in which it gains, too. What is only `foretold`, events
    by id, has not happened, and has a line only where an analyst wrote it.

    A large page is told by period: then `named` are the events that its periods name, by id and in their order, and they
    have the lines in place of the weightiest, after an analyst's.
    """
    every = pd.concat([own, beside]) if len(beside) else own
    known = set(every["event_id"].tolist())
    lines = [line for line in _written(judgements) if known >= {*line.event_ids}]
    told = {event_id for line in lines for event_id in line.event_ids}
    if named is not None:
        in_time = _sorted(lines, every, reported)
        by_period = [Line((each,)) for each in named if each not in told]
        return (*in_time, *by_period)
    if not (lines and is_network):
        left = own
        if lines:
            left = own[own["scored"]]
        elif not own["scored"].any():
            gains = [partner in parties for parties in beside["counterparts"]]
            left = pd.concat([own, beside[gains]])
        left = left[~left["event_id"].isin({*told, *foretold})]
        room = max(MOST_LINES - len(lines), 0)
        weightiest = left["event_id"].iloc[weightiest_first(left)[:room]]
        lines += [Line((event_id,)) for event_id in weightiest]
    return tuple(_sorted(lines, every, reported))


def _sorted(
    lines: Iterable[Line], events: pd.DataFrame, reported: Mapping[str, pd.Timestamp]
) -> list[Line]:
    """`lines` in order of time."""
    lines = list(lines)
    first = {line.event_ids[0] for line in lines}
    places = _places(events[events["event_id"].isin(first)], reported)
    return sorted(lines, key=lambda line: _in_time(line, places))


def _in_time(line: Line, places: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    """Where a line stands in time; of one day an analyst's lines come first, in the order in which they are written."""
    undated, day, *weight = places[line.event_ids[0]]
    return (undated, day, not line.text, *([] if line.text else weight))


def weights(events: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """How much each event weighs, by its id: what moves the tie, then how many independent sources, how strong, how late."""
    weight = zip(*(column.tolist() for column in _weighed(events)), strict=True)
    return dict(zip(events["event_id"].tolist(), weight, strict=True))


def weightiest_first(events: pd.DataFrame) -> Any:
    """The places of `events` in the order of their `weights`; of those that weigh the same the first comes first."""
    return np.lexsort([-column for column in reversed(_weighed(events))])


def _weighed(events: pd.DataFrame) -> list[Any]:
    """What `events` are weighed by, as whole numbers, what comes first at the front."""
    # As a number, which is all that it takes to compare two days.
    latest = events["latest"].fillna(pd.Timestamp.max.floor("s"))
    # What is too doubtful to count is told with its doubt before what only sets the scene.
    doubtful = (events["channel"] != "context") & (events["n_sources"] == 0)
    moves = events["held"].astype(int).mask(events["scored"] | doubtful, 2)
    columns = (moves, events["n_lineages"], events["intensity"], latest)
    return [column.to_numpy().astype("int64") for column in columns]


def numbers(
    lines: Iterable[Line],
    judgements: pd.DataFrame,
    events: pd.DataFrame,
    event_of_claim: Mapping[str, str],
) -> dict[str, str]:
    """The mark of each of `events` by its id: its number on the page, from ``1``.

    First the lines, then what the judgements rest on by their kind, then what moves the tie, then the rest.
    """
    found: dict[str, str] = {}
    groups = [line.event_ids for line in lines]
    groups += _referred(judgements, event_of_claim)
    scored = events["scored"]
    moves_first = pd.concat([events["event_id"][scored], events["event_id"][~scored]])
    known = dict.fromkeys(moves_first.tolist())
    count = 0
    for group in groups:
        fresh = [
            event_id
            for event_id in group
            if event_id in known and event_id not in found
        ]
        if fresh:
            count += 1
            found.update(dict.fromkeys(fresh, str(count)))
    left = [event_id for event_id in known if event_id not in found]
    for number, event_id in enumerate(left, count + 1):
        found[event_id] = str(number)
    return found


def _written(judgements: pd.DataFrame) -> list[Line]:
    """The lines that an analyst wrote, in the order of the table."""
    lines = []
    for judgement in each_row(judgements[judgements["kind"] == "line"]):
        if judgement.refs:
            line = Line(
                tuple(judgement.refs),
                judgement.text,
                judgement.judgement_id,
                judgement.moved,
            )
            lines.append(line)
    return lines


def _places(
    events: pd.DataFrame, reported: Mapping[str, pd.Timestamp]
) -> dict[str, tuple[Any, ...]]:
    """Where each event stands in time, by its id; of one day what sets the scene first, then the weightier."""
    places: dict[str, tuple[Any, ...]] = {}
    for event in each_row(events):
        undated = pd.isna(event.earliest)
        day = event.earliest
        if undated:
            day = reported.get(event.event_id, pd.Timestamp.max)
        is_act = event.channel != "context"
        weight = (is_act, -event.n_lineages, -event.intensity, event.event_id)
        places[event.event_id] = (undated, day, *weight)
    return places


def _referred(
    judgements: pd.DataFrame, event_of_claim: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """What each judgement names, an event at a time, kind by kind."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, refs in zip(judgements["kind"], judgements["refs"], strict=True):
        if kind in by_kind:
            by_kind[kind] += refs
    named = [ref for refs in by_kind.values() for ref in refs]
    return [(event_of_claim.get(ref, ref),) for ref in named]
