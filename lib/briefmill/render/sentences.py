"""The sentences of a composed document that bear evidence marks, as a table a reader can walk home from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from briefmill.exhibits import Run, plain

FILE = "sentences.csv"
_ENDS = (".", "!", "?", "…", "”", "’", ")")
# The parts of a block that may hold text, in the order in which a page is read.
_PARTS = (
    "label", "judgement", "aside", "runs_before", "runs", "rows", "blocks", "items", "groups", "runs_after", "note"
)  # fmt: skip


def sentences(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Every statement in the `rows` of a document that evidence marks follow, in reading order.

    A statement is what stands before its marks, back to the marks before them: a summary of two sentences
    with one set of marks is one statement, and so is a row of a table. A row that is only the target of a
    mark is none.

    Returns
    -------
    DataFrame
        Grain: one row per statement; key `sentence`, its number from 1. `section`: the heading it stands
        under; `text`: its words; `marks`: its marks, a tuple of str, those drawn as a range written out.
    """
    told = (
        (section, *said)
        for section, runs in _marked(rows)
        for said in _statements(runs)
    )
    numbered = [(number, *statement) for number, statement in enumerate(told, start=1)]
    return pd.DataFrame(numbered, columns=["sentence", "section", "text", "marks"])


def _marked(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[Run]]]:
    """The heading and the runs of every text with marks in it."""
    for row in rows:
        for column in row["columns"]:
            for section in column["sections"]:
                heading = plain(section["name"])
                for block in section["blocks"]:
                    heading = (
                        plain(block["title"]) if block["kind"] == "heading" else heading
                    )
                    marked = (
                        runs
                        for runs in _texts(block)
                        if any("marks" in run for run in runs)
                    )
                    yield from ((heading, runs) for runs in marked)


def _texts(part: Any) -> Iterator[list[Run]]:
    """Every list of runs in a part of a block; the cells of a row of a table are one."""
    if isinstance(part, dict) and "cells" in part:
        apart = {"text": " · "}
        yield [run for cell in part["cells"] if cell for run in (*cell, apart)][:-1]
    elif isinstance(part, dict):
        for key in _PARTS:
            yield from _texts(part.get(key))
    elif isinstance(part, list) and any(
        "text" in run or "marks" in run for run in part if isinstance(run, dict)
    ):
        yield part
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


def _statements(runs: list[Run]) -> list[tuple[str, tuple[str, ...]]]:
    """The text of `runs` cut after each sentence that marks follow; what trails goes with the last."""
    told: list[tuple[str, list[str]]] = []
    words, marks = "", []
    for run in runs:
        if "marks" in run:
            marks += [mark for span in run["marks"] for mark in span["marks"]]
            if words.rstrip().endswith(_ENDS):
                told.append((words, marks))
                words, marks = "", []
        words += run.get("text", "")
    if marks or not told:
        told.append((words, marks))
    elif words:
        told[-1] = (told[-1][0] + words, told[-1][1])
    return [
        (" ".join(text.split()).strip(" ·"), tuple(dict.fromkeys(marks)))
        for text, marks in told
        if marks
    ]
