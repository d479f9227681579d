"""The proposers that are installed, by the names of their entry points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Protocol

from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.proposal import Proposal

GROUP = "allywatch.proposers"
#: The one that comes with allywatch and asks elsewhere.
MODEL = "model"
#: What is asked where nobody is named, the first that can be loaded.
_BY_DEFAULT = ("neighbours", "rules")
_MISSING = 'it needs {module}: pip install "allywatch[{extra}]"'


class UnknownProposer(ValueError):
    """A proposer that is not installed, or cannot be loaded; `str()` says what to do."""


class NotAnswered(ValueError):
    """A proposer elsewhere that was asked and did not answer, or so that nothing can be used; `str()` says why."""


@dataclass(frozen=True)
class Announcement:
    """What would be sent where and at what cost, in lines, and to how many questions it comes."""

    lines: Sequence[str]
    questions: int


class Elsewhere(Protocol):
    """A proposer that sends documents to somebody: a class that is made with a TOML file of settings."""

    version: str

    def announcement(self, documents: Sequence[Document]) -> Announcement:
        """What of these documents would be sent; a person agrees to it before anything is proposed."""

    def propose(self, document: Document) -> list[Proposal]:
        """What is proposed for a document; it may raise NotAnswered."""

    def account(self) -> list[str]:
        """What was sent, what it cost and what was refused, in lines."""


@dataclass(frozen=True)
class Proposer:
    """A proposer by its name, with its version; `elsewhere` where it sends documents to somebody."""

    name: str
    version: str
    propose: Callable[[Document], list[Proposal]]
    elsewhere: Elsewhere | None = None


@cache  # looking through what is installed takes longer than most that a person does at the desk
def proposers() -> dict[str, EntryPoint]:
    """The entry points of all that are installed, by name; none is loaded."""
    return {each.name: each for each in entry_points(group=GROUP)}


def proposers_here() -> list[str]:
    """The names of those that send nothing to anybody, and so can be asked without leave."""
    return sorted(name for name in proposers() if name != MODEL)


def proposer(name: str, settings: Path | None = None) -> Proposer:
    """The proposer that goes by a name, with the `settings` of one that asks elsewhere.

    Raises
    ------
    UnknownProposer
        If there is none, what it needs is not installed, or it takes settings and has none.
    """
    installed = proposers()
    if name not in installed:
        known = ", ".join(sorted(installed)) or "none; install allywatch again"
        raise UnknownProposer(
            f"No proposer is called {name!r}. Installed are: {known}."
        )
    entry_point = installed[name]
    try:
        loaded = entry_point.load()
    except ModuleNotFoundError as error:
        extra = MODEL if name == MODEL else "propose"
        reason = _MISSING.format(module=error.name, extra=extra)
        raise UnknownProposer(
            f"The proposer {name} cannot be loaded: {reason}."
        ) from None
    package = entry_point.dist.name if entry_point.dist else "allywatch"
    if name != MODEL:
        return Proposer(name, f"{package} {version(package)}", loaded)
    if settings is None:
        raise UnknownProposer(
            f"The proposer {name} sends documents to an endpoint of your choice: name the TOML file with its settings, "
            "--model FILE. docs/proposing.md has an example."
        )
    elsewhere: Elsewhere = loaded(settings)
    return Proposer(name, elsewhere.version, elsewhere.propose, elsewhere)


def default_proposer() -> Proposer:
    """The proposer that is asked where nobody is named: *neighbours*, or *rules* where that cannot be loaded."""
    for name in _BY_DEFAULT[:-1]:
        try:
            return proposer(name)
        except UnknownProposer:
            continue
    return proposer(_BY_DEFAULT[-1])
