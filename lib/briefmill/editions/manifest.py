"""The manifest: what an edition was made from, with what, and what came out, briefing by briefing."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill import clock
from briefmill.editions.store import FILES
from briefmill.freshness import code, fingerprint, inputs, request, sha256

if TYPE_CHECKING:
    from briefmill.execution import Outcome
    from briefmill.planning import Plan

SCHEMA_VERSION = 2
FILE, SCHEMA = "manifest.json", "manifest.schema.json"
_PASSING = (
    "number",
    "made",
    "previous",
)  # what may differ between two editions that are the same


def versions() -> dict[str, str]:
    """The versions of Python, allywatch and the packages it names as its own."""
    required = [line for line in metadata.requires("allywatch") if "extra" not in line]
    names = ["allywatch", *(re.match(r"[\w.-]+", line)[0] for line in required)]
    packages = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), **packages}


def git(folder: Path) -> dict[str, Any] | None:
    """The commit that `folder` stands at and whether tracked files differ from it; None outside a repository."""
    words = [
        "git",
        "-C",
        str(folder),
        "status",
        "--porcelain=v2",
        "--branch",
        "--untracked-files=no",
    ]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    commit = re.search(r"^# branch\.oid ([0-9a-f]+)$", said, re.MULTILINE)
    return commit and {
        "commit": commit[1],
        "dirty": bool(re.search("^[^#]", said, re.MULTILINE)),
    }


def entry(
    outcome: Outcome,
    edition: dict[str, Any],
    made_from: str,
    key: dict[str, str],
    before: dict[str, Any],
) -> dict[str, Any]:
    """What the manifest says of one briefing after `outcome`.

    ``status``, ``error`` and ``parameters`` tell of the last attempt; ``output`` tells of the files that are
    there, which after a failure are those of an earlier attempt, or None. Its ``edition`` and ``made`` say since
    when they are as they are. `edition` is the manifest's own part on this edition, `made_from` the
    fingerprint of the inputs, `key` what the briefing was made from (see `freshness`), `before` its entry in
    the edition before, or empty.
    """
    output = last = before.get("output")
    if outcome.status == "current":
        return before | {
            "status": "current",
            "changes": [],
            "output": last | {"inputs_sha256": made_from},
        }
    if outcome.status == "built":
        output = _output(outcome, made_from)
        same = last and output["files"] == last["files"]
        number, made = (
            (last["edition"], last["made"])
            if same
            else (edition["number"], edition["made"])
        )
        output |= {"key": key, "edition": number, "made": made}
    now, earlier = ((said or {}).get("snapshot") for said in (output, last))
    return {
        "notebook": outcome.job.notebook.name,
        "partner": outcome.job.partner,
        "parameters": outcome.job.parameters,
        "status": outcome.status,
        "error": outcome.error,
        "duration_s": outcome.duration_s,
        "why": list(outcome.why),
        "changes": _changes(earlier, now)
        if last or not edition["previous"]
        else ["This briefing is new."],
        "output": output,
    }


def _output(outcome: Outcome, made_from: str) -> dict[str, Any]:
    return {
        "files": {
            kind: {
                "path": place.format(name=outcome.job.name),
                "sha256": sha256(outcome.folder / own),
            }
            for kind, (own, place) in FILES.items()
        },
        "inputs_sha256": made_from,
        "notebook_sha256": sha256(outcome.job.notebook),
        "as_of": outcome.job.parameters.get("as_of", ""),
        **outcome.about,
    }


def _changes(earlier: dict[str, Any] | None, now: dict[str, Any] | None) -> list[str]:
    """What a briefing says otherwise than in the edition before, in words."""
    if not earlier or not now or earlier == now:
        return []
    from allywatch.page.wording import listed

    return listed(earlier, now)


def compose(
    plan: Plan,
    outcomes: list[Outcome],
    keys: dict[str, dict[str, str]],
    before: dict[str, Any],
    number: int,
    engine: str,
) -> dict[str, Any]:
    """The manifest of edition `number` with `outcomes`, and beside them what `before` (a manifest) holds.

    A whole run replaces the edition; a run for some partners leaves the other briefings as they were, and
    their ``inputs_sha256`` tells whether they rest on the same inputs as this one.
    """
    files = inputs(plan.dataset.data_dir)
    made_from = fingerprint(files)
    old = before.get("briefings", {})
    briefings = (
        {}
        if plan.whole
        else {name: kept | {"changes": []} for name, kept in old.items()}
    )
    edition = {
        "number": number,
        "made": clock.stamp(),
        "previous": before.get("edition", {}).get("number"),
        "as_of": plan.as_of,
        "focal_power": plan.dataset.rules["focal_power"],
    }
    for outcome in outcomes:
        name = outcome.job.name
        briefings[name] = entry(
            outcome, edition, made_from, keys[name], old.get(name, {})
        )
    complete = plan.whole and all(outcome.status != "failed" for outcome in outcomes)
    asked = ""
    if complete:
        asked = request(
            plan.dataset.data_dir,
            plan.notebooks,
            plan.as_of,
            plan.parameters,
            made_from,
        )
    elif before.get("inputs_sha256") == made_from and all(
        each.status == "current" for each in outcomes
    ):
        asked = before["request"]  # some were looked at and found as they should be
    return {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "edition": edition,
        "inputs": files,
        "inputs_sha256": made_from,
        "versions": versions(),
        "engine": engine,
        "git": git(plan.jobs[0].notebook.parent),
        # What makes briefings, once per state of it that some briefing was made by.
        "code": _states(
            briefings, before.get("code", {}) | {fingerprint(code()): code()}
        ),
        "request": asked,
        "briefings": dict(sorted(briefings.items())),
    }


def lasting(said: dict[str, Any]) -> dict[str, Any]:
    """What of a manifest two editions share if they are the same: all but when, how quickly and from which commit."""
    edition = {
        key: value
        for key, value in said.get("edition", {}).items()
        if key not in _PASSING
    }
    briefings = {
        name: {
            key: briefing[key]
            for key in ("notebook", "partner", "parameters", "error", "output")
        }
        for name, briefing in said.get("briefings", {}).items()
    }
    shared = {key: said.get(key) for key in ("inputs", "versions", "request")}
    return {"edition": edition, "briefings": briefings, **shared}


def _states(briefings: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    used = {
        briefing["output"]["key"]["code"]
        for briefing in briefings.values()
        if briefing["output"]
    }
    return {state: known[state] for state in sorted(used & known.keys())}


def read(folder: Path) -> dict[str, Any]:
    """The manifest in an edition's `folder`; empty where there is none that this version can read."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        said
        if isinstance(said, dict) and said.get("schema_version") == SCHEMA_VERSION
        else {}
    )


def write(folder: Path, said: dict[str, Any]) -> None:
    """Write the manifest `said` into `folder`, with its schema beside it."""
    text = json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name(SCHEMA), folder / SCHEMA)
