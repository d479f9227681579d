"""How long the explore page takes from a choice to its redrawn views, on little evidence and on very much.

    python benchmarks/redraw.py

The sample's events grown to 200, and 191 partners with 29,035 events of `corpora.py`. Prints the medians, in milliseconds of the
processor, for a middling partner, for the one with most events, for two side by side, and for all with the tab Tie and with the
tab Fields: over boxes unticked, which is a choice not met before, and over the same ticked again, which leads back to one that was.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
from corpora import corpus

from allywatch.data import loading
from allywatch.data.dataset import Dataset
from allywatch.data.partners import briefed_partners
from allywatch.desk.explore.page import ExplorePage

ROOT = Path(__file__).parents[1]
EVENTS = 200
#: Boxes that are tried, of all kinds and evenly apart.
MOST_BOXES = 40
#: The same where all partners are chosen.
MOST_BOXES_OF_ALL = 6
FIELDS = 1


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


def redraws(page: ExplorePage, most: int) -> dict[bool, list[float]]:
    """Milliseconds of the processor for boxes unticked (False) and ticked again (True), of at `most` so many boxes."""
    boxes = [
        (ticks, code) for ticks in page.controls.ticks.values() for code in ticks.codes
    ]
    took: dict[bool, list[float]] = {False: [], True: []}
    for ticks, code in boxes[:: -(-len(boxes) // most)]:
        for ticked, spent in took.items():
            start = time.process_time()
            ticks.tick(code, ticked)
            spent.append(1000 * (time.process_time() - start))
    return took


def measure(dataset: Dataset) -> None:
    """Print the medians on one dataset."""
    codes = briefed_partners(dataset)
    counts = dataset.events["partners"].explode().value_counts()
    counts = counts.reindex(codes).sort_values(kind="stable")
    middling = counts.index[[len(counts) // 2]]
    for partners in (middling, counts.index[-1:], counts.index[-2:], counts.index):
        is_all = len(partners) == len(counts)
        # A copy, of which nothing has been drawn.
        page = ExplorePage(replace(dataset), ROOT / "notebooks")
        page.controls.partners.value = tuple(partners)
        named = ", ".join(f"{code} with {counts[code]} events" for code in partners)
        if is_all:
            named = f"all {len(partners)} partners"
        report(page, f"{len(dataset.events)} events, drawn {named}", is_all)
        if is_all:
            page.tabs.selected_index = FIELDS
            report(page, f"{len(dataset.events)} events, Fields of {named}", is_all)


def report(page: ExplorePage, what: str, is_all: bool) -> None:
    """Print the medians for what the page shows."""
    took = redraws(page, MOST_BOXES_OF_ALL if is_all else MOST_BOXES)
    every = took[False] + took[True]
    new, back, both = (
        statistics.median(spent) for spent in (took[False], took[True], every)
    )
    print(
        f"{what}: median {both:.0f} ms over {len(every)} choices; "
        f"new ones {new:.0f} ms, known ones {back:.0f} ms, slowest {max(every):.0f} ms",
        flush=True,
    )


def main() -> None:
    """Print the medians for little evidence and for very much."""
    measure(grown(loading.load(ROOT / "data"), EVENTS))
    with tempfile.TemporaryDirectory(prefix="allywatch-redraw-") as folder:
        measure(loading.load(corpus(Path(folder) / "data", 191, 29_035)))


if __name__ == "__main__":
    sys.exit(main())
