"""The plotting backend of pandas for notebooks that are set as pages: matplotlib's, which draws nothing where there is nothing.

pandas raises an error for data without a number in it. A briefing has such data for the unit that nobody reports on; it
gets an empty figure, in whose place the page says so.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_BACKEND = "pandas.plotting._matplotlib"


def plot(data: Any, **options: Any) -> Any:
    """Draw `data` as matplotlib's backend does; empty axes where it holds no number."""
    if _has_numbers(data):
        return data.plot(backend="matplotlib", **options)
    from matplotlib import pyplot

    return options.get("ax") or pyplot.figure().add_subplot()


def _has_numbers(data: Any) -> bool:
    if data.empty:
        return False
    columns = data.to_frame() if data.ndim == 1 else data
    return not columns.select_dtypes("number").dropna(how="all").empty


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module(_BACKEND), name)
