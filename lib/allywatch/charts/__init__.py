"""Frame to figure. Charts draw what scoring and evidence computed; they compute nothing themselves."""

from allywatch.charts.profiles import left_out
from allywatch.charts.trajectory import trajectory

__all__ = ["left_out", "trajectory"]
