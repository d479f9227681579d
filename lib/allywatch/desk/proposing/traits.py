"""What a text is like, as numbers: the notions it tells of, how it is put, and who acts in it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from allywatch.desk.proposing import words
from allywatch.desk.proposing.actors import Mention

_MODALITIES = ("reported", "assessed", "forecast", "attributed", "hedged", "denied")
_NOT = re.compile(
    r"\b(?:not|no|never|nothing|without|nor|little)\b|n[’']t\b", re.IGNORECASE
)
#: More places where a notion is told of say no more.
_MOST_PLACES = 2
#: How much two notions together count beside each.
_PAIR = 0.6


def traits(
    text: str,
    mentions: Sequence[Mention],
    partners: Sequence[str],
    has_counterparts: bool,
    modality: str,
    focal_power: str,
    around: str = "",
    share_of_around: float = 0.0,
) -> np.ndarray:
    """The traits of a text of these partners, 0 and above; notions of the sentence `around` it count for a share."""
    told = np.array(notions(text))
    if around:
        told = told + share_of_around * np.array(notions(around))
    first: set[str] = set(mentions[0].codes) if mentions else set()
    power_acts = focal_power in first
    partner_acts = not first.isdisjoint(partners)
    others = [
        tuple(partners) == (focal_power,),
        has_counterparts,
        len(partners) > 1,
        power_acts,
        partner_acts,
        bool(first) and not power_acts and not partner_acts,
        any(focal_power in each.codes for each in mentions),
        words.pattern("past").search(text) is not None,
        words.pattern("present").search(text) is not None,
        _NOT.search(text) is not None,
        *(modality == each for each in _MODALITIES),
    ]
    return np.concatenate([told, _PAIR * _pairs(told), np.array(others, dtype=float)])


def _pairs(told: np.ndarray) -> np.ndarray:
    """How far each two notions are both told of, 0 to 1: trade that is curbed is more than trade and a curb."""
    at_most_one = np.minimum(told, 1.0)
    both = np.outer(at_most_one, at_most_one)
    return np.asarray(both[np.triu_indices(len(told), 1)])


@lru_cache(maxsize=8192)
def notions(text: str) -> tuple[float, ...]:
    """How much a text tells of each notion of the language, from 0 on."""
    strengths = []
    for name in words.names_of_lists("notions"):
        places = len(words.pattern("notions", name).findall(text))
        strengths.append(math.sqrt(min(places, _MOST_PLACES)))
    return tuple(strengths)
