"""The page of the curate notebook: passages of a document with suggestions, and the row that is written of one."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets
from itables.widget import ITable

from allywatch.data import loading
from allywatch.data.contract import ContractError, fields, references
from allywatch.data.loading import Dataset
from allywatch.data.passages import Documents
from allywatch.desk import suggesting
from allywatch.desk.curate.appending import NothingToUndo, add_claim, undo
from allywatch.desk.curate.documents import DocumentError, add_source
from allywatch.evidence import dossiers

CLAIM = (
    *(
        "statement",
        "modality",
        "attributed_to",
        "date",
        "date_basis",
        "status_word",
        "value",
        "unit",
    ),
    *("credibility", "note"),
)
EVENT = (
    *(
        "partners",
        "counterparts",
        "type",
        "channel",
        "dimension",
        "direction",
        "intensity",
        "date",
    ),
    *("headline", "summary"),
)
SOURCE = (
    *(
        "title",
        "publisher",
        "doc_type",
        "published",
        "published_basis",
        "stance",
        "reliability",
    ),
    *("lineage", "note"),
)
_LONG = {"statement", "summary", "note"}
_WIDE = widgets.Layout(width="auto")
_LOOK = {"layout": _WIDE, "style": {"description_width": "11.5em"}}
_COLUMN = widgets.Layout(flex="1 1 26em", min_width="0", overflow="visible")
_WHOLE = widgets.Layout(flex="0 0 auto", overflow="visible")
_NEW = ("a new event", "")
_HUES = {"partner": "#3C8DC4", "date": "#8D949C", "figure": "#C8862A"}
_GRID = {
    "showIndex": False,
    "paging": False,
    "scrollY": "24em",
    "scrollCollapse": True,
    "style": "table-layout:auto;width:100%;margin:0",
    "layout": {
        "topStart": "info",
        "topEnd": "search",
        "bottomStart": None,
        "bottomEnd": None,
    },
}


def desk(dataset: Dataset) -> widgets.Widget:
    """The page on the data folder of `dataset`, of which the documents must be at hand."""
    return _Desk(dataset).whole


class _Form:
    """A widget for each of some columns of a table, as its contract describes them."""

    def __init__(self, dataset: Dataset, table: str, names: Iterable[str]):
        described, targets = (
            fields(dataset.package, table),
            references(dataset.package, table),
        )
        self.boxes = {
            name: self._box(dataset, name, described[name], targets.get(name))
            for name in names
        }
        # A box of tags has no description of its own.
        said = {
            name: widgets.HTML(f"<small>{described[name]['title']}</small>")
            for name in self.boxes
        }
        rows = [
            (said[name], box) if isinstance(box, widgets.TagsInput) else (box,)
            for name, box in self.boxes.items()
        ]
        self.whole = widgets.VBox(
            [widget for row in rows for widget in row], layout=_WHOLE
        )
        self.blank = self.cells

    def _box(
        self, dataset: Dataset, name: str, field: dict, targets: list | None
    ) -> widgets.Widget:
        look = _LOOK | {
            "description": field["title"],
            "tooltip": field.get("description", ""),
        }
        if "categories" in field:
            options = [
                (entry["label"], str(entry["value"])) for entry in field["categories"]
            ]
        elif field["type"] == "list":
            codes = list(dataset.partners["partner_id"])
            return widgets.TagsInput(allowed_tags=codes, placeholder=field["title"])
        elif targets:
            rows = dataset.event_types.sort_values("label")
            options = zip(rows["label"], rows["type"], strict=True)
        else:
            return (widgets.Textarea if name in _LONG else widgets.Text)(**look)
        return widgets.Dropdown(options=[("–", ""), *options], value="", **look)

    @property
    def cells(self) -> dict[str, str]:
        """What stands in the form, as text cells."""
        values = {name: box.value for name, box in self.boxes.items()}
        return {
            name: ";".join(value) if isinstance(value, list) else value
            for name, value in values.items()
        }

    def fill(self, **cells: str) -> None:
        """Put `cells` into the form and blank the rest."""
        for name, cell in (self.blank | cells).items():
            box = self.boxes[name]
            box.value = (
                [part for part in cell.split(";") if part]
                if isinstance(box.value, list)
                else cell
            )


class _Reading(anywidget.AnyWidget):
    """A passage as HTML, which sends the span of its words that is selected, in code points."""

    _esm = Path(__file__).with_name("reading.js")
    value = traitlets.Unicode().tag(sync=True)


class _Desk:
    """The widgets of the page, the document that lies on it, and the passage that is being coded."""

    def __init__(self, dataset: Dataset):
        self.dataset, self.passed, self.at = dataset, (0, 0), (0, 0)
        self.source = widgets.Dropdown(description="Source", layout=_COLUMN)
        self.bare = widgets.Checkbox(
            False, description="only what is not coded", indent=False
        )
        self.grid = ITable(
            select="single", classes="display compact", maxBytes=0, **_GRID
        )
        self.reading, self.said = _Reading(), widgets.HTML()
        self.reading.on_msg(lambda _, said, __: self._selected(**said))
        self.passage = widgets.Textarea(description="Passage", rows=3, **_LOOK)
        self.event = widgets.Dropdown(options=[_NEW], description="Event", **_LOOK)
        self.claim, self.opened = (
            _Form(dataset, "claims", CLAIM),
            _Form(dataset, "events", EVENT),
        )
        self.save = widgets.Button(description="Save the claim", button_style="primary")
        self.undo = widgets.Button(description="Undo the last save")
        self.whole = widgets.VBox([self._new_source(), *self._coding()]).add_class(
            "allywatch-desk"
        )
        self._list_sources()
        self.source.observe(lambda _: self._list(), "value")
        self.bare.observe(lambda _: self._list(), "value")
        self.grid.observe(self._picked, "selected_rows")
        self.event.observe(lambda _: self._show_form(), "value")
        self.opened.boxes["type"].observe(lambda _: self._usual(), "value")
        self.save.on_click(lambda _: self._done(self._save))
        self.undo.on_click(lambda _: self._done(self._undo))
        self._list()

    def _new_source(self) -> widgets.Widget:
        self.path = widgets.Text(
            description="File", placeholder="a text, PDF or HTML file", **_LOOK
        )
        self.about = _Form(self.dataset, "sources", SOURCE)
        self.add = widgets.Button(description="Add the source", button_style="primary")
        self.add.on_click(lambda _: self._done(self._add))
        inside = widgets.VBox([self.path, self.about.whole, self.add])
        return widgets.Accordion([inside], titles=("Add a source",))

    def _coding(self) -> list[widgets.Widget]:
        look = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        left = widgets.VBox([self.passage, self.claim.whole], layout=_COLUMN)
        self.right = widgets.VBox([self.event, self.opened.whole], layout=_COLUMN)
        return [
            widgets.HBox([self.source, self.bare]),
            *(self.grid, self.reading, widgets.HBox([left, self.right], layout=look)),
            *(widgets.HBox([self.save, self.undo]), self.said),
        ]

    def _list_sources(self, chosen: str = "") -> None:
        sources = dossiers.named(self.dataset.sources)
        options = [
            (f"{row.source_id} {row.called}", row.source_id)
            for row in sources.itertuples()
        ]
        chosen = chosen or self.source.value or options[-1][1]
        self.source.options = options
        self.source.value = (
            chosen if chosen in sources["source_id"].tolist() else options[-1][1]
        )

    def _list(self) -> None:
        """Show the passages of the source, those that are coded with their claims."""
        source = self.dataset.sources.set_index("source_id").loc[self.source.value]
        self.text = Documents(self.dataset.documents).coded(source)
        read = suggesting.passages(self.dataset, self.source.value)
        if self.text is None:
            self._say(
                f"{source['file']} is not at hand, or not the one that was coded."
            )
        read["coded"] = [self._coded(row.start, row.end) for row in read.itertuples()]
        self.listed = read[read["coded"] == ""] if self.bare.value else read
        shown = pd.DataFrame(
            {"Line": self.listed["line"], "Coded": self.listed["coded"]}
        )
        for name, column in (
            ("Partners", "partners"),
            ("Dates", "dates"),
            ("Figures", "figures"),
        ):
            shown[name] = self.listed[column].map(", ".join)
        self.grid.update(shown.assign(Passage=self.listed["text"]), selected_rows=[])

    def _coded(self, start: int, end: int) -> str:
        """The claims that rest on a part of the passage, or that it has a reason for none; "" if it is bare."""
        claims, uncoded = (
            table[
                (table["source_id"] == self.source.value)
                & (table["start"] < end)
                & (table["end"] > start)
            ]
            for table in (self.dataset.claims, self.dataset.uncoded)
        )
        return ", ".join(claims["claim_id"]) or (
            "no claim in it" if len(uncoded) else ""
        )

    def _picked(self, change) -> None:
        """Lay the passage that was clicked on the desk, and fill in what is suggested."""
        if not change["new"]:
            return
        row = self.listed.iloc[change["new"][0]]
        self.passed = self.at = int(row["start"]), int(row["end"])
        self.reading.value, self.passage.value = self._marked(row["text"]), row["text"]
        partners = [
            code
            for code in row["partners"]
            if code != self.dataset.rules["focal_power"]
        ]
        near = suggesting.near_events(self.dataset, row["text"], tuple(partners))
        events = self.dataset.events.set_index("event_id")["headline"]
        about = zip(events.index, self.dataset.events["partners"], strict=True)
        ids = dict.fromkeys(
            [*near, *(key for key, codes in about if {*codes} & {*partners})]
        )
        self.event.options = [_NEW, *((f"{key} {events[key]}", key) for key in ids)]
        when = {"date": row["dates"][0] if row["dates"] else ""}
        value, _, unit = (row["figures"][0] if row["figures"] else "").partition(" ")
        basis = "stated" if when["date"] else "undated"
        self.claim.fill(
            **when, date_basis=basis, value=value, unit=unit, modality="reported"
        )
        self.opened.fill(**when, partners=";".join(partners))
        self._say("")

    def _selected(self, start: int, end: int) -> None:
        """Take the words that were selected in the passage."""
        self.at = self.passed[0] + start, min(self.passed[0] + end, self.passed[1])
        self.passage.value = self.text[slice(*self.at)]

    def _marked(self, words: str) -> str:
        """The passage as HTML with what was found in it underlined."""
        parts, at = [], 0
        # A carriage return counts as a character, and would be lost if it were written as it is.
        as_html = {ord(sign): html.escape(sign) for sign in "&<>\"'"} | {
            ord("\r"): "&#13;"
        }
        for mark in suggesting.marks(self.dataset, words):
            line = f"border-bottom:2px solid {_HUES[mark.kind]}"
            parts.append(words[at : mark.start].translate(as_html))
            said = html.escape(f"{mark.kind}: {mark.value}")
            named = words[mark.start : mark.end].translate(as_html)
            parts.append(f'<span title="{said}" style="{line}">{named}</span>')
            at = mark.end
        key = " · ".join(
            f'<span style="color:{hue}">{kind}</span>' for kind, hue in _HUES.items()
        )
        shown = "".join([*parts, words[at:].translate(as_html)])
        return f'<p style="line-height:1.6"><span class="words">{shown}</span><br><small>{key}</small></p>'

    def _show_form(self) -> None:
        self.right.children = (
            [self.event] if self.event.value else [self.event, self.opened.whole]
        )

    def _usual(self) -> None:
        """Set the direction that events of this type usually have."""
        kinds = self.dataset.event_types.set_index("type")["usual_direction"]
        usual = kinds.get(self.opened.boxes["type"].value)
        if usual is not None and not pd.isna(usual):
            self.opened.boxes["direction"].value = str(usual)

    def _save(self) -> str:
        words = self.passage.value
        # As selected; else in the passage that was clicked; else in one that is longer than it.
        around = [
            (self.at[0], self.at[0] + len(words)),
            self.passed,
            (max(0, self.passed[0] - len(words)),),
        ]
        found = (self.text.find(words, *place) for place in around if words.strip())
        start = next((place for place in found if place >= 0), None)
        if start is None:
            why = "these words do not stand in the document at this place; copy them from the passage"
            raise DocumentError(why)
        event = None if self.event.value else self.opened.cells
        claim = self.claim.cells | {"event_id": self.event.value}
        saved = add_claim(
            self.dataset, self.source.value, start, start + len(words), claim, event
        )
        return f"{saved.keys['claims']} added, of {saved.keys.get('events') or self.event.value}."

    def _undo(self) -> str:
        return f"Taken back in {' and '.join(undo(self.dataset.data_dir))}."

    def _add(self) -> str:
        said = {name: cell for name, cell in self.about.cells.items() if cell}
        added = add_source(self.dataset.data_dir, Path(self.path.value), said).keys[
            "sources"
        ]
        self.dataset = loading.load(self.dataset.data_dir)
        self._list_sources(added)
        return f"{added} added."

    def _done(self, act) -> None:
        """Do what a button says, tell what came of it, and show the data as they are now."""
        try:
            told = act()
        except (ContractError, DocumentError, NothingToUndo, ValueError) as error:
            self._say(str(error))
            return
        self.dataset = loading.load(self.dataset.data_dir)
        self._list_sources()
        self._list()
        self._say(told)

    def _say(self, words: str) -> None:
        self.said.value = (
            f'<pre style="white-space:pre-wrap">{html.escape(words)}</pre>'
        )
