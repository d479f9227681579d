"""Pages of a fixed size: whatever is too much for one is counted there, and stands in the attached files."""

import io
import json
import re
from collections import Counter

import pikepdf
import pytest
from conftest import ROOT
from corpora import corpus
from setting import page_set

from allywatch.data import loading
from allywatch.evidence.dossiers import dossier
from allywatch.evidence.network import network
from allywatch.page import attached, details, tellers
from briefmill.blocks import References, Table, every_part
from briefmill.texts import plain

ONE = {"partners": 1, "joint": 0, "more_claims": 0.3, "undated": 0.02}


def events_attached(document):
    (events,) = (file for file in document.files if file.name == "events.csv")
    return len(loading.rows(events.text))


def blocks(document, kind):
    """The blocks of a kind as they are printed."""
    return on_screen(document.paper or document, kind)


def on_screen(document, kind):
    """The blocks of a kind as they are shown in HTML."""
    shown = [
        block
        for row in document.rows
        for column in row.columns
        for section in column.sections
        for block in section.blocks
    ]
    return [part for part in every_part(shown) if isinstance(part, kind)]


@pytest.fixture(scope="module")
def limits():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    return package["allywatch"]["most_shown"]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """The country page of a partner of 500 events from 40 sources."""
    folder = tmp_path_factory.mktemp("many") / "data"
    corpus(folder, events=500, sources=40, **ONE)
    return page_set("country_briefing", partner="AAA", data_dir=str(folder))


@pytest.mark.slow
def test_a_page_of_500_events_is_two_pages_and_its_list(many):
    _, pdf = many
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) <= 3


@pytest.mark.slow
def test_a_list_of_numbers_says_how_many_more_the_attached_file_has(many, limits):
    document, _ = many
    (listed,) = blocks(document, References)
    cited = {item.anchor for item in listed.items if not item.always}
    assert len(listed.items) <= limits["references"] + len(cited)
    (more,) = re.findall(r"([\d,]+) more in the attached events.csv", listed.subtitle)
    assert int(more.replace(",", "")) + len(listed.items) == events_attached(document)
    assert events_attached(document) == 500


@pytest.mark.slow
def test_every_number_of_a_full_page_still_leads_to_its_line(many):
    document, _ = many
    assert not document.unresolved


@pytest.mark.slow
def test_sources_beyond_the_limit_are_counted(many, limits):
    document, _ = many
    (table,) = (
        each
        for each in blocks(document, Table)
        if each.columns[0].label == "Source" and each.columns[-1].label == "Without it"
    )
    rows = [row for group in table.groups for row in group.rows]
    assert len(rows) == limits["sources"]
    assert f"{40 - len(rows)} more sources in the attached sources.csv" in plain(
        table.note
    )


@pytest.mark.slow
def test_what_opens_under_a_number_is_the_best_founded_of_very_many(tmp_path, limits):
    corpus(tmp_path / "data", events=4000, sources=60, **ONE)
    whole = loading.load(tmp_path / "data")
    of_partner = dossier(whole, "AAA")
    shown = details.details(of_partner)
    assert len(shown) <= limits["details"]
    listed = tellers.references(of_partner)
    assert sum(item.always for item in listed.items) == limits["references"]
    marks = {item.anchor for item in listed.items if item.always}
    events = of_partner.events
    weakest = events[events["mark"].isin(marks)]["n_lineages"].min()
    left_out = events[events["scored"] & ~events["mark"].isin(marks)]
    assert left_out["n_lineages"].max() <= weakest
    files = {file.name: file for file in attached.attachments(of_partner).files}
    assert len(loading.rows(files["events.csv"].text)) == 4000


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    """The network of sixty partners and its overview."""
    folder = tmp_path_factory.mktemp("sixty") / "data"
    corpus(folder, partners=60, events=400, sources=30)
    document, pdf = page_set("overview_briefing", data_dir=str(folder))
    return network(loading.load(folder)), document, pdf


@pytest.mark.slow
def test_the_partners_that_the_overview_does_not_draw_are_listed(sixty, limits):
    net, document, _ = sixty
    drawn = set(net.drawn["name"])
    assert len(drawn) == limits["partners"]
    (table,) = (
        each
        for each in blocks(document, Table)
        if each.columns[-1].label.startswith("Partners, with")
    )
    cells = " ".join(
        plain(row.cells[1]) for group in table.groups for row in group.rows
    )
    listed = {name for name, _, _ in re.findall(r"(\w+) (\d+)/(\d+)", cells)}
    assert listed == set(net.verdicts["name"]) - drawn
    for partner in net.undrawn.itertuples():
        assert f"{partner.name} {partner.closer}/{partner.away}" in cells


@pytest.mark.slow
def test_an_overview_of_sixty_partners_has_at_most_six_pages(sixty):
    *_, pdf = sixty
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) <= 6


@pytest.mark.slow
def test_a_long_table_on_screen_says_how_many_more_there_are(sixty, limits):
    net, document, _ = sixty
    (table,) = (
        part
        for part in on_screen(document, Table)
        if [each.label for each in part.columns][3:4] == ["What happened"]
    )
    rows = [row for group in table.groups for row in group.rows]
    assert len(rows) == limits["rows"]
    left = len(net.pooled.events) - len(rows)
    assert plain(table.note) == f"{left} more events in the attached events.csv."


def test_of_many_sources_the_publishers_of_several_are_named(tmp_path):
    corpus(tmp_path / "data", events=60, sources=20, publishers=2, **ONE)
    of_partner = dossier(loading.load(tmp_path / "data"), "AAA")
    note = plain(tellers.who_says_it(of_partner).note)
    every = Counter(of_partner.sources["publisher"])
    assert len(every) == 2
    for publisher, texts in re.findall(r"(?:same: |; )(.+?), (\d+) texts", note):
        assert 1 < int(texts) <= every[publisher]
    assert note.count(" texts") == 2
