"""Runs with nobody watching: whatever goes wrong, what is published stays whole, and the next run goes on.

The fault table in docs/unattended.md names these tests.
"""

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
import shared
from conftest import ROOT, spoil
from small import write_briefing
from test_fonts import bare  # noqa: F401

from allywatch import cli, doctor
from briefmill import clock
from briefmill.editions import composing, store, verifying
from briefmill.exits import SIGNALS
from briefmill.jobs import FILES

PARAMETERS = """\
partner: str = "XAR"
as_of: str = ""
data_dir: str = "../data"
before: str = "../before.json"
salt: str = ""
hangs: str = ""
dies: str = ""
"""
PAGE = """\
import os, signal, time
from allywatch.data import loading
from allywatch.evidence import dossiers, scoring, snapshots
from allywatch.page import tellers, wording
from briefmill.blocks import Masthead
dossier = dossiers.dossier(loading.load(data_dir, as_of), partner)
partner == dies and os.kill(os.getpid(), signal.SIGKILL)
partner == hangs and time.sleep(600)
display(Masthead(title=f"{partner} {salt}"))
shown = dossier, scoring.verdict(dossier), snapshots.read(before)
display(wording.chronology(dossier), wording.changes(*shown), tellers.references(dossier))
"""
NAMES = [f"country_briefing_{partner}" for partner in ("XAR", "XBE", "XCO")]


@pytest.fixture
def shop(tiny, tmp_path, monkeypatch):
    """A folder with the tiny data and one small notebook, with an edition of three briefings made of them."""
    write_briefing(tmp_path, PARAMETERS, PAGE, heading="What changed")
    monkeypatch.chdir(tmp_path)
    shared.edition("reports unattended", build)
    return tmp_path


def build(*arguments, out="reports"):
    return cli.main(["build", "--workers", "2", "--out", str(out), *arguments])


def state(out="reports"):
    """Every published file, name to what it holds, when it was written, and which file it is."""
    paths = [
        path
        for path in Path(out).rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    ]
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in paths
    }


def said(out="reports"):
    """The manifest, after a look at whether all it names is there and whole."""
    latest = Path(out, "latest")
    told = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))
    for briefing in told["briefings"].values():
        for file in (briefing["output"] or {"files": {}})["files"].values():
            assert (
                hashlib.sha256((latest / file["path"]).read_bytes()).hexdigest()
                == file["sha256"]
            )
    return told


# The fault table


@pytest.mark.slow
def test_killed_at_any_moment():
    """Ten times; `python tests/killing.py 200` for more."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "killing.py"), "10"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "10 runs" in run.stdout


@pytest.mark.slow
def test_nobody_reads_what_it_says(shop):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "allywatch.cli", "build", "-p", "salt=unheard"]
    run = subprocess.run(command, stdout=writing, stderr=writing)
    os.close(writing)
    assert run.returncode == 0
    assert said()["edition"]["number"] == 2


@contextlib.contextmanager
def mounted(place, size):
    """A small disk of its own at `place`; where none may be mounted the test is skipped."""
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place],
        capture_output=True,
    ).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.slow
def test_a_full_disk(shop, capsys):
    with mounted(shop / "disk", "2m") as out:
        assert build(out=out) == 0
        before = state(out)
        with (
            (out / "filler").open("wb", buffering=0) as filler,
            contextlib.suppress(OSError),
        ):
            while filler.write(b"x" * 4096):
                pass
        assert build("-p", "salt=1", out=out) == 2
        assert "No space left" in capsys.readouterr().err
        (out / "filler").unlink()
        assert state(out) == before
        assert build("-p", "salt=1", out=out) == 0
        assert said(out)["edition"]["number"] == 2


@pytest.mark.slow
def test_an_output_that_may_not_be_written(shop, capsys):
    with mounted(shop / "disk", "2m") as out:
        assert build(out=out) == 0
        before = state(out)
        subprocess.run(["mount", "-o", "remount,ro", out], check=True)
        assert build("-p", "salt=1", out=out) == 2
        assert "Nothing was published" in capsys.readouterr().err
        assert state(out) == before
        assert build(out=out) == 0  # with nothing to do, nothing has to be written


def test_a_missing_document(shop, capsys):
    (shop / "data" / "documents" / "gazette.txt").unlink()
    assert build() == 0
    findings = {
        each.about: each
        for each in doctor.examination(
            shop / "data", shop / "reports", shop / "none.toml"
        )
    }
    assert not findings["documents"].well
    assert "gazette.txt" in str(findings["documents"])


def test_a_corrupt_csv(shop, capsys):
    before = state()
    row = spoil(shop / "data", "events", "E3", direction="sideways")
    assert build() == 2
    complaint = capsys.readouterr().err
    assert all(
        words in complaint
        for words in ("events.csv", str(row), "direction", "sideways")
    )
    (shop / "data" / "claims.csv").write_bytes(b"\x00\xff\x00 not a table")
    assert build() == 2
    assert state() == before


def test_a_child_killed_as_for_memory(shop, capsys):
    """It is tried once more; then its partner keeps its last good PDF, said to be that, and the others are published."""
    good = Path("reports/latest/country_briefing_XBE.pdf").read_bytes()
    assert build("-p", "dies=XBE") == 1
    assert "FAILED" in capsys.readouterr().err
    told = said()
    assert [told["briefings"][name]["status"] for name in NAMES] == [
        "built",
        "failed",
        "built",
    ]
    kept = told["briefings"][NAMES[1]]["output"]
    assert (kept["edition"], told["edition"]["number"]) == (1, 2)
    assert Path("reports/latest/country_briefing_XBE.pdf").read_bytes() == good
    page = Path("reports/latest/index.html").read_text(encoding="utf-8")
    assert f"this PDF is from an earlier run, of {kept['made'][:10]}." in page
    assert Path("reports/failures/2/country_briefing_XBE.ipynb").is_file()
    (line,) = (
        Path("reports/failures/2/failures.txt").read_text(encoding="utf-8").splitlines()
    )
    notebook, partner, error = line.split("\t")
    assert (notebook, partner) == (
        "country_briefing.ipynb",
        "XBE",
    ) and "KILL" in error.upper()
    assert build() == 0
    assert said()["briefings"][NAMES[1]]["status"] == "built"


@pytest.mark.slow
def test_a_hanging_cell(shop, capsys):
    assert build("-p", "hangs=XCO", "--time-limit", "2") == 1
    told = said()["briefings"]
    assert [told[name]["status"] for name in NAMES] == ["built", "built", "failed"]
    assert re.search(r"limit|time", told[NAMES[2]]["error"])


def command(*arguments):
    return [sys.executable, "-m", "allywatch.cli", "build", *arguments]


def begun(process):
    """Wait until a run that hangs in a cell has begun with its jobs."""
    for line in process.stderr:
        if "at a time" in line:
            return
    pytest.fail("the run ended before it began")


@pytest.mark.slow
def test_two_runs_at_once(shop, capsys):
    before = state()
    with subprocess.Popen(
        command("-p", "hangs=XAR"), stderr=subprocess.PIPE, text=True
    ) as first:
        begun(first)
        assert build("-p", "salt=2") == 75
        complaint = capsys.readouterr().err
        here = socket.gethostname()
        assert f"process {first.pid} on {here}, started 20" in complaint
        assert cli.main(["prune", "--keep", "1"]) == 75
        first.kill()  # and the lock of the dead one is free
    assert state() == before
    assert build("-p", "salt=2") == 0


@pytest.mark.slow
@pytest.mark.parametrize("which", SIGNALS)
def test_interrupted(shop, which):
    before = state()
    with subprocess.Popen(
        command("-p", "hangs=XAR"),
        stderr=subprocess.PIPE,
        text=True,
        # Whoever started the tests may have had it ignored (`nohup`).
        preexec_fn=lambda: signal.signal(which, signal.SIG_DFL),
    ) as run:
        begun(run)
        run.send_signal(which)
        assert "nothing was changed" in run.communicate()[1]
        assert run.returncode == 130
    assert state() == before
    assert {path.name for path in Path("reports").iterdir()} <= {
        "editions",
        "latest",
        ".lock",
    }


@pytest.mark.slow
def test_a_clock_set_back(shop, monkeypatch):
    first = said()["edition"]
    monkeypatch.setattr(
        clock,
        "moment",
        lambda zone=datetime.UTC: datetime.datetime(1999, 12, 31, tzinfo=zone),
    )
    assert build("-p", "salt=1") == 0
    second = said()["edition"]
    assert second["made"] < first["made"]
    assert (second["number"], second["previous"]) == (
        first["number"] + 1,
        first["number"],
    )


@pytest.mark.slow
def test_a_foreign_time_zone_and_the_locale_c(shop, monkeypatch):
    shutil.copytree("reports", "before", symlinks=True)
    before = {name: Path("before/latest", f"{name}.pdf").read_bytes() for name in NAMES}
    env = os.environ | {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
    }
    run = subprocess.run(
        command("--force", "--out", "Ausgabe für später"),
        env=env,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert {
        name: Path("Ausgabe für später/latest", f"{name}.pdf").read_bytes()
        for name in NAMES
    } == before


# Publishing


def test_with_nothing_changed_no_published_file_is_touched(shop):
    before = state()
    assert build() == 0
    assert build("XAR") == 0
    assert build("--force") == 0  # made again, to the same bytes
    assert state() == before


@pytest.mark.slow
def test_what_is_new_is_on_the_disk_before_it_is_shown(shop, monkeypatch):
    """So that a power cut leaves a whole edition; what was there before is not written once more."""
    kept, synced, point, fsync = (
        {inode for *_, inode in state().values()},
        set(),
        store._point,
        os.fsync,
    )
    monkeypatch.setattr(
        os, "fsync", lambda file: (synced.add(os.fstat(file).st_ino), fsync(file))
    )

    def shown(out, place):
        published = [place.parent, place, *place.rglob("*")]
        assert {path.stat().st_ino for path in published} - kept <= synced
        assert not kept & synced
        synced.clear()
        point(out, place)

    monkeypatch.setattr(store, "_point", shown)
    spoil(
        shop / "data", "events", "E5", summary="Bellmark signed a very long contract."
    )
    assert build() == 0
    assert synced == {Path("reports").stat().st_ino}


@pytest.mark.slow
def test_what_has_not_changed_is_not_stored_twice(shop):
    spoil(
        shop / "data", "events", "E5", summary="Bellmark signed a very long contract."
    )
    assert build() == 0
    same = [
        name
        for name in NAMES
        if Path(f"reports/editions/1/{name}.pdf").samefile(f"reports/latest/{name}.pdf")
    ]
    assert "country_briefing_XBE" not in same and len(same) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True])
def test_where_links_cannot_be_made(shop, monkeypatch, killed):
    """`latest` is then a folder; a run killed between its two renamings is put right by the next."""

    def refused(*arguments, **options):
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refused)
    monkeypatch.setattr(os, "link", refused)
    rename = Path.rename

    def cut_short(self, target):
        if self.name == ".latest-new" and killed:
            raise SystemExit("killed")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", cut_short)
    if killed:
        with pytest.raises(SystemExit):
            build("-p", "salt=1")
        assert not Path("reports/latest").exists()
        monkeypatch.setattr(Path, "rename", rename)
    assert build("-p", "salt=2") == 0
    assert not Path("reports/latest").is_symlink()
    assert {each["parameters"]["salt"] for each in said()["briefings"].values()} == {
        "2"
    }
    assert build("-p", "salt=3") == 0
    assert said()["edition"]["number"] == len(store.numbers(Path("reports")))
    assert not [
        path for path in Path("reports").iterdir() if path.name.startswith(".latest")
    ]


@pytest.mark.parametrize("fault", ["cut", "another", "untagged", "lost"])
def test_a_pdf_that_is_not_fit_is_not_published(shop, tmp_path, fault):
    from types import SimpleNamespace

    folder = tmp_path / "job"
    folder.mkdir()
    pdf = folder / "briefing.pdf"
    for kind, name in FILES.items():
        place = store.PLACES[kind].format(name=NAMES[0])
        shutil.copy(Path("reports/latest", place), folder / name)
    outcome = SimpleNamespace(
        folder=folder, about={"attached": []}, job=SimpleNamespace(unit="XAR")
    )
    assert verifying.fault(outcome, "partner") == ""
    if fault == "cut":
        pdf.write_bytes(pdf.read_bytes()[:200])
    elif fault == "lost":
        outcome.about = {"attached": ["events.csv"]}
    else:
        with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
            if fault == "untagged":
                del opened.Root["/StructTreeRoot"]
            else:
                opened.attachments["run.json"] = json.dumps(
                    {"parameters": {"partner": "XBE"}}
                ).encode()
            opened.save()
    assert verifying.fault(outcome, "partner")


@pytest.mark.slow
def test_an_unfit_pdf_leaves_the_last_good_one(shop, monkeypatch):
    monkeypatch.setattr(
        verifying,
        "fault",
        lambda outcome, _: "it is odd" if outcome.job.unit == "XAR" else "",
    )
    assert build("-p", "salt=1") == 1
    told = said()["briefings"]["country_briefing_XAR"]
    assert "not fit to be published: it is odd" in told["error"]
    assert told["output"]["edition"] == 1


@pytest.mark.slow
def test_a_published_pdf_that_was_spoilt_is_made_again(shop):
    path = Path("reports/latest/country_briefing_XAR.pdf")
    path.write_bytes(b"spoilt")
    assert build() == 0
    said()


# What changed


@pytest.mark.slow
def test_changes_since_the_last_edition(shop, capsys):
    """New, withdrawn and regraded events and the direction: in CHANGES.md, in the manifest and on the page."""
    data = shop / "data"
    spoil(
        data,
        "events",
        "E3",
        channel="deepening",
        direction="1",
        headline="<b>[x](y)</b> `z`",
    )
    spoil(data, "claims", "C3", event_id="E1")
    events = (data / "events.csv").read_text(encoding="utf-8").splitlines()
    (data / "events.csv").write_text(
        "\n".join(line for line in events if not line.startswith("E2,")) + "\n"
    )
    assert build() == 0
    changes = Path("reports/latest/CHANGES.md").read_text(encoding="utf-8")
    told = said()["briefings"]["country_briefing_XAR"]
    lines = changes.split("## Arvenia\n")[1].split("##")[0].split("\n- ")[1:]
    assert len(told["changes"]) == len(lines)
    assert told["why"]
    direction, otherwise, revised, withdrawn, review = lines
    assert direction.startswith(
        "Direction: No direction, was moving away (gone: Arvenia sits"
    )
    # … with a headline that says just what it says, and a link to its number on the page
    assert otherwise == (
        r"Otherwise: \<b\>\[x\](y)\</b\> \`z\`: leads closer (before: leads away). "
        "[E3](country_briefing_XAR.html#2)"
    )
    assert revised.startswith("Revised: Garrison stays in barracks")
    assert revised.endswith("[E1](country_briefing_XAR.html#1)")
    assert withdrawn == "Withdrawn: Arvenia sits out the joint council. (E2)"
    assert review.startswith("Under review: implication “Arvenia looks for its safety")
    assert "E1 has another claim, C3" in review
    page = Path("reports/latest/country_briefing_XAR.html").read_text("utf-8")
    assert 'id="1"' in page and 'id="2"' in page
    printed = text(Path("reports/latest/country_briefing_XAR.pdf"))
    assert "Withdrawn. Arvenia sits out the joint council." in printed
    before = Path("reports/latest/country_briefing_XAR.pdf").read_bytes()
    assert (
        build("--force") == 0
    )  # made again from the same rows it says the same, not that nothing changed
    assert Path("reports/latest/country_briefing_XAR.pdf").read_bytes() == before


def text(pdf):
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(
            " ".join(page.get_textpage().get_text_range() for page in document).split()
        )


@pytest.mark.slow
def test_an_earlier_day_is_not_compared_with_a_later_edition(shop):
    assert build("--as-of", "2025-12-31") in (0, 1)
    for briefing in said()["briefings"].values():
        if briefing["status"] == "built":
            assert briefing["output"]["baseline"] is None


# The manifest


@pytest.mark.slow
def test_every_manifest_keeps_to_its_schema_and_names_no_machine(shop):
    import getpass

    import jsonschema

    build("-p", "dies=XBE")
    spoil(shop / "data", "events", "E3", headline="Another")
    build()
    for number in store.numbers(Path("reports")):
        folder = Path("reports/editions", str(number))
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(
            json.loads((folder / "manifest.schema.json").read_text())
        ).validate(told)
        words = json.dumps(told)
        assert str(shop) not in words and socket.gethostname() not in words
        assert getpass.getuser() == "root" or getpass.getuser() not in words
        assert told["engine"] in ("fork", "kernel")
        assert told["git"] is None  # this folder is no repository
    assert (
        set(composing.git(ROOT)) == {"commit", "dirty"} or not (ROOT / ".git").exists()
    )


# Retention


@pytest.mark.slow
def test_prune_keeps_the_newest_and_the_one_that_is_shown(shop, capsys):
    build("-p", "dies=XBE")
    for salt in range(3):
        build("-p", f"salt={salt}")
    assert store.numbers(Path("reports")) == [1, 2, 3, 4, 5]
    latest = Path("reports/latest")
    latest.unlink()
    latest.symlink_to("editions/3")  # put back by hand
    before = state()
    assert cli.main(["prune", "--keep", "1", "--dry-run"]) == 0
    assert "1, 2, 4 would be removed" in capsys.readouterr().out
    assert state() == before
    assert cli.main(["prune", "--keep", "1"]) == 0
    assert store.numbers(Path("reports")) == [3, 5]
    assert not Path("reports/failures/2").exists()
    said()
    assert cli.main(["prune", "--keep", "5"]) == 0
    assert store.numbers(Path("reports")) == [3, 5]


def test_prune_names_an_output_folder_that_is_not_there(tmp_path, capsys):
    nowhere = tmp_path / "nowhere"
    assert cli.main(["prune", "--keep", "1", "--out", str(nowhere)]) == 2
    assert str(nowhere) in capsys.readouterr().err
    assert not nowhere.exists()


# Logs


@pytest.mark.slow
def test_log_lines_for_a_machine(shop, capsys):
    assert build("-p", "dies=XBE", "--log", "json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all({"time", "event", "message"} <= set(line) for line in lines)
    assert [line["event"] for line in lines][:1] == ["start"]
    assert {line["event"] for line in lines} >= {"built", "failed", "end"}
    (failed,) = [line for line in lines if line["event"] == "failed"]
    assert (failed["partner"], failed["notebook"]) == ("XBE", "country_briefing.ipynb")
    assert failed["error"]


def test_what_is_logged_steers_no_terminal(capsys):
    from briefmill import log

    log()("a\x1b[2Jb\u202e c\nd" + "x" * 9000, "note")
    told = capsys.readouterr().err
    assert "\x1b" not in told and "\u202e" not in told and len(told) < 1200


# The doctor


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_the_doctor_says_what_is_wrong_and_what_to_do(shop, capsys):
    assert cli.main(["doctor"]) == 0
    well = capsys.readouterr().out
    for about in (
        "Python",
        "packages",
        "data",
        "documents",
        "fonts",
        "output",
        "engine",
        "schedules",
    ):
        assert f"ok   {about}" in well
    spoil(shop / "data", "partners", "XAR", name="Arvenia 中")
    (shop / "requirements.lock").write_text(
        "pandas==0.1 \\\nnothing-of-this-name==1.0 \\\n"
    )
    (shop / "pyproject.toml").write_text(
        '[tool.allywatch.schedule.x]\ncron = "61 * * * *"\n'
    )
    assert cli.main(["doctor"]) == 2
    told = capsys.readouterr().out
    assert re.search(
        r"BAD  packages: pandas .* instead of 0.1, nothing-of-this-name missing instead of 1.0\. Run: pip",
        told,
    )
    assert "BAD  fonts: no face draws U+4E2D" in told
    assert re.search(r"BAD  schedules: .*61", told)
    (shop / "data" / "claims.csv").unlink()
    assert cli.main(["doctor"]) == 2
    assert "BAD  data" in capsys.readouterr().out
