"""What an edition says differently from the one before, briefing by briefing: as lines, and as CHANGES.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Line:
    """One thing that a briefing says differently.

    `place` names what the line is about, ``""`` where it names nothing; `href` leads to it on the page of the
    briefing, ``""`` where the page does not show it.
    """

    words: str
    place: str = ""
    href: str = ""


def lines(manifest: Manifest) -> dict[str, list[Line]]:
    """What each briefing of an edition says differently, by the briefing's name; one that says nothing new is left out.

    What the briefing on a unit says is not said again for all of them.
    """
    of_units: set[str] = set()
    for briefing in briefings(manifest).values():
        if unit(briefing):
            of_units.update(map(_bare, briefing["changes"]))

    by_briefing = {}
    for name, briefing in briefings(manifest).items():
        said = [
            _line(change, output(manifest, name))
            for change in briefing["changes"]
            if unit(briefing) or _bare(change) not in of_units
        ]
        said += _of_failure(briefing)
        if said:
            by_briefing[name] = said
    return by_briefing


def _bare(change: str) -> str:
    """A line without the place on its page, which is another on every page."""
    return _PLACE.sub(r"\g<words>", change)


def _line(change: str, made: Output) -> Line:
    """A line that may end in a place on its page: ``[ARM-06](#7)``."""
    found = _PLACE.search(change)
    if found is None:
        return Line(change)
    page = made.get("files", {}).get("html", {}).get("path", "")
    shown = page and found["place"] in made.get("places", [])
    href = f"{page}#{found['place']}" if shown else ""
    return Line(change[: found.start()], found["words"], href)


def _of_failure(briefing: Briefing) -> list[Line]:
    if briefing["status"] != "failed":
        return []
    kept = briefing["output"]
    if not kept:
        return [Line("Could not be made.")]
    return [Line(f"Not renewed; its files are of {kept['made'][:10]}.")]


def title(manifest: Manifest, name: str, names: Mapping[str, str]) -> str:
    """What a briefing is called in print: its unit, else its title. `names` are the printed names of units."""
    briefing = briefings(manifest)[name]
    return names.get(unit(briefing)) or output(manifest, name).get("title") or name


def page(manifest: Manifest, names: Mapping[str, str], unchanged: str) -> str:
    """CHANGES.md of the edition with this manifest.

    `names` are the printed names of units; `unchanged` is the line for an edition that says nothing new.
    """
    told: list[str] = []
    for name, changes in lines(manifest).items():
        told += [f"## {escaped(title(manifest, name, names))}", ""]
        told += [f"- {_as_markdown(change)}" for change in changes]
        told.append("")

    edition = manifest["edition"]
    before = edition["previous"]
    if before and not told:
        told = [unchanged, ""]
    since = "This is the first edition; there is none before it."
    if before:
        since = f"Since edition {before}."
    heading = [f"# What changed in edition {edition['number']}", "", since, ""]
    return "\n".join(heading + told)


def _as_markdown(line: Line) -> str:
    words = escaped(line.words)
    place = escaped(line.place)
    if line.href:
        return f"{words}[{place}]({line.href})"
    return f"{words}({place})" if place else words


def escaped(words: str) -> str:
    """`words` as Markdown that shows exactly these, whatever is in them."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", visible(words))
