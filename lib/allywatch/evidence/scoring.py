"""Scoring: arithmetic on frames. Nothing here reads files, draws or puts into words.

The balance is the net share used for balance-of-opinion statistics, (up − down) / (up +
down); leaving one source out at a time is the jackknife over clusters (Tukey 1958),
reported as a range because a handful of one-sided sources is too few for an interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.left_out import without_each
from allywatch.evidence.periods import place
from allywatch.evidence.rules import Gate, gate
from allywatch.evidence.ties import Tie
from allywatch.evidence.turns import turn


@dataclass(frozen=True)
class Balance:
    """Counts of scored events and their balance.

    `closer`, `away`, `held`: events, unit weights. `value` is (closer − away) / (closer
    + away) in [−1, 1], or None where nothing moves: missing is not zero.
    """

    closer: float
    away: float
    held: int = 0

    @property
    def moves(self) -> float:
        """Scored events: closer and away together."""
        return self.closer + self.away

    @property
    def value(self) -> float | None:
        """The balance, or None without a scored event."""
        return (self.closer - self.away) / self.moves if self.moves else None


def balance(events: pd.DataFrame, weights: pd.Series | None = None) -> Balance:
    """Balance of the scored events in `events` (columns `direction`, `scored`, `held`).

    `weights` (aligned with `events`, non-negative) replace the unit weights in a
    sensitivity row only.
    """
    scored = events["scored"].to_numpy(bool)
    direction = events["direction"].to_numpy(int)
    closer = scored & (direction > 0)
    away = scored & (direction < 0)
    n_held = int(events["held"].sum())
    if weights is None:
        return Balance(int(closer.sum()), int(away.sum()), n_held)
    # Thirds that add up to one are one.
    closer_sum = round(float(weights[closer].sum()), 9)
    away_sum = round(float(weights[away].sum()), 9)
    return Balance(closer_sum, away_sum, n_held)


def direction(
    tally: Balance,
    lineages: int,
    held_lineages: int,
    rules: Mapping[str, Any],
    turned: bool = False,
) -> str:
    """Direction key: away, turned, contested, holding, closer or insufficient.

    The first of the data folder's `direction_words` whose every condition is met.
    `lineages` stand behind the scored events, `held_lineages` behind the held ones; a
    tie said to hold must pass the gate too. `turned` says whether the events led first
    one way and then the other (see `turns.turn`).

    Raises
    ------
    ValueError
        If no rule applies.
    """
    scored_gate = gate(tally.moves, lineages, rules)
    held_gate = gate(tally.held, held_lineages, rules)
    value = tally.value or 0.0
    for rule in rules["direction_words"]:
        conditions = []
        if "below_gate" in rule:
            conditions.append(rule["below_gate"] != scored_gate.met)
        if "min_held" in rule:
            conditions.append(tally.held >= rule["min_held"] and held_gate.met)
        if "held_exceeds_moving" in rule:
            exceeds = tally.held > tally.moves
            conditions.append(rule["held_exceeds_moving"] == exceeds)
        if "turned" in rule:
            conditions.append(rule["turned"] == turned)
        if "max_balance" in rule:
            conditions.append(value <= rule["max_balance"])
        if "min_balance" in rule:
            conditions.append(value >= rule["min_balance"])
        if all(conditions):
            return rule["key"]
    raise ValueError(
        "no rule of direction_words in datapackage.json applies; the last should have no condition"
    )


@dataclass(frozen=True)
class Reading:
    """What the rules make of some events in play and the claims that support them."""

    tally: Balance
    gate: Gate
    direction: str

    @property
    def value(self) -> float | None:
        """The balance where the gate lets it be printed, else None."""
        return self.tally.value if self.gate.met else None


def reading(
    events: pd.DataFrame, supporting: pd.DataFrame, rules: Mapping[str, Any]
) -> Reading:
    """Balance, gate and direction of `events` in play and their `supporting` claims."""
    scored = events["scored"].to_numpy(bool)
    moving = set(events["event_id"][scored].tolist())
    held = set(events["event_id"][events["held"].to_numpy(bool)].tolist())
    behind = list(
        zip(
            supporting["event_id"].tolist(), supporting["lineage"].tolist(), strict=True
        )
    )
    lineages = {lineage for event_id, lineage in behind if event_id in moving}
    held_lineages = {lineage for event_id, lineage in behind if event_id in held}
    moves = events[["direction", "earliest", "latest"]][scored]
    turned = turn(moves, rules["turn"]) is not None
    tally = balance(events)
    word = direction(tally, len(lineages), len(held_lineages), rules, turned)
    return Reading(tally, gate(tally.moves, len(lineages), rules), word)


def leave_one_source_out(dossier: Dossier) -> pd.DataFrame:
    """The verdict again with each source set aside.

    Grain: one row per admitted source that supports an event in play, after a first row
    with none left out (`source_id` ""); key `source_id`. Columns `closer`, `away`,
    `held` (events left), `lineages` (behind the scored ones), `balance` (missing below
    the gate), `direction` (key). An event stays while a supporting claim from another
    source is left, and keeps of its date what such a claim gives.
    """
    return verdict(dossier).left_out


def overturning_upstreams(dossier: Dossier, direction_key: str) -> list[list[str]]:
    """The ids of the sources of each upstream that several share, and without which the direction is another.

    What no source by itself overturns may all go back to one upstream.
    """
    supporting = dossier.tie.supporting
    by_lineage = supporting.groupby("lineage")["source_id"].unique()
    shared = by_lineage[by_lineage.map(len) > 1]
    if shared.empty:
        return []
    rules = dossier.rules
    as_one = supporting.assign(source_id=supporting["lineage"])
    left = without_each(dossier.tie.in_play, as_one, rules["turn"]).loc[shared.index]
    return [
        sorted(source_ids)
        for source_ids, reading in zip(shared, _readings(left, rules), strict=True)
        if reading.direction != direction_key
    ]


def _readings(left: pd.DataFrame, rules: Mapping[str, Any]) -> list[Reading]:
    """What the `rules` make of each row of what is `left` without a source (see `without_each`)."""
    found = []
    for row in each_row(left):
        tally = Balance(row.closer, row.away, row.held)
        word = direction(tally, row.lineages, row.held_lineages, rules, row.turned)
        found.append(Reading(tally, gate(tally.moves, row.lineages, rules), word))
    return found


def _rows_without(counted: Tie, rules: Mapping[str, Any]) -> pd.DataFrame:
    left = without_each(counted.in_play, counted.supporting, rules["turn"])
    readings = _readings(left, rules)
    balances: list[Any] = [reading.value for reading in readings]
    rows = left[["closer", "away", "held", "lineages"]].assign(
        balance=balances,
        direction=[reading.direction for reading in readings],
    )
    return rows.reset_index(names="source_id").astype({"balance": float})


@dataclass(frozen=True, eq=False)
class Verdict(Reading):
    """What the rules let a briefing say about one partner, and how firmly.

    `counted` is what it was made of, by the rules `counted_by`.
    """

    counted: Tie
    counted_by: Mapping[str, Any]

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """As of `leave_one_source_out`; worked out when it is first asked for."""
        return _rows_without(self.counted, self.counted_by)

    @cached_property
    def one_out(self) -> pd.DataFrame:
        """The rows of `left_out` with a source set aside."""
        return self.left_out[self.left_out["source_id"] != ""]

    @property
    def range(self) -> tuple[float, float] | None:
        """Lowest and highest balance with one source left out; None below the gate."""
        values = self.one_out["balance"].dropna()
        return (values.min(), values.max()) if len(values) else None

    @property
    def overturned_by(self) -> list[str]:
        """Sources without which the direction word changes."""
        changed = self.one_out["direction"] != self.direction
        return list(self.one_out.loc[changed, "source_id"])

    @property
    def holds(self) -> bool:
        """Whether the direction word stays whichever one source is left out."""
        return not self.overturned_by


def verdict(dossier: Dossier) -> Verdict:
    """Balance, gate and direction of one dossier, and how they fare without each source."""
    counted = dossier.tie
    rules = dossier.rules
    whole = reading(counted.in_play, counted.supporting, rules)
    return Verdict(whole.tally, whole.gate, whole.direction, counted, rules)


def confidence_level(dossier: Dossier) -> str:
    """The confidence word of the data folder's rules, for a verdict that may be given.

    Raises
    ------
    ValueError
        If no rule applies.
    """
    scored = dossier.tie.scored
    corroborated = scored[scored["corroborated"]]
    best_reliability = corroborated["best_grade"].min() if len(corroborated) else "F"
    latest = scored[scored["counted"] == scored["counted"].max()]
    lineages_latest = latest["n_lineages"].max() if len(latest) else 0
    supporting = dossier.tie.supporting
    of_scored = supporting["event_id"].isin(scored["event_id"])
    voices = set(supporting.loc[of_scored, "voice"].unique())
    for rule in dossier.rules["confidence"]:
        if rule.get("below_gate"):
            continue
        if (
            len(corroborated) >= rule.get("min_corroborated_events", 0)
            and best_reliability <= rule.get("best_reliability", "F")
            and lineages_latest >= rule.get("min_lineages_latest", 0)
            and voices >= set(rule.get("voices", ()))
        ):
            return rule["word"]
    raise ValueError(
        "no rule of confidence in datapackage.json applies; the last should have no condition"
    )


def sensitivity(
    events: pd.DataFrame, event_types: pd.DataFrame, unit: str
) -> pd.DataFrame:
    """The balance under other weights, printed as a footnote and never as the result.

    Grain: one row per weighting; key `weights`: ``unit``; ``intensity`` (1-3 as coded);
    ``goldstein`` (absolute Goldstein 1992 weight of the event type; types without one
    are left out); ``volume`` (what is of one type and in one period of the `unit` of time
    counts one together; see `by_volume`). Columns `closer`, `away` (weights summed) and `balance`, missing
    where no weighted event is left.
    """
    goldstein = pd.to_numeric(
        event_types.set_index("type")["goldstein"], errors="coerce"
    )
    weights = {
        "unit": None,
        "intensity": events["intensity"].astype(float),
        "goldstein": events["type"].map(goldstein.abs()).astype(float).fillna(0.0),
        "volume": by_volume(events, unit),
    }
    rows = []
    for name, weight in weights.items():
        tally = balance(events, weight)
        rows.append((name, tally.closer, tally.away, tally.value))
    table = pd.DataFrame(rows, columns=["weights", "closer", "away", "balance"])
    return table.astype({"balance": float})


def by_volume(events: pd.DataFrame, unit: str) -> pd.Series:
    """A weight for each of `events`: one, divided by how many scored ones are of its type in its period of the `unit`.

    A hundred routine statements then weigh no more than one treaty. What lies in several periods is shared out as if that
    were a period, and so is what has no date. It goes one step further than the filter of event data that lets a type
    count once a day between two actors. The index is that of `events`; what is not scored weighs nothing.
    """
    scored = events[events["scored"]]
    alike = [scored["type"], place(scored, unit)]
    n_alike = scored.groupby(alike)["event_id"].transform("size")
    return (1 / n_alike).reindex(events.index, fill_value=0.0)


def dimension_profile(dossier: Dossier) -> pd.DataFrame:
    """Events in play by dimension.

    Grain: one row per dimension of the contract, also where nothing is known; key
    `dimension`. Columns `closer`, `away`, `held`, `corroborated` (counts).
    """
    profiles = dimension_profiles({dossier.code: dossier})
    return profiles.drop(columns="partner")


def dimension_profiles(dossier_of: Mapping[str, Dossier]) -> pd.DataFrame:
    """As `dimension_profile`, of several partners one after another: each by its `partner`."""
    first = next(iter(dossier_of.values()))
    dimensions = list(first.taken_from.labels("events", "dimension"))
    events = pd.concat(
        {partner: dossier.tie.in_play for partner, dossier in dossier_of.items()},
        names=["of_partner"],
    )
    counted = events.assign(
        closer=events["direction"] > 0,
        away=events["direction"] < 0,
    )
    columns = ["closer", "away", "held", "corroborated"]
    counts = counted.groupby(["of_partner", "dimension"])[columns].sum()
    every = pd.MultiIndex.from_product(
        [dossier_of, dimensions], names=["partner", "dimension"]
    )
    profiles = counts.reindex(every, fill_value=0).astype(int).reset_index()
    return profiles[["dimension", *columns, "partner"]]
