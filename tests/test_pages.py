"""The pages themselves, for every partner and for what no partner has yet: length, margins, headings, overlaps."""

from itertools import combinations

import pytest
from conftest import ROOT
from setting import invented, lines, page_set

from allywatch import cleaning
from allywatch.partners import briefed_partners

REAL = ROOT / "data"
PARTNERS = briefed_partners(cleaning.load(REAL))
LONGEST = "The Most Serene Federal Republic of Upper and Lower Arvenia"  # 59 characters, of 60 allowed
LEFT, RIGHT, FOOT = 16, 194, 280
HAIR = 0.4


def body(document, pages):
    """How many pages come before the annex; all, where there is none."""
    annex = [number for number, found in enumerate(pages) for *_, words in found if words.startswith("Annex")]
    return annex[0] if annex else len(pages)


def well_set(document, pdf, most):
    pages = lines(pdf)
    assert body(document, pages) <= most, f"{body(document, pages)} pages before the annex"
    headings = [
        part["heading"]
        for row in document["rows"]
        for column in row["columns"]
        for part in column["sections"]
    ]
    for number, found in enumerate(pages, start=1):
        for left, _, right, _, words in found:
            assert left >= LEFT - HAIR and right <= RIGHT + HAIR, (
                f"page {number}: {words!r} leaves the margins"
            )
        for one, other in combinations(found, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[1], other[1]) - max(one[3], other[3])
            assert across < 0.5 or down < 1.2, f"page {number}: {one[4]!r} over {other[4]!r}"
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
    thin = any(
        block["kind"] == "gate"
        for row in document["rows"] for column in row["columns"]
        for part in column["sections"] for block in part["blocks"]
    )  # fmt: skip
    pages = well_set(document, pdf, most=2)
    assert not thin or len(pages) == 1


def test_the_overview_is_two_pages_and_an_annex():
    document, pdf = page_set("overview_briefing", data_dir=str(REAL))
    well_set(document, pdf, most=2)


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
    with pytest.raises(ValueError, match="has no briefing: no event has it as a partner"):
        page_set("country_briefing", partner="XAR", data_dir=str(folder))


def test_a_page_too_full_is_found(tmp_path):
    """The check itself: two of the pages' lines laid over one another, and one beyond the margin, are seen."""
    document, pdf = page_set("country_briefing", partner="SRB", data_dir=str(REAL))
    with pytest.raises(AssertionError, match="before the annex"):
        well_set(document, pdf, most=0)
