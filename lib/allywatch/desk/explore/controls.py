"""The choices on the left of the explore page."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.data.partners import briefed_partners
from allywatch.data.source_names import named
from allywatch.desk.explore.choice import Choice, lineage_names
from allywatch.desk.explore.ticks import Ticks

_SIDE = widgets.Layout(width="auto", flex="0 0 auto")


def heading(words: str, hint: str = "") -> widgets.HTML:
    """A heading in bold, with a hint in small print."""
    strong = html.escape(words)
    small = html.escape(hint)
    return widgets.HTML(f"<strong>{strong}</strong> <small>{small}</small>")


class Controls:
    """All choices. `on_change` is called after each change of one; `whole` is the widget."""

    def __init__(self, dataset: Dataset, on_change: Callable[[], None]) -> None:
        self._make_partner_list(dataset)
        self.known_by = widgets.Dropdown(options=_days(dataset), layout=_SIDE)
        self._make_years(dataset)
        self.ticks = _ticks(dataset)
        self.build = widgets.Button(
            description="Make this a briefing",
            button_style="primary",
            layout=_SIDE,
            tooltip="PDFs of the partners chosen, from the evidence chosen; "
            "what was left out stands on the page",
        )
        self.build_output = widgets.Output()
        self.whole = self._arranged()
        for control in (self.partners, self.known_by, self.years):
            control.observe(lambda _: on_change(), "value")
        for ticks in self.ticks.values():
            ticks.observe(lambda _: on_change(), "ticked")

    def _make_partner_list(self, dataset: Dataset) -> None:
        names = dataset.partners.set_index("partner_id")["name"]
        codes = briefed_partners(dataset)
        self.partners = widgets.SelectMultiple(
            options=[(names[code], code) for code in codes],
            value=[codes[0]],
            rows=9,
            layout=_SIDE,
        )
        self.all_partners = widgets.Button(description="All partners", layout=_SIDE)
        self.all_partners.on_click(lambda _: setattr(self.partners, "value", codes))

    def _make_years(self, dataset: Dataset) -> None:
        years = dataset.events[["earliest", "latest"]].stack().dt.year
        first, last = int(years.min()), int(years.max())
        self.years = widgets.IntRangeSlider(
            value=(first, last),
            min=first,
            max=last,
            continuous_update=False,
            readout=False,
            layout=_SIDE,
        )
        self.years_heading = heading("Years", f"{first} to {last}")
        self.years.observe(self._show_years, "value")

    def _show_years(self, change: dict[str, Any]) -> None:
        since, until = change["new"]
        self.years_heading.value = heading("Years", f"{since} to {until}").value

    def _arranged(self) -> widgets.VBox:
        return widgets.VBox(
            [
                heading("Partners", "Ctrl-click for several"),
                self.partners,
                self.all_partners,
                heading("Dates known by"),
                self.known_by,
                self.years_heading,
                self.years,
                *self.ticks.values(),
                self.build,
                self.build_output,
            ],
            layout=widgets.Layout(min_width="19em", width="19em", padding="0 1em 0 0"),
        )

    @property
    def chosen_partners(self) -> tuple[str, ...]:
        """The codes of the partners selected; of all partners where none is."""
        every = tuple(code for _, code in self.partners.options)
        return self.partners.value or every

    @property
    def choice(self) -> Choice:
        """What is ticked and the years; the partners and the day are apart from it."""
        chosen: dict[str, Any] = {
            name: ticks.chosen for name, ticks in self.ticks.items()
        }
        since, until = self.years.value
        if (since, until) != (self.years.min, self.years.max):
            chosen |= {"since": since, "until": until}
        return Choice(**chosen)


def _ticks(dataset: Dataset) -> dict[str, Ticks]:
    """Boxes for what can be left out, by the attribute of `Choice`."""
    sources = named(dataset.sources)
    source_labels = {
        source.source_id: f"{source.source_id} {source.called} ({source.reliability})"
        for source in each_row(sources)
    }
    return {
        "sources": Ticks("Sources", source_labels),
        "dimensions": Ticks("Fields", dataset.labels("events", "dimension")),
        "channels": Ticks("Channels", dataset.labels("events", "channel")),
        "lineages": Ticks(
            "Independent sources", lineage_names(sources), "one upstream each"
        ),
    }


def _days(dataset: Dataset) -> list[tuple[str, str]]:
    """All evidence, then the days on which it grew, latest first: each as a label and as an ISO day."""
    published = dataset.sources["published_latest"].dropna()
    days = sorted({day.date().isoformat() for day in published}, reverse=True)
    return [
        ("all evidence in hand", ""),
        *((dates.format_edtf(day), day) for day in days),
    ]
