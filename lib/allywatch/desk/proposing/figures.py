"""The figure that a clause asserts, with the noun that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from allywatch.desk.phrases import Mark, figures_in

_WORD = re.compile(r"\s*([^\W\d_][\w’'-]*)")
_BEFORE_NAME = re.compile(r"(?<![\w.,$€£-])(\d{1,3}(?:,\d{3})+|\d+) ([A-Z][\w’'-]*)")
#: Words between a number and its noun: "1,200 of its soldiers", "40 more Kazakh trucks".
_PASSED_OVER = {"of", "its", "their", "the", "more", "other", "new", "such"}
_MOST_PASSED_OVER = 3


def figure(text: str, dates: Sequence[Mark]) -> tuple[str, str]:
    """The first figure of a clause and its unit in words; two blanks where it has none.

    A number within a date, or joined to a name by a hyphen (the S-300), is no figure; nor is one whose noun is
    not found.
    """
    for mark in [*figures_in(text), *_before_names(text)]:
        in_date = any(each.overlaps(mark.start, mark.end) for each in dates)
        joined = text[max(0, mark.start - 1) : mark.start] in ("-", "‑", "–")
        ordinal = re.match(r"\d+(?:st|nd|rd|th)\b", text[mark.start :])
        if in_date or joined or ordinal:
            continue
        number, _, unit = mark.value.partition(" ")
        noun = _noun(unit, text[mark.end :])
        if noun:
            return number, noun
    return "", ""


def _before_names(text: str) -> Iterator[Mark]:
    """Numbers that a name or its adjective stands behind, which have no unit yet: 40 Kazakh trucks."""
    for match in _BEFORE_NAME.finditer(text):
        number = match[1].replace(",", "")
        yield Mark(*match.span(), "figure", f"{number} {match[2]}")


def _noun(unit: str, following: str) -> str:
    """The noun that a number belongs to: `unit`, or the first word after it that is no adjective of an actor."""
    place = 0
    for _ in range(_MOST_PASSED_OVER):
        if unit.lower() not in _PASSED_OVER and not unit[:1].isupper():
            return unit
        match = _WORD.match(following, place)
        if match is None:
            return ""
        unit = match[1]
        place = match.end()
    return "" if unit[:1].isupper() or unit.lower() in _PASSED_OVER else unit
