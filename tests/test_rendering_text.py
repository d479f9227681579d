"""Whatever the data says, a briefing prints it as it stands, or something harmless in its place."""

from __future__ import annotations

import re

import nbformat.v4 as v4
import pypdfium2
import pytest
from rendering_fixtures import sample
from rendering_fixtures.reading import export, words
from rendering_fixtures.sample import block, figure, section

from briefmill.blocks import Group, row, table
from briefmill.texts import marks, text

HOSTILE = [
    '#import "x.typ": *',
    "#panic()",
    "$x^2$",
    "_x_ *y* `z`",
    "@a <b>bold</b> <label>",
    r"C:\new\table \u{41} \\",
    "[link](http://x.example) ![i](j)",
    "// not a comment /* nor this */",
    "= Title - item + item 1. item",
    "-- --- ... ~ ' \" ''",
    "{{ braces }} ${a} %s %(b)s",
    "Հայաստան",
    "ایران",
    "საქართველო",
    "Приднестровье",
]


def all_over(said):
    """One notebook that says `said` wherever a briefing prints text."""
    runs = [text(said), text(said, "strong"), text(said, "emph"), text(said, "small")]
    arrow = {"arrow": "away", "shape": "falling", "tone": "down"}
    table = block("contested", title=said, note=runs)
    table["columns"] = [{"label": said}, {"label": said, "style": "prose"}]
    row = {"anchor": "1", "cells": ["", runs]}
    table["groups"] = [{"label": said, "rows": [row]}]
    steps = [{"when": said, "arrow": arrow, "runs": runs, "who": runs}]
    trigger = {"arrow": arrow, "act": said, "meaning": runs}
    blocks = [
        block("masthead", title=said, kicker=said, aside=said, facts=[[said, said]], footer=said, short=said,
              document_title=said, description=said, keywords=[said]),
        block("judgement", word=said, note=said, headline=runs, paragraphs=[runs]),
        block("chronology", groups=[{"label": said, "steps": steps}], key=[{"arrow": arrow, "words": said}]),
        block("triggers", columns=[{"label": said, "triggers": [trigger]}]),
        block("strip", cells=[{"label": said, "runs": runs, "arrows": [arrow]}]),
        {"kind": "key_figures", "items": [{"label": said, "value": said, "note": said}]},
        table,
        *({"kind": "prose", "style": style, "items": [{"label": said, "runs": runs}], "note": runs}
          for style in ("plain", "bullets", "thirds", "boxes", "small")),
        block("references", items=[{"anchor": "2", "words": said, "origin": said}]),
        sample.note(said, "1", "2"),
        {"kind": "attachments", "files": [{"name": "a/b.csv", "mime": "text/csv", "description": said,
                                           "relationship": "data", "text": said}]},
    ]  # fmt: skip
    return [
        *section("H", *blocks, tags=["side"]),
        v4.new_code_cell("", outputs=[v4.new_output("stream", text=said)]),
    ]


#: How often `all_over` has it printed on one page, but for a word that is copied in two across columns.
TIMES = 98


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_text_prints_as_it_stands(said):
    printed = as_typed("".join(words(export(*all_over(said)))))
    assert printed.count(as_typed(said)) >= TIMES or right_to_left(said)


def as_typed(words):
    """Words as they were typed: without the spaces, places to break and quotation marks of print, capitals aside."""
    for printed, typed in (("“", '"'), ("”", '"'), ("’", "'")):
        words = words.replace(printed, typed)
    return re.sub(r"[\s\u200b]", "", words).casefold()


def right_to_left(said):
    """Extraction gives such text in visual order; that it compiled is what counts."""
    return said == "ایران"


@pytest.mark.parametrize(
    "said",
    [
        "bell\x07 null\x00 escape\x1b[31m",
        "override\u202e mark\u200f joiner\u2060 byte order\ufeff soft\u00adhyphen",
        "private \ue000 none \ufffe \uffff lone \ud800",
        "😀 👩‍👩‍👧 中文 한국어 𓀀 🇦🇲",
        "a\u20dd \u0301 e\u0301\u0302\u0303\u0304 ی‌ن",
        "tab\there\r\nand\rthere\u2028x",
        "",
        " ",
    ],
    ids=[
        "controls",
        "bidi",
        "private",
        "faceless",
        "combining",
        "breaks",
        "empty",
        "blank",
    ],
)
def test_odd_characters_never_fail_a_briefing(said):
    printed = "".join(words(export(*all_over(said))))
    assert not re.search("[\x00\x07\x1b\u202e\u200f]", printed)


@pytest.mark.slow
def test_an_endless_word_stays_on_the_page():
    endless = "Z" * 10_000
    table = block(
        "evidence",
        groups=[{"rows": [{"anchor": "1", "cells": ["1", "", "", endless, ""]}]}],
    )
    stream = v4.new_code_cell("", outputs=[v4.new_output("stream", text=endless)])
    pdf = export(*section("A", table, sample.note(endless)), stream)
    assert "".join(words(pdf)).count("Z") == 3 * 10_000
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            edges = [
                found.get_bounds()
                for found in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
            ]
            assert all(
                left > 44.5 and bottom > 20 and right < 551
                for left, bottom, right, _ in edges
            )


def test_a_character_without_a_face_can_still_be_copied():
    assert "中文" in words(export(v4.new_markdown_cell("# T\n\n中文")))[0]


@pytest.mark.parametrize(
    "said", ["中文 😀", "Հայ ایران", "\ue000", "x\u20dd Тра́к", "हिन्दी", "👩‍👩‍👧 ❤️ 1️⃣"]
)
def test_odd_live_text_in_a_drawing_does_not_fail(said):
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text y="9">{said} ok</text></svg>'
    assert "ok" in words(export(*section("A", figure(svg=drawing))))[0]


def test_marks_stay_with_the_word_before_them():
    said = "word " * 18 + "ends!"
    items = [
        {"label": "", "runs": [text(said[cut:]), marks(["1", "4"])]}
        for cut in range(12)
    ]
    narrow = {"kind": "prose", "style": "boxes", "items": items[:3]}
    others = {"kind": "prose", "style": "thirds", "items": items}
    printed = words(export(*section("A", narrow, others)))[0]
    assert len(re.findall(r"ends! ?1 4\b", printed)) == 15


@pytest.mark.parametrize("grouped", [True, False], ids=["groups", "rows"])
def test_a_table_holds_every_row_it_is_given(grouped):
    rows = [row("first"), row("second")]
    given = [Group((entry,), "label") for entry in rows] if grouped else rows
    made = table(None, [("Name", "1fr")], given)
    assert [entry for group in made.groups for entry in group.rows] == rows


@pytest.mark.parametrize("last", [row("alone"), ("not", "a row")], ids=["row", "tuple"])
def test_a_table_refuses_what_it_would_lose(last):
    with pytest.raises(ValueError, match="not both"):
        table(None, [("Name", "1fr")], [Group((row("kept"),)), last])


def test_a_table_refuses_what_is_no_row():
    with pytest.raises(TypeError):
        table(None, [("Name", "1fr")], [("not", "a row")])
