"""The page a reader opens first: the story of all partners, then every briefing, grouped by the direction it finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from allywatch.data.dataset import Dataset
from allywatch.evidence.rules import directions_in_order, way
from allywatch.page.directions import arrow
from allywatch.page.wording.voices import power_in_a_sentence
from briefmill.editions.manifest import Briefing, Manifest, briefings
from briefmill.theme import SHAPES

Card = dict[str, Any]


def title(dataset: Dataset) -> str:
    """What all briefings are about: ties with the focal power."""
    return f"Country briefings: ties with {power_in_a_sentence(dataset)}"


def page(manifest: Manifest, dataset: Dataset) -> str:
    """The index of the edition with this manifest, as one HTML page; text from the data is escaped."""
    partners = dataset.partners
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    cards = [
        _card(name, briefing, manifest, names)
        for name, briefing in briefings(manifest).items()
    ]
    # What judges comes before what explains: the overview before the methodology.
    cards.sort(
        key=lambda card: (not card["output"].get("judgement"), card["title"].casefold())
    )
    groups = []
    rules = dataset.rules
    directions = directions_in_order(rules)
    for group in ("network", *directions, "missing"):
        in_group = [card for card in cards if card["group"] == group]
        if in_group:
            groups.append((group, in_group))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html").render(
        groups=groups,
        words={rule["key"]: rule["word"] for rule in rules["direction_words"]},
        arrows={key: _glyphs(dataset, key) for key in directions},
        stories=[
            card for card in cards if card["group"] == "network" and card["story"]
        ],
        language=dataset.rules["language"],
        title=title(dataset),
    )


def _glyphs(dataset: Dataset, key: str) -> str:
    """The sign of a direction; two for a tie that has turned, as on its page."""
    if way(dataset.rules, key) == "turned":
        return SHAPES["rising"].glyph + SHAPES["falling"].glyph
    return SHAPES[arrow(dataset, key).shape].glyph


def _card(
    name: str, briefing: Briefing, manifest: Manifest, names: Mapping[str, str]
) -> Card:
    """What one card shows. ``group`` is a direction key, ``network`` or, without a PDF, ``missing``."""
    output = briefing["output"] or {}
    partner = names.get(briefing["partner"], briefing["partner"])
    edition = manifest["edition"]
    failed = briefing["status"] == "failed"
    group = "missing"
    headline = ""
    story: list[str] = []
    outdated = False
    if output:
        group = output.get("direction") or "network"
        # Of an edition from before there were headlines, the judgement was one.
        headline = output.get("headline") or output.get("judgement") or ""
        if output.get("headline"):
            story = (output.get("judgement") or "").splitlines()
        made_from = (output["inputs_sha256"], output["as_of"])
        current = (manifest["inputs_sha256"], edition["as_of"])
        outdated = not failed and made_from != current
    return {
        "group": group,
        "title": partner or output.get("title") or name.replace("_", " "),
        "output": output,
        "headline": headline,
        "story": story,
        "files": {kind: file["path"] for kind, file in output.get("files", {}).items()},
        "failed": failed,
        "error": briefing["error"],
        "outdated": outdated,
        "notebook": f"../failures/{edition['number']}/{name}.ipynb",
    }
