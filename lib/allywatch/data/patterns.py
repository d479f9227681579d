"""Patterns that the data folder holds: each is tried on a text for a second at most.

Of some patterns the time doubles with every letter of the text, as of ``(a+)+$``; a folder with one is refused.
"""

from __future__ import annotations

from functools import cache

import regex

from allywatch.data.contract import PACKAGE_FILE, ContractError, Failure

#: Seconds of the processor in which a pattern must have an answer.
_MOST_SECONDS = 1


def search(pattern: str, text: str) -> regex.Match[str] | None:
    """Where `pattern` occurs in `text` first; None where it does not.

    Raises
    ------
    ContractError
        If it takes too long.
    """
    try:
        return _compiled(pattern).search(text, timeout=_MOST_SECONDS)
    except TimeoutError:
        raise _too_slow(pattern, text) from None


def without(pattern: str, text: str) -> str:
    """`text` with a blank wherever `pattern` occurs; raises as `search` does."""
    try:
        return _compiled(pattern).sub(" ", text, timeout=_MOST_SECONDS)
    except TimeoutError:
        raise _too_slow(pattern, text) from None


def fits(pattern: str, text: str) -> bool:
    """Whether `pattern` describes the whole of `text`; raises as `search` does."""
    try:
        return _compiled(pattern).fullmatch(text, timeout=_MOST_SECONDS) is not None
    except TimeoutError:
        raise _too_slow(pattern, text) from None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _too_slow(pattern: str, text: str) -> ContractError:
    rule = f"must be a pattern that is tried in {_MOST_SECONDS} s on a text of {len(text)} characters"
    hint = "write it without a repeat within a repeat, such as (a+)+"
    return ContractError([Failure(PACKAGE_FILE, 0, "", pattern, rule, hint)])
