"""The log of a run: one line per event, for a person or as JSON; no passages, nothing that steers a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from briefmill import clock
from briefmill.terminal import visible

LONGEST = 500  # characters of any one text: an error may quote a whole cell


def log(form: str = "text") -> Callable[..., None]:
    """A function that writes an event to standard error: words, the event's name and its facts.

    `form` is ``text``, the words alone, or ``json``, all of it with the time in UTC.
    """

    def write(words: str, event: str = "note", **facts: Any) -> None:
        if form == "json":
            entry = {"time": clock.stamp(), "event": event, "message": words, **facts}
            line = json.dumps({key: _short(value) for key, value in entry.items()})
        else:
            line = "\n".join(visible(_short(part)) for part in words.splitlines())
        with suppress(OSError):  # the run goes on though nobody listens any more
            print(line, file=sys.stderr, flush=True)

    return write


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}…"
    return value
