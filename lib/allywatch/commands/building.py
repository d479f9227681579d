"""Commands that make briefings: editions and their schedules, and other kinds of files."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from allywatch.commands import previewing
from briefmill.exits import SIGNALS, Exit

if TYPE_CHECKING:
    from briefmill import Edition


def do_build(options: argparse.Namespace) -> int:
    """Make the briefings: a PDF each, an index and a manifest, in OUT/latest."""
    started = time.monotonic()
    parameters = dict(options.parameter)
    if options.preview:
        return previewing.preview(options, parameters)
    if options.to:
        return _files(options, parameters)
    # Found out without importing what takes time.
    whole_build = not options.partners and not options.force
    if whole_build and _nothing_to_do(options, parameters):
        return Exit.DONE

    from briefmill import log
    from briefmill.engine import CannotRun, children

    report = log(options.log)
    engine = options.engine or ("fork" if children.FORKS else "kernel")
    try:
        if engine == "fork" and not options.executor:
            # It imports what the jobs need while the data is read here.
            children.make_ready("allywatch.briefings")
        edition = _built(options, parameters, engine, report)
    except (CannotRun, OSError) as error:
        # No process, no room, no right, or a file where a folder should be.
        report(f"Nothing was published in {options.out}: {error}.", "refused")
        return Exit.BAD_INPUT
    if isinstance(edition, Exit):
        return edition
    # From here on it is done: an interruption could undo nothing.
    for each in SIGNALS:
        signal.signal(each, lambda *_: None)
    return _summed_up(edition, time.monotonic() - started, report)


def _files(options: argparse.Namespace, parameters: dict[str, str]) -> int:
    """Make each briefing as another kind of file, in a folder of its own and in no edition."""
    from allywatch import briefings
    from allywatch.data.contract import ContractError, visible
    from briefmill import PlanError, execution, log, pages
    from briefmill.engine import CannotRun, children

    report = log(options.log)
    out = Path(options.out)
    engine = options.engine or execution.ENGINE
    code: int = Exit.DONE
    try:
        if engine == "fork":
            children.make_ready(briefings.__name__)
        planned = briefings.plan(
            options.data, options.notebooks, options.partners, options.as_of, parameters
        )
        made = pages.make(
            planned,
            out / options.to,
            [options.to],
            out,
            workers=options.workers or execution.usable_processors(),
            engine=engine,
            limit_s=options.time_limit,
        )
        for page in made:
            for path in page.paths:
                print(visible(str(path)), flush=True)
            if page.error:
                report(f"{page.job.name}: FAILED: {page.error}", "failed")
                code = Exit.SOME_FAILED
    except (PlanError, ContractError, CannotRun, OSError) as error:
        report(str(error), "refused")
        return Exit.BAD_INPUT
    return code


def _built(
    options: argparse.Namespace,
    parameters: dict[str, str],
    engine: str,
    report: Callable[..., None],
) -> Edition | Exit:
    """The edition that was asked for; where the request is refused, say why and return the exit code."""
    from allywatch.briefings import plan
    from allywatch.data.contract import ContractError
    from briefmill import Locked, PlanError, build
    from briefmill.executors import connected

    try:
        planned = plan(
            options.data, options.notebooks, options.partners, options.as_of, parameters
        )
        executor = connected(options.executor) if options.executor else None
        return build(
            planned,
            options.out,
            options.workers,
            report,
            engine=engine,
            executor=executor,
            force=options.force,
            explain=options.explain,
            limit_s=options.time_limit,
        )
    except (PlanError, ContractError) as error:
        report(str(error), "refused")
        return Exit.BAD_INPUT
    except Locked as error:
        report(str(error), "locked")
        return Exit.LOCKED


def _summed_up(edition: Edition, seconds: float, report: Callable[..., None]) -> int:
    """Say what came of a build, and return its exit code."""
    from allywatch.data.contract import visible

    index = visible(str(_shown(edition.folder / "index.html")))
    tried = [outcome for outcome in edition.outcomes if outcome.status != "current"]
    if tried:
        counts = f"{len(tried) - len(edition.failed)} of {len(tried)} briefings made"
        unchanged = "" if edition.fresh else ", and nothing changed"
        summary = f"{counts} in {seconds:.0f} s{unchanged}: {index}"
    else:
        summary = _all_current(len(edition.outcomes), index)
    print(summary)

    number = edition.manifest["edition"]["number"]
    words = f"Edition {number}"
    if edition.failed:
        names = ", ".join(outcome.job.name for outcome in edition.failed)
        words = f"Failed: {names}. See {_shown(edition.failures)}"
    report(words, "end", edition=number, published=edition.fresh)
    return Exit.SOME_FAILED if edition.failed else Exit.DONE


def _all_current(n_briefings: int, index: object) -> str:
    return f"Nothing to build: all {n_briefings} are current: {index}"


def _nothing_to_do(options: argparse.Namespace, parameters: dict[str, str]) -> bool:
    """Whether the last edition is all that a whole build would make; if so, say it."""
    from allywatch import briefings
    from briefmill import freshness, log
    from briefmill.editions import manifest, store

    latest = Path(options.out).absolute() / store.LATEST
    try:
        previous = manifest.read(latest)
        if not previous:
            return False
        request = freshness.request(
            briefings,
            Path(options.data),
            Path(options.notebooks),
            options.as_of,
            parameters,
        )
        if not freshness.unchanged(request, previous, latest):
            return False
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return False  # the build reads it all thoroughly and names what is wrong
    if options.explain:
        for name in previous["briefings"]:
            print(f"{name}: nothing it is made from has changed", file=sys.stderr)
    if options.log == "json":
        number = previous["edition"]["number"]
        log("json")("Nothing to build", "end", edition=number, published=False)
    index = _shown(latest / "index.html")
    print(_all_current(len(previous["briefings"]), index))
    return True


def _shown(path: Path) -> Path:
    """`path` as a person here would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def do_schedule(options: argparse.Namespace) -> int:
    """Print what runs a schedule, ready for cron, systemd or GitHub; or run one now."""
    from briefmill import log
    from briefmill.schedule import scheduled, schedules, timers

    report = log(options.log)
    try:
        known = schedules.read(options.file, "allywatch")
        unknown = [name for name in options.names if name not in known]
        if unknown:
            raise schedules.ScheduleError(
                f"No schedule is called {', '.join(unknown)}; "
                f"those there are: {', '.join(known) or 'none'}."
            )
        if options.action == "run":
            if len(options.names) != 1:
                raise schedules.ScheduleError("Name one schedule to run.")
            return scheduled.run(known[options.names[0]], options.log, report)
        if not options.form:
            raise schedules.ScheduleError(
                "Say in whose words: --as cron, --as systemd or --as github."
            )
        chosen = [known[name] for name in options.names or known]
        timers.hand_out(chosen, options.form, options.file, options.to)
    except (schedules.ScheduleError, OSError) as error:
        report(str(error), "refused")
        return Exit.BAD_INPUT
    return Exit.DONE


def do_prune(options: argparse.Namespace) -> int:
    """Remove all but the newest editions, and the failures kept with them."""
    from briefmill import Locked, prune

    out = Path(options.out)
    if not out.is_dir():
        message = f"There is no output folder {out}; name another with --out."
        print(message, file=sys.stderr)
        return Exit.BAD_INPUT
    try:
        removed = prune(out, options.keep, options.dry_run)
    except Locked as error:
        print(error, file=sys.stderr)
        return Exit.LOCKED
    except OSError as error:
        print(f"{out} could not be pruned: {error}.", file=sys.stderr)
        return Exit.BAD_INPUT
    editions = "No edition"
    if removed:
        editions = f"Editions {', '.join(str(number) for number in removed)}"
    verb = "would be removed" if options.dry_run else "removed"
    print(f"{editions} {verb}.")
    return Exit.DONE
