"""What of a model's answer is taken: entries whose words stand in the document and whose codes are the codebook's.

Nothing that a model wrote goes further than its codes: of its words only the place is kept, and reasons are our own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from jsonschema import Draft202012Validator, ValidationError

from allywatch.data.dataset import Dataset
from allywatch.data.paths import PROPOSALS
from allywatch.data.validation import judges, validate
from allywatch.desk.proposing.actors import gazetteer
from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.model.instructions import Instructions, Part
from allywatch.desk.proposing.proposal import Codes, Proposal
from allywatch.desk.proposing.roles import names_of

#: Fewer words are quoted by chance.
_LEAST_WORDS = 3
NOTHING_SEEN = "the model sees nothing to code"

#: The entries of an answer, as JSON.
Entry = Mapping[str, Any]


class Unusable(ValueError):
    """An answer of which nothing can be used; `str()` says why."""


@dataclass
class Taken:
    """What was taken of the answers about one part: claims, and how many entries were refused, by reason.

    `doubtful` are the places of entries that were refused for another reason than their place.
    """

    claims: list[Proposal] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    doubtful: list[tuple[int, int]] = field(default_factory=list)

    def refuse(self, proposal: Proposal, reason: str) -> None:
        """Note that one was refused whose place is known."""
        self.refused[reason] += 1
        self.doubtful.append((proposal.start, proposal.end))


def entries(answer: str) -> list[Entry]:
    """The entries of an answer.

    Raises
    ------
    Unusable
        If it is no JSON, or has not the outer shape.
    """
    try:
        whole = json.loads(answer)
    except (ValueError, RecursionError):
        raise Unusable("an answer that is no JSON") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("claims"), list):
        raise Unusable("an answer without a list of claims")
    if len(whole) > 1:
        raise Unusable("an answer with more than it was asked for")
    found: list[Entry] = whole["claims"]
    return found


def taken(
    found: Sequence[Entry], told: Instructions, document: Document, part: Part
) -> Taken:
    """What of the entries about one part is taken; see the module."""
    kept = Taken()
    judge = Draft202012Validator(told.entry)
    named = _named(document)
    for entry in found:
        misfit = next(judge.iter_errors(entry), None)
        if misfit is not None:
            kept.refused[_misfit(misfit)] += 1
            continue
        start, reason = _place(entry["quote"], document.text, part)
        if reason:
            kept.refused[reason] += 1
            continue
        proposal = _proposal(entry, start)
        reason = _reason_against(proposal, document, named, kept.claims)
        if reason:
            kept.refuse(proposal, reason)
        else:
            kept.claims.append(proposal)
    return kept


def _misfit(error: ValidationError) -> str:
    """Why an entry does not fit the schema, in words of ours."""
    if error.validator == "required":
        return "a value is missing"
    if error.validator == "additionalProperties":
        return "a value that was not asked for"
    if not error.absolute_path:
        return "an entry that is no table of values"
    return f"{error.absolute_path[0]}: a value that the codebook does not list"


def _place(quote: str, text: str, part: Part) -> tuple[int, str]:
    """Where quoted words stand in a part of a text; or why they are not taken."""
    if len(quote.split()) < _LEAST_WORDS or quote != quote.strip():
        return -1, "fewer quoted words than make a passage"
    start = text.find(quote, part.start, part.end)
    if start < 0:
        return -1, "quoted words that do not stand in the document"
    if text.find(quote, start + 1, part.end) >= 0:
        return -1, "quoted words that stand there more than once"
    if "\n\n" in quote:
        return -1, "quoted words of more than one paragraph"
    return start, ""


def _proposal(entry: Entry, start: int) -> Proposal:
    return Proposal(
        start=start,
        end=start + len(entry["quote"]),
        partners=tuple(sorted(set(entry["partners"]))),
        counterparts=tuple(sorted(set(entry["counterparts"]))),
        codes=Codes(
            type=entry["type"],
            channel=entry["channel"],
            dimension=entry["dimension"],
            direction=entry["direction"],
            intensity=entry["intensity"],
        ),
        modality=entry["modality"],
        voice=entry["voice"],
        date=entry["date"],
        date_basis=entry["date_basis"],
        confidence=1.0,
    )


def _named(document: Document) -> set[str]:
    """Who a claim of a document can be about: whom it names, and the power itself."""
    names = gazetteer(document.dataset, document.published)
    return {names.focal_power, *names_of(names.mentions(document.text))}


def _reason_against(
    proposal: Proposal, document: Document, named: set[str], before: Sequence[Proposal]
) -> str:
    """Why a proposal in its place is not taken; "" where it is."""
    if not named.issuperset([*proposal.partners, *proposal.counterparts]):
        return "partners: somebody whom the document does not name"
    if any((each.start, each.end) == (proposal.start, proposal.end) for each in before):
        return "the same words a second time"
    return _breach(proposal, document)


def _breach(proposal: Proposal, document: Document) -> str:
    """The rule of the contract that a proposal breaks first; "" where none."""
    dataset: Dataset = document.dataset
    schema = dataset.contract.tables[PROPOSALS]
    row = proposal.row(document.source["source_id"], document.text, "model", "model")
    cells = pd.DataFrame([row], columns=list(schema.fields), dtype=object).fillna("")
    for failure in validate(cells, schema, judges(schema), dataset.rules):
        return f"{failure.column}: {failure.rule}"
    return ""


# Asked twice


def agreed(first: Taken, second: Taken, document: Document) -> Taken:
    """What of the first answer the second bears out, for which the codes stood in another order.

    A passage that the second does not touch is refused; a code that it has otherwise is left blank. The more codes
    stayed the same, the higher the confidence.
    """
    both = Taken(
        refused=first.refused + second.refused,
        doubtful=[*first.doubtful, *second.doubtful],
    )
    for claim in first.claims:
        others = [each for each in second.claims if _overlap(claim, each) > 0]
        if not others:
            both.refuse(claim, _NOT_AGAIN)
            continue
        other = max(others, key=lambda each: _overlap(claim, each))
        codes = vars(claim.codes)
        same = {
            name: code
            for name, code in codes.items()
            if vars(other.codes)[name] == code
        }
        for name in codes.keys() - same.keys():
            both.refused[f"{name}: another one with the codes in another order"] += 1
        confidence = round(len(same) / len(codes), 2)
        left = replace(claim, codes=Codes(**same), confidence=confidence)
        breach = _breach(left, document)
        if breach:
            both.refuse(left, breach)
        else:
            both.claims.append(left)
    return both


_NOT_AGAIN = "a passage that was not seen again with the codes in another order"


def _overlap(one: Proposal, other: Proposal) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def with_nothing(kept: Taken, part: Part) -> list[Proposal]:
    """The claims, and nothing to code for each sentence that no entry was about."""
    spans = [(each.start, each.end) for each in kept.claims] + kept.doubtful
    bare = [
        Proposal(start, end, NOTHING_SEEN, confidence=0.5)
        for start, end in part.sentences
        if not any(first < end and last > start for first, last in spans)
    ]
    return sorted([*kept.claims, *bare], key=lambda each: (each.start, each.end))
