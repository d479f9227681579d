"""What each source is called on a page: no two alike."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from allywatch.data import dates
from briefmill.texts import shortened

#: Characters of the name of a source in a sentence.
LONGEST = 60


def named(sources: pd.DataFrame) -> pd.DataFrame:
    """`sources` with `called`: the publisher, or in quotation marks the title of one that has none; a very long one is cut short.

    Of several that would be called alike, whatever their capitals, each has behind its name the year in which it was
    published, the whole date where a year is not enough, or where that is alike too its id. Kept for the frame, which
    all parts of a dataset share, so never change it.
    """
    if not (_NAMED and _NAMED[0][0] is sources):
        _NAMED[:] = [(sources, sources.assign(called=_called(sources)))]
    return _NAMED[0][1]


#: The last frame of sources that was given names, and what became of it.
_NAMED: list[tuple[pd.DataFrame, pd.DataFrame]] = []


def short(name: str) -> str:
    """The name of a publisher, cut on the right with an ellipsis where it is too long for a page; several are told apart by strokes."""
    cut = shortened(_BETWEEN.sub(" / ", name), LONGEST)
    return f"{cut})" if cut.count("(") > cut.count(")") else cut


#: What stands between several publishers; within brackets it is the publisher's own.
_BETWEEN = re.compile(r"\s*;\s*(?![^(]*\))")
_QUOTED = re.compile('"([^"]*)"')


def _titled(title: str) -> str:
    """A title as a name: ``“A pact for the fishery”``."""
    inner = _QUOTED.sub(r"‘\1’", title)
    return f"“{short(inner)}”"


def _called(sources: pd.DataFrame) -> pd.Series:
    called = sources["publisher"].map(short)
    titles = sources["title"].map(_titled)
    called = called.where(sources["publisher"] != "", titles)
    when = pd.Series(_when(called, sources["published"]), sources.index, dtype=str)
    ids = sources["source_id"]
    by_date = called.mask(when != "", called + " (" + when + ")")
    of_date = when.mask(when != "", when + ", ")
    by_id = called + " (" + of_date + ids + ")"
    for more in (by_date, by_id):
        called = called.mask(_are_alike(called), more)
    # If some other source is called as the id has it.
    return called.mask(_are_alike(called), called + " (" + ids + ")")


def _are_alike(called: pd.Series) -> pd.Series:
    return _folded(called).duplicated(keep=False)


def _folded(called: pd.Series) -> pd.Series:
    """Names without their capitals and quotation marks, which tell nobody apart."""
    return called.str.strip("“”").str.casefold()


def _when(called: pd.Series, published: pd.Series) -> list[str]:
    """When each source was published: the year, or all that is known where another of its name has the same year."""
    full = [dates.format_edtf(when) if when else "" for when in published]
    years = [when[:4] if _IN_A_YEAR.fullmatch(when) else "" for when in published]
    by_year = list(zip(_folded(called), years, strict=True))
    times = Counter(by_year)
    return [
        year if year and times[named] == 1 else whole
        for named, year, whole in zip(by_year, years, full, strict=True)
    ]


#: A day, a month or a year, which is sure.
_IN_A_YEAR = re.compile(r"\d{4}(-\d\d){0,2}")
