"""Days to millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Scale:
    """Days to millimetres: `first` lies at `left`, `last` at `right`; days outside are cut to the axis."""

    first: pd.Timestamp
    last: pd.Timestamp
    left: float
    right: float

    def x(self, day: pd.Timestamp) -> float:
        """Place of `day` on the axis; a missing day is its left end."""
        if pd.isna(day):
            return self.left
        shown = min(max(day, self.first), self.last)
        share = (shown - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def start(self, year: int) -> float:
        """Place of the first day of `year`."""
        return self.x(pd.Timestamp(year, 1, 1))

    @property
    def years(self) -> range:
        """Calendar years that the axis touches."""
        return range(self.first.year, self.last.year + 1)
