"""Reports by month, quarter or year, and whether a tie leads otherwise than it did: each rule by a worked example."""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from corpora import corpus

from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.frames import with_days
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, parts, periods, scoring, trends
from allywatch.page import charts, wording
from briefmill.texts import Marks, plain


def dated(*texts):
    """Events with these dates."""
    events = pd.DataFrame(
        {"date": texts, "event_id": [f"E{n}" for n in range(len(texts))]}
    )
    return with_days(events)


def network(folder, unit="", published="", **shape):
    """A network with one partner and no report of a region, its sources of a day, and its unit of time as given."""
    settled = {"partners": 1, "joint": 0, "of_region": 0, "undated": 0} | shape
    corpus(folder, **settled)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    if unit:
        package["allywatch"]["periods"] = unit
    path.write_text(json.dumps(package), "utf-8")
    if published:
        sources = pd.read_csv(folder / "sources.csv", dtype=str, keep_default_na=False)
        sources = sources.assign(published=published, published_basis="stated")
        sources.to_csv(folder / "sources.csv", index=False)
    return folder


def told(folder, columns):
    """Give the events of a data folder other values in some columns, and their claims the dates."""
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    events = events.assign(**columns)
    events.to_csv(folder / "events.csv", index=False)
    claims = pd.read_csv(folder / "claims.csv", dtype=str, keep_default_na=False)
    dates = dict(zip(events["event_id"], events["date"], strict=True))
    claims["date"] = claims["event_id"].map(dates)
    claims["date_basis"] = np.where(claims["date"] == "", "undated", "stated")
    claims.to_csv(folder / "claims.csv", index=False)


def opened(folder, partner="AAA"):
    dossier = dossiers.dossier(loading.load(folder), partner)
    return dossier, scoring.verdict(dossier)


# What falls into a period


def test_a_report_belongs_to_the_period_in_which_its_date_lies_as_a_whole():
    events = dated(
        *("2024-07-14", "2024-07", "2024-35", "2024", "2024~", "2024-03/2024-09"),
        *("[2023..2024]", "2023-12/2024-01", "2022/..", "../2024-05", ""),
    )
    several = periods.OVER_SEVERAL
    undated = periods.UNDATED
    assert list(periods.place(events, "year")) == [
        *(["2024"] * 6),
        *(several, several, several, undated, undated),
    ]
    assert list(periods.place(events, "quarter"))[:4] == ["2024Q3"] * 3 + [several]
    months = list(periods.place(events, "month"))
    assert months[:3] == ["2024-07", "2024-07", several]


@pytest.mark.slow
def test_the_unit_is_the_finest_in_which_most_dates_lie_and_that_makes_few_periods(
    tmp_path,
):
    folder = network(tmp_path / "n", events=10, published="2024-12")
    fine = [f"2024-{month:02}" for month in (1, 2, 3, 4, 5, 6, 7, 8)]
    for dates, expected in (
        (fine + ["2024"] * 2, "month"),  # 8 of 10 within a month: just enough
        (fine[:7] + ["2024-33"] * 3, "quarter"),  # 7 of 10 are too few, all 10 do
        (fine[:7] + ["2024"] * 3, "year"),  # 7 of 10 within a quarter, too
        (["2023-01", *fine[:7], "2024-12", "2024-12"], "month"),  # 24 months
        (["2022-12", *fine[:7], "2024-12", "2024-12"], "quarter"),  # 25 months
        (["2018-12", *fine[:7], "2024-12", "2024-12"], "year"),  # 25 quarters
        ([""] * 10, "year"),
    ):
        told(folder, {"date": dates})
        assert periods.unit(loading.load(folder)) == expected, dates


def test_the_data_folder_names_the_unit_and_a_part_has_that_of_the_whole(tmp_path):
    folder = network(tmp_path / "n", unit="quarter", partners=3)
    dataset = loading.load(folder)
    assert periods.unit(dataset) == "quarter"
    for partner in briefed_partners(dataset):
        assert periods.unit(parts.part(dataset, partner)) == "quarter"


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("periods", "week", "auto, month, quarter, year"),
        ("trend", {"years": 0, "chance": 0.05}, "trend.years"),
        ("trend", {"years": 1, "chance": 5}, "trend.chance"),
        ("trend", {"years": 1, "chance": 0.05, "least": 3}, "nothing reads it"),
    ],
)
def test_a_unit_or_a_limit_that_cannot_be_is_refused(tmp_path, rule, value, words):
    folder = network(tmp_path / "n", events=3)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["allywatch"][rule] = value
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(ContractError, match=words):
        loading.load(folder)


def frame(rows):
    """Events in play of (date, direction), each with two claims of two lineages, and these claims."""
    events = dated(*(date for date, _ in rows))
    events["direction"] = [direction for _, direction in rows]
    events["scored"] = events["direction"] != 0
    events["held"] = ~events["scored"]
    supporting = pd.concat([events[["event_id"]].assign(lineage=each) for each in "ab"])
    return events, supporting


@pytest.mark.slow
def test_counts_shares_and_balance_of_each_period():
    dataset = loading.load(ROOT / "data")
    rows = [
        *[("2021", 1), ("2021-05", -1), ("2021-06", -1), ("2021-07-01", -1)],
        *[("2021", 0), ("2023", 1), ("2023", 1), ("2023/2024", -1), ("", 1)],
    ]
    table = periods.by_period(*frame(rows), dataset)
    years = ["2021", "2022", "2023"]
    assert list(table.index) == [*years, periods.OVER_SEVERAL, periods.UNDATED]
    counts = table[["closer", "away", "level"]].to_numpy().tolist()
    assert counts == [[1, 3, 1], [0, 0, 0], [2, 0, 0], [0, 1, 0], [1, 0, 0]]
    of_2021 = table.loc["2021"]
    assert of_2021["closer_share"] == 0.25
    assert of_2021["away_share"] == 0.75
    assert of_2021["balance"] == -0.5
    # Two reports are too few, and none is no nought.
    assert table.loc[["2022", "2023"], "balance"].isna().all()


@pytest.mark.slow
def test_a_period_that_rests_on_one_lineage_has_no_balance():
    events, supporting = frame([("2021", 1)] * 4)
    alone = supporting[supporting["lineage"] == "a"]
    table = periods.by_period(events, alone, loading.load(ROOT / "data"))
    assert table.loc["2021", "closer"] == 4
    assert pd.isna(table.loc["2021", "balance"])


# Two stretches of time


@pytest.mark.parametrize(
    ("unit", "published", "before", "until", "now"),
    [
        ("year", "2024-12", "2023", "2023", "2024"),
        # A year that has only begun goes with the one before it.
        ("year", "2024-11", "2022", "2022", "2023"),
        ("quarter", "2024-09-30", "2022Q4", "2023Q3", "2023Q4"),
        ("quarter", "2024-08", "2022Q3", "2023Q2", "2023Q3"),
        ("month", "2024-03", "2022-04", "2023-03", "2023-04"),
        ("month", "2024-03-30", "2022-03", "2023-02", "2023-03"),
    ],
)
def test_the_newest_year_of_whole_periods_and_the_one_before(
    tmp_path, unit, published, before, until, now
):
    shape = {"first_year": 2019, "last_year": 2021}
    dataset = loading.load(network(tmp_path / "n", unit, published, **shape))
    windows = trends.windows(dataset)
    assert [str(each) for each in (windows.before, windows.until, windows.since)] == [
        before,
        until,
        now,
    ]


def test_fisher_s_own_example():
    """Of 13 identical twins of convicts ten were convicts too, of 17 others two (Fisher 1934, section 21.02)."""
    assert trends.exact(10, 3, 2, 15) == pytest.approx(0.0005367, abs=5e-8)
    assert trends.exact(4, 4, 4, 4) == 1


def test_holm_s_correction_of_a_published_example():
    """15 p-values of Benjamini and Hochberg (1995), section 3.2: the family-wise methods find three at 0.05."""
    p_values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    corrected = trends.holm(p_values[::-1])[::-1]
    assert sum(each <= 0.05 for each in corrected) == 3
    # By hand: 15 × 0.0001, 14 × 0.0004, 13 × 0.0019, 12 × 0.0095; then never smaller, never above 1.
    assert corrected[:4] == pytest.approx([0.0015, 0.0056, 0.0247, 0.1140])
    assert corrected == sorted(corrected)
    assert corrected[-1] == 1
    assert trends.holm([]) == []


WAYS = {
    1: ("deepening", "PACT_TIGHTEN"),
    -1: ("defection", "PACT_LOOSEN"),
}


def counts(folder, tables, published="2024-12"):
    """A network with such events per partner: closer and away in 2023, then in 2024."""
    n = sum(sum(each) for each in tables)
    network(
        folder,
        published=published,
        events=n,
        partners=len(tables),
        reliabilities="B",
        more_claims=2.0,
        denied=0,
        forecast=0,
        doubted=0,
        refuted=0,
    )
    table = pd.read_csv(folder / "partners.csv", dtype=str, keep_default_na=False)
    rows = [
        (code, year, way)
        for code, numbers in zip(table["partner_id"], tables, strict=False)
        for (year, way), number in zip(
            [("2023", 1), ("2023", -1), ("2024", 1), ("2024", -1)], numbers, strict=True
        )
        for _ in range(number)
    ]
    codes, years, ways = zip(*rows, strict=True)
    columns = {
        "partners": codes,
        "counterparts": "",
        "date": years,
        "direction": [str(way) for way in ways],
        "channel": [WAYS[way][0] for way in ways],
        "type": [WAYS[way][1] for way in ways],
        "told_of": "",
    }
    told(folder, columns)
    return folder


def test_all_partners_with_enough_in_both_stretches_are_compared_at_once(tmp_path):
    """By hand: p of (12, 3, 3, 12) is 0.0028; of (9, 3, 3, 9) it is 0.0391, too much once it is one of three."""
    tables = [(12, 3, 3, 12), (9, 3, 3, 9), (5, 5, 5, 5), (8, 8, 1, 1)]
    dataset = loading.load(counts(tmp_path / "n", tables))
    table = trends.compared(dataset)
    assert list(table.index) == ["AAA", "AAB", "AAC"]  # two reports in 2024 are too few
    assert table.loc["AAA", "p"] == pytest.approx(0.002814, abs=1e-5)
    assert table.loc["AAB", "p"] == pytest.approx(0.039133, abs=1e-5)
    assert table.loc["AAA", "corrected"] == pytest.approx(3 * table.loc["AAA", "p"])
    assert table.loc["AAB", "corrected"] == pytest.approx(2 * table.loc["AAB", "p"])
    assert list(table["beyond_chance"]) == [True, False, False]
    beyond = [parts.part(dataset, code).beyond_chance for code in ("AAA", "AAB", "AAD")]
    assert beyond == [True, False, None]


def test_just_as_many_as_the_gate_asks_for_in_each_stretch_are_enough(tmp_path):
    dataset = loading.load(counts(tmp_path / "n", [(3, 0, 0, 3), (2, 0, 0, 9)]))
    assert list(trends.compared(dataset).index) == ["AAA"]
    fewer = loading.load(counts(tmp_path / "m", [(3, 0, 1, 1), (0, 2, 3, 0)]))
    assert trends.compared(fewer).empty


@pytest.mark.slow
def test_what_is_counted_for_all_is_what_each_dossier_counts(tmp_path):
    """Joint events, events of a region and of several years: the comparison and the page agree, partner by partner."""
    shape = {"partners": 4, "joint": 0.5, "of_region": 0.4, "events": 300}
    folder = network(tmp_path / "n", published="2024-12", **shape)
    dataset = loading.load(folder)
    table = trends.compared(dataset)
    assert len(table) == 4
    for partner in briefed_partners(dataset):
        dossier = dossiers.dossier(dataset, partner)
        by_year = periods.by_period(
            dossier.in_play, dossier.supporting, dossier.dataset
        )
        change = trends.trend(dossier.scored, dossier.supporting, dossier.dataset)
        for side in ("closer", "away"):
            for year, stretch in (("2023", "before"), ("2024", "now")):
                name = f"{side}_{stretch}"
                assert getattr(change, name) == table.loc[partner, name]
                assert getattr(change, name) == by_year.loc[year, side]


# What the page says


@pytest.mark.slow
def test_a_large_page_says_after_what_happened_how_the_tie_leads_now(tmp_path):
    tables = [(30, 10, 10, 30), (16, 20, 20, 16), (20, 20, 20, 20)]
    folder = counts(tmp_path / "n", tables)
    ends = {
        "AAA": "Since January 2024, 30 of 40 reports that move the tie lead away; in 2023 it was 10 of 40: "
        "a change beyond what chance would bring.",
        "AAB": "Since January 2024, 20 of 36 reports that move the tie lead closer; in 2023 it was 16 of 36: "
        "no change that can be distinguished from chance.",
        "AAC": "Since January 2024, 20 of 40 reports that move the tie lead away; in 2023 it was 20 of 40: no change.",
    }
    for partner, words in ends.items():
        (sentences,) = wording.judgement(*opened(folder, partner)).paragraphs
        assert plain(sentences).endswith(words)
        assert plain(sentences) != words


@pytest.mark.parametrize(
    "table", [(40, 30, 1, 1), (10, 10, 10, 10)], ids=["too few now", "small page"]
)
def test_no_trend_where_a_stretch_is_too_thin_or_the_page_is_small(tmp_path, table):
    (sentences,) = wording.judgement(
        *opened(counts(tmp_path / "n", [table]))
    ).paragraphs
    assert "Since January" not in plain(sentences)


def lines(dossier):
    block = wording.chronology(dossier)
    return [step for group in block.groups for step in group.steps]


@pytest.mark.slow
def test_a_large_page_tells_by_period_what_it_counts_and_names_the_best_attested(
    tmp_path,
):
    folder = counts(tmp_path / "n", [(30, 10, 0, 25)])
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    best = opened(folder)[0].stretches[-1].best
    others = events[(events["date"] == "2024") & ~events["event_id"].isin(best)]
    events.loc[others.index[0], "date"] = "2024-12-30"
    told(folder, {"date": events["date"]})
    dossier, _ = opened(folder)
    first, second = lines(dossier)
    assert (first.when, second.when) == ("2023", "2024")
    assert plain(first.runs).startswith(
        "40 reports that move the tie, 30 closer and 10 away. The best attested closer: Matter"
    )
    assert plain(second.runs).startswith("25 reports that move the tie, all away.")
    newest = others["headline"].iloc[0]
    assert f"The newest: {newest}" in plain(second.runs)
    for stretch, step in zip(dossier.stretches, (first, second), strict=True):
        marks = [run for run in step.runs if isinstance(run, Marks)]
        (cited,) = zip(*(run.marks for run in marks), strict=True)
        assert list(cited) == [dossier.by_id[each].mark for each in stretch.named]
        for event_id in stretch.best:
            of_side = dossier.scored[dossier.scored["event_id"].isin(stretch.event_ids)]
            way = dossier.by_id[event_id].direction
            of_side = of_side[of_side["direction"] == way]
            assert dossier.by_id[event_id].n_lineages == of_side["n_lineages"].max()


@pytest.mark.slow
def test_no_report_is_lost_between_the_lines_of_a_large_page(tmp_path):
    shape = {"events": 400, "undated": 0.2, "first_year": 1990, "last_year": 2024}
    dossier, _ = opened(network(tmp_path / "n", published="2025-12", **shape))
    counted = [each for stretch in dossier.stretches for each in stretch.event_ids]
    assert sorted(counted) == sorted(dossier.in_play["event_id"])
    whens = [step.when for step in lines(dossier)]
    assert whens[0] == "up to 2018"
    assert whens[1:] == [*(str(year) for year in range(2019, 2025)), "No date given"]


def test_years_told_together_have_also_what_left_the_tie_as_it_was_between_them(
    tmp_path,
):
    every = {"closer": 1, "as_it_was": 0, "background": 0, "reliabilities": "B"}
    claims = {"denied": 0, "forecast": 0, "doubted": 0, "refuted": 0}
    folder = network(tmp_path / "n", published="2025", events=81, **every, **claims)
    years = [1990, *range(2010, 2020)]
    dates = [str(years[each % len(years)]) for each in range(80)]
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    events.loc[80, ["type", "direction"]] = ["DIPLOMATIC_SUPPORT", "0"]
    told(folder, {**events[["type", "direction"]], "date": [*dates, "1995"]})
    dossier, _ = opened(folder)
    first, second, *_ = lines(dossier)
    assert (first.when, second.when) == ("up to 2013", "2014")
    assert "and one that leaves it as it was." in plain(first.runs)
    assert "as it was" not in plain(second.runs)
    assert "The best attested: " in plain(first.runs)


@pytest.mark.slow
def test_of_one_report_it_is_not_said_that_it_is_the_best_attested(tmp_path):
    dossier, _ = opened(counts(tmp_path / "n", [(60, 1, 1, 1)]))
    first, second = (plain(step.runs) for step in lines(dossier))
    assert ". The best attested closer: Matter" in first and " Away: Matter" in first
    assert ". Closer: Matter" in second and " Away: Matter" in second
    assert "best attested" not in second
    dossier, _ = opened(counts(tmp_path / "one", [(60, 1, 1, 0)]))
    _, second = (plain(step.runs) for step in lines(dossier))
    assert second.startswith(
        "One report that moves the tie, closer. The report: Matter"
    )


@pytest.mark.slow
def test_months_of_the_newest_time_stand_one_by_one_and_earlier_ones_by_year(tmp_path):
    shape = {"events": 300, "first_year": 2021, "last_year": 2024}
    folder = network(tmp_path / "n", "month", "2024-12", **shape)
    months = np.random.default_rng(5).integers(1, 13, 300)
    years = 2021 + np.arange(300) % 4
    told(folder, {"date": [f"{y}-{m:02}" for y, m in zip(years, months, strict=True)]})
    dossier, _ = opened(folder)
    assert [step.when for step in lines(dossier)] == [
        *("up to 2022", "2023", "January to August 2024"),
        *("September 2024", "October 2024", "November 2024", "December 2024"),
    ]


@pytest.mark.slow
def test_sixty_reports_stand_one_by_one_and_sixty_one_by_period(tmp_path):
    small, _ = opened(counts(tmp_path / "60", [(55, 0, 5, 0)]))
    assert not any("reports that move" in plain(step.runs) for step in lines(small))
    dossier, verdict = opened(counts(tmp_path / "61", [(56, 0, 5, 0)]))
    assert [plain(step.runs)[:30] for step in lines(dossier)] == [
        "56 reports that move the tie, ",
        "Five reports that move the tie",
    ]
    assert "lies within one year." in charts.steps(dossier, verdict).source


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "years", "words"),
    [
        ("month", 2, "within one month."),
        ("month", 3, "within one month (on a phone within one quarter)."),
        ("month", 9, "within one quarter (on a phone within one year)."),
        ("quarter", 2, "within one quarter."),
        ("year", 2, "within one year."),
    ],
)
def test_the_chart_has_bars_as_narrow_as_their_numbers_let_them_be(
    tmp_path, unit, years, words
):
    folder = network(tmp_path / "n", unit, "2024-12", events=120)
    months = np.random.default_rng(5).integers(1, 13, 120)
    of_each = 2024 - np.arange(120) % years
    dates = [f"{y}-{m:02}" for y, m in zip(of_each, months, strict=True)]
    told(folder, {"date": dates})
    figure = charts.steps(*opened(folder))
    assert f"A bar counts the reports whose date lies {words}" in figure.source
    assert len(figure.drawings) == 2
