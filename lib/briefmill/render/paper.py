"""What a document keeps off paper: a section tagged ``screen`` stands in HTML only, and the PDF names it.

``screen:FILE`` says besides which attached file holds the same; a heading may have several such tags.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from briefmill.blocks import Prose, prose
from briefmill.texts import text

#: The role of the block that names what is left out.
DIRECTORY = "directory"
_SCREEN = "screen"


def on_screen_only(tags: Iterable[str]) -> bool:
    """Whether a section with these tags is left out of the PDF."""
    return any(tag.partition(":")[0] == _SCREEN for tag in tags)


def directory(
    left_out: Iterable[tuple[str, Collection[str]]], attached: Collection[str]
) -> Prose:
    """Where the sections stand that the PDF leaves out; `left_out` are their names, each with its tags.

    Raises
    ------
    ValueError
        If a tag names a file that is not attached.
    """
    by_place: dict[str, list[str]] = {}
    for name, tags in left_out:
        by_place.setdefault(_place(tags, attached), []).append(name)
    told = [f"{', '.join(names)}{place}" for place, names in by_place.items()]
    words = f"More in the HTML edition: {'; '.join(told)}."
    return replace(prose("small", [("", [text(words)])]), role=DIRECTORY)


def _place(tags: Iterable[str], attached: Collection[str]) -> str:
    """Where a section with these tags stands, in words."""
    asked = [tag.partition(":") for tag in sorted(tags)]
    files = [file for kind, _, file in asked if kind == _SCREEN and file]
    for file in files:
        if file not in attached:
            known = ", ".join(sorted(attached)) or "none"
            raise ValueError(
                f"no attached file {file!r} for the tag '{_SCREEN}:{file}'; there are: {known}"
            )
    return f" (also {' and '.join(files)}, attached)" if files else ""
