"""The manifest of an edition as it is read and written: JSON, described by the schema beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from briefmill.hashing import fingerprint

SCHEMA_VERSION = 3
FILE = "manifest.json"
SCHEMA = "manifest.schema.json"
#: What may differ between two editions that are the same.
VOLATILE_KEYS = frozenset({"number", "made", "previous"})

#: The member that holds the fingerprint of all others.
_SEAL = "sha256"

Manifest = Mapping[str, Any]
Briefing = Mapping[str, Any]  # what a manifest says of one briefing
Output = Mapping[str, Any]  # what it says of the files that a briefing has


def read(folder: Path) -> Manifest:
    """The manifest in an edition's `folder`, without its seal.

    Empty where there is none of this version, or where anything in it is otherwise than it was written: what
    is built on it may rely on its shape.
    """
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(manifest, dict):
        return {}
    seal = manifest.pop(_SEAL, None)
    if manifest.get("schema_version") != SCHEMA_VERSION:
        return {}
    if seal != fingerprint(manifest) or not all(map(_is_inside, files(manifest))):
        return {}
    return manifest


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file in the edition's own folder."""
    place = PurePosixPath(path)
    return bool(place.parts) and not place.is_absolute() and ".." not in place.parts


def write(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`, with a seal."""
    sealed = {**manifest, _SEAL: fingerprint(manifest)}
    text = json.dumps(sealed, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def write_schema(folder: Path) -> None:
    """Write the schema of manifests into `folder`."""
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


def files(manifest: Manifest) -> dict[str, str]:
    """The SHA-256 of every file of an edition but the manifest itself, by its path in the edition's folder."""
    hashes = dict(manifest.get("pages", {}))
    for each in outputs(manifest).values():
        hashes |= {file["path"]: file["sha256"] for file in each["files"].values()}
    return hashes


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
