"""Data folders of invented networks of any size and shape: the same seed makes the same rows.

``python tests/corpora.py FOLDER KIND [events=100000 partners=300 …]`` writes one.
"""

import json
import shutil
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
POWER = "XPW"
THIRD = "XTH"
THESIS = {"stance": "erosion", "direction": -1}
#: Channel, type and field of an event by where it leads; those of `AWAY` in turn.
CLOSER = ("deepening", "PACT_TIGHTEN", "diplomatic")
AS_IT_WAS = ("deepening", "DIPLOMATIC_SUPPORT", "diplomatic")
BACKGROUND = ("context", "CONDITION", "economic")
AWAY = (
    ("abandonment", "SECURITY_ABSTAIN", "military"),
    ("defection", "PACT_LOOSEN", "diplomatic"),
    ("realignment", "ARMS_DIVERSIFY", "military"),
)
_STARTS = ("Bel", "Cor", "Dar", "Fen", "Gol", "Har", "Jor", "Kel", "Lum", "Mar")
_MIDDLES = ("da", "ve", "no", "ri", "sta", "mu")
_ENDS = ("ra", "nia", "vath", "land", "sia")
_LONG = "of the Upper Confederation beyond the Mountains"
_TWO_DIGITS = np.array([f"{each:02}" for each in range(32)], dtype=object)
_PUBLISHERS = ("Courier", "Ledger", "Herald", "Sounder", "Review", "Monitor", "Wire")


@dataclass(frozen=True)
class Shape:
    """What a corpus is like; shares are from 0 to 1.

    Attributes
    ----------
    partners, sources, events
        How many; every event has a claim, and more at the rate `more_claims`.
    closer, as_it_was, background
        Shares of the events that lead closer, leave the tie as it was, set the scene;
        the others lead away.
    first_year, last_year
        Of the events; `one_month` puts all of them into March of the first.
    turned
        Everything before the middle year leads closer, and everything after it away.
    publishers, lineages
        How many different ones the sources share; 0: each source has its own.
    undated
        Share of events without a date; of sources, half as many.
    denied, forecast, attributed
        Shares of the claims.
    doubted, refuted, contradicted, superseded
        Shares of the claims that an outside report questions or refutes, and of the
        events of two claims or more whose first two disagree or follow each other.
    joint, of_region
        Shares of the events that touch two partners, and that are said of a region.
    reliabilities
        Grades of the sources, drawn evenly.
    stances
        What the sources argue, drawn evenly.
    thesis
        Whether the data folder names one.
    tiles
        Share of the partners with a place on the map.
    long_names
        Names and publishers as long as the contract lets them be.
    power
        Name of the focal power; `plural_power` gives it an article.
    rules
        What else the data folder says under ``allywatch``.
    """

    partners: int = 12
    sources: int = 9
    events: int = 120
    more_claims: float = 0.8
    closer: float = 0.35
    as_it_was: float = 0.1
    background: float = 0.1
    first_year: int = 2019
    last_year: int = 2024
    one_month: bool = False
    turned: bool = False
    publishers: int = 0
    lineages: int = 0
    undated: float = 0.1
    denied: float = 0.05
    forecast: float = 0.05
    attributed: float = 0.15
    doubted: float = 0.03
    refuted: float = 0.03
    contradicted: float = 0.1
    superseded: float = 0.05
    joint: float = 0.1
    of_region: float = 0.03
    reliabilities: str = "ABCDEF"
    stances: tuple[str, ...] = ("erosion", "mixed", "deepening")
    thesis: bool = False
    tiles: float = 1.0
    long_names: bool = False
    power: str = "Vandor"
    plural_power: bool = False
    rules: tuple[tuple[str, object], ...] = ()


_PLAIN = Shape()
KINDS = {
    "plain": _PLAIN,
    "thesis": replace(_PLAIN, thesis=True),
    "all argue it": replace(_PLAIN, thesis=True, stances=("erosion",), sources=5),
    "none argues it": replace(_PLAIN, thesis=True, stances=("mixed", "deepening")),
    "one source": replace(_PLAIN, sources=1, publishers=1),
    "one source argues it": replace(
        _PLAIN, sources=1, stances=("erosion",), thesis=True, events=40
    ),
    "one partner": replace(_PLAIN, partners=1, joint=0, events=30),
    "two sources": replace(_PLAIN, sources=2, reliabilities="B", events=60),
    "one publisher": replace(_PLAIN, publishers=1),
    "few publishers": replace(_PLAIN, publishers=3, sources=14),
    "shared lineage": replace(_PLAIN, lineages=1, reliabilities="B"),
    "few lineages": replace(_PLAIN, lineages=2, more_claims=2.0),
    "thin": replace(_PLAIN, partners=20, events=24, more_claims=0.3, joint=0),
    "all away": replace(_PLAIN, closer=0, as_it_was=0),
    "all closer": replace(_PLAIN, closer=1, as_it_was=0, background=0),
    "as it was": replace(_PLAIN, closer=0.02, as_it_was=0.9, background=0.03),
    "turned": replace(_PLAIN, turned=True, undated=0, as_it_was=0),
    "background": replace(_PLAIN, closer=0, as_it_was=0, background=1),
    "old": replace(_PLAIN, first_year=1991, last_year=1999),
    "one month": replace(_PLAIN, one_month=True, undated=0),
    "undated": replace(_PLAIN, undated=1),
    "long names": replace(_PLAIN, long_names=True, publishers=3, partners=6),
    "one lineage is enough": replace(
        _PLAIN,
        partners=6,
        lineages=1,
        rules=(("gate", {"min_events": 3, "min_lineages": 1}),),
    ),
    "plural power": replace(_PLAIN, power="United Shoals", plural_power=True),
    "no tiles": replace(_PLAIN, tiles=0),
    "few tiles": replace(_PLAIN, tiles=0.5),
    "disputed": replace(
        _PLAIN, denied=0.35, contradicted=0.6, doubted=0.2, refuted=0.2
    ),
    "forecasts": replace(_PLAIN, forecast=0.8),
    "not to be judged": replace(_PLAIN, reliabilities="F"),
    "well attested": replace(_PLAIN, reliabilities="AB", more_claims=3.0),
    "silent": replace(_PLAIN, events=0),
    "large": replace(_PLAIN, partners=300, sources=2000, events=100_000),
}


def corpus(folder, kind="plain", seed=1, **changes):
    """Put together at `folder` the data of a network of a kind (see `KINDS`), with `changes` to its `Shape`; returns it."""
    shape = replace(KINDS[kind], **changes)
    folder = Path(folder)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "event_types.csv", folder)
    package = _package(shape)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    random = np.random.default_rng(seed)
    partners = _partners(shape)
    sources = _sources(shape, random)
    events = _events(shape, partners, random)
    claims = _claims(shape, events, sources, random)
    tables = {
        "partners": partners,
        "sources": sources,
        "events": events,
        "claims": claims,
        "doubts": _doubts(shape, claims, random),
        "relations": _relations(shape, claims, random),
        "judgements": pd.DataFrame(),
    }
    for resource in package["resources"]:
        table = tables.get(resource["name"])
        if table is not None:
            columns = [field["name"] for field in resource["schema"]["fields"]]
            whole = table.reindex(columns=columns)
            whole.to_csv(folder / resource["path"], index=False, lineterminator="\n")
    return folder


def _package(shape):
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    rules = package["allywatch"]
    rules.pop("thesis", None)
    rules |= {"focal_power": POWER, **dict(shape.rules)}
    if shape.thesis:
        rules["thesis"] = THESIS | {"words": f"{shape.power} loses its friends"}
    return package


def _partners(shape):
    names = ["".join(each) for each in product(_STARTS, _MIDDLES, _ENDS)]
    names = names[: shape.partners]
    adjectives = [f"{name}n" for name in names]
    if shape.long_names:
        names = [f"{name} {_LONG}"[:60] for name in names]
    letters = "ABCDEFGHIJKLMNOPQRSTUVW"
    codes = ["".join(each) for each in product("ABCDEFGH", letters, letters)]
    table = pd.DataFrame({"partner_id": codes[: len(names)], "name": names})
    place = np.arange(len(names))
    has_tile = place < round(shape.tiles * len(names))
    table["adjective"] = adjectives
    table["tile_row"] = pd.Series(place // 20 + 1, dtype="Int64").where(has_tile)
    table["tile_col"] = pd.Series(place % 20 + 1, dtype="Int64").where(has_tile)
    article = f"the {shape.power}" if shape.plural_power else ""
    others = pd.DataFrame(
        {
            "partner_id": [POWER, THIRD],
            "name": [shape.power, "Quillon"],
            "adjective": ["", "Quillonese"],
            "aliases": [article, ""],
        }
    )
    return pd.concat([table, others], ignore_index=True)


def _sources(shape, random):
    n = shape.sources
    number = np.arange(1, n + 1)
    of_publisher = (number - 1) % (shape.publishers or n)
    of_lineage = (number - 1) % (shape.lineages or n)
    names = np.array(
        [
            f"{_STARTS[each % len(_STARTS)]}{_MIDDLES[each // 10 % len(_MIDDLES)]} "
            f"{_PUBLISHERS[each % len(_PUBLISHERS)]}{f' {each}' if each > 209 else ''}"
            for each in range(shape.publishers or n)
        ]
    )
    if shape.long_names:
        names = np.array([f"The {name} {_LONG} and the Isles"[:100] for name in names])
    month = random.integers(1, 13, n)
    year = shape.first_year if shape.one_month else shape.last_year + 1
    after = 4 + (month % 9 if shape.one_month else 0)
    published = _months(np.full(n, year), after if shape.one_month else month)
    is_dated = random.random(n) >= shape.undated / 2
    return pd.DataFrame(
        {
            "source_id": [f"S{each}" for each in number],
            "file": [f"text-{each}.txt" for each in number],
            "sha256": [f"{each:064x}" for each in number],
            "title": [f"Report {each}" for each in number],
            "publisher": names[of_publisher],
            "doc_type": "news_report",
            "published": np.where(is_dated, published, ""),
            "published_basis": np.where(is_dated, "stated", "undated"),
            "stance": random.choice(shape.stances, n),
            "reliability": random.choice(list(shape.reliabilities), n),
            "lineage": [f"line-{each}" for each in of_lineage],
        }
    )


def _events(shape, partners, random):
    n = shape.events
    number = np.arange(1, n + 1)
    codes = partners["partner_id"].to_numpy()[: shape.partners]
    names = partners["name"].to_numpy()[: shape.partners]
    place = np.where(
        number <= shape.partners, number - 1, random.integers(0, shape.partners, n)
    )
    other = (place + random.integers(1, max(shape.partners, 2), n)) % shape.partners
    is_joint = random.random(n) < shape.joint
    both = codes[place] + np.where(
        is_joint & (other != place), ";" + codes[other].astype(object), ""
    )
    dates, years = _dates(shape, n, random)
    way = _ways(shape, years, n, random)
    kinds = np.array([*AWAY, CLOSER, AS_IT_WAS, BACKGROUND], dtype=object)[way]
    said = [
        f"{name[:24]} is party to matter {each}."
        for name, each in zip(names[place], number, strict=True)
    ]
    of_region = (random.random(n) < shape.of_region) & is_joint
    return pd.DataFrame(
        {
            "event_id": [f"E{each}" for each in number],
            "partners": both,
            "counterparts": np.where(kinds[:, 0] == "realignment", THIRD, ""),
            "told_of": np.where(of_region, "the region", ""),
            "type": kinds[:, 1],
            "channel": kinds[:, 0],
            "dimension": kinds[:, 2],
            "direction": np.select([way < len(AWAY), way == len(AWAY)], [-1, 1], 0),
            "intensity": random.integers(1, 4, n),
            "date": dates,
            "headline": [f"Matter {each} opens" for each in number],
            "summary": said,
        }
    )


def _ways(shape, years, n, random):
    """The place of each event's kind: 0 to 2 lead away, 3 closer, 4 as it was, 5 background."""
    drawn = random.random(n)
    away = random.integers(0, len(AWAY), n)
    limits = np.cumsum([shape.closer, shape.as_it_was, shape.background])
    way = np.select([drawn < limit for limit in limits], [3, 4, 5], away)
    if shape.turned:
        middle = (shape.first_year + shape.last_year) // 2
        way = np.where(way == 5, 5, np.where(years <= middle, 3, away))
    return way


def _dates(shape, n, random):
    """EDTF text of each event, a day, a month, a third of a year, a year or nothing; and its year."""
    years = random.integers(shape.first_year, shape.last_year + 1, n)
    month = random.integers(1, 13, n)
    if shape.one_month:
        years = np.full(n, shape.first_year)
        month = np.full(n, 3)
    months = _months(years, month)
    days = _TWO_DIGITS[random.integers(1, 29, n)]
    form = random.integers(0, 2 if shape.one_month else 4, n)
    thirds = (
        years.astype(str).astype(object) + "-" + (37 + (month - 1) // 4).astype(str)
    )
    dates = np.select(
        [form == 0, form == 1, form == 2],
        [months + "-" + days, months, thirds],
        years.astype(str).astype(object),
    )
    is_undated = random.random(n) < shape.undated
    return np.where(is_undated, "", dates), years


def _claims(shape, events, sources, random):
    more = random.poisson(shape.more_claims, len(events))
    of_event = np.repeat(np.arange(len(events)), 1 + more)
    n = len(of_event)
    rows = events.iloc[of_event].reset_index(drop=True)
    source = random.integers(0, shape.sources, n)
    drawn = random.random(n)
    limits = np.cumsum([shape.denied, shape.forecast, shape.attributed])
    kinds = ["denied", "forecast", "attributed"]
    modality = np.select([drawn < limit for limit in limits], kinds, "reported")
    is_word = modality == "attributed"
    table = pd.DataFrame(
        {
            "claim_id": [f"C{each}" for each in range(1, n + 1)],
            "source_id": sources["source_id"].to_numpy()[source],
            "passage_sha256": "0" * 64,
            "event_id": rows["event_id"],
            "statement": rows["summary"],
            "modality": modality,
            "attributed_to": np.where(is_word, "the foreign ministry", ""),
            "voice": np.where(is_word, "partner", "source"),
            "date": rows["date"],
            "date_basis": np.where(rows["date"] == "", "undated", "stated"),
        }
    )
    table["start"] = 100 * table.groupby("source_id").cumcount()
    table["end"] = table["start"] + 50
    return table


def _doubts(shape, claims, random):
    drawn = random.random(len(claims))
    is_refuted = drawn < shape.refuted
    doubted = claims[drawn < shape.refuted + shape.doubted]
    return pd.DataFrame(
        {
            "doubt_id": [f"D{each}" for each in range(1, len(doubted) + 1)],
            "claim_id": doubted["claim_id"],
            "strength": np.where(is_refuted, "refutes", "questions")[doubted.index],
            "reason": "A second look says otherwise",
            "reference": "Gull Watch",
        }
    )


def _relations(shape, claims, random):
    """The first two claims of some events disagree, or the later follows the earlier."""
    place = claims.groupby("event_id", sort=False).cumcount()
    ones = claims[place == 0].set_index("event_id")["claim_id"]
    others = claims[place == 1].set_index("event_id")["claim_id"]
    pairs = pd.DataFrame({"claim_a": ones, "claim_b": others}).dropna()
    drawn = random.random(len(pairs))
    contradicts = drawn < shape.contradicted
    kept = drawn < shape.contradicted + shape.superseded
    pairs["kind"] = np.where(contradicts, "contradicts", "supersedes")
    pairs["about"] = "status"
    return pairs[kept].reset_index(drop=True)


def _months(years, months):
    return years.astype(str).astype(object) + "-" + _TWO_DIGITS[months]


if __name__ == "__main__":
    target, named, *settings = sys.argv[1:]
    changed = dict(each.split("=") for each in settings)
    corpus(target, named, **{name: int(value) for name, value in changed.items()})
