"""Small figures for the narrow column."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page import wording
from allywatch.page.charts import style
from allywatch.page.charts.style import Page
from briefmill import theme
from briefmill.blocks import Block, omit
from briefmill.texts import typographic

WIDTH = 60.0
BAR_TO = 39.0
ROW = 5.2
HEAD = 6.5


@style.drawn
def left_out(dossier: Dossier, verdict: Verdict) -> Block:
    """Scored events left, and the balance, with each source set aside in turn; nothing below the gate."""
    if not verdict.gate.met:
        return omit("no balance to test")
    import seaborn as sns

    trials = verdict.left_out
    trials = trials.assign(moves=trials["closer"] + trials["away"])
    called = [typographic(dossier.called[source]) for source in trials["source_id"][1:]]
    names = ["none", *called]
    bar_from = max(map(style.text_width, names)) + 2.0
    page = Page(WIDTH, HEAD + ROW * len(trials))

    bars = page.inset(bar_from, BAR_TO, ROW * len(trials))
    shades = [theme.SECONDARY] + [theme.FAINT] * len(called)
    sns.barplot(
        trials,
        x="moves",
        y=names,
        hue=names,
        palette=shades,
        width=0.62,
        errorbar=None,
        legend=False,
        ax=bars,
    )
    most = max(trials["moves"].max(), 1)
    bars.set_xlim(0, most)

    page.text(bar_from - 1.5, 2.2, "left out", "right", **style.SMALL)
    page.text(bar_from, 2.2, "events left", **style.SMALL)
    page.text(WIDTH, 2.2, "balance", "right", **style.SMALL)
    trial: Any
    for place, trial in enumerate(each_row(trials)):
        middle = HEAD + ROW * (place + 0.5)
        weight = "normal" if place else "semibold"
        page.text(bar_from - 1.5, middle, names[place], "right", weight=weight)
        end = bar_from + (BAR_TO - bar_from) * trial.moves / most
        page.text(end + 1, middle, str(trial.moves), weight="semibold")
        if pd.notna(trial.balance):
            balance = wording.signed(trial.balance)
        elif trial.moves < verdict.gate.min_events:
            balance = "too few"
        else:
            balance = "one lineage"
        page.text(WIDTH, middle, balance, "right", weight=weight)
    return page.exhibit(verdict.left_out, alt=wording.left_out_alt(dossier, verdict))
