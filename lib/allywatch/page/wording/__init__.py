"""Frames to sentences with their evidence marks; probability and confidence words."""

from allywatch.page.wording.apparatus import masthead, method, one_sided, one_thesis
from allywatch.page.wording.captions import (
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
from allywatch.page.wording.grammar import (
    counted,
    joined,
    number,
    percent,
    signed,
    verb,
)
from allywatch.page.wording.judgements import BY_ANALYST, settling
from allywatch.page.wording.outlook import (
    forecast_list,
    gaps,
    indicators,
    network_indicators,
    network_reading,
    opposite_reading,
)
from allywatch.page.wording.sections import (
    by_dimension,
    changes,
    changes_in_column,
    thin_points,
)
from allywatch.page.wording.since import listed
from allywatch.page.wording.verdicts import (
    bottom_line,
    direction_word,
    key_figures,
    other_way,
)
