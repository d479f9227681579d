"""Publishing: an edition is put together in a folder of its own, and shown when it is complete.

``OUT/latest`` names the edition, ``OUT/editions`` holds it and those before, ``OUT/failures`` the notebooks of
the briefings that failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill import freshness, hashing
from briefmill.editions import changes, feed, manifest, store
from briefmill.editions.composing import compose
from briefmill.freshness import Key
from briefmill.jobs import EXECUTED, FILES, JobOutcome
from briefmill.planning import Plan

if TYPE_CHECKING:
    from nbformat import NotebookNode

FAILED = "failures.txt"


@dataclass(frozen=True)
class Edition:
    """What a run left: the `folder` that shows the edition, its manifest, and the outcomes of this run's jobs.

    `fresh` is false where nothing had changed, so that the edition before stands untouched.
    """

    folder: Path
    manifest: manifest.Manifest
    outcomes: tuple[JobOutcome, ...]
    fresh: bool

    @property
    def failed(self) -> list[JobOutcome]:
        """The outcomes of the jobs that failed."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]

    @property
    def failures(self) -> Path:
        """The folder with the notebooks that failed."""
        number = str(manifest.number(self.manifest))
        return self.folder.parent / store.FAILURES / number


def publish(
    planned: Plan,
    outcomes: Sequence[JobOutcome],
    keys: Mapping[str, Key],
    earlier: manifest.Manifest,
    out: Path,
    room: Path,
    engine: str,
    requested: str,
) -> Edition:
    """Put the edition together in `room`, a folder on the file system of `out`, then show it.

    `earlier` is the manifest of the edition that is shown now, `requested` the fingerprint of what the run was asked for. Where the new one would be the same, that one stands
    and none of its files is touched.
    """
    outcomes = tuple(sorted(outcomes, key=lambda outcome: outcome.job.name))
    latest = out / store.LATEST
    edition = room / "edition"
    failures = room / store.FAILURES
    number = max(store.numbers(out), default=0) + 1

    composed = compose(planned, outcomes, keys, earlier, number, engine, requested)
    _lay_out_briefings(composed, outcomes, latest, edition)
    earlier_number = manifest.number(earlier)
    kept_failures = out / store.FAILURES / str(earlier_number)
    _lay_out_failures(composed, outcomes, kept_failures, failures)

    same = manifest.comparable(composed) == manifest.comparable(earlier)
    if same and earlier_number is not None and freshness.whole(earlier, latest):
        store.keep_failures(failures, out, earlier_number)
        return Edition(latest, earlier, outcomes, fresh=False)

    edition.mkdir(exist_ok=True)
    composed["pages"] = _write_pages(planned, composed, earlier, edition)
    manifest.write(edition, composed)
    shown = store.publish(edition, failures, out, number)
    return Edition(shown, composed, outcomes, fresh=True)


def _write_pages(
    planned: Plan, composed: dict[str, Any], earlier: manifest.Manifest, edition: Path
) -> dict[str, str]:
    """Write what an edition holds beside its briefings and its manifest; the SHA-256 of each, by file name."""
    domain = planned.domain
    names = domain.units(planned.dataset)
    composed["series"] = feed.series(composed, earlier)
    composed["news"] = feed.news(composed, earlier, names)
    pages = domain.pages(composed, planned.dataset)
    title = domain.title(planned.dataset)
    program = domain.__name__.partition(".")[0]
    pages[feed.FILE] = feed.page(composed, title, program)
    pages[changes.FILE] = changes.page(composed, names, domain.UNCHANGED)
    for name, text in pages.items():
        (edition / name).write_text(text, encoding="utf-8")
    manifest.write_schema(edition)
    written = (*pages, manifest.SCHEMA)
    return {name: hashing.sha256(edition / name) for name in sorted(written)}


def _lay_out_briefings(
    composed: dict[str, Any],
    outcomes: Sequence[JobOutcome],
    latest: Path,
    edition: Path,
) -> None:
    """Link the files of every briefing into `edition`; one whose files are not whole loses its output."""
    job_folders = {
        outcome.job.name: outcome.folder
        for outcome in outcomes
        if outcome.status == "built"
    }
    for name, output in manifest.outputs(composed).items():
        if not _lay_out(output, latest, job_folders.get(name), edition):
            # Deleted or spoilt by hand since: there is nothing to keep.
            composed["briefings"][name]["output"] = None


def _lay_out(
    output: manifest.Output, latest: Path, job_folder: Path | None, edition: Path
) -> bool:
    """Whether all files of a briefing are in `edition` now: those in `latest`, else those the job made."""
    for kind, file in output["files"].items():
        candidates = [latest / file["path"]]
        if job_folder is not None:
            candidates.append(job_folder / FILES[kind])
        for source in candidates:
            if source.is_file() and hashing.sha256(source) == file["sha256"]:
                break
        else:
            return False
        place = edition / file["path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        store.link(source.resolve(), place)
    return True


def _lay_out_failures(
    composed: manifest.Manifest,
    outcomes: Sequence[JobOutcome],
    earlier_failures: Path,
    folder: Path,
) -> None:
    """Have in `folder` the notebook of every briefing of the edition that failed, and a line on each.

    Those that failed in an earlier run and were not tried again are taken from `earlier_failures`.
    """
    failed = manifest.failed(composed)
    if not failed:
        return
    import nbformat  # where nothing failed nobody waits for it

    folder.mkdir()
    tried = {outcome.job.name: outcome for outcome in outcomes}
    lines = []
    for name, briefing in failed.items():
        place = folder / f"{name}.ipynb"
        earlier = earlier_failures / place.name
        if name in tried:
            nbformat.write(_failed_notebook(tried[name]), place)
        elif earlier.is_file():
            store.link(earlier, place)
        unit = manifest.unit(briefing) or "-"
        error = one_line(briefing["error"])
        lines.append(f"{briefing['notebook']}\t{unit}\t{error}\n")
    (folder / FAILED).write_text("".join(lines), encoding="utf-8")


def _failed_notebook(outcome: JobOutcome) -> NotebookNode:
    """The notebook as far as it ran, with the error in a first cell."""
    import nbformat

    try:
        notebook = nbformat.read(outcome.folder / EXECUTED, as_version=4)
    except (OSError, ValueError):  # the process died before or while papermill wrote it
        notebook = nbformat.read(outcome.job.notebook, as_version=4)
    words = (
        f"**This briefing failed.**\n\n```text\n{outcome.error}\n```\n\n"
        f"Parameters: `{outcome.job.parameters}`"
    )
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(words, id="failure"))
    return notebook


def one_line(words: str) -> str:
    """`words` without line breaks."""
    return " ".join(words.split())
