"""What many tests only look at, made once in a run: the real data, its pages, and an edition of the tiny data.

Whoever changes something works on a copy. Pages are kept in a folder that all workers of a run share.
"""

import hashlib
import os
import pickle
import shutil
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from conftest import ROOT, SHARED_VARIABLE, invented_network
from filelock import FileLock
from setting import executed

from allywatch import cli
from allywatch.data import loading
from allywatch.data.partners import briefed_partners
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk import curate
from allywatch.evidence import network
from briefmill.render.composition import compose
from briefmill.render.typst import compile_pdf

DATA = ROOT / "data"


@cache
def real():
    """The real data."""

    def make(path):
        path.write_bytes(pickle.dumps(loading.load(DATA)))

    return pickle.loads(kept("real.pickle", make).read_bytes())


@cache
def real_network():
    """All ties of the real data."""
    return network.network(real())


@cache
def real_partners():
    """The partners of the real data that have a briefing."""
    return briefed_partners(real())


#: Partners that stand for all where the pages of all would take long: of much and of little evidence, a gainer, a
#: territory.
SOME = ("ARM", "CHN", "MD-SN", "SYR")


@cache
def page(notebook, partner=""):
    """The composed document of a notebook on the real data, for a partner if it is of one."""

    def make(path):
        parameters = {"partner": partner} if partner else {}
        dataset = real()  # before what reads it is replaced
        with mock.patch.object(loading, "load", lambda *_: dataset):
            book = executed(notebook, data_dir=str(DATA), **parameters)
        path.write_bytes(pickle.dumps(compose(book)))

    return pickle.loads(kept(f"{notebook}_{partner}.pickle", make).read_bytes())


@cache
def pdf(notebook, partner=""):
    """The same as a PDF."""

    def make(path):
        path.write_bytes(compile_pdf(page(notebook, partner)))

    return kept(f"{notebook}_{partner}.pdf", make).read_bytes()


def country(partner):
    """The composed page of a partner; for "" the overview."""
    notebook = "country_briefing" if partner else "overview_briefing"
    return page(notebook, partner)


def add_source(folder, file, text, **cells):
    """Add to a folder with the invented network, as it comes, a source whose document is `file` with this `text`."""

    def make(made):
        document = made.with_name(file)
        document.write_text(text, encoding="utf-8")
        invented_network(made)
        curate.add_source(made, document, cells)

    kind = hashlib.sha256(repr((file, text, cells)).encode()).hexdigest()
    shutil.copytree(kept(f"source_{kind}", make), folder, dirs_exist_ok=True)


def tiny_edition():
    """A folder with the tiny data, the notebooks, and a whole edition made of them in ``reports``."""

    def make(folder):
        data = folder / "data"
        shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", data)
        shutil.copy(DATA / "datapackage.json", data)
        shutil.copytree(ROOT / "notebooks", folder / "notebooks")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.delenv(DOCUMENTS_VARIABLE, raising=False)
            assert cli.main(["build"]) == 0

    return kept("tiny", make)


def edition(name, build):
    """Have in ``reports`` of the current folder what `build`, which is to end with 0, makes there.

    Whoever asks by the same name gets the same edition: its data and notebooks are to be the same.
    """

    def make(folder):
        assert build() == 0
        Path("reports").rename(folder)

    shutil.copytree(kept(name, make), "reports", symlinks=True)


def kept(name, make):
    """The path of what `make` writes there, if no worker of this run has done so yet."""
    path = Path(os.environ[SHARED_VARIABLE]) / name
    with FileLock(f"{path}.lock"):
        if not path.exists():
            made = path.with_name(f"{name}.part")
            make(made)
            made.rename(path)
    return path
