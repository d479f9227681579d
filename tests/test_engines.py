"""Both engines make the same documents, and what ends a cell ends its notebook alone."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from allywatch import briefings
from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from briefmill import execution, freshness
from briefmill.engine import children
from briefmill.execution import perform
from briefmill.jobs import JobPayload, JobResult

REPOSITORY = Path(__file__).parents[1]
EVERY_KIND = [
    'print("one"); print("two")',
    'import sys; print("aside", file=sys.stderr); print("again")',
    "1 + 1",
    "_ * 3, Out[3], In[2]",
    'from IPython.display import HTML, Markdown, SVG, clear_output, display; display(Markdown("**a**"), HTML("<b>b</b>")); "last"',
    'handle = display("first", display_id=True)',
    'handle.update("second"); display(Markdown("*other*"), display_id="named")',
    'from IPython.display import update_display; update_display(Markdown("*new*"), display_id="named")',
    'print("gone"); clear_output(); print("stays")',
    'print("until"); clear_output(wait=True); display("replaced")',
    "None",
    "# a remark",
    "await __import__('asyncio').sleep(0, 'awaited')",
    # A kernel reads what a program prints beside the cell: where the cell ends at once, that may come too late.
    'import subprocess, time; _ = subprocess.run(["echo", "from a program"]); time.sleep(1)',
    'import warnings; warnings.warn("careful", stacklevel=1)',
    "import pandas as pd; pd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt; figure, axes = plt.subplots(figsize=(1, 1)); axes.plot([1, 2]); figure.savefig",
    "%matplotlib inline\nplt.plot([1, 2]); None",
    "class Odd:\n    def _repr_html_(self):\n        return '<i>odd</i>'\nOdd()",
    "@undefined",
    "1/0",
]
RUN = """\
import json, sys
from pathlib import Path
from briefmill.engine import job
job.preload("allywatch.briefings")
import papermill
engine, target, todo = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
for notebook, parameters in todo:
    try:
        papermill.execute_notebook(
            notebook, str(target / Path(notebook).name), parameters, engine_name=engine, kernel_name="python3",
            cwd=str(Path(notebook).parent), progress_bar=False)
    except papermill.PapermillExecutionError:
        pass
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Every notebook of the repository, on little data, and one of every kind of output, as each engine leaves it."""
    folder = tmp_path_factory.mktemp("engines")
    data = folder / "data"
    shutil.copytree(REPOSITORY / "tests" / "fixtures" / "tiny", data)
    shutil.copy(REPOSITORY / "data" / "datapackage.json", data)
    cells = [new_markdown_cell("# Kinds"), *map(new_code_cell, EVERY_KIND)]
    for cell in cells[-2:-1]:
        cell.metadata["tags"] = ["raises-exception"]
    for number, cell in enumerate(cells):
        cell.id = f"kind-{number}"
    nbformat.write(new_notebook(cells=cells), folder / "kinds.ipynb")
    todo: list[tuple[str, dict[str, str]]] = []
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        parameters = {"data_dir": str(data)}
        if path.stem.startswith("country"):
            parameters["partner"] = "XBE"
        todo.append((str(path), parameters))
    children._name_kernel(folder)
    found = {}
    for engine in ("allywatch", "nbclient"):
        (folder / engine).mkdir()
        asked = [
            engine,
            str(folder / engine),
            json.dumps([*todo, (str(folder / "kinds.ipynb"), {})]),
        ]
        # A kernel that sees this leaves out what programs print.
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTEST_CURRENT_TEST"
        }
        environment["JUPYTER_PATH"] = str(folder / "kernels")
        environment.pop(DOCUMENTS_VARIABLE, None)  # they lie with the data
        subprocess.run(
            [sys.executable, "-c", RUN, *asked], check=True, cwd=folder, env=environment
        )
        found[engine] = {
            path.name: nbformat.read(path, 4)
            for path in sorted((folder / engine).glob("*.ipynb"))
        }
    return found


NOTEBOOKS = [
    *sorted(path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb")),
    "kinds.ipynb",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_both_engines_record_the_same_outputs_cell_by_cell(executed, name):
    ours, theirs = (executed[engine][name] for engine in ("allywatch", "nbclient"))
    assert len(ours.cells) == len(theirs.cells)
    for number, (one, other) in enumerate(zip(ours.cells, theirs.cells, strict=True)):
        assert (number, _told(one)) == (number, _told(other))
    assert ours.metadata.language_info == theirs.metadata.language_info


def _told(cell) -> dict:
    """A cell without its id and its times; text printed in several pieces is one, as a kernel sends it in any number."""
    told = {
        "source": cell.source,
        "execution_count": cell.get("execution_count"),
        "outputs": [],
    }
    told["papermill"] = {
        name: cell.metadata.get("papermill", {}).get(name)
        for name in ("exception", "status")
    }
    told["timed"] = sorted(cell.metadata.get("execution", {}))
    streams: dict[str, str] = {}
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            told["outputs"].append(output)
    plain = json.dumps(told | {"streams": streams}, sort_keys=True, default=str)
    for passing in (
        r"ipykernel_\d+/\d+\.py",
        r" at 0x[0-9a-f]+",
        r"<ipython-input-\S+>",
        r"(?<=\"model_id\": \")\w+",
    ):
        plain = re.sub(passing, "", plain)
    return json.loads(plain)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["allywatch", "nbclient"])
def test_a_document_of_every_kind_ends_with_its_error(executed, engine):
    *_, expected, last = (
        cell
        for cell in executed[engine]["kinds.ipynb"].cells
        if cell.cell_type == "code"
    )
    assert expected.outputs[0].ename == "SyntaxError"
    assert (last.outputs[0].ename, last.metadata.papermill.status) == (
        "ZeroDivisionError",
        "failed",
    )


@pytest.mark.slow
def test_both_engines_give_the_same_files(tiny):
    planned = plan(tiny, REPOSITORY / "notebooks")
    for job in (job for job in planned.jobs if job.unit in ("", "XBE")):
        made = [
            perform(execution.pack(job, planned, engine, None, far))
            for engine, far in (("fork", False), ("kernel", True))
        ]
        assert made[0].error == ""
        assert made[0] == made[1], job.name


# What ends a cell


def run(*sources: str, engine: str = "fork", limit_s: float | None = None) -> JobResult:
    """What comes of a notebook whose code cells are `sources`."""
    notebook = new_notebook(
        cells=list(map(new_code_cell, ["print('begun')", *sources, "print('never')"]))
    )
    source = nbformat.writes(notebook).encode()
    library = freshness.library(briefings)
    return perform(
        JobPayload(
            briefings.__name__,
            library,
            "x.ipynb",
            source,
            engine=engine,
            limit_s=limit_s,
        )
    )


@pytest.mark.parametrize(
    ("fate", "says", "killed"),
    [
        ("raise ValueError('odd')", "cell [2]: ValueError: odd", False),
        ("import sys; sys.exit()", "SystemExit", False),
        ("import sys; sys.exit(3)", "SystemExit", False),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV", True),
        ("import os; os._exit(7)", "exit status 7", True),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "signal SIGKILL",
            True,
        ),
        ("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "killed", True),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31,) * 2); b'x' * 2**32",
            "MemoryError",
            False,
        ),
    ],
)
def test_what_ends_a_cell_ends_its_notebook_alone_and_is_told(fate, says, killed):
    made = run(fate)
    assert (made.status, made.killed) == ("failed", killed)
    assert says in made.error
    if "getppid" not in fate:  # then nobody was left to save it
        cells = nbformat.reads(made.files["executed.ipynb"].decode(), 4).cells
        texts = [
            output.text
            for cell in cells
            for output in cell.get("outputs", [])
            if "text" in output
        ]
        assert texts[0] == "begun\n"
        assert "never\n" not in texts


@pytest.mark.parametrize(
    ("engine", "limit_s"),
    [("fork", 1), pytest.param("kernel", 6, marks=pytest.mark.slow)],
)
def test_a_notebook_that_overruns_its_limit_is_ended_and_kept_as_far_as_it_ran(
    engine, limit_s
):
    made = run("import time; time.sleep(600)", engine=engine, limit_s=limit_s)
    assert f"after {limit_s} seconds" in made.error
    assert not made.killed
    assert "begun" in made.files["executed.ipynb"].decode()


def test_a_worker_with_another_library_is_told_to_leave_it():
    made = perform(JobPayload(briefings.__name__, "another", "x.ipynb", b"{}"))
    assert "another allywatch" in made.error
    assert not made.killed


def test_a_part_is_not_taken_for_the_whole(tiny):
    """A notebook that declares a partner is handed that partner's part: what it said of the network would be wrong."""
    from allywatch.evidence import dossiers, network, parts

    part = parts.part(loading.load(tiny), "XAR")
    for whole in (dossiers.pooled, network.network):
        with pytest.raises(ValueError, match="part of XAR alone"):
            whole(part)


def test_a_process_that_waits_for_its_parent_s_end_ends_before_it_in_order():
    script = (
        "import threading; from briefmill.engine import job;"
        "threading.Thread(target=job._end_with_parent, daemon=True).start()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.wait() == 0  # its standard input is still open
        assert process.stderr.read() == b""
