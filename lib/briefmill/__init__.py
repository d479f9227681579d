"""Any parameterised notebook to PDF and HTML: planned, run, published. What it is about, a `domain` says.

Names are looked up late: whether anything has changed is told without importing most of what is behind them, and
papermill imports the module of an engine with itself.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Domain": "domain",
    "Edition": "editions.publishing",
    "Exit": "exits",
    "Job": "jobs",
    "Locked": "editions.locking",
    "Plan": "planning",
    "PlanError": "planning",
    "build": "building",
    "log": "logs",
    "plan": "planning",
    "prune": "schedule.scheduled",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
