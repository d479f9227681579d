"""Running the jobs: each in its own process and folder, several at a time, none able to harm another.

An executor as in `concurrent.futures` runs them: threads of this process, each waiting for a child process, or
one that somebody else provides, whose workers may be on other machines. It is given `perform` and payloads.
"""

from __future__ import annotations

import json
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from shutil import copyfile

from briefmill import domain
from briefmill.engine import CannotRun, children, out_of_time
from briefmill.engine.folders import Folder
from briefmill.freshness import library
from briefmill.jobs import (
    ALL_FILES,
    DATA_LINK,
    EXECUTED,
    FILES,
    Job,
    JobOutcome,
    JobPayload,
    JobResult,
)
from briefmill.planning import Plan

ENGINE = "fork" if children.FORKS else "kernel"
#: A process that was killed may have been the victim of its neighbours; an error stays one.
ATTEMPTS = 2
# Bytes at the end of what a killed process has printed.
_LAST_WORDS = 2000

Pack = Callable[[Job], JobPayload]


def usable_processors() -> int:
    """How many processors this process may use, which in a container is fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# Sharing the jobs out


@dataclass(frozen=True)
class _Attempt:
    """A job that an executor has been given."""

    job: Job
    started: float
    number: int


def run(
    jobs: Iterable[Job],
    room: Path,
    pack: Pack,
    workers: int,
    executor: Executor | None = None,
) -> Iterator[JobOutcome]:
    """Yield the outcome of each of `jobs` as it comes, its files in a folder of its own in `room`.

    Without an `executor`, `workers` of them run at a time on this machine. A job whose process, or whose
    worker, is killed runs once more. Leaving early ends what still runs.
    """
    running: dict[Future[JobResult], _Attempt] = {}

    def start(job: Job, number: int = 1) -> None:
        payload = pack(job)
        try:
            future = pool.submit(perform, payload)
        except Exception as error:
            raise _lost(error) from None
        running[future] = _Attempt(job, time.monotonic(), number)

    (room / "jobs").mkdir()
    with _threads(workers) if executor is None else _lent(executor, running) as pool:
        waiting = iter(jobs)
        # Another's executor has a queue of its own; here no more is packed than can run.
        for job in islice(waiting, workers if executor is None else None):
            start(job)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                attempt = running.pop(future)
                result = _result(future)
                if result.killed and attempt.number < ATTEMPTS:
                    start(attempt.job, attempt.number + 1)
                    continue
                for job in islice(waiting, 1):
                    start(job)
                yield _outcome(attempt, result, room / "jobs" / attempt.job.name)


def _result(future: Future[JobResult]) -> JobResult:
    try:
        return future.result()
    except CannotRun:
        raise  # as it is, all others would fail like this one
    except CancelledError as error:  # by nobody here
        raise _lost(error) from None
    except Exception as error:
        # The executor's own trouble: a lost worker, a broken pool.
        error_words = _in_words(error)
        return JobResult("failed", f"its worker was lost ({error_words})", killed=True)


def _lost(error: Exception) -> CannotRun:
    """What to raise where an executor takes no work any more, or has dropped what it had."""
    return CannotRun(f"the executor was lost ({_in_words(error)})")


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip(": ")


def _outcome(attempt: _Attempt, result: JobResult, folder: Path) -> JobOutcome:
    """What came of an attempt, whose files are written into `folder`."""
    duration_s = round(time.monotonic() - attempt.started, 2)
    folder.mkdir()  # where the output folder has gone meanwhile, it is not made anew
    for name, content in result.files.items():
        (folder / name).write_bytes(content)
    return JobOutcome(
        attempt.job, folder, result.status, duration_s, result.error, result.about
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
def _lent(
    executor: Executor, running: Mapping[Future[JobResult], _Attempt]
) -> Iterator[Executor]:
    """An executor that another made; where the work is given up, what is `running` is called off and not waited for."""
    try:
        yield executor
    except BaseException:
        for future in running:
            future.cancel()
        with suppress(Exception):  # it may be lost
            executor.shutdown(wait=False)
        raise
    executor.shutdown()


# One job, from the worker's side


def pack(
    job: Job,
    planned: Plan,
    engine: str,
    limit_s: float | None,
    far: bool = False,
    kinds: Sequence[str] = tuple(FILES),
    notice: str = "",
) -> JobPayload:
    """The payload of `job` for a worker, which is `far` where it may not be on this machine.

    `kinds` and `notice` are those of `JobPayload`.
    """
    files: dict[str, Path | bytes] = {}
    if not job.unit:
        for name, path in planned.domain.input_files(planned.data_dir).items():
            with suppress(OSError):  # what cannot be read counts as missing
                files[name] = path.read_bytes() if far else path
    subset = planned.domain.subset(planned.dataset, job.unit)
    return JobPayload(
        domain=planned.domain.__name__,
        library=library(planned.domain),
        notebook=job.notebook.name,
        source=job.notebook.read_bytes(),
        parameters=job.parameters,
        before=job.before,
        links=job.links,
        prepared=pickle.dumps(subset),
        files=files,
        kinds=tuple(kinds),
        notice=notice,
        engine=engine,
        limit_s=limit_s,
    )


def perform(payload: JobPayload) -> JobResult:
    """Do a job in a process of its own on this machine; this is what an executor's worker is asked to do."""
    if payload.library != library(domain.find(payload.domain)):
        error = "its worker has another allywatch than the one that asked"
        return JobResult("failed", error)
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(Folder())).resolve()
            _lay_out(payload, folder)
            limit_s = payload.limit_s
            in_time = children.run(folder, payload.engine, payload.domain, limit_s)
        except OSError as error:
            place = tempfile.tempdir or "any folder for temporary files"
            raise CannotRun(
                f"no job can be laid out and begun in {place} ({error})"
            ) from None
        result = _read_result(folder)
        if not in_time and limit_s and result.killed:
            result = JobResult("failed", out_of_time(limit_s))
        names = [EXECUTED]
        if result.status == "built":
            names = [ALL_FILES[kind] for kind in payload.kinds]
        paths = [folder / name for name in names]
        files = {path.name: path.read_bytes() for path in paths if path.is_file()}
        return replace(result, files=files)


def _lay_out(payload: JobPayload, folder: Path) -> None:
    """Furnish the folder of a job: the notebook, the data where it looks for them, and room to write.

    Notebook and data have the same relative names everywhere, so that nothing in a briefing depends on
    where the repository or the output folder lies.
    """
    for room in ("notebooks", "temporary"):
        (folder / room).mkdir()
    notebook = f"notebooks/{payload.notebook}"
    (folder / notebook).write_bytes(payload.source)
    data = folder / Path(DATA_LINK).name
    data.mkdir()
    (data / children.PREPARED).write_bytes(payload.prepared)
    for name, content in payload.files.items():
        place = data / name.removeprefix("data/")
        place.parent.mkdir(exist_ok=True)
        if isinstance(content, bytes):
            place.write_bytes(content)
        else:
            _link(content.resolve(), place)
    request = {
        "domain": payload.domain,
        "notebook": notebook,
        "parameters": payload.parameters,
        "engine": payload.engine,
        "links": payload.links,
        "kinds": payload.kinds,
        "notice": payload.notice,
        "limit_s": payload.limit_s,
    }
    (folder / "before.json").write_text(json.dumps(payload.before), encoding="utf-8")
    (folder / "job.json").write_text(json.dumps(request), encoding="utf-8")


def _link(source: Path, place: Path) -> None:
    try:
        place.symlink_to(source)
    except OSError:  # a file system or an account without symbolic links
        copyfile(source, place)


def _read_result(folder: Path) -> JobResult:
    """What the process of a job wrote in the end; a failure where it did not come to that."""
    error = "its process was killed before it was done"
    try:
        written = (folder / "result.json").read_text(encoding="utf-8")
        return JobResult(**json.loads(written))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError):
        error = (
            "its result could not be written to its end: is the temporary folder full?"
        )
    last_words = _last_line(folder / "log.txt")
    if last_words:
        error = f"{error}; its last words: {last_words}"
    return JobResult("failed", error, killed=True)


def _last_line(log: Path) -> str:
    """The last line of a `log` that may be of any size, or the end of it; "" where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - _LAST_WORDS, 0))
            printed = file.read()
    except OSError:
        return ""
    return (printed.decode(errors="replace").strip().splitlines() or [""])[-1]
