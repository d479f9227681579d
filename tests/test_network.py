"""The overview as a reader has it: every event once, verdicts as in the briefings, and marks that lead somewhere."""

import csv
import re
from dataclasses import replace
from itertools import combinations

import pikepdf
import pypdfium2
import pytest
from allywatch.page.charts.network import places
from conftest import ROOT, spoil
from matplotlib.backends.backend_agg import FigureCanvasAgg

from allywatch import trace
from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, network, scoring
from allywatch.evidence.corroboration import corroboration
from allywatch.page import charts, network_tables
from allywatch.page.charts import style
from allywatch.page.wording import overview
from briefmill import build
from briefmill.texts import plain

REAL = network.network(loading.load(ROOT / "data"))


@pytest.fixture
def small(tiny):
    return network.network(loading.load(tiny))


def overview_pdf(data, out, **how):
    planned = plan(data, ROOT / "notebooks")
    jobs = tuple(job for job in planned.jobs if job.name == "overview_briefing")
    edition = build(replace(planned, jobs=jobs), out, **how)
    assert edition.failed == []
    return edition.folder / "overview_briefing.pdf"


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return overview_pdf(ROOT / "data", tmp_path_factory.mktemp("overview"))


@pytest.fixture(scope="module")
def pages(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            " ".join(page.get_textpage().get_text_bounded().split())
            for page in document
        ]


def _counted_elsewhere(dossier):
    """What is told of a region, where another event told of it counts in its place."""
    events = dossier.events
    return events.loc[events["counted_as"] != "", "event_id"]


def test_the_overview_opens_with_what_happened_and_names_other_partners_after_it():
    bottom = overview.bottom_line(REAL)
    assert plain(bottom.judgement) == (
        "As Assad’s rule collapsed in late 2024, Russia did not or could not sustain it. Four sources report it."
    )
    rows = dict(bottom.rows)
    also = plain(rows["Also"])
    named = [words.split(":")[0] for words in also.split("; ")]
    assert len(set(named)) == len(named) == 4
    assert "Syria" not in also
    assert plain(rows["Verdicts"]) == plain(overview.judgement(REAL))


class TestArithmetic:
    def test_a_shared_event_counts_once_with_all_its_sources(self):
        with (ROOT / "data" / "events.csv").open(
            newline="", encoding="utf-8-sig"
        ) as file:
            codes = {
                row["event_id"]: row["partners"].split(";")
                for row in csv.DictReader(file)
            }
        scored = REAL.pooled.scored
        assert scored["event_id"].is_unique
        assert any(len(codes[event]) > 1 for event in scored["event_id"])
        own = {
            event
            for dossier, _ in REAL.judged
            for event in (*dossier.scored["event_id"], *_counted_elsewhere(dossier))
        }
        assert set(scored["event_id"]) == own
        assert len(scored) < (REAL.verdicts["closer"] + REAL.verdicts["away"]).sum()
        standing = corroboration(REAL.dataset).set_index("event_id")
        assert (
            scored.set_index("event_id")["n_sources"]
            == standing.loc[scored["event_id"], "n_sources"]
        ).all()

    def test_verdicts_are_those_of_the_country_briefings(self):
        assert list(REAL.verdicts["partner"].sort_values()) == sorted(
            briefed_partners(REAL.dataset)
        )
        for row in REAL.verdicts.itertuples():
            verdict = scoring.verdict(dossiers.dossier(REAL.dataset, row.partner))
            assert (row.direction, row.holds) == (verdict.direction, verdict.holds)
            assert (row.closer, row.away) == (verdict.tally.closer, verdict.tally.away)
            assert row.falls_without == tuple(verdict.overturned_by)
            assert (row.balance == verdict.value) or (
                verdict.value is None and row.balance != row.balance
            )

    def test_below_the_gate_there_is_no_number_and_a_tier_of_its_own(self, small):
        for net in (REAL, small):
            thin = net.verdicts[net.verdicts["direction"] == "insufficient"]
            assert len(thin) and thin[["balance", "low", "high", "rank"]].isna().all(
                axis=None
            )
            told = plain(overview.too_thin(net).items[0].runs)
            assert all(name in told for name in thin["name"])

    def test_equal_balances_share_a_rank(self):
        judged = [each for each in REAL.judged if each[1].direction == "away"]
        (dossier, verdict), *_ = judged
        twin = replace(
            dossier, partner=dossier.partner | {"partner_id": "XXX", "name": "Twin"}
        )
        table = replace(REAL, judged=[*judged, (twin, verdict)]).verdicts
        assert table.loc[table["tied"], "name"].tolist() == sorted(
            ["Twin", dossier.name]
        )
        assert table.loc[table["tied"], "rank"].nunique() == 1

    def test_events_on_one_source_are_shared_out_among_the_sources(self):
        assert REAL.single_source_counts.sum() == len(REAL.single_source_events)

    def test_each_finding_names_events_that_are_in_play(self):
        in_play = set(REAL.pooled.in_play["event_id"])
        assert all(
            set(events) <= in_play and events for events in REAL.findings["events"]
        )
        assert REAL.findings["mark"].is_unique


class TestFigures:
    @pytest.fixture
    def drawn(self, monkeypatch):
        figures, keep = [], style.svg
        monkeypatch.setattr(
            style, "svg", lambda figure: figures.append(figure) or keep(figure)
        )
        return figures

    def test_no_text_lies_over_another_and_each_has_its_words(self, drawn, small):
        for net in (REAL, small):
            for chart in (
                charts.tile_map,
                charts.tiers,
                charts.by_dimension,
                charts.by_source,
                charts.single_source,
            ):
                alt = chart(net).alt
                assert 20 < len(alt) < 450 and not re.search(r"\. [a-z]", alt)
        for figure in drawn:
            renderer = FigureCanvasAgg(figure).get_renderer()
            words = [
                text
                for axes in figure.axes
                for text in axes.texts
                if text.get_text().strip()
            ]
            boxes = [
                (text.get_text(), text.get_window_extent(renderer)) for text in words
            ]
            for (one, a), (other, b) in combinations(boxes, 2):
                across = min(a.x1, b.x1) - max(a.x0, b.x0)
                down = min(a.y1, b.y1) - max(a.y0, b.y0)
                assert across < 1 or down < 2.5, f"{one!r} lies over {other!r}"

    def test_a_partner_without_a_tile_gets_one_below(self, tiny):
        spoil(tiny, "partners", "XCO", tile_row="", tile_col="")
        net = network.network(loading.load(tiny))
        placed = places(net.verdicts)
        assert placed["XCO"] == (2, 1)
        assert len(set(placed.values())) == len(net.verdicts)
        assert charts.tile_map(net).kind == "figure"


class TestPage:
    def test_the_first_lines_say_what_the_verdicts_say(self, pages):
        tally = REAL.verdicts["direction"].value_counts()
        items = overview.bottom_line(REAL).counts
        assert {item.arrow.arrow: item.value for item in items} == tally.to_dict()
        assert plain(overview.judgement(REAL)) in pages[0]
        assert f"{len(REAL.with_direction)} of {len(REAL.verdicts)}" in pages[0]
        assert (
            f"{len(REAL.single_source_events)} of {len(REAL.pooled.scored)}" in pages[0]
        )

    def test_two_pages_then_the_annex(self, pages):
        assert "Findings that hang on one source" in pages[1]
        assert "Annex: contested points" in pages[2]

    def test_every_verdict_that_falls_says_without_what(self):
        rows = network_tables.one_source(REAL).groups[0].rows
        assert len(rows) == REAL.with_direction["falls_without"].map(len).sum()

    def test_every_mark_leads_to_its_events(self, pdf):
        told = "\n".join(trace.trace(str(pdf), ROOT / "data"))
        assert "leads to no row" not in told
        first = REAL.findings.iloc[0]
        assert f"{first['mark']} {' '.join(first['events'])}" in told
        with pikepdf.open(pdf) as document:
            wanted = {
                "verdicts.csv",
                "findings.csv",
                "events.csv",
                "claims.csv",
                "sources.csv",
                "relations.csv",
            }
            assert wanted | {"run.json", "datapackage.json"} <= set(
                document.attachments
            )

    def test_a_tiny_folder_makes_an_overview(self, tiny, tmp_path):
        spoil(tiny, "partners", "XCO", tile_row="", tile_col="")
        with pypdfium2.PdfDocument(
            overview_pdf(tiny, tmp_path / "reports")
        ) as document:
            text = " ".join(document[0].get_textpage().get_text_bounded().split())
        assert (
            "Of three partners the evidence has one moving away from Russia and one contested; one cannot be judged."
            in text
        )

    def test_without_any_source_it_says_that_nothing_is_known(self, tiny):
        net = network.network(loading.load(tiny, "2020-01-01"))
        assert "a gap, not a finding" in plain(overview.judgement(net))
        shown = [
            overview.masthead,
            overview.bottom_line,
            overview.key_figures,
            overview.slant,
            overview.own_standing,
        ]
        shown += [
            charts.tile_map,
            charts.by_dimension,
            charts.by_source,
            charts.single_source,
            charts.tiers,
        ]
        shown += [
            network_tables.findings_table,
            network_tables.event_table,
            network_tables.who_gains,
        ]
        kinds = [exhibit(net).kind for exhibit in shown]
        assert kinds == ["masthead", "bottom_line", *["none"] * (len(shown) - 2)]


def test_a_later_edition_tells_what_changed_and_told_again_is_the_same(tiny, tmp_path):
    """A source regraded, an event withdrawn, and with it a verdict; a first edition has nothing to tell."""
    out = tmp_path / "reports"
    assert "What changed" not in words_of(overview_pdf(tiny, out))
    spoil(tiny, "sources", "S2", reliability="A")
    spoil(tiny, "claims", "C3", event_id="E1")
    events = (tiny / "events.csv").read_text(encoding="utf-8").splitlines()
    (tiny / "events.csv").write_text(
        "\n".join(line for line in events if not line.startswith("E2,")) + "\n"
    )
    pdf = overview_pdf(tiny, out)
    page = words_of(pdf)
    assert "What changed since the last edition" in page and "No event is new." in page
    assert re.search(r"events are regraded\. ?E\d", page)
    assert "One event is withdrawn: Arvenia sits out the joint council." in page
    assert re.search(
        r"Arvenia: insufficient evidence, no balance; was moving away, −1\.00\. ?F\d",
        page,
    )
    changes = (out / "latest" / "CHANGES.md").read_text(encoding="utf-8")
    assert (
        "Arvenia: insufficient evidence, no balance; was moving away, −1.00." in changes
    )
    assert "Withdrawn: E2, Arvenia sits out the joint council" in changes
    once = pdf.read_bytes()
    assert overview_pdf(tiny, out, force=True).read_bytes() == once


def words_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(
            " ".join(page.get_textpage().get_text_range() for page in document).split()
        )
