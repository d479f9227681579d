"""Frames to sentences with their evidence marks; probability and confidence words."""

from allywatch.wording.apparatus import masthead, method
from allywatch.wording.captions import left_out_alt, trajectory_alt, trajectory_source, trajectory_title
from allywatch.wording.grammar import counted, joined, number, percent, signed
from allywatch.wording.judgements import BY_ANALYST, settling
from allywatch.wording.outlook import forecast_list, gaps, indicators, opposite_reading
from allywatch.wording.sections import by_dimension, changes, thin_points
from allywatch.wording.verdicts import bottom_line, key_figures, other_way

__all__ = [
    "BY_ANALYST",
    "bottom_line",
    "by_dimension",
    "changes",
    "counted",
    "forecast_list",
    "gaps",
    "indicators",
    "joined",
    "key_figures",
    "left_out_alt",
    "masthead",
    "method",
    "number",
    "opposite_reading",
    "other_way",
    "percent",
    "settling",
    "signed",
    "thin_points",
    "trajectory_alt",
    "trajectory_source",
    "trajectory_title",
]
