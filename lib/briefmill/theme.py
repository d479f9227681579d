"""How a page looks, said once: its colours and its signs, for Typst, HTML and matplotlib alike.

Colour is direction and nothing else; the paler hue is the one that leads up, so that grey keeps the order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

INK = "#1A1D21"
SECONDARY = "#565D65"
RULE = "#C6CBD1"
WASH = "#F4F2EC"
FAINT = "#8D949C"
BAND = "#E7EAED"  # a range behind a line of its own
TRACK = "#E1E4E8"
LINK = "#2B5C7E"

#: The colours of series in a figure that is not about directions, in the order in which they are used.
SERIES = ("#5A6169", "#2B5C7E", "#B59B5B", "#A8AFB7", "#1A1D21", "#7C8F6B")

SANS_FONT = "Source Sans Pro"
FALLBACK_FONT = "DejaVu Sans"


@dataclass(frozen=True)
class Tone:
    """A colour that means something.

    `fill` is for shapes, `text` for words on white, `pale` for areas behind words, `dark` for both on a dark page; `css`
    is its name in the style sheet, ``""`` for one that has none.
    """

    fill: str
    text: str = INK
    pale: str = "#E2E5E8"
    dark: str = ""
    css: str = ""


#: By name, as blocks and the data folder use them.
TONES = {
    "down": Tone("#8C2D0F", "#8C2D0F", "#E3BFB0", "#E58A66", "away"),
    "up": Tone("#3E93CF", "#1F5F8C", "#CFE5F5", "#7DB9E2", "closer"),
    "ink": Tone(INK),
    "faint": Tone(FAINT, SECONDARY),
    "second": Tone(SECONDARY, SECONDARY),
}


@dataclass(frozen=True)
class Shape:
    """A sign: as a `glyph`, and as an arrow turned by `turn` degrees clockwise with one or two `heads`.

    Without a head it is a `form` of its own: ``ring`` or ``dot``.
    """

    glyph: str
    turn: int = 0
    heads: int = 1
    form: str = "arrow"


#: By name, as blocks and the data folder use them.
SHAPES = {
    "falling": Shape("↘", turn=45),
    "rising": Shape("↗", turn=-45),
    "level": Shape("→"),
    "both": Shape("↔", heads=2),
    "open": Shape("?", heads=0, form="ring"),
    "dot": Shape("•", heads=0, form="dot"),
}


def as_json() -> dict[str, Any]:
    """The theme as plain JSON values, for a template."""
    names = ("INK", "SECONDARY", "RULE", "WASH", "FAINT", "TRACK", "LINK")
    colours = {name.lower(): globals()[name] for name in names}
    return {
        **colours,
        "tones": {name: asdict(tone) for name, tone in TONES.items()},
        "shapes": {name: asdict(shape) for name, shape in SHAPES.items()},
    }
