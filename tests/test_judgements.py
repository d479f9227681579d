"""What an analyst concludes: on the page in place of what is computed, set apart, and never older than its rows."""

import re
import shutil

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch.briefings import plan
from allywatch.check import check
from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.disagreements import disagreements
from allywatch.page import tables, wording
from allywatch.page.wording.judgements import BY_ANALYST, JUDGEMENT, judged, settling
from briefmill import build
from briefmill.texts import Marks, Words, plain

REAL = loading.load(ROOT / "data")
PARTNERS = sorted(set(REAL.events["partners"].explode()) - {REAL.rules["focal_power"]})
REVIEW = "(under review: "


def sections(dataset, partner):
    """The sections a judgement may stand in, by name."""
    dossier = dossiers.dossier(dataset, partner)
    verdict = scoring.verdict(dossier)
    return {
        "dimension": wording.by_dimension(dossier, verdict),
        "opposite_reading": wording.opposite_reading(dossier, verdict),
        "indicator": wording.indicators(dossier, verdict),
        "settles": tables.contested(dossier),
        "gap": wording.gaps(dossier),
    }


def words(block):
    """All that a section says."""
    items = [plain(item.runs) for item in getattr(block, "items", ())]
    rows = [row.cells for group in getattr(block, "groups", ()) for row in group.rows]
    return " ".join([*items, *(plain(cell) for cells in rows for cell in cells)])


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """Sets the tiny folder's first partner and gives the PDF's bytes; `cells` are first written to a row of events."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", folder / "data")
    shutil.copy(ROOT / "data" / "datapackage.json", folder / "data")

    def made(name, **cells):
        spoil(folder / "data", "events", "E3", **cells)
        edition = build(
            plan(folder / "data", ROOT / "notebooks", ["XAR"]), folder / name
        )
        assert edition.failed == []
        return (edition.folder / "country_briefing_XAR.pdf").read_bytes()

    return made


class TestReview:
    """A judgement is only as good as the rows it was written from."""

    def test_a_changed_row_puts_it_under_review_and_check_names_it(self, tiny):
        before = sections(loading.load(tiny), "XAR")
        assert REVIEW not in words(before["dimension"])
        spoil(tiny, "events", "E3", intensity="3")
        assert f"bought. {REVIEW}E3 was changed)" in words(
            sections(loading.load(tiny), "XAR")["dimension"]
        )
        assert "  J1: E3 was changed" in check(tiny).text
        spoil(tiny, "events", "E3", intensity="2")
        assert sections(loading.load(tiny), "XAR") == before
        assert "under review" not in check(tiny).text

    def test_what_would_settle_a_point_goes_under_review_too(self, tiny):
        spoil(tiny, "claims", "C12", statement="Read again.")
        assert f"the station. {REVIEW}claim C12" in words(
            sections(loading.load(tiny), "XBE")["settles"]
        )

    def test_the_row_restored_gives_the_same_bytes(self, edition):
        before = edition("before", intensity="2")
        assert edition("changed", intensity="3") != before
        assert edition("restored", intensity="2") == before


class TestEditions:
    """A past edition has no judgement that knew more than it."""

    def test_a_judgement_on_what_a_later_source_tells_is_not_shown(self, tiny):
        past = sections(loading.load(tiny, as_of="2024-12-31"), "XAR")
        assert "an inference from what it bought" not in words(past["dimension"])
        assert BY_ANALYST not in past["dimension"].subtitle

    @pytest.mark.parametrize("day", ["2025-06-30", "2026-01-31", "2026-03-31"])
    def test_every_ref_of_one_that_is_shown_is_as_it_was_written_from(self, day):
        past = loading.load(ROOT / "data", as_of=day)
        known, later = (
            set(past.claims["claim_id"]),
            REAL.claims[~REAL.claims["claim_id"].isin(past.claims["claim_id"])],
        )
        refs = past.judgements["refs"].explode().dropna()
        assert not set(refs) & {*later["claim_id"], *later["event_id"]}
        assert set(refs) <= known | set(past.events["event_id"])
        assert len(past.judgements) < len(REAL.judgements)


class TestPage:
    """Where it stands, and what stands there without it."""

    def test_an_analysts_words_replace_the_computed_ones_and_the_rest_is_counted(
        self, tiny
    ):
        summaries = loading.load(tiny).events.set_index("event_id")["summary"]
        whole = words(sections(loading.load(tiny), "XAR")["dimension"])
        assert "Arvenia looks for its safety" in whole and summaries["E1"] not in whole
        spoil(tiny, "judgements", "J1", refs="E1")
        (runs,) = [
            item.runs
            for item in sections(loading.load(tiny), "XAR")["dimension"].items
            if "Arvenia looks for its safety" in plain(item.runs)
        ]
        assert f"bought. {REVIEW}E3 is no longer among its refs, and " in plain(runs)
        assert plain(runs).endswith("more) One more stands in the annex.")
        assert [run.marks for run in runs if isinstance(run, Marks)] == [
            ("E1",),
            ("E3",),
        ]

    def test_each_section_says_what_in_it_is_judgement(self):
        for partner in PARTNERS:
            for kind, block in sections(REAL, partner).items():
                told = (
                    len(judged(dossiers.dossier(REAL, partner), kind))
                    and block.kind != "none"
                )
                assert not told or JUDGEMENT in block.subtitle, (partner, kind)

    def test_a_partner_without_judgements_has_every_section_computed(self, tiny):
        with_them = sections(loading.load(tiny), "XAR")
        table = tiny / "judgements.csv"
        table.write_text(
            table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
        )
        without = sections(loading.load(tiny), "XAR")
        assert {kind for kind, block in without.items() if block.kind == "none"} <= {
            kind for kind, block in with_them.items() if block.kind == "none"
        }
        assert JUDGEMENT not in str(without) and without["indicator"].title == ""
        assert "Dates:" in str(without["gap"]) or "Voices:" in str(without["gap"])
        for partner in ("XBE", "XCO"):
            assert JUDGEMENT not in str(sections(loading.load(tiny), partner))

    def test_one_that_rests_on_nothing_is_a_remark(self, tiny):
        block = sections(loading.load(tiny), "XAR")["indicator"]
        (run,) = [
            run
            for item in block.items
            for run in item.runs
            if isinstance(run, Words) and "delegates" in run.text
        ]
        assert run.remark
        assert [sign.arrow for sign in block.items[0].label] == ["closer"]


class TestRealJudgements:
    """Those of the project's own data folder."""

    def test_none_is_under_review(self):
        assert not REAL.judgements["under_review"].any()

    def test_none_types_a_direction(self):
        labels = [rule["word"] for rule in REAL.rules["direction_words"]]
        for text in REAL.judgements["text"]:
            assert not [
                label for label in labels if re.search(rf"\b{label}\b", text.lower())
            ], text

    def test_each_fits_its_place_on_the_page(self):
        long = {"dimension": 320, "opposite_reading": 320}
        for row in REAL.judgements.itertuples():
            assert len(row.text) <= long.get(row.kind, 110), row.judgement_id

    @pytest.mark.parametrize("partner", PARTNERS)
    def test_every_partner_has_its_own(self, partner):
        dossier = dossiers.dossier(REAL, partner)
        verdict = scoring.verdict(dossier)
        assert 2 <= len(judged(dossier, "indicator")) <= 4
        assert (
            len(judged(dossier, "gap"))
            and judged(dossier, "indicator")["direction"].notna().all()
        )
        both = verdict.direction not in ("away", "closer")
        assert len(judged(dossier, "opposite_reading")) == (2 if both else 1)
        if verdict.gate.met:
            assert set(judged(dossier, "dimension")["dimension"]) == set(
                dossier.in_play["dimension"]
            )
        pairs = dossier.relations[
            dossier.relations["kind"].isin(["contradicts", "supersedes"])
        ]
        for _, _, ones, others in disagreements(pairs) if len(pairs) else ():
            assert settling(dossier, [*ones, *others]), (ones, others)

    def test_each_rests_on_evidence_about_all_its_partners(self):
        """What is filed under the focal power is about the network, and may rest on any event of it."""
        events = REAL.events.set_index("event_id")["partners"]
        told = pd.concat(
            [events, REAL.claims.set_index("claim_id")["event_id"].map(events)]
        )
        for row in REAL.judgements.itertuples():
            for ref in row.refs:
                assert set(row.partners) - {REAL.rules["focal_power"]} <= set(
                    told[ref]
                ), (
                    row.judgement_id,
                    ref,
                )
