"""What `allywatch check` says has been read, and what of it has one side only."""

import csv
import dataclasses

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch.check import _lineages, check
from allywatch.data.loading import load
from allywatch.desk.coverage import coverage, folded, naming, one_way, sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "One ended. Another began! A third?",
            ["One ended.", "Another began!", "A third?"],
        ),
        ("A heading\n\nText under it", ["A heading", "Text under it"]),
        (
            "“It ended.” So he said (twice.) Then more",
            ["“It ended.”", "So he said (twice.)", "Then more"],
        ),
        (
            "The U.S. Navy left. It was U.S.-made.",
            ["The U.S. Navy left.", "It was U.S.-made."],
        ),
        ("1. First of all. 2 of 10 won.", ["1. First of all.", "2 of 10 won."]),
        ("By 3 a.m. all was lost", ["By 3 a.m. all was lost"]),
        ("Inflation of 21. Then none.", ["Inflation of 21.", "Then none."]),
        (
            "Broken by\nthe width of\nthe page. Next.",
            ["Broken by\nthe width of\nthe page.", "Next."],
        ),
        ("A line\n" + "x" * 200, ["A line", "x" * 200]),
        ("Ends…  \r\n \r\nSo", ["Ends…", "So"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_a_document_falls_into_sentences(text, found):
    assert [text[start:end] for start, end in sentences(text)] == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("an Arvenian minister", "Arvenian"),
        ("two Arvenians", "Arvenians"),
        ("BELLMARK TURNS AWAY", "BELLMARK"),
        ("Arvenia’s hills", "Arvenia"),
        ("sailing from AV to", "AV"),
        ("Corsundish, av, bellmark, Russia, Moscow", ""),
    ],
)
def test_an_actor_is_named_by_whole_words_written_as_names(tiny, text, named):
    found = naming(load(tiny)).search(text)
    assert (found[0] if found else "") == named


def test_lines_are_folded_over_those_between_that_say_nothing():
    assert folded([1, 3, 5, 9], among=[1, 3, 5, 7, 9]) == "1–5, 9"
    assert folded([], among=[1]) == ""


def test_nine_in_ten_sentences_that_name_a_partner_carry_a_claim_or_a_reason(documents):
    read = coverage(load(ROOT / "data"))
    naming = read[read["named"] != ""]
    assert len(naming) > 100
    assert (naming["claimed"] | naming["excused"]).mean() >= 0.9
    assert naming["claimed"].mean() >= 0.8, "reasons do not stand in for coding"


@pytest.mark.slow
def test_every_reason_is_about_a_passage_of_its_document(documents):
    dataset = load(ROOT / "data")
    read = coverage(dataset)
    for reason in dataset.uncoded.itertuples():
        own = read[read["source_id"] == reason.source_id]
        assert ((own["start"] < reason.end) & (own["end"] > reason.start)).any(), reason


def without(folder, table, *keys):
    """Delete the rows of `table` whose first cell is one of `keys`."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row[0] not in keys]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def test_a_sentence_whose_claims_are_deleted_shows_up_as_uncoded(tiny):
    assert "  S2: 8 (Bellmark); 1–2" in check(tiny).lines
    without(tiny, "claims", "C16")
    without(tiny, "events", "E11")
    report = check(tiny)
    assert report.exit_code == 0
    assert (
        "sentences that name a partner: 14; 12 carry a claim, 0 a reason why not (85 %)"
        in report.lines
    )
    assert "  S2: 4 of 10: 1–2, 8–10" in report.lines
    assert "  S2: 8 (Bellmark); 10 (Corsund); 1–2" in report.lines


@pytest.mark.slow
def test_a_sentence_of_the_real_documents_shows_up_when_its_claims_are_gone(documents):
    dataset = load(ROOT / "data")
    read = coverage(dataset)
    sentence = read[read["claimed"] & ~read["excused"] & (read["named"] != "")].iloc[0]
    claims = dataset.claims
    inside = (
        (claims["source_id"] == sentence["source_id"])
        & (claims["start"] < sentence["end"])
        & (claims["end"] > sentence["start"])
    )
    again = coverage(dataclasses.replace(dataset, claims=claims[~inside]))
    bare = again[
        (again["source_id"] == sentence["source_id"])
        & (again["start"] == sentence["start"])
    ].iloc[0]
    assert not bare["claimed"] and not bare["excused"]


def reasons(folder, *rows):
    text = "\n".join(["source_id,start,end,reason", *rows])
    (folder / "uncoded.csv").write_text(text + "\n", encoding="utf-8")


def test_a_reason_accounts_for_a_sentence(tiny):
    reasons(tiny, "S2,0,60,title", "S2,320,330,opinion of the paper")
    report = check(tiny)
    assert (
        "sentences that name a partner: 14; 13 carry a claim, 1 a reason why not (100 %)"
        in report.lines
    )
    assert "  S2: 3 of 10: 1–2, 8" in report.lines
    assert not any(line.startswith("  S2: 8 (") for line in report.lines)
    assert "2 uncoded" in report.lines[-1]


def test_reasons_are_held_to_the_contract(tiny):
    reasons(tiny, "S9,0,60,title", "S2,60,10,swapped", "S2,1,2,", "S2,3,x,letters")
    report = check(tiny)
    assert report.exit_code == 2
    for row, column in ((2, "source_id"), (3, "end"), (4, "reason"), (5, "end")):
        assert f"uncoded.csv, row {row}, {column}" in report.text


def test_another_document_than_the_one_coded_is_not_counted(tiny):
    path = tiny / "documents" / "gazette.txt"
    path.write_bytes(path.read_bytes() + b"More.")
    assert set(coverage(load(tiny))["source_id"]) == {"S2", "S3"}


@pytest.mark.slow
def test_without_documents_nothing_is_said_of_coverage(tiny):
    for path in (tiny / "documents").iterdir():
        path.unlink()
    assert "sentences" not in check(tiny).text


@pytest.mark.slow
def test_partners_without_a_word_for_the_other_side_are_named(tiny):
    assert one_way(load(tiny)) == ["Arvenia", "Corsund"]
    assert (
        "partners with no evidence that points the other way (2): Arvenia, Corsund"
        in check(tiny).lines
    )
    spoil(tiny, "events", "E2", channel="deepening", direction="0")
    assert one_way(load(tiny)) == ["Corsund"]


def test_inferred_dates_and_shared_lineages_are_counted(tiny):
    report = check(tiny)
    assert "claims whose date is inferred: 4 of 17 (S1 1, S2 3)" in report.lines
    assert "3 sources, 2 lineages; one lineage: S1 and S3 (gazette)" in report.lines
    many = pd.DataFrame({"source_id": [f"S{each}" for each in range(90)]})
    lines = _lineages(many.assign(lineage=[f"l{each // 3}" for each in range(90)]))
    assert lines.endswith("S35 (l11), and 18 more lineages of several")
    one = _lineages(many.assign(lineage="l"))
    assert one.endswith("S4 and S5 and 84 more (l)")
    spoil(tiny, "sources", "S3", lineage="digest")
    assert (
        "3 sources, 3 lineages: no two are known to share an upstream"
        in check(tiny).lines
    )
