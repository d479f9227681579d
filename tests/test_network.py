"""The overview as a reader has it: every event once, directions as in the briefings, and marks that lead somewhere."""

import csv
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
import shared
from conftest import ROOT, spoil
from corpora import corpus
from setting import executed

from allywatch import trace
from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, network, scoring
from allywatch.evidence.corroboration import corroboration
from allywatch.page import charts, network_tables, overview, tellers, wording
from briefmill import build
from briefmill.blocks import Omitted, Prose, Strip, Table, every_mark
from briefmill.render.composition import compose
from briefmill.texts import Marks, plain

REAL = shared.real_network()


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


def words_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(
            " ".join(page.get_textpage().get_text_range() for page in document).split()
        )


def cells(block):
    assert isinstance(block, Table)
    return [row.cells for group in block.groups for row in group.rows]


def said(block):
    """What the passages of a section say."""
    assert isinstance(block, Prose)
    return " ".join(plain((*item.label, *item.runs)) for item in block.items)


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

    def test_below_the_gate_there_is_no_number_and_a_line_of_its_own(self, small):
        for net in (REAL, small):
            thin = net.verdicts[net.verdicts["direction"] == "insufficient"]
            assert len(thin) and thin[["balance", "low", "high", "rank"]].isna().all(
                axis=None
            )
            lines = [plain(item.label) for item in overview.others(net).items]
            assert lines == [f"{name}." for name in sorted(thin["name"])]

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

    def test_third_parties_gain_where_partners_turn_to_them(self):
        gains = REAL.gains.set_index("counterpart")
        scored = REAL.pooled.scored.set_index("event_id")
        for party, gain in gains.iterrows():
            for event_id in gain["events"]:
                assert party in scored.at[event_id, "counterparts"]
                assert scored.at[event_id, "channel"] == "realignment"
        assert not gains.index.duplicated().any()


class TestPage:
    def test_it_opens_with_what_happened_and_every_sentence_leads_to_rows(self):
        block = overview.judgement(REAL)
        assert len(plain(block.headline)) <= 105
        assert 1 <= len(block.paragraphs) <= 2
        assert any(isinstance(run, Marks) for run in block.headline)
        for paragraph in block.paragraphs:
            marks = [run for run in paragraph if isinstance(run, Marks)]
            assert len(marks) >= plain(paragraph).count(". ") / 2
        assert block.direction == "" and block.arrows == ()

    def test_every_partner_has_its_line(self):
        with_direction = {plain(row[0]) for row in cells(overview.directions(REAL))}
        others = {plain(item.label).rstrip(".") for item in overview.others(REAL).items}
        assert with_direction.isdisjoint(others)
        assert with_direction | others == {dossier.name for dossier, _ in REAL.judged}

    def test_what_is_said_of_a_partner_leads_to_its_own_rows(self):
        own = {
            dossier.name: set(REAL.pooled.marks(dossier.all_events["event_id"]))
            for dossier, _ in REAL.judged
        }
        lines = {plain(row[0]): row[2] for row in cells(overview.directions(REAL))}
        for item in overview.others(REAL).items:
            lines[plain(item.label).rstrip(".")] = item.runs
        for name, runs in lines.items():
            assert every_mark(runs), name
            assert every_mark(runs) <= own[name]

    def test_the_answer_stands_on_the_first_page_and_the_reasons_on_the_second(
        self, pages
    ):
        assert "Too little for a direction" in pages[0]
        assert "How sure" in pages[0]
        assert "The story in dates" in pages[1]
        assert "Who the sources are" in pages[-1]
        assert len(pages) <= 4

    def test_the_long_tables_stand_on_screen_and_the_pdf_says_where(self, pages):
        printed = " ".join(pages)
        page = shared.page("overview_briefing")
        names = [section.name for section in page.sections()]
        on_screen = ("Partner by field", "Who reports on whom", "Every event")
        assert set(on_screen) <= set(names)
        (table,) = [
            block
            for section in page.sections()
            for block in section.blocks
            if section.name == "Every event"
        ]
        assert len(cells(table)) == len(REAL.pooled.events)
        *_, last = [plain(row[3]) for row in cells(table)]
        assert last not in printed
        for file in ("events.csv", "claims.csv"):
            assert file in printed

    def test_every_mark_leads_to_its_events(self, pdf):
        walked = "\n".join(trace.trace(str(pdf), ROOT / "data"))
        assert "leads to no row" not in walked
        for line in REAL.pooled.lines:
            (mark,) = REAL.pooled.marks(line.event_ids)
            for event_id in line.event_ids:
                assert re.search(rf"\b{mark} .*\b{event_id}\b", walked)
        with pikepdf.open(pdf) as document:
            wanted = {
                "directions.csv",
                "events.csv",
                "claims.csv",
                "sources.csv",
                "relations.csv",
                "doubts.csv",
            }
            assert wanted | {"run.json", "datapackage.json"} <= set(
                document.attachments
            )

    def test_who_gains_names_who_says_so(self):
        for party, where, who in cells(overview.who_gains(REAL)):
            assert plain(party)
            assert every_mark(where), plain(where)
            assert re.match(r"\d sources|[A-Z]", plain(who)), plain(who)

    def test_questions_on_which_accounts_differ_are_asked_once(self):
        block = overview.where_accounts_differ(REAL)
        ((item,),) = [block.items]
        questions = re.findall(r"[^?]+\?", plain(item.runs))
        assert len(questions) == len(set(questions)) <= overview.MOST_QUESTIONS
        assert plain(item.runs).strip().endswith("?")


class TestComputed:
    """A folder whose analyst has written nothing of the network yet."""

    def test_a_tiny_folder_makes_an_overview(self, tiny, tmp_path):
        spoil(tiny, "partners", "XCO", tile_row="", tile_col="")
        text = words_of(overview_pdf(tiny, tmp_path / "reports"))
        assert "Overview · Russia and three partners".upper() in text.upper()
        assert "Arvenia" in text and "Bellmark" in text and "Corsund" in text
        assert "a direction" in text

    def test_the_story_is_that_of_the_weightiest_events_of_different_partners(
        self, small
    ):
        """E1 and E3 have two witnesses, and so has E6; E1 is the stronger of Arvenia's."""
        block = overview.judgement(small)
        told = " ".join(plain(paragraph) for paragraph in block.paragraphs)
        assert plain(block.headline).strip() == (
            "Arvenia: Garrison stays in barracks. Bellmark: Eleven boats delivered."
        )
        assert "Two sources report it." in told
        assert "Only Harbour Review reports it." in told, "of the president's mockery"
        assert every_mark(block.headline) == set(small.pooled.marks(["E1", "E6"]))

    def test_a_line_is_made_where_no_analyst_wrote_one(self, small):
        lines = {plain(row[0]): row[2] for row in cells(overview.directions(small))}
        assert "garrison" in plain(lines["Arvenia"])
        assert every_mark(lines["Arvenia"]) == set(small.pooled.marks(["E1"]))

    def test_what_stands_on_page_two_says_so_where_there_is_nothing(self, small):
        assert "No analyst has written why" in said(overview.why_it_happens(small))
        assert "Most of the Russian army" in said(overview.what_it_costs(small))
        assert "analyst" in said(wording.readings(small.pooled))
        gains = cells(overview.who_gains(small))
        assert [plain(row[0]) for row in gains] == ["Dunmere"]
        assert "Radars ordered from Dunmere" in plain(gains[0][1])
        assert "flag over the station" not in said(
            overview.where_accounts_differ(small)
        ), "what would settle it is on the country page"

    @pytest.mark.slow
    def test_without_any_source_it_says_that_nothing_is_known(self, tiny):
        net = network.network(loading.load(tiny, "2020-01-01"))
        block = overview.judgement(net)
        assert plain(block.headline).startswith("No source tells of anything")
        assert "not a sign of calm" in plain(block.paragraphs[0])
        assert overview.masthead(net).kind == "masthead"
        empty = [
            charts.tile_map(net),
            overview.directions(net),
            network_tables.by_field(net),
            network_tables.every_event(net),
            tellers.references(net.pooled),
            tellers.who_says_it(net.pooled),
        ]
        assert all(isinstance(each, Omitted) for each in empty)
        assert "anything that happened" in said(wording.chronology(net.pooled))
        strip = overview.how_sure(net)
        assert isinstance(strip, Strip)
        assert "None can be stated" in plain(strip.cells[0].runs)
        page = compose(
            executed("overview_briefing", data_dir=str(tiny), as_of="2020-01-01")
        )
        assert page.unresolved == ()


@pytest.mark.slow
def test_more_partners_than_the_page_has_room_for_are_counted():
    """Thirty ties too thin to judge: the page has a line for as many as it holds, and says how many more there are."""
    thin = [each for each in REAL.judged if not each[1].gate.met]
    judged = []
    for number in range(overview.MOST_OTHERS + 6):
        dossier, verdict = thin[number % len(thin)]
        partner = dossier.partner | {"partner_id": f"X{number}"}
        judged.append((replace(dossier, partner=partner), verdict))
    block = overview.others(replace(REAL, judged=judged))
    assert len(block.items) == overview.MOST_OTHERS
    assert plain(block.note) == "Six more in the attached directions.csv."


@pytest.mark.slow
def test_a_later_edition_says_what_changed_and_made_again_is_the_same(tiny, tmp_path):
    """An event withdrawn, and with it a direction; a first edition has nothing to tell."""
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
    assert "What changed" in page
    assert "Arvenia is no direction, was moving away." in page
    assert "Arvenia sits out the joint council" in page
    changes = (out / "latest" / "CHANGES.md").read_text(encoding="utf-8")
    assert "Arvenia is no direction, was moving away." in changes
    assert re.search("Withdrawn: .*Arvenia sits out the joint council", changes)
    assert "(E2)" in changes
    once = pdf.read_bytes()
    assert overview_pdf(tiny, out, force=True).read_bytes() == once


@pytest.mark.slow
def test_a_tie_counted_with_all_others_is_that_of_the_partners_own_page(tmp_path):
    folder = corpus(tmp_path / "data", "plain", of_region=0.3, joint=0.3)
    dataset = loading.load(folder)
    assert (dataset.events["told_of"] != "").any()
    for of_all, verdict in network.judged(dataset):
        alone = dossiers.dossier(dataset, of_all.partner["partner_id"])
        own = scoring.verdict(alone)
        assert verdict.left_out.equals(own.left_out), of_all.name
        assert (verdict.direction, verdict.gate) == (own.direction, own.gate)
        assert scoring.confidence_level(of_all) == scoring.confidence_level(alone)
