"""What a domain gives briefmill: its data, the part each briefing rests on, and its words.

A domain is a module inside a package of its own. briefmill is handed the module itself, and the process of a job
finds it by its dotted name. All of it that is slow to import is imported inside its functions: whether anything
has changed is told without them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from briefmill.render.document import Document

Dataset = Any  # the domain's own
Subset = Any  # the domain's own; it can be pickled
Snapshot = dict[str, Any]


class Domain(Hashable, Protocol):
    """The functions and constants of a domain module.

    A *unit* is what one briefing is about, such as a partner or a town; it has an id. A briefing without a unit is
    about all of them, and its unit is ``""``.
    """

    __name__: str

    #: A notebook that declares this parameter runs once per unit.
    UNIT_PARAMETER: str

    #: What CHANGES.md says of an edition in which no briefing says anything new.
    UNCHANGED: str

    def input_files(self, data_dir: Path) -> dict[str, Path]:
        """Every file that a briefing may rest on, by its name in a job's folder: ``data/…`` for what is in `data_dir`."""

    def load(self, data_dir: Path, as_of: date | None) -> Dataset:
        """The data in a folder, as known on `as_of` (None: all of it).

        Raises
        ------
        ValueError
            If the folder holds no such data; the text is for its user.
        """

    def title(self, dataset: Dataset) -> str:
        """What all briefings are about, in a few words."""

    def units(self, dataset: Dataset) -> Mapping[str, str]:
        """The units that get a briefing, in order: id to printed name."""

    def resolve(self, dataset: Dataset, words: Iterable[str]) -> list[str]:
        """The ids of the units that `words` name.

        Raises
        ------
        ValueError
            If some of them name no unit with a briefing; its text names all of these.
        """

    def subset(self, dataset: Dataset, unit: str) -> Subset:
        """All that the briefing on `unit` may rest on; for ``""`` the whole."""

    def key(self, subset: Subset) -> dict[str, str]:
        """The parts of a subset, by a name for people, each with its hash: a briefing is current while all are the same."""

    def environment(self, data_dir: Path, prepared: Path) -> dict[str, str]:
        """Variables for the process of a job, by which the notebook's own loading of `data_dir` takes the pickled
        subset in the file `prepared` instead of reading the folder."""

    def preload(self) -> None:
        """Import what notebooks need and make what every job makes once, before children are forked."""

    def edition_facts(self, dataset: Dataset) -> dict[str, Any]:
        """What the manifest says of an edition beside its number, its day and what it was made from."""

    def describe(self, document: Document) -> dict[str, Any]:
        """What the manifest says of a briefing beside what its blocks record (`document.record`)."""

    def changes(self, earlier: Snapshot, now: Snapshot) -> list[str]:
        """Each difference between the snapshots of a briefing in two editions, as a line of plain text."""

    def conclusions(self, earlier: Snapshot, now: Snapshot) -> list[str]:
        """Those of the differences that change what the briefing concludes, as lines of plain text for a short letter."""

    def pages(self, manifest: dict[str, Any], dataset: Dataset) -> dict[str, str]:
        """The pages of an edition beside its briefings, by file name; ``index.html`` is the one that opens first."""


def find(name: str) -> Domain:
    """The domain whose module has this dotted name."""
    return cast(Domain, import_module(name))
