"""`allywatch check`: what a curator reads before a run."""

import csv
import json
import shutil

import pytest
from conftest import ROOT, spoil
from test_fonts import bare  # noqa: F401

from allywatch.check import check
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk.confirm import confirm


def test_a_sound_folder_says_so_and_that_the_passages_were_verified(tiny):
    report = check(tiny)
    assert report.exit_code == 0
    assert "passages verified: 17 of 17" in report.text
    assert "sound: 3 sources, 17 claims, 12 events" in report.lines[-1]
    assert "repaired" not in report.text


def test_it_lists_what_was_repaired_and_is_content(tiny):
    line = spoil(tiny, "events", "E2", date="Oct-23")
    report = check(str(tiny))
    assert report.exit_code == 0
    assert f"events.csv, row {line}, date: 'Oct-23' → '2023-10' (date)" in report.text


def test_it_lists_what_is_wrong_and_what_was_repaired(tiny):
    wrong = spoil(tiny, "events", "E2", date="soon")
    mended = spoil(tiny, "events", "E1", partners="Arvenia")
    report = check(tiny)
    assert report.exit_code == 2
    assert f"events.csv, row {wrong}, date: 'soon'" in report.text
    assert f"events.csv, row {mended}, partners: 'Arvenia' → 'XAR'" in report.text
    assert "not sound" in report.lines[-1]


def test_without_documents_it_says_that_it_did_not_verify(tiny):
    shutil.rmtree(tiny / "documents")
    report = check(tiny)
    assert report.exit_code == 0
    assert f"passages not verified: no documents at {tiny / 'documents'}" in report.text
    (tiny / "documents").mkdir()
    assert "passages not verified: no documents" in check(tiny).text


def test_one_missing_document_is_named_and_the_others_verified(tiny):
    (tiny / "documents" / "digest.txt").unlink()
    report = check(tiny)
    assert report.exit_code == 0
    assert "passages verified: 14 of 17" in report.text
    assert "cannot be read: 'digest.txt'" in report.text


def test_a_changed_document_names_the_claims_that_moved_and_no_other(tiny):
    path = tiny / "documents" / "harbour.txt"
    path.write_bytes(
        path.read_bytes()
        .replace(b"In 2026", b"in 2026")
        .replace(b"tiny Corsund", b"little Corsund")
    )
    report = check(tiny)
    assert report.exit_code == 2
    assert "the document must be the one that was coded" in report.text
    moved = {
        f"C{n}" for n in range(1, 18) if f"C{n} must find its passage" in report.text
    }
    assert moved == {"C11", "C13", "C16"}  # those that stand after the change


def test_line_ends_count_as_characters_of_the_document(tiny):
    path = tiny / "documents" / "gazette.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    report = check(tiny)
    assert report.exit_code == 2
    assert "C1 must find its passage in gazette.txt" in report.text


def test_a_judgement_whose_rows_changed_is_listed_until_it_is_confirmed(tiny):
    spoil(tiny, "events", "E3", intensity="3")
    report = check(tiny)
    assert report.exit_code == 0
    assert "  J1: E3 was changed" in report.lines
    assert confirm(tiny, ["J1"]) == ["J1"]
    assert "under review" not in check(tiny).text


def test_many_alike_are_counted_and_not_all_printed(tiny):
    for key in range(1, 13):
        spoil(tiny, "events", f"E{key}", date="soon")
    report = check(tiny)
    assert report.text.count("'soon'") < 12
    assert "and 7 more alike, in rows 7, 8, 9, 10, 11, 12, 13" in report.text
    assert "wrong (12)" in report.text


def test_nothing_from_the_data_can_steer_the_terminal(tiny):
    spoil(
        tiny, "events", "E2", summary="\x1b[2J\x07gone\u202e", date="\x1b]0;title\x07"
    )
    assert all(line.isprintable() for line in check(tiny).lines)


def test_a_folder_that_is_none_is_a_message_and_not_a_traceback(tmp_path):
    report = check(tmp_path)
    assert report.exit_code == 2
    assert "datapackage.json" in report.text


@pytest.mark.slow
def test_one_character_changed_in_a_real_document_names_the_claims_it_moved(
    documents, tmp_path, monkeypatch
):
    copies = tmp_path / "copies"
    shutil.copytree(documents, copies)
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(copies))
    assert check(ROOT / "data").exit_code == 0
    with (ROOT / "data" / "claims.csv").open(newline="", encoding="utf-8") as file:
        claims = list(csv.DictReader(file))
    with (ROOT / "data" / "sources.csv").open(newline="", encoding="utf-8") as file:
        names = {source["source_id"]: source["file"] for source in csv.DictReader(file)}
    at, source = int(claims[0]["start"]), claims[0]["source_id"]
    path = copies / names[source]
    text = path.read_bytes().decode()
    path.write_bytes((text[:at] + "#" + text[at + 1 :]).encode())
    report = check(ROOT / "data")
    assert report.exit_code == 2
    assert (
        f"{names[source]}': the document must be the one that was coded" in report.text
    )
    moved = {
        claim["claim_id"]
        for claim in claims
        if claim["source_id"] == source
        and int(claim["start"]) <= at < int(claim["end"])
    }
    told = {
        claim["claim_id"]
        for claim in claims
        if f"{claim['claim_id']} must find its passage" in report.text
    }
    assert told == moved and moved


def test_a_broken_coding_is_named_too(tiny):
    """The two codings behind the reliability figures are checked with the rest."""
    folder = tiny / "reliability"
    folder.mkdir()
    (folder / "first_coding.csv").write_text("coding_id\nA1\n", encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert "second_coding.csv" in report.text


@pytest.mark.usefixtures("bare")
def test_a_name_that_no_face_of_a_page_draws_is_refused_with_the_reason(tiny):
    line = spoil(tiny, "partners", "XAR", name="中华人民共和国")
    report = check(tiny)
    assert report.exit_code == 2
    assert f"partners.csv, row {line}, name" in report.text
    assert "no face draws U+4E2D CJK UNIFIED IDEOGRAPH-4E2D" in report.text
    assert "and 2 more" in report.text  # of seven


@pytest.mark.parametrize("name", ["Приднестровье", "Հայաստան", "საქართველო", "ایران"])
def test_a_name_in_letters_that_a_face_draws_is_sound(tiny, name):
    spoil(tiny, "partners", "XAR", name=name)
    assert check(tiny).exit_code == 0


def test_a_thesis_that_does_not_name_the_focal_power_is_to_be_read_again(velmora):
    assert "thesis to read again" not in check(velmora).text
    _state(velmora, focal_power="XTA")
    report = check(velmora)
    said = "thesis to read again: 'Velmora keeps its friends' does not name Taskar"
    assert said in report.text
    _state(velmora, thesis=None)
    assert "thesis to read again" not in check(velmora).text


def test_no_confidence_but_the_lowest_may_rest_on_nothing_corroborated(tiny):
    path = tiny / "datapackage.json"
    rules = json.loads(path.read_text(encoding="utf-8"))["allywatch"]["confidence"]
    high = next(rule for rule in rules if rule["key"] == "high")
    del high["min_corroborated_events"]
    _state(tiny, confidence=rules, corroboration={"min_lineages": 1})
    report = check(tiny)
    assert report.exit_code == 2
    assert (
        "min_corroborated_events of 1 or more in the confidence 'high'" in report.text
    )
    assert "corroboration.min_lineages of 2 or more" in report.text


def _state(folder, **rules):
    """State `rules` in the contract of a folder; None takes one away."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["allywatch"] |= rules
    for name in [name for name, rule in rules.items() if rule is None]:
        del package["allywatch"][name]
    path.write_text(json.dumps(package), encoding="utf-8")


def test_an_event_is_named_whose_date_its_claims_do_not_allow(tiny):
    """Where a claim's date was corrected, its event's may have been forgotten: the page goes by the event's."""
    assert "none of their claims" not in check(tiny).text
    spoil(tiny, "events", "E2", date="2021-03-05")
    report = check(tiny)
    assert report.exit_code == 0
    assert "events whose date none of their claims allows (1): E2" in report.text
