"""The briefing itself, from a data folder through the repository's own notebook to the PDF a reader opens."""

import csv
import io
import json

import pikepdf
import pypdfium2
import pytest
import shared

NAMES = {"XAR": "Arvenia", "XBE": "Bellmark", "XCO": "Corsund"}


@pytest.fixture(scope="module")
def edition():
    """An edition of the tiny folder's three partners: one above the gate, one contested, one thin."""
    return shared.tiny_edition() / "reports" / "latest"


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


@pytest.mark.parametrize(("partner", "most"), [("XAR", 2), ("XBE", 2), ("XCO", 1)])
def test_two_pages_or_one_page_where_there_are_few_reports(edition, partner, most):
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


@pytest.mark.parametrize("partner", NAMES)
def test_every_number_on_the_page_has_its_row(edition, partner):
    """Links lead to places of the same file; each number is that of an attached event."""
    with pikepdf.open(path(edition, partner)) as pdf:
        links = [
            note
            for page in pdf.pages
            for note in page.get("/Annots", [])
            if note["/Subtype"] == "/Link"
        ]
        assert len(links) >= 8
        assert all("/A" in link or "/Dest" in link for link in links)
    files = attached(edition, partner)
    numbers = {event["mark"] for event in rows(files["events.csv"])}
    sentences = rows(files["sentences.csv"])
    used = {mark for sentence in sentences for mark in sentence["marks"].split(";")}
    assert used <= numbers
    assert {"1", "2"} <= used


def test_a_number_is_that_of_its_line_in_the_order_of_the_days(edition):
    events = rows(attached(edition, "XAR")["events.csv"])
    assert {event["event_id"]: event["mark"] for event in events} == {
        "E1": "1",  # autumn 2020
        "E2": "2",  # 2023
        "E3": "3",  # February 2024
        "E4": "4",  # a forecast, in no line
    }


def test_every_figure_speaks_to_a_reader_who_cannot_see_it(edition):
    with pikepdf.open(path(edition, "XAR")) as pdf:
        alts = [
            str(item["/Alt"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any("none closer, 3 away with a date" in alt for alt in alts)


def test_above_the_gate_the_direction_has_its_counts_and_what_it_hangs_on(edition):
    text = " ".join(" ".join(pages(edition, "XAR")).split())
    assert "Moving away" in text and "0 closer, 3 away" in text
    assert "falls without Northern Gazette or Harbour Review" in text
    assert "−1.00" not in text  # a balance is for the methodology


def test_below_the_gate_no_direction_is_given_and_the_page_says_why(edition):
    text = " ".join(" ".join(pages(edition, "XCO")).split())
    assert "No direction" in text and "None can be stated" in text
    assert "three reports from two independent sources are needed" in text
    assert "Moving" not in text
    # What happened is told all the same, and by whom.
    assert "Bellmark and Corsund shut out Russian cement" in text
    assert "Harbour Review" in text


def test_contested_points_stand_side_by_side(edition):
    text = " ".join(" ".join(pages(edition, "XBE")).split())
    assert (
        "Russia gave up the naval station." in text
        and "The naval station is still Russian." in text
    )
