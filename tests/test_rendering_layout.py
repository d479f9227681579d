"""How a notebook becomes sections, rows and pages."""

from __future__ import annotations

import io
import re
from copy import deepcopy

import nbformat.v4 as v4
import pikepdf
import pytest
from rendering_fixtures import sample
from rendering_fixtures.reading import elements, export, links, png, tags, words
from rendering_fixtures.sample import block, heading, section, shown
from setting import lines

from briefmill.blocks import BLOCK_MIME
from briefmill.render.composition import compose
from briefmill.render.html import compile_html
from briefmill.render.marks import spans
from briefmill.render.typst import compile_pdf


def headings(document):
    return [
        [section.heading for column in row.columns for section in column.sections]
        for row in document.rows
    ]


def widths(document):
    return [[round(column.width, 1) for column in row.columns] for row in document.rows]


def test_composing_leaves_the_notebook_alone():
    notebook = sample.briefing()
    before = deepcopy(notebook)
    compose(notebook)
    assert notebook == before


NOTHING = {"kind": "none", "reason": "nothing to show"}


def test_a_heading_with_nothing_left_is_dropped_with_its_page_break():
    document = compose(
        v4.new_notebook(
            cells=[
                *section("Kept", "changed"),
                *section("Gone", NOTHING, tags=["newpage"]),
                heading("Bare"),
                v4.new_markdown_cell("### Alone\n\n#### Deeper"),
                *section("Last", "gaps"),
            ]
        )
    )
    assert headings(document) == [["What changed"], ["Not known"]]
    assert not any(row.fresh for row in document.rows)


def test_an_inner_heading_with_text_is_kept_and_skips_no_level():
    document = compose(
        v4.new_notebook(
            cells=[v4.new_markdown_cell("# T\n\n## A\n\n##### Deep\n\ntext\n\n### B")]
        )
    )
    inner = document.rows[0].columns[0].sections[0].blocks
    assert [(block.kind, getattr(block, "level", None)) for block in inner] == [
        ("heading", 3),
        ("paragraph", None),
    ]


def laid_out(*parts):
    """The document of sections given as (tags, kept)."""
    cells = [
        section(
            f"S{number}",
            block("gaps", title="") if kept else NOTHING,
            tags=tagged.split(),
        )
        for number, (tagged, kept) in enumerate(parts)
    ]
    return compose(v4.new_notebook(cells=[cell for pair in cells for cell in pair]))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("half", 1), ("half", 1)], [[86.5, 86.5]]),
        ([("half", 1), ("half", 0)], [[178]]),
        ([("half", 1), ("half", 0), ("half", 1), ("half", 1)], [[86.5, 86.5]]),
        ([("third", 1)] * 3, [[56, 56, 56]]),
        ([("third", 1), ("third", 0), ("third", 1)], [[86.5, 86.5]]),
        ([("third", 0), ("third", 0), ("third", 1)], [[178]]),
        ([("wide", 1), ("narrow", 1), ("narrow", 1)], [[112, 60]]),
        ([("wide", 1), ("narrow", 0)], [[178]]),
        ([("wide", 0), ("narrow", 1), ("narrow", 1)], [[86.5, 86.5]]),
        ([("narrow", 1)], [[178]]),
        ([("half", 1), ("third", 1)], [[178], [178]]),
        ([("half", 1), ("half newpage", 1)], [[178], [178]]),
        ([("", 1), ("half", 0), ("half", 0), ("", 1)], [[178], [178]]),
    ],
)
def test_rows_pack_and_widen(parts, expected):
    assert widths(laid_out(*parts)) == expected


def test_narrow_sections_stack_beside_the_wide_one():
    columns = laid_out(("wide", 1), ("narrow", 1), ("narrow", 1)).rows[0].columns
    assert [[section.heading for section in column.sections] for column in columns] == [
        ["S0"],
        ["S1", "S2"],
    ]


def test_an_annex_starts_a_new_page_and_says_so():
    pages = words(
        export(*section("A", "changed"), *section("Rows", "gaps", tags=["annex"]))
    )
    assert len(pages) == 2
    assert "Annex: Not known" in pages[1]


def test_a_long_annex_repeats_its_head_and_keeps_rows_whole():
    table = block("evidence")
    rows = table["groups"][0]["rows"]
    long = [row | {"anchor": f"{n}"} for n, row in enumerate(rows * 30, start=1)]
    pages = words(
        export(
            *section(
                "A", table | {"groups": [{"label": "", "rows": long}]}, tags=["annex"]
            )
        )
    )
    assert len(pages) > 2
    assert all("What happened" in page for page in pages[1:])


@pytest.mark.parametrize(
    ("refs", "drawn"),
    [
        (["1", "2"], ["1", "2"]),
        (["1", "2", "3"], ["1–3"]),
        (["1", "3", "4", "5", "8", "14"], ["1", "3–5", "8", "14"]),
        (["9", "10", "11", "21"], ["9–11", "21"]),
        (["A1", "A2", "A3", "B4"], ["A1–A3", "B4"]),
    ],
)
def test_spans_of_marks(refs, drawn):
    targets = frozenset(refs)
    assert [span.words for span in spans(refs, targets)] == drawn
    assert spans(refs, targets)[0].target == refs[0]


def test_a_mark_of_five_digits_does_not_run_into_what_it_leads_to():
    items = [
        {"anchor": mark, "words": f"Matter{mark}", "origin": "E1", "always": True}
        for mark in ("1", "20738")
    ]
    document = compose(
        v4.new_notebook(
            cells=section("Numbers", {"kind": "references", "items": items})
        )
    )
    found = [line for page in lines(compile_pdf(document)) for line in page]
    (mark,) = [line for line in found if line[-1] == "20738"]
    (words,) = [line for line in found if line[-1].startswith("Matter20738")]
    assert mark[2] < words[0]


def test_a_mark_without_a_row_is_printed_and_reported_in_number_order():
    document = compose(
        v4.new_notebook(cells=section("A", sample.note("Said once.", "10", "9", "2")))
    )
    assert document.unresolved == ("2", "9", "10")
    assert "Said once.2 9 10" in " ".join(words(compile_pdf(document))[0].split())


@pytest.mark.parametrize(
    "blocks",
    [
        ("evidence", "evidence"),
        ("references", "references"),
        ("references", "evidence"),
        ("evidence", "references"),
    ],
)
def test_two_rows_of_one_name_do_not_fail_and_marks_lead_to_the_first(blocks):
    cells = section("A", *blocks, sample.note("x", "1"))
    document = compose(v4.new_notebook(cells=cells))
    with pikepdf.open(io.BytesIO(compile_pdf(document))) as opened:
        assert len(links(opened)) == 1
    assert compile_html(document).count(' id="1"') == 1


def test_a_list_of_references_without_one_that_is_needed_leaves_no_trace():
    document = compose(
        v4.new_notebook(
            cells=[*section("Said", sample.note("x")), *section("Rows", "references")]
        )
    )
    assert headings(document) == [["Said"]]


# Where sections hang, and what stands in them


def places(pdf, *wanted):
    """Where each of some words begin on the first page: mm from the left and from the top."""
    found = {line: (left, low) for left, low, *_, line in lines(pdf)[0]}
    return [found[each] for each in wanted]


def test_the_heading_of_a_side_section_hangs_at_the_left_of_its_text():
    note = sample.note("Said here.")
    beside = export(*section("Hung", note, tags=["side"]))
    (across, down), (text_across, text_down) = places(beside, "Hung", "Said here.")
    assert across == pytest.approx(16, abs=0.5)
    assert text_across == pytest.approx(16 + 27 + 3.5, abs=0.5)
    assert abs(down - text_down) < 2
    over = export(*section("Over", note))
    (across, down), (text_across, text_down) = places(over, "Over", "Said here.")
    assert across == pytest.approx(text_across, abs=0.5)
    assert text_down > down + 2


def test_the_key_of_a_chronology_hangs_under_its_heading():
    pdf = export(*section("What happened", "chronology", tags=["side"]))
    heading, key, line = places(
        pdf, "What happened", "too doubtful to count", "since 2023"
    )
    assert 16 < key[0] < 27 and key[1] > heading[1]
    assert line[0] == pytest.approx(16 + 27 + 3.5, abs=0.5)


def test_boxes_stand_side_by_side_and_thirds_in_three_columns():
    pdf = export(*section("Two", "thin_readings", tags=["side"]))
    found = [
        (left, low)
        for left, low, *_, line in lines(pdf)[0]
        if line.startswith(("Loosening", "Tightening"))
    ]
    (left, first_low), (right, second_low) = found
    assert right > left + 60 and abs(first_low - second_low) < 0.5
    pdf = export(*section("Others", "thirds"))
    names = ("Smaland.", "Cravonia.", "Dravonia.", "Norland.")
    found = [
        next((left, low) for left, low, *_, line in lines(pdf)[0] if name in line)
        for name in names
    ]
    # Two of four stand in the first column, the others in the second.
    assert found[0][0] == pytest.approx(found[1][0], abs=0.5)
    assert found[2][0] == pytest.approx(found[0][0] + 61, abs=1)
    assert found[2][1] == pytest.approx(found[0][1], abs=0.5)


def test_triggers_stand_in_a_column_for_each_way():
    pdf = export(*section("What next", "triggers", tags=["side"]))
    away, closer = places(pdf, "Away if", "Closer if")
    assert closer[0] > away[0] + 60
    assert closer[1] == pytest.approx(away[1], abs=1)


def test_a_trigger_that_leads_neither_way_has_no_sign_and_lines_up_with_the_others():
    arrow = {"arrow": "closer", "shape": "rising", "tone": "up"}
    triggers = [
        {"arrow": arrow, "act": "Ships call again:", "meaning": " help is back."},
        {"arrow": None, "act": "A second source:", "meaning": " It is stated."},
    ]
    watched = block("triggers", columns=[{"label": "If", "triggers": triggers}])
    cells = section("What next", watched, tags=["side"])
    signed, bare = places(
        export(*cells),
        "Ships call again:",
        "A second source:",
    )
    assert bare[0] == pytest.approx(signed[0], abs=0.5)
    html = compile_html(compose(v4.new_notebook(cells=cells)))
    first, second = re.findall(r"<li>(.*?)</li>", html, re.DOTALL)
    assert "<svg" in first and "Ships call again:" in first
    assert second == "<span><b>A second source:</b> It is stated.</span>"


FOREIGN = """# Somebody else’s **work**

Before & after, `code`, a [link](https://example.org), $\\alpha$ and <b>tags</b>.

- one
  - inner
- two

> ## quoted

| a | b |
|---|--:|
| 1 | 2 |

```python
for i in x:
    pass
```
"""


def foreign():
    outputs = [
        v4.new_output("stream", text="\x1b[31mloud\x1b[0m stream"),
        v4.new_output(
            "display_data",
            {"image/png": png(), "text/plain": "<Figure>"},
            metadata={"alt": "Red"},
        ),
        v4.new_output(
            "display_data",
            {"image/png": png(40, 9000)},
            metadata={"image/png": {"alt": "Tall"}},
        ),
        v4.new_output(
            "display_data", {"image/svg+xml": "<svg>", "text/plain": "a broken drawing"}
        ),
        v4.new_output(
            "display_data", {"text/html": "<table></table>", "text/plain": "   a\n0  1"}
        ),
        v4.new_output("display_data", {"text/markdown": "**shown** markdown"}),
        v4.new_output("error", ename="KeyError", evalue="'gone'", traceback=["…"]),
    ]
    attached = v4.new_markdown_cell(
        "![Blue](attachment:b.png)", attachments={"b.png": {"image/png": png()}}
    )
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell(FOREIGN),
            v4.new_code_cell("secret()", outputs=outputs),
            attached,
        ]
    )


def test_a_foreign_notebook_comes_out_decently():
    pdf = compile_pdf(compose(foreign()))
    printed = "\n".join(words(pdf))
    for said in ("Somebody else’s work", "<b>tags</b>", "$\\alpha$", "inner", "quoted", "for i in x:",
                 "loud stream", "a broken drawing", "shown markdown", "KeyError", "'gone'"):  # fmt: skip
        assert said in printed
    assert "secret()" not in printed
    assert "[31m" not in printed
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        alts = [
            str(e.Alt)
            for e in elements(opened.Root.StructTreeRoot)
            if "/Alt" in e and str(e.S) == "/Figure"
        ]
        assert alts == ["Red", "Tall", "Blue"]
        assert "/H3" not in tags(opened)


def test_an_empty_notebook_is_a_title_page():
    assert "Untitled" in words(compile_pdf(compose(v4.new_notebook())))[0]
    assert (
        "the_file" in words(compile_pdf(compose(v4.new_notebook(), name="the_file")))[0]
    )


def test_blocks_are_read_from_our_mime_type_only():
    cell = shown("changed")
    cell.outputs[0].data["text/markdown"] = "not this"
    assert BLOCK_MIME in cell.outputs[0].data
    assert "not this" not in words(export(cell))[0]


def screen_notebook(tag="screen"):
    """A page whose long table stands on screen only, and a sentence that leads into it."""
    return v4.new_notebook(
        cells=[
            *section("Said", sample.note("Said once.", "1")),
            *section("Rows", "evidence", tags=[tag]),
            *section("After", "gaps"),
        ]
    )


def test_a_section_for_the_screen_is_left_out_of_the_pdf_and_named_there():
    document = compose(screen_notebook())
    rows = block("evidence")["title"] or "Rows"
    assert "1" in document.targets and not document.unresolved
    assert 'href="#1"' in compile_html(document)
    printed = " ".join(" ".join(words(compile_pdf(document))).split())
    assert f"More in the HTML edition: {rows}." in printed
    assert printed.count(rows) == 1
    assert "Said once.1" in printed
    assert document.paper.files == document.files
    assert not document.paper.targets


def test_a_row_that_stands_in_print_too_is_led_to_in_either():
    notebook = screen_notebook()
    notebook.cells += section("Again", "evidence")
    document = compose(notebook)
    assert "1" in document.targets and "1" in document.paper.targets
    compile_pdf(document)


def test_a_section_for_the_screen_may_name_the_attached_file_that_holds_it():
    with pytest.raises(
        ValueError, match=r"no attached file 'rows\.csv'.*sentences\.csv"
    ):
        compose(screen_notebook("screen:rows.csv"))
    printed = " ".join(
        words(compile_pdf(compose(screen_notebook("screen:sentences.csv"))))
    )
    assert (
        "More in the HTML edition: Every event (also sentences.csv, attached)."
        in " ".join(printed.split())
    )


def test_a_page_without_such_a_section_is_printed_as_it_is():
    assert compose(sample.briefing()).paper is None
