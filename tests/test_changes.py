"""What an edition says otherwise than the one before: on the page of a briefing, and as lines for CHANGES.md."""

import json
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch.data import loading
from allywatch.evidence import dossiers, network, scoring, snapshots
from allywatch.page.wording import changes, listed, network_changes
from briefmill.blocks import Omitted, every_mark
from briefmill.editions.changes import page
from briefmill.texts import plain

LONG = "Bellmark may only be bargaining, as it shuts one market to Russian cement and signs for grain for ten years with Russia"


def snapshot(folder, partner="XBE"):
    """What an edition of these data keeps of a partner, as it comes back from a manifest."""
    dossier = dossiers.dossier(loading.load(folder), partner)
    made = snapshots.snapshot(dossier, scoring.verdict(dossier))
    return json.loads(json.dumps(made))


def overall(folder):
    net = network.network(loading.load(folder))
    return snapshots.overall(net.pooled, net.judged)


def block(folder, last, partner="XBE"):
    """The section of a page that says what changed since `last`."""
    dossier = dossiers.dossier(loading.load(folder), partner)
    return changes(dossier, scoring.verdict(dossier), last)


def printed(shown):
    """The section in words, label by label."""
    return {plain(item.label): plain(item.runs) for item in shown.items}


def line_of(lines, label):
    (found,) = [line for line in lines if line.startswith(f"{label}: ")]
    return found


# What is kept of an event


def test_an_event_is_otherwise_where_any_of_its_claims_is(tiny):
    before = snapshot(tiny)["events"]
    spoil(tiny, "claims", "C13", statement="The station is Russian still.")
    now = snapshot(tiny)["events"]
    otherwise = [each for each in now if before[each] != now[each]]
    assert otherwise == ["E8"]


def test_a_text_that_looks_like_the_end_of_a_row_is_told_from_one():
    rows = [["a", "b],[", "c"], ["],[", '"],["', "d"], ["e", "],", None]]
    frame = pd.DataFrame(rows, columns=["id", "text", "more"])
    found = snapshots._values_as_json(frame)
    assert list(map(json.loads, found)) == rows
    assert snapshots._values_as_json(frame.head(0)) == []


# The page's own section


@pytest.mark.slow
def test_a_first_edition_says_nothing_of_changes_and_leaves_its_snapshot(tiny):
    for last in (None, {}):
        shown = block(tiny, last)
        assert isinstance(shown, Omitted)
        assert shown.record == {"snapshot": snapshot(tiny), "baseline": None}


@pytest.mark.slow
def test_a_page_that_says_the_same_says_so(tiny):
    shown = block(
        tiny, {"snapshot": snapshot(tiny) | {"balance": 0.9}, "baseline": None}
    )
    assert "Direction." in printed(shown)
    # Made again from the same rows it compares with what the first of them compared with …
    last = {"snapshot": snapshot(tiny), "baseline": snapshot(tiny)}
    (words,) = printed(block(tiny, last)).values()
    assert words.startswith("Nothing on this page is otherwise")
    # … and the first edition made again is a first edition.
    assert isinstance(
        block(tiny, {"snapshot": snapshot(tiny), "baseline": None}), Omitted
    )


def test_the_section_leads_to_the_event_and_says_since_when(tiny):
    before = snapshot(tiny)
    spoil(tiny, "events", "E6", direction="-1", channel="defection")
    shown = block(tiny, {"snapshot": before, "baseline": None})
    mark = snapshot(tiny)["marks"]["E6"]
    assert every_mark(shown) == {mark}
    assert "edition before" in shown.subtitle
    assert shown.record["baseline"] == before


@pytest.mark.slow
def test_the_section_tells_a_few_and_says_how_many_more_there_are(tiny):
    before = snapshot(tiny)
    for number in (5, 6, 7, 8, 9, 10):
        spoil(tiny, "events", f"E{number}", headline=f"Matter {number}")
    words = printed(block(tiny, {"snapshot": before, "baseline": None}))["Revised."]
    assert words.count("(before: ") == 4
    assert words.endswith("Two more in CHANGES.md.")
    assert (
        sum(line.startswith("Revised: ") for line in listed(before, snapshot(tiny)))
        == 6
    )


# Each kind of change, as a line


def test_a_new_event_is_told_with_its_way_its_sources_and_a_link(tiny):
    with_all = snapshot(tiny)
    without = snapshot(tiny)
    for event_id in ("E5", "E6", "E9", "E10"):
        del without["events"][event_id]
    lines = listed(without, with_all)
    marks = with_all["marks"]
    told = {
        line.rsplit("[", 1)[1][:-1].split("](#")[0]: line
        for line in lines
        if line.startswith("New")
    }
    assert told["E5"] == (
        f"New: Ten-year grain contract (leads closer, by Northern Gazette alone, graded B). [E5](#{marks['E5']})"
    )
    # The Digest and the Gazette are one lineage, the Harbour Review is another.
    assert told["E6"].startswith(
        "New: Eleven boats delivered (leads closer, by two independent sources [Harbour Review and “Digest”], "
        "the best graded C)."
    )
    assert told["E9"].startswith("New: Treaty said to stand (does not move the tie, by")
    assert told["E10"].startswith(
        "New: Savings said to stay at home (does not move the tie)."
    )


def test_an_event_that_is_gone_is_named_with_its_id_and_no_link(tiny):
    before = snapshot(tiny)
    now = snapshot(tiny)
    del now["events"]["E7"], now["marks"]["E7"]
    assert line_of(listed(before, now), "Withdrawn") == (
        "Withdrawn: Markets closed to cement. (E7)"
    )


@pytest.mark.slow
def test_a_second_source_is_told_with_who_reported_it_before(tiny):
    before = snapshot(tiny)
    spoil(tiny, "claims", "C13", event_id="E5", modality="reported")
    now = snapshot(tiny)
    told = line_of(
        [line for line in listed(before, now) if "[E5]" in line], "Otherwise"
    )
    assert told.startswith(
        "Otherwise: Ten-year grain contract: by two independent sources (Northern Gazette and Harbour Review), "
        "the best graded B (before: by Northern Gazette alone, graded B)."
    )


def test_a_direction_that_moved_says_which_reports_did_it(tiny):
    before = snapshot(tiny, "XAR")
    assert before["word"] == "moving away"
    spoil(tiny, "claims", "C3", modality="denied")
    told = line_of(listed(before, snapshot(tiny, "XAR")), "Direction")
    assert told.startswith(
        "Direction: No direction, was moving away (otherwise: Arvenia sits out"
    )


def test_a_confidence_that_moved_says_which_reports_did_it(tiny):
    now = snapshot(tiny, "XAR")
    before = snapshot(tiny, "XAR") | {"confidence": "low"}
    before["events"]["E1"]["grade"] = "D"
    assert now["confidence"] == "moderate"
    told = line_of(listed(before, now), "Direction")
    assert told == (
        "Direction: Confidence moderate, was low (otherwise: Garrison stays in barracks)."
    )


def test_other_counts_with_the_same_direction_are_told(tiny):
    now = snapshot(tiny, "XAR")
    before = snapshot(tiny, "XAR") | {"balance": -0.5}
    del before["events"]["E2"]
    told = line_of(listed(before, now), "Direction")
    assert told.startswith("Direction: Still moving away; ")
    assert told.endswith("(new: Arvenia sits out the joint council).")


def test_a_text_in_other_words_is_told_as_it_is_and_as_it_was(tiny):
    before = snapshot(tiny)
    spoil(tiny, "judgements", "J2", text=f"{LONG}: so it looks.")
    now = snapshot(tiny)
    told = line_of(listed(before, now), "Rewritten")
    assert told == (
        f"Rewritten: opposite reading: “{LONG}: so it looks.”, was “Bellmark may only be bargaining: it shuts one "
        "market and signs for another.”"
    )


@pytest.mark.slow
def test_a_text_that_is_new_or_gone_is_told(tiny):
    with_text = snapshot(tiny)
    without = snapshot(tiny)
    del without["texts"]["J3"]
    words = "“A picture of the flag over the station.”"
    assert line_of(listed(without, with_text), "Rewritten") == (
        f"Rewritten: settles, new: {words}"
    )
    assert line_of(listed(with_text, without), "Rewritten") == (
        f"Rewritten: settles, gone: {words}"
    )
    # The first texts of a partner are new; of an edition that kept no texts nothing is known.
    assert len(listed({**with_text, "texts": {}}, with_text)) == len(with_text["texts"])
    assert (
        listed({key: with_text[key] for key in with_text if key != "texts"}, with_text)
        == []
    )


@pytest.mark.slow
def test_on_the_page_long_texts_are_cut_to_where_they_part(tiny):
    before = snapshot(tiny)
    ends = ("and so it bargains.", "and so it has made up its mind.")
    old, new = (f"{LONG}, {LONG}, {end}" for end in ends)
    before["texts"]["J2"] = ["opposite_reading", old]
    spoil(tiny, "judgements", "J2", text=new[:250])
    now = snapshot(tiny)
    now["texts"]["J2"] = ["opposite_reading", new]
    # CHANGES.md has both whole, the page what differs.
    assert f"“{new}”, was “{old}”" in line_of(listed(before, now), "Rewritten")
    dossier = dossiers.dossier(loading.load(tiny), "XBE")
    shown = changes(dossier, scoring.verdict(dossier), {"snapshot": before})
    words = printed(shown)["Rewritten."]
    assert "…" in words
    assert len(words) < 2 * 200


def test_a_text_under_review_says_what_moved_and_when_it_is_read_again(tiny):
    before = snapshot(tiny)
    spoil(tiny, "events", "E5", intensity="3")
    now = snapshot(tiny)
    told = line_of(listed(before, now), "Under review")
    assert told == (
        "Under review: opposite reading “Bellmark may only be bargaining: it shuts one market and signs for "
        "another.”: E5 was changed."
    )
    again = line_of(listed(now, before), "Under review")
    assert again.startswith(
        "Under review: no longer: opposite reading “Bellmark may only"
    )


@pytest.mark.slow
def test_an_edition_of_an_earlier_version_is_compared_by_what_it_kept(tiny):
    """It had no confidence, no texts and no sources by name: none of these has changed by that."""
    before = snapshot(tiny)
    for name in ("confidence", "texts", "marks"):
        del before[name]
    for event in before["events"].values():
        del event["by"], event["sources"]
    assert listed(before, snapshot(tiny)) == []


# All partners


@pytest.mark.slow
def test_the_overview_says_whose_direction_moved_and_who_came_and_went(tiny):
    now = overall(tiny)
    before = json.loads(json.dumps(now))
    before["partners"]["XAR"]["word"] = "moving closer"
    before["partners"]["XBE"]["balance"] = 0.5
    del before["partners"]["XCO"]
    lines = [line for line in listed(before, now) if line.startswith("Direction: ")]
    assert lines[0] == "Direction: Arvenia is moving away, was moving closer."
    assert lines[1].startswith(
        f"Direction: Bellmark is still {now['partners']['XBE']['word']}; "
    )
    assert lines[2] == (
        f"Direction: Corsund is new here: {now['partners']['XCO']['word']}."
    )
    assert len(lines) == 3


def test_the_overview_of_the_real_data_compares_like_the_pages():
    """Every event once, by the numbers of the overview itself."""
    dataset = loading.load(ROOT / "data")
    net = network.network(dataset)
    now = snapshots.overall(net.pooled, net.judged)
    before = json.loads(json.dumps(now))
    del before["events"]["ARM-06"]
    shown = network_changes(net, {"snapshot": before, "baseline": None})
    mark = now["marks"]["ARM-06"]
    assert every_mark(shown) == {mark}
    (line,) = listed(before, now)
    assert line.endswith(f"[ARM-06](#{mark})")


@pytest.mark.slow
def test_an_earlier_day_lacks_the_events_that_were_reported_later():
    """What the edition of a day would have said is what is new since, and no more."""
    then = loading.load(ROOT / "data", date(2025, 12, 31))
    today = loading.load(ROOT / "data")
    before, now = (
        snapshots.snapshot(dossier, scoring.verdict(dossier))
        for dossier in (dossiers.dossier(each, "ARM") for each in (then, today))
    )
    came = set(now["events"]) - set(before["events"])
    assert came
    new = [line for line in listed(before, now) if line.startswith("New: ")]
    assert {line.rsplit("[", 1)[1].split("]")[0] for line in new} == came


# CHANGES.md


def an_edition(**briefings):
    return {
        "edition": {"number": 2, "previous": 1},
        "briefings": {
            name: {
                "partner": name.partition("_")[2],
                "status": "built",
                "output": {
                    "files": {"html": {"path": f"{name}.html"}},
                    "places": ["7"],
                    "title": "All partners",
                    "made": "2026-01-31T00:00:00Z",
                },
                "changes": lines,
            }
            for name, lines in briefings.items()
        },
    }


def test_an_id_is_a_link_to_the_number_on_the_page_for_a_screen():
    said = page(
        an_edition(country_ARM=["New: A thing. [ARM-06](#7)"]), {"ARM": "Armenia"}, ""
    )
    assert "## Armenia\n\n- New: A thing. [ARM-06](country_ARM.html#7)\n" in said


@pytest.mark.parametrize("spoilt", ["no such number", "no page"])
def test_an_id_that_leads_nowhere_is_no_link(spoilt):
    """Of an event that its page does not speak of, there is no row to lead to."""
    edition = an_edition(country_ARM=["New: A thing. [ARM-06](#8)"])
    if spoilt == "no page":
        edition = an_edition(country_ARM=["New: A thing. [ARM-06](#7)"])
        edition["briefings"]["country_ARM"]["output"]["files"] = {}
    assert "- New: A thing. (ARM-06)\n" in page(edition, {}, "")


def test_what_a_partner_s_page_says_is_not_said_again_of_all():
    """The same line on the overview differs only in the number that it leads to."""
    lines = ["New: A thing. [ARM-06](#7)"]
    own = [
        "New: A thing. [ARM-06](#99)",
        "Direction: Armenia is moving away, was mixed.",
    ]
    said = page(an_edition(country_ARM=lines, overview=own), {"ARM": "Armenia"}, "")
    assert said.count("A thing") == 1
    assert "## All partners\n\n- Direction: Armenia is moving away" in said


def test_nothing_in_a_text_of_the_data_is_markup():
    said = page(an_edition(country_ARM=["New: <b>[x](javascript:1)</b> *y*."]), {}, "")
    assert r"\<b\>\[x\](javascript:1)\</b\> \*y\*." in said
