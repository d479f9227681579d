"""A network of one's own: a new data folder, partners from the lists of countries, and the README's own commands."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile

import pandas as pd
import pytest
from conftest import ROOT

from allywatch.check import check
from allywatch.cli import main
from allywatch.data import countries, loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk.curate import undo
from allywatch.desk.start import template
from allywatch.page.charts.tiles import subtitle

THESIS = ("--power", "FRA", "--thesis", "Gone", "--stance", "erosive")


@pytest.fixture(autouse=True)
def no_documents_elsewhere(monkeypatch):
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)


@pytest.fixture
def started(tmp_path):
    """A new data folder on ties with the United States."""
    folder = tmp_path / "us"
    assert main(["init", str(folder), "--power", "USA"]) == 0
    return folder


def partner_rows(folder):
    with (folder / "partners.csv").open(newline="", encoding="utf-8") as file:
        return {row["partner_id"]: row for row in csv.DictReader(file)}


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# What countries are called


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Kosovo", "XKX"),
        ("Côte d'Ivoire", "CIV"),
        ("cote d’ivoire", "CIV"),
        ("Timor Leste", "TLS"),
        ("guinea-bissau", "GNB"),
        ("the Netherlands", "NLD"),
        ("Viet Nam", "VNM"),
        ("Turkey", "TUR"),
        ("NA", "NAM"),
        ("UK", "GBR"),
    ],
)
def test_a_country_is_found_by_any_of_its_names_whole(words, code):
    assert countries.country(words).code == code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Nigr", "Did you mean Niger (NER)"),
        ("Congo", "Democratic Republic of the Congo (COD) or Congo (COG)"),
        ("Korea", "South Korea (KOR) or North Korea (PRK)"),
    ],
)
def test_what_names_no_country_or_two_is_refused(words, says):
    with pytest.raises(countries.UnknownCountry) as caught:
        countries.country(words)
    assert says in str(caught.value)
    assert countries.code_of(words) == ""


def test_what_a_list_leaves_open_stays_blank_and_is_said():
    korea = countries.country("South Korea")
    assert korea.adjective == ""
    assert korea.remarks == ("no adjective: “Korean” is that of another country, too",)
    africa = countries.country("South Africa")
    assert (africa.adjective, africa.capitals) == ("South African", ())
    assert "Pretoria" in africa.remarks[0]
    assert countries.country("Kazakhstan").capitals == ("Astana",)


def test_every_listed_country_fits_the_contract(started, capsys):
    codes = [code for code in countries.country_lists.entries() if code != "USA"]
    assert main(["partner", "add", *codes, "--data", str(started)]) == 0
    assert len(loading.load(started).partners) == len(codes) + 1


# A new folder


def test_the_template_is_the_shipped_contract_without_what_is_its_own():
    shipped = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    again = "run: python -m allywatch.desk.start.template data"
    assert template.written(template.general(shipped)) == template.read(
        "datapackage.json"
    ), again
    types = (ROOT / "data" / "event_types.csv").read_text("utf-8")
    assert template.read("event_types.csv") == types, again


def test_the_template_names_no_actor_of_the_shipped_network():
    """But NATO, whose doctrine the grades are taken from, and words that are English, too."""
    text = template.read("datapackage.json") + template.read("event_types.csv")
    with (ROOT / "data" / "partners.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = [row["name"], row["adjective"], *row["capital"].split(";")]
            for name in set(names) - {"", "NATO", "US", "Western"}:
                assert not re.search(rf"\b{re.escape(name)}\b", text), name
    assert "Kremlin" not in text


@pytest.mark.slow
def test_a_new_folder_is_sound_and_says_what_it_lacks(started, tmp_path, capsys):
    report = check(started)
    assert report.exit_code == 0
    assert "sound: 0 sources, 0 claims" in report.text
    out = tmp_path / "out"
    arguments = ["--notebooks", str(ROOT / "notebooks"), "--out", str(out)]
    assert main(["build", "--data", str(started), *arguments]) == 2
    assert "allywatch source add" in capsys.readouterr().err
    assert not (out / "latest").exists()
    power = partner_rows(started)["USA"]
    assert (power["name"], power["adjective"]) == ("United States", "American")
    assert "the United States" in power["aliases"].split(";")
    assert "thesis" not in loading.load(started).rules


def test_what_is_said_of_the_power_stands_and_a_thesis_is_stated(tmp_path):
    folder = tmp_path / "velmora"
    named = ["--power", "XVE", "--name", "the Velmoran Isles", "--adjective", "Isles"]
    thesis = ["--thesis", "The Isles keep their friends", "--stance", "deepening"]
    assert main(["init", str(folder), *named, *thesis, "--direction", "closer"]) == 0
    assert (
        partner_rows(folder)["XVE"]
        | {
            "name": "Velmoran Isles",
            "aliases": "the Velmoran Isles",
            "adjective": "Isles",
        }
        == partner_rows(folder)["XVE"]
    )
    rules = loading.load(folder).rules
    assert rules["thesis"] == {
        "words": "The Isles keep their friends",
        "stance": "deepening",
        "direction": 1,
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--power", "Velmora"], "No country is called 'Velmora'"),
        (["--power", "XAL", "--name", "Alva", "--sample"], "must not repeat"),
        (
            (*THESIS, "--direction", "away"),
            "choose from erosion, mixed, deepening",
        ),
    ],
)
def test_a_refused_folder_leaves_nothing(tmp_path, capsys, arguments, says):
    assert main(["init", str(tmp_path / "new" / "data"), *arguments]) == 2
    assert says in capsys.readouterr().err
    assert not contents(tmp_path)


def test_a_folder_with_anything_in_it_is_left_as_it_is(started, tmp_path, capsys):
    before = contents(started)
    assert main(["init", str(started), "--power", "FRA"]) == 2
    assert "not empty" in capsys.readouterr().err
    assert contents(started) == before
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["init", str(empty), "--power", "FRA"]) == 0
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / ".git").write_text("")
    assert main(["init", str(hidden), "--power", "FRA"]) == 2


@pytest.mark.slow
def test_the_installed_package_holds_the_template(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    source = tmp_path / "source"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if name.startswith("lib/") or "/" not in name:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command += ["--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    # What pip and setuptools warn of is none of ours.
    quiet = {
        name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"
    }
    subprocess.run(command, check=True, env=quiet)
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    folder = "allywatch/desk/start/template"
    for name in ("datapackage.json", "event_types.csv", "sample.toml"):
        assert f"{folder}/{name}" in held


# Partners and claims


@pytest.mark.slow
def test_partners_are_added_all_or_none(started, capsys):
    data = ["--data", str(started)]
    before = contents(started)
    assert main(["partner", "add", "Japan", "Nigr", "Congo", *data]) == 2
    said = capsys.readouterr().err
    assert "Niger (NER)" in said
    assert "(COD) or Congo (COG)" in said
    assert contents(started) == before
    assert main(["partner", "add", "Japan", "South Korea", "Kosovo", *data]) == 0
    assert "“Korean” is that of another country" in capsys.readouterr().out
    rows = partner_rows(started)
    assert (rows["JPN"]["adjective"], rows["JPN"]["capital"]) == ("Japanese", "Tokyo")
    assert (rows["KOR"]["tile_row"], rows["KOR"]["adjective"]) == ("", "")
    assert rows["XKX"]["adjective"] == "Kosovan"
    assert main(["partner", "add", "JPN", *data]) == 2
    assert main(["partner", "add", "XNT", "--name", "NATO", *data]) == 0
    undo(started)
    assert "XNT" not in partner_rows(started)


def test_a_judgement_may_name_the_capital_of_an_actor_that_its_rows_name(
    tmp_path, capsys
):
    folder = tmp_path / "sample"
    assert main(["init", str(folder), "--power", "USA", "--sample"]) == 0
    texts = {"J1": "What Port Alva has paid.", "J2": "What Kest has paid."}
    with (folder / "judgements.csv").open("a", encoding="utf-8") as file:
        for key, text in texts.items():
            file.write(f"{key},XAL,gap,,,{text},,XAL-02,,2026-01-01,\n")
    assert main(["confirm", "--all", "--data", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "in 1 place(s)" in said
    assert "'Kest'" in said


@pytest.mark.slow
def test_a_claim_that_does_not_fit_changes_nothing(started, tmp_path, capsys):
    data = ["--data", str(started)]
    article = tmp_path / "article.txt"
    article.write_text("Japan signed a pact. Japan signed\na pact again.\n", "utf-8")
    assert main(["partner", "add", "Japan", *data]) == 0
    assert main(["source", "add", str(article), "--title", "A", "--stance", "mixed", "--source-id", "S1", *data]) == 0  # fmt: skip
    before = contents(started)
    for passage, cells, says in (
        ("signed a pact", ["partners=JPN"], "stands 2 times"),
        ("left a pact", ["partners=JPN"], "does not stand in article.txt"),
        ("pact again", ["parners=JPN"], "did you mean partners"),
        ("pact again", ["statement=x"], "a new event needs partners"),
        ("pact again", ["partners=JPN", "type=PACT"], "event_types.csv"),
    ):
        assert main(["claim", "add", "S1", passage, *cells, *data]) == 2
        assert says in capsys.readouterr().err
    assert contents(started) == before


def test_the_map_says_who_has_no_place_on_it_where_others_have_one():
    columns = ["name", "tile_row", "tile_col"]
    rows = [("Alva", 1, 1), ("Kest", None, None), ("Tor", None, None)]
    table = pd.DataFrame(rows, columns=columns)
    assert subtitle(table).endswith("; below, without a place on it: Kest and Tor")
    assert subtitle(table[1:]) == subtitle(table[:1])


# The README


@pytest.mark.slow
def test_the_readme_walks_from_an_empty_folder_to_a_briefing(tmp_path):
    section = (ROOT / "README.md").read_text("utf-8").split("## A network of your own")
    blocks = re.findall(r"```sh\n(.*?)```", section[1].split("\n## ")[0], re.DOTALL)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    command = f'allywatch() {{ "{sys.executable}" -m allywatch.cli "$@"; }}\nset -e\n'
    walked = subprocess.run(
        ["bash", "-c", command + "".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert "South Korea: no adjective" in walked.stdout
    assert "passages verified: 2 of 2" in walked.stdout
    latest = tmp_path / "my-reports" / "latest"
    page = (latest / "country_briefing_JPN.html").read_text("utf-8")
    assert "Fishing pact signed" in page
    assert "ties with the United States" in page
    for name in ("index", "methodology"):
        words = (latest / f"{name}.html").read_text("utf-8")
        assert "ties with the United States" in words, name
    for name in ("Russia", "Moscow", "CSTO"):
        for path in latest.glob("*.html"):
            assert name not in path.read_text("utf-8"), path.name


def test_the_sample_makes_a_first_briefing(tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    assert main(["init", str(data), "--power", "USA", "--sample"]) == 0
    report = check(data)
    assert (report.exit_code, "passages verified: 8 of 8" in report.text) == (0, True)
    notebooks = ["--notebooks", str(ROOT / "notebooks")]
    built = ["build", "XAL", "--data", str(data), "--out", str(out), *notebooks]
    assert main(built) == 0
    page = (out / "latest" / "country_briefing_XAL.html").read_text("utf-8")
    assert "Alvania renewed its coast pact with the United States" in page
    assert "Made-up Courier" in page
