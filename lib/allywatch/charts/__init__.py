"""Frame to figure. Charts draw what scoring and evidence computed; they compute nothing themselves."""

from allywatch.charts.matrices import by_dimension, by_source, single_source
from allywatch.charts.network import tiers, tile_map
from allywatch.charts.profiles import left_out
from allywatch.charts.trajectory import trajectory
from allywatch.charts.turning import turning_points
