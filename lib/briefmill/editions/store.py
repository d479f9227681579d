"""The editions on disk: ``editions/<number>``, each complete, and ``latest``, which names one of them.

An edition is published in one step, the renaming of a link. Where links cannot be made, ``latest`` is a
folder of the same files, published by two renamings; a run killed between them leaves a
``.latest-before``, which the next run puts back. Editions are numbered, not dated: a clock set back does no harm.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from briefmill.editions import manifest

LATEST = "latest"
EDITIONS = "editions"
FAILURES = "failures"
ROOM = ".build-"
#: The name of an edition's folder, in the ten digits of ASCII.
_NUMBER = re.compile("[1-9][0-9]*")
_NEW = ".latest-new"
_SYNCED_AT_ONCE = 8
_BEFORE = ".latest-before"
#: How a file system says that it has no such thing.
_NOT_OFFERED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
#: Where each kind of `jobs.FILES` has its place in an edition.
PLACES = {
    "pdf": "{name}.pdf",
    "html": "{name}.html",
    "thumbnail": "thumbnails/{name}.png",
}


def numbers(out: Path) -> list[int]:
    """The numbers of the editions in `out`, oldest first."""
    folder = out / EDITIONS
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if _is_number(path.name))


def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None


def shown(out: Path) -> int | None:
    """The number of the edition that ``latest`` links to; None where it is not such a link."""
    link = out / LATEST
    if not link.is_symlink():
        return None
    name = link.readlink().name
    return int(name) if _is_number(name) else None


def refuse_foreign(out: Path) -> None:
    """Do nothing where ``latest`` in `out` is ours or is not there.

    Raises
    ------
    FileExistsError
        If something else has that name: it would be lost.
    """
    latest = out / LATEST
    if latest.is_symlink():
        ours = shown(out) is not None and latest.readlink().parent.name == EDITIONS
    else:
        # Where links cannot be made it is a folder of an edition's files.
        schema = latest / manifest.SCHEMA
        ours = not latest.exists() or schema.is_file() or bool(manifest.read(latest))
    if not ours:
        raise FileExistsError(
            f"{latest} is no edition, but something of your own: move it away, or name another folder for the output"
        )


def recover(out: Path) -> None:
    """Remove what a killed run has left in `out`; only for whoever holds its lock."""
    _put_back(out)
    for leftover in (out / _NEW, out / _BEFORE, *out.glob(f"{ROOM}*")):
        _remove(leftover)


@contextmanager
def room(out: Path) -> Iterator[Path]:
    """A folder to work in, on the file system of the editions: what was made is moved into place and not copied.

    Only for whoever holds the lock of `out`.
    """
    try:
        yield _new_folder(out)
    finally:
        # An interruption here is too late to change anything; the next run clears up.
        with suppress(KeyboardInterrupt):
            # All of them: an interruption may come before this one has a name here.
            for leftover in out.glob(f"{ROOM}*"):
                _remove(leftover)


def _new_folder(parent: Path) -> Path:
    """A folder in `parent` that this run has for itself."""
    from tempfile import (
        mkdtemp,
    )  # takes long to import, and nothing is made where all is current

    return Path(mkdtemp(prefix=ROOM, dir=parent))


def publish(edition: Path, failures: Path, out: Path, number: int) -> Path:
    """Give the folder `edition` its number in `out` and have ``latest`` name it; `failures` go beside it."""
    place = out / EDITIONS / str(number)
    place.parent.mkdir(exist_ok=True)
    try:
        keep_failures(failures, out, number)
        _protect(edition)
        _sync_new(edition, out / LATEST)
        edition.rename(place)
        _sync(place.parent)
        _point(out, place)
    except OSError:
        # What is not shown does not stay, or there would be one more each time.
        _withdraw(out, number)
        raise
    _sync(out)
    return out / LATEST


def _withdraw(out: Path, number: int) -> None:
    """Take back an edition that could not be shown."""
    with suppress(OSError):
        _put_back(out)
        _remove(out / _NEW)
        _remove(out / FAILURES / str(number))
        if shown(out) != number and (out / EDITIONS / str(number)).is_dir():
            _remove_edition(out, number)


def _put_back(out: Path) -> None:
    """Have ``latest`` name the edition before, where a run came only so far as to take that away."""
    before = out / _BEFORE
    latest = out / LATEST
    if before.exists() and not latest.exists():
        before.rename(latest)


def try_to_publish(out: Path) -> None:
    """Do what publishing does in `out`, with nothing to publish; only for whoever holds its lock.

    Raises
    ------
    OSError
        If no edition can be laid down, or ``latest`` not be moved.
    """
    refuse_foreign(out)
    editions = out / EDITIONS
    latest = out / LATEST
    if editions.exists():
        trial = _new_folder(editions)
        trial.rmdir()
    if latest.is_symlink():
        new = out / _NEW
        _remove(new)
        new.symlink_to(latest.readlink(), target_is_directory=True)
        new.replace(latest)


def _protect(edition: Path) -> None:
    """Have nobody write into a file of `edition` by mistake: it may be one of other editions too."""
    if sys.platform == "win32":  # where it could not be removed any more
        return
    for path in edition.rglob("*"):
        if path.is_file():
            with suppress(OSError):  # a file system without rights
                path.chmod(path.stat().st_mode & ~0o222)


def _sync_new(edition: Path, before: Path) -> None:
    """Write to the disk what is new in `edition`, so that it is complete after a power cut too.

    A second name of a file in the edition `before` is there already.
    """
    from concurrent.futures import ThreadPoolExecutor

    new = []
    for path in (*edition.rglob("*"), edition):
        same = before / path.relative_to(edition)
        linked = same.is_file() and same.samefile(path)
        if path.is_dir() or not linked:
            new.append(path)
    # A disk takes many at once in the time of a few one after another.
    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
        for _ in pool.map(_sync, new):
            pass


def _sync(path: Path) -> None:
    """Write `path` to the disk, where its file system does that on demand: of folders, many on a network do not."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # some systems do not let a folder be opened
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        refused = isinstance(error, PermissionError) and path.is_dir()
        if not refused and error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(descriptor)


def keep_failures(failures: Path, out: Path, number: int) -> None:
    """Make the folder `failures`, if there is one, that of edition `number`."""
    place = out / FAILURES / str(number)
    _remove(place)
    if failures.is_dir():
        place.parent.mkdir(exist_ok=True)
        failures.rename(place)


def _point(out: Path, edition: Path) -> None:
    """Have ``latest`` name `edition`."""
    latest = out / LATEST
    new = out / _NEW
    before = out / _BEFORE
    try:
        new.symlink_to(Path(EDITIONS, edition.name), target_is_directory=True)
    except OSError:  # a file system or an account without links
        shutil.copytree(edition, new, copy_function=link)
        _protect(new)
        _sync_new(new, edition)
    if new.is_symlink() and (latest.is_symlink() or not latest.exists()):
        new.replace(latest)
        return
    if latest.exists():
        latest.rename(before)
    new.rename(latest)
    _remove(before)


def link(source: Path | str, target: Path | str) -> None:
    """Give the file `source` the second name `target`, which takes no room; where that cannot be, copy it."""
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
    editions = [each for each in numbers(out) if manifest_path(out, each).is_file()]
    older = editions[: -keep or None]
    latest = shown(out)
    spare = [number for number in older if number != latest]
    if dry_run:
        return spare
    for number in spare:
        _remove_edition(out, number)
    kept = {str(number) for number in numbers(out)}
    for folder in (out / FAILURES).glob("*"):
        if _is_number(folder.name) and folder.name not in kept:
            _remove(folder)
    return spare


def manifest_path(out: Path, number: int) -> Path:
    """Where the manifest of an edition is; a folder of editions without one is somebody else's."""
    return out / EDITIONS / str(number) / manifest.FILE


def _remove_edition(out: Path, number: int) -> None:
    # Renamed first: no half of an edition is ever to be seen.
    hidden = out / f"{ROOM}pruned-{number}"
    _remove((out / EDITIONS / str(number)).rename(hidden))


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    # A kernel that has been interrupted may still be putting its things away.
    for _ in range(50):
        if not path.exists():
            break
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            time.sleep(0.1)
