"""Exhibits: what a notebook cell ends in, and what a briefing page is made of.

An exhibit is one block of a page: a figure or a table with its title, source line and alt text, or a
passage of prose with its evidence marks. It shows itself in Jupyter as HTML and hands the exporter the
same content as plain data (`BLOCK_MIME`), so that text from the data folder is never read as markup.

Runs
----
Text inside a block is a list of *runs*, each a dict with one of these keys:

``text``   plain text, with an optional ``style``: ``strong``, ``emph`` or ``small``
``marks``  a list of evidence marks (``["E1", "C2"]``), set raised and linked to their annex row
``arrow``  a direction key: ``away``, ``contested``, ``holding``, ``closer`` or ``insufficient``
``signs``  a list of ``{"direction": -1|0|1, "filled": bool}``: little squares, one per event
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import pandas as pd

from briefmill.render import markup

BLOCK_MIME = "application/vnd.allywatch.block+json"

Run = dict[str, Any]


def typographic(words: str) -> str:
    """`words` with the quotation marks and apostrophes of print instead of the keyboard's."""
    return re.sub(r'"([^"]*)"', "“\\1”", words).replace("'", "’")


def text(words: str, style: str = "") -> Run:
    """A run of plain text; `style` is ``""``, ``strong``, ``emph`` or ``small``."""
    words = typographic(words)
    return {"text": words, "style": style} if style else {"text": words}


def marks(refs: Iterable[str]) -> Run:
    """A run of evidence marks such as ``["E1", "E4"]``, scored events first, in number order."""
    return {
        "marks": sorted(
            dict.fromkeys(refs), key=lambda mark: (mark[0] != "E", int(mark[1:]))
        )
    }


def arrow(direction: str) -> Run:
    """A decorative direction arrow; it always stands beside its word."""
    return {"arrow": direction}


def signs(directions: Sequence[int], filled: Sequence[bool]) -> Run:
    """A row of squares, one per event: colour is direction, filled means two lineages or more."""
    return {
        "signs": [
            {"direction": int(d), "filled": bool(f)}
            for d, f in zip(directions, filled, strict=True)
        ]
    }


def plain(runs: str | Sequence[Run]) -> str:
    """The words of `runs` without their marks: what a screen reader or a log would say."""
    return (
        runs if isinstance(runs, str) else "".join(run.get("text", "") for run in runs)
    )


@dataclass(frozen=True)
class Exhibit:
    """One block of a briefing page.

    Parameters
    ----------
    block
        The content as plain JSON values; ``block["kind"]`` names its form. A figure has ``title``,
        ``svg``, ``width_mm``, ``height_mm``, ``alt`` and ``source``; ``none`` has a ``reason`` and
        leaves no trace on the page.
    data
        The frame the block was drawn from, for people who explore; None for prose.

    Raises
    ------
    ValueError
        If a figure comes without alt text: it would be a blank to a reader who cannot see it.
    """

    block: dict[str, Any]
    data: pd.DataFrame | None = None

    def __post_init__(self):
        if self.block["kind"] == "figure" and not self.block.get("alt", "").strip():
            raise ValueError(f"the figure {self.block.get('title')!r} has no alt text")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {
            BLOCK_MIME: self.block,
            "text/html": markup.page(
                "exhibit.html", block=self.block, said=self._said()
            ),
            "text/plain": f"<{self.block['kind']}: {self.block.get('title') or self.block.get('reason', '')}>",
        }

    def _said(self) -> dict[str, str]:
        """What the event behind each mark is, of a table of events: told where a mark is pointed at."""
        if self.data is None or not {"mark", "summary", "places"} <= set(self.data):
            return {}
        told = zip(
            self.data["mark"], self.data["summary"], self.data["places"], strict=True
        )
        return {
            mark: f"{summary} ({', '.join(f'{source} {grade}' for source, grade, _ in places)})"
            for mark, summary, places in told
            if isinstance(places, list)
        }


def part(name: str):
    """Decorates what makes an exhibit: its block says by ``part`` what it is to the page, whatever its title."""

    def decorated(made):
        @wraps(made)
        def named(*arguments, **others) -> Exhibit:
            shown = made(*arguments, **others)
            return replace(shown, block=shown.block | {"part": name})

        return named

    return decorated


def nothing(reason: str) -> Exhibit:
    """An exhibit that leaves no trace on the page; `reason` is shown in JupyterLab only."""
    return Exhibit({"kind": "none", "reason": reason})
