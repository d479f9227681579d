"""The command line: `allywatch check`, `build`, `trace`, `source`, `schedule`, `prune` and `doctor`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefmill import Edition

from allywatch import usage
from briefmill.exits import Exit

DONE, SOME_FAILED, BAD_INPUT, UNEXPECTED, LOCKED, INTERRUPTED = Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    commands = {"check": _check, "build": _build, "trace": _trace, "source": _source}
    commands |= {"schedule": _schedule, "prune": _prune, "doctor": _doctor}
    options, unknown = usage.parser(commands).parse_known_args(arguments)
    if unknown:
        usage.refuse(options.parser, unknown)
    signal.signal(
        signal.SIGTERM, signal.getsignal(signal.SIGINT)
    )  # an orderly end for both
    code = SOME_FAILED
    try:
        code = options.run(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Interrupted: nothing was changed.", file=sys.stderr)
        return INTERRUPTED
    except (
        BrokenPipeError
    ):  # the reader of our output has gone, as in `allywatch check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code
    except (
        Exception
    ):  # an interpreter left to itself ends 1, and that is said of an edition
        traceback.print_exc()
        return UNEXPECTED


def _check(options: argparse.Namespace) -> int:
    """Say what was repaired in the data and what is wrong with it."""
    from allywatch.check import check

    report = check(options.data)
    print(report.text)
    return report.exit_code


def _trace(options: argparse.Namespace) -> int:
    """Print the chain from sentence to event, claims, source and passage."""
    from allywatch.data.contract import ContractError
    from allywatch.trace import UnknownReference, trace

    try:
        lines = trace(options.ref, options.data)
    except (UnknownReference, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _source(options: argparse.Namespace) -> int:
    """Add a document as a source, or say how far a source has been coded."""
    from allywatch.data import loading
    from allywatch.data.contract import ContractError
    from allywatch.desk.curate import DocumentError, add_source, status

    said = {name: cell for name, cell in vars(options).items() if isinstance(cell, str)}
    said = {name: said[name] for name in said.keys() - {"action", "document", "data"}}
    try:
        source_id = options.document
        if options.action == "add":
            source_id = add_source(
                Path(options.data), Path(options.document), said
            ).keys["sources"]
        lines = status(loading.load(options.data), source_id)
    except (DocumentError, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _build(options: argparse.Namespace) -> int:
    """Make the briefings: a PDF each, an index and a manifest, in OUT/latest."""
    from briefmill.engine import children

    started, parameters = time.monotonic(), dict(options.parameter)
    if not (options.partners or options.force) and _nothing_to_do(options, parameters):
        return DONE  # told without importing what takes time
    engine = options.engine or ("fork" if children.FORKS else "kernel")
    if engine == "fork" and not options.executor:
        children.server(
            "allywatch.briefings"
        )  # it imports what the jobs need while the data is read here
    from allywatch.briefings import plan
    from allywatch.data.contract import ContractError
    from briefmill import Locked, PlanError, build, log
    from briefmill.executors import connected

    report = log(options.log)
    try:
        planned = plan(
            options.data, options.notebooks, options.partners, options.as_of, parameters
        )
        executor = connected(options.executor) if options.executor else None
        chosen = engine, executor, options.force, options.explain, options.time_limit
        edition = build(planned, options.out, options.workers, report, *chosen)
    except (PlanError, ContractError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    except Locked as error:
        report(str(error), "locked")
        return LOCKED
    except OSError as error:  # no room, no right, or a file where a folder should be
        report(f"Nothing was published in {options.out}: {error}.", "refused")
        return BAD_INPUT
    return _summed_up(edition, time.monotonic() - started, report)


def _summed_up(edition: Edition, seconds: float, report: Callable[..., None]) -> int:
    """Say what came of a build, and return its exit code."""
    from allywatch.data.contract import visible

    index = visible(str(_shown(edition.folder / "index.html")))
    tried = [outcome for outcome in edition.outcomes if outcome.status != "current"]
    made, number = (
        len(tried) - len(edition.failed),
        edition.manifest["edition"]["number"],
    )
    stands = "" if edition.fresh else ", and nothing changed"
    told = f"{made} of {len(tried)} briefings made in {seconds:.0f} s{stands}: {index}"
    with suppress(BrokenPipeError):  # what was made stands, whoever listens
        print(told if tried else _all_current(len(edition.outcomes), index))
    names = ", ".join(outcome.job.name for outcome in edition.failed)
    words = (
        f"Failed: {names}. See {_shown(edition.failures)}"
        if names
        else f"Edition {number}"
    )
    report(words, "end", edition=number, published=edition.fresh)
    return SOME_FAILED if edition.failed else DONE


def _schedule(options: argparse.Namespace) -> int:
    """Print what runs a schedule, ready for cron, systemd or GitHub; or run one now."""
    from briefmill import log
    from briefmill.schedule import scheduled, schedules, timers

    report = log(options.log)
    try:
        known = schedules.read(options.file, "allywatch")
        named = options.names or (list(known) if options.action == "print" else [])
        if missing := [name for name in named if name not in known]:
            said = f"No schedule is called {', '.join(missing)}"
            raise schedules.ScheduleError(
                f"{said}; those there are: {', '.join(known) or 'none'}."
            )
        if options.action == "run":
            if len(named) != 1:
                raise schedules.ScheduleError("Name one schedule to run.")
            return scheduled.run(known[named[0]], options.log, report)
        if not options.form:
            raise schedules.ScheduleError(
                "Say in whose words: --as cron, --as systemd or --as github."
            )
        timers.hand_out(
            [known[name] for name in named], options.form, options.file, options.to
        )
    except (schedules.ScheduleError, OSError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    return DONE


def _prune(options: argparse.Namespace) -> int:
    """Remove all but the newest editions, and the failures kept with them."""
    from briefmill import Locked, prune

    if not Path(options.out).is_dir():
        print(
            f"There is no output folder {options.out}; name another with --out.",
            file=sys.stderr,
        )
        return BAD_INPUT
    try:
        gone = prune(Path(options.out), options.keep, options.dry_run)
    except Locked as error:
        print(error, file=sys.stderr)
        return LOCKED
    except OSError as error:
        print(f"{options.out} could not be pruned: {error}.", file=sys.stderr)
        return BAD_INPUT
    would = "would be removed" if options.dry_run else "removed"
    print(
        f"{'Editions ' + ', '.join(map(str, gone)) if gone else 'No edition'} {would}."
    )
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    """Look at Python, packages, fonts, documents, data, output, lock, engine and schedules."""
    from allywatch import doctor

    well = True
    for finding in doctor.examination(
        Path(options.data), Path(options.out), options.file
    ):
        print(finding, flush=True)
        well &= finding.well
    return DONE if well else BAD_INPUT


def _all_current(many: int, index: object) -> str:
    return f"Nothing to build: all {many} are current: {index}"


def _nothing_to_do(options: argparse.Namespace, parameters: dict[str, str]) -> bool:
    """Whether the last edition is all that a whole build would make; if so, say it."""
    from allywatch import briefings
    from briefmill import freshness, log
    from briefmill.editions import manifest, store

    latest = Path(options.out).absolute() / store.LATEST
    asked = Path(options.data), Path(options.notebooks), options.as_of, parameters
    try:
        was = manifest.read(latest)
        if not (
            was
            and freshness.unchanged(freshness.request(briefings, *asked), was, latest)
        ):
            return False
    except (KeyError, OSError, TypeError, ValueError):
        return False  # what is wrong there is told by those who read it thoroughly
    if options.explain:
        lines = (
            f"{name}: nothing it is made from has changed" for name in was["briefings"]
        )
        print("\n".join(lines), file=sys.stderr)
    if options.log == "json":
        log("json")(
            "Nothing to build", "end", edition=was["edition"]["number"], published=False
        )
    print(_all_current(len(was["briefings"]), _shown(latest / "index.html")))
    return True


def _shown(path: Path) -> Path:
    """`path` as a person here would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
