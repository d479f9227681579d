"""Plan, execute, publish: the only importer of papermill and the only writer of reports.

Names are looked up late: whether anything has changed can be told without most of what is behind them, and
papermill imports the module of an engine with itself.
"""

from importlib import import_module

_HOMES = {
    "Edition": "editions.publishing",
    "Job": "planning",
    "Locked": "editions.locking",
    "Plan": "planning",
    "PlanError": "planning",
    "build": "editions.publishing",
    "log": "logs",
    "plan": "planning",
    "prune": "schedule.scheduled",
}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return sorted(_HOMES)
