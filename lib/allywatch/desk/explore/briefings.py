"""Briefings made of a choice of the evidence: beside the editions, and never among them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from allywatch.data.partners import briefed_partners
from allywatch.desk.explore.choice import Choice, narrowed

#: Where they are put, as the notebooks see it.
REPORTS = PurePosixPath("../reports/explored")


def briefings(
    data_dir: Path, notebooks: Path, partners: Iterable[str], as_of: str, choice: Choice
) -> Iterator[PurePosixPath]:
    """Build the briefings of `partners` from what `choice` leaves; gives where each PDF is, from `notebooks`.

    What comes of it is printed as it comes: how far it is, which partner is left no event, and what fails.
    Each choice has a place of its own, so that what changed is told against the same choice and no edition.
    """
    from allywatch.briefings import plan
    from allywatch.data.contract import ContractError
    from briefmill import Locked, PlanError, build

    try:
        planned = plan(data_dir, notebooks, partners, as_of)
        dataset = narrowed(planned.dataset, choice)
        left = briefed_partners(dataset)
        for job in planned.jobs:
            if job.unit not in left:
                name = dataset.partners.set_index("partner_id")["name"][job.unit]
                print(f"{name}: the choice leaves no event, and so no briefing.")
        jobs = tuple(job for job in planned.jobs if job.unit in left)
        if not jobs:
            return
        place = (
            hashlib.sha256(dataset.choice.encode()).hexdigest()[:8]
            if dataset.choice
            else "all"
        )
        planned = replace(planned, dataset=dataset, jobs=jobs)
        out = notebooks / REPORTS / place
        edition = build(planned, out, report=lambda line, *kind, **facts: print(line))
    except (ContractError, Locked, OSError, PlanError) as error:
        print(error)
        return
    for outcome in edition.outcomes:
        if outcome.status != "failed":
            yield REPORTS / place / "latest" / f"{outcome.job.name}.pdf"
