"""Which notebooks are briefings."""

from __future__ import annotations

import json
from pathlib import Path


def briefing_paths(folder: Path) -> list[Path]:
    """The notebooks in `folder` that are briefings, whether they can be read or not."""
    return [path for path in sorted(folder.glob("*.ipynb")) if _is_briefing(path)]


def _is_briefing(path: Path) -> bool:
    named_so = path.stem.endswith("_briefing")
    try:
        metadata = json.loads(path.read_bytes())["metadata"].get("allywatch", {})
        return bool(metadata.get("briefing", named_so))
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return named_so
