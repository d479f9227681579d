"""Running the jobs: each in its own process and folder, several at a time, none able to harm another.

What runs them is an executor as in `concurrent.futures`: threads of this process, each waiting for a child, or
one that somebody else provides, whose workers may be on other machines. It is given `perform` and parcels,
which hold all that a job needs, and gives back what came of them with the files as bytes.
"""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Any

from allywatch.data.loading import Dataset
from allywatch.evidence.parts import part
from briefmill.editions.store import FILES
from briefmill.engine import children
from briefmill.engine.folders import Folder
from briefmill.freshness import input_files, library
from briefmill.planning import DATA_LINK, Job

ENGINE = "fork" if children.FORKS else "kernel"
ATTEMPTS = 2  # a process that was killed may have been the victim of its neighbours; an error stays one


@dataclass(frozen=True)
class Outcome:
    """What came of one job.

    `status` is ``built``, ``failed`` or, where nothing had to be done, ``current``; `error` is ``""`` unless it
    failed; `why` says what has changed since it was built before; `about` is what `briefmill.engine.job.about`
    read off the briefing, with its ``pages``; `folder` holds the files.
    """

    job: Job
    folder: Path
    status: str
    duration_s: float
    error: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parcel:
    """A job made up for a worker: picklable, and all that is needed wherever `allywatch` is installed.

    `source` is the notebook, `handed` what its loading of the data is to give (see `cleaning.load`): a
    partner's part, or the whole; with the whole come the files it was read from, by name (see
    `freshness.input_files`), each as its place on this machine or as bytes. `library` tells whether the worker
    would make the same of it.
    """

    notebook: str
    source: bytes
    parameters: dict[str, Any]
    before: dict[str, Any]
    handed: bytes
    files: dict[str, Path | bytes]
    engine: str
    limit_s: float | None
    library: str


@dataclass(frozen=True)
class Made:
    """What a worker sends back: the job's ``result.json`` as a dict, and its files by name."""

    result: dict[str, Any]
    files: dict[str, bytes]


def usable_processors() -> int:
    """How many processors this process may use, which in a container is fewer than there are."""
    return (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )


def run(
    jobs: Iterable[Job],
    room: Path,
    pack: Callable[[Job], Parcel],
    workers: int,
    executor: Executor | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each of `jobs` as it comes, its files in a folder of its own in `room`.

    Without an `executor`, `workers` of them run at a time on this machine. A job whose process, or whose
    worker, is killed runs once more. Leaving early ends what still runs.
    """
    own = executor is None
    with _threads(workers) if own else _lent(executor) as executor:
        waiting = iter(jobs)
        # All at once where the executor has a queue of its own; here no more is made up than can run.
        running = _submit(executor, islice(waiting, workers) if own else waiting, pack)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job, started, attempt = running.pop(future)
                made = _made(future)
                if made.result["killed"] and attempt < ATTEMPTS:
                    running |= _submit(executor, [job], pack, attempt + 1)
                    continue
                running |= _submit(executor, islice(waiting, 1), pack)
                yield _outcome(
                    job, room / "jobs" / job.name, made, time.monotonic() - started
                )


def _submit(
    executor: Executor, jobs: Iterable[Job], pack: Callable, attempt: int = 1
) -> dict[Future, tuple[Job, float, int]]:
    now = time.monotonic
    return {executor.submit(perform, pack(job)): (job, now(), attempt) for job in jobs}


def _made(future: Future) -> Made:
    try:
        return future.result()
    except (
        Exception
    ) as error:  # the executor's own trouble: a lost worker, a broken pool
        words = f"{type(error).__name__}: {error}".strip(": ")
        return Made(_failure(f"its worker was lost ({words})", killed=True), {})


def _failure(error: str, killed: bool) -> dict[str, Any]:
    return {"status": "failed", "error": error, "killed": killed}


def _outcome(job: Job, folder: Path, made: Made, duration: float) -> Outcome:
    """Write the files of a job into `folder`."""
    folder.mkdir(parents=True)
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    said, about = made.result, made.result.get("about", {})
    return Outcome(
        job, folder, said["status"], round(duration, 2), said["error"], about
    )


@contextmanager
def _threads(workers: int) -> Iterator[Executor]:
    """Threads that wait for children; ended with them."""
    executor = ThreadPoolExecutor(workers)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        children.end_all()
        executor.shutdown(wait=True)


@contextmanager
def _lent(executor: Executor) -> Iterator[Executor]:
    """An executor that another made; what has not begun is called off in the end."""
    try:
        with executor:
            yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise


def pack(
    job: Job, dataset: Dataset, engine: str, limit_s: float | None, far: bool
) -> Parcel:
    """`job` made up for a worker, which is `far` where it may not be on this machine."""
    files = {} if job.partner else input_files(job.data_dir)
    if far:
        files = {name: path.read_bytes() for name, path in files.items()}
    source, handed = job.notebook.read_bytes(), pickle.dumps(part(dataset, job.partner))
    given = job.notebook.name, source, job.parameters, job.before
    return Parcel(*given, handed, files, engine, limit_s, library())


def perform(parcel: Parcel) -> Made:
    """Do a job in a process of its own on this machine; this is what an executor's worker is asked to do."""
    if parcel.library != library():
        return Made(
            _failure(
                "its worker has another allywatch than the one that asked", killed=False
            ),
            {},
        )
    with Folder() as name:
        folder = Path(name).resolve()
        _lay_out(parcel, folder)
        children.run(folder, parcel.engine)
        path = folder / "result.json"
        if path.is_file():
            result = json.loads(path.read_text(encoding="utf-8"))
        else:
            log = (
                (folder / "log.txt")
                .read_text(encoding="utf-8", errors="replace")
                .strip()
                .splitlines()
            )
            last = f"; its last words: {log[-1]}" if log else ""
            result = _failure(
                f"its process was killed before it was done{last}", killed=True
            )
        built = result["status"] == "built"
        wanted = [own for own, _ in FILES.values()] if built else ["executed.ipynb"]
        found = [folder / name for name in wanted if (folder / name).is_file()]
        return Made(result, {path.name: path.read_bytes() for path in found})


def _lay_out(parcel: Parcel, folder: Path) -> None:
    """Furnish the folder of a job: the notebook, the data where it looks for them, and room to write.

    Notebook and data have the same relative names everywhere, so that nothing in a briefing depends on
    where the repository or the output folder lies.
    """
    for room in ("notebooks", "temporary"):
        (folder / room).mkdir()
    notebook = f"notebooks/{parcel.notebook}"
    (folder / notebook).write_bytes(parcel.source)
    data = folder / Path(DATA_LINK).name
    data.mkdir()
    (data / children.HANDED).write_bytes(parcel.handed)
    for name, content in parcel.files.items():
        place = data / name.removeprefix("data/")
        place.parent.mkdir(exist_ok=True)
        if isinstance(content, bytes):
            place.write_bytes(content)
        else:
            _link(content.resolve(), place)
    request = {
        "notebook": notebook,
        "parameters": parcel.parameters,
        "engine": parcel.engine,
        "limit_s": parcel.limit_s,
    }
    (folder / "before.json").write_text(json.dumps(parcel.before), encoding="utf-8")
    (folder / "job.json").write_text(json.dumps(request), encoding="utf-8")


def _link(source: Path, place: Path) -> None:
    try:
        place.symlink_to(source)
    except OSError:  # a file system or an account without symbolic links
        copyfile(source, place)
