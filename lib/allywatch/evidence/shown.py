"""What a page shows of what is too much for it: the best founded, and of these the newest.

How much that is stands in the data folder, under ``most_shown``. Everything else is counted on the page, and stands in
the attached files.
"""

from __future__ import annotations

import pandas as pd

from allywatch.data.dataset import Dataset


def most(dataset: Dataset, what: str) -> int:
    """How many of `what` a page shows at most, by the rule ``most_shown``."""
    return int(dataset.rules["most_shown"][what])


def best_founded(events: pd.DataFrame, count: int) -> pd.DataFrame:
    """At most `count` of `events`, in the order in which they stand: with the most independent sources, then the newest.

    `events` have the columns of a dossier's; what has no date is older than all that has one.
    """
    if len(events) <= count:
        return events
    # Most of very many are out by the first thing that they are ranked by.
    least = events["n_lineages"].nlargest(count).min()
    events = events[events["n_lineages"] >= least]
    order = ["n_lineages", "counted", "intensity", "event_id"]
    ranked = events.sort_values(
        order, ascending=[False, False, False, True], na_position="last"
    )
    return events.loc[ranked.index[:count].sort_values()]
