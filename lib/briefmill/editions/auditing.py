"""Whether every edition is still what was published: an edit in place reaches each edition that shares the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from briefmill.editions import manifest, store
from briefmill.hashing import sha256

_NEW = ".mended"


@dataclass(frozen=True)
class Damage:
    """A file of an edition that is not what was published.

    `good` is a file that holds what it held, in another edition or under another name; None where there is none.
    """

    edition: int
    path: Path
    name: str
    good: Path | None

    def __str__(self) -> str:
        return f"{self.name} of edition {self.edition} is not what was published"


def damages(out: Path) -> list[Damage]:
    """Every file in `out` that is not what the manifest of its edition says, oldest edition first.

    A manifest that cannot be read is one of them. A file that several editions share is read once.
    """
    wrong: list[tuple[int, Path, str, str]] = []
    good: dict[str, Path] = {}
    digests: dict[tuple[int, int], str] = {}
    for number in store.numbers(out):
        folder = out / store.EDITIONS / str(number)
        for name, expected in _expected(folder):
            path = folder / name
            digest = _digest(path, digests)
            if digest and digest == expected:
                good[digest] = path
            else:
                wrong.append((number, path, name, expected))
    return [
        Damage(number, path, name, good.get(expected))
        for number, path, name, expected in wrong
    ]


def _expected(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of an edition, each with the SHA-256 that it should have."""
    said = manifest.read(folder)
    if said:
        yield from manifest.files(said).items()
    elif (folder / manifest.SCHEMA).is_file():
        yield manifest.FILE, ""


def _digest(path: Path, digests: dict[tuple[int, int], str]) -> str:
    """The SHA-256 of a file, ``""`` where it cannot be read; `digests` holds those of the files read so far."""
    try:
        status = path.stat()
        place = status.st_dev, status.st_ino
        if place not in digests:
            digests[place] = sha256(path)
    except OSError:
        return ""
    return digests[place]


def mend(out: Path) -> tuple[list[Damage], list[Damage]]:
    """Put back what can be put back; the damages that were mended, and those that were not.

    Only for whoever holds the lock of `out`.
    """
    mended = []
    lasting = []
    for damage in damages(out):
        if damage.good is not None and _put_back(damage.good, damage.path):
            mended.append(damage)
        else:
            lasting.append(damage)
    return mended, lasting


def _put_back(good: Path, path: Path) -> bool:
    new = path.with_name(f"{_NEW}-{path.name}")
    try:
        path.parent.mkdir(exist_ok=True)
        store.link(good, new)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        return False
    return True
