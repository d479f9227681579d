"""Running the jobs: each in its own process and folder, several at a time, none able to harm another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

from allywatch.passages import DOCUMENTS_VARIABLE
from allywatch.running.planning import DATA_LINK, Job

EPOCH = "315532800"  # 1980-01-01: the day every file format can hold, for tools that insist on a date
PATIENCE_S = 10  # how long an interrupted job may take to put its kernel away


@dataclass(frozen=True)
class Outcome:
    """What came of one job.

    `status` is ``built`` or ``failed``; `error` is ``""`` for a built one; `about` is what
    `allywatch.running.job.about` read off the briefing, with its ``pages``; `folder` holds the files; `why`
    are sentences on why it was made.
    """

    job: Job
    folder: Path
    status: str
    duration_s: float
    error: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    why: tuple[str, ...] = ()


def usable_processors() -> int:
    """How many processors this process may use, which in a container is fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(ThreadPoolExecutor):
    """Runs each job in a process of its own; the threads only wait for them.

    A process that dies takes its own job along and no other. Leaving the ``with`` block early ends what
    still runs. `room` is a folder that they may fill: a sub-folder per job, and what the jobs share.
    """

    def __init__(self, workers: int, room: Path):
        super().__init__(workers)
        self._jobs, self._fonts = room / "jobs", room / "fonts"
        self._children: set[subprocess.Popen] = set()
        self._ending = threading.Event()

    def run(self, jobs: tuple[Job, ...]) -> Iterator[Outcome]:
        """Yield the outcome of each of `jobs` as it comes."""
        find_fonts(self._fonts)
        for future in as_completed([self.submit(self._apart, job) for job in jobs]):
            yield future.result()

    def _apart(self, job: Job) -> Outcome:
        started = time.monotonic()
        folder = self._jobs / job.name
        prepare(job, folder)
        with (folder / "log.txt").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "allywatch.running.job"],
                cwd=folder,
                env=environment(folder, self._fonts),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches this process, which ends them in order
            )
            self._children.add(child)
            if self._ending.is_set():
                child.terminate()
            status = child.wait()
            self._children.discard(child)
        result = _result(folder, status)
        return Outcome(job, folder, duration_s=round(time.monotonic() - started, 2), **result)

    def __exit__(self, *exception) -> None:
        self._ending.set()
        self.shutdown(wait=False, cancel_futures=True)
        for child in tuple(self._children):
            child.terminate()
        for child in tuple(self._children):
            try:
                child.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
        self.shutdown(wait=True)


def prepare(job: Job, folder: Path) -> None:
    """Lay out the folder of `job`: the notebook, the data where it looks for them, and room to write.

    Notebook and data have the same relative names everywhere, so that nothing in a briefing depends on
    where the repository or the output folder lies.
    """
    for room in ("notebooks", "temporary", "kernels/kernels/python3"):
        (folder / room).mkdir(parents=True)
    notebook = Path("notebooks", job.notebook.name)
    copyfile(job.notebook, folder / notebook)
    data = folder / Path(DATA_LINK).name
    try:
        data.symlink_to(job.data_dir.resolve(), target_is_directory=True)
    except OSError:  # a file system or an account without symbolic links
        copytree(job.data_dir, data)
    # This interpreter's own kernel, whatever kernel of the same name a user may have installed.
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    (folder / "kernels/kernels/python3/kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    (folder / "before.json").write_text(json.dumps(job.before), encoding="utf-8")
    request = {"notebook": notebook.as_posix(), "parameters": job.parameters}
    (folder / "job.json").write_text(json.dumps(request), encoding="utf-8")


def find_fonts(folder: Path) -> None:
    """Have matplotlib list the fonts in `folder`, once for all jobs.

    A job that had to do it itself might say so, and what it says would stand in its briefing.
    """
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"],
        env=os.environ | {"MPLCONFIGDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


def environment(folder: Path, fonts: Path) -> dict[str, str]:
    """The environment of the process that works in `folder`: the same for every user and machine.

    A user's Jupyter, IPython and matplotlib settings do not reach a briefing, hashing is not random, and
    temporary files stay in the job's own folder: with a shared one, parallel runs have been seen to put
    one country's chart into another's report.
    """
    private = str(folder / "temporary")
    own = {
        "IPYTHONDIR": private,
        "JUPYTER_CONFIG_DIR": private,
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": str(folder / "kernels"),
        "JUPYTER_RUNTIME_DIR": private,
        "MPLCONFIGDIR": str(fonts),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": EPOCH,
        "TEMP": private,
        "TMP": private,
        "TMPDIR": private,
    }
    if documents := os.environ.get(DOCUMENTS_VARIABLE):
        own[DOCUMENTS_VARIABLE] = str(Path(documents).resolve())  # the job works in another folder
    foreign = ("MPLBACKEND", "MATPLOTLIBRC")
    return {name: value for name, value in os.environ.items() if name not in foreign} | own


def _result(folder: Path, status: int) -> dict[str, Any]:
    """What the job wrote down, or why it could not."""
    path = folder / "result.json"
    if status == 0 and path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
    log = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = f"; its last words: {log[-1]}" if log else ""
    return {"status": "failed", "error": f"its process ended with {how} before it was done{last}"}
