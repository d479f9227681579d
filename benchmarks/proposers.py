"""What proposers are worth on articles that nobody had in view when they were made.

usage: python benchmarks/proposers.py

Prints for each proposer how many of the coded claims of the made-up articles (`articles`) are proposed rightly, in
percent: from the evidence in ``data`` alone, and from that and the other articles.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk import proposing
from allywatch.desk.curate import add_source, by_hand
from allywatch.method import proposers

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
ARTICLES = HERE / "articles"
#: By file, how each is entered as a source.
SOURCES = {
    "wire": ("S11", "Armenia stays away", "wire_report", "2026-04-14", "mixed"),
    "essay": ("S12", "Hedging without leaving", "essay", "2026-02", "mixed"),
    "oped": ("S13", "The funeral that never comes", "opinion", "2025-11-20", "deepening"),
    "interview": ("S14", "Paid with telegrams", "news_analysis", "2026-03-18", "erosion"),
    "chronology": ("S15", "A chronology", "news_analysis", "2026-05", "mixed"),
}  # fmt: skip
COLUMNS = ("source_id", "title", "doc_type", "published", "stance")


def main() -> None:
    """Code the articles in a copy of the data, and print what is right."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        documents = loading.load(DATA).documents
        shutil.copytree(DATA, data)
        # The articles are kept with the documents, and so these have to be copies, too.
        os.environ.pop(DOCUMENTS_VARIABLE, None)
        if documents is not None:
            shutil.copytree(documents, data / "documents", dirs_exist_ok=True)
        for name, cells in SOURCES.items():
            article = ARTICLES / f"{name}.txt"
            add_source(data, article, dict(zip(COLUMNS, cells, strict=True)))
        by_hand.code_table(data, ARTICLES / "coding.csv")
        print(_right(data).to_string())


def _right(data: Path) -> pd.DataFrame:
    """By measure, the shares in percent for each proposer and both kinds of evidence."""
    dataset = loading.load(data)
    made_up = {cells[0] for cells in SOURCES.values()}
    claims = dataset.claims[~dataset.claims["source_id"].isin(made_up)]
    events = dataset.events[dataset.events["event_id"].isin(claims["event_id"])]
    alone = dataset.with_rows({"claims": claims, "events": events})
    with_others = proposers.left_out(dataset)
    evidence = {
        "data alone": dict.fromkeys(sorted(made_up), alone),
        "and the others": {each: with_others[each] for each in sorted(made_up)},
    }
    columns = {}
    for name in proposing.proposers_here():
        proposer = proposing.proposer(name)
        for words, rests in evidence.items():
            proposals = proposers.proposed(rests, proposer)
            right = proposers.right_shares(dataset, rests, proposals)
            columns[name, words] = (100 * right["share"]).round()
    columns["", "claims"] = right["claims"]
    return pd.DataFrame(columns).astype("Int64")


if __name__ == "__main__":
    main()
