"""The rules of DESIGN §4 once more, on the rows of the CSV files and without the library: what a page must agree with."""

import calendar
import csv
import json
from collections import defaultdict
from datetime import date
from functools import cached_property
from pathlib import Path

_THIRDS = {37: (1, 4), 38: (5, 8), 39: (9, 12), 40: (1, 6), 41: (7, 12)}
_QUARTERS = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12)}
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}
_MONTHS_OF = _THIRDS | _QUARTERS | _SEASONS


def point(text):
    """The first and the last day of a year, a month, a part of a year or a day."""
    text = text.rstrip("~?%")
    year, *rest = (int(each) for each in text.split("-"))
    if len(rest) == 2:
        return date(year, *rest), date(year, *rest)
    first, last = 1, 12
    if rest:
        first, last = _MONTHS_OF.get(rest[0], (rest[0], rest[0]))
    over = last > 12
    end_year, end_month = (year + 1, last - 12) if over else (year, last)
    end = calendar.monthrange(end_year, end_month)[1]
    return date(year, first, 1), date(end_year, end_month, end)


def span(text):
    """First day, day by which it had begun, and last day that an EDTF text allows; None where it sets none."""
    if not text:
        return None, None, None
    if text.startswith("["):
        before, after = text.strip("[]").split("..")
        last = point(after)[1] if after else None
        return (point(before)[0] if before else None), last, last
    if "/" in text:
        before, after = text.split("/")
        last = None if after in ("", "..") else point(after)[1]
        if before in ("", ".."):
            return None, last, last
        return point(before)[0], point(before)[1], last
    first, last = point(text)
    return first, last, last


class Rows:
    """The tables of a data folder as they stand, and what follows from a claim alone."""

    def __init__(self, folder):
        folder = Path(folder)
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        self.rules = package["allywatch"]
        for resource in package["resources"]:
            path = resource["path"]
            if isinstance(path, str) and (folder / path).exists():
                with (folder / path).open(newline="", encoding="utf-8") as file:
                    setattr(self, resource["name"], list(csv.DictReader(file)))
        self.power = self.rules["focal_power"]
        self.name = {each["partner_id"]: each["name"] for each in self.partners}
        self.source = {each["source_id"]: each for each in self.sources}
        self.event = {each["event_id"]: each for each in self.events}
        self.refuted = {
            each["claim_id"]
            for each in self.doubts
            if each["strength"] in self.rules["support"]["unscored_doubts"]
        }
        self.refs = {
            each["judgement_id"]: each["refs"].split(";") for each in self.judgements
        }
        self.claims_of = defaultdict(list)
        for claim in self.claims:
            self.claims_of[claim["event_id"]].append(claim)

    def supports(self, claim):
        rule = self.rules["support"]
        grade = self.source[claim["source_id"]]["reliability"]
        return not (
            claim["modality"] in rule["unscored_modalities"]
            or grade in rule["unscored_reliabilities"]
            or claim["claim_id"] in self.refuted
        )

    def behind(self, event_id, without=()):
        """The sources that support an event; those of `without` are set aside."""
        return {
            claim["source_id"]
            for claim in self.claims_of[event_id]
            if self.supports(claim) and claim["source_id"] not in without
        }

    def lineages(self, source_ids):
        return {self.source[each]["lineage"] for each in source_ids}

    def is_firm(self, event_id, without=()):
        """Whether two independent sources or more stand behind an event."""
        n_lineages = len(self.lineages(self.behind(event_id, without)))
        return n_lineages >= self.rules["corroboration"]["min_lineages"]

    def codes(self, event_id, column="partners"):
        return [each for each in self.event[event_id][column].split(";") if each]

    def deniers(self, event_id):
        """Who denies an event: the source, or whose word it hands on."""
        return [
            claim["attributed_to"] or claim["source_id"]
            for claim in self.claims_of[event_id]
            if claim["modality"] == "denied"
        ]

    def is_disputed(self, event_id):
        ids = {claim["claim_id"] for claim in self.claims_of[event_id]}
        return any(
            {pair["claim_a"], pair["claim_b"]} <= ids
            for pair in self.relations
            if pair["kind"] == "contradicts"
        )

    @cached_property
    def briefed(self):
        """The partners of whose events a claim tells."""
        codes = {
            code for claim in self.claims for code in self.codes(claim["event_id"])
        }
        return codes - {self.power}


class Tie:
    """What the rules make of one partner, "" for all together, with some sources set aside or none."""

    def __init__(self, rows, partner="", without=()):
        self.rows = rows
        self.partner = partner
        self.without = without
        self.events = [
            each for each in rows.event if not partner or partner in rows.codes(each)
        ]
        supported = [each for each in self.events if rows.behind(each, without)]
        tied = [each for each in supported if rows.event[each]["channel"] != "context"]
        self.held = [each for each in tied if self.leads(each) == 0]
        self.moves = self._once_a_region([each for each in tied if self.leads(each)])
        self.closer = [each for each in self.moves if self.leads(each) > 0]
        self.away = [each for each in self.moves if self.leads(each) < 0]

    def leads(self, event_id):
        return int(self.rows.event[event_id]["direction"])

    def _once_a_region(self, moves):
        """Of what is said of one region in one direction, the best attested event alone; as it stands with all sources."""
        if not self.partner:
            return moves
        best = {}
        for each in (each for each in self.events if self.rows.behind(each)):
            event = self.rows.event[each]
            if not event["told_of"] or event["channel"] == "context":
                continue
            n_lineages = len(self.rows.lineages(self.rows.behind(each)))
            rank = (-n_lineages, each)
            key = (event["told_of"], event["direction"])
            best[key] = min(best.get(key, rank), rank)
        return [
            each
            for each in moves
            if not self.rows.event[each]["told_of"]
            or best[
                self.rows.event[each]["told_of"], self.rows.event[each]["direction"]
            ][1]
            == each
        ]

    def n_lineages(self, event_ids):
        behind = set().union(
            *(self.rows.behind(each, self.without) for each in event_ids)
        )
        return len(self.rows.lineages(behind))

    def _met(self, event_ids):
        gate = self.rows.rules["gate"]
        enough = len(event_ids) >= gate["min_events"]
        return enough and self.n_lineages(event_ids) >= gate["min_lineages"]

    @cached_property
    def met(self):
        """Whether a direction by steps may be stated."""
        return self._met(self.moves)

    @cached_property
    def direction(self):
        """The key of the direction."""
        n_moves = len(self.moves)
        value = (len(self.closer) - len(self.away)) / n_moves if n_moves else 0
        for rule in self.rows.rules["direction_words"]:
            is_so = [
                rule.get("below_gate", not self.met) != self.met,
                "min_held" not in rule
                or (len(self.held) >= rule["min_held"] and self._met(self.held)),
                rule.get("held_exceeds_moving", len(self.held) > n_moves)
                == (len(self.held) > n_moves),
                rule.get("turned", bool(self.turn)) == bool(self.turn),
                value <= rule.get("max_balance", 1),
                value >= rule.get("min_balance", -1),
            ]
            if all(is_so):
                return rule["key"]
        raise AssertionError("no direction word applies")

    @property
    def way(self):
        for rule in self.rows.rules["direction_words"]:
            if rule["key"] == self.direction:
                return rule.get("way", rule["key"])
        return self.direction

    @property
    def is_stated(self):
        return self.way != "insufficient"

    @cached_property
    def turn(self):
        """The last day of the one way and the first of the other, and how many each; None without a turn."""
        rule = self.rows.rules["turn"]
        for before, after in ((self.closer, self.away), (self.away, self.closer)):
            if len(before) < rule["min_events_before"] or not before:
                continue
            if len(after) < rule["min_events_after"] or not after:
                continue
            ends = [self.days(each)[2] for each in before]
            starts = [self.days(each)[0] for each in after]
            if None not in ends and None not in starts and max(ends) < min(starts):
                return max(ends), min(starts), len(before), len(after)
        return None

    def days(self, event_id):
        """As of `span`; a source set aside takes with it the days that it alone gives."""
        first, begun, last = span(self.rows.event[event_id]["date"])
        if not self.without:
            return first, begun, last
        days = [
            (claim["source_id"], *span(claim["date"]))
            for claim in self.rows.claims_of[event_id]
            if self.rows.supports(claim)
        ]
        starting = {source for source, start, _, _ in days if start is not None}
        if starting and starting <= set(self.without):
            first = None
        ending = {source for source, _, _, end in days if end is not None}
        if ending and ending <= set(self.without):
            last = None
        return first, begun, last

    @cached_property
    def firm(self):
        """Moves with two independent sources or more."""
        return [each for each in self.moves if self.rows.is_firm(each, self.without)]

    @cached_property
    def latest(self):
        """The moves that happened last; none without a date."""
        begun = {each: self.days(each)[1] for each in self.moves}
        days = [day for day in begun.values() if day is not None]
        return [each for each in self.moves if days and begun[each] == max(days)]

    def best_grade(self, event_ids):
        sources = set().union(*(self.rows.behind(each) for each in event_ids))
        return min(
            (self.rows.source[each]["reliability"] for each in sources), default="F"
        )

    @cached_property
    def confidence(self):
        voices = {
            claim["voice"]
            for each in self.moves
            for claim in self.rows.claims_of[each]
            if self.rows.supports(claim)
        }
        at_latest = max(
            (len(self.rows.lineages(self.rows.behind(each))) for each in self.latest),
            default=0,
        )
        for rule in self.rows.rules["confidence"]:
            if (
                not rule.get("below_gate")
                and len(self.firm) >= rule.get("min_corroborated_events", 0)
                and self.best_grade(self.firm) <= rule.get("best_reliability", "F")
                and at_latest >= rule.get("min_lineages_latest", 0)
                and voices >= set(rule.get("voices", ()))
            ):
                return rule["word"]
        raise AssertionError("no confidence word applies")

    @cached_property
    def supporters(self):
        """The sources that support what moves the tie or leaves it as it was."""
        return set().union(
            *(self.rows.behind(each) for each in [*self.moves, *self.held])
        )

    def left_without(self, source_id):
        return Tie(self.rows, self.partner, (source_id,))

    @cached_property
    def falls_without(self):
        return {
            each
            for each in self.supporters
            if self.left_without(each).direction != self.direction
        }

    @cached_property
    def falls_without_upstreams(self):
        """The sources of each upstream of several, without which the direction is another."""
        groups = {}
        for each in self.supporters:
            groups.setdefault(self.rows.source[each]["lineage"], set()).add(each)
        return [
            group
            for group in groups.values()
            if len(group) > 1
            and Tie(self.rows, self.partner, tuple(group)).direction != self.direction
        ]

    def uncounted(self, direction=None):
        """Events that somebody reports as so, of a direction or either, and that count for nothing."""
        unscored = self.rows.rules["support"]["unscored_modalities"]
        return [
            each
            for each in self.events
            if self.rows.event[each]["channel"] != "context"
            and not self.rows.behind(each)
            and (
                self.leads(each) if direction is None else self.leads(each) == direction
            )
            and any(
                claim["modality"] not in unscored for claim in self.rows.claims_of[each]
            )
        ]

    @cached_property
    def counting(self):
        """The claims that support what moves the tie or leaves it as it was, by where they lead."""
        return [
            self.leads(each)
            for each in [*self.moves, *self.held]
            for claim in self.rows.claims_of[each]
            if self.rows.supports(claim)
        ]
