"""Schedules as a TOML file states them: ``[tool.allywatch.schedule.NAME]``, refused as a whole if anything is wrong."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from allywatch.data.contract import is_day
from briefmill import clock

DAYS = ("today", "last-month-end")
_SAFE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]*"
)  # a name that is also a file's, a unit's and a job's


class ScheduleError(ValueError):
    """A schedule that cannot be read, or cannot be expressed; `str()` says where and what to do."""


@dataclass(frozen=True)
class Schedule:
    """When to build what.

    `cron` has five plain fields in the zone `timezone`; `partners` are names, aliases or ids, none for all;
    `as_of` is a day, ``today``, ``last-month-end`` or ``""``; `keep` editions stay, 0 for all; `notify` is a command with
    its arguments; `time_limit` is in seconds per notebook, 0 for none. `folder` is that of the file, which
    `data`, `notebooks` and `out` start from.
    """

    name: str
    folder: Path
    cron: str
    timezone: str = "UTC"
    partners: tuple[str, ...] = ()
    as_of: str = ""
    keep: int = 0
    notify: tuple[str, ...] = ()
    time_limit: int = 0
    data: str = "data"
    notebooks: str = "notebooks"
    out: str = "reports"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @property
    def times(self) -> CronSim:
        """The parsed cron expression, which iterates over the moments to come."""
        return CronSim(self.cron, clock.moment(self.zone))

    def day(self) -> str:
        """The day that `as_of` means at this moment in the schedule's zone; ``""`` for all evidence."""
        return day(self.as_of, clock.moment(self.zone).date())


def day(as_of: str, today: date) -> str:
    """The day that `as_of` means when it is `today`: ``today``, ``last-month-end``, or what is written."""
    if as_of == "last-month-end":
        year, month = (
            (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
        )
        today = date(year, month, monthrange(year, month)[1])
    return today.isoformat() if as_of in DAYS else as_of


def read(path: Path) -> dict[str, Schedule]:
    """The schedules in the TOML file at `path`, by name.

    Raises
    ------
    ScheduleError
        If the file cannot be read or anything in it is wrong; all of it is named.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScheduleError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ScheduleError(f"{path} is not TOML: {error}.") from None
    tables = said.get("tool", {}).get("allywatch", {}).get("schedule", {})
    wrong = {name: _wrong(name, table) for name, table in tables.items()}
    lines = [
        f"{path.name}, schedule {name!r}: {each}"
        for name, found in wrong.items()
        for each in found
    ]
    if lines:
        raise ScheduleError("\n".join(lines))
    folder = path.absolute().parent
    lists = ("partners", "notify")
    return {
        name: Schedule(
            name,
            folder,
            **table | {key: tuple(table[key]) for key in lists if key in table},
        )
        for name, table in tables.items()
    }


def _wrong(name: str, table: Any) -> list[str]:
    """Everything that is wrong with one schedule."""
    if not _SAFE.fullmatch(name):
        return ["a name has letters, digits, - and _ only"]
    if not isinstance(table, dict):
        return ["it is not a table"]
    known = {
        field.name: field.type
        for field in fields(Schedule)
        if field.name not in ("name", "folder")
    }
    kinds = {"str": (str, "a text"), "int": (int, "a whole number from 0 up")}
    kinds["tuple[str, ...]"] = list, "a list of texts"
    there = ", ".join(known)
    wrong = [
        f"there is no key {key!r}; those there are: {there}"
        for key in table
        if key not in known
    ]
    for key in known.keys() & table.keys():
        kind, words = kinds[known[key]]
        value = table[key]
        sound = type(value) is kind and (
            kind is not list or all(type(each) is str for each in value)
        )
        if not sound or (kind is int and value < 0):
            wrong.append(f"{key} = {value!r} is not {words}")
    return wrong or [
        *filter(
            None, (_of_cron(table.get("cron", "")), _of_zone(table), _of_day(table))
        )
    ]


def _of_cron(cron: str) -> str:
    if len(cron.split()) != 5:
        return f"cron = {cron!r} has not five fields: minute, hour, day of the month, month, day of the week"
    if re.search(r"[#@]|[0-9*]?L|W", re.sub(r"JUL|WED", "", cron.upper())):
        return f"cron = {cron!r} uses L, W or #, which plain cron does not have"
    try:
        CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        return f"cron = {cron!r} cannot be read: {str(error).lower()}"
    return ""


def _of_zone(table: dict[str, Any]) -> str:
    zone = table.get("timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (
        OSError,
        ValueError,
        KeyError,
    ):  # not found is a KeyError, a path outside a ValueError
        return f"timezone = {zone!r} is not known; write it as Europe/London or UTC"
    return ""


def _of_day(table: dict[str, Any]) -> str:
    as_of = table.get("as_of", "")
    sound = not as_of or as_of in DAYS or is_day(as_of)
    return (
        ""
        if sound
        else f"as_of = {as_of!r} is neither a day as 2026-03-31 nor one of {', '.join(DAYS)}"
    )
