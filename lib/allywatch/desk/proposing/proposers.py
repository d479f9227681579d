"""The proposers that are installed, by the names of their entry points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points, version

from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.proposal import Proposal

GROUP = "allywatch.proposers"
#: What is asked where nobody is named, the first that can be loaded.
_BY_DEFAULT = ("neighbours", "rules")
_MISSING = 'it needs {module}: pip install "allywatch[propose]"'


class UnknownProposer(ValueError):
    """A proposer that is not installed, or cannot be loaded; `str()` says what to do."""


@dataclass(frozen=True)
class Proposer:
    """A proposer by its name, with the version of what it comes with."""

    name: str
    version: str
    propose: Callable[[Document], list[Proposal]]


def proposers() -> dict[str, EntryPoint]:
    """The entry points of all that are installed, by name; none is loaded."""
    return {each.name: each for each in entry_points(group=GROUP)}


def proposer(name: str) -> Proposer:
    """The proposer that goes by a name.

    Raises
    ------
    UnknownProposer
        If there is none, or what it needs is not installed.
    """
    installed = proposers()
    if name not in installed:
        known = ", ".join(sorted(installed)) or "none; install allywatch again"
        raise UnknownProposer(
            f"No proposer is called {name!r}. Installed are: {known}."
        )
    entry_point = installed[name]
    try:
        function = entry_point.load()
    except ModuleNotFoundError as error:
        reason = _MISSING.format(module=error.name)
        raise UnknownProposer(
            f"The proposer {name} cannot be loaded: {reason}."
        ) from None
    package = entry_point.dist.name if entry_point.dist else "allywatch"
    return Proposer(name, f"{package} {version(package)}", function)


def default_proposer() -> Proposer:
    """The proposer that is asked where nobody is named: *neighbours*, or *rules* where that cannot be loaded."""
    for name in _BY_DEFAULT[:-1]:
        try:
            return proposer(name)
        except UnknownProposer:
            continue
    return proposer(_BY_DEFAULT[-1])
