"""Forms of the curate page: one widget per column, as the data folder's contract describes it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as widgets

from allywatch.data.dataset import Dataset
from allywatch.desk.layout import FULL_SIZE

CLAIM = (
    "statement",
    "modality",
    "attributed_to",
    "voice",
    "date",
    "date_basis",
    "status_word",
    "value",
    "unit",
    "note",
)
EVENT = (
    "partners",
    "counterparts",
    "told_of",
    "type",
    "channel",
    "dimension",
    "direction",
    "intensity",
    "date",
    "headline",
    "summary",
)
SOURCE = (
    "title",
    "publisher",
    "doc_type",
    "published",
    "published_basis",
    "stance",
    "reliability",
    "lineage",
    "note",
)
_LONG_TEXTS = {"statement", "summary", "note"}

#: How every labelled box looks.
BOX: dict[str, Any] = {
    "layout": widgets.Layout(width="auto"),
    "style": {"description_width": "11.5em"},
}


class Form:
    """A box for each of some columns of a table. `whole` is the widget, `boxes` are by column."""

    def __init__(self, dataset: Dataset, table: str, columns: Iterable[str]) -> None:
        schema = dataset.contract.tables[table]
        self.boxes: dict[str, widgets.Widget] = {}
        rows = []
        for column in columns:
            field = schema.fields[column]
            box = _box(dataset, column, field, column in schema.references)
            self.boxes[column] = box
            if isinstance(box, widgets.TagsInput):
                # A box of tags has no description of its own.
                title = html.escape(field["title"])
                rows.append(widgets.HTML(f"<small>{title}</small>"))
            rows.append(box)
        self.whole = widgets.VBox(rows, layout=FULL_SIZE)
        self._blank = self.cells

    @property
    def cells(self) -> dict[str, str]:
        """The content of the form as text cells, by column; several codes are joined by ``;``."""
        cells = {}
        for column, box in self.boxes.items():
            is_list = isinstance(box.value, list)
            cells[column] = ";".join(box.value) if is_list else box.value
        return cells

    def fill(self, **cells: str) -> None:
        """Put `cells` into the form and reset all other boxes."""
        for column, cell in (self._blank | cells).items():
            box = self.boxes[column]
            if isinstance(box.value, list):
                box.value = [code for code in cell.split(";") if code]
            else:
                box.value = cell


def _box(
    dataset: Dataset, column: str, field: Mapping[str, Any], is_key: bool
) -> widgets.Widget:
    """The widget for one column; a key other than a partner's code is an event type."""
    title = field["title"]
    look = BOX | {"description": title, "tooltip": field.get("description", "")}
    if "categories" in field:
        entries = field["categories"]
        options = [(entry["label"], str(entry["value"])) for entry in entries]
    elif field["type"] == "list":
        codes = list(dataset.partners["partner_id"])
        return widgets.TagsInput(allowed_tags=codes, placeholder=title)
    elif is_key:
        types = dataset.event_types.sort_values("label")
        options = list(zip(types["label"], types["type"], strict=True))
    elif column in _LONG_TEXTS:
        return widgets.Textarea(**look)
    else:
        return widgets.Text(**look)
    return widgets.Dropdown(options=[("–", ""), *options], value="", **look)
