"""A notebook at the screen: one that was only run is no change to git, and its export says what it needs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from nbformat import v4
from nbformat import write as write_notebook

from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.page import wording
from briefmill.render.exporter import MenuBriefingPDFExporter
from briefmill.saving import settle

BIN = Path(sys.executable).parent


@pytest.fixture
def checkout(tmp_path):
    """A git checkout with a notebook of this one, and the filter that `make` sets up."""
    folder = tmp_path / "checkout"
    (folder / "notebooks").mkdir(parents=True)
    for name in ("notebooks/explore.ipynb", ".gitattributes", "Makefile"):
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    make = ["make", "filter", f"VENV={sys.prefix}"]
    subprocess.run(make, cwd=folder, check=True)
    git(folder, "add", ".")
    return folder


def git(folder, *arguments):
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def changed(checkout):
    """What `git status` lists as modified and not added."""
    lines = git(checkout, "status", "--porcelain").splitlines()
    return [line[3:] for line in lines if line[1] == "M"]


def edited(notebook, **changes):
    """Write `changes` to the last cell of the notebook."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["cells"][-1] |= changes
    notebook.write_text(json.dumps(content, indent=1), encoding="utf-8")


@pytest.mark.slow
def test_a_notebook_that_was_only_run_is_no_change(checkout):
    notebook = checkout / "notebooks" / "explore.ipynb"
    output = v4.new_output("stream", text="much " * 100)
    edited(notebook, outputs=[output], execution_count=4)
    assert changed(checkout) == ["notebooks/explore.ipynb"]
    settle(notebook)
    assert changed(checkout) == []
    assert "much" in notebook.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_notebook_that_was_changed_stays_one_to_be_added_by_its_author(checkout):
    notebook = checkout / "notebooks" / "explore.ipynb"
    before = git(checkout, "ls-files", "--stage")
    edited(notebook, source="something.of_my_own()", execution_count=4)
    settle(notebook)
    assert changed(checkout) == ["notebooks/explore.ipynb"]
    assert git(checkout, "ls-files", "--stage") == before


def test_a_notebook_outside_git_or_not_in_its_index_is_left_alone(checkout, tmp_path):
    own = shutil.copy(checkout / "notebooks" / "explore.ipynb", tmp_path)
    settle(Path(own))
    new = shutil.copy(own, checkout / "notebooks" / "own.ipynb")
    settle(Path(new))
    assert git(checkout, "ls-files", "notebooks/own.ipynb") == ""


@pytest.mark.parametrize(
    ("notebook", "extension"), [("country_briefing", "_XTA.pdf"), ("own_XTA", ".pdf")]
)
def test_what_the_menu_exports_is_named_after_its_partner(velmora, notebook, extension):
    dossier = dossiers.dossier(loading.load(velmora), "XTA")
    masthead = wording.masthead(dossier, scoring.verdict(dossier))
    output = v4.new_output("display_data", masthead._repr_mimebundle_())
    cell = v4.new_code_cell("1", outputs=[output])
    _, resources = MenuBriefingPDFExporter(enabled=True).from_notebook_node(
        v4.new_notebook(cells=[cell]), {"metadata": {"name": notebook}}
    )
    assert resources["output_extension"] == extension


@pytest.mark.slow
def test_nbconvert_says_in_plain_words_that_a_notebook_has_not_been_run(tmp_path):
    write_notebook(
        v4.new_notebook(cells=[v4.new_code_cell("1")]), tmp_path / "own.ipynb"
    )
    command = [BIN / "jupyter", "nbconvert", "--to", "briefingpdf", "own.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "has not been run" in done.stderr and "--execute" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.pdf"))
