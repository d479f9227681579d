"""feed.xml: what changed in the newest editions, for a reader of feeds; Atom, as RFC 4287 has it.

An entry tells of one briefing in one edition. The manifest carries entries on from edition to edition, so that
who looks seldom misses none; only links lead to what a page shows today.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from briefmill.editions import changes
from briefmill.editions.changes import Line
from briefmill.editions.manifest import Manifest, output
from briefmill.terminal import visible

FILE = "feed.xml"
#: As many as a reader of feeds shows at once.
MOST_ENTRIES = 60
_ATOM = "http://www.w3.org/2005/Atom"

Entry = dict[str, Any]


def series(composed: Manifest, earlier: Manifest) -> str:
    """What all editions in one folder share and no others do: a name made once, for the first of them."""
    made = composed["edition"]["made"]
    own = f"{made} {composed['inputs_sha256']}"
    return earlier.get("series") or str(uuid5(NAMESPACE_URL, own))


def news(
    composed: Manifest, earlier: Manifest, names: Mapping[str, str]
) -> list[Entry]:
    """The entries of an edition, the newest first: those on it, then those of the edition before.

    Returns
    -------
    list of dict
        ``title``, ``page``, ``edition``, ``made`` and ``lines``, each ``[words, place, href]`` as in `changes.Line`;
        one per briefing and edition in which it says something new.
    """
    edition = composed["edition"]
    new = [
        {
            "briefing": name,
            "title": changes.title(composed, name, names),
            "page": output(composed, name)
            .get("files", {})
            .get("html", {})
            .get("path", ""),
            "edition": edition["number"],
            "made": edition["made"],
            "lines": [[line.words, line.place, line.href] for line in lines],
        }
        for name, lines in changes.lines(composed).items()
    ]
    return [*new, *earlier.get("news", [])][:MOST_ENTRIES]


def page(manifest: Manifest, title: str, program: str) -> str:
    """The feed of the edition with this manifest; `title` names the briefings, and `program` is said to be their author."""
    made = manifest["edition"]["made"]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", f"urn:uuid:{manifest['series']}")
    _add(feed, "title", f"{title}: what changed")
    _add(feed, "updated", made)
    _add(ElementTree.SubElement(feed, "author"), "name", program)
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": "index.html"})
    for entry in manifest["news"]:
        feed.append(_entry(entry, manifest["series"]))
    ElementTree.indent(feed)
    text = ElementTree.tostring(feed, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _entry(entry: Entry, series_id: str) -> ElementTree.Element:
    element = ElementTree.Element("entry")
    own = uuid5(NAMESPACE_URL, f"{series_id} {entry['edition']} {entry['briefing']}")
    _add(element, "id", f"urn:uuid:{own}")
    _add(element, "title", entry["title"])
    _add(element, "updated", entry["made"])
    href = entry["page"] or "index.html"
    ElementTree.SubElement(element, "link", {"rel": "alternate", "href": href})
    items = "".join(f"<li>{_as_html(Line(*line))}</li>" for line in entry["lines"])
    _add(element, "content", f"<ul>{items}</ul>", {"type": "html"})
    return element


def _add(
    parent: ElementTree.Element, name: str, text: str, attributes: Any = None
) -> None:
    ElementTree.SubElement(parent, name, attributes or {}).text = visible(text)


def _as_html(line: Line) -> str:
    words, place, href = (
        html.escape(visible(each)) for each in (line.words, line.place, line.href)
    )
    if href:
        return f'{words}<a href="{href}">{place}</a>'
    return f"{words}({place})" if place else words
