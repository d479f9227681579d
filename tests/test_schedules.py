"""Schedules: what a TOML file may say, the files made of it, the run that they call, and its notices."""

import datetime
import json
import shutil
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st
from small import write_briefing

from allywatch import cli
from briefmill.exits import Exit
from briefmill.schedule import scheduled, schedules, timers

KEEPER = "import sys, pathlib; pathlib.Path('notices.txt').open('a').write(sys.stdin.read() + '---')"


def written(folder, **said):
    """A TOML file in `folder` with one schedule, `nightly`, that says this."""
    lines = [
        f"{key} = {json.dumps(value)}"
        for key, value in ({"cron": "30 6 * * 1-5"} | said).items()
    ]
    path = folder / "timetable.toml"
    path.write_text(
        "[tool.allywatch.schedule.nightly]\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return path


def test_a_schedule_is_read(tmp_path):
    keep = {
        "keep": 5,
        "time_limit": 60,
        "partners": ["ARM"],
        "notify": ["mail", "x"],
        "as_of": "today",
    }
    path = written(tmp_path, timezone="Europe/London", **keep)
    found = schedules.read(path, "allywatch")["nightly"]
    assert (found.keep, found.partners, found.notify, found.folder) == (
        5,
        ("ARM",),
        ("mail", "x"),
        tmp_path,
    )
    assert scheduled.arguments(found, "text")[-2:] == ["--", "ARM"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"cron": "61 * * * *"}, "bad minute"),
        ({"cron": "* * * *"}, "five fields"),
        ({"cron": "0 0 L * *"}, "L, W or #"),
        ({"timezone": "Mars/Base"}, "Mars/Base"),
        ({"timezone": "../../etc/passwd"}, "is not known"),
        ({"as_of": "yesterday"}, "last-month-end"),
        ({"keep": -1}, "from 0 up"),
        ({"notify": "mail -s x"}, "a list of texts"),
        ({"kepp": 1}, "no key 'kepp'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, capsys, said, words):
    assert (
        cli.main(
            ["schedule", "run", "nightly", "--file", str(written(tmp_path, **said))]
        )
        == 2
    )
    complaint = capsys.readouterr().err
    assert words in complaint and "nightly" in complaint


@pytest.mark.parametrize(
    ("as_of", "today", "meant"),
    [
        ("today", "2026-03-01", "2026-03-01"),
        ("last-month-end", "2026-03-01", "2026-02-28"),
        ("last-month-end", "2024-03-31", "2024-02-29"),
        ("last-month-end", "2026-01-15", "2025-12-31"),
        ("2025-06-30", "2026-01-15", "2025-06-30"),
        ("", "2026-01-15", ""),
    ],
)
def test_the_day_that_is_meant(as_of, today, meant):
    assert schedules.meant_day(as_of, datetime.date.fromisoformat(today)) == meant


# The files


def test_systemd_takes_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    path = written(
        tmp_path,
        timezone="Europe/London",
        notify=["/bin/echo", "50% of $HOME", 'a "b"'],
    )
    assert (
        cli.main(
            [
                "schedule",
                "print",
                "--as",
                "systemd",
                "--file",
                str(path),
                "--to",
                str(tmp_path / "units"),
            ]
        )
        == 0
    )
    units = sorted((tmp_path / "units").iterdir())
    assert len(units) == 3
    run = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True
    )
    ours = [line for line in run.stderr.splitlines() if "allywatch" in line]
    assert run.returncode == 0 and not ours, run.stderr
    timer = next(unit for unit in units if unit.suffix == ".timer").read_text()
    assert all(
        words in timer
        for words in ("Persistent=true", "RandomizedDelaySec=", "OnCalendar=Mon,Tue")
    )
    assert (
        "OnFailure=allywatch-nightly-failed.service"
        in (tmp_path / "units/allywatch-nightly.service").read_text()
    )


minute, hour, day, month, weekday = (
    st.one_of(
        st.just("*"),
        st.integers(low, high).map(str),
        st.just(f"*/{step}"),
        st.just(f"{low + 1}-{high}"),
    )
    for low, high, step in ((0, 59, 20), (0, 23, 8), (1, 28, 10), (1, 12, 3), (0, 6, 2))
)


@given(st.tuples(minute, hour, day, month, weekday).map(" ".join))
@settings(max_examples=25, deadline=None)
def test_systemd_means_the_moments_that_cron_means(cron):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    schedule = schedules.Schedule("allywatch", "x", Path(), cron)
    start = datetime.datetime(2026, 1, 1, 0, 0, 30, tzinfo=ZoneInfo("UTC"))
    wanted = [
        moment.strftime("%Y-%m-%d %H:%M") for moment in islice(CronSim(cron, start), 4)
    ]
    command = [
        "systemd-analyze",
        "calendar",
        "--iterations=4",
        "--base-time=2026-01-01 00:00:30 UTC",
    ]
    found = set()
    for event in timers.calendar(schedule):
        told = subprocess.run(
            [*command, event],
            capture_output=True,
            text=True,
            check=True,
            env={"TZ": "UTC"},
        ).stdout
        lines = [
            line
            for line in told.splitlines()
            if ":00 UTC" in line and "Original" not in line
        ]
        found |= {
            line.split(": ", 1)[1].split(" ", 1)[1][:16]
            for line in lines
            if "Normalized" not in line
        }
    assert sorted(found)[: len(wanted)] == wanted


@pytest.mark.slow
def test_github_gets_a_workflow(tmp_path, capsys):
    path = written(tmp_path, cron="30 6 * * 7", timezone="Asia/Yerevan", out="out put")
    assert (
        cli.main(
            ["schedule", "print", "nightly", "--as", "github", "--file", str(path)]
        )
        == 0
    )
    printed = tmp_path / "nightly.yml"
    printed.write_text(capsys.readouterr().out, encoding="utf-8")
    schema = [
        "--builtin-schema",
        "vendor.github-workflows",
    ]  # as published, shipped with the package
    held = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, printed],
        capture_output=True,
    )
    assert held.returncode == 0, held.stdout.decode()
    workflow = yaml.safe_load(printed.read_text(encoding="utf-8"))
    on = workflow[True]  # YAML reads `on` as a truth
    assert on["schedule"] == [{"cron": "30 6 * * 0", "timezone": "Asia/Yerevan"}]
    assert (
        "workflow_dispatch" in on
        and workflow["concurrency"]["cancel-in-progress"] is False
    )
    uses = [
        step.get("uses", "").split("@")[0]
        for step in workflow["jobs"]["briefings"]["steps"]
    ]
    assert "actions/upload-artifact" in uses
    assert workflow["jobs"]["briefings"]["env"]["OUT"] == "out put"
    assert (
        cli.main(
            [
                "schedule",
                "print",
                "--as",
                "github",
                "--file",
                str(written(tmp_path, cron="* * * * *")),
            ]
        )
        == 2
    )
    assert "every five minutes" in capsys.readouterr().err


def test_the_shell_of_cron_takes_the_line(tmp_path, capsys):
    folder = tmp_path / "a 100% 'odd' folder"
    folder.mkdir()
    path = written(
        folder, cron="* * * * *", data="nowhere", notify=[sys.executable, "-c", KEEPER]
    )
    assert cli.main(["schedule", "print", "--as", "cron", "--file", str(path)]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("* * * * * cd ") and "100\\%" in line
    asked = line.removeprefix("* * * * * ").replace("\\%", "%")  # as cron hands it on
    assert (
        subprocess.run(
            ["/bin/sh", "-c", asked], env={"PATH": "/usr/bin:/bin"}
        ).returncode
        == 2
    )
    assert (
        "nowhere is not a data folder" in (folder / "allywatch-nightly.log").read_text()
    )
    assert "FAILED: bad input" in (folder / "notices.txt").read_text()


@pytest.mark.slow
def test_a_real_cron_runs_it(tmp_path, capsys):
    """Takes up to a minute; where there is no cron, or somebody's crontab, it is left out."""
    if (
        not shutil.which("cron")
        or subprocess.run(["crontab", "-l"], capture_output=True).returncode == 0
    ):
        pytest.skip("no cron here to be tried on")
    path = written(
        tmp_path,
        cron="* * * * *",
        data="nowhere",
        notify=[sys.executable, "-c", KEEPER],
    )
    cli.main(["schedule", "print", "--as", "cron", "--file", str(path)])
    lines = capsys.readouterr().out
    # Before the daemon, which may miss a table that comes within the second in which it looks.
    subprocess.run(["crontab", "-"], input=lines, text=True, check=True)
    daemon = subprocess.Popen(["cron", "-f"])
    try:
        for _ in range(90):
            if (tmp_path / "notices.txt").is_file():
                break
            time.sleep(1)
        assert "FAILED: bad input" in (tmp_path / "notices.txt").read_text()
    finally:
        subprocess.run(["crontab", "-r"])
        daemon.terminate()
        daemon.wait()


# The run


@pytest.mark.slow
def test_failure_and_recovery_are_told_and_old_editions_go(tiny, tmp_path, monkeypatch):
    write_briefing(
        tmp_path,
        'partner = ""\ndata_dir = "../data"\nas_of = ""\n',
        "from briefmill.blocks import Masthead\nMasthead(title=partner)",
    )
    path = written(
        tmp_path, keep=1, notify=[sys.executable, "-c", KEEPER], partners=["Arvenia"]
    )
    run = ["schedule", "run", "nightly", "--file", str(path)]
    events = tiny / "events.csv"
    good = events.read_text(encoding="utf-8")
    assert cli.main(run) == 0
    notices = tmp_path / "notices.txt"
    assert not notices.exists()
    events.write_text("broken", encoding="utf-8")
    assert cli.main(run) == 2
    assert (
        "nightly FAILED: bad input" in notices.read_text()
        and "events.csv" in notices.read_text()
    )
    events.write_text(good, encoding="utf-8")
    assert cli.main(run) == 0
    assert len(list((tmp_path / "reports" / "editions").iterdir())) == 1
    assert notices.read_text().count("---") == 2
    assert "works again" in notices.read_text()
    assert cli.main(run) == 0
    assert notices.read_text().count("---") == 2  # and then there is silence


@pytest.mark.slow
def test_a_notice_that_cannot_be_given_is_logged(tmp_path, capfd):
    path = written(tmp_path, data="nowhere", notify=["/no/such/program"])
    assert cli.main(["schedule", "run", "nightly", "--file", str(path)]) == 2
    assert "The notice could not be given" in capfd.readouterr().err


def test_the_notice_tells_an_error_in_allywatch_from_a_briefing_that_failed(
    tmp_path, monkeypatch
):
    path = written(tmp_path, notify=[sys.executable, "-c", KEEPER])
    monkeypatch.setattr(
        scheduled, "_build", lambda *_: (Exit.UNEXPECTED, "RuntimeError: out of order")
    )
    (tmp_path / "reports").mkdir()
    assert cli.main(["schedule", "run", "nightly", "--file", str(path)]) == 70
    notice = (tmp_path / "notices.txt").read_text()
    assert "FAILED: an error in allywatch itself" in notice and "out of order" in notice
