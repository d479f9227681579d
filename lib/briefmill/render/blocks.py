"""Blocks made ready for the template: every key there, every text a list of runs, every mark resolved.

The template stays dumb: it looks nothing up and decides nothing about content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from briefmill.exhibits import Run, plain
from briefmill.render.outputs import MissingAltText, is_svg

Block = dict[str, Any]

_TEXTS = {
    "bottom_line": ("judgement",),
    "definition": ("note",),
    "gate": ("aside",),
    "paragraph": ("runs",),
    "prose": ("note",),
    "share": ("runs_before", "runs_after"),
    "table": ("note",),
}
_ITEMS = {"prose": ("label", "runs"), "definition": ("runs",)}
_NAMED = frozenset(
    {
        "masthead",
        "key_figures",
        "figure",
        "heading",
        "list",
        "quote",
        "code",
        "rule",
        "problem",
    }
)
_DEFAULTS = {
    "masthead": {"kicker": "", "title": "", "facts": []},
    "bottom_line": {"note": "", "rows": [], "counts": [], "word": ""},
    "figure": {"width_mm": 0, "height_mm": 0, "source": ""},
    "prose": {"style": "plain"},
}
_LINKS = ("https://", "http://", "mailto:")
# A row with more characters than this may break across pages: kept whole, it could outgrow one.
_LONG_ROW = 1500
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)(fr|mm)")
MOST_MARKS = 9  # behind one sentence; more would be a line of their own


def ready(block: Block, targets: set[str]) -> Block:
    """`block` as the template wants it.

    Parameters
    ----------
    block
        A block as an exhibit hands it over, or as `markdown` and `outputs` make it.
    targets
        The marks that have a row in this document; a mark without one is printed without a link.

    Raises
    ------
    ValueError
        If the kind of the block is unknown, or a figure holds no readable picture.
    MissingAltText
        If a figure has no alternative text.
    """
    kind = block["kind"]
    if kind not in _TEXTS.keys() | _ITEMS.keys() | _NAMED:
        raise ValueError(f"a page has no block of the kind {kind!r}")
    done = {"title": "", "subtitle": ""} | _DEFAULTS.get(kind, {}) | block
    done |= {key: words(done.get(key, ""), targets) for key in _TEXTS.get(kind, ())}
    if kind in _ITEMS:
        done["items"] = [
            {"grade": "", "muted": False}
            | item
            | {key: words(item.get(key, ""), targets) for key in _ITEMS[kind]}
            for item in done["items"]
        ]
    match kind:
        case "bottom_line":
            done["rows"] = [
                [label, words(runs, targets)] for label, runs in done["rows"]
            ]
        case "figure":
            done["image"] = _image(done)
            done.pop("svg", None)
        case "table":
            done |= _table(done, targets)
        case "list":
            done["items"] = [
                [ready(inner, targets) for inner in item] for item in done["items"]
            ]
        case "quote":
            done["blocks"] = [ready(inner, targets) for inner in done["blocks"]]
    return done


def words(
    runs: str | list[Run], targets: set[str], most: int = MOST_MARKS
) -> list[Run]:
    """A text as runs of one shape each: ``text`` with styles and link, ``marks``, ``arrow`` or ``signs``.

    A sentence shows `most` marks or spans of them; how many more there are stands in the last.
    """
    runs = [{"text": runs}] if isinstance(runs, str) else runs
    return [_run(run, targets, most) for run in runs if run.get("text", True)]


def _run(run: Run, targets: set[str], most: int) -> Run:
    if "marks" in run:
        drawn = spans(run["marks"], targets)
        return {
            "marks": drawn
            if len(drawn) <= most
            else [*drawn[: most - 1], _rest(drawn[most - 1 :])]
        }
    if "text" in run:
        link = run.get("link", "")
        styles = run.get("style", "").split()
        return {
            "text": run["text"],
            "styles": styles,
            "link": link if link.startswith(_LINKS) else "",
        }
    return run


def spans(marks: Iterable[str], targets: set[str]) -> list[dict[str, Any]]:
    """Marks with their targets, three or more in a row drawn together: ``E1–E13`` leads to E1."""
    series: list[list[str]] = []
    for mark in marks:
        if series and _follows(series[-1][-1], mark):
            series[-1].append(mark)
        else:
            series.append([mark])
    return [
        {
            "words": shown,
            "target": drawn[0] if drawn[0] in targets else "",
            "marks": drawn,
        }
        for run in series
        for shown, drawn in (
            [(f"{run[0]}–{run[-1]}", run)]
            if len(run) > 2
            else [(mark, [mark]) for mark in run]
        )
    ]


def _rest(spans: list[dict[str, Any]]) -> dict[str, Any]:
    """What is left of a sentence's marks, as one: it leads to the first of them and holds them all."""
    marks = [mark for span in spans for mark in span["marks"]]
    return {"words": f"+{len(marks)}", "target": spans[0]["target"], "marks": marks}


def _follows(first: str, second: str) -> bool:
    try:
        return first[0] == second[0] and int(second[1:]) == int(first[1:]) + 1
    except ValueError:
        return False


def _image(block: Block) -> dict[str, str]:
    if not block.get("alt", "").strip():
        raise MissingAltText(f"the figure {block['title']!r} has no alternative text")
    image = block.get("image") or {"format": "svg", "text": block.get("svg", "")}
    if image["format"] == "svg" and not is_svg(image["text"]):
        raise ValueError(f"the figure {block['title']!r} holds no readable SVG")
    return image


def _table(block: Block, targets: set[str]) -> Block:
    """Columns with measured widths, and rows whose cells are as many as the columns."""
    columns = [
        {"label": column.get("label", ""), "width": _width(column.get("width", "")),
         "align": column.get("align", "left"), "style": column.get("style", "sans")}
        for column in block["columns"]
    ]  # fmt: skip
    groups = [
        {
            "label": group.get("label", ""),
            "rows": [_row(row, len(columns), targets) for row in group["rows"]],
        }
        for group in block["groups"]
        if group["rows"]
    ]
    for group in groups:
        ending = group["rows"][-2:]
        length = sum(len(plain(cell)) for row in ending for cell in row["cells"])
        group["paired"] = (
            group is groups[-1] and len(group["rows"]) > 2 and length < _LONG_ROW
        )
    return {"columns": columns, "groups": groups}


def _row(row: dict, width: int, targets: set[str]) -> dict:
    anchor = row.get("anchor", "")
    cells = [
        words(cell, targets, most=len(targets) + 1) for cell in row["cells"][:width]
    ]
    cells += [[] for _ in range(width - len(cells))]
    if anchor and plain(cells[0]).strip() in ("", anchor):
        cells[0] = [{"text": anchor, "styles": [], "link": ""}]
    whole = sum(len(plain(cell)) for cell in cells) < _LONG_ROW
    return {
        "anchor": anchor,
        "target": row.get("target", False),
        "whole": whole,
        "cells": cells,
    }


def _width(stated: str) -> dict[str, Any]:
    size = _WIDTH.fullmatch(stated.replace(" ", ""))
    return (
        {"size": float(size[1]), "unit": size[2]}
        if size
        else {"size": 0, "unit": "auto"}
    )


def anchors(blocks: Iterable[Block]) -> set[str]:
    """Claim every anchor for the first row that bears it (two targets of one name would be none).

    Marks the claiming rows with ``target: True``, and returns the anchors found.
    """
    found: set[str] = set()
    for block in blocks:
        for group in block.get("groups", []) if block["kind"] == "table" else []:
            for row in group["rows"]:
                anchor = row.get("anchor", "")
                row["target"] = bool(anchor) and anchor not in found
                found |= {anchor} - {""}
    return found


def keep_referred(shown: list[Block]) -> None:
    """Drop, of the groups of rows marked ``if_referred``, each row that no mark outside these groups leads to."""
    tables = [block for block in shown if block["kind"] == "table"]
    groups = [
        group
        for table in tables
        for group in table["groups"]
        if group.get("if_referred")
    ]
    rows = [group["rows"] for group in groups]
    for group in groups:
        group["rows"] = []
    called = every_mark(shown) if groups else set()
    for group, own in zip(groups, rows, strict=True):
        group["rows"] = [row for row in own if row["anchor"] in called]


def every_dict(value: Any) -> Iterator[dict[str, Any]]:
    """Every dict in a value made of dicts and lists, at whatever depth: blocks, rows and runs alike."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from every_dict(inner)


def every_mark(shown: list[Block]) -> set[str]:
    """The marks in `shown`, wherever they stand."""
    return {mark for run in every_dict(shown) for mark in run.get("marks", [])}


def is_small_print(blocks: Iterable[Block]) -> bool:
    """Whether a section holds nothing but small print, and so takes the smaller heading."""
    return all(
        block["kind"] in ("definition", "share") or block.get("style") == "small"
        for block in blocks
    )
