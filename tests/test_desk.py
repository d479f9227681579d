"""The pages of the explore and curate notebooks, driven by their widgets without a browser."""

import csv
import re
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import ROOT, slow_but

from allywatch.data import loading
from allywatch.desk import explore
from allywatch.desk.explore import grid
from allywatch.desk.explore import page as explore_page
from allywatch.desk.explore.choice import judged, lineage_names, narrowed_part
from allywatch.desk.explore.page import ExplorePage
from allywatch.evidence import dossiers, scoring
from allywatch.trace import trace


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


# Explore


@pytest.mark.slow
def test_a_source_left_out_gives_what_the_briefing_says_of_it(velmora):
    dataset = loading.load(velmora)
    everyone = tuple(dataset.sources["source_id"])
    for partner in ("XTA", "XCV", "XIL"):
        for row in scoring.verdict(
            dossiers.dossier(dataset, partner)
        ).one_out.itertuples():
            rest = tuple(source for source in everyone if source != row.source_id)
            kept = explore.narrowed(dataset, explore.Choice(sources=rest))
            verdict = scoring.verdict(dossiers.dossier(kept, partner))
            assert (verdict.tally.closer, verdict.tally.away) == (row.closer, row.away)
            assert verdict.direction == row.direction


@pytest.mark.slow
def test_a_part_narrowed_is_the_part_of_what_is_narrowed(velmora):
    """What explore shows of a partner is made of its part alone, and the same."""
    dataset = loading.load(velmora)
    for left_out in dataset.sources["source_id"]:
        rest = tuple(each for each in dataset.sources["source_id"] if each != left_out)
        choice = explore.Choice(sources=rest)
        whole = explore.narrowed(dataset, choice)
        for partner in ("XTA", "XCV", "XIL"):
            one, verdict = judged(narrowed_part(dataset, choice, partner), partner)
            other, expected = judged(whole, partner)
            assert verdict.tally == expected.tally
            assert verdict.direction == expected.direction
            same = ["claim_id", "credibility", "mark"]
            assert one.all_claims[same].equals(other.all_claims[same])


def test_a_lineage_is_all_its_sources(velmora):
    dataset = loading.load(velmora)
    kept = explore.narrowed(dataset, explore.Choice(lineages=("ledger",)))
    assert set(kept.sources["source_id"]) == set(kept.claims["source_id"]) == {"S2"}
    assert set(kept.events["event_id"]) == set(kept.claims["event_id"])
    assert kept.relations.empty


@pytest.mark.parametrize(
    ("years", "gone"),
    [((2026, None), {"TA-01", "CV-02"}), ((None, 2024), {"IL-01", "CV-02"})],
)
def test_years_leave_out_only_what_is_surely_outside(velmora, years, gone):
    dataset = loading.load(velmora)
    kept = set(
        explore.narrowed(
            dataset, explore.Choice(since=years[0], until=years[1])
        ).events["event_id"]
    )
    assert not kept & gone
    assert {"CV-04", "TA-03"} <= kept  # undated, and lasting


def test_unticking_a_source_moves_the_balance_on_the_page(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV",)
    assert "0 : 4" in page.tie.value and len(page.grid.table.df) == 4
    page.controls.ticks["sources"].tick("S3", False)
    assert "0 : 3" in page.tie.value and "of 4" in page.tie.value
    assert list(page.grid.table.df["Event"]) == [
        "Fleet stays at its moorings",
        "Light dues no longer paid",
        "Coastal guns from Quillon ≠",
    ]


@pytest.mark.slow
def test_two_partners_stand_side_by_side_and_the_matrix_has_their_rows(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV", "XTA")
    assert page.tie.value.count("<h3>") == 2
    for what_happened in ("the Velmoran fleet did not sail", "renewed the river pact"):
        assert what_happened in page.tie.value
    page.tabs.selected_index = 1
    assert "Quillon" in page.matrix.value


def test_a_row_shows_its_claims_grades_contradiction_and_passages(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV",)
    page.grid.table.selected_rows = [
        list(page.grid.table.df["Event"]).index("Coastal guns from Quillon ≠")
    ]
    for said in (
        "S1-006",
        "The Lantern, B2",
        "line 6: By the summer of 2025 it had bought coastal guns from Quillon.",
        "denied to the council",
        "One account",
    ):
        assert said in page.event.value


@pytest.mark.slow
def test_a_mark_or_a_bar_shows_the_claims_of_its_partner_s_event(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV", "XTA")
    for partner, event in (("XCV", "CV-01"), ("XTA", "TA-01")):
        assert f'data-partner="{partner}"' in page.tie.value
        page.tie._handle_custom_msg({"partner": partner, "mark": "1"}, [])
        assert f"{event} · " in page.pointed.value
    # Corvath has too few dates for a chart: its chronology has the marks.
    assert page.tie.value.count('-event-1-0"') == 1
    assert page.tie.value.count('href="#4"') >= 2


def test_of_many_partners_the_page_says_which_stand_side_by_side(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV", "XTA")
    assert "partners chosen" not in page.tie.value
    page.controls.partners.value = ("XCV", "XTA", "XIL")
    assert "The first 2 of the 3 partners chosen" in page.tie.value


def test_a_mark_in_the_table_of_fields_shows_the_claims_of_its_row():
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("ARM", "AZE")
    page.tabs.selected_index = 1
    mark = re.search(r'href="#(\d+)"', page.matrix.value)[1]
    page.matrix._handle_custom_msg({"partner": "", "mark": mark}, [])
    rows = page.grid.table.df
    numbered = [
        event.removesuffix(" ≠") for event in rows.loc[rows["Mark"] == mark, "Event"]
    ]
    assert numbered
    for headline in numbered:
        assert f" · {headline}" in page.pointed.value


def with_line(folder, partner, text, refs):
    """Add a line of a chronology, in an analyst's words, to a data folder."""
    with (folder / "judgements.csv").open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    said = {"judgement_id": "J90", "partners": partner, "kind": "line", "text": text,
            "refs": refs, "written": "2026-02-20"}  # fmt: skip
    with (folder / "judgements.csv").open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, header, restval="", lineterminator="\n").writerow(said)


@pytest.mark.slow
def test_a_mark_of_events_told_together_shows_each_of_them(velmora):
    text = "Two sources: Velmora hands over patrol boats and Taskar renews the pact."
    with_line(velmora, "XTA", text, "TA-02;TA-01")
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XTA",)
    marks = page.grid.table.df.set_index("Event")["Mark"]
    shared = marks["River pact renewed"]
    assert shared == marks["Nine patrol boats handed over"]
    page.tie._handle_custom_msg({"partner": "XTA", "mark": shared}, [])
    assert page.pointed.value.count("TA-01 · ") == 1
    assert page.pointed.value.count("TA-02 · ") == 1
    assert "TA-03 · " not in page.pointed.value


@pytest.mark.slow
def test_a_mark_of_what_stands_beside_the_partner_s_own_events_shows_its_claims():
    """Turkey gains where others turn away: these events are on its page, and none of its own moves its tie."""
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("TUR",)
    beside = page.listed.beside
    assert len(beside) > 0
    for mark, event_id in zip(beside["mark"], beside["event_id"], strict=True):
        page.tie._handle_custom_msg({"partner": "TUR", "mark": mark}, [])
        assert f"{event_id} · " in page.pointed.value
        claims = page.listed.claims_beside
        for claim_id in claims.loc[claims["event_id"] == event_id, "claim_id"]:
            assert claim_id in page.pointed.value


@pytest.mark.slow
def test_weights_by_channel_are_shown_and_never_the_verdict(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XIL",)
    page.tabs.selected_index = 2
    before = page.weights.value
    page.sliders["realignment"].value = 0.0
    assert "+0.33" in before
    assert "+1.00" in page.weights.value and "+1.00" not in before
    assert scoring.verdict(
        dossiers.dossier(page.narrowed, "XIL")
    ).value == pytest.approx(1 / 3)


def test_of_very_many_events_a_page_at_a_time_is_sent(monkeypatch):
    """The rows of one page are in the browser; searching and ordering go through all of them."""
    monkeypatch.setattr(grid, "PAGE", 20)
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.all_partners.click()
    events = page.listed.events
    evidence = page.grid
    assert evidence.pager.layout.display == ""
    assert evidence.place.value == f"1 to 20 of {len(events)} events"
    headlines = list(events["headline"])
    assert shown_events(evidence) == headlines[:20]

    evidence.on.click()
    assert evidence.place.value.startswith("21 to 40 of")
    assert shown_events(evidence) == headlines[20:40]
    evidence.table.selected_rows = [3]
    assert f"{events['event_id'].iloc[23]} · " in page.event.value
    evidence.back.click()
    assert page.event.value == "", "its row is gone"

    evidence.order.value = "newest first"
    newest = events[events["counted"] == events["counted"].max()]
    assert shown_events(evidence)[0] in set(newest["headline"])
    assert evidence.back.disabled

    evidence.search.value = "armenia"
    assert len(evidence.table.df) > 0
    assert all(
        "armenia" in f"{event} {partner}".casefold()
        for event, partner in zip(
            evidence.table.df["Event"], evidence.table.df["Partner"], strict=True
        )
    )
    evidence.search.value = "no event has this"
    assert evidence.table.df.empty and evidence.on.disabled
    assert evidence.place.value == "No event found"


def shown_events(evidence):
    """The headlines in the rows that the browser has."""
    return [event.removesuffix(" ≠") for event in evidence.table.df["Event"]]


def test_side_by_side_a_row_has_the_number_of_its_partner_s_picture():
    """Azerbaijan and Kazakhstan are numbered each from 1, and so are their rows; who is not drawn has no number."""
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("AZE", "KAZ", "TUR")
    numbers = {}
    for row in page.grid.table.df.itertuples():
        numbers.setdefault(row.Partner, []).append(row.Mark)
    for code, name in (("AZE", "Azerbaijan"), ("KAZ", "Kazakhstan")):
        dossier = dossiers.dossier(page.dataset, code)
        alone = [
            mark
            for mark, partners in zip(
                dossier.events["mark"], dossier.events["partners"], strict=True
            )
            if partners == (code,)
        ]
        assert sorted(numbers[name]) == sorted(alone)
    of_two = [mark for names, mark in marks_by_name(page) if "Azerbaijan, " in names]
    assert all(mark for mark in of_two)
    assert set(numbers["Turkey"]) == {""}


def marks_by_name(page):
    return zip(page.grid.table.df["Partner"], page.grid.table.df["Mark"], strict=True)


def test_an_event_drawn_for_two_partners_has_the_number_of_each():
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("ARM", "AZE")
    marks = page.grid.table.df.set_index("Event")["Mark"]
    shared = marks["Armenia, Azerbaijan turn to Washington ≠"]
    ids = page.listed.events.set_index("headline")["event_id"]
    event_id = ids["Armenia, Azerbaijan turn to Washington"]
    expected = [
        f"{name} {dossiers.dossier(page.dataset, code).mark_of[event_id]}"
        for code, name in (("ARM", "Armenia"), ("AZE", "Azerbaijan"))
    ]
    assert shared == ", ".join(expected)


def test_the_fields_of_one_partner_are_shown_that_turns_away_with_another():
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("ARM",)
    page.tabs.selected_index = 1
    assert "Armenia" in page.matrix.value
    for _, code in page.controls.partners.options:
        page.controls.partners.value = (code,)


def test_what_is_told_of_another_says_for_whom_it_counts():
    page = ExplorePage(loading.load(ROOT / "data"), ROOT / "notebooks")
    page.controls.partners.value = ("TUR",)
    beside = page.listed.beside
    mark = beside["mark"].iloc[0]
    page.tie._handle_custom_msg({"partner": "TUR", "mark": mark}, [])
    assert "in which Turkey is the other party: it counts for" in page.pointed.value
    assert "stands in no row of the evidence on Turkey" in page.pointed.value


def test_what_is_not_drawn_says_why_and_not_that_it_is_off_the_page(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV",)
    assert "Few reports have a date: the chronology shows them." in page.tie.value
    for tab in range(3):
        page.tabs.selected_index = tab
        for view in (page.tie, page.matrix, page.weights):
            assert "Not on this page" not in view.value


def test_lineages_are_chosen_by_the_names_of_their_sources(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    lineages = page.controls.ticks["lineages"]
    labels = dict(lineages.labels)
    assert labels["ledger"] == "Harbour Ledger"
    lineages.tick("ledger", False)
    assert page.narrowed.choice == "without independent source Harbour Ledger"


def test_lineages_of_one_publisher_are_told_apart(velmora):
    sources = loading.load(velmora).sources.assign(publisher="The Press")
    labels = lineage_names(sources)
    assert len(set(labels.values())) == len(labels)
    assert labels["ledger"] == "The Press (ledger)"


def test_boxes_ticked_again_are_the_whole_choice(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    sources = page.controls.ticks["sources"]
    sources.ticked = []
    assert page.controls.choice.sources == ()
    sources.ticked = ["S3", "S1"]
    assert page.controls.choice.sources == ("S1", "S3")
    sources.tick("S2", True)
    assert page.controls.choice == explore.Choice()


def test_few_events_are_searched_in_the_browser(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    assert page.grid.pager.layout.display == "none"


@pytest.mark.parametrize("network", slow_but("invented", among=["invented", "real"]))
def test_the_fields_of_many_partners_are_those_of_each(network, request, monkeypatch):
    """Where the verdicts are found all at once, the table is the same."""
    is_real = network == "real"
    folder = ROOT / "data" if is_real else request.getfixturevalue("velmora")
    one_by_one = ExplorePage(loading.load(folder), ROOT / "notebooks")
    monkeypatch.setattr(explore_page, "MOST_ONE_BY_ONE", 99)
    one_by_one.controls.all_partners.click()
    one_by_one.tabs.selected_index = 1
    monkeypatch.setattr(explore_page, "MOST_ONE_BY_ONE", 1)
    at_once = ExplorePage(loading.load(folder), ROOT / "notebooks")
    at_once.controls.all_partners.click()
    at_once.tabs.selected_index = 1
    source = at_once.controls.ticks["sources"].codes[0]
    assert at_once.matrix.value == one_by_one.matrix.value
    at_once.controls.ticks["sources"].tick(source, False)
    monkeypatch.setattr(explore_page, "MOST_ONE_BY_ONE", 99)
    one_by_one.controls.ticks["sources"].tick(source, False)
    assert at_once.matrix.value == one_by_one.matrix.value


@pytest.mark.slow
def test_an_earlier_day_is_that_day_s_edition(velmora):
    page = ExplorePage(loading.load(velmora), ROOT / "notebooks")
    page.controls.partners.value = ("XCV",)
    page.controls.known_by.value = "2026-02-28"
    assert page.controls.known_by.options[0] == ("all evidence in hand", "")
    day = loading.load(velmora, "2026-02-28")
    assert len(page.grid.table.df) == len(dossiers.dossier(day, "XCV").events)


@pytest.fixture
def notebooks(tmp_path):
    """The country briefing in a folder of its own, beside which the reports will be."""
    (tmp_path / "notebooks").mkdir()
    return Path(
        shutil.copy(
            ROOT / "notebooks" / "country_briefing.ipynb", tmp_path / "notebooks"
        )
    ).parent


@pytest.mark.slow
def test_the_whole_choice_becomes_a_briefing(velmora, tmp_path, notebooks):
    page = ExplorePage(loading.load(velmora), notebooks)
    page.controls.partners.value = ("XTA",)
    page.controls.build.click()
    (pdf,) = tmp_path.glob("reports/explored/all/latest/*.pdf")
    assert "from a choice" not in words(pdf)


@pytest.mark.slow
def test_a_briefing_of_a_choice_says_what_was_left_out_and_lacks_it(
    velmora, tmp_path, notebooks
):
    page = ExplorePage(loading.load(velmora), notebooks)
    page.controls.partners.value = ("XTA", "XCV")
    page.controls.ticks["sources"].tick("S2", False)
    page.controls.build.click()
    pdf = next(tmp_path.glob("reports/explored/*/latest/country_briefing_XTA.pdf"))
    assert len(list(pdf.parent.glob("*.pdf"))) == 2
    assert "FROM A CHOICE OF THE EVIDENCE" in words(pdf)
    assert "without source Harbour Ledger" in words(pdf)
    with pikepdf.open(pdf) as opened:
        claims = opened.attachments["claims.csv"].get_file().read_bytes().decode()
    assert "S1-0" in claims and "S2-0" not in claims
    told = "\n".join(trace(str(pdf), velmora))
    assert (
        "no edition: it was made from a choice of the evidence, without source Harbour Ledger"
        in told
    )
    first = pdf.read_bytes()
    shutil.rmtree(tmp_path / "reports")
    page.controls.build.click()
    assert pdf.read_bytes() == first


@pytest.mark.slow
def test_a_choice_that_leaves_a_partner_nothing_says_so(
    velmora, tmp_path, notebooks, capsys
):
    page = ExplorePage(loading.load(velmora), notebooks)
    page.controls.partners.value = ("XTA",)
    page.controls.ticks["sources"].ticked = []
    page.controls.build.click()
    assert (
        "Taskar: the choice leaves no event, and so no briefing."
        in capsys.readouterr().out
    )
    assert not (tmp_path / "reports").exists()


def words(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(
            " ".join(
                each.get_textpage().get_text_bounded() for each in document
            ).split()
        )
