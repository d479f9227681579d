"""What a page that is too full leaves out, and in which order."""

from __future__ import annotations

from copy import deepcopy

import nbformat.v4 as v4
import pytest
from rendering_fixtures import sample
from rendering_fixtures.reading import export, words
from rendering_fixtures.sample import block, section, shown

from briefmill.render.composition import compose
from briefmill.texts import marks, text


def full_page(lines_more=0):
    """The sample's opening with `lines_more` lines in its chronology; the cells of its notebook."""
    chronology = deepcopy(block("chronology"))
    steps = chronology["groups"][0]["steps"]
    for number in range(lines_more):
        words_of_line = f"Line {number} " + "of what happened in some place " * 3
        more = {"when": "2024", "runs": [text(words_of_line), marks(["1"])]}
        steps.append(steps[0] | more)
    sections = [
        section("Title block", "masthead", tags=["unheaded"]),
        section("Judgement", "judgement", tags=["unheaded"]),
        section("What happened", chronology, tags=["side"]),
        section("Why it matters", "implications", tags=["side"]),
        section("What next", "outlook", "triggers", tags=["side"]),
        section("How sure", "strip", tags=["side"]),
        section("Where each number leads", "references"),
    ]
    return [cell for each in sections for cell in each]


#: What the sample marks to be left out, in the order in which it goes: see `drop` in its file.
DROPPABLE = (
    "tied down by its own war",
    "is said to broker terms",
    "garrison stays",
    "charges Borduria",
    "no longer trust",
    "Bordurian ships call again",
    "Cravonia sells guns",
    "A second delivery",
)


def left_out(pages):
    """How many of `DROPPABLE` are gone; they go in their order."""
    said = " ".join(" ".join(pages).split())
    gone = [each not in said for each in DROPPABLE]
    assert gone == sorted(gone, reverse=True), dict(zip(DROPPABLE, gone, strict=True))
    return sum(gone)


def test_an_opening_that_fits_leaves_nothing_out():
    pages = words(export(*full_page()))
    assert left_out(pages) == 0


@pytest.mark.slow
def test_a_page_too_full_leaves_out_in_order_and_no_more_than_it_has_to():
    """One line more at a time: what goes never comes back, and the strip stays on the first page as long as it can."""
    counts = []
    for more in range(0, 17):
        pages = words(export(*full_page(more)))
        fits = "Confidence in this reading" in pages[0]
        counts.append(left_out(pages) if fits else None)
    assert counts[0] == 0
    fitting = [count for count in counts if count is not None]
    assert fitting == sorted(fitting)
    assert fitting[-1] == len(DROPPABLE)
    # Where leaving out does not help any more, all is said, on a page more.
    beyond = counts[len(fitting) :]
    assert beyond and set(beyond) == {None}
    assert left_out(words(export(*full_page(16)))) == 0


def test_what_has_no_place_in_the_order_is_never_left_out():
    pages = words(export(*full_page(12)))
    said = " ".join(" ".join(pages).split())
    for kept in ("survey vessel", "none come", "bids for a place", "Line 11 of"):
        assert kept in said
    for way in ("Aldovia gives notice", "Aldovian officers return"):
        assert way in said


@pytest.mark.slow
def test_a_section_may_be_left_out_as_a_whole():
    def pages(lines_more):
        cells = full_page(lines_more)
        at = next(n for n, cell in enumerate(cells) if "How sure" in cell.source)
        aside = section("Aside", sample.note("An aside."), tags=["side", "drop:1"])
        return words(export(*cells[:at], *aside, *cells[at:]))

    assert "An aside." in pages(0)[0]
    full = pages(7)
    assert left_out(full) == 1  # the line of the same step
    assert "An aside." not in "".join(full) and "Aside" not in "".join(full)


@pytest.mark.parametrize("tag", ["drop:", "drop:soon", "drop:0", "drop:-1"])
def test_a_step_that_is_none_is_refused(tag):
    cells = section("A", sample.note("x"), tags=[tag])
    with pytest.raises(ValueError, match=f"'{tag}' names no step"):
        compose(v4.new_notebook(cells=cells))


def with_masthead(cells, **changes):
    return [shown(block("masthead", **changes)), *cells[2:]]


@pytest.mark.slow
def test_what_is_to_be_one_page_leaves_out_until_it_is():
    several = words(export(*with_masthead(full_page(6))))
    assert len(several) == 2 and left_out(several) == 0
    one = words(export(*with_masthead(full_page(6), one_page=True)))
    assert len(one) == 1
    assert 0 < left_out(one) < len(DROPPABLE)
    assert "Where each number leads" in one[0]
    # Where leaving out does not help, nothing is left out for it.
    never = words(export(*with_masthead(full_page(16), one_page=True)))
    assert len(never) == 2 and left_out(never) == 0


@pytest.mark.slow
def test_a_number_that_no_printed_line_bears_is_not_listed_unless_it_always_is():
    references = deepcopy(block("references"))
    references["items"][13]["always"] = True  # 14, borne by a line that goes first
    for listed, there in ((block("references"), False), (references, True)):
        cells = [*full_page(9)[:-2], *section("Numbers", listed)]
        printed = " ".join(" ".join(words(export(*cells))).split())
        assert "tied down by its own war" not in printed  # the line of 14 is gone
        assert ("Borduria tied down by its war" in printed) == there
        assert "Garrison stays idle" in printed  # 3 is borne by a line that stays


@pytest.mark.slow
def test_the_key_explains_the_signs_that_are_there():
    def key(lines_more):
        return words(export(*full_page(lines_more)))[0]

    assert "background" in key(0) and "too doubtful to count" in key(0)
    # With its only line a sign leaves the key.
    assert "background" not in key(8) and "too doubtful to count" in key(8)
    assert "too doubtful to count" not in key(9) and "draws it away" in key(9)
