"""The chart of a country page: steps closer above a line of years, steps away below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from allywatch.evidence import dossiers
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.periods import unit
from allywatch.evidence.rules import SIDES
from allywatch.evidence.scoring import Verdict
from allywatch.page.charts import columns, listing, periods, placing, sides, style
from allywatch.page.charts.placing import Form, Label, Placed, Step
from allywatch.page.charts.sides import Frame
from allywatch.page.charts.style import TONES, Page
from allywatch.page.wording import steps as words
from allywatch.page.wording.opening import MOST_IN_CHRONOLOGY
from allywatch.page.wording.voices import first_report, in_a_sentence
from briefmill import theme
from briefmill.blocks import Block, Drawing, Picture, omit

FULL = Form(width=178.0, left=19.0, size=7.4, row=4.5, bar=3.3)
PHONE = Form(width=90.0, left=0.0, size=8.4, row=5.0, bar=3.7, narrow=True)
#: Rows that type just fits into, and rows lower than it.
CLOSE = (replace(FULL, row=3.4, bar=2.75), replace(PHONE, row=3.8, bar=3.1))
DENSE = (replace(FULL, row=2.7, bar=2.0), replace(PHONE, row=3.2, bar=2.3))

#: So many dated steps all have a label.
MOST_NAMED = 20
#: Labels where not every step has one, and steps of a side in the panel beside them.
MOST_LABELS = 14
MOST_LISTED = 4
#: A chart in mm, beyond which it is drawn closer, and then by period.
TALLEST = 92.0
#: Half a line about a shape, in mm.
EDGE = 0.14
#: The line of a bracket in mm, filled or outlined.
THINNEST = 0.95
#: Ink upon a filled bar.
UPON = {-1: "white", 1: theme.INK}


@dataclass(frozen=True)
class Plan:
    """A way of drawing: one form for each width, and which steps have a label."""

    forms: tuple[Form, Form]
    labelled: frozenset[int] = frozenset()
    listed: int = MOST_NAMED


@style.drawn
def steps(dossier: Dossier, verdict: Verdict) -> Block:
    """The partner's steps closer and away in time, for a page and for a phone.

    Above the line of years what leads closer, below what leads away: a bar lasted, a block is a date within a
    quarter, a bracket is some time within. Filled: two or more independent sources. What has no date stands in a
    panel. With fewer than three dates there are columns in place of the line; a large page has a count by period.
    """
    scored = dossier.scored
    if scored.empty:
        return omit("no report moves the tie")
    if len(scored) < words.FEWEST:
        return omit("one or two reports move the tie: the chronology shows them")
    n_dated = int(scored["earliest"].notna().sum())
    if n_dated < words.FEWEST and len(scored) <= MOST_IN_CHRONOLOGY:
        return omit("few reports have a date: the chronology shows them")
    are_counted = bool(dossier.stretches) and n_dated >= words.FEWEST
    # What is only counted by period is not taken up step by step.
    moving = [] if are_counted else placing.steps_of(scored)
    draw, plan = _chosen(dossier, moving)
    full, phone = (draw(dossier, moving, plan, form) for form in plan.forms)
    figure = full.exhibit(
        dossier.scored[placing.COLUMNS],
        title=words.title(dossier, verdict),
        alt=words.alt(dossier, verdict),
        source=_source(dossier, moving, draw, plan),
    )
    drawings = (
        Drawing(full.width, figure.picture),
        Drawing(phone.width, Picture(style.svg(phone.figure))),
    )
    return replace(figure, drawings=drawings)


Drawer = Callable[[Dossier, Sequence[Step], Plan, Form], Page]


def _chosen(dossier: Dossier, moving: Sequence[Step]) -> tuple[Drawer, Plan]:
    """How the steps are drawn: the plainest way in which they have room; by period where there are none to be `moving`."""
    if not moving:
        return _by_period, Plan((FULL, PHONE))
    dated = [step for step in moving if step.dated]
    if len(dated) < words.FEWEST:
        return _in_columns, Plan((FULL, PHONE))
    for plan in _plans(dated):
        if len(moving) > MOST_NAMED:
            plan = replace(plan, listed=MOST_LISTED)
        frame, _ = _arranged(dossier, moving, plan, plan.forms[0])
        if frame.height <= TALLEST:
            return _on_axis, plan
    return _by_period, Plan((FULL, PHONE))


def _plans(dated: Sequence[Step]) -> Iterator[Plan]:
    """Ways to draw on an axis, the roomiest first."""
    if len(dated) <= MOST_NAMED:
        everything = frozenset(step.number for step in dated)
        yield Plan((FULL, PHONE), everything)
        yield Plan(CLOSE, everything)
    telling = _telling(dated)
    for labels in range(MOST_LABELS, 0, -2):
        yield Plan(DENSE, frozenset(telling[:labels]))


def _telling(dated: Sequence[Step]) -> list[int]:
    """The steps that may keep a label: corroborated ones, then disputed ones, of either the latest first."""
    telling = [step for step in dated if step.corroborated or step.contested]
    telling.sort(key=lambda step: (step.corroborated, step.counted), reverse=True)
    return [step.number for step in telling]


def _source(dossier: Dossier, moving: Sequence[Step], draw: Drawer, plan: Plan) -> str:
    """The line under the chart, which explains what is drawn in it."""
    if draw is _by_period:
        return words.source_by_period(dossier, _division_of_each(dossier, plan))
    if draw is _in_columns:
        return words.source(dossier, set(), [])
    dated = [step for step in moving if step.dated]
    unlabelled = [step for step in dated if step.number not in plan.labelled]
    return words.source(dossier, {step.shape for step in dated}, unlabelled)


def _in_columns(
    dossier: Dossier, moving: Sequence[Step], plan: Plan, form: Form
) -> Page:
    event_ids = list(dossier.scored["event_id"])
    reported = {
        step.number: first_report(dossier, [event_ids[step.number]]) for step in moving
    }
    return columns.drawn(moving, form, reported)


def _by_period(
    dossier: Dossier, moving: Sequence[Step], plan: Plan, form: Form
) -> Page:
    cut_off, _ = dossiers.cut_off(dossier.dataset)
    return periods.drawn(dossier.scored, *_divided(dossier, form), cut_off)


@lru_cache(maxsize=2)
def _divided(dossier: Dossier, form: Form) -> tuple[Frame, periods.Division]:
    """The bare frame and the periods of the drawing in a form; kept, for the words under it ask for them again."""
    cut_off, _ = dossiers.cut_off(dossier.dataset)
    power = in_a_sentence(dossier.power)
    name = unit(dossier.dataset)
    return periods.divided(dossier.scored, form, cut_off, power, name)


def _division_of_each(dossier: Dossier, plan: Plan) -> list[tuple[str, int]]:
    """The unit and how many years of it, of the drawing for a page and of that for a phone."""
    divisions = [_divided(dossier, form)[1] for form in plan.forms]
    return [(division.name, division.years) for division in divisions]


def _on_axis(dossier: Dossier, moving: Sequence[Step], plan: Plan, form: Form) -> Page:
    frame, rows = _arranged(dossier, moving, plan, form)
    cut_off, _ = dossiers.cut_off(dossier.dataset)
    page = Page(form.width, frame.height)
    frame.draw(page, cut_off)
    for way, placed in rows.items():
        if not placed:
            frame.say_none(page, way)
        for each in placed:
            _draw(page, frame, each)
    return page


def _arranged(
    dossier: Dossier, moving: Sequence[Step], plan: Plan, form: Form
) -> tuple[Frame, dict[int, list[Placed]]]:
    """Where all stands: the frame, and by direction the steps in their rows."""
    dated = [step for step in moving if step.dated]
    undated = [step for step in moving if not step.dated]
    panel = _panel(undated, len(dated), plan, form)
    right = form.width
    if panel and not form.narrow:
        right = panel.left - sides.BETWEEN
    cut_off, _ = dossiers.cut_off(dossier.dataset)
    scale = sides.scale(dated, cut_off, form.left, right)
    rows = {}
    depths = {}
    for way in SIDES:
        of_side = [step for step in dated if step.direction == way]
        rows[way] = placing.packed(of_side, scale, form, plan.labelled)
        n_rows = max((max(each.reach) + 1 for each in rows[way]), default=0)
        depths[way] = n_rows * form.row
    frame = Frame(
        form, scale, right, depths[1], depths[-1], panel, in_a_sentence(dossier.power)
    )
    return frame, rows


def _panel(
    undated: Sequence[Step], n_dated: int, plan: Plan, form: Form
) -> listing.Panel | None:
    """What has no date: beside the axis, in half the width where it is the more; on a phone under it."""
    if not undated:
        return None
    if form.narrow:
        return listing.panel(undated, 0, form.width, form, plan.listed)
    width = min(max(listing.longest(undated, form) + 2 * listing.PAD, 42.0), 54.0)
    n_columns = 1
    if len(undated) > n_dated:
        width = form.width / 2
        longest_side = max(
            sum(step.direction == way for step in undated) for way in (1, -1)
        )
        n_columns = 1 + (min(longest_side, plan.listed) > 5)
    left = form.width - width
    return listing.panel(undated, left, width, form, plan.listed, n_columns)


def _draw(page: Page, frame: Frame, placed: Placed) -> None:
    """Draw a step: filled what two or more sources bear out, outlined the rest."""
    step = placed.step
    form = frame.form
    y = frame.middle(step.direction, placed.row)
    colour = TONES[step.direction].fill
    fill = colour if step.corroborated else "white"
    look: dict[str, Any] = {"fc": fill, "ec": colour, "lw": 0.8, "zorder": 2}
    left = placed.left + EDGE
    right = placed.right - EDGE
    height = form.bar
    if placed.label and placed.label.side == "inside":
        height = max(height, 0.92 * form.em)
    if step.shape == "bracket":
        height = max(0.3 * form.bar, THINNEST)
        look["lw"] = 0.6
        for x in (left, right):
            end = {"color": colour, "lw": 1.1, "solid_capstyle": "butt", "zorder": 3}
            page.down(x, y - form.bar / 2, y + form.bar / 2, **end)
    gid = f"event-{step.mark}-{step.number}"
    page.bar(left, right, y, height - 2 * EDGE, gid=gid, **look)
    if placed.label:
        _label(page, frame, placed, placed.label)


def _label(page: Page, frame: Frame, placed: Placed, label: Label) -> None:
    """Set a label: upon its bar, or on white."""
    step = placed.step
    form = frame.form
    y = frame.middle(step.direction, placed.row)
    if label.side == "beyond":
        y = frame.beyond(step.direction, placed.row)
    ink = theme.INK
    if label.side == "inside" and step.shape != "bracket":
        ink = UPON[step.direction] if step.corroborated else ink
    else:
        paper = {"color": "white", "lw": 0, "zorder": 2.5}
        tall = min(0.98 * form.em, form.row - 0.1)
        page.bar(label.left - 0.5, label.right + 0.5, y, tall, **paper)
    listing.headline(page, label.left, y, step, label.words, form, ink)
