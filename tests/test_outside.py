"""Data and settings that come from outside as nobody should write them: `check` ends, and says in a sentence what is wrong."""

import copy
import csv
import json
import os
import random
import sys

import pytest
from conftest import ROOT, spoil
from spoiling import places

from allywatch.check import check
from allywatch.cli import main
from allywatch.data.contract import ContractError, read_contract
from allywatch.data.loading import load
from allywatch.data.partners import codes_named
from allywatch.data.spreadsheets import with_cells
from allywatch.desk import curate
from allywatch.desk.phrases import figures_in
from allywatch.desk.proposing.actors import gazetteer
from briefmill.parameters import ParameterError, declared_in
from briefmill.schedule import schedules

WAYS = ("deleted", "null", "of another type")
#: Changed contracts that can be read, and with which the whole folder is checked.
SAMPLE = 6


def changed(package, path, how):
    """`package` with the node at `path` deleted, null, or of another type."""
    if not path:
        return {"deleted": [], "null": None, "of another type": 7}[how]
    package = copy.deepcopy(package)
    home = package
    for step in path[:-1]:
        home = home[step]
    last = path[-1]
    if how == "deleted":
        del home[last]
    elif how == "null":
        home[last] = None
    elif isinstance(home[last], str):
        home[last] = 7
    else:
        home[last] = ["x"] if isinstance(home[last], dict) else "x"
    return package


def one_node_changes(seed=0):
    """Each kind of one-node change of the contract once: places that differ only in a list's number are of a kind."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_bytes())
    everywhere = [(path, how) for path in places(package) for how in WAYS]
    random.Random(seed).shuffle(everywhere)
    kinds = {}
    for path, how in everywhere:
        kind = tuple("#" if isinstance(step, int) else step for step in path)
        kinds.setdefault((kind, how), (path, how))
    return package, list(kinds.values())


@pytest.mark.slow
def test_no_change_of_one_node_breaks_the_reading_of_the_contract(tiny):
    package, changes = one_node_changes()
    accepted = []
    for path, how in changes[::16]:
        spoilt = changed(package, path, how)
        (tiny / "datapackage.json").write_text(json.dumps(spoilt), encoding="utf-8")
        try:
            read_contract(tiny)
        except ContractError as error:
            assert all(
                each.rule.startswith("must") or " must " in each.rule
                for each in error.failures
            ), error
        else:
            accepted.append(spoilt)
    for spoilt in accepted[:SAMPLE]:
        (tiny / "datapackage.json").write_text(json.dumps(spoilt), encoding="utf-8")
        report = check(tiny)
        assert report.exit_code in (0, 2)
        assert "sound" in report.text or "must" in report.text


def test_all_that_is_wrong_with_the_contract_is_named_at_once(tiny):
    file = tiny / "datapackage.json"
    package = json.loads(file.read_bytes())
    package["resources"][0]["schema"]["fields"][0]["constraints"]["pattern"] = "("
    package["allywatch"]["gate"]["min_events"] = "three"
    del package["allywatch"]["row_rules"][0]["hint"]
    file.write_text(json.dumps(package), encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert (
        "resources.sources.schema.fields.source_id.constraints.pattern: '\"(\"': must be a pattern"
        in report.text
    )
    assert (
        "allywatch.gate.min_events: '\"three\"': must be a whole number" in report.text
    )
    assert "must have hint" in report.text


@pytest.mark.parametrize("missing", ["key", "second file"])
def test_codings_without_a_key_or_a_second_file_are_refused(tiny, missing):
    file = tiny / "datapackage.json"
    package = json.loads(file.read_bytes())
    codings = next(each for each in package["resources"] if each["name"] == "codings")
    if missing == "key":
        del codings["schema"]["primaryKey"]
    else:
        codings["path"].pop()
    file.write_text(json.dumps(package), encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert "resources.codings" in report.text


def test_a_name_that_stands_nowhere_is_named(tiny):
    file = tiny / "datapackage.json"
    package = json.loads(file.read_bytes())
    package["allywatch"]["gazetteer"]["table"] = "actors"
    package["allywatch"]["row_rules"][0]["then"] = {"publshed": {"blank": True}}
    file.write_text(json.dumps(package), encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert (
        "allywatch.gazetteer: 'actors': must be a table of the contract" in report.text
    )
    assert "'publshed': must be a column of sources" in report.text


@pytest.mark.slow
def test_a_pattern_that_takes_for_ever_is_refused(tiny):
    file = tiny / "datapackage.json"
    package = json.loads(file.read_bytes())
    publisher = next(
        each
        for each in package["resources"][0]["schema"]["fields"]
        if each["name"] == "title"
    )
    publisher["constraints"]["pattern"] = r"^(\w|\w\w)+!$"
    file.write_text(json.dumps(package), encoding="utf-8")
    sources = tiny / "sources.csv"
    header, first, *_ = sources.read_text("utf-8").splitlines()
    title = first.split(",")[header.split(",").index("title")]
    sources.write_text(
        sources.read_text("utf-8").replace(title, "a" * 60 + "!b"), "utf-8"
    )
    report = check(tiny)
    assert report.exit_code == 2
    assert "must be a pattern that is tried in 1 s" in report.text


@pytest.mark.parametrize("name", ["claims.csv", "doubts.csv", "datapackage.json"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.skipif(sys.platform == "win32", reason="has neither")
def test_what_is_no_file_is_not_waited_for(tiny, name, kind):
    path = tiny / name
    path.unlink(missing_ok=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    report = check(tiny)
    assert report.exit_code == 2
    assert f"{name}: must be readable (it is no file)" in report.text


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.skipif(sys.platform == "win32", reason="has neither")
def test_no_table_that_has_no_end_is_read(tiny, tmp_path, capsys, kind):
    endless = tmp_path / "table.csv"
    os.mkfifo(endless) if kind == "pipe" else endless.symlink_to("/dev/zero")
    for words in (["claims", "import", "TABLE"], ["import", "TABLE", "--map", "acled"]):
        asked = [str(endless) if word == "TABLE" else word for word in words]
        assert main([*asked, "--data", str(tiny)]) == 2
        assert "table.csv cannot be read: it is no file" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",".join(f"column{number}" for number in range(60_000)), "must begin with the names of its columns"),
        ("{header}," + ",".join(f"column{number}" for number in range(60_000)), "is this another table?"),
        ("{header}\n" + "“a," * 100_000, "cells (this row has"),
        ("{header}\n" + '"' * 99_999, "must be well-formed CSV"),
        ("{header}\n" + "„" * 100_000, "must"),
    ],
    ids=["columns", "more columns", "split quotes", "straight quotes", "low quotes"],
)  # fmt: skip
def test_a_table_out_of_all_measure_is_refused_at_once(tiny, row, says):
    path = tiny / "relations.csv"
    header = path.read_text("utf-8").partition("\n")[0]
    path.write_text(row.replace("{header}", header) + "\n", "utf-8")
    report = check(tiny)
    assert report.exit_code == 2
    assert says in report.text
    assert len(report.lines) < 100


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("tool = 1", "tool: it is not a table"),
        ("[tool]\nallywatch = []", "allywatch: it is not a table"),
        ("[tool.allywatch]\nschedule = 'weekly'", "schedule: it is not a table"),
        ("[tool.allywatch.schedule]\nweekly = 1", "'weekly': it is not a table"),
        ('[tool.allywatch.schedule.weekly]\ncron = "0 6\\n* * 1"', "cron = '0 6\\n* * 1' has a line break"),
        ('[tool.allywatch.schedule.weekly]\ncron = "0 6 * * 1"\nnotify = ["a\\nb"]', "notify"),
        ('[tool.allywatch.schedule.weekly]\ncron = "0 6 * * 1"\nkeep = 1' + "0" * 30, "keep"),
        ("a = " + "[" * 9999, "is not TOML"),
    ],
)  # fmt: skip
def test_schedules_of_another_shape_are_refused_by_their_place(tmp_path, toml, says):
    file = tmp_path / "pyproject.toml"
    file.write_text(toml, "utf-8")
    with pytest.raises(schedules.ScheduleError) as refused:
        schedules.read(file, "allywatch")
    assert says in str(refused.value)


def test_a_number_out_of_all_measure_is_refused_on_the_command_line(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["build", "--time-limit", "1" + "0" * 30])
    assert refused.value.code == 2
    assert "is not a whole number from 1 to" in capsys.readouterr().err


WORDS = {
    "cp1252": "Côte d’Ivoire – “Général” créé à Zürich, São Paulo: 5 €, naïve œuvre",
    "cp1251": "Россия и союзники",
    "koi8-r": "Россия и союзники",
    "gbk": "俄罗斯正在失去盟友",
    "mac_roman": "Le Président à Zürich",
    "cp1250": "Wałęsa w Łodzi",
    "cp1253": "Ελλάδα και Ρωσία",
    "cp1254": "Erdoğan İstanbul",
}


def said_in(tiny, words, encoding):
    """Put `words` into a text of the folder and save that table in `encoding`."""
    path = tiny / "partners.csv"
    header, first, *others = path.read_text("utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index("note")] = f'"{words}"'
    content = "\n".join([header, ",".join(cells), *others]) + "\n"
    path.write_bytes(content.encode(encoding, "replace"))


@pytest.mark.parametrize("encoding", WORDS)
def test_a_table_in_another_encoding_is_refused_rather_than_garbled(tiny, encoding):
    said_in(tiny, WORDS[encoding], encoding)
    report = check(tiny)
    if encoding == "cp1252":
        assert "partners.csv: 'cp1252' → 'UTF-8' (encoding)" in report.text
        assert report.exit_code == 0
    else:
        assert "partners.csv: must " in report.text
        assert '"encoding": "cp1251"' in report.text
        assert report.exit_code == 2


def test_an_encoding_that_the_folder_states_is_read(tiny):
    said_in(tiny, WORDS["mac_roman"], "mac_roman")
    file = tiny / "datapackage.json"
    package = json.loads(file.read_bytes())
    partners = next(each for each in package["resources"] if each["name"] == "partners")
    partners["encoding"] = "mac_roman"
    file.write_text(json.dumps(package), encoding="utf-8")
    report = check(tiny)
    assert report.exit_code == 0
    assert WORDS["mac_roman"] in set(report.examination.cells["partners"]["note"])


def declared_by(*lines):
    cell = {"metadata": {"tags": ["parameters"]}, "source": "\n".join(lines)}
    return declared_in({"cells": [cell]})


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [
        ("x = 1", "2", 2),
        ("x = 0.5", "1", 1.0),
        ("x = True", "false", False),
        ("x: int = 6 * 7", "2", 2),
        ("x: int | None = None", "2", 2),
        ("x: int | None = None", "None", None),
        ("x: 'Optional[str]' = None", "2", "2"),
        ("x: float = 1", "2", 2.0),
        ("x = y = 1", "2", 2),
    ],
)  # fmt: skip
def test_a_value_has_the_type_that_its_parameter_states(line, text, value):
    read = declared_by(line)["x"].value(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("line", "text", "says"),
    [
        ("x = None", "2", "annotate it in its notebook, such as x: int | None = None"),
        ("x = 6 * 7", "2", "annotate it"),
        ("x = True", "yes", "takes a value like True, not 'yes'"),
        ("x = 1", "0.5", "takes a value like 1, not '0.5'"),
        ("x, y = 1, 2", "", "write one NAME = VALUE a line"),
        ("x = {}\nx['a'] = 1", "", "in line 2; write one NAME = VALUE a line"),
        ("%matplotlib inline\nx = 1", "", "no plain Python in line 1"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_refused_in_a_sentence(line, text, says):
    with pytest.raises(ParameterError) as refused:
        declared_by(line)["x"].value(text)
    assert says in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("said", ["Cote d'Ivoire", "CÔTE D’IVOIRE", "the Côte-d‘Ivoire", "Co\u0302te d’Ivoire"])  # fmt: skip
def test_a_name_is_found_however_it_is_spelt(tiny, said):
    spoil(tiny, "partners", "XAR", name="Côte d’Ivoire", aliases="")
    dataset = load(tiny)
    assert codes_named(dataset, said) == ["XAR"]
    spoil(tiny, "events", "E1", partners=said)
    assert load(tiny).events.set_index("event_id")["partners"]["E1"] == ("XAR",)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("In Cote d'Ivoire.", "XAR"),
        ("In CÔTE D’IVOIRE.", "XAR"),
        ("A loan of €2m.", "2 million euros"),
        ("A loan of $1.5bn.", "1.5 billion dollars"),
        ("A loan of £3 trillion.", "3 trillion pounds"),
    ],
)
def test_a_text_is_marked_as_a_reader_reads_it(tiny, text, value):
    spoil(tiny, "partners", "XAR", name="Côte d’Ivoire", aliases="")
    assert [*_named(load(tiny), text), *(f.value for f in figures_in(text))] == [value]


def test_a_currency_is_no_country(tiny):
    spoil(tiny, "partners", "XBE", short_name="US")
    dataset = load(tiny)
    assert _named(dataset, "It cost US$5 or 5 US$.") == []
    assert _named(dataset, "The US paid.") == ["XBE"]


def _named(dataset, text):
    """The codes of the actors that a text names."""
    mentions = gazetteer(dataset).mentions(text)
    return [code for each in mentions for code in each.codes]


def article(tiny, content=b"A first sentence.\n"):
    file = tiny.parent / "article.txt"
    file.write_bytes(content)
    return [
        "source",
        "add",
        str(file),
        "--data",
        str(tiny),
        "--stance",
        "mixed",
        "--title",
        "A title",
    ]


def mirrored(path):
    """Write a table with its columns in the reverse order, and two that are empty; returns it as text."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([*reversed(row), "", ""] for row in rows)
    return path.read_text("utf-8")


def coded(tiny):
    """The words of a command that codes a passage, and with it opens an event."""
    dataset = load(tiny)
    source = dataset.sources.iloc[0]
    text = (tiny / "documents" / source["file"]).read_text("utf-8")
    passage = next(line for line in text.splitlines() if text.count(line) == 1 and line)
    event = list(csv.DictReader((tiny / "events.csv").read_text("utf-8").splitlines()))
    columns = ("partners", "type", "channel", "dimension", "direction", "intensity")
    cells = [f"{column}={event[0][column]}" for column in columns]
    return [
        "claim", "add", source["source_id"], passage, *cells, "statement=It is said.",
        "headline=A thing", "--data", str(tiny),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_row_is_written_in_the_files_own_order_beside_empty_columns(tiny):
    before = mirrored(tiny / "sources.csv")
    assert main(article(tiny)) == 0
    assert (tiny / "sources.csv").read_text("utf-8").startswith(before)
    added = (tiny / "sources.csv").read_text("utf-8").splitlines()[-1].split(",")
    width = before.partition("\n")[0].count(",") + 1
    assert len(added) == width
    assert added[width - 3] == load(tiny).sources["source_id"].iloc[-1]


@pytest.mark.slow
def test_a_claim_and_its_event_are_written_in_the_files_own_order(tiny):
    before = {name: mirrored(tiny / name) for name in ("claims.csv", "events.csv")}
    dataset = load(tiny)
    assert main(coded(tiny)) == 0
    after = load(tiny)
    assert len(after.claims) == len(dataset.claims) + 1
    assert len(after.events) == len(dataset.events) + 1
    for name, text in before.items():
        lines = (tiny / name).read_text("utf-8").splitlines()
        assert not set(text.splitlines()) - set(lines)
        assert {line.count(",") for line in lines if '"' not in line} == {
            lines[0].count(",")
        }
    curate.undo(tiny)
    assert {name: (tiny / name).read_text("utf-8") for name in before} == before


def test_other_cells_of_a_row_are_written_beside_empty_columns():
    text = "b, A ,,\n1,2,,\n3,4,,\n"
    assert with_cells(text, {3: {"a": "5"}}) == "b, A ,,\n1,2,,\n3,5,,\n"


@pytest.mark.slow
def test_a_table_behind_a_link_stays_behind_it(tiny, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for file in tiny.glob("*.csv"):
        file.rename(elsewhere / file.name)
        file.symlink_to(elsewhere / file.name)
    assert main(article(tiny)) == 0
    assert main(coded(tiny)) == 0
    for name in ("sources.csv", "claims.csv", "events.csv"):
        assert (tiny / name).is_symlink()
    assert "article.txt" in (elsewhere / "sources.csv").read_text("utf-8")
    assert "It is said." in (elsewhere / "claims.csv").read_text("utf-8")
    assert not list(elsewhere.glob(".*"))


@pytest.mark.slow
def test_a_folder_behind_a_link_is_written_to_as_any_other(tiny, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tiny)
    assert main(article(link)) == 0
    assert main(coded(link)) == 0
    assert link.is_symlink()
    assert "article.txt" in (tiny / "sources.csv").read_text("utf-8")


def test_a_source_is_not_written_through_a_link_that_leads_nowhere(
    tiny, tmp_path, capsys
):
    target = tmp_path / "outside.txt"
    (tiny / "documents" / "article.txt").symlink_to(target)
    assert main(article(tiny)) == 2
    assert "is taken in" in capsys.readouterr().err
    assert not target.exists()


def test_a_byte_order_mark_is_no_part_of_a_text(tiny):
    assert main(article(tiny, b"\xef\xbb\xbfA first sentence.\n")) == 0
    assert (tiny / "documents" / "article.txt").read_bytes() == b"A first sentence.\n"


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(
    tiny, capsys, monkeypatch
):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "fsync", refuse)
    assert main(article(tiny)) == 2
    assert "cannot be written: Permission denied. Nothing" in capsys.readouterr().err
    assert not (tiny / "documents" / "article.txt").exists()
