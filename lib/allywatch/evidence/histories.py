"""How the direction and the balance of a tie came about over time. Arithmetic on
frames.
"""

from __future__ import annotations

import pandas as pd

from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import direction_of, reading


def trajectory(events: pd.DataFrame) -> pd.DataFrame:
    """Running totals of dated scored events.

    Grain: one row per day on which a total changes; key `day`. Columns `closer`,
    `away`: events that had happened by that day at the latest; `closer_early`,
    `away_early`: had each come on the first day that its date allows (an unknown first
    day counts from the start). Undated events are left out.
    """
    dated = events[events["scored"] & events["counted"].notna()]
    latest_day = dated["counted"]
    first_day = dated["earliest"].fillna(latest_day.min())
    closer = dated["direction"] > 0
    away = dated["direction"] < 0
    changes = pd.DataFrame(
        {
            "closer": latest_day[closer].value_counts(),
            "away": latest_day[away].value_counts(),
            "closer_early": first_day[closer].value_counts(),
            "away_early": first_day[away].value_counts(),
        }
    )
    totals = changes.sort_index().fillna(0).astype(int).cumsum()
    return totals.reset_index(names="day")


def balance_by_year(dossier: Dossier) -> pd.DataFrame:
    """Balance of what had happened by each year's end.

    Grain: one row per calendar year in which a dated scored event is counted; key
    `year`. Columns `closer`, `away` (running), `balance` (missing where the gate is not
    met by then).
    """
    dated = dossier.scored[dossier.scored["counted"].notna()]
    years = dated["counted"].dt.year
    rows = []
    for year in sorted(years.unique()):
        so_far = reading(
            dated[years <= year], dossier.supporting, dossier.dataset.rules
        )
        rows.append((int(year), so_far.tally.closer, so_far.tally.away, so_far.value))
    by_year = pd.DataFrame(rows, columns=["year", "closer", "away", "balance"])
    return by_year.astype({"balance": float})


def direction_history(dossier: Dossier) -> pd.DataFrame:
    """The direction of all that had happened so far, each time it changed.

    Grain: one row per day with which the direction of the dated events in play changed,
    the first day included; key `day`. `direction` (key); `event_ids`, a tuple: the
    events of that day that changed it, those with most lineages first. A held event can
    change it to holding alone. Undated events are left out.
    """
    dated = dossier.in_play[dossier.in_play["counted"].notna()]
    rows = []
    before = ""
    for day, happened in dated.groupby("counted"):
        now = direction_of(dossier, dated[dated["counted"] <= day])
        if now != before:
            changing = happened[
                happened["scored"] | (way(dossier.dataset.rules, now) == "holding")
            ]
            if changing.empty:
                changing = happened
            firmest_first = changing.sort_values(
                ["n_lineages", "intensity"], ascending=False, kind="stable"
            )
            rows.append((day, now, tuple(firmest_first["event_id"])))
        before = now
    return pd.DataFrame(rows, columns=["day", "direction", "event_ids"])
