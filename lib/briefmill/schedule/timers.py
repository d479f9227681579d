"""A schedule in the words of cron, systemd and GitHub: files ready to be put in place, by a person."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from briefmill.schedule.schedules import Schedule, ScheduleError

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
DELAY_S = 300  # at most so much later than said, so that many timers do not start in one second


def files(schedule: Schedule, form: str, file: Path) -> dict[str, str]:
    """The files that run `schedule`, name to content; `form` is cron, systemd or github, `file` the TOML file.

    Raises
    ------
    ScheduleError
        If `form` cannot express it.
    """
    return {"cron": _cron, "systemd": _systemd, "github": _github}[form](
        schedule, file.absolute()
    )


def hand_out(
    chosen: Iterable[Schedule], form: str, file: Path, folder: Path | None
) -> None:
    """Print the files that run the `chosen` schedules, or write them into `folder` and print their names."""
    ready = {
        name: text for each in chosen for name, text in files(each, form, file).items()
    }
    for name, text in ready.items():
        if folder is None:
            print(f"# --- {name}\n{text}", end="")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            print(folder / name)


def _command(schedule: Schedule, file: Path) -> list[str]:
    run = ["schedule", "run", schedule.name, "--file", str(file), "--log", "json"]
    return [sys.executable, "-m", "allywatch.cli", *run]


def _cron(schedule: Schedule, file: Path) -> dict[str, str]:
    journal = schedule.folder / f"allywatch-{schedule.name}.log"
    line = f"cd {shlex.quote(str(schedule.folder))} && {shlex.join(_command(schedule, file))}"
    line += f" >>{shlex.quote(str(journal))} 2>&1"
    text = f"""\
# Schedule {schedule.name}. Add these lines to those of: crontab -e
# CRON_TZ is heeded by cronie (Fedora, Arch, RHEL). The cron of Debian and Ubuntu goes by the machine's own
# zone: where that is not {schedule.timezone}, use systemd, or write the hour in the machine's zone.
CRON_TZ={schedule.timezone}
{schedule.cron} {line.replace("%", chr(92) + "%")}
"""
    return {f"allywatch-{schedule.name}.crontab": text}


def _systemd(schedule: Schedule, file: Path) -> dict[str, str]:
    unit = f"allywatch-{schedule.name}"
    run = " ".join(map(_word, _command(schedule, file)))
    # What the run itself could tell of, it has told; this speaks where it was killed before it could.
    teller = " ".join(map(_word, schedule.notify)) or "/bin/cat"
    service = f"""\
[Unit]
Description=allywatch, schedule {schedule.name}
OnFailure={unit}-failed.service

[Service]
Type=oneshot
WorkingDirectory={_percent(str(schedule.folder))}
ExecStart={run}
Nice=10
"""
    failed = f"""\
[Unit]
Description=Tell that the run of allywatch, schedule {schedule.name}, was killed

[Service]
Type=oneshot
WorkingDirectory={_percent(str(schedule.folder))}
ExecCondition=/bin/sh -c 'test "$$MONITOR_SERVICE_RESULT" != exit-code'
StandardInput=data
StandardInputText=allywatch: the run of schedule {schedule.name} was killed. See: journalctl -u {unit}
ExecStart={teller}
"""
    timer = f"""\
[Unit]
Description=allywatch, schedule {schedule.name}: {_percent(schedule.cron)} in {schedule.timezone}

[Timer]
{"".join(f"OnCalendar={each}{chr(10)}" for each in calendar(schedule))}Persistent=true
RandomizedDelaySec={DELAY_S}

[Install]
WantedBy=timers.target
"""
    return {
        f"{unit}.service": service,
        f"{unit}-failed.service": failed,
        f"{unit}.timer": timer,
    }


def calendar(schedule: Schedule) -> list[str]:
    """The schedule as systemd's calendar events; two where cron means one day or another."""
    times = schedule.times
    weekdays = {day % 7 for day in times.weekdays}
    named = (
        ""
        if len(weekdays) == 7
        else ",".join(_WEEKDAYS[day] for day in sorted(weekdays)) + " "
    )
    days, months = _list(times.days, 31), _list(times.months, 12)
    clock = (
        f"{_list(times.hours, 24)}:{_list(times.minutes, 60)}:00 {schedule.timezone}"
    )
    if times.day_and:
        return [f"{named}*-{months}-{days} {clock}"]
    return [f"*-{months}-{days} {clock}", f"{named}*-{months}-* {clock}"]


def _list(values: set[int], whole: int) -> str:
    return (
        "*"
        if len(values) == whole
        else ",".join(f"{value:02}" for value in sorted(values))
    )


def _word(part: str) -> str:
    """`part` as one word of a unit's command line."""
    escaped = (
        part.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("$", "$$")
    )
    return _percent(f'"{escaped}"')


def _percent(words: str) -> str:
    return words.replace("%", "%%")


def _github(schedule: Schedule, file: Path) -> dict[str, str]:
    minutes = sorted(schedule.times.minutes)
    if any(later - one < 5 for one, later in pairwise(minutes)):
        why = "GitHub runs nothing more often than every five minutes"
        raise ScheduleError(f"Schedule {schedule.name}: {why}.")
    fields = schedule.cron.upper().split()
    if "7" in fields[4]:  # Sunday is 0 alone there
        fields[4] = ",".join(
            str(day) for day in sorted({day % 7 for day in schedule.times.weekdays})
        )
    said = {
        "name": schedule.name,  # letters, digits, - and _: the same in YAML and in a shell
        "cron": json.dumps(" ".join(fields)),
        "zone": json.dumps(schedule.timezone),
        "file": json.dumps(file.name),
        "out": json.dumps(schedule.out),
    }
    return {f"allywatch-{schedule.name}.yml": _WORKFLOW % said}


# Put together with %, for the braces are GitHub's own.
_WORKFLOW = """\
# Put this into .github/workflows/ of a repository that holds the data and the schedule.
name: allywatch %(name)s
on:
  schedule:
    - cron: %(cron)s
      timezone: %(zone)s
  workflow_dispatch:
concurrency:
  group: allywatch-%(name)s
  cancel-in-progress: false
permissions:
  contents: read
jobs:
  briefings:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      SCHEDULE_FILE: %(file)s
      OUT: %(out)s
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: make .venv/.ready
      - name: Earlier editions
        uses: actions/cache@v4
        with:
          path: ${{ env.OUT }}
          key: allywatch-%(name)s-${{ github.run_id }}
          restore-keys: allywatch-%(name)s-
      - run: .venv/bin/allywatch schedule run %(name)s --file "$SCHEDULE_FILE" --log json
      - name: The edition
        if: ${{ !cancelled() }}
        uses: actions/upload-artifact@v4
        with:
          name: briefings
          path: |
            ${{ env.OUT }}/latest/
            ${{ env.OUT }}/failures/
"""
