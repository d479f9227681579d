"""The network: all partners' verdicts side by side, and the findings that only the whole can show.

Nothing is scored anew here: a partner's verdict is that of its own briefing. An event that touches several
partners counts once in every count of the network, with all its sources pooled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allywatch.data.loading import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict

TIERS = ("away", "contested", "holding", "closer", "insufficient")


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
        Per partner with a briefing, by name: its dossier and verdict, as in its own briefing.
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
            file.partner["partner_id"]: (file, verdict) for file, verdict in self.judged
        }

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """The partners' verdicts in reading order: by tier, then by balance, then by name.

        Grain: one row per partner; key `partner`. `direction` (key), `closer`, `away`, `held` (events), `lineages`,
        `balance`, `low`, `high` (leave-one-source-out; missing below the gate), `rank` within the tier (1 for
        the firmest; equal balances share one), `tied`, `holds`, `falls_without` (source ids).
        """
        rows = [_verdict_row(file, verdict) for file, verdict in self.judged]
        table = pd.DataFrame(rows, columns=_COLUMNS).astype(
            dict.fromkeys(("balance", "low", "high"), float) | {"holds": bool}
        )
        tier = table["direction"].map(TIERS.index)
        table = table.assign(tier=tier, size=-(table["closer"] + table["away"]))
        table = table.sort_values(
            ["tier", "balance", "size", "name"], ignore_index=True
        )
        ranked = table.groupby("tier")["balance"].rank(method="min")
        tied = (
            table.duplicated(["tier", "balance"], keep=False) & table["balance"].notna()
        )
        return table.assign(rank=ranked, tied=tied).drop(columns=["tier", "size"])

    @cached_property
    def given(self) -> pd.DataFrame:
        """The rows of `verdicts` that give a direction."""
        return self.verdicts[self.verdicts["direction"] != "insufficient"]

    @cached_property
    def told(self) -> pd.DataFrame:
        """The rows of `verdicts` with an event in play."""
        return self.verdicts[self.verdicts[["closer", "away", "held"]].sum(axis=1) > 0]

    @cached_property
    def single(self) -> pd.DataFrame:
        """Scored events, each once, that a single source supports."""
        return self.pooled.scored[self.pooled.scored["n_sources"] == 1]

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the overview says of several events at once, each with the events it rests on.

        Grain: one row per finding; key `mark` (``F1…``) and (`kind`, `of`). `events`: a tuple of event ids.
        """
        rows = [(kind, of, tuple(ids)) for kind, of, ids in self._found() if len(ids)]
        table = pd.DataFrame(rows, columns=["kind", "of", "events"])
        table.insert(0, "mark", [f"F{number}" for number in range(1, len(table) + 1)])
        return table

    def _found(self) -> Iterable[tuple[str, str, list[str]]]:
        for tier in TIERS:
            inside = self.verdicts.loc[self.verdicts["direction"] == tier, "partner"]
            kept = "in_play" if tier == "holding" else "scored"
            yield (
                "tier",
                tier,
                self._ids(event for code in inside for event in self._own(code, kept)),
            )
        yield "single", "", self._ids(self.single["event_id"])
        falling, firm = (
            self.given[~self.given["holds"]],
            self.given[self.given["holds"]],
        )
        for kind, rows in (("falls", falling), ("firm", firm)):
            yield (
                kind,
                "",
                self._ids(
                    event for code in rows["partner"] for event in self._own(code)
                ),
            )
        for row in self.gains.itertuples():
            yield "gains", row.counterpart, self._ids(row.events)
        for code in falling["partner"]:
            yield "falls", code, self._ids(self._own(code))

    def _own(self, partner: str, kept: str = "scored") -> Iterable[str]:
        return getattr(self.by_partner[partner][0], kept)["event_id"]

    def _ids(self, event_ids: Iterable[str]) -> list[str]:
        """`event_ids`, each once, in the order of the pooled marks."""
        wanted = set(event_ids)
        return [event for event in self.pooled.events["event_id"] if event in wanted]

    def marks(self, kind: str, of: str = "") -> list[str]:
        """The mark of a finding as a list, empty where there is none."""
        table = self.findings
        return list(table.loc[(table["kind"] == kind) & (table["of"] == of), "mark"])

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Third parties that partners bind themselves to.

        Grain: one row per counterpart of a scored realignment; key `counterpart`; `partners` and `events` are tuples.
        """
        turned = self.pooled.scored[self.pooled.scored["channel"] == "realignment"]
        pairs = turned.explode("counterparts").explode("partners")
        order = list(self.verdicts["partner"])
        rows = [
            (
                code,
                tuple(sorted(set(group["partners"]), key=order.index)),
                tuple(group["event_id"].unique()),
            )
            for code, group in pairs.groupby("counterparts")
        ]
        rows.sort(key=lambda row: (-len(row[1]), -len(row[2]), row[0]))
        return pd.DataFrame(rows, columns=["counterpart", "partners", "events"])

    @cached_property
    def by_dimension(self) -> pd.DataFrame:
        """Events in play by partner and dimension; key (`partner`, `dimension`), also where nothing is known."""
        profiles = [
            scoring.dimension_profile(file).assign(partner=partner)
            for partner, (file, _) in self.by_partner.items()
        ]
        return (
            pd.concat(profiles, ignore_index=True)
            if profiles
            else pd.DataFrame(columns=["partner"])
        )

    @cached_property
    def by_source(self) -> pd.DataFrame:
        """How many events in play each source supports; index partner, columns all admitted source ids."""
        counts = {
            partner: file.supporting.groupby("source_id")["event_id"].nunique()
            for partner, (file, _) in self.by_partner.items()
        }
        table = pd.DataFrame(counts).T.reindex(
            columns=list(self.dataset.sources["source_id"])
        )
        return table.reindex(list(self.verdicts["partner"])).fillna(0).astype(int)

    @cached_property
    def single_by_source(self) -> pd.Series:
        """Scored events that rest on one source only, per source id, most first."""
        told = self.pooled.supporting.drop_duplicates(["event_id", "source_id"])
        return told[told["event_id"].isin(self.single["event_id"])][
            "source_id"
        ].value_counts()

    @cached_property
    def own_standing(self) -> pd.DataFrame:
        """What is told of the focal power itself and supported: events, those with most sources and claims first."""
        code = self.dataset.rules["focal_power"]
        own = self.pooled.events[
            self.pooled.events["partners"]
            .map(lambda codes: codes == (code,))
            .astype(bool)
        ]
        told = own[own["n_claims"] > 0]
        return told.sort_values(
            ["n_lineages", "n_claims"], ascending=False, kind="stable"
        )


_COLUMNS = [
    *(
        "partner",
        "name",
        "region",
        "tile_row",
        "tile_col",
        "direction",
        "closer",
        "away",
        "held",
    ),
    *("lineages", "balance", "low", "high", "holds", "falls_without"),
]


def network(dataset: Dataset) -> Network:
    """All partners with a briefing, each with its dossier and verdict."""
    return Network(dataset, dossiers.pooled(dataset), judged(dataset))


def judged(dataset: Dataset) -> list[tuple[Dossier, Verdict]]:
    """The dossier of every partner with a briefing and the verdict on it, by name."""
    files = (
        dossiers.dossier(dataset, partner) for partner in briefed_partners(dataset)
    )
    return [(file, scoring.verdict(file)) for file in files]


def _verdict_row(file: Dossier, verdict: Verdict) -> tuple:
    partner, tally = file.partner, verdict.tally
    low, high = verdict.range if verdict.gate.met and verdict.range else (None, None)
    return (
        *(
            partner["partner_id"],
            file.name,
            partner["region"],
            partner["tile_row"],
            partner["tile_col"],
        ),
        *(
            verdict.direction,
            int(tally.closer),
            int(tally.away),
            tally.held,
            verdict.gate.lineages,
        ),
        *(verdict.value, low, high, verdict.holds, tuple(verdict.overturned_by)),
    )
