"""What a reader of a briefing PDF, and the person who exports it, would miss."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
from dataclasses import replace

import nbformat
import nbformat.v4 as v4
import pikepdf
import pypdfium2
import pytest
from conftest import ROOT
from PIL import Image, ImageOps
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
from briefmill.texts import Arrow, marks, text


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
    assert sections == [
        "What happened",
        "Why it matters",
        "The other reading",
        "What next",
        "How sure",
        "Where accounts differ",
        "Who says it, and what is left without them",
        "Not known",
        "Worth asking",
        "One step closer in 2019; all the rest lead away",
        "What changed",
        "Where each number leads",
    ]


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
    assert told == [
        "Chart of Aldovia’s tie, from 2019 on: one step closer, seven away."
    ]


def test_attaches_the_files_byte_for_byte(opened):
    files = dict(opened.attachments.items())
    assert sorted(files) == ["events.csv", "run.json", "sentences.csv"]
    assert (
        files["events.csv"].get_file().read_bytes()
        == "event_id,headline\nALD-01,“Few ships”\n".encode()
    )
    assert files["events.csv"].relationship == "/Data"
    assert files["run.json"].relationship == "/Supplement"
    assert files["events.csv"].description == "The events used"


def test_a_document_with_marks_carries_its_sentences_in_reading_order():
    runs = [
        text("First it fell. Then it rose."),
        marks(["1", "2", "3"]),
        text(" By how much? "),
        text("No word."),
    ]
    judged = block(
        "judgement",
        headline=[text("Ships came."), marks(["3"])],
        paragraphs=[[text("All is well."), marks(["2"])]],
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
            {"anchor": "", "cells": [[text("Borduria")], [text("gains"), marks(["4"])]]},
            {"anchor": "1", "cells": ["", "only a target"]},
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
        "1,Front,Ships came.,3",
        "2,Front,All is well.,2",
        "3,Steps,First it fell. Then it rose. By how much? No word.,1;2;3",
        "4,C,Borduria · gains,4",
    ]


def test_the_sentences_of_a_briefing_are_those_of_every_kind_of_block():
    (file,) = [
        file
        for file in compose(sample.briefing()).files
        if file.name == "sentences.csv"
    ]
    rows = list(csv.DictReader(io.StringIO(file.text)))
    sections = list(dict.fromkeys(row["section"] for row in rows))
    assert sections == [
        "Judgement",
        "What happened",
        "Why it matters",
        "The other reading",
        "What next",
        "Where accounts differ",
        "Worth asking",
        "What changed",
    ]
    happened = [row for row in rows if row["section"] == "What happened"]
    assert len(happened) == 10
    assert happened[2] == {
        "sentence": "7",
        "section": "What happened",
        "text": "Cravonia blockades the strait; Aldovia asks for ships and none come.",
        "marks": "4",
    }


def test_a_document_without_marks_carries_no_sentences():
    cells = section(
        "A",
        {"kind": "prose", "style": "plain", "items": [{"label": "", "runs": "Plain."}]},
    )
    assert compose(v4.new_notebook(cells=cells)).files == ()


def test_two_pages_with_the_judgement_and_how_sure_on_the_first(pdf):
    pages = words(pdf)
    assert len(pages) == 2
    assert "Moving away" in pages[0] and "Confidence in this reading" in pages[0]
    assert "Where each number leads" in pages[1]
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of 2" in page
        assert "allywatch · Borduria and its partners · Aldovia" in page
    assert "Country briefing · ties with Borduria" not in pages[0]
    assert "Country briefing · ties with Borduria" in pages[1]


def test_a_thin_partner_fits_one_page():
    assert len(words(compile_pdf(compose(sample.thin_briefing())))) == 1


def test_a_page_lists_the_numbers_that_a_mark_leads_to_and_no_others(pdf):
    listed = words(pdf)[1].partition("Where each number leads")[2]
    assert "Survey vessel in the storm of 2019" in listed
    assert "Silent on Aldovian fears" not in listed  # nothing says 2
    assert "Silent on Aldovian fears" in str(sample.block("references"))


def test_marks_lead_to_their_rows(opened, pdf):
    found = links(opened)
    assert {target for _, target, _ in found} == {1}
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[1].get_textpage()
        place = page.get_text_range().index("No ships in the blockade")
        _, bottom, _, top = page.get_charbox(place)
    first = found[0]  # 4 after the headline
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


@pytest.mark.slow
def test_same_bytes_from_another_process_and_folder(pdf, tmp_path):
    nbformat.write(sample.briefing(), tmp_path / "a.ipynb")
    (tmp_path / "elsewhere").mkdir()
    script = (
        "import hashlib, nbformat; from briefmill.render.composition import compose;"
        "from briefmill.render.typst import compile_pdf;"
        "print(hashlib.sha256(compile_pdf(compose(nbformat.read('../a.ipynb', 4)))).hexdigest())"
    )
    environment = {
        "PYTHONPATH": str(ROOT / "lib"),
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


ARROWS = {
    "away": Arrow("away", "falling", "down"),
    "contested": Arrow("contested", "both", "ink"),
    "holding": Arrow("holding", "level", "second"),
    "closer": Arrow("closer", "rising", "up"),
    "insufficient": Arrow("insufficient", "open", "faint"),
    "context": Arrow("context", "dot", "second"),
}


def test_every_arrow_can_be_drawn_wherever_there_can_be_one():
    said = {key: [arrow, text(key)] for key, arrow in ARROWS.items()}
    boxes = [
        block("judgement", arrows=[arrow], word=key, paragraphs=[said[key]])
        for key, arrow in ARROWS.items()
    ]
    steps = [
        {"when": key, "arrow": arrow, "runs": said[key]}
        for key, arrow in ARROWS.items()
    ]
    chronology = block(
        "chronology",
        groups=[{"steps": steps}],
        key=[{"arrow": arrow, "words": key} for key, arrow in ARROWS.items()],
    )
    triggers = [
        {"arrow": arrow, "act": key, "meaning": said[key]}
        for key, arrow in ARROWS.items()
    ]
    watched = block("triggers", columns=[{"label": "If", "triggers": triggers}])
    cell = {"label": "All", "runs": "six", "arrows": list(ARROWS.values())}
    bullets = block(
        "gaps",
        items=[{"label": said[key][:1], "runs": said[key]} for key in ARROWS],
    )
    blocks = [*boxes, chronology, watched, block("strip", cells=[cell]), bullets]
    printed = "".join(words(export(*section("A", *blocks, tags=["side"]))))
    # Badge and sentence, date, line and key, act and meaning, bullet.
    assert all(printed.count(key) == 8 for key in ARROWS)


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "outlined"])
def test_in_grey_a_direction_is_told_by_the_shape_of_its_arrow(filled):
    """On a grey printer no colour is left: the sign itself has to say where it leads."""
    keys = ("closer", "away", "holding", "contested")
    drawn = {key: badge_in_grey(replace(ARROWS[key], filled=filled)) for key in keys}
    # The head is where the ink is: up, down or level with the middle.
    heights = {key: height_of_ink(badge) for key, badge in drawn.items()}
    assert heights["closer"] > 0.02
    assert heights["away"] < -0.02
    assert abs(heights["holding"]) < 0.01 and abs(heights["contested"]) < 0.01
    # Both ways has a head at either end.
    assert unlike_its_mirror_image(drawn["contested"]) < 0.05
    assert unlike_its_mirror_image(drawn["holding"]) > 0.1


def badge_in_grey(arrow):
    """The ink of an arrow beside a judgement, as a grey printer sets it, and nothing around it."""
    pdf = export(*section("A", block("judgement", arrows=[arrow], word="Sign")))
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        height = page.get_height()
        paths = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_PATH])
        bounds = [path.get_bounds() for path in paths]
        left, bottom, right, top = next(
            each for each in bounds if 20 < each[2] - each[0] < 50
        )
        across, down = (left + right) / 2, height - (bottom + top) / 2
        grey = page.render(scale=4, grayscale=True).to_pil()
    half = 6 * 72 / 25.4  # a badge is 12 mm wide
    around = (across - half, down - half, across + half, down + half)
    ink = grey.crop(tuple(round(4 * each) for each in around)).point(
        lambda dot: 255 * (dot < 210)
    )
    return ink.crop(ink.getbbox())


def height_of_ink(ink):
    """How far the middle of some ink lies above the middle of its frame, as a share of its height."""
    rows = [at // ink.width for at, dot in enumerate(ink.tobytes()) if dot]
    return 0.5 - sum(rows) / len(rows) / (ink.height - 1)


def unlike_its_mirror_image(ink):
    """The share of dots that are ink on one side and none on the other."""
    mirrored = ImageOps.mirror(ink).tobytes()
    pairs = list(zip(ink.tobytes(), mirrored, strict=True))
    return sum(one != other for one, other in pairs) / len(pairs)


def test_nbconvert_finds_the_exporter_by_name():
    from nbconvert.exporters import get_exporter

    exporter = get_exporter("briefingpdf")
    assert exporter.output_mimetype == "application/pdf"
    assert exporter().file_extension == ".pdf"


@pytest.mark.slow
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


@pytest.mark.slow
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
