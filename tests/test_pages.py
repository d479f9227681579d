"""The pages of every partner there is: how long they are, what stands on the first, and where their numbers lead."""

import io
import re

import pikepdf
import pytest
import shared
from conftest import slow_but
from geometry import first_page, gone_and_kept, squeezed, well_set
from setting import MM, lines

from briefmill.blocks import Judgement, References, Strip, every_mark
from briefmill.render.html import compile_html
from briefmill.texts import Words

PARTNERS = shared.real_partners()

#: How far above a line a link to it leads.
ABOVE = 3.5


def briefing(partner):
    """A partner's document and PDF."""
    return shared.country(partner), shared.pdf("country_briefing", partner)


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_every_briefing_is_two_pages_or_where_there_are_few_reports_one(partner):
    document, pdf = briefing(partner)
    pages = well_set(document, pdf)
    assert len(pages) == 1 if document.masthead.one_page else len(pages) <= 2


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_all_up_to_how_sure_stands_on_the_first_page(partner):
    document, pdf = briefing(partner)
    first = first_page(pdf)
    (strip,) = [block for block in document.blocks() if isinstance(block, Strip)]
    for cell in strip.cells:
        assert squeezed(cell.label) in first
    (judged,) = [block for block in document.blocks() if isinstance(block, Judgement)]
    for run in (*judged.headline, *judged.paragraphs[0]):
        if isinstance(run, Words):
            assert squeezed(run.text) in first


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_what_a_full_page_leaves_out_goes_in_its_order(partner):
    gone, kept = gone_and_kept(*briefing(partner))
    assert 0 not in gone
    assert not gone or max(gone) < min(kept - {0}, default=99)


@pytest.fixture(scope="module")
def overview():
    return shared.page("overview_briefing"), shared.pdf("overview_briefing")


def test_the_overview_is_two_pages_and_its_list_of_numbers(overview):
    document, pdf = overview
    assert len(well_set(document, pdf)) == 3


def test_the_overview_lists_what_its_printed_marks_lead_to(overview):
    document, _ = overview
    blocks = list(document.paper.blocks())
    (listed,) = [block for block in blocks if isinstance(block, References)]
    assert {item.anchor for item in listed.items} == every_mark(blocks)


# Where marks lead


def led_to(pdf):
    """What each inner link stands over, with the line at the place that it leads to."""
    pages = lines(pdf)
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        numbers = {page.objgen: number for number, page in enumerate(opened.pages)}
        for page, shown in zip(opened.pages, pages, strict=True):
            height = float(page.MediaBox[3])
            for note in page.get("/Annots", []):
                if "/Dest" not in note:
                    continue
                left, low, right, high = (float(each) for each in note.Rect)
                place = (left, height - low, right, height - high)
                there = numbers[note.Dest[0].objgen]
                down = height - float(note.Dest[3])
                found.append((over(shown, place), at(pages[there], note, down)))
    return found


def over(shown, place):
    """The words that lie under a rectangle given in points."""
    left, low, right, high = (each / MM for each in place)
    return " ".join(
        words
        for x, bottom, far, top, words in shown
        if min(far, right) - max(x, left) > 0 and min(bottom, low) - max(top, high) > 0
    )


def at(shown, note, down):
    """The words of the line that begins where a link leads to."""
    across = float(note.Dest[2]) / MM
    wanted = down / MM + ABOVE
    nearest = min(shown, key=lambda line: abs(line[3] - wanted) + abs(line[0] - across))
    return nearest[4]


@pytest.fixture(params=["ARM", "SYR", "CHN", "overview"])
def page_with_numbers(request):
    if request.param == "overview":
        return request.getfixturevalue("overview")
    return briefing(request.param)


def test_a_number_leads_to_its_own_line_of_the_list(page_with_numbers):
    _, pdf = page_with_numbers
    links = led_to(pdf)
    assert len(links) > 10
    for words, line in links:
        number = re.match(r"\d+", line)
        assert number, f"{words!r} leads to {line!r}"
        assert re.search(rf"(?<!\d){number[0]}(?!\d)", words), (words, line)


def test_in_html_too_every_number_leads_to_its_own_line(page_with_numbers):
    document, _ = page_with_numbers
    html = compile_html(document)
    leads = re.findall(r'<a class="mark" href="#([^"]+)">([^<]+)</a>', html)
    assert len(leads) > 10
    rows = dict(re.findall(r'<li id="([^"]+)"><b>([^<]+)</b>', html))
    for target, words in leads:
        assert target == words == rows[target]
