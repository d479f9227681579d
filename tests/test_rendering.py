"""What a reader of a briefing PDF, and the person who exports it, would miss."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import nbformat
import nbformat.v4 as v4
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from rendering_fixtures import sample
from rendering_fixtures.reading import (
    bookmarks,
    elements,
    export,
    links,
    png,
    tags,
    words,
)
from rendering_fixtures.sample import block, figure, section

from briefmill.blocks import MissingAltText
from briefmill.render.composition import compose
from briefmill.render.outputs import NO_DESCRIPTION
from briefmill.render.typst import compile_pdf, thumbnail
from briefmill.texts import Arrow, Sign, Signs, marks, text


@pytest.fixture(scope="module")
def pdf():
    return compile_pdf(compose(sample.briefing()))


@pytest.fixture(scope="module")
def opened(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


def test_claims_and_keeps_both_standards(opened):
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata.pdfa_status == "3A"
    assert bool(opened.Root.MarkInfo.Marked)


def test_says_what_it_is_in_its_metadata(opened):
    assert str(opened.docinfo.Title) == "Aldovia: ties with Borduria"
    assert str(opened.docinfo.Subject) == "What thirteen events say."
    assert str(opened.Root.Lang) == "en"
    assert str(opened.docinfo.CreationDate).startswith("D:20260331")


def test_the_outline_lists_title_and_sections(opened):
    ((title, sections),) = bookmarks(opened)
    assert title == "Aldovia"
    assert sections[:2] == ["Away, in three steps: 2019, 2022 and 2024", "What changed"]
    assert "Annex: evidence" in sections
    assert not {"Front", "Nothing", "Trajectory"} & set(sections)


def test_tags_real_headings_tables_figures_and_links(opened):
    found = tags(opened)
    assert found.count("/H1") == 1
    assert {"/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= set(found)


def test_alternative_text_reaches_the_page_structure(opened):
    told = [
        str(e.Alt)
        for e in elements(opened.Root.StructTreeRoot)
        if str(e.S) == "/Figure"
    ]
    assert told[0] == "Timeline of Aldovia, 2019 to 2024. Thirteen events, all away."
    assert len(told) == 3


def test_attaches_the_files_byte_for_byte(opened):
    files = dict(opened.attachments.items())
    assert sorted(files) == ["events.csv", "run.json", "sentences.csv"]
    assert (
        files["events.csv"].get_file().read_bytes()
        == "event_id,headline\nE1,“Few ships”\n".encode()
    )
    assert files["events.csv"].relationship == "/Data"
    assert files["run.json"].relationship == "/Supplement"
    assert files["events.csv"].description == "The events used"


def test_a_document_with_marks_carries_its_sentences_in_reading_order():
    runs = [
        text("First it fell. Then it rose."),
        marks(["E1", "E2", "E3"]),
        text(" By how much? "),
        text("No word."),
    ]
    judged = block(
        "bottom_line", judgement=[text("All is well."), marks(["E2"])], rows=[]
    )
    prose = {
        "kind": "prose",
        "style": "plain",
        "items": [{"label": "", "runs": runs}],
        "title": "Steps",
    }
    table = {
        "kind": "table", "columns": [{"label": "Who"}, {"label": "What"}],
        "groups": [{"label": "", "rows": [
            {"anchor": "", "cells": [[text("Borduria")], [text("gains"), marks(["C1"])]]},
            {"anchor": "E1", "cells": ["", "only a target"]},
        ]}],
    }  # fmt: skip
    cells = [
        *section("Front", judged, tags=["unheaded"]),
        *section("B", prose),
        *section("C", table),
    ]
    (file,) = [
        file
        for file in compose(v4.new_notebook(cells=cells)).files
        if file.name == "sentences.csv"
    ]
    assert file.relationship == "supplement"
    assert file.text.splitlines() == [
        "sentence,section,text,marks",
        "1,Front,All is well.,E2",
        "2,Steps,First it fell. Then it rose. By how much? No word.,E1;E2;E3",
        "3,C,Borduria · gains,C1",
    ]


def test_a_document_without_marks_carries_no_sentences():
    cells = section(
        "A",
        {"kind": "prose", "style": "plain", "items": [{"label": "", "runs": "Plain."}]},
    )
    assert compose(v4.new_notebook(cells=cells)).files == ()


def test_two_pages_and_an_annex(pdf):
    pages = words(pdf)
    assert len(pages) == 3
    assert "By dimension" in pages[1]
    assert "Annex: evidence" in pages[2]
    for number, page in enumerate(pages, start=1):
        assert f"Aldovia · page {number} of 3" in page
        assert "as of 31 March 2026" in page
    assert pages[0].count("Country briefing · ties with Borduria") == 0
    assert "Country briefing · ties with Borduria" in pages[1]


def test_a_thin_partner_fits_one_page():
    assert len(words(compile_pdf(compose(sample.thin_briefing())))) == 1


def test_marks_lead_to_their_rows(opened, pdf):
    found = links(opened)
    assert {target for _, target, _ in found} == {2}
    with pypdfium2.PdfDocument(pdf) as document:
        annex = document[2].get_textpage()
        _, bottom, _, top = annex.get_charbox(
            annex.get_text_range().index("E1 2018") + 1
        )
    first = found[0]  # E1–E13 in the bottom line
    assert first[0] == 0
    assert bottom - 12 < first[2] < top + 12


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(MissingAltText, match="Mute"):
        export(*section("A", figure(title="Mute", alt=" ")))


def test_a_foreign_picture_without_alt_text_says_that_it_has_none():
    cell = v4.new_code_cell(
        "plot", outputs=[v4.new_output("display_data", {"image/png": png()})]
    )
    pdf = export(v4.new_markdown_cell("# T"), cell)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        alts = [
            str(e.Alt)
            for e in elements(opened.Root.StructTreeRoot)
            if str(e.S) == "/Figure"
        ]
    assert alts == [NO_DESCRIPTION]


def test_a_picture_in_markdown_without_alt_text_is_refused_by_cell():
    attached = v4.new_markdown_cell(
        "![](attachment:b.png)", attachments={"b.png": {"image/png": png()}}
    )
    with pytest.raises(MissingAltText, match="cell 2"):
        export(v4.new_markdown_cell("# T"), attached)


def test_a_figure_that_reaches_outside_itself_is_refused():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>'
    with pytest.raises(ValueError, match="Nosy"):
        export(*section("A", figure(title="Nosy", svg=drawing)))


def test_an_unknown_block_is_refused():
    with pytest.raises(ValueError, match="hologram"):
        export(*section("A", {"kind": "hologram"}))


def test_same_document_same_bytes(pdf):
    assert compile_pdf(compose(sample.briefing())) == pdf


def test_same_bytes_from_another_process_and_folder(pdf, tmp_path):
    nbformat.write(sample.briefing(), tmp_path / "a.ipynb")
    (tmp_path / "elsewhere").mkdir()
    script = (
        "import hashlib, nbformat; from briefmill.render.composition import compose;"
        "from briefmill.render.typst import compile_pdf;"
        "print(hashlib.sha256(compile_pdf(compose(nbformat.read('../a.ipynb', 4)))).hexdigest())"
    )
    environment = {
        "TMPDIR": str(tmp_path / "elsewhere"),
        "TZ": "Asia/Yerevan",
        "PYTHONHASHSEED": "7",
    }
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path / "elsewhere", env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == hashlib.sha256(pdf).hexdigest()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_document_without_a_date_is_not_dated_today():
    undated = export(*section("A", block("masthead", date=None), "changed"))
    with pikepdf.open(io.BytesIO(undated)) as opened:
        assert str(opened.docinfo.CreationDate).startswith("D:1970")


def test_every_sign_and_arrow_can_be_drawn():
    arrows = {
        "away": Arrow("away", "falling", "down"),
        "contested": Arrow("contested", "both", "ink"),
        "holding": Arrow("holding", "level", "ink"),
        "closer": Arrow("closer", "rising", "up"),
        "insufficient": Arrow("insufficient", "open", "faint"),
    }
    signs = Signs((Sign("up", True), Sign("", False), Sign("down", True)))
    runs = [run for kind, arrow in arrows.items() for run in (arrow, text(kind), signs)]
    counts = [
        {"arrow": arrow, "value": 3, "word": kind} for kind, arrow in arrows.items()
    ]
    boxes = [
        block("bottom_line", arrow=arrow, judgement=runs) for arrow in arrows.values()
    ]
    printed = "".join(
        words(export(*section("A", block("bottom_line", counts=counts), *boxes)))
    )
    assert all(printed.count(kind) >= 6 for kind in arrows)


def test_nbconvert_finds_the_exporter_by_name():
    from nbconvert.exporters import get_exporter

    exporter = get_exporter("briefingpdf")
    assert exporter.output_mimetype == "application/pdf"
    assert exporter().file_extension == ".pdf"


def test_the_command_line_exports(tmp_path, pdf):
    nbformat.write(sample.briefing(), tmp_path / "country.ipynb")
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        "--to",
        "briefingpdf",
        "country.ipynb",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "country.pdf").read_bytes() == pdf


def test_the_exporter_is_light_to_import():
    script = (
        "import sys, nbconvert.exporters; before = set(sys.modules); import briefmill.render.exporter;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new & {'typst', 'pandas', 'matplotlib', 'mistune', 'numpy'}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_the_thumbnail_is_the_first_page(pdf):
    image = Image.open(io.BytesIO(thumbnail(pdf, 320)[0]))
    assert image.format == "PNG"
    assert image.width == 320
    assert 440 < image.height < 460
    assert thumbnail(pdf, 320) == thumbnail(pdf, 320)
