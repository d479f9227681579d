"""Faults from outside: what a run leaves behind, what it says, and what it takes for its own.

The fault table in docs/unattended.md names these tests beside those of test_unattended.py.
"""

import contextlib
import gc
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
import shared
from conftest import slow_but
from killing import descendants
from small import write_briefing
from test_engines import run

from allywatch import cli, doctor
from briefmill.editions import locking, store
from briefmill.editions import manifest as manifests
from briefmill.engine import children, endings, folders
from briefmill.exits import SIGNALS

PARAMETERS = """\
partner: str = "XAR"
as_of: str = ""
data_dir: str = "../data"
salt: str = ""
code: str = ""
"""
PAGE = """\
from briefmill.blocks import Masthead
display(Masthead(title=f"{partner} {salt}"))
exec(code)
"""
COMMAND = [sys.executable, "-m", "allywatch.cli", "build"]
NAME = "country_briefing_XAR"


@pytest.fixture
def bare(tiny, tmp_path, monkeypatch):
    """A folder with the tiny data and one small notebook, whose parameter `code` is run as its last cell."""
    write_briefing(tmp_path, PARAMETERS, PAGE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shop(bare):
    """The same with an edition of it."""
    shared.edition("reports of faults", build)
    return bare


def build(*arguments):
    return cli.main(["build", "--workers", "2", *arguments])


def manifest(folder="reports/latest"):
    return json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))


def findings(shop):
    examined = doctor.examination(shop / "data", shop / "reports", shop / "none.toml")
    return {each.about: each for each in examined}


def waited_for(condition, seconds=30):
    for _ in range(seconds * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text("latin-1").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[0] not in "ZX"


# Processes

#: A cell that leaves a program behind, in a session of its own, and goes on and on.
LEAVES = """\
import os, subprocess, time
programs = [subprocess.Popen(["sleep", "600"], start_new_session=own) for own in (False, True)]
pids = [os.getpid(), os.getppid(), *(each.pid for each in programs)]
open(os.environ["BEGUN"], "w").write(" ".join(map(str, pids)))
"""


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """The file in which `LEAVES` names its processes."""
    monkeypatch.setenv("BEGUN", str(tmp_path / "begun"))
    return tmp_path / "begun"


def begun_processes(begun):
    assert waited_for(lambda: begun.is_file() and begun.read_text())
    return list(map(int, begun.read_text().split()))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_jobs_end_with_a_run_that_is_killed(bare, begun, engine):
    code = f"code={LEAVES}time.sleep(600)"
    asked = [*COMMAND, "XAR", "--engine", engine, "-p", code]
    with subprocess.Popen(asked, stderr=subprocess.DEVNULL) as killed:
        processes = begun_processes(begun)
        processes += descendants(killed.pid)
        killed.kill()
    assert waited_for(lambda: not any(map(alive, processes)), 10)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_jobs_end_with_a_worker_that_is_killed(begun, engine):
    """A worker of Dask is a process like this, and asks for a job in some thread of its own."""
    program = "import sys, threading; from test_engines import run\n"
    program += "threading.Thread(target=run, args=sys.argv[1:2], kwargs={'engine': sys.argv[2]}).start()"
    asked = [sys.executable, "-c", program, LEAVES + "time.sleep(600)", engine]
    with subprocess.Popen(asked, cwd=Path(__file__).parent) as worker:
        processes = begun_processes(begun)
        processes += descendants(worker.pid)
        worker.kill()
    assert waited_for(lambda: not any(map(alive, processes)), 10)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_what_a_cell_has_started_ends_with_it(begun, engine):
    assert run(LEAVES + "1/0", engine=engine).status == "failed"
    processes = begun_processes(begun)
    assert waited_for(lambda: not any(map(alive, processes)), 5)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_a_file_of_the_current_folder_is_not_taken_for_a_module(bare, engine):
    for name in ("random", "statistics", "json", "matplotlib", "briefmill"):
        (bare / f"{name}.py").write_text("open('ran', 'w'); raise SystemExit(9)")
    program = "import os, sys; os.environ['NOT'] = ''; from allywatch import cli; sys.exit(cli.main(sys.argv[1:]))"
    asked = [sys.executable, "-P", "-c", program, "build", "XAR", "--engine", engine]
    done = subprocess.run(asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (bare / "ran").exists()


# A fork server that does not come up


def in_a_shell(words, **variables):
    return subprocess.run(
        ["sh", "-c", words, "sh", *COMMAND, "XAR"],
        capture_output=True,
        text=True,
        env=os.environ | variables,
    )


@pytest.mark.slow
def test_where_standard_error_is_closed_all_is_made(bare):
    assert in_a_shell('exec "$@" 2>&-').returncode == 0
    assert manifest()["briefings"][NAME]["status"] == "built"
    assert in_a_shell('exec "$@" -p salt=1 >&- 2>&- <&-').returncode == 0
    assert manifest()["briefings"][NAME]["parameters"]["salt"] == "1"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x" * 120, "a\nb", "blank é"])
def test_any_folder_for_temporary_files_will_do(bare, name):
    (bare / name).mkdir()
    done = in_a_shell('exec "$@"', TMPDIR=str(bare / name))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_where_nothing_can_be_written_nothing_is_published(bare, engine):
    done = in_a_shell(f'ulimit -f 1; exec "$@" --engine {engine}')
    assert done.returncode == 2, done.stderr
    assert "File too large" in done.stderr
    assert not Path("reports/latest").exists()


@pytest.mark.slow
def test_where_the_server_does_not_come_up_nothing_is_published(bare):
    (bare / "broken").mkdir()
    (bare / "broken" / "pypdfium2.py").write_text("raise ImportError('not for us')")
    done = in_a_shell(
        'exec "$@"', PYTHONPATH=f"{bare / 'broken'}:{sys.path[0]}:{lib()}"
    )
    assert done.returncode == 2
    assert "did not come up (ImportError: not for us)" in done.stderr
    assert not Path("reports/latest").exists()


def lib():
    return Path(cli.__file__).parents[1]


# Exit codes


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize(
    "streams", [">/dev/full", "2>/dev/full", ">/dev/full 2>&1", ">&-"]
)
def test_the_exit_code_is_that_of_the_work_whoever_listens(shop, streams):
    assert in_a_shell(f'exec "$@" {streams} -p salt=1').returncode == 0
    assert manifest()["edition"]["number"] == 2
    assert in_a_shell(f'exec "$@" {streams} -p "code=1/0"').returncode == 1
    assert in_a_shell(f'exec "$@" {streams} -p nothing=0').returncode == 2


@pytest.mark.slow
def test_a_path_that_the_terminal_cannot_show_fails_nothing(bare):
    done = in_a_shell('exec "$@" --out "spät"', PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert r"sp\xe4t" in done.stdout


@pytest.mark.slow
def test_an_interruption_while_it_is_published_comes_too_late(shop, monkeypatch):
    point = store._point

    def interrupted(out, place):
        for each in SIGNALS:
            os.kill(os.getpid(), each)
        point(out, place)

    monkeypatch.setattr(store, "_point", interrupted)
    assert build("-p", "salt=1") == 0
    assert manifest()["edition"]["number"] == 2


# What is kept of words without end


@pytest.mark.slow
def test_of_an_error_without_end_the_beginning_is_kept():
    """It stands in the manifest of each edition until the briefing is made again."""
    made = run("raise ValueError('x' * 9_000_000)")
    assert "ValueError: xxx" in made.error
    assert len(made.error) < 5000


# Time


@pytest.mark.slow
def test_a_cell_that_stops_its_parent_is_ended_at_the_limit(monkeypatch):
    monkeypatch.setattr(children, "PATIENCE_S", 1)
    stops = "import os, signal, time; os.kill(os.getppid(), signal.SIGSTOP); time.sleep(600)"
    made = run(stops, limit_s=1)
    assert "after 1 seconds, the limit" in made.error
    assert not made.killed


@pytest.mark.slow
@pytest.mark.parametrize("words", ["limit", "interrupt"])
def test_typesetting_is_ended_too(bare, begun, monkeypatch, words):
    """What holds a job up in C, where Python hears of no signal, is what typesetting is."""
    holds = 'import os, time; open(os.environ["BEGUN"], "w").write(str(os.getpid()))\n'
    holds += "import ctypes\nwhile True: ctypes.PyDLL(None).sleep(600)"
    faulty = bare / "faulty"
    faulty.mkdir()
    (faulty / "sitecustomize.py").write_text(
        "import sys\n"
        "if sys.argv[:1] == ['-m'] and 'briefmill.engine.server' in sys.orig_argv:\n"
        "    import typst\n"
        f"    typst.compile = lambda *a, **k: exec({holds!r})\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{faulty}:{lib()}")
    limit = ["--time-limit", "1"] if words == "limit" else []
    with subprocess.Popen(
        [*COMMAND, "XAR", *limit], stderr=subprocess.PIPE, text=True
    ) as going:
        begun_processes(begun)
        if words == "interrupt":
            going.send_signal(signal.SIGTERM)
        told = going.communicate(timeout=60)[1]
    assert going.returncode == (1 if words == "limit" else 130)
    assert ("limit on its time" in told) == (words == "limit")


@pytest.mark.slow
def test_much_that_is_printed_is_cut_short_and_said_to_be(bare):
    assert build("XAR", "-p", "code=for n in range(60_000): print('line', n)") == 0
    said = manifest()["briefings"][NAME]["output"]
    assert said["pages"] < 12
    page = Path(f"reports/latest/{NAME}.html").read_text(encoding="utf-8")
    assert "line 399\n" in page or "line 399<" in page
    assert "line 400" not in page
    assert "Of 60,000 printed lines, 400 are shown." in page


# Signals


@pytest.mark.slow
@pytest.mark.parametrize("ignored", ["nohup", "trap '' INT;"])
def test_a_run_in_the_background_ends_too(shop, begun, ignored):
    start = f'{ignored} "$@" & echo $!; wait'
    hangs = f"code={LEAVES}time.sleep(600)"
    with subprocess.Popen(
        ["sh", "-c", start, "sh", *COMMAND, "XAR", "-p", hangs],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as shell:
        background = int(shell.stdout.readline())
        processes = begun_processes(begun)
        if ignored == "nohup":  # which is for this one
            os.kill(background, signal.SIGHUP)
            time.sleep(0.5)
            assert all(map(alive, [background, *processes]))
        os.kill(background, signal.SIGTERM)
        assert waited_for(lambda: not any(map(alive, [background, *processes])), 10)
    assert manifest()["edition"]["number"] == 1


# Editions


BESIDE = [
    "index.html",
    "standards.html",
    "standards.csv",
    "CHANGES.md",
    "feed.xml",
    "events.csv",
    "briefings.json",
    "manifest.schema.json",
]


@pytest.mark.parametrize("name", slow_but("index.html", "events.csv", among=BESIDE))
@pytest.mark.parametrize("fate", ["gone", "changed"])
def test_each_page_of_an_edition_comes_back(shop, name, fate):
    place = Path("reports/latest", name)
    good = place.read_bytes()
    place.unlink()
    if fate == "changed":
        place.write_bytes(b"mine")
    assert build() == 0
    assert manifest()["edition"]["number"] == 2
    if name != "CHANGES.md":
        assert _undated(place.read_bytes()) == _undated(good)
    assert "edition" in place.read_text("utf-8") if name == "CHANGES.md" else True
    assert build() == 0
    assert manifest()["edition"]["number"] == 2


def _undated(page):
    page = re.sub(rb"<updated>[^<]*</updated>", b"", page)
    return page.replace(b"dition 2", b"dition 1").replace(b"edition=2", b"edition=1")


SHAPES = [
    "[]",
    "null",
    '"text"',
    "7",
    '{"schema_version": 3}',
    '{"schema_version": 3, "edition": [], "briefings": {}}',
    "outside",
    "string",
]


@pytest.mark.parametrize("shape", slow_but(*SHAPES[4:6], among=SHAPES))
def test_a_manifest_of_another_shape_counts_as_absent(shop, shape):
    place = Path("reports/latest/manifest.json")
    told = manifest()
    if shape == "outside":
        del told["sha256"]
        told["briefings"][NAME]["output"]["files"]["pdf"]["path"] = (
            "../../../outside.pdf"
        )
        shape = "sealed"
    elif shape == "string":
        told["briefings"][NAME] = "built"
        shape = json.dumps(told)
    place.unlink()
    place.write_text(shape)
    if shape == "sealed":
        manifests.write(place.parent, told)
    assert build() == 0
    assert manifest()["edition"]["number"] == 2
    assert manifest()["briefings"][NAME]["status"] == "built"


@pytest.mark.slow
def test_an_edit_in_place_is_found_in_every_edition_and_put_back(shop, capsys):
    assert build("XBE", "-p", "salt=1") == 0
    first, second = (Path("reports/editions", each, f"{NAME}.pdf") for each in "12")
    good = first.read_bytes()
    assert first.samefile(second)
    assert not first.stat().st_mode & 0o222
    first.chmod(0o644)
    first.write_bytes(b"edited")
    assert not findings(shop)["editions"].well
    assert "country_briefing_XAR.pdf of edition 1" in str(findings(shop)["editions"])
    capsys.readouterr()
    assert build() == 0
    assert (
        "of edition 1 is not what was published; it has been put back"
        in capsys.readouterr().err
    )
    assert first.read_bytes() == second.read_bytes() == good
    assert findings(shop)["editions"].well


@pytest.mark.slow
def test_what_cannot_be_put_back_is_told(shop, capsys):
    place = Path("reports/editions/1/CHANGES.md")
    assert build("-p", "salt=1") == 0
    place.unlink()
    assert build("-p", "salt=2") == 0
    assert (
        "CHANGES.md of edition 1 is not what was published, and is nowhere else"
        in capsys.readouterr().err
    )
    assert "CHANGES.md of edition 1" in str(findings(shop)["editions"])


# Notebooks


NO_BRIEFINGS = {
    "third": json.dumps({"nbformat": 3, "metadata": {}, "worksheets": []}),
    "sourceless": json.dumps(
        {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}
    ),
    "strings": json.dumps({"nbformat": 4, "metadata": {}, "cells": ["text"]}),
    "broken": "{",
    "list": "[]",
}


@pytest.mark.slow
def test_notebooks_that_are_no_briefings_may_be_anything(shop):
    for name, text in NO_BRIEFINGS.items():
        (shop / "notebooks" / f"{name}.ipynb").write_text(text)
    (shop / "notebooks" / "folder.ipynb").mkdir()
    assert build() == 0
    assert manifest()["edition"]["number"] == 1
    assert build("-p", "salt=1") == 0


@pytest.mark.parametrize("name", NO_BRIEFINGS)
def test_a_briefing_that_is_no_notebook_is_refused(shop, capsys, name):
    (shop / "notebooks" / f"{name}_briefing.ipynb").write_text(NO_BRIEFINGS[name])
    assert build() == 2
    assert (
        f"{name}_briefing.ipynb is no notebook that can be run"
        in capsys.readouterr().err
    )


# What belongs to others


@pytest.mark.parametrize("kind", ["folder", "empty", "file", "link"])
def test_something_of_ones_own_named_latest_stays(bare, capsys, kind):
    latest = bare / "reports" / "latest"
    latest.parent.mkdir()
    if kind == "link":
        (bare / "mine").mkdir()
        latest.symlink_to(bare / "mine")
    elif kind == "file":
        latest.write_text("mine")
    else:
        latest.mkdir()
    if kind == "folder":
        (latest / "manifest.json").write_text('{"name": "mine"}')
    before = sorted(latest.parent.rglob("*")), latest.is_symlink()
    assert build("XAR") == 2
    assert "something of your own" in capsys.readouterr().err
    mine = [path for path in sorted(latest.parent.rglob("*")) if path.name != ".lock"]
    assert (mine, latest.is_symlink()) == before
    assert not findings(bare)["output"].well


@pytest.mark.parametrize("name", [locking.LOCK, locking.HOLDER])
def test_nothing_is_written_through_a_link(bare, name):
    (bare / "reports").mkdir()
    (bare / "mine").write_text("mine")
    (bare / "reports" / name).symlink_to(bare / "mine")
    assert build("XAR") in (0, 2)
    assert (bare / "mine").read_text() == "mine"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["٧", "007", "7b", "-7"])
def test_a_folder_with_another_name_is_no_edition(shop, name):
    (shop / "reports" / "editions" / name).mkdir()
    (shop / "reports" / "failures" / name).mkdir(parents=True)
    assert store.numbers(shop / "reports") == [1]
    assert build("-p", "salt=1") == 0
    assert cli.main(["prune", "--keep", "1"]) == 0
    assert store.numbers(shop / "reports") == [2]
    assert (shop / "reports" / "editions" / name).is_dir()
    assert (shop / "reports" / "failures" / name).is_dir()


@pytest.mark.slow
def test_a_numbered_folder_of_ones_own_is_not_pruned(shop):
    (shop / "reports" / "editions" / "2024").mkdir()
    assert build("-p", "salt=1") == 0
    assert cli.main(["prune", "--keep", "1"]) == 0
    assert store.numbers(shop / "reports") == [2024, 2025]


# The engines


@pytest.mark.slow
def test_both_engines_tell_the_same_of_odd_letters_and_of_threads():
    odd = r"print('\udce9 é'); import sys; print('\udcff', file=sys.stderr); '\udce9'"
    threads = """\
from concurrent.futures import ThreadPoolExecutor
def shout(n):
    print("x" * 200 + f" {n}\\n", end="")
    display("y" * 9000)
with ThreadPoolExecutor(8) as pool: list(pool.map(shout, range(200)))
"""
    told = []
    for engine in ("fork", "kernel"):
        made = run(odd, threads, "1/0", engine=engine)
        assert "ZeroDivisionError" in made.error
        cells = nbformat.reads(made.files["executed.ipynb"].decode(), 4).cells
        texts = [_outputs(cell) for cell in cells if cell.cell_type == "code"]
        told.append(texts[:3])
    assert told[0] == told[1]


def test_half_a_letter_ends_no_notebook():
    made = run(r"print('a\ud800'); print('after')", "1/0")
    assert "ZeroDivisionError" in made.error
    assert "after" in made.files["executed.ipynb"].decode()


def test_half_a_letter_in_a_block_is_a_sign_for_the_unknown():
    made = run(
        "from briefmill.blocks import Prose, Item; from briefmill.texts import text",
        r"Prose(items=(Item((), (text('a\udce9b'),)),))",
    )
    assert "a\ufffdb" in made.files["briefing.html"].decode()


def _outputs(cell):
    """What a cell printed and displayed, each by itself: threads do both in any order."""
    printed = [each.text for each in cell.outputs if each.output_type == "stream"]
    shown = [dict(each.data) for each in cell.outputs if "data" in each]
    return sorted("".join(printed).splitlines()), shown


# Documents, and an output that cannot be written


@contextlib.contextmanager
def as_nobody(*folders):
    """Without the rights of root, to whom every file is open."""
    if os.geteuid():
        yield
        return
    for folder in folders:
        folder.chmod(0o777)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "loop", "closed"])
def test_a_document_that_cannot_be_read_counts_as_missing(shop, capsys, kind):
    document = shop / "data" / "documents" / "gazette.txt"
    if kind == "closed":
        document.chmod(0)
    else:
        document.unlink()
    if kind == "folder":
        document.mkdir()
    elif kind == "loop":
        document.symlink_to(document)
    parents = [*shop.parents[:3], shop] if kind == "closed" else []
    modes = [folder.stat().st_mode for folder in parents]
    try:
        with as_nobody(*parents) if kind == "closed" else contextlib.nullcontext():
            assert not findings(shop)["documents"].well
            assert "gazette.txt" in str(findings(shop)["documents"])
            assert cli.main(["check", "--data", "data"]) == 0
            assert "cannot be read: 'gazette.txt'" in capsys.readouterr().out
    finally:
        for folder, mode in zip(parents, modes, strict=True):
            folder.chmod(mode)
    assert build() == 0


@pytest.mark.slow
def test_where_latest_cannot_be_moved_the_new_edition_does_not_stay(
    shop, capsys, monkeypatch
):
    def refused(self, target):
        raise PermissionError(13, "Permission denied", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refused)
        for salt in "12":
            assert build("-p", f"salt={salt}") == 2
        assert store.numbers(shop / "reports") == [1]
        assert "latest: Permission denied" in str(findings(shop)["output"])
    assert build("-p", "salt=3") == 0
    assert store.numbers(shop / "reports") == [1, 2]


def test_doctor_tries_the_folder_of_editions(shop, monkeypatch):
    make = tempfile.mkdtemp

    def refused(suffix=None, prefix=None, dir=None):
        if dir and Path(dir).name == store.EDITIONS:
            raise PermissionError(13, "Permission denied", str(dir))
        return make(suffix, prefix, dir)

    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    assert "editions: Permission denied" in str(findings(shop)["output"])


# The lock


@pytest.mark.parametrize("here", [True, False])
def test_a_process_is_to_be_ended_where_it_runs_alone(shop, here):
    with locking.held(shop / "reports"):
        place = shop / "reports" / locking.HOLDER
        running = json.loads(place.read_text())
        assert running["host"] == socket.gethostname()
        if not here:
            place.write_text(json.dumps(running | {"host": "elsewhere"}))
        told = str(findings(shop)["output"])
    assert f"on {'' if here else 'elsewhere'}" in told
    assert ("end that process" in told) == here


# Notices


def test_what_a_notice_has_started_ends_with_it(bare, begun, monkeypatch):
    from briefmill import log
    from briefmill.schedule import scheduled, schedules

    monkeypatch.setattr(scheduled, "NOTICE_S", 1)
    leaves = LEAVES.replace("(False, True)", "(False,)").replace(
        "os.getppid()", "os.getpid()"
    )
    schedule = schedules.Schedule(
        "allywatch", "x", bare, "0 0 * * *", notify=(sys.executable, "-c", leaves)
    )
    scheduled._notify(schedule, "failure", "FAILED", "", log())
    processes = begun_processes(begun)
    assert waited_for(lambda: not any(map(alive, processes)), 2)


@pytest.mark.slow
def test_the_build_of_a_schedule_ends_with_it(bare, begun):
    text = '[tool.allywatch.schedule.x]\ncron = "0 0 * * *"\n'
    (bare / "pyproject.toml").write_text(text)
    path = bare / "notebooks" / "country_briefing.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells[1].source += f"code = {LEAVES + 'time.sleep(600)'!r}\n"
    nbformat.write(notebook, path)
    asked = [*COMMAND[:-1], "schedule", "run", "x"]
    with subprocess.Popen(asked, stderr=subprocess.DEVNULL) as killed:
        processes = begun_processes(begun) + descendants(killed.pid)
        killed.kill()
    assert waited_for(lambda: not any(map(alive, processes)), 15)


def test_no_module_of_the_current_folder_runs_in_a_schedule(bare, capsys):
    text = '[tool.allywatch.schedule.x]\ncron = "0 0 * * *"\n'
    (bare / "pyproject.toml").write_text(text)
    for form in ("cron", "systemd"):
        assert cli.main(["schedule", "print", "--as", form]) == 0
        assert "-P" in capsys.readouterr().out


def test_what_the_system_tells_of_descendants():
    with subprocess.Popen(["sh", "-c", "sleep 600 & wait"]) as shell:
        assert waited_for(lambda: len(endings.descendants(shell.pid)) == 1)
        endings.end(shell.pid)
    assert shell.returncode == -signal.SIGKILL
    assert shutil.which("sleep")


@pytest.mark.slow
def test_a_folder_that_another_run_takes_away_is_made_anew_and_leaves_nothing(
    monkeypatch, tmp_path, recwarn
):
    """Between its making and its lock, another run may take it for one that was left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lock = folders._locked
    answers = iter([None, None])
    monkeypatch.setattr(folders, "_locked", lambda each: next(answers, lock(each)))
    with folders.Folder() as name:
        assert [str(each) for each in tmp_path.iterdir()] == [name]
    gc.collect()
    assert not list(tmp_path.iterdir())
    assert not [each for each in recwarn if each.category is ResourceWarning]
