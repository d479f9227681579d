"""A manifest put together: what an edition was made from, with what, and what came out, briefing by briefing."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from briefmill import clock
from briefmill.domain import Domain
from briefmill.editions.manifest import (
    SCHEMA,
    SCHEMA_VERSION,
    Briefing,
    Manifest,
    briefings,
    number,
    output,
    outputs,
)
from briefmill.editions.store import PLACES
from briefmill.freshness import Key, code
from briefmill.hashing import fingerprint, sha256
from briefmill.jobs import FILES, JobOutcome
from briefmill.planning import Plan

#: What the manifest says of a briefing that says nothing new.
_NOTHING_NEW: dict[str, list[str]] = {"changes": [], "conclusions": []}


def compose(
    planned: Plan,
    outcomes: Sequence[JobOutcome],
    keys: Mapping[str, Key],
    earlier: Manifest,
    edition_number: int,
    engine: str,
    requested: str,
) -> dict[str, Any]:
    """The manifest of an edition with `outcomes`, and beside them what `earlier`, the edition before, holds.

    A whole run replaces the edition; a run for some units leaves the other briefings as they were, and
    their ``inputs_sha256`` tells whether they rest on the same inputs as this one. `requested` is the fingerprint of what
    the run was asked for, as it was when the run began (see `freshness.request`).
    """
    inputs_sha256 = fingerprint(planned.inputs)
    edition = {
        "number": edition_number,
        "made": clock.stamp(),
        "previous": number(earlier),
        "as_of": planned.as_of,
        **planned.domain.edition_facts(planned.dataset),
    }
    composed: dict[str, Briefing] = {}
    if not planned.whole:
        for name, briefing in briefings(earlier).items():
            composed[name] = {**briefing, **_NOTHING_NEW}
    for outcome in outcomes:
        name = outcome.job.name
        composed[name] = _briefing(
            planned.domain, outcome, edition, inputs_sha256, keys[name], earlier
        )
    return {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "edition": edition,
        "inputs": planned.inputs,
        "inputs_sha256": inputs_sha256,
        "versions": versions(planned.domain),
        "engine": engine,
        "git": git(planned.jobs[0].notebook.parent),
        "code": _states_of_code(planned.domain, composed, earlier),
        "request": _request(planned, outcomes, requested, inputs_sha256, earlier),
        "briefings": dict(sorted(composed.items())),
    }


def _briefing(
    domain: Domain,
    outcome: JobOutcome,
    edition: Mapping[str, Any],
    inputs_sha256: str,
    key: Key,
    earlier: Manifest,
) -> dict[str, Any]:
    """What the manifest says of one briefing after `outcome`.

    ``status``, ``error`` and ``parameters`` tell of the last attempt; ``output`` tells of the files that are
    there, which after a failure are those of an earlier attempt, or None. Its ``edition`` and ``made`` say since
    when they are as they are.
    """
    job = outcome.job
    last = output(earlier, job.name)
    if outcome.status == "current":
        return {
            **briefings(earlier)[job.name],
            "status": "current",
            **_NOTHING_NEW,
            "output": {**last, "inputs_sha256": inputs_sha256},
        }
    now = last or None
    if outcome.status == "built":
        now = _output(outcome, inputs_sha256, key)
        same_files = last and last["files"] == now["files"]
        since = last if same_files else edition
        now["edition"] = since["edition"] if same_files else since["number"]
        now["made"] = since["made"]
    return {
        "notebook": job.notebook.name,
        "partner": job.unit,
        "parameters": job.parameters,
        "status": outcome.status,
        "error": outcome.error,
        "duration_s": outcome.duration_s,
        "why": list(outcome.why),
        **_news(domain, last, now or {}, edition["previous"]),
        "output": now,
    }


def _output(outcome: JobOutcome, inputs_sha256: str, key: Key) -> dict[str, Any]:
    """What the manifest says of the files that a job has made, but for since when they are as they are."""
    job = outcome.job
    files = {
        kind: {
            "path": PLACES[kind].format(name=job.name),
            "sha256": sha256(outcome.folder / file_name),
        }
        for kind, file_name in FILES.items()
    }
    return {
        "files": files,
        "inputs_sha256": inputs_sha256,
        "notebook_sha256": sha256(job.notebook),
        "as_of": job.parameters.get("as_of", ""),
        "key": key,
        **outcome.about,
    }


def _news(
    domain: Domain,
    last: Mapping[str, Any],
    now: Mapping[str, Any],
    previous: int | None,
) -> dict[str, list[str]]:
    """What a briefing says differently from the edition before, and what it concludes differently, line by line."""
    if now and not last and previous:
        return {each: ["This briefing is new."] for each in _NOTHING_NEW}
    before = last.get("snapshot")
    after = now.get("snapshot")
    if not before or not after or before == after:
        return _NOTHING_NEW
    return {
        "changes": domain.changes(before, after),
        "conclusions": domain.conclusions(before, after),
    }


def _request(
    planned: Plan,
    outcomes: Sequence[JobOutcome],
    requested: str,
    inputs_sha256: str,
    earlier: Manifest,
) -> str:
    """The fingerprint of the request that this edition is the whole answer to; ``""`` where it is not the whole."""
    if planned.whole and all(each.status != "failed" for each in outcomes):
        return requested
    same_inputs = earlier.get("inputs_sha256") == inputs_sha256
    if same_inputs and all(each.status == "current" for each in outcomes):
        return earlier["request"]  # some briefings were asked for, and all are current
    return ""


def _states_of_code(
    domain: Domain, composed: Mapping[str, Briefing], earlier: Manifest
) -> dict[str, Key]:
    """Each state of the code that some briefing was made by, once, by its fingerprint."""
    now = code(domain)
    known = {**earlier.get("code", {}), fingerprint(now): now}
    used = {each["key"]["code"] for each in outputs({"briefings": composed}).values()}
    return {state: known[state] for state in sorted(used & known.keys())}


def versions(domain: Domain) -> dict[str, str]:
    """The versions of Python, of the domain's distribution and of the packages that it requires."""
    found = {"python": platform.python_version()}
    distribution = domain.__name__.partition(".")[0]
    try:
        required = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return found
    found[distribution] = metadata.version(distribution)
    for line in required:
        if "extra" not in line:
            name, *_ = re.findall(r"[\w.-]+", line)
            found[name] = metadata.version(name)
    return found


def git(folder: Path) -> dict[str, Any] | None:
    """The commit that `folder` stands at and whether tracked files differ from it; None outside a repository."""
    status = ["status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    command = ["git", "-C", str(folder), *status]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    commit = re.search(r"^# branch\.oid ([0-9a-f]+)$", done.stdout, re.MULTILINE)
    if commit is None:
        return None
    changed = re.search("^[^#]", done.stdout, re.MULTILINE)
    return {"commit": commit[1], "dirty": changed is not None}
