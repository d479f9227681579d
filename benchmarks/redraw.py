"""How long the explore page takes from a choice to its redrawn views, on a generated network of 200 events.

    python benchmarks/redraw.py

Prints the median over every choice there is to tick: for a middling partner, for the one with most events, and
for two side by side.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from allywatch import cleaning
from allywatch.exploring.page import _Page

EVENTS, ROOT = 200, Path(__file__).parents[1]


def grown(dataset: cleaning.Dataset, events: int) -> cleaning.Dataset:
    """`dataset` with its events and their claims repeated under other ids until there are `events`."""
    times = range(-(-events // len(dataset.events)))
    repeated = pd.concat(
        [dataset.events.assign(event_id=dataset.events["event_id"] + f"x{n}") for n in times]
    )
    kept = repeated.head(events).reset_index(drop=True)
    told = [
        dataset.claims.assign(
            event_id=dataset.claims["event_id"] + f"x{n}", claim_id=dataset.claims["claim_id"] + f"x{n}"
        )
        for n in times
    ]
    claims = pd.concat(told, ignore_index=True)
    claims = claims[claims["event_id"].isin(kept["event_id"])].reset_index(drop=True)
    return replace(dataset, events=kept, claims=claims, relations=dataset.relations.head(0))


def redraws(page: _Page) -> tuple[list[float], list[float]]:
    """Milliseconds by the clock and of processor time for each choice: every box unticked and ticked again."""
    took, worked = [], []
    for group in page.ticks.values():
        for box in group.boxes.values():
            for ticked in (False, True):
                start, working = time.perf_counter(), time.process_time()
                box.value = ticked
                took.append(1000 * (time.perf_counter() - start))
                worked.append(1000 * (time.process_time() - working))
    return took, worked


def main() -> None:
    """Print the medians."""
    dataset = grown(cleaning.load(ROOT / "data"), EVENTS)
    page = _Page(dataset, ROOT / "notebooks")
    codes = [code for _, code in page.partners.options]
    told = dataset.events["partners"].explode().value_counts().reindex(codes).sort_values(kind="stable")
    for partners in (told.index[[len(told) // 2]], told.index[-1:], told.index[-2:]):
        page.partners.value = tuple(partners)
        took, worked = redraws(page)
        named = ", ".join(f"{code} with {told[code]} events" for code in partners)
        print(
            f"{EVENTS} events, drawn {named}: median {statistics.median(took):.0f} ms over {len(took)} choices, "
            f"slowest {max(took):.0f} ms; median processor time {statistics.median(worked):.0f} ms"
        )


if __name__ == "__main__":
    sys.exit(main())
