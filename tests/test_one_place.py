"""A new block made of others, a new format, a new direction word: each touches one place."""

import json
import shutil
from dataclasses import dataclass

import nbformat.v4 as v4
import pytest
import shared
from conftest import ROOT
from rendering_fixtures.reading import words
from setting import executed

from briefmill import theme
from briefmill.blocks import BLOCK_MIME, Block, Figure, Paragraph, Quote, row, table
from briefmill.render.composition import compose
from briefmill.render.html import HtmlRenderer, compile_html
from briefmill.render.renderer import Renderer
from briefmill.render.typst import compile_pdf
from briefmill.texts import Arrow, Words, plain

# A new kind of block


@dataclass(frozen=True, kw_only=True)
class Warning_(Block, kind="warning"):
    """A kind that no renderer has heard of; it names the blocks it is made of."""

    words: str

    def simpler(self):
        return (Quote(blocks=(Paragraph(runs=(Words(self.words, "strong"),)),)),)


def test_a_new_kind_of_block_is_one_class():
    block = Warning_(words="Mind the <tide>.")
    output = v4.new_output("display_data", {BLOCK_MIME: block.as_json()})
    cell = v4.new_code_cell("warning", outputs=[output])
    document = compose(v4.new_notebook(cells=[v4.new_markdown_cell("# T"), cell]))
    assert "Mind the <tide>." in words(compile_pdf(document))[0]
    assert "<strong>Mind the &lt;tide&gt;.</strong>" in compile_html(document)
    assert "<blockquote>" in HtmlRenderer(frozenset()).block(block)


def test_a_new_kind_keeps_its_title_its_role_and_what_it_records():
    block = Warning_(words="Mind it.", title="Tides", role="tides", record={"high": 3})
    output = v4.new_output("display_data", {BLOCK_MIME: block.as_json()})
    cell = v4.new_code_cell("warning", outputs=[output])
    document = compose(v4.new_notebook(cells=[v4.new_markdown_cell("# T"), cell]))
    (kept,) = [block for block in document.blocks() if block.role == "tides"]
    assert kept.title == "Tides"
    assert document.record["high"] == 3


def test_a_row_with_a_cell_too_few_is_refused_and_not_shifted():
    block = table(None, [("A", "1fr"), ("B", "1fr")], [row("only one")])
    output = v4.new_output("display_data", {BLOCK_MIME: block.as_json()})
    cell = v4.new_code_cell("table", outputs=[output])
    with pytest.raises(ValueError, match="1 cells for 2 columns: 'only one'"):
        compose(v4.new_notebook(cells=[v4.new_markdown_cell("# T"), cell]))


def test_a_kind_that_names_no_simpler_blocks_is_refused():
    @dataclass(frozen=True, kw_only=True)
    class Mute(Block, kind="mute"):
        """Neither a renderer's nor made of others."""

    with pytest.raises(NotImplementedError, match="mute"):
        HtmlRenderer(frozenset()).block(Mute())


# A new format


class PlainText(Renderer[str]):
    """Blocks as plain text: one method a kind, and nothing registered anywhere else."""

    def masthead(self, block):
        return block.title.upper()

    def bottom_line(self, block):
        return f"{block.word}: {plain(block.judgement)}"

    def judgement(self, block):
        texts = [block.headline, *block.paragraphs]
        return "\n".join([block.word, *map(plain, texts)])

    def chronology(self, block):
        steps = [step for group in block.groups for step in group.steps]
        return "\n".join(f"{step.when}: {plain(step.runs)}" for step in steps)

    def triggers(self, block):
        return "\n".join(
            f"{column.label} {trigger.act}"
            for column in block.columns
            for trigger in column.triggers
        )

    def strip(self, block):
        return "\n".join(f"{cell.label}: {plain(cell.runs)}" for cell in block.cells)

    def references(self, block):
        return "\n".join(f"{item.anchor} {item.words}" for item in block.items)

    def key_figures(self, block):
        return "; ".join(f"{item.label} {item.value}" for item in block.items)

    def figure(self, block):
        return f"[{block.alt}]"

    def table(self, block):
        rows = [row for group in block.groups for row in group.rows]
        return "\n".join(" | ".join(map(plain, row.cells)) for row in rows)

    def prose(self, block):
        return "\n".join(plain(item.runs) for item in block.items)

    def heading(self, block):
        return block.title

    def paragraph(self, block):
        return plain(block.runs)

    def several(self, block):
        return "\n".join(self.each(block.blocks))

    def list(self, block):
        return "\n".join("- " + "\n".join(self.each(item)) for item in block.items)

    def quote(self, block):
        return "\n".join(f"> {line}" for line in self.each(block.blocks))

    def code(self, block):
        return block.text

    def rule(self, block):
        return "----"

    def problem(self, block):
        return f"{block.name}: {block.text}"


def test_a_new_format_is_one_class():
    document = shared.country("ARM")
    text = "\n".join(PlainText().each(document.blocks()))
    for name in ("word", "headline", "judgement"):
        assert document.record[name] in text
    assert "\n2023: " in text
    assert "\nCloser if " in text
    assert "\nConfidence in this reading: " in text
    (figure,) = [each for each in document.blocks() if isinstance(each, Figure)]
    assert f"[{figure.alt}]" in text
    assert PlainText().block(document.masthead) == "ARMENIA"


def test_a_format_that_lacks_a_kind_cannot_be_made():
    class Half(Renderer[str]):
        """Knows mastheads only."""

        def masthead(self, block):
            return block.title

    with pytest.raises(TypeError, match="judgement"):
        Half()


# A new direction word


def estranged(tmp_path):
    """A data folder with a word of its own for ties in which nearly every event leads away."""
    shutil.copytree(
        ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("documents")
    )
    path = tmp_path / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    word = {
        "key": "estranged",
        "word": "wholly estranged",
        "shape": "falling",
        "tone": "ink",
        "way": "away",
        "max_balance": -0.8,
        "meaning": "Nine events in ten that move the tie lead away.",
    }
    package["allywatch"]["direction_words"].insert(2, word)
    path.write_text(json.dumps(package), encoding="utf-8")
    return tmp_path / "data"


def test_a_new_direction_word_is_a_row_of_the_data_folder(tmp_path):
    data_dir = str(estranged(tmp_path))
    document = compose(executed("country_briefing", partner="ARM", data_dir=data_dir))
    assert document.record["direction"] == "estranged"
    assert document.record["word"] == "Wholly estranged"
    pdf = compile_pdf(document)
    assert "Wholly estranged" in " ".join(words(pdf)[0].split())
    assert '<span class="arrow estranged"' in compile_html(document)


@pytest.mark.slow
def test_the_overview_and_the_index_know_the_new_word_too(tmp_path):
    overview = compose(executed("overview_briefing", data_dir=str(estranged(tmp_path))))
    text = " ".join(" ".join(words(compile_pdf(overview))).split())
    assert "wholly estranged" in text


def test_an_arrow_is_coloured_by_its_tone_whatever_its_key():
    shown = HtmlRenderer(frozenset()).arrow(Arrow("turned", "both", "up"))
    assert 'class="arrow turned closer"' in shown
    other_key = HtmlRenderer(frozenset()).arrow(Arrow("closer", "both", "up"))
    assert shown.partition("<svg")[2] == other_key.partition("<svg")[2]
    other_shape = HtmlRenderer(frozenset()).arrow(Arrow("turned", "rising", "up"))
    assert shown.partition("<svg")[2] != other_shape.partition("<svg")[2]


def test_every_figure_of_a_briefing_is_drawn_in_the_colours_of_the_theme():
    document = shared.country("ARM")
    figures = [block for block in document.blocks() if isinstance(block, Figure)]
    assert figures
    drawn = " ".join(figure.picture.text for figure in figures).upper()
    assert theme.TONES["down"].fill in drawn
