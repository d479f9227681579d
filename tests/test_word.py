"""Briefings as Word files: what an editor finds in them, and that nothing in the data can break them."""

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import nbformat
import pytest
import shared
from conftest import ROOT
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from nbconvert.exporters import get_exporter
from rendering_fixtures import sample
from setting import executed

from allywatch import cli
from briefmill import blocks
from briefmill.blocks import every_mark, every_part
from briefmill.exits import Exit
from briefmill.render.composition import compose
from briefmill.render.exporter import BriefingDocxExporter
from briefmill.render.word import compile_word

HOSTILE = "]]><w:p/>&amp;<b>\x00\x0b\u202e\ud800\ufffe ☃ " + "x" * 300


def opened(content):
    return Document(BytesIO(content))


def endnotes(content):
    """The words of each endnote, by its id."""
    with ZipFile(BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/endnotes.xml"))
    return {
        note.get(qn("w:id")): "".join(note.itertext())
        for note in root
        if note.get(qn("w:type")) is None
    }


def referred(file, tag):
    return [*file.element.body.iter(qn(f"w:{tag}"))]


def headings(file, level):
    return [
        each.text for each in file.paragraphs if each.style.name == f"Heading {level}"
    ]


PAGES = [("country_briefing", "ARM"), ("overview_briefing", ""), ("methodology", "")]


@pytest.fixture(
    scope="module",
    params=[
        PAGES[0],
        *(pytest.param(each, marks=pytest.mark.slow) for each in PAGES[1:]),
    ],
    ids=[page[0] for page in PAGES],
)
def made(request):
    """A document as it is printed, and its Word file."""
    document = shared.page(*request.param)
    return document.paper or document, compile_word(document)


def test_it_holds_what_the_page_holds(made):
    document, content = made
    file = opened(content)
    printed = [*document.blocks()]

    headed = [
        section.heading
        for section in document.sections()
        if section.heading
        and not any(isinstance(block, blocks.References) for block in section.blocks)
    ]
    found = headings(file, 1)
    for words, heading in zip(headed, found, strict=False):
        assert heading.startswith(words)
    assert len(found) - len(headed) == bool(every_mark(printed))

    tables = [block for block in printed if isinstance(block, blocks.Table)]
    assert len(file.tables) == len(tables)
    for block, table in zip(tables, file.tables, strict=True):
        labels = [column.label for column in block.columns]
        if any(labels):
            assert [cell.text for cell in table.rows[0].cells] == labels
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        rows = sum(len(group.rows) + bool(group.label) for group in block.groups)
        assert len(table.rows) == rows + any(labels)

    figures = [block for block in printed if isinstance(block, blocks.Figure)]
    alts = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert alts == [figure.alt for figure in figures]


def test_figures_and_tables_stand_between_the_margins(made):
    file = opened(made[1])
    section = file.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    for shape in file.inline_shapes:
        assert shape.width <= width
    for table in file.tables:
        # Each column is rounded to twentieths of a point.
        assert sum(column.width for column in table.columns) <= width + Pt(1)
        style = table.style.element
        (indent,) = style.iter(qn("w:tblInd"))
        (air,) = style.find(f".//{qn('w:tblCellMar')}").iter(qn("w:left"))
        assert indent.get(qn("w:w")) == air.get(qn("w:w")), "else it juts out"


def test_each_mark_has_an_endnote_that_says_where_it_leads(made):
    document, content = made
    file = opened(content)
    references = {
        part.anchor: part
        for part in every_part([*document.blocks()])
        if isinstance(part, blocks.Reference)
    }
    first = referred(file, "endnoteReference")
    if not references:
        assert not first
        return
    notes = endnotes(content)
    assert [each.get(qn("w:id")) for each in first] == [*notes]
    marks = [re.match(r" \[(.+?)\] ", words)[1] for words in notes.values()]
    assert sorted(marks) == sorted(references)
    for mark, words in zip(marks, notes.values(), strict=True):
        assert references[mark].words in words
        assert references[mark].origin in words

    bookmarks = {each.get(qn("w:name")) for each in referred(file, "bookmarkStart")}
    again = referred(file, "fldSimple")
    assert again
    for field in again:
        _, name, _ = field.get(qn("w:instr")).split()
        assert name in bookmarks
        (number,) = field.iter(qn("w:t"))
        assert name == f"_RefNote{number.text}"


def test_it_says_what_it_is_and_no_clock_is_asked(made):
    document, content = made
    about = opened(content).core_properties
    day = datetime.fromisoformat(document.date)
    assert (about.title, about.language) == (document.title, document.language)
    assert (about.author, about.comments) == (document.footer, "")
    assert about.created.replace(tzinfo=None) == day
    assert about.modified.replace(tzinfo=None) == day
    with ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert compile_word(document) == content


def test_no_text_is_markup_and_what_no_page_can_show_is_dropped():
    masthead = {"kind": "masthead", "title": HOSTILE, "footer": HOSTILE}
    table = {
        "kind": "table",
        "columns": [{"label": HOSTILE}, {"label": "two"}],
        "groups": [
            {
                "label": HOSTILE,
                "rows": [{"cells": [HOSTILE, [{"text": "x", "link": "javascript:1"}]]}],
            }
        ],
        "note": HOSTILE,
    }
    notebook = nbformat.v4.new_notebook(
        cells=[sample.shown(masthead), *sample.section("Hostile", table)]
    )
    content = compile_word(compose(notebook))
    file = opened(content)
    kept = "]]><w:p/>&amp;<b> ☃ " + "x" * 300
    rows = [[cell.text for cell in row.cells] for row in file.tables[0].rows]
    assert rows == [[kept, "two"], [kept, kept], [kept, "x"]]
    titles = [each.text for each in file.paragraphs if each.style.name == "Title"]
    assert titles == [kept]
    assert file.core_properties.title == kept[:255]
    with ZipFile(BytesIO(content)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert "javascript" not in relations


@pytest.mark.slow
def test_nbconvert_and_the_command_line_make_it(tiny, tmp_path, capsys):
    assert get_exporter("briefmill.render.exporter.BriefingDocxExporter")
    content, _ = BriefingDocxExporter().from_notebook_node(
        executed("country_briefing", partner="XAR", data_dir=str(tiny))
    )
    out = tmp_path / "out"
    request = ["build", "XAR", "--to", "docx", "--data", str(tiny)]
    request += ["--notebooks", str(ROOT / "notebooks"), "--out", str(out)]
    assert cli.main(request) == Exit.DONE
    (path,) = out.rglob("*.docx")
    assert capsys.readouterr().out == f"{path}\n"
    assert path == out / "docx" / "country_briefing_XAR.docx"
    assert not (out / "latest").exists()
    assert headings(opened(path.read_bytes()), 1) == headings(opened(content), 1)
