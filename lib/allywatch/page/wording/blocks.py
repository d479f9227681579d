"""Blocks of a page from what they say: prose from its items, key figures from theirs."""

from __future__ import annotations

from collections.abc import Iterable

from briefmill.exhibits import Exhibit


def prose(
    style: str, items: Iterable[tuple], title: str = "", subtitle: str = "", note=()
) -> Exhibit:
    """A prose exhibit from (label, runs) pairs."""
    content = [{"label": label, "runs": runs} for label, runs in items]
    block = {
        "kind": "prose",
        "title": title,
        "subtitle": subtitle,
        "style": style,
        "items": content,
    }
    return Exhibit(block | {"note": list(note)})


def figures(told: Iterable[tuple[str, str, str]]) -> Exhibit:
    """Key figures from (label, value, note) triples."""
    items = [
        {"label": label, "value": value, "note": note} for label, value, note in told
    ]
    return Exhibit({"kind": "key_figures", "items": items})
