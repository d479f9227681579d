"""A cell of one's own: plain pandas and seaborn in a copy of a shipped notebook, with no more to write than the plot."""

import io
import json

import nbformat
import nbformat.v4 as v4
import pikepdf
import pytest
from conftest import ROOT
from rendering_fixtures.reading import elements, words

from allywatch.briefings import plan
from briefmill import build
from briefmill.blocks import Figure, Table
from briefmill.render.composition import compose

#: The two lines, as an analyst would write them.
PLOT = """\
year = dossier.events["counted"].dt.year
dossier.events.groupby([year, "dimension"]).size().unstack().plot.bar(title="Events <by> year")
"""
EMPTY = """\
later = dossier.events[dossier.events["counted"].dt.year > 2090]
later.groupby([later["counted"].dt.year, "dimension"]).size().unstack().plot.bar()
"""
FRAME = 'dossier.events[["headline", "intensity"]].head(3)'
SEABORN = """\
import seaborn as sns
sns.scatterplot(dossier.events, x="counted", y="intensity")
"""
EXHIBIT = """\
from allywatch.page import exhibit
axes = dossier.events["intensity"].plot.hist()
exhibit(axes, title="How strong", alt="Bars of intensity.", source="Source: the events.")
"""
FAILING = "dossier.no_such_thing"


def heading(words, *tags):
    return v4.new_markdown_cell(f"## {words}", metadata={"tags": list(tags)})


def notebook(folder, *cells):
    """A copy of the country briefing with `cells` before its contested points."""
    book = nbformat.read(ROOT / "notebooks" / "country_briefing.ipynb", as_version=4)
    places = [
        n
        for n, c in enumerate(book.cells)
        if c.source.startswith("## Where accounts differ")
    ]
    book.cells[places[0] : places[0]] = cells
    folder.mkdir()
    nbformat.write(book, folder / "country_briefing.ipynb")
    return folder


def made(folder, partners, engine="fork"):
    """The PDF of each partner, and the edition."""
    edition = build(
        plan(ROOT / "data", folder, partners), folder.parent / engine, engine=engine
    )
    latest = edition.folder
    pdfs = {
        partner: (latest / f"country_briefing_{partner}.pdf").read_bytes()
        for partner in partners
        if (latest / f"country_briefing_{partner}.pdf").is_file()
    }
    return pdfs, edition


def alternatives(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            str(element.Alt)
            for element in elements(opened.Root.StructTreeRoot)
            if "/Alt" in element
        ]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Armenia, with much to draw, and Turkey and Serbia, with next to nothing."""
    cells = [
        heading("By year"),
        v4.new_code_cell(PLOT),
        heading("To come"),
        v4.new_code_cell(EMPTY),
        heading("Half of it", "half"),
        v4.new_code_cell(PLOT),
        heading("The rows", "half"),
        v4.new_code_cell(FRAME),
        heading("For Armenia", "if:partner=ARM"),
        v4.new_code_cell(SEABORN),
        heading("With words"),
        v4.new_code_cell(EXHIBIT),
    ]
    folder = notebook(tmp_path_factory.mktemp("own") / "notebooks", *cells)
    return made(folder, ["ARM", "TUR", "SRB"])


def test_two_lines_of_pandas_are_a_figure_with_words_for_who_cannot_see_it(own):
    pdfs, edition = own
    assert edition.failed == []
    (alt, *_) = [alt for alt in alternatives(pdfs["ARM"]) if "Events <by> year" in alt]
    assert (
        "from 2020" in alt.replace(".0", "") and "Series: diplomatic, military" in alt
    )
    assert alt.endswith("Description built from the chart.")
    printed = " ".join(words(pdfs["ARM"]))
    assert "<Axes" not in printed and "By year" in printed


def test_a_frame_is_a_table_with_a_header(own):
    pdfs, _ = own
    printed = " ".join(" ".join(words(pdfs["ARM"])).split())
    assert "headline" in printed and "intensity" in printed
    assert "Limited response in the 2020" in printed


def test_where_there_is_nothing_to_draw_the_page_says_so(own):
    pdfs, _ = own
    for pdf in pdfs.values():
        assert "the chart has no data" in " ".join(" ".join(words(pdf)).split())


def test_a_section_for_one_partner_is_on_that_page_alone(own):
    pdfs, _ = own
    assert "For Armenia" in " ".join(words(pdfs["ARM"]))
    assert "For Armenia" not in " ".join(words(pdfs["TUR"]))


def test_exhibit_takes_a_title_an_alternative_and_a_source(own):
    pdfs, _ = own
    printed = " ".join(words(pdfs["ARM"]))
    assert "How strong" in printed and "Source: the events." in printed
    assert alternatives(pdfs["ARM"]).count("Bars of intensity.") == 1


def test_a_figure_is_drawn_for_the_width_of_its_section(own):
    _, edition = own
    executed = edition.folder.parent  # the notebooks themselves are not published
    assert executed.is_dir()
    block = Figure.read(
        {
            "kind": "figure",
            "picture": {"text": "<svg xmlns='http://www.w3.org/2000/svg'/>"},
            "alt": "x",
            "width_mm": 178,
            "drawings": [
                {
                    "width_mm": width,
                    "picture": {
                        "text": f"<svg xmlns='http://www.w3.org/2000/svg' id='w{width}'/>"
                    },
                }
                for width in (178, 112, 86.5, 56)
            ],
        }
    )
    cells = []
    for number, tag in enumerate(("", "half", "half", "third", "third", "third")):
        cells.append(heading(f"S{number}", *([tag] if tag else [])))
        output = v4.new_output("display_data", block._repr_mimebundle_())
        cells.append(v4.new_code_cell("x", outputs=[output]))
    shown = list(compose(v4.new_notebook(cells=cells)).blocks())
    assert [each.width_mm for each in shown] == [178, 86.5, 86.5, 56, 56, 56]
    assert "w56" in shown[-1].picture.text


@pytest.mark.slow
def test_both_engines_set_it_alike(tmp_path):
    folder = notebook(
        tmp_path / "notebooks", heading("By year"), v4.new_code_cell(PLOT)
    )
    forked, _ = made(folder, ["CUB"], "fork")
    kernel, _ = made(folder, ["CUB"], "kernel")
    assert forked["CUB"] == kernel["CUB"]


@pytest.mark.slow
def test_a_cell_that_is_wrong_still_fails_its_briefing(tmp_path):
    folder = notebook(
        tmp_path / "notebooks", heading("Wrong"), v4.new_code_cell(FAILING)
    )
    pdfs, edition = made(folder, ["CUB"])
    assert pdfs == {} and "no_such_thing" in edition.failed[0].error


@pytest.mark.slow
def test_a_tag_that_asks_for_what_nobody_states_is_an_error_that_says_what_there_is(
    tmp_path,
):
    cells = heading("Odd", "if:weather"), v4.new_code_cell(FRAME)
    _, edition = made(notebook(tmp_path / "notebooks", *cells), ["CUB"])
    (failed,) = edition.failed
    assert "'weather'" in failed.error and "direction, partner" in failed.error


MANY = """<div><table border="1" class="dataframe"><thead>
<tr><th></th><th colspan="2">moves</th></tr><tr><th>year</th><th>away</th><th>closer</th></tr></thead>
<tbody>{rows}</tbody></table><p>60 rows × 3 columns</p></div>"""


def test_of_a_long_frame_the_first_rows_are_shown_and_how_many_there_are():
    rows = "".join(
        f"<tr><th>{n}</th><td>{n}.5</td><td>a &amp; b</td></tr>" for n in range(60)
    )
    output = v4.new_output(
        "execute_result", {"text/html": MANY.format(rows=rows), "text/plain": "x"}
    )
    document = compose(v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output])]))
    (table,) = [block for block in document.blocks() if isinstance(block, Table)]
    assert [column.label for column in table.columns] == [
        "year",
        "moves · away",
        "moves · closer",
    ]
    assert [column.align for column in table.columns] == ["right", "right", "left"]
    assert len(table.groups[0].rows) == 40
    assert json.dumps(table.as_json(), ensure_ascii=False).count("a & b") == 40
    assert "Of 60 rows, 40 are shown." in json.dumps(table.as_json())
