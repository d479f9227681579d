"""What makes the methodology a document: title block, key figures, what changed, and the rows as files."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allywatch.data.loading import Dataset
from allywatch.evidence import snapshots
from allywatch.evidence.corroboration import corroboration
from allywatch.method.codebook.examples import Examples
from allywatch.page import attached
from allywatch.page.wording import counted
from allywatch.page.wording.apparatus import title_block
from allywatch.page.wording.grammar import enough_lineages, remark
from allywatch.page.wording.sections import SINCE, Left
from allywatch.page.wording.since import told_of_material
from briefmill.blocks import Attachments, Block, figures, omit, prose, role


def masthead(dataset: Dataset) -> Block:
    """The title block."""
    partners = dataset.partners
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    power = names[dataset.rules["focal_power"]]
    sources = counted(len(dataset.sources), "source")
    corpus = f"{sources}, {len(dataset.claims)} claims, {len(dataset.events)} events"
    return title_block(
        dataset,
        power,
        corpus,
        kicker=f"How it is done · ties with {power}",
        title="Methodology",
        document_title=f"Methodology: evidence on ties with {power}",
        description=f"Codebook, rules, worked examples, reliability and limits of the briefings on ties with {power}.",
        keywords=["methodology", "codebook", "reliability", power],
        short="Methodology",
    )


def key_figures(dataset: Dataset, shown: Examples) -> Block:
    """How much there is, from documents to verdicts."""
    standing = corroboration(dataset)
    scored = standing[standing["scored"]]
    held = standing["held"].sum()
    corroborated = scored["corroborated"].sum()
    lineages = counted(dataset.sources["lineage"].nunique(), "lineage")
    passed = sum(verdict.gate.met for _, verdict in shown.judged)
    return figures(
        [
            ("Sources", str(len(dataset.sources)), f"from {lineages}"),
            ("Claims", str(len(dataset.claims)), "each with the place of its passage"),
            (
                "Events",
                str(len(dataset.events)),
                f"{len(scored)} scored, {held} held, the rest context",
            ),
            (
                "Corroborated",
                f"{corroborated} of {len(scored)}",
                f"scored events with {enough_lineages(dataset.rules)}",
            ),
            (
                "Verdicts",
                f"{passed} of {len(shown.judged)}",
                "partners pass the evidence gate",
            ),
        ]
    )


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
