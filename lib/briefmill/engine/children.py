"""Processes that jobs run in: forked from one that has imported everything, or each started afresh."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from briefmill.domain import find
from briefmill.engine import (
    HOUSE_STYLE,
    INTERPRETER,
    UNSEEN_VARIABLE,
    endings,
    forks,
)
from briefmill.engine.folders import Folder

FORKS = forks.POSSIBLE
PREPARED = "prepared.pickle"  # in the data folder of a job: what was read for it
EPOCH = "315532800"  # 1980-01-01: the day every file format can hold, for tools that insist on a date
PATIENCE_S = 5  # how long a job may take to end its kernel and save what it has

_starting = threading.Lock()
_font_list: Folder | None = None
_running: dict[Path, int] = {}  # folder of a job to the process that does it


def make_ready(domain: str) -> None:
    """Have the forking process, where there can be one, import what jobs of `domain` need while others do their work.

    Raises
    ------
    briefmill.engine.CannotRun
        If it cannot be started.
    """
    if FORKS:
        forks.server(domain, environment)


def run(folder: Path, engine: str, domain: str, limit_s: float | None = None) -> bool:
    """Do the job that `folder` holds in a process of its own; whether it came to its end within `limit_s` seconds.

    A job keeps to its limit by itself; here it is ended where it does not, whatever it is doing.
    `engine` is ``fork`` or ``kernel``, `domain` the name of the job's domain.

    Raises
    ------
    briefmill.engine.CannotRun
        If no job can be begun on this machine as it is.
    """
    _running[folder] = 0  # no child yet, but one is to come
    data = folder / "data"
    patience_s = limit_s + PATIENCE_S if limit_s else None
    try:
        variables = environment(folder)
        variables |= find(domain).environment(data, data / PREPARED)
        if engine == "fork":
            text = json.dumps(variables)
            (folder / "environment.json").write_text(text, encoding="utf-8")
            started = forks.server(domain, environment).start(folder)
            _running[folder] = started.process
            return started.ended_within(patience_s)
        return _run_afresh(folder, variables, patience_s)
    finally:
        child = _running.pop(folder)
        if child and FORKS:
            endings.end(child)  # with what it may have left behind


def end_all() -> None:
    """End the children that still run, each with time to end its own."""
    asked: set[int] = set()
    for _ in range(PATIENCE_S * 20):
        for child in {*_running.values()} - asked - {0}:
            asked.add(child)
            endings.send(os.kill, child, signal.SIGTERM)
        if not _running:
            return
        time.sleep(0.05)
    for child in {*_running.values()} - {0}:
        endings.end(child)
    forks.close_all()  # so that none waits for one of these to be ready


def _run_afresh(
    folder: Path, variables: dict[str, str], patience_s: float | None
) -> bool:
    """Do a job in a Python started for it, which runs the cells in a kernel; whether it ended in time."""
    _name_kernel(folder)
    variables = variables | {"MPLCONFIGDIR": _fonts()}
    with (folder / "log.txt").open("wb") as log:
        child = subprocess.Popen(
            [*INTERPRETER, "-m", "briefmill.engine.job"],
            cwd=folder,
            env=variables,
            stdin=subprocess.PIPE,  # it closes when this process ends, and the job with it
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches this process, which ends them in order
        )
    _running[folder] = child.pid
    try:
        child.wait(patience_s)
    except subprocess.TimeoutExpired:
        endings.end(child.pid)
        child.wait()
        return False
    finally:
        if child.stdin is not None:
            child.stdin.close()
    return True


def _fonts() -> str:
    """A folder in which matplotlib finds its list of fonts; one that had to make it might say so on the page."""
    global _font_list
    with _starting:
        if _font_list is None:
            _font_list = Folder()
            atexit.register(_font_list.cleanup)
            subprocess.run(
                [*INTERPRETER, "-c", "import matplotlib.font_manager"],
                env=os.environ | {"MPLCONFIGDIR": _font_list.name},
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        return _font_list.name


def environment(folder: Path) -> dict[str, str]:
    """The environment of the process that works in `folder`: the same for every user and machine.

    A user's Jupyter, IPython, matplotlib and warning settings do not reach a briefing, hashing is not random, and
    temporary files stay in the job's own folder: with a shared one, parallel runs have been seen to put
    one country's chart into another's report.
    """
    variables = dict(os.environ)
    for name in ("MPLBACKEND", "MATPLOTLIBRC", "PYTHONWARNINGS"):
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
            *(*INTERPRETER, "-m", "ipykernel_launcher"),
            *("-f", "{connection_file}"),
            f"--InteractiveShellApp.extra_extensions={HOUSE_STYLE}",
        ],
        "display_name": "Python 3",
        "language": "python",
    }
    place = folder / "kernels/kernels/python3"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
