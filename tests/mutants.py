"""Put small faults into the library, one at a time, and see which of them its tests notice.

make mutants                                  300 faults, spread over the parts below
make mutants ARGS="60 --parts scoring dates"  so many, in these parts alone

A fault is one operator of Cosmic Ray applied at one place: `>` for `>=`, a `not` more or less, a number one off, a
loop that does not run. It is put into a copy of the tree and the tests of its part run there, up to the first that
fails. What no test notices is printed as a diff. The same tree and numbers choose the same faults.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import itertools
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / ".mutants"))  # where `make mutants` puts Cosmic Ray

from cosmic_ray.ast import ast_nodes, get_ast  # noqa: E402
from cosmic_ray.mutating import mutate_code  # noqa: E402
from cosmic_ray.operators.provider import OperatorProvider  # noqa: E402

#: What is to be noticed at the least.
LEAST = 0.85
#: By part: its files under lib/, and the tests that whoever changes them would run, the quickest first.
PARTS = {
    "scoring": (
        [
            "allywatch/evidence/scoring.py",
            "allywatch/evidence/left_out.py",
            "allywatch/evidence/turns.py",
        ],
        ["test_scoring.py"],
    ),
    "evidence": (
        [
            *("allywatch/evidence/network.py", "allywatch/evidence/dossiers.py"),
            *("allywatch/evidence/parts.py", "allywatch/evidence/corroboration.py"),
            *("allywatch/evidence/chronology.py", "allywatch/evidence/trails.py"),
            "allywatch/evidence/disagreements.py",
        ],
        [
            *("test_evidence.py", "test_trails.py", "test_dossiers.py"),
            "test_network.py::TestArithmetic",
        ],
    ),
    "rules": (
        ["allywatch/evidence/rules.py"],
        ["test_rules.py", "test_evidence.py"],
    ),
    "dates": (["allywatch/data/dates.py"], ["test_dates.py"]),
    "contract": (
        [
            *("allywatch/data/contract.py", "allywatch/data/limits.py"),
            *("allywatch/data/validation.py", "allywatch/data/references.py"),
        ],
        ["test_contract_rules.py", "test_contract.py"],
    ),
    "keys": (["allywatch/briefings.py"], ["test_keys.py", "test_fonts.py"]),
    "freshness": (
        ["briefmill/freshness.py"],
        ["test_keys.py", "test_publishing.py"],
    ),
    "publishing": (["briefmill/editions/*.py"], ["test_publishing.py"]),
    "sentences": (
        ["allywatch/page/wording/*.py"],
        [
            *("test_sentences.py", "test_sentences_of_sections.py"),
            *("test_steps.py", "test_changes.py", "test_judgements.py"),
            *("test_periods.py", "test_delivered.py"),
        ],
    ),
}
#: Faults that somebody might make. Others of Cosmic Ray change nothing (`is` for `==`) or all (`**` for `+`).
OPERATORS = (
    *("ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq"),
    *("ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_LtE_Lt"),
    *("ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt"),
    *("ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is"),
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add"),
    *("ReplaceBinaryOperator_Mul_Div", "ReplaceBinaryOperator_Div_Mul"),
    *("ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr"),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_Invert"),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "AddNot", "NumberReplacer"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
)
#: Loaded once, before each test run is forked from this process.
PRELOADED = (
    *("hypothesis", "jsonschema", "matplotlib.pyplot", "nbconvert", "pandas"),
    *("papermill", "pypdfium2", "pytest", "regex", "seaborn", "typst"),
)
#: Not taken into the copy; of `reports` at the top nothing is.
LEFT_OUT = (".*", "*.egg-info", "__pycache__")

Place = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """A fault: the file that has it, where, and its text before and after."""

    part: str
    file: str
    line: int
    before: str
    after: str

    def diff(self) -> str:
        """What it changes, for a person."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), lineterm="", n=1
        )
        return "\n".join([f"{self.file}:{self.line} ({self.part})", *list(lines)[3:]])


def annotated(code: str) -> set[Place]:
    """Every place within an annotation, where a fault is one for mypy."""
    places: set[Place] = set()
    for node in ast.walk(ast.parse(code)):
        for name in ("annotation", "returns"):
            hint = getattr(node, name, None)
            if hint is not None:
                places.update(
                    (child.lineno, column)
                    for child in ast.walk(hint)
                    if hasattr(child, "col_offset")
                    for column in range(child.col_offset, child.end_col_offset)
                )
    return places


def mutants_of(part: str, path: Path, chance: random.Random) -> Iterator[Mutant]:
    """The faults of one file, in an order of chance, one at each place."""
    code = path.read_text(encoding="utf-8")
    tree = get_ast(code)
    hints = annotated(code)
    faults: dict[Place, list[tuple[str, int]]] = defaultdict(list)
    for name in OPERATORS:
        operator = OperatorProvider()[name]()
        nodes = ast_nodes(tree)
        places = (
            place for node in nodes for place in operator.mutation_positions(node)
        )
        for occurrence, (start, _) in enumerate(places):
            if start not in hints:
                faults[start].append((name, occurrence))
    starts = sorted(faults)
    chance.shuffle(starts)
    for start in starts:
        name, occurrence = chance.choice(faults[start])
        changed = mutate_code(code, OperatorProvider()[name](), occurrence)
        if changed and _means_another(code, changed):
            file = str(path.relative_to(ROOT))
            yield Mutant(part, file, start[0], code, changed)


def _means_another(code: str, changed: str) -> bool:
    try:
        return ast.dump(ast.parse(changed)) != ast.dump(ast.parse(code))
    except SyntaxError:
        return False


def in_turn(iterators: list[Iterator[Mutant]]) -> Iterator[Mutant]:
    """One of each, again and again, until none has any left."""
    for round_of_all in itertools.zip_longest(*iterators):
        yield from (mutant for mutant in round_of_all if mutant is not None)


def sample(parts: list[str], how_many: int, seed: int) -> list[Mutant]:
    """So many faults, as evenly spread over the parts, and over the files of each, as there are any."""
    of_parts = []
    for part in parts:
        files = sorted(
            {p for glob in PARTS[part][0] for p in (ROOT / "lib").glob(glob)}
        )
        of_files = [
            mutants_of(part, file, random.Random(f"{seed} {file.name}"))
            for file in files
            if file.name != "__init__.py"
        ]
        of_parts.append(in_turn(of_files))
    return list(itertools.islice(in_turn(of_parts), how_many))


def run_tests(tree: Path, tests: list[str], seconds: float) -> tuple[str, float]:
    """How the tests end in `tree`: passed, failed or hung; and how long they took."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _test(tree, tests)
    while time.monotonic() - began < seconds:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            word = "passed" if os.waitstatus_to_exitcode(status) == 0 else "failed"
            return word, time.monotonic() - began
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung", time.monotonic() - began


def _test(tree: Path, tests: list[str]) -> None:
    """Run them in this process, and end it."""
    os.setsid()
    os.chdir(tree)
    with (tree / "tests.log").open("w") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    os.environ["PYTHONPATH"] = str(tree / "lib")
    sys.path[:0] = [str(tree / "lib"), str(tree / "tests")]
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider"]
    code = 1
    try:
        code = pytest.main([*options, *(f"tests/{name}" for name in tests)])
    finally:
        os._exit(int(code))


def _left_out(folder: str, names: list[str]) -> set[str]:
    """What of a folder is not taken into the copy."""
    left_out = set(shutil.ignore_patterns(*LEFT_OUT)(folder, names))
    return left_out | {"reports"} if Path(folder) == ROOT else left_out


def hunt(mutants: list[Mutant], tree: Path) -> dict[Mutant, str]:
    """How the tests of its part end with each fault in `tree`."""
    limits = {}
    for part in dict.fromkeys(mutant.part for mutant in mutants):
        word, took = run_tests(tree, PARTS[part][1], 600)
        if word != "passed":
            log = (tree / "tests.log").read_text()
            sys.exit(f"the tests of {part} fail as it is:\n{log[-2000:]}")
        limits[part] = 10 + 3 * took
        print(f"{part}: its tests take {took:.0f} s", flush=True)
    # What was compiled for a file must not be taken for that of its next fault.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    ends = {}
    for number, mutant in enumerate(mutants, start=1):
        path = tree / mutant.file
        path.write_text(mutant.after, encoding="utf-8")
        ends[mutant], took = run_tests(tree, PARTS[mutant.part][1], limits[mutant.part])
        path.write_text(mutant.before, encoding="utf-8")
        said = "SURVIVED" if ends[mutant] == "passed" else "killed"
        print(f"{number} {mutant.file}:{mutant.line} {said} {took:.0f} s", flush=True)
    return ends


def report(ends: dict[Mutant, str]) -> bool:
    """Print what was killed and what was not; whether that is enough."""
    of_part = Counter(mutant.part for mutant in ends)
    survivors = [mutant for mutant, word in ends.items() if word == "passed"]
    alive = Counter(mutant.part for mutant in survivors)
    for mutant in survivors:
        print(f"\n{mutant.diff()}")
    print()
    for part, total in of_part.items():
        print(f"{part:12} {total - alive[part]:4} of {total:4} killed")
    killed = len(ends) - len(survivors)
    hung = list(ends.values()).count("hung")
    share = killed / len(ends)
    print(
        f"{killed} of {len(ends)} killed ({share:.0%}), {hung} of them by a time limit"
    )
    return share >= LEAST


def main() -> int:
    """Choose the faults, try them and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("how_many", nargs="?", type=int, default=300)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    mutants = sample(chosen.parts, chosen.how_many, chosen.seed)
    for name in PRELOADED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=_left_out)
        return 0 if report(hunt(mutants, tree)) else 1


if __name__ == "__main__":
    sys.exit(main())
