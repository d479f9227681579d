"""Pages on their own: made as a build makes them, but published nowhere and in no edition."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from briefmill import execution
from briefmill.building import with_last_edition
from briefmill.editions import manifest, store
from briefmill.engine.folders import Folder
from briefmill.jobs import ALL_FILES, Job, JobOutcome
from briefmill.planning import Plan


class PageFailed(RuntimeError):
    """A notebook that did not come to its end; `str()` says where and why."""


@dataclass(frozen=True)
class Page:
    """What came of one job: the files that were written, none where it failed with `error`."""

    job: Job
    paths: tuple[Path, ...]
    duration_s: float
    error: str


def make(
    planned: Plan,
    folder: Path,
    kinds: Sequence[str],
    out: Path,
    notice: str = "",
    workers: int = 1,
    engine: str = execution.ENGINE,
    limit_s: float | None = None,
) -> Iterator[Page]:
    """Run the jobs of `planned` and write each page into `folder` as it is done, in place of an earlier one.

    They lead to no other page.

    Parameters
    ----------
    planned
        What to make. All of it is made, current or not.
    kinds
        Kinds of `jobs.ALL_FILES`.
    out
        The output folder. What its latest edition says is what a page compares itself with; nothing is written there.
    notice
        What stands above everything on the page, ``""`` for nothing.
    workers, engine, limit_s
        As for `building.build`.

    Raises
    ------
    briefmill.engine.CannotRun
        If no job can be begun on this machine.
    OSError
        If `folder` cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    earlier = manifest.read(out / store.LATEST)
    jobs = [replace(with_last_edition(job, earlier), links=()) for job in planned.jobs]
    pack = partial(
        execution.pack,
        planned=planned,
        engine=engine,
        limit_s=limit_s,
        kinds=kinds,
        notice=notice,
    )
    with Folder() as room:
        for outcome in execution.run(jobs, Path(room), pack, workers):
            yield _page(outcome, folder, kinds)


def _page(outcome: JobOutcome, folder: Path, kinds: Sequence[str]) -> Page:
    """The page that came of a job, its files moved into `folder`."""
    paths = []
    if outcome.status == "built":
        for kind in kinds:
            made = outcome.folder / ALL_FILES[kind]
            path = folder / f"{outcome.job.name}{made.suffix}"
            _put(made.read_bytes(), path)
            paths.append(path)
    return Page(outcome.job, tuple(paths), outcome.duration_s, outcome.error)


def _put(content: bytes, path: Path) -> None:
    """Write a file at once, so that whoever has it open never sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
