"""Small figures for the narrow column."""

from __future__ import annotations

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page import wording
from allywatch.page.charts import style
from briefmill.blocks import Block
from briefmill.texts import typographic

WIDTH, BAR_TO, ROW, HEAD = 60.0, 39.0, 5.2, 6.5


@style.drawn
def left_out(dossier: Dossier, verdict: Verdict) -> Block:
    """Scored events left, and the balance, with each source set aside in turn."""
    import seaborn as sns

    rows = verdict.left_out.assign(
        moves=verdict.left_out["closer"] + verdict.left_out["away"]
    )
    names = [
        "none",
        *(typographic(dossier.called[source]) for source in rows["source_id"][1:]),
    ]
    bar_from = max(style.text_width(name) for name in names) + 2.0
    height = HEAD + ROW * len(rows)
    figure, page = style.canvas(WIDTH, height)
    place = (bar_from / WIDTH, 0, (BAR_TO - bar_from) / WIDTH, ROW * len(rows) / height)
    bars = figure.add_axes(place, facecolor="none")
    shades = [style.SECONDARY] + [style.GHOST] * (len(rows) - 1)
    sns.barplot(
        rows,
        x="moves",
        y=names,
        hue=names,
        palette=shades,
        legend=False,
        width=0.62,
        errorbar=None,
        ax=bars,
    )
    most = max(rows["moves"].max(), 1)
    bars.set_xlim(0, most)
    bars.axis("off")
    for label, x, side in (
        ("left out", bar_from - 1.5, "right"),
        ("events left", bar_from, "left"),
        ("balance", WIDTH, "right"),
    ):
        page.text(x, 2.2, label, ha=side, **style.SMALL)
    for place, (name, row) in enumerate(zip(names, rows.itertuples(), strict=True)):
        middle = HEAD + ROW * (place + 0.5)
        weight = "semibold" if place == 0 else "normal"
        page.text(bar_from - 1.5, middle, name, ha="right", va="center", weight=weight)
        end = bar_from + (BAR_TO - bar_from) * row.moves / most
        page.text(end + 1, middle, str(row.moves), va="center", weight="semibold")
        few = "too few" if row.moves < verdict.gate.min_events else "one lineage"
        shown = few if row.balance != row.balance else wording.signed(row.balance)
        page.text(WIDTH, middle, shown, ha="right", va="center", weight=weight)
    return style.exhibit(
        figure,
        WIDTH,
        height,
        verdict.left_out,
        alt=wording.left_out_alt(dossier, verdict),
    )
