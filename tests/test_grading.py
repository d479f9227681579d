"""What a claim is worth is derived, the same on every page, and every doubt is printed where its claim is."""

import json
import shutil

import pandas as pd
import pytest
import shared
from conftest import ROOT, slow_but, spoil
from setting import executed

from allywatch import briefings
from allywatch.data import loading
from allywatch.data.grading import with_credibility, with_support
from allywatch.data.spreadsheets import rows
from allywatch.evidence import dossiers
from allywatch.page import wording
from allywatch.page.wording.gains import BENEFICIARY, gained_in, is_gainer
from allywatch.page.wording.happened import NO_DATE
from briefmill.blocks import Chronology, References
from briefmill.render.composition import compose
from briefmill.texts import plain, typographic

REAL = shared.real()
PARTNERS = shared.real_partners()


def chronology_of(document):
    (block,) = [each for each in document.blocks() if isinstance(each, Chronology)]
    return block


def steps_of(document):
    return [step for group in chronology_of(document).groups for step in group.steps]


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


@pytest.mark.slow
def test_a_claim_is_worth_the_same_in_every_part():
    whole = REAL.claims.set_index("claim_id")[["supports", "credibility"]]
    for partner in PARTNERS:
        claims = dossiers.dossier(REAL, partner).all_claims.set_index("claim_id")
        expected = whole.loc[claims.index]
        pd.testing.assert_frame_equal(claims[["supports", "credibility"]], expected)


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_a_page_carries_every_event_that_names_its_partner_in_any_role(partner):
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
    dossier = dossiers.dossier(REAL, partner)
    (carried,) = [
        file for file in shared.country(partner).files if file.name == "events.csv"
    ]
    ids = [row["event_id"] for row in rows(carried.text)]
    assert ids == list(dossier.all_events["event_id"])
    assert named <= set(ids)
    written = {
        ref
        for judgement in dossier.dataset.judgements.itertuples()
        for ref in judgement.refs
    }
    of_claim = REAL.claims.set_index("claim_id")["event_id"]
    assert set(ids) - named <= {of_claim.get(ref, ref) for ref in written}


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_what_moves_a_tie_has_a_number_on_its_page(partner):
    """However many lines the page has room for: at its end stands where the number leads."""
    numbered = {
        item.anchor: item
        for block in shared.country(partner).blocks()
        if isinstance(block, References)
        for item in block.items
    }
    for event in dossiers.dossier(REAL, partner).scored.itertuples():
        item = numbered[event.mark]
        assert event.event_id in item.origin.split()
        assert typographic(event.headline) in typographic(item.words)


@pytest.mark.parametrize("partner", PARTNERS)
def test_a_partner_that_only_gains_has_the_events_in_which_it_does(partner):
    dossier = dossiers.dossier(REAL, partner)
    if not is_gainer(dossier):
        return
    shown = {event_id for line in dossier.lines for event_id in line.event_ids}
    gained = set(gained_in(dossier)["event_id"])
    assert len(gained & shown) >= BENEFICIARY


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


@pytest.mark.parametrize("partner", slow_but("", *shared.SOME, among=["", *PARTNERS]))
def test_every_doubt_stands_behind_the_mark_of_its_claim(partner):
    dossier = dossiers.dossier(REAL, partner) if partner else dossiers.pooled(REAL)
    details = shared.country(partner).details
    doubted = dossier.all_claims.set_index("claim_id")
    for doubt in dossier.dataset.doubts.itertuples():
        mark = doubted.at[doubt.claim_id, "mark"]
        (origin,) = [
            note.origin
            for note in details[mark].notes
            if doubt.claim_id in note.origin.split(" · ")
        ]
        assert typographic(f"{doubt.reason} ({doubt.reference}") in typographic(origin)


@pytest.mark.parametrize("partner", PARTNERS)
def test_a_line_that_tells_of_what_is_refuted_says_who_reports_otherwise(partner):
    dossier = dossiers.dossier(REAL, partner)
    of_claim = dossier.all_claims.set_index("claim_id")["event_id"]
    doubts = dossier.dataset.doubts
    outlets = {
        of_claim[doubt.claim_id]: [
            each.split(",")[0] for each in doubt.reference.split("; ")
        ]
        for doubt in doubts[doubts["strength"] == "refutes"].itertuples()
    }
    for line in dossier.lines:
        for event_id in set(line.event_ids) & outlets.keys():
            assert any(outlet in line.text for outlet in outlets[event_id]), line


def test_a_computed_line_tells_what_outside_reports_say_against_it(tiny):
    dossier = dossiers.dossier(loading.load(tiny), "XBE")
    steps = {
        plain(step.runs): step
        for group in wording.chronology(dossier).groups
        for step in group.steps
    }
    (doubted,) = [words for words in steps if "Port Bell" in words]
    assert doubted.endswith(
        "Outside reports differ: another report says otherwise (Invented for the tests)."
    )
    assert sum("Outside reports" in words for words in steps) == 1


@pytest.mark.slow
def test_a_folder_whose_contract_knows_no_doubts_still_makes_a_page(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    (folder / "doubts.csv").unlink()
    header, _, _ = (folder / "judgements.csv").read_text("utf-8").partition("\n")
    (folder / "judgements.csv").write_text(f"{header}\n")
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"] = [
        resource for resource in package["resources"] if resource["name"] != "doubts"
    ]
    path.write_text(json.dumps(package), encoding="utf-8")
    dataset = loading.load(folder)
    assert dataset.doubts.empty
    book = executed("country_briefing", partner="KAZ", data_dir=str(folder))
    said = " ".join(plain(step.runs) for step in steps_of(compose(book)))
    assert said and "Outside reports differ" not in said
    assert briefings.key(briefings.subset(dataset, "KAZ"))


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_region_is_named_where_something_is_said_of_it_as_a_whole():
    """A line on Kazakhstan must not say of it what the source says of Central Asia."""
    for partner in PARTNERS:
        dossier = dossiers.dossier(REAL, partner)
        for line in dossier.lines:
            regions = {dossier.by_id[each].told_of for each in line.event_ids} - {""}
            for region in regions:
                first, *_ = region.split(" and ")
                named = first.removeprefix("the ") in line.text
                assert named or "region" in line.text, (partner, line)


@pytest.mark.parametrize("partner", slow_but("", *shared.SOME, among=["", *PARTNERS]))
def test_nothing_prints_a_day_of_reporting_as_the_day_of_an_act(partner):
    """What began by an unknown day stands last, under its own label, with when its source reported it, if known."""
    open_ended = REAL.events["date"].str.startswith("..")
    assert open_ended.any()
    assert REAL.events.loc[open_ended, "counted"].isna().all()
    for group in chronology_of(shared.country(partner)).groups:
        for step in group.steps:
            of_report = step.when.startswith(("reported ", "in an undated text"))
            assert of_report == (group.label == NO_DATE), step
