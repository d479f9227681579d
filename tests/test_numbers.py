"""Every number a briefing computes, counted again from the CSV files with nothing of the library's own arithmetic."""

import csv
import json
import re
from collections import Counter

import pytest
from conftest import ROOT

from allywatch.data import dates, loading
from allywatch.data.partners import briefed_partners
from allywatch.evidence import dossiers, scoring
from allywatch.page import tables, wording
from allywatch.page.wording.grammar import number
from briefmill.blocks import Omitted
from briefmill.texts import plain

DATASET = loading.load(ROOT / "data")
PARTNERS = briefed_partners(DATASET)
RULES = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))[
    "allywatch"
]
WORDS = {number(count): count for count in range(2, 100)} | {
    "one": 1,
    "no": 0,
    "none": 0,
    "neither": 0,
}


def rows(table):
    with (ROOT / "data" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


EVENTS, CLAIMS, DOUBTS = rows("events"), rows("claims"), rows("doubts")
SOURCES = {row["source_id"]: row for row in rows("sources")}


def carries(claim):
    """Whether a claim may carry weight: not foretold, denied or refuted, and its source can be judged."""
    refuted = {doubt["claim_id"] for doubt in DOUBTS if doubt["strength"] == "refutes"}
    return (
        claim["modality"] not in ("forecast", "denied")
        and claim["claim_id"] not in refuted
        and SOURCES[claim["source_id"]]["reliability"] != "F"
    )


def counted_once(moves, told):
    """`moves` without those told of a region whose other event, of more lineages or an earlier id, counts for it."""

    def order(event):
        lineages = {
            SOURCES[claim["source_id"]]["lineage"] for claim in told[event["event_id"]]
        }
        return -len(lineages), event["event_id"]

    first = {}
    for event in sorted(moves, key=order):
        first.setdefault(
            (event["told_of"] or event["event_id"], event["direction"]), event
        )
    return [event for event in moves if event in first.values()]


def recount(partner, without=""):
    """Counts for one partner, with one source left out."""
    own = [event for event in EVENTS if partner in event["partners"].split(";")]
    told = {event["event_id"]: [] for event in own}
    for claim in CLAIMS:
        if (
            claim["event_id"] in told
            and carries(claim)
            and claim["source_id"] != without
        ):
            told[claim["event_id"]].append(claim)
    played = [
        event
        for event in own
        if event["channel"] != "context" and told[event["event_id"]]
    ]
    moves = counted_once([event for event in played if event["direction"] != "0"], told)
    played = [event for event in played if event["direction"] == "0" or event in moves]
    ways = Counter(event["direction"] for event in moves)
    lineages = {
        event["event_id"]: {
            SOURCES[claim["source_id"]]["lineage"] for claim in told[event["event_id"]]
        }
        for event in played
    }
    behind = set().union(*(lineages[event["event_id"]] for event in moves))
    met = (
        len(moves) >= RULES["gate"]["min_events"]
        and len(behind) >= RULES["gate"]["min_lineages"]
    )
    return {
        "closer": ways["1"], "away": ways["-1"], "held": len(played) - len(moves), "moves": len(moves),
        "events": len(own), "undated": sum(not event["date"] or event["date"].startswith("..") for event in own),
        "lineages": len(behind), "met": met,
        "balance": (ways["1"] - ways["-1"]) / len(moves) if met else None,
        "firm": sum(len(lineages[event["event_id"]]) > 1 for event in moves),
        "dimensions": len({event["dimension"] for event in played}),
        "directed": sum(len(told[event["event_id"]]) for event in played),
        "other_way": sum(len(told[event["event_id"]]) for event in played if event["direction"] != "-1"),
        "claims": sum(claim["event_id"] in told for claim in CLAIMS),
        "quoted": sum(claim["event_id"] in told and claim["attributed_to"] != "" for claim in CLAIMS),
        "sources": {claim["source_id"] for claims in told.values() for claim in claims
                    if claim["event_id"] in {event["event_id"] for event in played}},
    }  # fmt: skip


def counts_in(words):
    """The whole numbers of a sentence, spelt or in figures; percentages, grades and balances are none."""
    words = re.sub(r"[−+]?\d+\.\d+|\d+–\d+ %|\d+ %|\b(?:19|20)\d\d\b", "", words)
    found = re.findall(r"\d+|[a-z]+", words.lower())
    return [
        int(word) if word.isdigit() else WORDS[word]
        for word in found
        if word.isdigit() or word in WORDS
    ]


def signed(value):
    return "0.00" if round(value, 2) == 0 else f"{value:+.2f}".replace("-", "−")


@pytest.mark.parametrize("partner", PARTNERS)
def test_key_figures(partner):
    dossier, own = dossiers.dossier(DATASET, partner), recount(partner)
    verdict = scoring.verdict(dossier)
    block = wording.key_figures(dossier, verdict)
    assert (block.kind != "none") == own["met"]
    if not own["met"]:
        slots = tables.gate(dossier, verdict).slots
        asked = (
            (own["moves"], RULES["gate"]["min_events"]),
            (own["lineages"], RULES["gate"]["min_lineages"]),
        )
        for slot, (there, needed) in zip(slots, asked, strict=True):
            words = (
                f"{there} of {needed} needed"
                if there <= needed
                else f"{there}, where {needed} are needed"
            )
            assert slot.label.endswith(f": {words}")
        assert own["moves"] or "beside them" not in slots[0].note
        return
    shown = {item.label: (item.value, item.note) for item in block.items}
    left = {source: recount(partner, source) for source in own["sources"]}
    balances = [each["balance"] for each in left.values() if each["met"]]
    assert shown["Balance"][0] == signed(own["balance"])
    assert f"{own['closer']} closer, {own['away']} away" in shown["Balance"][1]
    if len(balances) == len(
        left
    ):  # else it is said without which source there is no number
        assert (
            signed(min(balances)) in shown["Balance"][1]
            and signed(max(balances)) in shown["Balance"][1]
        )
    else:
        assert (
            "too thin without" in shown["Balance"][1]
            or "no number is left" in shown["Balance"][1]
        )
    assert shown["Scored events"][0] == str(own["moves"])
    assert shown["Scored events"][1].startswith(
        f"{min(each['moves'] for each in left.values())} left"
    )
    assert shown["Corroborated"][0] == f"{own['firm']} of {own['moves']}"
    assert shown["Dimensions"][0].startswith(f"{own['dimensions']} of ")
    assert shown["Closer or holding"][0] == f"{own['other_way']} of {own['directed']}"


@pytest.mark.parametrize("partner", PARTNERS)
def test_numbers_in_prose(partner):
    dossier, own = dossiers.dossier(DATASET, partner), recount(partner)
    verdict = scoring.verdict(dossier)
    bottom = wording.bottom_line(dossier, verdict)
    confidence = plain(dict(bottom.rows)["Confidence"])
    gaps = " ".join(plain(item.runs) for item in wording.gaps(dossier).items)
    gaps += " " + plain(wording.gaps(dossier).note)
    assert f"{own['moves']}" == str(verdict.gate.events)
    if own["met"]:
        assert counts_in(confidence)[:2] == [own["firm"], own["moves"]]
    else:
        assert set(counts_in(confidence.removeprefix("None"))) <= {
            own["moves"],
            own["lineages"],
            *RULES["gate"].values(),
        }
    if own["undated"]:
        (said,) = re.findall(r"Dates: (.*?) (?:has|have) none", gaps)
        assert counts_in(said) == [own["undated"], own["events"]]
    else:
        assert "Dates:" not in gaps
    voices = re.search(r"Voices: (.*?)(?:;|$)", gaps)[1]
    assert counts_in(voices)[: 2 if own["quoted"] else 1] == (
        [own["quoted"], own["claims"]] if own["quoted"] else [0]
    )
    thin_points = wording.thin_points(dossier, verdict)
    points = ""
    if not isinstance(thin_points, Omitted):
        points = " ".join(plain(item.runs) for item in thin_points.items)
    if own["moves"] > own["firm"] and own["met"]:
        (said,) = re.findall(r"(\w+) scored events? rests? on one lineage", points)
        assert counts_in(said) == [own["moves"] - own["firm"]]


@pytest.mark.parametrize("partner", PARTNERS)
def test_what_changed_parts_the_events_by_their_own_dates(partner):
    dossier = dossiers.dossier(DATASET, partner)
    block = wording.changes(dossier, scoring.verdict(dossier))
    if isinstance(block, Omitted):
        return
    items = {plain(item.label): item.runs for item in block.items}
    if "New." not in items:
        return
    newest = max(
        dates.bounds(row["published"]).latest
        for row in SOURCES.values()
        if dates.bounds(row["published"]).latest
    )
    start = newest.replace(year=newest.year - 1)
    date = {event["event_id"]: event["date"] for event in EVENTS}
    fresh, before = 0, Counter()
    for event in dossier.in_play.itertuples():
        bounds = dates.bounds(date[event.event_id])
        fresh += bool(bounds.earliest and bounds.earliest > start)
        if event.counted == event.counted and event.counted.date() <= start:
            before[event.direction] += 1
    assert (
        counts_in(plain(items["New."]).split(" certain in ")[0])[:1] in ([fresh], [])
        or fresh == 0
    )
    told = plain(items["Before."]).split(": ")[-1].split(",")[0] if before else ""
    assert not before or set(counts_in(told)) <= set(before.values())
