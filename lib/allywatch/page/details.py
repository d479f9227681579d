"""What stands behind a mark: the event in a sentence, and every claim of it with its source and place."""

from __future__ import annotations

from collections.abc import Collection

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.shown import best_founded, most
from allywatch.evidence.trails import ClaimTrail, EventTrail, dossier_trails
from briefmill.blocks import Detail, Note
from briefmill.texts import typographic


def details(dossier: Dossier) -> tuple[Detail, ...]:
    """For each mark of a dossier what its events amount to, and their claims in the order of their passages.

    Of very many marks the first, which the text comes to speak of, and the best founded.
    """
    claim_ids = set(dossier.all_claims["claim_id"].tolist())
    trails_of_mark: dict[str, list[EventTrail]] = {}
    for trail in dossier_trails(dossier, _opened(dossier)):
        trails_of_mark.setdefault(trail.mark, []).append(trail)
    return tuple(
        Detail(
            mark,
            typographic(" ".join(trail.summary for trail in trails)),
            tuple(
                _note(claim, claim_ids) for trail in trails for claim in trail.claims
            ),
        )
        for mark, trails in trails_of_mark.items()
    )


def _opened(dossier: Dossier) -> Collection[str] | None:
    """The ids of the events that open under their marks; None: all."""
    events = dossier.all_events
    count = most(dossier.dataset, "details")
    if len(events) <= count:
        return None
    first = events[events["mark"].astype(int) <= count // 2]
    founded = best_founded(events, count - count // 2)
    return {*first["event_id"], *founded["event_id"]}


def _note(claim: ClaimTrail, claim_ids: Collection[str]) -> Note:
    """What a claim says, and where it comes from; it is related to others of `claim_ids`."""
    origin = [
        f"{claim.source_id} {claim.source_name}, {claim.published}",
        f"grade {claim.grade}",
        claim.voice,
        claim.date,
        claim.place,
        claim.claim_id,
    ]
    for relation in claim.own_relations:
        if relation.claim_b in claim_ids:
            origin.append(f"{relation.kind} {relation.claim_b}")
    origin += [f"a doubt {doubt}" for doubt in claim.doubts]
    return Note(typographic(claim.statement), " · ".join(origin))
