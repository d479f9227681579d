"""Whether a name says no more than where something took place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from allywatch.desk.proposing import words
from allywatch.desk.proposing.actors import Mention

#: So far before a name stands what took place there.
_WITHIN = 60
_AT = r"\b(?P<at>in|at|near|outside)\s+(?:the\s+)?$"
_TO = r"\bto\s+$"
#: "In Istanbul, " before the name of the country.
_TOWN = re.compile(
    r"\b(?:in|at|near|outside)\s+(?P<town>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)?),\s+$"
)
_STOPS = re.compile(r"\s*(?:[,.;:)]|$)")


def is_place(
    text: str, mention: Mention, mentions: Sequence[Mention], focal_power: str
) -> bool:
    """Whether one of the `mentions` in a text is merely a place: of a meeting, or with its town.

    Whoever rules "in" a capital is no place, and who goes to a capital may have gone to those who rule there: only
    where the power is not named is it a place.
    """
    before = text[max(0, mention.start - _WITHIN) : mention.start]
    if _is_country_of_town(text, mention, mentions):
        return True
    town = words.pattern("places", "towns").match(text[mention.end :].lstrip())
    at = re.search(_AT, before)
    if at:
        meets = words.pattern("places", "meetings").search(before)
        rules = words.pattern("places", "rulers").search(before[: at.start()][-25:])
        return bool(meets or town) and not rules
    names_power = any(focal_power in each.codes for each in mentions)
    if mention.is_capital and not names_power and re.search(_TO, before):
        return words.pattern("places", "journeys").search(before) is not None
    return False


def _is_country_of_town(
    text: str, mention: Mention, mentions: Sequence[Mention]
) -> bool:
    """Whether a name follows that of a town of its own: "in Istanbul, Turkey"."""
    town = _TOWN.search(text, 0, mention.start)
    if town is None or not _STOPS.match(text, mention.end):
        return False
    return not any(
        each.start < town.end("town") and each.end > town.start("town")
        for each in mentions
        if not each.is_capital
    )
