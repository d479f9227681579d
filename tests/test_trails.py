"""The way from an event to its claims, on the tiny folder."""

import pytest

from allywatch.data import loading
from allywatch.evidence import dossiers
from allywatch.evidence.trails import dossier_trails, event_trails
from allywatch.page.attached import csv_text


@pytest.fixture
def dossier(tiny):
    return dossiers.dossier(loading.load(tiny), "XBE")


def test_an_event_has_its_claims_in_words(dossier):
    (event,) = dossier_trails(dossier, {"E8"})
    assert (event.event_id, event.mark) == ("E8", "E5")
    assert event.labels == ("defection", "military", "away")
    told, denied = event.claims
    assert (told.source_name, told.published) == ("Northern Gazette", "10 May 2024")
    assert (told.grade, told.voice) == ("B4", "attributed to a retired officer")
    assert (denied.voice, denied.date) == ("denied", "March 2025, inferred")


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
        dossier.all_events.drop(columns="places"),
        dossier.all_claims,
        dossier.sources,
        dataset.relations,
        dataset.doubts,
    )
    text = [loading.rows(csv_text(frame)) for frame in frames]
    assert event_trails(*text, dataset.contract) == dossier_trails(dossier)
