"""The events of the explore page as a table of which a row can be picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from allywatch.desk.explore.views import evidence_rows
from allywatch.desk.layout import HEAD, rows_to_pick
from allywatch.evidence.dossiers import Dossier

#: Rows that the browser gets at once.
PAGE = 200
#: How the rows can be ordered: what a reader chooses, and the columns by which it goes, the highest first.
ORDERS: dict[str, tuple[str, ...]] = {
    "in page order": (),
    "newest first": ("counted", "latest"),
    "best attested first": ("n_lineages", "n_sources"),
}
_HIDDEN = "none"
#: Of the search and of the order, so that they and the pages stand in one line on a small screen.
_WIDTH = "15em"


class EvidenceGrid:
    """The events of a dossier, of very many a page at a time: only the rows of that page are put into words and sent.

    `on_pick` is called with the id of the event whose row was clicked, and with none once no row is. `table` has the rows, `pager` the search, the
    order and the pages, which a few rows do without; `whole` is the widget.
    """

    def __init__(self, on_pick: Callable[[str], None]) -> None:
        self._on_pick = on_pick
        self._found = pd.DataFrame()
        self._first = 0
        self.table = rows_to_pick("22em")
        self.table.observe(self._pick, "selected_rows")
        self.search = widgets.Text(
            placeholder="Search all events",
            continuous_update=False,
            layout=widgets.Layout(width=_WIDTH),
        )
        self.order = widgets.Dropdown(
            options=list(ORDERS), layout=widgets.Layout(width=_WIDTH)
        )
        self.back = widgets.Button(description="‹", tooltip="Earlier rows")
        self.place = widgets.Label()
        self.on = widgets.Button(description="›", tooltip="Later rows")
        for control in (self.search, self.order):
            control.observe(lambda _: self._find(), "value")
        for button, step in ((self.back, -PAGE), (self.on, PAGE)):
            button.layout.width = "3em"
            button.on_click(lambda _, step=step: self._turn(step))
        controls = [self.search, self.order, self.back, self.place, self.on]
        self.pager = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
        self.whole = widgets.VBox([self.pager, self.table])

    def show(self, dossier: Dossier, marks: Mapping[str, str]) -> None:
        """Show the events of `dossier` with their `marks`, by id, from the first; what is searched for and the order stay."""
        self._dossier = dossier
        self._marks = marks
        is_paged = len(dossier.unmarked_events) > PAGE
        self.pager.layout.display = "" if is_paged else _HIDDEN
        # What the browser itself can search and sort are the rows that it has.
        self._browser: dict[str, Any] = {
            "layout": dict.fromkeys(HEAD) if is_paged else HEAD,
            "ordering": not is_paged,
        }
        self._find()

    def renumber(self, marks: Mapping[str, str]) -> None:
        """Show other `marks` beside the same events."""
        if marks != self._marks:
            self._marks = marks
            self._draw(list(self.table.selected_rows))

    def _find(self) -> None:
        """Show the first page of the events that are searched for, in the order that is chosen."""
        events = self._dossier.unmarked_events
        if self.pager.layout.display != _HIDDEN:
            events = self._searched(events)
            columns = ORDERS[self.order.value]
            if columns:
                events = events.sort_values(
                    list(columns), ascending=False, kind="stable"
                )
        self._found = events
        self._first = 0
        self._draw()

    def _searched(self, events: pd.DataFrame) -> pd.DataFrame:
        """Those of `events` that have the words searched for in their headline, their id or a partner's name."""
        words = self.search.value.strip().casefold()
        if not words:
            return events
        names = self._dossier.actors
        named = {code for code, name in names.items() if words in name.casefold()}
        is_found = [
            words in headline.casefold()
            or words == event_id.casefold()
            or not named.isdisjoint(codes)
            for headline, event_id, codes in zip(
                events["headline"].tolist(),
                events["event_id"].tolist(),
                events["partners"].tolist(),
                strict=True,
            )
        ]
        return events[is_found]

    def _turn(self, step: int) -> None:
        """Go on, or back, by `step` rows."""
        if 0 <= self._first + step < len(self._found):
            self._first += step
            self._draw()

    def _draw(self, selected: Sequence[int] = ()) -> None:
        events = self._found.iloc[self._first : self._first + PAGE]
        last = self._first + len(events)
        self.back.disabled = self._first == 0
        self.on.disabled = last == len(self._found)
        self.place.value = "No event found"
        if len(events):
            first = self._first + 1
            self.place.value = f"{first:,} to {last:,} of {len(self._found):,} events"
        # By their number in the table, which the table does not print.
        rows = evidence_rows(self._dossier, events, self._marks)
        self.table.update(
            rows.reset_index(drop=True), selected_rows=list(selected), **self._browser
        )

    def _pick(self, change: dict[str, Any]) -> None:
        event_id = ""
        if change["new"]:
            row = self._first + change["new"][0]
            event_id = self._found["event_id"].iloc[row]
        self._on_pick(event_id)
