"""The passage on the curate page, with partners, dates and figures underlined."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

import anywidget
import traitlets

from allywatch.desk.phrases import Mark

_COLOURS = {"partner": "#3C8DC4", "date": "#8D949C", "figure": "#C8862A"}
# A carriage return counts as a character, and would be lost if it were written as it is.
_ESCAPES = {sign: html.escape(sign) for sign in "&<>\"'"} | {"\r": "&#13;"}
_ESCAPE_TABLE = str.maketrans(_ESCAPES)


class PassageView(anywidget.AnyWidget):
    """A passage as HTML. It sends the `start` and `end` of selected words, in code points."""

    _esm = Path(__file__).with_name("reading.js")
    value = traitlets.Unicode().tag(sync=True)


def underlined(passage: str, marks: Iterable[Mark]) -> str:
    """The passage as HTML, each mark underlined in the colour of its kind, and a key to the colours."""
    pieces = []
    position = 0
    for mark in marks:
        before = passage[position : mark.start].translate(_ESCAPE_TABLE)
        words = passage[mark.start : mark.end].translate(_ESCAPE_TABLE)
        hint = html.escape(f"{mark.kind}: {mark.value}")
        style = f"border-bottom:2px solid {_COLOURS[mark.kind]}"
        pieces.append(f'{before}<span title="{hint}" style="{style}">{words}</span>')
        position = mark.end
    pieces.append(passage[position:].translate(_ESCAPE_TABLE))
    key = " · ".join(
        f'<span style="color:{colour}">{kind}</span>'
        for kind, colour in _COLOURS.items()
    )
    return (
        f'<p style="line-height:1.6"><span class="words">{"".join(pieces)}</span>'
        f"<br><small>{key}</small></p>"
    )
