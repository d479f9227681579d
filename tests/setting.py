"""Setting a page without a kernel: a notebook's cells run in this process, and its document set as a PDF."""

import ast
import csv
import shutil
from dataclasses import replace
from itertools import cycle

import nbformat
import pypdfium2
from conftest import ROOT

from briefmill.render.composition import compose
from briefmill.render.exporter import BriefingPDFExporter

MM = 72 / 25.4
DATES = (
    *(
        "2023",
        "2025-03",
        "2025-03-14",
        "2024-39",
        "2024-37",
        "2024-21",
        "[2024..2025]",
        "2020/2023",
    ),
    *(
        "../2025-02",
        "2022/..",
        "2024~",
        "2023?",
        "2024-11~",
        "../2024-39",
        "2021-34",
        "",
    ),
)
TYPES = (
    "SECURITY_ABSTAIN",
    "PACT_LOOSEN",
    "THIRD_PARTY_ALIGN",
    "SECURITY_AID",
    "TRADE_DEEPEN",
)


def executed(notebook, **parameters):
    """The notebook with its outputs, as `display` and the last line of each cell leave them."""
    book = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4)
    space = {}
    for cell in (cell for cell in book.cells if cell.cell_type == "code"):
        shown = []
        space["display"] = lambda *blocks, shown=shown: shown.extend(blocks)
        *lines, last = ast.parse(cell.source).body
        value = isinstance(last, ast.Expr)
        exec(
            compile(
                ast.Module([*lines, *([] if value else [last])], []), notebook, "exec"
            ),
            space,
        )
        if (
            value
            and (
                result := eval(
                    compile(ast.Expression(last.value), notebook, "eval"), space
                )
            )
            is not None
        ):
            shown.append(result)
        if "parameters" in cell.metadata.get("tags", []):
            space |= parameters
        cell.outputs = [
            nbformat.v4.new_output("display_data", data=each._repr_mimebundle_())
            for each in shown
        ]
    return book


def with_sections(document, change):
    """The document with `change(section)` in the place of each section."""
    rows = tuple(
        replace(
            row,
            columns=tuple(
                replace(column, sections=tuple(map(change, column.sections)))
                for column in row.columns
            ),
        )
        for row in document.rows
    )
    return replace(document, rows=rows)


def with_blocks(document, change):
    """The document with `change(block)` in the place of each block."""

    def changed(section):
        return replace(section, blocks=tuple(map(change, section.blocks)))

    return with_sections(document, changed)


def page_set(notebook, **parameters):
    """The composed document and the PDF of a notebook."""
    book = executed(notebook, **parameters)
    pdf, _ = BriefingPDFExporter().from_notebook_node(book)
    return compose(book), pdf


def lines(pdf):
    """Per page, its pieces of text as (left, bottom, right, top, words), in mm from the upper left corner."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            height, text = page.get_height(), page.get_textpage()
            found = []
            for number in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(number)
                words = text.get_text_bounded(left, bottom, right, top).strip()
                if words:
                    found.append(
                        (
                            left / MM,
                            (height - bottom) / MM,
                            right / MM,
                            (height - top) / MM,
                            words,
                        )
                    )
            pages.append(found)
    return pages


def invented(folder, many, name="Arvenia", length=0):
    """A data folder in which `many` events of every form of date move or hold the tie of one partner.

    `length`: characters of a summary, of which a line of the chronology holds 170 and the contract 220; 0: a short one.
    """
    shutil.copytree(
        ROOT / "tests" / "fixtures" / "tiny",
        folder,
        ignore=shutil.ignore_patterns("documents"),
    )
    for name_of_file in ("datapackage.json", "event_types.csv"):
        shutil.copy(ROOT / "data" / name_of_file, folder)
    for table in ("relations", "judgements"):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    partners = (folder / "partners.csv").read_text()
    (folder / "partners.csv").write_text(
        partners.replace("XAR,Arvenia,", f"XAR,{name},")
    )
    sources = (folder / "sources.csv").read_text()  # both after the last of the dates
    (folder / "sources.csv").write_text(sources.replace("2024-05-10", "2025-03-20"))
    ways = {"SECURITY_ABSTAIN": ("abandonment", "military", -1), "PACT_LOOSEN": ("defection", "diplomatic", -1),
            "THIRD_PARTY_ALIGN": ("realignment", "economic", -1), "SECURITY_AID": ("deepening", "military", 1),
            "TRADE_DEEPEN": ("deepening", "economic", 0)}  # fmt: skip
    events, claims, starts = [], [], {"S1": 0, "S2": 0}
    for number, kind, date in zip(
        range(1, many + 1), cycle(TYPES), cycle(DATES), strict=False
    ):
        channel, dimension, direction = ways[kind]
        third = "XBE" if channel == "realignment" else ""
        summary = f"Of the many matters between the two, number {number} is told at some length."
        headline = f"Matter {number} told at some length"
        if length:
            summary = f"{summary[:-1]} and at more{' and more' * 30}"
            summary = f"{summary[: length - 1].rstrip()}."
            headline = f"{headline}, and at more and more"[:40].rstrip()
        events.append(
            [
                f"E{number}",
                "XAR",
                third,
                "",
                kind,
                channel,
                dimension,
                direction,
                2,
                date,
                headline,
                summary,
            ]
        )
        for source in ("S1", "S2")[: 1 + number % 2]:
            starts[source] += 40
            place = [starts[source], starts[source] + 30, "0" * 64]
            claims.append([f"C{len(claims) + 1}", source, *place, f"E{number}", summary, "reported", "", "source", "", date,
                           "stated" if date else "undated", "", "", "", ""])  # fmt: skip
    (folder / "doubts.csv").unlink()
    for table, rows in (("events", events), ("claims", claims)):
        path = folder / f"{table}.csv"
        header = path.read_text().splitlines()[0]
        with path.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header.split(","), *rows])
    return folder
