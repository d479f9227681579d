"""All partners' verdicts side by side, and what only the whole can show.

Nothing is scored anew here: a partner's verdict is that of its own briefing. An event
that touches several partners counts once in every count of the network, with all its
sources pooled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import directions_in_order, way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.shown import most


@dataclass(frozen=True)
class Network:
    """All partners of a dataset.

    Attributes
    ----------
    dataset
        The whole.
    pooled
        The dossier of all events, each once; its marks are those of the overview.
    judged
        Per partner with a briefing, by name: its dossier and verdict, as in its own
        briefing.
    """

    dataset: Dataset
    pooled: Dossier
    judged: list[tuple[Dossier, Verdict]]

    @property
    def power(self) -> str:
        """The focal power's name."""
        return self.pooled.power["name"]

    @cached_property
    def by_partner(self) -> dict[str, tuple[Dossier, Verdict]]:
        """The dossier and verdict of each partner in `judged`, by its id."""
        return {
            dossier.partner["partner_id"]: (dossier, verdict)
            for dossier, verdict in self.judged
        }

    @cached_property
    def tiers(self) -> list[str]:
        """The direction keys in reading order."""
        return directions_in_order(self.dataset.rules)

    @cached_property
    def readings(self) -> pd.DataFrame:
        """The partners in reading order, by tier, balance and name, with no source set aside.

        Grain: one row per partner; key `partner`. `direction` (key), `closer`, `away`,
        `held` (events), `lineages`, `balance`, `rank` within the tier (1 for the firmest; equal
        balances share one), `tied`.
        """
        rows = [_reading_row(dossier, verdict) for dossier, verdict in self.judged]
        table = pd.DataFrame(rows, columns=_READING).astype({"balance": float})
        table = table.assign(
            tier=table["direction"].map(self.tiers.index),
            fewest_last=-(table["closer"] + table["away"]),
        )
        order = ["tier", "balance", "fewest_last", "name"]
        table = table.sort_values(order, ignore_index=True)
        shares_balance = table.duplicated(["tier", "balance"], keep=False)
        return table.assign(
            rank=table.groupby("tier")["balance"].rank(method="min"),
            tied=shares_balance & table["balance"].notna(),
        ).drop(columns=["tier", "fewest_last"])

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """As `readings`, with how each fares without a source.

        `low`, `high` (leave-one-source-out; missing below the gate), `holds`, `falls_without` (source ids).
        """
        rows = [
            _row_without_a_source(self.by_partner[partner][1])
            for partner in self.readings["partner"]
        ]
        types = {"low": float, "high": float, "holds": bool}
        without = pd.DataFrame(rows, columns=_WITHOUT_A_SOURCE).astype(types)
        table = pd.concat([self.readings, without], axis="columns")
        return table[[*_READING, *_WITHOUT_A_SOURCE, "rank", "tied"]]

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The rows of `verdicts` that the overview draws: all, or of very many those with most reports that move the tie."""
        count = most(self.dataset, "partners")
        moving = self.verdicts["closer"] + self.verdicts["away"]
        ranked = moving.sort_values(ascending=False, kind="stable")
        return self.verdicts.loc[ranked.index[:count].sort_values()]

    @cached_property
    def undrawn(self) -> pd.DataFrame:
        """The rows of `verdicts` that are not `drawn`."""
        return self.verdicts.drop(self.drawn.index)

    @cached_property
    def with_direction(self) -> pd.DataFrame:
        """The rows of `verdicts` that give a direction."""
        thin = [
            tier
            for tier in self.tiers
            if way(self.dataset.rules, tier) == "insufficient"
        ]
        return self.verdicts[~self.verdicts["direction"].isin(thin)]

    @cached_property
    def with_events(self) -> pd.DataFrame:
        """The rows of `readings` with an event in play."""
        n_in_play = self.readings[["closer", "away", "held"]].sum(axis=1)
        return self.readings[n_in_play > 0]

    @cached_property
    def single_source_events(self) -> pd.DataFrame:
        """Scored events, each once, that a single source supports."""
        scored = self.pooled.scored
        return scored[scored["n_sources"] == 1]

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Third parties that partners bind themselves to.

        Grain: one row per counterpart of a scored realignment; key `counterpart`;
        `partners` and `events` are tuples.
        """
        events = self.pooled.unmarked_events
        realignments = events[events["scored"] & (events["channel"] == "realignment")]
        pairs = realignments.explode("counterparts").explode("partners")
        order = list(self.readings["partner"])
        pairs = pairs[pairs["partners"].isin(order)]
        rows = []
        for counterpart, ties in pairs.groupby("counterparts"):
            partners = sorted(set(ties["partners"]), key=order.index)
            rows.append(
                (counterpart, tuple(partners), tuple(ties["event_id"].unique()))
            )
        rows.sort(key=lambda row: (-len(row[1]), -len(row[2]), row[0]))
        return pd.DataFrame(rows, columns=["counterpart", "partners", "events"])

    @cached_property
    def by_dimension(self) -> pd.DataFrame:
        """Events in play by partner and dimension, also where nothing is known.

        Key (`partner`, `dimension`); columns as of `scoring.dimension_profile`.
        """
        if not self.judged:
            return pd.DataFrame(columns=["partner"])
        return scoring.dimension_profiles(
            {partner: dossier for partner, (dossier, _) in self.by_partner.items()}
        )

    @cached_property
    def by_source(self) -> pd.DataFrame:
        """How many events in play each source supports.

        Index: partner; one column per admitted source, by its id.
        """
        counts = {
            partner: dossier.tie.supporting.groupby("source_id")["event_id"].nunique()
            for partner, (dossier, _) in self.by_partner.items()
        }
        table = pd.DataFrame(counts).T.reindex(
            index=list(self.verdicts["partner"]),
            columns=list(self.dataset.sources["source_id"]),
        )
        return table.fillna(0).astype(int)

    @cached_property
    def own_standing(self) -> pd.DataFrame:
        """Supported events on the focal power itself, the best supported first."""
        events = self.pooled.events
        alone = (self.dataset.rules["focal_power"],)
        about_power = pd.Series(
            [codes == alone for codes in events["partners"]], dtype=bool
        )
        supported = events[about_power & (events["n_claims"] > 0)]
        return supported.sort_values(
            ["n_lineages", "n_claims"], ascending=False, kind="stable"
        )


_READING = [
    "partner",
    "name",
    "region",
    "tile_row",
    "tile_col",
    "direction",
    "closer",
    "away",
    "held",
    "lineages",
    "balance",
]
_WITHOUT_A_SOURCE = ["low", "high", "holds", "falls_without"]


def network(dataset: Dataset) -> Network:
    """All partners with a briefing, each with its dossier and verdict."""
    return Network(dataset, dossiers.pooled(dataset), judged(dataset))


def judged(dataset: Dataset) -> list[tuple[Dossier, Verdict]]:
    """The dossier of every partner with a briefing and the verdict on it, by name."""
    return [(dossier, scoring.verdict(dossier)) for dossier in dossiers.every(dataset)]


def _reading_row(dossier: Dossier, verdict: Verdict) -> dict[str, Any]:
    """The row of `Network.readings` on one partner, without its rank among others."""
    partner = dossier.partner
    return {
        "partner": partner["partner_id"],
        "name": dossier.name,
        "region": partner["region"],
        "tile_row": partner["tile_row"],
        "tile_col": partner["tile_col"],
        "direction": verdict.direction,
        "closer": verdict.tally.closer,
        "away": verdict.tally.away,
        "held": verdict.tally.held,
        "lineages": verdict.gate.lineages,
        "balance": verdict.value,
    }


def _row_without_a_source(verdict: Verdict) -> dict[str, Any]:
    """What `Network.verdicts` says of one partner beside its reading."""
    low, high = None, None
    if verdict.gate.met and verdict.range is not None:
        low, high = verdict.range
    return {
        "low": low,
        "high": high,
        "holds": verdict.holds,
        "falls_without": tuple(verdict.overturned_by),
    }
