"""What proposers are worth: each document left out in turn, what is proposed for it compared with what people coded.

A proposer never sees a claim of the document that it is asked about, nor an event that rests on it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allywatch.data import dates
from allywatch.data.codings import CODINGS, load_codings
from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.worth import rests_on
from allywatch.desk.proposing import (
    Document,
    NotAtHand,
    Proposal,
    Proposer,
    document_of,
)
from allywatch.method import reliability, unitising
from allywatch.method.codebook.proposing import FIELD_OF

#: The ranks among which an event is looked for.
FIRST = (1, 4)
CODES = ("type", "channel", "dimension", "direction", "intensity")
PUT = ("modality", "voice", "date_basis")


@dataclass(frozen=True)
class Worth:
    """What one proposer is worth.

    Attributes
    ----------
    sources
        The documents that were left out in turn.
    shares
        Of the coded claims, by what was compared: the share whose proposal is right (0 to 1; missing where no claim
        can be compared), and the number of claims compared. One row per measure; index: its name.
    seen, alike
        Against each coding, `first` and `second`: `unitising.seen` over all sources, and `reliability.agreement`.
    """

    proposer: str
    version: str
    sources: tuple[str, ...]
    shares: pd.DataFrame
    seen: dict[str, pd.Series]
    alike: dict[str, pd.DataFrame]


def worth(dataset: Dataset, proposers: Iterable[Proposer]) -> list[Worth]:
    """What each proposer is worth on the documents at hand that have claims.

    Raises
    ------
    NotAtHand
        If no document is at hand.
    """
    rests = left_out(dataset)
    if not rests:
        raise NotAtHand(
            "No document with claims is at hand: nothing can be compared. Put the documents into the documents folder."
        )
    found = []
    codings = dict(zip(("first", "second"), load_codings(dataset), strict=True))
    for proposer in proposers:
        proposals = proposed(rests, proposer)
        shares = right_shares(dataset, rests, proposals)
        coding = as_coding(proposals)
        seen = {}
        alike = {}
        for coder, by_person in codings.items():
            if by_person.empty:
                continue
            theirs = by_person[by_person["source_id"].isin(rests)]
            seen[coder], alike[coder] = _compared(dataset, theirs, coding)
        found.append(
            Worth(proposer.name, proposer.version, tuple(rests), shares, seen, alike)
        )
    return found


def documents(dataset: Dataset) -> list[Document]:
    """The documents that `worth` has read, each with the evidence without it."""
    rests = left_out(dataset)
    return [document_of(rest, source_id) for source_id, rest in rests.items()]


def left_out(dataset: Dataset) -> dict[str, Dataset]:
    """The evidence without each source that has claims and its document at hand, by that source."""
    found = {}
    for source_id in dataset.sources["source_id"]:
        claims = dataset.claims
        rest = claims[claims["source_id"] != source_id]
        if len(rest) == len(claims):
            continue
        try:
            document_of(dataset, source_id)
        except NotAtHand:
            continue
        events = dataset.events[dataset.events["event_id"].isin(rest["event_id"])]
        found[source_id] = dataset.with_rows({"claims": rest, "events": events})
    return found


def proposed(
    rests: Mapping[str, Dataset], proposer: Proposer
) -> dict[str, list[Proposal]]:
    """The claims that are proposed for each source from the evidence `rests` has for it."""
    return {
        source_id: [
            each
            for each in proposer.propose(document_of(rest, source_id))
            if each.is_claim
        ]
        for source_id, rest in rests.items()
    }


def as_coding(proposals: dict[str, list[Proposal]]) -> pd.DataFrame:
    """Proposals as a coding, one row per proposed claim; columns as of `data.codings.load_codings`."""
    rows = []
    for source_id, of_source in proposals.items():
        for number, each in enumerate(of_source, 1):
            rows.append(
                {
                    "coding_id": f"{source_id}-P{number:04d}",
                    "source_id": source_id,
                    "start": each.start,
                    "end": each.end,
                    "partners": each.partners,
                    "counterparts": each.counterparts,
                    **{code: getattr(each.codes, code) for code in CODES},
                    **{column: getattr(each, column) for column in PUT},
                    "date": each.date,
                    "statement": each.statement,
                }
            )
    return pd.DataFrame(rows)


def _compared(
    dataset: Dataset, by_person: pd.DataFrame, coding: pd.DataFrame
) -> tuple[pd.Series, pd.DataFrame]:
    """How far a person's coding and a proposer's agree: on which claims there are, and on each field."""
    schema = dataset.contract.tables[CODINGS]
    fields = {
        name: field for name, field in schema.fields.items() if name in coding.columns
    }
    seen = unitising.seen(by_person, coding, schema.measure)
    alike = reliability.agreement(by_person, coding, fields, schema.measure)
    return seen.iloc[-1], alike.set_index("field")


# Claim by claim


def right_shares(
    dataset: Dataset,
    rests: Mapping[str, Dataset],
    proposals: Mapping[str, Sequence[Proposal]],
) -> pd.DataFrame:
    """For each measure the share of the coded claims whose proposal is right, and how many were compared; see `Worth`.

    `rests` has, by source, the evidence from which its `proposals` were made: an event that is not in it could not be found.
    """
    events = dataset.events.set_index("event_id")
    columns = ["partners", *CODES]
    claims = dataset.claims.drop(columns="partners", errors="ignore")
    claims = claims.join(events[columns], on="event_id")
    rows = []
    for claim in records(claims[claims["source_id"].isin(rests)]):
        source_id = claim["source_id"]
        proposal = nearest(claim["start"], claim["end"], proposals[source_id])
        known = set(rests[source_id].events["event_id"])
        rows.append(_right(claim, proposal, known))
    right = pd.DataFrame(rows)
    return pd.DataFrame({"share": right.mean(), "claims": right.count()})


def nearest(start: int, end: int, proposals: Sequence[Proposal]) -> Proposal | None:
    """The proposal whose passage shares most with the one from `start` to `end`; None where none shares a character.

    What both cover is taken as a share of what they cover together.
    """
    best: Proposal | None = None
    most = 0.0
    for each in proposals:
        common = min(end, each.end) - max(start, each.start)
        overlap = common / (max(end, each.end) - min(start, each.start))
        if overlap > most:
            most = overlap
            best = each
    return best


def _right(
    claim: dict[str, object], proposal: Proposal | None, known: set[str]
) -> dict[str, float]:
    """What of one claim was proposed rightly, 1 or 0; what cannot be compared is missing.

    An event can be found only if it rests on another source, too.
    """
    right: dict[str, float] = {"a claim here": float(proposal is not None)}
    each = proposal or Proposal(0, 1)
    right["partners"] = float({*each.partners} == {*claim["partners"]})  # type: ignore[misc]
    right["date, to the year"] = float(_year(each.date) == _year(str(claim["date"])))
    right["date, to the letter"] = float(each.date == claim["date"])
    for code in CODES:
        right[code] = float(getattr(each.codes, code) == claim[code])
    for column in PUT:
        right[column] = float(getattr(each, column) == claim[column])
    ranked = [candidate.event_id for candidate in each.events]
    for first in FIRST:
        found = float(claim["event_id"] in ranked[:first])
        right[f"event, of {first}"] = found if claim["event_id"] in known else np.nan
    return right


def _year(edtf: str) -> int | None:
    """The year by whose end it had happened; None without a date."""
    by = dates.bounds(edtf).counted
    return by.year if by else None


# To keep, and as text


def rows_to_keep(dataset: Dataset, found: Sequence[Worth]) -> list[dict[str, str]]:
    """The comparison as rows of the table of what proposers are worth."""
    fingerprint = rests_on(dataset)
    rows = []
    for each in found:
        beside = each.alike.get("first")
        for measure, share in each.shares.iterrows():
            field = FIELD_OF.get(str(measure), str(measure))
            alpha = ""
            if beside is not None and field in beside.index:
                alpha = _decimals(beside.loc[field, "alpha"])
            rows.append(
                {
                    "proposer": each.proposer,
                    "version": each.version,
                    "measure": str(measure),
                    "right": _decimals(share["share"]),
                    "claims": str(int(share["claims"])),
                    "alpha": alpha,
                    "rests_on": fingerprint,
                }
            )
    return rows


def _decimals(number: Any) -> str:
    return "" if pd.isna(number) else f"{number:.4f}"


def in_lines(found: Sequence[Worth], between_people: pd.DataFrame | None) -> list[str]:
    """The comparison as lines of text: a column for each proposer, and one for the two coders where there are two."""
    names = [each.proposer for each in found]
    sources = ", ".join(found[0].sources)
    counts = found[0].shares["claims"].astype(int).to_dict()
    lines = [
        f"Each of {sources} left out in turn; {counts['partners']} claims.",
        "",
        _line("right, of the coded claims", [*names, "claims"]),
    ]
    for measure in found[0].shares.index:
        cells = [_percent(each.shares.loc[measure, "share"]) for each in found]
        lines.append(_line(f"  {measure}", [*cells, str(counts[measure])]))
    for coder in found[0].seen:
        lines += ["", _line(f"beside the {coder} coder", names)]
        for title, share in (
            ("coder's claims seen", "first_seen"),
            ("coder's passages seen", "first_covered"),
            ("proposals the coder saw", "second_seen"),
            ("pairs", "pairs"),
        ):
            values = [each.seen[coder][share] for each in found]
            cells = [str(v) if share == "pairs" else _percent(v) for v in values]
            lines.append(_line(f"  {title}", cells))
        people = ["the coders"] if between_people is not None else []
        lines.append(_line("  Krippendorff's alpha", [*names, *people]))
        for field in found[0].alike[coder].index:
            alphas = [each.alike[coder].loc[field, "alpha"] for each in found]
            if between_people is not None:
                alphas.append(between_people.loc[field, "alpha"])
            lines.append(_line(f"    {field}", [_alpha(alpha) for alpha in alphas]))
    return lines


def between_coders(dataset: Dataset) -> pd.DataFrame | None:
    """Agreement of the two people on each field, as `reliability.agreement`, by field; None without two codings."""
    first, second = load_codings(dataset)
    if first.empty or second.empty:
        return None
    schema = dataset.contract.tables[CODINGS]
    alike = reliability.agreement(first, second, schema.fields, schema.measure)
    return alike.set_index("field")


def _line(title: str, cells: Sequence[str]) -> str:
    return f"{title:<30}" + "".join(f"{cell:>12}" for cell in cells)


def _percent(share: float) -> str:
    return "–" if pd.isna(share) else f"{100 * share:.0f} %"


def _alpha(alpha: float) -> str:
    return "–" if pd.isna(alpha) else f"{alpha:.2f}"
