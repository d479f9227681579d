"""A build: the jobs of a plan that are not current are run, and what comes of them is published."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from briefmill import execution, freshness, planning
from briefmill.editions import auditing, locking, manifest, store, verifying
from briefmill.editions.publishing import Edition, one_line, publish
from briefmill.engine import folders
from briefmill.exits import SIGNALS
from briefmill.freshness import Key, Reasons
from briefmill.hashing import fingerprint
from briefmill.jobs import Job, JobOutcome
from briefmill.planning import Plan

Report = Callable[..., None]


def unreported(words: str, event: str = "note", **facts: object) -> None:
    """Report nothing."""


def build(
    planned: Plan,
    out: Path | str = "reports",
    workers: int | None = None,
    report: Report = unreported,
    engine: str = execution.ENGINE,
    executor: Executor | None = None,
    force: bool = False,
    explain: bool = False,
    limit_s: float | None = None,
) -> Edition:
    """Run the jobs of `planned` and publish what comes of them under `out`.

    A job that fails leaves the others alone: its briefing keeps the files of an earlier run, marked as such,
    and its notebook is kept with the error in ``failures``. If the run is interrupted, nothing changes.

    Parameters
    ----------
    planned
        What to build. A briefing that would come out as it is (see `freshness`) is not built.
    out
        The output folder.
    workers
        How many jobs run at a time; by default as many as there are processors to use.
    report
        Called when a job is done, with a line of text, the event's name and its facts.
    engine
        ``fork`` or ``kernel``.
    executor
        What runs the jobs instead of this machine.
    force
        Build what is current too.
    explain
        Report for each briefing what has changed.
    limit_s
        Seconds that each job may take; None: no limit.

    Raises
    ------
    briefmill.editions.locking.Locked
        If another run is at work in `out`.
    OSError
        If `out` cannot be written; nothing is published then.
    """
    out = Path(out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    latest = out / store.LATEST
    with ExitStack() as to_the_end, locking.held(out):
        store.recover(out)
        store.refuse_foreign(out)
        folders.clear()
        earlier = manifest.read(latest)
        planned = _without_dead_links(planned, earlier)
        requested = freshness.request(
            planned.domain,
            planned.data_dir,
            planned.notebooks,
            planned.as_of,
            planned.parameters,
            fingerprint(planned.inputs),
        )
        keys, reasons = freshness.standing(planned, earlier, latest)
        if force:
            reasons = dict.fromkeys(reasons, ("it was asked for",))

        todo = _todo(planned, reasons, keys, earlier)
        current = [job for job in planned.jobs if not reasons[job.name]]
        workers = max(min(workers or execution.usable_processors(), len(todo)), 1)
        at_a_time = "" if executor else f", {workers} at a time"
        heading = _heading(len(todo), len(current), at_a_time)
        report(heading, "start", jobs=len(todo), current=len(current))
        if explain:
            _explain(reasons, report)

        outcomes = [JobOutcome(job, latest, "current", 0.0) for job in current]
        with store.room(out) as room:
            pack = partial(
                execution.pack,
                planned=planned,
                engine=engine,
                limit_s=limit_s,
                far=executor is not None,
            )
            done = execution.run(todo, room, pack, workers, executor)
            for number, outcome in enumerate(done, start=1):
                outcome = replace(outcome, why=reasons[outcome.job.name])
                outcome = _verified(outcome, planned.domain.UNIT_PARAMETER)
                outcomes.append(outcome)
                width = len(str(len(todo)))
                _report_outcome(report, outcome, f"[{number:{width}}/{len(todo)}]")
            to_the_end.enter_context(_uninterrupted())
            edition = publish(
                planned, outcomes, keys, earlier, out, room, engine, requested
            )
        _mend(out, report)
        return edition


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let no signal that ends a run in order come between the steps of publishing, or after them: it would be too late."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread alone
        return
    handlers = {}
    for each in SIGNALS:
        handlers[each] = signal.signal(each, lambda *_: None)
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def _without_dead_links(planned: Plan, earlier: manifest.Manifest) -> Plan:
    """`planned`, its pages leading to no page that this edition will not hold.

    Where some briefings are asked for, an edition holds beside them those of the earlier one.
    """
    held = {job.name for job in planned.jobs}
    if not planned.whole:
        held |= manifest.outputs(earlier).keys()
    pages = {f"{name}.html" for name in held} | {planning.INDEX}
    jobs = []
    for job in planned.jobs:
        links = [
            (title, address)
            for title, address in job.links
            if address in pages or not address.endswith(".html")
        ]
        jobs.append(replace(job, links=tuple(links)))
    return replace(planned, jobs=tuple(jobs))


def _todo(
    planned: Plan,
    reasons: Mapping[str, Reasons],
    keys: Mapping[str, Key],
    earlier: manifest.Manifest,
) -> list[Job]:
    """The jobs to run, the longest first, so that none is left to the end.

    Those without a unit rest on all the data; the others take the longer the more they rest on.
    """
    todo = [job for job in planned.jobs if reasons[job.name]]
    todo.sort(key=lambda job: (job.unit != "", -len(keys[job.name])))
    return [with_last_edition(job, earlier) for job in todo]


def with_last_edition(job: Job, earlier: manifest.Manifest) -> Job:
    """`job` with what the last edition held of its briefing, unless that edition knew of later days."""
    last = manifest.output(earlier, job.name)
    # No `as_of` stands for all days, and so for the latest.
    last_day = last.get("as_of") or "9999"
    if last_day > (job.parameters.get("as_of") or "9999"):
        return job
    compared = ("snapshot", "baseline")
    return replace(job, before={key: last[key] for key in compared if key in last})


def _heading(todo: int, current: int, at_a_time: str) -> str:
    if not todo:
        return f"Nothing to build: {current} are current"
    heading = f"{todo} {'briefing' if todo == 1 else 'briefings'}{at_a_time}"
    if not current:
        return heading
    return f"{heading}; {current} {'is' if current == 1 else 'are'} current"


def _mend(out: Path, report: Report) -> None:
    """Put back what has been changed in the editions since they were published, and report it."""
    mended, lasting = auditing.mend(out)
    for damage in mended:
        report(f"{damage}; it has been put back", "mended", edition=damage.edition)
    for damage in lasting:
        report(f"{damage}, and is nowhere else", "damaged", edition=damage.edition)


def _explain(reasons: Mapping[str, Reasons], report: Report) -> None:
    for name, why in reasons.items():
        words = "; ".join(why) or "nothing it is made from has changed"
        report(f"{name}: {words}", "why", briefing=name)


def _verified(outcome: JobOutcome, unit_parameter: str) -> JobOutcome:
    """`outcome`, failed if what it made is not fit to be published."""
    if outcome.status != "built":
        return outcome
    fault = verifying.fault(outcome, unit_parameter)
    if not fault:
        return outcome
    error = f"not fit to be published: {fault}"
    return replace(outcome, status="failed", error=error)


def _report_outcome(report: Report, outcome: JobOutcome, progress: str) -> None:
    job = outcome.job
    state = f"{outcome.duration_s:5.1f} s"
    if outcome.status == "failed":
        state = f"FAILED: {one_line(outcome.error)}"
    report(
        f"{progress} {job.name}  {state}",
        outcome.status,
        briefing=job.name,
        error=outcome.error,
        notebook=job.notebook.name,
        partner=job.unit,
        duration_s=outcome.duration_s,
    )
