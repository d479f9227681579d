"""Change over time: which partners have enough reports in both stretches, and what the test makes of them."""

from __future__ import annotations

from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.evidence import periods
from allywatch.evidence.trends import compared
from allywatch.method.codebook.rows import strong
from allywatch.page.wording.by_period import when
from briefmill.blocks import Block, Item, Prose, row, table
from briefmill.texts import text


def trends(dataset: Dataset) -> Block:
    """Each partner that is compared, with its counts and the result of the test; in a sentence that there is none."""
    name = periods.unit(dataset)
    counted_by = f"Reports are counted by {name} here."
    rows = compared(dataset)
    if rows.empty:
        words = f"{counted_by} No partner has enough in both stretches, and no change is stated."
        return Prose(items=(Item((), (text(words),)),))
    since, before = when(dataset)
    names = dict(
        zip(dataset.partners["partner_id"], dataset.partners["name"], strict=True)
    )
    by_chance = rows.sort_values(["corrected", "p"], kind="stable")
    lines = [
        row(
            strong(names[each.Index]),
            f"{each.closer_before} closer, {each.away_before} away",
            f"{each.closer_now} closer, {each.away_now} away",
            f"{each.p:.3f}",
            f"{each.corrected:.3f}",
            "more than chance" if each.beyond_chance else "not to be distinguished",
        )
        for each in each_row(by_chance)
    ]
    columns = [
        ("Partner", "30mm"),
        (before[:1].upper() + before[1:], "1fr"),
        (f"Since {since}", "1fr"),
        (">p", "14mm"),
        (">Corrected", "18mm"),
        ("Change", "36mm"),
    ]
    limit = dataset.rules["trend"]["chance"]
    note = f"{counted_by} A change is more than chance where the corrected p is {limit:g} or less."
    return table(by_chance, columns, lines, note)
