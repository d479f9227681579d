"""A scheduled run: the build in a process of its own, a notice where it failed or works again, and old editions pruned."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from briefmill.editions import locking, store
from briefmill.exits import Exit
from briefmill.schedule.schedules import Schedule
from briefmill.terminal import visible

TAIL = 20  # last lines of a failed run that go into its notice
Log = Callable[..., None]


def run(schedule: Schedule, form: str, log: Log) -> int:
    """Build what `schedule` says, and give the exit code of the build.

    The build is a process of its own, so that a notice is given even of one that is killed for its memory. After a
    failure, and after the first success since, `notify` gets a short text on its standard input. `form` is
    that of the build's log.
    """
    code, last_lines = _build(schedule, form)
    out = schedule.folder / schedule.out
    failing = out / f".failing-{schedule.name}"
    if code == Exit.DONE:
        _prune(schedule, out, log)
        if failing.exists():
            _notify(schedule, "works again", "", log)
            failing.unlink()
    elif code != Exit.INTERRUPTED:
        with suppress(OSError):  # a full disk or a lost right may be just what is wrong
            failing.touch()
        meaning = Exit(code).meaning if code in {*Exit} else f"it was killed ({code})"
        _notify(schedule, f"FAILED: {meaning}", last_lines, log)
    return code


def _prune(schedule: Schedule, out: Path, log: Log) -> None:
    if not schedule.keep:
        return
    with suppress(locking.Locked):
        gone = prune(out, schedule.keep)
        if gone:
            numbers = ", ".join(map(str, gone))
            log(f"Old editions removed: {numbers}", "prune", editions=gone)


def prune(out: Path, keep: int, dry_run: bool = False) -> list[int]:
    """Remove all but the `keep` newest editions in `out` while no run is at work there; see `store.prune`.

    Raises
    ------
    briefmill.editions.locking.Locked
        If a run is.
    """
    if not store.numbers(out):
        return []
    with locking.held(out):
        return store.prune(out, keep, dry_run)


def _build(schedule: Schedule, form: str) -> tuple[int, str]:
    """Run the build; its exit code as a shell would give it, and its last lines."""
    child = subprocess.Popen(
        [*schedule.command, *arguments(schedule, form)],
        cwd=schedule.folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C reaches this process, which ends it in order
    )
    tail: deque[str] = deque(maxlen=TAIL)
    assert child.stderr is not None
    try:
        for line in child.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            tail.append(line)
        code = child.wait()
    except BaseException:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise
    if code < 0:
        code = 128 - code
    return code, "".join(tail)


def arguments(schedule: Schedule, form: str) -> list[str]:
    """The arguments of the program that builds what `schedule` says on this day, with a log in this `form`."""
    words = ["build", "--log", form]
    words += ["--data", schedule.data]
    words += ["--notebooks", schedule.notebooks]
    words += ["--out", schedule.out]
    as_of = schedule.day()
    if as_of:
        words += ["--as-of", as_of]
    if schedule.time_limit:
        words += ["--time-limit", str(schedule.time_limit)]
    return [*words, "--", *schedule.partners]


def _notify(schedule: Schedule, state: str, last_lines: str, log: Log) -> None:
    words = f"{schedule.program}: schedule {schedule.name} {state}"
    log(words, "notice", schedule=schedule.name)
    if not schedule.notify:
        return
    latest = Path(schedule.out, store.LATEST)
    lines = [words, "", *last_lines.splitlines(), f"See {latest}"]
    text = "\n".join(map(visible, lines))
    try:
        subprocess.run(
            schedule.notify,
            cwd=schedule.folder,
            input=f"{text}\n",
            text=True,
            timeout=60,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        failure = f"The notice could not be given: {error}"
        log(failure, "notice-failed", schedule=schedule.name)
