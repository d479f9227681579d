"""Text that would break a page, run, or leave its place: from a cell of a CSV file to the page and the attachments.

`ALLYWATCH_EXAMPLES=10000 pytest tests/test_hostile.py` looks as long as one likes. An example spoils many cells, each
with a text of its own; those that are refused are put right, and the others go on to the page.
"""

import csv
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import replace
from functools import cache
from io import StringIO
from itertools import cycle
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbformat import from_dict
from setting import with_blocks

from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.spreadsheets import rows
from allywatch.evidence import dossiers, network, scoring
from allywatch.page import (
    accounts,
    attached,
    charts,
    network_tables,
    overview,
    tellers,
    wording,
)
from briefmill import PlanError
from briefmill.blocks import BLOCK_MIME, Figure, Picture
from briefmill.render import typst
from briefmill.render.composition import compose
from briefmill.render.html import compile_html
from briefmill.render.typst import TypstRenderer, _printable, compile_pdf
from briefmill.tabular import unguarded

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "fixtures" / "tiny"
EXAMPLES = int(os.environ.get("ALLYWATCH_EXAMPLES", "30"))
many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
)
few = settings(many, max_examples=max(EXAMPLES // 30, 3))

# The cells that a hostile hand may write as it likes; the others have a form that the contract demands.
FREE = {
    "events": ("headline", "summary"),
    "claims": ("statement", "attributed_to", "status_word", "note"),
    "sources": ("title", "publisher", "note"),
    "partners": ("name", "short_name", "adjective", "note"),
    "judgements": ("text", "second", "note"),
}
SNARES = (
    "../", "..\\", "/etc/passwd", "#read(\"/etc/passwd\")", "#import \"@preview/a:1.0.0\": *", "$ x $", "<script>",
    "</w:t>", "&amp;", "{{ 7 * 7 }}", "{% x %}", "\x1b[2J", "\x1b]0;title\x07", "\x00", "\n", "\r\n", "\t", "\u202e",
    "\u2066", "\u200b", "\ufeff", "\u2028", "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'", "\"", ",", ";",
    "`", "*b*", "_i_", "\\", "[a](javascript:x)", "ی‌ن", "中", "😀", "e\u0301\u0302\u0303", "A" * 3000, "E1", "%", "~",
)  # fmt: skip
hostile = st.one_of(
    st.lists(st.sampled_from(SNARES), min_size=1, max_size=6).map("".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
)
spoilt = st.dictionaries(
    st.sampled_from(
        [(table, column) for table, columns in FREE.items() for column in columns]
    ),
    st.lists(hostile, min_size=1, max_size=4),
    min_size=1,
    max_size=6,
)


@cache
def sheets():
    """The tables of the tiny folder as rows of text."""
    return {
        table: list(csv.reader(StringIO((TINY / f"{table}.csv").read_text("utf-8"))))
        for table in FREE
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(TINY, made, ignore=shutil.ignore_patterns("documents"))
    package = json.loads(
        (ROOT / "data" / "datapackage.json").read_text(encoding="utf-8")
    )
    for entry in package[
        "resources"
    ]:  # a contract that lets any length through, so that the page meets it
        for field in entry["schema"]["fields"]:
            field.get("constraints", {}).pop("maxLength", None)
    (made / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return made


def write(folder, cells):
    """Write the tiny tables with `cells`: (table, column) to texts, one a row in turn, in every second row."""
    for table, (header, *body) in sheets().items():
        body = [list(row) for row in body]
        for (where, column), texts in cells.items():
            if where == table:
                spoiling = (
                    body[:1] if table == "partners" else body[::2]
                )  # names are of one partner each
                for row, text in zip(spoiling, cycle(texts), strict=False):
                    row[header.index(column)] = text
        with (folder / f"{table}.csv").open(
            "w", newline="", encoding="utf-8", errors="surrogatepass"
        ) as file:
            csv.writer(file, lineterminator="\n").writerows([header, *body])


def loaded(folder):
    """The dataset, the cells that are refused put right by row and column; None where more than cells is refused."""
    found = loading.examine(folder)
    if found.failures:  # refused, in words that steer nothing
        assert not steers(str(ContractError(found.failures)))
    by_file = {f"{table}.csv": table for table in FREE}
    for failure in found.failures:
        table = by_file.get(failure.file)
        if (
            not table
            or failure.column not in FREE[table]
            or len(found.cells[table]) < len(sheets()[table]) - 1
        ):
            return None
        header, *body = sheets()[table]
        row = list(found.cells[table].index).index(failure.row)
        found.cells[table].iat[
            row, found.cells[table].columns.get_loc(failure.column)
        ] = body[row][header.index(failure.column)]
    return loading.dataset(replace(found, failures=[]))


def document(dataset, partner="XAR", drawn=False):
    """The composed document of a briefing, without its drawings unless `drawn`."""
    file = dossiers.dossier(dataset, partner)
    verdict = scoring.verdict(file)
    blocks = [
        wording.masthead(file, verdict), wording.judgement(file, verdict), wording.chronology(file),
        wording.implications(file), wording.readings(file, verdict), wording.what_next(file, verdict),
        wording.how_sure(file, verdict), wording.changes(file, verdict), wording.not_known(file),
        wording.not_known_in_short(file), wording.worth_asking(file), accounts.differing(file),
        accounts.by_source(file), tellers.introduced(file), tellers.who_says_it(file, verdict),
        tellers.references(file), attached.attachments(file),
        *([charts.steps(file, verdict)] if drawn else []),
    ]  # fmt: skip
    return page_of(blocks), file


def overview_of(dataset):
    """The composed document of the overview, its map among it."""
    net = network.network(dataset)
    return page_of(
        [
            overview.masthead(net), overview.judgement(net), charts.tile_map(net), overview.directions(net),
            overview.others(net), overview.how_sure(net), wording.chronology(net.pooled),
            overview.why_it_happens(net), overview.who_gains(net), overview.what_it_costs(net),
            wording.what_next(net.pooled), wording.readings(net.pooled), overview.where_accounts_differ(net),
            tellers.references(net.pooled), tellers.who_says_it(net.pooled), network_tables.by_field(net),
            network_tables.by_source(net), network_tables.every_event(net), attached.network_attachments(net),
        ]
    )  # fmt: skip


def page_of(blocks):
    """The document of a notebook whose cells end in these blocks."""
    cells = [_cell("markdown", "# T")]
    for number, block in enumerate(blocks):
        data = {BLOCK_MIME: block.as_json(), "text/plain": ""}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        cells += [
            _cell("markdown", f"## S{number}"),
            _cell("code", "x", outputs=[output]),
        ]
    return compose(
        from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )


def _cell(kind, source, **more):
    """A cell as nbformat makes it, but not held against the schema of notebooks, which takes its time."""
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def steers(text):
    """Characters that steer a terminal, a reader's eye or a parser; a mark from left to right, which a page puts after
    Arabic and Hebrew so that what follows keeps its place, steers nothing else."""
    return {
        c
        for c in text
        if unicodedata.category(c) in ("Cc", "Cf", "Cs")
        and c not in "\n\u200b\u200c\u200d\u200e"
    }


@pytest.mark.slow
@given(spoilt)
@many
@example(
    {("events", "headline"): ["=cmd|' /C calc'!A0"], ("sources", "title"): ["'=1+1"]}
)
@example({("partners", "name"): ["\u202e../\x1b[2J"]})
def test_from_a_cell_to_the_page_nothing_breaks_or_escapes(folder, cells):
    write(folder, cells)
    if (dataset := loaded(folder)) is None:
        return
    composed, file = document(dataset)
    page = TypstRenderer(composed.targets).document(replace(composed, files=()))
    assert not steers(json.dumps(_printable(page), ensure_ascii=False))
    assert all(
        re.fullmatch(r"[a-z]+\.(csv|json)", each.name) for each in composed.files
    )
    carried = {each.name: each.text for each in composed.files}
    for name, frame in (("events.csv", file.events), ("claims.csv", file.claims)):
        there = rows(carried[name])
        guarded = [cell for row in there for cell in row.values()]
        assert not any(re.match("[=+@\t\r]|-[^0-9.]", cell) for cell in guarded)
        kept = [unguarded(row) for row in there]
        for column in set(kept[0]) & set(
            FREE[name[:-4]]
        ):  # and the way back gives what was there
            assert [row[column] for row in kept] == list(frame[column])


@pytest.mark.slow
@given(spoilt)
@few
def test_what_is_composed_also_compiles(folder, cells):
    write(folder, cells)
    if (dataset := loaded(folder)) is None:
        return
    pdf = compile_pdf(document(dataset, drawn=True)[0])
    with pypdfium2.PdfDocument(pdf) as opened:
        assert len(opened) >= 1
    assert compile_html(document(dataset, drawn=True)[0]).startswith("<!doctype html>")


@pytest.mark.slow
@given(spoilt)
@few
@example({("partners", "name"): ["A" * 3000], ("events", "headline"): ["\u4e2d\u202e"]})
def test_an_overview_of_hostile_text_compiles(folder, cells):
    write(folder, cells)
    if (dataset := loaded(folder)) is None:
        return
    page = overview_of(dataset)
    printed = TypstRenderer(page.targets).document(replace(page, files=()))
    assert not steers(json.dumps(_printable(printed), ensure_ascii=False))
    with pypdfium2.PdfDocument(compile_pdf(page)) as opened:
        assert len(opened) >= 1


@pytest.mark.slow
@given(st.sampled_from(sorted(FREE)), st.data())
@many
def test_the_reader_of_csv_takes_any_bytes(folder, table, data):
    """Whatever lies under the name of a table: it is read, or refused by name; never a crash."""
    write(folder, {})
    path = folder / f"{table}.csv"
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 40, len(whole))))
    junk = data.draw(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([b'"', b"\r", b"\x00", b"\xff\xfe", b";", b"\n\n"]),
        )
    )
    path.write_bytes(
        data.draw(
            st.sampled_from(
                [whole[:start] + junk + whole[end:], junk, whole[start:], junk + whole]
            )
        )
    )
    try:
        loading.load(folder)
    except ContractError as error:
        assert error.failures
        assert not steers(str(error))


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "X\nY", "..", "=1+1", "\u202eXAR", "A" * 300]
)
def test_a_hostile_partner_id_names_no_file(tiny, name):
    for each in ("partners", "events"):
        path = tiny / f"{each}.csv"
        path.write_text(
            path.read_text(encoding="utf-8").replace("XAR", f'"{name}"'),
            encoding="utf-8",
        )
    with pytest.raises(ContractError, match="partner_id"):
        plan(tiny, ROOT / "notebooks")
    package = (
        tiny / "datapackage.json"
    )  # nor where the contract has been made to allow it
    said = json.loads(package.read_text(encoding="utf-8"))
    for entry in said["resources"]:
        for field in entry["schema"]["fields"]:
            if field["name"] == "partner_id":
                field["constraints"].pop("pattern")
    package.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises((PlanError, ContractError)):
        plan(tiny, ROOT / "notebooks", [name])
        plan(tiny, ROOT / "notebooks")


@pytest.mark.slow
def test_a_hundred_thousand_characters_fit(folder):
    write(
        folder,
        {
            ("events", "summary"): ["word " * 20_000],
            ("sources", "title"): ["Z" * 100_000],
        },
    )
    pdf = compile_pdf(document(loading.load(folder))[0])
    with pypdfium2.PdfDocument(pdf) as opened:
        assert len(opened) > 10


READS = """\
import pickle, sys
from briefmill.render.typst import compile_pdf
sys.stdout.buffer.write(compile_pdf(pickle.load(sys.stdin.buffer)))
"""


@pytest.mark.slow
def test_typst_fetches_nothing_and_reads_nothing_else(folder, tmp_path):
    """Without a network, with an empty package cache, and with a secret that every text tries to read."""
    secret = tmp_path / "secret.txt"
    secret.write_text("OPENSESAME", encoding="utf-8")
    snare = f'#read("{secret}") #import "@preview/cetz:0.3.0" #include "{secret}" #image("{secret}")'
    places = (("events", "headline"), ("sources", "title"), ("partners", "name"))
    write(folder, {place: [snare] for place in places})
    composed, _ = document(loading.load(folder))
    closed = "http://127.0.0.1:9"
    env = os.environ | {
        "XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "share"),
        "HTTP_PROXY": closed, "HTTPS_PROXY": closed, "ALL_PROXY": closed,
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", READS],
        input=pickle.dumps(composed),
        env=env,
        capture_output=True,
    )
    assert run.returncode == 0, run.stderr.decode()
    with pypdfium2.PdfDocument(run.stdout) as opened:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
    assert "#read(" in text and "OPENSESAME" not in text
    assert not (tmp_path / "cache").exists() and not (tmp_path / "share").exists()


@pytest.mark.slow
def test_a_template_that_reads_elsewhere_is_refused(folder, tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text("OPENSESAME", encoding="utf-8")
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{tmp_path}/secret.txt"/></svg>'
    write(folder, {})
    composed, _ = document(loading.load(folder), drawn=True)
    (figure,) = [block for block in composed.blocks() if isinstance(block, Figure)]
    nosy = replace(figure, picture=Picture(drawing), drawings=(), narrow=None)
    composed = with_blocks(composed, lambda block: nosy if block is figure else block)
    assert nosy in composed.blocks()
    try:
        pdf = compile_pdf(composed)
    except Exception as error:
        assert "OPENSESAME" not in str(error)
    else:
        assert b"OPENSESAME" not in pdf
    with tempfile.TemporaryDirectory() as outside:
        (Path(outside) / "secret.txt").write_text("OPENSESAME", encoding="utf-8")

        def furnish(root, document):
            template = '#read("../secret.txt")'
            assert (root / "../secret.txt").exists()
            (root / "briefing.typ").write_text(template, encoding="utf-8")
            return ()

        monkeypatch.setattr(tempfile, "tempdir", outside)
        monkeypatch.setattr(typst, "_furnish", furnish)
        with pytest.raises(Exception, match=r"(?i)root|outside|escape"):
            compile_pdf(composed)


def test_what_is_attached_opens_in_a_spreadsheet_without_running(tiny, tmp_path):
    """Through the PDF: a formula is guarded there, a negative number is a number, and the way home undoes the guard."""
    from allywatch.trace import trace

    write(tiny, {("events", "headline"): ["=HYPERLINK(1)"]})
    composed, _ = document(loading.load(tiny))
    path = tmp_path / "briefing.pdf"
    path.write_bytes(compile_pdf(composed))
    with pikepdf.open(path) as pdf:
        there = rows(pdf.attachments["events.csv"].get_file().read_bytes().decode())
    assert any(row["headline"] == "'=HYPERLINK(1)" for row in there)
    assert {"-1"} <= {row["direction"] for row in there}
    told = "\n".join(trace(str(path), tiny))
    assert "=HYPERLINK(1)" in told and "'=HYPERLINK" not in told
    assert "as it is now" in told
