"""What stands behind a mark: the event in a sentence, and every claim of it with its source and place."""

from __future__ import annotations

from collections.abc import Collection

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.trails import ClaimTrail, dossier_trails
from briefmill.blocks import Detail, Note
from briefmill.texts import typographic


def details(dossier: Dossier) -> tuple[Detail, ...]:
    """For each mark of a dossier its event's summary, and the claims of the event in the order of their passages."""
    claim_ids = set(dossier.all_claims["claim_id"])
    return tuple(
        Detail(
            trail.mark,
            typographic(trail.summary),
            tuple(_note(claim, claim_ids) for claim in trail.claims),
        )
        for trail in dossier_trails(dossier)
    )


def _note(claim: ClaimTrail, claim_ids: Collection[str]) -> Note:
    """What a claim says, and where it comes from; it is related to others of `claim_ids`."""
    origin = [
        f"{claim.source_id} {claim.source_name}, {claim.published}",
        f"grade {claim.grade}",
        claim.voice,
        claim.date,
        f"characters {claim.start} to {claim.end}",
        claim.claim_id,
    ]
    for relation in claim.own_relations:
        if relation.claim_b in claim_ids:
            origin.append(f"{relation.kind} {relation.claim_b}")
    origin += [f"a doubt {doubt}" for doubt in claim.doubts]
    return Note(typographic(claim.statement), " · ".join(origin))
