"""The nine analytic standards: a page that keeps them, doctored until it does not."""

import json
import re
from dataclasses import replace

import pytest
import shared
from conftest import ROOT
from setting import executed, with_blocks, with_sections

from allywatch.page.standards import EVIDENCE, STANDARDS, checklist
from briefmill.blocks import Chronology, Figure, Judgement, Row, Strip, Table, Triggers
from briefmill.render.composition import compose
from briefmill.texts import Marks, Words, plain

NAMES = [name for name, _ in STANDARDS]
CONFIDENCE = "Confidence in this reading"


@pytest.fixture(scope="module")
def first():
    """The first edition of a partner with much evidence."""
    return shared.country("ARM")


@pytest.fixture(scope="module")
def whole(first, tmp_path_factory):
    """The page after an edition that had another direction."""
    before = tmp_path_factory.mktemp("standards") / "before.json"
    snapshot = first.record["snapshot"] | {"word": "moving closer"}
    before.write_text(json.dumps({"snapshot": snapshot}), encoding="utf-8")
    values = {"partner": "ARM", "data_dir": str(ROOT / "data"), "before": str(before)}
    return compose(executed("country_briefing", **values))


@pytest.fixture(scope="module")
def overview():
    """The page of all partners."""
    return shared.page("overview_briefing")


@pytest.fixture
def document(whole):
    return whole


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


def the(kind, document):
    return next(block for block in document.blocks() if isinstance(block, kind))


def cell(document, label, words):
    """The document with other words in a cell of its strip; none at all for ""."""
    strip = the(Strip, document)
    cells = [
        replace(cell, runs=(Words(words),)) if cell.label == label else cell
        for cell in strip.cells
    ]
    kept = tuple(cell for cell in cells if plain(cell.runs))
    assert kept != strip.cells
    return exchanged(document, strip, cells=kept)


def ungraded(document):
    """The document without how reliable each source is."""

    def changed(block):
        if not isinstance(block, Table) or block.role != "sources":
            return block
        (group,) = block.groups
        rows = [
            Row((*row.cells[:2], (), *row.cells[3:]), row.anchor) for row in group.rows
        ]
        return replace(block, groups=(replace(group, rows=tuple(rows)),))

    return with_blocks(document, changed)


def reported_by_nobody(document):
    evidence = {**document.record[EVIDENCE], "claims": 0}
    return replace(document, record={**document.record, EVIDENCE: evidence})


def unmarked(document):
    headline = (Words("It moves away."),)
    return exchanged(document, the(Judgement, document), headline=headline)


def blind(document):
    return without(document, lambda block: isinstance(block, Figure | Chronology))


DOCTORED = {
    0: ungraded,
    1: lambda document: cell(document, CONFIDENCE, ""),
    2: reported_by_nobody,
    3: lambda document: without_role(document, "opposite_reading"),
    4: lambda document: without(document, lambda each: isinstance(each, Triggers)),
    5: unmarked,
    6: lambda document: without_role(document, "changes"),
    8: blind,
}


def judged(document, place):
    own = checklist(document)[place]
    return own["status"], own["why"]


@pytest.mark.parametrize("place", DOCTORED, ids=lambda place: NAMES[place])
def test_a_page_that_lacks_what_a_standard_asks_for_does_not_meet_it(document, place):
    assert judged(document, place) == ("met", "")
    status, why = judged(DOCTORED[place](document), place)
    assert status == "not"
    assert why.endswith(".")


def test_accuracy_is_never_claimed(document):
    status, why = judged(document, 7)
    assert status == "partly"
    assert "No outcome is known yet" in why
    blind_to_it = without(document, lambda each: isinstance(each, Triggers))
    assert judged(blind_to_it, 7)[0] == "not"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            "Moderate: it is likely, as five reports have two sources.",
            "Likelihood and confidence run together in one sentence.",
        ),
        ("Moderate", "The confidence is given without its reason."),
    ],
)
def test_a_lesser_lack_is_met_in_part_and_named(document, words, why):
    doctored = cell(document, CONFIDENCE, words)
    assert judged(doctored, 1) == ("partly", why)


def test_what_we_expect_ourselves_has_to_be_said(document):
    """A page that only tells what others foresee leaves its own reader without an answer."""

    def changed(block):
        if block.role != "outlook":
            return block
        items = [item for item in block.items if plain(item.label) != "Our own."]
        assert len(items) == len(block.items) - 1
        return replace(block, items=tuple(items))

    status, why = judged(with_blocks(document, changed), 1)
    assert (status, why) == (
        "partly",
        "Nothing is said about what we expect, or why we expect nothing.",
    )


def test_a_slant_that_is_not_shown_is_named(document):
    status, why = judged(cell(document, "Slant of the sources", ""), 0)
    assert (status, why) == (
        "partly",
        "It does not show how one-sided the sources are.",
    )


def test_a_direction_that_its_rows_do_not_bear_out_is_found(document):
    turned = exchanged(document, the(Judgement, document), direction="closer")
    status, why = judged(turned, 5)
    assert status == "partly"
    assert "does not follow from its rows" in why


def test_a_mark_that_leads_nowhere_is_found(document):
    status, why = judged(replace(document, unresolved=("77",)), 5)
    assert status == "partly"
    assert "Marks lead to no row: 77." in why


def test_a_trigger_that_rests_on_nothing_is_found(document):
    triggers = the(Triggers, document)
    first, *others = triggers.columns
    bare = replace(first.triggers[0], meaning=(Words(" it would mean much."),))
    columns = (replace(first, triggers=(bare, *first.triggers[1:])), *others)
    status, why = judged(exchanged(document, triggers, columns=columns), 5)
    assert (status, why) == ("partly", "Something to watch rests on no evidence.")


@pytest.mark.parametrize(
    ("alt", "why"),
    [
        ("A chart of the tie. " * 30, "does not tell its finding in brief"),
        (None, "repeats its title"),
    ],
)
def test_a_figure_with_a_poor_alternative_is_found(document, alt, why):
    figure = the(Figure, document)
    doctored = exchanged(document, figure, alt=alt or figure.title)
    status, said = judged(doctored, 8)
    assert status == "partly"
    assert why in said


def test_contradictions_have_to_stand_side_by_side(document):
    doctored = without_role(document, "contested")
    assert "side by side" in judged(doctored, 3)[1]


def test_a_first_edition_has_nothing_to_compare_itself_with(first):
    status, why = judged(first, 6)
    assert status == "not"
    assert why == "It is the first edition: there is none to compare it with."


def test_the_titles_on_the_page_decide_nothing(document):
    doctored = with_sections(
        document,
        lambda section: replace(
            section, heading="Another heading", name="Another heading"
        ),
    )
    assert doctored != document
    assert checklist(doctored) == checklist(document)


def test_a_page_without_a_judgement_is_not_judged(document):
    doctored = without(document, lambda block: isinstance(block, Judgement))
    assert checklist(doctored) == []


def test_what_is_judged_is_plain_data(document):
    judged = checklist(document)
    assert json.loads(json.dumps(judged)) == judged
    assert [own["standard"] for own in judged] == NAMES


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4, 5, 8], ids=lambda place: NAMES[place])
def test_the_overview_keeps_the_same_standards(overview, place):
    assert judged(overview, place) == ("met", "")


def test_the_overview_without_its_costs_and_causes_says_nothing_of_why_it_matters(
    overview,
):
    def lacks(block):
        return block.role in ("causes", "costs", "implications")

    status, why = judged(without(overview, lacks), 4)
    assert status == "partly"
    assert "why it matters" in why


def test_every_mark_behind_the_headline_is_a_number_of_the_page(document):
    headline = the(Judgement, document).headline
    marks = [mark for run in headline if isinstance(run, Marks) for mark in run.marks]
    assert marks
    assert all(
        re.fullmatch(r"\d+", mark) and mark in document.targets for mark in marks
    )
