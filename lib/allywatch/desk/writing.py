"""How the desk writes into a data folder: one writer at a time, and all files of a save or none."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from allywatch.data import sharing
from allywatch.data.contract import PACKAGE_FILE, visible
from allywatch.data.loading import Examination, examine
from allywatch.data.proposals import failures_of_proposals


class NotWritten(OSError):
    """A file of a data folder that cannot be written; `str()` names it, and says why and what has come of it."""


@contextmanager
def held(
    data_dir: Path, read: Callable[[Path], Examination] = examine
) -> Iterator[Examination]:
    """The folder as `read` finds it, kept from all other writers until the block ends. Not to be held twice.

    Raises
    ------
    NotWritten
        If another writer keeps it for longer than `sharing.PATIENCE`.
    """
    with sharing.one_writer(data_dir) as ours:
        if not ours:
            raise NotWritten(
                f"{visible(str(data_dir))} is being written to by another command or desk. "
                "Nothing was changed; try again."
            )
        yield read(data_dir)


def examined_with(
    current: Examination, contents: Mapping[str, bytes | None]
) -> Examination:
    """What `examine` finds of a copy of the folder with other `contents` of some of its files, without its documents.

    None takes a file away. What is wrong with proposals is among the failures.

    Raises
    ------
    NotWritten
        If there is no room for the copy.
    """
    tables = current.contract.tables.values()
    names = [PACKAGE_FILE, *(name for table in tables for name in table.files)]
    try:
        with TemporaryDirectory() as copy:
            staged = Path(copy)
            for name in names:
                path = current.data_dir / name
                target = staged / name
                target.parent.mkdir(parents=True, exist_ok=True)
                content = contents.get(name)
                if content is not None:
                    target.write_bytes(content)
                elif path.is_file() and name not in contents:
                    shutil.copyfile(path, target)
            examination = examine(staged)
            beside = [] if examination.failures else failures_of_proposals(examination)
            return replace(examination, failures=[*examination.failures, *beside])
    except OSError as error:
        raise NotWritten(
            f"the rows cannot be tried out in a copy ({visible(str(error))}). Nothing was changed."
        ) from None


def replace_all(current: Examination, contents: Mapping[Path, bytes | None]) -> None:
    """Put files in place together; None takes one away. Readers see all of them as they were, or all as they are.

    A file behind a link stays behind it.

    Raises
    ------
    NotWritten
        If one cannot be written, or the folder has been changed since it was read as `current`: then every file is
        as it was, and nothing is left behind. Where one cannot be put back, the message says where it lies.
    """
    swaps = [_Swap(path, content) for path, content in contents.items()]
    with _undone_on_error(swaps):
        for swap in swaps:
            swap.prepare()
        with sharing.no_reader(current.data_dir):
            _refuse_outdated(current)
            for swap in swaps:
                swap.carry_out()


def replace_whole(path: Path, content: bytes) -> None:
    """Write `content` to a file of its own, or to what a link there leads to, whole or not at all.

    Raises
    ------
    NotWritten
        If it cannot be.
    """
    swap = _Swap(path, content)
    with _undone_on_error([swap]):
        swap.prepare()
        swap.carry_out()


def _refuse_outdated(current: Examination) -> None:
    """Raise NotWritten where another has written who keeps no lock: an editor, a spreadsheet, another system."""
    now = sharing.state(current.data_dir, current.contract)
    changed = [name for name, state in now.items() if state != current.state[name]]
    if changed:
        name = visible(str(current.data_dir / changed[0]))
        raise NotWritten(
            f"{name} has been changed meanwhile. Nothing was changed; try again."
        )


@contextmanager
def _undone_on_error(swaps: Sequence[_Swap]) -> Iterator[None]:
    """Put back what was swapped if the block fails, and say why and what has come of it; leave nothing behind."""
    try:
        yield
    except BaseException as error:
        stranded = list(filter(None, (swap.put_back() for swap in reversed(swaps))))
        if isinstance(error, NotWritten) and not stranded:
            raise
        if isinstance(error, OSError) or stranded:
            outcome = " ".join(stranded) or "Nothing was changed."
            raise NotWritten(visible(f"{_reason(swaps, error)} {outcome}")) from None
        raise
    finally:
        for swap in swaps:
            swap.tidy_up()


def _reason(swaps: Iterable[_Swap], error: BaseException) -> str:
    """Which of the files could not be written, and why."""
    failed = [str(swap.place) for swap in swaps if swap.at_work]
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{', '.join(failed)} cannot be written: {reason}."


class _Swap:
    """A file that takes another's place, or with None for its content leaves it free.

    `place` is what a message calls it. `at_work` is set while something is done that may fail.
    """

    def __init__(self, path: Path, content: bytes | None) -> None:
        self.place = path
        self.at_work = False
        self._content = content
        self._path = path.resolve()
        unique = f".{self._path.name}.{uuid4().hex}"
        self._fresh = self._path.with_name(f"{unique}.new")
        self._former = self._path.with_name(f"{unique}.old")
        self._is_prepared = False
        self._is_stranded = False
        self._made_folder = False

    def prepare(self) -> None:
        """Have the new content and the former beside the file: what follows needs no more room on the disk."""
        self.at_work = True
        if self.place.is_symlink() and not self._path.exists():
            raise FileNotFoundError(errno.ENOENT, "it is a link that leads nowhere")
        if self._path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        self._make_folder()
        if self._content is not None:
            with self._fresh.open("xb") as file:
                file.write(self._content)
                file.flush()
                os.fsync(file.fileno())
        if self._path.exists():
            self._keep_former()
        self._is_prepared = True
        self.at_work = False

    def _make_folder(self) -> None:
        folder = self._path.parent
        if not folder.is_dir():
            place = self.place
            self.place = folder
            folder.mkdir(parents=True)
            self._made_folder = True
            self.place = place

    def _keep_former(self) -> None:
        if self._content is not None:
            shutil.copymode(self._path, self._fresh)
        try:
            os.link(self._path, self._former)
        except OSError:  # a file system without links, or a file of somebody else
            shutil.copy2(self._path, self._former)

    def carry_out(self) -> None:
        """Put the file in its place; what has come to a free place meanwhile stays."""
        self.at_work = True
        if self._content is None:
            self._path.unlink()
        elif os.path.lexists(self._path) and not self._former.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        else:
            self._fresh.replace(self._path)
        self.at_work = False

    def put_back(self) -> str:
        """Give the file again what it had; "", or where that fails in words where this lies."""
        is_swapped = not (self._path if self._content is None else self._fresh).exists()
        if not (self._is_prepared and is_swapped):
            return ""
        try:
            if self._former.exists():
                self._former.replace(self._path)
            else:
                self._path.unlink()
        except OSError as error:
            self._is_stranded = True
            words = f"{self.place} could not be put back: {error.strerror}."
            if self._former.exists():
                words += f" As it was, it stands in {self._former}."
            return words
        return ""

    def tidy_up(self) -> None:
        """Remove what was beside the file, and a folder that was made for nothing."""
        leftovers = [self._fresh] if self._is_stranded else [self._fresh, self._former]
        for path in leftovers:
            with suppress(OSError):
                path.unlink()
        if self._made_folder:
            with suppress(OSError):  # the file is in it
                self._path.parent.rmdir()
