"""`make sample`: the made-up network that is coded by our own commands, its documents included."""

import csv
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from allywatch.check import check
from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk.curate import status
from allywatch.trace import trace
from briefmill.exits import Exit

RECIPE = ROOT / "docs" / "sample"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The folder that the recipe makes, with this Python's allywatch, and what it printed."""
    folder = tmp_path_factory.mktemp("sample")
    program = folder / "bin" / "allywatch"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m allywatch.cli "$@"\n')
    program.chmod(0o755)
    elsewhere = folder / "elsewhere"
    variables = {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        DOCUMENTS_VARIABLE: str(elsewhere),
    }
    subprocess.run(
        ["sh", str(RECIPE / "make.sh"), str(folder)],
        cwd=ROOT,
        env=os.environ | variables,
        check=True,
        capture_output=True,
        text=True,
    )
    assert not elsewhere.exists()
    return folder


@pytest.fixture
def data(sample, monkeypatch):
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    return sample / "data"


@pytest.mark.slow
def test_it_is_sound_and_every_passage_is_there(data):
    report = check(data)
    assert report.exit_code == Exit.DONE
    assert "passages verified: 14 of 14" in report.text
    for document in (RECIPE / "documents").iterdir():
        kept = data / "documents" / document.name
        assert kept.read_bytes() == document.read_bytes()


@pytest.mark.slow
def test_trace_and_curate_show_the_words_that_were_coded(data):
    with (RECIPE / "coding.csv").open(newline="", encoding="utf-8") as file:
        coded = list(csv.DictReader(file))
    for row in coded:
        shown = "\n".join(trace(row["event_id"], data))
        assert row["passage"] in re.sub(r"\n *\| ", " ", shown)
    dataset = loading.load(data)
    for source in ("S1", "S2", "S3"):
        claims = sum(row["source_id"] == source for row in coded)
        assert f"{claims} claims" in status(dataset, source)[1]


@pytest.mark.slow
def test_both_partners_have_a_page_with_a_direction_and_a_dispute(sample):
    latest = sample / "reports" / "latest"
    ilvar = (latest / "country_briefing_XIL.html").read_text(encoding="utf-8")
    isles = (latest / "country_briefing_XMO.html").read_text(encoding="utf-8")
    assert "<strong>Moving closer</strong>" in ilvar
    assert "<strong>Moving away</strong>" in isles
    assert "under review" not in ilvar + isles
    assert "Has the council met the envoy?" in isles
