"""What each source is called on a page: no two alike."""

from __future__ import annotations

import pandas as pd

from allywatch.data import dates
from briefmill.texts import shortened

#: Characters of the name of a source in a sentence.
LONGEST = 60


def named(sources: pd.DataFrame) -> pd.DataFrame:
    """`sources` with `called`: the publisher, or the title of one that has none; a very long one is cut short.

    Of several that would be called alike, whatever their capitals, each has behind its name when it was published, or
    where that is alike too its id. Kept for the frame, which all parts of a dataset share, so never change it.
    """
    if not (_NAMED and _NAMED[0][0] is sources):
        _NAMED[:] = [(sources, sources.assign(called=_called(sources)))]
    return _NAMED[0][1]


#: The last frame of sources that was given names, and what became of it.
_NAMED: list[tuple[pd.DataFrame, pd.DataFrame]] = []


def short(name: str) -> str:
    """The name of a publisher, cut on the right with an ellipsis where it is too long for a page."""
    return shortened(name, LONGEST)


def _called(sources: pd.DataFrame) -> pd.Series:
    has_publisher = sources["publisher"] != ""
    called = sources["publisher"].where(has_publisher, sources["title"]).map(short)
    published = [
        dates.format_edtf(when) if when else "" for when in sources["published"]
    ]
    when = pd.Series(published, sources.index, dtype=str)
    ids = sources["source_id"]
    # By its id a second time, if some other source is called as the first time has it.
    for more in (when, ids, ids):
        folded = called.str.casefold()
        alike = folded.duplicated(keep=False) & (more != "")
        called = called.mask(alike, called + " (" + more + ")")
    return called
