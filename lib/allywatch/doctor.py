"""Is this machine, this data and this output folder fit for a run? Each answer with what to do."""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path

from allywatch import check
from allywatch.data.contract import ContractError, visible
from allywatch.data.loading import examine
from briefmill.editions import locking, store
from briefmill.execution import ENGINE
from briefmill.schedule import schedules

LOCK_FILE = "requirements.lock"
LEAST_PYTHON = (3, 11)
LEAST_ROOM_MB = 200  # an edition of twenty briefings takes a tenth of it


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, whether it is `well`, what was found and, if it is not well, what to do."""

    about: str
    well: bool
    said: str
    todo: str = ""

    def __str__(self):
        mark = "ok  " if self.well else "BAD "
        return visible(
            f"{mark} {self.about}: {self.said}"
            + (f". {self.todo}" if self.todo else "")
        )


def examination(data_dir: Path, out: Path, timetable: Path) -> Iterator[Finding]:
    """Look at everything a run needs; `timetable` is the TOML file with the schedules, beside the lock file."""
    yield _python()
    yield _packages(timetable.with_name(LOCK_FILE))
    yield _data(data_dir)
    try:
        found = examine(data_dir)
    except ContractError:
        found = None
    if found is not None:
        yield _documents(found)
        yield _fonts(found)
    yield _output(out)
    yield Finding("engine", True, ENGINE)
    yield _schedules(timetable)


def _python() -> Finding:
    fit, said = (
        sys.version_info >= LEAST_PYTHON,
        ".".join(map(str, sys.version_info[:3])),
    )
    return Finding("Python", fit, said, "" if fit else "Install 3.11 or newer")


def _packages(lock: Path) -> Finding:
    """What is installed against the versions in the lock; one that the lock wants on other machines may be missing."""
    try:
        pins = re.findall(
            r"^([a-z0-9-]+)==([^ ;\\]+)( ;)?",
            lock.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    except OSError:
        return Finding(
            "packages", True, f"there is no {lock.name} here to compare them with"
        )
    wanted: dict[str, set[str]] = {}
    for name, version, _ in pins:
        wanted.setdefault(name, set()).add(version)
    installed = {name: _version(name) for name in wanted}
    elsewhere = {name for name, _, condition in pins if condition}
    wrong = [
        f"{name} {installed[name] or 'missing'} instead of {' or '.join(sorted(versions))}"
        for name, versions in wanted.items()
        if installed[name] not in versions
        and not (installed[name] is None and name in elsewhere)
    ]
    todo = f"Run: pip install --require-hashes -r {lock.name}" if wrong else ""
    return Finding(
        "packages",
        not wrong,
        ", ".join(wrong) or f"the {len(wanted)} of {lock.name}",
        todo,
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _data(data_dir: Path) -> Finding:
    report = check.check(data_dir)
    todo = (
        ""
        if report.exit_code == check.SOUND
        else f"Run: allywatch check --data {data_dir}"
    )
    return Finding("data", not todo, report.lines[-1], todo)


def _documents(found) -> Finding:
    """Without documents briefings can be built; one that is missing among others is a slip."""
    if found.documents is None:
        return Finding(
            "documents", True, "none at hand; passages are given by place alone"
        )
    missing = [
        file
        for file in found.cells["sources"]["file"]
        if not (found.documents / file).is_file()
    ]
    todo = f"Put it into {found.documents}" if missing else ""
    said = (
        f"missing: {', '.join(missing)}"
        if missing
        else f"all {len(found.cells['sources'])} there"
    )
    return Finding("documents", not missing, said, todo)


def _fonts(found) -> Finding:
    """Whether every character that may come onto a page has a face that draws it."""
    from matplotlib.ft2font import FT2Font

    from briefmill.render.fonts import face_files
    from briefmill.render.printable import printable

    drawn = {
        code
        for file in face_files()
        if "LastResort" not in file.name
        for code in FT2Font(file).get_charmap()
    }
    texts = (
        cell
        for table in found.cells.values()
        for column in table
        for cell in table[column].unique()
    )
    used = {c for text in texts for c in printable(text) if not c.isspace()}
    bare = sorted(c for c in used - {"\u200b"} if ord(c) not in drawn)
    if not bare:
        return Finding(
            "fonts",
            True,
            f"{len(face_files())} faces, which draw every character in the data",
        )
    named = ", ".join(
        f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in bare[:5]
    )
    more = f" and {len(bare) - 5} more" if len(bare) > 5 else ""
    todo = "They are printed as their numbers; spell them otherwise"
    return Finding("fonts", False, f"no face draws {named}{more}", todo)


def _output(out: Path) -> Finding:
    """Whether a run could lock and write the output folder now."""
    place = next(
        folder
        for folder in (out.absolute(), *out.absolute().parents)
        if folder.exists()
    )
    try:
        with (
            locking.held(out) if place == out.absolute() else nullcontext(),
            store.room(place),
        ):
            room = shutil.disk_usage(place).free // 2**20
    except locking.Locked as error:
        return Finding("output", False, str(error), "Wait for it, or end that process")
    except OSError as error:
        todo = "Mend its rights, or name another with --out"
        return Finding(
            "output", False, f"{out} cannot be written ({error.strerror})", todo
        )
    if room < LEAST_ROOM_MB:
        todo = "Make room, or: allywatch prune --keep 5"
        return Finding("output", False, f"{room} MB are free in {out}", todo)
    return Finding(
        "output", True, f"{out} can be written, {room} MB are free, and no run holds it"
    )


def _schedules(timetable: Path) -> Finding:
    if not timetable.is_file():
        return Finding("schedules", True, f"there is no {timetable.name} here")
    try:
        found = schedules.read(timetable)
    except schedules.ScheduleError as error:
        return Finding(
            "schedules", False, str(error), "Mend them; docs/unattended.md has examples"
        )
    told = [
        f"{name} next at {next(islice(each.times, 1)):%Y-%m-%d %H:%M} {each.timezone}"
        for name, each in found.items()
    ]
    return Finding("schedules", True, ", ".join(told) or f"none in {timetable.name}")
