"""When each verdict came about: one line per partner, in the colour of what is told as having happened so far."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import dossiers, histories
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.page import directions, wording
from allywatch.page.charts import style
from allywatch.page.charts.axis import Scale
from allywatch.page.charts.network import DOT
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.blocks import Block, omit, role

WIDTH = 112.0
NAMES = 22.0
RIGHT = 106.0
HEAD = 0.5
ROW = 6.0
YEARS = 4.4
MOST_YEARS = 8
#: Between two headlines on one line.
APART = 5.0
ON_WHITE = {"fc": "white", "ec": "none", "pad": 0.4}


@role("changes")
@style.drawn
def turning_points(net: Network) -> Block:
    """How every direction came about, with the events that turned it.

    A line stands for what is told as having happened so far: thin and grey below the evidence gate, then in the colour
    of its direction. An arrow is the day at which the direction became this one.
    """
    courses = [
        (dossier, course)
        for dossier, verdict in map(
            net.by_partner.__getitem__, net.with_direction["partner"]
        )
        if verdict.gate.met and len(course := histories.direction_history(dossier))
    ]
    if not courses:
        return omit("no verdict rests on dated events")
    page = Page(WIDTH, HEAD + ROW * len(courses) + YEARS, "center_baseline")
    turns = pd.concat([course for _, course in courses])
    scale = _scale(net, turns["day"])
    _years(page, scale)
    for place, (dossier, course) in enumerate(courses):
        _row(page, HEAD + ROW * place + 4.6, dossier, course, scale)
    return page.exhibit(
        turns,
        subtitle="what is told as having happened by then",
        alt=wording.turning_alt(courses),
        source=wording.turning_source(),
    )


def _scale(net: Network, turns: pd.Series) -> Scale:
    """From the year of the first turn, at most eight years ago, to the newest turn or source."""
    last = turns.max()
    newest_source, _ = dossiers.cut_off(net.dataset)
    if newest_source is not None:
        last = max(last, newest_source)
    first_year = max(turns.min().year, last.year - MOST_YEARS + 1)
    return Scale(pd.Timestamp(first_year, 1, 1), last, NAMES, RIGHT)


def _years(page: Page, scale: Scale) -> None:
    for year in scale.years:
        left = scale.start(year)
        right = scale.start(year + 1)
        page.down(left, HEAD, page.height - YEARS, color=theme.RULE, lw=0.4, zorder=0)
        if right - left >= 5:
            look = {"va": "center", "color": theme.SECONDARY}
            page.text(
                (left + right) / 2, page.height - 1.8, str(year), "center", **look
            )


def _row(
    page: Page, y: float, dossier: Dossier, course: pd.DataFrame, scale: Scale
) -> None:
    page.text(NAMES - 2, y, dossier.name, "right", weight="semibold")
    page.across(NAMES, RIGHT, y, color=theme.RULE, lw=0.8, zorder=1)
    days = course["day"].map(scale.x)
    until = days.shift(-1, fill_value=RIGHT)
    ways = course["direction"].map(lambda key: way(dossier.dataset.rules, key))
    colours = ways.map(DOT).fillna(theme.SECONDARY)
    turns = course.assign(x=days, until=until, colour=colours)
    turns = turns[ways != "insufficient"]
    turn: Any
    for turn in each_row(turns):
        page.across(turn.x, turn.until, y, color=turn.colour, lw=2.6, zorder=2)
    headlines = dossier.events.set_index("event_id")["headline"]
    free = WIDTH - 0.5
    # The last turn is named first, earlier ones where that leaves room.
    for turn in each_row(turns[::-1]):
        page.axes.plot(turn.x, y, "o", ms=9, color="white", zorder=3)
        shape = directions.arrow(dossier.dataset, turn.direction).shape
        page.arrow(turn.x, y, shape, 3.2, turn.colour)
        words = headlines[turn.event_ids[0]]
        more = len(turn.event_ids) - 1
        if more:
            words += f" and {wording.number(more)} more"
        left = min(turn.x - 1, free - style.text_width(words, 6.8))
        if left >= NAMES:
            page.text(left, y - 2.7, words, size=6.8, bbox=ON_WHITE)
            free = left - APART
