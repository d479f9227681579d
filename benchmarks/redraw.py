"""How long the explore page takes from a choice to its redrawn views, on a generated network of 200 events.

    python benchmarks/redraw.py

Prints the medians for a middling partner, for the one with most events, and for two side by side: over every box
unticked, which is a choice not met before, and over every box ticked again, which leads back to one that was.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.desk.explore.page import ExplorePage

EVENTS, ROOT = 200, Path(__file__).parents[1]


def grown(dataset: Dataset, events: int) -> Dataset:
    """`dataset` with its events and their claims repeated under other ids until there are `events`."""
    times = range(-(-events // len(dataset.events)))
    repeated = pd.concat(
        [
            dataset.events.assign(event_id=dataset.events["event_id"] + f"x{n}")
            for n in times
        ]
    )
    kept = repeated.head(events).reset_index(drop=True)
    told = [
        dataset.claims.assign(
            event_id=dataset.claims["event_id"] + f"x{n}",
            claim_id=dataset.claims["claim_id"] + f"x{n}",
        )
        for n in times
    ]
    claims = pd.concat(told, ignore_index=True)
    claims = claims[claims["event_id"].isin(kept["event_id"])].reset_index(drop=True)
    return replace(
        dataset, events=kept, claims=claims, relations=dataset.relations.head(0)
    )


def redraws(page: ExplorePage) -> dict[bool, list[float]]:
    """Milliseconds for every box unticked (False) and ticked again (True)."""
    took: dict[bool, list[float]] = {False: [], True: []}
    for group in page.controls.ticks.values():
        for box in group.boxes.values():
            for ticked, spent in took.items():
                start = time.perf_counter()
                box.value = ticked
                spent.append(1000 * (time.perf_counter() - start))
    return took


def main() -> None:
    """Print the medians."""
    dataset = grown(loading.load(ROOT / "data"), EVENTS)
    codes = briefed_partners(dataset)
    told = (
        dataset.events["partners"]
        .explode()
        .value_counts()
        .reindex(codes)
        .sort_values(kind="stable")
    )
    for partners in (told.index[[len(told) // 2]], told.index[-1:], told.index[-2:]):
        page = ExplorePage(
            replace(dataset), ROOT / "notebooks"
        )  # a copy, of which nothing has been drawn
        page.controls.partners.value = tuple(partners)
        took = redraws(page)
        every = took[False] + took[True]
        new, back, both = (
            statistics.median(spent) for spent in (took[False], took[True], every)
        )
        named = ", ".join(f"{code} with {told[code]} events" for code in partners)
        print(
            f"{EVENTS} events, drawn {named}: median {both:.0f} ms over {len(every)} choices; "
            f"new ones {new:.0f} ms, known ones {back:.0f} ms, slowest {max(every):.0f} ms"
        )


if __name__ == "__main__":
    sys.exit(main())
