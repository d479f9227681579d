"""A text of an analyst says nothing that its rows do not, and is what its kind asks."""

import csv
import json

import pytest
from conftest import spoil

from allywatch.check import check
from allywatch.data.loading import examine
from allywatch.data.mentions import (
    mentions_of,
    months_in,
    names_in,
    numbers_in,
    seasons_in,
)
from allywatch.desk.confirm import confirm

WORDS = {"two": "2", "eleven": "11"}


def write(folder, *rows):
    """Add judgements to a folder; gives the line of the first."""
    path = folder / "judgements.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns, *before = csv.reader(file)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        for number, row in enumerate(rows):
            cells = {"judgement_id": f"T{number}", "partners": "XAR"}
            cells |= {"written": "2025-04-01"} | row
            writer.writerow(dict.fromkeys(columns, "") | cells)
    return len(before) + 2


def found(folder):
    """Column, value and rule of each failure of the texts."""
    return [
        (failure.column, failure.value, failure.rule)
        for failure in examine(folder).failures
        if failure.file == "judgements.csv"
    ]


SAID = [
    ("headline", "Arvenia was shelled and Moscow’s troops did not move.", "E1"),
    ("headline", "By one source Arvenia stayed away from the joint council.", "E2"),
    ("headline", "Two of three sources say that the Russians stayed put.", "E1"),
    ("bottom_line", "Arvenia stayed away, says the Northern Gazette.", "E2"),
    ("bottom_line", "By one source Arvenia stayed away.", "E2"),
    ("line", "In autumn 2020 the Russian-built garrison does not move.", "E1"),
    ("line", "Radars come from Dunmere, ordered in February 2024.", "E3"),
    ("line", "Eleven boats reach the Bellmark coast.", "E6"),
    ("line", "The Garrison stays; the garrisons’ men do not move.", "E1"),
    ("question", "Ask Moscow whether the two will meet in Bellmark.", "E5"),
    ("gap", "Whether radars from Dunmere work.", ""),
    ("confidence", "two reports move the tie, three by two are needed", "E1;E2"),
]


@pytest.mark.parametrize(("kind", "text", "refs"), SAID)
def test_what_the_rows_say_may_be_written(tiny, kind, text, refs):
    write(tiny, {"kind": kind, "text": text, "refs": refs})
    assert found(tiny) == []


STRANGE = [
    ("headline", "Arvenia counts 12 shells.", "E1", "12", "number"),
    ("headline", "Arvenia counts seven shells.", "E1", "seven", "number"),
    ("headline", "Arvenia was shelled in 2022.", "E1", "2022", "number"),
    ("line", "Radars come in March 2024.", "E3", "March 2024", "month"),
    ("line", "Radars come in summer 2024.", "E3", "summer 2024", "season"),
    ("headline", "Arvenia was shelled by Corsund.", "E1", "Corsund", "name"),
    ("headline", "Dunmere leaves Arvenia without help.", "E1", "Dunmere", "name"),
    ("tile", "Lost to Atlantis", "E1", "Atlantis", "name"),
    ("question", "Ask Atlantis.", "", "Atlantis", "name"),
]


@pytest.mark.parametrize(("kind", "text", "refs", "value", "what"), STRANGE)
def test_what_no_row_says_is_named(tiny, kind, text, refs, value, what):
    line = write(tiny, {"kind": kind, "text": text, "refs": refs})
    rows = "a row that the text names" if refs else "a row on its partners"
    assert found(tiny) == [("text", value, f"every {what} must occur in {rows}")]
    said = f"judgements.csv, row {line}, text: '{value}': every {what} must occur"
    report = check(tiny)
    assert said in report.text and report.exit_code == 2


WRONG = [
    ({"kind": "headline", "text": "Arvenia stayed away.", "refs": "E2"},
     "text", "Arvenia stayed away.", "a text of one source must name it: Northern Gazette"),
    ({"kind": "outlook", "aspect": "open", "text": "Arvenia is expected to leave.", "refs": "C7"},
     "text", "Arvenia is expected to leave.", "a text of one source must name it: Harbour Review"),
    ({"kind": "one_line", "text": "Three sources say that no help came.", "refs": "E1"},
     "text", "Three sources", "a row that the text names must have so many independent sources"),
    ({"kind": "tile", "text": "No help from the garrison", "refs": "E1"},
     "text", "No help from the garrison", "must have at most 24 characters in a text of kind tile"),
    ({"kind": "tile", "text": "No help", "second": "More", "refs": "E1"},
     "second", "More", "must be blank in a text of kind tile"),
    ({"kind": "line", "text": "No help comes.", "refs": "E1;C4"},
     "refs", "E1;C4", "a line of the chronology must name events only"),
    ({"kind": "line", "text": "No help comes.", "refs": ""},
     "refs", "", "a line of the chronology must name the events that it tells"),
    ({"kind": "line", "text": "No help comes, and Arvenia stays away.", "refs": "E1;E2"},
     "refs", "E1;E2", "a line must join only events that the same sources report"),
    ({"kind": "line", "text": "Cement is shut out.", "refs": "E7;E11", "partners": "XCO"}, "", "", ""),
    ({"kind": "implication", "text": "It matters, says the Harbour Review.", "refs": "E11"},
     "aspect", "", "must fit the kind implication"),
    ({"kind": "tile", "aspect": "ours", "text": "No help", "refs": "E1"},
     "aspect", "ours", "must fit the kind tile"),
    ({"kind": "outlook", "aspect": "ours", "text": "It goes on (our inference).", "refs": ""},
     "text", "It goes on (our inference).", "our own expectation must have a likelihood word of the yardstick"),
    ({"kind": "outlook", "aspect": "ours", "text": "It is unlikely to go on (our inference).", "refs": ""}, "", "", ""),
    ({"kind": "outlook", "aspect": "ours", "text": "We make no forecast of our own: too little is known."}, "", "", ""),
    ({"kind": "implication", "aspect": "others", "text": "It costs trade."},
     "text", "It costs trade.", "a text that names no rows must say of itself"),
    ({"kind": "implication", "aspect": "others", "text": "What it costs no source says."}, "", "", ""),
    ({"kind": "implication", "aspect": "others", "text": "It costs trade (our inference)."}, "", "", ""),
    ({"kind": "headline", "text": "The verdict stands.", "refs": "E1"},
     "text", "The verdict stands.", "a text must hold no word of our own trade"),
    ({"kind": "question", "text": "Ask what “help” is."},
     "text", "Ask what “help” is.", "a text must quote nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "value", "rule"), WRONG)
def test_what_breaks_a_rule_is_named_with_it(tiny, row, column, value, rule):
    write(tiny, row)
    wrong = found(tiny)
    if not rule:
        assert wrong == []
        return
    assert any(
        found[:2] == (column, value) and found[2].startswith(rule) for found in wrong
    )


def test_events_that_lead_different_ways_make_two_lines(tiny):
    spoil(tiny, "events", "E3", channel="deepening", direction="1")
    write(tiny, {"kind": "line", "text": "No help comes.", "refs": "E1;E3"})
    assert [rule for *_, rule in found(tiny)] == [
        "a line must join only events that the same sources report",
        "a line must join only events that lead the same way",
    ]
    spoil(tiny, "claims", "C6", modality="denied")
    assert [rule for *_, rule in found(tiny)] == [
        "a line must join only events that lead the same way",
    ]
    spoil(tiny, "events", "E3", direction="0")
    assert found(tiny) == []


def test_a_doubted_line_may_be_longer(tiny):
    text = ("A retired officer says that it gave up the base. " * 4)[:180]
    write(tiny, {"kind": "line", "text": text + ".", "refs": "E8", "partners": "XBE"})
    assert found(tiny) == []
    spoil(tiny, "judgements", "T0", refs="E9")
    assert (
        found(tiny)[0][2] == "must have at most 150 characters in a text of kind line"
    )


def test_a_partner_has_one_headline_and_each_implication_once(tiny):
    headline = {"kind": "headline", "text": "No help came.", "refs": "E1"}
    power = {"kind": "implication", "aspect": "power", "text": "What no source says."}
    write(
        tiny,
        headline,
        headline | {"judgement_id": "T1", "partners": "XBE;XAR"},
        headline | {"judgement_id": "T2", "partners": "XCO"},
        power | {"judgement_id": "T3"},
        power | {"judgement_id": "T4"},
        power | {"judgement_id": "T5", "aspect": "others"},
    )
    rule = "a partner must have at most 1 text of this kind"
    assert found(tiny) == [
        ("kind", "headline", rule),
        ("kind", "implication power", rule),
    ]


def test_a_run_of_sentences_has_a_limit_and_the_network_a_wider_one(tiny):
    rows = [
        {"judgement_id": f"T{number}", "kind": "bottom_line", "refs": "E1",
         "text": "No help came to Arvenia. " * 7}
        for number in range(3)
    ]  # fmt: skip
    write(tiny, *rows)
    assert [rule for *_, rule in found(tiny)] == [
        "the texts of kind bottom_line must have at most 420 characters together"
    ]
    for number in range(3):
        spoil(tiny, "judgements", f"T{number}", partners="RUS")
    assert found(tiny) == []


def test_a_text_whose_rows_have_moved_is_under_review_and_not_wrong(tiny):
    row = {"kind": "headline", "text": "By one source Arvenia stayed away from it."}
    row |= {"refs": "E2", "rests_on": ""}
    write(tiny, row)
    confirm(tiny, ["T0"])
    assert found(tiny) == []
    spoil(tiny, "claims", "C2", event_id="E2")
    assert found(tiny) == []
    assert "T0: E2 has a second source, S2" in check(tiny).text
    # Other refs, or a new confirmation, and the text has to fit the rows again.
    rule = "a row that the text names must have so many independent sources"
    confirm(tiny, ["T0"])
    assert found(tiny) == [("text", "one source", rule)]


def test_keys_that_stand_nowhere_and_tables_that_lack_rows_do_no_harm(tiny):
    write(tiny, {"kind": "headline", "text": "No help.", "refs": "E1;E404"})
    assert [value for _, value, _ in found(tiny)] == ["E404"]
    (tiny / "doubts.csv").unlink()
    assert [value for _, value, _ in found(tiny)] == ["E404"]
    spoil(tiny, "claims", "C1", event_id="")
    assert "E404" in [value for _, value, _ in found(tiny)]


def test_a_limit_that_nothing_reads_is_refused(tiny):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["allywatch"]["judgement_words"]["kinds"][0]["longest"] = 7
    path.write_text(json.dumps(package), encoding="utf-8")
    assert "judgement_words.kinds.longest: nothing reads it" in check(tiny).text


class TestMentions:
    """What is taken from a text."""

    def test_numbers_in_words_and_digits_are_the_same(self):
        found = numbers_in("Two of 1,000 ships, 32.5 per cent, 007", WORDS)
        assert found == {"1000": "1,000", "32.5": "32.5", "7": "007", "2": "Two"}

    def test_a_date_mentions_its_months_and_seasons(self):
        found = mentions_of("", "[2025-09..2026-01-07]", WORDS)
        assert {("September", "2025"), ("January", "2026")} <= found.months
        assert {("autumn", "2025"), ("winter", "2025"), ("winter", "2026")} <= (
            found.seasons
        )
        assert found.numbers == {"2025", "2026", "7"}
        assert ("September", "2026") not in found.months
        found = mentions_of("In March, not in May 2024.", "2023", WORDS)
        assert {year for month, year in found.months if month == "May"} == {"", "2024"}
        assert ("March", "2023") in found.months
        found = mentions_of("", "2025-21~", WORDS)
        assert found.seasons == {("spring", "2025")} and not found.months

    def test_a_month_stands_with_its_year_and_may_is_a_word_too(self):
        text = "May we? In March 2023, perhaps; May 2024 or June."
        assert list(months_in(text)) == [
            ("March", "2023"),
            ("May", "2024"),
            ("June", ""),
        ]
        assert list(seasons_in("Spring 2025, not a spring.")) == [("spring", "2025")]

    def test_names_are_capitalised_words_and_first_ones_only_if_known(self):
        text = "Help from pro-Russian Assad’s men. Iran and IStories agree: No. Trade"
        assert names_in(text, {"iran"}) == [
            "Russian",
            "Assad",
            "Iran",
            "IStories",
            "No",
        ]
