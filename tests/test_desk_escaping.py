"""Text of a data folder on the pages of explore and curate: it is read there, and never run. In a browser: test_browser."""

import json
from html.parser import HTMLParser
from pathlib import Path

import canaries
import ipywidgets as widgets
import pytest
from itables.widget import ITable

from allywatch.data import loading
from allywatch.desk.curate.page import CuratePage
from allywatch.desk.explore.page import ExplorePage


@pytest.fixture
def hostile(velmora):
    """The folder with a canary in every text."""
    canaries.spread_in(velmora)
    return velmora


class Attributes(HTMLParser):
    """The attributes of the tags in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.names.update(name for name, _ in attrs)


def every_widget(page):
    """The page and all that is in it."""
    yield page
    for child in getattr(page, "children", ()):
        yield from every_widget(child)


def markup(page):
    """All that a page gives a browser as HTML: what a widget shows, the cells of its tables, its descriptions."""
    for widget in every_widget(page):
        if isinstance(widget, ITable):
            for row in json.loads(widget._dt_args["data_json"]):
                yield from map(str, row)
        elif "description_allow_html" in widget.keys and widget.description_allow_html:
            yield widget.description
        if isinstance(widget, widgets.HTML) or hasattr(widget, "_esm"):
            yield str(getattr(widget, "value", ""))


def is_read(page):
    """How many pieces of a page show a canary, and whether one of them would run."""
    pieces = list(markup(page))
    shown = sum("canary" in piece for piece in pieces)
    return shown, any("onerror" in Attributes(piece).names for piece in pieces)


@pytest.mark.slow
def test_no_text_of_the_folder_is_markup_on_the_curate_page(hostile):
    """Every text is handed over as it is, and what draws it writes text alone. In a browser: test_browser."""
    desk = CuratePage(loading.load(hostile), "RV", "2026-03-01")
    desk.answer({"do": "source", "source": "S2", "proposer": "rules"})
    desk.answer({"do": "find", "words": "canary"})
    assert canaries.CANARY in json.dumps(desk.view.form["events"])
    for sent in (desk.view.lists, desk.view.actors, desk.view.choices):
        assert canaries.CANARY in json.dumps(sent)
    written = {"claims.statement": canaries.CANARY}
    desk.answer({"do": "save", "values": written, "event": "new"})
    assert desk.view.form["errors"]
    script = desk.view._esm
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert way not in str(script)


def test_no_text_of_the_folder_is_markup_on_the_explore_page(hostile):
    page = ExplorePage(loading.load(hostile), Path())
    for codes in (("XTA",), ("XTA", "XCV")):
        page.controls.partners.value = codes
        page.grid.table.selected_rows = [1]
        for tab in range(3):
            page.tabs.selected_index = tab
            page._show_marked("XTA", "1")
            shown, run = is_read(page.whole)
            assert shown > 2 and not run
