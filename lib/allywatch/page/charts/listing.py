"""Steps as lists: those without a date beside the axis or under it, and columns where there is no axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allywatch.page.charts import placing
from allywatch.page.charts.placing import Form, Step
from allywatch.page.charts.style import Page, clipped, text_width
from allywatch.page.wording.grammar import number
from briefmill import theme

HEADING = "Date not given"
#: Of a list in mm: its padding, the length of an arrow, and where words begin after it.
PAD = 1.5
ARROW = 2.4
INDENT = 3.4
GAP = 4.0  # between columns
#: The line of type, the pitch of a one-line entry and the height of a heading, in ems.
LINE = 1.06
PITCH = 1.68
HEADED = 1.95
#: How much higher a small number stands than its headline, in ems of that.
RISE = 0.2


@dataclass(frozen=True)
class Entry:
    """A step in a list as its lines, after words set in bold; without a step: what is said of the rest."""

    step: Step | None
    lines: tuple[str, ...]
    before: str = ""


@dataclass(frozen=True)
class Listing:
    """Entries side by side in columns of `width` mm."""

    columns: tuple[tuple[Entry, ...], ...]
    width: float
    form: Form

    @property
    def height(self) -> float:
        """Height in mm."""
        heights = [sum(_height(entry, self.form) for entry in c) for c in self.columns]
        return max(heights, default=0.0)

    def draw(self, page: Page, left: float, top: float, paper: str) -> None:
        """Draw it on a ground of the colour `paper`."""
        for place, column in enumerate(self.columns):
            x = left + place * (self.width + GAP)
            y = top
            for entry in column:
                _draw(page, entry, x, y, self.form, paper)
                y += _height(entry, self.form)


def listing(
    steps: Sequence[Step],
    width: float,
    form: Form,
    most: int,
    columns: int = 1,
    words_before: Sequence[str] = (),
) -> Listing:
    """`steps` in `columns` over `width` mm; of more than `most`, the best attested and how many more there are."""
    each = (width - GAP * (columns - 1)) / columns
    kept = list(steps)
    if len(kept) > most:
        telling = sorted(kept, key=lambda step: (-step.corroborated, -step.contested))
        chosen = {step.number for step in telling[:most]}
        kept = [step for step in kept if step.number in chosen]
    before = list(words_before) or [""] * len(kept)
    entries = [
        _entry(step, words, each, form)
        for step, words in zip(kept, before, strict=False)
    ]
    more = len(steps) - len(kept)
    if more:
        entries.append(Entry(None, (f"and {number(more)} more, see the list",)))
    rows = max(-(-len(entries) // columns), 1)
    split = [
        tuple(entries[start : start + rows]) for start in range(0, len(entries), rows)
    ]
    return Listing(tuple(split), each, form)


@dataclass(frozen=True)
class Panel:
    """Steps without a date beside the axis or under it, those that lead closer above the others."""

    left: float
    width: float
    closer: Listing
    away: Listing

    @property
    def above(self) -> float:
        """What it needs above the years, in mm."""
        if not self.closer.height:
            return 0.0
        return self.closer.height + self.headed + PAD / 2

    @property
    def below(self) -> float:
        """What it needs under the years, in mm."""
        return self.away.height + PAD

    @property
    def headed(self) -> float:
        """Height of the heading in mm."""
        return HEADED * self.closer.form.em

    @property
    def stacked(self) -> float:
        """Height of one side upon the other, in mm."""
        return self.headed + self.closer.height + self.away.height + 2 * PAD

    def stack(self, page: Page, top: float) -> None:
        """Draw it from `top` down, one side upon the other."""
        x = self.left + PAD
        y = top + PAD / 2
        self._ground(page, top, top + self.stacked)
        heading(page, x, y + self.headed / 2, self.closer.form)
        y += self.headed
        self.closer.draw(page, x, y, theme.WASH)
        y += self.closer.height + PAD / 2 * bool(self.closer.height)
        self.away.draw(page, x, y, theme.WASH)

    def draw(self, page: Page, axis: float, floor: float) -> None:
        """Draw it beside the axis, each side at its level: `axis` and `floor` bound the years above and below."""
        x = self.left + PAD
        top = (
            axis - self.above
            if self.closer.height
            else (axis + floor - self.headed) / 2
        )
        bottom = floor + self.below if self.away.height else axis
        self._ground(page, top, bottom)
        heading(page, x, top + self.headed / 2, self.closer.form)
        self.closer.draw(page, x, axis - self.closer.height - PAD / 2, theme.WASH)
        self.away.draw(page, x, floor + PAD / 2, theme.WASH)

    def _ground(self, page: Page, top: float, bottom: float) -> None:
        look = {"color": theme.WASH, "lw": 0, "zorder": 0, "gid": "panel"}
        right = self.left + self.width
        page.bar(self.left, right, (top + bottom) / 2, bottom - top, **look)


def panel(
    undated: Sequence[Step],
    left: float,
    width: float,
    form: Form,
    most: int,
    columns: int = 1,
) -> Panel:
    """The panel of the `undated` steps, at most so many of a side, in columns."""
    sides = []
    for way in (1, -1):
        of_side = [step for step in undated if step.direction == way]
        sides.append(listing(of_side, width - 2 * PAD, form, most, columns))
    return Panel(left, width, *sides)


def longest(steps: Sequence[Step], form: Form) -> float:
    """Width in mm in which every one of `steps` has one line."""
    widths = [
        text_width(step.headline, form.size, step.weight)
        + placing.mark_width(step.mark, form.size)
        for step in steps
    ]
    return INDENT + max(widths, default=0.0)


def heading(page: Page, x: float, y: float, form: Form, words: str = HEADING) -> None:
    """The heading of a list with its middle at y."""
    page.line(x, y, words, form.size, weight="semibold", gid="heading")


def headline(
    page: Page,
    x: float,
    y: float,
    step: Step,
    words: str,
    form: Form,
    colour: str = theme.INK,
) -> None:
    """`words` of a step with its number, from x, with their middle at y."""
    gid = f"event-{step.mark}-{step.number}"
    look: dict[str, Any] = {"color": colour, "zorder": 4}
    page.line(x, y, words, form.size, weight=step.weight, gid=f"{gid}-words", **look)
    at = x + text_width(words, form.size, step.weight) + placing.BEFORE_MARK
    small = form.size * placing.RAISED
    page.line(at, y - RISE * form.em, step.mark, small, gid=f"{gid}-mark", **look)


def _entry(step: Step, before: str, width: float, form: Form) -> Entry:
    room = width - INDENT
    return Entry(step, _lines(step, room, _lead(before, form), form), before)


def _lead(before: str, form: Form) -> float:
    """What the words before a headline take of its line, in mm."""
    if not before:
        return 0.0
    return text_width(before, form.size, "semibold") + 0.3 * form.em


def _lines(step: Step, room: float, lead: float, form: Form) -> tuple[str, ...]:
    """The headline in one line or two of `room` mm, `lead` mm of the first and the number in the last left free."""

    def fits(words: str, less: float) -> bool:
        return text_width(words, form.size, step.weight) <= room - less

    mark = placing.mark_width(step.mark, form.size)
    words = step.headline.split(" ")
    if fits(step.headline, lead + mark):
        return (step.headline,)
    if len(words) == 1:
        less = room - lead - mark
        return (clipped(step.headline, less, form.size, step.weight),)
    first = len(words) - 1
    while first > 1 and not fits(" ".join(words[:first]), lead):
        first -= 1
    upper = clipped(" ".join(words[:first]), room - lead, form.size, step.weight)
    lower = clipped(" ".join(words[first:]), room - mark, form.size, step.weight)
    return upper, lower


def _height(entry: Entry, form: Form) -> float:
    return (PITCH + (len(entry.lines) - 1) * LINE) * form.em


def _draw(
    page: Page, entry: Entry, x: float, top: float, form: Form, paper: str
) -> None:
    y = top + PITCH / 2 * form.em
    step = entry.step
    if step is None:
        (words,) = entry.lines
        page.line(x + INDENT, y, words, form.size, color=theme.SECONDARY, gid="more")
        return
    gid = f"event-{step.mark}-{step.number}"
    middle = x + ARROW / 2
    page.pointer(middle, y, step.direction, ARROW, step.corroborated, paper, gid)
    x += INDENT
    if entry.before:
        look = {"weight": "semibold", "gid": f"{gid}-date"}
        page.line(x, y, entry.before, form.size, **look)
    *upper, last = entry.lines
    lead = _lead(entry.before, form)
    for words in upper:
        look = {"weight": step.weight, "gid": f"{gid}-upper"}
        page.line(x + lead, y, words, form.size, **look)
        y += LINE * form.em
        lead = 0.0
    headline(page, x + lead, y, step, last, form)
