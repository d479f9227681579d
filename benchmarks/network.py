"""Networks of any size to measure on: the sample data, cloned."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

Rows = list[dict[str, str]]
FOCAL = "RUS"  # of the sample data
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cloned(data: Path, target: Path, clones: int) -> Path:
    """Write into `target` the network in `data` together with `clones` - 1 copies of it.

    A copy has partners, events, claims and relations of its own, as many and as long; sources, rules and the
    focal power are the same. So whatever belongs to one partner is as large in a large network as in a small one.
    """
    shutil.copytree(
        data,
        target,
        ignore=shutil.ignore_patterns("documents", "reliability", "uncoded.csv"),
    )
    tables = {
        name: read(data / f"{name}.csv")
        for name in ("partners", "events", "claims", "relations")
    }
    power = {
        event["event_id"] for event in tables["events"] if event["partners"] == FOCAL
    }
    own = {
        claim["claim_id"]
        for claim in tables["claims"]
        if claim["event_id"] not in power
    }
    called = (
        f"{partner['partner_id']};{partner['aliases']}".split(";")
        for partner in tables["partners"]
    )
    codes = _codes({name for names in called for name in names})
    files = {
        name: (target / f"{name}.csv").open("a", newline="", encoding="utf-8")
        for name in tables
    }
    for number in range(1, clones):
        renamed = {
            partner["partner_id"]: next(codes)
            for partner in tables["partners"]
            if partner["partner_id"] != FOCAL
        }
        for name, rows in tables.items():
            writer = csv.DictWriter(files[name], list(rows[0]), lineterminator="\n")
            writer.writerows(_CLONED[name](rows, number, renamed, own, power))
    for file in files.values():
        file.close()
    return target


def read(path: Path) -> Rows:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _codes(taken: set[str]) -> Iterator[str]:
    every = (a + b + c for a in LETTERS for b in LETTERS for c in LETTERS)
    yield from (code for code in every if code not in taken)
    yield from (f"{a}{b}-{n}" for a in LETTERS for b in LETTERS for n in range(1000))


def _partners(
    rows: Rows, number: int, renamed: dict[str, str], *_
) -> Iterator[dict[str, str]]:
    blank = dict.fromkeys(
        ("aliases", "adjective", "short_name", "tile_row", "tile_col"), ""
    )
    for row in rows:
        if code := renamed.get(row["partner_id"]):
            parent = {"parent_id": FOCAL if "-" in code else ""}
            yield (
                row
                | blank
                | parent
                | {"partner_id": code, "name": f"{row['name']} {number}"}
            )


def _events(
    rows: Rows, number: int, renamed: dict[str, str], own, power
) -> Iterator[dict[str, str]]:
    for row in rows:
        if row["event_id"] not in power:
            of = {
                column: ";".join(
                    renamed.get(code, code) for code in row[column].split(";")
                )
                for column in ("partners", "counterparts")
            }
            yield row | of | {"event_id": f"{row['event_id']}-{number}"}


def _claims(
    rows: Rows, number: int, renamed, own: set[str], power
) -> Iterator[dict[str, str]]:
    for row in rows:
        if row["claim_id"] in own:
            yield row | {
                key: f"{row[key]}-{number}" for key in ("claim_id", "event_id")
            }


def _relations(
    rows: Rows, number: int, renamed, own: set[str], power
) -> Iterator[dict[str, str]]:
    for row in rows:
        if {row["claim_a"], row["claim_b"]} <= own:
            yield row | {key: f"{row[key]}-{number}" for key in ("claim_a", "claim_b")}


_CLONED = {
    "partners": _partners,
    "events": _events,
    "claims": _claims,
    "relations": _relations,
}
