"""The trajectory figure: running totals above, one lane of dated spans per dimension below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import dossiers, histories, parts
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page import wording
from allywatch.page.charts import lanes, style
from allywatch.page.charts.axis import Scale
from allywatch.page.charts.lanes import LEFT, RIGHT, UNDATED, WIDTH
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.blocks import Block, omit

# Heights in mm: the figure at most, the running totals at most and by event, and the rows below them.
TALLEST = 118.0
TALLEST_PANEL = 27.0
PER_EVENT = 2.8
BALANCE_ROW = 8.5
SOURCES_ROW = 9.0
YEARS_ROW = 4.5

MOST_YEARS = 8
#: As many of the other partners' events are shown, where these have more than the partner.
GLIMPSE = 4
SIGNS = {"closer": 1, "away": -1}


@style.drawn
def trajectory(dossier: Dossier, verdict: Verdict) -> Block:
    """The partner's moves over time.

    Top: running totals of dated scored events, closer up and away down; the line counts an event on the
    last day its date allows, the shade reaches to the first. Below: each event in play as a span over
    every day its date allows, one lane per dimension; undated events stand apart. Nothing is drawn below
    the gate or where no scored event has a date.
    """
    if not verdict.gate.met:
        return omit("too little is told for a direction")
    if dossier.scored["counted"].isna().all():
        return omit("no event that moves the tie has a date")
    scale = _scale(dossier)
    steps = histories.trajectory(dossier.scored)
    others = parts.range_of_others(dossier.dataset)
    panel = _panel(steps, others)
    top = panel.height + BALANCE_ROW
    layout = lanes.fitted(dossier, TALLEST - top - SOURCES_ROW - YEARS_ROW)
    page = Page(WIDTH, top + layout.height + SOURCES_ROW + YEARS_ROW)

    floor = page.height - YEARS_ROW
    page.axes.fill_between(
        [UNDATED, WIDTH], top, floor, color=theme.PANEL, lw=0, zorder=0
    )
    for year in scale.years:
        page.down(scale.start(year), top, floor, color=theme.RULE, lw=0.4, zorder=0)
    _running_totals(page, dossier, steps, others, scale, panel)
    _balance_row(page, dossier, scale, panel.height + BALANCE_ROW / 2)
    bottom = lanes.draw(page, dossier, scale, layout, top)
    _sources_lane(page, dossier, scale, bottom)
    _years(page, scale)
    page.down(RIGHT, top, bottom + 4.0, color=theme.INK, lw=0.8, ls=(0, (1, 1.5)))
    return page.exhibit(
        steps,
        title=wording.trajectory_title(dossier, verdict),
        alt=wording.trajectory_alt(dossier, verdict),
        source=wording.trajectory_source(dossier, not others.empty),
    )


def _scale(dossier: Dossier) -> Scale:
    """From the year of the first event, two to eight years ago, to the newest event or source."""
    dated = dossier.in_play.dropna(subset="counted")
    last = dated["counted"].max()
    newest_source, _ = dossiers.cut_off(dossier.dataset)
    if newest_source is not None:
        last = max(last, newest_source)
    earliest = dated["earliest"].fillna(dated["counted"]).min()
    first_year = max(earliest.year, last.year - MOST_YEARS + 1)
    first_year = min(first_year, last.year - 2)
    return Scale(pd.Timestamp(first_year, 1, 1), last, LEFT, RIGHT)


@dataclass(frozen=True)
class Panel:
    """Where the running totals stand: as many events as it has room for above and below the line."""

    up: int
    down: int

    @property
    def height(self) -> float:
        """Height in mm."""
        return min(TALLEST_PANEL, 9.5 + PER_EVENT * (self.up + self.down))

    @property
    def per_event(self) -> float:
        """Millimetres to an event."""
        return min(PER_EVENT, (self.height - 6) / max(self.up + self.down, 1))

    @property
    def zero(self) -> float:
        """Place of the line that parts closer from away."""
        return 4 + self.up * self.per_event

    def y(self, total: float) -> float:
        """Place of a running total, closer counted up and away down."""
        return self.zero - total * self.per_event


def _panel(steps: pd.DataFrame, others: pd.DataFrame) -> Panel:
    """Room for the partner's own totals, and for a glimpse of the others' where these reach beyond."""
    most = []
    for name in SIGNS:
        theirs = 0 if others.empty else int(others[f"{name}_high"].max())
        most.append(max(int(steps[f"{name}_early"].max()), min(GLIMPSE, theirs)))
    return Panel(*most)


def _running_totals(
    page: Page,
    dossier: Dossier,
    steps: pd.DataFrame,
    others: pd.DataFrame,
    scale: Scale,
    panel: Panel,
) -> None:
    page.text(0, 4, "Running total", **style.HEADING)
    grey = "" if others.empty else "; grey:\nother partners’ range"
    small = style.SMALL | {"va": "top", "linespacing": 1.15}
    page.text(0, 5.9, f"closer above, away\nbelow the line{grey}", **small)
    if not others.empty:
        _others_range(page, others, scale, panel)
    _grid(page, panel)
    days = _places(scale, steps)
    for name, sign in SIGNS.items():
        total = steps[name].max()
        _total(page, dossier, panel, name, total)
        if total:
            late = _heights(panel, sign * steps[name])
            early = _heights(panel, sign * steps[f"{name}_early"])
            shade = style.TONES[sign].pale
            page.axes.fill_between(days, late, early, step="post", color=shade, lw=0)
            page.axes.step(
                days, late, where="post", color=style.TONES[sign].fill, lw=1.3
            )


def _places(scale: Scale, totals: pd.DataFrame) -> list[float]:
    """Where totals change, and both ends of the axis."""
    return [LEFT, *map(scale.x, totals["day"]), RIGHT]


def _heights(panel: Panel, totals: pd.Series) -> list[float]:
    """The height of each total, from nought to the last, which stays."""
    return [panel.y(total) for total in [0, *totals, totals.iloc[-1]]]


def _total(page: Page, dossier: Dossier, panel: Panel, name: str, total: int) -> None:
    """How many events the line has come to, and how many more have no date."""
    sign = SIGNS[name]
    scored = dossier.scored[dossier.scored["direction"] == sign]
    undated = scored["counted"].isna().sum()
    words = f"{total} {name}"
    y = panel.y(sign * total)
    if total and undated:
        words += f", {undated} more undated"
    elif not total:
        words = f"{undated} {name}, undated" if undated else ""
        none_at = panel.zero - 1.8 if sign > 0 else panel.zero + 2.6
        look = {"color": theme.SECONDARY, "va": "baseline"}
        page.text(LEFT + 0.5, none_at, f"dated events {name}: none", **look)
        y -= 1.2 * sign
    color = style.TONES[sign].text
    page.text(RIGHT + 1.5, y, words, weight="semibold", color=color)


def _grid(page: Page, panel: Panel) -> None:
    """A line every few events, so that no two come closer than can be told apart."""
    steps = [5, 10, 20, 50, 100, 500]
    if panel.up + panel.down <= 4:
        steps = [2, *steps]
    apart = next(step for step in steps if step * panel.per_event >= 3.2)
    for total in range(-panel.down, panel.up + 1):
        if total % apart == 0:
            y = panel.y(total)
            look = {"color": theme.RULE, "lw": 0.4}
            if total == 0:
                look = {"color": theme.INK, "lw": 0.8}
            page.across(LEFT, RIGHT, y, **look)
            page.text(LEFT - 1.2, y, str(abs(total)), "right", color=theme.SECONDARY)


def _others_range(page: Page, others: pd.DataFrame, scale: Scale, panel: Panel) -> None:
    """The range of the other partners' running totals in grey, as far as the panel reaches."""
    days = _places(scale, others)
    for (name, sign), most in zip(SIGNS.items(), (panel.up, panel.down), strict=True):
        low = _heights(panel, sign * others[f"{name}_low"].clip(upper=most))
        high = _heights(panel, sign * others[f"{name}_high"].clip(upper=most))
        page.axes.fill_between(
            days, low, high, step="post", color=theme.BAND, lw=0, zorder=0.5
        )


def _balance_row(page: Page, dossier: Dossier, scale: Scale, middle: float) -> None:
    page.text(0, middle - 1, "Balance to date", **style.HEADING)
    undated = dossier.scored["counted"].isna().any()
    row: Any
    for row in each_row(histories.balance_by_year(dossier)):
        if row.year not in scale.years:
            continue
        end = pd.Timestamp(row.year, 12, 31)
        if end > scale.last:
            x = RIGHT + 1.5
            side = "left"
            when = "now, dated only" if undated else "now"
        else:
            x = (scale.start(row.year) + scale.x(end)) / 2
            side = "center"
            when = str(row.year)
        if pd.isna(row.balance):
            page.text(x, middle - 1, f"{when}: too thin", side, color=theme.FAINT)
            continue
        words = f"{when}: {wording.signed(row.balance)}"
        page.text(x, middle - 1.9, words, side, weight="semibold")
        page.text(x, middle + 1.2, f"{row.closer} : {row.away}", side, **style.SMALL)


def _sources_lane(page: Page, dossier: Dossier, scale: Scale, top: float) -> None:
    """When each source that speaks of the partner was published, with names that do not overlap."""
    page.across(0, WIDTH, top, color=theme.RULE, lw=0.5)
    page.text(0, top + 3.1, "Sources published", **style.HEADING)
    cited = dossier.sources[dossier.sources["cited"]]
    undated_at = UNDATED + 2.0
    taken: list[tuple[float, float]] = []
    source: Any
    for source in each_row(cited.sort_values("published_earliest")):
        name = source.source_id
        width = style.text_width(name)
        if pd.isna(source.published_latest):
            page.text(undated_at, top + 3.1, name, color=theme.SECONDARY)
            undated_at += width + 2
            continue
        left = scale.x(source.published_earliest)
        right = max(scale.x(source.published_latest), left + 1.2)
        look = {"color": theme.SECONDARY, "lw": 0, "alpha": 0.85}
        page.bar(left, right, top + 2.4, 1.6, **look)
        x = (left + right) / 2
        while any(x - width / 2 < high and x + width / 2 > low for low, high in taken):
            x += 0.5
        taken.append((x - width / 2 - 0.6, x + width / 2 + 0.6))
        page.text(x, top + 5.9, name, "center", color=theme.SECONDARY)


def _years(page: Page, scale: Scale) -> None:
    y = page.height - 1.6
    for year in scale.years:
        left = scale.start(year)
        right = scale.x(pd.Timestamp(year, 12, 31))
        middle = max((left + right) / 2, left + (2.5 if right < RIGHT else 3))
        page.text(middle, y, str(year), "center", color=theme.SECONDARY)
    page.text(UNDATED + 2, y, "undated", color=theme.SECONDARY)
