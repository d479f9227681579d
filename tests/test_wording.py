"""Sentences: marks on everything said about the world, grammar, and shapes that follow the evidence."""

import re
from collections import Counter
from itertools import chain

import pandas as pd
import pytest
from allywatch.page.wording.verdicts import judgement
from conftest import ROOT

from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.turns import Move, turn
from allywatch.page import wording
from allywatch.page.wording import grammar
from briefmill.blocks import Omitted
from briefmill.texts import Marks, Words, plain, typographic

REAL = loading.load(ROOT / "data")
PARTNERS = sorted(set(REAL.events["partners"].explode()) - {REAL.rules["focal_power"]})


def page(dataset, partner):
    file = dossiers.dossier(dataset, partner)
    verdict = scoring.verdict(file)
    passages = [
        wording.changes(file, verdict),
        wording.changes_in_column(file, verdict),
        wording.by_dimension(file, verdict),
        wording.thin_points(file, verdict),
        wording.opposite_reading(file, verdict),
        wording.forecast_list(file, verdict),
        wording.indicators(file, verdict),
        wording.gaps(file),
    ]
    return file, verdict, wording.bottom_line(file, verdict), passages


def items(passages):
    """The items of all passages that stand on the page."""
    return [
        item
        for passage in passages
        if not isinstance(passage, Omitted)
        for item in passage.items
    ]


def sentences(runs):
    """(words, marks) of each sentence: a run of text, and the marks that follow it."""
    said = []
    for run in runs:
        if isinstance(run, Marks) and said:
            said[-1] = (said[-1][0], list(run.marks))
        elif (
            isinstance(run, Words)
            and run.text.strip()
            and run.style != "strong"
            and not run.remark
        ):
            said.append(
                (run.text, [])
            )  # neither a lead-in nor a remark on the corpus itself
    return said


@pytest.mark.parametrize("partner", PARTNERS)
def test_every_sentence_about_the_world_ends_in_marks_that_resolve(partner):
    file, _, bottom, passages = page(REAL, partner)
    known = set(file.all_events["mark"])
    runs = [bottom.judgement, *(row[1] for row in bottom.rows)]
    runs += [item.runs for item in items(passages)]
    for words, marks in (pair for each in runs for pair in sentences(each)):
        assert marks, f"unmarked: {words!r}"
        assert set(marks) <= known


@pytest.mark.parametrize("partner", PARTNERS)
def test_a_remark_on_the_corpus_tells_no_event(partner):
    file, _, bottom, passages = page(REAL, partner)
    runs = [run for row in bottom.rows for run in row[1]]
    runs += [run for item in items(passages) for run in item.runs]
    remarks = [run.text for run in runs if isinstance(run, Words) and run.remark]
    for told in [
        *file.events["headline"],
        *file.events["summary"],
        *file.claims["statement"],
    ]:
        assert not any(told.rstrip(".") in words for words in remarks)


def test_a_sentence_about_the_world_without_evidence_is_refused():
    with pytest.raises(ValueError, match="rests on no evidence"):
        grammar.sentence("Something happened.", [])


@pytest.mark.parametrize("partner", PARTNERS)
def test_numbers_in_the_bottom_line_are_those_of_the_data(partner):
    file, verdict, _, _ = page(REAL, partner)
    words = plain(judgement(file, verdict)).replace("the two closer", "them closer")
    spelt = {grammar.number(n): n for n in range(2, 60)} | {"one": 1}
    said = [spelt[word] for word in re.findall(r"\w+", words.lower()) if word in spelt]
    for count in said:
        assert count in (verdict.tally.closer, verdict.tally.away, verdict.tally.moves, verdict.tally.held,
                         file.claims["source_id"].nunique(), verdict.gate.lineages), words  # fmt: skip


def test_below_the_gate_nothing_prints_a_balance():
    for partner in PARTNERS:
        file, verdict, bottom, passages = page(REAL, partner)
        if verdict.gate.met:
            continue
        everything = str(bottom) + str(passages)
        assert not re.search(r"[−+]\d\.\d\d|\b0\.00\b", everything), partner
        assert wording.key_figures(file, verdict).kind == "none"


def test_sentence_shape_follows_the_evidence(tiny):
    dataset = loading.load(tiny)
    words = {
        partner: plain(judgement(*page(dataset, partner)[:2]))
        for partner in ("XAR", "XBE", "XCO")
    }
    assert (
        "drifting apart" in words["XAR"]
        and "none shows them drawing closer" in words["XAR"]
    )
    assert words["XBE"].startswith(
        "The evidence on Bellmark points both ways: two scored events draw it closer to Russia, two lead away"
    )
    assert "too little to say" in words["XCO"]


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_head_of_a_page_tells_what_happened_and_who_says_so(partner):
    file, _, bottom, _ = page(REAL, partner)
    head = [
        *bottom.judgement,
        *(bottom.rows[0][1] if bottom.rows[0][0] != "Likelihood" else ()),
    ]
    words = plain(head)
    for counted in ("scored", "lineage", "events", "balance", "gate"):
        assert counted not in words
    summaries = [typographic(summary) for summary in file.events["summary"]]
    told = [summary for summary in summaries if summary in words]
    if partner == "TUR":
        assert "How Turkey and Russia deal with each other, no source tells." in words
        return
    assert told
    marks = {mark for _, marks in sentences(head) for mark in marks}
    first = file.events.set_index("mark").loc[sorted(marks)]
    alone = file.claims[
        file.claims["event_id"].isin(first["event_id"]) & file.claims["supports"]
    ]
    if alone["source_id"].nunique() == 1:
        assert f"Only {alone['called'].iloc[0]} reports it." in words


def test_a_tie_that_leads_both_ways_is_told_from_both_sides():
    words = {}
    for partner in ("IRN", "AZE", "ARM"):
        _, _, bottom, _ = page(REAL, partner)
        words[partner] = plain(bottom.judgement) + plain(bottom.rows[0][1])
    assert "for Russia’s war" in words["IRN"]
    assert "Neither troops nor arms came" in words["IRN"]
    economic, mediated = (
        "tightened their economic links",
        "turned to Washington to mediate",
    )
    assert words["AZE"].index(economic) < words["AZE"].index(mediated)
    assert "The other way: Peacekeepers sent in 2020." in words["ARM"]


def test_the_briefings_do_not_read_alike():
    """Of all bottom-line sentences, and of those in one place of it, no more than a fifth open alike."""
    openings = {}
    for partner in PARTNERS:
        _, _, bottom, _ = page(REAL, partner)
        labels = ("Likelihood", "Confidence")
        rows = [row for row in bottom.rows if row[0] in labels]
        rows.append(("Judgement", bottom.judgement))
        for place, runs in rows:
            openings.setdefault(place, []).append(" ".join(plain(runs).split()[:4]))
    for said in [*openings.values(), list(chain(*openings.values()))]:
        opening, times = Counter(said).most_common(1)[0]
        assert times <= len(said) / 5, f"{times} of {len(said)} begin with {opening!r}"


def test_a_tie_has_turned_only_where_one_way_ended_before_the_other_began():
    def turned(*rows):
        moves = [
            Move(direction, pd.Timestamp(earliest), pd.Timestamp(latest))
            for direction, earliest, latest in rows
        ]
        return turn(moves, REAL.rules["turn"])

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


@pytest.mark.parametrize(
    ("value", "printed"),
    [(-1, "−1.00"), (0, "0.00"), (-0.001, "0.00"), (1 / 3, "+0.33"), (-0.857, "−0.86")],
)
def test_balance_is_printed_with_its_sign(value, printed):
    assert wording.signed(value) == printed


def test_small_grammar():
    assert grammar.counted(0, "event") == "no event"
    assert grammar.counted(1, "event") == "one event"
    assert grammar.counted(12, "event") == "12 events"
    assert grammar.joined(["a", "b", "c"]) == "a, b and c"
    assert grammar.joined(["a"]) == "a"
    assert grammar.possessive("the United States") == "the United States’"
    assert grammar.possessive("Belarus") == "Belarus’s"


def test_an_event_that_may_be_older_is_not_called_new():
    """An event known only "by" a day inside the last year must not be said to fall in it."""
    file, _, _, passages = page(REAL, "ARM")
    new, *_, last = passages[0].items
    open_marks = sentences(last.runs)[0][1]
    begun = file.in_play.set_index("mark")["earliest"]
    assert begun[open_marks].isna().any()
    assert begun[sentences(new.runs)[0][1]].notna().all()
