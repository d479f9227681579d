"""The house rules: what every change keeps, whoever makes it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "lib" / "allywatch"
MODULES = sorted(LIBRARY.rglob("*.py"))

# The rooms of the library, each importing only from lines above its own. A new module takes a place here.
LAYERS = [
    {"conditions", "dates", "places"},
    {"contract"},
    {"keys", "markup", "passages", "spreadsheets"},
    {"admission", "mending"},
    {"cleaning"},
    {"parts"},
    {"evidence", "partners"},
    {"coverage", "exhibits", "scoring", "unitising"},
    {"editions", "grids", "network", "suggesting"},
    {"checking", "records", "reliability", "wording"},
    {"charts", "tables", "tracing"},
    {"codebook", "network_tables"},
    {"rendering", "standards"},
    {"running"},
    {"curating", "exploring"},
    {"usage"},
    {"cli"},
]


def own_files() -> list[Path]:
    """Every text file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]


# The two doors


def locked() -> dict[str, list[str]]:
    """Package to its lines in the lock, each ``version ; marker``."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([a-z0-9-]+)==(.*?) *\\$", line):
            pins.setdefault(match[1], []).append(match[2])
    return pins


def required() -> list[Requirement]:
    """What pyproject.toml asks for, to use, to develop and to build."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = said["project"]["dependencies"] + said["build-system"]["requires"]
    for extra in said["project"]["optional-dependencies"].values():
        lines += extra
    return [Requirement(line) for line in lines]


def test_both_doors_lead_to_the_same_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    (pip,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    pins: dict[str, list[str]] = {}
    for line in pip:
        if line != "-e .":
            name, _, version = line.partition("==")
            pins.setdefault(name, []).append(version)
    assert pins == locked()
    assert pip[0] == "-e ."


def test_the_lock_holds_what_the_project_asks_for():
    pins = locked()
    for requirement in required():
        versions = [pin.split(" ")[0] for pin in pins.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement.name} is not in requirements.lock: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_every_locked_package_has_its_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", "\n" + text.split("\n", 2)[2])[1:]
    assert len(entries) == sum(map(len, locked().values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|file:", text)


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that the file at `path` imports, early or late."""
    folder = ["allywatch", *path.relative_to(LIBRARY).parts[:-1]] if path.is_relative_to(LIBRARY) else []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            yield ".".join(base)
            if base == ["allywatch"]:
                yield from (f"allywatch.{alias.name}" for alias in node.names)


def test_what_the_code_imports_the_project_asks_for():
    asked = {canonicalize_name(requirement.name) for requirement in required()}
    homes = packages_distributions()
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        names = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names)
        for name in names & homes.keys() - {"allywatch"}:
            assert {canonicalize_name(home) for home in homes[name]} & asked, f"{path.name} imports {name}"


# The rooms


def room(path: Path) -> str:
    return path.relative_to(LIBRARY).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_run_one_way(path):
    own = room(path)
    if own == "__init__":
        assert not [name for name in imports(path) if name.startswith("allywatch")]
        return
    below = next((place for place, rooms in enumerate(LAYERS) if own in rooms), None)
    assert below is not None, f"{own} has no place in LAYERS"
    allowed = {own}.union(*LAYERS[:below])
    used = {name.split(".")[1] for name in imports(path) if name.startswith("allywatch.")}
    assert used <= allowed, f"{own} imports upwards: {used - allowed}"


@pytest.mark.parametrize(
    ("package", "owner"), [("papermill", "running"), ("nbconvert", "rendering"), ("typst", "rendering")]
)
def test_a_heavy_package_has_one_owner(package, owner):
    users = {room(path) for path in MODULES if package in {name.split(".")[0] for name in imports(path)}}
    assert users == {owner}


def attributes(path: Path) -> set[str]:
    """Names that are got from something, as in ``something.name``, in the file at `path`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_one_door_in_one_door_out():
    for path in MODULES:
        if room(path) not in ("curating", "running", "rendering"):
            assert not attributes(path) & {
                "write_text",
                "write_bytes",
                "mkdir",
                "unlink",
                "touch",
                "to_csv",
            } - ({"to_csv"} if room(path) == "records" else set()), path
        if room(path) not in ("cleaning", "spreadsheets"):
            assert not attributes(path) & {"read_csv", "read_table", "read_excel", "read_parquet"}, path
            assert "csv" not in imports(path), path
    behind = {"keys", "mending", "spreadsheets"}
    users = {room(path) for path in MODULES if behind & {name.split(".")[-1] for name in imports(path)}}
    assert users - behind <= {"cleaning", "checking"}


def test_each_output_has_one_writer():
    """`running` alone writes reports and `curating` alone a data folder; `rendering` writes what it is told to."""
    users = {
        path: {name.split(".")[1] for name in imports(path) if name.startswith("allywatch.")}
        for path in MODULES
    }
    assert {room(path) for path, used in users.items() if "curating" in used} <= {"curating", "cli"}
    saving = {path for path in MODULES if "fsync" in attributes(path)}
    assert saving == {LIBRARY / "curating" / "appending.py", LIBRARY / "running" / "store.py"}


def test_nothing_asks_the_clock_but_its_own_module():
    for path in MODULES:
        assert path.name == "clock.py" or not attributes(path) & {
            "now",
            "today",
            "utcnow",
            "time_ns",
            "localtime",
            "gmtime",
        }, path


def test_no_country_is_written_in_python():
    header, *rows = (ROOT / "data" / "partners.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("partner_id,name")
    names = {cell.strip('"') for row in rows for cell in row.split(",")[:2]}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docstrings = {
            ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docstrings
            ):
                words = set(re.findall(r"[\w-]+", node.value)) | {node.value}
                assert not words & names, f"{path.name}:{node.lineno} names {words & names}"


# What no file may hold


def test_no_registry_and_no_machine_in_any_file():
    # Put together here, so that this file does not hold them either.
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "deb" + "ian.org",
        "anaconda" + ".org",
    ]
    machine = re.compile(r"(?<![\w.:/])/(?:home|root|work|Users|opt)/\w")
    for path in own_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(host in text for host in hosts), path
        assert not machine.search(text), f"{path}: {machine.search(text)}"


def shingles(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def texts(path: Path) -> Iterator[str]:
    """The content of a file, and for a notebook its cells without the quotes around each line."""
    content = path.read_text(encoding="utf-8", errors="replace")
    yield content
    if path.suffix == ".ipynb":
        yield from ("".join(cell["source"]) for cell in json.loads(content)["cells"])


def test_no_file_holds_the_wording_of_a_document(documents):
    theirs = {
        shingle for path in documents.glob("*.txt") for shingle in shingles(path.read_text(encoding="utf-8"))
    }
    assert theirs
    for path in own_files():
        for text in texts(path):
            shared = shingles(text) & theirs
            assert not shared, f"{path} shares {len(shared)} runs of eight words with a document"


@pytest.mark.parametrize(
    "name", ["data/documents/some.txt", "reports/latest", "reports/editions/1/index.html", ".venv/bin/python"]
)
def test_what_is_not_ours_or_is_generated_stays_out(name):
    ignored = subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT)
    assert ignored.returncode == 0


def test_the_ci_script_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")]).returncode == 0
