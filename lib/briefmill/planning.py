"""What to make: one job per notebook and partner, refused before anything runs if a name is not known.

A misspelt papermill parameter only warns and leaves the notebook's default in place, so that the wrong
country's briefing comes out under the right name. Every name and value is therefore checked here.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from allywatch.data.contract import is_day
from allywatch.data.loading import Dataset, load
from allywatch.data.partners import UnknownPartner, briefed_partners, resolve

DATA_LINK = "../data"  # the data folder as every notebook sees it, in the repository and in a job's folder
_SAFE = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
PLANNED = {
    "partner": "by naming partners",
    "as_of": "with --as-of",
    "data_dir": "with --data",
}


class PlanError(ValueError):
    """The request names something that is not there. `str()` says what, and what is there instead."""


@dataclass(frozen=True)
class Job:
    """One notebook to be run once: picklable, and all a worker needs beside the data folder.

    `name` is the stem of every file the job publishes and is unique in an edition; `partner` is a
    partner_id, or ``""`` for a notebook that runs once; `parameters` go to the notebook as they are;
    `before` is what the last edition held of the partner, and lies beside the notebook as ``../before.json``.
    """

    name: str
    notebook: Path
    partner: str
    parameters: dict[str, Any]
    data_dir: Path
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The jobs of one run, and the data they were planned from.

    `whole` is true where the jobs are all there are: what an earlier edition holds beside them has then
    lost its partner or its notebook, and goes.
    """

    jobs: tuple[Job, ...]
    dataset: Dataset
    as_of: str
    whole: bool
    notebooks: Path
    parameters: Mapping[str, str]


def plan(
    data_dir: Path | str = "data",
    notebooks: Path | str = "notebooks",
    partners: Iterable[str] = (),
    as_of: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Plan:
    """Plan the jobs for `partners` (names, aliases or ids), or for every partner and every briefing.

    A notebook that declares a parameter ``partner`` runs once per partner, another runs once, and only
    when no partner is named. `parameters` are further values, as text, for parameters of the notebooks.

    Raises
    ------
    PlanError
        For a partner, date, parameter or folder that does not exist.
    allywatch.data.contract.ContractError
        If the data breaks its contract; it names every failure.
    """
    data_dir, notebooks, wanted = Path(data_dir), Path(notebooks), tuple(partners)
    parameters = parameters or {}
    if as_of and not is_day(as_of):
        raise PlanError(
            f"{as_of!r} is not a date: write it as year-month-day, such as 2026-03-31."
        )
    if not (data_dir / "datapackage.json").is_file():
        raise PlanError(
            f"{data_dir} is not a data folder: it has no datapackage.json. Name one with --data."
        )
    briefings = briefing_notebooks(notebooks)
    if not briefings:
        raise PlanError(
            f"{notebooks} holds no briefing notebook. Name the folder with --notebooks."
        )
    dataset = load(data_dir, date.fromisoformat(as_of) if as_of else None)
    try:
        ids = resolve(dataset, wanted) if wanted else briefed_partners(dataset)
    except UnknownPartner as error:
        raise PlanError(str(error)) from None
    for name in {*ids, *(notebook.stem for notebook in briefings)}:
        if not _SAFE.fullmatch(name):
            raise PlanError(
                f"{name!r} names the files of a briefing: letters, digits, _, - and . only, at most 100."
            )
    jobs = []
    for notebook, declared in briefings.items():
        once = "partner" not in declared
        if once and wanted:
            continue
        values = _values(notebook, declared, as_of, parameters)
        for partner in [""] if once else ids:
            own = {} if once else {"partner": partner}
            name = notebook.stem if once else f"{notebook.stem}_{partner}"
            jobs.append(Job(name, notebook, partner, own | values, data_dir))
    _refuse_undeclared(parameters, briefings)
    if dataset.claims.empty or not jobs:
        raise PlanError(
            f"There is nothing to brief on: no source is admitted as of {as_of or 'any day'}."
        )
    return Plan(tuple(jobs), dataset, as_of, not wanted, notebooks, parameters)


def briefing_notebooks(folder: Path) -> dict[Path, dict[str, str]]:
    """The briefings in `folder` with their declared parameters (name to default, as source text).

    A briefing is named ``…_briefing.ipynb`` or says so in its metadata (``allywatch.briefing``); other
    notebooks are for people to work in.
    """
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebook = json.loads(path.read_bytes())
            metadata = notebook["metadata"]
            if metadata.get("allywatch", {}).get(
                "briefing", path.stem.endswith("_briefing")
            ):
                found[path] = _declared(notebook)
        except (KeyError, SyntaxError, TypeError, ValueError) as error:
            raise PlanError(
                f"{path} is no notebook that can be read: {error!r}."
            ) from None
    return found


def _declared(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The names assigned in the cell tagged ``parameters``, which is the one papermill looks at, with their values."""
    tagged = (
        cell
        for cell in notebook["cells"]
        if "parameters" in cell["metadata"].get("tags", [])
    )
    tree = ast.parse("".join(next(tagged, {"source": ""})["source"]))
    assigned = (
        node
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    )
    return {
        (
            node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        ).id: ast.unparse(node.value)
        for node in assigned
    }


def _values(
    notebook: Path,
    declared: Mapping[str, str],
    as_of: str,
    parameters: Mapping[str, str],
) -> dict:
    """The values every job of `notebook` is given, beside its partner."""
    if as_of and "as_of" not in declared:
        raise PlanError(
            f"{notebook.name} declares no parameter as_of, so no past edition can be made of it."
        )
    values: dict[str, Any] = {"as_of": as_of} if "as_of" in declared else {}
    if "data_dir" in declared:
        values["data_dir"] = DATA_LINK
    given = {name: text for name, text in parameters.items() if name in declared}
    return values | {
        name: _typed(name, text, declared[name]) for name, text in given.items()
    }


def _typed(name: str, text: str, default: str) -> Any:
    """`text` as a value of the same type as the parameter's `default` (source text)."""
    kind = type(ast.literal_eval(default))
    if kind is str:
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = None
    if type(value) is not kind:
        raise PlanError(
            f"The parameter {name} takes a value like {default}, not {text!r}."
        )
    return value


def _refuse_undeclared(
    parameters: Mapping[str, str], briefings: Mapping[Path, Mapping[str, str]]
) -> None:
    for name in PLANNED.keys() & parameters.keys():
        raise PlanError(f"The parameter {name} is set {PLANNED[name]}.")
    free = {name for declared in briefings.values() for name in declared} - set(PLANNED)
    if unknown := sorted(set(parameters) - free):
        has = ", ".join(sorted(free)) or "none"
        raise PlanError(
            f"No notebook declares the parameter {', '.join(unknown)}; those to be set: {has}."
        )
