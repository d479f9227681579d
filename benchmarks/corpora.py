"""Data folders of any size to measure on: invented partners, and a source for each year and issue.

usage: python benchmarks/corpora.py FOLDER PARTNERS EVENTS [ISSUES]

Codes, rules and words are those of the sample data, without its thesis and its texts. Nothing is drawn by chance: the
same numbers give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "data"
FIRST_YEAR = 1946
YEARS = 79
ISSUES = 6
#: Every so many events a second source reports it too.
SECOND_SOURCE = 7
#: Channel, type, field and direction, in turn.
KINDS = (
    ("deepening", "SECURITY_AID", "military", 1),
    ("defection", "PACT_LOOSEN", "diplomatic", -1),
    ("deepening", "DIPLOMATIC_SUPPORT", "diplomatic", 0),
    ("deepening", "PACT_TIGHTEN", "economic", 1),
    ("defection", "DIPLOMATIC_CRITICISM", "diplomatic", -1),
    ("context", "CONDITION", "economic", 0),
    ("realignment", "ARMS_DIVERSIFY", "military", -1),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Row = dict[str, str]


def main() -> None:
    """Write the data folder that the command line asks for."""
    folder, partners, events, *issues = sys.argv[1:]
    corpus(Path(folder), int(partners), int(events), *map(int, issues))


def corpus(
    folder: Path, n_partners: int, n_events: int, n_issues: int = ISSUES
) -> Path:
    """Write a network of `n_partners`, who take turns in `n_events`; returns its folder.

    Sources: one for each of `YEARS` years and each of `n_issues` issues; all on one issue go back to one upstream.
    """
    folder.mkdir(parents=True)
    package = json.loads((SAMPLE / "datapackage.json").read_text(encoding="utf-8"))
    package["allywatch"].pop("thesis", None)
    power = package["allywatch"]["focal_power"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    shutil.copy(SAMPLE / "event_types.csv", folder)
    codes = _codes(n_partners)
    _write(folder, "partners", _partners(power, codes))
    _write(folder, "sources", _sources(n_issues))
    _write(folder, "events", _events(codes, n_events))
    _write(folder, "claims", _claims(codes, n_events, n_issues))
    for table in ("relations", "judgements"):
        _write(folder, table, ())
    return folder


def _write(folder: Path, table: str, rows: Iterable[Row]) -> None:
    with (SAMPLE / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _codes(n_partners: int) -> list[str]:
    every = (f"X{a}{b}" for a in LETTERS for b in LETTERS)
    return [code for code, _ in zip(every, range(n_partners), strict=False)]


def _partners(power: str, codes: list[str]) -> Iterator[Row]:
    yield {"partner_id": power, "name": "Aldovia", "adjective": "Aldovian"}
    for number, code in enumerate(codes):
        yield {
            "partner_id": code,
            "name": f"{code[1:].title()}land",
            "adjective": f"{code[1:].title()}ish",
            "region": f"Region {number % 7 + 1}",
        }


def _sources(n_issues: int) -> Iterator[Row]:
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        for issue in range(1, n_issues + 1):
            source_id = _source_id(year, issue)
            yield {
                "source_id": source_id,
                "file": f"{source_id.lower()}.txt",
                "sha256": hashlib.sha256(source_id.encode()).hexdigest(),
                "title": f"Roll calls of {year}, issue {issue}",
                "publisher": f"Assembly record, issue {issue}",
                "doc_type": "database_record",
                "published": f"{year}-12-31",
                "published_basis": "stated",
                "stance": "mixed",
                "reliability": "BCD"[issue % 3],
                "lineage": f"issue-{issue}",
            }


def _source_id(year: int, issue: int) -> str:
    return f"V{year}-{issue}"


def _date(number: int) -> tuple[int, str]:
    """The year of an event, and its day."""
    year = FIRST_YEAR + number * 31 % YEARS
    return year, f"{year}-{number % 12 + 1:02}-{number % 28 + 1:02}"


def _events(codes: list[str], n_events: int) -> Iterator[Row]:
    for number in range(n_events):
        code = codes[number % len(codes)]
        channel, kind, dimension, direction = KINDS[number * 5 // 3 % len(KINDS)]
        counterpart = codes[(number * 13 + 1) % len(codes)]
        turned = channel == "realignment" and counterpart != code
        if channel == "realignment" and not turned:
            channel = "defection"
        yield {
            "event_id": f"E{number:06}",
            "partners": code,
            "counterparts": counterpart if turned else "",
            "type": kind,
            "channel": channel,
            "dimension": dimension,
            "direction": str(direction),
            "intensity": str(number % 3 + 1),
            "date": _date(number)[1],
            "headline": f"Roll call {number}",
            "summary": f"{code[1:].title()}land took its side in roll call {number}.",
        }


def _claims(codes: list[str], n_events: int, n_issues: int) -> Iterator[Row]:
    for number in range(n_events):
        year, day = _date(number)
        issue = number % n_issues + 1
        issues = [issue]
        if number % SECOND_SOURCE == 0 and n_issues > 1:
            issues.append(issue % n_issues + 1)
        for place, reporting in enumerate(issues):
            name = f"{codes[number % len(codes)][1:].title()}land"
            text = f"{name} took its side in roll call {number}."
            start = number * 100 + place * 50
            yield {
                "claim_id": f"C{number:06}{'ab'[place]}",
                "source_id": _source_id(year, reporting),
                "start": str(start),
                "end": str(start + 50),
                "passage_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "event_id": f"E{number:06}",
                "statement": text,
                "modality": "reported",
                "voice": "partner" if number % 11 == 0 else "source",
                "date": day,
                "date_basis": "stated",
            }


if __name__ == "__main__":
    main()
