"""Sentences: marks on everything said about the world, plain words, and grammar."""

import re
from collections import Counter
from functools import cache

import pandas as pd
import pytest
import shared
from conftest import slow_but
from reading import about_the_world, country, overview_of, remarks, sentences, words_of

from allywatch.evidence import dossiers
from allywatch.evidence.turns import turn
from allywatch.page import wording
from allywatch.page.wording import grammar
from allywatch.page.wording.happened import sign
from briefmill.blocks import Judgement, every_part
from briefmill.texts import Arrow, plain, typographic

REAL = shared.real()
PARTNERS = shared.real_partners()
#: House terms, for which a page has the words of its readers.
HOUSE = (
    *("scored", "corroborated", "lineage", "gate", "corpus", "admitted", "in play"),
    *("indicator", "focal power", "dossier", "overturned", "contested", "insufficient"),
)


@cache
def blocks(partner):
    """The blocks of a real page; for "" of the overview."""
    if partner:
        return country(REAL, partner)
    return overview_of(shared.real_network())


def dossier_of(partner):
    return dossiers.dossier(REAL, partner) if partner else dossiers.pooled(REAL)


@pytest.mark.parametrize("partner", slow_but("", *shared.SOME, among=["", *PARTNERS]))
def test_every_sentence_about_the_world_ends_in_marks_that_resolve(partner):
    known = set(dossier_of(partner).all_events["mark"])
    said = [
        each for runs in about_the_world(blocks(partner)) for each in sentences(runs)
    ]
    assert len(said) > 3
    for sentence in said:
        assert sentence.marks, f"unmarked: {sentence.words!r}"
        assert set(sentence.marks) <= known


@pytest.mark.parametrize("partner", ["", *PARTNERS])
def test_a_remark_on_the_sources_tells_no_event(partner):
    dossier = dossier_of(partner)
    remarked = [
        words for runs in about_the_world(blocks(partner)) for words in remarks(runs)
    ]
    for told in [
        *dossier.events["headline"],
        *dossier.events["summary"],
        *dossier.claims["statement"],
    ]:
        assert not any(typographic(told.rstrip(".")) in words for words in remarked)


def test_a_sentence_about_the_world_without_evidence_is_refused():
    with pytest.raises(ValueError, match="rests on no evidence"):
        grammar.sentence("Something happened.", [])


@pytest.mark.parametrize("partner", ["", *PARTNERS])
def test_a_page_is_in_its_readers_words_and_prints_no_balance(partner):
    words = words_of(blocks(partner))
    assert len(words) > 1_000
    assert not re.search(r"[−+]\d\.\d\d|\b0\.00\b", words)
    for term in HOUSE:
        assert not re.search(rf"\b{term}s?\b", words, re.IGNORECASE), term


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_the_signs_of_a_chronology_are_explained_beside_it(partner):
    block = wording.chronology(dossiers.dossier(REAL, partner))
    used = {step.arrow.arrow for group in block.groups for step in group.steps}
    explained = [entry.arrow.arrow for entry in block.key]
    assert used == {*explained} - {""}
    assert len(explained) == len(set(explained))
    assert "" in explained or not used & {"closer", "away", "holding"}


@pytest.mark.parametrize("partner", PARTNERS)
def test_a_page_too_full_keeps_the_weightiest_line_of_each_way(partner):
    """What it drops is ranked from the least weighty on, and what speaks against the page is never all of it."""
    dossier = dossiers.dossier(REAL, partner)
    block = wording.chronology(dossier)
    steps = [step for group in block.groups for step in group.steps]
    kept = [step for step in steps if not step.drop]
    assert len(kept) >= min(len(steps), wording.happened.LEAST_LINES)
    for way in ("closer", "away"):
        if any(step.arrow.arrow == way for step in steps):
            assert any(step.arrow.arrow == way for step in kept)
    ranks = sorted(step.drop for step in steps if step.drop)
    assert len(ranks) == len(set(ranks))


def test_the_briefings_do_not_read_alike():
    """Of all headlines, and of all judgements, no more than a fifth open with the same four words."""
    openings = {"headline": [], "judgement": []}
    for partner in PARTNERS:
        (block,) = [each for each in blocks(partner) if isinstance(each, Judgement)]
        openings["headline"].append(plain(block.headline))
        openings["judgement"].append(plain(block.paragraphs[0]))
    for said in openings.values():
        firsts = Counter(" ".join(words.split()[:4]) for words in said)
        opening, times = firsts.most_common(1)[0]
        assert times <= len(said) / 5, f"{times} of {len(said)} begin with {opening!r}"


def test_a_tie_has_turned_only_where_one_way_ended_before_the_other_began():
    def turned(*rows):
        moves = pd.DataFrame(rows, columns=["direction", "earliest", "latest"])
        days = {"earliest": "datetime64[s]", "latest": "datetime64[s]"}
        return turn(moves.astype(days), REAL.rules["turn"])

    closer = (1, "2020-01-01", "2023-12-31")
    away = (-1, "2025-08-01", "2025-08-31")
    found = turned(closer, closer, away)
    assert (found.before, found.after, found.n_before, found.n_after) == (1, -1, 2, 1)
    assert (found.until.year, found.since.year) == (2023, 2025)
    assert turned((-1, *closer[1:]), (1, *away[1:])).after == 1
    assert turned(closer, (-1, "2023-06-01", "2024-01-01")) is None, "they overlap"
    assert turned(closer, away, (-1, "NaT", "2025-12-31")) is None, "no first day"
    assert turned((1, "2022-01-01", "NaT"), away) is None, "it goes on"
    assert turned(closer, closer) is None


def test_a_turned_tie_has_its_two_arrows_in_the_order_in_which_it_led():
    (block,) = [each for each in blocks("AZE") if isinstance(each, Judgement)]
    assert [arrow.arrow for arrow in block.arrows] == ["closer", "away"]
    assert block.word == "Turned"


def test_one_event_has_one_sign_on_every_page():
    signs = {}
    for partner in ["", *PARTNERS]:
        dossier = dossier_of(partner)
        for event in dossier.events[dossier.events["scored"]].itertuples():
            arrow = sign([event])
            signs.setdefault(event.event_id, set()).add((arrow.arrow, arrow.filled))
    assert len(signs) > 40
    assert all(len(found) == 1 for found in signs.values())


def test_every_arrow_of_a_page_stands_beside_a_word():
    """Colour and shape are never all that is said: each cell, line and trigger with an arrow has words too."""
    for partner in PARTNERS:
        for part in every_part(blocks(partner)):
            own = [value for value in vars(part).values() if isinstance(value, Arrow)]
            if own:
                assert words_of([part]).strip(), part


@pytest.mark.parametrize(
    ("value", "printed"),
    [(-1, "−1.00"), (0, "0.00"), (-0.001, "0.00"), (1 / 3, "+0.33"), (-0.857, "−0.86")],
)
def test_balance_is_printed_with_its_sign(value, printed):
    assert grammar.signed(value) == printed


def test_small_grammar():
    assert grammar.counted(0, "event") == "no event"
    assert grammar.counted(1, "event") == "one event"
    assert grammar.counted(12, "event") == "12 events"
    assert grammar.joined(["a", "b", "c"]) == "a, b and c"
    assert grammar.joined(["a"]) == "a"
    assert grammar.some_of(0, 3, "source") == "none of three sources"
    assert grammar.some_of(2, 2, "source") == "both sources"
    assert grammar.some_of(1, 1, "source") == "the one source"
    assert grammar.clause("It fell. ") == "It fell"
    assert grammar.ended("It fell") == grammar.ended("It fell.") == "It fell."
    assert grammar.ended("Did it?") == "Did it?"


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Armenia", "Armenia’s"),
        ("Belarus", "Belarus’s"),
        ("the United States", "the United States’"),
        ("United States", "United States’"),
        ("the Netherlands", "the Netherlands’"),
        ("The Philippines", "The Philippines’"),
        ("the Bahamas", "the Bahamas’"),
        ("the Gambia", "the Gambia’s"),
    ],
)
def test_the_owners_form_of_a_name(name, owner):
    assert grammar.possessive(name) == owner
