"""What an analyst concludes: on the page in place of what is computed, set apart, and never older than its rows."""

import csv
import re
import shutil

import pytest
import shared
from conftest import ROOT, slow_but, spoil
from reading import country, overview_of, texts, words_of

from allywatch.briefings import plan
from allywatch.check import check
from allywatch.data import loading
from allywatch.desk.confirm import confirm
from allywatch.evidence import dossiers, network, scoring
from allywatch.evidence.disagreements import disagreements
from allywatch.page import charts
from allywatch.page.charts import style
from allywatch.page.directions import is_stated
from allywatch.page.wording.judgements import OURS, judged, settling
from briefmill import build
from briefmill.blocks import Prose, every_mark
from briefmill.texts import Marks, Words, plain

REAL = shared.real()
PARTNERS = shared.real_partners()
REVIEW = "(under review: "
#: Kinds of which each partner has at least one; the overview has them all but a tile and a line in itself.
EVERYWHERE = (
    *("headline", "bottom_line", "line", "implication", "outlook", "indicator"),
    *("opposite_reading", "gap", "question", "tile", "one_line"),
)
TEXT = "Radars from Dunmere may say it all."
EXPECTED = "More radars from Dunmere are likely, which news of them would show."
#: Kind of a text, the role of the block it stands in, and cells it needs.
KINDS_OF_A_PARTNER = [
    ("headline", "judgement", {}),
    ("bottom_line", "judgement", {}),
    ("line", "chronology", {}),
    ("implication", "implications", {"aspect": "power"}),
    ("implication", "implications", {"aspect": "others"}),
    ("outlook", "several", {"aspect": "open"}),
    ("outlook", "several", {"aspect": "ours", "text": EXPECTED}),
    ("indicator", "several", {"direction": "1", "second": "it would be news"}),
    ("opposite_reading", "opposite_reading", {"second": "Not so fast"}),
    ("gap", "gaps", {}),
    ("question", "questions", {}),
    ("confidence", "sureness", {"second": "one is late"}),
]
KINDS_OF_THE_OVERVIEW = [
    ("headline", "judgement", {}),
    ("bottom_line", "judgement", {}),
    ("line", "chronology", {}),
    ("implication", "causes", {"aspect": "cause"}),
    ("implication", "costs", {"aspect": "cost"}),
    ("implication", "gains", {"aspect": "gains", "second": "Dunmere"}),
    ("outlook", "several", {"aspect": "ours", "text": EXPECTED}),
    ("indicator", "several", {"direction": "-1"}),
    ("opposite_reading", "opposite_reading", {"second": "Not so fast"}),
    ("confidence", "sureness", {"second": "one is late"}),
]


def by_role(folder, partner="XAR"):
    """The blocks of a partner's page by their role; for "" of the overview."""
    dataset = loading.load(folder)
    if partner:
        blocks = country(dataset, partner)
    else:
        blocks = overview_of(network.network(dataset))
    return {block.role or block.kind: block for block in blocks}


def wrote(folder, **cells):
    """Add a judgement J99 to a folder, confirmed; cells that are not given are blank."""
    path = folder / "judgements.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    row = dict.fromkeys(columns, "") | {"judgement_id": "J99", "written": "2025-04-01"}
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns, lineterminator="\n").writerow(row | cells)
    confirm(folder, [])


def without_judgements(folder):
    path = folder / "judgements.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{header}\n", encoding="utf-8")


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
        before = by_role(tiny)
        assert REVIEW not in words_of([*before.values()])
        spoil(tiny, "events", "E3", intensity="3")
        said = words_of([by_role(tiny)["implications"]])
        assert f"bought. {REVIEW}E3 was changed)" in said
        assert "  J1: E3 was changed" in check(tiny).text
        spoil(tiny, "events", "E3", intensity="2")
        assert by_role(tiny) == before
        assert "under review" not in check(tiny).text

    def test_what_would_settle_a_point_goes_under_review_too(self, tiny):
        spoil(tiny, "claims", "C12", statement="Read again.")
        said = words_of([by_role(tiny, "XBE")["contested"]])
        assert f"the station. {REVIEW}claim C12" in said

    @pytest.mark.slow
    def test_a_line_a_headline_and_a_trigger_say_so_where_they_stand(self, tiny):
        text = "Arvenia bought radars from Dunmere."
        for kind, role in (
            ("headline", "judgement"),
            ("line", "chronology"),
            ("indicator", "indicators"),
        ):
            without_judgements(tiny)
            wrote(tiny, partners="XAR", kind=kind, direction="-1", text=text, refs="E3")
            spoil(tiny, "events", "E3", intensity="3")
            blocks = by_role(tiny)
            block = blocks[role] if role in blocks else blocks["several"]
            assert f"{REVIEW}E3 was changed)" in words_of([block]), kind
            spoil(tiny, "events", "E3", intensity="2")

    @pytest.mark.slow
    def test_the_row_restored_gives_the_same_bytes(self, edition):
        before = edition("before", intensity="2")
        assert edition("changed", intensity="3") != before
        assert edition("restored", intensity="2") == before


class TestEditions:
    """A past edition has no judgement that knew more than it."""

    @pytest.mark.slow
    def test_a_judgement_on_what_a_later_source_tells_is_not_shown(self, tiny):
        past = country(loading.load(tiny, as_of="2024-12-31"), "XAR")
        assert "Arvenia looks for its safety" not in words_of(past)
        assert "Arvenia looks for its safety" in words_of([*by_role(tiny).values()])

    @pytest.mark.slow
    @pytest.mark.parametrize("day", ["2025-06-30", "2026-01-31", "2026-03-31"])
    def test_every_ref_of_one_that_is_shown_is_as_it_was_written_from(self, day):
        past = loading.load(ROOT / "data", as_of=day)
        known = set(past.claims["claim_id"])
        later = REAL.claims[~REAL.claims["claim_id"].isin(known)]
        refs = past.judgements["refs"].explode().dropna()
        assert not set(refs) & {*later["claim_id"], *later["event_id"]}
        assert set(refs) <= known | set(past.events["event_id"])
        assert len(past.judgements) < len(REAL.judgements)


class TestPage:
    """Where it stands, and what stands there without it."""

    @pytest.mark.parametrize(
        ("kind", "role", "cells"),
        slow_but(*KINDS_OF_A_PARTNER[:2], among=KINDS_OF_A_PARTNER),
    )
    def test_every_kind_has_its_place_on_the_page_of_its_partner(
        self, tiny, kind, role, cells
    ):
        cells = {"text": TEXT} | cells
        text = cells["text"].rstrip(".")
        before = by_role(tiny)
        assert text not in words_of([*before.values()])
        wrote(tiny, partners="XAR", kind=kind, refs="E3", **cells)
        after = by_role(tiny)
        words = words_of([after[role]])
        assert text in words
        assert cells.get("second", "") in words
        assert words_of([after[role]]) != words_of([before[role]])
        assert text not in words_of([*by_role(tiny, "XBE").values()])

    @pytest.mark.slow
    @pytest.mark.parametrize("partners", slow_but("", among=["", "RUS"]))
    @pytest.mark.parametrize(
        ("kind", "role", "cells"),
        slow_but(*KINDS_OF_THE_OVERVIEW[:2], among=KINDS_OF_THE_OVERVIEW),
    )
    def test_what_names_nobody_or_the_power_stands_on_the_overview(
        self, tiny, partners, kind, role, cells
    ):
        cells = {"text": TEXT} | cells
        text = cells["text"].rstrip(".")
        wrote(tiny, partners=partners, kind=kind, refs="E3", **cells)
        words = words_of([by_role(tiny, "")[role]])
        assert text in words
        assert cells.get("second", "") in words
        assert text not in words_of([*by_role(tiny).values()])

    @pytest.mark.slow
    def test_what_nobody_knows_of_the_network_stands_on_the_overview(self, tiny):
        """J5 of the tiny folder names no partner."""
        words = words_of([by_role(tiny, "")["sureness"]])
        assert "Nothing here was written in any of these countries." in words

    @pytest.mark.slow
    def test_the_line_and_the_tile_of_a_partner_stand_on_the_overview(
        self, tiny, monkeypatch
    ):
        text = "Radars come from Dunmere"
        wrote(tiny, partners="XAR", kind="one_line", text=f"{text}.", refs="E3")
        net = network.network(loading.load(tiny))
        (block,) = [each for each in overview_of(net) if each.role == "directions"]
        assert text in words_of([block])
        assert every_mark(block) >= set(net.pooled.marks(["E3"]))
        spoil(tiny, "judgements", "J99", kind="tile", text="radars: Dunmere")
        drawn = []
        draw = style.Page.text

        def listening(page, x, y, words, *others, **named):
            drawn.append(words)
            return draw(page, x, y, words, *others, **named)

        monkeypatch.setattr(style.Page, "text", listening)
        charts.tile_map(network.network(loading.load(tiny)))
        assert "radars: Dunmere" in " ".join(drawn)

    def test_an_analysts_words_replace_the_computed_ones(self, tiny):
        without_judgements(tiny)
        computed = words_of([by_role(tiny)["judgement"]])
        assert "the Russian garrison did not move" in computed
        assert "No report leads closer." in computed
        wrote(tiny, partners="XAR", kind="bottom_line", text="It left.", refs="E1;E2")
        block = by_role(tiny)["judgement"]
        assert "the Russian garrison did not move" in plain(block.headline)
        assert [plain(paragraph) for paragraph in block.paragraphs] == ["It left."]
        known = dossiers.dossier(loading.load(tiny), "XAR")
        assert every_mark(block.paragraphs) == set(known.marks(["E1", "E2"]))

    @pytest.mark.slow
    def test_each_bears_the_marks_of_its_rows_also_of_claims(self, tiny):
        wrote(tiny, partners="XBE", kind="gap", text="Who signed.", refs="E5;C11")
        dossier = dossiers.dossier(loading.load(tiny), "XBE")
        (runs,) = [
            item.runs
            for item in by_role(tiny, "XBE")["gaps"].items
            if "Who signed." in plain(item.runs)
        ]
        (marks,) = [run.marks for run in runs if isinstance(run, Marks)]
        assert set(marks) == {dossier.by_id["E5"].mark, dossier.by_id["E7"].mark}

    @pytest.mark.slow
    def test_what_is_ours_is_said_to_be_ours(self):
        for partner in PARTNERS:
            dossier = dossiers.dossier(REAL, partner)
            blocks = {each.role: each for each in country(REAL, partner)}
            several = [
                each for each in country(REAL, partner) if each.kind == "several"
            ]
            ours = "“our own” and the signs below are ours"
            assert several and ours in several[0].blocks[0].subtitle
            if len(judged(dossier, "settles")):
                labels = [column.label for column in blocks["contested"].columns]
                assert f"What would settle it ({OURS})" in labels
            for runs in texts([*blocks.values()]):
                for run in runs:
                    if isinstance(run, Words) and "(our inference)" in run.text:
                        assert run.text == "(our inference)" and run.style == "small"

    @pytest.mark.slow
    def test_a_partner_without_judgements_has_every_section_computed(self, tiny):
        with_them = by_role(tiny)
        without_judgements(tiny)
        without = by_role(tiny)
        silent = {role for role, block in without.items() if block.kind == "none"}
        assert silent <= {
            role for role, block in with_them.items() if block.kind == "none"
        } | {"questions"}
        assert without["gaps"].subtitle == "computed"
        assert "We make none" in words_of([without["several"]])
        assert OURS not in {
            column.label for column in getattr(without["contested"], "columns", ())
        }

    @pytest.mark.slow
    def test_one_that_rests_on_nothing_bears_no_mark(self, tiny):
        """J4, a trigger, states nothing about what has happened."""
        several = by_role(tiny)["several"]
        (trigger,) = [
            trigger
            for column in several.blocks[1].columns
            for trigger in column.triggers
            if "delegates" in trigger.act
        ]
        assert trigger.arrow.arrow == "closer"
        assert not every_mark(trigger)
        without_judgements(tiny)
        wrote(tiny, partners="XAR", kind="gap", text="What it costs.")
        (item,) = by_role(tiny)["gaps"].items
        assert [run.remark for run in item.runs if plain([run]).strip()] == [True]

    @pytest.mark.slow
    def test_two_readings_stand_side_by_side_and_one_alone(self, tiny):
        assert isinstance(by_role(tiny, "XBE")["opposite_reading"], Prose)
        assert by_role(tiny, "XBE")["opposite_reading"].style == "plain"
        wrote(tiny, partners="XBE", kind="opposite_reading", direction="-1",
              text="It may mean it.", second="Loosening", refs="E7")  # fmt: skip
        block = by_role(tiny, "XBE")["opposite_reading"]
        assert block.style == "boxes" and len(block.items) == 2
        assert [plain(item.label).strip() for item in block.items][1] == "Loosening."


class TestRealJudgements:
    """Those of the project's own data folder."""

    def test_none_is_under_review(self):
        assert not REAL.judgements["under_review"].any()

    def test_none_types_a_direction_or_a_confidence(self):
        typed = r"moving (?:away|closer)|\b(?:low|moderate|high) confidence"
        for text in REAL.judgements["text"]:
            assert not re.search(typed, text, re.IGNORECASE), text

    @pytest.mark.parametrize("partner", PARTNERS)
    def test_every_partner_has_its_own(self, partner):
        dossier = dossiers.dossier(REAL, partner)
        verdict = scoring.verdict(dossier)
        for kind in EVERYWHERE:
            assert len(judged(dossier, kind)), kind
        assert 2 <= len(judged(dossier, "indicator")) <= 4
        assert judged(dossier, "indicator")["direction"].notna().all()
        both = verdict.direction not in ("away", "closer")
        assert len(judged(dossier, "opposite_reading")) == (2 if both else 1)
        if is_stated(dossier, verdict):
            assert len(judged(dossier, "confidence")) == 1

    @pytest.mark.parametrize("partner", PARTNERS)
    def test_every_contradiction_has_its_question_and_what_would_settle_it(
        self, partner
    ):
        dossier = dossiers.dossier(REAL, partner)
        pairs = dossier.relations[dossier.relations["kind"] == "contradicts"]
        for point in disagreements(pairs) if len(pairs) else ():
            question, settled_by = settling(dossier, [*point.ones, *point.others])
            assert question.endswith("?") and settled_by, point

    @pytest.mark.parametrize("partner", PARTNERS)
    def test_what_happened_rests_on_rows_about_the_partner(self, partner):
        """Its headline, its lines, its tile and its line of the overview name an event in which it has a part."""
        part = dossiers.dossier(REAL, partner)
        named = {
            event.event_id
            for event in part.all_events.itertuples()
            if partner in (*event.partners, *event.counterparts)
        }
        of_claim = part.all_claims.set_index("claim_id")["event_id"].to_dict()
        bearing = part.all_claims["bears_on"].map(lambda codes: partner in codes)
        named |= set(part.all_claims.loc[bearing, "event_id"])
        for kind in ("headline", "line", "tile", "one_line"):
            for row in judged(part, kind).itertuples():
                events = {of_claim.get(ref, ref) for ref in row.refs}
                assert events & named, row.judgement_id

    def test_the_overview_has_its_own(self):
        pooled = dossiers.pooled(REAL)
        own = set(judged(pooled, "implication")["aspect"])
        assert own >= {"cause", "cost", "gains"}
        for kind in {*EVERYWHERE} - {"tile", "one_line"}:
            assert len(judged(pooled, kind)), kind
