"""Contract, limits and checks of single tables, each on a table of a few cells made up for it."""

import copy
import json

import pandas as pd
import pytest
from conftest import ROOT

from allywatch.data import contract, limits, references, validation
from allywatch.data.contract import Contract, ContractError, Failure, Key
from allywatch.data.sheets import Sheet

PACKAGE = json.loads((ROOT / "data" / "datapackage.json").read_bytes())


def field(name, kind="string", **others):
    return {"name": name, "type": kind, **others}


def table(name, *fields, key=None, **schema):
    keyed = {"primaryKey": [key]} if key else {}
    return {
        "name": name,
        "path": f"{name}.csv",
        "schema": {"fields": list(fields), **keyed, **schema},
    }


def contract_of(*tables, **rules):
    return Contract({"allywatch": rules, "resources": list(tables)})


def sheet(schema, rows, whole=True):
    """The cells of a table from rows of text; the first is the second line of its file."""
    cells = pd.DataFrame(rows, columns=list(schema.fields), dtype="str")
    cells.index = pd.RangeIndex(2, 2 + len(rows))
    return Sheet(schema, schema.path, cells, whole)


def found_in(schema, rows, **rules):
    """What is wrong with a table: pairs of a row and what must be."""
    given = sheet(schema, rows)
    found = validation.validate(
        given.cells, schema, given.judges, {"focal_power": "RUS"} | rules
    )
    return [(failure.row, failure.rule) for failure in found]


# One cell


def cell(kind="string", constraints=None, **others):
    schema = contract_of(
        table("t", field("c", kind, constraints=constraints or {}, **others))
    )
    return lambda text: [rule for _, rule in found_in(schema.tables["t"], [[text]])]


@pytest.mark.parametrize(
    ("kind", "limit", "good", "bad", "says"),
    [
        ("integer", {"minimum": 1, "maximum": 3}, ["1", "3", "03", ""], ["0", "-1"], "must be at least 1"),
        ("integer", {"minimum": 1, "maximum": 3}, ["2"], ["4", "31"], "must be at most 3"),
        ("number", {"maximum": 0.5}, ["0.5", "-9"], ["0.51"], "must be at most 0.5"),
        ("integer", {}, ["7", "-7", "1" * 15], ["1.5", "1" * 16, "x", "1e3", "٧"], "must be a whole number"),
        ("number", {}, ["7", "-7.25"], ["1,5", "x", ".5", "5."], "must be a number"),
        ("string", {"maxLength": 4}, ["four", "äöüß", ""], ["fives"], "must have at most 4 characters"),
        ("string", {"required": True}, ["x"], [""], "must not be blank"),
        ("string", {"pattern": "[A-Z]{2}"}, ["AB", ""], ["A", "ABC", "ab"], "must have the right form"),
        ("date", {}, ["2024-02-29"], ["2023-02-29", "2024-02"], "must be a possible day"),
        ("string", {}, ["a\nb", "é"], ["a\tb", "a\u202eb", "\ufffd"], "must not hold a hidden or lost character"),
    ],
)  # fmt: skip
def test_a_cell_is_refused_beyond_its_limits_and_not_at_them(
    kind, limit, good, bad, says
):
    judged = cell(kind, limit)
    for text in good:
        assert judged(text) == [], text
    for text in bad:
        assert judged(text) == [says], text


def test_a_cell_has_one_of_the_listed_values():
    judged = cell(
        categories=[{"value": "a", "label": "A"}, {"value": 1, "label": "One"}]
    )
    assert (judged("a"), judged("1"), judged("")) == ([], [], [])
    assert judged("b") == ["must be one of the listed values"]


def test_the_entries_of_a_list_are_judged_one_by_one_and_differ():
    judged = cell("list", {"pattern": "[A-Z]{2}"}, delimiter=";")
    assert (judged("AB"), judged("AB;CD"), judged("")) == ([], [], [])
    differ = "the entries of a list must differ"
    assert judged("AB;AB") == [differ]
    assert judged("AB;") == ["must have the right form", differ]
    assert judged("AB;x;y") == ["must have the right form"]


def test_a_date_is_told_with_why_it_is_none():
    judged = cell(rdfType=contract.EDTF)
    assert judged("2024-39") == []
    assert judged("2024-13") == ["must be a possible date in EDTF"]


def test_what_resembles_a_listed_value_is_offered():
    assert validation.suggestions(["reportd"], {"reported": "reported"}) == {
        "reportd": "did you mean reported? "
    }
    found = validation.suggestions(["Armenja", "zzzz"], {"Armenia": "ARM"})
    assert found == {"Armenja": "did you mean ARM (Armenia)? "}
    assert validation.suggestions(["x"], {}) == {}
    wrong = [f"Armeni{number}" for number in range(30)]
    assert list(validation.suggestions(wrong, {"Armenia": "ARM"})) == wrong[:20]


# One table


def test_a_key_must_not_repeat_and_a_blank_is_none():
    schema = contract_of(
        table("t", field("a"), field("b"), key="a", uniqueKeys=[["a", "b"]])
    ).tables["t"]
    rows = [["x", "1"], ["y", "1"], ["x", "2"], ["", "1"], ["", "1"], ["x", "1"]]
    assert found_in(schema, rows) == [
        (4, "a must not repeat"),
        (7, "a must not repeat"),
        (7, "a and b must not repeat"),
    ]
    (failure, *_) = validation.validate(
        sheet(schema, rows).cells,
        schema,
        sheet(schema, rows).judges,
        {"focal_power": ""},
    )
    assert failure.hint.startswith("first used in row 2")


def test_what_must_differ_may_be_alike_where_the_rule_says_so():
    schema = contract_of(
        table("t", field("file"), field("kind"), field("id"), key="id")
    ).tables["t"]
    rule = {"table": "t", "fields": ["file"], "unless": {"kind": ["record"]}}
    rows = [["a", "text", "1"], ["a", "record", "2"], ["a", "record", "3"]]
    rows.append(["a", "text", "4"])
    assert found_in(schema, rows, must_differ=[rule]) == [(5, "file must not repeat")]
    assert found_in(schema, rows, must_differ=[rule | {"table": "u"}]) == []
    elsewhere = rule | {"unless": {"nothing": ["x"]}}
    assert found_in(schema, rows, must_differ=[elsewhere]) == []


def test_a_rule_on_a_row_names_the_row_that_breaks_it():
    rule = {"table": "t", "when": {"kind": ["record"]}, "then": {"file": {"blank": False}}, "says": "must have a file", "hint": "name it"}  # fmt: skip
    schema = contract_of(
        table("t", field("kind"), field("file"), field("id"), key="id"),
        row_rules=[rule],
    )
    rows = [["record", "a", "1"], ["record", "", "2"], ["text", "", "3"]]
    assert found_in(schema.tables["t"], rows) == [(3, "must have a file")]
    other = contract_of(
        table("u", field("kind"), field("file"), field("id"), key="id"),
        row_rules=[rule],
    )
    assert found_in(other.tables["u"], rows) == []
    alike = table("v", field("kind"), field("file"), field("id"), key="id")
    alike["rows_as_in"] = ["t"]
    assert found_in(contract_of(alike, row_rules=[rule]).tables["v"], rows)


# Across tables


def two_tables(actors, events, **rules):
    """What is wrong across a table of actors and one of events that names them."""
    described = contract_of(
        table("actors", field("code"), field("name"), field("aliases", "list", delimiter=";")),
        table("events", field("id"), field("who", "list", delimiter=";", references=[{"resource": "actors", "field": "code"}])),
        table("sources", field("source_id"), field("published")),
        table("claims", field("event_id"), field("source_id"), field("modality"), field("date")),
    )  # fmt: skip
    schemas = described.tables
    sheets = {
        "actors": sheet(schemas["actors"], actors),
        "events": sheet(schemas["events"], events),
        "sources": sheet(schemas["sources"], []),
        "claims": sheet(schemas["claims"], []),
    }
    gazetteer = {
        "table": "actors",
        "code": "code",
        "names": ["name"],
        "aliases": "aliases",
    }
    given = {"gazetteer": gazetteer, "focal_power": "RUS"} | rules
    return sheets, given


ACTORS = [["RUS", "Russia", ""], ["XAR", "Arvenia", "Arv;AV"], ["XBE", "Bellmark", ""]]


def test_a_key_that_stands_nowhere_is_named_with_the_one_that_was_meant():
    sheets, rules = two_tables(
        ACTORS, [["E1", "XAR"], ["E2", "XBE;Arvenja"], ["E3", ""]]
    )
    (failure,) = references.reference_failures(sheets, rules)
    assert (failure.row, failure.column, failure.value) == (3, "who", "Arvenja")
    assert failure.rule == "must stand in actors.csv"
    assert failure.hint.startswith("did you mean XAR (Arvenia)? ")
    # What was not read to its end may hold the key.
    sheets["actors"].whole = False
    assert references.reference_failures(sheets, rules) == []


def test_a_key_that_must_be_named_is():
    must = {"table": "actors", "field": "code", "by": {"resource": "events", "field": "id"}, "says": "must be named", "hint": "name it"}  # fmt: skip
    sheets, rules = two_tables(ACTORS, [["RUS", ""], ["XBE", ""]], must_be_named=[must])
    (failure,) = references.reference_failures(sheets, rules)
    assert (failure.row, failure.value, failure.rule) == (3, "XAR", "must be named")
    sheets["events"].whole = False
    assert references.reference_failures(sheets, rules) == []


def test_the_focal_power_is_an_actor_where_all_actors_could_be_read():
    sheets, rules = two_tables(ACTORS[1:], [])
    (failure,) = references.reference_failures(sheets, rules)
    assert (failure.file, failure.value) == ("datapackage.json", "RUS")
    sheets["actors"].whole = False
    assert references.reference_failures(sheets, rules) == []


def test_a_spelling_of_two_actors_names_neither_and_a_code_its_own():
    shared = [
        ["XAR", "Arvenia", "Coast"],
        ["XBE", "Bellmark", "the coast;XAR"],
        ["", "Nobody", ""],
    ]
    sheets, rules = two_tables(shared, [])
    named, failures = references.gazetteer(sheets["actors"], rules)
    assert named["arvenia"] == "XAR" and named["xar"] == "XAR"
    assert "nobody" not in named
    assert {(failure.row, failure.value) for failure in failures} >= {(3, "XAR")}
    assert all(
        failure.rule == "a name must belong to one actor" for failure in failures
    )


@pytest.mark.parametrize(
    ("published", "date", "modality", "is_late"),
    [
        ("2025-03", "2025-03-31", "reported", False),
        ("2025-03", "2025-04-01", "reported", True),
        ("2025-03", "2025-04", "forecast", False),
        ("2025-03", "2025", "reported", False),  # it may have begun in time
        ("2025-03", "../2026", "reported", False),  # nothing says when it began
        ("", "2030", "reported", False),
    ],
)
def test_a_source_tells_of_what_began_before_it_was_published(
    published, date, modality, is_late
):
    sheets, rules = two_tables(ACTORS, [])
    schemas = {name: each.schema for name, each in sheets.items()}
    sheets["sources"] = sheet(schemas["sources"], [["S1", published]])
    sheets["claims"] = sheet(schemas["claims"], [["E1", "S1", modality, date]])
    rules["support"] = {"unscored_modalities": ["forecast", "denied"]}
    found = references.reference_failures(sheets, rules)
    assert [(failure.file, failure.value) for failure in found] == (
        [("claims.csv", date)] if is_late else []
    )


# What the contract says


def test_a_field_has_what_it_does_not_say_itself_from_the_one_it_is_the_same_as():
    home = table("a", field("x", "integer", title="X", description="of a"))
    copied = {"name": "x", "title": "Y", "same_as": {"resource": "a", "field": "x"}}
    described = contract_of(home, table("b", copied)).tables["b"].fields["x"]
    assert (described["type"], described["title"], described["description"]) == (
        *("integer", "Y", "of a"),
    )


def test_keys_of_a_table_stand_once():
    unique = field("b", constraints={"unique": True})
    plain = field("c", constraints={"unique": False})
    described = contract_of(table("t", field("a"), unique, plain, key="a"))
    assert described.tables["t"].unique_keys == [["a"], ["b"]]
    described = contract_of(
        table("t", field("b", constraints={"unique": True}), key="b")
    )
    assert described.tables["t"].unique_keys == [["b"]]


def test_references_are_those_of_the_table_and_of_its_fields():
    foreign = {"fields": ["a"], "reference": {"resource": "u", "fields": ["x"]}}
    two = [{"resource": "u", "field": "x"}, {"resource": "v", "field": "y"}]
    described = contract_of(
        table("t", field("a"), field("b", references=two), foreignKeys=[foreign])
    )
    assert described.tables["t"].references == {
        "a": [Key("u", "x")],
        "b": [Key("u", "x"), Key("v", "y")],
    }


@pytest.mark.parametrize(
    ("stated", "encoding"),
    [("utf-8", ""), ("UTF-8", ""), ("utf8", ""), ("", ""), ("cp1251", "cp1251")],
)
def test_the_encoding_of_a_table_is_what_is_stated_beside_utf_8(stated, encoding):
    described = contract_of(table("t", field("a")) | {"encoding": stated})
    assert described.tables["t"].encoding == encoding


def test_a_table_without_a_schema_is_none_and_one_of_several_files_has_all():
    described = contract_of(
        {"name": "notes", "path": "notes.txt"},
        table("codings", field("a")) | {"path": ["one.csv", "two.csv"]},
    )
    assert list(described.tables) == ["codings"]
    assert described.tables["codings"].files == ("one.csv", "two.csv")
    assert described.tables["codings"].path == "one.csv"


def test_labels_stand_in_the_order_of_the_contract():
    listed = [{"value": 1, "label": "Closer"}, {"value": -1, "label": "Away"}]
    described = contract_of(table("t", field("a", "integer", categories=listed)))
    assert list(described.labels("t", "a").items()) == [(1, "Closer"), (-1, "Away")]
    assert contract.listed_values(described.tables["t"].fields["a"]) == ["1", "-1"]


def refusals(folder, text):
    """How a folder whose contract is `text` is refused, line by line."""
    (folder / "datapackage.json").write_text(text, "utf-8")
    with pytest.raises(ContractError) as refused:
        contract.read_contract(folder)
    return [str(failure) for failure in refused.value.failures]


def test_a_contract_without_a_table_is_refused_with_all_that_names_it(tmp_path):
    """Without events nothing stands where claims lead to; a table that may be absent is not asked for."""
    package = copy.deepcopy(PACKAGE)
    package["resources"] = [
        each
        for each in package["resources"]
        if each["name"] not in ("events", "doubts")
    ]
    said = refusals(tmp_path, json.dumps(package))
    assert any("must have the table 'events'" in line for line in said)
    assert any("'events': must be a table of the contract" in line for line in said)
    assert not any("must have the table 'doubts'" in line for line in said)
    (line,) = refusals(tmp_path, "{")
    assert line.startswith("datapackage.json: must be JSON (")
    # Half of a character is JSON, and can be written on no page.
    (line,) = refusals(tmp_path, json.dumps(PACKAGE | {"title": "half \ud800"}))
    assert "surrogates not allowed" in line
    (tmp_path / "datapackage.json").write_text(json.dumps(PACKAGE), "utf-8")
    assert contract.read_contract(tmp_path).rules == PACKAGE["allywatch"]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure("a.csv", 3, "x", "v", "must be", "do"), "a.csv, row 3, x: 'v': must be → do"),
        (Failure("a.csv", 0, "x", "", "must be", "do"), "a.csv, x: must be → do"),
        (Failure("a.csv", 3, "", "", "must be", "do"), "a.csv, row 3: must be → do"),
        (Failure("a.csv", 0, "", "", "must be", "do"), "a.csv: must be → do"),
    ],
)  # fmt: skip
def test_a_failure_says_where_what_and_what_to_do(failure, words):
    assert str(failure) == words


def test_a_long_value_is_cut_and_many_failures_are_counted():
    assert contract.shown("a" * 60) == f"'{'a' * 60}'"
    assert contract.shown("a" * 61) == f"'{'a' * 59}…'"
    failures = [Failure("a.csv", row, "x", "v", "must be", "do") for row in range(22)]
    assert "and 2 more" in str(ContractError(failures))
    assert "more" not in str(ContractError(failures[:20]))
    assert str(ContractError(failures[:1])).startswith(
        "the data break the contract in 1 place"
    )


# Limits


def gaps(**rules):
    return limits.rule_gaps(PACKAGE["allywatch"] | rules)


def changed(rule, **values):
    return {rule: PACKAGE["allywatch"][rule] | values}


def test_the_limits_that_come_with_it_have_no_gap():
    assert gaps() == []


def test_a_thesis_may_be_absent_and_nothing_else():
    without = copy.deepcopy(PACKAGE["allywatch"])
    del without["thesis"]
    assert limits.rule_gaps(without) == []
    for rule in ("gate", "turn", "focal_power", "gazetteer"):
        rest = {name: each for name, each in without.items() if name != rule}
        assert any(
            f"must have allywatch.{rule}" in gap for gap in limits.rule_gaps(rest)
        )


def test_each_limit_that_is_not_stated_or_that_nothing_reads_is_named():
    gate = {"min_events": 3, "meaning": "So many.", "max_events": 9}
    assert gaps(gate=gate) == [
        "must have allywatch.gate.min_lineages",
        "must not have gate.max_events: nothing reads it",
    ]
    words = [*PACKAGE["allywatch"]["direction_words"], {"key": "closer", "max_held": 1}]
    assert gaps(direction_words=words) == [
        "must not have direction_words.max_held: nothing reads it"
    ]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (changed("corroboration", min_lineages=1), "corroboration.min_lineages of 2 or more"),
        (changed("corroboration", min_lineages=2), ""),
        (changed("trend", years=0), "a whole number of years, 1 or more"),
        (changed("trend", years=1), ""),
        (changed("trend", years=1.5), "a whole number of years"),
        (changed("trend", chance=0), "a number between 0 and 1"),
        (changed("trend", chance=1), "a number between 0 and 1"),
        (changed("trend", chance=0.99), ""),
        ({"periods": "week"}, "must have one of auto, month, quarter, year in allywatch.periods"),
        ({"periods": "quarter"}, ""),
        ({"abbreviations": [{"short": "EU"}]}, "must give each of allywatch.abbreviations a long form"),
        ({"abbreviations": [{"long": "European Union"}]}, "a short form"),
        ({"abbreviations": []}, ""),
        ({"direction_words": [{"key": "sideways"}]}, "the direction word 'sideways' a way: one of away, turned"),
        ({"direction_words": [{"key": "thin", "way": "insufficient"}]}, "insufficient is the word below the gate"),
        ({"direction_words": [{"key": "insufficient"}]}, ""),
        ({"confidence": [{"key": "high", "min_corroborated_events": 0}, {"key": "low"}]}, "1 or more in the confidence 'high'"),
        ({"confidence": [{"key": "high", "min_corroborated_events": 1}, {"key": "low"}]}, ""),
        ({"confidence": [{"key": "none", "below_gate": True}, {"key": "low"}]}, ""),
    ],
)  # fmt: skip
def test_a_limit_that_would_say_what_cannot_be_meant_is_refused(rules, says):
    found = gaps(**rules)
    assert len(found) == bool(says)
    assert says in "".join(found)
