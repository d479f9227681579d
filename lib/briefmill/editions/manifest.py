"""The manifest of an edition as it is read and written: JSON, described by the schema beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 2
FILE = "manifest.json"
SCHEMA = "manifest.schema.json"
#: What may differ between two editions that are the same.
VOLATILE_KEYS = frozenset({"number", "made", "previous"})

Manifest = Mapping[str, Any]
Briefing = Mapping[str, Any]  # what a manifest says of one briefing
Output = Mapping[str, Any]  # what it says of the files that a briefing has


def read(folder: Path) -> Manifest:
    """The manifest in an edition's `folder`; empty where there is none that this version can read."""
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(manifest, dict):
        return {}
    return manifest if manifest.get("schema_version") == SCHEMA_VERSION else {}


def write(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`, with its schema beside it."""
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name(SCHEMA), folder / SCHEMA)


def number(manifest: Manifest) -> int | None:
    """The number of the edition; None of an empty manifest."""
    return manifest["edition"]["number"] if manifest else None


def briefings(manifest: Manifest) -> dict[str, Briefing]:
    """What the manifest says of each briefing, by the briefing's name."""
    return manifest.get("briefings", {})


def unit(briefing: Briefing) -> str:
    """What a briefing is about, ``""`` for all units; the schema calls every unit a partner."""
    return briefing["partner"]


def output(manifest: Manifest, name: str) -> Output:
    """What the manifest says of the files of one briefing; empty where it has none."""
    briefing = briefings(manifest).get(name, {})
    return briefing.get("output") or {}


def outputs(manifest: Manifest) -> dict[str, Output]:
    """The same of every briefing that has files."""
    by_name = {name: output(manifest, name) for name in briefings(manifest)}
    return {name: each for name, each in by_name.items() if each}


def failed(manifest: Manifest) -> dict[str, Briefing]:
    """The briefings whose last attempt failed."""
    return {
        name: briefing
        for name, briefing in briefings(manifest).items()
        if briefing["status"] == "failed"
    }


def comparable(manifest: Manifest) -> dict[str, Any]:
    """What two editions share if they are the same: all but when, how quickly and from which commit they were made."""
    edition = manifest.get("edition", {})
    lasting = ("notebook", "partner", "parameters", "error", "output")
    return {
        "edition": {key: edition[key] for key in edition.keys() - VOLATILE_KEYS},
        "briefings": {
            name: {key: briefing[key] for key in lasting}
            for name, briefing in briefings(manifest).items()
        },
        "inputs": manifest.get("inputs"),
        "versions": manifest.get("versions"),
        "request": manifest.get("request"),
    }
