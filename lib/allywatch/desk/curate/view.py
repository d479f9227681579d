"""The page as the browser draws it: the document at the left, the fields at the right, and the keys.

What it shows comes by the traits below, as plain text that is never read as markup; what a person does comes back as
messages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

_PARTS = (
    "text.js",
    "fields.js",
    "rules.js",
    "events.js",
    "source.js",
    "keys.js",
    "desk.js",
)


def _script() -> str:
    """The parts of the script as one module."""
    folder = Path(__file__).parent
    return "\n".join((folder / part).read_text(encoding="utf-8") for part in _PARTS)


class DeskView(anywidget.AnyWidget):
    """The widgets of the page, each part sent when it changes.

    Attributes
    ----------
    lists
        The fields and what may be chosen in them; never changes.
    actors
        Those of the gazetteer.
    choices
        The sources, and the reasons that were given for passages without a claim.
    document
        The text of the source.
    marks, within
        What is shown in the text as something: of the whole document, and in the passage that is open.
    form
        What is open.
    page
        A briefing.
    """

    _esm = _script()
    _css = Path(__file__).with_name("desk.css")
    lists = traitlets.Dict().tag(sync=True)
    actors: Any = traitlets.List().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    document = traitlets.Dict().tag(sync=True)
    marks: Any = traitlets.List().tag(sync=True)
    within: Any = traitlets.List().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
