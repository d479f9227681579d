"""`allywatch import`: tables of others become rows of a data folder, all of them or none."""

import csv
import json
import shutil
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, spoil

from allywatch.check import check
from allywatch.cli import main
from allywatch.data.contract import read_contract
from allywatch.data.loading import load
from allywatch.desk.importing import drafting, import_table, merging
from allywatch.desk.importing.actors import country_code
from allywatch.desk.importing.map_reading import read_map
from allywatch.desk.importing.mapping import SHIPPED
from allywatch.desk.importing.templates import Template, TemplateError
from allywatch.desk.writing import NotWritten

SHEET = """id,date,country,what,source
1,2024-03-01,Armenia,A road was closed,Daily Post
2,01.04.2024,Kenya,A market burnt,Daily Post
3,2025-01-05,KAZ,A strike began,Evening Star
"""


@pytest.fixture(scope="module")
def one_event(tmp_path_factory):
    """The project's tables cut to one event, its claims and their sources, so that a check takes no time."""
    folder = tmp_path_factory.mktemp("one") / "data"
    shutil.copytree(ROOT / "data", folder)
    claims = [
        row for row in rows_of(folder, "claims").values() if row["event_id"] == "ARM-01"
    ]
    sources = {claim["source_id"] for claim in claims}
    kept = {
        "claims": lambda row: row in claims,
        "events": lambda row: row["event_id"] == "ARM-01",
        "sources": lambda row: row["source_id"] in sources,
    }
    for table in (
        "claims",
        "events",
        "sources",
        "relations",
        "judgements",
        "doubts",
        "uncoded",
    ):
        path = folder / f"{table}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if table in kept and kept[table](row)]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    shutil.rmtree(folder / "reliability")
    return folder


@pytest.fixture
def folder(one_event, tmp_path, monkeypatch):
    """A copy of it, with no documents."""
    monkeypatch.delenv("ALLYWATCH_DOCUMENTS", raising=False)
    return shutil.copytree(one_event, tmp_path / "data")


@pytest.fixture
def bring_in(folder, tmp_path, capsys):
    """Runs the command on a table of this text; returns the exit code and what was printed."""

    def run(text, map_name="sheet", *options, name="table.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        arguments = ["import", str(tmp_path / name), "--map", str(map_name)]
        code = main([*arguments, "--data", str(folder), *map(str, options)])
        return code, "".join(capsys.readouterr())

    return run


def rows_of(folder, table, prefix=""):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    return {row[key]: row for row in rows if row[key].startswith(prefix)}


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tabular(columns, *rows, delimiter=","):
    """A table with `columns`, and rows that give some of them by name."""
    lines = [delimiter.join(columns)]
    for row in rows:
        assert set(row) <= set(columns), set(row) - set(columns)
        lines.append(delimiter.join(str(row.get(name, "")) for name in columns))
    return "\n".join(lines) + "\n"


def test_a_sheet_becomes_sources_claims_events_and_partners(folder, bring_in):
    code, said = bring_in(SHEET)
    assert code == 0
    assert "records: 3 new, 0 changed, 0 unchanged, 0 no longer" in said
    event = rows_of(folder, "events")["SHEET-2"]
    assert (event["partners"], event["date"]) == ("KEN", "2024-04-01")
    assert event["headline"] == "A market burnt"
    claim = rows_of(folder, "claims")["SHEET-C-3"]
    assert claim["locator"] == "3"
    assert claim["source_id"] == "SHEET-Evening-Star-2025"
    assert rows_of(folder, "partners")["KEN"]["name"] == "Kenya"
    sources = rows_of(folder, "sources", "SHEET-")
    assert {row["doc_type"] for row in sources.values()} == {"database_record"}
    report = check(folder)
    assert report.exit_code == 0, report.text
    assert "passages verified: 3 of" in report.text


def test_a_date_is_no_finer_than_it_is_written(folder, bring_in):
    code, said = bring_in(
        "id,date,country,what,source\n"
        "1,2024-06,Kenya,A bridge was built,Daily Post\n"
        "2,June 2023,Kenya,A bridge was closed,Daily Post\n"
        "3,2022,Kenya,A bridge was planned,Daily Post\n"
        "4,2 June 2021,Kenya,A bridge was asked for,Daily Post\n"
    )
    assert code == 0, said
    dates = {row["date"] for row in rows_of(folder, "events", "SHEET-").values()}
    assert dates == {"2024-06", "2023-06", "2022", "2021-06-02"}
    published = {
        row["published"] for row in rows_of(folder, "sources", "SHEET-").values()
    }
    assert published == {"2021", "2022", "2023", "2024"}


def test_a_row_without_a_source_has_an_unnamed_one(folder, bring_in):
    bring_in(
        "id,date,country,what,source\n"
        "1,2024-06-01,Kenya,A bridge was built,\n"
        "2,2024-06-02,Kenya,A bridge was closed,Post | Mast\n"
    )
    sources = rows_of(folder, "sources", "SHEET-").values()
    assert {(row["title"], row["publisher"]) for row in sources} == {
        ("an unnamed source, 2024", "an unnamed source"),
        ("Post | Mast, 2024", "Post | Mast"),
    }


@pytest.mark.slow
def test_running_it_again_changes_nothing_and_a_newer_table_what_is_new(
    folder, bring_in
):
    bring_in(SHEET)
    before = contents(folder)
    _, said = bring_in(SHEET)
    assert "0 new, 0 changed, 3 unchanged, 0 no longer" in said
    assert contents(folder) == before

    newer = SHEET.replace("A market burnt", "A market was flooded")
    newer = newer.replace("3,2025-01-05", "4,2025-01-06")
    _, said = bring_in(newer)
    assert "1 new, 1 changed, 1 unchanged, 1 no longer in the table" in said
    events = rows_of(folder, "events", "SHEET-")
    assert list(events) == ["SHEET-1", "SHEET-2", "SHEET-3", "SHEET-4"]
    assert events["SHEET-2"]["headline"] == "A market was flooded"
    report = check(folder)
    assert report.exit_code == 0, report.text
    assert "passages verified: 4 of" in report.text


@pytest.mark.slow
def test_rows_coded_or_edited_by_hand_stay_as_they_are(folder, bring_in):
    mine = contents(folder)
    bring_in(SHEET)
    for name in ("claims.csv", "events.csv", "sources.csv", "partners.csv"):
        assert contents(folder)[name].startswith(mine[name])
    path = folder / "sources.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",mixed,F,daily-post", ",mixed,B,daily-post"))
    path = folder / "events.csv"
    path.write_text(
        path.read_text().replace("A road was closed.\n", "A road was shut.\n")
    )
    _, said = bring_in(SHEET.replace("A road was closed", "A road was blocked"))
    assert (
        "rows edited by hand, left as they are (2): SHEET-Daily-Post-2024, SHEET-1"
        in said
    )
    assert rows_of(folder, "events")["SHEET-1"]["summary"] == "A road was shut."
    assert rows_of(folder, "sources")["SHEET-Daily-Post-2024"]["reliability"] == "B"
    assert check(folder).exit_code == 0


def test_one_bad_row_and_nothing_is_written(folder, bring_in):
    before = contents(folder)
    bad = SHEET.replace("01.04.2024", "April Fools").replace("KAZ", "Kazakstan")
    code, said = bring_in(bad)
    assert code == 2
    assert "table.csv, row 3, dates.when: 'April Fools' is no date" in said
    assert "table.csv, row 4, partners: no partner is called 'Kazakstan'" in said
    assert "did you mean Kazakhstan?" in said
    assert contents(folder) == before


@pytest.mark.slow
def test_bad_rows_are_skipped_on_request_and_written_with_their_reasons(
    folder, bring_in, tmp_path
):
    bad = SHEET.replace("01.04.2024", "April Fools") + "1,2024-01-01,Iran,Again,A\n"
    code, said = bring_in(bad, "sheet", "--skip-bad", tmp_path / "bad.csv")
    assert code == 0
    assert "records: 2 new" in said
    assert "rows that cannot be used (2)" in said
    with (tmp_path / "bad.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["2", "1"]
    assert "is no date" in rows[0]["reason"]
    assert "first used in row 2" in rows[1]["reason"]
    assert check(folder).exit_code == 0


def test_what_breaks_the_contract_is_named_by_the_row_of_the_table(folder, bring_in):
    code, said = bring_in(SHEET.replace("A strike began", "Bell \x07 rang"))
    assert code == 2
    assert "table.csv, row 4, events.summary" in said
    assert "hidden or lost character" in said
    code, said = bring_in(SHEET.replace("A strike began", ""))
    assert "table.csv, row 4, claims.statement: must not be blank" in said


def test_a_folder_that_is_unsound_for_another_reason_is_refused(folder, bring_in):
    path = folder / "events.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("ARM-01,ARM", "ARM-01,XXX")
    )
    before = contents(folder)
    code, said = bring_in(SHEET)
    assert code == 2
    assert "events.csv, row 2, partners: 'XXX'" in said
    assert contents(folder) == before


def test_nothing_is_lost_where_a_file_cannot_be_written(folder, tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text(SHEET)
    before = contents(folder)
    replace = Path.replace

    def full(fresh, path):
        if path.name == "claims.csv" and fresh.suffix == ".new":
            raise OSError(28, "No space left on device")
        return replace(fresh, path)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NotWritten, match=r"claims.csv cannot be written: No space"):
        import_table(folder, tmp_path / "t.csv", "sheet")
    assert contents(folder) == before
    assert not (folder / merging.LEDGERS).exists()


@pytest.mark.slow
@pytest.mark.parametrize("is_sound", [True, False])
def test_others_save_while_a_table_is_read_and_nothing_is_lost(
    folder, tmp_path, monkeypatch, is_sound
):
    """Also where the import would have been refused for what the other has mended."""
    (tmp_path / "t.csv").write_text(SHEET)
    if not is_sound:
        spoil(folder, "events", "ARM-01", direction="9")
    read = drafting.read_table

    def slowly(*arguments, **options):
        monkeypatch.setattr(drafting, "read_table", read)
        spoil(folder, "events", "ARM-01", direction="-1")
        assert main(["partner", "add", "Chile", "--data", str(folder)]) == 0
        return read(*arguments, **options)

    monkeypatch.setattr(drafting, "read_table", slowly)
    import_table(folder, tmp_path / "t.csv", "sheet")
    assert {"CHL", "KEN"} <= rows_of(folder, "partners").keys()
    assert len(load(folder).claims) > 3


@pytest.mark.slow
def test_an_import_that_was_killed_halfway_is_finished_by_the_next(folder, bring_in):
    before = contents(folder)
    bring_in(SHEET)
    whole = contents(folder)
    for name in ("claims.csv", "events.csv"):
        (folder / name).write_bytes(before[name])
    (folder / merging.LEDGERS / "sheet.csv").unlink()
    code, _ = bring_in(SHEET)
    assert code == 0
    assert contents(folder) == whole


@pytest.mark.slow
def test_a_claims_file_without_locators_gets_the_column(folder, bring_in):
    path = folder / "claims.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    at = rows[0].index("locator")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            row[:at] + row[at + 1 :] for row in rows
        )
    assert bring_in(SHEET)[0] == 0
    claims = rows_of(folder, "claims")
    assert claims["SHEET-C-1"]["locator"] == "1"
    assert [row["locator"] for row in claims.values()].count("") > 0
    assert check(folder).exit_code == 0


def test_cells_are_cut_to_the_contract_and_the_number_is_said(folder, bring_in):
    long = "A road was closed " + "again and again " * 30
    _, said = bring_in(SHEET.replace("A road was closed", long))
    assert "events.headline 1" in said
    assert "claims.statement 1" in said
    event = rows_of(folder, "events")["SHEET-1"]
    assert event["headline"] == "A road was closed again and again again…"[:40] or (
        len(event["headline"]) <= 40 and event["headline"].endswith("…")
    )


def test_a_row_without_a_date_is_undated(folder, bring_in):
    code, said = bring_in(SHEET.replace("2024-03-01", ""))
    assert code == 0, said
    claim = rows_of(folder, "claims")["SHEET-C-1"]
    assert (claim["date"], claim["date_basis"]) == ("", "undated")
    source = rows_of(folder, "sources")[claim["source_id"]]
    assert (source["published"], source["published_basis"]) == ("", "undated")


def test_excel_and_parquet_give_the_same_rows(folder, bring_in, tmp_path):
    import openpyxl

    bring_in(SHEET)
    whole = contents(folder)
    book = openpyxl.Workbook()
    for row in csv.reader(SHEET.splitlines()):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    duckdb = pytest.importorskip("duckdb")
    (tmp_path / "plain.csv").write_text(SHEET)
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{tmp_path}/plain.csv', all_varchar=true))"
        f" TO '{tmp_path}/table.parquet' (FORMAT parquet)"
    )
    for name in ("table.xlsx", "table.parquet"):
        assert "3 unchanged" in import_table(folder, tmp_path / name, "sheet").lines[0]
        assert contents(folder) == whole


def test_a_missing_table_and_a_missing_map_are_sentences(folder, capsys, tmp_path):
    assert main(["import", "no.csv", "--map", "sheet", "--data", str(folder)]) == 2
    assert "there is no file no.csv" in capsys.readouterr().err
    (tmp_path / "t.csv").write_text(SHEET)
    table = str(tmp_path / "t.csv")
    assert main(["import", table, "--map", "acld", "--data", str(folder)]) == 2
    assert "did you mean acled?" in capsys.readouterr().err


class TestMaps:
    """What is wrong in a map is said, all at once."""

    good = (SHIPPED / "sheet.toml").read_text(encoding="utf-8")

    def said(self, bring_in, tmp_path, *changes):
        text = self.good
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        code, said = bring_in(SHEET, tmp_path / "mine.toml")
        assert code == 2
        return said

    def test_unknown_keys_and_columns_with_suggestions(self, bring_in, tmp_path):
        said = self.said(
            bring_in,
            tmp_path,
            ("[partners]", "[partners]\nnwe = true"),
            ("headline =", "headlin ="),
            ('record = "{id}"', 'record = "{id}"\nevnt_of = "{id}"'),
        )
        for words in (
            "mine.toml, evnt_of",
            "did you mean event_of?",
        ):
            assert words in said
        said = self.said(
            bring_in,
            tmp_path,
            ("[partners]", "[partners]\nnwe = true"),
            ("headline =", "headlin ="),
        )
        for words in (
            "mine.toml, partners.nwe",
            "did you mean new?",
            "mine.toml, event.headlin",
            "did you mean headline?",
            "mine.toml, event.headline: must be there: the contract requires it",
        ):
            assert words in said

    def test_wrong_shapes(self, bring_in, tmp_path):
        said = self.said(
            bring_in,
            tmp_path,
            ("formats = [", 'formats = "%Y" # ['),
            ('statement = "{what}"', 'statement = "{what"'),
            ("new = true", 'new = "yes"'),
        )
        assert "dates.when.formats: '%Y': must be a list" in said
        assert "claim.statement: '{what': curly brackets must match" in said
        assert "partners.new: 'yes': must be true or false" in said

    def test_names_that_nothing_has(self, bring_in, tmp_path):
        said = self.said(bring_in, tmp_path, ('"{what}"', '"{waht}"'))
        assert "did you mean what?" in said
        assert "the table has: id, date, country, what, source" in said

    def test_circles_and_broken_toml(self, bring_in, tmp_path):
        codes = '[codes.a]\nof = "{a}"\nvalues = { x = "y" }\n\n[partners]'
        assert "must not be made of itself" in self.said(
            bring_in, tmp_path, ("[partners]", codes)
        )
        assert "must be TOML" in self.said(bring_in, tmp_path, ("new = true", "new = "))

    def test_a_code_that_the_list_lacks_is_a_bad_row(self, folder, bring_in, tmp_path):
        codes = '[codes.kind]\nof = "{what}"\nvalues = { "A market burnt" = "x" }\n\n[partners]'
        said = self.said(bring_in, tmp_path, ("[partners]", codes))
        assert "row 2, codes.kind: no entry for the code 'A road was closed'" in said

    def test_rows_left_out_are_counted(self, folder, bring_in, tmp_path):
        rule = '[[leave_out]]\nof = "{source}"\nis = ["Daily Post"]\nwhy = "from the Post"\n\n[partners]'
        text = self.good.replace("[partners]", rule)
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        _, said = bring_in(SHEET, tmp_path / "mine.toml")
        assert "rows left out (2): 2 from the Post" in said
        assert list(rows_of(folder, "events", "SHEET-")) == ["SHEET-3"]
        assert "KEN" not in rows_of(folder, "partners")


def test_templates():
    cells = {"a": ["x", ""], "b": ["y", "z"]}
    filled = Template.of("{a}[ of {b}] and[ {a} ]end").filled(cells.__getitem__, 2)
    assert filled == ["x of y and x end", "of z andend"]
    for bad in ("[", "a]", "[[a]]", "{a", "a}"):
        with pytest.raises(TemplateError):
            Template.of(bad)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Russia (Soviet Union)", "RUS"),
        ("DR Congo (Zaire)", "COD"),
        ("Cambodia (Kampuchea)", "KHM"),
        ("Ivory Coast", "CIV"),
        ("PRK", "PRK"),
        ("Kenya", "KEN"),
        ("Ruritania", ""),
        ("BY", ""),
    ],
)
def test_countries_by_the_names_that_databases_use(word, code):
    assert country_code(word) == code


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_every_map_is_sound_and_has_a_page(path):
    assert read_map(path, read_contract(ROOT / "data")).title
    assert (ROOT / "docs" / "import" / f"{path.stem}.md").is_file()
    types = set(rows_of(ROOT / "data", "event_types"))
    for codes in tomllib.loads(path.read_text()).get("codes", {}).values():
        if "file" in codes:
            rows = csv.DictReader((SHIPPED / codes["file"]).read_text().splitlines())
            assert {row["type"] for row in rows} <= types


ACLED = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]


def test_acled(folder, bring_in):
    text = tabular(
        ACLED,
        {
            "event_id_cnty": "ARM101",
            "event_date": "2024-05-06",
            "time_precision": 2,
            "event_type": "Battles",
            "sub_event_type": "Armed clash",
            "actor1": "Army of A",
            "actor2": "Band of B",
            "country": "Armenia",
            "location": "Hilltown",
            "source": "Hill Radio; Valley News",
            "notes": "SECRET NOTES",
            "fatalities": 3,
        },
        {
            "event_id_cnty": "MLI7",
            "event_date": "06 May 2024",
            "time_precision": 3,
            "event_type": "Protests",
            "sub_event_type": "Peaceful protest",
            "actor1": "Protesters",
            "country": "Mali",
            "source": "Hill Radio",
            "fatalities": 0,
        },
    )
    code, said = bring_in(text, "acled")
    assert code == 0, said
    claim = rows_of(folder, "claims")["ACLED-C-ARM101"]
    assert claim["statement"] == (
        "Armed clash: Army of A and Band of B, in Hilltown; 3 reported killed."
    )
    assert (claim["value"], claim["date"]) == ("3", "2024-05-06~")
    assert rows_of(folder, "events")["ACLED-MLI7"]["date"] == "2024-05"
    sources = rows_of(folder, "sources", "ACLED")
    assert [(row["publisher"], row["lineage"]) for row in sources.values()] == [
        ("ACLED (Hill Radio; Valley News)", "hill-radio"),
        ("ACLED (Hill Radio)", "hill-radio"),
    ]
    assert b"SECRET" not in b"".join(
        text for name, text in contents(folder).items() if "documents" not in name
    )
    assert check(folder).exit_code == 0


def test_ucdp_ged(folder, bring_in):
    columns = [
        "id",
        "relid",
        "year",
        "type_of_violence",
        "conflict_name",
        "dyad_name",
        "side_a",
        "side_b",
        "source_article",
        "country",
        "country_id",
        "region",
        "adm_1",
        "event_clarity",
        "date_prec",
        "date_start",
        "date_end",
        "deaths_a",
        "deaths_b",
        "deaths_civilians",
        "deaths_unknown",
        "best",
        "high",
        "low",
    ]
    row = {
        "id": 4242,
        "type_of_violence": 1,
        "side_a": "Government of Syria",
        "side_b": "Band of B",
        "country": "Syria",
        "adm_1": "Homs",
        "date_prec": 2,
        "date_start": "2023-02-03 00:00:00.000",
        "date_end": "2023-02-05 00:00:00.000",
        "best": 12,
    }
    other = row | {"id": 4243, "date_prec": 4, "date_end": "2023-02-28"}
    other |= {"date_start": "2023-02-01", "country": "DR Congo (Zaire)"}
    code, said = bring_in(tabular(columns, row, other), "ucdp-ged")
    assert code == 0, said
    events = rows_of(folder, "events", "UCDP")
    assert events["UCDP-4242"]["date"] == "2023-02-03/2023-02-05"
    assert events["UCDP-4243"]["date"] == "2023-02"
    assert events["UCDP-4243"]["partners"] == "COD"
    assert events["UCDP-4242"]["channel"] == "context"
    assert rows_of(folder, "claims")["UCDP-C-4242"]["value"] == "12"
    assert check(folder).exit_code == 0


@pytest.mark.slow
def test_maverick_reports_of_one_event_bear_each_other_out(folder, bring_in):
    columns = [
        "id",
        "event_id",
        "country",
        "election",
        "date_start",
        "date_end",
        "city",
        "location",
        "actor1",
        "actor2",
        "deaths_best",
        "source",
    ]
    row = {
        "id": 1,
        "event_id": 77,
        "country": "Kenya",
        "date_start": "2007-12-30",
        "date_end": "2007-12-31",
        "city": "Lakeside",
        "location": "NA",
        "actor1": "Youths",
        "actor2": "Police",
        "deaths_best": 2,
        "source": "Lake Herald",
    }
    second = row | {"id": 2, "deaths_best": "NA", "source": "Rights Watchers"}
    code, said = bring_in(tabular(columns, row, second), "maverick")
    assert code == 0, said
    claims = rows_of(folder, "claims", "MAVERICK")
    assert {claim["event_id"] for claim in claims.values()} == {"MAVERICK-77"}
    assert [claim["unit"] for claim in claims.values()] == ["deaths, best estimate", ""]
    dataset = load(folder)
    ours = dataset.claims[dataset.claims["event_id"] == "MAVERICK-77"]
    assert set(ours["credibility"]) == {1}
    assert check(folder).exit_code == 0


ICEWS = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
]


@pytest.mark.slow
def test_icews_takes_acts_between_the_power_and_a_partner(folder, bring_in):
    row = {
        "Event ID": 900,
        "Event Date": "2016-02-03",
        "Source Name": "Minister A",
        "Source Country": "Russian Federation",
        "CAMEO Code": "173",
        "Target Name": "Trader B",
        "Target Country": "Armenia",
        "Publisher": "Wire House",
        "City": "Hilltown",
    }
    swapped = row | {
        "Event ID": 901,
        "CAMEO Code": "057",
        "Source Country": "Armenia",
        "Target Country": "Russian Federation",
    }
    foreign = row | {"Event ID": 902, "Source Country": "Iran"}
    unknown = row | {"Event ID": 903, "Target Country": "Atlantis"}
    text = tabular(ICEWS, row, swapped, foreign, unknown, delimiter="\t")
    code, said = bring_in(text, "icews", name="events.tab")
    assert code == 0, said
    assert "rows left out (2): 2 not between the focal power and a partner" in said
    events = rows_of(folder, "events", "ICEWS")
    assert len(events) == 2
    coerced, signed = events.values()
    assert coerced["headline"] == "Russia coerced Armenia"
    assert (coerced["channel"], coerced["direction"]) == ("abandonment", "-1")
    assert signed["headline"] == "Armenia signed an agreement with Russia"
    assert (signed["type"], signed["direction"]) == ("PACT_TIGHTEN", "1")
    assert check(folder).exit_code == 0


@pytest.mark.slow
def test_gdelt_has_no_header_and_names_its_sites(folder, bring_in):
    columns = tomllib.loads((SHIPPED / "gdelt.toml").read_text())["table"]["columns"]
    assert len(columns) == 61
    row = {
        "GLOBALEVENTID": 1000001,
        "SQLDATE": 20240307,
        "Actor1Name": "YEREVAN",
        "Actor1CountryCode": "ARM",
        "Actor2CountryCode": "RUS",
        "IsRootEvent": 1,
        "EventCode": "112",
        "DATEADDED": 20240308120000,
        "SOURCEURL": "https://www.hill-radio.example/a/b?c=1",
    }
    passing = row | {"GLOBALEVENTID": 1000002, "IsRootEvent": 0}
    dutch = row | {
        "GLOBALEVENTID": 1000003,
        "Actor1Name": "",
        "Actor1CountryCode": "NLD",
        "SOURCEURL": "",
    }
    text = tabular(columns, row, passing, dutch, delimiter="\t").partition("\n")[2]
    code, said = bring_in(text, "gdelt", name="20240308.export.CSV")
    assert code == 0, said
    assert "1 told in passing (IsRootEvent 0)" in said
    event, other = rows_of(folder, "events", "GDELT").values()
    assert other["headline"] == "The Netherlands disapproved of Russia"
    assert event["headline"] == "Armenia disapproved of Russia"
    assert event["channel"] == "defection"
    source, unnamed = rows_of(folder, "sources", "GDELT").values()
    assert (unnamed["title"], unnamed["publisher"]) == ("GDELT, 2024-03", "")
    assert source["publisher"] == "hill-radio.example"
    assert (source["published"], source["reliability"]) == ("2024-03", "E")
    assert check(folder).exit_code == 0


@pytest.mark.slow
def test_polecat(folder, bring_in):
    columns = [
        "Event ID",
        "Event Date",
        "Event Type",
        "Event Mode",
        "Intensity",
        "Quad Code",
        "Contexts",
        "Actor Name",
        "Actor Country",
        "Recipient Name",
        "Recipient Country",
        "Placename",
        "City",
        "Country",
        "Source",
        "Publication Date",
        "Language",
    ]
    row = {
        "Event ID": "20230405-7-abc-SANCTION-None",
        "Event Date": "2023-04-04",
        "Event Type": "SANCTION",
        "Actor Name": "None",
        "Actor Country": "RUS",
        "Recipient Country": "ARM; None",
        "Source": "Wire House",
        "Publication Date": "2023-04-05",
    }
    text = tabular(columns, row, delimiter="\t")
    code, said = bring_in(text, "polecat", name="polecat.txt")
    assert code == 0, said
    (event,) = rows_of(folder, "events", "POLECAT").values()
    assert event["partners"] == "ARM"
    assert (event["type"], event["channel"]) == ("TRADE_RESTRICT", "abandonment")
    (claim,) = rows_of(folder, "claims", "POLECAT").values()
    assert claim["statement"] == "Russia put sanctions on Armenia."
    assert claim["locator"] == row["Event ID"]
    assert check(folder).exit_code == 0


def test_the_contract_of_an_older_folder_is_named(folder, bring_in):
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        resource["schema"]["fields"] = [f for f in fields if f["name"] != "locator"]
    rules = package["allywatch"]["row_rules"]
    package["allywatch"]["row_rules"] = [r for r in rules if "locator" not in str(r)]
    path.write_text(json.dumps(package), encoding="utf-8")
    code, said = bring_in(SHEET)
    assert code == 2
    assert "must have the column locator in claims" in said
