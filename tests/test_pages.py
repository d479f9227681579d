"""The pages themselves, for every partner and for what no partner has yet: length, margins, headings, overlaps."""

import csv
import re
from itertools import combinations

import nbformat.v4 as v4
import pytest
from conftest import ROOT
from setting import invented, lines, page_set

from allywatch.data import loading
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, scoring
from allywatch.page import tables
from briefmill.blocks import BLOCK_MIME, Gate, Row, every_mark, every_part
from briefmill.render.composition import compose
from briefmill.render.typst import compile_pdf
from briefmill.texts import plain

REAL = ROOT / "data"
DATASET = loading.load(REAL)
PARTNERS = briefed_partners(DATASET)
LONGEST = "The Most Serene Federal Republic of Upper and Lower Arvenia"  # 59 characters, of 60 allowed
LEFT, RIGHT, FOOT = 16, 194, 280
HAIR = 0.4


def body(document, pages):
    """How many pages come before the annex; all, where there is none."""
    annex = [
        number
        for number, found in enumerate(pages)
        for *_, words in found
        if words.startswith("Annex")
    ]
    return annex[0] if annex else len(pages)


def well_set(document, pdf, most):
    pages = lines(pdf)
    assert body(document, pages) <= most, (
        f"{body(document, pages)} pages before the annex"
    )
    headings = [section.heading for section in document.sections()]
    for number, found in enumerate(pages, start=1):
        for left, _, right, _, words in found:
            assert left >= LEFT - HAIR and right <= RIGHT + HAIR, (
                f"page {number}: {words!r} leaves the margins"
            )
        for one, other in combinations(found, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[1], other[1]) - max(one[3], other[3])
            assert across < 0.5 or down < 1.2, (
                f"page {number}: {one[4]!r} over {other[4]!r}"
            )
        shown = [line for line in found if line[1] < FOOT]
        for left, bottom, right, _, words in shown:
            if words in headings:
                under = [
                    low
                    for x, low, far, high, _ in shown
                    if high >= bottom - HAIR and x < right and far > left
                ]
                assert under, f"page {number}: {words!r} stands alone at the foot"
    return pages


@pytest.mark.parametrize("partner", PARTNERS)
def test_every_briefing_is_two_pages_and_an_annex_or_one_page(partner):
    document, pdf = page_set("country_briefing", partner=partner, data_dir=str(REAL))
    thin = any(isinstance(block, Gate) for block in document.blocks())
    pages = well_set(document, pdf, most=2)
    assert not thin or len(pages) <= 2


@pytest.fixture(scope="module")
def overview():
    return page_set("overview_briefing", data_dir=str(REAL))


def test_the_overview_is_two_pages_and_an_annex(overview):
    for number, found in enumerate(well_set(*overview, most=2), start=1):
        marks = [
            words
            for left, *_, words in found
            if left < LEFT + HAIR and re.fullmatch(r"[EF]\d+", words)
        ]
        for letter in "EF":
            rows = [mark for mark in marks if mark.startswith(letter)]
            assert len(rows) != 1, f"page {number}: {rows[0]} stands alone"


def test_the_context_in_the_overview_s_annex_is_what_its_marks_lead_to(overview):
    document, _ = overview
    blocks = list(document.blocks())
    anchors = {
        part.anchor
        for part in every_part(blocks)
        if isinstance(part, Row) and part.anchor.startswith("C")
    }
    shown = {mark for mark in every_mark(blocks) if mark.startswith("C")}
    assert shown and anchors == shown
    (events,) = [file.text for file in document.files if file.name == "events.csv"]
    held = {row["mark"] for row in csv.DictReader(events.splitlines())}
    assert held == set(dossiers.pooled(DATASET).events["mark"]) > shown


@pytest.mark.parametrize("partner", PARTNERS)
def test_what_sources_disagree_on_is_marked_and_what_the_mark_means_said_beside_it(
    partner,
):
    file = dossiers.dossier(DATASET, partner)
    verdict = scoring.verdict(file)
    table = (tables.event_table if verdict.gate.met else tables.known_table)(
        file, verdict
    )
    rows = [row for group in table.groups for row in group.rows]
    marked = {
        row.anchor for row in rows if any("≠" in plain(cell) for cell in row.cells)
    }
    assert marked == set(file.events.loc[file.events["contested"], "mark"])
    assert ("≠" in plain(table.note)) == bool(marked)
    told = tables.contested(file).kind == "table"
    assert ("see Contested points" in plain(table.note)) == (bool(marked) and told)


@pytest.mark.parametrize("many", range(3, 9))
def test_no_row_of_a_table_stands_alone_on_the_last_page(many):
    high = "\n".join(["told at some length"] * 14)
    rows = [
        {"anchor": f"E{at}", "cells": [[], [{"text": high}]]}
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
    assert len([words for *_, words in last if re.fullmatch(r"E\d", words)]) >= 2


@pytest.mark.parametrize("name", ["Arvenia", LONGEST], ids=["short", "longest"])
@pytest.mark.parametrize("many", [1, 2, 16, 60])
def test_the_design_holds_from_one_event_to_sixty(many, name, tmp_path):
    folder = invented(tmp_path / "data", many, name)
    document, pdf = page_set("country_briefing", partner="XAR", data_dir=str(folder))
    well_set(document, pdf, most=1 if many < 3 else 2)


def test_the_design_holds_where_nothing_moves_the_tie(tmp_path):
    folder = invented(tmp_path / "data", 2)
    events = (folder / "events.csv").read_text()
    (folder / "events.csv").write_text(events.replace(",defection,diplomatic,-1", ",context,diplomatic,0")
                                       .replace(",abandonment,military,-1", ",context,military,0"))  # fmt: skip
    document, pdf = page_set("country_briefing", partner="XAR", data_dir=str(folder))
    assert "0 of 3 needed" in " ".join(
        words for page in well_set(document, pdf, most=1) for *_, words in page
    )


def test_a_partner_without_an_event_is_refused_and_not_drawn_empty(tmp_path):
    folder = invented(tmp_path / "data", 0)
    with pytest.raises(
        ValueError, match="has no briefing: no event has it as a partner"
    ):
        page_set("country_briefing", partner="XAR", data_dir=str(folder))


def test_a_page_too_full_is_found(tmp_path):
    """The check itself: two of the pages' lines laid over one another, and one beyond the margin, are seen."""
    document, pdf = page_set("country_briefing", partner="SRB", data_dir=str(REAL))
    with pytest.raises(AssertionError, match="before the annex"):
        well_set(document, pdf, most=0)
