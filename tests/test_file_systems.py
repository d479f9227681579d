"""Faults of file systems: what they cannot do, and what happens to them in the middle of a run.

The fault table in docs/unattended.md names these tests beside those of test_unattended.py.
"""

import errno
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from test_faults import COMMAND, NAME, bare, begun, build, manifest, shop, waited_for
from test_unattended import mounted

from briefmill.editions import locking, store

__all__ = ["bare", "begun", "shop"]

#: A cell that says that it has begun, and waits until it is told to go on.
WAITS = """\
import os, time
open(os.environ["BEGUN"], "w").close()
while not os.path.exists(os.environ["BEGUN"] + "-on"):
    time.sleep(0.05)
"""


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_where_nothing_is_written_to_the_disk_on_demand_all_is_made(
    bare, monkeypatch, number
):
    """Of folders most systems on a network do not do it, of files hardly any."""

    def refused(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refused)
    assert build("XAR") == 0
    assert manifest()["briefings"][NAME]["status"] == "built"


def test_a_disk_that_fails_at_the_last_is_told(shop, monkeypatch, capsys):
    def broken(descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    assert build("XAR", "-p", "salt=1") == 2
    assert "Input/output error" in capsys.readouterr().err
    assert store.numbers(Path("reports")) == [1]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_where_nothing_can_be_locked_that_is_said(bare, monkeypatch, capsys, number):
    def refused(descriptor, operation):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refused)
    assert build("XAR") == 2
    complaint = capsys.readouterr().err
    assert "its file system has no locks" in complaint
    assert locking.LOCK in complaint
    assert not Path("reports/latest").exists()


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["removed", "unmounted"])
def test_an_output_that_goes_in_the_middle_of_a_run_is_not_made_anew(bare, begun, fate):
    """What was published would be somewhere else, without the editions before and without a lock."""
    with mounted(bare / "disk", "20m") as disk:
        asked = [*COMMAND, "XAR", "--out", disk / "reports", "-p", f"code={WAITS}"]
        with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as run:
            assert waited_for(begun.exists)
            if fate == "removed":
                shutil.rmtree(disk / "reports")
            else:
                subprocess.run(["umount", "-l", disk], check=True)
            Path(f"{begun}-on").touch()
            complaint = run.communicate()[1]
            assert run.returncode == 2, complaint
        assert "No such file or directory" in complaint
        assert not (disk / "reports").exists()
        if fate == "unmounted":
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=True)


@pytest.mark.slow
def test_a_cell_that_fills_the_temporary_folder_is_told_apart(bare, monkeypatch):
    fills = """\
import os, tempfile
with open(os.path.join(tempfile.gettempdir(), "much"), "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(100_000))
    except OSError:
        file.write(b"")
"""
    with mounted(bare / "small", "30m") as small:
        env = os.environ | {"TMPDIR": str(small)}
        done = subprocess.run(
            [*COMMAND, "XAR", "-p", f"code={fills}"],
            env=env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1, done.stderr
        assert "is the temporary folder full?" in done.stderr
        assert list(small.iterdir()) == []


@pytest.mark.slow
def test_what_a_killed_run_has_left_of_faces_goes_with_the_next(bare, begun):
    """They lie in a folder like all others, which is locked as long as it is used."""
    temporary = bare / "temporary"
    temporary.mkdir()
    env = os.environ | {"TMPDIR": str(temporary)}
    program = "import time; from briefmill.render.fonts import faces; faces(()); open('ready', 'w'); time.sleep(600)"
    with subprocess.Popen([COMMAND[0], "-c", program], env=env) as killed:
        assert waited_for(Path("ready").exists)
        (used,) = temporary.iterdir()
        subprocess.run([*COMMAND, "XAR"], env=env, check=True)
        assert used.is_dir()
        killed.kill()
    subprocess.run([*COMMAND, "XAR", "-p", "salt=1"], env=env, check=True)
    assert list(temporary.iterdir()) == []
