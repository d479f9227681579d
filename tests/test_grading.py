"""What a claim is worth is derived, the same on every page, and every doubt is printed where its claim is."""

import json
import shutil

import pandas as pd
import pytest
from conftest import ROOT, spoil
from setting import executed

from allywatch import briefings
from allywatch.data import loading
from allywatch.data.grading import with_credibility, with_support
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, scoring
from allywatch.page import tables
from briefmill.texts import plain, typographic

REAL = loading.load(ROOT / "data")
PARTNERS = briefed_partners(REAL)


def worth(claim=None, doubts=(), relations=(), second=None, reliability="D"):
    """`supports` and `credibility` of a claim C1 of S1; `second` is a claim C2 of another lineage on its event."""
    base = {
        "source_id": "S1",
        "event_id": "E1",
        "modality": "reported",
        "voice": "source",
    }
    claims = [base | {"claim_id": "C1"} | (claim or {})]
    if second is not None:
        claims.append(base | {"claim_id": "C2", "source_id": "S2"} | second)
    tables = {
        "claims": pd.DataFrame(claims),
        "sources": pd.DataFrame(
            {
                "source_id": ["S1", "S2"],
                "lineage": ["one", "two"],
                "reliability": [reliability, "C"],
            }
        ),
        "doubts": pd.DataFrame(
            [("C1", strength) for strength in doubts], columns=["claim_id", "strength"]
        ),
        "relations": pd.DataFrame(
            [("C1", "C2", kind) for kind in relations],
            columns=["claim_a", "claim_b", "kind"],
        ),
    }
    tables["claims"] = with_support(tables, REAL.rules)
    first = with_credibility(tables, REAL.rules).iloc[0]
    return bool(first["supports"]), int(first["credibility"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (True, 3)),
        ({"second": {}}, (True, 1)),
        ({"second": {"event_id": "E2"}}, (True, 3)),
        ({"second": {}, "relations": ["contradicts"]}, (True, 3)),
        (
            {"second": {"event_id": "E2"}, "relations": ["contradicts"]},
            (True, 4),
        ),
        (
            {
                "second": {"event_id": "E2", "modality": "denied"},
                "relations": ["contradicts"],
            },
            (True, 3),
        ),
        ({"second": {"event_id": "E2"}, "relations": ["supersedes"]}, (True, 3)),
        ({"doubts": ["questions"]}, (True, 4)),
        ({"doubts": ["questions"], "second": {}}, (True, 4)),
        ({"doubts": ["questions", "refutes"]}, (False, 5)),
        ({"claim": {"modality": "forecast"}}, (False, 6)),
        ({"claim": {"modality": "denied"}}, (False, 3)),
        ({"reliability": "F"}, (False, 6)),
        ({"reliability": "B"}, (True, 2)),
        ({"reliability": "C", "claim": {"voice": "partner"}}, (True, 2)),
        ({"reliability": "C", "claim": {"voice": "third_party"}}, (True, 3)),
    ],
)
def test_support_and_credibility_follow_the_rules(given, expected):
    assert worth(**given) == expected


def test_a_claim_is_worth_the_same_in_every_part():
    whole = REAL.claims.set_index("claim_id")[["supports", "credibility"]]
    for partner in PARTNERS:
        claims = dossiers.dossier(REAL, partner).all_claims.set_index("claim_id")
        expected = whole.loc[claims.index]
        pd.testing.assert_frame_equal(claims[["supports", "credibility"]], expected)


@pytest.mark.parametrize("partner", PARTNERS)
def test_no_page_lacks_an_event_that_names_its_partner_in_any_role(partner):
    named = {
        event.event_id
        for event in REAL.events.itertuples()
        if partner in (*event.partners, *event.counterparts)
    }
    named |= {
        claim.event_id
        for claim in REAL.claims.itertuples()
        if partner in claim.bears_on
    }
    book = executed("country_briefing", partner=partner, data_dir=str(ROOT / "data"))
    on_page = "".join(str(cell.get("outputs", "")) for cell in book.cells)
    dossier = dossiers.dossier(REAL, partner)
    assert set(dossier.all_events["event_id"]) == named
    for headline in dossier.all_events["headline"]:
        assert headline.replace("'", "’")[:12] in on_page.replace("'", "’")


@pytest.mark.parametrize("partner", PARTNERS)
def test_what_stands_beside_counts_for_nothing(partner):
    dossier = dossiers.dossier(REAL, partner)
    assert not dossier.beside["scored"].any()
    assert not dossier.beside["held"].any()
    own = set(dossier.in_play["event_id"])
    assert own.isdisjoint(dossier.beside["event_id"])
    assert set(dossier.supporting["event_id"]) <= own


def test_the_counterparts_named_by_hand_have_their_events():
    beside = {
        partner: set(dossiers.dossier(REAL, partner).beside["event_id"])
        for partner in ("TUR", "CHN", "AZE", "IND")
    }
    assert {"ARM-18", "ARM-19", "KAZ-06", "NET-05", "NET-10", "RUS-14"} <= beside["TUR"]
    assert {"KAZ-04", "NET-05", "NET-06"} <= beside["CHN"]
    assert {"ARM-01", "ARM-03", "ARM-04", "ARM-18"} <= beside["AZE"]
    assert "ARM-10" in beside["IND"]


def evidence_rows(dossier):
    """The words of each row of the page's table of events, by mark."""
    verdict = scoring.verdict(dossier)
    shown = tables.event_table if verdict.gate.met else tables.known_table
    return {
        row.anchor: " ".join(plain(cell) for cell in row.cells)
        for group in shown(dossier, verdict).groups
        for row in group.rows
    }


@pytest.mark.parametrize("partner", PARTNERS)
def test_every_doubt_is_printed_where_its_claim_is(partner):
    dossier = dossiers.dossier(REAL, partner)
    rows = evidence_rows(dossier)
    marks = dict(
        zip(dossier.all_claims["claim_id"], dossier.all_claims["mark"], strict=True)
    )
    for doubt in dossier.dataset.doubts.itertuples():
        row = rows[marks[doubt.claim_id]]
        assert doubt.claim_id in row
        assert typographic(f"{doubt.reason} ({doubt.reference})") in typographic(row)


def test_a_folder_whose_contract_knows_no_doubts_still_makes_a_page(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    (folder / "doubts.csv").unlink()
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"] = [
        resource for resource in package["resources"] if resource["name"] != "doubts"
    ]
    path.write_text(json.dumps(package), encoding="utf-8")
    dataset = loading.load(folder)
    assert dataset.doubts.empty
    book = executed("country_briefing", partner="KAZ", data_dir=str(folder))
    assert "Doubted" not in str(book)
    assert briefings.key(briefings.subset(dataset, "KAZ"))


def test_a_changed_doubt_makes_its_partners_page_stale(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    before = loading.load(folder)
    spoil(folder, "doubts", "D9", reason="Refiners bought again")
    after = loading.load(folder)
    for partner, stale in (("IND", True), ("KAZ", False)):
        keys = [
            briefings.key(briefings.subset(each, partner)) for each in (before, after)
        ]
        assert (keys[0] != keys[1]) == stale


def test_what_is_told_of_a_region_counts_once_on_each_members_page():
    for partner in ("KAZ", "KGZ", "TJK", "UZB"):
        dossier = dossiers.dossier(REAL, partner)
        of_region = dossier.events[dossier.events["told_of"] == "Central Asia"]
        assert of_region["scored"].sum() == 1
        assert list(of_region.loc[of_region["counted_as"] != "", "counted_as"]) == [
            "NET-05"
        ]
    assert not dossiers.pooled(REAL).events["counted_as"].any()


@pytest.mark.parametrize("partner", ["KAZ", "UZB", "ARM"])
def test_what_is_told_of_a_region_is_marked_so_on_each_members_page(partner):
    dossier = dossiers.dossier(REAL, partner)
    rows = evidence_rows(dossier)
    of_region = dossier.events[dossier.events["told_of"] != ""]
    assert len(of_region)
    for event in of_region.itertuples():
        assert f"told of {event.told_of}" in rows[event.mark]


def test_nothing_prints_a_day_of_telling_as_the_day_of_an_act():
    told = REAL.events["date"].str.startswith("..")
    assert told.any()
    assert REAL.events.loc[told, "counted"].isna().all()
