"""CHANGES.md: what an edition says differently from the one before, briefing by briefing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from briefmill.editions.manifest import (
    Briefing,
    Manifest,
    Output,
    briefings,
    output,
    unit,
)
from briefmill.terminal import visible

FILE = "CHANGES.md"
#: A place on the page of a briefing, at the end of a line on it.
_PLACE = re.compile(r"\[(?P<words>[^\[\]()]+)\]\(#(?P<place>[\w.-]+)\)$")


def page(manifest: Manifest, names: Mapping[str, str], unchanged: str) -> str:
    """The page of the edition with this manifest.

    `names` are the printed names of units; `unchanged` is the line for an edition that says nothing new.
    """
    of_units: set[str] = set()
    for briefing in briefings(manifest).values():
        if unit(briefing):
            of_units.update(map(_bare, briefing["changes"]))

    lines: list[str] = []
    for name, briefing in briefings(manifest).items():
        changes = _changes(briefing, of_units)
        if changes:
            title = names.get(unit(briefing)) or output(manifest, name).get("title")
            lines += [f"## {escaped(title or name)}", ""]
            made = output(manifest, name)
            lines += [f"- {_with_link(change, made)}" for change in changes]
            lines.append("")

    edition = manifest["edition"]
    before = edition["previous"]
    if before and not lines:
        lines = [unchanged, ""]
    since = "This is the first edition; there is none before it."
    if before:
        since = f"Since edition {before}."
    heading = [f"# What changed in edition {edition['number']}", "", since, ""]
    return "\n".join(heading + lines)


def _changes(briefing: Briefing, of_units: set[str]) -> list[str]:
    """The lines on one briefing; what a unit's briefing says is not said again for all of them."""
    changes = [
        change
        for change in briefing["changes"]
        if unit(briefing) or _bare(change) not in of_units
    ]
    if briefing["status"] == "failed":
        kept = briefing["output"]
        changes.append(
            f"Not renewed; its files are of {kept['made'][:10]}."
            if kept
            else "Could not be made."
        )
    return changes


def _bare(change: str) -> str:
    """A line without the place on its page, which is another on every page."""
    return _PLACE.sub(r"\g<words>", change)


def _with_link(change: str, made: Output) -> str:
    """A line as Markdown; where it ends in a place on its page, ``[ARM-06](#7)``, that is a link to it.

    A place that the page does not have is left out.
    """
    found = _PLACE.search(change)
    if found is None:
        return escaped(change)
    words = escaped(change[: found.start()])
    name = escaped(found["words"])
    page = made.get("files", {}).get("html", {}).get("path", "")
    if not page or found["place"] not in made.get("places", []):
        return f"{words}({name})"
    return f"{words}[{name}]({page}#{found['place']})"


def escaped(words: str) -> str:
    """`words` as Markdown that shows exactly these, whatever is in them."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", visible(words))
