"""The method in plain pandas and the library reach the same numbers, each by its own way."""

from pathlib import Path

import nbformat
import pandas as pd
import pytest
import shared
from conftest import ROOT, invented_network

from allywatch.evidence import dossiers, scoring

REAL = shared.real()
NETWORK = shared.real_network()
PARTNERS = sorted(NETWORK.by_partner)
BY_DIRECTION = ["closer", "away", "held", "lineages"]


def worked_out(data: Path) -> dict:
    """What the cells of the notebook work out from a data folder, by name, run in the folder it stands in."""
    book = nbformat.read(ROOT / "notebooks" / "analysis.ipynb", as_version=4)
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        patch.chdir(ROOT / "notebooks")
        for cell in book.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names["data_dir"] = str(data)
    return names


@pytest.fixture(scope="module")
def analysis():
    return worked_out(ROOT / "data")


def test_it_asks_nothing_of_the_library():
    text = (ROOT / "notebooks" / "analysis.ipynb").read_text("utf-8")
    assert "allywatch import" not in text
    assert "import allywatch" not in text


def test_the_partners_with_a_briefing_are_all_compared():
    assert len(PARTNERS) == 18


def test_events_by_year_and_dimension_are_those_in_play(analysis):
    in_play = NETWORK.pooled.in_play
    year = in_play["counted"].dt.year.astype("Int64").astype("str")
    year = year.where(in_play["counted"].notna(), "undated").rename("year")
    expected = pd.crosstab(year, in_play["dimension"])
    pd.testing.assert_frame_equal(analysis["by_year"], expected, check_dtype=False)


def test_who_tells_what(analysis):
    expected = NETWORK.by_source
    told = analysis["by_source"].reindex_like(expected).fillna(0).astype(int)
    pd.testing.assert_frame_equal(told, expected, check_names=False)


@pytest.mark.parametrize("partner", PARTNERS)
def test_counts_and_balance_whole_and_without_each_source(analysis, partner):
    dossier, verdict = NETWORK.by_partner[partner]
    expected = verdict.left_out.replace({"source_id": {"": "none"}})
    expected = expected.set_index("source_id")
    if dossier.in_play.empty:
        assert partner not in analysis["counts"].index
        assert not expected[BY_DIRECTION].any(axis=None)
        return
    counts = analysis["counts"].loc[partner]
    assert set(counts.index) == set(expected.index)
    pd.testing.assert_frame_equal(
        counts.loc[expected.index],
        expected[BY_DIRECTION],
        check_names=False,
        check_dtype=False,
    )
    pd.testing.assert_series_equal(
        analysis["balance"].loc[partner].loc[expected.index],
        expected["balance"],
        check_names=False,
    )


def test_ranges_are_given_for_the_partners_that_pass_the_gate(analysis):
    verdicts = NETWORK.verdicts.dropna(subset="balance").set_index("name")
    ranges = analysis["ranges"].rename(columns={"min": "low", "max": "high"})
    pd.testing.assert_frame_equal(
        ranges[["balance", "low", "high"]].sort_index(),
        verdicts[["balance", "low", "high"]].sort_index(),
        check_names=False,
    )


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_balance_under_other_weights(analysis, partner):
    dossier = dossiers.dossier(REAL, partner)
    expected = scoring.sensitivity(dossier.events, REAL.event_types, "year")
    expected = expected.set_index("weights")["balance"]
    if dossier.scored.empty:
        assert dossier.name not in analysis["sensitivity"].index
        return
    pd.testing.assert_series_equal(
        analysis["sensitivity"].loc[dossier.name, expected.index],
        expected,
        check_names=False,
    )


def test_a_folder_need_hold_no_reports_from_outside(tmp_path):
    data = invented_network(tmp_path / "data")
    (data / "doubts.csv").unlink()
    without = worked_out(data)
    assert without["doubts"].empty
    assert len(without["by_source"]) > 3
