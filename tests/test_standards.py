"""The nine analytic standards: a page that keeps one, doctored until it does not."""

import json
from copy import deepcopy

import pytest
from conftest import ROOT
from setting import executed

from allywatch.page.standards import STANDARDS, checklist
from briefmill.render import compose

NAMES = [name for name, _ in STANDARDS]


@pytest.fixture(scope="module")
def whole():
    """The document of a partner with much evidence."""
    data = str(ROOT / "data")
    return compose(executed("country_briefing", partner="ARM", data_dir=data))


@pytest.fixture
def document(whole):
    return deepcopy(whole)


def sections(document):
    return [
        part
        for row in document["rows"]
        for column in row["columns"]
        for part in column["sections"]
    ]


def blocks(document):
    return [block for section in sections(document) for block in section["blocks"]]


def without(document, fits):
    for section in sections(document):
        section["blocks"] = [block for block in section["blocks"] if not fits(block)]


def row(document, label, words):
    (line,) = [block for block in blocks(document) if block["kind"] == "bottom_line"]
    line["rows"] = [
        [name, [{"text": words}] if name == label else runs]
        for name, runs in line["rows"]
    ]


def file(document, name, text):
    document["files"] = [
        own | ({"text": text} if own["name"] == name else {})
        for own in document["files"]
    ]


def ungraded(document):
    for block in blocks(document):
        for item in block["items"] if block["kind"] == "definition" else []:
            item["grade"] = ""


def told_by_nobody(document):
    (text,) = [own["text"] for own in document["files"] if own["name"] == "claims.csv"]
    file(document, "claims.csv", text.splitlines()[0] + "\n")


def unmarked(document):
    for block in blocks(document):
        if block["kind"] == "bottom_line":
            block["judgement"] = [{"text": "It moves away.", "styles": [], "link": ""}]


def blind(document):
    without(document, lambda block: block["kind"] in ("figure", "gate"))


DOCTORED = {
    0: ungraded,
    1: lambda document: row(document, "Confidence", ""),
    2: told_by_nobody,
    3: lambda document: without(
        document, lambda block: block.get("part") == "opposite_reading"
    ),
    4: lambda document: without(
        document, lambda block: block.get("part") == "indicators"
    ),
    5: unmarked,
    6: lambda document: without(document, lambda block: block.get("part") == "changes"),
    8: blind,
}


def state(document, place):
    return checklist(document)[place]["status"]


@pytest.mark.parametrize("place", DOCTORED, ids=lambda place: NAMES[place])
def test_a_page_that_lacks_what_a_standard_asks_for_does_not_meet_it(document, place):
    before = checklist(document)
    assert (before[place]["status"], before[place]["why"]) == ("met", "")
    DOCTORED[place](document)
    after = checklist(document)
    assert after[place]["status"] == "not"
    assert after[place]["why"].endswith(".")


def test_accuracy_is_never_claimed(document):
    judged = checklist(document)[7]
    assert judged["status"] == "partly"
    assert "No outcome is known yet" in judged["why"]
    without(document, lambda block: block.get("part") == "indicators")
    assert state(document, 7) == "not"


def test_a_lesser_lack_is_met_in_part_and_named(document):
    row(
        document,
        "Confidence",
        "Moderate: it is likely, as five events have two lineages.",
    )
    assert checklist(document)[1] == {
        "standard": "Expresses and explains uncertainties",
        "status": "partly",
        "why": "Likelihood and confidence run together in one sentence.",
    }


def test_a_direction_that_its_rows_do_not_bear_out_is_found(document):
    (line,) = [block for block in blocks(document) if block["kind"] == "bottom_line"]
    line["direction"] = "closer"
    assert checklist(document)[5]["status"] == "partly"
    assert "does not follow from its rows" in checklist(document)[5]["why"]


def test_a_figure_whose_alternative_tells_no_number_is_found(document):
    next(block for block in blocks(document) if block["kind"] == "figure")["alt"] = (
        "A chart of the tie."
    )
    assert state(document, 8) == "partly"


def test_contradictions_have_to_stand_side_by_side(document):
    without(document, lambda block: block.get("part") == "contested")
    assert "side by side" in checklist(document)[3]["why"]


def test_the_titles_on_the_page_decide_nothing(document):
    before = checklist(document)
    for section in sections(document):
        section["heading"] = section["name"] = "Another heading"
    assert checklist(document) == before


def test_a_page_without_a_bottom_line_is_not_judged(document):
    without(document, lambda block: block["kind"] == "bottom_line")
    assert checklist(document) == []


def test_what_is_judged_is_plain_data(document):
    judged = checklist(document)
    assert json.loads(json.dumps(judged)) == judged
    assert [own["standard"] for own in judged] == NAMES
