"""Why it matters: for the power, for the partner and for others."""

from __future__ import annotations

from typing import Any

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import ended, remark, sentence
from allywatch.page.wording.judgements import judged, lead, said
from allywatch.page.wording.voices import in_a_sentence, outside
from briefmill.blocks import Block, Item, Prose, role
from briefmill.texts import Run

#: A full page leaves out what it means for others, after lines and triggers (see `blocks.Step`).
DROP_OTHERS = 7


@role("implications")
def implications(dossier: Dossier) -> Block:
    """What it means, item by item: an analyst's words, or for the power the best-graded claim on its standing."""
    items = []
    for judgement in each_row(judged(dossier, "implication")):
        heading = lead(_for_whom(dossier, judgement))
        drop = DROP_OTHERS if judgement.aspect == "others" else 0
        items.append(Item(tuple(heading), tuple(said(judgement)), drop))
    if not items:
        heading = lead(f"For {in_a_sentence(dossier.power)}")
        items.append(Item(tuple(heading), tuple(_for_the_power(dossier))))
    return Prose(items=tuple(items))


def _for_whom(dossier: Dossier, judgement: Any) -> str:
    """The lead of an implication: its own, or for whom it is."""
    if judgement.second:
        return judgement.second
    whom = {
        "power": in_a_sentence(dossier.power),
        "partner": in_a_sentence(dossier.partner),
        "others": "others",
    }
    name = whom.get(judgement.aspect)
    return f"For {name}" if name else ""


def _for_the_power(dossier: Dossier) -> list[Run]:
    """The best-graded claim on the power's own standing that bears on the partner, attributed."""
    claims = dossier.claims_beside
    power = dossier.power["partner_id"]
    bearing = [
        claim
        for claim in each_row(claims)
        if claim.supports and dossier.by_id[claim.event_id].partners == (power,)
    ]
    name = in_a_sentence(dossier.power)
    if not bearing:
        return remark(f"No source says what this means for {name}.")
    best = min(bearing, key=lambda claim: (claim.reliability, claim.credibility))
    word = f", on the word of {best.attributed_to}" if best.attributed_to else ""
    words = f"{best.called} says{word}: {ended(best.statement)}"
    against = outside(dossier, best.event_id)
    return sentence(" ".join([words, *against]), dossier.marks([best.event_id]))
