"""What a new data folder starts from: the contract without what is one network's own, event types and a sample."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allywatch.data.contract import PACKAGE_FILE

FOLDER = Path(__file__).with_name("template")
EVENT_TYPES = "event_types.csv"
SAMPLE = "sample.toml"
#: What the contract says of two codings until somebody says who coded.
_NO_ACCOUNT = (
    "Nobody has said yet who made the two codings, and what each of them had seen."
)


def read(name: str) -> str:
    """The text of a file of the template."""
    return (FOLDER / name).read_text(encoding="utf-8")


def general(package: Mapping[str, Any]) -> dict[str, Any]:
    """A data folder's contract without what is its own: power, thesis, names, and who coded it.

    Of the abbreviations those stay that the contract itself uses.
    """
    made: dict[str, Any] = json.loads(json.dumps(package))
    rules = made["allywatch"]
    rules["focal_power"] = ""
    rules.pop("thesis", None)
    rules["judgement_words"] |= {"same_names": [], "free_names": []}
    abbreviations = rules.pop("abbreviations", [])
    for resource in made["resources"]:
        if "measure" in resource:
            resource["measure"]["account"] = _NO_ACCOUNT
    words = set(re.findall(r"\w+", " ".join(_texts(made))))
    kept = [each for each in abbreviations if each["short"] in words]
    rules["abbreviations"] = kept
    return made


def _texts(node: Any) -> Iterator[str]:
    """Every text in a tree of dicts and lists."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def written(package: Mapping[str, Any]) -> str:
    """A contract as text."""
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def renew(data_dir: Path) -> None:
    """Make the template anew from the data folder that comes with allywatch."""
    package = json.loads((data_dir / PACKAGE_FILE).read_text(encoding="utf-8"))
    text = written(general(package))
    (FOLDER / PACKAGE_FILE).write_text(text, encoding="utf-8")
    (FOLDER / EVENT_TYPES).write_bytes((data_dir / EVENT_TYPES).read_bytes())


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
