"""Templates of HTML: the one place where text from data meets markup, and where it is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from briefmill import theme


def page(template: str, folder: Path | None = None, **values: Any) -> str:
    """The HTML that `template`, of this package or of `folder`, makes of `values`, every text in them escaped."""
    return environment(folder).get_template(template).render(values)


@cache
def environment(folder: Path | None) -> Environment:
    """The templates of this package, and those of `folder`, where there is one, before them."""
    own = Path(__file__).parent
    loader = FileSystemLoader([folder, own] if folder else own)
    made = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    coloured = [tone for tone in theme.TONES.values() if tone.css]
    made.globals |= {
        "theme": theme.as_json(),
        "tones_on_light": " ".join(
            f"--{tone.css}: {tone.text.lower()};" for tone in coloured
        ),
        "tones_on_dark": " ".join(
            f"--{tone.css}: {tone.dark.lower()};" for tone in coloured
        ),
    }
    return made


def lines(words: str) -> Markup:
    """`words`, with a line break in the page for each in the text."""
    return Markup("<br>").join(words.split("\n"))
