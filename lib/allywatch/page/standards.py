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
    Chronology,
    Figure,
    Item,
    Judgement,
    Prose,
    Strip,
    Table,
    Trigger,
    Triggers,
    every_mark,
    every_part,
)
from briefmill.render.document import Document
from briefmill.texts import plain

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
    cited = set(claims["source_id"].unique())
    without_claims = events[~events["event_id"].isin(claims["event_id"])]
    rules = dossier.rules
    yardstick = rules.get("likelihood", {}).get("words", [])
    return {
        "claims": len(claims),
        "cited": sorted(dossier.called[source_id] for source_id in cited),
        "ungraded_claims": int(claims["credibility"].isna().sum()),
        "without_stance": sorted(
            dossier.called[source_id]
            for source_id in set(unstated["source_id"]) & cited
        ),
        "without_claims": list(without_claims["mark"]),
        "contradicted": bool((dossier.relations["kind"] == "contradicts").any()),
        "away": int((dossier.in_play["direction"] < 0).sum()),
        "closer": int((dossier.in_play["direction"] > 0).sum()),
        "ways": {key: way(rules, key) for key in directions_in_order(rules)},
        "partners": partners,
        "likelihood_words": [step["word"] for step in yardstick],
    }


class Page:
    """A document, looked up by the kinds and roles of its blocks, at whatever depth they stand."""

    def __init__(self, document: Document):
        parts = every_part(tuple(document.blocks()))
        self.blocks = [part for part in parts if isinstance(part, Block)]
        self.targets = document.targets
        self.unresolved = document.unresolved
        self.record = document.record
        self.evidence = document.record.get(EVIDENCE, {})
        self.judgement = next(iter(self.of(Judgement)), None)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The blocks of a kind, in reading order."""
        return [block for block in self.blocks if isinstance(block, kind)]

    def with_role(self, role: str) -> Block | None:
        """The block that has a role on the page; None where there is none."""
        return next((block for block in self.blocks if block.role == role), None)

    def items(self, role: str) -> tuple[Item, ...]:
        """The passages of the block that has a role, those of the blocks in it included."""
        block = self.with_role(role)
        every = every_part(block) if block is not None else ()
        return tuple(part for part in every if isinstance(part, Item))

    def triggers(self) -> tuple[Trigger, ...]:
        """What the page tells to watch."""
        return tuple(
            trigger
            for block in self.of(Triggers)
            for column in block.columns
            for trigger in column.triggers
        )

    def cell(self, label: str) -> str:
        """The words of the short answer whose label begins so; "" where there is none."""
        for strip in self.of(Strip):
            for cell in strip.cells:
                if cell.label.startswith(label):
                    return plain(cell.runs)
        return ""

    def is_marked(self, part: Any) -> bool:
        """Whether a part of the page bears a mark that leads to a row."""
        return bool(every_mark(part) & self.targets)


def checklist(document: Document) -> list[dict[str, str]]:
    """How a page stands by each standard.

    Returns
    -------
    list of dict
        ``standard``, its name; ``status``: met, partly or not; ``why``, what is lacking in words, ``""`` where
        it is met. In the order of the directive. Empty for a page without a judgement.
    """
    page = Page(document)
    if page.judgement is None:
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
    described = _described_sources(page)
    bare = [name for name in cited if name not in described]
    yield (
        bool(bare) or not cited,
        f"No description and grade is shown of {', '.join(bare) or 'any source'}.",
    )
    yield (
        bool(page.evidence.get("ungraded_claims")),
        "A claim has no grade of its own.",
    )
    yield (
        not page.cell("Slant"),
        "It does not show how one-sided the sources are.",
    )
    yield bool(silent), f"What {', '.join(silent)} argues is not recorded."


def _described_sources(page: Page) -> set[str]:
    """The sources of which the page says what they are and how reliable."""
    table = page.with_role("sources")
    if isinstance(table, Prose):
        words = " ".join(plain(item.runs) for item in table.items)
        return {name for name in page.evidence.get("cited", []) if name in words}
    if not isinstance(table, Table):
        return set()
    rows = [row for group in table.groups for row in group.rows]
    return {
        plain(row.cells[0]).strip()
        for row in rows
        if all(plain(cell).strip() for cell in row.cells[:3])
    }


def _uncertainty(page: Page) -> Failings:
    confidence = page.cell("Confidence")
    own = [item for item in page.items("outlook") if _leads(item, "Our own")]
    words = "|".join(map(re.escape, page.evidence.get("likelihood_words", [])))
    mixed = bool(words) and re.search(rf"\b({words})\b", confidence, re.IGNORECASE)
    yield not confidence, "No confidence is stated."
    yield not own, "Nothing is said about what we expect, or why we expect nothing."
    yield (
        not re.search(r"[:,;]", confidence),
        "The confidence is given without its reason.",
    )
    yield bool(mixed), "Likelihood and confidence run together in one sentence."


def _leads(item: Item, words: str) -> bool:
    return plain(item.label).startswith(words)


def _judgement_apart(page: Page) -> Failings:
    bare = page.evidence.get("without_claims", [])
    yield (
        not page.evidence.get("claims"),
        "It carries no claims, so that what is said cannot be compared with what is concluded.",
    )
    yield (
        page.with_role("outlook") is None
        and page.with_role("opposite_reading") is None,
        "Nothing on the page is set apart as our own.",
    )
    yield bool(bare), f"No claim stands behind {', '.join(bare)}."


def _alternatives(page: Page) -> Failings:
    reading = page.with_role("opposite_reading")
    contradicted = page.evidence.get("contradicted", False)
    yield reading is None, "It makes no case for the other reading."
    yield (
        reading is not None and not page.is_marked(reading),
        "The case for the other reading rests on no evidence.",
    )
    yield (
        contradicted and page.with_role("contested") is None,
        "Accounts that contradict one another are not shown side by side.",
    )


def _relevance(page: Page) -> Failings:
    assert page.judgement is not None
    roles = ("implications", "causes", "costs")
    implied = [block for block in map(page.with_role, roles) if block is not None]
    yield not page.triggers(), "It names nothing to watch."
    yield (
        not any(page.is_marked(block) for block in implied),
        "It does not say on evidence why it matters.",
    )
    yield (
        not plain(page.judgement.headline).strip(),
        "It opens with no judgement.",
    )
    yield (
        page.with_role("gaps") is None and not page.cell("Not known"),
        "It does not say what is not known.",
    )


def _argumentation(page: Page) -> Failings:
    assert page.judgement is not None
    bare = [
        trigger
        for trigger in page.triggers()
        if trigger.arrow is not None and not page.is_marked(trigger)
    ]
    yield (
        not page.is_marked(page.judgement.headline),
        "The headline rests on no evidence.",
    )
    yield (
        bool(page.unresolved),
        f"Marks lead to no row: {', '.join(page.unresolved)}.",
    )
    yield bool(bare), "Something to watch rests on no evidence."
    yield (
        not _direction_follows(page),
        "The direction at the head of the page does not follow from its rows.",
    )


def _direction_follows(page: Page) -> bool:
    """Whether the direction agrees with the sides of the events; a page of all partners has none."""
    assert page.judgement is not None
    away = page.evidence.get("away", 0)
    closer = page.evidence.get("closer", 0)
    match page.evidence.get("ways", {}).get(page.judgement.direction):
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
    is_first = "snapshot" in page.record and page.record.get("baseline") is None
    lacking = "It does not say what has changed, or that nothing has."
    if is_first:
        lacking = "It is the first edition: there is none to compare it with."
    yield changes is None, lacking
    yield (
        changes is not None and not changes.subtitle,
        "It does not say what it compares itself with.",
    )


def _accuracy(page: Page) -> Failings:
    yield (
        not page.triggers(),
        "Nothing on the page could show it to be right or wrong.",
    )
    yield (
        True,
        "No outcome is known yet, and until then accuracy cannot be shown.",
    )


def _visuals(page: Page) -> Failings:
    figures = page.of(Figure)
    yield (
        not figures and not page.of(Chronology),
        "It shows nothing that could be taken in at one look.",
    )
    yield (
        not all(len(figure.alt) < LONGEST_ALT for figure in figures),
        "The alternative text of a figure does not tell its finding in brief.",
    )
    yield (
        any(figure.alt in (figure.title, figure.source) for figure in figures),
        "The alternative text of a figure repeats its title.",
    )


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
