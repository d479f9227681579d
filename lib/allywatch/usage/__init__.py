"""How the command line is used: its options, and what `--help` says of each command."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from allywatch.usage import building, coding, folders
from allywatch.usage.options import exit_codes
from briefmill.exits import Exit

ALL = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

""" + exit_codes(*Exit)

COMMANDS = folders.COMMANDS | building.COMMANDS | coding.COMMANDS


def parser(
    commands: Mapping[str, Callable[[argparse.Namespace], int]],
    arguments: Sequence[str],
) -> argparse.ArgumentParser:
    """The parser of the command line.

    `commands` has the function that runs for each name, in the order of the help. Only those named in the
    `arguments` get their options, for which all others would wait.
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
        usage = COMMANDS[name]
        command = subparsers.add_parser(
            name,
            help=usage.summary,
            description=run.__doc__,
            epilog=usage.epilog,
            formatter_class=raw,
            add_help=not usage.tables,
        )
        if usage.tables:
            words = "show this help, with every value of a column, and exit"
            command.add_argument(
                "-h", "--help", action=_Help, tables=usage.tables, help=words
            )
        command.set_defaults(run=run, parser=command)
        if name in arguments:
            usage.add_options(command)
    return whole


class _Help(argparse.Action):
    """``--help`` with every value that the columns of a table may hold, by the contract of the data folder.

    That is the folder named by ``--data`` before it, or else `data`; without one, what a new folder starts with.
    """

    def __init__(self, tables: Sequence[str], **settings: Any) -> None:
        super().__init__(nargs=0, **settings)
        self.tables = tables

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> NoReturn:
        from allywatch.desk.values import value_lines

        listed = "\n".join(value_lines(Path(namespace.data), self.tables))
        parser.epilog = f"values:\n{listed}\n\n{parser.epilog}"
        parser.print_help()
        parser.exit()


def refuse(parser: argparse.ArgumentParser, unknown: list[str]) -> NoReturn:
    """End with the usage of the command, and the option that was probably meant."""
    import difflib

    option = unknown[0].partition("=")[0]
    hint = ""
    if option.startswith("-"):
        known = re.findall(r"--[a-z-]+", parser.format_usage())
        for similar in difflib.get_close_matches(option, known, 1):
            hint = f" (did you mean {similar}?)"
    parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
