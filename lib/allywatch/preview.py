"""One partner's briefing of the data as they are: a page to look at while coding, in no edition and published nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from allywatch import briefings
from briefmill import pages
from briefmill.engine import children
from briefmill.notebooks import briefing_paths
from briefmill.pages import PageFailed

#: Where previews stand in the output folder.
FOLDER = "preview"
NOTICE = "Preview of the data as they are, not an edition"

# The end of one preview would end the processes of another.
_one_at_a_time = threading.Lock()


def preview(
    partner: str,
    data_dir: Path | str = "data",
    notebooks: Path | str = "notebooks",
    out: Path | str = "reports",
    as_of: str = "",
    parameters: Mapping[str, str] | None = None,
    limit_s: float | None = None,
) -> list[Path]:
    """Make a partner's briefing of the data as they are, as an HTML file, and return where it is.

    There is one for each notebook that runs per partner: one, as allywatch comes. It says of itself that it is a
    preview. The first takes some seconds; a process that has imported everything then stays with this one, so that the
    next take one or two. Where it raises, the page before it stays.

    Parameters
    ----------
    partner
        An id, name or alias.
    out
        The output folder: the page is written into its ``preview``. What it says of changes is since the latest edition.
    as_of, parameters, limit_s
        As for a build.

    Raises
    ------
    briefmill.PlanError
        For a partner, date, parameter or folder that does not exist.
    allywatch.data.contract.ContractError
        If the data breaks its contract; it names every failure.
    PageFailed
        If the notebook does not come to its end.
    briefmill.engine.CannotRun, OSError
        If no process can be started, or nothing written.
    """
    out = Path(out)
    with _one_at_a_time:
        children.make_ready(briefings.__name__)
        planned = briefings.plan(data_dir, notebooks, [partner], as_of, parameters)
        made = list(
            pages.make(planned, out / FOLDER, ["html"], out, NOTICE, limit_s=limit_s)
        )
    errors = [f"{page.job.name}: {page.error}" for page in made if page.error]
    if errors:
        raise PageFailed("\n".join(errors))
    return [path for page in made for path in page.paths]


def inputs(data_dir: Path, notebooks: Path) -> Iterable[Path]:
    """The files that a preview is made from, as they are now."""
    return [*briefings.input_files(data_dir).values(), *briefing_paths(notebooks)]
