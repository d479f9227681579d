"""What the tables owe each other: keys and what dangles, which spellings name which actor, and days.

A row is dated by the sources behind it, so that what has happened cannot lie after the last of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

import pandas as pd

from allywatch.data import dates
from allywatch.data.contract import (
    PACKAGE_FILE,
    Failure,
    failures,
    fields,
    items,
    references,
    resource,
    suggestions,
)

Frames = Mapping[str, pd.DataFrame]


def gazetteer(
    frame: pd.DataFrame, package: Mapping
) -> tuple[dict[str, str], list[Failure]]:
    """Every spelling (without regard to capitals) that names one actor, with the actor's code.

    `frame` is the gazetteer's table as text. A spelling that two actors share names neither and is a
    failure; a code always names its own actor.
    """
    place = package["allywatch"]["gazetteer"]
    code, described = place["code"], fields(package, place["table"])
    columns = [
        column for column in (*place["names"], place["aliases"]) if column in frame
    ]
    if code not in frame:
        return {}, []
    actors = frame[frame[code] != ""]
    codes, of_row = (
        {actor.casefold(): actor for actor in actors[code]},
        actors[code].to_dict(),
    )
    named, shared = dict(codes), []
    for column in columns:
        for row, spelling in items(actors[column], described[column]).items():
            first = named.setdefault(spelling.casefold(), of_row[row])
            if first != of_row[row]:
                rule = "a name must belong to one actor"
                hint = f"it already names {first}; leave it to one of the two"
                path = resource(package, place["table"])["path"]
                shared.append(Failure(path, int(row), column, spelling, rule, hint))
    for failure in shared:
        named.pop(failure.value.casefold(), None)
    return named | codes, shared


def reference_failures(
    frames: Frames, package: Mapping, whole: Collection[str]
) -> list[Failure]:
    """Every key that does not stand where it should, every row that must be named and is not, and every date
    that its sources cannot have known.

    `whole` names the tables that could be read to the last row. What would need another table is passed
    over: a row that was not read cannot be told from a row that is not there.
    """
    found = _focal_power(frames, package, whole)
    for table, frame in frames.items():
        for column, targets in references(package, table).items():
            if column in frame and all(
                place in whole and key in frames[place] for place, key in targets
            ):
                found += _dangling(frames, package, table, column, targets)
                found += _in_two_tables(frames, package, targets)
    for must in package["allywatch"].get("must_be_named", []):
        by, table, column = must["by"], must["table"], must["field"]
        named = (
            frames[by["resource"]].get(by["field"]) if by["resource"] in whole else None
        )
        if named is not None and column in frames.get(table, ()):
            cells = frames[table][column]
            bad = ~cells.isin(set(named)) & (cells != "")
            found += failures(
                resource(package, table)["path"], cells, bad, must["says"], must["hint"]
            )
    return found + _ahead_of_sources(frames, package, whole)


def _focal_power(
    frames: Frames, package: Mapping, whole: Collection[str]
) -> list[Failure]:
    """The focal power is an actor too."""
    place, power = (
        package["allywatch"]["gazetteer"],
        package["allywatch"]["focal_power"],
    )
    if place["table"] not in whole or power in set(
        frames[place["table"]].get(place["code"], ())
    ):
        return []
    file = resource(package, place["table"])["path"]
    rule, hint = (
        f"must stand in {file}",
        f"add its row to {file}, or name another focal power",
    )
    return [Failure(PACKAGE_FILE, 0, "focal_power", power, rule, hint)]


def _dangling(
    frames: Frames, package: Mapping, table: str, column: str, targets: list
) -> list[Failure]:
    known = set().union(*(frames[place][key] for place, key in targets)) - {""}
    entries = items(frames[table][column], fields(package, table)[column])
    bad = entries[~entries.isin(known)]
    if bad.empty:
        return []
    near = suggestions(list(bad.unique()), dict(_spellings(frames, package, targets)))
    files = " or ".join(resource(package, other)["path"] for other, _ in targets)
    path, hint = (
        resource(package, table)["path"],
        f"correct it, or add a row to {files}",
    )
    return [
        Failure(
            path,
            int(row),
            column,
            value,
            f"must stand in {files}",
            near.get(value, "") + hint,
        )
        for row, value in bad.items()
    ]


def _spellings(
    frames: Frames, package: Mapping, targets: list
) -> Iterator[tuple[str, str]]:
    """Pairs of a spelling that a curator may have meant and the key it stands for."""
    place = package["allywatch"]["gazetteer"]
    for table, key in targets:
        keys = frames[table][key]
        named_by = place["names"] if table == place["table"] else []
        for column in (*named_by, key):
            if column in frames[table]:
                told = (keys != "") & (frames[table][column] != "")
                yield from zip(frames[table].loc[told, column], keys[told], strict=True)


def _in_two_tables(frames: Frames, package: Mapping, targets: list) -> list[Failure]:
    """Keys that stand in two tables a column may point to: the column could mean either."""
    rule, hint = (
        "a key must belong to one table",
        "rename it here or in the other table",
    )
    found, seen = [], set()
    for table, key in targets:
        cells, path = frames[table][key], resource(package, table)["path"]
        bad = cells.isin(seen - {""})
        found += failures(path, cells, bad, rule, hint)
        seen |= set(cells)
    return found


def _ahead_of_sources(
    frames: Frames, package: Mapping, whole: Collection[str]
) -> list[Failure]:
    """Dates that begin after the last day on which what tells of them can have been published.

    Forecasts and denials may speak of what is to come, and count for nothing else; of an event with a source
    whose last day is not known nothing can be said.
    """
    if "sources" not in whole or not {"source_id", "published"} <= set(
        frames["sources"]
    ):
        return []
    days = _days(frames["sources"]["published"], "latest")
    published = days.set_axis(frames["sources"]["source_id"]).groupby(level=0).max()
    foreseen = package["allywatch"].get("support", {}).get("unscored_modalities", [])
    found, hint = (
        [],
        "correct the date, the modality of the claim, or `published` of the source",
    )
    for table, rows in frames.items():
        if {"source_id", "modality", "date"} <= set(rows):
            rule = "what is not foreseen must begin by the last day its source can have been published"
            last = published.reindex(rows["source_id"]).set_axis(rows.index)
            bad = (_days(rows["date"], "earliest") > last) & ~rows["modality"].isin(
                foreseen
            )
            found += failures(
                resource(package, table)["path"], rows["date"], bad, rule, hint
            )
    claims, events = frames["claims"], frames["events"]
    told = {"event_id", "source_id", "modality"} <= set(claims) and {
        "event_id",
        "date",
    } <= set(events)
    if "claims" in whole and told:
        rule = "what is not foreseen must begin by the last day the latest of its sources can have been published"
        by_event = (
            published.reindex(claims["source_id"])
            .set_axis(claims["event_id"])
            .groupby(level=0)
        )
        last = by_event.max()[by_event.count() == by_event.size()]
        last = last.reindex(events["event_id"]).set_axis(events.index)
        happened = claims.loc[~claims["modality"].isin(foreseen), "event_id"]
        bad = (_days(events["date"], "earliest") > last) & events["event_id"].isin(
            happened
        )
        found += failures(
            resource(package, "events")["path"], events["date"], bad, rule, hint
        )
    return found


def _days(cells: pd.Series, bound: str) -> pd.Series:
    """The day that is `bound` (see `dates.Bounds`) of each EDTF text; missing where there is none."""
    days = {}
    for text in cells.unique():
        with suppress(ValueError):  # the type check has reported it
            days[text] = getattr(dates.bounds(text), bound)
    return cells.map(days).astype("datetime64[s]")
