"""Every notebook is a page, not a program, and is committed without its outputs."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: The method in plain pandas: it reads the tables itself, and counts by directions, which are numbers.
PLAIN_PANDAS = "analysis.ipynb"
DIRECTIONS = (0, 1)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code(cells) -> list[ast.Module]:
    return [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert ROOT / "notebooks" / "country_briefing.ipynb" in NOTEBOOKS


def test_a_notebook_is_committed_clean(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata.get("language_info", {})) <= {"name"}
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        assert set(cell.metadata) <= {"tags", "alt", "jupyter"}
        # Code may be folded away.
        assert cell.metadata.get("jupyter") in (None, {"source_hidden": True})
    nbformat.validate(notebook)


def test_a_notebook_opens_with_title_parameters_imports_and_load(path, notebook):
    load = "read_csv(" if path.name == PLAIN_PANDAS else "load("
    title, parameters, imported, loaded = notebook.cells[:4]
    assert title.cell_type == "markdown"
    assert title.source.startswith("# ")
    assert [cell.metadata.get("tags") for cell in notebook.cells].count(
        ["parameters"]
    ) == 1
    assert parameters.metadata.tags == ["parameters"]
    declared, imports_, loads = code([parameters, imported, loaded])
    assert all(isinstance(line, ast.AnnAssign | ast.Assign) for line in declared.body)
    assert all("#" in line for line in parameters.source.splitlines()), (
        "say what each parameter is"
    )
    assert all(isinstance(line, ast.Import | ast.ImportFrom) for line in imports_.body)
    assert load in ast.unparse(loads)
    for tree in code(notebook.cells[3:]):
        assert not any(
            isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)
        )
    assert not any(load in ast.unparse(tree) for tree in code(notebook.cells[4:]))


def test_a_notebook_is_headings_each_with_one_short_cell(notebook):
    body = notebook.cells[4:]
    for heading, cell in zip(body[::2], body[1::2], strict=True):
        assert heading.cell_type == "markdown"
        assert heading.source.startswith("## ")
        assert cell.cell_type == "code"
        assert len(cell.source.splitlines()) <= 8
        assert isinstance(ast.parse(cell.source).body[-1], ast.Expr), (
            "a cell ends in what it shows"
        )


PROGRAM = (
    *(
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.Lambda,
        ast.ClassDef,
        ast.If,
        ast.IfExp,
        ast.Match,
        ast.Try,
    ),
    *(
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
    ),
)


def test_a_notebook_is_no_program(path, notebook):
    plain_pandas = path.name == PLAIN_PANDAS
    for tree in code(notebook.cells):
        for node in ast.walk(tree):
            assert not isinstance(node, PROGRAM), ast.unparse(node)
            names = {getattr(node, "id", ""), getattr(node, "attr", "")}
            assert not names & {"plt", "now", "today", "open", "eval", "exec", "df"}, (
                ast.unparse(node)
            )
            reads = any(name.startswith("read_") for name in names)
            assert plain_pandas or not reads, ast.unparse(node)
    for tree in code(notebook.cells[2:]):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                if plain_pandas and node.value in DIRECTIONS:
                    continue
                assert isinstance(node.value, str | bool | None), (
                    f"the number {node.value} is typed in"
                )


def test_explore_alone_shows_no_code_and_nothing_that_is_for_jupyterlab():
    """What the page then looks like, a browser shows (`test_browser.py`)."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    served = re.search(r"/voila (.*)", makefile)[1]
    assert "notebooks/explore.ipynb --template=allywatch" in served
    assert "--VoilaConfiguration.strip_sources=True" in served
    template = ROOT / "etc" / "jupyter" / "voila" / "templates" / "allywatch"
    style = (template / "index.html.j2").read_text(encoding="utf-8")
    assert ".in-jupyterlab { display: none; }" in style
    explore = (ROOT / "notebooks" / "explore.ipynb").read_text(encoding="utf-8")
    assert r"<p class=\"in-jupyterlab\">In JupyterLab, first press" in explore
