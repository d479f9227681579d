"""How long very much evidence takes, and how much memory: networks of `corpora.py`, checked and built from nothing.

usage: python benchmarks/large.py [one] [check] [many] [most]     (default: all four)

``one``: a partner of 60 and of 10,000 events; ``check``: `allywatch check` of 29,035 and of 107,939 events; ``many``: the
sample, and 191 partners and 29,035 events; ``most``: 191 partners and 107,939 events. Memory is that of all processes together, pages that they share counted once (Linux).
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from corpora import SAMPLE, corpus

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ALLYWATCH = Path(sys.executable).parent / "allywatch"
EVERY_S = 0.2


def main() -> None:
    """Measure what was asked for and print it."""
    asked = sys.argv[1:] or ["one", "check", "many", "most"]
    print(f"{'':44} {'s':>8} {'s of processor':>15} {'MB at most':>11}")
    with tempfile.TemporaryDirectory(prefix="allywatch-large-") as name:
        folder = Path(name)
        if "one" in asked:
            for events in (60, 10_000):
                build(folder, 1, events)
        if "check" in asked:
            for events in (29_035, 107_939):
                data = corpus(folder / f"check{events}", 191, events)
                measured(f"check of {events:,} events", ["check", "--data", data])
        if "many" in asked:
            out = folder / "sample"
            paths = ["--data", SAMPLE, "--notebooks", NOTEBOOKS, "--out", out]
            measured("build of the sample", ["build", *paths])
            build(folder, 191, 29_035)
        if "most" in asked:
            build(folder, 191, 107_939)


def build(folder: Path, partners: int, events: int) -> None:
    """Measure a whole build."""
    data = corpus(folder / f"data{partners}-{events}", partners, events)
    out = folder / f"out{partners}-{events}"
    words = f"build of {partners} with {events:,} events"
    paths = ["--data", data, "--notebooks", NOTEBOOKS, "--out", out]
    lines = measured(words, ["build", *paths])
    # What each briefing took; of many those on all partners.
    for line in lines:
        if line.startswith("[") and (partners == 1 or "country" not in line):
            print(f"    {line}", flush=True)


@dataclass(frozen=True)
class Run:
    """What a command took: `seconds`, seconds of the processor (`busy`), the most memory in `megabytes`; and its `lines`.

    `code` is its exit code; None where it was ended because it took too long.
    """

    seconds: float
    busy: float
    megabytes: float
    lines: list[str]
    code: int | None


def measured(words: str, options: list[object]) -> list[str]:
    """Run the command, which must succeed, and print what it took; returns the lines that it printed."""
    done = run(options)
    if done.code:
        raise SystemExit("\n".join(done.lines[-20:]))
    print(
        f"{words:44} {done.seconds:8.1f} {done.busy:15.1f} {done.megabytes:11.0f}",
        flush=True,
    )
    return done.lines


def run(options: list[object], limit_s: float = math.inf) -> Run:
    """Run the command with these options, for so many seconds at most."""
    started = time.perf_counter()
    before = psutil.Process().cpu_times()
    command = [str(each) for each in (ALLYWATCH, *options)]
    with tempfile.TemporaryFile("w+") as said:
        running = psutil.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        most = 0
        ended = False
        while running.poll() is None:
            most = max(most, _memory(running))
            time.sleep(EVERY_S)
            if time.perf_counter() - started > limit_s and not ended:
                running.terminate()
                ended = True
        seconds = time.perf_counter() - started
        said.seek(0)
        lines = said.read().splitlines()
    after = psutil.Process().cpu_times()
    busy = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    code = None if ended else running.returncode
    return Run(seconds, busy, most / 2**20, lines, code)


def _memory(parent: psutil.Process) -> int:
    """Bytes that a process and all of its children hold, what they share counted once."""
    found = 0
    try:
        for process in [parent, *parent.children(recursive=True)]:
            found += process.memory_full_info().pss
    except psutil.Error:
        return found
    return found


if __name__ == "__main__":
    main()
