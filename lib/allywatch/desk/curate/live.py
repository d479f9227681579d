"""The partner's briefing as it would be with the rows as they are now, while one is at the desk."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from allywatch import briefings
from allywatch.data.dataset import Dataset
from allywatch.data.partners import briefed_partners, codes_named
from allywatch.desk.curate.telling import Unfilled
from allywatch.preview import preview
from briefmill.engine import CannotRun, children

_NOTEBOOK = "country_briefing.ipynb"


def make_ready() -> None:
    """Have the process that makes the pages import everything in advance, so that the first comes as fast as the next."""
    with suppress(CannotRun):
        children.make_ready(briefings.__name__)


def partner_of(dataset: Dataset, event_id: str, partners: str, last_event: str) -> str:
    """Whose briefing is meant: of the event that is chosen, of the event saved last, or of the partners in the field.

    Raises
    ------
    Unfilled
        If none of them has a briefing.
    """
    of_event = dataset.events.set_index("event_id")["partners"].to_dict()
    named = [
        code for word in partners.split(";") for code in codes_named(dataset, word)
    ]
    meant = [*of_event.get(event_id, ()), *of_event.get(last_event, ()), *named]
    briefed = briefed_partners(dataset)
    for code in meant:
        if code in briefed:
            return str(code)
    raise Unfilled("", "no partner with a briefing is open here")


def briefing(dataset: Dataset, partner: str) -> str:
    """A partner's briefing of the rows as they are, as HTML.

    Raises
    ------
    briefmill.PlanError, allywatch.preview.PageFailed, OSError
        If it cannot be made.
    """
    folder = dataset.data_dir.resolve().parent
    (path, *_) = preview(
        partner, dataset.data_dir, _notebooks(folder), folder / "reports"
    )
    return path.read_text(encoding="utf-8")


def _notebooks(folder: Path) -> Path:
    """The notebooks beside the data, or those that the desk's own stands among."""
    beside = folder / "notebooks"
    return beside if (beside / _NOTEBOOK).is_file() else Path.cwd()
