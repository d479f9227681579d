"""Data folders of invented networks, made of a few lines each: another power, no thesis, and no judgement."""

import csv
import json
import shutil
from dataclasses import dataclass, field

from conftest import ROOT, invented_network

#: Channel, type and field of an event by where it leads.
WAYS = {
    1: ("deepening", "PACT_TIGHTEN", "diplomatic"),
    -1: ("defection", "PACT_LOOSEN", "diplomatic"),
    0: ("deepening", "DIPLOMATIC_SUPPORT", "diplomatic"),
}
#: By id: name, reliability, lineage and day of publication; the Pilot sheet draws on the Lantern.
SOURCES = {
    "S1": ("The Lantern", "B", "lantern", "2025-06-10"),
    "S2": ("Harbour Ledger", "C", "ledger", "2025-07"),
    "S3": ("Pilot sheet no. 7", "E", "lantern", ""),
    "S4": ("Weekly Sounder", "C", "sounder", "2025-05"),
}
#: By id: name, aliases and adjective. The power and the Isles have an article and are plural.
ACTORS = {
    "XVE": ("United Shoals", "the United Shoals", "Shoal"),
    "XTA": ("Taskar", "", "Taskari"),
    "XSI": ("Sunder Isles", "the Sunder Isles", ""),
    "XCV": ("Corvath", "", "Corvathi"),
    "XIL": ("Ilmeny", "", "Ilmenian"),
    "XPE": ("Pellany", "", "Pellan"),
    "XQU": ("Quillon", "", "Quillonese"),
}


@dataclass(frozen=True)
class Told:
    """An event and who tells of it: ``S1`` reports it; ``S2:denied:a governor`` has another modality, and whose word it is.

    `way` is a direction, or ``context``; `to` the third party to whom a partner turns.
    """

    headline: str
    summary: str
    way: int | str
    by: str
    date: str = "2024"
    partners: str = "XTA"
    to: str = ""
    intensity: int = 2
    bears_on: str = ""
    cells: dict[str, str] = field(default_factory=dict)


def network_of(folder, *events, doubts=(), sources=SOURCES):
    """Put together at `folder` the data of a network of these events; `doubts` are pairs of a claim and a reason."""
    invented_network(folder)
    shutil.rmtree(folder / "documents")
    edit_package(folder)
    write(folder, "partners", [_actor(*each) for each in ACTORS.items()])
    write(folder, "sources", [_source(*each) for each in sources.items()])
    write(folder, "events", [_event(*each) for each in enumerate(events, 1)])
    claims = [
        claim for each in enumerate(events, 1) for claim in _claims(*each, sources)
    ]
    write(folder, "claims", claims)
    rows = [
        {
            "doubt_id": f"D{number}",
            "claim_id": claim_id,
            "strength": "questions",
            "reason": reason,
            "reference": "Gull Watch",
        }
        for number, (claim_id, reason) in enumerate(doubts, 1)
    ]
    write(folder, "doubts", rows)
    for table in ("relations", "judgements"):
        write(folder, table, [])
    return folder


def without_judgements_and_thesis(folder):
    """The data folder with neither; returns it."""
    write(folder, "judgements", [])
    edit_package(folder)
    return folder


def edit_package(folder, **rules):
    """State `rules` in the contract of `folder`, and no thesis."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["allywatch"].pop("thesis", None)
    package["allywatch"] |= rules
    path.write_text(json.dumps(package), encoding="utf-8")


def write(folder, table, rows):
    """Write `rows`, as dicts, into a table in the place of those it has; cells that are not given are blank."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(dict.fromkeys(columns, "") | row for row in rows)


def real_without(folder):
    """A copy at `folder` of the project's own data, without judgements and thesis."""
    shutil.copytree(ROOT / "data", folder)
    return without_judgements_and_thesis(folder)


def _actor(code, described):
    name, aliases, adjective = described
    return {
        "partner_id": code,
        "name": name,
        "aliases": aliases,
        "adjective": adjective,
    }


def _source(source_id, described):
    publisher, reliability, lineage, published = described
    return {
        "source_id": source_id,
        "file": f"{lineage}-{source_id}.txt",
        "sha256": source_id[-1] * 64,
        "title": publisher,
        "publisher": publisher,
        "doc_type": "news_analysis",
        "published": published,
        "published_basis": "stated" if published else "undated",
        "stance": "mixed",
        "reliability": reliability,
        "lineage": lineage,
    }


def _event(number, told):
    channel, kind, dimension = WAYS.get(told.way, ("context", "CONDITION", "economic"))
    if told.to:
        channel, kind, dimension = ("realignment", "ARMS_DIVERSIFY", "military")
    return {
        "event_id": f"E{number}",
        "partners": told.partners,
        "counterparts": told.to,
        "type": kind,
        "channel": channel,
        "dimension": dimension,
        "direction": 0 if told.way == "context" else told.way,
        "intensity": told.intensity,
        "date": told.date,
        "headline": told.headline,
        "summary": told.summary,
    } | told.cells


def _claims(number, told, sources):
    claims = []
    for place, teller in enumerate(told.by.split(), 1):
        source_id, _, rest = teller.partition(":")
        modality, _, word = rest.partition(":")
        dated = told.date and sources[source_id][3]
        claims.append(
            {
                "claim_id": f"C{number}{'abcd'[place - 1]}",
                "source_id": source_id,
                "start": 100 * number,
                "end": 100 * number + 50,
                "passage_sha256": "0" * 64,
                "event_id": f"E{number}",
                "statement": told.summary,
                "modality": modality or ("attributed" if word else "reported"),
                "attributed_to": word.replace("_", " "),
                "voice": "partner" if word else "source",
                "bears_on": told.bears_on,
                "date": told.date if dated else "",
                "date_basis": "stated" if dated else "undated",
            }
        )
    return claims
