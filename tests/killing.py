"""Kill a run at a random moment, workers included, look at what readers see, and run again; many times.

python tests/killing.py 200        prints what it killed and when, and ends 1 at the first fault

Each run is `allywatch build` on the tiny data with its real server, children and publishing; it is forked from
this process, which has imported everything, so that a run takes a second and most moments are those that matter.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from small import write_briefing

from allywatch import briefings, cli
from briefmill.editions import store
from briefmill.engine import folders, forks, job, server

ROOT = Path(__file__).parents[1]
CELLS = (
    'partner: str = "XAR"\nas_of: str = ""\ndata_dir: str = "../data"\nsalt: str = ""',
    'from briefmill.blocks import Masthead\nMasthead(title=f"{partner} {salt}")',
)


class ForkedServer(forks.Server):
    """The forking process, itself forked from this one and so ready at once."""

    def begin(self, theirs, domain, environment):
        if (pid := os.fork()) == 0:
            os.setsid()
            # As where a process is started: it holds no lock of this one's.
            os.closerange(3, theirs.fileno())
            os.closerange(theirs.fileno() + 1, 256)
            sys.argv[1:] = [str(theirs.detach()), domain]
            job.preload = lambda _: None  # as it is
            server.main()
            os._exit(0)
        return SimpleNamespace(
            pid=pid,
            stderr=None,
            poll=lambda: os.waitpid(pid, os.WNOHANG)[0] or None,
            wait=lambda: os.waitpid(pid, 0),
        )


def furnish(folder: Path) -> None:
    """Lay out data and one small notebook in `folder`, and work there."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", folder / "data")
    shutil.copy(ROOT / "data" / "datapackage.json", folder / "data")
    write_briefing(folder, *CELLS)
    (folder / "temporary").mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder / "temporary")
    os.chdir(folder)


def start(salt: int) -> int:
    """The process of a run that makes every briefing anew."""
    if pid := os.fork():
        return pid
    code = 70
    try:
        os.setsid()
        forks.Server = ForkedServer
        sink = os.open("log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        code = cli.main(["build", "-p", f"salt={salt}", "--workers", "2"])
        forks.close_all()
    finally:
        os._exit(code)


def descendants(pid: int) -> list[int]:
    """The processes that `pid` has started, and those that they have."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(
                path.read_text().rpartition(")")[2].split()[1]
            )
        except (OSError, ValueError):
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def whole(least: int) -> int:
    """The number of the edition that `latest` names, at `least` that; every file of it is what its manifest says."""
    latest = Path("reports", store.LATEST)
    said = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))
    assert (latest / "index.html").is_file() and (latest / "CHANGES.md").is_file()
    assert len(said["briefings"]) == 3
    for briefing in said["briefings"].values():
        for file in briefing["output"]["files"].values():
            assert (
                hashlib.sha256((latest / file["path"]).read_bytes()).hexdigest()
                == file["sha256"]
            ), file
    for number in store.numbers(Path("reports")):
        assert Path(
            "reports", store.EDITIONS, str(number), "manifest.json"
        ).is_file(), f"half of edition {number}"
    assert said["edition"]["number"] >= least, "an edition was lost"
    return said["edition"]["number"]


def lying_about() -> set[str]:
    """The temporary folders that are there."""
    return {path.name for path in Path("temporary").glob(f"{folders.PREFIX}*")}


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(kills: int, seed: int = 1) -> None:
    """Kill so many runs; an AssertionError says what was wrong after which."""
    chance, log = random.Random(seed), Path("log.txt")
    job.preload(briefings.__name__)
    own = lying_about()  # with the faces that this process holds
    begun = time.monotonic()
    assert ended(start(0)) == 0, log.read_text()
    takes, number, hit = (
        time.monotonic() - begun,
        whole(1),
        {"all": 0, "run": 0, "worker": 0},
    )
    spared: set[str] = set()
    for salt in range(1, kills + 1):
        pid, victim = start(salt), chance.choice(list(hit))
        time.sleep(chance.uniform(0, takes * 1.1))
        others = descendants(pid)
        doomed = {"all": [pid, *others], "run": [pid], "worker": others[-1:]}[victim]
        for each in doomed:
            try:
                os.kill(each, signal.SIGKILL)
                hit[victim] += each == doomed[0]
            except ProcessLookupError:
                pass
        code = ended(pid)
        number = whole(number)
        again = ended(start(salt))
        assert again == 0, (
            f"after kill {salt} of {victim} ({code}) the next run ended {again}: {log.read_text()}"
        )
        number = whole(number)
        said = json.loads(
            Path("reports", "latest", "manifest.json").read_text(encoding="utf-8")
        )
        assert {each["parameters"]["salt"] for each in said["briefings"].values()} == {
            str(salt)
        }
        left = {path.name for path in Path("reports").iterdir()} - {
            "editions",
            "latest",
            "failures",
            ".lock",
        }
        lying = lying_about() - own
        if "Nothing to build" in log.read_text(encoding="utf-8"):
            continue  # the one that was killed had published already; what it left goes with the next that builds
        # What a process of the killed run still held open when the next one looked goes with the one after.
        assert not (left | lying & spared), f"left behind: {left | lying & spared}"
        spared = lying
    print(
        f"{kills} runs of {takes:.1f} s killed ({hit}); after each the edition was whole and the next run succeeded"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        furnish(Path(place))
        main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
        os.chdir(ROOT)
