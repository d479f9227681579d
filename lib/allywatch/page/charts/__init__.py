"""Frame to figure. Charts draw what scoring and evidence computed; they compute nothing themselves."""

from allywatch.page.charts.matrices import by_dimension, by_source, single_source
from allywatch.page.charts.network import tiers, tile_map
from allywatch.page.charts.profiles import left_out
from allywatch.page.charts.steps import steps
from allywatch.page.charts.trajectory import trajectory
from allywatch.page.charts.turning import turning_points
