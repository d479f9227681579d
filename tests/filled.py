"""Data folders in which every text is as long as its contract lets it be: of words, or one word without a break."""

import json

import pandas as pd
from corpora import POWER, corpus

WORDS = (
    "of the Occupied Territories beyond the Northern Mountains and the Isles thereof "
)
WORD = "llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
#: Columns of texts that a page prints, by table.
TEXTS = {
    "partners": ("name", "adjective", "region"),
    "sources": ("title", "publisher"),
    "events": ("headline", "summary", "told_of"),
    "claims": ("statement", "attributed_to", "status_word", "unit"),
    "doubts": ("reason", "reference"),
    "event_types": ("label",),
}
SHORT = 12  # characters of a short name, which every other partner has
THESIS = 120


def longest(start, length, unbroken):
    """A text of `length` characters that begins with `start`; `unbroken`: one word."""
    more = WORD if unbroken else f" {WORDS}"
    words = (start + more * (length // len(more) + 1))[:length]
    # A text may not end in a space, nor a headline in a full stop.
    return words[:-1] + "x" if words.endswith(" ") else words


def filled(folder, unbroken, **changes):
    """A corpus at `folder` whose texts are at their full length, each telling its row; returns `folder`."""
    shape = {"partners": 6, "sources": 5, "events": 60, "doubted": 0.2, "denied": 0.1}
    corpus(folder, **shape | {"thesis": True} | changes)
    place = folder / "datapackage.json"
    package = json.loads(place.read_text("utf-8"))
    limits = {
        (table["name"], field["name"]): field.get("constraints", {}).get("maxLength")
        for table in package["resources"]
        for field in table["schema"]["fields"]
    }
    for table, columns in TEXTS.items():
        path = folder / f"{table}.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        if table == "claims":
            rows["value"] = "1234567.5"
        if table == "partners":
            rows["short_name"] = [
                longest(f"Q{number}", SHORT, unbroken) if number % 2 else ""
                for number in range(len(rows))
            ]
            rows["aliases"] = ""
        for column in columns:
            limit = limits[table, column]
            texts = [
                longest(f"{column.capitalize()[:2]}{number}", limit, unbroken)
                for number in range(len(rows))
            ]
            rows[column] = pd.Series(texts, rows.index).where(_may_have(rows, column))
        rows = rows.fillna("")
        rows.to_csv(path, index=False, lineterminator="\n")
    power = pd.read_csv(folder / "partners.csv", index_col="partner_id").at[
        POWER, "name"
    ]
    thesis = package["allywatch"]["thesis"]
    thesis["words"] = longest(f"{power} ", THESIS, unbroken)
    place.write_text(json.dumps(package), encoding="utf-8")
    return folder


def _may_have(rows, column):
    """Which rows of a table may have a text in a column."""
    if column == "attributed_to":
        return rows["modality"] == "attributed"
    if column == "told_of":
        return rows["told_of"] != ""
    if column == "status_word":
        return rows["modality"] != "forecast"
    return pd.Series(True, rows.index)
