"""The nine analytic tradecraft standards, each judged by what stands on a page.

Reference: Office of the Director of National Intelligence (2015), Intelligence Community Directive 203,
*Analytic Standards*, section D.6.e.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allywatch.data import loading
from allywatch.data.contract import PACKAGE_FILE
from briefmill.exhibits import plain

MET, PARTLY, NOT = "met", "partly", "not"
LONGEST_ALT = 400  # characters

# What a page does not do, each in words; the first is what the standard cannot do without.
Failings = Iterable[tuple[bool, str]]


class Page:
    """A composed document, looked up by the parts of its page and the rows it carries."""

    def __init__(self, document: Mapping[str, Any]):
        columns = [column for row in document["rows"] for column in row["columns"]]
        self.blocks = [
            block
            for column in columns
            for section in column["sections"]
            for block in section["blocks"]
        ]
        self.unresolved = document["unresolved"]
        texts = {file["name"]: file["text"] for file in document["files"]}
        self.tables = {
            name: loading.rows(texts[f"{name}.csv"]) if f"{name}.csv" in texts else []
            for name in ("claims", "events", "relations", "sources", "verdicts")
        }
        rules = json.loads(texts.get(PACKAGE_FILE, "{}")).get("allywatch", {})
        self.yardstick = [
            step["word"] for step in rules.get("likelihood", {}).get("words", [])
        ]
        self.bottom_line = next(iter(self.of("bottom_line")), {})
        self.rows = dict(self.bottom_line.get("rows", []))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The blocks of a kind, in reading order."""
        return [block for block in self.blocks if block["kind"] == kind]

    def part(self, name: str) -> dict[str, Any]:
        """The block that says it is this part of a page; empty where there is none."""
        return next((block for block in self.blocks if block.get("part") == name), {})


def checklist(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """How a page stands by each standard.

    Parameters
    ----------
    document
        A document as `rendering.compose` returns it.

    Returns
    -------
    list of dict
        ``standard``, its name; ``status``: met, partly or not; ``why``, what is lacking in words, ``""`` where
        it is met. In the order of the directive. Empty for a page without a bottom line, which judges nothing.
    """
    page = Page(document)
    return (
        [_judged(name, failings(page)) for name, failings in STANDARDS]
        if page.bottom_line
        else []
    )


def _judged(name: str, failings: Failings) -> dict[str, str]:
    checked = list(failings)
    lacking = [words for fails, words in checked if fails]
    status = (
        NOT
        if checked[0][0] or len(lacking) == len(checked)
        else PARTLY
        if lacking
        else MET
    )
    return {"standard": name, "status": status, "why": " ".join(lacking)}


def _marked(part: Any) -> bool:
    """Whether a part of a page bears evidence marks that lead to a row."""
    if isinstance(part, Mapping):
        return bool(part.get("words") and part.get("target")) or any(
            map(_marked, part.values())
        )
    return isinstance(part, list | tuple) and any(map(_marked, part))


def _sources(page: Page) -> Failings:
    cited = {claim["source_id"] for claim in page.tables["claims"]}
    grades = {
        item["label"]: item["grade"]
        for block in page.of("definition")
        for item in block["items"]
    }
    ungraded = sorted(source for source in cited if not grades.get(source))
    silent = sorted(
        row["source_id"] for row in page.tables["sources"] if not row["stance"]
    )
    yield (
        bool(ungraded) or not cited,
        f"No grade is shown for {', '.join(ungraded) or 'any source'}.",
    )
    yield (
        not all(claim["credibility"] for claim in page.tables["claims"]),
        "A claim has no grade of its own.",
    )
    yield not page.of("share"), "It does not show how one-sided the sources are."
    yield bool(silent), f"What {', '.join(silent)} argues is not recorded."


def _uncertainty(page: Page) -> Failings:
    likelihood, confidence = (
        plain(page.rows.get(name, "")) for name in ("Likelihood", "Confidence")
    )
    words = "|".join(map(re.escape, page.yardstick))
    mixed = bool(words) and re.search(rf"\b({words})\b", confidence, re.IGNORECASE)
    yield not confidence, "No confidence is stated."
    yield not likelihood, "Nothing is said about likelihood."
    yield (
        not re.search(r"[:,;]", confidence),
        "The confidence is given without its reason.",
    )
    yield bool(mixed), "Likelihood and confidence run together in one sentence."


def _judgement_apart(page: Page) -> Failings:
    claimed = {claim["event_id"] for claim in page.tables["claims"]}
    bare = [
        event["mark"]
        for event in page.tables["events"]
        if event["event_id"] not in claimed
    ]
    apart = any(
        "judgement" in plain(block.get("subtitle", "")) for block in page.blocks
    )
    yield (
        not claimed,
        "It carries no claims, so that what is told cannot be held against what is concluded.",
    )
    yield not apart, "Nothing on the page is set apart as a judgement."
    yield bool(bare), f"No claim stands behind {', '.join(bare)}."


def _alternatives(page: Page) -> Failings:
    against = page.part("opposite_reading")
    contradictions = any(
        relation["kind"] == "contradicts" for relation in page.tables["relations"]
    )
    hidden = contradictions and not page.part("contested")
    yield not against, "It makes no case for the opposite reading."
    yield (
        bool(against) and not _marked(against),
        "The case for the opposite reading rests on no evidence.",
    )
    yield hidden, "Claims that contradict one another are not shown side by side."


def _relevance(page: Page) -> Failings:
    watched = page.part("indicators")
    blind = [
        item
        for item in watched.get("items", [])
        if not any("arrow" in run for run in item["label"])
    ]
    yield not watched, "It names nothing to watch."
    yield (
        not plain(page.bottom_line["judgement"]).strip(),
        "It opens with no judgement.",
    )
    yield bool(blind), "An indicator does not say which way it would point."
    yield not page.part("gaps"), "It does not say what is not known."


def _argumentation(page: Page) -> Failings:
    lacking = {
        "arrow": "insufficient"
    }  # what would meet the gate rests on there being no evidence
    watched = [
        item
        for item in page.part("indicators").get("items", [])
        if lacking not in item["label"]
    ]
    bare, founded = (
        [item for item in watched if not _marked(item)],
        _marked(page.bottom_line["judgement"]),
    )
    yield not founded, "The judgement at the head of the page rests on no evidence."
    yield bool(page.unresolved), f"Marks lead to no row: {', '.join(page.unresolved)}."
    yield bool(bare), "An indicator rests on no evidence."
    yield (
        not _follows(page),
        "The direction at the head of the page does not follow from its rows.",
    )


def _follows(page: Page) -> bool:
    """Whether the verdict agrees with the attached rows: the sides of a partner's events, or a network's count."""
    if counts := page.bottom_line["counts"]:
        return sum(count["value"] for count in counts) == len(page.tables["verdicts"])
    sides = [
        int(row["direction"] or 0)
        for row in page.tables["events"]
        if row["mark"].startswith("E")
    ]
    away, closer = sum(side < 0 for side in sides), sum(side > 0 for side in sides)
    followed = {
        "away": away > closer,
        "closer": closer > away,
        "contested": away > 0 and closer > 0,
    }
    return followed.get(page.bottom_line["direction"], True)


def _change(page: Page) -> Failings:
    changes = page.part("changes")
    yield not changes, "It does not say what has changed, or that nothing has."
    yield (
        bool(changes) and not changes.get("subtitle"),
        "It does not say what it compares itself with.",
    )


def _accuracy(page: Page) -> Failings:
    watched = page.part("indicators")
    yield not watched, "Nothing on the page could show it to be right or wrong."
    yield True, "No outcome is known yet, and until then accuracy cannot be shown."


def _visuals(page: Page) -> Failings:
    figures = page.of("figure")
    mute = any(
        not re.search(r"\d", each["alt"]) or len(each["alt"]) >= LONGEST_ALT
        for each in figures
    )
    echoed = any(each["alt"] in (each["title"], each["source"]) for each in figures)
    yield (
        not figures and not page.of("gate"),
        "It shows nothing that could be taken in at one look.",
    )
    yield mute, "The alternative text of a figure does not tell its numbers in brief."
    yield echoed, "The alternative text of a figure repeats its title."


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
