"""Scoring: pure arithmetic on frames. Nothing here reads, draws or words anything.

The balance is the net share used for balance-of-opinion statistics, (up − down) / (up + down); leaving
one source out at a time is the jackknife over clusters (Tukey 1958), reported as a range because a
handful of one-sided sources is too few for an interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import Gate, gate


@dataclass(frozen=True)
class Balance:
    """Counts of scored events and their balance.

    `closer`, `away`, `held`: events, unit weights. `value` is (closer − away) / (closer + away) in
    [−1, 1], or None where nothing moves: missing is not zero.
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

    `weights` (aligned with `events`, non-negative) replace the unit weights in a sensitivity row only.
    """
    moving = events["scored"].astype(bool)
    weight = (weights if weights is not None else pd.Series(1, index=events.index))[
        moving
    ]
    direction = events.loc[moving, "direction"]
    closer, away = weight[direction > 0].sum(), weight[direction < 0].sum()
    return Balance(closer, away, int(events["held"].sum()))


def direction(
    tally: Balance, lineages: int, held_lineages: int, rules: dict[str, Any]
) -> str:
    """Direction key: away, contested, holding, closer or insufficient.

    The first of the data folder's `direction_words` whose every condition is met. `lineages` stand behind
    the scored events, `held_lineages` behind the held ones; a tie said to hold must pass the gate too.
    """
    below = not gate(tally.moves, lineages, rules).met
    value = tally.value or 0.0
    met = {
        "below_gate": lambda wanted: below == wanted,
        "min_held": lambda least: (
            tally.held >= least and gate(tally.held, held_lineages, rules).met
        ),
        "held_exceeds_moving": lambda wanted: (tally.held > tally.moves) == wanted,
        "max_balance": lambda most: value <= most,
        "min_balance": lambda least: value >= least,
    }
    for rule in rules["direction_words"]:
        if all(met[name](rule[name]) for name in met if name in rule):
            return rule["key"]
    raise ValueError(
        "no rule of direction_words in datapackage.json applies; the last should have no condition"
    )


def direction_of(file: Dossier, events: pd.DataFrame) -> str:
    """Direction key of a part of the dossier's events in play, all its sources counted."""
    told = file.supporting
    lineages, held_lineages = (
        told.loc[
            told["event_id"].isin(events.loc[events[kind], "event_id"]), "lineage"
        ].nunique()
        for kind in ("scored", "held")
    )
    return direction(balance(events), lineages, held_lineages, file.dataset.rules)


def leave_one_source_out(file: Dossier) -> pd.DataFrame:
    """The verdict again with each source set aside.

    Grain: one row per admitted source that supports an event in play, after a first row with none
    left out (`source_id` ""); key `source_id`. Columns `closer`, `away`, `held` (events left),
    `lineages` (behind the scored ones), `balance` (missing below the gate), `direction` (key).
    An event stays while a supporting claim from another source is left.
    """
    rules, rows = file.dataset.rules, []
    names = ("event_id", "direction", "scored")
    events = {
        event: told
        for event, *told in zip(*(file.in_play[name] for name in names), strict=True)
    }
    names = ("event_id", "source_id", "lineage")
    backing = list(zip(*(file.supporting[name] for name in names), strict=True))
    for left_out in ["", *sorted({source for _, source, _ in backing})]:
        left = {
            event: events[event] for event, source, _ in backing if source != left_out
        }
        ways = [way for way, scored in left.values() if scored]
        tally = Balance(
            sum(way > 0 for way in ways),
            sum(way < 0 for way in ways),
            len(left) - len(ways),
        )
        lineages, held_lineages = (
            len(
                {
                    name
                    for event, source, name in backing
                    if source != left_out and events[event][1] == kind
                }
            )
            for kind in (True, False)
        )
        word = direction(tally, lineages, held_lineages, rules)
        shown = tally.value if gate(tally.moves, lineages, rules).met else None
        rows.append(
            (left_out, tally.closer, tally.away, tally.held, lineages, shown, word)
        )
    columns = [
        "source_id",
        "closer",
        "away",
        "held",
        "lineages",
        "balance",
        "direction",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"balance": float})


@dataclass(frozen=True)
class Verdict:
    """What the rules let a briefing say about one partner, and how firmly."""

    tally: Balance
    gate: Gate
    direction: str
    left_out: pd.DataFrame

    @property
    def value(self) -> float | None:
        """The balance where the gate lets it be printed, else None."""
        return self.tally.value if self.gate.met else None

    @cached_property
    def one_out(self) -> pd.DataFrame:
        """The rows of `left_out` with a source set aside."""
        return self.left_out[self.left_out["source_id"] != ""]

    @property
    def range(self) -> tuple[float, float] | None:
        """Lowest and highest balance with one source left out; None if no such balance passes the gate."""
        values = self.one_out["balance"].dropna()
        return (values.min(), values.max()) if len(values) else None

    @property
    def overturned_by(self) -> list[str]:
        """Sources without which the direction word changes."""
        return list(
            self.one_out.loc[self.one_out["direction"] != self.direction, "source_id"]
        )

    @property
    def holds(self) -> bool:
        """Whether the direction word stays the same whichever one source is left out."""
        return not self.overturned_by


def verdict(file: Dossier) -> Verdict:
    """Balance, gate, direction and leave-one-source-out rows of one dossier."""
    left_out = leave_one_source_out(file)
    whole = left_out.iloc[0]
    tally = Balance(int(whole["closer"]), int(whole["away"]), int(whole["held"]))
    passed = gate(tally.moves, whole["lineages"], file.dataset.rules)
    return Verdict(tally, passed, whole["direction"], left_out)


def trajectory(events: pd.DataFrame) -> pd.DataFrame:
    """Running totals of dated scored events.

    Grain: one row per day on which a total changes; key `day`. Columns `closer`, `away`: events that
    had happened by that day at the latest; `closer_early`, `away_early`: had each come on the first day
    that its date allows (an unknown first day counts from the start). Undated events are left out.
    """
    dated = events[events["scored"] & events["counted"].notna()]
    steps = []
    for column, suffix in (("counted", ""), ("earliest", "_early")):
        day = dated[column].fillna(dated["counted"].min())
        for name, sign in (("closer", 1), ("away", -1)):
            steps.append(
                day[dated["direction"] == sign].value_counts().rename(name + suffix)
            )
    columns = ["closer", "away", "closer_early", "away_early"]
    changes = (
        pd.concat(steps, axis=1, sort=True)
        .reindex(columns=columns)
        .fillna(0)
        .astype(int)
    )
    return changes.cumsum().reset_index(names="day")


def course(file: Dossier) -> pd.DataFrame:
    """The direction of what is told as having happened so far, each time it changed.

    Grain: one row per day with which the direction of the dated events in play became another one, the first
    of them included; key `day`. `direction` (key); `event_ids`, a tuple: the events that turned it, which had
    happened by that day at the latest and not before, those with most lineages first. A held event turns it to
    holding alone. Undated events are left out.
    """
    dated = file.in_play[file.in_play["counted"].notna()]
    rows, before = [], ""
    for day, fresh in dated.groupby("counted"):
        word = direction_of(file, dated[dated["counted"] <= day])
        if word != before:
            turned = fresh[fresh["scored"] | (word == "holding")]
            turned = turned if len(turned) else fresh
            best = turned.sort_values(
                ["n_lineages", "intensity"], ascending=False, kind="stable"
            )
            rows.append((day, word, tuple(best["event_id"])))
        before = word
    return pd.DataFrame(rows, columns=["day", "direction", "event_ids"])


def balance_by_year(file: Dossier) -> pd.DataFrame:
    """Balance of what had happened by each year's end.

    Grain: one row per calendar year in which a dated scored event is counted; key `year`. Columns
    `closer`, `away` (running), `balance` (missing where the gate is not met by then).
    """
    dated, behind = file.scored[file.scored["counted"].notna()], {}
    for event, lineage in zip(
        file.supporting["event_id"], file.supporting["lineage"], strict=True
    ):
        behind.setdefault(event, set()).add(lineage)
    told = list(
        zip(
            dated["counted"].dt.year, dated["direction"], dated["event_id"], strict=True
        )
    )
    rows = []
    for year in sorted({year for year, _, _ in told}):
        so_far = [
            (way, behind.get(event, set()))
            for counted, way, event in told
            if counted <= year
        ]
        tally = Balance(
            sum(way > 0 for way, _ in so_far), sum(way < 0 for way, _ in so_far)
        )
        lineages = set().union(*(own for _, own in so_far))
        passed = gate(tally.moves, len(lineages), file.dataset.rules).met
        rows.append(
            (int(year), tally.closer, tally.away, tally.value if passed else None)
        )
    return pd.DataFrame(rows, columns=["year", "closer", "away", "balance"]).astype(
        {"balance": float}
    )


def sensitivity(events: pd.DataFrame, event_types: pd.DataFrame) -> pd.DataFrame:
    """The balance under other weights, printed as a footnote and never as the result.

    Grain: one row per weighting; key `weights`: ``unit``; ``intensity`` (1-3 as coded); ``goldstein``
    (absolute Goldstein 1992 weight of the event type; types without one are left out). Columns `closer`,
    `away` (weights summed) and `balance`, missing where no weighted event is left.
    """
    scale = pd.to_numeric(
        event_types.set_index("type")["goldstein"], errors="coerce"
    ).abs()
    weights = {
        "unit": None,
        "intensity": events["intensity"].astype(float),
        "goldstein": events["type"].map(scale).astype(float).fillna(0.0),
    }
    tallies = {name: balance(events, weight) for name, weight in weights.items()}
    rows = [
        (name, tally.closer, tally.away, tally.value) for name, tally in tallies.items()
    ]
    return pd.DataFrame(rows, columns=["weights", "closer", "away", "balance"]).astype(
        {"balance": float}
    )


def dimension_profile(file: Dossier) -> pd.DataFrame:
    """Events in play by dimension.

    Grain: one row per dimension of the contract, also where nothing is known; key `dimension`. Columns
    `closer`, `away`, `held`, `corroborated` (counts).
    """
    events, order = file.in_play, list(file.dataset.labels("events", "dimension"))
    told = events.assign(closer=events["direction"] > 0, away=events["direction"] < 0)
    counts = told.groupby("dimension")[["closer", "away", "held", "corroborated"]].sum()
    return (
        counts.reindex(order, fill_value=0).astype(int).reset_index(names="dimension")
    )
