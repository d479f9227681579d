"""The same inputs give the same bytes, from data to PDF."""

import shutil
from pathlib import Path

from allywatch.briefings import plan
from briefmill import build

REPOSITORY = Path(__file__).parents[1]


def test_same_data_and_notebook_same_bytes(tiny, tmp_path, monkeypatch):
    """Two builds by two users in two places: nothing of the user, the place or the run is in a briefing."""
    shutil.copytree(tiny, tmp_path / "deep/down/data")
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "deep/down/notebooks")
    first = build(plan(tiny, REPOSITORY / "notebooks", ["XBE"]), tmp_path / "out")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nsavefig.dpi: 30\n")
    foreign = {
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "MPLBACKEND": "svg",
    }
    foreign |= {
        "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"),
        "HOME": str(tmp_path / "nobody"),
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path / "deep/down")
    second = build(plan(partners=["XBE"]), "reports")
    assert (first.failed, second.failed) == ([], [])
    for kind in ("pdf", "html"):
        name = f"country_briefing_XBE.{kind}"
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
