"""Frames to sentences with their evidence marks; probability and confidence words."""

from allywatch.wording.apparatus import masthead, method, one_thesis
from allywatch.wording.captions import left_out_alt, trajectory_alt, trajectory_source, trajectory_title
from allywatch.wording.grammar import counted, joined, number, percent, signed, verb
from allywatch.wording.judgements import BY_ANALYST, settling
from allywatch.wording.network_captions import (
    by_dimension_alt,
    by_dimension_source,
    by_source_alt,
    by_source_source,
    network_source,
    single_source_alt,
    tiers_alt,
    tile_map_alt,
    turning_alt,
    turning_source,
)
from allywatch.wording.outlook import (
    forecast_list,
    gaps,
    indicators,
    network_indicators,
    network_reading,
    opposite_reading,
)
from allywatch.wording.sections import by_dimension, changes, changes_in_column, thin_points
from allywatch.wording.since import listed
from allywatch.wording.verdicts import bottom_line, direction_word, key_figures, other_way

__all__ = [
    "BY_ANALYST",
    "bottom_line",
    "by_dimension",
    "by_dimension_alt",
    "by_dimension_source",
    "by_source_alt",
    "by_source_source",
    "changes",
    "changes_in_column",
    "counted",
    "direction_word",
    "forecast_list",
    "gaps",
    "indicators",
    "joined",
    "key_figures",
    "left_out_alt",
    "listed",
    "masthead",
    "method",
    "network_indicators",
    "network_reading",
    "network_source",
    "number",
    "one_thesis",
    "opposite_reading",
    "other_way",
    "percent",
    "settling",
    "signed",
    "single_source_alt",
    "thin_points",
    "tiers_alt",
    "tile_map_alt",
    "trajectory_alt",
    "trajectory_source",
    "trajectory_title",
    "turning_alt",
    "turning_source",
    "verb",
]
