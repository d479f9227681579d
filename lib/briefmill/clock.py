"""The only module that asks the clock: since when a lock is held, when an edition was made, which day is meant.

No page of a briefing shows what it says; those know no day but the one they are asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo


def moment(zone: tzinfo = UTC) -> datetime:
    """The present second in `zone`."""
    return datetime.now(zone).replace(microsecond=0)


def stamp() -> str:
    """The present second in UTC, as ``2026-03-31T06:30:00Z``."""
    return moment().strftime("%Y-%m-%dT%H:%M:%SZ")


def is_day(text: str) -> bool:
    """Whether `text` is a day, written like 2026-03-31 and in no other way."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
