"""The page of the curate notebook: a document's passages with suggestions, and the row written of one."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.dataset import Dataset
from allywatch.data.passages import Documents
from allywatch.data.source_names import named
from allywatch.desk import suggesting
from allywatch.desk.curate.appending import Saved, add_claim
from allywatch.desk.curate.documents import DocumentError, add_source
from allywatch.desk.curate.forms import BOX, CLAIM, EVENT, SOURCE, Form
from allywatch.desk.curate.journal import Forgotten, NothingToUndo, undo
from allywatch.desk.curate.reading import PassageView, underlined
from allywatch.desk.layout import rows_to_pick

_COLUMN = widgets.Layout(flex="1 1 26em", min_width="0", overflow="visible")
_NEW_EVENT = ("a new event", "")


def desk(dataset: Dataset) -> widgets.Widget:
    """The page on the data folder of `dataset`, whose documents must be at hand."""
    return CuratePage(dataset).whole


class CuratePage:
    """The widgets of the page, the document that is open, and the passage that is being coded.

    `listed` are the passages in the grid, `text` the open document ("" where it is not at hand),
    `passage_span` the offsets of the passage that was clicked, `selection` those of the words selected in it,
    `saves` what was saved here and has not been taken back.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.text = ""
        self.listed = pd.DataFrame()
        self.passage_span = (0, 0)
        self.selection = (0, 0)
        self.saves: list[Saved] = []
        self._make_source_form()
        self._make_passage_list()
        self._make_claim_form()
        self.message = widgets.HTML()
        self.whole = self._arranged().add_class("allywatch-desk")
        self._list_sources()
        self._connect()
        self._list_passages()

    def _make_source_form(self) -> None:
        hint = "a text, PDF or HTML file"
        self.path = widgets.Text(description="File", placeholder=hint, **BOX)
        self.source_form = Form(self.dataset, "sources", SOURCE)
        self.add = _button("Add the source", primary=True)

    def _make_passage_list(self) -> None:
        self.source = widgets.Dropdown(description="Source", layout=_COLUMN)
        self.bare_only = widgets.Checkbox(
            False, description="only what is not coded", indent=False
        )
        self.grid = rows_to_pick("24em")
        self.reading = PassageView()

    def _make_claim_form(self) -> None:
        self.passage = widgets.Textarea(description="Passage", rows=3, **BOX)
        self.event = widgets.Dropdown(options=[_NEW_EVENT], description="Event", **BOX)
        self.claim_form = Form(self.dataset, "claims", CLAIM)
        self.event_form = Form(self.dataset, "events", EVENT)
        self.save = _button("Save the claim", primary=True)
        self.undo = _button("Undo the last save")

    def _arranged(self) -> widgets.VBox:
        new_source = widgets.VBox([self.path, self.source_form.whole, self.add])
        claim = [self.passage, self.claim_form.whole]
        self.event_column = widgets.VBox(
            [self.event, self.event_form.whole], layout=_COLUMN
        )
        side_by_side = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        return widgets.VBox(
            [
                widgets.Accordion([new_source], titles=("Add a source",)),
                widgets.HBox([self.source, self.bare_only]),
                self.grid,
                self.reading,
                widgets.HBox(
                    [widgets.VBox(claim, layout=_COLUMN), self.event_column],
                    layout=side_by_side,
                ),
                widgets.HBox([self.save, self.undo]),
                self.message,
            ]
        )

    def _connect(self) -> None:
        event_type = self.event_form.boxes["type"]
        self.source.observe(lambda _: self._list_passages(), "value")
        self.bare_only.observe(lambda _: self._list_passages(), "value")
        self.grid.observe(self._open_passage, "selected_rows")
        self.reading.on_msg(lambda _, span, __: self._select_words(**span))
        self.event.observe(lambda _: self._show_event_form(), "value")
        event_type.observe(lambda _: self._set_usual_direction(), "value")
        self.add.on_click(lambda _: self._act(self._add_source))
        self.save.on_click(lambda _: self._act(self._save_claim))
        self.undo.on_click(lambda _: self._act(self._undo_save))

    def _list_sources(self, chosen: str = "") -> None:
        """Offer the sources; `chosen`, else the present one, else the last is selected."""
        sources = named(self.dataset.sources)
        ids = sources["source_id"].tolist()
        labels = (sources["source_id"] + " " + sources["called"]).tolist()
        chosen = chosen or self.source.value
        self.source.options = list(zip(labels, ids, strict=True))
        self.source.value = chosen if chosen in ids else ids[-1]

    def _list_passages(self) -> None:
        """Show the passages of the source, those that are coded with their claims."""
        sources = self.dataset.sources.set_index("source_id")
        source = sources.loc[self.source.value].to_dict()
        self.text = Documents(self.dataset.documents).coded(source) or ""
        if not self.text:
            missing = f"{source['file']} is not at hand, or not the one that was coded."
            self._tell(missing)
        passages = suggesting.passages(self.dataset, self.source.value)
        spans = zip(passages["start"], passages["end"], strict=True)
        passages["coded"] = [self._coded_as(start, end) for start, end in spans]
        if self.bare_only.value:
            passages = passages[passages["coded"] == ""]
        self.listed = passages
        rows = pd.DataFrame(
            {
                "Line": passages["line"],
                "Coded": passages["coded"],
                "Partners": passages["partners"].map(", ".join),
                "Dates": passages["dates"].map(", ".join),
                "Figures": passages["figures"].map(", ".join),
                "Passage": passages["text"],
            }
        )
        self.grid.update(rows, selected_rows=[])

    def _coded_as(self, start: int, end: int) -> str:
        """The claims that rest on a part of the passage, or that it needs none; "" where it is not coded."""
        claims = self._overlapping(self.dataset.claims, start, end)
        if len(claims):
            return ", ".join(claims["claim_id"])
        uncoded = self._overlapping(self.dataset.uncoded, start, end)
        return "no claim in it" if len(uncoded) else ""

    def _overlapping(self, rows: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
        in_source = rows["source_id"] == self.source.value
        return rows[in_source & (rows["start"] < end) & (rows["end"] > start)]

    def _open_passage(self, change: dict[str, Any]) -> None:
        """Show the passage that was clicked, and fill in what is suggested for it."""
        if not change["new"]:
            return
        row = self.listed.iloc[change["new"][0]]
        self.passage_span = (int(row["start"]), int(row["end"]))
        self.selection = self.passage_span
        marks = suggesting.marks(self.dataset, row["text"])
        self.reading.value = underlined(row["text"], marks)
        self.passage.value = row["text"]
        power = self.dataset.rules["focal_power"]
        partners = [code for code in row["partners"] if code != power]
        self._offer_events(row["text"], partners)
        self._fill_in(row, partners)
        self._tell("")

    def _offer_events(self, passage: str, partners: list[str]) -> None:
        """Offer the events that read like the passage, then all others of its partners."""
        near = suggesting.near_events(self.dataset, passage, tuple(partners))
        events = self.dataset.events
        shared = events["partners"].map(lambda codes: not {*codes}.isdisjoint(partners))
        offered = dict.fromkeys([*near, *events.loc[shared.astype(bool), "event_id"]])
        headlines = events.set_index("event_id")["headline"]
        options = [
            (f"{event_id} {headlines[event_id]}", event_id) for event_id in offered
        ]
        self.event.options = [_NEW_EVENT, *options]

    def _fill_in(self, row: pd.Series, partners: list[str]) -> None:
        """Fill the forms with the first date and figure found in the passage, and its partners."""
        date = next(iter(row["dates"]), "")
        value, _, unit = next(iter(row["figures"]), "").partition(" ")
        self.claim_form.fill(
            date=date,
            date_basis="stated" if date else "undated",
            value=value,
            unit=unit,
            modality="reported",
        )
        self.event_form.fill(date=date, partners=";".join(partners))

    def _select_words(self, start: int, end: int) -> None:
        """Take the words that were selected in the passage."""
        first, last = self.passage_span
        self.selection = (first + start, min(first + end, last))
        self.passage.value = self.text[slice(*self.selection)]

    def _show_event_form(self) -> None:
        known_event = bool(self.event.value)
        form = [] if known_event else [self.event_form.whole]
        self.event_column.children = [self.event, *form]

    def _set_usual_direction(self) -> None:
        """Set the direction that events of the chosen type usually have."""
        types = self.dataset.event_types.set_index("type")
        usual = types["usual_direction"].get(self.event_form.boxes["type"].value)
        if not pd.isna(usual):
            self.event_form.boxes["direction"].value = str(usual)

    def _save_claim(self) -> str:
        start = self._start_of_words()
        end = start + len(self.passage.value)
        event_id = self.event.value
        event = None if event_id else self.event_form.cells
        claim = self.claim_form.cells | {"event_id": event_id}
        saved = add_claim(self.dataset, self.source.value, start, end, claim, event)
        self.saves.append(saved)
        return f"{saved.keys['claims']} added, of {saved.keys.get('events', event_id)}."

    def _start_of_words(self) -> int:
        """Offset of the words in the passage box.

        They are looked for where they were selected, then in the passage that was clicked, and then further
        around it, in case they are more than the passage.

        Raises
        ------
        DocumentError
            If they are blank or do not stand there.
        """
        words = self.passage.value
        selected = self.selection[0]
        first, last = self.passage_span
        places = (
            (selected, selected + len(words)),
            (first, last),
            (max(0, first - len(words)), len(self.text)),
        )
        if words.strip():
            for place in places:
                start = self.text.find(words, *place)
                if start >= 0:
                    return start
        raise DocumentError(
            "these words do not stand in the document at this place; copy them from the passage"
        )

    def _undo_save(self) -> str:
        """Take back what this desk saved last, whatever others have added."""
        if not self.saves:
            raise NothingToUndo("nothing was saved at this desk that is still there")
        last = self.saves[-1]
        try:
            files = undo(self.dataset.data_dir, last.name)
        except Forgotten:
            self.saves.pop()
            raise
        self.saves.pop()
        return (
            f"Taken back in {' and '.join(files)}: {' and '.join(last.keys.values())}."
        )

    def _add_source(self) -> str:
        data_dir = self.dataset.data_dir
        cells = self.source_form.cells
        saved = add_source(data_dir, Path(self.path.value), cells)
        self.saves.append(saved)
        added = saved.keys["sources"]
        self.dataset = loading.load(data_dir)
        self._list_sources(added)
        return f"{added} added."

    def _act(self, action: Callable[[], str]) -> None:
        """Do what a button says, tell what came of it, and show the data as they are now, with what others have added."""
        try:
            outcome = action()
        except (ValueError, OSError) as error:
            outcome = str(error)
        try:
            self.dataset = loading.load(self.dataset.data_dir)
        except ContractError as error:
            self._tell("\n".join(dict.fromkeys([outcome, str(error)])))
            return
        self._list_sources()
        self._list_passages()
        self._tell(outcome)

    def _tell(self, message: str) -> None:
        words = html.escape(message)
        self.message.value = f'<pre style="white-space:pre-wrap">{words}</pre>'


def _button(words: str, primary: bool = False) -> widgets.Button:
    style = "primary" if primary else ""
    return widgets.Button(description=words, button_style=style)
