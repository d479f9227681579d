"""The trajectory figure: running totals above, one lane of dated spans per dimension below."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from allywatch.evidence import dossiers, parts, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page import wording
from allywatch.page.charts import lanes, style
from allywatch.page.charts.lanes import LEFT, RIGHT, UNDATED, WIDTH, Scale
from briefmill.blocks import Block, omit

TALLEST = 118.0
BALANCE_ROW, SOURCES_ROW, YEARS_ROW = 8.5, 9.0, 4.5
PER_EVENT, TALLEST_PANEL, MOST_YEARS, GLIMPSE = 2.8, 27.0, 8, 4
WAYS = (("closer", 1), ("away", -1))


@style.drawn
def trajectory(dossier: Dossier, verdict: Verdict) -> Block:
    """The partner's moves over time.

    Top: running totals of dated scored events, closer up and away down; the line counts an event on the
    last day its date allows, the shade reaches to the first. Below: each event in play as a span over
    every day its date allows, one lane per dimension; undated events stand apart. Nothing is drawn where
    no event that moves the tie has a date.
    """
    if dossier.scored["counted"].isna().all():
        return omit("no event that moves the tie has a date")
    scale = _scale(dossier)
    steps, others = (
        scoring.trajectory(dossier.scored),
        parts.range_of_others(dossier.dataset),
    )
    panel = _panel(steps, others)
    top = panel.height + BALANCE_ROW
    found, row, packed = lanes.fitted(dossier, TALLEST - top - SOURCES_ROW - YEARS_ROW)
    height = (
        top + sum(lane.height(row, packed) for lane in found) + SOURCES_ROW + YEARS_ROW
    )
    figure, axes = style.canvas(WIDTH, height)
    floor = height - YEARS_ROW
    axes.fill_between([UNDATED, WIDTH], top, floor, color=style.PANEL, lw=0, zorder=0)
    for year in scale.years:
        x = scale.x(pd.Timestamp(year, 1, 1))
        axes.plot([x, x], [top, floor], color=style.RULE, lw=0.4, zorder=0)
    _running_totals(axes, dossier, steps, others, scale, panel)
    _balance_row(axes, dossier, scale, panel.height + BALANCE_ROW / 2)
    y = top
    for lane in found:
        y = lanes.draw(axes, dossier, scale, lane, y, row, packed)
    _sources_lane(axes, dossier, scale, y)
    _years(axes, scale, height)
    axes.plot([RIGHT, RIGHT], [top, y + 4.0], color=style.INK, lw=0.8, ls=(0, (1, 1.5)))
    said = {
        "title": wording.trajectory_title(dossier, verdict),
        "alt": wording.trajectory_alt(dossier, verdict),
        "source": wording.trajectory_source(dossier, not others.empty),
    }
    return style.exhibit(figure, WIDTH, height, steps, **said)


def _scale(dossier: Dossier) -> Scale:
    dated = dossier.in_play[dossier.in_play["counted"].notna()]
    last, _ = dossiers.cut_off(dossier.dataset)
    last = (
        max(dated["counted"].max(), last)
        if last is not None
        else dated["counted"].max()
    )
    first = dated["earliest"].fillna(dated["counted"]).min()
    first = max(
        pd.Timestamp(first.year, 1, 1), pd.Timestamp(last.year - MOST_YEARS + 1, 1, 1)
    )
    return Scale(min(first, pd.Timestamp(last.year - 2, 1, 1)), last)


@dataclass(frozen=True)
class Panel:
    """Where the running totals stand: how many events it shows up and down, and how high one is (mm)."""

    up: int
    down: int

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return min(TALLEST_PANEL, 9.5 + PER_EVENT * (self.up + self.down))

    @property
    def per_event(self) -> float:
        """Millimetres to an event."""
        return min(PER_EVENT, (self.height - 6) / max(self.up + self.down, 1))

    @property
    def zero(self) -> float:
        """Place of the line that parts closer from away."""
        return 4 + self.up * self.per_event

    def y(self, total):
        """Place of a running total, closer counted up and away down."""
        return self.zero - total * self.per_event


def _panel(steps: pd.DataFrame, others: pd.DataFrame) -> Panel:
    """Room for the partner's own totals, and for a glimpse of the others' where these reach beyond."""
    own = [int(steps[f"{name}_early"].max()) for name, _ in WAYS]
    theirs = [
        0 if others.empty else min(GLIMPSE, int(others[f"{name}_high"].max()))
        for name, _ in WAYS
    ]
    return Panel(*map(max, own, theirs))


def _running_totals(
    axes: Axes,
    dossier: Dossier,
    steps: pd.DataFrame,
    others: pd.DataFrame,
    scale: Scale,
    panel: Panel,
) -> None:
    axes.text(
        0, 4, "Running total", weight="semibold", va="center", size=style.SIZE + 0.4
    )
    grey = "" if others.empty else "; grey:\nother partners’ range"
    small = style.SMALL | {"va": "top", "linespacing": 1.15}
    axes.text(0, 5.9, f"closer above, away\nbelow the line{grey}", **small)
    _others_range(axes, others, scale, panel)
    _grid(axes, panel)
    xs = [LEFT, *(scale.x(day) for day in steps["day"]), RIGHT]
    for name, sign in WAYS:
        late, early = (
            [panel.zero, *panel.y(sign * steps[at])] for at in (name, f"{name}_early")
        )
        late, early = [*late, late[-1]], [*early, early[-1]]
        undated = (
            (dossier.scored["direction"] == sign) & dossier.scored["counted"].isna()
        ).sum()
        total = steps[name].max()
        words = f"{total} {name}" + (f", {undated} more undated" if undated else "")
        if total == 0:
            words = f"{undated} {name}, undated" if undated else ""
            missing = panel.zero - 1.8 if sign > 0 else panel.zero + 2.6
            axes.text(
                LEFT + 0.5, missing, f"dated events {name}: none", color=style.SECONDARY
            )
        y = late[-1] - (1.2 * sign if not total else 0)
        axes.text(
            RIGHT + 1.5,
            y,
            words,
            va="center",
            weight="semibold",
            color=style.TEXT_HUE[sign],
        )
        if total:
            axes.fill_between(
                xs, late, early, step="post", color=style.PALE[sign], lw=0
            )
            axes.step(xs, late, where="post", color=style.HUE[sign], lw=1.3)


def _grid(axes: Axes, panel: Panel) -> None:
    """A line every few events, so that no two come closer than can be told apart."""
    steps = (
        (2, panel.up + panel.down <= 4),
        *((step, True) for step in (5, 10, 20, 50, 100, 500)),
    )
    apart = next(step for step, fits in steps if fits and step * panel.per_event >= 3.2)
    for total in range(-int(panel.down), int(panel.up) + 1):
        if total % apart == 0:
            y, colour, weight = (
                panel.y(total),
                style.RULE if total else style.INK,
                0.4 if total else 0.8,
            )
            axes.plot([LEFT, RIGHT], [y, y], color=colour, lw=weight)
            axes.text(
                LEFT - 1.2,
                y,
                str(abs(total)),
                ha="right",
                va="center",
                color=style.SECONDARY,
            )


def _others_range(axes: Axes, others: pd.DataFrame, scale: Scale, panel: Panel) -> None:
    """The range of the other partners' running totals in grey, as far as the panel reaches."""
    if others.empty:
        return
    xs = [LEFT, *(scale.x(day) for day in others["day"]), RIGHT]
    for (name, sign), most in zip(WAYS, (panel.up, panel.down), strict=True):
        low, high = (
            [panel.y(sign * min(total, most)) for total in [0, *ends, ends.iloc[-1]]]
            for ends in (others[f"{name}_low"], others[f"{name}_high"])
        )
        axes.fill_between(
            xs, low, high, step="post", color=style.RANGE, lw=0, zorder=0.5
        )


def _balance_row(axes: Axes, dossier: Dossier, scale: Scale, middle: float) -> None:
    axes.text(
        0,
        middle - 1,
        "Balance to date",
        weight="semibold",
        va="center",
        size=style.SIZE + 0.4,
    )
    for row in scoring.balance_by_year(dossier).itertuples():
        if row.year not in scale.years:
            continue
        start, end = pd.Timestamp(row.year, 1, 1), pd.Timestamp(row.year, 12, 31)
        cut = end > scale.last
        x, side = (
            (RIGHT + 1.5, "left")
            if cut
            else ((scale.x(start) + scale.x(end)) / 2, "center")
        )
        now = "now, dated only" if dossier.scored["counted"].isna().any() else "now"
        when = now if cut else str(row.year)
        if pd.isna(row.balance):
            axes.text(
                x,
                middle - 1,
                f"{when}: too thin",
                ha=side,
                va="center",
                color=style.GHOST,
            )
        else:
            words = f"{when}: {wording.signed(row.balance)}"
            axes.text(x, middle - 1.9, words, ha=side, va="center", weight="semibold")
            tally = f"{row.closer} : {row.away}"
            axes.text(x, middle + 1.2, tally, ha=side, **style.SMALL)


def _sources_lane(axes: Axes, dossier: Dossier, scale: Scale, y: float) -> None:
    axes.plot([0, WIDTH], [y, y], color=style.RULE, lw=0.5)
    axes.text(
        0,
        y + 3.1,
        "Sources published",
        weight="semibold",
        va="center",
        size=style.SIZE + 0.4,
    )
    taken: list[tuple[float, float]] = []
    cited = dossier.sources[dossier.sources["cited"]].sort_values(
        "published_earliest", na_position="last"
    )
    undated = UNDATED + 2.0
    for source in cited.itertuples():
        width = style.text_width(source.source_id)
        if pd.isna(source.published_latest):
            axes.text(
                undated, y + 3.1, source.source_id, va="center", color=style.SECONDARY
            )
            undated += width + 2
            continue
        left = scale.x(source.published_earliest)
        right = max(scale.x(source.published_latest), left + 1.2)
        style.bar(
            axes, left, right, y + 2.4, 1.6, color=style.SECONDARY, lw=0, alpha=0.85
        )
        x = (left + right) / 2
        while any(x - width / 2 < high and x + width / 2 > low for low, high in taken):
            x += 0.5
        taken.append((x - width / 2 - 0.6, x + width / 2 + 0.6))
        axes.text(
            x,
            y + 5.9,
            source.source_id,
            ha="center",
            va="center",
            color=style.SECONDARY,
        )


def _years(axes: Axes, scale: Scale, height: float) -> None:
    for year in scale.years:
        left, right = (
            scale.x(pd.Timestamp(year, 1, 1)),
            scale.x(pd.Timestamp(year, 12, 31)),
        )
        middle = (
            max((left + right) / 2, left + 2.5)
            if right < RIGHT
            else max((left + RIGHT) / 2, left + 3)
        )
        axes.text(
            middle,
            height - 1.6,
            str(year),
            ha="center",
            va="center",
            color=style.SECONDARY,
        )
    axes.text(UNDATED + 2, height - 1.6, "undated", va="center", color=style.SECONDARY)
