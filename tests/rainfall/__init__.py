"""Rainfall per town: as much of a domain as briefmill asks for."""

import csv
import hashlib
import os
import pickle
from pathlib import Path

UNIT_PARAMETER = "town"
UNCHANGED = "It rained as before."


def input_files(data_dir):
    return {f"data/{path.name}": path for path in sorted(data_dir.glob("*.csv"))}


def load(data_dir, as_of=None):
    """Town to its months and millimetres; in a job what was prepared for it."""
    prepared = Path(os.environ.get("RAINFALL_PREPARED", "none"))
    if prepared.is_file():
        return pickle.loads(prepared.read_bytes())
    with (Path(data_dir) / "rainfall.csv").open() as file:
        rows = list(csv.DictReader(file))
    known = [row for row in rows if not as_of or row["month"] <= f"{as_of}"]
    towns = sorted({row["town"] for row in known})
    return {
        town: {row["month"]: int(row["mm"]) for row in known if row["town"] == town}
        for town in towns
    }


def title(rainfall):
    return "Rain in towns"


def units(rainfall):
    return {town: town.capitalize() for town in rainfall}


def resolve(rainfall, words):
    unknown = [word for word in words if word.lower() not in rainfall]
    if unknown:
        raise ValueError(f"no such town: {', '.join(unknown)}")
    return [word.lower() for word in words]


def subset(rainfall, town):
    return {town: rainfall[town]} if town else rainfall


def key(rainfall):
    return {
        f"rain in {town}": hashlib.sha256(repr(months).encode()).hexdigest()
        for town, months in rainfall.items()
    }


def environment(data_dir, prepared):
    return {"RAINFALL_PREPARED": str(prepared)}


def preload():
    """The notebooks import nothing that is slow."""


def edition_facts(rainfall):
    return {"towns": len(rainfall)}


def describe(document):
    return {"blocks": len(list(document.blocks()))}


def changes(earlier, now):
    return [f"{now['mm']} mm, were {earlier['mm']}."]


def conclusions(earlier, now):
    return []


def pages(manifest, rainfall):
    names = "".join(f"<li>{name}</li>" for name in manifest["briefings"])
    return {"index.html": f"<ul>{names}</ul>"}
