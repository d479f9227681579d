"""The command line: `allywatch check`, `allywatch build` and `allywatch trace`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allywatch.running import Edition

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

BUILD_HELP = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again.

exit codes:
  0    every briefing was made
  1    some failed, the others are published; the failed notebooks are in OUT/failures
  2    bad input or usage; nothing was run or written
  130  interrupted; nothing was changed
"""

CHECK_HELP = """\
examples:
  allywatch check
  allywatch check --data my-data

exit codes:
  0    the data is sound
  2    it is not, or is not there; every failure is named by file, row and column
"""

TRACE_HELP = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every sentence and mark on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

exit codes:
  0    the chain was printed
  2    there is no such event, claim, partner or briefing, or the data is not sound
"""

ALL_HELP = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

exit codes: 0 done, 1 some briefings failed, 2 bad input or usage, 130 interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # an orderly end for both
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Interrupted: nothing was changed.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as in `allywatch check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    about = "From curated evidence on a power's alliances to a briefing per partner."
    parser = argparse.ArgumentParser("allywatch", epilog=ALL_HELP, formatter_class=raw, description=about)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, summary: str, run: Callable, epilog: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=summary, description=run.__doc__, epilog=epilog, formatter_class=raw
        )
        added.set_defaults(run=run)
        return added

    check = command("check", "say whether the data is sound", _check, CHECK_HELP)
    build = command("build", "make the briefings", _build, BUILD_HELP)
    trace = command("trace", "walk a sentence, an event or a claim home", _trace, TRACE_HELP)
    trace.add_argument("ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF")
    for each in (check, build, trace):
        each.add_argument("--data", metavar="DIR", default="data", help="the data folder (default: data)")
    option = build.add_argument
    option("partners", metavar="PARTNER", nargs="*", help="an id, name or alias (default: all)")
    known = "admit only sources published by this day, YYYY-MM-DD"
    option("--as-of", metavar="DAY", default="", help=known)
    option("--out", metavar="DIR", default="reports", help="where to publish (default: reports)")
    option("--notebooks", metavar="DIR", default="notebooks", help="the briefings (default: notebooks)")
    many = "how many at a time (default: one per processor)"
    option("--workers", metavar="N", type=_positive, help=many)
    other = "set another parameter that a notebook declares; may be repeated"
    option("--force", action="store_true", help="build what is current too")
    option("--explain", action="store_true", help="say for each briefing what has changed since it was built")
    cells = "run the cells in forked children, or in Jupyter kernels (default: fork where that is possible)"
    option("--engine", choices=["fork", "kernel"], default="", help=cells)
    others = "build elsewhere: module:factory of a concurrent.futures.Executor, or dask://HOST:PORT"
    option("--executor", metavar="WHERE", default="", help=others)
    option("-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], type=_pair, help=other)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _check(options: argparse.Namespace) -> int:
    """Say what was repaired in the data and what is wrong with it."""
    from allywatch.checking import check

    report = check(options.data)
    print(report.text)
    return report.exit_code


def _trace(options: argparse.Namespace) -> int:
    """Print the chain from sentence to event, claims, source and passage."""
    from allywatch.contract import ContractError
    from allywatch.tracing import UnknownReference, trace

    try:
        lines = trace(options.ref, options.data)
    except (UnknownReference, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _build(options: argparse.Namespace) -> int:
    """Make the briefings: a PDF each, an index and a manifest, in OUT/latest."""
    from allywatch.running import children

    started, parameters = time.monotonic(), dict(options.parameter)
    if not (options.partners or options.force) and _nothing_to_do(options, parameters):
        return DONE  # told without importing what takes time
    engine = options.engine or ("fork" if children.FORKS else "kernel")
    if engine == "fork" and not options.executor:
        children.server()  # it imports what the jobs need while the data is read here
    from allywatch.contract import ContractError
    from allywatch.running import PlanError, build, plan
    from allywatch.running.executors import connected

    try:
        planned = plan(options.data, options.notebooks, options.partners, options.as_of, parameters)
        executor = connected(options.executor) if options.executor else None
    except (PlanError, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    how = {"engine": engine, "executor": executor, "force": options.force, "explain": options.explain}
    try:
        edition = build(planned, options.out, options.workers, _say, **how)
    except OSError as error:  # no room, no right, or a file where a folder should be
        print(f"Nothing was published in {options.out}: {error}.", file=sys.stderr)
        return BAD_INPUT
    return _summed_up(edition, time.monotonic() - started)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _summed_up(edition: Edition, seconds: float) -> int:
    """Say what came of a build, and return its exit code."""
    index = _shown(edition.folder / "index.html")
    tried = [outcome for outcome in edition.outcomes if outcome.status != "current"]
    if not tried:
        print(_all_current(len(edition.outcomes), index))
        return DONE
    made = len(tried) - len(edition.failed)
    print(f"{made} of {len(tried)} briefings made in {seconds:.0f} s: {index}")
    if edition.failed:
        names = ", ".join(outcome.job.name for outcome in edition.failed)
        print(f"Failed: {names}. See {_shown(edition.folder.parent / 'failures')}", file=sys.stderr)
    return SOME_FAILED if edition.failed else DONE


def _all_current(many: int, index: Path) -> str:
    return f"Nothing to build: all {many} are current: {index}"


def _nothing_to_do(options: argparse.Namespace, parameters: dict[str, str]) -> bool:
    """Whether the last edition is all that a whole build would make; if so, say it."""
    from allywatch.running import freshness, manifest

    latest = Path(options.out).resolve() / manifest.LATEST
    asked = Path(options.data), Path(options.notebooks), options.as_of, parameters
    try:
        if not (was := manifest.read(latest)) or not freshness.unchanged(
            freshness.request(*asked), was, latest
        ):
            return False
    except (KeyError, OSError, TypeError, ValueError):
        return False  # what is wrong there is told by those who read it thoroughly
    if options.explain:
        lines = (f"{name}: nothing it is made from has changed" for name in was["briefings"])
        print("\n".join(lines), file=sys.stderr)
    print(_all_current(len(was["briefings"]), _shown(latest / "index.html")))
    return True


def _shown(path: Path) -> Path:
    """`path` as a person here would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
