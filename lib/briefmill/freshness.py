"""What each briefing was made from, part by part, and so whether it would come out the same today.

A briefing rests on its unit's subset of the data, on the cells of its notebook, on its parameters, and on the
code: every file of briefmill and of the domain's package, the faces of the page, and the packages that are
installed. Whatever is in doubt counts as changed.

The first question, whether anything at all has changed, is answered from whole files: for that, nothing is
imported here that takes time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from briefmill.domain import Domain
from briefmill.editions.manifest import Manifest, Output, briefings, files, output
from briefmill.hashing import file_hashes, fingerprint, sha256, short_hash
from briefmill.notebooks import briefing_paths
from briefmill.packages import face_files, folder_of

if TYPE_CHECKING:
    from briefmill.planning import Plan

Key = dict[str, str]  # what something was made from: name of each part to its hash
Reasons = tuple[str, ...]  # why a briefing has to be built; empty where it is current

_LIBRARY = "the library’s"
_CODE = (".py", ".typ", ".html", ".css")


# What briefings are made from


@cache
def code(domain: Domain) -> Key:
    """What makes the briefings: each file of the library, each face of a page, the packages, Python itself."""
    files: dict[str, Path] = {}
    for package in (domain.__name__.partition(".")[0], "briefmill"):
        files |= _code_of(folder_of(package))
    for path in face_files():
        files[f"the face {path.name}"] = path

    key = {name: sha256(path)[:16] for name, path in files.items()}
    key["the installed packages"] = short_hash("\n".join(_installed()))
    key["Python"] = f"{sys.version.split()[0]} {_machine()}"
    return key


def _code_of(package: Path) -> dict[str, Path]:
    """The files of code in the folder of a package, by their names."""
    files = {}
    for folder, _, names in os.walk(package):
        place = Path(folder)
        inside = place.relative_to(package.parent).as_posix()
        for name in names:
            if name.endswith(_CODE):
                files[f"{_LIBRARY} {inside}/{name}"] = place / name
    return files


def _machine() -> str:
    """What `platform.machine` says, without the time that the module takes to import."""
    if sys.platform == "win32":
        return os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return os.uname().machine


def _installed() -> list[str]:
    """The folders of the installed packages, which are named for package and version."""
    names = {
        info.name for place in sys.path for info in Path(place).glob("*.dist-info")
    }
    return sorted(names)


def library(domain: Domain) -> str:
    """One hash over the files of briefmill and the domain's package: a worker elsewhere must have the same."""
    files = {
        name: sha for name, sha in code(domain).items() if name.startswith(_LIBRARY)
    }
    return fingerprint(files)


def cells(notebook: Path) -> Key:
    """The cells of a notebook, by number, and its metadata; outputs do not count."""
    content = json.loads(notebook.read_bytes())
    key = {}
    for number, cell in enumerate(content.pop("cells"), start=1):
        tags = cell.get("metadata", {}).get("tags", [])
        written = [cell["cell_type"], tags, "".join(cell["source"])]
        key[f"cell {number}"] = short_hash(json.dumps(written))
    key["the notebook’s metadata"] = short_hash(json.dumps(content, sort_keys=True))
    return key


def keys(planned: Plan) -> dict[str, Key]:
    """What each job of `planned` is made from, by the job's name."""
    domain = planned.domain
    state_of_code = fingerprint(code(domain))
    cell_keys = {path: cells(path) for path in {job.notebook for job in planned.jobs}}
    data_keys = {
        unit: domain.key(domain.subset(planned.dataset, unit))
        for unit in {job.unit for job in planned.jobs}
    }
    job_keys = {}
    for job in planned.jobs:
        parameters = json.dumps(job.parameters, sort_keys=True)
        job_keys[job.name] = {
            "code": state_of_code,
            "the parameters": short_hash(parameters),
            "the pages beside it": short_hash(json.dumps(job.links)),
            **cell_keys[job.notebook],
            **data_keys[job.unit],
        }
    return job_keys


# What has changed since


def standing(
    planned: Plan, earlier: Manifest, latest: Path
) -> tuple[dict[str, Key], dict[str, Reasons]]:
    """For each job its key, and why it has to be built; `earlier` is the manifest of the edition in `latest`."""
    job_keys = keys(planned)
    reasons = {}
    for name, key in job_keys.items():
        last = output(earlier, name)
        why = changed(planned.domain, key, last, earlier)
        if not why and briefings(earlier)[name]["status"] == "failed":
            why = ("its last build failed",)
        reasons[name] = why or damaged(last, latest)
    return job_keys, reasons


def changed(domain: Domain, key: Key, last: Output, earlier: Manifest) -> Reasons:
    """What is different between a key and the one of the briefing's last output; `earlier` is its manifest."""
    now = dict(key)
    before = dict(last.get("key") or {})
    if not before:
        return ("it has not been built before",)
    state_before = before.pop("code")
    if state_before != now.pop("code"):
        before |= earlier.get("code", {}).get(state_before, {})
        now |= code(domain)
    return tuple(_differences(before, now))


def _differences(before: Key, now: Key) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if name not in before:
            yield f"{name} is new"
        elif name not in now:
            yield f"{name} is gone"
        elif before[name] != now[name]:
            yield f"{name} changed"


def damaged(last: Output, latest: Path) -> Reasons:
    """The files of a briefing that are not in `latest`, or are not what was put there."""
    hashes = {file["path"]: file["sha256"] for file in last["files"].values()}
    return tuple(_damages(hashes, latest))


def _damages(hashes: Mapping[str, str], latest: Path) -> Iterator[str]:
    for name, digest in hashes.items():
        path = latest / name
        if not path.is_file():
            yield f"{name} is gone"
        elif sha256(path) != digest:
            yield f"{name} is not what was built"


def whole(manifest: Manifest, latest: Path) -> bool:
    """Whether every file that the manifest names is in `latest` as it was put there."""
    return not any(_damages(files(manifest), latest))


# Whether anything has changed at all


def request(
    domain: Domain,
    data_dir: Path,
    notebooks: Path,
    as_of: str,
    parameters: Mapping[str, str],
    inputs_sha256: str = "",
) -> str:
    """One hash of all that decides what a whole build makes.

    `inputs_sha256` is the fingerprint of the input files, where it is known already.
    """
    inputs_sha256 = inputs_sha256 or fingerprint(
        file_hashes(domain.input_files(data_dir))
    )
    by_notebook = {path.name: cells(path) for path in briefing_paths(notebooks)}
    return fingerprint(
        [inputs_sha256, by_notebook, as_of, dict(parameters), code(domain)]
    )


def unchanged(requested: str, earlier: Manifest, latest: Path) -> bool:
    """Whether `latest` is the whole of what was `requested`, and all of its files are there and whole."""
    if not earlier or earlier["request"] != requested:
        return False
    return whole(earlier, latest)
