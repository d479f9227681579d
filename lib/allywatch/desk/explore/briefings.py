"""Briefings made of a choice of the evidence: kept beside the editions, never among them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from allywatch.data.dataset import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.desk.explore.choice import Choice, narrowed
from briefmill.jobs import Job

#: Their folder, seen from the notebooks.
REPORTS = PurePosixPath("../reports/explored")


def briefings(
    data_dir: Path, notebooks: Path, partners: Iterable[str], as_of: str, choice: Choice
) -> Iterator[PurePosixPath]:
    """Build the briefings of `partners` from what `choice` leaves; yields the path of each PDF, seen from `notebooks`.

    What comes of it is printed as it comes: how far it is, which partner is left without an event, and what
    fails. Each choice has a folder of its own, so that what changed is told against the same choice and no
    edition.
    """
    from allywatch.briefings import plan
    from allywatch.data.contract import ContractError
    from briefmill import Locked, PlanError, build

    try:
        planned = plan(data_dir, notebooks, partners, as_of)
        dataset = narrowed(planned.dataset, choice)
        jobs = tuple(_jobs_left(planned.jobs, dataset))
        if not jobs:
            return
        folder = REPORTS / _folder_name(dataset.choice)
        edition = build(
            replace(planned, dataset=dataset, jobs=jobs),
            notebooks / folder,
            report=lambda line, *kind, **facts: print(line),
        )
    except (ContractError, Locked, OSError, PlanError) as error:
        print(error)
        return
    for outcome in edition.outcomes:
        if outcome.status != "failed":
            yield folder / "latest" / f"{outcome.job.name}.pdf"


def _jobs_left(jobs: Iterable[Job], dataset: Dataset) -> Iterator[Job]:
    """The jobs whose partner has an event left; says so of each other partner."""
    left = briefed_partners(dataset)
    names = dataset.partners.set_index("partner_id")["name"]
    for job in jobs:
        if job.unit in left:
            yield job
        else:
            print(f"{names[job.unit]}: the choice leaves no event, and so no briefing.")


def _folder_name(choice: str) -> str:
    """A short name for a choice in words; ``all`` where nothing was left out."""
    return hashlib.sha256(choice.encode()).hexdigest()[:8] if choice else "all"
