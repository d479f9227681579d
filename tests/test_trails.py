"""The way from an event to its claims, on the tiny folder."""

import pytest

from allywatch.data import loading
from allywatch.evidence import dossiers
from allywatch.evidence.trails import dossier_trails, event_trails
from allywatch.page.attached import csv_text
from briefmill import tabular
from briefmill.tabular import columns_as_csv, plain_csv_text


@pytest.fixture
def dossier(tiny):
    return dossiers.dossier(loading.load(tiny), "XBE")


def test_an_event_has_its_claims_in_words(dossier):
    (event,) = dossier_trails(dossier, {"E8"})
    # Of Bellmark's lines in order of time E8 has no date, but was reported before E10: E9, E5, E7, E6, E8, E10.
    assert (event.event_id, event.mark) == ("E8", "5")
    assert event.labels == ("defection", "military", "away")
    told, denied = event.claims
    assert (told.source_name, told.published) == ("Northern Gazette", "10 May 2024")
    assert (told.grade, told.voice) == ("B4", "attributed to a retired officer")
    assert (denied.voice, denied.date) == ("denied", "March 2025, inferred")


def test_a_claim_has_its_place_and_what_outside_reports_say(dossier):
    (event,) = dossier_trails(dossier, {"E8"})
    told, denied = event.claims
    assert (told.place, denied.place) == (
        *("characters 679 to 706", "characters 509 to 564"),
    )
    said = "another report says otherwise (Invented for the tests)"
    assert told.doubts == (f"questions it: {said}",)
    assert denied.doubts == ()


def test_what_only_sets_the_scene_leads_nowhere(tiny):
    pooled = dossiers.pooled(loading.load(tiny))
    (scene,) = dossier_trails(pooled, {"E12"})
    assert scene.labels == ("context", "military")
    (held,) = dossier_trails(pooled, {"E9"})
    assert len(held.labels) == 3
    assert len(dossier_trails(pooled)) == 12


def test_a_contradiction_stands_with_both_claims_and_is_told_by_the_first(dossier):
    (event,) = dossier_trails(dossier, {"E8"})
    told, denied = event.claims
    (contradiction,) = told.own_relations
    assert (contradiction.kind, contradiction.claim_b) == ("contradicts", "C13")
    assert denied.relations == (contradiction,)
    assert denied.own_relations == []


def test_frames_and_their_text_give_the_same_trails(dossier):
    dataset = dossier.dataset
    frames = (
        dossier.all_events,
        dossier.all_claims,
        dossier.sources,
        dataset.relations,
        dataset.doubts,
    )
    text = [loading.rows(csv_text(frame)) for frame in frames]
    assert event_trails(*text, dataset.contract) == dossier_trails(dossier)


def test_events_of_one_line_share_its_mark_and_each_has_its_own_claims(tiny):
    header = (tiny / "judgements.csv").read_text().splitlines()[0].split(",")
    line = {
        "judgement_id": "J9",
        "partners": "XBE",
        "kind": "line",
        "text": "The Northern Gazette has Bellmark sign for grain and affirm its treaty.",
        "refs": "E5;E9",
        "written": "2025-04-01",
    }
    with (tiny / "judgements.csv").open("a") as file:
        file.write(",".join(line.get(column, "") for column in header) + "\n")
    trails = dossier_trails(dossiers.dossier(loading.load(tiny), "XBE"))
    marks = {trail.event_id: trail.mark for trail in trails}
    assert marks["E5"] == marks["E9"] == "1"
    assert len(set(marks.values())) == len(marks) - 1
    claims = {
        trail.event_id: [each.claim_id for each in trail.claims] for trail in trails
    }
    assert (claims["E5"], claims["E9"]) == (["C8"], ["C14"])


def test_columns_make_the_csv_that_rows_make():
    columns = [
        ["", "a,b", 'say "no"', "two\nlines", "a\rb", " ", "'=1"],
        [1, -2, 0.5, "", "x", "é", ""],
    ]
    rows = list(zip(*columns, strict=True))
    names = ["a", "b,c"]
    assert columns_as_csv(names, columns) == plain_csv_text(names, rows)
    assert columns_as_csv(names, columns, guard=True) == tabular.csv_text(names, rows)
    assert columns_as_csv(["a", "b"], [[], []]) == "a,b\n"
