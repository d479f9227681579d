"""The evidence as frames: what every briefing, chart and page draws on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.contract import TABLES, Contract
from allywatch.data.fingerprints import Fingerprints, fingerprints


@dataclass(frozen=True, eq=False)
class Dataset:
    """Everything a briefing may draw on. Treat the frames as frozen; a dataset is the same only as itself.

    Frames have the columns of the contract and a plain index. Optional text that is blank is "", a list a
    tuple of str, a number nullable (missing: ``<NA>``), a day ``datetime64`` (missing: ``NaT``). The codebook
    (`package`) says what each column holds; derived columns are named here.

    Attributes
    ----------
    contract
        The folder's contract, by table.
    as_of
        Day as of which the evidence is known; None: all of it.
    documents
        Folder with the source texts; None where there is none.
    sources
        One row per source; key `source_id`. Derived: `published_earliest`, `published_latest` (days).
    claims
        One row per claim; key `claim_id`. Derived: `supports` (bool) and `credibility` (1 to 6), as in
        `grading`; `earliest`, `counted`, `latest` (days) and `ongoing` (bool), as in `dates.Bounds`.
    events
        One row per event; key `event_id`. Derived as for claims.
    relations
        One row per relation of two claims; key `claim_a, claim_b, kind`.
    judgements
        One row per judgement; key `judgement_id`. Derived: `moved`, in words what it rests on that is otherwise
        than when it was written, "" where nothing is; `under_review` (bool), whether anything is.
    partners, event_types
        One row per actor, key `partner_id`; one per type, key `type`.
    doubts
        One row per outside report against a claim; key `doubt_id`; no rows where the folder has no such file.
    uncoded
        One row per passage with nothing to code, key `source_id, start, end`; no rows where the folder has
        no such file.
    repairs
        One row per repair: `file, row, column, before, after, rule`.
    partner
        The partner of whom this is the part (see `parts.part`); "" where this is the whole.
    period
        The unit by which the whole counts its reports (see `periods.unit`), in the part of a partner; "" in the whole.
    beyond_chance
        Whether the change in the tie of a part's partner is more than chance, with all partners compared (see
        `trends.compared`); None where there is too little to compare, and in the whole.
    choice
        In words, what a reader left out of the evidence; "": nothing.
    """

    data_dir: Path
    contract: Contract
    as_of: date | None
    documents: Path | None
    sources: pd.DataFrame
    claims: pd.DataFrame
    events: pd.DataFrame
    relations: pd.DataFrame
    judgements: pd.DataFrame
    partners: pd.DataFrame
    event_types: pd.DataFrame
    doubts: pd.DataFrame
    uncoded: pd.DataFrame
    repairs: pd.DataFrame
    partner: str = ""
    period: str = ""
    beyond_chance: bool | None = None
    choice: str = ""

    @property
    def package(self) -> dict[str, Any]:
        """The contract as it stands in `datapackage.json`."""
        return self.contract.package

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames of the tables that pages rest on, by name."""
        return {table: getattr(self, table) for table in (*TABLES, "doubts")}

    @cached_property
    def fingerprints(self) -> dict[str, Fingerprints]:
        """The fingerprints of each table that its contract knows; they go with it into the process of a job."""
        return {
            table: fingerprints(frame)
            for table, frame in self.tables.items()
            if table in self.contract.tables
        }

    def with_rows(self, frames: Mapping[str, pd.DataFrame], **others: Any) -> Dataset:
        """This dataset with other rows in some frames, their index made plain, and `others` of its attributes."""
        plain = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
        return replace(self, **{**others, **plain})

    @property
    def rules(self) -> dict[str, Any]:
        """What the data folder decides: focal power, gate, words, weights and rules."""
        return self.contract.rules

    def labels(self, table: str, column: str) -> dict[Any, str]:
        """Listed values of a column in the contract's order, each with its label in words."""
        return self.contract.labels(table, column)
