"""Saying that nothing is reported, where something is that does not count."""

from __future__ import annotations

import pandas as pd

from allywatch.evidence.dossiers import Dossier


def no_report(dossier: Dossier, *directions: int, channel: str = "") -> str:
    """``No report``; ``No report that counts`` where a report of one of these directions is refuted or cannot be judged.

    `directions` are 1 closer, 0 as it was and −1 away; of a `channel`, where one is given.
    """
    discounted = _discounted(dossier)
    if channel:
        discounted = discounted[discounted["channel"] == channel]
    is_said = discounted["direction"].isin(directions).any()
    return "No report that counts" if is_said else "No report"


def _discounted(dossier: Dossier) -> pd.DataFrame:
    """Events of the partner that a source reports as so, and that no claim supports: rows of `Dossier.events`."""
    claims = dossier.claims
    unscored = dossier.rules["support"]["unscored_modalities"]
    reported = claims.loc[~claims["modality"].isin(unscored), "event_id"]
    events = dossier.events
    is_bare = (events["n_claims"] == 0) & (events["channel"] != "context")
    return events[is_bare & events["event_id"].isin(reported)]
