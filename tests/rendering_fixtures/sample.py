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


def figure(width_mm=178, height_mm=124, svg="", **extra):
    """A figure that is only bars, with the source line and alternative text of a real one."""
    bars = "".join(
        f'<rect x="{25 + 9 * n}" y="{6 + 6 * n}" width="{20 + 2 * n}" height="3" fill="#A63D1B"/>'
        f'<text x="{23 + 9 * n}" y="{8.6 + 6 * n}" font-family="Source Sans Pro" font-size="2.6" '
        f'text-anchor="end">E{n + 1}</text>'
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
        "alt": "Timeline of Aldovia, 2019 to 2024. Thirteen events, all away.",
    } | extra


def briefing():
    """A full briefing: two pages and an annex."""
    steps = figure(
        title="Away, in three steps: 2019, 2022 and 2024",
        source="Source: events E1–E13, annex.",
    )
    gains = figure(
        60, 38, title="Who gains", alt="Dots of who gains from Aldovia’s drift."
    )
    leans = figure(
        60,
        40,
        title="What hangs on one source",
        alt="Bars of events left without a source.",
    )
    sections = [
        section("Front", "masthead", "bottom_line", "key_figures", tags=["unheaded"]),
        section("Trajectory", steps),
        section("Changes", "changed"),
        section("By dimension", "dimensions", tags=["wide", "newpage"]),
        section(
            "Gains",
            gains,
            note("No single successor. Two are named twice.", "E7"),
            tags=["narrow"],
        ),
        section("One source", leans, tags=["narrow"]),
        section("Contested", "contested"),
        section("Opposite", "opposite", tags=["half", "wash"]),
        section("Forecasts", "forecasts", tags=["half"]),
        section("Indicators", "indicators", tags=["half"]),
        section("Gaps", "gaps", tags=["half"]),
        section("Nothing", {"kind": "none", "reason": "a section with nothing to say"}),
        section("Evidence", "evidence", tags=["annex"]),
        section("Sources", "sources", tags=["third"]),
        section("Method", "method", tags=["third"]),
        section("Slant", "slant", "attached", tags=["third"]),
    ]
    cover = v4.new_markdown_cell("# Country briefing\n\nOne partner at a time.")
    parameters = v4.new_code_cell("partner = 'ALD'", metadata={"tags": ["parameters"]})
    return v4.new_notebook(cells=[cover, parameters, *chain(*sections)])


def thin_briefing():
    """A partner below the evidence gate: one page."""
    sections = [
        section("Front", "thin_masthead", "thin_bottom_line", tags=["unheaded"]),
        section("Gate", "gate"),
        section("Known", "known"),
        section("Readings", "thin_readings", tags=["half", "wash"]),
        section("Change", "thin_change", tags=["half"]),
        section("Changed", "thin_changed", tags=["half"]),
        section("Gaps", "gaps", tags=["half"]),
        section("Source", block("sources", title="Source"), tags=["third"]),
        section("Method", "method", tags=["third"]),
        section("Slant", "slant", tags=["third"]),
    ]
    return v4.new_notebook(
        cells=[v4.new_markdown_cell("# Country briefing"), *chain(*sections)]
    )
