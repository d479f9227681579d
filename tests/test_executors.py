"""Other executors: workers that share neither disk nor data with the one who asks, and may be lost."""

import os
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import shared

from allywatch import cli
from allywatch.briefings import plan
from briefmill import PlanError, build, executors
from briefmill.executors import connected

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
BRIEFINGS = 5  # of the tiny folder


def spawning() -> ProcessPoolExecutor:
    """What a user may name: a pool of one process."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def leaving():
    """What a user may name by mistake: a script's own `main`."""
    raise SystemExit(1)


def pdfs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


@pytest.fixture
def here():
    """The edition as it is made without any of this."""
    return pdfs(shared.tiny_edition() / "reports" / "latest")


@pytest.mark.slow
def test_a_dask_cluster_makes_the_same_briefings_though_a_worker_is_killed(
    here, tiny, tmp_path
):
    distributed = pytest.importorskip("distributed")
    where = {"host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(2, threads_per_worker=1, **where) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        first = next(iter(cluster.workers.values())).pid
        killed = threading.Event()

        def kill_one(line, *kind, **facts):
            if line.startswith("[1/") and not killed.is_set():
                killed.set()
                os.kill(first, signal.SIGKILL)

        with connected(f"dask://{address}") as executor:
            edition = build(
                plan(tiny, NOTEBOOKS),
                tmp_path / "there",
                executor=executor,
                report=kill_one,
            )
    assert killed.is_set()
    assert edition.failed == []
    assert pdfs(edition.folder) == here


@pytest.mark.slow
def test_any_executor_will_do(here, tiny, tmp_path):
    executor = connected(f"{__name__}:spawning")
    edition = build(plan(tiny, NOTEBOOKS), tmp_path / "there", executor=executor)
    assert edition.failed == []
    assert pdfs(edition.folder) == here


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nowhere:pool", "No module named 'nowhere'"),
        ("os:nothing", "module:factory"),
        ("os:getcwd", "which is none"),
        ("os", "module:factory"),
        ("json:dumps", "'json:dumps': TypeError: .*missing"),
        ("test_executors:leaving", "'test_executors:leaving': SystemExit: 1"),
        (":", "module:factory"),
        pytest.param("dask://127.0.0.1:1", "No executor", marks=pytest.mark.slow),
    ],
)
def test_an_executor_that_is_not_there_is_refused(address, says):
    with pytest.raises(PlanError, match=says):
        connected(address)


def test_without_the_executor_that_was_named_nothing_is_written(capsys, tiny, tmp_path):
    asked = [
        "build",
        "--data",
        str(tiny),
        "--notebooks",
        str(NOTEBOOKS),
        "--out",
        str(tmp_path / "out"),
    ]
    assert cli.main([*asked, "--executor", "nowhere:pool"]) == 2
    assert "No module named 'nowhere'" in capsys.readouterr().err
    assert cli.main([*asked, "XAR", "--executor", "json:dumps"]) == 2
    assert "No executor 'json:dumps'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


class Fleeting(Executor):
    """An executor that is lost: it drops what it has been given, or from the second job on takes nothing."""

    def __init__(self, way):
        self.way = way
        self.given = []
        self.was_shut_down = False

    def submit(self, function, /, *arguments):
        future = Future()
        if self.way == "refuses" and self.given:
            raise RuntimeError("the pool is broken")
        if self.way == "drops":
            future.cancel()
            future.set_running_or_notify_cancel()
        self.given.append(future)
        return future

    def shutdown(self, wait=True):  # like that of Dask, which knows no `cancel_futures`
        assert not wait
        self.was_shut_down = True


@pytest.mark.parametrize("way", ["drops", "refuses"])
def test_where_the_executor_is_lost_nothing_is_published(
    tiny, tmp_path, monkeypatch, capsys, way
):
    """Every briefing would fail, and none of them has done anything wrong."""
    lost = Fleeting(way)
    monkeypatch.setattr(executors, "connected", lambda address: lost)
    out = tmp_path / "out"
    asked = ["build", "--data", str(tiny), "--notebooks", str(NOTEBOOKS)]
    assert cli.main([*asked, "--out", str(out), "--executor", "a:b"]) == 2
    assert "the executor was lost" in capsys.readouterr().err
    assert lost.was_shut_down
    assert not (out / "latest").exists()


def test_an_interrupted_run_waits_for_no_executor(tiny, tmp_path, monkeypatch):
    """A worker far away may have an hour to go, or be lost without a word."""
    silent = Fleeting("waits")
    monkeypatch.setattr(executors, "connected", lambda address: silent)

    def interrupt():
        while len(silent.given) < BRIEFINGS:  # before that, nothing is waited for
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=interrupt).start()
    out = tmp_path / "out"
    asked = ["build", "--data", str(tiny), "--notebooks", str(NOTEBOOKS)]
    assert cli.main([*asked, "--out", str(out), "--executor", "a:b"]) == 130
    assert silent.was_shut_down
    assert all(future.cancelled() for future in silent.given)
    assert {path.name for path in out.iterdir()} <= {".lock"}
