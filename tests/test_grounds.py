"""A judgement notices when anything that it rests on moves, and says what."""

import csv
import hashlib
import json
import shutil
from datetime import date
from io import StringIO

import pytest
from conftest import ROOT, spoil

from allywatch.briefings import plan
from allywatch.check import check
from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk.confirm import UnknownJudgement, confirm
from allywatch.evidence import network, snapshots
from briefmill import build

NEW_TEXT = "The government of Armenia said again that Moscow broke its duties.\n"


#: Judgements on rows of the real data: id, partner, kind, text and refs.
JUDGEMENTS = (
    ("J1", "ARM", "line", "Yerevan charges Moscow with broken duties.", "ARM-09"),
    ("J2", "ARM", "headline", "Each by one source: charges, silence.",
     "ARM-09;ARM-05"),
    ("J3", "ARM", "tile", "charges Moscow", "ARM-09"),
    ("J4", "ARM", "gap", "How far Armenia has stepped back.", "S2-012"),
    ("J5", "ARM", "question", "Who takes the place that Russia leaves?", "ARM-18"),
    ("J6", "AZE", "gap", "Nobody says what became of trade.", "AZE-01"),
    ("J7", "RUS", "gap", "What the war takes up.", "RUS-03"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the real data with `JUDGEMENTS`, confirmed; free to be changed, without documents."""
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(tmp_path / "none"))
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    path = folder / "judgements.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    columns = ("judgement_id", "partners", "kind", "text", "refs")
    for cells in JUDGEMENTS:
        row = dict(zip(columns, cells, strict=True))
        append(folder, "judgements", written="2026-04-01", **row)
    confirm(folder, [])
    return folder


def append(folder, table, **cells):
    """Add a row to a table; cells that are not given are blank."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    assert set(cells) <= set(columns)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writerow(dict.fromkeys(columns, "") | cells)


def second_source(folder):
    """A sixth source that tells of ARM-09 what the second does."""
    append(
        folder,
        "sources",
        source_id="S6",
        file="six.txt",
        sha256=hashlib.sha256(NEW_TEXT.encode()).hexdigest(),
        title="A notice",
        publisher="The Notice",
        doc_type="news_report",
        published="2026-02",
        published_basis="stated",
        stance="mixed",
        reliability="B",
        lineage="notice",
    )
    append(
        folder,
        "claims",
        claim_id="S6-001",
        source_id="S6",
        start="0",
        end=str(len(NEW_TEXT) - 1),
        passage_sha256=hashlib.sha256(NEW_TEXT[:-1].encode()).hexdigest(),
        event_id="ARM-09",
        statement="Yerevan accused Moscow once more of breaking its duties.",
        modality="reported",
        voice="partner",
        date="2026-02",
        date_basis="stated",
    )


def moved(folder):
    """What has moved, by judgement under review."""
    judgements = loading.load(folder).judgements
    under_review = judgements[judgements["under_review"]]
    return dict(zip(under_review["judgement_id"], under_review["moved"], strict=True))


@pytest.mark.parametrize("own", [True, False])
def test_nothing_is_under_review_as_the_data_stand(folder, own):
    """Neither as the tests wrote it nor in the project's own folder."""
    data = folder if own else ROOT / "data"
    assert moved(data) == {}
    assert "under review" not in check(data).text


#: How CHANGES.md tells of a text under review.
TOLD = "Under review: headline “Each by one source: charges, silence.”"


@pytest.mark.slow
def test_a_second_source_is_noticed_on_the_page_in_check_and_in_the_changes(
    folder, tmp_path
):
    def made():
        edition = build(plan(folder, ROOT / "notebooks", ["ARM"]), tmp_path / "out")
        assert edition.failed == []
        return edition.folder

    first = made()
    before = (first / "country_briefing_ARM.pdf").read_bytes()
    tables = {path: path.read_bytes() for path in folder.glob("*.csv")}

    second_source(folder)
    assert moved(folder)["J2"] == "ARM-09 has a second source, S6"
    assert "  J2: ARM-09 has a second source, S6" in check(folder).text
    second = made()
    page = (second / "country_briefing_ARM.html").read_text(encoding="utf-8")
    assert "under review: ARM-09 has a second source, S6" in page
    changes = (second / "CHANGES.md").read_text(encoding="utf-8")
    assert f"{TOLD}: ARM-09 has a second source, S6." in changes

    for path, content in tables.items():
        path.write_bytes(content)
    changes = (made() / "CHANGES.md").read_text(encoding="utf-8")
    assert "Under review: no longer: headline" in changes
    shutil.rmtree(tmp_path / "out")
    assert (made() / "country_briefing_ARM.pdf").read_bytes() == before


@pytest.mark.parametrize(
    ("table", "key", "cells", "words"),
    [
        ("claims", "S2-043", {"statement": "Otherwise."}, "claim S2-043 of ARM-09 was changed"),
        ("events", "ARM-09", {"headline": "Otherwise"}, "ARM-09 was changed"),
        ("sources", "S2", {"reliability": "C"}, "source S2 has another grade, lineage or publisher"),
    ],
)  # fmt: skip
def test_what_a_judgement_rests_on_is_more_than_its_refs(
    folder, table, key, cells, words
):
    spoil(folder, table, key, **cells)
    assert words in moved(folder)["J2"]


def test_a_doubt_and_a_relation_are_noticed(folder):
    append(
        folder,
        "doubts",
        doubt_id="D99",
        claim_id="S2-043",
        strength="questions",
        reason="nobody else heard it",
        reference="Invented for the tests",
    )
    append(
        folder,
        "relations",
        claim_a="S2-043",
        claim_b="S2-078",
        kind="contradicts",
        about="status",
    )
    said = moved(folder)["J2"]
    assert "a doubt was added against S2-043" in said
    assert "a relation was added between S2-043 and S2-078" in said


def test_a_note_a_label_and_a_column_of_ones_own_put_nothing_under_review(folder):
    spoil(folder, "claims", "S2-043", note="Read once more.")
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] == "events":
            fields = resource["schema"]["fields"]
            fields.append({"name": "my_own", "type": "string", "description": "Mine."})
            fields[0]["title"] = "Another label"
    path.write_text(json.dumps(package), encoding="utf-8")
    events = folder / "events.csv"
    header, *rows = events.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},my_own", *(f"{row},mine" for row in rows)]
    events.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert moved(folder) == {}


@pytest.mark.slow
def test_words_of_absence_rest_on_all_that_is_told_of_the_partner(folder):
    """J6 says that nobody tells what has become of trade with Azerbaijan; its refs alone would not notice this."""
    spoil(folder, "events", "AZE-02", headline="Otherwise")
    assert "J6" not in moved(folder)
    append(
        folder,
        "claims",
        claim_id="S2-900",
        source_id="S2",
        start="0",
        end="10",
        passage_sha256="0" * 64,
        event_id="AZE-02",
        statement="Trade with Azerbaijan fell.",
        modality="reported",
        voice="source",
        date_basis="undated",
    )
    assert moved(folder)["J6"] == (
        "the claims on AZE are others than when it spoke of what nobody says"
    )


@pytest.mark.slow
def test_words_of_count_are_checked_against_the_rows(folder):
    text = "By one source alone Yerevan charged Moscow with broken duties."
    spoil(folder, "judgements", "J2", text=text, refs="ARM-09")
    confirm(folder, ["J2"])
    assert "J2: says" not in check(folder).text
    second_source(folder)
    assert "J2: says 'one source', but none" in check(folder).text
    assert check(folder).exit_code == 0


@pytest.mark.slow
def test_one_source_is_to_be_read_again_once_there_is_another(folder):
    """J2 has other events of one source, so that its rows might still bear the words out."""
    assert "words of count" not in check(folder).text
    second_source(folder)
    report = check(folder)
    assert "words of count to read again" in report.text
    assert (
        "J2: says 'one source', but another source tells of ARM-09 now" in report.text
    )
    confirm(folder, ["J2"])
    assert "J2" not in check(folder).text


@pytest.mark.slow
def test_what_only_a_later_source_or_doubt_moves_is_not_said_of_an_earlier_day(folder):
    day = "2026-01-31"
    second_source(folder)
    append(
        folder,
        "relations",
        claim_a="S6-001",
        claim_b="S2-012",
        kind="contradicts",
        about="status",
    )
    append(
        folder,
        "doubts",
        doubt_id="D99",
        claim_id="S2-081",
        strength="questions",
        reason="nobody else heard it",
        reference="Invented for the tests",
        date="2026-06",
    )
    assert {"J4", "J5"} <= set(moved(folder))
    past = loading.load(folder, as_of=day).judgements
    assert {"J4", "J5"} <= set(past["judgement_id"])
    assert not past["under_review"].any()
    spoil(folder, "claims", "S2-012", statement="Otherwise.")
    past = loading.load(folder, as_of=day).judgements.set_index("judgement_id")
    assert "S2-012" in past.at["J4", "moved"] and "S6" not in past.at["J4", "moved"]


@pytest.mark.slow
def test_the_overview_says_what_came_under_review_too(folder):
    def under_review():
        net = network.network(loading.load(folder))
        return snapshots.overall(net.pooled, net.judged)["under_review"]

    assert under_review() == {}
    spoil(folder, "events", "RUS-03", headline="Otherwise")
    assert under_review() == {"J7": "RUS-03 was changed"}


def test_a_row_in_another_form_stays_as_it_is_and_the_day_is_written_if_asked(folder):
    path = folder / "judgements.csv"
    path.write_bytes(path.read_bytes().replace(b"\nJ5,", b'\n"J5",'))
    before = path.read_bytes().splitlines()
    confirm(folder, ["J2"], on=date(2027, 3, 31))
    after = path.read_bytes().splitlines()
    differing = [number for number, line in enumerate(after) if line != before[number]]
    assert len(before) == len(after) and differing == [2]
    assert b",2027-03-31," in after[2]


@pytest.mark.slow
def test_confirming_writes_what_it_rests_on_and_nothing_else(folder):
    second_source(folder)
    before = list(csv.reader(StringIO((folder / "judgements.csv").read_text("utf-8"))))
    assert confirm(folder, ["J2"]) == ["J2"]
    after = list(csv.reader(StringIO((folder / "judgements.csv").read_text("utf-8"))))
    column = before[0].index("rests_on")
    differing = [
        (row[0], number)
        for row, row_now in zip(before, after, strict=True)
        for number, (cell, cell_now) in enumerate(zip(row, row_now, strict=True))
        if cell != cell_now
    ]
    assert differing == [("J2", column)]
    assert "J2" not in moved(folder)


def test_an_unknown_judgement_is_named_and_nothing_changes(folder):
    before = (folder / "judgements.csv").read_bytes()
    with pytest.raises(UnknownJudgement, match="J999"):
        confirm(folder, ["J2", "J999"])
    assert (folder / "judgements.csv").read_bytes() == before


def test_the_files_are_as_confirm_writes_them(folder):
    """So that a confirmation changes one line, and no other by its form."""
    before = (folder / "judgements.csv").read_bytes()
    confirm(folder, [])
    assert (folder / "judgements.csv").read_bytes() == before
