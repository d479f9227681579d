"""Whether this machine, this data and this output folder are fit for a run."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path

from allywatch.check import SOUND, check
from allywatch.data import faces
from allywatch.data.contract import visible
from allywatch.data.loading import Examination
from briefmill.editions import auditing, locking, store
from briefmill.execution import ENGINE
from briefmill.schedule import schedules

LOCK_FILE = "requirements.lock"
MIN_PYTHON = (3, 11)
MIN_FREE_MB = 200  # an edition of twenty briefings takes a tenth of it
#: A line of the lock file; one with a condition may be wanted on other machines only.
_PIN = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)( ;)?", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """What was looked at and found, and what to do about it; `todo` is "" if all is well."""

    about: str
    found: str
    todo: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.todo

    def __str__(self) -> str:
        mark = "ok  " if self.well else "BAD "
        advice = f". {self.todo}" if self.todo else ""
        return visible(f"{mark} {self.about}: {self.found}{advice}")


def examination(data_dir: Path, out: Path, timetable: Path) -> Iterator[Finding]:
    """Look at everything a run needs.

    `timetable` is the TOML file with the schedules; the lock file lies beside it.
    """
    yield _python()
    yield _packages(timetable.with_name(LOCK_FILE))
    report = check(data_dir)
    sound = report.exit_code == SOUND
    todo = "" if sound else f"Run: allywatch check --data {data_dir}"
    yield Finding("data", report.lines[-1], todo)
    if report.examination is not None:
        yield _documents(report.examination)
        yield _fonts(report.examination)
    yield _output(out)
    yield _editions(out)
    yield Finding("engine", ENGINE)
    yield _schedules(timetable)


def _python() -> Finding:
    version = ".".join(str(number) for number in sys.version_info[:3])
    todo = "" if sys.version_info >= MIN_PYTHON else "Install 3.11 or newer"
    return Finding("Python", version, todo)


def _packages(lock_file: Path) -> Finding:
    """Compare the installed packages with the versions in the lock file."""
    try:
        pins = _PIN.findall(lock_file.read_text(encoding="utf-8"))
    except OSError:
        return Finding(
            "packages", f"there is no {lock_file.name} here to compare them with"
        )
    versions: dict[str, set[str]] = {}
    conditional = set()
    for name, version, condition in pins:
        versions.setdefault(name, set()).add(version)
        if condition:
            conditional.add(name)

    wrong = []
    for name, expected in versions.items():
        installed = _installed_version(name)
        not_for_this_machine = installed is None and name in conditional
        if installed not in expected and not not_for_this_machine:
            right = " or ".join(sorted(expected))
            wrong.append(f"{name} {installed or 'missing'} instead of {right}")
    if wrong:
        todo = f"Run: pip install --require-hashes -r {lock_file.name}"
        return Finding("packages", ", ".join(wrong), todo)
    return Finding("packages", f"the {len(versions)} of {lock_file.name}")


def _installed_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _documents(examination: Examination) -> Finding:
    """Briefings can be built without any document; one missing among others is a slip."""
    folder = examination.documents
    if folder is None:
        return Finding("documents", "none at hand; passages are given by place alone")
    files = examination.cells["sources"]["file"]
    missing = examination.verification.missing
    if missing:
        todo = f"Put it into {folder}, where it can be read"
        return Finding("documents", f"missing: {', '.join(missing)}", todo)
    return Finding("documents", f"all {len(files)} there")


def _fonts(examination: Examination) -> Finding:
    """Whether every character that may come onto a page has a face that draws it."""
    from briefmill.packages import face_files
    from briefmill.render.fonts import more_families

    missing = faces.undrawn_characters(examination)
    if not missing:
        known = f"{len(face_files())} faces"
        more = more_families(faces.characters(examination.cells.values()))
        if more:
            names = ", ".join(family.name for family in more)
            known = f"{known}, and of the system {names}"
        return Finding("fonts", f"{known}, which draw every character in the data")
    todo = f"They are printed as their numbers; {faces.HINT}"
    return Finding("fonts", f"no face draws {faces.named(missing)}", todo)


def _output(out: Path) -> Finding:
    """Whether a run could lock and write the output folder now."""
    out_path = out.absolute()
    try:
        existing = next(
            folder for folder in (out_path, *out_path.parents) if folder.exists()
        )
        with ExitStack() as stack:
            if existing == out_path:
                stack.enter_context(locking.held(out))
                store.try_to_publish(out)
            stack.enter_context(store.room(existing))
            free_mb = shutil.disk_usage(existing).free // 2**20
    except locking.Locked as error:
        todo = "Wait for it"
        if locking.is_here(locking.holder(out)):
            todo = "Wait for it, or end that process"
        return Finding("output", str(error), todo)
    except OSError as error:
        todo = "Mend its rights, or name another with --out"
        why = f"{error.strerror or error}"
        if error.filename:
            why = f"{Path(error.filename).name}: {why}"
        return Finding("output", f"{out} cannot be written ({why})", todo)
    if free_mb < MIN_FREE_MB:
        todo = "Make room, or: allywatch prune --keep 5"
        return Finding("output", f"{free_mb} MB are free in {out}", todo)
    found = f"{out} can be written, {free_mb} MB are free, and no run holds it"
    return Finding("output", found)


def _editions(out: Path) -> Finding:
    """Whether the editions are still what was published."""
    damages = auditing.damages(out)
    if not store.numbers(out):
        return Finding("editions", "none yet")
    if not damages:
        return Finding(
            "editions", f"{len(store.numbers(out))}, each as it was published"
        )
    todo = "Put back what you have a copy of, or remove that edition"
    if any(damage.good or _is_shown(damage, out) for damage in damages):
        todo = f"Run: allywatch build --out {out}"
    return Finding("editions", "; ".join(map(str, damages)), todo)


def _is_shown(damage: auditing.Damage, out: Path) -> bool:
    return damage.edition == store.shown(out)


def _schedules(timetable: Path) -> Finding:
    if not timetable.is_file():
        return Finding("schedules", f"there is no {timetable.name} here")
    try:
        known = schedules.read(timetable, "allywatch")
    except schedules.ScheduleError as error:
        todo = "Mend them; docs/unattended.md has examples"
        return Finding("schedules", str(error), todo)
    runs = []
    for name, schedule in known.items():
        next_run = next(islice(schedule.times, 1))
        runs.append(f"{name} next at {next_run:%Y-%m-%d %H:%M} {schedule.timezone}")
    return Finding("schedules", ", ".join(runs) or f"none in {timetable.name}")
