"""The page a reader opens first: every briefing of an edition, grouped by the direction it finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from allywatch.data.loading import Dataset

# In reading order; the middle five are the direction keys of the data folder's rules.
GROUPS = (
    "network",
    "away",
    "contested",
    "holding",
    "closer",
    "insufficient",
    "missing",
)


def page(said: dict[str, Any], dataset: Dataset) -> str:
    """The index of the edition whose manifest is `said`, as one HTML page; text from the data is escaped."""
    names = dict(
        zip(dataset.partners["partner_id"], dataset.partners["name"], strict=True)
    )
    cards = [
        _card(name, briefing, said, names)
        for name, briefing in said["briefings"].items()
    ]
    # What judges comes before what explains: the overview before the methodology.
    cards.sort(
        key=lambda card: (not card["output"].get("judgement"), card["title"].casefold())
    )
    shared = _shared(
        [
            card["facts"]
            for card in cards
            if card["output"] and card["group"] != "network"
        ]
    )
    for card in cards:
        card["facts"] = [fact for fact in card["facts"] if fact not in shared]
    grouped = [
        (group, [card for card in cards if card["group"] == group]) for group in GROUPS
    ]
    loader, tidy = (
        FileSystemLoader(Path(__file__).parent),
        {"trim_blocks": True, "lstrip_blocks": True},
    )
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, **tidy
    )
    return environment.get_template("index.html").render(
        groups=[(group, own) for group, own in grouped if own],
        words={rule["key"]: rule["word"] for rule in dataset.rules["direction_words"]},
        shared=shared,
        language=dataset.rules["language"],
        focal_power=names.get(
            dataset.rules["focal_power"], dataset.rules["focal_power"]
        ),
    )


def _card(
    name: str, briefing: dict[str, Any], said: dict[str, Any], names: dict[str, str]
) -> dict[str, Any]:
    """What one card shows. ``group`` is a direction key, ``network`` or, without a PDF, ``missing``."""
    output = briefing["output"] or {}
    partner = names.get(briefing["partner"], briefing["partner"])
    group = (output.get("direction") or "network") if output else "missing"
    return {
        "group": group,
        "title": partner or output.get("title") or name.replace("_", " "),
        "output": output,
        "facts": output.get("facts", []),
        "files": {kind: file["path"] for kind, file in output.get("files", {}).items()},
        "failed": briefing["status"] == "failed",
        "error": briefing["error"],
        "outdated": bool(output)
        and briefing["status"] != "failed"
        and (output["inputs_sha256"], output["as_of"])
        != (said["inputs_sha256"], said["edition"]["as_of"]),
        "notebook": f"../failures/{said['edition']['number']}/{name}.ipynb",
    }


def _shared(lists: list[list[list[str]]]) -> list[list[str]]:
    """The facts that all briefings state alike: told once, at the head of the page."""
    return (
        [fact for fact in lists[0] if all(fact in facts for facts in lists)]
        if len(lists) > 1
        else []
    )
