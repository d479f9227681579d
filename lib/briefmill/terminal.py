"""Text that is safe to print."""

from __future__ import annotations


def visible(value: str) -> str:
    """`value` with every character that is not plainly visible escaped, so that none can steer a terminal."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in value
    )
