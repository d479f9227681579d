"""The trajectory figure: running totals above, one lane of dated spans per dimension below."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from allywatch import evidence, scoring, wording
from allywatch.charts import style
from allywatch.evidence import Dossier
from allywatch.exhibits import Exhibit, nothing, typographic
from allywatch.scoring import Verdict

WIDTH, TALLEST = 178.0, 118.0
LEFT, RIGHT, UNDATED = 25.4, 122.0, 128.0
BALANCE_ROW, SOURCES_ROW, YEARS_ROW = 8.5, 9.0, 4.5
PER_EVENT, TALLEST_PANEL, BLOCK = 2.8, 27.0, 2.4
ROW, PACKED_ROW, MOST_LABELLED, MOST_YEARS = 4.4, 2.4, 14, 8


@dataclass(frozen=True)
class Scale:
    """Days to millimetres between two days; days outside are cut to the axis."""

    first: pd.Timestamp
    last: pd.Timestamp

    def x(self, day) -> float:
        """Place of `day` on the axis; a missing day is its left end."""
        if pd.isna(day):
            return LEFT
        share = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return LEFT + share * (RIGHT - LEFT)

    @property
    def years(self) -> range:
        """Calendar years the axis touches."""
        return range(self.first.year, self.last.year + 1)


@style.drawn
def trajectory(file: Dossier, verdict: Verdict) -> Exhibit:
    """The partner's moves over time.

    Top: running totals of dated scored events, closer up and away down; the line counts an event on the
    last day its date allows, the shade reaches to the first. Below: each event in play as a span over
    every day its date allows, one lane per dimension; undated events stand apart. Nothing is drawn where
    the evidence gate is not met or no event has a date.
    """
    events = file.in_play
    if not verdict.gate.met or events["counted"].notna().sum() == 0:
        return nothing("too little dated evidence for a trajectory")
    scale = _scale(file)
    lanes = _lanes(file)
    steps = scoring.trajectory(file.scored)
    panel = min(TALLEST_PANEL, 9.5 + PER_EVENT * (steps["closer_early"].max() + steps["away_early"].max()))
    top = panel + BALANCE_ROW
    row = min(ROW, (TALLEST - top - SOURCES_ROW - YEARS_ROW) / _rows(lanes))
    height = top + _rows(lanes) * row + SOURCES_ROW + YEARS_ROW
    figure, axes = style.canvas(WIDTH, height)
    floor = height - YEARS_ROW
    axes.fill_between([UNDATED, WIDTH], top, floor, color=style.PANEL, lw=0, zorder=0)
    for year in scale.years:
        x = scale.x(pd.Timestamp(year, 1, 1))
        axes.plot([x, x], [top, floor], color=style.RULE, lw=0.4, zorder=0)
    _running_totals(axes, file, steps, scale, panel)
    _balance_row(axes, file, scale, panel + BALANCE_ROW / 2)
    y = top
    for dimension, labelled, packed in lanes:
        y = _lane(axes, file, scale, (dimension, labelled, packed), y, row)
    _sources_lane(axes, file, scale, y)
    _years(axes, scale, height)
    axes.plot([RIGHT, RIGHT], [top, y + 4.0], color=style.INK, lw=0.8, ls=(0, (1, 1.5)))
    block = {
        "kind": "figure",
        "title": wording.trajectory_title(file, verdict),
        "subtitle": "",
        "svg": style.svg(figure),
        "width_mm": WIDTH,
        "height_mm": round(height, 2),
        "alt": wording.trajectory_alt(file, verdict),
        "source": wording.trajectory_source(file),
    }
    return Exhibit(block, steps)


def _scale(file: Dossier) -> Scale:
    dated = file.in_play[file.in_play["counted"].notna()]
    last, _ = evidence.cut_off(file.dataset)
    last = max(dated["counted"].max(), last) if last is not None else dated["counted"].max()
    first = dated["earliest"].fillna(dated["counted"]).min()
    first = max(pd.Timestamp(first.year, 1, 1), pd.Timestamp(last.year - MOST_YEARS + 1, 1, 1))
    return Scale(min(first, pd.Timestamp(last.year - 2, 1, 1)), last)


def _lanes(file: Dossier) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Per dimension, the events drawn with their headline and those packed without."""
    events = file.in_play
    named = events
    if len(events) > MOST_LABELLED + 2:
        telling = events.assign(weight=events["corroborated"].astype(int) + events["contested"])
        named = telling.sort_values(["weight", "counted"], ascending=False).head(MOST_LABELLED)
    shown = events["mark"].isin(named["mark"])
    lanes = []
    for dimension in file.dataset.labels("events", "dimension"):
        here = events["dimension"] == dimension
        lanes.append((dimension, events[here & shown], events[here & ~shown]))
    return lanes


def _packed(packed: pd.DataFrame) -> list[int]:
    """The row of each packed event: the first in which it overlaps no other (undated ones come last)."""
    ends: list[pd.Timestamp] = []
    rows = []
    for event in packed.itertuples():
        start = event.earliest if pd.notna(event.earliest) else pd.Timestamp.min
        end = event.latest if pd.notna(event.latest) else pd.Timestamp.max
        row = next((n for n, taken in enumerate(ends) if taken < start), len(ends))
        ends[row : row + 1] = [end]
        rows.append(row)
    return rows


def _lane_rows(labelled: pd.DataFrame, packed: pd.DataFrame) -> float:
    full = _full_rows(labelled, packed)
    return full + 0.45 + (max(_packed(packed)) + 1) * PACKED_ROW / ROW if len(packed) else full + 0.45


def _full_rows(labelled: pd.DataFrame, packed: pd.DataFrame) -> float:
    """Rows for the events with a headline, and no fewer than the counts beside them need."""
    ways = pd.concat([labelled["direction"], packed["direction"]]).nunique()
    return max(len(labelled), 0.9 + 0.75 * ways)


def _rows(lanes) -> float:
    return sum(_lane_rows(labelled, packed) for _, labelled, packed in lanes)


def _running_totals(axes: Axes, file: Dossier, steps: pd.DataFrame, scale: Scale, panel: float) -> None:
    top, bottom = steps["closer_early"].max(), steps["away_early"].max()
    per_event = min(PER_EVENT, (panel - 6) / max(top + bottom, 1))
    zero = 4 + top * per_event
    axes.text(0, 4, "Running total", weight="semibold", va="center", size=style.SIZE + 0.4)
    caption = "closer above, away\nbelow the line"
    axes.text(0, 5.9, caption, va="top", size=6.8, color=style.SECONDARY, linespacing=1.15)
    for total in range(-int(bottom), int(top) + 1):
        if total == 0 or total % (5 if top + bottom > 4 else 2) == 0:
            y = zero - total * per_event
            axes.plot(
                [LEFT, RIGHT],
                [y, y],
                color=style.INK if not total else style.RULE,
                lw=0.8 if not total else 0.4,
            )
            axes.text(LEFT - 1.2, y, str(abs(total)), ha="right", va="center", color=style.SECONDARY)
    xs = [LEFT, *(scale.x(day) for day in steps["day"]), RIGHT]
    for name, sign in (("closer", 1), ("away", -1)):
        late = [0, *(zero - sign * per_event * steps[name])]
        early = [0, *(zero - sign * per_event * steps[f"{name}_early"])]
        late[0] = early[0] = zero
        late, early = [*late, late[-1]], [*early, early[-1]]
        undated = ((file.scored["direction"] == sign) & file.scored["counted"].isna()).sum()
        total = steps[name].max()
        words = f"{total} {name}" + (f", {undated} more undated" if undated else "")
        if total == 0:
            words = f"{undated} {name}, undated" if undated else ""
        axes.text(
            RIGHT + 1.5,
            late[-1] - (1.2 * sign if not total else 0),
            words,
            va="center",
            weight="semibold",
            color=style.TEXT_HUE[sign],
        )
        if total == 0:
            continue
        axes.fill_between(xs, late, early, step="post", color=style.PALE[sign], lw=0)
        axes.step(xs, late, where="post", color=style.HUE[sign], lw=1.3)
    if not bottom or not top:
        missing = "closer" if not top else "away"
        axes.text(
            LEFT + 0.5,
            zero - 1.8 if not top else zero + 2.6,
            f"dated events {missing}: none",
            color=style.SECONDARY,
        )


def _balance_row(axes: Axes, file: Dossier, scale: Scale, middle: float) -> None:
    axes.text(0, middle - 1, "Balance to date", weight="semibold", va="center", size=style.SIZE + 0.4)
    for row in scoring.balance_by_year(file).itertuples():
        if row.year not in scale.years:
            continue
        start, end = pd.Timestamp(row.year, 1, 1), pd.Timestamp(row.year, 12, 31)
        cut = end > scale.last
        x, side = (RIGHT + 1.5, "left") if cut else ((scale.x(start) + scale.x(end)) / 2, "center")
        when = "now" if cut else str(row.year)
        if pd.isna(row.balance):
            axes.text(x, middle - 1, f"{when}: too thin", ha=side, va="center", color=style.GHOST)
        else:
            words = f"{when}: {wording.signed(row.balance)}"
            axes.text(x, middle - 1.9, words, ha=side, va="center", weight="semibold")
            tally = f"{row.closer} : {row.away}"
            axes.text(x, middle + 1.2, tally, ha=side, va="center", color=style.SECONDARY, size=6.8)


def _lane(axes: Axes, file: Dossier, scale: Scale, lane, y: float, row: float) -> float:
    """Draw one dimension from `y` down; returns where the next begins."""
    dimension, labelled, packed = lane
    both = pd.concat([labelled, packed])
    axes.plot([0, WIDTH], [y, y], color=style.RULE, lw=0.5)
    label = file.dataset.labels("events", "dimension")[dimension]
    axes.text(0, y + row * 0.65, label.capitalize(), weight="semibold", va="center", size=style.SIZE + 0.4)
    below = y + row * 0.65
    for direction, words in ((1, "closer"), (-1, "away"), (0, "holds")):
        if count := (both["direction"] == direction).sum():
            below += 3.1
            style.triangle(axes, 1, below, direction)
            axes.text(2.9, below, f"{count} {words}", va="center", size=6.8, color=style.TEXT_HUE[direction])
    if both.empty:
        axes.text(
            LEFT + 1,
            y + row * 0.72,
            "no event",
            va="center",
            color=style.SECONDARY,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
    for place, event in enumerate(labelled.itertuples()):
        middle = y + row * (place + 0.72)
        _span(axes, scale, event, middle, row * 0.5, headline=True)
    for place, event in zip(_packed(packed), packed.itertuples(), strict=True):
        middle = y + row * (_full_rows(labelled, packed) + 0.45) + (place + 0.5) * PACKED_ROW * row / ROW
        _span(axes, scale, event, middle, row * 0.36, headline=False)
    return y + row * _lane_rows(labelled, packed)


def _span(axes: Axes, scale: Scale, event, middle: float, thick: float, *, headline: bool) -> None:
    """One event: a bar over every day its date allows.

    Still true: the bar covers its start and a thin arrow runs on. Begun on an unknown day: a thin arrow comes
    from the left to a block at the day by which it had happened. Undated: a square apart from the axis.
    """
    colour = style.HUE[event.direction]
    look = {
        "facecolor": colour if event.corroborated else "white",
        "edgecolor": colour,
        "lw": 0.9,
        "zorder": 2,
    }
    if pd.isna(event.counted):
        left = right = end = UNDATED + 2.0
        right = end = left + thick
    else:
        end = scale.x(event.counted if event.ongoing else event.latest)
        left = scale.x(event.earliest)
        if pd.isna(event.earliest):
            left = max(end - BLOCK, LEFT + 2.0)
            _line(axes, left, LEFT, middle, colour)
        elif event.earliest < scale.first:
            left = LEFT + 1.5
            _line(axes, left + 0.1, LEFT - 0.1, middle, colour)
        right = end = max(end, left + 1.2)
        if event.ongoing and RIGHT - right > 1.5:
            _line(axes, right, RIGHT, middle, colour)
            end = RIGHT
    axes.fill([left, right, right, left], _box(middle, thick), **look)
    if headline:
        _label(axes, event, middle, (left, right, end))


def _line(axes: Axes, start: float, end: float, middle: float, colour: str) -> None:
    axes.plot([start, end], [middle, middle], color=colour, lw=0.9, zorder=1, solid_capstyle="butt")
    back = end - 1.4 if end > start else end + 1.4
    axes.fill([back, back, end], [middle - 0.7, middle + 0.7, middle], color=colour, lw=0, zorder=1)


def _label(axes: Axes, event, middle: float, span: tuple[float, float, float]) -> None:
    """Number and headline beside the span, on white: left where there is room, else right, else upon it."""
    left, right, end = span
    words = typographic(event.headline) + (" ≠" if event.contested else "")
    mark = style.text_width(event.mark, weight="bold")
    width = mark + 3.6 + style.text_width(words)
    undated, limit = pd.isna(event.counted), WIDTH
    before = left - 1.4 - width > LEFT and not (undated and right + 1.4 + width <= limit)
    if before:
        start = left - 1.4 - width
    elif right + 1.4 + width <= limit or end > right:
        start = right + 1.4
    else:
        start = max(min(left + 2.0, limit - width), LEFT + 2.0)
    paper = style.PANEL if undated and not before else "white"
    axes.fill(
        [start - 0.6, start + width + 0.6, start + width + 0.6, start - 0.6],
        _box(middle, 2.9),
        color=paper,
        lw=0,
        zorder=2.4,
    )
    hue = style.TEXT_HUE[event.direction]
    at = (start + width - mark, start) if before else (start + 2.4, start + mark + 3.6)
    axes.text(at[0], middle, event.mark, va="center", weight="bold", color=hue, zorder=3)
    axes.text(at[1], middle, words, va="center", zorder=3)
    style.triangle(axes, at[0] - 1.3, middle, event.direction, 0.9)


def _sources_lane(axes: Axes, file: Dossier, scale: Scale, y: float) -> None:
    axes.plot([0, WIDTH], [y, y], color=style.RULE, lw=0.5)
    axes.text(0, y + 3.1, "Sources published", weight="semibold", va="center", size=style.SIZE + 0.4)
    taken: list[tuple[float, float]] = []
    cited = file.sources[file.sources["cited"]].sort_values("published_earliest", na_position="last")
    undated = UNDATED + 2.0
    for source in cited.itertuples():
        width = style.text_width(source.source_id)
        if pd.isna(source.published_latest):
            axes.text(undated, y + 3.1, source.source_id, va="center", color=style.SECONDARY)
            undated += width + 2
            continue
        left, right = scale.x(source.published_earliest), scale.x(source.published_latest)
        right = max(right, left + 1.2)
        axes.fill([left, right, right, left], _box(y + 2.4, 1.6), color=style.SECONDARY, lw=0, alpha=0.85)
        x = (left + right) / 2
        while any(x - width / 2 < high and x + width / 2 > low for low, high in taken):
            x += 0.5
        taken.append((x - width / 2 - 0.6, x + width / 2 + 0.6))
        axes.text(x, y + 5.9, source.source_id, ha="center", va="center", color=style.SECONDARY)


def _years(axes: Axes, scale: Scale, height: float) -> None:
    for year in scale.years:
        left = scale.x(pd.Timestamp(year, 1, 1))
        right = scale.x(pd.Timestamp(year, 12, 31))
        middle = max((left + right) / 2, left + 2.5) if right < RIGHT else max((left + RIGHT) / 2, left + 3)
        axes.text(middle, height - 1.6, str(year), ha="center", va="center", color=style.SECONDARY)
    axes.text(UNDATED + 2, height - 1.6, "undated", va="center", color=style.SECONDARY)


def _box(middle: float, thick: float) -> list[float]:
    return [middle - thick / 2, middle - thick / 2, middle + thick / 2, middle + thick / 2]
