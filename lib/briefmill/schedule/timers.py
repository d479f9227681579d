"""A schedule as files for cron, systemd or GitHub, ready for a person to put in place."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from string import Template

from briefmill.schedule.schedules import Schedule, ScheduleError

TEMPLATES = Path(__file__).with_name("templates")
DELAY_S = 300  # at most so much later than said, so that many timers do not start in one second
_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


class _Template(Template):
    """Text with places such as %{name}: the signs $ and {{ belong to systemd and to GitHub."""

    delimiter = "%"


def files(schedule: Schedule, form: str, file: Path) -> dict[str, str]:
    """The files that run `schedule`, name to content; `form` is cron, systemd or github, `file` the TOML file.

    Raises
    ------
    ScheduleError
        If `form` cannot express it.
    """
    by_form = {"cron": _cron, "systemd": _systemd, "github": _github}
    return by_form[form](schedule, file.absolute())


def hand_out(
    schedules: Iterable[Schedule], form: str, file: Path, folder: Path | None
) -> None:
    """Print the files that run the `schedules`, or write them into `folder` and print their names."""
    ready: dict[str, str] = {}
    for schedule in schedules:
        ready.update(files(schedule, form, file))
    for name, text in ready.items():
        if folder is None:
            print(f"# --- {name}\n{text}", end="")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            print(folder / name)


def _filled(template: str, schedule: Schedule, **values: str) -> str:
    """The text of a template with the schedule's own values, and these `values`."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return _Template(text).substitute(vars(schedule) | values)


def _unit(schedule: Schedule) -> str:
    return f"{schedule.program}-{schedule.name}"


def _command(schedule: Schedule, file: Path) -> list[str]:
    """The command that a timer starts."""
    run = ["schedule", "run", schedule.name, "--file", str(file), "--log", "json"]
    return [*schedule.command, *run]


# cron


def _cron(schedule: Schedule, file: Path) -> dict[str, str]:
    log = schedule.folder / f"{_unit(schedule)}.log"
    folder = shlex.quote(str(schedule.folder))
    command = shlex.join(_command(schedule, file))
    line = f"cd {folder} && {command} >>{shlex.quote(str(log))} 2>&1"
    text = _filled("crontab", schedule, command=line.replace("%", r"\%"))
    return {f"{_unit(schedule)}.crontab": text}


# systemd


def _systemd(schedule: Schedule, file: Path) -> dict[str, str]:
    unit = _unit(schedule)
    values = {
        "unit": unit,
        "folder": _escape_percent(str(schedule.folder)),
        "command": _command_line(_command(schedule, file)),
        # What the run itself can tell of, it has told; this speaks where it was killed before it could.
        "notify": _command_line(schedule.notify) or "/bin/cat",
        "cron": _escape_percent(schedule.cron),
        "calendar": "\n".join(f"OnCalendar={each}" for each in calendar(schedule)),
        "delay_s": str(DELAY_S),
    }
    return {
        f"{unit}.service": _filled("service", schedule, **values),
        f"{unit}-failed.service": _filled("failed.service", schedule, **values),
        f"{unit}.timer": _filled("timer", schedule, **values),
    }


def calendar(schedule: Schedule) -> list[str]:
    """The schedule as systemd's calendar events; two where cron means one day or another."""
    times = schedule.times
    days = _listed(times.days, 31)
    months = _listed(times.months, 12)
    hours = _listed(times.hours, 24)
    minutes = _listed(times.minutes, 60)
    time_of_day = f"{hours}:{minutes}:00 {schedule.timezone}"

    weekdays = schedule.weekdays
    on_weekdays = ""
    if len(weekdays) < 7:
        on_weekdays = ",".join(_WEEKDAYS[day] for day in weekdays) + " "
    if times.day_and:
        return [f"{on_weekdays}*-{months}-{days} {time_of_day}"]
    return [
        f"*-{months}-{days} {time_of_day}",
        f"{on_weekdays}*-{months}-* {time_of_day}",
    ]


def _listed(values: set[int], size: int) -> str:
    """`values` in systemd's form; ``*`` where they are all of so many."""
    if len(values) == size:
        return "*"
    return ",".join(f"{value:02}" for value in sorted(values))


def _command_line(words: Iterable[str]) -> str:
    """`words` as the command line of a unit."""
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "$": "$$"})
    quoted = [f'"{word.translate(escapes)}"' for word in words]
    return _escape_percent(" ".join(quoted))


def _escape_percent(words: str) -> str:
    return words.replace("%", "%%")


# GitHub


def _github(schedule: Schedule, file: Path) -> dict[str, str]:
    minutes = sorted(schedule.times.minutes)
    if any(later - earlier < 5 for earlier, later in pairwise(minutes)):
        why = "GitHub runs nothing more often than every five minutes"
        raise ScheduleError(f"Schedule {schedule.name}: {why}.")
    fields = schedule.cron.upper().split()
    if "7" in fields[4]:  # Sunday is 0 alone there
        fields[4] = ",".join(map(str, schedule.weekdays))
    # A name has letters, digits, - and _ only: the same in YAML and in a shell.
    text = _filled(
        "workflow.yml",
        schedule,
        cron=json.dumps(" ".join(fields)),
        timezone=json.dumps(schedule.timezone),
        file=json.dumps(file.name),
        out=json.dumps(schedule.out),
    )
    return {f"{_unit(schedule)}.yml": text}
