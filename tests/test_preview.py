"""`allywatch build PARTNER --preview`: a page of the data as they are, in no edition, anew whenever the data change."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, spoil

from allywatch import cli
from allywatch.data.contract import ContractError
from allywatch.preview import NOTICE, preview
from briefmill import watching
from briefmill.exits import Exit
from briefmill.pages import PageFailed

NOTEBOOKS = ROOT / "notebooks"
PATIENCE_S = 120


def request(tiny, out, *more):
    return [
        "build",
        "XAR",
        "--data",
        str(tiny),
        "--notebooks",
        str(NOTEBOOKS),
        "--out",
        str(out),
        *more,
    ]


@pytest.mark.slow
def test_a_preview_is_the_page_of_a_build_under_a_notice(tiny, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(request(tiny, out)) == Exit.DONE
    edition = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    built = (out / "latest" / "country_briefing_XAR.html").read_text()

    (path,) = preview("Arvenia", tiny, NOTEBOOKS, tmp_path / "other")
    page = path.read_text()
    assert path == tmp_path / "other" / "preview" / "country_briefing_XAR.html"
    assert page.count(NOTICE) == 2  # in the title and above the page
    for each in (f"{NOTICE}: ", f'<p class="notice" role="note">{NOTICE}</p>\n'):
        page = page.replace(each, "")
    assert page == re.sub(r'<nav class="pages".*?</nav>', "", built)

    capsys.readouterr()
    assert cli.main(request(tiny, out, "--preview", "--once")) == Exit.DONE
    shown = out / "preview" / "country_briefing_XAR.html"
    assert capsys.readouterr().out == f"{shown}\n"
    assert NOTICE in shown.read_text()
    assert {path: path.read_bytes() for path in edition} == edition
    assert {path for path in out.rglob("*") if path.is_file()} == {*edition, shown}


def test_where_it_cannot_be_made_the_one_before_stays(tiny, tmp_path, capsys):
    out = tmp_path / "out"
    (path,) = preview("XAR", tiny, NOTEBOOKS, out)
    before = path.read_bytes()

    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    source = (NOTEBOOKS / "country_briefing.ipynb").read_text()
    failing = source.replace(
        "from allywatch.data import", "1 / 0\\nfrom allywatch.data import", 1
    )
    assert failing != source
    (notebooks / "country_briefing.ipynb").write_text(failing)
    with pytest.raises(
        PageFailed, match=r"country_briefing_XAR: cell .*ZeroDivisionError"
    ):
        preview("XAR", tiny, notebooks, out)

    spoil(tiny, "claims", "C1", event_id="ATLANTIS")
    with pytest.raises(ContractError):
        preview("XAR", tiny, NOTEBOOKS, out)
    assert cli.main(request(tiny, out, "--preview")) == Exit.BAD_INPUT
    assert "ATLANTIS" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("partners", [[], ["XAR", "XBE"]])
def test_it_shows_one_partner(tiny, tmp_path, capsys, partners):
    command, _, *options = request(tiny, tmp_path / "out", "--preview")
    arguments = [command, *partners, *options]
    with pytest.raises(SystemExit) as refused:
        cli.main(arguments)
    assert refused.value.code == Exit.BAD_INPUT
    assert "name one" in capsys.readouterr().err


def wait_for(holds, program):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert program.poll() is None, program.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_it_follows_the_data_until_it_is_ended(tiny, tmp_path):
    page = tmp_path / "out" / "preview" / "country_briefing_XAR.html"
    claims = tiny / "claims.csv"
    sound = claims.read_text()

    def says(words):
        return lambda: page.is_file() and words in page.read_text()

    command = [sys.executable, "-m", "allywatch.cli"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [*command, *request(tiny, tmp_path / "out", "--preview")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as program,
    ):
        try:
            wait_for(says(NOTICE), program)
            statement = next(iter(re.findall(r"\w[^,\"]{30,}\.", sound)))
            claims.write_text(sound.replace(statement, "A wholly new statement."))
            wait_for(says("A wholly new statement."), program)
            claims.write_text(f"{sound}half a row")
            wait_for(
                lambda: "stays as it was" in (tmp_path / "log").read_text(), program
            )
            assert "A wholly new statement." in page.read_text()
            claims.write_text(sound)
            wait_for(says(statement), program)
        finally:
            program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE_S) == Exit.DONE


def test_a_file_that_changes_while_the_page_is_made_is_noticed(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("one")
    changes = watching.changes(lambda: tmp_path.glob("*.csv"))
    next(changes)
    path.write_text("one, two")
    next(changes)
    (tmp_path / "events.csv").touch()
    next(changes)
    path.unlink()
    next(changes)
    os.utime(tmp_path / "events.csv", ns=(1, 1))
    next(changes)
