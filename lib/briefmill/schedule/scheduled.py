"""A scheduled run: the build in a process of its own, a notice where there is something to say, and old editions pruned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from briefmill.editions import locking, manifest, store
from briefmill.engine import endings
from briefmill.exits import Exit
from briefmill.schedule.schedules import Schedule
from briefmill.terminal import visible

TAIL = 20  # last lines of a failed run that go into its notice
NOTICE_S = 60
Log = Callable[..., None]


def run(schedule: Schedule, form: str, log: Log) -> int:
    """Build what `schedule` says, and give the exit code of the build.

    The build is a process of its own, so that a notice is given even of one that is killed for its memory. After a
    failure, after the first success since, and after an edition whose briefings conclude something else, `notify` gets a
    short text on its standard input, as far as `notify_on` asks for it. `form` is that of the build's log.
    """
    out = schedule.folder / schedule.out
    before = manifest.number(manifest.read(out / store.LATEST))
    code, last_lines = _build(schedule, form)
    failing = out / f".failing-{schedule.name}"
    if code == Exit.DONE:
        _prune(schedule, out, log)
        if failing.exists():
            _notify(schedule, "recovery", "works again", "", log)
            failing.unlink()
    elif code != Exit.INTERRUPTED:
        with suppress(OSError):  # a full disk or a lost right may be just what is wrong
            failing.touch()
        meaning = Exit(code).meaning if code in {*Exit} else f"it was killed ({code})"
        _notify(schedule, "failure", f"FAILED: {meaning}", last_lines, log)
    now = manifest.read(out / store.LATEST)
    if before is not None and manifest.number(now) != before:
        _tell_of_changes(schedule, now, log)
    return code


def _tell_of_changes(schedule: Schedule, edition: manifest.Manifest, log: Log) -> None:
    """Give notice of the briefings that conclude something else than in the edition before, if there are any."""
    told = []
    for name, briefing in manifest.briefings(edition).items():
        conclusions = briefing.get("conclusions", [])
        if conclusions:
            title = manifest.output(edition, name).get("title") or name
            told.append("\n".join([title, *(f"- {line}" for line in conclusions)]))
    if told:
        which = "briefing that says" if len(told) == 1 else "briefings that say"
        state = f"has {len(told)} {which} something else"
        _notify(schedule, "change", state, "\n\n".join(told), log)


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
    tail: deque[str] = deque(maxlen=TAIL)
    with subprocess.Popen(
        [*schedule.command, *arguments(schedule, form)],
        cwd=schedule.folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C reaches this process, which ends it in order
        preexec_fn=_bound_to(os.getpid()),
    ) as child:
        assert child.stderr is not None
        try:
            for line in child.stderr:
                print(line, end="", file=sys.stderr, flush=True)
                tail.append(line)
            code = child.wait()
        except BaseException:
            # In the background SIGINT may be ignored.
            child.send_signal(signal.SIGTERM)
            child.wait()
            raise
    if code < 0:
        code = 128 - code
    return code, "".join(tail)


def _bound_to(parent: int) -> Callable[[], None] | None:
    """What a build does before it begins, so that it ends in order where the schedule's own process is killed."""
    if sys.platform == "win32":
        return None
    return partial(endings.end_with_parent, parent, signal.SIGTERM)


def _give_notice(schedule: Schedule, text: str) -> None:
    """Have the command `notify` read `text`; it has `NOTICE_S` seconds, and so has what it leaves to others to do.

    Raises
    ------
    OSError, ValueError, subprocess.SubprocessError
        If it cannot be started, fails, or takes longer.
    """
    deadline = time.monotonic() + NOTICE_S
    command = subprocess.Popen(
        schedule.notify,
        cwd=schedule.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        command.communicate(text, NOTICE_S)
        if command.returncode:
            raise subprocess.CalledProcessError(command.returncode, command.args)
        # A mailer may hand the letter to a process of its own and end.
        while time.monotonic() < deadline and endings.has_members(command.pid):
            time.sleep(0.1)
    finally:
        endings.end(command.pid)
        command.wait()


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


def _notify(schedule: Schedule, occasion: str, state: str, text: str, log: Log) -> None:
    """Have `notify` read what `state` the schedule is in, and the lines of `text`, if it wants to hear of this `occasion`."""
    words = f"{schedule.program}: schedule {schedule.name} {state}"
    log(words, "notice", schedule=schedule.name)
    if not schedule.notify or occasion not in schedule.notify_on:
        return
    latest = Path(schedule.out, store.LATEST)
    body = [*text.splitlines(), ""] if text else []
    lines = [words, "", *body, f"See {latest}"]
    letter = "\n".join(map(visible, lines))
    try:
        _give_notice(schedule, f"{letter}\n")
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        failure = f"The notice could not be given: {error}"
        log(failure, "notice-failed", schedule=schedule.name)
