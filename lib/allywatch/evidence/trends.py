"""Whether a tie leads otherwise than it did: the newest stretch of time against the one before.

The test is Fisher's exact test on the counts closer and away, before and now, two-sided (Fisher 1934). It asks how often
a split as uneven would come about if the reports were dealt out anew over the two stretches, whichever way they lead, and
so needs no sample. Several partners are compared at once, and among many some would change by chance: the p-values are
corrected by Holm's method (Holm 1979), which keeps the chance of a single false change among all of them under the limit,
also where partners share events.

A running total since the beginning moves with the number of reports alone: it is no trend, and is not worked out.

References
----------
Fisher, R. A. (1934). *Statistical Methods for Research Workers*, 5th edition, section 21.02. Oliver and Boyd.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6 (2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.evidence import periods, rules
from allywatch.evidence.ties import by_partner

#: Periods of each unit in a year.
PER_YEAR = {"month": 12, "quarter": 4, "year": 1}
BEFORE = "before"
NOW = "now"
_COUNTS = ("closer", "away", "lineages")
_COMPARED = [
    *(f"{name}_{stretch}" for stretch in (BEFORE, NOW) for name in _COUNTS),
    *("p", "corrected", "beyond_chance"),
]


@dataclass(frozen=True)
class Windows:
    """The newest stretch, from `since` on, and the one from `before` to `until`; each of these a period of the unit."""

    before: pd.Period
    until: pd.Period
    since: pd.Period


@dataclass(frozen=True)
class Trend:
    """How many reports lead closer and away in each of two stretches, and whether the change is more than chance.

    Both stretches meet the rule ``gate`` by themselves.
    """

    windows: Windows
    closer_before: int
    away_before: int
    closer_now: int
    away_now: int
    beyond_chance: bool


def windows(dataset: Dataset) -> Windows | None:
    """The two stretches that are compared; None without a dated source.

    The newest has the last whole periods that had ended by the day on which the last source was published, as many as
    make up ``trend.years`` years, and with them what came since: a period that has only begun would hold too little.
    """
    last = dataset.sources["published_latest"].max()
    if pd.isna(last):
        return None
    name = periods.unit(dataset)
    alias = periods.ALIASES[name]
    period = last.to_period(alias)
    has_ended = last.normalize() == period.end_time.normalize()
    ended = period if has_ended else period - 1
    length = dataset.rules["trend"]["years"] * PER_YEAR[name]
    since = ended - (length - 1)
    return Windows(since - length, since - 1, since)


def trend(
    scored: pd.DataFrame, supporting: pd.DataFrame, part: Dataset
) -> Trend | None:
    """The trend of one partner, by its `scored` events and the claims that support them; None where there is too little.

    `part` is the partner's part: it knows how the change stands among those of all partners.
    """
    stretches = windows(part)
    if stretches is None or part.beyond_chance is None:
        return None
    counts = _counts(scored.assign(partner=part.partner), supporting, stretches)
    (row,) = each_row(counts)
    return Trend(
        stretches,
        row.closer_before,
        row.away_before,
        row.closer_now,
        row.away_now,
        part.beyond_chance,
    )


def is_beyond_chance(dataset: Dataset, partner: str) -> bool | None:
    """Whether a partner's change is more than chance, with all partners of a whole compared; None if it is not compared."""
    table = compared(dataset)
    if partner not in table.index:
        return None
    return bool(table.loc[partner, "beyond_chance"])


@lru_cache(maxsize=1)
def compared(dataset: Dataset) -> pd.DataFrame:
    """All partners that have enough reports in both stretches; kept for the dataset, so never change it.

    Grain: one row per partner; index: its id.

    Returns
    -------
    DataFrame
        `closer_before`, `away_before`, `closer_now`, `away_now`: events; `lineages_before`, `lineages_now`; `p`: of the
        exact test (0 to 1); `corrected`: the same for all rows together; `beyond_chance` (bool). No rows where no
        partner has enough.
    """
    stretches = windows(dataset)
    if not _may_be_enough(dataset, stretches):
        return pd.DataFrame(columns=_COMPARED)
    supporting = rules.supporting_claims(dataset)
    in_play = by_partner(dataset)
    scored = in_play[in_play["scored"]]
    counts = _counts(scored, supporting, stretches)
    for stretch in (BEFORE, NOW):
        counts = counts[_is_enough(counts, stretch, dataset.rules)]
    p_values = [
        exact(row.closer_before, row.away_before, row.closer_now, row.away_now)
        for row in each_row(counts)
    ]
    corrected = pd.Series(holm(p_values), counts.index, dtype=float)
    return counts.assign(
        p=pd.Series(p_values, counts.index, dtype=float),
        corrected=corrected,
        beyond_chance=corrected <= dataset.rules["trend"]["chance"],
    )


def _may_be_enough(dataset: Dataset, stretches: Windows | None) -> bool:
    """Whether any partner can have enough: False where each has too few events in a stretch, whoever tells of them."""
    moves = dataset.events[dataset.events["direction"] != 0]
    stretch_of_each = _stretch(moves, stretches).tolist()
    counts: Counter[tuple[str, str]] = Counter()
    for partners, stretch in zip(moves["partners"], stretch_of_each, strict=True):
        counts.update((partner, stretch) for partner in partners)
    fewest = dataset.rules["gate"]["min_events"]
    return any(
        counts[partner, BEFORE] >= fewest and counts[partner, NOW] >= fewest
        for partner in {partner for partner, _ in counts}
    )


def _is_enough(
    counts: pd.DataFrame, stretch: str, limits: Mapping[str, Any]
) -> pd.Series:
    """Which partners meet the rule ``gate`` in a stretch by itself."""
    moves = counts[f"closer_{stretch}"] + counts[f"away_{stretch}"]
    lineages = counts[f"lineages_{stretch}"]
    met = [
        rules.gate(n_moves, n_lineages, limits).met
        for n_moves, n_lineages in zip(moves, lineages, strict=True)
    ]
    return pd.Series(met, counts.index, dtype=bool)


def _counts(
    scored: pd.DataFrame, supporting: pd.DataFrame, stretches: Windows | None
) -> pd.DataFrame:
    """Events and lineages of each `partner` of the `scored` events in both stretches; index: the partner."""
    stretch_of = _stretch(scored, stretches)
    columns = (scored["partner"], scored["event_id"], scored["direction"], stretch_of)
    is_in_one = stretch_of.notna()
    moves = zip(*(column[is_in_one].tolist() for column in columns), strict=True)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    moved: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for partner, event_id, direction, stretch in moves:
        counts[partner][f"{rules.SIDES[direction]}_{stretch}"] += 1
        moved[event_id].append((partner, stretch))

    lineages: dict[tuple[str, str], set[str]] = defaultdict(set)
    behind = (supporting["event_id"].tolist(), supporting["lineage"].tolist())
    for event_id, lineage in zip(*behind, strict=True):
        for partner_and_stretch in moved.get(event_id, ()):
            lineages[partner_and_stretch].add(lineage)
    for (partner, stretch), found in lineages.items():
        counts[partner][f"lineages_{stretch}"] = len(found)
    partners = sorted(counts)
    return pd.DataFrame(
        {
            f"{name}_{stretch}": [
                counts[partner][f"{name}_{stretch}"] for partner in partners
            ]
            for stretch in (BEFORE, NOW)
            for name in _COUNTS
        },
        index=pd.Index(partners, name="partner", dtype="str"),
        dtype=int,
    )


def _stretch(events: pd.DataFrame, stretches: Windows | None) -> pd.Series:
    """The stretch in which the date of each event lies as a whole, missing for none; what goes on lies in none."""
    found = pd.Series(pd.NA, events.index, dtype="str")
    if stretches is None:
        return found
    settled = events["latest"].notna() & ~events["ongoing"]
    starts_now = events["earliest"] >= stretches.since.start_time
    starts_before = events["earliest"] >= stretches.before.start_time
    ends_before = events["latest"] < stretches.since.start_time
    found = found.mask(settled & starts_now, NOW)
    return found.mask(settled & starts_before & ends_before, BEFORE)


def exact(
    closer_before: int, away_before: int, closer_now: int, away_now: int
) -> float:
    """The p-value of Fisher's exact test, two-sided, that both stretches lead alike.

    Worked out in whole numbers, so that every machine comes to the same.
    """
    n_before = closer_before + away_before
    n_now = closer_now + away_now
    n_closer = closer_before + closer_now
    fewest = max(0, n_closer - n_now)
    most = min(n_before, n_closer)
    # In how many ways so many of the closer ones can lie in the stretch before.
    ways = comb(n_before, fewest) * comb(n_now, n_closer - fewest)
    every = []
    for n in range(fewest, most + 1):
        every.append(ways)
        ways *= (n_before - n) * (n_closer - n)
        ways //= (n + 1) * (n_now - n_closer + n + 1)
    seen = every[closer_before - fewest]
    as_unlikely = sum(each for each in every if each <= seen)
    return as_unlikely / sum(every)


def holm(p_values: Sequence[float]) -> list[float]:
    """`p_values` corrected by Holm's method, each in its place.

    The smallest is multiplied by how many there are, the next by one less, and so on; none comes out smaller than one
    before it, or larger than 1.
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    in_order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for n_before, place in enumerate(in_order):
        largest = max(largest, p_values[place] * (len(p_values) - n_before))
        corrected[place] = min(largest, 1.0)
    return corrected
