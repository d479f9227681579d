"""The house rules: what every change keeps, whoever makes it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "lib"
MODULES = sorted(
    path
    for package in ("briefmill", "allywatch")
    for path in (LIBRARY / package).rglob("*.py")
)

# The rooms of allywatch from the ground up: each imports only from those before its own. A new one takes a place here.
ROOMS = [
    "data",
    "evidence",
    "page",
    "briefings",
    "preview",
    "desk",
    "method",
    "check",
    "trace",
    "doctor",
    "usage",
    "commands",
    "cli",
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
    (pip,) = [
        part["pip"] for part in environment["dependencies"] if isinstance(part, dict)
    ]
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
        versions = [
            pin.split(" ")[0]
            for pin in pins.get(canonicalize_name(requirement.name), [])
        ]
        assert versions, (
            f"{requirement.name} is not in requirements.lock: run `make lock`"
        )
        assert all(requirement.specifier.contains(version) for version in versions), (
            requirement
        )


def test_every_locked_package_has_its_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", "\n" + text.split("\n", 2)[2])[1:]
    assert len(entries) == sum(map(len, locked().values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(
        r"://|--(extra-)?index|--find-links|--trusted-host|file:", text
    )


def module(path: Path) -> str:
    """The full name of the module at `path`, which may be a test."""
    if not path.is_relative_to(LIBRARY):
        return path.stem
    return ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(
        ".__init__"
    )


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All nodes of the Python file at `path`."""
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


@cache
def imports(path: Path) -> list[str]:
    """The full names of what the file at `path` imports, early or late: modules, and names from them."""
    names = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_what_the_code_imports_the_project_asks_for():
    asked = {canonicalize_name(requirement.name) for requirement in required()}
    homes = packages_distributions()
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        names = {name.split(".")[0] for name in imports(path)} - set(
            sys.stdlib_module_names
        )
        for name in names & homes.keys() - {"allywatch", "briefmill"}:
            assert {canonicalize_name(home) for home in homes[name]} & asked, (
                f"{path.name} imports {name}"
            )


# The rooms


def room(path: Path) -> str:
    """``briefmill``, or the room of allywatch that the file at `path` is in."""
    package, *parts = path.relative_to(LIBRARY).with_suffix("").parts
    return package if package == "briefmill" else parts[0]


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_imports_run_one_way(path):
    used = {
        name.split(".")[1] for name in imports(path) if name.startswith("allywatch.")
    }
    own = room(path)
    if own in ("briefmill", "__init__"):
        assert not used, f"{module(path)} imports {used} of allywatch"
    else:
        assert own in ROOMS, f"{own} has no place in ROOMS"
        upwards = used - set(ROOMS[: ROOMS.index(own) + 1])
        assert not upwards, f"{own} imports upwards: {upwards}"


def modules_used(path: Path, names: set[str]) -> set[str]:
    """The modules of ours that a file uses; of a package from which it takes a module, that module alone."""
    used = set(imports(path)) & names - {module(path)}
    return {
        name for name in used if not any(each.startswith(f"{name}.") for each in used)
    }


def test_no_module_imports_itself_by_way_of_others():
    names = {module(path) for path in MODULES}
    uses = {module(path): modules_used(path, names) for path in MODULES}
    TopologicalSorter(uses).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("package", ["papermill", "nbconvert", "typst"])
def test_only_the_mill_knows_the_heavy_packages(package):
    users = {
        room(path)
        for path in MODULES
        if package in {name.split(".")[0] for name in imports(path)}
    }
    assert users == {"briefmill"}


def attributes(path: Path) -> set[str]:
    """Names that are got from something, as in ``something.name``, in the file at `path`."""
    return {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}


def test_one_door_in_one_door_out():
    writing = {"write_text", "write_bytes", "mkdir", "unlink", "touch", "to_csv"}
    reading = {"read_csv", "read_table", "read_excel", "read_parquet"}
    doors = {
        f"allywatch.data.{name}" for name in ("loading", "spreadsheets", "records")
    }
    writing_csv = {"briefmill.tabular"}
    for path in MODULES:
        if room(path) not in ("desk", "briefmill"):
            as_text = {"to_csv"} if module(path) == "allywatch.page.attached" else set()
            assert not attributes(path) & writing - as_text, path
        if module(path) not in doors:
            assert not attributes(path) & reading, path
            if module(path) not in writing_csv:
                assert "csv" not in imports(path), path


def test_each_output_has_one_writer():
    """`briefmill.editions` alone writes reports, and the desk alone a data folder."""
    saving = {module(path) for path in MODULES if "fsync" in attributes(path)}
    assert saving == {"allywatch.desk.writing", "briefmill.editions.store"}


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
    header, *rows = (
        (ROOT / "data" / "partners.csv").read_text(encoding="utf-8-sig").splitlines()
    )
    assert header.startswith("partner_id,name")
    names = {cell.strip('"') for row in rows for cell in row.split(",")[:2]}
    for path in MODULES:
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docstrings = {
            ast.get_docstring(node, clean=False)
            for node in nodes(path)
            if isinstance(node, documented)
        }
        for node in nodes(path):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docstrings
            ):
                words = set(re.findall(r"[\w-]+", node.value)) | {node.value}
                assert not words & names, (
                    f"{path.name}:{node.lineno} names {words & names}"
                )


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
        shingle
        for path in documents.glob("*.txt")
        for shingle in shingles(path.read_text(encoding="utf-8"))
    }
    assert theirs
    for path in own_files():
        for text in texts(path):
            shared = shingles(text) & theirs
            assert not shared, (
                f"{path} shares {len(shared)} runs of eight words with a document"
            )


@pytest.mark.parametrize(
    "name",
    [
        "data/documents/some.txt",
        "reports/latest",
        "reports/editions/1/index.html",
        ".venv/bin/python",
    ],
)
def test_what_is_not_ours_or_is_generated_stays_out(name):
    ignored = subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT)
    assert ignored.returncode == 0


def test_the_ci_script_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")]).returncode == 0


def test_the_hooks_run_what_make_lint_runs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1]
    commands = [line.strip().removeprefix("$(BIN)/") for line in recipe.splitlines()]
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    assert [hook.removeprefix(".venv/bin/") for hook in hooks] == [
        command.removesuffix(" notebooks/*.ipynb") for command in commands
    ]


def test_each_fault_in_the_docs_names_a_test_that_there_is():
    """The table is what an operator relies on: a row without its test would be a promise."""
    docs = (ROOT / "docs" / "unattended.md").read_text(encoding="utf-8")
    _, _, table = docs.partition("## Faults")
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 40
    named = re.compile(r"`(test_\w+)`")
    for row in rows:
        assert named.findall(row.rstrip("| ").rpartition("|")[2]), row
    defined = {
        node.name
        for path in (ROOT / "tests").glob("test_*.py")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    }
    files = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    assert set(named.findall(table)) <= defined | files


# The tests themselves


def recipe(target: str) -> str:
    """The commands of a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1]


def test_ci_runs_every_test_and_the_short_run_leaves_out_the_slow_alone():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^step make (test\S*)$", ci, re.MULTILINE) == ["test-all"]
    assert re.findall(r"\$\(PYTEST\)(.*)", recipe("test-all")) == [" $(ARGS)"]
    assert re.findall(r"\$\(PYTEST\)(.*)", recipe("test")) == [' -m "not slow" $(ARGS)']
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (command,) = re.findall(r"^PYTEST := (.*)$", makefile, re.MULTILINE)
    one_thread = "OPENBLAS_NUM_THREADS=1"
    assert command == f"{one_thread} $(BIN)/python -m pytest -n 2 --dist worksteal"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    options = settings["tool"]["pytest"]["ini_options"]
    assert options["addopts"].split() == ["-q", "--strict-markers"]
    assert options["testpaths"] == ["tests"]


def is_slow(node: ast.AST) -> bool:
    """Whether what is decorated or assigned there says ``pytest.mark.slow`` of all its cases."""
    return any("pytest.mark.slow" in ast.unparse(each) for each in node.decorator_list)


def test_no_test_is_left_out_and_of_every_file_some_are_in_the_short_run():
    hooks = {"collect_ignore", "collect_ignore_glob", "pytest_ignore_collect"}
    hooks |= {"pytest_collection_modifyitems", "pytest_deselected"}
    for path in (ROOT / "tests").rglob("*.py"):
        names = {getattr(node, "name", getattr(node, "id", "")) for node in nodes(path)}
        assert not names & hooks, path
        tests = [
            node
            for node in nodes(path)
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        assert path.stem.startswith("test_") or not tests, path
        is_short = [not is_slow(each) for each in tests]
        assert any(is_short) or not tests or path.stem == "test_sample", path
