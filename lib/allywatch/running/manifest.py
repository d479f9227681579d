"""The manifest: what an edition was made from, with what, and what came out, briefing by briefing."""

from __future__ import annotations

import json
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allywatch.running.freshness import code, fingerprint, inputs, sha256

if TYPE_CHECKING:
    from allywatch.running.execution import Outcome
    from allywatch.running.planning import Plan

SCHEMA_VERSION = 2
LATEST, FILE = "latest", "manifest.json"


def versions() -> dict[str, str]:
    """The versions of Python, allywatch and the packages it names as its own."""
    required = [line for line in metadata.requires("allywatch") if "extra" not in line]
    names = ["allywatch", *(re.match(r"[\w.-]+", line)[0] for line in required)]
    packages = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), **packages}


def entry(
    outcome: Outcome, made_from: str, key: dict[str, str], before: dict[str, Any] | None
) -> dict[str, Any]:
    """What the manifest says of one briefing after `outcome`.

    ``status``, ``error`` and ``parameters`` tell of the last attempt; ``output`` tells of the PDF that is
    there, which after a failure is the one of an earlier attempt, or None. `made_from` is the fingerprint of
    the inputs, `key` what the briefing was made from (see `freshness`), `before` its entry in the edition
    before.
    """
    output = before["output"] if before else None
    if outcome.status == "built":
        output = {
            "file": f"{outcome.job.name}.pdf",
            "sha256": sha256(outcome.folder / "briefing.pdf"),
            "html": f"{outcome.job.name}.html",
            "html_sha256": sha256(outcome.folder / "briefing.html"),
            "thumbnail": f"thumbnails/{outcome.job.name}.png",
            "thumbnail_sha256": sha256(outcome.folder / "thumbnail.png"),
            "inputs_sha256": made_from,
            "notebook_sha256": sha256(outcome.job.notebook),
            "as_of": outcome.job.parameters.get("as_of", ""),
            "key": key,
            **outcome.about,
        }
    elif outcome.status == "current":
        return before | {"output": output | {"inputs_sha256": made_from}}
    return {
        "notebook": outcome.job.notebook.name,
        "partner": outcome.job.partner,
        "parameters": outcome.job.parameters,
        "status": outcome.status,
        "error": outcome.error,
        "duration_s": outcome.duration_s,
        "output": output,
    }


def compose(
    plan: Plan, outcomes: list[Outcome], keys: dict[str, dict[str, str]], before: dict[str, Any]
) -> dict[str, Any]:
    """The manifest of an edition with `outcomes`, and beside them what `before` (a manifest) holds.

    A whole run replaces the edition; a run for some partners leaves the other briefings as they were, and
    their ``inputs_sha256`` tells whether they rest on the same inputs as this one.
    """
    files = inputs(plan.dataset.data_dir)
    made_from = fingerprint(files)
    old = before.get("briefings", {})
    briefings = {} if plan.whole else dict(old)
    for outcome in outcomes:
        name = outcome.job.name
        briefings[name] = entry(outcome, made_from, keys[name], old.get(name))
    complete = plan.whole and all(outcome.status != "failed" for outcome in outcomes)
    return {
        "schema_version": SCHEMA_VERSION,
        "edition": {"as_of": plan.as_of, "focal_power": plan.dataset.rules["focal_power"]},
        "inputs": files,
        "inputs_sha256": made_from,
        "versions": versions(),
        # What makes briefings, once per state of it that some briefing was made by.
        "code": _states(briefings, before.get("code", {}) | {fingerprint(code()): code()}),
        "request": plan.request(made_from) if complete else "",
        "briefings": briefings,
    }


def _states(briefings: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    used = {briefing["output"]["key"]["code"] for briefing in briefings.values() if briefing["output"]}
    return {state: known[state] for state in sorted(used & known.keys())}


def read(folder: Path) -> dict[str, Any]:
    """The manifest in an edition's `folder`; empty where there is none that this version can read."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and said.get("schema_version") == SCHEMA_VERSION else {}


def write(folder: Path, said: dict[str, Any]) -> None:
    """Write the manifest `said` into `folder`."""
    text = json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
