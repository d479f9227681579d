"""Every briefing of the real data in both editions: the PDF for a reader without sight, the HTML for one with a phone."""

import itertools
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import page as validator
import pdfua
import pikepdf
import pytest
import shared
from conftest import slow_but
from nbformat import v4
from rendering_fixtures.reading import elements
from rendering_fixtures.sample import block, figure, section

from allywatch.data import loading
from allywatch.evidence import dossiers
from allywatch.page import index, tellers
from briefmill import blocks
from briefmill.blocks import Block, Figure, every_part
from briefmill.render.composition import compose
from briefmill.render.html import compile_html, preview
from briefmill.texts import marks, text

LONGEST_ALT = 400
# The checker takes the line end after a stream that ends in a carriage return for a part of the stream.
MISCOUNTED = "PDFA3A-STREAM-LENGTH-001"
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}


@pytest.fixture(scope="module", params=slow_but("some", among=["some", "every"]))
def briefings(request):
    """Notebook and partner of each briefing, by the name of its files."""
    partners = shared.SOME if request.param == "some" else shared.real_partners()
    each = [("country_briefing", partner) for partner in partners]
    each += [("overview_briefing", ""), ("methodology", "")]
    return {"_".join(filter(None, briefing)): briefing for briefing in each}


@pytest.fixture(scope="module")
def documents(briefings):
    """Every briefing as a composed document, by the name of its files."""
    return {name: shared.page(*briefing) for name, briefing in briefings.items()}


@pytest.fixture(scope="module")
def pdfs(briefings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdfs")
    for name, briefing in briefings.items():
        (folder / f"{name}.pdf").write_bytes(shared.pdf(*briefing))
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def opened(pdfs):
    files = {path.stem: pikepdf.open(path) for path in pdfs}
    yield files
    for file in files.values():
        file.close()


@pytest.fixture(scope="module")
def pages(documents):
    return {name: compile_html(document) for name, document in documents.items()}


@pytest.fixture(scope="module")
def read(pages):
    return {name: Reader(text) for name, text in pages.items()}


class Reader(HTMLParser):
    """The tags of a page in reading order, each with its attributes, its parents and the text inside it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self._open = [], []
        self.feed(text)
        assert not self._open, "a tag is left open"

    def handle_starttag(self, tag, attributes):
        found = {
            "tag": tag,
            "text": "",
            "in": [own["tag"] for own in self._open],
            **dict(attributes),
        }
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data):
        for own in self._open:
            own["text"] += data

    def all(self, *tags):
        return [own for own in self.tags if own["tag"] in tags]


# The PDFs


def tagged(file, *kinds):
    return [
        own for own in elements(file.Root.StructTreeRoot) if str(own.S)[1:] in kinds
    ]


def attribute(element, name):
    """The value of a structure attribute, whichever of the element's attribute dictionaries holds it."""
    held = element.get("/A", [])
    for own in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(own, pikepdf.Dictionary) and name in own:
            return own[name]
    return None


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_both_standards_are_met_to_the_last_rule_that_a_machine_can_check(
    pdfs, profile
):
    for path in pdfs:
        report = validator.validate_pdf(path, profile=profile)
        broken = {failure.rule_id: failure.message for failure in report.failures}
        assert broken.keys() <= {MISCOUNTED}, f"{path.stem}: {broken}"
        assert report.rules.total > 100


def test_a_second_checker_finds_nothing_either(pdfs):
    for path in pdfs:
        assert pdfua.validate(str(path)).findings == (), path.stem


def test_the_files_are_sound(opened):
    for name, file in opened.items():
        assert file.check_pdf_syntax() == [], name


def test_each_says_what_it_is(opened):
    titles = set()
    for file in opened.values():
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert str(file.Root.Lang) == "en"
        assert bool(file.Root.MarkInfo.Marked)
        assert all(page.Tabs == "/S" for page in file.pages)
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata.pdfa_status == "3A"
            titles.add(metadata["dc:title"])
    assert len(titles) == len(opened)


def test_headings_skip_no_level_and_none_is_empty(opened):
    for name, file in opened.items():
        levels = [
            int(str(own.S)[2:]) for own in tagged(file, "H1", "H2", "H3", "H4", "H5")
        ]
        assert levels.count(1) == 1 and levels[0] == 1, name
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (
            name
        )


def test_each_figure_tells_its_message_in_brief(opened, documents):
    for name, file in opened.items():
        figures = [
            block for block in documents[name].blocks() if isinstance(block, Figure)
        ]
        told = [str(own.get("/Alt", "")) for own in tagged(file, "Figure")]
        assert told == [own.alt for own in figures], name
        for own in figures:
            assert 40 < len(own.alt) < LONGEST_ALT, f"{name}: {own.alt}"
            assert own.alt not in (own.title, own.source)
            assert re.search(r"\d", own.alt), f"{name}: no number in {own.alt!r}"


def test_no_element_has_an_empty_alternative(opened):
    for name, file in opened.items():
        for own in elements(file.Root.StructTreeRoot):
            assert "/Alt" not in own or str(own.Alt).strip(), name


def test_header_cells_say_what_they_head(opened):
    found = 0
    for name, file in opened.items():
        for own in tagged(file, "TH"):
            assert str(attribute(own, "/Scope")) in ("/Column", "/Row", "/Both"), name
            found += 1
    assert found > 50


def test_each_link_is_in_the_structure_and_says_where_it_leads(opened):
    for name, file in opened.items():
        notes = [note for page in file.pages for note in page.get("/Annots", [])]
        assert len(tagged(file, "Link")) == len(notes), name
        assert all(
            str(note.get("/Contents", "")).strip() and "/StructParent" in note
            for note in notes
        ), name


def test_all_type_is_in_the_file(opened):
    for name, file in opened.items():
        described = [
            own
            for own in file.objects
            if isinstance(own, pikepdf.Dictionary) and "/FontName" in own
        ]
        assert described, name
        assert all({"/FontFile2", "/FontFile3"} & own.keys() for own in described), name


# The HTML editions


@pytest.mark.slow
def test_each_page_stands_on_its_own(pages, read):
    for name, page in read.items():
        assert not page.all(
            "script", "link", "iframe", "object", "embed", "form", "base"
        ), name
        for own in page.tags:
            assert not any(key.startswith("on") for key in own), name
            for key in (
                "src",
                "href",
                "xlink:href",
                "srcset",
                "poster",
                "action",
                "data",
            ):
                assert own.get(key, "#").startswith(("#", "data:image/")), (
                    f"{name}: {own[key]}"
                )
        assert "default-src 'none'" in page.all("meta")[1]["content"]
        assert not re.search(r"@import|url\((?!#)", pages[name]), name


def test_every_link_leads_somewhere_on_its_page(read):
    for name, page in read.items():
        ids = [own["id"] for own in page.tags if own.get("id")]
        assert len(ids) == len(set(ids)), name
        led = {
            own["href"][1:] for own in page.tags if own.get("href", "").startswith("#")
        }
        assert led <= set(ids), f"{name}: {sorted(led - set(ids))[:5]}"


def test_a_mark_opens_its_claims_with_grade_and_place_and_leads_back(read):
    page = read["country_briefing_ARM"]
    sup = [
        at
        for at, own in enumerate(page.tags)
        if own["tag"] == "a" and "sup" in own["in"]
    ]
    assert len(sup) > 50
    told = [own for own in page.tags if own.get("class") == "behind"]
    behind = next(own for own in told if "no military help" in own["text"])
    for said in (
        "S1-026",
        "grade D1",
        "characters 1881 to 1955",
        "Back to",
        "Judgement",
    ):
        assert said in behind["text"]
    numbers = [own for own in page.all("li") if (own.get("id") or "").isdigit()]
    assert len(told) == len(numbers)


def test_a_list_holds_items_and_nothing_else(read):
    """What stands behind a number is a part of its item, so that a list is one to those who hear it, too."""
    for name, page in read.items():
        for own in page.tags:
            if own["in"] and own["in"][-1] in ("ol", "ul"):
                assert own["tag"] == "li", f"{name}: {own['tag']} in a list"


def test_every_sentence_of_the_pdf_is_in_the_html(documents, read):
    for name, document in documents.items():
        text = " ".join(read[name].all("body")[0]["text"].split())
        rows = [file for file in document.files if file.name == "sentences.csv"]
        for row in loading.rows(rows[0].text) if rows else []:
            assert row["text"].split(" · ")[0].split(". ")[0] in text, (
                f"{name}: {row['text']}"
            )


def test_headings_tables_figures_and_language_are_told_to_those_who_do_not_see(
    read, documents
):
    for name, page in read.items():
        assert page.all("html")[0]["lang"] == "en"
        levels = [int(own["tag"][1]) for own in page.all("h1", "h2", "h3", "h4", "h5")]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (
            name
        )
        assert all(
            own["text"].strip()
            for own in page.all("h1", "h2", "h3", "h4", "h5", "th", "title")
        ), name
        assert all(
            own.get("scope") in ("col", "row", "rowgroup") for own in page.all("th")
        ), name
        drawn = [own for own in page.all("svg", "img") if own.get("role") != "none"]
        assert all(
            (own.get("aria-label") or own.get("alt")).strip() for own in drawn
        ), name
        assert len(drawn) == sum(
            1 if part.narrow is None else 2
            for part in every_part(list(documents[name].blocks()))
            if isinstance(part, Figure)
        )


def brightness(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_stands_out_on_a_light_page_stands_out_on_a_dark_one(pages):
    """By the contrast ratio of WCAG 2, against the paper of either page, which figures draw as white."""
    pairs = set(
        re.findall(r"light-dark\((#\w{6}), (#\w{6})\)", "".join(pages.values()))
    )
    paper = dict(pairs)["#ffffff"]
    assert f"--paper: {paper}" in pages["methodology"]
    assert len(pairs) > 10
    for light, dark in pairs:
        on_light = 1.05 / (brightness(light) + 0.05)
        on_dark = (brightness(dark) + 0.05) / (brightness(paper) + 0.05)
        assert on_dark >= min(on_light, 4.5) * 0.8, (light, dark)


def test_the_index_is_as_dark_as_the_pages_it_leads_to():
    template = Path(index.__file__).with_suffix(".html").read_text(encoding="utf-8")
    light, dark = template.split("@media (prefers-color-scheme: dark)", 1)
    named = re.compile(r"(--\w+): (#\w+)")
    dark_colours = dict(named.findall(dark.partition("</style>")[0]))
    assert dark_colours.keys() == dict(named.findall(light)).keys()
    paper = dark_colours.pop("--paper")
    assert f"--paper: {paper}" in compile_html(compose(v4.new_notebook()))
    for name in ("--ink", "--second", "--mark", "--away", "--closer"):
        contrast = (brightness(dark_colours[name]) + 0.05) / (brightness(paper) + 0.05)
        assert contrast >= 4.5, name
    # No word or paper keeps a colour of its own.
    assert not re.search(r"(?:color|background): *#", template)


def test_same_document_same_page(documents, pages):
    assert compile_html(documents["overview_briefing"]) == pages["overview_briefing"]


def test_text_from_the_data_is_never_markup():
    hostile = '</style></svg>"><script>alert(1)</script><img src=//x onerror=alert(1)>'
    runs = [{"text": hostile}, {"marks": ["E1", hostile]}]
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="9mm" height="9mm"><script>alert(1)</script>'
        '<style>@import url(//x);</style><a href="javascript:alert(1)"><text>t</text></a>'
        '<rect onclick="alert(1)" style="fill: url(//x)"/><use href="//x#y"/><text>&lt;script&gt;</text></svg>'
    )
    table = {
        "kind": "table", "title": hostile, "columns": [{"label": hostile}, {"label": hostile}],
        "groups": [{"label": hostile, "rows": [{"anchor": hostile, "cells": ["", hostile]}]}], "note": hostile,
    }  # fmt: skip
    cells = [
        *section(
            hostile,
            block("masthead", title=hostile, description=hostile, language=hostile),
        ),
        *section(hostile, block("judgement", headline=runs, word=hostile)),
        *section(
            hostile, figure(svg=drawing, alt=hostile, title=hostile, source=hostile)
        ),
        *section(
            hostile,
            table,
            {
                "kind": "prose",
                "title": hostile,
                "items": [{"label": hostile, "runs": runs}],
            },
        ),
    ]
    page = Reader(compile_html(compose(v4.new_notebook(cells=cells))))
    assert not page.all("script", "img")
    assert len(page.all("style")) == 1
    for own in page.tags:
        assert not any(key.startswith("on") for key in own), own
        assert own.get("href", "#").startswith("#")
        assert "//x" not in (own.get("style") or "") and "//x" not in (
            own.get("src") or ""
        )
    assert page.all("body")[0]["text"].count(hostile) > 8


def test_jupyter_shows_the_blocks_as_the_html_edition_does(monkeypatch):
    monkeypatch.setattr(blocks.base, "_VIEWS", {})
    blocks.show_as("text/html", preview)
    shown = Block.read(figure(alt="Seven bars <b>", title="Bars"))._repr_mimebundle_()[
        "text/html"
    ]
    assert 'aria-label="Seven bars &lt;b&gt;"' in shown
    told = Block.read(
        {
            "kind": "prose",
            "style": "plain",
            "items": [{"label": "", "runs": [text("a <b> c"), marks(["E1"])]}],
        }
    )
    assert "a &lt;b&gt; c" in (html := told._repr_mimebundle_()["text/html"])
    assert '<a class="mark" href="#E1">E1</a>' in html


def test_jupyter_tells_of_a_number_all_that_it_stands_for():
    """On the page of Armenia number 7 stands for two events that are told together."""
    dossier = dossiers.dossier(shared.real(), "ARM")
    behind = dossier.all_events[dossier.all_events["mark"] == "7"]
    assert len(behind) == 2
    page = Reader(preview(tellers.references(dossier)))
    (tip,) = [own for own in page.tags if own.get("id") == "said-7"]
    for summary in behind["summary"]:
        assert summary in tip["text"]


@pytest.mark.parametrize("name", ["briefingdocx", "briefinghtml", "briefingpdf"])
def test_nbconvert_refuses_a_notebook_that_has_not_been_run(name):
    from nbconvert.exporters import get_exporter

    with pytest.raises(ValueError, match="not been run"):
        get_exporter(name)().from_notebook_node(
            v4.new_notebook(cells=[v4.new_code_cell("1")])
        )


CHROMIUM = (
    shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=4000 --dump-dom"
)
# A window has a least width, a frame has not; two that share a file's origin may look into each other.
FRAME = """<!doctype html><iframe width="390" height="800" srcdoc="{page}"></iframe><p id="told"></p><script>
onload = () => {{
  const frame = document.querySelector("iframe").contentDocument, root = frame.documentElement
  const wide = [...frame.querySelectorAll("body *")].filter(own => !own.closest(".picture")
    && own.getBoundingClientRect().right > 391 && getComputedStyle(own).position != "absolute")
  document.querySelector("#told").textContent = "widths " + root.scrollWidth + " " + root.clientWidth
    + " " + wide.slice(0, 5).map(own => own.tagName + "." + own.className).join(" ")
}}</script>"""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no chromium")
@pytest.mark.parametrize(
    "name",
    [
        "country_briefing_ARM",
        "country_briefing_MD-SN",
        "overview_briefing",
        "methodology",
    ],
)
def test_nothing_is_wider_than_a_phone(pages, name, tmp_path):
    # What forbids scripts goes with the page; here it would forbid the measuring too.
    text = (
        re.sub(r"<meta http-equiv=[^>]*>", "", pages[name])
        .replace("&", "&amp;")
        .replace('"', "&quot;")
    )
    (tmp_path / "frame.html").write_text(FRAME.format(page=text), encoding="utf-8")
    command = [CHROMIUM, *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"]
    told = subprocess.run(
        [*command, (tmp_path / "frame.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    (widths,) = re.findall(r'id="told">widths (\d+) (\d+) ?([^<]*)<', told.stdout)
    assert widths[0] == widths[1], widths
    assert widths[2] == "", widths
