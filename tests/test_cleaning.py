"""The door in: what is repaired and listed, what is derived, and what an edition admits."""

import csv
import shutil
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT, slow_but, spoil
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz import process

from allywatch.data import passages, paths
from allywatch.data.contract import TABLES, ContractError
from allywatch.data.loading import load


def repairs(dataset):
    return [tuple(row) for row in dataset.repairs.itertuples(index=False)]


def test_a_clean_folder_loads_without_a_repair(tiny):
    assert repairs(load(tiny)) == []


# table, key, column, cell as spoilt, cell as meant, name of the repair
CELLS = [
    (
        "events",
        "E1",
        "headline",
        " Garrison stays in barracks ",
        "Garrison stays in barracks",
        "blanks",
    ),
    (
        "events",
        "E1",
        "headline",
        "Garrison\u00a0stays in barracks\u00a0",
        "Garrison stays in barracks",
        "blanks",
    ),
    (
        "events",
        "E1",
        "headline",
        "“Garrison stays in barracks”",
        "Garrison stays in barracks",
        "smart quotes",
    ),
    ("events", "E1", "partners", "xar", "XAR", "case of a code"),
    ("events", "E1", "partners", "Arvenia", "XAR", "name of an actor"),
    ("events", "E1", "partners", "republic of arvenia", "XAR", "name of an actor"),
    ("events", "E1", "partners", "AV", "XAR", "name of an actor"),
    ("events", "E7", "partners", "XBE; Côrsund", "XBE;XCO", "name of an actor"),
    ("events", "E7", "partners", "XBE;XCO;", "XBE;XCO", "blanks"),
    ("events", "E1", "channel", "Abandonment", "abandonment", "case of a code"),
    ("events", "E1", "type", "security_abstain", "SECURITY_ABSTAIN", "case of a code"),
    ("events", "E1", "direction", "−1", "-1", "sign"),
    ("events", "E5", "direction", "+1", "1", "sign"),
    ("events", "E1", "intensity", "3.0", "3", "decimals"),
    ("events", "E2", "date", "Oct-23", "2023-10", "date"),
    ("events", "E2", "date", "25/10/2023", "2023-10-25", "date"),
    ("events", "E2", "date", "“2023”", "2023", "smart quotes"),
    ("claims", "C1", "source_id", "s1", "S1", "case of a code"),
    ("claims", "C8", "value", "400000000,5", "400000000.5", "decimal comma"),
    ("claims", "C1", "modality", "’reported’", "reported", "smart quotes"),
    ("judgements", "J1", "written", "25/04/2025", "2025-04-25", "date"),
    ("judgements", "J1", "refs", "e1;E3", "E1;E3", "case of a code"),
    ("sources", "S1", "reliability", "b", "B", "case of a code"),
]


@pytest.mark.parametrize(
    ("table", "key", "column", "spoilt", "meant", "rule"),
    slow_but(*{cell[-1]: cell for cell in CELLS}.values(), among=CELLS),
)
def test_a_certain_repair_is_made_and_listed(
    tiny, table, key, column, spoilt, meant, rule
):
    line = spoil(tiny, table, key, **{column: spoilt})
    dataset = load(tiny)
    assert repairs(dataset) == [(f"{table}.csv", line, column, spoilt, meant, rule)]
    spoil(tiny, table, key, **{column: meant})
    pd.testing.assert_frame_equal(getattr(dataset, table), getattr(load(tiny), table))


def test_curly_quotes_and_apostrophes_in_prose_are_left_as_they_are(tiny):
    words = "The “roof” isn’t mended, “they” say"
    spoil(tiny, "claims", "C16", note=words)
    dataset = load(tiny)
    assert repairs(dataset) == []
    assert dataset.claims["note"].iloc[15] == words


def bytes_of(tiny, table, change):
    path = tiny / f"{table}.csv"
    path.write_bytes(change(path.read_text(encoding="utf-8")))


# what happened to the file, and the repair that is listed
FILES = {
    "byte order mark": (
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        ["byte order mark"],
    ),
    "cp1252": (lambda text: text.encode("cp1252"), ["encoding"]),
    "CRLF": (lambda text: text.replace("\n", "\r\n").encode(), ["line ends"]),
    "old line ends": (lambda text: text.replace("\n", "\r").encode(), ["line ends"]),
    "empty rows": (
        lambda text: text.replace("\nXBE", "\n,,,,,,,,,,\nXBE").encode(),
        ["empty row"],
    ),
    "empty columns": (
        lambda text: text.replace("\n", ",,\n").encode(),
        ["empty columns"],
    ),
    "all of a spreadsheet": (
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", ",\r\n").encode(),
        ["byte order mark", "line ends", "empty columns"],
    ),
    "column names": (
        lambda text: text.replace("short_name", " Short_Name").encode(),
        ["column name"],
    ),
}


@pytest.mark.parametrize("how", FILES)
def test_a_file_as_a_spreadsheet_saves_it_reads_the_same(tiny, how):
    change, rules = FILES[how]
    before = load(tiny).partners
    bytes_of(tiny, "partners", change)
    dataset = load(tiny)
    pd.testing.assert_frame_equal(dataset.partners, before)
    assert [repair[-1] for repair in repairs(dataset)] == rules


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolon"), ("\t", "tab")])
@pytest.mark.parametrize("table", slow_but(TABLES[0], among=TABLES))
def test_other_delimiters_are_read_by_their_header(tiny, table, delimiter, name):
    before = getattr(load(tiny), table)
    with (tiny / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with (tiny / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    dataset = load(tiny)
    pd.testing.assert_frame_equal(getattr(dataset, table), before)
    assert repairs(dataset) == [(f"{table}.csv", 0, "", name, "comma", "delimiter")]


def test_curly_quotes_that_were_meant_to_hold_a_comma_do_so(tiny):
    path = tiny / "partners.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("A counterpart only; invented.", "“A counterpart, invented”"),
        encoding="utf-8",
    )
    dataset = load(tiny)
    assert dataset.partners["note"].iloc[3] == "A counterpart, invented"
    assert [repair[-1] for repair in repairs(dataset)] == ["smart quotes"]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("partner_id,name\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "not text"),
        ("naïve–".encode() + b"\nna\xefve", "line 2 breaks it"),
        (b"x\nx\nna\x81ve", "line 3 is neither"),
        (b"", "must begin with the names of its columns"),
        (b"\n\n", "must begin with the names of its columns"),
        (b"nothing,known\n1,2\n", "must begin with the names of its columns"),
    ],
)
def test_a_file_that_cannot_be_read_for_certain_is_one_failure(tiny, raw, rule):
    (tiny / "partners.csv").write_bytes(raw)
    with pytest.raises(ContractError) as caught:
        load(tiny)
    assert [failure.file for failure in caught.value.failures] == ["partners.csv"]
    assert rule in caught.value.failures[0].rule
    assert caught.value.failures[0].rule.startswith("must ")


def test_namibia_and_norway_are_codes_and_not_missing(tiny):
    with (tiny / "partners.csv").open("a", encoding="utf-8") as file:
        file.write("NAM,Namibia,,,NA,,,,,,,\nNOR,Norway,NO,,NO,,,,,,,\n")
    spoil(tiny, "events", "E7", partners="NA;NO")
    dataset = load(tiny)
    assert dataset.events["partners"].iloc[6] == ("NAM", "NOR")
    assert list(dataset.partners["short_name"].iloc[-2:]) == ["", "NO"]


def test_blanks_are_what_their_type_says(tiny):
    dataset = load(tiny)
    undated, bare = dataset.claims.iloc[5], dataset.partners.iloc[3]
    assert undated["date"] == ""
    assert pd.isna(undated["earliest"])
    assert pd.isna(undated["value"])
    assert not undated["ongoing"]
    assert bare["aliases"] == ()
    assert bare["region"] == ""
    assert pd.isna(bare["tile_row"])


def test_days_are_derived_from_the_dates(tiny):
    dataset = load(tiny)
    days = dataset.events.set_index("event_id")[
        ["earliest", "counted", "latest", "ongoing"]
    ]
    day = pd.Timestamp
    assert list(days.loc["E6"]) == [
        day("2024-09-01"),
        day("2024-12-31"),
        day("2024-12-31"),
        False,
    ]
    assert list(days.loc["E9"])[:2] == [day("2022-01-01"), day("2022-12-31")]
    assert pd.isna(days.loc["E9", "latest"])
    assert days.loc["E9", "ongoing"]
    assert dataset.sources["published_latest"].iloc[1] == day("2025-03-31")


def test_labels_stand_in_the_order_of_the_contract(tiny):
    dataset = load(tiny)
    assert list(dataset.labels("events", "direction").items()) == [
        (-1, "away"),
        (0, "holds"),
        (1, "closer"),
    ]
    assert dataset.rules is dataset.package["allywatch"]


class TestEditions:
    """`as_of` makes a past edition again."""

    def test_only_what_rests_on_sources_published_by_then(self, tiny):
        dataset = load(tiny, as_of=date(2024, 12, 31))
        assert list(dataset.sources["source_id"]) == ["S1"]
        assert set(dataset.claims["source_id"]) == {"S1"}
        assert list(dataset.events["event_id"]) == [
            "E1",
            "E2",
            "E3",
            "E5",
            "E8",
            "E9",
            "E12",
        ]
        assert len(dataset.relations) == 0
        assert list(dataset.judgements["judgement_id"]) == ["J4", "J5"], (
            "a later source tells more of E3, on which J1 rests"
        )
        assert len(dataset.partners) == 5
        assert list(dataset.events.index) == list(range(7))

    def test_a_source_counts_from_the_last_day_it_may_have_been_published(self, tiny):
        assert "S2" not in set(load(tiny, as_of=date(2025, 3, 30)).sources["source_id"])
        assert "S2" in set(load(tiny, as_of=date(2025, 3, 31)).sources["source_id"])

    def test_an_undated_source_is_in_no_dated_edition(self, tiny):
        assert "S3" not in set(load(tiny, as_of=date(2999, 1, 1)).sources["source_id"])
        assert "S3" in set(load(tiny).sources["source_id"])

    def test_a_folder_without_judgements_has_past_editions_too(self, tiny):
        table = tiny / "judgements.csv"
        table.write_text(
            table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
        )
        judgements = load(tiny, as_of=date(2024, 12, 31)).judgements
        assert judgements.empty and "partners" in judgements

    def test_before_the_first_source_there_is_nothing(self, tiny):
        dataset = load(tiny, as_of=date(1999, 1, 1))
        assert [len(getattr(dataset, table)) for table in TABLES[:4]] == [0, 0, 0, 0]
        assert list(dataset.judgements["judgement_id"]) == ["J4", "J5"]

    def test_a_day_may_be_text_and_no_text_means_no_day(self, tiny):
        assert load(tiny, as_of="2024-12-31").as_of == date(2024, 12, 31)
        assert load(tiny, as_of="").as_of is None
        with pytest.raises(ValueError, match="soon"):
            load(tiny, as_of="soon")


def test_a_judgement_is_under_review_once_its_rows_change(tiny):
    assert not load(tiny).judgements["under_review"].any()
    spoil(tiny, "events", "E3", intensity="3")
    assert list(load(tiny).judgements["under_review"]) == [
        True,
        False,
        False,
        False,
        False,
    ]
    spoil(tiny, "judgements", "J2", rests_on="")
    assert list(load(tiny).judgements["under_review"])[1]


def test_without_documents_the_tables_still_load(tiny):
    shutil.rmtree(tiny / "documents")
    assert load(tiny).documents is None


def test_the_environment_may_name_the_documents(tiny, tmp_path, monkeypatch):
    elsewhere = shutil.move(tiny / "documents", tmp_path / "texts")
    monkeypatch.setenv(paths.DOCUMENTS_VARIABLE, str(elsewhere))
    assert load(tiny).documents == tmp_path / "texts"


def test_a_document_that_was_swapped_does_not_stop_the_reading(tiny):
    (tiny / "documents" / "digest.txt").write_text("Another text.", encoding="utf-8")
    assert len(load(tiny).claims) == 17


def grown(tiny, rows, **changes):
    """Make claims.csv `rows` long; `changes` are cells as functions of the row's number."""
    with (tiny / "claims.csv").open(newline="", encoding="utf-8") as file:
        first = list(csv.DictReader(file))
    with (tiny / "claims.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(first[0]), lineterminator="\n")
        writer.writeheader()
        for n in range(rows):
            row = first[n % len(first)] | {"claim_id": f"C{n + 1}"}
            writer.writerow(row | {column: cell(n) for column, cell in changes.items()})


@pytest.mark.slow
def test_ten_thousand_claims_load(tiny):
    grown(tiny, 10_000, statement=lambda n: f"Statement {n}.")
    dataset = load(tiny)
    assert len(dataset.claims) == 10_000
    assert dataset.claims["claim_id"].iloc[-1] == "C10000"
    assert list(dataset.claims.columns) == list(load_columns(dataset))
    assert dataset.claims["earliest"].iloc[9_999 - 9_999 % 17] == pd.Timestamp(
        "2020-09-01"
    )


def load_columns(dataset):
    claims = next(
        entry for entry in dataset.package["resources"] if entry["name"] == "claims"
    )
    yield from (field["name"] for field in claims["schema"]["fields"])
    yield from ("supports", "credibility")
    yield from ("earliest", "counted", "latest", "ongoing")


@pytest.mark.parametrize("rows", [200, 2_000])
def test_the_work_does_not_grow_faster_than_the_rows(tiny, rows, monkeypatch):
    searched, opened = [], []
    search, raw = process.extractOne, passages._read_document
    monkeypatch.setattr(
        process, "extractOne", lambda *a, **k: searched.append(1) or search(*a, **k)
    )
    monkeypatch.setattr(
        passages, "_read_document", lambda *a: opened.append(1) or raw(*a)
    )
    grown(
        tiny, rows, event_id=lambda n: f"E{n + 1000}", modality=lambda n: f"reported{n}"
    )
    with pytest.raises(ContractError) as caught:
        load(tiny)
    assert len(caught.value.failures) >= 2 * rows  # every row is named
    assert len(searched) <= 40  # but only some wrong values are worth a suggestion
    assert len(opened) == 3  # and each document is read once


class TestRealData:
    """The data folder of this repository."""

    def test_it_is_clean(self):
        dataset = load(ROOT / "data")
        assert repairs(dataset) == []
        assert not dataset.judgements["under_review"].any()

    @pytest.mark.slow
    def test_every_passage_stands_where_its_claim_says(self, documents):
        from allywatch.check import check

        report = check(ROOT / "data")
        assert report.exit_code == 0, report.text
        claims = len(load(ROOT / "data").claims)
        assert f"passages verified: {claims} of {claims}" in report.text


modest = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.slow
@modest
@given(table=st.sampled_from(TABLES), raw=st.binary(max_size=200), keep=st.booleans())
def test_any_bytes_load_or_are_a_contract_error(tiny, table, raw, keep):
    path = tiny / f"{table}.csv"
    original = path.read_bytes()
    path.write_bytes(original + raw if keep else raw)
    try:
        load(tiny)
    except ContractError as error:
        assert str(error)
    finally:
        path.write_bytes(original)


CELL = st.text(max_size=12) | st.sampled_from(
    ["", ";", "E1;", "Oct-24", "-1", "9" * 30, "“", "1/2/3", "[..]", "\x00", "="]
)


@pytest.mark.slow
@modest
@given(
    table=st.sampled_from(TABLES),
    cells=st.lists(CELL, min_size=16, max_size=16),
    at=st.integers(0, 2),
)
def test_any_cells_load_or_are_a_contract_error(tiny, table, cells, at):
    path = tiny / f"{table}.csv"
    original = path.read_bytes()
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[1 + at] = cells[: len(rows[0])]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    try:
        load(tiny)
    except ContractError as error:
        assert str(error)
    finally:
        path.write_bytes(original)


def test_a_notebook_run_from_the_project_s_folder_finds_its_data(tiny, monkeypatch):
    monkeypatch.chdir(tiny.parent)
    assert len(load("../data").claims) == 17
