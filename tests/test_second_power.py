"""Another focal power, with no change of code: its data folder checks, traces and builds."""

from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT

from allywatch.briefings import plan
from allywatch.check import check
from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.page import wording
from allywatch.trace import trace
from briefmill import build
from briefmill.exhibits import plain


def test_its_data_is_sound_and_every_passage_is_found(velmora):
    report = check(velmora)
    assert report.exit_code == 0, report.text
    assert "passages verified: 25 of 25" in report.text


def test_its_claims_walk_home_to_their_passages(velmora):
    lines = trace("Taskar", velmora)
    assert any(
        "| In March 2024 the Taskari parliament renewed the river pact" in line
        for line in lines
    )


@pytest.mark.parametrize(
    ("partner", "direction"),
    [("XTA", "closer"), ("XCV", "away"), ("XIL", "contested"), ("XSI", "insufficient")],
)
def test_its_partners_are_judged_by_the_same_rules(velmora, partner, direction):
    file = dossiers.dossier(loading.load(velmora), partner)
    assert scoring.verdict(file).direction == direction


def test_its_thesis_is_its_own(velmora):
    dataset = loading.load(velmora)
    said = wording.one_thesis(dossiers.pooled(dataset))
    assert said.startswith(
        "Two of three admitted sources argue one thesis: that Velmora keeps its friends."
    )
    file = dossiers.dossier(dataset, "XTA")
    told = wording.opposite_reading(file, scoring.verdict(file)).block["items"]
    assert "No event told of Taskar sets the two apart." in plain(told[0]["runs"])


def test_its_briefing_is_built_and_knows_no_other_power(velmora, tmp_path):
    edition = build(plan(velmora, ROOT / "notebooks", ["Taskar"]), tmp_path / "reports")
    assert not edition.failed
    with pypdfium2.PdfDocument(
        Path(edition.folder) / "country_briefing_XTA.pdf"
    ) as pdf:
        words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Velmora" in words
    assert "Russia" not in words
