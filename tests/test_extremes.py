"""Pages that no partner has yet: from no event to sixty, the longest texts, other alphabets, pages that are too full."""

import io
import re

import nbformat.v4 as v4
import pdfua
import pikepdf
import pytest
from conftest import slow_but, spoil
from geometry import (
    CHRONOLOGY,
    FOOT,
    HAIR,
    first_page,
    gone_and_kept,
    printed_steps,
    said,
    squeezed,
    well_set,
)
from rendering_fixtures.sample import section
from setting import invented, lines, page_set
from test_fonts import bare  # noqa: F401

from allywatch.check import check
from allywatch.data.dates import GROUPINGS, format_edtf
from briefmill.blocks import BLOCK_MIME, Chronology, Judgement, Step, every_part
from briefmill.render.composition import compose
from briefmill.render.printable import printable
from briefmill.render.typst import compile_pdf

LONGEST = "The Most Serene Federal Republic of Upper and Lower Arvenia"  # 59 characters, of 60 allowed
NAMES = {
    "longest": LONGEST,
    "one word": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "cyrillic": "Приднестровская Молдавская Республика",
    "armenian": "Հայաստանի Հանրապետություն",
    "georgian": "საქართველოს დემოკრატიული რესპუბლიკა",
    "persian": "جمهوری اسلامی ایران",
}
PUBLISHER = (
    "The International Research Institute for Political and Strategic Questions "
    "of the Northern Coasts and Isles"
)[:100]
TITLE = ("What stands between the two neighbours, and what became of it all; " * 3)[
    :200
].strip()


def country(folder):
    return page_set("country_briefing", partner="XAR", data_dir=str(folder))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The document and the PDF of a folder with so many events, each set once."""
    kept = {}

    def make(many, name="Arvenia", length=0):
        if (many, name, length) not in kept:
            folder = tmp_path_factory.mktemp("invented") / "data"
            invented(folder, many, name, length)
            kept[many, name, length] = country(folder)
        return kept[many, name, length]

    return make


@pytest.mark.parametrize("length", slow_but(0, among=[0, 170, 220]))
@pytest.mark.parametrize("name", ["Arvenia", LONGEST], ids=["name", "longest"])
@pytest.mark.parametrize("many", slow_but(1, 60, among=[1, 2, 3, 16, 60]))
def test_the_design_holds_from_one_event_to_sixty(made, many, name, length):
    document, pdf = made(many, name, length)
    well_set(document, pdf, most=1 if many < 3 else 2)
    first = first_page(pdf)
    assert squeezed(name) in first and "Confidencein" in first
    if many > 15 and not length:
        for date in ("2024or2025", "14March2025", "Datenotgiven"):
            assert date in first


POINTS = ("2024", "2024-09", "2024-09-26", *(f"2024-{code}" for code in GROUPINGS))
FORMS = (
    "",
    *(f"{point}{how}" for point in POINTS for how in ("", "~", "?", "%")),
    *(f"{point}/.." for point in POINTS),
    *(f"../{point}" for point in POINTS),
    *(f"[{point}..2025-09-26]" for point in POINTS[1:]),
    *(f"{point}~/2025-32?" for point in POINTS),
)


@pytest.mark.slow
def test_every_form_of_date_has_room_in_its_column():
    steps = [
        {
            "when": format_edtf(form),
            "arrow": {"arrow": "context", "shape": "dot", "tone": "second"},
            "runs": f"Line {number} of many.",
        }
        for number, form in enumerate(FORMS)
    ]
    chronology = {"kind": "chronology", "groups": [{"steps": steps}]}
    document = compose(
        v4.new_notebook(cells=section("Dates", chronology, tags=["side"]))
    )
    pages = lines(compile_pdf(document))
    left = CHRONOLOGY - 25.5 - 5
    dates = [
        line
        for page in pages
        for line in page
        if abs(line[0] - left) < 1 and line[1] < FOOT
    ]
    assert len(dates) >= len(FORMS)
    for _, _, right, _, words in dates:
        assert right <= CHRONOLOGY - 5 + HAIR, words
    printed = squeezed("".join(words for *_, words in dates))
    for form in FORMS:
        assert squeezed(format_edtf(form)) in printed
    everything = squeezed("".join(words for page in pages for *_, words in page))
    for number in range(len(FORMS)):
        assert f"Line{number}ofmany." in everything


@pytest.mark.slow
@pytest.mark.parametrize("length", [0, 170, 220])
@pytest.mark.parametrize("many", [2, 16, 60])
def test_such_pages_keep_both_standards_and_come_out_the_same_again(
    made, tmp_path, many, length
):
    _, pdf = made(many, length=length)
    (tmp_path / "page.pdf").write_bytes(pdf)
    assert pdfua.validate(str(tmp_path / "page.pdf")).findings == ()
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata.pdfa_status == "3A"
    _, again = country(invented(tmp_path / "data", many, length=length))
    assert again == pdf


def test_a_partner_without_an_event_is_refused_and_not_drawn_empty(tmp_path):
    with pytest.raises(
        ValueError, match="has no briefing: no event has it as a partner"
    ):
        country(invented(tmp_path / "data", 0))


def test_the_design_holds_where_nothing_moves_the_tie(tmp_path):
    folder = invented(tmp_path / "data", 2)
    events = (folder / "events.csv").read_text()
    for coded in (",defection,diplomatic,-1", ",abandonment,military,-1"):
        events = events.replace(coded, ",context,diplomatic,0")
    (folder / "events.csv").write_text(events)
    document, pdf = country(folder)
    well_set(document, pdf, most=1)
    (told,) = [block for block in document.blocks() if isinstance(block, Chronology)]
    steps = [part for part in every_part(told) if isinstance(part, Step)]
    assert {step.arrow.arrow for step in steps} == {"context"}
    (judged,) = [block for block in document.blocks() if isinstance(block, Judgement)]
    assert judged.direction == "insufficient"


@pytest.mark.parametrize(
    "name", slow_but(NAMES["persian"], among=NAMES.values()), ids=NAMES
)
def test_names_of_any_length_and_of_other_alphabets_are_set(tmp_path, name):
    folder = invented(tmp_path / "data", 16, name)
    assert check(folder).exit_code == 0
    document, pdf = country(folder)
    well_set(document, pdf)
    if name != NAMES["persian"]:  # which is copied in visual order
        assert squeezed(printable(name)) in said(pdf)


@pytest.mark.usefixtures("bare")
def test_a_name_that_cannot_be_set_is_refused_with_the_reason(tmp_path):
    report = check(invented(tmp_path / "data", 1, "中华人民共和国"))
    assert report.exit_code == 2
    assert "partners.csv, row 2, name: '中华人民共和国'" in report.text
    assert "no face draws U+4E2D" in report.text


@pytest.mark.slow
@pytest.mark.parametrize("many", [1, 16])
@pytest.mark.parametrize("column", ["publisher", "title"])
def test_the_longest_publishers_and_titles_are_set(tmp_path, many, column):
    folder = invented(tmp_path / "data", many)
    longest = {"publisher": PUBLISHER, "title": TITLE}[column]
    blank = {"publisher": ""} if column == "title" else {}
    spoil(folder, "sources", "S1", **{**blank, column: longest})
    spoil(folder, "sources", "S2", **{**blank, column: longest[::-1].strip()})
    assert check(folder).exit_code == 0
    document, pdf = country(folder)
    well_set(document, pdf, most=1 if many < 3 else 2)
    assert squeezed(longest[:40]) in said(pdf)


@pytest.mark.slow
def test_two_sources_of_one_publisher_can_be_told_apart(tmp_path):
    folder = invented(tmp_path / "data", 16)
    spoil(folder, "sources", "S2", publisher="Northern Gazette")
    document, pdf = country(folder)
    well_set(document, pdf)
    printed = said(pdf)
    assert squeezed("Northern Gazette (20 March 2025)") in printed
    assert squeezed("Northern Gazette (March 2025)") in printed
    assert squeezed("NG: Northern Gazette (20 March 2025), NG′:") in printed
    spoil(folder, "sources", "S2", published="2025-03-20")
    _, pdf = country(folder)
    assert squeezed("Northern Gazette (20 March 2025, S2)") in said(pdf)


@pytest.mark.slow
def test_what_goes_goes_in_its_order_and_the_weightiest_of_each_way_stays(tmp_path):
    folder = invented(tmp_path / "data", 60, length=170)
    spoil(folder, "sources", "S1", publisher=PUBLISHER)
    document, pdf = country(folder)
    well_set(document, pdf)
    gone, kept = gone_and_kept(document, pdf)
    assert gone and 0 not in gone
    assert max(gone) < min(kept - {0})
    ways = {step.arrow.arrow for step in printed_steps(document, pdf)}
    assert {"closer", "away"} <= ways


@pytest.mark.slow
def test_a_page_too_long_or_with_words_over_others_is_found(made):
    document, pdf = made(16)
    with pytest.raises(AssertionError):
        well_set(document, pdf, most=0)
    over_another = "Drawn over the title of this page and the words under it"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        page.Resources.Font["/Plain"] = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
        )
        drawn = f"BT /Plain 12 Tf 1 0 0 1 50 560 Tm ({over_another}) Tj ET"
        page.contents_add(opened.make_stream(drawn.encode()))
        changed = io.BytesIO()
        opened.save(changed)
    with pytest.raises(AssertionError, match=r"over|Drawn"):
        well_set(document, changed.getvalue())


@pytest.mark.parametrize("many", range(3, 9))
def test_no_row_of_a_table_stands_alone_on_the_last_page(many):
    high = "\n".join(["told at some length"] * 14)
    rows = [
        {"anchor": f"{at}", "cells": [[], [{"text": high}]]}
        for at in range(1, many + 1)
    ]
    table = {
        "kind": "table",
        "columns": [{"label": ""}, {"label": "Told"}],
        "groups": [{"rows": rows}],
    }
    cell = v4.new_code_cell(
        outputs=[v4.new_output("display_data", {BLOCK_MIME: table})]
    )
    *_, last = lines(
        compile_pdf(
            compose(v4.new_notebook(cells=[v4.new_markdown_cell("# Rows"), cell]))
        )
    )
    assert len([words for *_, words in last if re.fullmatch(r"\d", words)]) >= 2
