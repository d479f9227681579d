"""Processes that jobs run in: forked from one that has imported everything, or each started afresh."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from allywatch.data.paths import DOCUMENTS_VARIABLE, HANDED_VARIABLE
from briefmill.blocks import UNSEEN_VARIABLE
from briefmill.engine.folders import Folder

FORKS = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
HANDED = "handed.pickle"  # in the data folder of a job: what its parent read for it
EPOCH = "315532800"  # 1980-01-01: the day every file format can hold, for tools that insist on a date
PATIENCE_S = 10  # how long an interrupted job may take to put its kernel away

_starting = threading.Lock()
_server: _Server | None = None
_listed: Folder | None = None
_running: dict[Path, int] = {}  # folder of a job to the process that does it


def run(folder: Path, engine: str) -> None:
    """Do the job that `folder` holds in a process of its own, with papermill's `engine`, and wait for its end."""
    _running[folder] = 0  # no child yet, but one is to come
    try:
        if engine == "fork":
            (folder / "environment.json").write_text(
                json.dumps(environment(folder)), encoding="utf-8"
            )
            server().run(folder)
        else:
            _afresh(folder)
    finally:
        child = _running.pop(folder)
        if child and FORKS:
            _signal(os.killpg, child, signal.SIGKILL)  # what it may have left behind


def end_all() -> None:
    """End the children that still run, and see to it that each has time to end its own."""
    told: set[int] = set()
    for _ in range(PATIENCE_S * 20):
        for child in {*_running.values()} - told - {0}:
            told.add(child)
            _signal(os.kill, child, signal.SIGTERM)
        if not _running:
            return
        time.sleep(0.05)
    for child in {*_running.values()} - {0}:
        _signal(os.killpg, child, signal.SIGKILL)


def _signal(send, child: int, which: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        send(child, which)


def _afresh(folder: Path) -> None:
    _name_kernel(folder)
    fonts = _fonts()
    with (folder / "log.txt").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "briefmill.engine.job"],
            cwd=folder,
            env=environment(folder) | {"MPLCONFIGDIR": fonts},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches this process, which ends them in order
        )
        _running[folder] = child.pid
        child.wait()


def _fonts() -> str:
    """A folder in which matplotlib finds its list of fonts; one that had to make it might say so on the page."""
    global _listed
    with _starting:
        if _listed is None:
            _listed = Folder()
            subprocess.run(
                [sys.executable, "-c", "import matplotlib.font_manager"],
                env=os.environ | {"MPLCONFIGDIR": _listed.name},
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        return _listed.name


def server() -> _Server:
    """The one forking process of this process, started when it is first asked for; it ends with this one."""
    global _server
    with _starting:
        if _server is None or not _server.alive:
            _server = _Server()
            atexit.register(_server.close)
        return _server


class _Server:
    """A forking process, seen from the one that started it."""

    def __init__(self) -> None:
        self._folder = Folder()
        folder = Path(self._folder.name)
        self._address = str(folder / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen(
                128
            )  # jobs may be waiting before it has imported everything
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "briefmill.engine.server",
                    str(listener.fileno()),
                ],
                env=environment(folder),
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, folder: Path) -> None:
        """Have a child forked that does the job in `folder`, and wait for its end."""
        with (
            socket.socket(socket.AF_UNIX) as connection,
            connection.makefile("rw") as line,
        ):
            connection.connect(self._address)
            line.write(f"{folder}\n")
            line.flush()
            if told := line.readline().strip():
                _running[folder] = int(told)
                line.read()

    def close(self) -> None:
        """End it; its children have ended, or are ended by whoever waits for them."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def environment(folder: Path) -> dict[str, str]:
    """The environment of the process that works in `folder`: the same for every user and machine.

    A user's Jupyter, IPython and matplotlib settings do not reach a briefing, hashing is not random, and
    temporary files stay in the job's own folder: with a shared one, parallel runs have been seen to put
    one country's chart into another's report.
    """
    homes = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
    own = (
        dict.fromkeys((*homes, "TEMP", "TMP", "TMPDIR"), str(folder / "temporary"))
        | {
            DOCUMENTS_VARIABLE: str(folder / "data/documents"),
            HANDED_VARIABLE: str(folder / "data" / HANDED),
            "JUPYTER_NO_CONFIG": "1",
            "JUPYTER_PATH": str(folder / "kernels"),
            "OPENBLAS_NUM_THREADS": "1",  # its threads would not survive a fork, and the work is small
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            UNSEEN_VARIABLE: "1",
            "SOURCE_DATE_EPOCH": EPOCH,
        }
    )
    foreign = ("MPLBACKEND", "MATPLOTLIBRC")
    return {
        name: value for name, value in os.environ.items() if name not in foreign
    } | own


def _name_kernel(folder: Path) -> None:
    """This interpreter's own kernel, whatever kernel of the same name a user may have installed."""
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    place = folder / "kernels/kernels/python3"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
