"""The clock, asked in this one place: who holds the lock since when, when an edition was made, which day is meant.

Nothing it says reaches a page of a briefing; those know no day but the one they are asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def moment(zone: tzinfo = UTC) -> datetime:
    """The present second in `zone`."""
    return datetime.now(zone).replace(microsecond=0)


def stamp() -> str:
    """The present second in UTC, as ``2026-03-31T06:30:00Z``."""
    return moment().strftime("%Y-%m-%dT%H:%M:%SZ")
