"""Who is partner, who is counterpart and who is merely named in a clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from allywatch.data.dataset import Dataset
from allywatch.desk.proposing import words
from allywatch.desk.proposing.actors import (
    Gazetteer,
    Mention,
    gazetteer,
    groups_of,
)
from allywatch.desk.proposing.document import Clause, Document
from allywatch.desk.proposing.places import is_place
from allywatch.desk.proposing.pointing import (
    FROM_TO,
    REGION,
    governor,
    joins,
    points_back,
    points_to_somebody,
)

#: An actor that is a partner in a smaller share of the events that have it stands beside the ties.
_LEAST_SHARE_AS_PARTNER = 1 / 3


@dataclass(frozen=True)
class Cast:
    """The actors of one clause by what they are in it; `is_named`: the clause itself names the partners."""

    partners: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    is_named: bool = False


@lru_cache(maxsize=4)
def shares_as_partner(dataset: Dataset) -> Mapping[str, float]:
    """Of each actor, in which share of the coded events that have it at all it is a partner, from 0 to 1.

    An actor that no event has is taken for a partner, unless the others have their places on the map and it has none.
    """
    as_partner = dataset.events["partners"].explode().value_counts().to_dict()
    as_counterpart = dataset.events["counterparts"].explode().value_counts().to_dict()
    on_map = dict(
        zip(
            dataset.partners["partner_id"],
            dataset.partners["tile_row"].notna(),
            strict=True,
        )
    )
    has_map = any(on_map.values())
    shares = {}
    for code, is_on_map in on_map.items():
        partner = as_partner.get(code, 0)
        both = partner + as_counterpart.get(code, 0)
        unknown = 1.0 if is_on_map or not has_map else 0.0
        shares[code] = partner / both if both else unknown
    return shares


def casts(document: Document, clauses: Sequence[Clause]) -> list[Cast]:
    """The cast of each clause; a clause without a partner's name takes what the text before it was about."""
    reader = _Reader(
        gazetteer(document.dataset, document.published),
        shares_as_partner(document.dataset),
        _parents(document.dataset),
        _neighbourhoods(document.dataset),
    )
    return [reader.read(clause) for clause in clauses]


def _parents(dataset: Dataset) -> Mapping[str, str]:
    """The state of each territory, by the territory's code."""
    codes = dataset.partners["partner_id"]
    return dict(zip(codes, dataset.partners["parent_id"], strict=True))


def _neighbourhoods(dataset: Dataset) -> list[frozenset[str]]:
    """The members of each group whose members lie in one region, the smallest group first."""
    regions = dataset.partners.set_index("partner_id")["region"].to_dict()
    of_one_region = []
    for members in groups_of(dataset).values():
        theirs = {regions[code] for code in members}
        if len(theirs) == 1 and "" not in theirs:
            of_one_region.append(frozenset(members))
    return sorted(of_one_region, key=lambda members: (len(members), sorted(members)))


def names_of(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The codes of all mentions, each once."""
    return tuple(dict.fromkeys(code for each in mentions for code in each.codes))


def _without(codes: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left_out = set(others)
    return tuple(code for code in codes if code not in left_out)


class _Reader:
    """Reads a document clause by clause, and keeps what it is about: by sentence, paragraph and section."""

    def __init__(
        self,
        names: Gazetteer,
        shares: Mapping[str, float],
        parents: Mapping[str, str],
        neighbourhoods: Sequence[frozenset[str]],
    ) -> None:
        self._names = names
        self._shares = shares
        self._parents = parents
        self._neighbourhoods = neighbourhoods
        self._sentence: tuple[int, int] | None = None
        self._paragraph = -1
        self._of_sentence: tuple[str, ...] = ()
        self._is_about_power = False
        self._of_paragraph: tuple[str, ...] = ()
        self._of_last_paragraph: tuple[str, ...] = ()
        self._of_section: tuple[str, ...] = ()

    def read(self, clause: Clause) -> Cast:
        """The cast of the next clause."""
        self._enter(clause)
        mentions = self._names.mentions(clause.text)
        focal_power = self._names.focal_power
        partners, counterparts = self._named(clause, mentions)
        is_named = bool(partners)
        if not is_named:
            carried = self._carried(clause, mentions, counterparts)
            if REGION.match(clause.text):
                carried = self._around(carried)
            is_elsewhere = bool(carried or counterparts)
            places = () if is_elsewhere else self._places(clause, mentions)
            is_named = bool(places)
            partners = carried or places or (focal_power,)
        counterparts = _without(counterparts, partners)
        others = (*partners, *counterparts, focal_power)
        cast = Cast(
            tuple(sorted(set(partners))),
            tuple(sorted(set(counterparts))),
            _without(names_of(mentions), others),
            is_named,
        )
        self._leave(clause, cast)
        return cast

    def _enter(self, clause: Clause) -> None:
        if clause.sentence != self._sentence:
            self._of_sentence = ()
            self._is_about_power = False
            self._sentence = clause.sentence
        if clause.paragraph != self._paragraph:
            self._of_last_paragraph = self._of_paragraph
            self._of_paragraph = ()
            self._paragraph = clause.paragraph
        if clause.is_heading:
            self._of_section = ()

    def _leave(self, clause: Clause, cast: Cast) -> None:
        """Keep what `clause` was about, where it says so itself."""
        if cast.is_named:
            self._of_sentence = cast.partners
            self._of_paragraph = cast.partners
            if clause.is_heading:
                self._of_section = cast.partners
        self._is_about_power = cast.partners == (self._names.focal_power,)

    def _carried(
        self, clause: Clause, mentions: Sequence[Mention], counterparts: Sequence[str]
    ) -> tuple[str, ...]:
        """The partners that a clause which names none is still about; none where it is about the power itself."""
        power = [each for each in mentions if self._names.focal_power in each.codes]
        if self._of_sentence:
            return () if self._is_of_power_alone(clause, power) else self._of_sentence
        back = points_back(clause.text)
        if self._is_about_power and (back < 0 or not power):
            return ()
        if power and words.pattern("standing").search(clause.text):
            to_somebody = points_to_somebody(clause.text)
            if not 0 <= to_somebody < power[0].start:
                return ()
        if self._of_section:
            return self._of_paragraph or self._of_section
        if power and counterparts and back < 0:
            return ()
        others = words.pattern("others").search(clause.text)
        to_somebody = points_to_somebody(clause.text)
        if others and not 0 <= to_somebody < others.start():
            return ()
        if back >= 0 and not (power and power[0].start < back):
            return self._of_paragraph or self._of_last_paragraph
        return self._of_paragraph

    def _places(self, clause: Clause, mentions: Sequence[Mention]) -> tuple[str, ...]:
        """The partners that are named as mere places: where nobody else is at hand, the clause is about them."""
        if clause.is_heading:
            return ()
        places = [
            each
            for each in mentions
            if is_place(clause.text, each, mentions, self._names.focal_power)
        ]
        without_power = _without(names_of(places), (self._names.focal_power,))
        return tuple(code for code in without_power if self._is_partner(code))

    def _around(self, partners: Sequence[str]) -> tuple[str, ...]:
        """The members of the group of neighbours that partners belong to; themselves where there is none."""
        for members in self._neighbourhoods:
            if partners and members.issuperset(partners):
                return tuple(sorted(members))
        return tuple(partners)

    def _is_of_power_alone(self, clause: Clause, power: Sequence[Mention]) -> bool:
        """Whether a clause that goes on from one about a partner turns to what the power has by itself."""
        hangs_on = clause.text.lower().startswith("with ")
        has_standing = words.pattern("standing").search(clause.text) is not None
        to_somebody = points_to_somebody(clause.text)
        is_first = bool(power) and not 0 <= to_somebody < power[0].start
        return is_first and has_standing and not hangs_on

    def _named(
        self, clause: Clause, mentions: Sequence[Mention]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The partners and the counterparts that a clause names itself."""
        partners: list[str] = []
        counterparts: list[str] = []
        groups: list[str] = []
        role_before = ""
        end_before = 0
        parents = {self._parents.get(code, "") for code in names_of(mentions)}
        parents |= {self._parents.get(code, "") for code in self._of_paragraph}
        for mention in mentions:
            codes = _without(mention.codes, (self._names.focal_power, *parents))
            between = clause.text[end_before : mention.start]
            end_before = mention.end
            if not codes:
                is_power = self._names.focal_power in mention.codes
                role_before = "power" if is_power else ""
            else:
                role = self._role(mention, clause, mentions, partners)
                if role_before == "partner" and FROM_TO.search(
                    clause.text, 0, mention.start
                ):
                    role = role_before
                elif role_before == "group" and joins(between):
                    role = "named"
                    groups += codes
                elif role_before and joins(between):
                    role = self._joined_role(role_before, role, codes[0], partners)
                if role == "partner":
                    partners += codes
                elif role == "counterpart":
                    counterparts += codes
                elif mention.is_group:
                    groups += codes
                    role = "group"
                role_before = role
        if not partners:
            partners = [code for code in groups if self._is_partner(code)]
        return tuple(partners), tuple(counterparts)

    def _is_partner(self, code: str) -> bool:
        return self._shares.get(code, 1.0) >= _LEAST_SHARE_AS_PARTNER

    def _joined_role(
        self, role_before: str, role: str, code: str, partners: Sequence[str]
    ) -> str:
        """The role of a name joined to the one before: the same, but whoever stands beside the ties is no partner."""
        if role_before == "power":
            known = partners or self._of_sentence or self._of_section
            return "named" if known and code not in known else role
        if role_before == "partner" and role != "partner":
            return role if not self._is_partner(code) else role_before
        return role_before

    def _role(
        self,
        mention: Mention,
        clause: Clause,
        mentions: Sequence[Mention],
        partners: Sequence[str],
    ) -> str:
        """What one actor is in a clause: partner, counterpart or named."""
        code = mention.codes[0]
        if is_place(clause.text, mention, mentions, self._names.focal_power):
            return "named"
        before, opens = governor(clause.text, mention.start)
        is_subject = before == "with" and opens
        is_aside = before in words.listed("aside") and not is_subject
        turned_to = before in words.listed("aside", "turning") and not opens
        if mention.is_group:
            return "named" if is_aside and not opens else "partner"
        if not self._is_partner(code):
            return "named" if is_aside and not turned_to else "counterpart"
        known = partners or self._of_sentence
        if known and code not in known and turned_to:
            return "counterpart"
        if known and code not in known and is_aside:
            is_lesser = self._shares[code] < min(self._shares[each] for each in known)
            return "counterpart" if is_lesser else "named"
        names_power = any(self._names.focal_power in each.codes for each in mentions)
        about = known or self._of_paragraph
        if about and code not in about and is_aside:
            goes_on = 0 <= points_back(clause.text) < mention.start
            if turned_to and goes_on and not names_power:
                return "counterpart"
            if self._shares[code] < min(self._shares[each] for each in about):
                return "counterpart"
        if clause.is_heading and is_aside:
            return "named"
        return "partner"
