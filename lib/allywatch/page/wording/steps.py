"""What the chart of a country page says: its title, its alternative text and the line under it.

A title counts steps with a date, or none. A step's years are the first and the last that its date allows.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import SIDES
from allywatch.evidence.scoring import Verdict
from allywatch.page.directions import is_stated
from allywatch.page.wording.grammar import capital, number, possessive, verb
from allywatch.page.wording.voices import in_a_sentence
from briefmill.texts import typographic

LEAD = {1: "leads closer", -1: "leads away"}
SHAPES = {
    "bar": "bar: all that while",
    "block": "block: at that time",
    "bracket": "bracket: some time within",
}
#: Steps with a date for which there is a line of years.
FEWEST = 3
LONGEST_ALT = 399
MOST_HELD = 3
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def title(dossier: Dossier, verdict: Verdict) -> str:
    """The finding in a line, true of every corpus."""
    found = _finding(dossier.scored)
    return (
        found if is_stated(dossier, verdict) else f"{found}; too little for a direction"
    )


def alt(dossier: Dossier, verdict: Verdict) -> str:
    """The finding with its numbers, for a reader who cannot see the chart, in less than 400 characters."""
    scored = dossier.scored
    dated = scored[scored["earliest"].notna()]
    undated = scored[scored["earliest"].isna()]
    owner = possessive(in_a_sentence(dossier.partner))
    tie = f"{owner} tie with {in_a_sentence(dossier.power)}"
    sentences = [f"{_finding(scored)}."]
    counts = f"{_both(dated)} with a date; {_both(undated)} without one"
    if len(dated) < FEWEST:
        sentences.append(f"List for {tie}: {counts}.")
    else:
        first = dated["earliest"].min().year
        sentences.append(f"Chart of {tie}, from {first} on: {counts}.")
    firm = list(scored.loc[scored["corroborated"], "headline"])
    least = number(dossier.rules["corroboration"]["min_lineages"])
    some = capital(number(len(firm))) if firm else "None"
    rest = f"{some} of {len(scored):,} {verb(len(firm), 'rests', 'rest')} on {least} or more independent sources"
    sentences.append(f"{rest}.")
    named = f"{rest}: {typographic('; '.join(firm))}."
    if firm and len(" ".join([*sentences[:-1], named])) <= LONGEST_ALT:
        sentences[-1] = named
    while len(" ".join(sentences)) > LONGEST_ALT and len(sentences) > 1:
        sentences.pop()
    return " ".join(sentences)[:LONGEST_ALT]


def source(dossier: Dossier, shapes: Set[str], unlabelled: Sequence[Any]) -> str:
    """How to read the `shapes` of the chart and the steps without a label, and what is not drawn."""
    sentences = [_filled(dossier, ", and in bold")]
    meanings = [words for shape, words in SHAPES.items() if shape in shapes]
    if meanings:
        sentences.append(f"{capital('; '.join(meanings))}.")
    if unlabelled:
        sentences.append(_without_label(unlabelled))
    sentences.append("Small numbers: the evidence.")
    return " ".join([*sentences, *_not_drawn(dossier)])


def source_by_period(dossier: Dossier, periods: Sequence[tuple[str, int]]) -> str:
    """How to read a chart that counts by period, and what is not drawn.

    `periods`: the unit and how many years of it, of the drawing for a page and of that for a phone.
    """
    page, phone = (_one_period(*each) for each in periods)
    counts = f"A bar counts the reports whose date lies within {page}"
    if phone != page:
        counts += f" (on a phone within {phone})"
    return " ".join([_filled(dossier), f"{counts}.", *_not_drawn(dossier)])


def _one_period(name: str, years: int) -> str:
    return f"{number(years)} years" if years > 1 else f"one {name}"


def _finding(scored: pd.DataFrame) -> str:
    dated = scored[scored["earliest"].notna()]
    if len(dated) < FEWEST:
        return _few(scored, len(dated))
    ways = set(dated["direction"])
    among = "dated " if len(dated) < len(scored) else ""
    if len(ways) == 1:
        (way,) = ways
        every = "Every step" if set(scored["direction"]) == ways else "Every dated step"
        when = _most(dated) or f", all{_when(dated)}"
        return f"{every} {LEAD[way]}{when}"
    groups = {way: dated[dated["direction"] == way] for way in SIDES}
    for way, steps in groups.items():
        if len(steps) == 1 and len(dated) > 3:
            return _one_and_the_rest(scored, dated, way)
    first, second = sorted(
        groups, key=lambda way: (groups[way]["earliest"].min(), -len(groups[way]))
    )
    return _one_then_other(groups, first, second, among)


def _one_and_the_rest(scored: pd.DataFrame, dated: pd.DataFrame, way: int) -> str:
    """One dated step of this `way`, and what all others do."""
    is_one = dated["direction"] == way
    undated = scored[scored["earliest"].isna()]
    among = "dated " if (undated["direction"] == way).any() else ""
    rest = f"all other {among}steps lead" if among else "all the rest lead"
    when = _when(dated[is_one])
    most = _most(dated[~is_one])
    if not among and (undated["direction"] == -way).any():
        most = most.replace("most of them", "most of those with a date")
    return f"One {among}step {SIDES[way]}{when}; {rest} {SIDES[-way]}{most}"


def _few(scored: pd.DataFrame, n_dated: int) -> str:
    """Where two steps at most have a date."""
    have = {0: "none has a date", 1: "only one has a date", 2: "only two have a date"}
    ways = set(scored["direction"])
    lead = (
        f"Every report {LEAD[ways.pop()]}"
        if len(ways) == 1
        else "Reports lead both ways"
    )
    return f"{lead}; {have[n_dated]}"


def _one_then_other(
    groups: dict[int, pd.DataFrame], first: int, second: int, among: str
) -> str:
    """Steps of both ways, those that began earlier before the others."""
    one = groups[first]
    other = groups[second]
    many = f"{capital(number(len(one)))} {among}step{'s' * (len(one) > 1)}"
    when = _when(one)
    if when == _when(other):
        most = _most(max(one, other, key=len)).removeprefix(", most of them ")
        of_these = SIDES[first if len(one) >= len(other) else second]
        found = f"{many} {SIDES[first]} and {number(len(other))} {SIDES[second]}{when}"
        return found + (f", most of those {of_these} {most}" if most else "")
    ended = pd.NaT if one["ongoing"].any() else one["latest"].max()
    began = other["earliest"].min().year
    if pd.notna(ended) and ended.year < began and not _one_year(one):
        when = f" up to {ended.year}"
    most = _most(other)
    return f"{many} {SIDES[first]}{when}; {number(len(other))} {SIDES[second]}{_when(other)}{most}"


def _when(steps: pd.DataFrame) -> str:
    """The years of some steps: `` in 2020``, `` since 2022``."""
    first = steps["earliest"].min().year
    if _one_year(steps):
        return f" in {first}"
    if len(steps) > 1 or steps["ongoing"].any():
        return f" since {first}"
    (step,) = each_row(steps)
    if "/" in step.date:
        return f" from {first} to {step.latest.year}"
    return f" between {first} and {step.latest.year}"


def _one_year(steps: pd.DataFrame) -> bool:
    first = steps["earliest"].min().year
    return not steps["ongoing"].any() and steps["latest"].max().year == first


def _most(steps: pd.DataFrame) -> str:
    """Since when more than half of some steps began, if that is later than the first of them."""
    years = sorted(steps["earliest"].dt.year, reverse=True)
    year = years[len(years) // 2]
    if year == years[-1] or len(years) < 3:
        return ""
    return f", most of them since {year}"


def _both(steps: pd.DataFrame) -> str:
    closer = int((steps["direction"] > 0).sum())
    away = int((steps["direction"] < 0).sum())
    if not len(steps):
        return "none"
    return f"{closer or 'none'} closer, {away or 'none'} away"


def _filled(dossier: Dossier, bold: str = "") -> str:
    least = dossier.rules["corroboration"]["min_lineages"]
    fewer = "one" if least == 2 else "fewer"
    return (
        f"Filled{bold}: {number(least)} or more independent sources; outlined: {fewer}."
    )


def _without_label(unlabelled: Sequence[Any]) -> str:
    """What a mark without a label is."""
    if any(step.corroborated or step.contested for step in unlabelled):
        return f"Without a label: {len(unlabelled)} more, named in the list."
    return "Without a label: one source, not disputed; named in the list."


def _not_drawn(dossier: Dossier) -> list[str]:
    """What leaves the tie as it was, with its numbers."""
    held = dossier.in_play[~dossier.in_play["scored"]]
    if held.empty:
        return []
    named = [
        f"{typographic(event.headline)}{_mark(event.mark)}"
        for event in each_row(held[["headline", "mark"]].head(MOST_HELD))
    ]
    more = len(held) - len(named)
    if more:
        named.append(f"and {number(more)} more")
    leaves = "it leaves" if len(held) == 1 else "they leave"
    return [f"Not drawn, since {leaves} the tie as it was: {'; '.join(named)}."]


def _mark(mark: str) -> str:
    return mark.translate(_RAISED) if mark.isdigit() else f" {mark}"
