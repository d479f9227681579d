"""One partner's part of the evidence, line by line on the tiny folder, whose answers are worked out by hand."""

import csv

import pandas as pd
import pytest
from conftest import spoil

from allywatch.data import loading, source_names
from allywatch.evidence import dossiers, network, parts
from allywatch.evidence.chronology import MOST_LINES, Line, chronology, weights


def dossier_of(folder, partner):
    return dossiers.dossier(loading.load(folder), partner)


def add(folder, table, *rows):
    """Append `rows`, as dicts, to a table; cells that are not given are blank."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns, "", lineterminator="\n").writerows(rows)


def judgement(number, partner, kind, refs="", text="It goes its own way."):
    return {
        "judgement_id": f"J{number}",
        "partners": partner,
        "kind": kind,
        "text": text,
        "refs": refs,
        "written": "2025-04-01",
    }


def event_ids(frame):
    return list(frame["event_id"])


# What a dossier holds


def test_what_is_scored_held_or_only_shown(tiny):
    """E10 is only denied; E9 holds; in the order of their days, and what has none last."""
    dossier = dossier_of(tiny, "XBE")
    assert event_ids(dossier.events) == ["E9", "E5", "E6", "E7", "E8", "E10"]
    assert event_ids(dossier.in_play) == ["E9", "E5", "E6", "E7", "E8"]
    assert event_ids(dossier.scored) == ["E5", "E6", "E7", "E8"]
    assert event_ids(dossier.context) == ["E10"]
    assert event_ids(dossier.beside) == []
    assert list(dossier.supporting["claim_id"]) == [
        "C8",
        "C14",
        "C12",
        "C9",
        "C11",
        "C10",
    ]


def test_a_counterpart_sees_beside_its_page_what_others_do_with_it(tiny):
    dossier = dossier_of(tiny, "XDU")
    assert event_ids(dossier.events) == []
    assert event_ids(dossier.beside) == event_ids(dossier.all_events) == ["E3"]
    assert list(dossier.claims_beside["claim_id"]) == ["C4", "C5", "C6"]
    assert list(dossier.all_claims["claim_id"]) == ["C4", "C5", "C6"]
    assert not dossier.beside["scored"].any()
    # With nothing of its own it tells of what it gains.
    assert [line.event_ids for line in dossier.lines] == [("E3",)]


def test_what_bears_on_a_partner_stands_beside_its_page(tiny):
    spoil(tiny, "claims", "C17", bears_on="XCO")
    assert event_ids(dossier_of(tiny, "XCO").beside) == ["E12"]
    assert event_ids(dossier_of(tiny, "XBE").beside) == []


def test_what_its_judgements_rest_on_stands_beside_its_page_by_event_or_claim(tiny):
    add(tiny, "judgements", judgement(8, "XCO", "gap", "E5;C1"))
    dossier = dossier_of(tiny, "XCO")
    assert event_ids(dossier.beside) == ["E1", "E5"]
    assert set(dossier.claims_beside["claim_id"]) == {"C1", "C2", "C8"}
    (marks,) = dossier.with_marks(dossier.written("gap"))["marks"]
    assert dossier.written("outlook").empty
    assert marks == dossier.marks(["E1", "E5"])


def test_a_part_has_its_own_rows_and_no_others(tiny):
    add(tiny, "judgements", judgement(9, "XBE", "gap"))
    spoil(tiny, "partners", "XBE", parent_id="XCO")
    spoil(tiny, "partners", "XCO", parent_id="XDU")
    spoil(tiny, "events", "E1", partners="Arvenia")
    whole = loading.load(tiny)
    assert len(whole.repairs) == 1
    part = parts.part(whole, "XBE")
    assert event_ids(part.events) == ["E5", "E6", "E7", "E8", "E9", "E10"]
    assert list(part.claims["claim_id"]) == [f"C{number}" for number in range(8, 16)]
    assert list(part.relations["claim_a"]) == ["C12"]
    assert list(part.doubts["doubt_id"]) == ["D1"]
    assert list(part.judgements["judgement_id"]) == ["J2", "J3", "J9"]
    # Bellmark, with Corsund in E7, what they are parts of, and the focal power.
    assert list(part.partners["partner_id"]) == ["XBE", "XCO", "XDU", "RUS"]
    assert len(part.sources) == 3
    assert part.uncoded.empty and part.repairs.empty and part.documents is None
    assert parts.part(part, "XBE") is part


def test_the_part_of_one_partner_is_not_the_whole(tiny):
    part = parts.part(loading.load(tiny), "XBE")
    for ask in (parts.whole, dossiers.pooled, network.network):
        with pytest.raises(ValueError, match="the part of XBE alone"):
            ask(part)
    with pytest.raises(ValueError, match="the part of XBE alone"):
        parts.part(part, "XAR")
    with pytest.raises(KeyError, match="no partner 'XZZ'"):
        parts.part(loading.load(tiny), "XZZ")


def test_all_together_each_event_stands_once(tiny):
    pooled = dossiers.pooled(loading.load(tiny))
    assert sorted(event_ids(pooled.events)) == sorted(f"E{n}" for n in range(1, 13))
    assert pooled.beside.empty and not pooled.stretches
    assert pooled.partner["partner_id"] == pooled.power["partner_id"] == "RUS"


# Who speaks


@pytest.mark.slow
def test_who_speaks_of_a_partner_and_who_of_it_by_name(tiny):
    """E3 has Dunmere as the other party: of its claims those that name it speak of it."""
    dossier = dossier_of(tiny, "XDU")
    assert dossier.speaking == {"S1", "S2", "S3"}
    assert dossier.naming == {"S1", "S2", "S3"}
    spoil(tiny, "claims", "C5", statement="Radars are in place.")
    assert dossier_of(tiny, "XDU").speaking == {"S1", "S3"}
    for claim in ("C4", "C6"):
        spoil(tiny, "claims", claim, statement="Radars are in place.")
    # None names it: all of them speak of it, and none of it alone.
    silent = dossier_of(tiny, "XDU")
    assert (silent.speaking, silent.naming) == ({"S1", "S2", "S3"}, set())


def test_what_bears_on_a_partner_is_no_word_of_it(tiny):
    spoil(tiny, "claims", "C17", bears_on="XCO")
    assert dossier_of(tiny, "XCO").speaking == {"S2"}


def test_who_tells_of_the_region_alone_does_not_name_the_partner(tiny):
    """The Digest tells of Bellmark in E6 and E10 alone."""
    assert dossier_of(tiny, "XBE").naming == {"S1", "S2", "S3"}
    for event in ("E6", "E10"):
        spoil(tiny, "events", event, told_of="Coast")
    assert dossier_of(tiny, "XBE").naming == {"S1", "S2"}


@pytest.mark.slow
def test_a_source_is_called_by_its_publisher_else_its_title_and_told_apart_by_its_day(
    tiny,
):
    assert dossier_of(tiny, "XAR").called["S3"] == "“Digest”"
    spoil(tiny, "sources", "S3", title="Northern Gazette")
    spoil(tiny, "sources", "S2", publisher="Northern Gazette")
    called = dossier_of(tiny, "XAR").called
    assert called == {
        "S1": "Northern Gazette (2024)",
        "S2": "Northern Gazette (2025)",
        "S3": "“Northern Gazette”",
    }
    spoil(tiny, "sources", "S1", published="2025-03")
    called = dossier_of(tiny, "XAR").called
    assert called["S1"] == "Northern Gazette (March 2025, S1)"


def test_a_long_name_is_cut_between_words():
    exact = "a" * 40 + " " + "b" * 19
    assert source_names.short(exact) == exact
    assert source_names.short(exact + "c") == "a" * 40 + "…"
    assert source_names.short("a" * 61) == "a" * 59 + "…"


def test_sources_of_an_event_are_those_that_support_it_in_the_order_of_the_table(tiny):
    dossier = dossier_of(tiny, "XBE")
    assert dossier.sources_of["E6"] == ("S2", "S3")
    assert dossier.sources_of["E8"] == ("S1",), "S2 denies it"
    assert "E10" not in dossier.sources_of
    assert dossier.claims_of["E8"][0].claim_id == "C12"
    assert dossier.contradictions == [("C12", "C13")]
    cited = dossier.sources.set_index("source_id")["cited"]
    assert cited.all()
    assert not dossier_of(tiny, "XCO").sources.set_index("source_id")["cited"]["S1"]


def test_a_relation_with_a_claim_elsewhere_is_none_of_the_dossier(tiny):
    spoil(tiny, "relations", "C12", claim_b="C1")
    assert dossier_of(tiny, "XBE").relations.empty


def test_doubts_stand_with_the_event_and_the_claims_they_speak_against(tiny):
    said = "another report says otherwise (Invented for the tests)"
    assert dossier_of(tiny, "XBE").doubts_by_event == {"E8": {said: ["C12"]}}
    assert dossier_of(tiny, "XAR").doubts_by_event == {}


def test_when_the_newest_source_was_published_and_whether_that_is_stated(tiny):
    day, inferred = dossiers.cut_off(loading.load(tiny))
    assert (day, inferred) == (pd.Timestamp("2025-03-31"), False)
    spoil(tiny, "sources", "S2", published_basis="inferred")
    assert dossiers.cut_off(loading.load(tiny)) == (day, True)
    for source in ("S1", "S2"):
        spoil(tiny, "sources", source, published="", published_basis="undated")
    assert dossiers.cut_off(loading.load(tiny)) == (None, False)


def test_a_place_has_its_grade_and_where_it_begins(tiny):
    dossier = dossier_of(tiny, "XAR")
    places = dossier.with_places(dossier.events).set_index("event_id")["places"]
    assert places["E2"] == [("S1", "B2", "178")]
    assert places["E3"] == [
        ("S1", "B1", "322"),
        ("S2", "C1", "171"),
        ("S3", "E1", "53"),
    ]
    assert dossier.events["mark"].tolist() == ["1", "2", "3", "4"]


# The chronology


def events(*rows):
    """Rows of (id, channel, scored, held, lineages, sources, intensity, earliest, latest)."""
    columns = (
        "event_id channel scored held n_lineages n_sources intensity earliest latest"
    )
    frame = pd.DataFrame(rows, columns=columns.split())
    for column in ("earliest", "latest"):
        frame[column] = pd.to_datetime(frame[column])
    frame["counterparts"] = [()] * len(frame)
    return frame


NOTHING = pd.DataFrame({"kind": [], "refs": []})


def lines_of(own, beside=None, partner="XAR", is_network=False, **others):
    beside = events() if beside is None else beside
    reported = others.pop("reported", {})
    made = chronology(own, beside, NOTHING, partner, is_network, reported, **others)
    return [line.event_ids[0] for line in made]


def test_what_moves_the_tie_weighs_most_then_who_says_so_how_strong_and_how_late():
    scored = ("deepening", True, False)
    frame = events(
        ("held", "deepening", False, True, 3, 3, 3, "2024", "2024"),
        ("old", *scored, 1, 1, 1, "2020", "2020"),
        ("late", *scored, 1, 1, 1, "2021", "2021"),
        ("goes on", *scored, 1, 1, 1, "2019", None),
        ("strong", *scored, 1, 1, 2, "2020", "2020"),
        ("attested", *scored, 2, 2, 1, "2020", "2020"),
        ("doubtful", "defection", False, False, 0, 0, 3, "2024", "2024"),
        ("scene", "context", False, False, 9, 9, 3, "2024", "2024"),
        ("bare scene", "context", False, False, 0, 0, 3, "2024", "2024"),
    )
    weight = weights(frame)
    assert sorted(weight, key=weight.__getitem__, reverse=True) == [
        *("attested", "strong", "goes on", "late", "old", "doubtful"),
        *("held", "scene", "bare scene"),
    ]


def many(count, start=2000):
    """So many scored events, one a year, each a little weightier than the one before."""
    return events(
        *(
            (
                f"E{n:02}",
                "deepening",
                True,
                False,
                n,
                n,
                1,
                f"{start + n}",
                f"{start + n}",
            )
            for n in range(1, count + 1)
        )
    )


def test_there_is_room_for_so_many_of_the_weightiest_in_order_of_time():
    assert MOST_LINES == 9
    assert lines_of(many(9)) == [f"E{n:02}" for n in range(1, 10)]
    assert lines_of(many(11)) == [f"E{n:02}" for n in range(3, 12)]


def test_what_is_only_foretold_has_no_line():
    assert lines_of(many(3), foretold={"E02"}) == ["E01", "E03"]


def test_a_large_page_has_the_lines_that_its_periods_name():
    assert lines_of(many(11), named=["E05", "E02"]) == ["E05", "E02"]


def test_of_one_day_the_scene_comes_first_then_the_weightier_and_undated_ones_as_reported():
    day = ("2024-01-01", "2024-01-01")
    frame = events(
        ("act", "deepening", True, False, 1, 1, 1, *day),
        ("attested act", "deepening", True, False, 2, 2, 1, *day),
        ("strong act", "deepening", True, False, 1, 1, 3, *day),
        ("scene", "context", False, False, 1, 1, 1, *day),
        ("undated, late", "deepening", True, False, 1, 1, 1, None, None),
        ("undated, early", "deepening", True, False, 1, 1, 1, None, None),
        ("undated, by nobody", "deepening", True, False, 1, 1, 1, None, None),
    )
    reported = {
        "undated, late": pd.Timestamp("2025"),
        "undated, early": pd.Timestamp("2023"),
    }
    assert lines_of(frame, reported=reported) == [
        *("scene", "attested act", "strong act", "act"),
        *("undated, early", "undated, late", "undated, by nobody"),
    ]


def test_who_is_moved_by_nothing_has_the_lines_of_what_it_gains():
    beside = many(2)
    beside["counterparts"] = [("XDU",), ("XBE",)]
    held = events(("H", "deepening", False, True, 1, 1, 1, "2024", "2024"))
    assert lines_of(held, beside, "XDU") == ["E01", "H"]
    # Who is moved by something of its own does not.
    assert lines_of(many(1, 2010), beside, "XDU") == ["E01"]


def written(*refs):
    return pd.DataFrame(
        [
            {
                "kind": "line",
                "refs": each,
                "text": "So.",
                "judgement_id": "J",
                "moved": "",
            }
            for each in refs
        ]
    )


@pytest.mark.parametrize(
    ("is_network", "expected"), [(False, ["E01", "E02", "E03"]), (True, ["E02"])]
)
def test_beside_an_analysts_lines_stands_what_else_moves_the_tie_but_not_for_the_network(
    is_network, expected
):
    lines = written(("E02",), (), ("E99",))
    found = chronology(many(3), events(), lines, "XAR", is_network, {})
    assert [line.event_ids[0] for line in found] == expected
    told = [line for line in found if line.text]
    assert told == [Line(("E02",), "So.", "J", "")]


def test_an_analysts_lines_take_the_room_of_others():
    lines = written(*((f"E{n:02}",) for n in range(1, 9)))
    found = chronology(many(12), events(), lines, "XAR", False, {})
    assert [line.event_ids[0] for line in found if not line.text] == ["E12"]


# The network


def test_the_partners_side_by_side(tiny):
    """By hand: Arvenia 0 and 3, away; Bellmark 2 and 2 with one that holds; Corsund 0 and 2, too little."""
    table = network.network(loading.load(tiny)).verdicts.set_index("partner")
    counts = table[["closer", "away", "held", "lineages"]]
    assert {name: tuple(row) for name, *row in counts.itertuples()} == {
        "XAR": (0, 3, 0, 2),
        "XBE": (2, 2, 1, 2),
        "XCO": (0, 2, 0, 1),
    }
    assert list(table.index) == ["XAR", "XBE", "XCO"]
    assert list(table["direction"]) == ["away", "contested", "insufficient"]
    assert list(table["balance"][:2]) == [-1, 0] and pd.isna(table["balance"]["XCO"])
    assert (table["low"]["XAR"], table["high"]["XAR"]) == (-1, -1)
    assert pd.isna(table["low"]["XCO"]) and pd.isna(table["high"]["XCO"])
    assert list(table["holds"]) == [False, False, True]
    assert table["falls_without"]["XAR"] == ("S1", "S2")
    assert not table["tied"].any()


def test_what_only_the_whole_shows(tiny):
    net = network.network(loading.load(tiny))
    assert net.power == "Russia"
    assert list(net.with_direction["partner"]) == ["XAR", "XBE"]
    assert list(net.with_events["partner"]) == ["XAR", "XBE", "XCO"]
    assert list(net.drawn["partner"]) == ["XAR", "XBE", "XCO"] and net.undrawn.empty
    # E1, E3 and E6 have two sources; E9 does not move.
    assert sorted(net.single_source_events["event_id"]) == [
        "E11",
        "E2",
        "E5",
        "E7",
        "E8",
    ]
    (gain,) = net.gains.itertuples(index=False)
    assert (gain.counterpart, gain.partners, gain.events) == ("XDU", ("XAR",), ("E3",))
    assert list(net.own_standing["event_id"]) == ["E12"]
    by_source = net.by_source
    assert {name: tuple(row) for name, *row in by_source.itertuples()} == {
        "XAR": (3, 2, 1),
        "XBE": (3, 2, 1),
        "XCO": (0, 2, 0),
    }
    fields = net.by_dimension
    assert len(fields) == 3 * len(net.dataset.labels("events", "dimension"))


def test_of_what_is_told_of_the_power_itself_the_best_attested_comes_first(tiny):
    """E6 has two independent sources, E12 one; what is only foreseen is not told."""
    for event in ("E6", "E4"):
        spoil(tiny, "events", event, partners="RUS", channel="context", direction="0")
    own = network.network(loading.load(tiny)).own_standing
    assert list(own["event_id"]) == ["E6", "E12"]


def test_third_parties_are_ranked_by_the_partners_and_then_the_events_they_gain(tiny):
    spoil(tiny, "events", "E7", channel="realignment", counterparts="XAR")
    spoil(tiny, "events", "E2", channel="realignment", counterparts="XDU")
    spoil(tiny, "events", "E11", channel="realignment", counterparts="XBE")
    gains = network.network(loading.load(tiny)).gains
    assert list(gains["counterpart"]) == ["XAR", "XDU", "XBE"]
    assert list(gains["partners"]) == [("XBE", "XCO"), ("XAR",), ("XCO",)]
    assert list(gains["events"]) == [("E7",), ("E2", "E3"), ("E11",)]


def test_of_more_partners_than_are_drawn_those_with_most_reports_stay(tiny):
    dataset = loading.load(tiny)
    dataset.rules["most_shown"]["partners"] = 2
    net = network.network(dataset)
    assert list(net.drawn["partner"]) == ["XAR", "XBE"]
    assert list(net.undrawn["partner"]) == ["XCO"]
