"""The command line: `allywatch check`, `build`, `trace` and `source`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

BUILD_HELP = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8

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

SOURCE_HELP = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF or HTML file the text is taken. It goes to the documents folder.

exit codes:
  0    done
  2    the document cannot be read, or its row would break the contract; nothing was changed
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
    source = command("source", "add a document, or say how far one is coded", _source, SOURCE_HELP)
    _source_options(source)
    trace.add_argument("ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF")
    for each in (check, build, trace, source):
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
    option("-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], type=_pair, help=other)
    return parser


def _source_options(source: argparse.ArgumentParser) -> None:
    source.add_argument("action", choices=("add", "status"))
    source.add_argument("document", metavar="FILE or ID", help="a file to add, or the id of a source")
    for name, says in (
        ("source-id", "its id (default: the next one)"),
        ("file", "its name in the documents folder (default: after FILE)"),
        ("title", "as published (default: what an HTML file states)"),
        ("publisher", "who put it before readers"),
        ("doc-type", "kind of document (default: unattributed)"),
        ("published", "when, as EDTF: 2026-03-31, 2026-03, 2025-24 …"),
        ("published-basis", "stated, inferred, external or undated"),
        ("stance", "what it argues: erosion, mixed or deepening; required to add"),
        ("reliability", "grade of the source, A to F (default: F, cannot be judged)"),
        ("lineage", "the upstream it rests on (default: its own)"),
        ("note", "reasons for date, grade and lineage"),
    ):
        source.add_argument(f"--{name}", metavar="WORDS", default="", help=says)


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


def _source(options: argparse.Namespace) -> int:
    """Add a document as a source, or say how far a source has been coded."""
    from allywatch import cleaning
    from allywatch.contract import ContractError
    from allywatch.curating import DocumentError, add_source, status

    said = {name: cell for name, cell in vars(options).items() if isinstance(cell, str)}
    said = {name: said[name] for name in said.keys() - {"action", "document", "data"}}
    try:
        source_id = options.document
        if options.action == "add":
            source_id = add_source(Path(options.data), Path(options.document), said).keys["sources"]
        lines = status(cleaning.load(options.data), source_id)
    except (DocumentError, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _build(options: argparse.Namespace) -> int:
    """Make the briefings: a PDF each, an index and a manifest, in OUT/latest."""
    from allywatch.contract import ContractError
    from allywatch.running import PlanError, build, plan

    started = time.monotonic()
    try:
        planned = plan(
            options.data, options.notebooks, options.partners, options.as_of, dict(options.parameter)
        )
    except (PlanError, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    try:
        edition = build(
            planned, options.out, options.workers, lambda line: print(line, file=sys.stderr, flush=True)
        )
    except OSError as error:  # no room, no right, or a file where a folder should be
        print(f"Nothing was published in {options.out}: {error}.", file=sys.stderr)
        return BAD_INPUT
    good = len(edition.outcomes) - len(edition.failed)
    print(
        f"{good} of {len(edition.outcomes)} briefings made in {time.monotonic() - started:.0f} s: "
        f"{_shown(edition.folder / 'index.html')}"
    )
    if edition.failed:
        names = ", ".join(outcome.job.name for outcome in edition.failed)
        print(f"Failed: {names}. See {_shown(edition.folder.parent / 'failures')}", file=sys.stderr)
    return SOME_FAILED if edition.failed else DONE


def _shown(path: Path) -> Path:
    """`path` as a person here would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
