"""Every number a page prints, counted again from the CSV files with nothing of the library's own arithmetic."""

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd
import pytest
import shared
from conftest import ROOT

from allywatch.data import dates
from allywatch.evidence import dossiers, network, scoring
from allywatch.page import charts, network_tables, overview, tellers, wording
from allywatch.page.wording.grammar import number
from briefmill.blocks import (
    Chronology,
    Prose,
    Reference,
    Table,
    Triggers,
    every_part,
)
from briefmill.texts import Arrow, Marks, plain

DATASET = shared.real()
PARTNERS = shared.real_partners()
RULES = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))[
    "allywatch"
]
WORDS = {number(count): count for count in range(2, 100)} | {
    "one": 1,
    "no": 0,
    "none": 0,
    "neither": 0,
}
#: How the directions are said after "Still" and after a count.
SAID = {
    "away": "away",
    "closer": "closer",
    "turned": "turned",
    "contested": "mixed",
    "holding": "as it was",
    "insufficient": "no direction",
}


def rows(table):
    with (ROOT / "data" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


EVENTS, CLAIMS, DOUBTS = rows("events"), rows("claims"), rows("doubts")
SOURCES = {row["source_id"]: row for row in rows("sources")}
PARTNER = {row["partner_id"]: row for row in rows("partners")}
NAMES = {partner: row["name"] for partner, row in PARTNER.items()}
CALLED = {
    source_id: row["publisher"] or row["title"] for source_id, row in SOURCES.items()
}


def carries(claim):
    """Whether a claim may carry weight: not foretold, denied or refuted, and its source can be judged."""
    refuted = {doubt["claim_id"] for doubt in DOUBTS if doubt["strength"] == "refutes"}
    return (
        claim["modality"] not in ("forecast", "denied")
        and claim["claim_id"] not in refuted
        and SOURCES[claim["source_id"]]["reliability"] != "F"
    )


@dataclass(frozen=True)
class Recount:
    """What moves a tie and what leaves it as it was, and by event the claims that carry it."""

    moves: tuple[str, ...]
    held: tuple[str, ...]
    behind: dict[str, list[dict[str, str]]]
    all_behind: dict[str, list[dict[str, str]]]

    def without(self, source_id):
        """The same with one source set aside: an event stays while another source carries it.

        It keeps of its date what that source gives, too.
        """
        behind = {
            event_id: [claim for claim in claims if claim["source_id"] != source_id]
            for event_id, claims in self.behind.items()
        }
        return Recount(
            tuple(each for each in self.moves if behind[each]),
            tuple(each for each in self.held if behind[each]),
            behind,
            self.all_behind,
        )

    def span(self, event_id):
        """The first and the last day of an event, each None where no source that is left gives one."""
        bounds = dates.bounds(EVENT[event_id]["date"])
        start, end = (
            None
            if gives(self.all_behind[event_id], side)
            and not gives(self.behind[event_id], side)
            else getattr(bounds, side)
            for side in ("earliest", "latest")
        )
        return EVENT[event_id]["direction"], start, end

    def ways(self):
        return Counter(EVENT[each]["direction"] for each in self.moves)

    @property
    def closer(self):
        return self.ways()["1"]

    @property
    def away(self):
        return self.ways()["-1"]

    @property
    def in_play(self):
        return (*self.moves, *self.held)

    @property
    def sources(self):
        return {
            claim["source_id"]
            for event_id in self.in_play
            for claim in self.behind[event_id]
        }

    def tellers(self, event_id):
        return {claim["source_id"] for claim in self.behind[event_id]}

    def lineages(self, *event_ids):
        return {
            SOURCES[source_id]["lineage"]
            for event_id in event_ids
            for source_id in self.tellers(event_id)
        }

    def is_firm(self, event_id):
        return len(self.lineages(event_id)) > 1

    @property
    def firm(self):
        return [each for each in self.moves if self.is_firm(each)]

    @property
    def met(self):
        return enough(self.moves, self.lineages(*self.moves))

    @property
    def direction(self):
        """The direction key, by the limits of the data folder."""
        held_enough = enough(self.held, self.lineages(*self.held))
        if len(self.held) > len(self.moves) and held_enough:
            return "holding"
        if not self.met:
            return "insufficient"
        balance = (self.closer - self.away) / len(self.moves)
        if balance <= limit("away", "max_balance"):
            return "away"
        if balance >= limit("closer", "min_balance"):
            return "closer"
        return "turned" if has_turned(map(self.span, self.moves)) else "contested"


EVENT = {event["event_id"]: event for event in EVENTS}


def enough(event_ids, lineages):
    gate = RULES["gate"]
    return (
        len(event_ids) >= gate["min_events"] and len(lineages) >= gate["min_lineages"]
    )


def limit(key, name):
    (rule,) = [rule for rule in RULES["direction_words"] if rule["key"] == key]
    return rule[name]


def gives(claims, side):
    """Whether one of the claims dates its event on that side."""
    return any(getattr(dates.bounds(claim["date"]), side) for claim in claims)


def has_turned(moves):
    """Whether all that led one way had ended before anything led the other."""
    spans = {"1": [], "-1": []}
    for way, start, end in moves:
        spans[way].append((start, end))
    for first, second in (("1", "-1"), ("-1", "1")):
        ends = [end for _, end in spans[first]]
        starts = [start for start, _ in spans[second]]
        if None not in (*ends, *starts) and max(ends) < min(starts):
            return True
    return False


def counted_once(moves, behind):
    """`moves` without those said of a region whose other event, of more lineages or an earlier id, counts for it."""

    def order(event):
        lineages = {
            SOURCES[claim["source_id"]]["lineage"]
            for claim in behind[event["event_id"]]
        }
        return -len(lineages), event["event_id"]

    first = {}
    for event in sorted(moves, key=order):
        first.setdefault(
            (event["told_of"] or event["event_id"], event["direction"]), event
        )
    return [event for event in moves if event in first.values()]


@cache
def recount(partner):
    """The counts on one partner, or on all for ""."""
    own = [
        event
        for event in EVENTS
        if not partner or partner in event["partners"].split(";")
    ]
    behind = {event["event_id"]: [] for event in own}
    for claim in CLAIMS:
        if claim["event_id"] in behind and carries(claim):
            behind[claim["event_id"]].append(claim)
    played = [
        event
        for event in own
        if event["channel"] != "context" and behind[event["event_id"]]
    ]
    moves = [event for event in played if event["direction"] != "0"]
    if partner:
        moves = counted_once(moves, behind)
    held = [event["event_id"] for event in played if event["direction"] == "0"]
    moves = tuple(event["event_id"] for event in moves)
    return Recount(moves, tuple(held), behind, behind)


def counts_in(words):
    """The whole numbers of a sentence, spelt or in figures; years, grades and balances are none."""
    words = re.sub(r"[−+]?\d+\.\d+|\b(?:19|20)\d\d\b", "", words)
    found = re.findall(r"\d+|[a-z]+", words.lower())
    return [
        int(word) if word.isdigit() else WORDS[word]
        for word in found
        if word.isdigit() or word in WORDS
    ]


@cache
def judged(partner):
    dossier = dossiers.dossier(DATASET, partner)
    return dossier, scoring.verdict(dossier)


@cache
def net():
    return network.network(DATASET)


def table_rows(block):
    assert isinstance(block, Table)
    return [row for group in block.groups for row in group.rows]


# How sure


@pytest.mark.parametrize("partner", PARTNERS)
def test_reports_that_move_the_tie(partner):
    own = recount(partner)
    _, shown, *_ = wording.how_sure(*judged(partner)).cells
    words = plain(shown.runs)
    once = "; reports about one region count as one"
    # Of Central Asia two reports lead the same way.
    of_region = partner in ("KAZ", "KGZ", "TJK", "UZB")
    assert words.endswith(once) == of_region
    words = words.removesuffix(once)
    if not own.moves:
        assert counts_in(words) == ([0, len(own.held)] if own.held else [0])
        assert shown.arrows == ()
        return
    counted = counts_in(words)
    assert counted[:2] == [own.closer, own.away]
    some = 0 < len(own.firm) < len(own.moves)
    assert not some or counted[2:4] == [len(own.firm), len(own.moves)]
    assert ("two or more" in words) == bool(own.firm)
    tellers = {frozenset(own.tellers(each)) for each in own.moves}
    if all(len(each) == 1 for each in tellers):
        every = {1: "", 2: "both "}.get(len(own.moves), "all ")
        by = f"{every}by one source" if len(tellers) == 1 else "by one source each"
        assert words.partition("; ")[2] == by
    arrows = Counter((arrow.arrow, arrow.filled) for arrow in shown.arrows)
    expected = Counter(
        ({"1": "closer", "-1": "away"}[EVENT[each]["direction"]], own.is_firm(each))
        for each in own.moves
    )
    assert arrows == expected
    assert [arrow.arrow for arrow in shown.arrows] == sorted(
        (arrow.arrow for arrow in shown.arrows), reverse=True
    ), "closer first"


def named_in(words):
    """The sources that a text names."""
    return {
        source_id
        for source_id, name in CALLED.items()
        if name.removeprefix("The ") in words
    }


@pytest.mark.parametrize("partner", PARTNERS)
def test_if_one_source_is_left_out(partner):
    own = recount(partner)
    cells = wording.how_sure(*judged(partner)).cells
    assert len(cells) == (4 if own.moves else 3)
    if not own.moves:
        return
    first, _, rest = plain(cells[2].runs).partition("; ")
    left = {source: own.without(source) for source in own.sources}
    if not own.met:
        fewest = min(len(each.moves) for each in left.values())
        named = named_in(first)
        assert bool(named) == (fewest < len(own.moves))
        assert all(len(left[source].moves) == fewest for source in named)
        assert not named or counts_in(first)[-1] == fewest
        return
    falls = {source for source in left if left[source].direction != own.direction}
    assert named_in(first) == falls
    assert ("falls" in first) == bool(falls) and ("stands" in first) != bool(falls)
    refs = {ref for refs in headline(partner)["refs"] for ref in refs}
    of_claim = {claim["claim_id"]: claim["event_id"] for claim in CLAIMS}
    parts = {frozenset(only(of_claim.get(ref, ref))) for ref in refs}
    single = [sources for sources in parts if len(sources) == 1]
    if len(single) > 1:
        every = len(single) == len(parts)
        which = (
            "each part of the headline rests" if every else "parts of the headline rest"
        )
        assert rest == f"{which} on one source alone"
    elif single:
        assert named_in(rest) == single[0]
        assert ("rests in part on" in rest) == (len(parts) > 1)
        assert rest.startswith("the headline rests ") and rest.endswith(" alone")
    else:
        assert not rest


def headline(partner):
    table = DATASET.judgements
    named = [partner in codes for codes in table["partners"]]
    return table[pd.Series(named, table.index) & (table["kind"] == "headline")]


def only(event_id):
    """The sources that carry an event, whoever's it is."""
    return {
        claim["source_id"]
        for claim in CLAIMS
        if claim["event_id"] == event_id and carries(claim)
    }


def slanted(own):
    """Claims that say closer or as it was, and all that have a direction."""
    directed = [(EVENT[each]["direction"], own.behind[each]) for each in own.in_play]
    every = sum(len(claims) for _, claims in directed)
    return sum(len(claims) for way, claims in directed if way != "-1"), every


def arguing():
    stance = RULES["thesis"]["stance"]
    return sum(source["stance"] == stance for source in SOURCES.values())


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_slant_of_the_sources(partner):
    against, directed = slanted(recount(partner))
    *_, shown = wording.how_sure(*judged(partner)).cells
    assert arguing() == len(SOURCES)
    if directed:
        said = [directed] if against == directed else [against, directed]
        words = plain(shown.runs).replace("both claims", "all two claims")
        assert counts_in(words) == [arguing(), *said]
        assert (" are about the tie" in words) == (against > 1)
        assert (" is about the tie" in words) == (against <= 1)
    else:
        assert counts_in(plain(shown.runs)) == [arguing(), 0]


def level(own):
    """The confidence word, by the rules of the data folder."""
    firm = own.firm
    grades = [SOURCES[source]["reliability"] for e in firm for source in own.tellers(e)]
    best = min(grades, default="F")
    days = {each: dates.bounds(EVENT[each]["date"]).counted for each in own.moves}
    dated = [
        each
        for each in own.moves
        if days[each] and dates.bounds(EVENT[each]["date"]).earliest
    ]
    newest = max((days[each] for each in dated), default=None)
    latest = [each for each in dated if days[each] == newest]
    n_latest = max((len(own.lineages(each)) for each in latest), default=0)
    voices = {claim["voice"] for each in own.moves for claim in own.behind[each]}
    for rule in RULES["confidence"]:
        if "below_gate" in rule:
            continue
        if (
            len(firm) >= rule.get("min_corroborated_events", 0)
            and best <= rule.get("best_reliability", "F")
            and n_latest >= rule.get("min_lineages_latest", 0)
            and set(rule.get("voices", [])) <= voices
        ):
            return rule["word"]
    raise AssertionError("the last rule asks for nothing")


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_confidence_and_what_is_said_where_no_analyst_wrote_its_reason(partner):
    own = recount(partner)
    dossier, verdict = judged(partner)
    shown = plain(wording.how_sure(dossier, verdict).cells[0].runs)
    word = level(own).capitalize() if own.met else "None can be stated"
    assert shown.startswith(f"{word}: ")
    nobodys = {"judgements": dossier.dataset.judgements[:0]}
    unwritten = dossier.dataset.with_rows(nobodys)
    strip = wording.how_sure(replace(dossier, taken_from=unwritten), verdict)
    computed = plain(strip.cells[0].runs).removeprefix(f"{word}: ")
    if own.met:
        assert counts_in(computed)[:2] == [len(own.firm), len(own.moves)]
        return
    counted = Counter(counts_in(computed))
    behind = len(own.lineages(*own.moves))
    assert Counter([len(own.moves), *RULES["gate"].values()]) <= counted
    assert not own.moves or behind in counted


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_badge(partner):
    own = recount(partner)
    block = wording.judgement(*judged(partner))
    if own.met:
        assert block.direction == own.direction
        assert block.word.lower().removeprefix("moving ") == SAID[own.direction]
        assert block.note == f"{level(own)} confidence"
        return
    assert block.direction == "insufficient"
    words = f"{block.word} {block.note}"
    assert ("well attested" in words) == (len(own.moves) == 1 and len(own.firm) == 1)
    if len(own.moves) > 1 and len(own.lineages(*own.moves)) > 1:
        assert counts_in(block.note) == [len(own.moves)]


@pytest.mark.parametrize("partner", PARTNERS)
def test_what_a_direction_would_still_need(partner):
    own = recount(partner)
    triggers = [
        trigger
        for block in every_part(wording.what_next(*judged(partner)))
        if isinstance(block, Triggers)
        for column in block.columns
        for trigger in column.triggers
        if trigger.arrow is None
    ]
    assert len(triggers) == (not own.met)
    if own.met:
        return
    gate = RULES["gate"]
    events = max(gate["min_events"] - len(own.moves), 0)
    n_sources = len(own.lineages(*own.moves))
    words = triggers[0].act
    assert (" report" in words) == (events > 0)
    if events:
        assert counts_in(words)[0] == events
    if n_sources == 0:
        assert counts_in(words)[1] == gate["min_lineages"]
    else:
        lacks = gate["min_lineages"] > n_sources
        assert ("a second independent source" in words.lower()) == lacks


# Who says it


@pytest.mark.parametrize("partner", ["", *PARTNERS])
def test_who_says_it(partner):
    own = recount(partner)
    if partner:
        dossier, verdict = judged(partner)
    else:
        dossier, verdict = net().pooled, None
    speaking = speaking_of(partner) if partner else set(SOURCES)
    shown = table_rows(tellers.who_says_it(dossier, verdict))
    assert {plain(row.cells[0]) for row in shown} == set(CALLED.values())
    by_name = {name: source_id for source_id, name in CALLED.items()}
    for row in shown:
        source_id = by_name[plain(row.cells[0])]
        source = SOURCES[source_id]
        assert plain(row.cells[2]).startswith(f"{source['reliability']}: ")
        assert dates.format_edtf(source["published"]) in plain(row.cells[1])
        makes = sum(source_id in own.tellers(each) for each in own.moves)
        reports = plain(row.cells[3])
        if makes:
            assert reports == f"{makes} of {len(own.moves)}"
        else:
            assert reports == said_instead(own, source_id, speaking, partner)
        if partner:
            without = plain(row.cells[4])
            check_without(own, source_id, without)


def said_instead(own, source_id, speaking, partner):
    """What is said of a source that makes no report of a step: that it has others, background, or nothing that counts."""
    if source_id not in speaking:
        return "nothing here"
    if source_id in own.sources:
        return "none moves it"
    its_own = [claim for claim in CLAIMS if claim["source_id"] == source_id]
    shown = set(net().pooled.all_claims["claim_id"])
    if partner:
        shown = set(judged(partner)[0].all_claims["claim_id"])
    counts = any(carries(claim) for claim in its_own if claim["claim_id"] in shown)
    return "background" if counts else "nothing counted"


def check_without(own, source_id, words):
    if source_id not in own.sources:
        assert words == "no change"
        return
    left = own.without(source_id)
    assert counts_in(words)[:2] == [left.closer, left.away]
    _, _, direction = words.partition(": ")
    same = left.direction == own.direction
    expected = "stands" if same else SAID[left.direction]
    assert direction.startswith(expected) if own.met else direction == ""


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_sources_of_a_page_of_few_reports(partner):
    own = speaking_of(partner)
    block = tellers.introduced(judged(partner)[0])
    words = " ".join(plain(item.runs) for item in block.items)
    grades = DATASET.labels("sources", "reliability")
    kinds = DATASET.labels("sources", "doc_type")
    said = {}
    for group in words.rstrip(".").split("; "):
        named, _, grade = group.partition(": ")
        said |= dict.fromkeys(named_in(named), grade)
        for source_id in named_in(named):
            kind = kinds[SOURCES[source_id]["doc_type"]].lower()
            assert f"{CALLED[source_id]} ({kind})" in named
    assert said == {
        source_id: grades[SOURCES[source_id]["reliability"]].lower()
        for source_id in own
    }


def names(partner, event_id):
    """Whether an event names a partner, as one or as the other party."""
    event = EVENT[event_id]
    return partner in (*event["partners"].split(";"), *event["counterparts"].split(";"))


def speaks_of(partner, claim):
    """Whether a claim is of the partner itself: of its own event, and not of its region, or with its name in it."""
    event = EVENT[claim["event_id"]]
    if partner in event["partners"].split(";"):
        return not event["told_of"]
    return concerns(partner, claim) and is_named_in(claim, partner)


def is_named_in(claim, partner):
    row = PARTNER[partner]
    called = {row["name"], row["short_name"], row["adjective"]} - {""}
    return any(each in claim["statement"] for each in called)


def speaking_of(partner):
    """The sources of its own events, and of those in which it is the other party: there only who names it, if anybody does."""
    speaking = set()
    for event_id in EVENT:
        if not names(partner, event_id):
            continue
        claims = [claim for claim in CLAIMS if claim["event_id"] == event_id]
        if partner not in EVENT[event_id]["partners"].split(";"):
            naming = [claim for claim in claims if is_named_in(claim, partner)]
            claims = naming or claims
        speaking |= {claim["source_id"] for claim in claims}
    return speaking


def test_a_source_that_leaves_india_out_of_what_it_tells_does_not_speak_of_it():
    """RUS-31 has India for another party: one of its two sources names it, the other names China, Turkey and the West."""
    assert only("RUS-31") == {"S1", "S2"}
    assert "IND" in EVENT["RUS-31"]["counterparts"].split(";")
    naming = [
        claim["source_id"]
        for claim in CLAIMS
        if claim["event_id"] == "RUS-31" and "India" in claim["statement"]
    ]
    assert naming == ["S2"]
    dossier, _ = judged("IND")
    assert "S2" in dossier.speaking and "S1" not in dossier.speaking


@pytest.mark.parametrize("partner", PARTNERS)
def test_how_many_sources_speak_of_a_partner(partner):
    dossier, verdict = judged(partner)
    speaking = speaking_of(partner)
    by_name = {
        claim["source_id"]
        for claim in CLAIMS
        if claim["source_id"] in speaking and speaks_of(partner, claim)
    }
    _, _, said = wording.masthead(dossier, verdict).aside.rpartition(" · ")
    expected = [len(by_name), len(SOURCES)]
    if len(by_name) == len(SOURCES):
        expected = [len(SOURCES)]
    if speaking > by_name:
        expected.append(len(speaking - by_name))
    assert counts_in(said) == expected


@pytest.mark.parametrize("partner", ["", *PARTNERS])
def test_signs_and_counts_of_sources_in_the_chronology(partner):
    own = recount(partner)
    dossier = judged(partner)[0] if partner else net().pooled
    block = wording.chronology(dossier)
    assert isinstance(block, Chronology)
    steps = [step for group in block.groups for step in group.steps]
    lines = {tuple(dossier.marks(line.event_ids)): line for line in dossier.lines}
    assert len(steps) == len(lines)
    for step in steps:
        (marks,) = [run.marks for run in step.runs if isinstance(run, Marks)]
        events = lines[marks].event_ids
        moving = [each for each in events if each in own.moves]
        if moving:
            (way,) = {EVENT[each]["direction"] for each in moving}
            assert step.arrow.arrow == {"1": "closer", "-1": "away"}[way]
            assert step.arrow.filled == all(own.is_firm(each) for each in moving)
        else:
            assert step.arrow.arrow not in ("closer", "away")
        counted = re.match(r"(\d+) sources", plain(step.who))
        if counted:
            assert {len(only(each)) for each in events} == {int(counted[1])}
        else:
            assert not all(len(lineages_of(each)) > 1 for each in events)


def lineages_of(event_id):
    return {SOURCES[source_id]["lineage"] for source_id in only(event_id)}


def concerns(partner, claim):
    """Whether a claim is of an event that names the partner or that a judgement on it names, or bears on it."""
    if not partner:
        return True
    bears = partner in claim["bears_on"].split(";")
    is_named = names(partner, claim["event_id"])
    return is_named or bears or claim["event_id"] in referred(partner)


@cache
def referred(partner):
    """The events that judgements on a partner name, themselves or by a claim."""
    of_claim = {claim["claim_id"]: claim["event_id"] for claim in CLAIMS}
    return {
        of_claim.get(ref, ref)
        for judgement in rows("judgements")
        if partner in judgement["partners"].split(";")
        for ref in judgement["refs"].split(";")
    }


@pytest.mark.parametrize("partner", ["", *PARTNERS])
def test_where_each_number_leads(partner):
    dossier = judged(partner)[0] if partner else net().pooled
    block = tellers.references(dossier)
    short = {
        full: letters
        for letters, _, full in (
            each.partition(": ")
            for each in block.subtitle.partition(" · ")[2].split(", ")
        )
    }
    shown = set()
    others = (Reference(mark, *words) for mark, words in block.others.items())
    for item in (*block.items, *others):
        ids, _, places = item.origin.partition(" · ")
        found = Counter()
        for place in places.split("; ") if places else ():
            name, _, starts = place.partition(" ")
            while not re.match(r"\d", starts):
                more, _, starts = starts.partition(" ")
                name = f"{name} {more}"
            found.update((name, int(start)) for start in starts.split(", "))
        expected = Counter(
            (
                short.get(CALLED[claim["source_id"]], CALLED[claim["source_id"]]),
                int(claim["start"]),
            )
            for claim in CLAIMS
            if claim["event_id"] in ids.split() and concerns(partner, claim)
        )
        assert found == expected, item
        shown |= set(ids.split())
    assert shown == set(dossier.all_events["event_id"])


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_chart_tells_its_counts_to_who_cannot_see_it(partner):
    own = recount(partner)
    figure = charts.steps(*judged(partner))
    dated = [each for each in own.moves if dates.bounds(EVENT[each]["date"]).earliest]
    in_chronology = len(dated) < 3 and len(own.moves) <= 6
    if len(own.moves) < 3 or in_chronology:
        assert figure.kind == "none"
        return
    (firm, every) = re.search(
        r"(\w+) of (\d+) rests? on two or more", figure.alt
    ).groups()
    assert [*counts_in(firm), int(every)] == [len(own.firm), len(own.moves)]
    counts = {
        (way, has_date): sum(
            EVENT[each]["direction"] == way and (each in dated) == has_date
            for each in own.moves
        )
        for way in ("1", "-1")
        for has_date in (True, False)
    }
    said = re.search(r": (.*?) with a date; (.*?) without one", figure.alt)
    for words, has_date in zip(said.groups(), (True, False), strict=True):
        expected = [counts[way, has_date] for way in ("1", "-1")]
        found = dict.fromkeys(("closer", "away"), 0)
        for count, way in re.findall(r"(\w+) (closer|away)", words):
            found[way] = counts_in(count)[0]
        assert list(found.values()) == expected, figure.alt


# The overview


def given():
    """The partners that have a direction."""
    return [each for each in PARTNERS if recount(each).direction != "insufficient"]


def test_how_sure_the_overview_is():
    confidence, standing, slant, _ = overview.how_sure(net()).cells
    order = [rule["word"] for rule in RULES["confidence"]]
    weakest = max((level(recount(each)) for each in given()), key=order.index)
    assert plain(confidence.runs).startswith(f"{weakest.capitalize()}: ")
    firm = [each for each in given() if stands(each)]
    words = plain(standing.runs)
    assert counts_in(words.partition(":")[0]) == [len(firm), len(given())]
    if ":" in words:
        named = {NAMES[each] for each in firm}
        assert set(re.split(", | and ", words.partition(": ")[2])) == named
    against, directed = slanted(recount(""))
    assert counts_in(plain(slant.runs)) == [arguing(), against, directed]


def stands(partner):
    own = recount(partner)
    return all(own.without(each).direction == own.direction for each in own.sources)


def test_where_each_tie_is_heading():
    shown = {plain(row.cells[0]): row for row in table_rows(overview.directions(net()))}
    assert set(shown) == {NAMES[each] for each in given()}
    for partner in given():
        own = recount(partner)
        _, signs, _, left_out = shown[NAMES[partner]].cells
        assert plain(signs).strip() == SAID[own.direction]
        arrows = [run.shape for run in signs if isinstance(run, Arrow)]
        assert len(arrows) == (2 if own.direction == "turned" else 1)
        falls = {s for s in own.sources if own.without(s).direction != own.direction}
        assert plain(left_out).startswith("falls" if falls else "stands")
        for source_id, name in CALLED.items():
            named = name.removeprefix("The ") in plain(left_out)
            assert named == (source_id in falls)


def test_the_others_are_named_with_what_a_direction_needs():
    block = overview.others(net())
    assert isinstance(block, Prose)
    named = {plain(item.label).strip(" .") for item in block.items}
    assert named == {NAMES[each] for each in PARTNERS if each not in given()}
    needed = [RULES["gate"]["min_events"], RULES["gate"]["min_lineages"]]
    assert counts_in(block.subtitle) == needed


def test_the_head_of_the_overview_counts_partners_and_sources():
    head = overview.masthead(net())
    assert counts_in(head.kicker) == [len(PARTNERS)]
    assert counts_in(head.aside.rpartition(" · ")[2]) == [len(SOURCES)]


def test_the_map_is_told_with_every_partner_that_has_a_direction():
    alt = charts.tile_map(net()).alt
    assert counts_in(alt.partition(".")[0]) == [len(PARTNERS)]
    for key in {recount(each).direction for each in given()}:
        told = re.search(rf"{SAID[key]}: (.*?)[;.]", alt, re.IGNORECASE)[1]
        expected = {NAMES[each] for each in given() if recount(each).direction == key}
        assert set(re.split(", | and ", told)) == expected
    (thin,) = counts_in(re.search(r"(\w+) with too little", alt)[1])
    assert thin == len(PARTNERS) - len(given())


def test_partner_by_field():
    fields = [row["dimension"] for row in EVENTS]
    shown = {
        plain(row.cells[0]): row for row in table_rows(network_tables.by_field(net()))
    }
    labels = DATASET.labels("events", "dimension")
    assert set(labels) >= set(fields)
    with_events = [each for each in PARTNERS if recount(each).in_play]
    assert set(shown) == {NAMES[each] for each in with_events}
    for partner in with_events:
        own = recount(partner)
        cells = shown[NAMES[partner]].cells[1:]
        for field, words in zip(labels, map(plain, cells), strict=True):
            of_field = [e for e in own.in_play if EVENT[e]["dimension"] == field]
            ways = Counter(EVENT[each]["direction"] for each in of_field)
            signs = (("1", "↗"), ("-1", "↘"), ("0", "→"))
            there = [f"{ways[way]} {sign}" for way, sign in signs if ways[way]]
            assert words == (", ".join(there) or "–")


def test_who_reports_on_whom():
    block = network_tables.by_source(net())
    by_name = {name: source_id for source_id, name in CALLED.items()}
    heads = [by_name[column.label] for column in block.columns[1:]]
    assert set(heads) == set(SOURCES)
    shown = table_rows(block)
    assert {plain(row.cells[0]) for row in shown} == {NAMES[each] for each in PARTNERS}
    by_partner = {NAMES[each]: recount(each) for each in PARTNERS}
    for row in shown:
        own = by_partner[plain(row.cells[0])]
        for source_id, words in zip(heads, map(plain, row.cells[1:]), strict=True):
            makes = sum(source_id in own.tellers(each) for each in own.in_play)
            assert words == (str(makes) if makes else "–")


def test_every_event_of_the_overview_stands_once_in_its_long_table():
    shown = table_rows(network_tables.every_event(net()))
    words = Counter(plain(row.cells[3]).partition("\n")[0] for row in shown)
    assert len(shown) == len(EVENTS)
    assert set(words.values()) == {1}
