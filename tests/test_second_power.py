"""Another focal power, with no change of code: its data folder checks, traces and builds."""

import csv
import json
import re
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT, spoil
from reading import document, whole

from allywatch.briefings import plan
from allywatch.check import check
from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.page import wording
from allywatch.page.wording import sureness
from allywatch.trace import trace
from briefmill import build
from briefmill.texts import plain

with (ROOT / "data" / "partners.csv").open(newline="", encoding="utf-8") as _file:
    _names = [row["name"] for row in csv.DictReader(_file)]
#: The names of all that the project's own folder knows.
REAL_NAMES = re.compile(rf"\b(?:{'|'.join(map(re.escape, _names))}|Moscow|Kremlin)\b")


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
    argued = "Two of three sources argue that Velmora keeps its friends"
    assert sureness.argument(dossiers.pooled(dataset)) == argued
    for partner, counts, claims in (
        ("XCV", (6, 6), "all six claims that count are"),
        ("XTA", (0, 8), "none of eight claims that count is"),
    ):
        dossier = dossiers.dossier(dataset, partner)
        cell = sureness.slant_cell(dossier)
        assert (
            plain(cell.runs) == f"{argued}; {claims} about the tie holding or fraying"
        )
        assert sureness.otherwise(dossier) == counts


@pytest.mark.slow
def test_silence_is_weak_evidence_only_where_every_source_cited_argues_the_same(
    velmora,
):
    """Of Taskar all three sources speak, of whom one does not argue the thesis; then it does, too."""
    for stance, weak in (("mixed", False), ("deepening", True)):
        spoil(velmora, "sources", "S1", stance=stance)
        dossier = dossiers.dossier(loading.load(velmora), "XTA")
        block = wording.readings(dossier, scoring.verdict(dossier))
        words = plain(block.items[0].runs)
        assert words.startswith("No report speaks for another reading.")
        said = "All three sources cited here argue that Velmora keeps its friends"
        assert (said in words) == weak


@pytest.mark.slow
def test_its_thesis_may_be_absent_and_then_nothing_is_said_of_one(velmora):
    path = velmora / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    del package["allywatch"]["thesis"]
    path.write_text(json.dumps(package), encoding="utf-8")
    assert check(velmora).exit_code == 0
    for partner in ("XTA", "XCV", ""):
        words = whole(document(velmora, partner))
        assert "argue" not in words
        assert "about the tie holding or growing" in words


def test_a_thesis_is_stated_whole_or_not_at_all(velmora):
    path = velmora / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    del package["allywatch"]["thesis"]["words"]
    package["allywatch"]["thesis"]["of_ties"] = "ties last"
    path.write_text(json.dumps(package), encoding="utf-8")
    report = check(velmora)
    assert report.exit_code == 2
    assert "must have allywatch.thesis.words" in report.text
    assert "must not have thesis.of_ties: nothing reads it" in report.text


@pytest.mark.slow
def test_its_briefings_are_built_and_know_no_other_power(velmora, tmp_path):
    edition = build(plan(velmora, ROOT / "notebooks"), tmp_path / "reports")
    assert not edition.failed
    folder = Path(edition.folder)
    pages = sorted(folder.glob("country_briefing_*.pdf"))
    assert len(pages) == 5
    for path in [*pages, folder / "overview_briefing.pdf"]:
        with pypdfium2.PdfDocument(path) as pdf:
            words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        assert "Velmora" in words
        assert not REAL_NAMES.search(words), path.name
    for path in folder.glob("*.html"):
        shown = re.sub(r"<(script|style)\b.*?</\1>", "", path.read_text(), flags=re.S)
        if path.stem != "methodology":
            assert not REAL_NAMES.search(shown), path.name
