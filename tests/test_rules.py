"""What counts, rule by rule, on a few rows worked out by hand."""

import json

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch.data import loading
from allywatch.evidence import rules
from allywatch.evidence.rules import Gate

RULES = json.loads((ROOT / "data" / "datapackage.json").read_bytes())["allywatch"]

#: Two moves, one each way; one that holds; one of context; one move that nobody supports.
EVENTS = pd.DataFrame(
    [
        ("E1", "deepening", 1),
        ("E2", "defection", -1),
        ("E3", "deepening", 0),
        ("E4", "context", 1),
        ("E5", "defection", -1),
        ("E6", "context", 0),
    ],
    columns=["event_id", "channel", "direction"],
)
SUPPORTING = pd.DataFrame({"event_id": ["E1", "E2", "E2", "E3", "E4"]})


def ids(which):
    return list(EVENTS["event_id"][which])


def test_an_event_is_scored_held_or_context_and_never_two_of_them():
    assert ids(rules.is_supported(EVENTS, SUPPORTING)) == ["E1", "E2", "E3", "E4"]
    assert ids(rules.is_scored(EVENTS, SUPPORTING)) == ["E1", "E2"]
    assert ids(rules.is_held(EVENTS, SUPPORTING)) == ["E3"]
    assert ids(rules.is_context(EVENTS, SUPPORTING)) == ["E4", "E5", "E6"]


def test_every_move_has_a_side():
    assert rules.SIDES == {1: "closer", -1: "away"}


def test_of_what_is_told_of_one_region_the_best_attested_counts_for_all():
    """E2 has most lineages of the three that lead away; E4 leads the other way, E5 is of another region, E6 of none."""
    scored = pd.DataFrame(
        [
            ("E1", "coast", -1, 1),
            ("E2", "coast", -1, 3),
            ("E3", "coast", -1, 2),
            ("E4", "coast", 1, 1),
            ("E5", "hills", -1, 9),
            ("E6", "", -1, 1),
            ("E7", "", -1, 1),
        ],
        columns=["event_id", "told_of", "direction", "n_lineages"],
        index=[10, 11, 12, 13, 14, 15, 16],
    )
    in_place_of = rules.counted_as(scored)
    assert in_place_of.to_dict() == {
        **{10: "E2", 11: "", 12: "E2", 13: "", 14: "", 15: "", 16: ""},
    }
    # Of two that are attested alike the first by its id counts.
    assert list(rules.counted_as(scored.assign(n_lineages=1))[:3]) == ["", "E1", "E1"]


def test_corroborated_is_what_has_as_many_lineages_as_the_folder_asks_for():
    asked = {"corroboration": {"min_lineages": 2}}
    found = rules.is_corroborated(pd.Series([0, 1, 2, 3]), asked)
    assert list(found) == [False, False, True, True]


def test_a_judgement_that_names_nobody_is_about_the_network():
    judgements = pd.DataFrame({"partners": [("XAR",), ("XAR", "XBE"), ()]}, [3, 4, 5])
    assert list(rules.filed(judgements, "XAR", "RUS")) == [True, True, False]
    assert list(rules.filed(judgements, "XBE", "RUS")) == [False, True, False]
    assert list(rules.filed(judgements, "RUS", "RUS")) == [False, False, True]
    assert list(rules.filed(judgements, "XAR", "RUS").index) == [3, 4, 5]


def test_only_what_supersedes_overtakes():
    relations = pd.DataFrame(
        [("C2", "C1", "supersedes"), ("C3", "C4", "contradicts")],
        columns=["claim_a", "claim_b", "kind"],
    )
    assert list(rules.overtaken_claims(relations)) == ["C1"]


@pytest.mark.parametrize(
    ("events", "lineages", "missing_events", "missing_lineages"),
    [
        (3, 2, 0, 0),
        (9, 9, 0, 0),
        (2, 2, 1, 0),
        (0, 0, 3, 2),
        (3, 1, 0, 1),
        (2, 1, 1, 1),
    ],
)
def test_the_gate_says_what_is_missing(
    events, lineages, missing_events, missing_lineages
):
    found = rules.gate(events, lineages, {"gate": {"min_events": 3, "min_lineages": 2}})
    assert found == Gate(events, lineages, 3, 2)
    assert found.missing_events == missing_events
    assert found.missing_lineages == missing_lineages
    assert found.met == (missing_events == missing_lineages == 0)


def test_a_direction_word_stands_for_its_own_way_or_the_one_that_is_stated():
    words = [{"key": "closer"}, {"key": "drifting", "way": "away"}, {"key": "holding"}]
    stated = {"direction_words": words}
    assert rules.way(stated, "drifting") == "away"
    assert rules.way(stated, "closer") == "closer"
    assert rules.way(stated, "unheard-of") == "unheard-of"
    assert rules.directions_in_order(stated) == ["drifting", "holding", "closer"]
    in_order = rules.directions_in_order(RULES)
    assert in_order[0] == "away" and in_order[-1] == "insufficient"


# What supports


def supporting(folder):
    claims = rules.supporting_claims(loading.load(folder))
    return claims.set_index("claim_id")


def test_forecasts_and_denials_support_nothing_and_the_rest_has_its_sources_worth(tiny):
    claims = supporting(tiny)
    assert {"C7", "C13", "C15"}.isdisjoint(claims.index)
    assert len(claims) == 14
    # C6 is the Digest's, which draws on the Gazette.
    assert list(claims.loc["C6", ["lineage", "reliability"]]) == ["gazette", "E"]
    assert list(claims.loc["C2", ["lineage", "reliability"]]) == ["harbour", "C"]


@pytest.mark.parametrize(
    ("table", "row", "cells"),
    [
        ("doubts", "D1", {"strength": "refutes"}),
        ("sources", "S1", {"reliability": "F"}),
    ],
)
def test_what_is_refuted_or_of_a_source_that_cannot_be_judged_supports_nothing(
    tiny, table, row, cells
):
    """C12 is of S1, and D1 questions it: that alone leaves it its weight."""
    assert "C12" in supporting(tiny).index
    spoil(tiny, table, row, **cells)
    assert "C12" not in supporting(tiny).index
