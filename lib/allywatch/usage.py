"""How the command line is used: its options, and what `--help` says of each command."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

BUILD = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again.

exit codes:
  0    every briefing was made, or nothing had changed
  1    some failed, the others are published; the failed notebooks are in OUT/failures
  2    bad input or usage, or OUT cannot be written; nothing was changed
  70   an error in allywatch itself; its traceback is on standard error, and what was published stays whole
  75   another run is at work in OUT; nothing was changed
  130  interrupted; nothing was changed
"""

CHECK = """\
examples:
  allywatch check
  allywatch check --data my-data

exit codes:
  0    the data is sound
  2    it is not, or is not there; every failure is named by file, row and column
  70   an error in allywatch itself; the traceback on standard error says where
"""

TRACE = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every marked sentence on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

exit codes:
  0    the chain was printed
  2    there is no such event, claim, partner or briefing, or the data is not sound
  70   an error in allywatch itself; the traceback on standard error says where
"""

SOURCE = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF or HTML file the text is taken. It goes to the documents folder.

exit codes:
  0    done
  2    the document cannot be read, or its row would break the contract; nothing was changed
  70   an error in allywatch itself; the traceback on standard error says where
"""

SCHEDULE = """\
examples:
  allywatch schedule print --as systemd                   show what would run each schedule
  allywatch schedule print weekly --as cron --to timers   write it into a folder
  allywatch schedule run weekly                           what the timer calls, and you to try it

Schedules stand in a TOML file, by default pyproject.toml, as [tool.allywatch.schedule.NAME]. Nothing is
installed: what is printed is for you to put in place.

exit codes: of `run`, those of allywatch build, and above 128 where it was killed; of `print`, 0, 2 or 70
"""

PRUNE = """\
examples:
  allywatch prune --keep 10 --dry-run
  allywatch prune --keep 10 --out /srv/reports

The edition that OUT/latest names always stays.

exit codes: 0 done, 2 bad usage, or OUT is not there or cannot be written, 70 an error in allywatch itself,
75 a run is at work in OUT
"""

DOCTOR = """\
exit codes: 0 all is well, 2 something is not (each line that begins with BAD says what to do),
70 an error in allywatch itself
"""

ALL = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

exit codes: 0 done, 1 some briefings failed, 2 bad input or usage, 70 an error in allywatch itself,
75 another run is at work, 130 interrupted
"""

COMMANDS = {
    "check": ("say whether the data is sound", CHECK),
    "build": ("make the briefings", BUILD),
    "trace": ("walk a sentence, an event or a claim home", TRACE),
    "source": ("add a document, or say how far one is coded", SOURCE),
    "schedule": ("run, or have run, what a schedule says", SCHEDULE),
    "prune": ("remove old editions", PRUNE),
    "doctor": ("say whether all is ready for a run", DOCTOR),
}


def parser(
    commands: Mapping[str, Callable[[argparse.Namespace], int]],
) -> argparse.ArgumentParser:
    """The parser of the command line; `commands` are what runs for each name, in the order of the help."""
    raw = argparse.RawDescriptionHelpFormatter
    about = "From curated evidence on a power's alliances to a briefing per partner."
    whole = argparse.ArgumentParser(
        "allywatch", epilog=ALL, formatter_class=raw, description=about
    )
    places, of = whole.add_subparsers(metavar="COMMAND", required=True), {}
    for name, run in commands.items():
        summary, epilog = COMMANDS[name]
        look = {"description": run.__doc__, "epilog": epilog, "formatter_class": raw}
        of[name] = places.add_parser(name, help=summary, **look)
        of[name].set_defaults(run=run, parser=of[name])
    build, schedule, prune, doctor = (
        of[name] for name in ("build", "schedule", "prune", "doctor")
    )
    _source_options(of["source"])
    of["trace"].add_argument(
        "ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF"
    )
    for each in (of[name] for name in ("check", "build", "trace", "source", "doctor")):
        each.add_argument(
            "--data",
            metavar="DIR",
            default="data",
            help="the data folder (default: data)",
        )
    out, told = (
        "the output folder (default: reports)",
        "how events are told (default: text)",
    )
    toml = "the TOML file with the schedules (default: pyproject.toml)"
    for each in (build, prune, doctor):
        each.add_argument("--out", metavar="DIR", default="reports", help=out)
    for each in (build, schedule):
        each.add_argument("--log", choices=("text", "json"), default="text", help=told)
    for each in (schedule, doctor):
        each.add_argument(
            "--file",
            metavar="TOML",
            type=Path,
            default=Path("pyproject.toml"),
            help=toml,
        )
    prune.add_argument(
        "--keep",
        metavar="N",
        type=_positive,
        required=True,
        help="how many editions stay",
    )
    prune.add_argument("--dry-run", action="store_true", help="only say which would go")
    schedule.add_argument("action", choices=("print", "run"))
    schedule.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="the schedules (default for print: all)",
    )
    forms = ("cron", "systemd", "github")
    schedule.add_argument(
        "--as", dest="form", choices=forms, help="in whose words to print"
    )
    schedule.add_argument(
        "--to", metavar="DIR", type=Path, help="write the files into this folder"
    )
    _build_options(build.add_argument)
    return whole


def _build_options(option: Callable[..., argparse.Action]) -> None:
    option(
        "partners",
        metavar="PARTNER",
        nargs="*",
        help="an id, name or alias (default: all)",
    )
    known = "admit only sources published by this day, YYYY-MM-DD"
    option("--as-of", metavar="DAY", default="", help=known)
    option(
        "--notebooks",
        metavar="DIR",
        default="notebooks",
        help="the briefings (default: notebooks)",
    )
    many = "how many at a time (default: one per processor)"
    option("--workers", metavar="N", type=_positive, help=many)
    limit = "end a notebook that takes longer (default: none)"
    option("--time-limit", metavar="SECONDS", type=_positive, help=limit)
    option("--force", action="store_true", help="build what is current too")
    option(
        "--explain",
        action="store_true",
        help="say for each briefing what has changed since it was built",
    )
    cells = "run the cells in forked children, or in Jupyter kernels (default: fork where that is possible)"
    option("--engine", choices=["fork", "kernel"], default="", help=cells)
    others = "build elsewhere: module:factory of a concurrent.futures.Executor, or dask://HOST:PORT"
    option("--executor", metavar="WHERE", type=_place, help=others)
    other = "set another parameter that a notebook declares; may be repeated"
    option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_pair,
        help=other,
    )


def _source_options(source: argparse.ArgumentParser) -> None:
    source.add_argument("action", choices=("add", "status"))
    source.add_argument(
        "document", metavar="FILE or ID", help="a file to add, or the id of a source"
    )
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


def _place(text: str) -> str:
    if not re.fullmatch(r"dask://\S+:\d+|\w+(\.\w+)*:\w+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form module:factory or dask://HOST:PORT"
        )
    return text


def refuse(parser: argparse.ArgumentParser, unknown: list[str]) -> NoReturn:
    """End with the usage of the command that does not know these arguments, and the option that was meant."""
    option, known = (
        unknown[0].partition("=")[0],
        re.findall(r"--[a-z-]+", parser.format_usage()),
    )
    near = difflib.get_close_matches(option, known, 1) if option.startswith("-") else []
    hint = f" (did you mean {near[0]}?)" if near else ""
    parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
