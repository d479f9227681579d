"""How long a whole build takes, beside what people do without it, and how that grows. `make bench` runs it.

One table from one run on one machine: medians of `REPEATS` runs, but for the habit, which is run once. Only ratios
within a run mean anything. Peak memory is the largest resident set of any one process, sampled.

usage: python benchmarks/bench.py [rows] [partners] [claims]     (default: all three)
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from network import cloned, read

REPOSITORY = Path(__file__).parents[1]
DATA, NOTEBOOKS = REPOSITORY / "data", REPOSITORY / "notebooks"
BIN = Path(sys.executable).parent
WORKERS = (
    len(os.sched_getaffinity(0))
    if hasattr(os, "sched_getaffinity")
    else os.cpu_count() or 1
)
REPEATS = 3
# Serial: nothing can be drawn before it is done, so no cold build takes less than this and (f) together.
_PRELOAD = "from briefmill.engine import job; job.preload('allywatch.briefings')"
_IMPORTS = [sys.executable, "-c", _PRELOAD]
PARTNERS = (1, 6, 17)  # clones of a network of 18
CLAIMS = (3, 27, 270, 4020)  # clones of some 250 claims


def main() -> None:
    """Measure what was asked for and print it."""
    asked = sys.argv[1:] or ["rows", "partners", "claims"]
    with tempfile.TemporaryDirectory(prefix="allywatch-bench-") as folder:
        for name in asked:
            {"rows": rows, "partners": partners, "claims": claims}[name](Path(folder))


# The rows of the table


def rows(folder: Path) -> None:
    """The habit, both engines, what is current, one changed claim, and what no build can do without."""
    shutil.copytree(DATA, folder / "data")
    build = [
        BIN / "allywatch",
        "build",
        "--data",
        folder / "data",
        "--notebooks",
        NOTEBOOKS,
    ]
    fresh = (folder / f"out{number}" for number in range(1000))
    printer, pdf = _printer()
    found = {
        f"(a) habit, one at a time ({printer})": _habit(folder / "one", 1, pdf),
        f"(a) habit, {WORKERS} at a time ({printer})": _habit(
            folder / "many", WORKERS, pdf
        ),
        "(b) build, stock engine": _median(
            lambda: _run([*build, "--engine", "kernel", "--out", next(fresh)])
        ),
        "(c) build, cold": _median(lambda: _run([*build, "--out", next(fresh)])),
    }
    _run([*build, "--out", out := next(fresh)])
    found["(d) build, nothing changed"] = _median(lambda: _run([*build, "--out", out]))
    edits = iter(range(1000))
    found["(e) build, one claim changed"] = _median(
        lambda: _edited(folder / "data", next(edits), [*build, "--out", out])
    )
    drawn, cells = (
        statistics.median(each)
        for each in zip(*[_floor(folder) for _ in range(REPEATS)], strict=True)
    )
    found |= {
        "(f) floor: figures and pages": drawn,
        "    all cells and pages, warm": cells,
    }
    found["    imports, which a cold build waits for"] = _median(lambda: _run(_IMPORTS))
    whole = found["(c) build, cold"]
    print(
        f"\n{_jobs()} briefings, {WORKERS} workers, Python {sys.version.split()[0]}\n"
    )
    print(f"{'':45} {'s':>8} {'÷ (c)':>8}")
    for name, seconds in found.items():
        print(f"{name:45} {seconds:8.2f} {seconds / whole:8.3f}", flush=True)


def _run(command: list) -> float:
    """Seconds that a command takes; it must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _median(run: Callable[[], float]) -> float:
    return statistics.median(run() for _ in range(REPEATS))


def _partners() -> list[str]:
    about = {
        code
        for event in read(DATA / "events.csv")
        for code in event["partners"].split(";")
    }
    return sorted(about - {"RUS"})


def _jobs() -> int:
    return len(_partners()) + 2


def _printer() -> tuple[str, str]:
    """What makes the PDF of a habit here, and the shell command for it."""
    if shutil.which("xelatex"):
        return (
            "nbconvert --to pdf, xelatex",
            "{jupyter} nbconvert --to pdf {name}.ipynb",
        )
    chromium = next(
        filter(
            None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
        ),
        None,
    )
    if chromium is None:
        raise SystemExit(
            "The habit needs xelatex or Chromium, and neither is here: run `bench.py partners claims`."
        )
    flags = "--headless --no-sandbox --disable-gpu --user-data-dir={name}.chromium"
    printing = f"{chromium} {flags} --print-to-pdf={{name}}.pdf {{name}}.html"
    return (
        "nbconvert --to html, Chromium",
        f"{{jupyter}} nbconvert --to html {{name}}.ipynb && {printing}",
    )


def _habit(folder: Path, at_a_time: int, pdf: str) -> float:
    """A shell loop: papermill per briefing and partner, then nbconvert."""
    shutil.copytree(DATA, folder / "data")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    asked = [("country_briefing", f"-p partner {code}", code) for code in _partners()]
    asked += [(name, "", "") for name in ("overview_briefing", "methodology")]
    lines = []
    for notebook, parameter, code in asked:
        name = f"{notebook}{code}"
        execute = f"{BIN}/papermill {notebook}.ipynb {name}.out.ipynb {parameter} --no-progress-bar"
        lines.append(
            f"{execute} && {pdf.format(jupyter=BIN / 'jupyter', name=name + '.out')}"
        )
    command = [
        "xargs",
        "-P",
        str(at_a_time),
        "-d",
        "\n",
        "-n",
        "1",
        "sh",
        "-c",
        'eval "$0"',
    ]
    started = time.perf_counter()
    subprocess.run(
        command,
        input="\n".join(lines),
        text=True,
        check=True,
        capture_output=True,
        cwd=folder / "notebooks",
    )
    seconds = time.perf_counter() - started
    made = len(list((folder / "notebooks").glob("*.pdf")))
    assert made == len(asked), f"{made} of {len(asked)} PDFs"
    return seconds


def _edited(data: Path, number: int, build: list) -> float:
    """Change the statement of one claim, and build: seconds; only what the claim touches may be built."""
    rows = read(data / "claims.csv")
    claim = next(row for row in rows if row["event_id"].startswith("ARM"))
    text = (data / "claims.csv").read_text(encoding="utf-8")
    changed = claim["statement"].rstrip(".0123456789 ") + f" {number}."
    (data / "claims.csv").write_text(
        text.replace(claim["statement"], changed, 1), encoding="utf-8"
    )
    started = time.perf_counter()
    done = subprocess.run(build, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    assert " of 3 briefings made" in done.stdout, done.stdout + done.stderr
    return seconds


def _floor(folder: Path) -> tuple[float, float]:
    """Seconds in warm processes, divided by workers: figures and pages alone, and all cells and pages."""
    command = [
        sys.executable,
        Path(__file__).with_name("floor.py"),
        str(WORKERS),
        DATA,
        NOTEBOOKS,
    ]
    said = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=folder
    ).stdout
    busy = json.loads(said)
    return (busy["figures"] + busy["pages"]) / WORKERS, (
        busy["cells"] + busy["pages"]
    ) / WORKERS


# Growth


def partners(folder: Path) -> None:
    """Whole builds of networks with more and more partners."""
    found = []
    for clones in PARTNERS:
        data = cloned(DATA, folder / f"network{clones}", clones)
        many = len(_partners()) * clones
        found.append(
            (many, *_watched(["--data", data, "--out", folder / f"grown{clones}"]))
        )
    _growth("partners", "whole build", found)


def claims(folder: Path) -> None:
    """Two partners' briefings from data with more and more claims."""
    found = []
    for clones in CLAIMS:
        data = cloned(DATA, folder / f"data{clones}", clones)
        many = sum(1 for _ in (data / "claims.csv").open("rb")) - 1
        found.append(
            (
                many,
                *_watched(
                    ["--data", data, "--out", folder / f"told{clones}", "ARM", "IRN"]
                ),
            )
        )
        shutil.rmtree(data)
    _growth("claims", "two briefings", found)


def _watched(options: list) -> tuple[float, float, float]:
    """Seconds of a build, and the peak memory in MB of the build itself and of the largest of its children."""
    command = [BIN / "allywatch", "build", "--notebooks", NOTEBOOKS, *options]
    started, own, children = time.perf_counter(), 0, 0
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        process = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                own = max(own, process.memory_info().rss)
                sizes = [
                    child.memory_info().rss
                    for child in process.children(recursive=True)
                ]
                children = max([children, *sizes])
            except psutil.NoSuchProcess:
                continue
            time.sleep(0.05)
        assert running.returncode == 0, running.stderr.read().decode()
    return time.perf_counter() - started, own / 2**20, children / 2**20


def _growth(what: str, how: str, found: list[tuple[int, float, float, float]]) -> None:
    print(f"\n{how}\n\n{what:>10} {'s':>8} {'MB parent':>10} {'MB child':>10}")
    for many, seconds, own, child in found:
        print(f"{many:10} {seconds:8.1f} {own:10.0f} {child:10.0f}", flush=True)
    print(
        f"seconds grow with {what} to the power {_exponent(found):.2f} (least squares on logarithms, all sizes)"
    )
    if len(large := [row for row in found if row[0] >= 5_000]) > 1:
        print(
            f"                     to the power {_exponent(large):.2f} from {large[0][0]} {what} up"
        )


def _exponent(found: list[tuple]) -> float:
    slope, _ = statistics.linear_regression(
        [math.log(row[0]) for row in found], [math.log(row[1]) for row in found]
    )
    return slope


if __name__ == "__main__":
    main()
