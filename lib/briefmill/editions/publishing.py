"""Publishing: an edition is put together in a folder of its own, and shown when it is whole.

``OUT/latest`` names the edition, ``OUT/editions`` holds it and those before, ``OUT/failures`` the notebooks of
the briefings that failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from allywatch.page import standards_page
from briefmill import execution, freshness
from briefmill.editions import index, locking, manifest, store
from briefmill.editions.store import FILES
from briefmill.engine import folders
from briefmill.execution import Outcome, usable_processors
from briefmill.planning import Job, Plan

CHANGES, FAILED = "CHANGES.md", "failures.txt"


@dataclass(frozen=True)
class Edition:
    """What a run left: the `folder` that shows the edition, its manifest, and the outcomes of this run's jobs.

    `fresh` is false where nothing had changed, so that the edition before stands untouched.
    """

    folder: Path
    manifest: dict[str, Any]
    outcomes: tuple[Outcome, ...]
    fresh: bool

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes of the jobs that failed."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]

    @property
    def failures(self) -> Path:
        """The folder with the notebooks that failed."""
        return (
            self.folder.parent
            / store.FAILURES
            / str(self.manifest["edition"]["number"])
        )


def build(
    planned: Plan,
    out: Path | str = "reports",
    workers: int | None = None,
    report: Callable[..., None] = lambda words, event="note", **facts: None,
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
    `report` is given a line when a job is done, with the event's name and its facts.

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
    with locking.held(out):
        store.recover(out)
        folders.clear()
        was = manifest.read(latest)
        keys, why = freshness.standing(planned, was, latest)
        if force:
            why = dict.fromkeys(why, ("it was asked for",))
        outcomes = [
            Outcome(job, latest, "current", 0.0)
            for job in planned.jobs
            if not why[job.name]
        ]
        todo = [_told_before(job, was) for job in planned.jobs if why[job.name]]
        told = planned.dataset.events["partners"].explode().value_counts()
        # The longest first, so that none is left to the end.
        todo.sort(key=lambda job: -told.get(job.partner, sum(told)))
        workers = max(min(workers or usable_processors(), len(todo)), 1)
        heading = _heading(
            len(todo), len(outcomes), "" if executor else f", {workers} at a time"
        )
        report(heading, "start", jobs=len(todo), current=len(outcomes))
        for job in planned.jobs if explain else ():
            words = "; ".join(why[job.name]) or "nothing it is made from has changed"
            report(f"{job.name}: {words}", "why", briefing=job.name)
        with store.room(out) as room:
            far = executor is not None
            pack = partial(
                execution.pack,
                dataset=planned.dataset,
                engine=engine,
                limit_s=limit_s,
                far=far,
            )
            for done, outcome in enumerate(
                execution.run(todo, room, pack, workers, executor), start=1
            ):
                outcomes.append(_verified(replace(outcome, why=why[outcome.job.name])))
                _report(
                    report, outcomes[-1], f"[{done:{len(str(len(todo)))}}/{len(todo)}]"
                )
            return publish(planned, outcomes, keys, was, out, room, engine)


def _heading(todo: int, current: int, at_a_time: str) -> str:
    if not todo:
        return f"Nothing to build: {current} are current"
    words = f"{todo} {'briefing' if todo == 1 else 'briefings'}{at_a_time}"
    return (
        f"{words}; {current} {'is' if current == 1 else 'are'} current"
        if current
        else words
    )


def _told_before(job: Job, before: dict[str, Any]) -> Job:
    """`job` with what the last edition held of its partner, unless that edition knew of later days."""
    last = before.get("briefings", {}).get(job.name, {}).get("output") or {}
    # No `as_of` stands for all days, and so for the latest.
    later = (last.get("as_of") or "9999") > (job.parameters.get("as_of") or "9999")
    told = () if later else ("snapshot", "baseline")
    return replace(job, before={key: last[key] for key in told if key in last})


def _verified(outcome: Outcome) -> Outcome:
    """`outcome`, failed if what it made is not fit to be published."""
    if outcome.status != "built":
        return outcome
    from briefmill.editions.verifying import fault

    wrong = fault(outcome)
    return (
        replace(outcome, status="failed", error=f"not fit to be published: {wrong}")
        if wrong
        else outcome
    )


def publish(
    planned: Plan,
    outcomes: Iterable[Outcome],
    keys: dict[str, dict[str, str]],
    before: dict[str, Any],
    out: Path,
    room: Path,
    engine: str,
) -> Edition:
    """Put the edition together in `room`, a folder on the file system of `out`, then show it.

    `before` is the manifest of the edition that is shown now. Where the new one would be the same, that one stands
    and none of its files is touched.
    """
    outcomes = tuple(sorted(outcomes, key=lambda outcome: outcome.job.name))
    latest, edition, failures = (
        out / store.LATEST,
        room / "edition",
        room / store.FAILURES,
    )
    number = max(store.numbers(out), default=0) + 1
    said = manifest.compose(planned, list(outcomes), keys, before, number, engine)
    made = {
        outcome.job.name: outcome.folder
        for outcome in outcomes
        if outcome.status == "built"
    }
    for name, briefing in said["briefings"].items():
        if briefing["output"] and not _lay_out(
            briefing["output"], made.get(name), latest, edition
        ):
            briefing["output"] = (
                None  # deleted or spoilt by hand since: nothing to keep
            )
    kept = out / store.FAILURES / str(said["edition"]["previous"])
    _lay_out_failures(outcomes, said, kept, failures)
    if manifest.lasting(said) == manifest.lasting(before) and not any(
        freshness.damaged(each["output"] or {"files": {}}, latest)
        for each in before["briefings"].values()
    ):
        store.keep_failures(failures, out, before["edition"]["number"])
        return Edition(latest, before, outcomes, fresh=False)
    edition.mkdir(exist_ok=True)
    pages = {
        "index.html": index.page(said, planned.dataset),
        CHANGES: _changes(said, planned),
    }
    for name, text in (pages | standards_page.files(said, planned.dataset)).items():
        (edition / name).write_text(text, encoding="utf-8")
    manifest.write(edition, said)
    return Edition(
        store.publish(edition, failures, out, number), said, outcomes, fresh=True
    )


def _lay_out(
    output: dict[str, Any], made: Path | None, latest: Path, edition: Path
) -> bool:
    """Have the files of a briefing in `edition`: those `latest` has, else those `made`; true if all are whole."""
    for kind, file in output["files"].items():
        shown, place = latest / file["path"], edition / file["path"]
        sources = [shown, made / FILES[kind][0]] if made else [shown]
        whole = (
            path
            for path in sources
            if path.is_file() and freshness.sha256(path) == file["sha256"]
        )
        if not (source := next(whole, None)):
            return False
        place.parent.mkdir(parents=True, exist_ok=True)
        store.place(source.resolve(), place)
    return True


def _lay_out_failures(
    outcomes: Iterable[Outcome], said: dict[str, Any], before: Path, folder: Path
) -> None:
    """Have in `folder` the notebook of every briefing of the edition that failed, and a line on each.

    Those that failed in an earlier run and were not tried again are taken from the folder `before`.
    """
    failed = {
        name: briefing
        for name, briefing in said["briefings"].items()
        if briefing["status"] == "failed"
    }
    if not failed:
        return
    import nbformat  # where nothing failed nobody waits for it

    folder.mkdir()
    tried = {outcome.job.name: outcome for outcome in outcomes}
    for name in failed:
        if name in tried:
            nbformat.write(_failed_notebook(tried[name]), folder / f"{name}.ipynb")
        elif (before / f"{name}.ipynb").is_file():
            store.place(before / f"{name}.ipynb", folder / f"{name}.ipynb")
    lines = [
        f"{each['notebook']}\t{each['partner'] or '-'}\t{_one_line(each['error'])}\n"
        for each in failed.values()
    ]
    (folder / FAILED).write_text("".join(lines), encoding="utf-8")


def _failed_notebook(outcome: Outcome) -> dict[str, Any]:
    """The notebook as far as it ran, with the error told in a first cell."""
    import nbformat

    executed = outcome.folder / "executed.ipynb"
    try:
        notebook = nbformat.read(executed, as_version=4)
    except (OSError, ValueError):  # the process died before or while papermill wrote it
        notebook = nbformat.read(outcome.job.notebook, as_version=4)
    given = outcome.job.parameters
    words = f"**This briefing failed.**\n\n```text\n{outcome.error}\n```\n\nParameters: `{given}`"
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(words, id="failure"))
    return notebook


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _report(report: Callable[..., None], outcome: Outcome, place: str) -> None:
    job, state = outcome.job, f"{outcome.duration_s:5.1f} s"
    if outcome.status == "failed":
        state = f"FAILED: {_one_line(outcome.error)}"
    facts = {
        "notebook": job.notebook.name,
        "partner": job.partner,
        "duration_s": outcome.duration_s,
    }
    report(
        f"{place} {job.name}  {state}",
        outcome.status,
        briefing=job.name,
        error=outcome.error,
        **facts,
    )


def _changes(said: dict[str, Any], planned: Plan) -> str:
    """CHANGES.md: what this edition says otherwise than the one before, briefing by briefing."""
    names, edition = (
        planned.dataset.partners.set_index("partner_id")["name"],
        said["edition"],
    )
    before = edition["previous"]
    since = (
        f"Since edition {before}."
        if before
        else "This is the first edition; there is none before it."
    )
    told_of: list[str] = []
    own = {
        line
        for briefing in said["briefings"].values()
        if briefing["partner"]
        for line in briefing["changes"]
    }
    for name, briefing in said["briefings"].items():
        # What a partner's briefing tells of an event need not be told again for all of them.
        told = [
            line
            for line in briefing["changes"]
            if briefing["partner"] or line not in own
        ]
        if briefing["status"] == "failed":
            kept = briefing["output"]
            told.append(
                f"Not renewed; its files are of {kept['made'][:10]}."
                if kept
                else "Could not be made."
            )
        if told:
            title = (
                names.get(briefing["partner"])
                or (briefing["output"] or {}).get("title")
                or name
            )
            told_of += [
                f"## {_inert(title)}",
                "",
                *(f"- {_inert(line)}" for line in told),
                "",
            ]
    if before and not told_of:
        told_of = ["No event, balance or direction is told otherwise than before.", ""]
    return "\n".join(
        [f"# What changed in edition {edition['number']}", "", since, "", *told_of]
    )


def _inert(words: str) -> str:
    """`words` as Markdown that says just that, whatever is in them."""
    from allywatch.data.contract import visible

    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", visible(words))
