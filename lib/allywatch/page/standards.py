"""The nine analytic tradecraft standards, each judged by what stands on a page.

Reference: Office of the Director of National Intelligence (2015), Intelligence Community Directive 203,
*Analytic Standards*, section D.6.e.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import directions_in_order, way
from briefmill.blocks import (
    Block,
    BottomLine,
    Definition,
    Figure,
    Gate,
    Item,
    Prose,
    Share,
    every_mark,
)
from briefmill.render.document import Document
from briefmill.texts import Arrow, plain

MET = "met"
PARTLY = "partly"
NOT_MET = "not"
LONGEST_ALT = 400  # characters
#: Under which name the attachments of a briefing record what its evidence is like; not kept in the manifest.
EVIDENCE = "_evidence"

# What a page does not do, each in words; the first is what the standard cannot do without.
Failings = Iterable[tuple[bool, str]]
Kind = TypeVar("Kind", bound=Block)


def evidence_record(dossier: Dossier, partners: int = 0) -> dict[str, Any]:
    """What the evidence of a page is like, as far as the standards ask.

    `partners` is the number of partners an overview judges.
    """
    claims = dossier.claims
    events = dossier.events
    unstated = dossier.sources[dossier.sources["stance"] == ""]
    cited = set(claims["source_id"])
    without_claims = events[~events["event_id"].isin(claims["event_id"])]
    rules = dossier.dataset.rules
    yardstick = rules.get("likelihood", {}).get("words", [])
    return {
        "claims": len(claims),
        "cited": sorted(cited),
        "ungraded_claims": int(claims["credibility"].isna().sum()),
        "without_stance": sorted(set(unstated["source_id"]) & cited),
        "without_claims": list(without_claims["mark"]),
        "contradicted": bool((dossier.relations["kind"] == "contradicts").any()),
        "away": int((dossier.in_play["direction"] < 0).sum()),
        "closer": int((dossier.in_play["direction"] > 0).sum()),
        "ways": {key: way(rules, key) for key in directions_in_order(rules)},
        "partners": partners,
        "likelihood_words": [step["word"] for step in yardstick],
    }


class Page:
    """A document, looked up by the kinds and roles of its blocks."""

    def __init__(self, document: Document):
        self.blocks = list(document.blocks())
        self.targets = document.targets
        self.unresolved = document.unresolved
        self.evidence = document.record.get(EVIDENCE, {})
        self.bottom_line = next(iter(self.of(BottomLine)), None)
        self.rows = dict(self.bottom_line.rows) if self.bottom_line else {}

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The blocks of a kind, in reading order."""
        return [block for block in self.blocks if isinstance(block, kind)]

    def with_role(self, role: str) -> Block | None:
        """The block that has a role on the page; None where there is none."""
        return next((block for block in self.blocks if block.role == role), None)

    def indicators(self) -> tuple[Item, ...]:
        """What the page tells to watch."""
        block = self.with_role("indicators")
        return block.items if isinstance(block, Prose) else ()

    def is_marked(self, part: Any) -> bool:
        """Whether a part of the page bears a mark that leads to a row."""
        return bool(every_mark(part) & self.targets)


def checklist(document: Document) -> list[dict[str, str]]:
    """How a page stands by each standard.

    Returns
    -------
    list of dict
        ``standard``, its name; ``status``: met, partly or not; ``why``, what is lacking in words, ``""`` where
        it is met. In the order of the directive. Empty for a page without a bottom line, which judges nothing.
    """
    page = Page(document)
    if page.bottom_line is None:
        return []
    return [_judged(name, list(failings(page))) for name, failings in STANDARDS]


def _judged(name: str, checked: list[tuple[bool, str]]) -> dict[str, str]:
    lacking = [words for fails, words in checked if fails]
    cannot_do_without, _ = checked[0]
    if cannot_do_without or len(lacking) == len(checked):
        status = NOT_MET
    elif lacking:
        status = PARTLY
    else:
        status = MET
    return {"standard": name, "status": status, "why": " ".join(lacking)}


def _sources(page: Page) -> Failings:
    cited = page.evidence.get("cited", [])
    silent = page.evidence.get("without_stance", [])
    terms = [term for block in page.of(Definition) for term in block.items]
    graded = {term.label for term in terms if term.grade}
    ungraded = [source for source in cited if source not in graded]
    yield (
        bool(ungraded) or not cited,
        f"No grade is shown for {', '.join(ungraded) or 'any source'}.",
    )
    yield (
        bool(page.evidence.get("ungraded_claims")),
        "A claim has no grade of its own.",
    )
    yield not page.of(Share), "It does not show how one-sided the sources are."
    yield bool(silent), f"What {', '.join(silent)} argues is not recorded."


def _uncertainty(page: Page) -> Failings:
    likelihood = plain(page.rows.get("Likelihood", ""))
    confidence = plain(page.rows.get("Confidence", ""))
    words = "|".join(map(re.escape, page.evidence.get("likelihood_words", [])))
    mixed = bool(words) and re.search(rf"\b({words})\b", confidence, re.IGNORECASE)
    yield not confidence, "No confidence is stated."
    yield not likelihood, "Nothing is said about likelihood."
    yield (
        not re.search(r"[:,;]", confidence),
        "The confidence is given without its reason.",
    )
    yield bool(mixed), "Likelihood and confidence run together in one sentence."


def _judgement_apart(page: Page) -> Failings:
    bare = page.evidence.get("without_claims", [])
    yield (
        not page.evidence.get("claims"),
        "It carries no claims, so that what is told cannot be held against what is concluded.",
    )
    yield (
        not any("judgement" in block.subtitle for block in page.blocks),
        "Nothing on the page is set apart as a judgement.",
    )
    yield bool(bare), f"No claim stands behind {', '.join(bare)}."


def _alternatives(page: Page) -> Failings:
    reading = page.with_role("opposite_reading")
    contradicted = page.evidence.get("contradicted", False)
    yield reading is None, "It makes no case for the opposite reading."
    yield (
        reading is not None and not page.is_marked(reading),
        "The case for the opposite reading rests on no evidence.",
    )
    yield (
        contradicted and page.with_role("contested") is None,
        "Claims that contradict one another are not shown side by side.",
    )


def _relevance(page: Page) -> Failings:
    assert page.bottom_line is not None
    blind = [item for item in page.indicators() if _arrow(item) is None]
    yield page.with_role("indicators") is None, "It names nothing to watch."
    yield (
        not plain(page.bottom_line.judgement).strip(),
        "It opens with no judgement.",
    )
    yield bool(blind), "An indicator does not say which way it would point."
    yield page.with_role("gaps") is None, "It does not say what is not known."


def _arrow(item: Item) -> Arrow | None:
    return next((run for run in item.label if isinstance(run, Arrow)), None)


def _argumentation(page: Page) -> Failings:
    assert page.bottom_line is not None
    bare = [
        item
        for item in page.indicators()
        if not page.is_marked(item) and not _asks_for_evidence(item)
    ]
    yield (
        not page.is_marked(page.bottom_line.judgement),
        "The judgement at the head of the page rests on no evidence.",
    )
    yield (
        bool(page.unresolved),
        f"Marks lead to no row: {', '.join(page.unresolved)}.",
    )
    yield bool(bare), "An indicator rests on no evidence."
    yield (
        not _direction_follows(page),
        "The direction at the head of the page does not follow from its rows.",
    )


def _asks_for_evidence(item: Item) -> bool:
    """Whether an indicator says what the gate still lacks, which rests on there being no evidence."""
    arrow = _arrow(item)
    return arrow is not None and arrow.arrow == "insufficient"


def _direction_follows(page: Page) -> bool:
    """Whether the verdict agrees with the rows: the sides of a partner's events, or a network's count."""
    assert page.bottom_line is not None
    if page.bottom_line.counts:
        counted = sum(count.value for count in page.bottom_line.counts)
        return counted == page.evidence.get("partners")
    away = page.evidence.get("away", 0)
    closer = page.evidence.get("closer", 0)
    arrow = page.bottom_line.arrow
    match page.evidence.get("ways", {}).get(arrow.arrow) if arrow else "":
        case "away":
            return away > closer
        case "closer":
            return closer > away
        case "contested" | "turned":
            return away > 0 and closer > 0
        case _:
            return True


def _change(page: Page) -> Failings:
    changes = page.with_role("changes")
    yield changes is None, "It does not say what has changed, or that nothing has."
    yield (
        changes is not None and not changes.subtitle,
        "It does not say what it compares itself with.",
    )


def _accuracy(page: Page) -> Failings:
    yield (
        page.with_role("indicators") is None,
        "Nothing on the page could show it to be right or wrong.",
    )
    yield (
        True,
        "No outcome is known yet, and until then accuracy cannot be shown.",
    )


def _visuals(page: Page) -> Failings:
    figures = page.of(Figure)
    yield (
        not figures and not page.of(Gate),
        "It shows nothing that could be taken in at one look.",
    )
    yield (
        not all(_tells_numbers_in_brief(figure.alt) for figure in figures),
        "The alternative text of a figure does not tell its numbers in brief.",
    )
    yield (
        any(figure.alt in (figure.title, figure.source) for figure in figures),
        "The alternative text of a figure repeats its title.",
    )


def _tells_numbers_in_brief(alt: str) -> bool:
    return bool(re.search(r"\d", alt)) and len(alt) < LONGEST_ALT


STANDARDS: tuple[tuple[str, Callable[[Page], Failings]], ...] = (
    ("Describes the quality and credibility of its sources", _sources),
    ("Expresses and explains uncertainties", _uncertainty),
    ("Distinguishes information from assumptions and judgements", _judgement_apart),
    ("Incorporates analysis of alternatives", _alternatives),
    ("Demonstrates relevance and addresses implications", _relevance),
    ("Uses clear and logical argumentation", _argumentation),
    ("Explains change to or consistency of judgements", _change),
    ("Makes accurate judgements and assessments", _accuracy),
    ("Incorporates effective visual information", _visuals),
)
