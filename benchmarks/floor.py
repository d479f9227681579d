"""The least a build could take: the work itself, in processes that have done its like before.

usage: python floor.py WORKERS DATA NOTEBOOKS

Prints, as JSON, seconds of work summed over all briefings: ``figures`` (drawing them alone), ``cells`` (all cells,
figures among them) and ``pages`` (composing and compiling them).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from inspect import isfunction
from pathlib import Path

from allywatch import briefings
from briefmill.engine import job


def main() -> None:
    """Share the briefings out to as many processes as there are workers, and add up what they spend."""
    workers, data, notebooks = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    planned = briefings.plan(data, notebooks)
    job.preload(briefings.__name__)
    pipes = []
    for number in range(workers):
        reading, writing = os.pipe()
        if os.fork() == 0:
            shares = sorted(planned.jobs, key=lambda each: bool(each.unit))[
                number::workers
            ]
            with os.fdopen(writing, "w") as pipe:
                json.dump(_worked(planned, shares), pipe)
            os._exit(0)
        os.close(writing)
        pipes.append(reading)
    total: Counter[str] = Counter()
    for reading in pipes:
        with os.fdopen(reading) as pipe:
            total.update(json.load(pipe))
    print(json.dumps(total))


def _worked(planned, jobs) -> dict[str, float]:
    """Seconds for each kind of work on `jobs`, after one of them for practice."""
    spent = {"figures": 0.0, "cells": 0.0, "pages": 0.0}
    _time_figures(spent)
    for each in (jobs[-1], *jobs):
        if each is jobs[0]:
            spent.update(dict.fromkeys(spent, 0.0))
        _brief(planned, each, spent)
    return spent


def _time_figures(spent: dict[str, float]) -> None:
    """Have every chart add the time it takes to `spent`."""
    from allywatch.page import charts

    def timed(chart):
        def drawn(*arguments):
            started = time.perf_counter()
            try:
                return chart(*arguments)
            finally:
                spent["figures"] += time.perf_counter() - started

        return drawn

    for name, chart in [*vars(charts).items()]:
        if isfunction(chart):
            setattr(charts, name, timed(chart))


def _brief(planned, each, spent: dict[str, float]) -> None:
    """Run the cells of one briefing here, one after the other, then compile its pages."""
    import nbformat

    from allywatch.data import loading
    from briefmill.render.composition import compose
    from briefmill.render.typst import compile_pdf

    subset = briefings.subset(planned.dataset, each.unit)
    loading.load = lambda *_: subset  # a job finds it prepared
    notebook = nbformat.read(each.notebook, 4)
    names = {"display": None, "__name__": "__main__"}
    started = time.perf_counter()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown: list = []
            names["display"] = lambda *blocks, shown=shown: shown.extend(blocks)
            _run(cell.source, names, shown)
            if "parameters" in cell.metadata.get("tags", []):
                names |= each.parameters
            bundles = (block._repr_mimebundle_() for block in shown)
            cell.outputs = [
                nbformat.v4.new_output("display_data", bundle) for bundle in bundles
            ]
    spent["cells"] += time.perf_counter() - started
    started = time.perf_counter()
    compile_pdf(compose(notebook, each.name))
    spent["pages"] += time.perf_counter() - started


def _run(source: str, names: dict, shown: list) -> None:
    """Run a cell; what its last line is worth is shown."""
    import ast

    tree = ast.parse(source)
    last = (
        tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    )
    exec(compile(tree, "cell", "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        shown += [value] if hasattr(value, "_repr_mimebundle_") else []


if __name__ == "__main__":
    Path("temporary").mkdir(exist_ok=True)
    main()
