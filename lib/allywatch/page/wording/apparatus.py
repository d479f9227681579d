"""The frame around a briefing: its title block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allywatch.data.dataset import Dataset
from allywatch.evidence import dossiers
from allywatch.page.wording.grammar import day
from briefmill.blocks import Masthead


def title_block(
    dataset: Dataset,
    power: str,
    aside: str = "",
    facts: Mapping[str, str] | None = None,
    conditions: Mapping[str, Any] | None = None,
    **said: Any,
) -> Masthead:
    """The title block of any page: what `said` has of it, and what all pages say alike of `dataset`.

    `aside` stands across from the kicker; `facts` are printed beside the title. `conditions` are what the tags of
    sections may ask for, beside ``partner``.
    """
    newest, _ = dossiers.cut_off(dataset)
    edition_day = dataset.as_of or newest
    as_of = f"As of {day(dataset.as_of)} · " if dataset.as_of else ""
    return Masthead(
        aside=f"{as_of}{aside}",
        facts=tuple((facts or {}).items()),
        language=dataset.rules["language"],
        footer=f"allywatch · {power} and its partners · {as_of}{said['short']}",
        date=None if edition_day is None else f"{edition_day:%Y-%m-%d}",
        abbreviations=tuple(
            (each["short"], each["long"])
            for each in dataset.rules.get("abbreviations", [])
        ),
        conditions={"partner": dataset.partner, **(conditions or {})},
        **said,
    )
