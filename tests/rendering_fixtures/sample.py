"""Two briefings about countries that do not exist, long enough to fill the pages a real one fills."""

from __future__ import annotations

from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import yaml

from briefmill.blocks import BLOCK_MIME
from briefmill.parts import Part
from briefmill.texts import marks, text


@cache
def _blocks() -> dict[str, Any]:
    return yaml.safe_load(
        Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )


def shown(*blocks):
    """An executed code cell that ends in `blocks`, given as such or by their name in the YAML file."""
    found = [_blocks()[block] if isinstance(block, str) else block for block in blocks]
    outputs = [
        v4.new_output("display_data", {BLOCK_MIME: as_json(block), "text/plain": "x"})
        for block in found
    ]
    return v4.new_code_cell("exhibit", outputs=outputs)


def as_json(value: Any) -> Any:
    """A block written as a dict, with the runs in it as JSON values too."""
    if isinstance(value, Part):
        return value.as_json()
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    return value


def block(name: str, **changes) -> dict[str, Any]:
    """A block of the YAML file, with changes."""
    return _blocks()[name] | changes


def heading(words, *tags):
    return v4.new_markdown_cell(f"## {words}", metadata={"tags": list(tags)})


def section(words, *blocks, tags=()):
    """A heading and the cell under it."""
    return [heading(words, *tags), shown(*blocks)]


def note(words, *refs):
    """A block of small print."""
    return {
        "kind": "prose",
        "style": "small",
        "items": [{"label": "", "runs": [text(words), marks(refs)]}],
    }


def figure(width_mm=178, height_mm=48, svg="", **extra):
    """A figure that is only bars, with the source line and alternative text of a real one."""
    bars = "".join(
        f'<rect x="{25 + 9 * n}" y="{6 + 6 * n}" width="{20 + 2 * n}" height="3" fill="#8C2D0F"/>'
        f'<text x="{23 + 9 * n}" y="{8.6 + 6 * n}" font-family="Source Sans Pro" font-size="2.6" '
        f'text-anchor="end">{n + 1}</text>'
        for n in range(min(13, height_mm // 7))
    )
    bars_svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_mm} {height_mm}" '
        f'width="{width_mm}mm" height="{height_mm}mm">'
        f'<rect width="{width_mm}" height="{height_mm}" fill="#F8F8F8"/>{bars}</svg>'
    )
    return {
        "kind": "figure",
        "picture": {"text": svg or bars_svg, "format": "svg"},
        "width_mm": width_mm,
        "height_mm": height_mm,
        "alt": "Chart of Aldovia’s tie, from 2019 on: one step closer, seven away.",
    } | extra


def briefing():
    """A full briefing: what happened on the first page, what stands behind it on the second."""
    steps = figure(
        title="One step closer in 2019; all the rest lead away",
        source="Filled: two or more independent sources.",
    )
    sections = [
        section("Title block", "masthead", tags=["unheaded"]),
        section("Judgement", "judgement", tags=["unheaded"]),
        section("What happened", "chronology", tags=["side"]),
        section("Why it matters", "implications", tags=["side"]),
        section("The other reading", "reading", tags=["side"]),
        section("What next", "outlook", "triggers", tags=["side"]),
        section("How sure", "strip", tags=["side"]),
        section("Where accounts differ", "contested"),
        section("Nothing", {"kind": "none", "reason": "a section with nothing to say"}),
        section("Who says it", "sources"),
        section("Not known", "gaps", tags=["half"]),
        section("Worth asking", "questions", tags=["half"]),
        section("In time", steps),
        section("What changed", "changed", tags=["side"]),
        section("Where each number leads", "references"),
        section("Attached files", "attached", tags=["unheaded"]),
    ]
    cover = v4.new_markdown_cell("# Country briefing\n\nOne partner at a time.")
    parameters = v4.new_code_cell("partner = 'ALD'", metadata={"tags": ["parameters"]})
    return v4.new_notebook(cells=[cover, parameters, *chain(*sections)])


def thin_briefing():
    """A partner of whom there is too little for a direction: one page."""
    sections = [
        section("Front", "thin_masthead", "thin_judgement", tags=["unheaded"]),
        section("What happened", "thin_chronology", tags=["side"]),
        section("The other reading", "thin_readings", tags=["side"]),
        section("What next", "outlook", tags=["side"]),
        section("How sure", "thin_strip", tags=["side"]),
        section("Not known", "gaps"),
        section("Where each number leads", "thin_references"),
    ]
    return v4.new_notebook(
        cells=[v4.new_markdown_cell("# Country briefing"), *chain(*sections)]
    )
