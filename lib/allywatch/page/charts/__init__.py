"""Frame to figure. Charts draw what scoring and evidence computed; they compute nothing themselves."""

from allywatch.page.charts.steps import steps
from allywatch.page.charts.tiles import tile_map
