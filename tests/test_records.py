"""Claims on records of a database: placed by a locator in the place of offsets and hashes."""

import csv
import hashlib
import json

import networks
import pandas as pd
import pytest
from networks import Told

from allywatch.check import check
from allywatch.data.contract import ContractError
from allywatch.data.loading import examine, load
from allywatch.data.records import TableError, read_table, record_fingerprint
from allywatch.desk.coverage import coverage
from allywatch.desk.curate import status
from allywatch.evidence.dossiers import dossier
from allywatch.page.details import details
from allywatch.page.tellers import references
from allywatch.trace import trace

TABLE = "event,day,what,deaths\nARM1,2024-03-01,Shelling of a village,2\nARM2,2024-04-02,March on the capital,\n"
RECORD = {
    "event": "ARM1",
    "day": "2024-03-01",
    "what": "Shelling of a village",
    "deaths": "2",
}
UUID = "123e4567-e89b-12d3-a456-426614174000"


def rows_of(folder, table):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rewrite(folder, table, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A network of two events: one told by a text and by a record, the other by a record alone."""
    monkeypatch.delenv("ALLYWATCH_DOCUMENTS", raising=False)
    folder = networks.network_of(
        tmp_path / "net",
        Told("A village is shelled", "Guns fired on a village of Taskar.", -1, "S1 S4"),
        Told("A march", "Crowds marched on the capital of Taskar.", -1, "S4"),
    )
    documents = folder / "documents"
    documents.mkdir()
    (documents / "events.csv").write_text(TABLE, encoding="utf-8")
    sources = rows_of(folder, "sources")
    for source in sources:
        if source["source_id"] == "S4":
            source |= {
                "doc_type": "database_record",
                "file": "events.csv",
                "sha256": hashlib.sha256(TABLE.encode()).hexdigest(),
            }
    rewrite(folder, "sources", sources)
    claims = rows_of(folder, "claims")
    for claim in claims:
        claim["locator"] = ""
        if claim["source_id"] == "S4":
            claim |= dict.fromkeys(("start", "end", "passage_sha256"), "")
            claim["locator"] = "ARM1" if claim["event_id"] == "E1" else "ARM2"
            if claim["locator"] == "ARM1":
                claim["passage_sha256"] = record_fingerprint(RECORD)
    rewrite(folder, "claims", claims)
    return folder


def failures(folder):
    return [(f.file, f.column, f.rule) for f in examine(folder).failures]


def with_claim(folder, named, **cells):
    claims = rows_of(folder, "claims")
    for claim in claims:
        if claim["claim_id"] == named:
            claim |= cells
    rewrite(folder, "claims", claims)


def test_a_record_is_verified_against_its_table(folder):
    examination = examine(folder)
    assert examination.failures == []
    assert examination.verification.verified == 1
    assert "passages verified: 1 of 3" in check(folder).text


def test_a_changed_record_is_named(folder):
    path = folder / "documents" / "events.csv"
    path.write_text(TABLE.replace(",2\n", ",3\n"), encoding="utf-8")
    report = check(folder)
    assert report.exit_code == 2
    assert "C1b must find its record in events.csv as it was coded" in report.text
    path.write_text(TABLE.replace("ARM2", "ARM9"), encoding="utf-8")
    assert "C2a must find one record in events.csv" in check(folder).text


def test_a_record_stands_in_the_first_column_or_in_one_row_of_another(folder):
    with_claim(folder, "C2a", locator="2024-04-02")
    assert examine(folder).failures == []
    twice = TABLE.replace("2024-04-02", "2024-03-01")
    (folder / "documents" / "events.csv").write_text(twice, encoding="utf-8")
    with_claim(folder, "C2a", locator="2024-03-01")
    assert "C2a must find one record in events.csv" in check(folder).text


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"locator": ""}, "start", "a claim must say where it stands"),
        ({"start": "1"}, "start", "not both"),
        ({"end": "9"}, "end", "not both"),
        ({"locator": "", "start": "1"}, "end", "a passage must say where it ends"),
        (
            {"locator": "", "start": "1", "end": "2"},
            "passage_sha256",
            "its fingerprint",
        ),
    ],
)
def test_a_claim_has_offsets_or_a_locator(folder, cells, column, rule):
    with_claim(folder, "C2a", **cells)
    found = failures(folder)
    assert any(c == column and rule in r for _, c, r in found), found


def test_a_file_without_the_column_has_passages_alone(tiny):
    assert "locator" not in (tiny / "claims.csv").read_text(encoding="utf-8")
    assert (load(tiny).claims["locator"] == "").all()


def test_a_contract_from_before_there_were_locators_still_loads(tiny):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        resource["schema"]["fields"] = [f for f in fields if f["name"] != "locator"]
    rules = package["allywatch"]["row_rules"]
    package["allywatch"]["row_rules"] = [
        rule for rule in rules if rule["name"] != "passage or record"
    ]
    del package["allywatch"]["must_differ"]
    path.write_text(json.dumps(package), encoding="utf-8")
    dataset = load(tiny)
    assert (dataset.claims["locator"] == "").all()
    assert trace("E1", tiny)


def test_ids_may_be_uuids_and_types_may_have_digits(folder):
    types = rows_of(folder, "event_types")
    types[0]["type"] = "CAMEO_19"
    for event in (events := rows_of(folder, "events")):
        event["type"] = types[0]["type"]
        event["event_id"] = event["event_id"].replace("E1", UUID)
    rewrite(folder, "event_types", types)
    rewrite(folder, "events", events)
    for claim in (claims := rows_of(folder, "claims")):
        claim["event_id"] = claim["event_id"].replace("E1", UUID)
        claim["claim_id"] = claim["claim_id"].replace("C1a", "A" * 36)
    rewrite(folder, "claims", claims)
    assert failures(folder) == []
    assert UUID in trace(UUID, folder)[0]
    with_claim(folder, "A" * 36, claim_id="A" * 37)
    assert ("claims.csv", "claim_id", "must have the right form") in failures(folder)


def test_two_sources_may_share_a_table_but_not_a_text(folder):
    sources = rows_of(folder, "sources")
    alike = {key: sources[3][key] for key in ("file", "sha256")}
    sources[2] |= alike | {"doc_type": "database_record"}
    rewrite(folder, "sources", sources)
    assert failures(folder) == []
    sources[2]["doc_type"] = "essay"
    sources[1] |= alike | {"doc_type": "essay"}
    rewrite(folder, "sources", sources)
    found = failures(folder)
    assert ("sources.csv", "file", "file must not repeat") in found
    assert ("sources.csv", "sha256", "sha256 must not repeat") in found


def test_trace_prints_the_record_and_without_the_file_its_locator(folder):
    lines = trace("E1", folder)
    assert any("row 2, record ARM1" in line for line in lines)
    assert "      | what: Shelling of a village" in lines
    (folder / "documents" / "events.csv").unlink()
    lines = trace("E2", folder)
    assert any(" · record ARM2 · " in line for line in lines)
    assert "events.csv" in lines[-1]


def test_the_page_names_the_locator(folder):
    whole = dossier(load(folder), "XTA")
    block = references(whole)
    origins = dict(block.others.values())
    assert origins["A march"].endswith("ARM2")
    assert "100" in origins["A village is shelled"]
    assert "ARM1" in origins["A village is shelled"]
    assert block.subtitle.startswith(
        "event, row, first character of each passage, or record"
    )
    origins = [note.origin for detail in details(whole) for note in detail.notes]
    assert any("record ARM1" in origin for origin in origins)


def test_a_table_has_no_sentences_to_code(folder):
    dataset = load(folder)
    assert coverage(dataset).empty
    assert status(dataset, "S4")[1] == "2 claims, each on a record of events.csv"


def test_records_go_with_their_source_as_of_a_day(folder):
    assert set(load(folder, "2025-06-01").claims["locator"]) == {"ARM1", "ARM2"}
    assert set(load(folder, "2025-05-01").claims["locator"]) == set()


def test_tables_of_every_kind_read_alike(tmp_path):
    cells = pd.DataFrame({"id": ["A1", "A2"], "n": [3, 40], "day": ["2024-01-02", ""]})
    cells.to_csv(tmp_path / "t.csv", index=False)
    cells.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    cells.to_excel(tmp_path / "t.xlsx", index=False)
    duckdb = pytest.importorskip("duckdb")
    file = str(tmp_path / "t.parquet")
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('A1', 3, '2024-01-02'), ('A2', 40, NULL)) t(id, n, day))"
        f" TO '{file}' (FORMAT parquet)"
    )
    expected = [["A1", "3", "2024-01-02"], ["A2", "40", ""]]
    for name in ("t.csv", "t.tsv", "t.xlsx", "t.parquet"):
        table = read_table(tmp_path / name)
        assert table.to_numpy().tolist() == expected, name
        assert table.columns.tolist() == ["id", "n", "day"]
        assert table.index.tolist() == [2, 3]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_a_file_that_is_no_table_is_a_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\x00nothing of the kind")
    with pytest.raises(TableError, match=r"a\."):
        read_table(tmp_path / name)


def test_a_missing_reader_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(TableError, match="allywatch\\[tables\\]"):
        read_table(tmp_path / "a.parquet")


def test_contract_errors_are_raised_as_ever(folder):
    with_claim(folder, "C2a", locator="")
    with pytest.raises(ContractError, match="locator of its record"):
        load(folder)
