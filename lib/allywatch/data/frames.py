"""Text cells as values: numbers, days, lists, and the days that a date in EDTF leaves open."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.contract import Field, TableSchema

_FIRST_DAY = date(1970, 1, 1).toordinal()
_NO_DAY = pd.NaT.value


def typed(cells: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Text cells as values of their field's type, with a plain index.

    Blank text is "", a list a tuple of str, a number nullable, a day ``datetime64``.
    """
    index = pd.RangeIndex(len(cells))
    columns = {
        name: _values(cells[name], field) for name, field in schema.fields.items()
    }
    return pd.DataFrame(columns, index=index)


def _values(column: pd.Series, field: Field) -> Any:
    """The cells of a column as values, without its index, which would be compared with those of all other columns."""
    kind = field["type"]
    if kind == "list":
        delimiter = field["delimiter"]
        return _each(column, lambda cell: _split(cell, delimiter)).array
    if kind == "integer":
        return pd.to_numeric(column.where(column != "")).astype("Int64").array
    if kind == "number":
        return pd.to_numeric(column.where(column != "")).astype("Float64").array
    if kind == "date":
        days = pd.to_datetime(column.where(column != ""), format="%Y-%m-%d")
        return days.astype("datetime64[s]").array
    return pd.array(column.to_numpy(), dtype="str")


def _split(cell: str, delimiter: str) -> tuple[str, ...]:
    return tuple(cell.split(delimiter)) if cell else ()


def with_publication_days(sources: pd.DataFrame) -> pd.DataFrame:
    """`sources` with `published_earliest` and `published_latest`, from `published`."""
    bounds = _each(sources["published"], dates.bounds)
    return sources.assign(
        published_earliest=_days(bounds, "earliest"),
        published_latest=_days(bounds, "latest"),
    )


def with_days(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with `earliest`, `counted`, `latest` and `ongoing`, from `date`; see `dates.Bounds`.

    What began at an unknown time is dated by the day on which it was told, and that is no day of the act: there
    `counted` is missing, as for what has no date.
    """
    bounds = _each(frame["date"], dates.bounds)
    earliest = _days(bounds, "earliest")
    return frame.assign(
        earliest=earliest,
        counted=_days(bounds, "counted").where(earliest.notna()),
        latest=_days(bounds, "latest"),
        ongoing=bounds.map(lambda each: each.ongoing).astype(bool),
    )


def _days(bounds: pd.Series, name: str) -> pd.Series:
    """The day that each of `bounds` has by that name."""
    days = [getattr(each, name) for each in bounds]
    return pd.Series(days, index=bounds.index, dtype=object).astype("datetime64[s]")


def _each(cells: pd.Series, value_of: Callable[[str], Any]) -> pd.Series:
    """As `for_each`, as a column with a plain index."""
    return pd.Series(for_each(cells, value_of), dtype=object)


def for_each(column: pd.Series, value_of: Callable[[Any], Any]) -> list[Any]:
    """The value of each cell of a column, worked out once for cells that are alike."""
    numbers, distinct = pd.factorize(column, use_na_sentinel=False)
    values = [value_of(cell) for cell in distinct.tolist()]
    return [values[number] for number in numbers.tolist()]


def days_as_text(days: pd.Series) -> list[str]:
    """Each of `days` in ISO 8601, ``NaT`` where there is none."""
    numbers = days.to_numpy().astype("datetime64[D]").astype("int64")
    return list(map(_iso_day, numbers.tolist()))


@cache  # a table has the same days in several columns, and is written more than once
def _iso_day(number: int) -> str:
    """The day so many days after 1 January 1970."""
    if number == _NO_DAY:
        return "NaT"
    return date.fromordinal(_FIRST_DAY + number).isoformat()


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of `frame` as named tuples, of any type: which columns there are is known only at run time.

    As by `DataFrame.itertuples`, which makes a new class for each frame: for a frame of a few rows that is most of the
    time.
    """
    if frame.empty:
        return iter(())
    columns = [frame[name].tolist() for name in frame.columns]
    named = _row_of(tuple(frame.columns))
    return map(named._make, zip(frame.index.tolist(), *columns, strict=True))


class Rows:
    """The rows of a frame by their place, as of `each_row`; each is made when it is asked for, for days take long."""

    def __init__(self, frame: pd.DataFrame) -> None:
        columns = (frame[name] for name in frame.columns)
        self._index = frame.index.tolist()
        self._cells = [
            each.array if _is_day(each) else each.tolist() for each in columns
        ]
        self._row_of = _row_of(tuple(frame.columns))

    def __getitem__(self, place: int) -> Any:
        cells = (column[place] for column in self._cells)
        return self._row_of(self._index[place], *cells)


class ByKey(Mapping[str, Any]):
    """A mapping of which each value is made, of what it has in `places`, when it is asked for."""

    def __init__(self, places: Mapping[str, Any], value_at: Callable[[Any], Any]):
        self._places = places
        self._value_at = value_at

    def __getitem__(self, key: str) -> Any:
        return self._value_at(self._places[key])

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _is_day(column: pd.Series) -> bool:
    return column.dtype.kind == "M"


@lru_cache
def _row_of(columns: tuple[Hashable, ...]) -> Any:
    """The class of a row with these columns."""
    names = ["Index", *map(str, columns)]
    return namedtuple("Row", names, rename=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `frame` as dicts, column to value."""
    columns = [frame[name].tolist() for name in frame.columns]
    names = list(map(str, frame.columns))
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
