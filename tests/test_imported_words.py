"""How pages read whose rows come from tables: headlines that were cut, sources of one name, very many of anything."""

from collections import Counter

import pandas as pd
import pytest
from conftest import spoil
from corpora import corpus
from networks import SOURCES, Told, network_of

from allywatch.data import loading
from allywatch.data.partners import MOST_LISTED, UnknownPartner, resolve
from allywatch.evidence import dossiers, network, scoring
from allywatch.method.codebook.shortcomings import _dates, _voices
from allywatch.page import overview, tellers, wording
from allywatch.page.wording.grammar import bracketed
from briefmill.blocks import Trigger, every_part
from briefmill.texts import Words, plain

PACT = Told(
    "Taskar and the United Shoals signed a…",
    "Taskar and the United Shoals signed a pact on the tides of the upper harbour.",
    *(1, "S2", "2024-03"),
)
DUES = Told(
    "The two courts fell out over the dues…",
    "The two courts fell out over the dues for lights.",
    *(-1, "S4", "2025-03"),
)
CADETS = Told("Cadets sent", "The governor sent cadets.", 1, "S1", "2024-06")


@pytest.fixture
def folder(tmp_path):
    folder = network_of(tmp_path / "data", PACT, DUES, CADETS)
    for source_id in ("S2", "S4"):
        spoil(folder, "sources", source_id, publisher="Ledger")
    return folder


def opening_of(folder):
    dossier = dossiers.dossier(loading.load(folder), "XTA")
    return dossier, wording.judgement(dossier, scoring.verdict(dossier))


def words_of(*blocks):
    return " ".join(
        part.text
        for block in blocks
        for part in every_part(block)
        if isinstance(part, Words)
    )


def test_a_headline_that_was_cut_is_told_in_full_and_brackets_do_not_nest(folder):
    dossier, block = opening_of(folder)
    names = sorted(name for name in dossier.called.values() if "Ledger" in name)
    assert all(name.startswith("Ledger (2025") or "(" in name for name in names)
    headline = plain(block.headline)
    assert "… (" not in headline and "…." not in headline
    assert "fell out over the dues for lights (Ledger [" in headline
    ahead = wording.what_next(dossier, scoring.verdict(dossier))
    acts = [part.act for part in every_part(ahead) if isinstance(part, Trigger)]
    assert "The two courts fell out over the dues for lights:" in acts


def test_brackets_within_brackets_are_square():
    assert bracketed("Ledger (2025) alone") == "(Ledger [2025] alone)"


def test_the_overview_names_a_partner_once_and_where_it_would_go_unnamed(folder):
    net = network.network(loading.load(folder))
    headline = plain(overview.judgement(net).headline)
    assert "Taskar: Taskar" not in headline
    spoil(folder, "events", "E1", direction="0", channel="context")
    spoil(folder, "events", "E3", direction="0", channel="context")
    net = network.network(loading.load(folder))
    story = " ".join(map(plain, overview.judgement(net).paragraphs))
    assert story.startswith("Taskar: The two courts fell out over the dues for lights.")
    spoil(folder, "events", "E2", summary="Taskport fell out with the court.")
    spoil(folder, "partners", "XTA", capital="Taskport")
    net = network.network(loading.load(folder))
    story = " ".join(map(plain, overview.judgement(net).paragraphs))
    assert story.startswith("Taskport fell out with the court.")


def test_reports_of_one_source_each_are_not_of_one_and_the_same(tmp_path):
    other = Told("Toll cut", "Taskar cut the toll.", 1, "S1", "2024-07")
    third = Told("Toll gone", "Taskar lifted the toll.", 1, "S2", "2024-08")
    told = network_of(tmp_path / "several", CADETS, other, third)
    (cell, *_) = overview.how_sure(network.network(loading.load(told))).cells
    assert plain(cell.runs).endswith("all three reports rest on one source each")


def test_what_all_sources_are_is_said_once(folder):
    dossier, _ = opening_of(folder)
    for source_id in SOURCES:
        spoil(folder, "sources", source_id, doc_type="database_record")
    dossier, _ = opening_of(folder)
    words = words_of(tellers.introduced(dossier))
    assert words.count("ecord of a database") == 1
    assert words.endswith("Each of them: record of a database.")


def test_who_tells_of_others_dealings_with_a_partner_does_not_tell_of_its_region(
    tmp_path,
):
    own = Told("Fair held", "Quillon held a fair.", 1, "S1", "2024", partners="XQU")
    guns = Told("Guns", "Arms were bought abroad.", -1, "S2", "2024", to="XQU")
    told = network_of(tmp_path / "data", own, guns)
    dossier = dossiers.dossier(loading.load(told), "XQU")
    aside = wording.masthead(dossier, scoring.verdict(dossier)).aside
    assert "region" not in aside
    assert aside.endswith("speaks of Quillon, one of others’ dealings with it")


def test_what_falls_with_a_whole_upstream_does_not_stand_whichever_source_is_left_out(
    tmp_path,
):
    tolls = [
        Told(f"Toll {each}", f"Taskar paid toll {each}.", 1, by, f"2024-0{each}")
        for each, by in enumerate(["S1 S3", "S1 S3", "S1 S3", "S2 S4"], start=1)
    ]
    told = network_of(tmp_path / "data", *tolls)
    dossier = dossiers.dossier(loading.load(told), "XTA")
    verdict = scoring.verdict(dossier)
    assert verdict.holds
    words = words_of(wording.how_sure(dossier, verdict))
    assert (
        "the direction stands, but not without the Lantern and Pilot sheet no. 7 "
        "together, which share an upstream"
    ) in words
    net = network.network(loading.load(told))
    assert "stands, but not without all of one upstream" in words_of(
        overview.directions(net)
    )
    spoil(told, "sources", "S3", lineage="pilot")
    dossier = dossiers.dossier(loading.load(told), "XTA")
    assert "upstream" not in words_of(
        wording.how_sure(dossier, scoring.verdict(dossier))
    )


def test_of_very_many_events_it_is_counted_how_many_are_denied(tmp_path):
    denied = "S1 S2:denied:the_council_of_Taskar"
    guns = [
        Told(f"Guns {each}", "Taskar bought guns.", -1, by, "2024", to="XQU")
        for each, by in enumerate([denied, denied, *["S1"] * 6])
    ]
    net = network.network(loading.load(network_of(tmp_path / "data", *guns)))
    words = words_of(overview.who_gains(net))
    assert words.endswith("; 2 of 8 reports denied or disputed")


def test_a_message_lists_some_of_very_many_partners(tmp_path):
    dataset = loading.load(corpus(tmp_path / "data", partners=60, events=90))
    with pytest.raises(UnknownPartner) as caught:
        resolve(dataset, ["Nowhere"])
    (listed,) = [
        line
        for line in str(caught.value).splitlines()
        if line.startswith("Partners with")
    ]
    assert listed.count("(") == MOST_LISTED
    assert listed.endswith(" and 20 more.")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"stated": 3}, "Every claim has a date in its source."),
        ({"inferred": 3}, "The date of every claim was inferred."),
        ({"undated": 3}, "No claim has a date."),
        (
            {"stated": 3, "undated": 1},
            "For 75 % the document gives a date and 25 % have none.",
        ),
        (
            {"stated": 2, "inferred": 1, "undated": 1},
            "For 50 % the document gives a date; for 25 % it was inferred, and 25 % have none.",
        ),
    ],
)
def test_no_share_of_nothing_is_told_of_dates(counts, said):
    claims = pd.DataFrame({"date_basis": list(Counter(counts).elements())})
    assert _dates(claims).replace("\u202f", " ").replace("\xa0", " ") == said


def test_no_share_of_nothing_is_told_of_voices():
    claims = pd.DataFrame({"attributed_to": ["", ""]})
    assert _voices(claims).startswith("No claim is put into anybody’s mouth")
