"""How the commands are used that make briefings: editions and their schedules."""

from __future__ import annotations

import argparse
from pathlib import Path

from allywatch.usage.options import (
    Command,
    data_option,
    executor,
    exit_codes,
    file_option,
    log_option,
    out_option,
    pair,
    positive,
)
from briefmill.exits import Exit

BUILD = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build ABC --preview            a page to look at while coding, a second or two behind the data
  allywatch build ABC --to docx            for editors who must edit, in reports/docx
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again. Notebooks that failed are in OUT/failures.

""" + exit_codes(*Exit)


def _build_options(build: argparse.ArgumentParser) -> None:
    option = build.add_argument
    option(
        "partners",
        metavar="PARTNER",
        nargs="*",
        help="an id, name or alias (default: all)",
    )
    data_option(build)
    out_option(build)
    log_option(build)
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
        type=positive,
        help="how many at a time (default: one per processor)",
    )
    option(
        "--time-limit",
        metavar="SECONDS",
        type=positive,
        help="end a notebook that takes longer (default: none)",
    )
    option("--force", action="store_true", help="build what is current too")
    outside = build.add_mutually_exclusive_group()
    outside.add_argument(
        "--to",
        choices=["docx"],
        default="",
        help="make files for Word instead, for editors who must edit, in OUT/docx and in no edition",
    )
    outside.add_argument(
        "--preview",
        action="store_true",
        help="one partner's page of the data as they are, in OUT/preview and in no edition; "
        "made anew whenever the data change, until Ctrl-C",
    )
    option("--once", action="store_true", help="with --preview: make it and end")
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
        type=executor,
        help="build elsewhere: module:factory of a concurrent.futures.Executor, "
        "or dask://HOST:PORT",
    )
    option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=pair,
        help="set another parameter that a notebook declares; may be repeated",
    )


SCHEDULE = """\
examples:
  allywatch schedule print --as systemd                   show what would run each schedule
  allywatch schedule print weekly --as cron --to timers   write it into a folder
  allywatch schedule run weekly                           what the timer calls, and you to try it

Schedules stand in a TOML file, by default pyproject.toml, as [tool.allywatch.schedule.NAME]. Nothing is
installed: what is printed is for you to put in place.

"""
SCHEDULE += exit_codes(*Exit)
SCHEDULE += "Where its build was killed, `run` ends above 128.\n"


def _schedule_options(schedule: argparse.ArgumentParser) -> None:
    schedule.add_argument("action", choices=("print", "run"))
    schedule.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="the schedules (default for print: all)",
    )
    log_option(schedule)
    file_option(schedule)
    schedule.add_argument(
        "--as",
        dest="form",
        choices=("cron", "systemd", "github"),
        help="in whose words to print",
    )
    schedule.add_argument(
        "--to", metavar="DIR", type=Path, help="write the files into this folder"
    )


PRUNE = """\
examples:
  allywatch prune --keep 10 --dry-run
  allywatch prune --keep 10 --out /srv/reports

The edition that OUT/latest names always stays.

""" + exit_codes(Exit.DONE, Exit.BAD_INPUT, Exit.UNEXPECTED, Exit.LOCKED, done="done")


def _prune_options(prune: argparse.ArgumentParser) -> None:
    out_option(prune)
    prune.add_argument(
        "--keep",
        metavar="N",
        type=positive,
        required=True,
        help="how many editions stay",
    )
    prune.add_argument("--dry-run", action="store_true", help="only say which would go")


COMMANDS = {
    "build": Command("make the briefings", BUILD, _build_options),
    "schedule": Command(
        "run, or have run, what a schedule says", SCHEDULE, _schedule_options
    ),
    "prune": Command("remove old editions", PRUNE, _prune_options),
}
