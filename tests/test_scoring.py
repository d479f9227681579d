"""Scores against worked examples computed by hand."""

import json
from pathlib import Path

import pandas as pd
import pytest

from allywatch.data import loading
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, histories, parts, rules, scoring
from allywatch.evidence.scoring import Balance

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


def test_trajectory_counts_an_event_on_its_latest_day_and_shades_to_its_earliest():
    steps = histories.trajectory(SEVEN).set_index("day")
    late, early = steps[["closer", "away"]], steps[["closer_early", "away_early"]]
    assert late.loc["2020-01-01"].tolist() == [0, 0]
    assert early.loc["2020-01-01"].tolist() == [0, 2]
    assert late.loc["2020-12-31"].tolist() == [0, 2]
    assert late.loc["2021-06-30"].tolist() == [1, 2]
    assert early.loc["2021-06-30"].tolist() == [2, 2], (
        "an unknown first day counts from the start"
    )
    assert late.iloc[-1].tolist() == [2, 3], "the undated event is in no running total"


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
    rows = scoring.sensitivity(SEVEN, types).set_index("weights")["balance"]
    assert rows["unit"] == pytest.approx(-2 / 6)
    assert rows["intensity"] == pytest.approx((4 - 7) / 11)  # closer 3+1, away 2+1+3+1
    assert rows["goldstein"] == pytest.approx(
        (16 - 10) / 26
    )  # closer 8+8, away 4+4+2, one without a weight


def test_the_range_of_the_others(tiny):
    """Dated, Arvenia has three away, Bellmark two closer and one away; Corsund is below the gate, in no range."""
    dataset = loading.load(tiny)
    arvenia, corsund = (dossiers.dossier(dataset, code) for code in ("XAR", "XCO"))
    assert parts.range_of_others(arvenia.dataset).empty, "Bellmark alone is no range"
    assert parts.range_of_others(corsund.dataset).empty, (
        "there is no figure to see a range in"
    )
    days = parts.range_of_others(dataset)
    last = days.iloc[-1]
    assert (last["away_low"], last["away_high"]) == (1, 3)
    assert (last["closer_low"], last["closer_high"]) == (0, 2)
    assert days["day"].is_monotonic_increasing
    assert (
        days.filter(like="_low").to_numpy() <= days.filter(like="_high").to_numpy()
    ).all()


def test_a_partner_is_no_part_of_its_own_range():
    dataset = loading.load(Path(__file__).parents[1] / "data")
    most = parts.range_of_others(dataset).iloc[-1]
    armenia = dossiers.dossier(dataset, "ARM")
    own = histories.trajectory(armenia.scored)["away"].iloc[-1]
    assert (
        most["away_high"]
        == own
        > parts.range_of_others(armenia.dataset).iloc[-1]["away_high"]
    )


def test_the_range_of_the_others_is_that_of_their_own_trajectories():
    """Worked out for all at once, it is for each partner and day what the others' own running totals give."""
    dataset = loading.load(Path(__file__).parents[1] / "data")
    all_dossiers = [
        dossiers.dossier(dataset, partner) for partner in briefed_partners(dataset)
    ]
    told = {
        dossier.partner["partner_id"]: histories.trajectory(dossier.scored).set_index(
            "day"
        )
        for dossier in all_dossiers
        if scoring.verdict(dossier).gate.met
    }
    assert len(told) > 3
    for partner in told:
        others = [steps for other, steps in told.items() if other != partner]
        for row in parts.range_of_others(parts.part(dataset, partner)).itertuples():
            so_far = [
                steps.loc[: row.day, ["closer", "away"]].iloc[-1:].sum()
                for steps in others
            ]
            for way in ("closer", "away"):
                totals = [each[way] for each in so_far]
                assert (getattr(row, f"{way}_low"), getattr(row, f"{way}_high")) == (
                    min(totals),
                    max(totals),
                )


def test_the_course_of_a_verdict_names_what_turned_it():
    """Armenia: three moves by the end of 2020 from one lineage are too few; the fourth, of 2023, has two lineages, and one
    of the four is closer: contested; two more by spring 2025 make it away."""
    dossier = dossiers.dossier(loading.load(Path(__file__).parents[1] / "data"), "ARM")
    course = histories.direction_history(dossier)
    assert list(course["direction"]) == ["insufficient", "contested", "away"]
    assert [day.year for day in course["day"]] == [2020, 2023, 2025]
    told = dossier.events.set_index("event_id")["headline"]
    assert told[course["event_ids"].iloc[1][0]] == "No help in the 2023 offensive"
    assert course["direction"].iloc[-1] == scoring.verdict(dossier).direction
