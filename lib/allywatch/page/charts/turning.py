"""When each verdict came about: one line per partner, in the colour of what is told as having happened so far."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.page import wording
from allywatch.page.charts import style
from allywatch.page.charts.lanes import Scale
from allywatch.page.charts.network import DOT
from briefmill.blocks import Block, omit, role

WIDTH, NAMES, RIGHT, HEAD, ROW, YEARS = 112.0, 22.0, 106.0, 0.5, 6.0, 4.4
MOST_YEARS, APART = 8, 5.0
ON_WHITE = {"fc": "white", "ec": "none", "pad": 0.4}


@role("changes")
@style.drawn
def turning_points(net: Network) -> Block:
    """The course of every verdict, with the event that turned it.

    A line stands for what is told as having happened so far: thin and grey below the evidence gate, then in the colour
    of its direction. An arrow is the day at which the direction became this one.
    """
    courses = [
        (dossier, course)
        for dossier, verdict in map(net.by_partner.get, net.given["partner"])
        if verdict.gate.met and len(course := scoring.direction_history(dossier))
    ]
    if not courses:
        return omit("no verdict rests on dated events")
    height = HEAD + ROW * len(courses) + YEARS
    figure, page = style.canvas(WIDTH, height)
    told = pd.concat([course for _, course in courses])
    scale = _scale(net, told["day"])
    for year in scale.years:
        left, right = (
            scale.x(pd.Timestamp(year, 1, 1)),
            scale.x(pd.Timestamp(year + 1, 1, 1)),
        )
        page.plot(
            [left, left], [HEAD, height - YEARS], color=style.RULE, lw=0.4, zorder=0
        )
        if right - left >= 5:
            middle = (left + right) / 2
            page.text(
                middle,
                height - 1.8,
                str(year),
                ha="center",
                va="center",
                color=style.SECONDARY,
            )
    for at, (dossier, course) in enumerate(courses):
        _row(page, HEAD + ROW * at, dossier, course, scale)
    said = {"alt": wording.turning_alt(courses), "source": wording.turning_source()}
    return style.exhibit(
        figure,
        WIDTH,
        height,
        told,
        subtitle="what is told as having happened by then",
        **said,
    )


def _scale(net: Network, turns: pd.Series) -> Scale:
    newest, _ = dossiers.cut_off(net.dataset)
    days = [*turns, *([newest] if newest is not None else [])]
    first = max(min(days).year, max(days).year - MOST_YEARS + 1)
    return Scale(pd.Timestamp(first, 1, 1), max(days), NAMES, RIGHT)


def _row(
    page: Axes, top: float, dossier: Dossier, course: pd.DataFrame, scale: Scale
) -> None:
    line, headlines = top + 4.6, dossier.events.set_index("event_id")["headline"]
    page.text(
        NAMES - 2,
        line,
        dossier.name,
        ha="right",
        va="center_baseline",
        weight="semibold",
    )
    page.plot([NAMES, RIGHT], [line, line], color=style.RULE, lw=0.8, zorder=1)
    starts = [scale.x(day) for day in course["day"]]
    for x, end, direction in zip(
        starts, [*starts[1:], RIGHT], course["direction"], strict=True
    ):
        if direction != "insufficient":
            page.plot(
                [x, end],
                [line, line],
                color=DOT.get(direction, style.SECONDARY),
                lw=2.6,
                zorder=2,
            )
    free = (
        WIDTH - 0.5
    )  # the last turn is named first, earlier ones where that leaves room
    for row in course[course["direction"] != "insufficient"][::-1].itertuples():
        x, more = scale.x(row.day), len(row.event_ids) - 1
        page.plot(x, line, "o", ms=9, color="white", zorder=3)
        style.arrow(
            page, x, line, row.direction, 3.2, DOT.get(row.direction, style.SECONDARY)
        )
        words = headlines[row.event_ids[0]] + (
            f" and {wording.number(more)} more" if more else ""
        )
        left = min(x - 1, free - style.text_width(words, 6.8))
        if left >= NAMES:
            page.text(
                left, line - 2.7, words, size=6.8, va="center_baseline", bbox=ON_WHITE
            )
            free = left - APART
