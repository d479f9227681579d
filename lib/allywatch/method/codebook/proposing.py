"""What proposers are worth, beside the two coders, as a table."""

from __future__ import annotations

import pandas as pd

from allywatch.data.dataset import Dataset
from allywatch.data.worth import is_current, load_worth
from allywatch.method.codebook.agreement import Agreement
from allywatch.method.codebook.rows import figure, strong
from allywatch.page.wording.grammar import percent
from briefmill.blocks import Block, omit, row, table
from briefmill.texts import TextLike

#: The field on which coders agree, by the measure that stands beside it.
FIELD_OF = {"date, to the year": "date"}


def proposers_alike(dataset: Dataset, found: Agreement | None) -> Block:
    """How often each proposer is right, and how far it agrees with the first coder, beside the two coders."""
    worth = load_worth(dataset)
    if worth.empty:
        return omit("no proposer has been measured")
    if not is_current(worth, dataset):
        return omit("proposers were measured on other rows")
    names = list(worth["proposer"].unique())
    coders = {}
    if found is not None:
        coders = found.fields_alike.set_index("field")["alpha"].to_dict()
    by_proposer = worth.set_index(["proposer", "measure"])
    rows = []
    for measure in worth["measure"].unique():
        field = FIELD_OF.get(measure, measure)
        cells: list[TextLike] = [
            strong(_title(measure, found)),
            figure(coders.get(field)),
        ]
        for name in names:
            if (name, measure) in by_proposer.index:
                cell = by_proposer.loc[(name, measure)]
                cells += [_share(cell["right"]), figure(cell["alpha"])]
            else:
                cells += ["–", "–"]
        compared = worth.loc[worth["measure"] == measure, "claims"].max()
        rows.append(row(*cells, str(compared)))
    columns = [("Field", "1fr"), (">Coders’ α", "20mm")]
    for name in names:
        columns += [(f">{name}, right", "26mm"), (">α", "14mm")]
    columns.append((">Claims", "16mm"))
    note = "Right: as in the data, of the claims compared. α of a proposer: beside the first coder. An event can be found where another source tells of it."
    return table(worth, columns, rows, note)


def _title(measure: str, found: Agreement | None) -> str:
    if found is not None and measure in found.fields:
        return found.title(measure)
    words = measure.replace("event, of ", "event, among the first ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _share(right: float) -> str:
    return "–" if pd.isna(right) else percent(right, 1)
