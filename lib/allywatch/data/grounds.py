"""What a judgement rests on, and what has moved since it was written.

A judgement rests on the rows in its refs, on all claims behind each event among them, on these claims' sources, and on
the doubts and relations that touch the claims. Where its text speaks of what nobody says ("nobody", "only"), it also rests
on which claims there are on its partners at all. `judgements.rests_on` holds each of these rows with a fingerprint, as they
were when the text was written or last confirmed. Only the columns count that the contract marks ``rests``, so that a
note, a label or a column of one's own moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from allywatch.data.contract import Contract
from allywatch.data.fingerprints import fingerprint
from allywatch.data.patterns import search

Cells = Mapping[str, pd.DataFrame]
#: Row id (of a relation: its claims joined by ``&``) to fingerprint.
Grounds = dict[str, str]

_DIGITS = 8
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


@dataclass(frozen=True)
class Rows:
    """The rows that judgements may rest on, as text cells.

    Row ids by table to fingerprint, and how the rows hang together: `claims_of_event`, `source_of_claim`,
    `event_of_claim`, `claim_of_doubt`, and by claim the ids of doubts and relations that are `touching` it.
    """

    fingerprints: dict[str, Grounds]
    claims_of_event: dict[str, list[str]]
    event_of_claim: dict[str, str]
    source_of_claim: dict[str, str]
    touching: dict[str, list[str]]
    claim_of_doubt: dict[str, str]
    claims_on_partner: dict[str, list[str]]
    absence: str

    @classmethod
    def of(cls, cells: Cells, contract: Contract) -> Rows:
        """The rows of a data folder's tables, whose `cells` are text."""
        fingerprints = {
            table: _fingerprints(cells[table], table, contract)
            for table in ("events", "claims", "sources", "doubts", "relations")
            if table in cells
        }
        claims = cells["claims"]
        claims_of_event: dict[str, list[str]] = {}
        for claim_id, event_id in zip(
            claims["claim_id"], claims["event_id"], strict=True
        ):
            claims_of_event.setdefault(event_id, []).append(claim_id)
        return cls(
            fingerprints=fingerprints,
            claims_of_event=claims_of_event,
            event_of_claim=dict(
                zip(claims["claim_id"], claims["event_id"], strict=True)
            ),
            source_of_claim=dict(
                zip(claims["claim_id"], claims["source_id"], strict=True)
            ),
            touching=_touching(cells),
            claim_of_doubt=_claim_of_doubt(cells),
            claims_on_partner=_claims_on_partner(cells["events"], claims_of_event),
            absence=contract.rules["judgement_words"]["absence"],
        )

    def grounds(self, refs: str, partners: str, text: str) -> Grounds:
        """Each row that a judgement with these cells rests on, with its fingerprint; first the refs.

        Keys that stand nowhere are passed over.
        """
        events = self.fingerprints["events"]
        found: Grounds = {}
        claim_ids = []
        for ref in refs.split(";") if refs else []:
            if ref in events:
                found[ref] = events[ref]
                claim_ids += self.claims_of_event.get(ref, [])
            else:
                claim_ids.append(ref)
        sources = self.fingerprints["sources"]
        for claim_id in claim_ids:
            source_id = self.source_of_claim.get(claim_id)
            if source_id not in sources:
                continue
            found[claim_id] = self.fingerprints["claims"][claim_id]
            found[source_id] = sources[source_id]
            for row_id in self.touching.get(claim_id, []):
                table = "relations" if "&" in row_id else "doubts"
                found[row_id] = self.fingerprints[table][row_id]
        if refs and search(self.absence, text):
            for partner in partners.split(";"):
                claim_ids = self.claims_on_partner.get(partner, [])
                found[partner] = fingerprint(";".join(claim_ids))[:_DIGITS]
        return found

    def moved(self, before: Grounds, now: Grounds) -> list[str]:
        """In words what is otherwise `now` than it was `before`; empty where nothing is."""
        sources = self._sources_by_event(before)
        said = [self._added(row_id, sources) for row_id in now if row_id not in before]
        said += [self._gone(row_id) for row_id in before if row_id not in now]
        for row_id, print_now in now.items():
            if before.get(row_id, print_now) != print_now:
                said.append(self._changed(row_id))
        return [words for words in dict.fromkeys(said) if words]

    def _added(self, row_id: str, sources: Mapping[str, set[str]]) -> str:
        """What the row that came to a judgement's grounds means; "" where another row says it.

        `sources` are those that told of each event already.
        """
        if row_id in self.source_of_claim:
            return self._new_claim(row_id, sources)
        if row_id in self.fingerprints["sources"] or row_id in self.claims_on_partner:
            return ""
        if row_id in self.fingerprints["events"]:
            return f"{row_id} was added to its refs"
        if "&" in row_id:
            first, second = row_id.split("&")
            return f"a relation was added between {first} and {second}"
        return f"a doubt was added against {self.claim_of_doubt[row_id]}"

    def _gone(self, row_id: str) -> str:
        if "&" in row_id:
            first, second = row_id.split("&")
            return f"{first} and {second} are no longer related"
        if row_id in self.source_of_claim:
            return f"claim {row_id} is no longer among its grounds"
        if row_id in self.fingerprints["events"]:
            return f"{row_id} is no longer among its refs"
        return f"{row_id} is gone"

    def events_with_a_new_source(self, before: Grounds, now: Grounds) -> list[str]:
        """The events on which a source has come to tell, that did not when a judgement rested on `before`."""
        found = []
        sources = self._sources_by_event(before)
        for claim_id in now:
            if claim_id in self.source_of_claim and claim_id not in before:
                event_id = self.event_of_claim[claim_id]
                others = sources.get(event_id, set())
                if others and self.source_of_claim[claim_id] not in others:
                    found.append(event_id)
        return list(dict.fromkeys(found))

    def _sources_by_event(self, grounds: Grounds) -> dict[str, set[str]]:
        """The sources of the claims in some grounds, by the event of which they tell."""
        sources: dict[str, set[str]] = {}
        for row_id in grounds:
            if row_id in self.source_of_claim:
                of_event = sources.setdefault(self.event_of_claim[row_id], set())
                of_event.add(self.source_of_claim[row_id])
        return sources

    def _new_claim(self, claim_id: str, sources: Mapping[str, set[str]]) -> str:
        event_id = self.event_of_claim[claim_id]
        source_id = self.source_of_claim[claim_id]
        others = sources.get(event_id, set())
        if not others or source_id in others:
            return f"{event_id} has another claim, {claim_id}"
        ordinal = _ORDINALS.get(len(others) + 1, "further")
        return f"{event_id} has a {ordinal} source, {source_id}"

    def _changed(self, row_id: str) -> str:
        if row_id in self.source_of_claim:
            return f"claim {row_id} of {self.event_of_claim[row_id]} was changed"
        if row_id in self.fingerprints["sources"]:
            return f"source {row_id} has another grade, lineage or publisher"
        if row_id in self.fingerprints["events"]:
            return f"{row_id} was changed"
        if row_id in self.claims_on_partner:
            return f"the claims on {row_id} are others than when it spoke of what nobody says"
        if "&" in row_id:
            first, second = row_id.split("&")
            return f"the relation between {first} and {second} was changed"
        return f"the doubt against {self.claim_of_doubt[row_id]} was changed"


def later_rows(cells: Cells, known: Mapping[str, pd.DataFrame]) -> set[str]:
    """The ids of rows that an edition as of a day leaves out, and of all partners.

    What is told of a partner altogether has one fingerprint, in which what was known by the day has no part
    of its own. `known` are the tables as `as_of.known_by` leaves them.
    """
    later: set[str] = set(cells["partners"]["partner_id"])
    keys = {"sources": "source_id", "claims": "claim_id", "doubts": "doubt_id"}
    for table, key in keys.items():
        if table in cells:
            later |= set(cells[table][key]) - set(known[table][key])
    pairs = [
        {f"{a}&{b}" for a, b in zip(rows["claim_a"], rows["claim_b"], strict=True)}
        for rows in (cells["relations"], known["relations"])
    ]
    return later | (pairs[0] - pairs[1])


def read_grounds(cell: str) -> Grounds:
    """The grounds in a cell of ``judgements.rests_on``."""
    pairs = (entry.rpartition("@") for entry in cell.split(";") if entry)
    return {row_id: digits for row_id, _, digits in pairs}


def written(grounds: Grounds) -> str:
    """`grounds` as a cell of ``judgements.rests_on``."""
    return ";".join(f"{row_id}@{digits}" for row_id, digits in grounds.items())


def _fingerprints(rows: pd.DataFrame, table: str, contract: Contract) -> Grounds:
    """The fingerprint of each row's columns that the contract marks ``rests``, by the row's id."""
    schema = contract.tables[table]
    columns = [
        name
        for name, field in schema.fields.items()
        if field.get("rests") and name in rows
    ]
    keys = ["claim_a", "claim_b"] if table == "relations" else schema.primary_key
    columns_of_key = (rows[key].tolist() for key in keys)
    row_ids = ["&".join(key) for key in zip(*columns_of_key, strict=True)]
    found: Grounds = {}
    for row_id, cells in zip(row_ids, rows[columns].to_numpy().tolist(), strict=True):
        # Two relations of one pair make one entry.
        found[row_id] = fingerprint(found.get(row_id, "") + "\x1f".join(cells))[
            :_DIGITS
        ]
    return found


def _claims_on_partner(
    events: pd.DataFrame, claims_of_event: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The ids of all claims on the events of each partner, in order."""
    found: dict[str, list[str]] = {}
    for event_id, partners in zip(events["event_id"], events["partners"], strict=True):
        for partner in partners.split(";"):
            found.setdefault(partner, []).extend(claims_of_event.get(event_id, []))
    return {partner: sorted(claim_ids) for partner, claim_ids in found.items()}


def _claim_of_doubt(cells: Cells) -> dict[str, str]:
    """The claim that each doubt speaks against."""
    if "doubts" not in cells:
        return {}
    doubts = cells["doubts"]
    return dict(zip(doubts["doubt_id"], doubts["claim_id"], strict=True))


def _touching(cells: Cells) -> dict[str, list[str]]:
    """The ids of the doubts and relations that touch each claim."""
    touching: dict[str, list[str]] = {}
    for doubt_id, claim_id in _claim_of_doubt(cells).items():
        touching.setdefault(claim_id, []).append(doubt_id)
    relations = cells["relations"]
    for first, second in zip(relations["claim_a"], relations["claim_b"], strict=True):
        for claim_id in (first, second):
            touching.setdefault(claim_id, []).append(f"{first}&{second}")
    return touching
