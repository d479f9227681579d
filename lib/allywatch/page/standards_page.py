"""The analytic standards of all briefings side by side, as a page and as rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.page import attached
from briefmill.render.templates import page as html_page

PAGE, ROWS = "standards.html", "standards.csv"


def files(said: dict[str, Any], dataset: Dataset) -> dict[str, str]:
    """The text of each file by name, from the manifest `said`; a briefing that judges nothing has no row.

    The rows have the grain briefing × standard: `briefing`, `standard`, `status` (met, partly, not) and `why`.
    """
    names = dict(
        zip(dataset.partners["partner_id"], dataset.partners["name"], strict=True)
    )
    judged = [
        {
            "name": name,
            "title": names.get(own["partner"]) or own["output"]["title"],
            **own["output"],
        }
        for name, own in said["briefings"].items()
        if own["output"] and own["output"]["standards"]
    ]
    judged.sort(key=lambda own: (bool(own["direction"]), own["title"].casefold()))
    rows = [
        {"briefing": own["name"], **standard}
        for own in judged
        for standard in own["standards"]
    ]
    page = html_page(
        PAGE, Path(__file__).parent, judged=judged, language=dataset.rules["language"]
    )
    frame = pd.DataFrame(rows, columns=["briefing", "standard", "status", "why"])
    return {PAGE: page, ROWS: attached.csv_text(frame)}
