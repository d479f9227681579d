"""What is not known, and what would be worth asking whom."""

from __future__ import annotations

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.page.wording.grammar import capital, joined, remark, spaced
from allywatch.page.wording.judgements import judged, lead, said
from allywatch.page.wording.sureness import heard
from briefmill.blocks import Block, Item, Prose, omit, role

MOST_COMPUTED = 2
#: When a page that is too full leaves out what would be worth asking (see `blocks.Step`).
DROP_QUESTIONS = 1


@role("gaps")
def not_known(dossier: Dossier) -> Block:
    """What an analyst misses, or else what the reports do not touch."""
    written = [said(row) for row in each_row(judged(dossier, "gap"))]
    computed = [remark(words) for words in _silent_on(dossier)]
    shown = written or computed[:MOST_COMPUTED]
    if not shown:
        return omit("no gap can be computed, and none is written")
    items = tuple(Item((), tuple(runs)) for runs in shown)
    subtitle = "" if written else "computed"
    return Prose(style="bullets", items=items, subtitle=subtitle)


@role("gaps")
def not_known_in_short(dossier: Dossier) -> Block:
    """The same as one passage with what would be worth asking, for a page of few reports; a full one drops the questions."""
    gaps = not_known(dossier)
    if not isinstance(gaps, Prose):
        return gaps
    items = [Item((), tuple(spaced(*(item.runs for item in gaps.items))))]
    asked = [said(row) for row in each_row(judged(dossier, "question"))]
    if asked:
        lead_in = tuple(lead("Worth asking"))
        items.append(Item(lead_in, tuple(spaced(*asked)), DROP_QUESTIONS))
    return Prose(items=tuple(items), subtitle=gaps.subtitle)


@role("questions")
def worth_asking(dossier: Dossier) -> Block:
    """Questions, and who could be asked them."""
    written = [said(row) for row in each_row(judged(dossier, "question"))]
    if not written:
        return omit("no question is written")
    items = tuple(Item((), tuple(runs)) for runs in written)
    return Prose(style="bullets", items=items)


def _silent_on(dossier: Dossier) -> list[str]:
    """Fields without a report that moves the tie, and whether anybody on the partner's side is heard."""
    profile = scoring.dimension_profile(dossier)
    labels = dossier.dataset.labels("events", "dimension")
    moving = profile[["closer", "away"]].sum(axis=1)
    bare = [labels[field].lower() for field in profile.loc[moving == 0, "dimension"]]
    words = []
    if len(bare) == len(profile):
        words.append("Anything that moves the tie, in any field.")
    elif bare:
        words.append(capital(f"{joined(bare)} ties: no report on them moves the tie."))
    return [*words, heard(dossier)] if heard(dossier) else words
