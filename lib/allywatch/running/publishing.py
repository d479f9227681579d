"""Publishing: an edition is put together in a folder of its own, and shown when it is whole.

``reports/latest`` is the edition, ``reports/failures`` the notebooks of the briefings that failed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import nbformat

from allywatch.running import execution, freshness, index, manifest
from allywatch.running.execution import Outcome, usable_processors
from allywatch.running.manifest import LATEST
from allywatch.running.planning import Plan

FAILURES = "failures"


@dataclass(frozen=True)
class Edition:
    """What a run published: the `folder`, its manifest, and the outcomes of this run's jobs."""

    folder: Path
    manifest: dict[str, Any]
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes of the jobs that failed."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]


def build(
    planned: Plan,
    out: Path | str = "reports",
    workers: int | None = None,
    report: Callable[[str], None] = lambda line: None,
    engine: str = execution.ENGINE,
    executor: Executor | None = None,
    force: bool = False,
    explain: bool = False,
    limit_s: float | None = None,
) -> Edition:
    """Run the jobs of `planned` and publish what comes of them under `out`.

    A job that fails leaves the others alone: its partner keeps the PDF of an earlier run, marked as such,
    and its notebook is kept with the error in ``failures``. If the run is interrupted, nothing changes.
    A briefing that would come out as it is (see `freshness`) is not built, unless by `force`; `explain`
    reports for each what has changed. `workers` jobs run at a time, by default as many as there are processors
    to use, or the workers of an `executor`; each may take `limit_s` seconds. `engine` is ``fork`` or ``kernel``.
    `report` is given a line when a job is done.
    """
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    was = manifest.read(out / LATEST)
    keys, why = freshness.standing(planned, was, out / LATEST)
    if force:
        why = dict.fromkeys(why, ("it was asked for",))
    outcomes = [Outcome(job, out / LATEST, "current", 0.0) for job in planned.jobs if not why[job.name]]
    todo = [job for job in planned.jobs if why[job.name]]
    todo.sort(key=lambda job: bool(job.partner))  # those on all partners take longest
    workers = max(min(workers or usable_processors(), len(todo)), 1)
    report(_heading(len(todo), len(outcomes), "" if executor else f", {workers} at a time"))
    for job in planned.jobs if explain else ():
        report(f"{job.name}: {'; '.join(why[job.name]) or 'nothing it is made from has changed'}")
    with _room(out) as room:
        pack = partial(
            execution.pack,
            dataset=planned.dataset,
            engine=engine,
            limit_s=limit_s,
            far=executor is not None,
        )
        for done, outcome in enumerate(execution.run(todo, room, pack, workers, executor), start=1):
            outcomes.append(replace(outcome, why=why[outcome.job.name]))
            report(_line(outcome, done, len(todo)))
        return publish(planned, outcomes, keys, out, room)


def publish(
    planned: Plan, outcomes: Iterable[Outcome], keys: dict[str, dict[str, str]], out: Path, room: Path
) -> Edition:
    """Put the edition together in `room`, a folder on the file system of `out`, then show it."""
    outcomes = sorted(outcomes, key=lambda outcome: outcome.job.name)
    latest, edition = out / LATEST, room / "edition"
    said = manifest.compose(planned, outcomes, keys, manifest.read(latest))
    made = {outcome.job.name: outcome.folder for outcome in outcomes if outcome.status == "built"}
    (edition / "thumbnails").mkdir(parents=True)
    for name, briefing in said["briefings"].items():
        if output := briefing["output"]:
            new = made.get(name)
            pairs = ((output["file"], "briefing.pdf"), (output["thumbnail"], "thumbnail.png"))
            sources = [new / own if new else latest / kept for kept, own in pairs]
            if not all(source.is_file() for source in sources):  # deleted by hand since: nothing to keep
                briefing["output"] = None
                continue
            for source, (target, _) in zip(sources, pairs, strict=True):
                _place(source, edition / target)
    manifest.write(edition, said)
    (edition / "index.html").write_text(index.page(said, planned.dataset), encoding="utf-8")
    _show(edition, latest, room / "before")
    _keep_failures(out / FAILURES, outcomes, said["briefings"])
    return Edition(latest, said, tuple(outcomes))


@contextmanager
def _room(out: Path) -> Iterator[Path]:
    """A folder to work in, beside the edition so that what was made is moved into place and not copied."""
    room = Path(mkdtemp(prefix=".build-", dir=out))
    try:
        yield room
    finally:
        for _ in range(50):  # a kernel that has been interrupted may still be putting its things away
            shutil.rmtree(room, ignore_errors=True)
            if not room.exists():
                break
            time.sleep(0.1)


def _place(source: Path, target: Path) -> None:
    """Have the content of `source` at `target` as well; a second name costs no room."""
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _show(edition: Path, latest: Path, before: Path) -> None:
    """Make `edition` the one that readers see; the one they saw goes with the run's own folder."""
    try:
        if latest.exists():
            latest.rename(before)
        edition.rename(latest)
    except BaseException:  # interrupted between the two: what was there comes back
        if before.exists() and not latest.exists():
            before.rename(latest)
        raise


def _keep_failures(folder: Path, outcomes: Iterable[Outcome], briefings: dict[str, Any]) -> None:
    """Have in `folder` the notebook of every briefing whose last attempt failed, and no other."""
    for outcome in outcomes:
        if outcome.status == "failed":
            folder.mkdir(exist_ok=True)
            nbformat.write(_failed_notebook(outcome), folder / f"{outcome.job.name}.ipynb")
    for kept in folder.glob("*.ipynb"):
        if briefings.get(kept.stem, {}).get("status") != "failed":
            kept.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _failed_notebook(outcome: Outcome) -> nbformat.NotebookNode:
    """The notebook as far as it ran, with the error told in a first cell."""
    executed = outcome.folder / "executed.ipynb"
    try:
        notebook = nbformat.read(executed, as_version=4)
    except (OSError, ValueError):  # the process died before or while papermill wrote it
        notebook = nbformat.read(outcome.job.notebook, as_version=4)
    given = outcome.job.parameters
    words = f"**This briefing failed.**\n\n```text\n{outcome.error}\n```\n\nParameters: `{given}`"
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(words, id="failure"))
    return notebook


def _heading(todo: int, current: int, at_a_time: str) -> str:
    if not todo:
        return f"Nothing to build: {current} are current"
    words = f"{todo} {'briefing' if todo == 1 else 'briefings'}{at_a_time}"
    return f"{words}; {current} {'is' if current == 1 else 'are'} current" if current else words


def _line(outcome: Outcome, done: int, of: int) -> str:
    state = f"{outcome.duration_s:5.1f} s" if outcome.status == "built" else f"FAILED: {outcome.error}"
    return f"[{done:{len(str(of))}}/{of}] {outcome.job.name}  {state}"
