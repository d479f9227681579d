"""What stands behind a mark: the event in a sentence, and every claim of it with its source and place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from allywatch.data import dates
from allywatch.data.contract import fields
from allywatch.evidence.dossiers import Dossier
from briefmill.blocks import Detail, Note
from briefmill.texts import typographic


def details(dossier: Dossier) -> tuple[Detail, ...]:
    """For each mark of a dossier its event's summary, and the claims of the event in the order of their passages."""
    notes: dict[str, list[Note]] = defaultdict(list)
    sources = dossier.sources.set_index("source_id", drop=False).to_dict("index")
    contradictions = _contradictions(dossier)
    for claim in dossier.claims.to_dict("records"):
        origin = _origin(dossier, claim, sources[claim["source_id"]])
        origin += contradictions.get(claim["claim_id"], "")
        notes[claim["mark"]].append(Note(typographic(claim["statement"]), origin))
    return tuple(
        Detail(mark, typographic(summary), tuple(notes[mark]))
        for mark, summary in zip(
            dossier.events["mark"], dossier.events["summary"], strict=True
        )
    )


def _origin(
    dossier: Dossier, claim: Mapping[str, Any], source: Mapping[str, Any]
) -> str:
    """Where a claim comes from, how it is graded and put, and where its passage stands."""
    package = dossier.dataset.package
    return (
        f"{claim['source_id']} {source['called']}, {dated(source, 'published')}"
        f" · grade {source['reliability']}{claim['credibility']}"
        f" · {voice(package, claim)} · {dated(claim, 'date')}"
        f" · characters {claim['start']} to {claim['end']} · {claim['claim_id']}"
    )


def _contradictions(dossier: Dossier) -> dict[str, str]:
    """By claim, how it relates to others."""
    package = dossier.dataset.package
    words: dict[str, str] = defaultdict(str)
    for relation in dossier.relations.itertuples():
        kind = label(package, "relations", "kind", relation.kind)
        words[relation.claim_a] += f" · {kind} {relation.claim_b}"
    return words


def voice(package: Mapping[str, Any], claim: Mapping[str, Any]) -> str:
    """The modality of a claim, and who is quoted if not its author."""
    modality = label(package, "claims", "modality", claim["modality"])
    if claim["attributed_to"]:
        return f"{modality} to {claim['attributed_to']}"
    return modality


def dated(row: Mapping[str, Any], column: str) -> str:
    """The date in a column in words, and whether it was inferred."""
    date = dates.spoken(row[column])
    inferred = row[f"{column}_basis"] == "inferred"
    return f"{date}, inferred" if inferred else date


def label(package: Mapping[str, Any], table: str, column: str, value: str) -> str:
    """The label of a column's value in lower case; the value itself if it has none."""
    for category in fields(package, table)[column].get("categories", []):
        if str(category["value"]) == value:
            return category["label"].lower()
    return value
