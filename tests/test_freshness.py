"""Only what changed is built, and what is not built would have come out the same."""

import csv
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shared
from conftest import spoil
from setting import executed

from allywatch import briefings, cli
from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.evidence import dossiers, parts
from briefmill import freshness
from briefmill.editions import manifest

REPOSITORY = Path(__file__).parents[1]
SLOW = ("pandas", "matplotlib", "papermill", "nbformat", "nbconvert")


# What a key says


def keys(data: Path) -> dict[str, dict[str, str]]:
    planned = plan(data, REPOSITORY / "notebooks")
    made = freshness.keys(planned)
    return {job.unit or job.name: made[job.name] for job in planned.jobs}


def page(data: Path, partner: str) -> str:
    """All that the briefing on `partner` consists of, before it is set."""
    book = executed("country_briefing", partner=partner, data_dir=str(data))
    shown = [output.data for cell in book.cells for output in cell.get("outputs", [])]
    assert len(shown) > 15
    return json.dumps(shown)


@pytest.mark.slow
def test_what_a_changed_cell_does_not_touch_comes_out_the_same(tmp_path):
    """One cell of the real data is changed at a time; of the briefings whose key is the same, one is drawn anew."""
    data = tmp_path / "data"
    shutil.copytree(REPOSITORY / "data", data)
    chance, before = random.Random(1), keys(data)
    pages: dict[str, str] = {}
    tried = touched = 0
    while tried < 12:
        table = chance.choice(
            [
                "claims",
                "claims",
                "events",
                "relations",
                "judgements",
                "partners",
                "sources",
            ]
        )
        original = (data / f"{table}.csv").read_bytes()
        _change_a_cell(data / f"{table}.csv", chance)
        try:
            after = keys(data)
        except ContractError:  # the change is none that the data may hold
            continue
        else:
            tried += 1
            same = [
                partner
                for partner in before
                if partner in after and before[partner] == after[partner]
            ]
            touched += len(before) - len(same)
            assert not {"overview_briefing", "methodology"} & set(same)
            if same:
                partner = chance.choice(same)
                now = page(data, partner)
                (data / f"{table}.csv").write_bytes(original)
                assert pages.setdefault(partner, page(data, partner)) == now, (
                    table,
                    partner,
                )
        finally:
            (data / f"{table}.csv").write_bytes(original)
    assert (
        2 * tried < touched < len(before) * tried
    )  # some change touches some briefing and not all


def _change_a_cell(path: Path, chance: random.Random) -> None:
    """Change one cell to the one below it, or its text by a word."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    line, column = chance.randrange(len(rows)), chance.randrange(1, len(header))
    other = rows[(line + 1) % len(rows)][column]
    rows[line][column] = other if other != rows[line][column] else f"{other} again"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@pytest.mark.parametrize(
    ("table", "key", "cells", "touched"),
    [
        ("claims", "C1", {"statement": "The garrison stood by."}, {"XAR"}),
        ("events", "E5", {"summary": "Of another partner."}, {"XBE"}),
        (
            "claims",
            "C1",
            {"modality": "denied"},
            {"XAR"},
        ),
        ("sources", "S1", {"reliability": "C"}, {"XAR", "XBE", "XCO"}),
    ],
)
def test_a_changed_row_touches_the_briefings_it_is_in(tiny, table, key, cells, touched):
    before = keys(tiny)
    spoil(tiny, table, key, **cells)
    after = keys(tiny)
    network = {"methodology", "overview_briefing"}
    assert {name for name in before if before[name] != after[name]} - network == touched
    assert network <= {name for name in before if before[name] != after[name]}
    was = {"code": {}}
    for name in touched:
        assert f"{table} {key} changed" in freshness.changed(
            briefings, after[name], {"key": before[name]}, was
        )


def test_a_dossier_of_the_part_is_the_dossier_of_the_whole(tiny):
    dataset = loading.load(tiny)
    for partner in ("XAR", "XBE"):
        whole, own = (
            dossiers.dossier(each, partner)
            for each in (dataset, parts.part(dataset, partner))
        )
        assert whole.events.equals(own.events)
        assert whole.claims.equals(own.claims)
        assert whole.lines == own.lines


# The pages beside it


def with_bellona(data: Path) -> None:
    """Add a partner between Bellmark and Corsund, with an event of its own."""
    with (data / "claims.csv").open(newline="", encoding="utf-8") as file:
        claim = next(row for row in csv.DictReader(file) if row["claim_id"] == "C16")
    _append(data, "partners", partner_id="XBO", name="Bellona", adjective="Bellonan")
    event = {"partners": "XBO", "type": "DIPLOMATIC_CRITICISM", "channel": "defection"}
    event |= {"dimension": "reputational", "direction": "-1", "intensity": "1"}
    _append(data, "events", event_id="E13", headline="A", summary="A.", **event)
    _append(data, "claims", **claim | {"claim_id": "C18", "event_id": "E13"})


def _append(data: Path, table: str, **cells: str) -> None:
    path = data / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, header, "", lineterminator="\n").writerow(cells)


@pytest.mark.slow
def test_a_partner_that_comes_or_goes_touches_its_neighbours_alone(tiny):
    """By name Arvenia, Bellmark, Bellona, Corsund: each page leads to the one before and the one after."""
    before = keys(tiny)
    with_bellona(tiny)
    after = keys(tiny)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"XBE", "XCO", "overview_briefing", "methodology"}
    for code in ("XBE", "XCO"):
        for one, other in ((before, after), (after, before)):
            was = {"key": one[code]}
            why = freshness.changed(briefings, other[code], was, {"code": {}})
            assert why == ("the pages beside it changed",)


@pytest.mark.slow
def test_a_new_name_touches_the_pages_that_lead_to_it(tiny):
    before = keys(tiny)
    spoil(tiny, "partners", "XCO", name="Corsunda")
    after = keys(tiny)
    assert before["XAR"] == after["XAR"]
    was = {"key": before["XBE"]}
    why = freshness.changed(briefings, after["XBE"], was, {"code": {}})
    assert "the pages beside it changed" in why


# What a build does with it


@pytest.fixture(scope="module")
def built():
    """A folder of data and notebooks, and a whole edition made of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(DOCUMENTS_VARIABLE, raising=False)
        patch.chdir(shared.tiny_edition())
        yield shared.tiny_edition()


@pytest.fixture
def changed(built, tmp_path, monkeypatch):
    """A copy of it, to be changed."""
    folder = tmp_path / "changed"
    shutil.copytree(built, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


def links(page: Path) -> dict[str, str]:
    """Where the page leads beside itself, by the words of the link."""
    pairs = re.findall(r'<a href="([^#"][^"]*)">([^<]*)</a>', page.read_text("utf-8"))
    return {words: address for address, words in pairs}


def test_each_page_leads_to_all_briefings_to_its_pdf_and_to_its_neighbours(built):
    latest = built / "reports" / "latest"
    index, pdf = ("All briefings", "index.html"), "country_briefing_{}.pdf"
    assert links(latest / "country_briefing_XBE.html") == {
        **dict([index]),
        "PDF": pdf.format("XBE"),
        "← Arvenia": "country_briefing_XAR.html",
        "Corsund →": "country_briefing_XCO.html",
    }
    first, last = (
        links(latest / f"country_briefing_{code}.html") for code in ("XAR", "XCO")
    )
    assert list(first) == ["All briefings", "PDF", "Bellmark →"]
    assert list(last) == ["All briefings", "PDF", "← Bellmark"]
    assert links(latest / "overview_briefing.html") == dict(
        [index, ("PDF", "overview_briefing.pdf")]
    )
    for page in latest.glob("*_briefing*.html"):
        for address in links(page).values():
            assert (latest / address).is_file()


@pytest.mark.slow
def test_no_page_leads_to_one_that_was_not_made(built, tmp_path):
    """Some briefings alone, where there are no others: the page of a neighbour is not there to be led to."""
    out = str(tmp_path / "some")
    assert cli.main(["build", "XAR", "XCO", "--out", out]) == 0
    latest = tmp_path / "some" / "latest"
    for code in ("XAR", "XCO"):
        found = links(latest / f"country_briefing_{code}.html")
        assert list(found) == ["All briefings", "PDF"]
    # With its neighbours there it leads to them; they lead back once they are made again.
    assert cli.main(["build", "XBE", "--out", out]) == 0
    found = links(latest / "country_briefing_XBE.html")
    assert list(found) == ["All briefings", "PDF", "← Arvenia", "Corsund →"]
    assert cli.main(["build", "XAR", "--out", out]) == 0
    assert "Bellmark →" in links(latest / "country_briefing_XAR.html")


def build(*arguments: str, capsys) -> tuple[str, str]:
    """What a build says on both streams."""
    capsys.readouterr()
    assert cli.main(["build", *arguments]) == 0
    return tuple(capsys.readouterr())


def test_with_nothing_changed_nothing_is_built_imported_or_written(built):
    before = {path: path.stat().st_mtime_ns for path in (built / "reports").rglob("*")}
    script = "import sys; from allywatch import cli; print(cli.main(['build']), *sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=built,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith(
        "Nothing to build: all 5 are current: reports/latest/index.html\n0 "
    )
    assert not set(SLOW) & set(told.stdout.split())
    assert {
        path: path.stat().st_mtime_ns for path in (built / "reports").rglob("*")
    } == before


def test_a_build_explains_what_changed_and_makes_that_alone(changed, capsys):
    spoil(changed / "data", "claims", "C1", statement="The garrison stood by.")
    _, told = build("--explain", capsys=capsys)
    assert "country_briefing_XAR: claims C1 changed; judgements J1 changed\n" in told
    assert "country_briefing_XBE: nothing it is made from has changed\n" in told
    assert "3 briefings, " in told
    assert "2 are current" in told
    said = manifest.read(changed / "reports" / "latest")["briefings"]
    untouched = {"country_briefing_XBE", "country_briefing_XCO"}
    assert {
        name for name, briefing in said.items() if briefing["status"] == "current"
    } == untouched
    assert len({briefing["output"]["inputs_sha256"] for briefing in said.values()}) == 1


@pytest.mark.slow
def test_a_changed_notebook_parameter_and_file_are_told(changed, capsys):
    notebook = changed / "notebooks" / "overview_briefing.ipynb"
    read = json.loads(notebook.read_bytes())
    read["cells"][-1]["source"] = ["attached.network_attachments(net)  # all of them"]
    notebook.write_text(json.dumps(read))
    (changed / "reports" / "latest" / "country_briefing_XBE.pdf").write_bytes(b"%PDF")
    (changed / "reports" / "latest" / "thumbnails" / "methodology.png").unlink()
    _, told = build("--explain", capsys=capsys)
    assert f"overview_briefing: cell {len(read['cells'])} changed\n" in told
    assert (
        "country_briefing_XBE: country_briefing_XBE.pdf is not what was built\n" in told
    )
    assert "methodology: thumbnails/methodology.png is gone\n" in told
    assert "country_briefing_XAR: nothing" in told


@pytest.mark.slow
def test_what_was_made_by_another_library_is_not_current(changed, capsys):
    latest = changed / "reports" / "latest"
    said = manifest.read(latest)
    (state,) = said["code"]
    other = said["code"].pop(state) | {
        "the library’s allywatch/evidence/scoring.py": "0"
    }
    said["code"][freshness.fingerprint(other)] = other
    for briefing in said["briefings"].values():
        briefing["output"]["key"]["code"] = freshness.fingerprint(other)
    said["request"] = ""
    manifest.write(latest, said)
    _, told = build("XBE", "--explain", capsys=capsys)
    assert (
        "country_briefing_XBE: the library’s allywatch/evidence/scoring.py changed\n"
        in told
    )


@pytest.mark.slow
def test_force_builds_what_is_current(changed, capsys):
    out, told = build("XBE", "--force", "--explain", capsys=capsys)
    assert "country_briefing_XBE: it was asked for" in told
    assert out.startswith("1 of 1 briefings made")
