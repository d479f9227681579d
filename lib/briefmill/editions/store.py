"""The editions on disk: ``editions/<number>``, each whole, and ``latest``, which names one of them.

An edition takes its place in one step, the renaming of a link. Where links cannot be made, ``latest`` is a
folder of the same files that takes its place by two renamings; a run killed between them leaves a
``.latest-before``, which the next one puts back. Editions are numbered, not dated: a clock set back does no harm.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

LATEST, EDITIONS, FAILURES = "latest", "editions", "failures"
ROOM = ".build-"
# What a briefing consists of: each file's name in the job's folder, and its place in an edition.
FILES = {
    "pdf": ("briefing.pdf", "{name}.pdf"),
    "html": ("briefing.html", "{name}.html"),
    "thumbnail": ("thumbnail.png", "thumbnails/{name}.png"),
}
_NEW, _BEFORE = ".latest-new", ".latest-before"


def numbers(out: Path) -> list[int]:
    """The numbers of the editions in `out`, oldest first."""
    folder = out / EDITIONS
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(int(path.name) for path in found if path.name.isdecimal())


def shown(out: Path) -> int | None:
    """The number of the edition that ``latest`` names; None where it is no link to one of them."""
    link = out / LATEST
    name = link.readlink().name if link.is_symlink() else ""
    return int(name) if name.isdecimal() else None


def recover(out: Path) -> None:
    """Clear away what a run that was killed has left in `out`; only for whoever holds its lock."""
    latest, before = out / LATEST, out / _BEFORE
    if before.exists() and not latest.exists():
        before.rename(latest)
    for left in (out / _NEW, before, *out.glob(f"{ROOM}*")):
        _clear(left)


@contextmanager
def room(out: Path) -> Iterator[Path]:
    """A folder to work in, beside the editions so that what was made is moved into place and not copied.

    Only for whoever holds the lock of `out`.
    """
    try:
        yield Path(mkdtemp(prefix=ROOM, dir=out))
    finally:  # all of them: an interruption may come before this one has a name here
        with suppress(
            KeyboardInterrupt
        ):  # too late to change anything; the next run clears up
            for left in out.glob(f"{ROOM}*"):
                _clear(left)


def publish(edition: Path, failures: Path, out: Path, number: int) -> Path:
    """Give the folder `edition` its number in `out` and have ``latest`` name it; `failures` go beside it."""
    place = out / EDITIONS / str(number)
    place.parent.mkdir(exist_ok=True)
    keep_failures(failures, out, number)
    _settle(edition, out / LATEST)
    edition.rename(place)
    _sync(place.parent)
    _point(out, place)
    _sync(out)
    return out / LATEST


def _settle(edition: Path, before: Path) -> None:
    """Have on the disk what is new in `edition`, so that it is whole after a power cut too.

    What is but another name of a file in the edition `before` is there already.
    """
    for path in (*edition.rglob("*"), edition):
        shown = before / path.relative_to(edition)
        if path.is_dir() or not (shown.is_file() and shown.samefile(path)):
            _sync(path)


def _sync(path: Path) -> None:
    with suppress(
        PermissionError if path.is_dir() else ()
    ):  # where a folder cannot be opened
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def keep_failures(failures: Path, out: Path, number: int) -> None:
    """Have the folder `failures`, if there is one, as that of edition `number`."""
    place = out / FAILURES / str(number)
    _clear(place)
    if failures.is_dir():
        place.parent.mkdir(exist_ok=True)
        failures.rename(place)


def _point(out: Path, edition: Path) -> None:
    latest, new, before = out / LATEST, out / _NEW, out / _BEFORE
    try:
        new.symlink_to(Path(EDITIONS, edition.name), target_is_directory=True)
    except OSError:  # a file system or an account without links
        shutil.copytree(edition, new, copy_function=place)
        _settle(new, edition)
    if new.is_symlink() and (latest.is_symlink() or not latest.exists()):
        new.replace(latest)
        return
    if latest.exists():
        latest.rename(before)
    new.rename(latest)
    _clear(before)


def place(source: Path | str, target: Path | str) -> None:
    """Have the content of `source` at `target` as well; a second name costs no room."""
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def prune(out: Path, keep: int, dry_run: bool = False) -> list[int]:
    """Remove all but the `keep` newest editions, and their failures; never the one that ``latest`` names.

    Returns
    -------
    list of int
        The numbers of those removed, or that would be in a `dry_run`.
    """
    spare = [number for number in numbers(out)[: -keep or None] if number != shown(out)]
    if not dry_run:
        for (
            number
        ) in spare:  # out of sight first: no half of an edition is ever to be seen
            _clear(
                (out / EDITIONS / str(number)).rename(out / f"{ROOM}pruned-{number}")
            )
        kept = {str(number) for number in numbers(out)}
        for folder in (out / FAILURES).glob("*"):
            if folder.name not in kept:
                _clear(folder)
    return spare


def _clear(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    for _ in range(
        50
    ):  # a kernel that has been interrupted may still be putting its things away
        if not path.exists():
            break
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            time.sleep(0.1)
