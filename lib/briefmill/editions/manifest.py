"""The manifest of an edition as it is read and written: JSON, described by the schema beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

SCHEMA_VERSION = 2
FILE = "manifest.json"
SCHEMA = "manifest.schema.json"
#: What may differ between two editions that are the same.
VOLATILE_KEYS = frozenset({"number", "made", "previous"})

_MANIFEST = {
    "schema_version": int,
    "edition": {"number": int, "made": str, "as_of": str},
    "briefings": dict,
    "inputs": dict,
    "versions": dict,
    "code": dict,
    "request": str,
}
_BRIEFING = {
    "notebook": str,
    "partner": str,
    "parameters": dict,
    "status": str,
    "error": str,
    "changes": list,
    "output": (dict, type(None)),
}
_OUTPUT = {
    "files": dict,
    "edition": int,
    "made": str,
    "as_of": str,
    "key": {"code": str},
}
_FILE = {"path": str, "sha256": str}
_NEWS = {
    "briefing": str,
    "title": str,
    "page": str,
    "edition": int,
    "made": str,
    "lines": list,
}

Manifest = Mapping[str, Any]
Briefing = Mapping[str, Any]  # what a manifest says of one briefing
Output = Mapping[str, Any]  # what it says of the files that a briefing has


def read(folder: Path) -> Manifest:
    """The manifest in an edition's `folder`; empty where there is none that this version can read."""
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
        # Half a letter, which JSON can spell, could not be written into the next one.
        json.dumps(manifest, ensure_ascii=False).encode("utf-8")
    except (OSError, ValueError):
        return {}
    return manifest if _is_one(manifest) else {}


def _is_one(value: Any) -> bool:
    """Whether a JSON value is a manifest of this version, as far as briefmill itself reads it."""
    if not _fits(value, _MANIFEST) or value["schema_version"] != SCHEMA_VERSION:
        return False
    files: list[Any] = []
    for briefing in value["briefings"].values():
        if not _fits(briefing, _BRIEFING):
            return False
        output = briefing["output"]
        if output is None:
            continue
        if not _fits(output, _OUTPUT):
            return False
        files += output["files"].values()
    pages = value.get("pages", {})
    if not isinstance(pages, dict):
        return False
    if not _is_news(value.get("news", [])):
        return False
    files += [{"path": path, "sha256": sha256} for path, sha256 in pages.items()]
    if not all(_fits(file, _FILE) and _is_inside(file["path"]) for file in files):
        return False
    # No two are laid down in one place.
    return len({file["path"] for file in files}) == len(files)


def _is_news(value: Any) -> bool:
    """Whether a JSON value is a list of entries of the feed."""
    return isinstance(value, list) and all(
        _fits(entry, _NEWS) and all(_is_line(line) for line in entry["lines"])
        for entry in value
    )


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(isinstance(each, str) for each in value)
    )


def _fits(value: Any, shape: Any) -> bool:
    """Whether `value` is of a type, or an object with the members that `shape` names, each fitting in turn."""
    if not isinstance(shape, dict):
        return isinstance(value, shape)
    return isinstance(value, dict) and all(
        name in value and _fits(value[name], member) for name, member in shape.items()
    )


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file in the edition's own folder."""
    place = PurePosixPath(path)
    return bool(place.parts) and not place.is_absolute() and ".." not in place.parts


def write(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`."""
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False)
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
