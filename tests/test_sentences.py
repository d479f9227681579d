"""The sentences of a page one by one: small words by themselves, and the rest on events of a few lines each.

Who tells: the Lantern (B) and the Harbour Ledger (C) are independent; Pilot sheet no. 7 (E) draws on the Lantern.
"""

import datetime

import pandas as pd
import pytest
from networks import SOURCES, Told, network_of

from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.periods import OVER_SEVERAL, UNDATED, Stretch
from allywatch.page import wording
from allywatch.page.wording import (
    attribution,
    by_period,
    differences,
    grammar,
    happened,
    opening,
    steps,
    sureness,
    voices,
)
from briefmill.texts import plain

LANTERN, LEDGER, PILOT = "S1", "S2", "S3"


def told(name, way, by=LANTERN, date="2024", **others):
    """An event with a headline of its own and a summary that says the same."""
    return Told(f"{name} held", f"Taskar held {name.lower()}.", way, by, date, **others)


def dossier_of(tmp_path, *events, partner="XTA", doubts=(), sources=SOURCES):
    folder = network_of(tmp_path / "data", *events, doubts=doubts, sources=sources)
    return dossiers.dossier(loading.load(folder), partner)


def cells(dossier):
    """The short answers at the foot of the first page, by their label."""
    strip = wording.how_sure(dossier, scoring.verdict(dossier))
    return {cell.label: plain(cell.runs) for cell in strip.cells}


# Small words


def test_numbers_are_words_below_ten():
    assert [grammar.number(n) for n in (0, 1, 9, 10, 1200)] == [
        *("no", "one", "nine", "10", "1,200"),
    ]
    assert grammar.number(-1) == "-1"
    assert [grammar.counted(n, "report") for n in (0, 1, 2)] == [
        *("no report", "one report", "two reports"),
    ]
    assert [grammar.verb(n, "is", "are") for n in (0, 1, 2)] == ["is", "is", "are"]


@pytest.mark.parametrize(
    ("some", "every", "words"),
    [
        (0, 2, "none of two reports"),
        (1, 2, "one of two reports"),
        (1, 1, "the one report"),
        (2, 2, "both reports"),
        (3, 3, "all three reports"),
        (12, 12, "all 12 reports"),
        (0, 1, "none of one report"),
    ],
)
def test_some_of_many(some, every, words):
    assert grammar.some_of(some, every, "report") == words


def test_names_are_joined_and_counted():
    assert grammar.joined([]) == ""
    assert grammar.joined(["a", "b"], "or") == "a or b"
    assert grammar.joined(["a", "b", "c"], "or") == "a, b or c"
    assert grammar.some_and_others(["a", "b"], 2) == "a and b"
    assert grammar.some_and_others(["a", "b", "c"], 2) == "a, b and one other"
    assert grammar.some_and_others(["a", "b", "c", "d"], 2) == "a, b and others"


def test_a_sentence_ends_once():
    assert grammar.ended("It fell…") == "It fell…"
    assert grammar.ended("It fell!") == "It fell!"
    assert grammar.clause(" It fell. ") == "It fell"
    assert grammar.capital("it Fell") == "It Fell"
    assert grammar.capital("") == ""


def test_shares_days_and_balances_are_printed():
    assert [grammar.percent(1, 3), grammar.percent(0, 5), grammar.percent(0, 0)] == [
        *("33 %", "0 %", "–"),
    ]
    assert grammar.day(datetime.date(2026, 3, 1)) == "1 March 2026"
    assert [grammar.signed(n) for n in (0.5, -0.5, 0.004, 1)] == [
        *("+0.50", "−0.50", "0.00", "+1.00"),
    ]


def test_sentences_stand_a_space_apart_and_what_is_empty_is_left_out():
    runs = grammar.spaced([], grammar.remark("A."), [], grammar.remark("B."))
    assert plain(runs) == "A. B."
    assert grammar.spaced([], []) == []
    between = grammar.spaced(grammar.remark("a"), grammar.remark("b"), between="; ")
    assert plain(between) == "a; b"
    assert all(run.remark for run in grammar.remark("A."))


@pytest.mark.parametrize(
    ("n_names", "words"),
    [(6, "a, b, c, d, e and f"), (7, "a, b, c, d, e, f and g"), (8, "a, b, c, d, e, f and 2 more")],
)  # fmt: skip
def test_of_very_many_names_the_first_are_told(n_names, words):
    assert voices.some_named(list("abcdefgh"[:n_names])) == words


# Who says so


@pytest.mark.parametrize(
    ("by", "line", "bracket", "sentence"),
    [
        ("S1", "The Lantern", "Dues held (the Lantern alone)", "Only the Lantern reports it."),
        ("S1 S2", "2 sources", "Dues held", "Two sources report it."),
        ("S1 S3", "The Lantern and Pilot sheet no. 7", "Dues held (the Lantern and Pilot sheet no. 7)",
         "The Lantern and Pilot sheet no. 7 report it, and are not independent."),
        ("S1 S2 S3", "3 sources", "Dues held", "Three sources report it, two of them independent."),
        ("S1 S2:denied", "The Lantern; denied by Harbour Ledger", "Dues held (the Lantern alone, denied by Harbour Ledger)",
         "Only the Lantern reports it; it is denied by Harbour Ledger."),
        ("S2:denied", "Harbour Ledger; denied by Harbour Ledger", "Dues held (Harbour Ledger alone, denied)",
         "Only Harbour Ledger says so."),
        ("S1:forecast", "The Lantern", "Dues held (the Lantern alone, foreseen)", "Only the Lantern says so."),
        ("S1:forecast S2:forecast", "The Lantern and Harbour Ledger", "Dues held (the Lantern and Harbour Ledger, foreseen)",
         "Only the Lantern and Harbour Ledger say so."),
        ("S1 S2:denied:a_governor", "The Lantern; denied by a governor", "Dues held (the Lantern alone, denied by a governor)",
         "Only the Lantern reports it; it is denied by a governor."),
    ],
)  # fmt: skip
def test_who_says_so_in_a_line_a_bracket_and_a_sentence(
    tmp_path, by, line, bracket, sentence
):
    dossier = dossier_of(tmp_path, told("Dues", -1, by))
    event = dossier.by_id["E1"]
    assert plain(voices.who_says_so(dossier, ["E1"])) == line
    assert attribution.in_brackets(dossier, event) == bracket
    assert attribution.tellers(dossier, event) == sentence


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("S1", "Dues fell, the Lantern alone reports."),
        ("S1:forecast", "Dues fell, the Lantern alone says."),
        ("S1 S3", "Dues fell, the Lantern and Pilot sheet no. 7 report."),
        ("S1:forecast S2:forecast", "Dues fell, the Lantern and Harbour Ledger say."),
        ("S1 S2", "Dues fell."),
        ("S1 S2:denied", "Dues fell. Only the Lantern reports it; it is denied by Harbour Ledger."),
    ],
)  # fmt: skip
def test_a_sentence_names_its_only_source_unless_its_words_do(tmp_path, by, words):
    dossier = dossier_of(tmp_path, told("Dues", -1, by))
    event = dossier.by_id["E1"]
    assert attribution.attributed(dossier, event, "Dues fell.") == words
    if by == "S1":
        named = "Dues fell, says the lantern."
        assert attribution.attributed(dossier, event, named) == named


def test_of_several_events_in_a_line_it_is_said_whether_each_has_its_sources(tmp_path):
    dossier = dossier_of(
        tmp_path,
        told("Fair", 1, "S1 S2"),
        told("Feast", 1, "S1 S2 S3"),
        told("Dues", -1, "S1"),
        told("Tolls", -1, "S2"),
    )
    said = {
        "E1 E2": "2 sources or more on each",
        "E3 E4": "one source each",
        "E1 E3": "2 sources, not all on each",
        "E1 E1": "2 sources",
    }
    for events, words in said.items():
        assert plain(voices.who_says_so(dossier, events.split())) == words


def test_who_denies_is_told_apart_from_who_is_contradicted(tmp_path):
    dossier = dossier_of(tmp_path, told("Fair", 1, "S1 S2"), told("Dues", -1, "S1"))
    assert voices.dispute(dossier, ["E1"]) == ""
    dossier.__dict__["contradictions"] = [("C1a", "C1b")]
    assert voices.dispute(dossier, ["E1"]) == "disputed"
    dossier.__dict__["contradictions"] = [("C1a", "C2a")]
    assert voices.dispute(dossier, ["E1"]) == ""
    assert voices.dispute(dossier, ["E1", "E2"]) == "disputed"


@pytest.mark.parametrize(
    ("by", "doubted", "words"),
    [
        ("S1 S2:denied", "C1a", "Outside reports differ: so (Gull Watch)."),
        ("S1 S2:denied", "C1b", "Outside reports speak against the denial: so (Gull Watch)."),
        ("S1 S2", "C1b", "Outside reports differ: so (Gull Watch)."),
    ],
)  # fmt: skip
def test_what_outside_reports_say_is_of_the_claim_or_of_its_denial(
    tmp_path, by, doubted, words
):
    dossier = dossier_of(tmp_path, told("Dues", -1, by), doubts=[(doubted, "so")])
    assert voices.outside(dossier, "E1") == [words]


def test_when_a_thing_without_a_date_was_first_reported(tmp_path):
    """The Ledger is of July 2025, the Lantern of 10 June; the Pilot sheet has no date."""
    dossier = dossier_of(
        tmp_path,
        told("Fair", 1, "S2 S1", date=""),
        told("Dues", 1, "S2 S3", date=""),
        told("Tolls", 1, "S3", date=""),
    )
    assert voices.reported(dossier, ["E1"]) == "reported 10 June 2025"
    assert voices.reported(dossier, ["E2"]) == "reported July 2025"
    assert voices.reported(dossier, ["E3"]) == "in an undated text"
    assert voices.reported(dossier, ["E2", "E1"]) == "reported 10 June 2025"


def test_short_names_of_sources_are_told_apart(tmp_path):
    sources = {
        "S1": ("The Lantern", "B", "a", "2025"),
        "S2": ("Harbour Ledger", "C", "b", "2025"),
        "S3": ("Hill-Land Ledger of Towns and Isles", "C", "c", "2025"),
        "S4": ("Hamlet Ledger of Old", "C", "d", "2025"),
        "S5": ("High Lantern of Old", "C", "e", "2025"),
        "S6": ("Observatory", "C", "f", "2025"),
    }
    dossier = dossier_of(tmp_path, told("Dues", 1), sources=sources)
    assert voices.abbreviations(dossier) == {
        **{"S1": "The Lantern", "S2": "HL", "S3": "HLLoT", "S4": "HLoO"},
        **{"S5": "HLoO′", "S6": "Observatory"},
    }


# How sure


ONE = (told("Dues", -1),)
THREE_OF_ONE = (told("Dues", -1), told("Tolls", -1), told("Fees", -1))
FIRM = tuple(told(name, -1, "S1 S2") for name in ("Dues", "Tolls", "Fees"))
BOTH = (told("Dues", -1, "S1 S2"), told("Tolls", -1), told("Fair", 1, "S2"))
CONFIDENCE, NONE = "Confidence in this reading", "Confidence in a direction"
LEFT, REPORTS = "If one source is left out", "Reports of a step closer or away"


@pytest.mark.parametrize(
    ("events", "label", "words"),
    [
        (ONE, NONE, "None can be stated: three reports from two independent sources are needed; there is one, from one source"),
        (ONE, REPORTS, "0 closer, 1 away; by one source"),
        (ONE, LEFT, "Without the Lantern, no such report is left"),
        (THREE_OF_ONE, NONE, "None can be stated: three reports from two independent sources are needed; there are three, all from one source"),
        (THREE_OF_ONE, REPORTS, "0 closer, 3 away; all by one source"),
        (THREE_OF_ONE[:2], NONE, "None can be stated: three reports from two independent sources are needed; there are two, both from one source"),
        (THREE_OF_ONE[:2], REPORTS, "0 closer, 2 away; both by one source"),
        (FIRM, REPORTS, "0 closer, 3 away; by two or more independent sources"),
        (FIRM, LEFT, "The direction falls without the Lantern or Harbour Ledger"),
        (tuple(told(n, -1, "S1 S2 S4") for n in ("Dues", "Tolls", "Fees")), LEFT, "Whichever source is left out, the direction stands"),
        (FIRM[:2], LEFT, "Whichever source is left out, every report stays"),
        (FIRM[:2], NONE, "None can be stated: three reports from two independent sources are needed; there are two, from two sources"),
        (BOTH, REPORTS, "1 closer, 2 away; one of three by two or more independent sources"),
        (BOTH, LEFT, "The direction falls without the Lantern or Harbour Ledger; the headline rests in part on Harbour Ledger alone"),
        ((told("Dues", -1), told("Tolls", -1, "S2")), REPORTS, "0 closer, 2 away; by one source each"),
        ((told("Dues", -1), told("Tolls", -1, "S2")), LEFT, "Without the Lantern, one report is left"),
        ((told("Dues", -1, "S1 S3"), told("Tolls", -1)), REPORTS, "0 closer, 2 away; none by two or more independent sources"),
        ((told("Dues", -1, "S1 S3"),), NONE, "None can be stated: three reports from two independent sources are needed; there is one, from one independent source"),
        ((told("Vows", 0),), NONE, "None can be stated: no report is of a step closer or away; three reports from two independent sources are needed"),
        ((told("Vows", 0), told("Oaths", 0)), REPORTS, "None; two leave it as it was"),
        ((told("Vows", 0),), REPORTS, "None; one leaves it as it was"),
        ((told("Vows", "context"),), REPORTS, "None"),
    ],
)  # fmt: skip
def test_the_short_answers(tmp_path, events, label, words):
    assert cells(dossier_of(tmp_path, *events))[label] == words


def test_without_a_report_that_moves_the_tie_nothing_can_be_left_out(tmp_path):
    assert LEFT not in cells(dossier_of(tmp_path, told("Vows", 0)))


def test_reports_are_drawn_closer_first_and_filled_where_two_bear_them_out(tmp_path):
    dossier = dossier_of(tmp_path, *BOTH)
    drawn = [
        (arrow.arrow, arrow.filled) for arrow in sureness.report_arrows(dossier.scored)
    ]
    assert drawn == [("closer", False), ("away", True), ("away", False)]
    many = pd.concat([dossier.scored] * 14, ignore_index=True)
    assert len(sureness.report_arrows(many.head(40))) == 40
    assert sureness.report_arrows(many.head(41)) == ()


def test_what_the_sources_argue_and_how_many_say_otherwise(tmp_path):
    dossier = dossier_of(tmp_path, *BOTH)
    assert sureness.otherwise(dossier) == (1, 4)
    assert sureness.argument(dossier) == ""
    one = "One of four claims that count is about the tie holding or growing"
    assert plain(sureness.slant_cell(dossier).runs) == one
    thesis = {"stance": "mixed", "direction": 1, "words": "ties last"}
    dossier.dataset.rules["thesis"] = thesis
    assert sureness.otherwise(dossier) == (3, 4)
    assert plain(sureness.slant_cell(dossier).runs) == (
        "All four sources argue that ties last; three of four claims that count are about "
        "the tie holding or fraying"
    )
    thesis["stance"] = "erosion"
    assert sureness.argument(dossier) == ""


def test_nobody_of_the_partners_side_is_heard_where_no_claim_is_its_own(tmp_path):
    silent = dossier_of(tmp_path / "a", *BOTH)
    assert (
        sureness.heard(silent) == "Nobody from Taskar is heard in any of these reports."
    )
    spoken = dossier_of(tmp_path / "b", told("Dues", -1, "S1:attributed:a_governor"))
    assert sureness.heard(spoken) == ""
    assert sureness.heard(dossier_of(tmp_path / "c", *ONE, partner="XCV")) == ""


# What happened


def sign(**event):
    stated = {"scored": False, "held": False, "corroborated": False, "direction": 0}
    stated |= {"channel": "deepening", "n_sources": 1} | event
    return type("Event", (), stated)


@pytest.mark.parametrize(
    ("events", "arrow", "filled"),
    [
        ([{"scored": True, "direction": 1}], "closer", False),
        ([{"scored": True, "direction": -1, "corroborated": True}], "away", True),
        (
            [{"held": True}, {"scored": True, "direction": -1, "corroborated": True}],
            "away",
            True,
        ),
        ([{"held": True, "corroborated": True}], "holding", True),
        (
            [{"held": True, "corroborated": True}, {"channel": "context"}],
            "holding",
            False,
        ),
        ([{"channel": "context", "n_sources": 0}], "context", True),
        ([{"n_sources": 0}], "doubtful", True),
        ([{"n_sources": 2}], "context", True),
    ],
)
def test_the_sign_of_a_line_is_where_its_events_lead(events, arrow, filled):
    found = happened.sign(sign(**event) for event in events)
    assert found.arrow == arrow
    assert found.filled == filled


@pytest.mark.parametrize(
    ("n_lines", "ranks"),
    [
        *((0, []), (3, []), (4, [10]), (5, [10, 11]), (6, [2, 10, 11])),
        (9, [2, 3, 4, 5, 10, 11]),
    ],
)
def test_a_full_page_drops_its_lines_down_to_five_and_then_to_three(n_lines, ranks):
    assert happened._ranks(n_lines) == ranks


def test_what_heads_the_lines(tmp_path):
    to_corvath = [
        told(name, -1, partners=code, to="XCV")
        for name, code in (("Dues", "XTA"), ("Tolls", "XIL"), ("Fees", "XPE"))
    ]
    of = {
        "steps": (ONE, "XTA", ""),
        "no step": ((told("Vows", 0),), "XTA", "What is reported"),
        "gains": (to_corvath, "XCV", "Where Corvath gains"),
        "two gains": (to_corvath[:2], "XCV", "What is reported"),
    }
    for name, (events, partner, title) in of.items():
        dossier = dossier_of(tmp_path / name, *events, partner=partner)
        assert wording.chronology(dossier).title == title, name


def test_undated_lines_stand_under_a_heading_of_their_own(tmp_path):
    dossier = dossier_of(tmp_path, told("Dues", -1), told("Tolls", -1, date=""))
    groups = wording.chronology(dossier).groups
    assert [(group.label, len(group.steps)) for group in groups] == [
        ("", 1),
        ("Date not given", 1),
    ]
    assert groups[1].steps[0].when == "reported 10 June 2025"


def test_a_long_summary_gives_way_to_the_headline(tmp_path):
    fits = Told("Dues held", "D" * 169 + ".", -1, "S1")
    long = Told("Tolls held", "T" * 170 + ".", -1, "S1")
    dossier = dossier_of(tmp_path, fits, long)
    (group,) = wording.chronology(dossier).groups
    words = {plain(step.runs).split("\u200a")[0].strip() for step in group.steps}
    assert any(each.startswith("DDD") for each in words)
    assert any(each.startswith("Tolls held.") for each in words)


# The title of the chart


def dated(*rows):
    """Steps of (direction, first day, last day); missing days are given as None."""
    frame = pd.DataFrame(rows, columns=["direction", "earliest", "latest"])
    for column in ("earliest", "latest"):
        frame[column] = pd.to_datetime(frame[column])
    frame["ongoing"] = frame["earliest"].notna() & frame["latest"].isna()
    first = frame["earliest"].dt.strftime("%Y")
    return frame.assign(date=first.fillna("") + "/..")


def year(direction, first, last=None):
    return (direction, f"{first}-01-01", f"{last or first}-12-31")


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (dated((1, None, None)), "Every report leads closer; none has a date"),
        (dated(year(1, 2020), (-1, None, None)), "Reports lead both ways; only one has a date"),
        (dated(year(1, 2020), year(1, 2021)), "Every report leads closer; only two have a date"),
        (dated(*[year(-1, 2020)] * 3), "Every step leads away, all in 2020"),
        (dated(year(-1, 2020), year(-1, 2021), year(-1, 2022)), "Every step leads away, most of them since 2021"),
        (dated(*[year(-1, 2020)] * 3, (1, None, None)), "Every dated step leads away, all in 2020"),
        (dated(*[year(-1, 2020)] * 3, (-1, None, None)), "Every step leads away, all in 2020"),
        (dated(year(1, 2020), *[year(-1, 2021)] * 3), "One step closer in 2020; all the rest lead away"),
        (dated(year(1, 2020), *[year(-1, 2021)] * 3, (1, None, None)), "One dated step closer in 2020; all other dated steps lead away"),
        (dated(year(1, 2020), year(-1, 2019), *[year(-1, 2022)] * 2, (-1, None, None)),
         "One step closer in 2020; all the rest lead away, most of those with a date since 2022"),
        (dated(year(1, 2020), year(-1, 2022), year(-1, 2023)), "One step closer in 2020; two away since 2022"),
        (dated(*[year(1, 2020)] * 2, *[year(-1, 2020)] * 2), "Two steps closer and two away in 2020"),
        (dated(year(1, 2018), year(1, 2019), year(-1, 2022), year(-1, 2023)), "Two steps closer up to 2019; two away since 2022"),
        (dated(year(-1, 2018), year(-1, 2019), year(1, 2022), year(1, 2022)), "Two steps away up to 2019; two closer in 2022"),
        (dated(year(1, 2018), year(1, 2022), year(-1, 2022), year(-1, 2023)), "Two steps closer since 2018; two away since 2022"),
        (dated(year(1, 2018), (1, "2019-01-01", None), year(-1, 2022), year(-1, 2023)), "Two steps closer since 2018; two away since 2022"),
        (dated(year(1, 2018), year(1, 2019), year(-1, 2022), year(-1, 2022), (1, None, None)), "Two dated steps closer up to 2019; two away in 2022"),
    ],
)  # fmt: skip
def test_the_finding_of_a_chart(frame, words):
    assert steps._finding(frame) == words


# Large pages


def test_some_of_a_stretch():
    assert by_period._some(0, 4) == "none of four"
    assert by_period._some(9, 18) == "nine of 18"
    assert by_period._some(12, 12) == "all 12"


@pytest.mark.parametrize(
    ("closer", "away", "held", "words"),
    [
        (1, 0, 0, "One report that moves the tie, closer."),
        (0, 3, 0, "Three reports that move the tie, all away."),
        (2, 0, 0, "Two reports that move the tie, both closer."),
        (9, 22, 2, "31 reports that move the tie, nine closer and 22 away, and two that leave it as it was."),
        (1, 1, 1, "Two reports that move the tie, one closer and one away, and one that leaves it as it was."),
    ],
)  # fmt: skip
def test_the_counts_of_a_stretch(closer, away, held, words):
    direction = [1] * closer + [-1] * away + [0] * held
    frame = pd.DataFrame({"direction": direction})
    frame = frame.assign(scored=frame["direction"] != 0, held=frame["direction"] == 0)
    assert by_period._counts(frame) == words


@pytest.mark.parametrize(
    ("first", "last", "unit", "words"),
    [
        ("2024", "2024", "year", "2024"),
        ("2015", "2017", "year", "up to 2017"),
        ("2024-07", "2024-07", "month", "July 2024"),
        ("2024-01", "2024-06", "month", "January to June 2024"),
        ("2024-01", "2024-12", "month", "2024"),
        ("2023-11", "2024-06", "month", "up to June 2024"),
        ("2024Q1", "2024Q2", "quarter", "January to June 2024"),
        (UNDATED, UNDATED, "year", "No date given"),
        (OVER_SEVERAL, OVER_SEVERAL, "year", "over several years"),
    ],
)
def test_when_a_stretch_was(first, last, unit, words):
    stretch = Stretch(first, last, (), (), "")
    assert by_period._label(stretch, unit) == words


# One difference between two editions


def event(**others):
    return {
        "headline": "Dues cut", "scored": True, "direction": -1, "sources": 1, "by": ["The Lantern"], "grade": "B"
    } | others  # fmt: skip


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (event(), "leads away, by the Lantern alone, graded B"),
        (event(direction=1), "leads closer, by the Lantern alone, graded B"),
        (event(scored=False), "does not move the tie, by the Lantern alone, graded B"),
        (event(direction=0), "leaves the tie as it was, by the Lantern alone, graded B"),
        (event(sources=0), "leads away"),
        (event(sources=2, by=["The Lantern", "Ledger"]), "leads away, by two independent sources [the Lantern and Ledger], the best graded B"),
        (event(sources=2, by=list("abc")), "leads away, by two independent sources [a, b and c], the best graded B"),
        (event(sources=2, by=list("abcd")), "leads away, by two independent sources, the best graded B"),
        (event(sources=2, by=[]), "leads away, by two independent sources, the best graded B"),
        (event(sources=1, by=["a", "b"]), "leads away, by one independent source [a and b], graded B"),
    ],
)  # fmt: skip
def test_an_event_that_is_new_is_told_with_what_it_counts_as(now, words):
    told_as = differences.added({"events": {"E1": now}}, "E1")
    assert told_as == (f"Dues cut ({words}).", "E1")


def test_an_event_that_counts_otherwise_is_told_with_what_it_was():
    before = {"events": {"E1": event()}}
    for now, words in (
        (event(direction=1), "leads closer (before: leads away)"),
        (event(sources=0), "by no source that counts (before: by the Lantern alone, graded B)"),
        (event(grade="C"), "by the Lantern alone, graded C (before: by the Lantern alone, graded B)"),
    ):  # fmt: skip
        found = differences.regraded(before, {"events": {"E1": now}}, "E1")
        assert found == (f"Dues cut: {words}.", "E1")


def test_an_event_in_other_words():
    before = {"events": {"E1": event()}}
    renamed = {"events": {"E1": event(headline="Dues halved")}}
    assert (
        differences.revised(before, renamed, "E1")[0]
        == "Dues halved (before: Dues cut)."
    )
    assert differences.revised(before, before, "E1")[0] == (
        "Dues cut: in other words, or on other passages."
    )


@pytest.mark.parametrize(
    ("old", "new", "longest", "words"),
    [
        (None, "b", 0, "one line, new: “b”"),
        ("a", None, 0, "one line, gone: “a”"),
        ("a", "b", 0, "one line: “b”, was “a”"),
        (None, "b" * 9, 5, "one line, new: “bbbbb…”"),
        (None, "b" * 5, 5, "one line, new: “bbbbb”"),
    ],
)
def test_a_text_is_told_as_it_reads_and_as_it_read(old, new, longest, words):
    before = {"texts": {"J1": ["one_line", old]} if old else {}}
    now = {"texts": {"J1": ["one_line", new]} if new else {}}
    assert differences.rewritten(before, now, "J1", longest) == words


def test_long_texts_are_told_from_shortly_before_they_part():
    same = "word " * 20
    before = {"texts": {"J1": ["gap", f"{same}stays here for long"]}}
    now = {"texts": {"J1": ["gap", f"{same}leaves here for long"]}}
    told_as = differences.rewritten(before, now, "J1", 50)
    assert told_as == (
        "gap: “…word word word word word word leaves here for long”, "
        "was “…word word word word word word stays here for long”"
    )


def test_texts_that_come_under_review_and_those_that_no_longer_are():
    texts = {"J1": ["one_line", "It turns."], "J2": ["gap", "Nobody asked."]}
    before = {"texts": texts, "under_review": {"J2": "E1 changed", "J9": "gone"}}
    now = {"texts": texts, "under_review": {"J1": "E2 changed"}}
    assert list(differences.reviews(before, now, 0)) == [
        "one line “It turns.”: E2 changed.",
        "no longer: gap “Nobody asked.”.",
    ]
    assert list(differences.reviews(now, now, 0)) == []


def test_what_all_briefings_are_made_from_is_told_where_it_is_otherwise():
    before = {
        "counts": {"claims": 3, "events": 2},
        "sources": {"S1": "B", "S2": "C"},
        "rules": "x",
    }
    now = {
        "counts": {"claims": 4, "events": 2},
        "sources": {"S1": "A", "S3": "D"},
        "rules": "y",
    }
    assert differences.told_of_material(before, now) == [
        "Claims: 4, were 3.",
        "New source S3, graded D.",
        "Gone source S2, graded C.",
        "Source S1: grade A, was grade B.",
        "The rules or the codebook are not what they were.",
    ]
    assert differences.told_of_material(before, before) == []
    many = {f"S{each}": "BD"[each > 4] for each in range(1, 8)}
    imported = before | {"sources": before["sources"] | many}
    assert differences.told_of_material({**before, "sources": {}}, imported) == [
        "New sources: seven, four graded B and three graded D."
    ]


# The head of the page


@pytest.mark.parametrize(
    ("events", "word", "note"),
    [
        (FIRM, "Moving away", "moderate confidence"),
        (ONE, "No direction", "only one report of a step"),
        ((FIRM[0],), "No direction", "one event, well attested"),
        ((told("Vows", 0),), "No direction", "no report of a step closer or away"),
        (FIRM[:2], "No direction", "only two reports of a step"),
        (THREE_OF_ONE, "No direction", "all that counts is from one source"),
        (tuple(told(n, -1, "S1 S3") for n in ("A", "B", "C")), "No direction", "no second independent source"),
        (tuple(told(n, 0, "S1 S2") for n in ("A", "B", "C")), "As it was", "three reports say so"),
        ((), "Not known", "no source speaks of it"),
    ],
)  # fmt: skip
def test_the_badge_is_the_direction_or_why_there_is_none(tmp_path, events, word, note):
    elsewhere = told("Feast", 1, partners="XIL")
    dossier = dossier_of(tmp_path, *events, elsewhere)
    assert opening._badge(dossier, scoring.verdict(dossier)) == (word, note)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_dated", "n_undated", "has_chart"),
    [
        (3, 0, True),
        (2, 0, False),
        (2, 4, False),
        (2, 5, True),
        (0, 7, True),
        (0, 6, False),
    ],
)
def test_a_chart_shows_more_than_the_lines_or_is_not_there(
    tmp_path, n_dated, n_undated, has_chart
):
    events = [told(f"D{n}", 1) for n in range(n_dated)]
    events += [told(f"U{n}", 1, date="") for n in range(n_undated)]
    dossier = dossier_of(tmp_path, *events)
    assert opening.has_chart(dossier) == has_chart
    assert not opening.has_chart(dossiers.pooled(loading.load(tmp_path / "data")))
