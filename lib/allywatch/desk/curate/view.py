"""The page as the browser draws it: the document at the left, the fields at the right, and the keys.

What it shows comes by the traits below, as plain text that is never read as markup; what a person does comes back as
messages.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_PARTS = ("text.js", "fields.js", "events.js", "source.js", "keys.js", "desk.js")


def _script() -> str:
    """The parts of the script as one module."""
    folder = Path(__file__).parent
    return "\n".join((folder / part).read_text(encoding="utf-8") for part in _PARTS)


class DeskView(anywidget.AnyWidget):
    """The widgets of the page. `lists` are what may be chosen, `document` the text in pieces, `form` what is open, `page` a briefing."""

    _esm = _script()
    _css = Path(__file__).with_name("desk.css")
    lists = traitlets.Dict().tag(sync=True)
    document = traitlets.Dict().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
