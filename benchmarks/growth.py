"""How the time and the memory of a whole build grow: with partners, and with rows.

usage: python benchmarks/growth.py measure FILE [partners] [rows] [SIZE …]
       python benchmarks/growth.py show FILE [FIGURE]

``measure`` adds to the results in FILE those of the series that are not there yet, or of these sizes of them alone, so
that it may be interrupted and one size run at a time; ``show`` prints the table with the exponents, and draws it as
FIGURE (SVG or PNG). Partners: so many with 152 events each. Rows: so many claims, of partners and of events on each
that both grow. Each build is from nothing, and ended after `LIMIT_S`.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from corpora import SECOND_SOURCE, corpus
from large import NOTEBOOKS, Run, run

#: Seconds after which a build is given up.
LIMIT_S = 1500.0
EVENTS_EACH = 152
#: Claims, and how many partners they are on.
ROWS = {1_000: 20, 10_000: 43, 100_000: 93, 1_000_000: 200}
PARTNERS = (20, 100, 300)
SERIES = {"partners": PARTNERS, "rows": tuple(ROWS)}
MEASURES = {
    "build": "whole build, s",
    "check": "check, s",
    "overview": "overview, s",
    "page": "one page, s",
    "megabytes": "memory, MB",
}
#: The line of a build on a briefing that is made: ``[ 3/20] country_briefing_XAA  4.2 s``.
_MADE = re.compile(r"\[ *\d+/\d+\] (\w+?)(_X\w+)?\s+([\d.]+) s")
Results = dict[str, dict[str, dict[str, Any]]]


def main() -> None:
    """Measure, or show what was measured."""
    task, file, *others = sys.argv[1:]
    if task == "measure":
        asked = [name for name in SERIES if name in others] or list(SERIES)
        sizes = {int(word) for word in others if word.isdecimal()}
        for name in asked:
            measure(Path(file), name, sizes)
    results = _read(Path(file))
    print(table(results))
    if task == "show" and others:
        draw(results, Path(others[0]))


def measure(file: Path, series: str, sizes: set[int]) -> None:
    """Add the results of the `sizes` of a series, or of all, that are not in `file`."""
    for size in SERIES[series]:
        results = _read(file)
        known = results.setdefault(series, {})
        if str(size) in known or (sizes and size not in sizes):
            continue
        with tempfile.TemporaryDirectory(prefix="allywatch-growth-") as name:
            known[str(size)] = _measured(series, size, Path(name))
        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"{series} {size:,}: {known[str(size)]}", flush=True)


def _measured(series: str, size: int, folder: Path) -> dict[str, Any]:
    """What one size takes, by `MEASURES`; nothing of the pages where the build was given up."""
    if series == "partners":
        n_partners = size
        n_events = size * EVENTS_EACH
    else:
        n_partners = ROWS[size]
        n_events = size * SECOND_SOURCE // (SECOND_SOURCE + 1)
    data = corpus(folder / "data", n_partners, n_events)
    checked = _succeeded(run(["check", "--data", data]))
    paths = ["--data", data, "--notebooks", NOTEBOOKS, "--out", folder / "out"]
    built = _succeeded(run(["build", *paths], LIMIT_S))
    found = {"check": checked.seconds, "megabytes": built.megabytes}
    if built.code == 0:
        found |= {"build": built.seconds, **_briefings(built.lines)}
    return {name: round(value, 2) for name, value in found.items()}


def _succeeded(done: Run) -> Run:
    if done.code:
        raise SystemExit("\n".join(done.lines[-20:]))
    return done


def _briefings(lines: list[str]) -> dict[str, float]:
    """Seconds of the overview, and the median of those of the partners' pages."""
    made = [match.groups() for line in lines if (match := _MADE.match(line))]
    pages = [float(seconds) for _, partner, seconds in made if partner]
    (overview,) = (float(s) for name, _, s in made if name.startswith("overview"))
    return {"overview": overview, "page": statistics.median(pages)}


# What was measured


def _read(file: Path) -> Results:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _points(results: Results, series: str, measure: str) -> list[tuple[int, float]]:
    """Size and value of what was measured, by size."""
    found = results.get(series, {})
    return [
        (size, found[str(size)][measure])
        for size in SERIES[series]
        if measure in found.get(str(size), {})
    ]


def exponent(points: list[tuple[int, float]]) -> float | None:
    """The power of its size with which something grows, by least squares on logarithms; None of fewer than two sizes."""
    if len(points) < 2:
        return None
    sizes = [math.log(size) for size, _ in points]
    values = [math.log(value) for _, value in points]
    return statistics.linear_regression(sizes, values).slope


def table(results: Results) -> str:
    """The results as a table in Markdown, with the exponents of each series under it."""
    lines = []
    for series in results:
        lines += [
            f"| {series} | {' | '.join(MEASURES.values())} |",
            f"|---:|{'---:|' * len(MEASURES)}",
        ]
        for size in SERIES[series]:
            found = results[series].get(str(size))
            if found is not None:
                cells = [_number(found.get(name)) for name in MEASURES]
                lines.append(f"| {size:,} | {' | '.join(cells)} |")
        powers = [exponent(_points(results, series, name)) for name in MEASURES]
        cells = ["" if power is None else f"{power:.2f}" for power in powers]
        lines += [f"| exponent | {' | '.join(cells)} |", ""]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return f"over {LIMIT_S:.0f} s"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def draw(results: Results, file: Path) -> None:
    """Draw the seconds of each series by size, both on logarithmic scales."""
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "growth"
    figure, axes = pyplot.subplots(1, len(SERIES), figsize=(9, 3.6), sharey=True)
    for axis, series in zip(axes, SERIES, strict=True):
        for name in ("build", "check", "overview", "page"):
            points = _points(results, series, name)
            if not points:
                continue
            power = exponent(points)
            words = MEASURES[name].removesuffix(", s")
            if power is not None:
                words += f", power {power:.2f}"
            axis.loglog(*zip(*points, strict=True), "o-", label=words)
        axis.set_xlabel("claims" if series == "rows" else series)
        sizes = [size for size, _ in _points(results, series, "check")]
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.set_xticks([], minor=True)
        axis.legend(frameon=False, fontsize=7)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("seconds")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


if __name__ == "__main__":
    main()
