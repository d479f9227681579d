"""The data of an edition for people with other tools: its events and claims as tables, its briefings as JSON."""

from __future__ import annotations

import json
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.page.attached import csv_text
from briefmill.editions.manifest import Briefing, Manifest, briefings

BRIEFINGS = "briefings.json"
#: What is said of each briefing as its page says it.
_SAID = ("title", "headline", "judgement", "direction", "word", "note")


def files(manifest: Manifest, dataset: Dataset) -> dict[str, str]:
    """The text of each file by name.

    ``events.csv`` has a row per event, ``claims.csv`` a row per claim, with the columns of the data folder and those
    derived from them, as known on the day of the edition. ``briefings.json`` lists what `_said_of` says of each briefing.
    """
    said = {
        "as_of": manifest["edition"]["as_of"],
        "focal_power": manifest["edition"]["focal_power"],
        "briefings": [
            _said_of(name, briefing, dataset)
            for name, briefing in briefings(manifest).items()
            if briefing["output"]
        ],
    }
    return {
        "events.csv": csv_text(dataset.events, guarded=True),
        "claims.csv": csv_text(dataset.claims, guarded=True),
        BRIEFINGS: json.dumps(said, indent=2, ensure_ascii=False) + "\n",
    }


def _said_of(name: str, briefing: Briefing, dataset: Dataset) -> dict[str, Any]:
    """One briefing: its name, its partner (``""`` for all), what it says, how sure it is, and its files.

    ``direction`` is the key of a direction word, ``""`` of a page that judges none; ``balance`` runs from -1 (away) to 1
    (closer), null where no direction can be stated; ``confidence`` is ``""`` there. ``edition`` and ``made`` tell since
    when the page is as it is.
    """
    made = briefing["output"]
    partner = briefing["partner"]
    names = dict(
        zip(dataset.partners["partner_id"], dataset.partners["name"], strict=True)
    )
    snapshot = made.get("snapshot") or {}
    return {
        "name": name,
        "partner": partner,
        "partner_name": names.get(partner, ""),
        **{key: made.get(key, "") for key in _SAID},
        "balance": snapshot.get("balance"),
        "confidence": snapshot.get("confidence", ""),
        "edition": made["edition"],
        "made": made["made"],
        "pages": made.get("pages"),
        "files": {kind: file["path"] for kind, file in sorted(made["files"].items())},
    }
