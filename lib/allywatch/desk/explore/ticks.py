"""Boxes to tick, as one widget however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import anywidget
import traitlets


class Ticks(anywidget.AnyWidget):
    """A box to tick for each of some codes, all ticked at first; many of them scroll, and can be searched.

    `labels` are pairs of a code and its label, `ticked` the codes whose box is ticked.
    """

    _esm = Path(__file__).with_name("ticks.js")
    _css = Path(__file__).with_name("ticks.css")
    title = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    labels: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    ticked = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, title: str, labels: Mapping[str, str], hint: str = "") -> None:
        pairs = [[code, label] for code, label in labels.items()]
        super().__init__(title=title, hint=hint, labels=pairs, ticked=[*labels])

    @property
    def codes(self) -> list[str]:
        """The code of each box, in their order."""
        return [code for code, _ in self.labels]

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The codes that are ticked, in the order of the boxes; None where all are."""
        ticked = set(self.ticked)
        if ticked == set(self.codes):
            return None
        return tuple(code for code in self.codes if code in ticked)

    def tick(self, code: str, is_ticked: bool) -> None:
        """Tick or untick the box of `code`, as a click on it does."""
        others = [each for each in self.ticked if each != code]
        self.ticked = [*others, code] if is_ticked else others
