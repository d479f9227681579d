"""One job, inside its own process: papermill runs the notebook, the exporters make the PDF and the HTML.

It works in the current folder, which holds ``job.json`` and the notebook, and leaves those of `jobs.ALL_FILES` that it
is asked for and ``result.json`` there, and where it fails ``executed.ipynb``; it touches nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill.domain import find
from briefmill.engine import INLINE, endings, out_of_time
from briefmill.imports import FORMATS, without
from briefmill.jobs import ALL_FILES, EXECUTED, FILES, JobResult

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from briefmill.render.document import Document

THUMBNAIL_PX = 360  # twice the width at which it is shown, for sharp screens
LONGEST_ERROR = 4000  # characters of it that an edition keeps
#: New things after which a job looks for garbage: it has little, and of very much evidence it makes very many that stay.
MOST_NEW = 100_000
#: How to run cells, and papermill's name for it.
ENGINES = {"fork": "allywatch", "kernel": "nbclient"}
#: What a job imports sooner or later, whatever its domain.
MODULES = (
    "papermill",
    "ipykernel.ipkernel",
    "pypdfium2",
    "typst",
    "briefmill.render.exporter",
    "briefmill.render.composition",
    "briefmill.render.typst",
)


class OutOfTime(KeyboardInterrupt):
    """The limit on a job's time: of the kind that asyncio, and so a kernel's client, lets through."""


# Before any job


def preload(domain_name: str) -> None:
    """Import all that jobs of a domain need and make what every job makes once, so that children inherit it."""
    gc.disable()  # hardly anything of this is ever garbage
    _import_jsonschema()
    # matplotlib asks for it once, when it is imported.
    os.environ["MPLBACKEND"] = INLINE
    for name in MODULES:
        import_module(name)
    find(domain_name).preload()
    _make_once()
    # What is there now is never looked through again, so that children go on sharing it.
    gc.freeze()
    gc.set_threshold(MOST_NEW)
    gc.enable()


def _make_once() -> None:
    import nbformat
    from PIL import Image

    from briefmill.engine import cells
    from briefmill.render.composition import compose
    from briefmill.render.fonts import faces
    from briefmill.render.html import compile_html
    from briefmill.render.templates import environment

    for relaxed in (True, False):
        nbformat.validate(nbformat.v4.new_notebook(), relax_add_props=relaxed)
    some_text = nbformat.v4.new_markdown_cell("# Some *text*")
    compile_html(compose(nbformat.v4.new_notebook(cells=[some_text])))
    environment(None).get_template("details.html")
    faces(())
    Image.preinit()
    cells.shell().run_cell("None", store_history=False)


def _import_jsonschema() -> None:
    """Import what reads notebooks by their schema, before papermill does."""
    with without(*FORMATS):
        import_module("jsonschema")


# The job


def perform() -> None:
    """Run the job that ``job.json`` describes and write its result, whatever happens."""
    job = json.loads(Path("job.json").read_text(encoding="utf-8"))
    limit_s = job.pop("limit_s")
    # Whoever ends it lets it end its kernel.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if limit_s and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        result = JobResult("built", about=_make(**job))
    except OutOfTime:
        result = JobResult("failed", out_of_time(limit_s))
    except Exception as error:  # a failing briefing is a result, and the others go on
        killed = type(error).__name__ in ("ChildDied", "DeadKernelError")
        result = JobResult("failed", _described(error), killed)
    Path("result.json").write_text(json.dumps(result.as_json()), encoding="utf-8")


def _out_of_time(*signalled: object) -> None:
    raise OutOfTime


def _make(
    domain: str,
    notebook: str,
    parameters: dict[str, Any],
    engine: str,
    links: list[list[str]],
    kinds: list[str],
    notice: str,
) -> dict[str, Any]:
    """Execute the notebook and export it as each of `kinds`; what the manifest is to say of the briefing."""
    _import_jsonschema()
    executed = _execute(notebook, parameters, ENGINES[engine])
    try:
        return _export(executed, domain, links, kinds, notice)
    except BaseException:
        import nbformat

        nbformat.write(executed, EXECUTED)
        raise


def _execute(notebook: str, parameters: dict[str, Any], engine: str) -> NotebookNode:
    """The notebook with what its cells put out; where one of them fails, it is left as `EXECUTED`.

    As by `papermill.execute_notebook`, which writes every notebook: of very much evidence that takes longer than its pages.
    """
    from papermill.engines import papermill_engines
    from papermill.execute import execute_notebook, raise_for_execution_errors
    from papermill.iorw import local_file_io_cwd
    from papermill.utils import chdir

    prepared = execute_notebook(
        notebook,  # a relative name: papermill writes it into the notebook
        EXECUTED,
        parameters=parameters,
        engine_name=engine,
        kernel_name="python3",
        prepare_only=True,
    )
    with local_file_io_cwd():
        with chdir(Path(notebook).parent):
            executed = papermill_engines.execute_notebook_with_engine(
                engine,
                prepared,
                kernel_name="python3",
                input_path=notebook,
                output_path=EXECUTED,
                progress_bar=False,
                log_output=False,
                start_timeout=60,
            )
        raise_for_execution_errors(executed, EXECUTED)
    return executed


def _export(
    executed: NotebookNode,
    domain: str,
    links: list[list[str]],
    kinds: list[str],
    notice: str,
) -> dict[str, Any]:
    """Write the executed notebook as each of `kinds`; what the manifest is to say of the briefing."""
    from briefmill.render.exporter import EXPORTERS

    _refuse_unfinished(executed)
    resources: dict[str, Any] = {"links": links, "notice": notice}
    for kind in kinds:
        if kind in EXPORTERS:
            exporter = EXPORTERS[kind]()
            content, resources = exporter.from_notebook_node(executed, resources)
            _write(ALL_FILES[kind], content)
    described = about(domain, resources["document"])
    if "thumbnail" in kinds:
        described = {"pages": _draw_thumbnail(), **described}
    return described


def _write(name: str, content: bytes | str) -> None:
    if isinstance(content, str):
        content = content.encode()
    Path(name).write_bytes(content)


def _draw_thumbnail() -> int:
    """Draw the first page of the PDF; how many pages there are."""
    from briefmill.render.typst import thumbnail

    pdf = Path(FILES["pdf"]).read_bytes()
    picture, pages = thumbnail(pdf, THUMBNAIL_PX)
    Path(FILES["thumbnail"]).write_bytes(picture)
    return pages


def _refuse_unfinished(executed: NotebookNode) -> None:
    """papermill takes a cell that calls ``sys.exit()`` for the end of the notebook; a briefing wants its last page."""
    for cell, output in _outputs(executed):
        if output.output_type == "error" and output.ename == "SystemExit":
            raise RuntimeError(
                f"cell [{cell.execution_count}] ended the notebook with SystemExit"
            )


def about(domain_name: str, document: Document) -> dict[str, Any]:
    """What the manifest says of a briefing: what its blocks record, and what the domain says of it.

    Returns
    -------
    dict
        ``title``, ``facts`` (pairs) and ``attached`` (names of files), ``""`` or ``[]`` where the briefing has no
        block to say so; ``places``, the marks that lead to a row of it; ``snapshot`` and ``baseline`` where it has them.
    """
    recorded: dict[str, Any] = {"title": "", "facts": [], "attached": []}
    recorded["places"] = sorted(document.targets)
    for name, value in document.record.items():
        if not name.startswith("_"):
            recorded[name] = value
    return {**recorded, **find(domain_name).describe(document)}


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    """Each output with its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def _described(error: Exception) -> str:
    """`error` in one or two lines, with the cell it happened in where it happened in one."""
    from papermill import PapermillExecutionError

    words = f"{type(error).__name__}: {error}"
    if isinstance(error, PapermillExecutionError) and error.exec_count:
        words = f"cell [{error.exec_count}]: {error.ename}: {error.evalue}"
    words = re.sub(r"\x1b\[[0-9;]*m", "", words).strip()
    return words if len(words) <= LONGEST_ERROR else f"{words[:LONGEST_ERROR]}…"


def _end_with_parent() -> None:
    """End this process and all that it has started when standard input closes, as it does when its parent ends."""
    # Past Python's own buffer, whose lock the end of this process would wait for.
    while os.read(sys.stdin.fileno(), 1):
        pass
    endings.end_descendants(os.getpid())
    os._exit(1)


def main() -> None:
    """Run the job of the current folder in a process of its own, which leaves none behind."""
    endings.adopt()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        perform()
    finally:
        endings.end_descendants(os.getpid())


if __name__ == "__main__":
    main()
