"""The briefing itself, from a data folder through the repository's own notebook to the PDF a reader opens."""

import csv
import io
import json
import shutil

import pikepdf
import pypdfium2
import pytest
from conftest import ROOT

from allywatch.briefings import plan
from briefmill import build

NAMES = {"XAR": "Arvenia", "XBE": "Bellmark", "XCO": "Corsund"}


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """An edition of the tiny folder's three partners: one above the gate, one contested, one thin."""
    folder = tmp_path_factory.mktemp("edition")
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", folder / "data")
    shutil.copy(ROOT / "data" / "datapackage.json", folder / "data")
    edition = build(
        plan(folder / "data", ROOT / "notebooks", NAMES), folder / "reports"
    )
    assert edition.failed == []
    return edition.folder


def path(edition, partner):
    return edition / f"country_briefing_{partner}.pdf"


def pages(edition, partner):
    with pypdfium2.PdfDocument(path(edition, partner)) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def attached(edition, partner):
    with pikepdf.open(path(edition, partner)) as pdf:
        return {
            name: bytes(file.get_file().read_bytes())
            for name, file in pdf.attachments.items()
        }


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("partner", NAMES)
def test_each_pdf_is_about_its_own_partner_and_no_other(edition, partner):
    first = pages(edition, partner)[0]
    assert NAMES[partner] in first[:200]
    with pikepdf.open(path(edition, partner)) as pdf:
        title = str(pdf.docinfo["/Title"])
    assert NAMES[partner] in title and not any(
        NAMES[other] in title for other in {*NAMES} - {partner}
    )
    for event in rows(attached(edition, partner)["events.csv"]):
        assert partner in (event["partners"] + ";" + event["counterparts"]).split(";")


@pytest.mark.parametrize(("partner", "most"), [("XAR", 3), ("XBE", 3), ("XCO", 1)])
def test_two_pages_and_an_annex_or_one_page_for_a_thin_partner(edition, partner, most):
    assert len(pages(edition, partner)) <= most


@pytest.mark.parametrize("partner", NAMES)
def test_everything_needed_to_walk_home_is_attached(edition, partner):
    files = attached(edition, partner)
    assert set(files) == {
        "events.csv", "claims.csv", "sources.csv", "relations.csv", "doubts.csv", "sentences.csv", "datapackage.json", "run.json"
    }  # fmt: skip
    events, claims, sources = (
        rows(files[f"{name}.csv"]) for name in ("events", "claims", "sources")
    )
    assert {claim["event_id"] for claim in claims} == {
        event["event_id"] for event in events
    }
    assert {claim["source_id"] for claim in claims} == {
        source["source_id"] for source in sources
    }
    assert all(len(claim["passage_sha256"]) == 64 for claim in claims)
    record = json.loads(files["run.json"])
    assert record["parameters"] == {"as_of": "", "partner": partner}
    assert set(record["inputs"]) >= {"claims.csv", "events.csv", "datapackage.json"}


def test_every_mark_on_the_page_has_its_row(edition):
    """Links go to named places; each must lead to a page of the same file."""
    with pikepdf.open(path(edition, "XAR")) as pdf:
        links = [
            note
            for page in pdf.pages
            for note in page.get("/Annots", [])
            if note["/Subtype"] == "/Link"
        ]
        assert len(links) >= 10
        assert all("/A" in link or "/Dest" in link for link in links)
    marks = {event["mark"] for event in rows(attached(edition, "XAR")["events.csv"])}
    assert marks == {"E1", "E2", "E3", "C1"}


def test_every_figure_speaks_to_a_reader_who_cannot_see_it(edition):
    with pikepdf.open(path(edition, "XAR")) as pdf:
        alts = [
            str(item["/Alt"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any("none closer, 3 away with a date" in alt for alt in alts)
    assert any("Two of 3 rest on two or more independent sources" in alt for alt in alts)


def test_a_direction_has_its_counts_and_what_it_hangs_on(edition):
    text = " ".join(" ".join(pages(edition, "XAR")).split())
    assert "Moving away" in text and "0 closer, 3 away" in text
    assert "The direction falls without Northern Gazette or Harbour Review" in text
    assert "0 closer, 2 away: no direction" in text


def test_below_the_gate_there_is_no_direction_and_the_page_says_why(edition):
    text = " ".join(" ".join(pages(edition, "XCO")).split())
    assert "No direction" in text and "Moving away" not in text
    assert "None can be stated: three reports from two independent sources" in text


def test_contested_points_stand_side_by_side(edition):
    text = " ".join(" ".join(pages(edition, "XBE")).split())
    assert (
        "Russia gave up the naval station." in text
        and "The naval station is still Russian." in text
    )
