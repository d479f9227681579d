"""Steps in columns, where too few have a date for an axis: by when they were reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from allywatch.data import dates
from allywatch.page.charts import listing
from allywatch.page.charts.listing import Listing
from allywatch.page.charts.placing import Form, Step
from allywatch.page.charts.style import Page
from briefmill import theme

MOST_COLUMNS = 4
#: Steps of a column; more are counted.
MOST = 8
DATED = "Dated"
LATER = "reported later"
#: By a step's number: the day by which it was reported, and when that was in words.
Reports = Mapping[int, tuple[pd.Timestamp, str]]


def drawn(steps: Sequence[Step], form: Form, reported: Reports) -> Page:
    """The `steps`: those with a date first, then by the time of their report, in columns or one under another."""
    dated = [step for step in steps if step.dated]
    undated = [step for step in steps if not step.dated]
    groups = _groups(undated, MOST_COLUMNS - bool(dated), reported)
    if form.narrow:
        return _stacked(dated, groups, form)
    number = max(bool(dated) + len(groups), 2)
    width = (form.width - (number - 1) * listing.GAP) / number
    lists = [_listed(members, width, form) for members in groups.values()]
    first = _dated(dated, width, form)
    line = listing.HEADED * form.em
    tallest = max(each.height for each in [first, *lists])
    page = Page(form.width, 1 + 2 * line + tallest)
    left = 0.0
    if dated:
        _head(page, left, width, 1, form, DATED)
        first.draw(page, left, 1 + line, "white")
        left += width + listing.GAP
    if lists:
        _head(page, left, form.width - left, 1, form, listing.HEADING)
    for when, each in zip(groups, lists, strict=True):
        _when(page, left, 1 + 1.45 * line, when, form)
        each.draw(page, left, 1 + 2 * line, "white")
        left += width + listing.GAP
    return page


def _stacked(dated: list[Step], groups: dict[str, list[Step]], form: Form) -> Page:
    line = listing.HEADED * form.em
    lists = [_listed(members, form.width, form) for members in groups.values()]
    first = _dated(dated, form.width, form)
    height = 1 + sum(each.height + line for each in lists)
    height += line * bool(lists) + (first.height + 1.3 * line) * bool(dated)
    page = Page(form.width, height)
    y = 1.0
    if dated:
        _head(page, 0, form.width, y, form, DATED)
        first.draw(page, 0, y + line, "white")
        y += first.height + 1.3 * line
    if lists:
        _head(page, 0, form.width, y, form, listing.HEADING)
        y += line
    for when, each in zip(groups, lists, strict=True):
        _when(page, 0, y + line / 2, when, form)
        each.draw(page, 0, y + line, "white")
        y += each.height + line
    return page


def _head(
    page: Page, left: float, width: float, y: float, form: Form, words: str
) -> None:
    page.across(left, left + width, y, color=theme.INK, lw=0.6)
    listing.heading(page, left, y + listing.HEADED / 2 * form.em, form, words)


def _when(page: Page, left: float, y: float, when: str, form: Form) -> None:
    page.line(left, y, when, form.size, color=theme.SECONDARY, gid="when")


def _listed(steps: list[Step], width: float, form: Form) -> Listing:
    """One column, closer first."""
    ordered = sorted(steps, key=lambda step: -step.direction)
    return listing.listing(ordered, width, form, MOST)


def _dated(steps: list[Step], width: float, form: Form) -> Listing:
    before = [dates.format_edtf(step.date) for step in steps]
    return listing.listing(steps, width, form, MOST, words_before=before)


def _groups(
    undated: Iterable[Step], most: int, reported: Reports
) -> dict[str, list[Step]]:
    """The steps by the words for when they were reported, earliest first, in `most` groups or fewer."""
    by_time: dict[str, list[Step]] = {}
    for step in sorted(undated, key=lambda step: (reported[step.number], step.number)):
        _, words = reported[step.number]
        by_time.setdefault(words, []).append(step)
    return by_time if len(by_time) <= most else _merged(by_time, most)


def _merged(by_time: dict[str, list[Step]], most: int) -> dict[str, list[Step]]:
    """The groups, the latest made one."""
    names = list(by_time)
    kept = {name: by_time[name] for name in names[: most - 1]}
    together = [step for name in names[most - 1 :] for step in by_time[name]]
    return kept | {LATER: together}
