"""What makes the methodology a document: title block, key figures, what changed, and the rows as files."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allywatch.data.loading import Dataset
from allywatch.evidence import dossiers, snapshots
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.agreement import Agreement
from allywatch.method.codebook.examples import Examples
from allywatch.page import attached
from allywatch.page.wording.apparatus import title_block
from allywatch.page.wording.changes import SINCE, Left
from allywatch.page.wording.differences import told_of_material
from allywatch.page.wording.grammar import counted, day, number, remark
from allywatch.page.wording.voices import power_in_a_sentence
from briefmill.blocks import Attachments, Block, figures, omit, prose, role


def masthead(dataset: Dataset, found: Agreement | None = None) -> Block:
    """The title block; sections may ask whether the sources were ``coded_twice``."""
    power = power_in_a_sentence(dataset)
    sources = counted(len(dataset.sources), "source")
    basis = (
        f"{sources}, {len(dataset.claims):,} claims, {len(dataset.events):,} reports"
    )
    block = title_block(
        dataset,
        power,
        basis,
        conditions={"coded_twice": found is not None},
        kicker=f"How it is done · ties with {power}",
        title="Methodology",
        document_title=f"Methodology: evidence on ties with {power}",
        description=f"Codebook, rules, worked examples, reliability and limits of the briefings on ties with {power}.",
        keywords=["methodology", "codebook", "reliability", power],
        short="Methodology",
    )
    until = _until(dataset)
    facts = {
        "Ties with": power,
        "Chosen": dataset.choice,
        "Evidence": until,
        "Made from": basis,
    }
    return replace(
        block,
        facts=tuple((name, fact) for name, fact in facts.items() if fact),
        footer=f"allywatch · ties with {power} · evidence {until}",
    )


def _until(dataset: Dataset) -> str:
    """Up to when the evidence goes: ``up to about March 2026``; the day of an edition that looks back comes first."""
    newest, inferred = dossiers.cut_off(dataset)
    if newest is None:
        until = "without a date"
    else:
        until = f"up to {'about ' if inferred else ''}{newest:%B %Y}"
    return f"{until}, as of {day(dataset.as_of)}" if dataset.as_of else until


def key_figures(dataset: Dataset, shown: Examples) -> Block:
    """How much there is, from documents to directions."""
    standing = corroboration(dataset)
    scored = standing[standing["scored"]]
    held = standing["held"].sum()
    corroborated = scored["corroborated"].sum()
    lineages = dataset.sources["lineage"].nunique()
    least = dataset.rules["corroboration"]["min_lineages"]
    passed = sum(verdict.gate.met for _, verdict in shown.judged)
    return figures(
        [
            (
                "Sources",
                f"{len(dataset.sources):,}",
                f"{number(lineages)} of them independent",
            ),
            ("Claims", f"{len(dataset.claims):,}", f"each with {_places(dataset)}"),
            (
                "Reports",
                f"{len(dataset.events):,}",
                f"{len(scored):,} move a tie, {held:,} leave it as it was, the rest is background",
            ),
            (
                "Well attested",
                f"{corroborated:,} of {len(scored):,}",
                f"that move a tie have {number(least)} or more independent sources",
            ),
            (
                "Directions",
                f"{passed} of {len(shown.judged)}",
                "partners for whom there is enough to state one",
            ),
        ]
    )


def _places(dataset: Dataset) -> str:
    """Where a claim stands: in a passage, or in the record of a database."""
    has_record = dataset.claims["locator"] != ""
    if has_record.all() and len(has_record):
        return "its record"
    passage = "the place of its passage"
    return f"{passage}, or its record" if has_record.any() else passage


@role("changes")
def changes(dataset: Dataset, last: Left = None) -> Block:
    """What has changed in the material and the rules since the last edition; nothing without one."""
    now = snapshots.material(dataset)
    before = snapshots.baseline(last or {}, now)
    block: Block
    if before is None:
        block = omit("there is no earlier edition that rested on other material")
    else:
        sentences = " ".join(told_of_material(before, now))
        block = prose("plain", [("", remark(sentences))], subtitle=SINCE)
    return replace(block, record={"snapshot": now, "baseline": before})


def attachments(dataset: Dataset, codings: tuple[pd.DataFrame, pd.DataFrame]) -> Block:
    """The rows that the tables and examples were worked out from, and both codings, as files."""
    descriptions = {
        "sources": "Sources, with their grades and the reasons for them",
        "claims": "Claims, with the place and fingerprint of each passage",
        "events": "Events, with their codes",
        "event_types": "Types of events",
    }
    files = [
        attached.csv_file(f"{name}.csv", getattr(dataset, name), description)
        for name, description in descriptions.items()
    ]
    for coding, coder in zip(codings, ("first", "second"), strict=True):
        if len(coding):
            description = (
                f"The {coder} coder’s claims, frozen before differences were resolved"
            )
            files.append(attached.csv_file(f"{coder}_coding.csv", coding, description))
    files += attached.dictionary_and_record(dataset)
    return Attachments(files=tuple(files))
