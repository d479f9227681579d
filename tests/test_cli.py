"""The command line: what it says, what it returns, and that it leaves no trace where it refuses."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

import briefmill
from allywatch import cli
from briefmill.exits import Exit

NOTEBOOKS = str(ROOT / "notebooks")


@pytest.fixture
def build(tiny, tmp_path, capsys):
    """Run `allywatch build` on the tiny data folder; gives exit code, both outputs and the out folder."""

    def run(*arguments):
        out = tmp_path / "out"
        request = [
            "build",
            "--data",
            str(tiny),
            "--notebooks",
            NOTEBOOKS,
            "--out",
            str(out),
            *arguments,
        ]
        try:
            code = cli.main(request)
        except SystemExit as stop:  # argparse refuses
            code = stop.code
        said = capsys.readouterr()
        return code, said.out, said.err, out

    return run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ATLANTIS"], ["'ATLANTIS'", "Arvenia (XAR), Bellmark (XBE), Corsund (XCO)"]),
        (["Arvennia"], ["Did you mean Arvenia (XAR)?"]),
        (["XAR", "--as-of", "yesterday"], ["'yesterday' is not a date"]),
        (["--as-of", "1990-01-01"], ["no source", "1990-01-01"]),
        (["--workers", "0"], ["--workers"]),
        (["--workers", "two"], ["--workers"]),
        (["-p", "year"], ["NAME=VALUE"]),
        (["-p", "yaer=2"], ["yaer"]),
        (["--nonsense"], ["--nonsense"]),
        (
            ["--asof", "2025"],
            ["usage: allywatch build", "--asof (did you mean --as-of?)"],
        ),
        (["--executor", "nonsense"], ["'nonsense'", "module:factory"]),
        (["--executor", "dask://scheduler"], ["dask://HOST:PORT"]),
    ],
)
def test_build_refuses_before_it_runs_anything(build, arguments, says):
    code, printed, complaint, out = build(*arguments)
    assert code == 2
    assert printed == ""
    assert all(words in complaint for words in says)
    assert not out.exists()


def test_build_names_what_is_wrong_with_the_data(build, tiny):
    events = tiny / "events.csv"
    lines = events.read_text(encoding="utf-8").splitlines()
    broken = lines[1].split(",")
    broken[lines[0].split(",").index("channel")] = "sideways"
    events.write_text(
        "\n".join([lines[0], ",".join(broken), *lines[2:]]) + "\n", encoding="utf-8"
    )
    code, _, complaint, out = build()
    assert code == 2
    assert all(
        words in complaint for words in ("events.csv", "2", "channel", "sideways")
    )
    assert not out.exists()


def test_a_missing_data_folder_is_named(build, tmp_path):
    code, _, complaint, out = build("--data", str(tmp_path / "nowhere"))
    assert code == 2
    assert "nowhere" in complaint
    assert not out.exists()


def test_an_output_that_is_no_folder_is_named(build, tmp_path):
    wrong = tmp_path / "a file"
    wrong.write_text("kept", encoding="utf-8")
    code, _, complaint, _ = build("XAR", "--out", str(wrong))
    assert code == 2
    assert "a file" in complaint and "Nothing was published" in complaint
    assert wrong.read_text(encoding="utf-8") == "kept"


def test_an_interrupted_build_ends_130(build, monkeypatch):
    def interrupted(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(briefmill, "build", interrupted)
    code, _, complaint, _ = build("XAR")
    assert code == 130
    assert "nothing was changed" in complaint


def test_an_unexpected_error_has_a_code_of_its_own_and_its_traceback(
    build, monkeypatch
):
    def broken(*arguments, **named):
        raise RuntimeError("out of order")

    monkeypatch.setattr(briefmill, "build", broken)
    code, _, complaint, _ = build("XAR")
    assert code == 70
    assert "Traceback" in complaint and "RuntimeError: out of order" in complaint


def test_check_ends_0_on_sound_data_and_2_otherwise(tiny, tmp_path, capsys):
    assert cli.main(["check", "--data", str(tiny)]) == 0
    assert "sound" in capsys.readouterr().out
    (tiny / "claims.csv").unlink()
    assert cli.main(["check", "--data", str(tiny)]) == 2
    assert "claims.csv" in capsys.readouterr().out
    assert cli.main(["check", "--data", str(tmp_path / "nowhere")]) == 2


@pytest.mark.parametrize("command", [[], ["check"], ["build"]])
def test_help_tells_the_exit_codes(command):
    # As it is installed, in a process of its own.
    run = subprocess.run(
        [sys.executable, "-m", "allywatch.cli", *command, "--help"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert "exit codes:" in run.stdout
    assert "70 " in run.stdout
    assert "allywatch" in run.stdout


def test_readme_and_docs_name_the_exit_codes_of_the_program():
    documented = (ROOT / "docs" / "unattended.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", documented, re.MULTILINE)
    assert rows == [(str(int(code)), code.meaning) for code in Exit]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    sentence = re.search(r"Exit codes: ([^.]+)\.", readme)[1]
    assert re.findall(r"\d+", sentence) == [str(int(code)) for code in Exit]


def test_no_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == 2
    assert "usage" in capsys.readouterr().err
