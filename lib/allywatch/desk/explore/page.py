"""The page of the explore notebook: choices on the left, what follows from them on the right.

Every view is an exhibit of `charts`, `tables` or `wording` on the narrowed dataset. A view that nobody looks
at is drawn when its tab is opened, so that a choice is answered at once.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets
from IPython.display import HTML, display
from itables.widget import ITable

from allywatch.data import dates, loading
from allywatch.data.loading import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.desk.explore import views
from allywatch.desk.explore.briefings import briefings
from allywatch.desk.explore.choice import KEPT, Choice, judged, narrowed
from allywatch.evidence import dossiers
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.page import charts, network_tables, tables, wording
from briefmill.blocks import Block

MOST_SIDE_BY_SIDE, HEAVIEST = 2, 3.0
_SIDE = widgets.Layout(width="auto", flex="0 0 auto")
_WHOLE = widgets.Layout(overflow="visible", flex="0 0 auto")
_ROOM = widgets.Layout(flex="1 1 0", min_width="0")
_HALF, _ALL, _REST = "1 1 44em", "1 1 100%", "2 1 44em"


def explorer(dataset: Dataset, notebooks: str | Path = ".") -> widgets.Widget:
    """The page on the evidence of `dataset`; `notebooks` is where the briefings to be made of it stand."""
    return _Page(dataset, Path(notebooks)).whole


def shown(*exhibits: Block) -> str:
    """Exhibits as one piece of HTML; text from the data is escaped in it."""
    return "".join(exhibit._repr_mimebundle_()["text/html"] for exhibit in exhibits)


class _Picture(anywidget.AnyWidget):
    """Exhibits as HTML, which sends the mark and the partner of an event that is clicked."""

    _esm = Path(__file__).with_name("picture.js")
    _css = """.allywatch-picture :is(a.mark, [id*="-event-"]) { cursor: pointer }
    .allywatch-picture .allywatch .picture svg { min-width: 0 }"""
    value = traitlets.Unicode().tag(sync=True)


class _Ticks:
    """A box to tick for each of some codes, all ticked at first."""

    def __init__(self, title: str, labels: Mapping[str, str], follow: Callable):
        layout = widgets.Layout(width="auto", height="1.7em")
        self.boxes = {
            code: widgets.Checkbox(True, description=label, indent=False, layout=layout)
            for code, label in labels.items()
        }
        for box in self.boxes.values():
            box.observe(follow, "value")
        self.whole = widgets.VBox(
            [_heading(title), *self.boxes.values()], layout=_WHOLE
        )

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The codes that are ticked; None for all."""
        ticked = tuple(code for code, box in self.boxes.items() if box.value)
        return None if len(ticked) == len(self.boxes) else ticked


def _heading(words: str, hint: str = "") -> widgets.Widget:
    return widgets.HTML(f"<strong>{words}</strong> <small>{hint}</small>")


class _Page:
    """The widgets of the page, and what they show for the present choice."""

    def __init__(self, dataset: Dataset, notebooks: Path):
        self.dataset, self.notebooks = dataset, notebooks
        self.editions = {"": dataset}
        self._choices()
        self.tie = _Picture(layout=_ROOM)
        self.tie.on_msg(lambda _, said, __: self._pointed(**said))
        self.matrix, self.weights = (widgets.HTML(layout=_ROOM) for _ in range(2))
        # What is clicked in a figure is told under it, what is clicked in the grid under the grid.
        self.pointed, self.event = widgets.HTML(), widgets.HTML()
        self.grid = ITable(
            select="single", classes="display compact", maxBytes=0, **_GRID
        )
        self.grid.observe(self._picked, "selected_rows")
        self._channel_weights()
        trial = widgets.HBox([widgets.VBox(list(self.sliders.values())), self.weights])
        self.tabs = widgets.Tab(
            [self.tie, self.matrix, trial], titles=("Tie", "Dimensions", "Weights")
        )
        self.tabs.observe(lambda _: self._draw_tab(), "selected_index")
        heading = _heading(
            "Evidence", "click a row, a mark or a bar for its claims and passages"
        )
        below = [heading, self.grid, self.event]
        # One partner and its evidence stand side by side where there is room for both.
        self.views, listed = (
            widgets.VBox(half, layout=widgets.Layout(flex=share, min_width="0"))
            for half, share in (([self.tabs, self.pointed], _HALF), (below, _REST))
        )
        look = widgets.Layout(
            flex="1 1 0", min_width="0", flex_flow="row wrap", align_items="flex-start"
        )
        look.grid_gap = "1em"
        right = widgets.HBox([self.views, listed], layout=look)
        self.whole = widgets.HBox([self.choices, right]).add_class("allywatch-explorer")
        self.draw()

    def _choices(self) -> None:
        dataset, follow = self.dataset, lambda _: self.draw()
        names = dataset.partners.set_index("partner_id")["name"]
        options = [(names[code], code) for code in briefed_partners(dataset)]
        self.partners = widgets.SelectMultiple(
            options=options, value=[options[0][1]], rows=9, layout=_SIDE
        )
        every = widgets.Button(description="All partners", layout=_SIDE)
        every.on_click(
            lambda _: setattr(self.partners, "value", [code for _, code in options])
        )
        self.known_by = widgets.Dropdown(options=_days(dataset), layout=_SIDE)
        years = dataset.events[["earliest", "latest"]].stack().dt.year
        low, high = int(years.min()), int(years.max())
        look = {"continuous_update": False, "readout": False, "layout": _SIDE}
        self.window = widgets.IntRangeSlider(
            value=(low, high), min=low, max=high, **look
        )
        self.years = _heading("Years", f"{low} to {high}")
        sources = dossiers.named(dataset.sources)
        told = sources.itertuples()
        called = {
            row.source_id: f"{row.source_id} {row.called} ({row.reliability})"
            for row in told
        }
        labels = {
            name: dataset.labels("events", name) for name in ("dimension", "channel")
        }
        self.ticks = {
            "sources": _Ticks("Sources", called, follow),
            "dimensions": _Ticks("Dimensions", labels["dimension"], follow),
            "channels": _Ticks("Channels", labels["channel"], follow),
            "lineages": _Ticks(
                "Lineages", {name: name for name in sources["lineage"]}, follow
            ),
        }
        for control in (self.partners, self.known_by, self.window):
            control.observe(follow, "value")
        make = widgets.Button(
            description="Make this a briefing", button_style="primary", layout=_SIDE
        )
        make.tooltip = "PDFs of the partners chosen, from the evidence chosen; what was left out stands on the page"
        make.on_click(lambda _: self._make())
        self.make, self.made = make, widgets.Output()
        self.choices = widgets.VBox(
            [
                *(_heading("Partners", "Ctrl-click for several"), self.partners, every),
                *(_heading("Dates known by"), self.known_by, self.years, self.window),
                *(group.whole for group in self.ticks.values()),
                *(make, self.made),
            ],
            layout=widgets.Layout(min_width="19em", width="19em", padding="0 1em 0 0"),
        )

    def _channel_weights(self) -> None:
        scored = set(
            self.dataset.events.loc[self.dataset.events["direction"] != 0, "channel"]
        )
        labels = self.dataset.labels("events", "channel")
        look = {"min": 0.0, "max": HEAVIEST, "step": 0.25}
        named = (
            (code, label.capitalize())
            for code, label in labels.items()
            if code in scored
        )
        self.sliders = {
            code: widgets.FloatSlider(1.0, description=label, **look)
            for code, label in named
        }
        for slider in self.sliders.values():
            slider.style.description_width = "7.5em"
            slider.observe(lambda _: self._draw_tab(), "value")

    def draw(self) -> None:
        """Draw what is looked at anew, for the present choice."""
        choice = {name: group.chosen for name, group in self.ticks.items()}
        since, until = self.window.value
        self.years.value = _heading("Years", f"{since} to {until}").value
        choice |= {"since": since, "until": until}
        if self.window.value == (self.window.min, self.window.max):
            choice |= {"since": None, "until": None}
        self.chosen = self.partners.value or tuple(
            code for _, code in self.partners.options
        )
        self.views.layout.flex = _HALF if len(self.chosen) == 1 else _ALL
        self.all_known = self._edition(self.known_by.value)
        self.choice = Choice(**choice)
        self.narrowed = narrowed(self.all_known, self.choice)
        # Of one partner the rows have the marks of its figures.
        own = narrowed(self.narrowed, Choice(partners=self.chosen))
        alone = len(self.chosen) == 1
        self.listed = (
            judged(self.narrowed, self.chosen[0])[0] if alone else dossiers.pooled(own)
        )
        self.pointed.value = self.event.value = ""
        self.grid.update(views.evidence_rows(self.listed), selected_rows=[])
        self._draw_tab()

    def _edition(self, day: str) -> Dataset:
        """The evidence as known on `day`, read once."""
        if day not in self.editions:
            self.editions[day] = loading.load(self.dataset.data_dir, day)
        return self.editions[day]

    def _draw_tab(self) -> None:
        """Draw the tab that is open."""
        (self._draw_tie, self._draw_matrix, self._draw_weights)[
            self.tabs.selected_index or 0
        ]()

    def _draw_tie(self) -> None:
        shown = self.chosen[:MOST_SIDE_BY_SIDE]
        self.tie.value = _beside(
            f'<div data-partner="{html.escape(partner)}">{_tie(self.narrowed, self.all_known, partner)}</div>'
            for partner in shown
        )

    def _draw_matrix(self) -> None:
        files = [judged(self.narrowed, partner) for partner in self.chosen]
        net = Network(
            self.narrowed, self.listed, [pair for pair in files if len(pair[0].claims)]
        )
        gains = [tables.who_gains(*pair) for pair in files]
        if len(self.chosen) > MOST_SIDE_BY_SIDE:
            everyone = [
                judged(self.narrowed, partner)
                for partner in briefed_partners(self.narrowed)
            ]
            whole = Network(self.narrowed, dossiers.pooled(self.narrowed), everyone)
            gains = [network_tables.who_gains(whole)]
        self.matrix.value = shown(charts.by_dimension(net), *gains)

    def _draw_weights(self) -> None:
        tried = {code: slider.value for code, slider in self.sliders.items()}
        files = [
            judged(self.narrowed, partner)[0]
            for partner in self.chosen[:MOST_SIDE_BY_SIDE]
        ]
        self.weights.value = _beside(
            f"<h3>{html.escape(file.name)}</h3>{shown(views.weighted(file, tried))}"
            for file in files
        )

    def _picked(self, change) -> None:
        """Show the event whose row was clicked."""
        if places := change["new"]:
            event = self.listed.events["event_id"].iloc[places[0]]
            self.event.value = self._told(self.listed, event)

    def _pointed(self, partner: str, mark: str) -> None:
        """Show the event whose mark or drawing was clicked."""
        file, _ = judged(self.narrowed, partner)
        self.pointed.value = self._told(
            file, file.events.set_index("mark").loc[mark, "event_id"]
        )

    def _told(self, file: Dossier, event: str) -> str:
        return shown(*views.claims_of(self.narrowed, file, event))

    def _make(self) -> None:
        """Build the briefings of the partners chosen from the evidence chosen, and link to them."""
        self.made.clear_output()
        self.make.disabled = True
        with self.made:
            try:
                chosen = self.chosen, self.known_by.value, self.choice
                for pdf in briefings(self.dataset.data_dir, self.notebooks, *chosen):
                    target, name = (html.escape(str(part)) for part in (pdf, pdf.name))
                    display(HTML(f'<a href="{target}" target="_blank">{name}</a>'))
            finally:
                self.make.disabled = False


_GRID = {
    "showIndex": False,
    "paging": False,
    "scrollY": "22em",
    "scrollCollapse": True,
    "style": "table-layout:auto;width:100%;margin:0",
    "layout": {
        "topStart": "info",
        "topEnd": "search",
        "bottomStart": None,
        "bottomEnd": None,
    },
}


@lru_cache(maxsize=KEPT)
def _tie(chosen: Dataset, known: Dataset, partner: str) -> str:
    """A partner's figures under the choice beside those of all that is known, and its trajectory, as HTML."""
    file, verdict = judged(chosen, partner)
    title = f"<h3>{html.escape(file.name)}</h3>"
    figures = views.balance_moved(file, verdict, judged(known, partner)[1])
    if not verdict.gate.met:
        return title + shown(figures, tables.gate(file, verdict))
    return title + shown(
        figures, wording.bottom_line(file, verdict), charts.trajectory(file, verdict)
    )


def _days(dataset: Dataset) -> list[tuple[str, str]]:
    """The days on which the evidence grew, latest first, after all of it: how each is said, and as ISO."""
    published = dataset.sources["published_latest"].dropna()
    known = sorted({day.date().isoformat() for day in published}, reverse=True)
    return [("all evidence in hand", ""), *((dates.spoken(day), day) for day in known)]


def _beside(parts: Iterable[str]) -> str:
    """Pieces of HTML side by side."""
    cells = "".join(
        f'<div style="flex:1 1 42rem;min-width:0">{part}</div>' for part in parts
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1.5em">{cells}</div>'
