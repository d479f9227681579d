"""Frames to sentences with their evidence marks; probability and confidence words."""

from allywatch.wording.apparatus import masthead, method, one_sided, one_thesis
from allywatch.wording.captions import (
    by_dimension_alt,
    by_dimension_source,
    by_source_alt,
    by_source_source,
    left_out_alt,
    network_source,
    single_source_alt,
    tiers_alt,
    tile_map_alt,
    trajectory_alt,
    trajectory_source,
    trajectory_title,
    turning_alt,
    turning_source,
)
from allywatch.wording.grammar import counted, joined, number, percent, signed, verb
from allywatch.wording.judgements import BY_ANALYST, settling
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
