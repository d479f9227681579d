"""Scores against worked examples computed by hand."""

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, spoil
from networks import SOURCES, Told, network_of

from allywatch.data import loading
from allywatch.data.frames import with_days
from allywatch.evidence import dossiers, rules, scoring
from allywatch.evidence.left_out import without_each
from allywatch.evidence.scoring import Balance
from allywatch.evidence.turns import turn

RULES = json.loads(
    (Path(__file__).parents[1] / "data" / "datapackage.json").read_text(
        encoding="utf-8"
    )
)["allywatch"]


def events(*rows):
    """Rows of (direction, counted, earliest, intensity, type); scored where the direction is not 0."""
    frame = pd.DataFrame(
        rows, columns=["direction", "counted", "earliest", "intensity", "type"]
    )
    for column in ("counted", "earliest"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(scored=frame["direction"] != 0, held=frame["direction"] == 0)


SEVEN = events(
    (-1, "2020-12-31", "2020-01-01", 2, "SECURITY_ABSTAIN"),
    (-1, "2020-12-31", "2020-01-01", 1, "SECURITY_ABSTAIN"),
    (1, "2021-06-30", "2021-06-01", 3, "SECURITY_AID"),
    (-1, "2023-12-31", "2023-01-01", 3, "PACT_LOOSEN"),
    (0, "2023-12-31", "2023-01-01", 1, "PACT_TIGHTEN"),
    (-1, None, None, 1, "ARMS_DIVERSIFY"),
    (1, "2025-08-31", None, 1, "SECURITY_AID"),
)


def test_balance_is_the_net_share_of_moves():
    tally = scoring.balance(SEVEN)
    assert (tally.closer, tally.away, tally.held) == (2, 4, 1)
    assert tally.value == pytest.approx((2 - 4) / 6)


def test_no_move_has_no_balance_which_is_not_nought():
    assert scoring.balance(SEVEN[SEVEN["held"]]).value is None
    assert Balance(2, 2).value == 0


@pytest.mark.parametrize(
    ("closer", "away", "held", "lineages", "held_lineages", "expected"),
    [
        (0, 2, 0, 2, 0, "insufficient"),  # two events are too few
        (0, 9, 0, 1, 0, "insufficient"),  # one lineage is too few, however many events
        (0, 3, 0, 2, 0, "away"),
        (1, 4, 0, 2, 0, "away"),  # -0.60 is the limit and belongs to it
        (2, 7, 0, 2, 0, "contested"),  # -0.56
        (4, 1, 0, 2, 0, "closer"),
        (2, 2, 0, 2, 0, "contested"),
        (1, 1, 3, 2, 2, "holding"),
        (0, 0, 3, 0, 2, "holding"),
        (0, 0, 3, 0, 1, "insufficient"),  # held by one lineage's word alone
        (0, 3, 3, 2, 2, "away"),  # held events must outnumber the moves
        (0, 0, 0, 0, 0, "insufficient"),
    ],
)
def test_direction_follows_the_limits_of_the_data_folder(
    closer, away, held, lineages, held_lineages, expected
):
    assert (
        scoring.direction(Balance(closer, away, held), lineages, held_lineages, RULES)
        == expected
    )


def test_gate_asks_for_events_and_lineages():
    assert rules.gate(3, 2, RULES).met
    assert not rules.gate(2, 2, RULES).met
    assert not rules.gate(3, 1, RULES).met


def test_weights_only_move_the_sensitivity_rows():
    types = pd.DataFrame(
        {
            "type": [
                "SECURITY_ABSTAIN",
                "SECURITY_AID",
                "PACT_LOOSEN",
                "ARMS_DIVERSIFY",
                "PACT_TIGHTEN",
            ],
            "goldstein": [-4.0, 8.0, -2.0, None, 4.0],
        }
    )
    events = SEVEN.assign(event_id=list("abcdefg"), ongoing=False)
    events["latest"] = events["counted"]
    rows = scoring.sensitivity(events, types, "year").set_index("weights")["balance"]
    assert rows["unit"] == pytest.approx(-2 / 6)
    assert rows["intensity"] == pytest.approx((4 - 7) / 11)  # closer 3+1, away 2+1+3+1
    assert rows["goldstein"] == pytest.approx(
        (16 - 10) / 26
    )  # closer 8+8, away 4+4+2, one without a weight
    # Closer 1+1, away 1+1+1: two of one type in 2020 count one together.
    assert rows["volume"] == pytest.approx((2 - 3) / 5)


def test_a_hundred_routine_statements_do_not_outvote_a_treaty():
    """By hand: one treaty closer; 100 statements away in 2024, one in 2025, and two of no single year."""
    dates = ["2024-05", *["2024"] * 100, "2025-02-01", "2023/2024", "[2024..2025]"]
    made = with_days(pd.DataFrame({"date": dates, "event_id": range(len(dates))}))
    is_treaty = made.index == 0
    made["type"] = "STATEMENT"
    made.loc[is_treaty, "type"] = "PACT_TIGHTEN"
    made["direction"] = -1
    made.loc[is_treaty, "direction"] = 1
    made = made.assign(scored=True, held=False)
    tally = scoring.balance(made, scoring.by_volume(made, "year"))
    assert (tally.closer, tally.away) == (1, 3)
    assert scoring.balance(made).value == pytest.approx(-102 / 104)


def moves(*rows):
    """Moves of (direction, earliest, latest)."""
    frame = pd.DataFrame(rows, columns=["direction", "earliest", "latest"])
    for column in ("earliest", "latest"):
        days = [pd.Timestamp(day) for day in frame[column]]
        frame[column] = pd.array(days, dtype="datetime64[s]")
    return frame


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # all that led closer had ended in 2022, before anything led away
        ([(1, "2020", "2020-12-31"), (1, "2021", "2022-12-31"), (-1, "2023", "2023-12-31")], (1, 2022, 2023, 2, 1)),
        ([(-1, "2019", "2019-06-30"), (1, "2024", "2025")], (-1, 2019, 2024, 1, 1)),
        # a window that reaches into the time of the others says no sequence
        ([(1, "2020", "2023-06-30"), (-1, "2023", "2023-12-31")], None),
        ([(1, "2020", None), (-1, "2023", "2023-12-31")], None),  # it goes on
        ([(1, "2020", "2020-12-31"), (-1, None, "2023-12-31")], None),
        ([(1, "2020", "2020-12-31"), (-1, None, None)], None),
        ([(1, "2020", "2020-12-31")], None),
        ([], None),
    ],
)  # fmt: skip
def test_a_tie_has_turned_where_dates_alone_say_so(rows, expected):
    found = turn(moves(*rows), RULES["turn"])
    if expected is None:
        assert found is None
        return
    before, until, since, n_before, n_after = expected
    assert (found.before, found.after) == (before, -before)
    assert (found.until.year, found.since.year) == (until, since)
    assert (found.n_before, found.n_after) == (n_before, n_after)


def left_without(dossier):
    """By the source that is set aside, "" for none: how many lead closer and away, and the direction."""
    rows = scoring.leave_one_source_out(dossier).itertuples()
    return {row.source_id: (row.closer, row.away, row.direction) for row in rows}


@pytest.mark.parametrize(
    ("first", "second", "without_ledger"),
    [
        # The Ledger alone says when it was that the tie frayed.
        (("S1", "S1"), "S2 S4", (2, 1, "contested")),
        # The Ledger alone says when one of the steps closer had ended.
        (("S1", "S2 S4"), "S1", (2, 1, "contested")),
        # The Lantern, too, says when it was.
        (("S1", "S4"), "S1 S2", (2, 1, "turned")),
    ],
)
def test_a_source_set_aside_takes_the_dates_that_it_alone_gives(
    tmp_path, first, second, without_ledger
):
    """The Sounder has no date, and nor has what it says: what it tells of with the Ledger stands without it, undated."""
    sources = SOURCES | {"S4": ("Weekly Sounder", "C", "sounder", "")}
    events = [
        Told("Pact signed", "Taskar signed a pact.", 1, first[0], "2020"),
        Told("Fair held", "Taskar held a fair.", 1, first[1], "2021"),
        Told("Dues cut", "Taskar cut its dues.", -1, second, "2024"),
    ]
    folder = network_of(tmp_path / "data", *events, sources=sources)
    left = left_without(dossiers.dossier(loading.load(folder), "XTA"))
    assert left[""] == (2, 1, "turned")
    assert left["S2"] == without_ledger


def test_azerbaijan_has_turned_only_while_one_source_dates_the_turn():
    """Two steps closer end in 2023; of the step away S5 says August 2025, and S3 only that it was by March 2026."""
    left = left_without(dossiers.dossier(loading.load(ROOT / "data"), "AZE"))
    assert left == {
        "": (2, 1, "turned"),
        "S1": (0, 1, "insufficient"),
        "S3": (2, 1, "turned"),
        "S5": (2, 1, "contested"),
    }


def level(tiny, partner="XAR", **sources):
    for source, grade in sources.items():
        spoil(tiny, "sources", source, reliability=grade)
    return scoring.confidence_level(dossiers.dossier(loading.load(tiny), partner))


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({}, "moderate"),  # E1 and E3 have two witnesses, one of them graded B
        ({"S1": "C"}, "moderate"),
        ({"S1": "D", "S2": "D"}, "low"),  # none of the witnesses is better than D
        ({"S2": "F"}, "low"),  # without S2 nothing has a second witness
    ],
)
def test_confidence_asks_for_witnesses_and_for_their_worth(tiny, sources, expected):
    assert level(tiny, **sources) == expected


def test_confidence_is_low_where_one_source_alone_reports_the_latest(tiny):
    """E3, the latest, has two witnesses; moved before E2, of which S1 alone knows, it carries no more."""
    spoil(tiny, "events", "E3", date="2021-02")
    assert level(tiny) == "low"


def test_what_is_foretold_counts_once_it_is_reported(tiny):
    """E4 is only foretold: it counts from the day on which a claim reports that it has happened."""
    before = scoring.verdict(dossiers.dossier(loading.load(tiny), "XAR"))
    spoil(tiny, "claims", "C7", modality="reported", date="2025")
    spoil(tiny, "events", "E4", date="2025")
    after = scoring.verdict(dossiers.dossier(loading.load(tiny), "XAR"))
    assert (before.tally.away, after.tally.away) == (3, 4)


def test_a_verdict_is_what_is_left_with_no_source_set_aside(tiny):
    for partner in ("XAR", "XBE", "XCO"):
        verdict = scoring.verdict(dossiers.dossier(loading.load(tiny), partner))
        whole = verdict.left_out.iloc[0]
        assert whole["source_id"] == ""
        assert whole["direction"] == verdict.direction
        assert whole["lineages"] == verdict.gate.lineages
        counts = [whole["closer"], whole["away"], whole["held"]]
        assert counts == [
            verdict.tally.closer,
            verdict.tally.away,
            verdict.tally.held,
        ]


def test_a_field_counts_what_leads_closer_away_or_holds_each_for_itself(tiny):
    """Of Bellmark by hand: E5 closer and E7 away in the economy, E6 closer with two witnesses and E8 away in arms, E9 holds."""
    dossier = dossiers.dossier(loading.load(tiny), "XBE")
    profile = scoring.dimension_profile(dossier).set_index("dimension")
    columns = ["closer", "away", "held", "corroborated"]
    assert list(profile.columns) == columns
    counted = {name: tuple(row) for name, *row in profile.itertuples() if any(row)}
    assert counted == {
        "economic": (1, 1, 0, 0),
        "military": (1, 1, 0, 1),
        "diplomatic": (0, 0, 1, 0),
    }
    assert list(profile.index) == list(dossier.dataset.labels("events", "dimension"))


@pytest.mark.parametrize(
    ("rule", "tally", "turned", "meets"),
    [
        ({"below_gate": True}, (2, 0, 0), False, True),
        ({"below_gate": True}, (3, 0, 0), False, False),
        ({"below_gate": False}, (3, 0, 0), False, True),
        ({"min_held": 3}, (0, 0, 3), False, True),
        ({"min_held": 3}, (0, 0, 2), False, False),
        ({"min_held": 2}, (0, 0, 2), False, False),  # enough, but below the gate
        ({"held_exceeds_moving": True}, (1, 1, 3), False, True),
        ({"held_exceeds_moving": True}, (1, 1, 2), False, False),
        ({"held_exceeds_moving": False}, (1, 1, 2), False, True),
        ({"turned": True}, (2, 1, 0), True, True),
        ({"turned": True}, (2, 1, 0), False, False),
        ({"turned": False}, (2, 1, 0), False, True),
        ({"max_balance": -0.5}, (1, 3, 0), False, True),
        ({"max_balance": -0.5}, (1, 2, 0), False, False),
        ({"min_balance": 0.5}, (3, 1, 0), False, True),
        ({"min_balance": 0.5}, (2, 1, 0), False, False),
        ({"min_balance": 0.0}, (0, 0, 0), False, True),  # nothing moves: even
        ({"min_balance": 0.0, "turned": True}, (1, 0, 0), False, False),
        ({}, (0, 0, 0), False, True),
    ],
)  # fmt: skip
def test_a_direction_word_is_given_where_its_every_condition_is_met(
    rule, tally, turned, meets
):
    rules = {
        "gate": {"min_events": 3, "min_lineages": 2},
        "direction_words": [{"key": "first"} | rule, {"key": "last"}],
    }
    found = scoring.direction(Balance(*tally), 2, 2, rules, turned)
    assert found == ("first" if meets else "last")


def test_where_no_direction_word_applies_that_is_said():
    rules = {"gate": {"min_events": 3, "min_lineages": 2}}
    never = {"direction_words": [{"key": "closer", "min_balance": 2}]}
    with pytest.raises(ValueError, match="the last should have no condition"):
        scoring.direction(Balance(1, 0), 2, 2, rules | never)


def test_a_balance_is_printed_from_the_gate_on():
    below = scoring.Reading(Balance(2, 0), rules.gate(2, 2, RULES), "insufficient")
    enough = scoring.Reading(Balance(3, 1), rules.gate(4, 2, RULES), "contested")
    assert below.value is None
    assert enough.value == 0.5
    assert Balance(3, 1).moves == 4


def verdict_of(tiny, partner):
    return scoring.verdict(dossiers.dossier(loading.load(tiny), partner))


def test_the_range_is_that_of_the_readings_that_pass_the_gate(tiny):
    """Of Arvenia only that without S3 does, where all three still lead away; of Corsund none."""
    found = verdict_of(tiny, "XAR")
    assert found.range == (-1.0, -1.0)
    assert list(found.one_out["source_id"]) == ["S1", "S2", "S3"]
    assert not found.holds
    assert verdict_of(tiny, "XCO").range is None
    # Too little stays too little, whichever source is set aside.
    assert verdict_of(tiny, "XCO").holds


def test_a_lineage_goes_with_the_last_of_its_sources(tiny):
    """Behind Arvenia stand the Gazette and its Digest, of one lineage, and the Harbour Review."""
    rows = scoring.leave_one_source_out(dossiers.dossier(loading.load(tiny), "XAR"))
    left = dict(zip(rows["source_id"], rows["lineages"], strict=True))
    assert left == {"": 2, "S1": 2, "S2": 1, "S3": 2}


def test_a_balance_keeps_to_the_weights_it_is_given():
    frame = SEVEN.assign(weight=[0.1, 0.2, 0.3, 0.4, 9, 0.5, 0.6])
    tally = scoring.balance(frame, frame["weight"])
    assert (tally.closer, tally.away, tally.held) == (0.9, 1.2, 1)


def test_what_is_not_scored_has_no_volume():
    frame = SEVEN.assign(
        event_id=list("abcdefg"), latest=SEVEN["counted"], ongoing=False
    )
    weights = scoring.by_volume(frame, "year")
    assert list(weights) == [0.5, 0.5, 1, 1, 0, 1, 1]


@pytest.mark.parametrize(
    ("asks", "meets"),
    [
        ({"min_corroborated_events": 2}, True),
        ({"min_corroborated_events": 3}, False),
        ({"best_reliability": "B"}, True),
        ({"best_reliability": "A"}, False),
        ({"min_lineages_latest": 2}, True),
        ({"min_lineages_latest": 3}, False),
        ({"voices": ["source"]}, True),
        ({"voices": ["source", "third_party"]}, True),
        ({"voices": ["power"]}, False),
        ({"below_gate": True}, False),
        ({}, True),
    ],
)
def test_a_confidence_asks_for_what_the_folder_says(tiny, asks, meets):
    """Of Arvenia E1 and E3 have two lineages, the best of them B; E3 is the latest; C6 is a third party's word."""
    dossier = dossiers.dossier(loading.load(tiny), "XAR")
    dossier.dataset.rules["confidence"] = [{"word": "first"} | asks, {"word": "last"}]
    assert scoring.confidence_level(dossier) == ("first" if meets else "last")


def test_where_no_confidence_applies_that_is_said(tiny):
    dossier = dossiers.dossier(loading.load(tiny), "XAR")
    dossier.dataset.rules["confidence"] = [{"word": "low", "min_lineages_latest": 9}]
    with pytest.raises(ValueError, match="no rule of confidence"):
        scoring.confidence_level(dossier)


@pytest.mark.parametrize(
    ("before", "after", "has_turned"), [(2, 1, True), (3, 1, False), (2, 2, False)]
)
def test_a_turn_asks_for_so_many_steps_before_and_after(before, after, has_turned):
    rows = [(1, "2020", "2020"), (1, "2021", "2021"), (-1, "2023", "2023")]
    rule = {"min_events_before": before, "min_events_after": after}
    assert (turn(moves(*rows), rule) is not None) == has_turned


@pytest.mark.parametrize("before", [1, -1])
def test_a_turn_may_lead_either_way_where_more_is_asked_of_what_came_after(before):
    """One step one way, then two the other."""
    rows = [
        (before, "2019", "2019-12-31"),
        *((-before, year, f"{year}-12-31") for year in ("2021", "2022")),
    ]
    found = turn(moves(*rows), {"min_events_before": 1, "min_events_after": 2})
    assert (found.before, found.n_before, found.n_after) == (before, 1, 2)


def test_a_turn_needs_a_day_between_the_last_step_and_the_first_of_the_other_way():
    rule = {"min_events_before": 1, "min_events_after": 1}
    before = (1, "2020", "2020-12-31")
    assert turn(moves(before, (-1, "2020-12-31", "2021")), rule) is None
    assert turn(moves(before, (-1, "2021-01-01", "2021")), rule) is not None


def test_a_turn_without_a_source_is_the_turn_of_what_is_left():
    """Without `b` and `c` the steps closer end in 2020; without the day on which `c` began nothing is certain."""
    rule = {"min_events_before": 1, "min_events_after": 1}
    steps = moves(
        (1, "2019", "2020-06-30"),
        (1, "2021", "2022-06-30"),
        (-1, "2021-12-01", "2023-06-30"),
        (-1, "2024", "2024-06-30"),
    ).assign(event_id=[*"abcd"], scored=True, held=False)

    def has_turned_without(*claims):
        """Claims of (event, source, gives the first day, gives the last): whether it has without the source S."""
        columns = ["event_id", "source_id", "earliest", "latest"]
        rows = [*claims, *((each, "T", True, True) for each in "ad")]
        frame = pd.DataFrame(rows, columns=columns).assign(lineage="one")
        for column in ("earliest", "latest"):
            frame[column] = frame[column].map({True: pd.Timestamp(2020, 1, 1)})
        return without_each(steps, frame, rule)["turned"].to_dict()["S"]

    of_b = ("b", "S", True, True)
    of_c = ("c", "S", True, True)
    assert turn(steps, rule) is None, "they overlap"
    assert has_turned_without(of_b, of_c), "both are gone"
    # Each stays by another source, and keeps what it knows.
    assert not has_turned_without(
        of_b, of_c, ("b", "U", True, True), ("c", "U", True, True)
    )
    assert has_turned_without(of_b, of_c, ("b", "U", True, True)), "c is gone"
    assert has_turned_without(of_b, of_c, ("c", "U", True, True)), "b is gone"
    assert not has_turned_without(of_b, of_c, ("c", "U", False, True)), (
        "c began some time"
    )
    assert not has_turned_without(of_b, of_c, ("b", "U", True, False)), "b goes on"
    # Where one way began and the other ended decides nothing here.
    assert has_turned_without(of_b, of_c, ("b", "U", False, True))
    assert has_turned_without(of_b, of_c, ("c", "U", True, False))
