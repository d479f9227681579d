"""One bad input per defect: each is caught, named by file, row and column, and tells what to do."""

import csv
import json
import pickle
import shutil
from collections import Counter

import pytest
from conftest import ROOT, spoil

from allywatch.check import check
from allywatch.data import contract, validation
from allywatch.data.contract import ContractError, Failure, read_contract
from allywatch.data.loading import load
from allywatch.data.validation import judge

# Each row: what to write into which row of the tiny folder, and the column, rule and hint to be told of.
with (ROOT / "tests" / "fixtures" / "defects.csv").open(
    newline="", encoding="utf-8"
) as file:
    DEFECTS = {row["defect"]: row for row in csv.DictReader(file)}
ELSEWHERE = {
    "event nobody claims": ("events.csv", 3)
}  # the defect shows in another file than the slip


def failures(folder):
    with pytest.raises(ContractError) as caught:
        load(folder)
    return caught.value.failures


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_named_by_file_row_and_column(tiny, defect):
    bad = DEFECTS[defect]
    cells = dict(
        cell.split("=", 1)
        for cell in bad["cells"].encode().decode("unicode_escape").split("|")
    )
    line = spoil(tiny, bad["table"], bad["key"], **cells)
    place = ELSEWHERE.get(defect, (f"{bad['table']}.csv", line))
    there = [
        f
        for f in failures(tiny)
        if (f.file, f.row, f.column) == (*place, bad["column"])
    ]
    found = [f for f in there if bad["rule"] in f.rule]
    assert len(found) == 1
    assert " must " in f" {found[0].rule} ", (
        "a finding would read as the opposite of the rule"
    )
    assert bad["hint"] in found[0].hint
    assert found[0].hint
    assert place[0] in str(found[0])
    assert f"row {place[1]}" in str(found[0])


def test_the_clean_folder_has_no_defect(tiny):
    assert len(load(tiny).claims) == 17


def test_all_defects_of_all_files_are_raised_at_once(tiny):
    slips = [
        ("sources.csv", spoil(tiny, "sources", "S1", reliability="Z"), "reliability"),
        ("claims.csv", spoil(tiny, "claims", "C1", date="soon", end="1"), "date"),
        ("claims.csv", spoil(tiny, "claims", "C1"), "end"),
        (
            "events.csv",
            spoil(tiny, "events", "E3", counterparts="XAR", intensity="9"),
            "intensity",
        ),
        ("events.csv", spoil(tiny, "events", "E3"), "counterparts"),
        ("relations.csv", spoil(tiny, "relations", "C4", kind="rhymes_with"), "kind"),
        ("judgements.csv", spoil(tiny, "judgements", "J2", refs="E404"), "refs"),
    ]
    found = failures(tiny)
    assert set(slips) <= {
        (failure.file, failure.row, failure.column) for failure in found
    }
    assert [f.file for f in found] == sorted(
        (f.file for f in found), key=[s[0] for s in slips].index
    )


def test_a_key_used_in_two_tables_would_be_two_things(tiny):
    line = spoil(tiny, "claims", "C1", claim_id="E1")
    assert ("claims.csv", line, "claim_id", "a key must belong to one table") in {
        (f.file, f.row, f.column, f.rule) for f in failures(tiny)
    }


AHEAD = "must begin by the last day"


def ahead(folder):
    """Dates that their sources cannot have known."""
    return {
        (f.file, f.row, f.column, f.value)
        for f in failures(folder)
        if AHEAD in f.rule and f.hint
    }


def test_what_has_happened_was_not_told_before_it_began(tiny):
    claim = spoil(tiny, "claims", "C1", date="2030")
    event = spoil(tiny, "events", "E1", date="2030")
    assert ahead(tiny) == {
        ("claims.csv", claim, "date", "2030"),
        ("events.csv", event, "date", "2030"),
    }


def test_an_event_may_begin_as_late_as_the_latest_of_its_sources(tiny):
    """One of them is of 10 May 2024, the other of some day in March 2025."""
    spoil(tiny, "events", "E1", date="2025-03-31")
    assert not load(tiny).events.empty
    line = spoil(tiny, "events", "E1", date="2025-04")
    assert ahead(tiny) == {("events.csv", line, "date", "2025-04")}


@pytest.mark.parametrize("modality", ["forecast", "denied"])
def test_what_is_foreseen_or_denied_may_lie_ahead(tiny, modality):
    for claim in ("C1", "C2"):
        spoil(tiny, "claims", claim, date="2030", modality=modality)
    spoil(tiny, "events", "E1", date="2030")
    assert not load(tiny).claims.empty


@pytest.mark.parametrize("table", ["sources", "claims", "events"])
def test_a_table_without_rows_is_told_of_and_not_stumbled_over(tiny, table):
    path = tiny / f"{table}.csv"
    path.write_text(
        path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )
    assert all(
        "must stand in" in f.rule or "must have at least" in f.rule
        for f in failures(tiny)
    )


def test_an_undated_source_may_tell_of_any_day(tiny):
    spoil(tiny, "sources", "S1", published="", published_basis="undated")
    claim = spoil(
        tiny, "claims", "C2", date="2030", date_basis="stated"
    )  # of S2, which is dated
    spoil(tiny, "claims", "C1", date="2030", date_basis="stated")
    spoil(tiny, "events", "E1", date="2030")
    assert ahead(tiny) == {("claims.csv", claim, "date", "2030")}


@pytest.mark.parametrize(
    "table",
    [
        "sources",
        "claims",
        "events",
        "relations",
        "judgements",
        "partners",
        "event_types",
    ],
)
def test_a_missing_file_is_one_failure_and_hides_no_other(tiny, table):
    (tiny / f"{table}.csv").unlink()
    other = "sources" if table != "sources" else "partners"
    spoil(
        tiny, other, "S1" if other == "sources" else "XAR", **{"note": "bad \x07 bell"}
    )
    found = failures(tiny)
    assert [(f.file, f.row) for f in found if f.file == f"{table}.csv"] == [
        (f"{table}.csv", 0)
    ]
    assert f"{table}.csv: must be readable (" in " ".join(map(str, found))
    assert any(f.column == "note" for f in found)
    assert len(found) == 2  # what points into the missing table is not called dangling


def test_columns_unknown_missing_and_double(tiny):
    path = tiny / "events.csv"
    header, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(
        header.replace("headline", "headlines") + "\n" + rest, encoding="utf-8"
    )
    found = {(f.row, f.column, f.rule): f.hint for f in failures(tiny)}
    assert (
        "did you mean headline?"
        in found[1, "headlines", "must be a column of the contract"]
    )
    assert (1, "headline", "the column must be there") in found
    path.write_text(
        header.replace("summary", "headline") + "\n" + rest, encoding="utf-8"
    )
    assert (1, "headline", "the column must stand once") in {
        (f.row, f.column, f.rule) for f in failures(tiny)
    }


def test_rows_are_lines_of_the_file_also_after_a_cell_of_several_lines(tiny):
    spoil(tiny, "claims", "C1", note="first\nsecond\n\nfourth")
    spoil(tiny, "claims", "C3", voice="mine")
    text = (tiny / "claims.csv").read_text(encoding="utf-8").split("\n")
    line = next(
        number for number, content in enumerate(text, 1) if content.startswith("C3,")
    )
    assert [f.row for f in failures(tiny)] == [line]
    assert line == 2 + 2 + 3


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ('C99,"S1,0,1', "must be well-formed CSV"),
        ("C99,S1,0,1", "must have 17 cells (this row has 4)"),
        (
            "C99,S1,0,1,,E1,so, it is said,reported,,source,,,undated,,,,",
            "must have 17 cells (this row has 18)",
        ),
    ],
)
def test_a_broken_row_is_named_and_makes_nothing_else_dangle(tiny, row, rule):
    path = tiny / "claims.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(4, row)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = failures(tiny)
    assert [(f.file, f.row) for f in found] == [("claims.csv", 5)]
    assert rule in found[0].rule
    assert "quot" in found[0].hint


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"\xff\xfe{}",
        b'{"resources": [], "allywatch": {}}',
        b"[" * 9999,
    ],
)
def test_a_folder_without_its_contract_is_refused(tiny, content):
    path = tiny / "datapackage.json"
    path.unlink() if content is None else path.write_bytes(content)
    assert {f.file for f in failures(tiny)} == {"datapackage.json"}


def test_each_limit_that_is_not_stated_is_named(tiny):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    del package["allywatch"]["turn"]["min_events_after"]
    del package["allywatch"]["corroboration"]
    path.write_text(json.dumps(package), encoding="utf-8")
    rules = [failure.rule for failure in failures(tiny)]
    assert rules == [
        "must have allywatch.corroboration.min_lineages",
        "must have allywatch.turn.min_events_after",
    ]


def test_the_focal_power_is_an_actor_too(tiny):
    path = tiny / "partners.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        "\n".join(row for row in text.split("\n") if not row.startswith("RUS")),
        encoding="utf-8",
    )
    found = {(f.file, f.column, f.value) for f in failures(tiny)}
    assert found == {
        ("datapackage.json", "focal_power", "RUS"),
        ("events.csv", "partners", "RUS"),
    }


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert failures(tmp_path / "nowhere")[0].file == "datapackage.json"


def test_printing_a_failure_shows_no_control_character():
    text = str(
        Failure("a.csv", 3, "note", "x\x1b]0;y\x07\u202e\n" + "z" * 500, "rule", "hint")
    )
    assert text.isprintable()
    assert len(text) < 200


def test_the_error_survives_the_way_from_a_worker_process(tiny):
    spoil(tiny, "events", "E1", date="never")
    with pytest.raises(ContractError) as caught:
        load(tiny)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.failures == caught.value.failures
    assert "never" in str(again)


def test_a_rule_is_data_and_needs_no_code(tiny):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    rule = {
        "table": "events",
        "name": "x",
        "then": {"intensity": ["1", 2]},
        "says": "not so loud",
        "hint": "lower it",
    }
    package["allywatch"]["row_rules"].append(rule)
    path.write_text(json.dumps(package), encoding="utf-8")
    assert {(f.column, f.rule) for f in failures(tiny)} == {
        ("intensity", "not so loud")
    }


class TestCodebook:
    """The data dictionary that goes out with every briefing."""

    package = read_contract(ROOT / "data").package

    def all_fields(self):
        return [
            (r["name"], field)
            for r in self.package["resources"]
            for field in r["schema"]["fields"]
        ]

    def test_every_field_has_a_title_and_a_meaning_and_says_what_blank_means(self):
        for table, field in self.all_fields():
            assert field["title"], (table, field["name"])
            assert len(field["description"]) > 10, (table, field["name"])
            required = field.get("constraints", {}).get("required", False)
            assert required != ("Blank:" in field["description"]), (
                table,
                field["name"],
            )

    def test_every_listed_value_has_a_label_and_a_meaning(self):
        for table, field in self.all_fields():
            for entry in field.get("categories", []):
                assert entry["label"], (table, field["name"])
                assert entry["description"], (table, field["name"])

    def test_every_example_fits_its_field(self, tiny):
        assert self.package == read_contract(tiny).package
        for table, field in self.all_fields():
            if "example" in field and field["type"] != "list":
                assert judge(field)(field["example"]) is None, (table, field["name"])

    def test_every_rule_names_columns_there_are(self):
        columns = {(table, field["name"]) for table, field in self.all_fields()}
        for rule in self.package["allywatch"]["row_rules"]:
            for column in (*rule.get("when", {}), *rule["then"]):
                assert (rule["table"], column) in columns, rule["name"]

    def test_every_rule_reads_as_a_rule(self):
        said = self.package["allywatch"]
        for rule in (*said["row_rules"], *said["must_be_named"]):
            assert " must " in rule["says"], "as a finding it would say the opposite"


def test_a_data_folder_can_be_moved(tiny, tmp_path):
    moved = tmp_path / "elsewhere" / "evidence"
    shutil.move(tiny, moved)
    dataset = load(moved)
    assert dataset.data_dir == moved
    assert dataset.documents == moved / "documents"


@pytest.mark.slow
def test_each_entry_is_judged_once(monkeypatch, load_afresh):
    """Repair and check ask about the same entries; each different one of a column is judged once for both."""
    judged = Counter()
    judge_of = validation.judge

    def counting(field):
        def count(entry):
            judged[id(field), entry] += 1
            return judge_of(field)(entry)

        return count

    monkeypatch.setattr(validation, "judge", counting)
    load_afresh(ROOT / "data")
    assert len(judged) > 3_000
    assert max(judged.values()) == 1


def test_a_table_is_described_once(monkeypatch, load_afresh):
    """All that is asked of the contract is looked up; nothing is read out of the package again."""
    built = []
    describe = contract._table_schema
    monkeypatch.setattr(
        contract,
        "_table_schema",
        lambda *described: built.append(described[0]["name"]) or describe(*described),
    )
    dataset = load_afresh(ROOT / "data")
    dataset.labels("events", "direction")
    assert sorted(built) == sorted(dataset.contract.tables)


@pytest.mark.parametrize(
    ("place", "cells", "says"),
    [
        (0, {"min_lineages": 2}, "must not have direction_words.min_lineages: nothing reads it"),
        (0, {"key": "steady"}, "must give the direction word 'steady' a way"),
        (2, {"way": "insufficient"}, "insufficient is the word below the gate"),
    ],
)  # fmt: skip
def test_a_direction_word_that_would_not_be_read_right_is_refused(
    tiny, place, cells, says
):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["allywatch"]["direction_words"][place] |= cells
    path.write_text(json.dumps(package), encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert says in report.text
