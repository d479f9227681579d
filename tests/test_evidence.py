"""What stands behind an event, on the tiny folder, whose answers are worked out by hand.

S1 and S3 share a lineage: what only they tell is one witness, however many documents repeat it.
"""

import pandas as pd
import pytest
from conftest import spoil

from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.chronology import Line, numbers
from allywatch.evidence.corroboration import corroboration
from allywatch.evidence.disagreements import disagreements


@pytest.fixture
def dataset(tiny):
    return loading.load(tiny)


def rows(dataset):
    return corroboration(dataset).set_index("event_id")


def test_corroboration_counts_lineages_and_not_documents(dataset):
    behind = rows(dataset)
    assert behind.loc["E3", ["n_claims", "n_sources", "n_lineages"]].tolist() == [
        3,
        3,
        2,
    ]
    assert behind.loc["E5", ["n_claims", "n_sources", "n_lineages"]].tolist() == [
        1,
        1,
        1,
    ]
    assert not behind.loc["E5", "corroborated"]
    assert behind.loc["E6", "corroborated"], "harbour and gazette are two lineages"


def test_the_best_grade_is_that_of_a_claim_that_supports(dataset):
    grades = rows(dataset)["best_grade"]
    assert (grades["E3"], grades["E6"], grades["E4"], grades["E10"]) == (
        "B",
        "C",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("overtaken", "event", "superseded"),
    [("C8", "E5", True), ("C4", "E3", False), ("C15", "E10", False)],
)
def test_an_event_is_superseded_where_all_that_supports_it_is(
    tiny, overtaken, event, superseded
):
    """E5 has one claim; E3 has others, which stand; what only a denial speaks of has no support to lose."""
    spoil(tiny, "relations", "C5", claim_b=overtaken)
    assert rows(loading.load(tiny)).loc[event, "superseded"] == superseded


def test_of_one_region_one_event_counts_on_the_page_and_all_in_the_network(tiny):
    for event in ("E1", "E3"):
        spoil(tiny, "events", event, told_of="North")
    whole = loading.load(tiny)
    assert rows(whole).loc[["E1", "E3"], "scored"].all()
    part = rows(dossiers.dossier(whole, "XAR").dataset)
    assert part.loc["E1", "scored"] and not part.loc["E3", "scored"]
    assert list(part.loc[["E1", "E2", "E3"], "counted_as"]) == ["", "", "E1"]


def test_forecasts_denials_and_context_are_never_scored(dataset):
    behind = rows(dataset)
    assert behind.loc["E4", ["scored", "held", "n_lineages"]].tolist() == [
        False,
        False,
        0,
    ], "only a forecast"
    assert not behind.loc["E10", "scored"], "only a denial"
    assert not behind.loc["E12", ["scored", "held"]].any(), "context"
    assert behind.loc["E9", ["scored", "held"]].tolist() == [False, True], (
        "a tie said to hold"
    )
    assert behind.loc["E8", "scored"], "one witness tells it, whatever another denies"


def test_a_denied_or_contradicted_event_is_contested(dataset):
    behind = rows(dataset)
    assert set(behind.index[behind["contested"]]) == {"E8", "E10"}


def test_marks_number_the_page_in_order_of_time_with_undated_last(dataset):
    """A date counts from the first day that it allows: `[2024..2025]` comes before autumn 2024."""
    dossier = dossiers.dossier(dataset, "XBE")
    marks = dossier.events.set_index("event_id")["mark"].to_dict()
    assert marks == {"E9": "1", "E5": "2", "E7": "3", "E6": "4", "E8": "5", "E10": "6"}


def line(*event_ids):
    return Line(event_ids)


def judgement(kind, *refs):
    return {"kind": kind, "refs": refs}


def test_events_told_in_one_line_share_its_number_and_what_no_line_tells_comes_after():
    """First the lines, then what the headline, the sentences and the rest refer to, then what moves the tie."""
    judgements = pd.DataFrame(
        [judgement("gap", "E6"), judgement("headline", "E3", "C8"), judgement("line")]
    )
    events = pd.DataFrame(
        {
            "event_id": ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"],
            "scored": [True, True, True, False, True, False, False, False],
        }
    )
    found = numbers([line("E2", "E1"), line("E3")], judgements, events, {"C8": "E8"})
    assert found == {
        **{"E2": "1", "E1": "1", "E3": "2"},
        **{"E8": "3", "E6": "4"},
        **{"E5": "5", "E4": "6", "E7": "7"},
    }


def with_a_line(folder, partner, refs):
    path = folder / "judgements.csv"
    row = f"J6,{partner},line,,,It goes its own way.,,{refs},,2025-04-01,"
    path.write_text(f"{path.read_text()}{row}\n")
    return dossiers.dossier(loading.load(folder), partner)


def test_a_line_stands_where_its_first_event_does(tiny):
    dossier = with_a_line(tiny, "XCO", "E7;E11")
    assert [line.event_ids for line in dossier.lines] == [("E7", "E11")]
    assert list(dossier.events["mark"]) == ["1", "1"]


def test_beside_an_analysts_lines_stands_what_moves_the_tie_and_no_line_tells(tiny):
    dossier = with_a_line(tiny, "XBE", "E6")
    assert [line.event_ids for line in dossier.lines] == [
        ("E5",),
        ("E7",),
        ("E6",),
        ("E8",),
    ], "neither E9, which only holds, nor E10, which is denied"


def test_leaving_a_source_out_takes_its_lone_events_along(dataset):
    dossier = dossiers.dossier(dataset, "XAR")
    left = scoring.leave_one_source_out(dossier).set_index("source_id")
    assert left.loc["", ["closer", "away", "lineages", "direction"]].tolist() == [
        0,
        3,
        2,
        "away",
    ]
    assert left.loc["S1", ["away", "direction"]].tolist() == [2, "insufficient"], (
        "E2 was told by S1 alone"
    )
    assert left.loc["S2", ["away", "lineages", "direction"]].tolist() == [
        3,
        1,
        "insufficient",
    ]
    assert left.loc["S3", ["away", "direction"]].tolist() == [3, "away"]
    assert scoring.verdict(dossier).overturned_by == ["S1", "S2"]


def test_an_event_of_two_partners_keeps_all_its_sources_in_both_dossiers(dataset):
    for partner in ("XBE", "XCO"):
        events = dossiers.dossier(dataset, partner).events.set_index("event_id")
        assert events.loc["E7", "n_sources"] == 1


def test_passage_is_shown_only_while_it_has_its_fingerprint(dataset):
    found = dossiers.passage(dataset, "C1")
    assert found.verified
    assert found.text and found.line >= 1
    document = dataset.documents / "gazette.txt"
    document.write_text(document.read_text().replace("garrison", "garrisom"))
    spoilt = dossiers.passage(dataset, "C1")
    assert spoilt.text is None and not spoilt.verified


def test_an_unknown_partner_is_named_with_those_there_are(dataset):
    with pytest.raises(KeyError, match=r"ATL.*XAR"):
        dossiers.dossier(dataset, "ATL")


def test_contradictions_that_hang_together_are_one_point():
    pairs = pd.DataFrame(
        [
            ("a", "b", "contradicts", "status"),
            ("c", "a", "contradicts", "status"),
            ("d", "e", "contradicts", "status"),
            ("a", "x", "contradicts", "date"),
            ("g", "f", "supersedes", "status"),
            ("h", "f", "supersedes", "status"),
        ],
        columns=["claim_a", "claim_b", "kind", "about"],
    )
    assert disagreements(pairs) == [
        ("contradicts", "status", ["a"], ["b", "c"]),
        ("contradicts", "status", ["d"], ["e"]),
        ("contradicts", "date", ["a"], ["x"]),
        ("supersedes", "status", ["g", "h"], ["f"]),
    ]
