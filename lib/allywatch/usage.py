"""How the command line is used: its options, and what `--help` says of each command."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn

from briefmill.exits import Exit


def _exit_codes(*codes: Exit, done: str = "", bad: str = "") -> str:
    """The exit codes of a command, one a line.

    `done` and `bad` say more closely what DONE and BAD_INPUT mean for it.
    """
    special = {Exit.DONE: done, Exit.BAD_INPUT: bad}
    lines = [f"  {code:<4} {special.get(code) or code.meaning}\n" for code in codes]
    return "exit codes:\n" + "".join(lines)


BUILD = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again. Notebooks that failed are in OUT/failures.

""" + _exit_codes(*Exit)

CHECK = """\
examples:
  allywatch check
  allywatch check --data my-data

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the data is sound",
    bad="it is not, or is not there; every failure is named by file, row and column",
)

TRACE = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every marked sentence on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the chain was printed",
    bad="no such event, claim, partner or briefing, or the data is not sound",
)

CONFIRM = """\
examples:
  allywatch confirm J2 J7         these have been read again, and stand
  allywatch confirm --all
  allywatch confirm J2 --on 2026-03-31

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="judgements.csv has it",
    bad="no such judgement, or the data is not sound; nothing was changed",
)

SOURCE = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF or HTML file the text is taken. It goes to the documents folder.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="done",
    bad="the document cannot be read, or its row would break the contract; nothing was changed",
)

SCHEDULE = """\
examples:
  allywatch schedule print --as systemd                   show what would run each schedule
  allywatch schedule print weekly --as cron --to timers   write it into a folder
  allywatch schedule run weekly                           what the timer calls, and you to try it

Schedules stand in a TOML file, by default pyproject.toml, as [tool.allywatch.schedule.NAME]. Nothing is
installed: what is printed is for you to put in place.

"""
SCHEDULE += _exit_codes(*Exit)
SCHEDULE += "Where its build was killed, `run` ends above 128.\n"

PRUNE = """\
examples:
  allywatch prune --keep 10 --dry-run
  allywatch prune --keep 10 --out /srv/reports

The edition that OUT/latest names always stays.

""" + _exit_codes(Exit.DONE, Exit.BAD_INPUT, Exit.UNEXPECTED, Exit.LOCKED, done="done")

DOCTOR = _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="all is well",
    bad="something is not; each line that begins with BAD says what to do",
)

ALL = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

""" + _exit_codes(*Exit)

COMMANDS = {
    "check": ("say whether the data is sound", CHECK),
    "confirm": ("note that judgements were read again and stand", CONFIRM),
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
    """The parser of the command line.

    `commands` has the function that runs for each name, in the order of the help.
    """
    raw = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(
        "allywatch",
        description="From curated evidence on a power's alliances to a briefing per partner.",
        epilog=ALL,
        formatter_class=raw,
    )
    subparsers = whole.add_subparsers(metavar="COMMAND", required=True)
    for name, run in commands.items():
        summary, epilog = COMMANDS[name]
        command = subparsers.add_parser(
            name,
            help=summary,
            description=run.__doc__,
            epilog=epilog,
            formatter_class=raw,
        )
        command.set_defaults(run=run, parser=command)
        _OPTIONS[name](command)
    return whole


def _check_options(check: argparse.ArgumentParser) -> None:
    _data_option(check)


def _confirm_options(confirm: argparse.ArgumentParser) -> None:
    confirm.add_argument("judgements", metavar="ID", nargs="*", help="a judgement")
    confirm.add_argument("--all", action="store_true", help="every judgement")
    confirm.add_argument(
        "--on",
        metavar="DAY",
        type=date.fromisoformat,
        help="put this day, YYYY-MM-DD, into `written` (default: leave it)",
    )
    _data_option(confirm)


def _build_options(build: argparse.ArgumentParser) -> None:
    option = build.add_argument
    option(
        "partners",
        metavar="PARTNER",
        nargs="*",
        help="an id, name or alias (default: all)",
    )
    _data_option(build)
    _out_option(build)
    _log_option(build)
    option(
        "--as-of",
        metavar="DAY",
        default="",
        help="admit only sources published by this day, YYYY-MM-DD",
    )
    option(
        "--notebooks",
        metavar="DIR",
        default="notebooks",
        help="the briefings (default: notebooks)",
    )
    option(
        "--workers",
        metavar="N",
        type=_positive,
        help="how many at a time (default: one per processor)",
    )
    option(
        "--time-limit",
        metavar="SECONDS",
        type=_positive,
        help="end a notebook that takes longer (default: none)",
    )
    option("--force", action="store_true", help="build what is current too")
    option(
        "--explain",
        action="store_true",
        help="say for each briefing what has changed since it was built",
    )
    option(
        "--engine",
        choices=["fork", "kernel"],
        default="",
        help="run the cells in forked children, or in Jupyter kernels "
        "(default: fork where that is possible)",
    )
    option(
        "--executor",
        metavar="WHERE",
        type=_executor,
        help="build elsewhere: module:factory of a concurrent.futures.Executor, "
        "or dask://HOST:PORT",
    )
    option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_pair,
        help="set another parameter that a notebook declares; may be repeated",
    )


def _trace_options(trace: argparse.ArgumentParser) -> None:
    trace.add_argument(
        "ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF"
    )
    _data_option(trace)


def _source_options(source: argparse.ArgumentParser) -> None:
    source.add_argument("action", choices=("add", "status"))
    source.add_argument(
        "document", metavar="FILE or ID", help="a file to add, or the id of a source"
    )
    cells = {
        "source-id": "its id (default: the next one)",
        "file": "its name in the documents folder (default: after FILE)",
        "title": "as published (default: what an HTML file states)",
        "publisher": "who put it before readers",
        "doc-type": "kind of document (default: unattributed)",
        "published": "when, as EDTF: 2026-03-31, 2026-03, 2025-24 …",
        "published-basis": "stated, inferred, external or undated",
        "stance": "what it argues: erosion, mixed or deepening; required to add",
        "reliability": "grade of the source, A to F (default: F, cannot be judged)",
        "lineage": "the upstream it rests on (default: its own)",
        "note": "reasons for date, grade and lineage",
    }
    for name, words in cells.items():
        source.add_argument(f"--{name}", metavar="WORDS", default="", help=words)
    _data_option(source)


def _schedule_options(schedule: argparse.ArgumentParser) -> None:
    schedule.add_argument("action", choices=("print", "run"))
    schedule.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="the schedules (default for print: all)",
    )
    _log_option(schedule)
    _file_option(schedule)
    schedule.add_argument(
        "--as",
        dest="form",
        choices=("cron", "systemd", "github"),
        help="in whose words to print",
    )
    schedule.add_argument(
        "--to", metavar="DIR", type=Path, help="write the files into this folder"
    )


def _prune_options(prune: argparse.ArgumentParser) -> None:
    _out_option(prune)
    prune.add_argument(
        "--keep",
        metavar="N",
        type=_positive,
        required=True,
        help="how many editions stay",
    )
    prune.add_argument("--dry-run", action="store_true", help="only say which would go")


def _doctor_options(doctor: argparse.ArgumentParser) -> None:
    _data_option(doctor)
    _out_option(doctor)
    _file_option(doctor)


_OPTIONS = {
    "check": _check_options,
    "confirm": _confirm_options,
    "build": _build_options,
    "trace": _trace_options,
    "source": _source_options,
    "schedule": _schedule_options,
    "prune": _prune_options,
    "doctor": _doctor_options,
}


def _data_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", metavar="DIR", default="data", help="the data folder (default: data)"
    )


def _out_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out",
        metavar="DIR",
        default="reports",
        help="the output folder (default: reports)",
    )


def _log_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--log",
        choices=("text", "json"),
        default="text",
        help="how events are told (default: text)",
    )


def _file_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--file",
        metavar="TOML",
        type=Path,
        default=Path("pyproject.toml"),
        help="the TOML file with the schedules (default: pyproject.toml)",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _executor(text: str) -> str:
    if not re.fullmatch(r"dask://\S+:\d+|\w+(\.\w+)*:\w+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form module:factory or dask://HOST:PORT"
        )
    return text


def refuse(parser: argparse.ArgumentParser, unknown: list[str]) -> NoReturn:
    """End with the usage of the command, and the option that was probably meant."""
    option = unknown[0].partition("=")[0]
    hint = ""
    if option.startswith("-"):
        known = re.findall(r"--[a-z-]+", parser.format_usage())
        for similar in difflib.get_close_matches(option, known, 1):
            hint = f" (did you mean {similar}?)"
    parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
