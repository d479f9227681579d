"""The nine analytic standards: a page that keeps one, doctored until it does not."""

import json
from dataclasses import replace

import pytest
from conftest import ROOT
from setting import executed, with_blocks, with_sections

from allywatch.page.standards import EVIDENCE, STANDARDS, checklist
from briefmill.blocks import BottomLine, Definition, Figure, Gate
from briefmill.render.composition import compose
from briefmill.texts import Arrow, Words

NAMES = [name for name, _ in STANDARDS]


@pytest.fixture(scope="module")
def whole():
    """The document of a partner with much evidence."""
    data = str(ROOT / "data")
    return compose(executed("country_briefing", partner="ARM", data_dir=data))


@pytest.fixture
def document(whole):
    return whole


def bottom_line(document):
    (line,) = [block for block in document.blocks() if isinstance(block, BottomLine)]
    return line


def exchanged(document, old, **changes):
    """The document with a block of it changed."""
    new = replace(old, **changes)
    return with_blocks(document, lambda block: new if block is old else block)


def without(document, fits):
    def kept(section):
        blocks = tuple(block for block in section.blocks if not fits(block))
        return replace(section, blocks=blocks)

    return with_sections(document, kept)


def without_role(document, role):
    return without(document, lambda block: block.role == role)


def row(document, label, words):
    line = bottom_line(document)
    rows = tuple(
        (name, (Words(words),) if name == label else runs) for name, runs in line.rows
    )
    return exchanged(document, line, rows=rows)


def ungraded(document):
    def changed(block):
        if not isinstance(block, Definition):
            return block
        return replace(
            block, items=tuple(replace(term, grade="") for term in block.items)
        )

    return with_blocks(document, changed)


def told_by_nobody(document):
    evidence = {**document.record[EVIDENCE], "claims": 0}
    return replace(document, record={**document.record, EVIDENCE: evidence})


def unmarked(document):
    return exchanged(
        document, bottom_line(document), judgement=(Words("It moves away."),)
    )


def blind(document):
    return without(document, lambda block: isinstance(block, Figure | Gate))


DOCTORED = {
    0: ungraded,
    1: lambda document: row(document, "Confidence", ""),
    2: told_by_nobody,
    3: lambda document: without_role(document, "opposite_reading"),
    4: lambda document: without_role(document, "indicators"),
    5: unmarked,
    6: lambda document: without_role(document, "changes"),
    8: blind,
}


def state(document, place):
    return checklist(document)[place]["status"]


@pytest.mark.parametrize("place", DOCTORED, ids=lambda place: NAMES[place])
def test_a_page_that_lacks_what_a_standard_asks_for_does_not_meet_it(document, place):
    before = checklist(document)
    assert (before[place]["status"], before[place]["why"]) == ("met", "")
    after = checklist(DOCTORED[place](document))
    assert after[place]["status"] == "not"
    assert after[place]["why"].endswith(".")


def test_accuracy_is_never_claimed(document):
    judged = checklist(document)[7]
    assert judged["status"] == "partly"
    assert "No outcome is known yet" in judged["why"]
    assert state(without_role(document, "indicators"), 7) == "not"


def test_a_lesser_lack_is_met_in_part_and_named(document):
    doctored = row(
        document,
        "Confidence",
        "Moderate: it is likely, as five events have two lineages.",
    )
    assert checklist(doctored)[1] == {
        "standard": "Expresses and explains uncertainties",
        "status": "partly",
        "why": "Likelihood and confidence run together in one sentence.",
    }


def test_a_direction_that_its_rows_do_not_bear_out_is_found(document):
    arrow = Arrow("closer", "rising", "up")
    judged = checklist(exchanged(document, bottom_line(document), arrow=arrow))[5]
    assert judged["status"] == "partly"
    assert "does not follow from its rows" in judged["why"]


def test_a_figure_whose_alternative_tells_no_number_is_found(document):
    figure = next(block for block in document.blocks() if isinstance(block, Figure))
    doctored = exchanged(document, figure, alt="A chart of the tie.")
    assert state(doctored, 8) == "partly"


def test_contradictions_have_to_stand_side_by_side(document):
    doctored = without_role(document, "contested")
    assert "side by side" in checklist(doctored)[3]["why"]


def test_the_titles_on_the_page_decide_nothing(document):
    doctored = with_sections(
        document,
        lambda section: replace(
            section, heading="Another heading", name="Another heading"
        ),
    )
    assert doctored != document
    assert checklist(doctored) == checklist(document)


def test_a_page_without_a_bottom_line_is_not_judged(document):
    doctored = without(document, lambda block: isinstance(block, BottomLine))
    assert checklist(doctored) == []


def test_what_is_judged_is_plain_data(document):
    judged = checklist(document)
    assert json.loads(json.dumps(judged)) == judged
    assert [own["standard"] for own in judged] == NAMES
