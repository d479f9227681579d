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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from briefmill.domain import find
from briefmill.engine import HOUSE_STYLE, UNSEEN_VARIABLE
from briefmill.engine.folders import Folder

FORKS = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
PREPARED = "prepared.pickle"  # in the data folder of a job: what was read for it
EPOCH = "315532800"  # 1980-01-01: the day every file format can hold, for tools that insist on a date
PATIENCE_S = 10  # how long an interrupted job may take to end its kernel

_starting = threading.Lock()
_servers: dict[str, _Server] = {}  # by the domain whose jobs they do
_font_list: Folder | None = None
_running: dict[Path, int] = {}  # folder of a job to the process that does it


def run(folder: Path, engine: str, domain: str) -> None:
    """Do the job that `folder` holds in a process of its own, and wait for its end.

    `engine` is ``fork`` or ``kernel``, `domain` the name of the job's domain.
    """
    _running[folder] = 0  # no child yet, but one is to come
    data = folder / "data"
    try:
        variables = environment(folder)
        variables |= find(domain).environment(data, data / PREPARED)
        if engine == "fork":
            text = json.dumps(variables)
            (folder / "environment.json").write_text(text, encoding="utf-8")
            server(domain).run(folder)
        else:
            _run_afresh(folder, variables)
    finally:
        child = _running.pop(folder)
        if child and FORKS:
            _signal(os.killpg, child, signal.SIGKILL)  # what it may have left behind


def end_all() -> None:
    """End the children that still run, each with time to end its own."""
    asked: set[int] = set()
    for _ in range(PATIENCE_S * 20):
        for child in {*_running.values()} - asked - {0}:
            asked.add(child)
            _signal(os.kill, child, signal.SIGTERM)
        if not _running:
            return
        time.sleep(0.05)
    for child in {*_running.values()} - {0}:
        _signal(os.killpg, child, signal.SIGKILL)


def _signal(send: Callable[[int, int], None], child: int, which: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        send(child, which)


def _run_afresh(folder: Path, variables: dict[str, str]) -> None:
    """Do a job in a Python started for it, which runs the cells in a kernel."""
    _name_kernel(folder)
    variables = variables | {"MPLCONFIGDIR": _fonts()}
    with (folder / "log.txt").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "briefmill.engine.job"],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches this process, which ends them in order
        )
        _running[folder] = child.pid
        child.wait()


def _fonts() -> str:
    """A folder in which matplotlib finds its list of fonts; one that had to make it might say so on the page."""
    global _font_list
    with _starting:
        if _font_list is None:
            _font_list = Folder()
            subprocess.run(
                [sys.executable, "-c", "import matplotlib.font_manager"],
                env=os.environ | {"MPLCONFIGDIR": _font_list.name},
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        return _font_list.name


def server(domain: str) -> _Server:
    """The forking process for the jobs of a domain, started when it is first asked for; it ends with this one."""
    with _starting:
        running = _servers.get(domain)
        if running is None or not running.alive:
            running = _Server(domain)
            atexit.register(running.close)
            _servers[domain] = running
        return running


class _Server:
    """A forking process, seen from the one that started it."""

    def __init__(self, domain: str) -> None:
        self._folder = Folder()
        folder = Path(self._folder.name)
        self._address = str(folder / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen(128)  # jobs may wait before it has imported everything
            program = [sys.executable, "-m", "briefmill.engine.server"]
            self._process = subprocess.Popen(
                [*program, str(listener.fileno()), domain],
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
            child = line.readline().strip()
            if child:
                _running[folder] = int(child)
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
    variables = dict(os.environ)
    for name in ("MPLBACKEND", "MATPLOTLIBRC"):
        variables.pop(name, None)
    homes = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
    for name in (*homes, "TEMP", "TMP", "TMPDIR"):
        variables[name] = str(folder / "temporary")
    variables |= {
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": str(folder / "kernels"),
        "OPENBLAS_NUM_THREADS": "1",  # its threads would not survive a fork, and the work is small
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        UNSEEN_VARIABLE: "1",
        "SOURCE_DATE_EPOCH": EPOCH,
    }
    return variables


def _name_kernel(folder: Path) -> None:
    """This interpreter's own kernel, whatever kernel of the same name a user may have installed."""
    kernel = {
        "argv": [
            *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
            f"--InteractiveShellApp.extra_extensions={HOUSE_STYLE}",
        ],
        "display_name": "Python 3",
        "language": "python",
    }
    place = folder / "kernels/kernels/python3"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
