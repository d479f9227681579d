"""Every text at its full length, of words and as one word without a break: nothing over anything else, nothing cut on the left."""

import pandas as pd
import pytest
import test_charts
import test_steps
from conftest import slow_but
from filled import filled
from geometry import inside_and_apart, lines, said, squeezed
from setting import page_set

from allywatch.check import check
from allywatch.page.charts import style

#: Characters of a text that stand somewhere, whatever is cut at its end.
BEGINNING = 9
PAGES = {
    "a country": ("country_briefing", {"partner": "AAA"}),
    "another": ("country_briefing", {"partner": "AAB"}),
    "overview": ("overview_briefing", {}),
    "methodology": ("methodology", {}),
}


@pytest.fixture(
    scope="module",
    params=slow_but(False, among=[False, True]),
    ids=["words", "one word"],
)
def folder(request, tmp_path_factory):
    return filled(tmp_path_factory.mktemp("filled") / "data", unbroken=request.param)


@pytest.fixture
def figures(monkeypatch):
    """The figures of house charts in the order in which they are drawn."""
    drawn = []
    keep = style.svg
    monkeypatch.setattr(
        style, "svg", lambda figure: drawn.append(figure) or keep(figure)
    )
    return drawn


def rows(folder, table):
    return pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)


def test_such_data_are_sound(folder):
    assert check(folder).exit_code == 0


@pytest.mark.parametrize("name", slow_but("a country", among=PAGES))
def test_every_text_is_on_its_page_and_over_no_other(folder, figures, name):
    notebook, parameters = PAGES[name]
    _, pdf = page_set(notebook, data_dir=str(folder), **parameters)
    for number, found in enumerate(lines(pdf), start=1):
        inside_and_apart(number, found)
    printed = said(pdf)
    for begins in beginnings(folder, parameters.get("partner"), notebook):
        assert squeezed(begins) in printed
    for figure in figures:
        holds = test_charts.check if name == "overview" else test_steps.check_figure
        holds(figure)


def beginnings(folder, partner, notebook):
    """How the names begin that a page must have."""
    partners = rows(folder, "partners")
    sources = rows(folder, "sources")
    wanted = [*sources["publisher"]] if notebook != "overview_briefing" else []
    if partner:
        partners = partners[partners["partner_id"] == partner]
    if notebook == "methodology":
        partners = partners.head(0)
    wanted += [*partners["name"].head(6)]
    return [words[:BEGINNING] for words in wanted]
