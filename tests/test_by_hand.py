"""Claims by the words of their passages: one, a table of them, and a row to paste."""

import csv
import hashlib
import io

import pytest
from small import SHIPYARD
from test_curating import contents, rows

from allywatch.check import check
from allywatch.cli import main

TEXT = (
    "Taskar’s “shipyard” – the first in a generation – opened in March 2025.\n\n"
    "Corvath asked for talks. Talks were held in May 2025.\nCorvath asked for talks. Nobody came…\n"
)
EVENT = {name: value for name, value in SHIPYARD.items() if name != "summary"} | {
    "partners": "Taskar"
}


@pytest.fixture
def coded(velmora, tmp_path):
    """The folder with a source to code."""
    (tmp_path / "notice.txt").write_text(TEXT, encoding="utf-8")
    source = ["source", "add", str(tmp_path / "notice.txt"), "--title", "A notice"]
    source += ["--source-id", "S4"]
    assert main([*source, "--stance", "mixed", "--data", str(velmora)]) == 0
    return velmora


def imported(folder, tmp_path, *table):
    names = list(dict.fromkeys(name for row in table for name in row))
    with (tmp_path / "table.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(table)
    return main(
        ["claims", "import", str(tmp_path / "table.csv"), "--data", str(folder)]
    )


def test_a_table_of_quoted_words_becomes_claims(coded, tmp_path, capsys):
    quoted = 'Taskar\'s "shipyard" -  the first in a generation'
    table = [
        {"source_id": "S4", "passage": quoted, "statement": "A yard opened.", **EVENT},
        {
            "source_id": "S4",
            "passage": "Nobody came...",
            "event_id": "TA-01",
            "statement": "None came.",
        },
        {
            **EVENT,
            "source_id": "S4",
            "passage": "Talks were held",
            "event_id": "XTA-77",
            "date": "2025-05",
            "headline": "Talks held",
            "statement": "Talks were held.",
        },
        {
            "source_id": "S4",
            "passage": "in May 2025",
            "event_id": "XTA-77",
            "statement": "In May.",
        },
    ]
    assert imported(coded, tmp_path, *table) == 0
    said = capsys.readouterr().out
    claims = rows(coded, "claims")[-4:]
    opened = claims[0]["event_id"]
    claim_ids = [claim["claim_id"] for claim in claims]
    assert [each[:6] for each in claim_ids] == ["S4-001", "S4-002", "S4-003", "S4-004"]
    assert (
        f"{opened}, XTA-77 in events.csv, {', '.join(claim_ids)} in claims.csv" in said
    )
    assert opened.startswith("XTA-01")
    assert [claim["event_id"] for claim in claims] == [
        opened,
        "TA-01",
        "XTA-77",
        "XTA-77",
    ]
    first = TEXT[int(claims[0]["start"]) : int(claims[0]["end"])]
    assert first == "Taskar’s “shipyard” – the first in a generation"
    assert claims[0]["passage_sha256"] == hashlib.sha256(first.encode()).hexdigest()
    assert "first in a generation" not in (coded / "claims.csv").read_text(
        encoding="utf-8"
    )
    report = check(coded)
    assert report.exit_code == 0, report.text


@pytest.mark.slow
def test_every_row_that_is_not_found_is_named_and_nothing_is_written(
    coded, tmp_path, capsys
):
    before = contents(coded)
    good = {
        "source_id": "S4",
        "passage": "Talks were held",
        "event_id": "TA-01",
        "statement": "X.",
    }
    table = [
        good,
        good | {"passage": "Talks were never held"},
        good | {"passage": "Corvath asked for talks"},
        good | {"source_id": "S9"},
        good | {"passage": ""},
    ]
    assert imported(coded, tmp_path, *table) == 2
    said = capsys.readouterr().err
    assert (
        "table.csv, row 3: 'Talks were never held' does not stand in notice.txt" in said
    )
    places = [TEXT.index("Corvath"), TEXT.rindex("Corvath")]
    for line, place in zip((3, 4), places, strict=True):
        assert f"line {line}, characters {place} to {place + 23}" in said
    assert "row 5: no source 'S9'" in said
    assert "row 6:" in said
    assert "row 2:" not in said
    assert contents(coded) == before


def test_what_breaks_the_contract_is_named_by_its_row_in_the_table_and_once(
    coded, tmp_path, capsys
):
    opening = {**EVENT, "source_id": "S4", "statement": "Talks were held."}
    table = [
        opening | {"passage": "Talks were held", "event_id": "XTA-77"},
        opening | {"passage": "Nobody came...", "event_id": "XTA-77"},
        opening | {"passage": "asked for talks. Talks", "date": "2025-13"},
        opening | {"passage": "May 2025", "event_id": "XTA-78", "type": "YARD"},
    ]
    assert imported(coded, tmp_path, *table) == 2
    said = capsys.readouterr().err
    assert "in 2 place(s)" in said
    assert "table.csv, row 4, date: '2025-13'" in said
    assert "table.csv, row 5, type: 'YARD'" in said
    assert "events.csv, row" not in said and "claims.csv, row" not in said


def test_what_is_typed_wrong_has_no_row_yet(coded, capsys):
    cells = {**EVENT, "statement": "Talks were held.", "type": "YARD"}
    typed = [f"{column}={cell}" for column, cell in cells.items()]
    command = ["claim", "add", "S4", "Talks were held", *typed, "--data", str(coded)]
    assert main(command) == 2
    assert "the claim as typed, type: 'YARD'" in capsys.readouterr().err


def test_what_would_stand_in_the_midst_of_a_file_is_named_as_typed(coded, capsys):
    """Claims of S1 and events of Taskar go behind their like, before rows that are there."""
    cells = {**EVENT, "statement": "X.", "type": "YARD", "date": "2025-13"}
    typed = [f"{column}={cell}" for column, cell in cells.items()]
    words = "In March 2024 the Taskari parliament"
    assert main(["claim", "add", "S1", words, *typed, "--data", str(coded)]) == 2
    said = capsys.readouterr().err
    assert "in 2 place(s)" in said
    assert "the claim as typed, date: '2025-13'" in said
    assert "the claim as typed, type: 'YARD'" in said
    assert "events.csv, row" not in said and "claims.csv, row" not in said


@pytest.mark.slow
def test_a_cell_that_breaks_the_contract_stops_the_table(coded, tmp_path, capsys):
    before = contents(coded)
    row = {
        "source_id": "S4",
        "passage": "Talks were held",
        "event_id": "TA-01",
        "statement": "X.",
    }
    assert (
        imported(coded, tmp_path, row, row | {"passage": "in May", "date": "soon"}) == 2
    )
    assert "must be a possible date in EDTF" in capsys.readouterr().err
    assert contents(coded) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("passage\nTalks\n", "needs a column source_id"),
        ("source_id,passage\n", "has no rows"),
        ("source_id,passage,headlin\nS4,Talks were held,X\n", "no column 'headlin'"),
    ],
)
def test_a_table_that_is_none_is_refused(coded, tmp_path, capsys, content, says):
    (tmp_path / "table.csv").write_text(content, encoding="utf-8")
    command = ["claims", "import", str(tmp_path / "table.csv"), "--data", str(coded)]
    assert main(command) == 2
    assert says in capsys.readouterr().err


@pytest.mark.slow
def test_a_row_to_paste_has_its_place_under_the_files_own_header(coded, capsys):
    file = coded / "claims.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    capsys.readouterr()
    command = ["passage", "S4", "Talks were held", "--data", str(coded)]
    before = contents(coded)
    assert main(command) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert list(row) == next(csv.reader(lines[:1]))
    start = TEXT.index("Talks were held")
    assert (row["claim_id"][:6], row["source_id"]) == ("S4-001", "S4")
    assert (row["start"], row["end"]) == (str(start), str(start + 15))
    assert row["passage_sha256"] == hashlib.sha256(b"Talks were held").hexdigest()
    assert contents(coded) == before
    assert main(["passage", "S4", "Talks", "--data", str(coded)]) == 0
    assert main(["passage", "S4", "asked for", "--data", str(coded)]) == 2
    assert "stands 2 times" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["source", "claim", "claims"])
def test_help_lists_every_value(velmora, capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([command, "--data", str(velmora), "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    column, value = (
        ("stance", "deepening") if command == "source" else ("channel", "realignment")
    )
    _, _, listed = said.partition(f"  {column}:\n")
    (line,) = [line for line in listed.splitlines() if line.split()[:1] == [value]]
    assert len(line.split()) > 5  # with its meaning
    assert ("PACT_TIGHTEN" in said) == (command != "source")
