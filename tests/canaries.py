"""A data folder in whose every text stands markup: where it is not escaped, a picture comes to be, and its script runs."""

import csv
import json

#: A picture that cannot be loaded, which has a script say so.
CANARY = "<img src=x onerror=canary=1>"
#: What is text in the tables, and may hold it.
CELLS = {
    "sources": ("title", "publisher", "note"),
    "partners": ("name", "adjective"),
    "events": ("headline", "summary"),
    "claims": ("statement", "unit", "note"),
    "event_types": ("label",),
}


def spread_in(folder):
    """Add a canary to each title, description and label of the contract, and to the texts of the tables."""
    file = folder / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(_with_canaries(package)), encoding="utf-8")
    most = {
        (resource["name"], field["name"]): field["constraints"]["maxLength"]
        for resource in package["resources"]
        for field in resource.get("schema", {}).get("fields", [])
        if "maxLength" in field.get("constraints", {})
    }
    for table, columns in CELLS.items():
        path = folder / f"{table}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for name in columns:
                room = most.get((table, name), 9999) - len(CANARY)
                if row[name]:
                    row[name] = row[name][:room] + CANARY
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _with_canaries(node):
    if isinstance(node, list):
        return [_with_canaries(each) for each in node]
    if not isinstance(node, dict):
        return node
    spoilt = {}
    for key, value in node.items():
        is_text = isinstance(value, str) and key in ("title", "description", "label")
        spoilt[key] = value + CANARY if is_text else _with_canaries(value)
    return spoilt
