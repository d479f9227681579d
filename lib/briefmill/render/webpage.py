"""A composed document as one HTML file, which a phone can show and a reader without sight can hear.

It asks for nothing from outside itself and runs no script. A mark leads to its row in the annex, where the
claims behind it open; from there links lead back to each place that the mark stands in.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from markupsafe import Markup

from allywatch import trace
from allywatch.data import loading
from allywatch.data.contract import PACKAGE_FILE, Contract
from allywatch.evidence.trails import ClaimTrail, event_trails
from briefmill.exhibits import typographic
from briefmill.render import markup
from briefmill.render.blocks import every_dict


def compile_html(document: dict[str, Any]) -> str:
    """`document`, as `composition.compose` returns it, as the text of an HTML file.

    The same text for the same document. Every text of the document is escaped.
    """
    document = deepcopy(document)
    uses = _uses(document["rows"])
    told = _told({file["name"]: file["text"] for file in document["files"]})
    anchors = {
        row["anchor"] for row in every_dict(document["rows"]) if row.get("anchor")
    }
    behind = {
        mark: Markup(
            markup.page("claims.html", uses=uses.get(mark, {}), **told.get(mark, {}))
        )
        for mark in anchors & (uses.keys() | told.keys())
    }
    return markup.page("briefing.html", behind=behind, **document)


def _uses(rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Number the marks on the page, and tell for each where it stands: id by heading, the first under each."""
    uses: dict[str, dict[str, str]] = {}
    sections = (
        section
        for row in rows
        for column in row["columns"]
        for section in column["sections"]
    )
    number = 0
    for section in sections:
        for span in every_dict(section["blocks"]):
            if "target" in span and "words" in span:
                number += 1
                span["id"] = f"m{number}"
                for mark in span["marks"]:
                    uses.setdefault(mark, {}).setdefault(section["name"], span["id"])
    return uses


def _told(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """By mark, the ``summary`` of its event and the ``claims`` behind it, from the rows the document carries."""
    needed = [f"{table}.csv" for table in trace.TABLES]
    if not {*needed, PACKAGE_FILE} <= files.keys():
        return {}
    contract = Contract(json.loads(files[PACKAGE_FILE]))
    trails = event_trails(*(loading.rows(files[name]) for name in needed), contract)
    return {
        trail.mark: {
            "summary": typographic(trail.summary),
            "claims": [_shown(claim) for claim in trail.claims],
        }
        for trail in trails
    }


def _shown(claim: ClaimTrail) -> dict[str, Any]:
    """A claim as ``claims.html`` takes it."""
    return {
        "claim_id": claim.claim_id,
        "statement": typographic(claim.statement),
        "source_id": claim.source_id,
        "called": claim.source_name,
        "published": claim.published,
        "grade": claim.grade,
        "voice": claim.voice,
        "dated": claim.date,
        "start": claim.start,
        "end": claim.end,
        "against": [(each.kind, each.claim_b) for each in claim.own_relations],
    }
