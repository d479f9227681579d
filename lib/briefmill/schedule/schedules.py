"""Schedules as a TOML file states them: ``[tool.PROGRAM.schedule.NAME]``, refused as a whole if anything is wrong."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from briefmill import clock
from briefmill.engine import INTERPRETER
from briefmill.regular import file_bytes

DAYS = ("today", "last-month-end")
#: A name that is also a file's, a systemd unit's and a job's.
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
#: The highest number a schedule may state, in seconds more than thirty years.
_MOST = 10**9
_LISTS = ("partners", "notify", "notify_on")
#: What a notice can be given of.
OCCASIONS = ("failure", "recovery", "change")


class ScheduleError(ValueError):
    """A schedule that cannot be read, or cannot be expressed; `str()` says where and what to do."""


@dataclass(frozen=True)
class Schedule:
    """When to build what.

    `cron` has five plain fields in the zone `timezone`; `partners` are names, aliases or ids, none for all;
    `as_of` is a day, ``today``, ``last-month-end`` or ``""``; `keep` editions stay, 0 for all; `notify` is a command with
    its arguments, and `notify_on` says of which `OCCASIONS` it hears; `time_limit` is in seconds per notebook, 0 for none. `folder` is that of the file, which
    `data`, `notebooks` and `out` start from. `program` is the package whose ``cli`` module builds.
    """

    program: str
    name: str
    folder: Path
    cron: str
    timezone: str = "UTC"
    partners: tuple[str, ...] = ()
    as_of: str = ""
    keep: int = 0
    notify: tuple[str, ...] = ()
    notify_on: tuple[str, ...] = ("failure", "recovery")
    time_limit: int = 0
    data: str = "data"
    notebooks: str = "notebooks"
    out: str = "reports"

    @property
    def command(self) -> list[str]:
        """The command that starts the program, without arguments."""
        # -P: no file of the current folder is taken for a module of Python's own.
        return [*INTERPRETER, "-m", f"{self.program}.cli"]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @property
    def times(self) -> CronSim:
        """The parsed cron expression, which iterates over the moments to come."""
        return CronSim(self.cron, clock.moment(self.zone))

    @property
    def weekdays(self) -> list[int]:
        """The days of the week on which it runs; Sunday is 0."""
        days = (day for day in self.times.weekdays if isinstance(day, int))
        return sorted({day % 7 for day in days})

    def day(self) -> str:
        """The day that `as_of` means at this moment in the schedule's zone; ``""`` for all evidence."""
        return meant_day(self.as_of, clock.moment(self.zone).date())


def meant_day(as_of: str, today: date) -> str:
    """The day that `as_of` means when it is `today`: ``today``, ``last-month-end``, or what is written."""
    if as_of == "today":
        return today.isoformat()
    if as_of == "last-month-end":
        last_day = today.replace(day=1) - timedelta(days=1)
        return last_day.isoformat()
    return as_of


def read(path: Path, program: str) -> dict[str, Schedule]:
    """The schedules of `program` in the TOML file at `path`, by name.

    Raises
    ------
    ScheduleError
        If the file cannot be read or anything in it is wrong; all of it is named.
    """
    try:
        content = tomllib.loads(file_bytes(path).decode("utf-8"))
    except OSError as error:
        raise ScheduleError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise ScheduleError(f"{path} is not TOML: {error}.") from None
    tables: Any = content
    for name in (keys := ("tool", program, "schedule")):
        tables = tables.get(name, {})
        if not isinstance(tables, dict):
            raise ScheduleError(
                f"{path.name}, {name}: it is not a table; a schedule begins with "
                f"[{'.'.join(keys)}.NAME]."
            )
    faults = [
        f"{path.name}, schedule {name!r}: {fault}"
        for name, table in tables.items()
        for fault in _faults(name, table)
    ]
    if faults:
        raise ScheduleError("\n".join(faults))

    folder = path.absolute().parent
    schedules = {}
    for name, table in tables.items():
        lists = {key: tuple(table[key]) for key in _LISTS if key in table}
        schedules[name] = Schedule(program, name, folder, **(table | lists))
    return schedules


def _faults(name: str, table: Any) -> list[str]:
    """Everything that is wrong with one schedule."""
    if not _SAFE_NAME.fullmatch(name):
        return ["a name has letters, digits, - and _ only"]
    if not isinstance(table, dict):
        return ["it is not a table"]
    kinds = {field.name: str(field.type) for field in fields(Schedule)}
    for own in ("program", "name", "folder"):
        del kinds[own]
    faults = []
    for key, value in table.items():
        if key not in kinds:
            known = ", ".join(kinds)
            faults.append(f"there is no key {key!r}; those there are: {known}")
        elif _is_broken(value):
            faults.append(f"{key} = {value!r} has a line break or a hidden character")
        elif wanted := _wanted_instead(value, kinds[key]):
            faults.append(f"{key} = {value!r} is not {wanted}")
    if faults:
        return faults
    further = (
        _cron_fault(table.get("cron", "")),
        _zone_fault(table),
        _day_fault(table),
        _occasions_fault(table),
    )
    return [fault for fault in further if fault]


def _is_broken(value: Any) -> bool:
    """Whether a text, or one in a list, has what would break the line of a crontab or of a unit."""
    texts = value if type(value) is list else [value]
    return any(type(each) is str and not each.isprintable() for each in texts)


def _wanted_instead(value: Any, kind: str) -> str:
    """What a value of this `kind` has to be, where it is not; ``""`` where it is."""
    if kind == "str":
        return "" if type(value) is str else "a text"
    if kind == "int":
        right = type(value) is int and 0 <= value <= _MOST
        return "" if right else f"a whole number from 0 up to {_MOST}"
    right = type(value) is list and all(type(each) is str for each in value)
    return "" if right else "a list of texts"


def _cron_fault(cron: str) -> str:
    if len(cron.split()) != 5:
        return f"cron = {cron!r} has not five fields: minute, hour, day of the month, month, day of the week"
    if re.search(r"[#@]|[0-9*]?L|W", re.sub(r"JUL|WED", "", cron.upper())):
        return f"cron = {cron!r} uses L, W or #, which plain cron does not have"
    try:
        CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        return f"cron = {cron!r} cannot be read: {str(error).lower()}"
    return ""


def _zone_fault(table: dict[str, Any]) -> str:
    zone = table.get("timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        # Not found is a KeyError, a path outside a ValueError.
        return f"timezone = {zone!r} is not known; write it as Europe/London or UTC"
    return ""


def _day_fault(table: dict[str, Any]) -> str:
    as_of = table.get("as_of", "")
    if not as_of or as_of in DAYS or clock.is_day(as_of):
        return ""
    return (
        f"as_of = {as_of!r} is neither a day as 2026-03-31 nor one of {', '.join(DAYS)}"
    )


def _occasions_fault(table: dict[str, Any]) -> str:
    unknown = [each for each in table.get("notify_on", ()) if each not in OCCASIONS]
    if not unknown:
        return ""
    return f"notify_on has {', '.join(map(repr, unknown))}; it knows {', '.join(OCCASIONS)}"
