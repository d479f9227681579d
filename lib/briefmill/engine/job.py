"""One job, inside its own process: papermill runs the notebook, the exporters make the PDF and the HTML.

It works in the current folder, which holds ``job.json`` and the notebook, and leaves ``executed.ipynb``, `FILES`
and ``result.json`` there; it touches nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

THUMBNAIL_PX = 360  # twice the width at which the index shows it, for sharp screens
ENGINES = {
    "fork": "allywatch",
    "kernel": "nbclient",
}  # how to run cells, and papermill's name for it
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel gives matplotlib to draw with
# What a job imports sooner or later.
STACK = (
    *(
        "papermill",
        "ipykernel.ipkernel",
        "seaborn",
        "PIL.PngImagePlugin",
        "pypdfium2",
        "typst",
    ),
    *(
        "allywatch.method.codebook",
        "allywatch.page.network_tables",
        "allywatch.page.attached",
        "allywatch.page.tables",
    ),
    *(
        "allywatch.page.wording.overview",
        "briefmill.render.exporter",
        "briefmill.render.composition",
    ),
)


# What the manifest says of a briefing that has no block to say it.
NO_RECORD: dict[str, Any] = {
    "title": "",
    "facts": [],
    "direction": "",
    "word": "",
    "note": "",
    "judgement": "",
    "figures": [],
    "attached": [],
}


class OutOfTime(KeyboardInterrupt):
    """The limit on a job's time: of the kind that asyncio, and so a kernel's client, lets through."""


def preload() -> None:
    """Import all that a job needs and make what every job makes once, so that children inherit it."""
    _without_grammar()
    os.environ["MPLBACKEND"] = (
        INLINE  # matplotlib asks for it once, when it is imported
    )
    for name in STACK:
        import_module(name)
    import nbformat

    from allywatch.page import attached
    from allywatch.page.charts import style
    from briefmill.engine import cells
    from briefmill.render.composition import compose
    from briefmill.render.fonts import faces
    from briefmill.render.html import compile_html
    from briefmill.render.templates import environment

    style.rehearse()
    for relaxed in (True, False):
        nbformat.validate(nbformat.v4.new_notebook(), relax_add_props=relaxed)
    attached.versions()
    compile_html(compose(nbformat.v4.new_notebook()))
    environment().get_template("details.html")
    faces()
    cells.shell().run_cell("None", store_history=False)
    gc.freeze()  # what is there now is never looked through again, so that children go on sharing it


def _without_grammar() -> None:
    """Keep jsonschema, which reads notebooks, from compiling a grammar for addresses that no notebook is checked by.

    It takes longer than all else that is imported; jsonschema does without where it is not installed.
    """
    sys.modules.setdefault("rfc3987_syntax", None)


def perform() -> None:
    """Run the job that ``job.json`` describes and write its result, whatever happens."""
    job = json.loads(Path("job.json").read_text(encoding="utf-8"))
    result = {"status": "failed", "error": "", "killed": False, "about": {}}
    limit = job.pop("limit_s")
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # whoever ends it lets it end its kernel
    if limit and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        result |= {"status": "built", "about": _make(**job)}
    except OutOfTime:
        result["error"] = f"it was ended after {limit:g} seconds, the limit on its time"
    except Exception as error:  # a failing briefing is a result, and the others go on
        result |= {
            "error": _told(error),
            "killed": type(error).__name__ in ("ChildDied", "DeadKernelError"),
        }
    Path("result.json").write_text(json.dumps(result), encoding="utf-8")


def _out_of_time(*signalled) -> None:
    raise OutOfTime


def _make(notebook: str, parameters: dict[str, Any], engine: str) -> dict[str, Any]:
    """Execute, export, and say what the briefing is about."""
    _without_grammar()
    import papermill

    from allywatch.page import standards
    from briefmill.render.exporter import BriefingHTMLExporter, BriefingPDFExporter
    from briefmill.render.typst import thumbnail

    executed = papermill.execute_notebook(
        notebook,  # a relative name: papermill writes it into the notebook
        "executed.ipynb",
        parameters=parameters,
        engine_name=ENGINES[engine],
        kernel_name="python3",
        cwd=str(Path(notebook).parent),
        progress_bar=False,
        log_output=False,
    )
    _refuse_unfinished(executed)
    pdf, resources = BriefingPDFExporter().from_notebook_node(executed)
    Path("briefing.pdf").write_bytes(pdf)
    html, _ = BriefingHTMLExporter().from_notebook_node(executed, resources)
    Path("briefing.html").write_text(html, encoding="utf-8")
    drawn, pages = thumbnail(pdf, THUMBNAIL_PX)
    Path("thumbnail.png").write_bytes(drawn)
    document = resources["document"]
    record = dict(document.record)
    record.pop(standards.EVIDENCE, None)
    return {
        **NO_RECORD,
        **record,
        "pages": pages,
        "standards": standards.checklist(document),
    }


def _refuse_unfinished(executed: Any) -> None:
    """papermill takes a cell that calls ``sys.exit()`` for the end of the notebook; a briefing wants its last page."""
    for cell, output in _outputs(executed):
        if output.output_type == "error" and output.ename == "SystemExit":
            raise RuntimeError(
                f"cell [{cell.execution_count}] ended the notebook with SystemExit"
            )


def _outputs(notebook: Any) -> Iterator[tuple[Any, Any]]:
    """Each output with its cell."""
    return (
        (cell, output) for cell in notebook.cells for output in cell.get("outputs", [])
    )


def _told(error: Exception) -> str:
    """`error` in one or two lines, with the cell it happened in where it happened in one."""
    cell = getattr(error, "exec_count", None)
    words = (
        f"cell [{cell}]: {error.ename}: {error.evalue}"
        if cell
        else f"{type(error).__name__}: {error}"
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", words).strip()


if __name__ == "__main__":
    perform()
