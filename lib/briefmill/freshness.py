"""What each briefing was made from, part by part, and so whether it would come out the same today.

A briefing on one partner is made from that partner's part of the data and from nothing else (see
`allywatch.evidence.parts`), so it is current while its part is; one on all partners rests on every row and file. Both
also rest on the cells of their notebook, on the parameters, and on the code: every file of this library, the
faces of the page, and the packages that are installed. Whatever is in doubt counts as changed.

The first question, whether anything at all has changed, is answered from whole files: for that, nothing is
imported here that takes time.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allywatch.data.paths import documents_folder

if TYPE_CHECKING:
    from allywatch.data.loading import Dataset
    from briefmill.planning import Plan

Manifest = Mapping[str, Any]
# Of more rows than this, the fingerprint of each would fill the manifest; they have one together.
MOST_ROWS = 20_000
_OWN = "the library’s"
_FACES = (
    "font_source_sans_pro/files",
    "font_source_serif_pro/files",
    "matplotlib/mpl-data/fonts/ttf",
)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(parts: Any) -> str:
    """One SHA-256 over plain values, such as all names and contents in a dict."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def input_files(data_dir: Path) -> dict[str, Path]:
    """The data and documents that briefings may rest on, by a name that does not say where they lie."""
    tables = (
        data_dir / "datapackage.json",
        *data_dir.glob("*.csv"),
        *data_dir.glob("reliability/*.csv"),
    )
    files = {f"data/{path.relative_to(data_dir).as_posix()}": path for path in tables}
    documents = documents_folder(data_dir).glob("*.txt")
    return dict(
        sorted((files | {f"documents/{path.name}": path for path in documents}).items())
    )


def inputs(data_dir: Path) -> dict[str, str]:
    """The SHA-256 of each of the `input_files`, by their names."""
    return {
        name: sha256(path)
        for name, path in input_files(data_dir).items()
        if path.is_file()
    }


@cache
def code() -> dict[str, str]:
    """What makes the briefings, by name: each file of the library, each face, the packages, Python itself."""
    library = Path(__file__).parents[1]
    files = (
        path
        for package in ("allywatch", "briefmill")
        for path in (library / package).rglob("*")
    )
    own = (
        path
        for path in sorted(files)
        if path.suffix in (".py", ".typ", ".html", ".css")
    )
    parts = {f"{_OWN} {path.relative_to(library).as_posix()}": path for path in own}
    for inside in _FACES:
        package, _, folder = inside.partition("/")
        home = Path(find_spec(package).submodule_search_locations[0], folder)
        parts |= {f"the face {path.name}": path for path in sorted(home.glob("*.ttf"))}
    # Their folders are named for package and version.
    installed = {
        entry.name for place in sys.path for entry in Path(place).glob("*.dist-info")
    }
    return {name: sha256(path)[:16] for name, path in parts.items()} | {
        "the installed packages": _short("\n".join(sorted(installed))),
        "Python": f"{platform.python_version()} {platform.machine()}",
    }


def library() -> str:
    """One hash over the files of this library: a worker elsewhere must have the same."""
    return fingerprint(
        {name: sha for name, sha in code().items() if name.startswith(_OWN)}
    )


def cells(notebook: Path) -> dict[str, str]:
    """The cells of a notebook as it lies there, by number, and the rest of it, without what it has put out."""
    read = json.loads(notebook.read_bytes())
    parts = {}
    for number, cell in enumerate(read.pop("cells"), start=1):
        tags = cell.get("metadata", {}).get("tags", [])
        parts[f"cell {number}"] = _short(
            json.dumps([cell["cell_type"], tags, "".join(cell["source"])])
        )
    return parts | {"the notebook’s metadata": _short(json.dumps(read, sort_keys=True))}


def keys(planned: Plan) -> dict[str, dict[str, str]]:
    """What each job of `planned` is made from, by the job's name: name of each part to its hash."""
    from allywatch.evidence.parts import part

    dataset = planned.dataset
    package = json.dumps(dataset.package, sort_keys=True)
    shared = {"code": fingerprint(code()), "the dictionary and rules": _short(package)}
    read = {
        notebook: cells(notebook) for notebook in {job.notebook for job in planned.jobs}
    }
    data = {
        name: dict(_data(part(dataset, name)))
        for name in {job.partner for job in planned.jobs}
    }
    asked = {
        job.name: _short(json.dumps(job.parameters, sort_keys=True))
        for job in planned.jobs
    }
    return {
        job.name: shared
        | {"the parameters": asked[job.name]}
        | read[job.notebook]
        | data[job.partner]
        for job in planned.jobs
    }


def _data(own: Dataset) -> Iterator[tuple[str, str]]:
    """The parts of a dataset with their hashes; that of a row covers the columns derived for it."""
    from allywatch.data.contract import PACKAGE_FILE, TABLES, resource

    yield "the choice of the evidence", _short(own.choice)
    yield "the slant of all claims", str(own.slant)
    if own.others is not None:
        yield "the range of the others", _short(own.others.to_csv())
    for table in TABLES:
        frame, key = (
            getattr(own, table),
            resource(own.package, table)["schema"]["primaryKey"],
        )
        names = [
            " ".join(map(str, name))
            for name in zip(*(frame[column] for column in key), strict=True)
        ]
        values = zip(*(frame[column].tolist() for column in frame), strict=True)
        rows = [_short(repr(row)) for row in values]
        if len(rows) <= MOST_ROWS:
            yield from (
                (f"{table} {name}", row) for name, row in zip(names, rows, strict=True)
            )
        else:
            yield f"some of the {table}", _short("".join(rows))
        yield f"the order of {table}", _short("\n".join(names))
    if not own.partner:
        yield "the repairs", _short(own.repairs.to_csv())
        tables = {f"data/{table}.csv" for table in TABLES} | {f"data/{PACKAGE_FILE}"}
        yield from (
            (name, sha[:16])
            for name, sha in inputs(own.data_dir).items()
            if name not in tables
        )


def changed(
    key: Mapping[str, str], before: Mapping[str, Any], was: Manifest
) -> tuple[str, ...]:
    """What is different between a key and the one of the briefing's last `output`; `was` is its manifest."""
    old = dict(before.get("key") or {})
    if not old:
        return ("it has not been built before",)
    now = dict(key)
    if (state := old.pop("code")) != now.pop("code"):
        old |= was.get("code", {}).get(state, {})
        now |= code()
    others = sorted(name for name in {*old, *now} if old.get(name) != now.get(name))
    return tuple(
        f"{name} {'is new' if name not in old else 'is gone' if name not in now else 'changed'}"
        for name in others
    )


def standing(
    planned: Plan, was: Manifest, latest: Path
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    """For each job its key, and why it has to be built: nothing to say where what is in `latest` is current.

    `was` is the manifest of the edition in `latest`.
    """
    made, found = keys(planned), {}
    for name, key in made.items():
        briefing = was.get("briefings", {}).get(name, {})
        output = briefing.get("output") or {}
        why = changed(key, output, was)
        if not why and briefing["status"] == "failed":
            why = ("its last build failed",)
        found[name] = why or damaged(output, latest)
    return made, found


def damaged(output: Mapping[str, Any], latest: Path) -> tuple[str, ...]:
    """The files of a briefing that are not in `latest`, or are not what was put there."""
    said = []
    for file in output["files"].values():
        path = latest / file["path"]
        if not path.is_file():
            said.append(f"{file['path']} is gone")
        elif sha256(path) != file["sha256"]:
            said.append(f"{file['path']} is not what was built")
    return tuple(said)


def request(
    data_dir: Path,
    notebooks: Path,
    as_of: str,
    parameters: Mapping[str, str],
    made_from: str = "",
) -> str:
    """One hash of all that decides what a whole build makes; `made_from`: the fingerprint of its inputs."""
    read = {path.name: cells(path) for path in sorted(notebooks.glob("*.ipynb"))}
    asked = [
        made_from or fingerprint(inputs(data_dir)),
        read,
        as_of,
        dict(parameters),
        code(),
    ]
    return fingerprint(asked)


def unchanged(asked: str, was: Manifest, latest: Path) -> bool:
    """Whether `latest` is the whole of what was `asked` for, and all of its files are there and whole."""
    return (
        bool(was)
        and was.get("request") == asked
        and (latest / "index.html").is_file()
        and not any(
            damaged(briefing["output"], latest)
            for briefing in was["briefings"].values()
        )
    )
