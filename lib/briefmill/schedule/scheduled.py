"""A scheduled run: the build in a process of its own, a notice where it failed or works again, and old editions pruned."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from allywatch.data.contract import visible
from briefmill.editions import locking, store
from briefmill.schedule.schedules import Schedule

TAIL = 20  # last lines of a failed run that go into its notice
MEANINGS = {
    1: "some briefings failed, the others are published",
    2: "bad input or usage, nothing was changed",
    70: "an error in allywatch itself, told below; the last edition stands",
    75: "another run holds the output folder, nothing was changed",
}
INTERRUPTED = 130


def run(schedule: Schedule, form: str, log: Callable[..., None]) -> int:
    """Build what `schedule` says, and give the exit code of the build.

    The build is a process of its own, so that even one killed for its memory is told of. After a failure,
    and after the first success since, `notify` gets a short text on its standard input.
    """
    code, said = _build(schedule, form)
    out = schedule.folder / schedule.out
    failing = out / f".failing-{schedule.name}"
    if code == 0:
        with suppress(locking.Locked):
            if schedule.keep and (gone := prune(out, schedule.keep)):
                log(
                    f"Old editions removed: {', '.join(map(str, gone))}",
                    "prune",
                    editions=gone,
                )
        if failing.exists():
            _notify(schedule, "works again", "", log)
            failing.unlink()
    elif code != INTERRUPTED:
        with suppress(OSError):  # a full disk or a lost right may be just what is wrong
            failing.touch()
        _notify(
            schedule,
            f"FAILED: {MEANINGS.get(code, f'it was killed ({code})')}",
            said,
            log,
        )
    return code


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
    """Run the build; its exit code as a shell would give it, and its last words."""
    child = subprocess.Popen(
        [sys.executable, "-m", "allywatch.cli", *arguments(schedule, form)],
        cwd=schedule.folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C reaches this process, which ends it in order
    )
    tail: deque[str] = deque(maxlen=TAIL)
    try:
        for line in child.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            tail.append(line)
        code = child.wait()
    except BaseException:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise
    return (128 - code if code < 0 else code), "".join(tail)


def arguments(schedule: Schedule, form: str) -> list[str]:
    """The command line of `allywatch` that builds what `schedule` says on this day, told as `form`."""
    said = ["build", "--log", form]
    said += [
        "--data",
        schedule.data,
        "--notebooks",
        schedule.notebooks,
        "--out",
        schedule.out,
    ]
    if as_of := schedule.day():
        said += ["--as-of", as_of]
    if schedule.time_limit:
        said += ["--time-limit", str(schedule.time_limit)]
    return [*said, "--", *schedule.partners]


def _notify(
    schedule: Schedule, state: str, said: str, log: Callable[..., None]
) -> None:
    words = f"allywatch: schedule {schedule.name} {state}"
    log(words, "notice", schedule=schedule.name)
    if not schedule.notify:
        return
    lines = [words, "", *said.splitlines(), f"See {Path(schedule.out, 'latest')}"]
    text = "\n".join(map(visible, lines))
    try:
        subprocess.run(
            schedule.notify, cwd=schedule.folder, input=f"{text}\n", text=True, timeout=60, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log(
            f"The notice could not be given: {error}",
            "notice-failed",
            schedule=schedule.name,
        )
