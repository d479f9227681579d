"""What the usage of several commands has in common: how one is described, exit codes, options, the types of values."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from briefmill.exits import Exit


class Command(NamedTuple):
    """How a command is used: a `summary`, what its help says at its end, and what adds its options.

    Its help lists the values that columns of the `tables` may hold.
    """

    summary: str
    epilog: str
    add_options: Callable[[argparse.ArgumentParser], None]
    tables: tuple[str, ...] = ()


#: How a command ends that makes no briefings.
_USUAL = (Exit.DONE, Exit.BAD_INPUT, Exit.UNEXPECTED)


def exit_codes(*codes: Exit, done: str = "", bad: str = "") -> str:
    """The exit codes of a command, one a line; without `codes`, those of one that makes no briefings.

    `done` and `bad` say more closely what DONE and BAD_INPUT mean for it.
    """
    special = {Exit.DONE: done, Exit.BAD_INPUT: bad}
    lines = [
        f"  {code:<4} {special.get(code) or code.meaning}\n" for code in codes or _USUAL
    ]
    return "exit codes:\n" + "".join(lines)


def data_option(command: argparse.ArgumentParser) -> None:
    """The data folder."""
    command.add_argument(
        "--data", metavar="DIR", default="data", help="the data folder (default: data)"
    )


def out_option(command: argparse.ArgumentParser) -> None:
    """Where editions go."""
    command.add_argument(
        "--out",
        metavar="DIR",
        default="reports",
        help="the output folder (default: reports)",
    )


def log_option(command: argparse.ArgumentParser) -> None:
    """In what form events are told."""
    command.add_argument(
        "--log",
        choices=("text", "json"),
        default="text",
        help="how events are told (default: text)",
    )


def file_option(command: argparse.ArgumentParser) -> None:
    """The file with the schedules."""
    command.add_argument(
        "--file",
        metavar="TOML",
        type=Path,
        default=Path("pyproject.toml"),
        help="the TOML file with the schedules (default: pyproject.toml)",
    )


def cell_options(command: argparse.ArgumentParser, cells: Mapping[str, str]) -> None:
    """An option for each cell of a row, with what it is for."""
    for name, words in cells.items():
        command.add_argument(f"--{name}", metavar="WORDS", default="", help=words)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not re.fullmatch(r"0*[1-9]\d{0,8}", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from 1 to 999999999"
        )
    return int(text)


def pair(text: str) -> tuple[str, str]:
    """A name and its value, of ``NAME=VALUE``."""
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def executor(text: str) -> str:
    """Where jobs are to run, as it was typed."""
    if not re.fullmatch(r"dask://\S+:\d+|\w+(\.\w+)*:\w+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form module:factory or dask://HOST:PORT"
        )
    return text
