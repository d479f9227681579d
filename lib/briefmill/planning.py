"""What to make: one job per notebook and unit. Every name and value is checked before anything runs.

papermill only warns of a parameter that the notebook does not declare, and leaves the default in place: a slip would
publish the wrong unit's briefing under the right name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from briefmill.clock import is_day
from briefmill.domain import Dataset, Domain
from briefmill.hashing import file_hashes
from briefmill.jobs import DATA_LINK, Job
from briefmill.notebooks import briefing_paths
from briefmill.parameters import Parameter, ParameterError, declared_in

#: The page of an edition that opens first.
INDEX = "index.html"
_SAFE_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
Declared = Mapping[str, Parameter]  # by name


class PlanError(ValueError):
    """The request names something that is not there. `str()` says what, and what is there instead."""


@dataclass(frozen=True)
class Plan:
    """The jobs of one run, and the data they were planned from.

    `inputs` are the fingerprints of the input files as they were just before these were read.
    `whole` is true where the jobs are all there are: what an earlier edition holds beside them has then
    lost its unit or its notebook, and goes.
    """

    domain: Domain
    data_dir: Path
    dataset: Dataset
    jobs: tuple[Job, ...]
    as_of: str
    whole: bool
    notebooks: Path
    parameters: Mapping[str, str]
    inputs: Mapping[str, str]


def plan(
    domain: Domain,
    data_dir: Path | str = "data",
    notebooks: Path | str = "notebooks",
    units: Iterable[str] = (),
    as_of: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Plan:
    """Plan the jobs for `units` (names or ids), or for every unit and every briefing.

    A notebook that declares the domain's unit parameter runs once per unit, another runs once, and only when no unit
    is named. `parameters` are further values, as text, for parameters of the notebooks.

    Raises
    ------
    PlanError
        For a unit, date, parameter or folder that does not exist.
    ValueError
        What the domain raises for data that it cannot read.
    """
    data_dir = Path(data_dir)
    notebooks = Path(notebooks)
    words = tuple(units)
    parameters = parameters or {}

    if as_of and not is_day(as_of):
        raise PlanError(
            f"{as_of!r} is not a date: write it as year-month-day, such as 2026-03-31."
        )
    # Before they are read: what somebody writes from then on is new to the next run.
    inputs = file_hashes(domain.input_files(data_dir))
    dataset = domain.load(data_dir, date.fromisoformat(as_of) if as_of else None)
    briefings = briefing_notebooks(notebooks)
    if not briefings:
        raise PlanError(
            f"{notebooks} holds no briefing notebook. Name the folder with --notebooks."
        )
    unit_ids = _unit_ids(domain, dataset, words)
    _refuse_unsafe_names([*unit_ids, *(notebook.stem for notebook in briefings)])

    jobs: list[Job] = []
    for notebook, declared in briefings.items():
        per_unit = domain.UNIT_PARAMETER in declared
        if words and not per_unit:
            continue
        values = _values(notebook, declared, as_of, parameters)
        if not per_unit:
            links = _links(notebook.stem, "", {})
            jobs.append(Job(notebook.stem, notebook, "", values, links=links))
            continue
        for unit in unit_ids:
            unit_values = {domain.UNIT_PARAMETER: unit} | values
            links = _links(notebook.stem, unit, domain.units(dataset))
            name = _job_name(notebook.stem, unit)
            jobs.append(Job(name, notebook, unit, unit_values, links=links))

    _refuse_undeclared(domain.UNIT_PARAMETER, parameters, briefings)
    if not jobs:
        raise PlanError(f"There is nothing to brief on as of {as_of or 'any day'}.")
    whole = not words
    return Plan(
        domain,
        data_dir,
        dataset,
        tuple(jobs),
        as_of,
        whole,
        notebooks,
        parameters,
        inputs,
    )


def _job_name(briefing: str, unit: str) -> str:
    return f"{briefing}_{unit}" if unit else briefing


def _links(
    briefing: str, unit: str, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Where a page leads: to all briefings, to its PDF, and to the same briefing on the units before and after."""
    links = [
        ("All briefings", INDEX),
        ("PDF", f"{_job_name(briefing, unit)}.pdf"),
    ]
    in_order = sorted(names, key=lambda each: names[each].casefold())
    if unit in in_order:
        place = in_order.index(unit)
        if place:
            before = in_order[place - 1]
            links.append((f"← {names[before]}", f"{_job_name(briefing, before)}.html"))
        for after in in_order[place + 1 : place + 2]:
            links.append((f"{names[after]} →", f"{_job_name(briefing, after)}.html"))
    return tuple(links)


def _unit_ids(domain: Domain, dataset: Dataset, words: tuple[str, ...]) -> list[str]:
    if not words:
        return list(domain.units(dataset))
    try:
        return domain.resolve(dataset, words)
    except ValueError as error:
        raise PlanError(str(error)) from None


def _refuse_unsafe_names(names: Iterable[str]) -> None:
    for name in names:
        if not _SAFE_NAME.fullmatch(name):
            raise PlanError(
                f"{name!r} names the files of a briefing: letters, digits, _, - and . only, at most 100."
            )


def briefing_notebooks(folder: Path) -> dict[Path, Declared]:
    """The briefings in `folder` with the parameters they declare.

    A briefing is named ``…_briefing.ipynb`` or says so in its metadata (``allywatch.briefing``); other
    notebooks are for people to work in, and nothing is asked of them.

    Raises
    ------
    PlanError
        If a briefing is no notebook that can be run.
    """
    briefings: dict[Path, Declared] = {}
    for path in briefing_paths(folder):
        try:
            notebook = json.loads(path.read_bytes())
            fault = _fault(notebook)
            if fault:
                raise ValueError(fault)
            briefings[path] = declared_in(notebook)
        except (OSError, ValueError) as error:
            raise PlanError(
                f"{path} is no notebook that can be run: {error}."
            ) from None
    return briefings


def _fault(notebook: Any) -> str:
    """Why this is no notebook whose cells can be run; ``""`` where it is one."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return (
            "it has no cells; one of format 3 is to be opened and saved in JupyterLab"
        )
    for number, cell in enumerate(notebook["cells"], start=1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            return f"cell {number} is none"
        source = cell.get("source")
        lines = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            return f"cell {number} has no source"
        metadata = cell.get("metadata", {})
        if not isinstance(metadata, dict):
            return f"the metadata of cell {number} are none"
        if not isinstance(metadata.get("tags", []), list):
            return f"the tags of cell {number} are no list"
    return ""


def _values(
    notebook: Path, declared: Declared, as_of: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """The values that every job of `notebook` is given, beside its unit."""
    values: dict[str, Any] = {}
    if "as_of" in declared:
        values["as_of"] = as_of
    elif as_of:
        raise PlanError(
            f"{notebook.name} declares no parameter as_of, so no past edition can be made of it."
        )
    if "data_dir" in declared:
        values["data_dir"] = DATA_LINK
    for name, text in parameters.items():
        if name in declared:
            values[name] = _value(declared[name], text)
    return values


def _value(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.value(text)
    except ParameterError as error:
        raise PlanError(str(error)) from None


def _refuse_undeclared(
    unit_parameter: str,
    parameters: Mapping[str, str],
    briefings: Mapping[Path, Declared],
) -> None:
    planned = {
        unit_parameter: f"by naming {unit_parameter}s",
        "as_of": "with --as-of",
        "data_dir": "with --data",
    }
    for name in planned.keys() & parameters.keys():
        raise PlanError(f"The parameter {name} is set {planned[name]}.")

    free: set[str] = set()
    for declared in briefings.values():
        free |= declared.keys() - planned.keys()
    undeclared = sorted(parameters.keys() - free)
    if undeclared:
        known = ", ".join(sorted(free)) or "none"
        raise PlanError(
            f"No notebook declares the parameter {', '.join(undeclared)}; those to be set: {known}."
        )
