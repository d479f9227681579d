"""The page of the explore notebook: choices on the left, what follows from them on the right.

Every view is an exhibit of `page` on the chosen evidence. Only the tab that is
open is drawn, so that a choice is answered at once.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets
from IPython.display import HTML, display

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.desk.explore import views
from allywatch.desk.explore.briefings import briefings
from allywatch.desk.explore.choice import (
    KEPT,
    Choice,
    all_judged,
    judged,
    narrowed,
    narrowed_part,
    turning,
)
from allywatch.desk.explore.controls import Controls, heading
from allywatch.desk.explore.grid import EvidenceGrid
from allywatch.evidence import dossiers
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.parts import part
from allywatch.evidence.scoring import Verdict
from allywatch.page import charts, network_tables, overview, wording
from allywatch.page.wording.grammar import capital, ended
from briefmill.blocks import Block, Omitted, Paragraph
from briefmill.render.html import preview
from briefmill.texts import text

MOST_SIDE_BY_SIDE = 2
#: Partners whose verdicts are found one after the other.
MOST_ONE_BY_ONE = 12
HEAVIEST = 3.0
_FILLING = widgets.Layout(flex="1 1 0", min_width="0")
_FIELDS = 1


def explorer(dataset: Dataset, notebooks: str | Path = ".") -> widgets.Widget:
    """The page on the evidence of `dataset`; `notebooks` is the folder of the notebooks for its briefings."""
    return ExplorePage(dataset, Path(notebooks)).whole


class Picture(anywidget.AnyWidget):
    """Exhibits as HTML. It sends the `partner` and `mark` of an event that is clicked, and shows which it was."""

    _esm = Path(__file__).with_name("picture.js")
    _css = Path(__file__).with_name("picture.css")
    value = traitlets.Unicode().tag(sync=True)

    def show(self, value: str) -> None:
        """Set what is drawn, and scroll to it."""
        self.value = value
        self.send({"scroll": True})


class ExplorePage:
    """The widgets of the page, and the evidence that is left by the present choice.

    `known` is the evidence known by the chosen day, `narrowed` what the choice leaves of it, `listed` the
    dossier whose events are in the grid: of the one partner chosen, or of several together.
    """

    def __init__(self, dataset: Dataset, notebooks: Path) -> None:
        self.dataset = dataset
        self.notebooks = notebooks
        self.editions = {"": dataset}
        self.controls = Controls(dataset, self.draw)
        self.controls.build.on_click(lambda _: self._build_briefings())
        self._make_views()
        self._make_grid()
        # How they stand depends on their width, and so is said in the style sheet.
        self.views = widgets.Box([self.tabs, self.pointed, self.evidence])
        self.views.add_class("allywatch-views")
        self.whole = widgets.HBox([self.controls.whole, self.views])
        self.whole.add_class("allywatch-explorer")
        self.draw()

    def _make_views(self) -> None:
        self.tie = Picture(layout=_FILLING)
        self.matrix = Picture(layout=_FILLING)
        for picture in (self.tie, self.matrix):
            picture.on_msg(lambda _, click, __: self._show_marked(**click))
        self.weights = widgets.HTML(layout=_FILLING)
        self.sliders = _weight_sliders(self.dataset)
        for slider in self.sliders.values():
            slider.observe(lambda _: self._draw_tab(), "value")
        in_rows = widgets.Layout(flex_flow="row wrap")
        sliders = widgets.HBox(list(self.sliders.values()), layout=in_rows)
        self.tabs = widgets.Tab(
            [self.tie, self.matrix, widgets.VBox([sliders, self.weights])],
            titles=("Tie", "Fields", "Weights"),
        )
        self.tabs.observe(lambda _: self._open_tab(), "selected_index")
        # The event whose mark or bar was clicked.
        self.pointed = Picture()
        self.pointed.add_class("allywatch-pointed")

    def _make_grid(self) -> None:
        self.grid = EvidenceGrid(self._show_picked)
        # The event whose row was clicked.
        self.event = Picture()
        hint = "click a row, a mark or a bar for its claims and passages"
        self.evidence = widgets.VBox(
            [heading("Evidence", hint), self.grid.whole, self.event]
        )
        self.evidence.add_class("allywatch-evidence")

    def draw(self) -> None:
        """Draw the grid and the open tab for the present choice."""
        self.chosen = self.controls.chosen_partners
        self.choice = self.controls.choice
        self.known = self._edition(self.controls.known_by.value)
        if len(self.chosen) == 1:
            # Its rows have the marks of its figures.
            self.listed, _ = self._judged(self.chosen[0])
            self.views.remove_class("allywatch-several")
        else:
            self.evidence_of_chosen = self._of_chosen()
            self.listed = dossiers.pooled(self.evidence_of_chosen)
            self.views.add_class("allywatch-several")
        self.pointed.value = ""
        self.event.value = ""
        self.grid.show(self.listed, self._marks())
        self._draw_tab()

    @property
    def narrowed(self) -> Dataset:
        """The whole of the evidence chosen."""
        return narrowed(self.known, self.choice)

    def _of_chosen(self) -> Dataset:
        """The evidence chosen on the partners chosen."""
        of_others = set(self.chosen).isdisjoint
        if not any(map(of_others, self.known.events["partners"].tolist())):
            return self.narrowed
        # What is known of them is kept from choice to choice.
        known_of_chosen = narrowed(self.known, Choice(partners=self.chosen))
        return narrowed(known_of_chosen, self.choice)

    def _judged(self, partner: str) -> tuple[Dossier, Verdict]:
        """The dossier and the verdict on a partner under the present choice."""
        return judged(narrowed_part(self.known, self.choice, partner), partner)

    def _edition(self, day: str) -> Dataset:
        """The evidence as known on `day`, read once."""
        if day not in self.editions:
            self.editions[day] = loading.load(self.dataset.data_dir, day)
        return self.editions[day]

    def _marks(self) -> Mapping[str, str]:
        """The marks of the events in what the open tab shows, by their ids."""
        if self.tabs.selected_index == _FIELDS:
            return self._turning.mark_of
        if len(self.chosen) == 1:
            return self.listed.mark_of
        return views.marks_drawn(self._judged(partner)[0] for partner in self._drawn)

    @property
    def _turning(self) -> Dossier:
        """What is told under the tab Fields of who gains."""
        if len(self.chosen) == 1:
            return self.listed
        return turning(self.evidence_of_chosen)

    @property
    def _drawn(self) -> tuple[str, ...]:
        """The partners that stand side by side."""
        return self.chosen[:MOST_SIDE_BY_SIDE]

    def _open_tab(self) -> None:
        """Draw the tab that has been opened, and number the evidence as it does."""
        self.grid.renumber(self._marks())
        self._draw_tab()

    def _draw_tab(self) -> None:
        """Draw the tab that is open."""
        drawings = (self._draw_tie, self._draw_matrix, self._draw_weights)
        drawings[self.tabs.selected_index or 0]()

    def _draw_tie(self) -> None:
        self.tie.value = self._which() + _beside(
            f'<div data-partner="{html.escape(partner)}">'
            f"{_tie(self.known, self.choice, partner)}</div>"
            for partner in self._drawn
        )

    def _draw_matrix(self) -> None:
        if len(self.chosen) > MOST_ONE_BY_ONE:
            # What counts is taken for all ties at once.
            verdicts = [
                (dossier, verdict)
                for dossier, verdict in all_judged(self.narrowed)
                if dossier.partner["partner_id"] in self.chosen
            ]
        else:
            verdicts = [self._judged(partner) for partner in self.chosen]
        turning_away = self._turning
        network = Network(turning_away.dataset, turning_away, verdicts)
        self.matrix.value = shown(
            network_tables.by_field(network), overview.who_gains(network)
        )

    def _draw_weights(self) -> None:
        weights = {channel: slider.value for channel, slider in self.sliders.items()}
        pieces = []
        for partner in self._drawn:
            dossier, _ = self._judged(partner)
            balances = shown(views.weighted(dossier, weights))
            pieces.append(_title(dossier) + balances)
        self.weights.value = self._which() + _beside(pieces)

    def _which(self) -> str:
        """A line on which partners stand side by side, where more are chosen."""
        if len(self.chosen) <= MOST_SIDE_BY_SIDE:
            return ""
        return (
            f"<p>The first {MOST_SIDE_BY_SIDE} of the {len(self.chosen)} partners chosen. "
            "Fields and Evidence show them all.</p>"
        )

    def _show_picked(self, event_id: str) -> None:
        """Show the event whose row was clicked, under the grid; without one, nothing."""
        if event_id:
            self.event.show(self._claims_of(self._dossier_with(event_id), event_id))
        else:
            self.event.value = ""

    def _show_marked(self, partner: str, mark: str) -> None:
        """Show the events whose mark or bar was clicked, in what is drawn of a partner or, under Fields, of all."""
        dossier = self._judged(partner)[0] if partner else self._turning
        claims = [
            self._claims_of(dossier if partner else self._dossier_with(each), each)
            for each, mark_of_event in dossier.mark_of.items()
            if mark_of_event == mark
        ]
        self.pointed.show("".join(claims))

    def _dossier_with(self, event_id: str) -> Dossier:
        """The dossier of a partner chosen that has an event, which is quicker to ask than that of all; else of all."""
        events = self.listed.unmarked_events
        (partners,) = events.loc[events["event_id"] == event_id, "partners"]
        chosen = [partner for partner in partners if partner in self.chosen]
        return self._judged(chosen[0])[0] if chosen else self.listed

    def _claims_of(self, dossier: Dossier, event_id: str) -> str:
        return shown(*views.claims_of(self.known, dossier, event_id))

    def _build_briefings(self) -> None:
        """Build the briefings of the partners chosen from the evidence chosen, and link to them."""
        button = self.controls.build
        output = self.controls.build_output
        output.clear_output()
        button.disabled = True
        with output:
            try:
                for pdf in briefings(
                    self.dataset.data_dir,
                    self.notebooks,
                    self.chosen,
                    self.controls.known_by.value,
                    self.choice,
                ):
                    address = html.escape(str(pdf))
                    name = html.escape(pdf.name)
                    display(HTML(f'<a href="{address}" target="_blank">{name}</a>'))
            finally:
                button.disabled = False


def _weight_sliders(dataset: Dataset) -> dict[str, widgets.FloatSlider]:
    """A weight to try for each channel in which an event moves a tie, by channel."""
    events = dataset.events
    moving = set(events.loc[events["direction"] != 0, "channel"])
    return {
        channel: widgets.FloatSlider(
            1.0,
            min=0.0,
            max=HEAVIEST,
            step=0.25,
            description=label.capitalize(),
            style={"description_width": "7.5em"},
        )
        for channel, label in dataset.labels("events", "channel").items()
        if channel in moving
    }


@lru_cache(maxsize=KEPT)
def _tie(known: Dataset, choice: Choice, partner: str) -> str:
    """A partner's figures under the choice beside those of all that is known, what happened, and its steps in time, as HTML."""
    dossier, verdict = judged(narrowed_part(known, choice, partner), partner)
    _, verdict_of_all = judged(part(known, partner), partner)
    blocks = [views.balance_moved(dossier, verdict, verdict_of_all)]
    blocks.append(wording.judgement(dossier, verdict))
    blocks.append(wording.chronology(dossier))
    blocks.append(charts.steps(dossier, verdict))
    blocks.append(wording.how_sure(dossier, verdict))
    return _title(dossier) + shown(*blocks)


def shown(*blocks: Block) -> str:
    """Blocks as one piece of HTML; text from the data is escaped in it, and of what is not drawn it says why."""
    return "".join(preview(_said(block)) for block in blocks)


def _said(block: Block) -> Block:
    if isinstance(block, Omitted):
        return Paragraph(runs=(text(ended(capital(block.reason)), "small"),))
    return block


def _title(dossier: Dossier) -> str:
    return f"<h3>{html.escape(dossier.name)}</h3>"


def _beside(pieces: Iterable[str]) -> str:
    """Pieces of HTML side by side."""
    cells = "".join(f"<div>{piece}</div>" for piece in pieces)
    return f'<div class="allywatch-beside">{cells}</div>'
