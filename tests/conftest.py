"""Data folders to test on: a tiny invented one, built anew for each test, and the real one."""

import csv
import gc
import json
import os
import shutil
import signal
import tempfile
from functools import cache
from pathlib import Path

import pytest
from loaded_once import as_it_is, remember

from allywatch.data import contract
from allywatch.data.paths import DOCUMENTS_VARIABLE

ROOT = Path(__file__).parents[1]
#: Names the folder in which the workers of a run keep what they share.
SHARED_VARIABLE = "ALLYWATCH_TESTS_SHARED"

# In the background (`make test &`) a shell has it ignored, and so would every program that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def slow_but(*quick, among):
    """For `parametrize`: the values of `among`, each a tuple for several names; all but `quick` are marked as slow."""
    among = [*among]
    assert all(each in among for each in quick)
    cases = []
    for each in among:
        values = each if isinstance(each, tuple) else (each,)
        marks = () if each in quick else pytest.mark.slow
        cases.append(pytest.param(*values, marks=marks))
    return cases


def pytest_configure(config):
    """Make the folder that the workers of this run share; it goes with the run."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        folder = tempfile.TemporaryDirectory(prefix="allywatch-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ[SHARED_VARIABLE] = folder.name
    remember()


def pytest_collection_finish(session):
    """What has been imported stays, and is not looked through again for what nobody needs; that is done more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def contracts_are_checked_once():
    """Nearly every test loads a data folder with the same contract: the schema is held against its like once."""
    check, known = contract.misfits, {}

    def misfits(package):
        content = json.dumps(package)
        if content not in known:
            known[content] = check(package)
        return [*known[content]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract, "misfits", misfits)
        yield


@pytest.fixture
def load_afresh(monkeypatch):
    """`loading.load` as it is, whatever has been read before; the test and all that it calls load by it."""
    return as_it_is(monkeypatch)


@pytest.fixture(scope="session", autouse=True)
def documents_stay_as_they_are():
    """No test adds a file to the folder with the real documents, which is not ours."""
    folder = Path(os.environ.get(DOCUMENTS_VARIABLE) or ROOT / "data" / "documents")
    before = sorted(folder.glob("*"))
    yield
    assert sorted(folder.glob("*")) == before


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A whole data folder of three invented partners, its documents included; free to be spoilt."""
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", folder)
    shutil.copy(ROOT / "data" / "datapackage.json", folder)
    return folder


def invented_network(folder):
    """Put together at `folder` the data of another network: an invented focal power and five partners.

    Contract and event types are those of the real folder; what names the focal power is its own.
    """
    shutil.copytree(ROOT / "tests" / "fixtures" / "velmora", folder)
    shutil.copy(ROOT / "data" / "event_types.csv", folder)
    (folder / "datapackage.json").write_text(invented_contract(), encoding="utf-8")
    return folder


@cache
def invented_contract():
    """The contract of the invented network, as text."""
    real = (ROOT / "data" / "datapackage.json").read_text(encoding="utf-8")
    package = json.loads(real)
    thesis = {
        "stance": "deepening",
        "direction": 1,
        "words": "Velmora keeps its friends",
    }
    package["allywatch"] |= {"focal_power": "XVE", "thesis": thesis}
    return json.dumps(package)


@pytest.fixture
def velmora(tmp_path, monkeypatch):
    """A whole data folder of another network, its documents included; free to be spoilt."""
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    return invented_network(tmp_path / "velmora")


@pytest.fixture
def documents(monkeypatch):
    """The folder with the real documents; without them the test is skipped, but not on CI."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    folder = Path(named) if named else ROOT / "data" / "documents"
    if not any(folder.glob("*.txt")):
        message = f"no documents at {folder}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(folder))
    return folder


def spoil(folder, table, key, **cells):
    """Write `cells` into the row of `table` whose first cell is `key`; returns the row's line in the file."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    line = next(at for at, row in enumerate(rows) if row[0] == key)
    for column, value in cells.items():
        rows[line][header.index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return line + 2
