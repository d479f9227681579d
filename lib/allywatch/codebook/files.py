"""The files that go with the methodology: from them every number in it can be worked out again."""

from __future__ import annotations

import pandas as pd

from allywatch import records
from allywatch.cleaning import Dataset
from allywatch.exhibits import Exhibit


def attachments(dataset: Dataset, codings: tuple[pd.DataFrame, pd.DataFrame]) -> Exhibit:
    """The rows that the tables and examples were worked out from, and both codings."""
    said = {
        "sources": "Sources, with their grades and the reasons for them",
        "claims": "Claims, with the place and fingerprint of each passage",
        "events": "Events, with their codes",
        "event_types": "Types of events",
    }
    files = [records.csv_file(f"{name}.csv", getattr(dataset, name), words) for name, words in said.items()]
    for coding, words in zip(codings, ("first", "second"), strict=True):
        if len(coding):
            about = f"The {words} coder’s claims, frozen before differences were resolved"
            files.append(records.csv_file(f"{words}_coding.csv", coding, about))
    files += records.dictionary_and_record(dataset)
    return Exhibit({"kind": "attachments", "files": files})
