"""What analysts' texts must be by their kind alone: how long, how many of a partner, which aspects.

The kinds and their limits are those of ``judgement_words.kinds`` in the data folder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.contract import Failure
from allywatch.data.frames import records

Rules = Mapping[str, Any]
#: The columns that hold what an analyst writes.
WRITTEN = ("text", "second")


@dataclass(frozen=True)
class Text:
    """One judgement: its file and the line in it, its cells, and what the data folder says of its kind."""

    path: str
    line: int
    cells: Mapping[str, str]
    limits: Rules

    @property
    def kind(self) -> str:
        """What it does on the page."""
        return self.cells["kind"]

    @property
    def aspect(self) -> str:
        """Which of its kind it is; "" for most kinds."""
        return self.cells["aspect"]

    @property
    def refs(self) -> list[str]:
        """The keys that it names."""
        return _entries(self.cells["refs"])

    @property
    def partners(self) -> list[str]:
        """The codes of its partners."""
        return _entries(self.cells["partners"])

    def failure(self, column: str, value: str, rule: str, hint: str) -> Failure:
        """A failure in one of its cells."""
        return Failure(self.path, self.line, column, value, rule, hint)


def texts_of(judgements: pd.DataFrame, path: str, rules: Rules) -> list[Text]:
    """The judgements of the kinds that the data folder sets limits for, in their order."""
    kinds = {limits["kind"]: limits for limits in rules["judgement_words"]["kinds"]}
    rows = zip(judgements.index, records(judgements), strict=True)
    return [
        Text(path, int(line), cells, kinds[cells["kind"]])
        for line, cells in rows
        if cells["kind"] in kinds
    ]


def form_failures(
    texts: Collection[Text], focal_power: str, is_doubted: Callable[[str], bool]
) -> Iterator[Failure]:
    """Every failure of form; `is_doubted` says of a key whether there is a doubt to tell."""
    for text in texts:
        yield from _too_long(text, is_doubted)
        yield from _misfit_aspect(text)
    yield from _too_many(texts)
    yield from _too_long_together(texts, focal_power)


def _too_long(text: Text, is_doubted: Callable[[str], bool]) -> Iterator[Failure]:
    for column in WRITTEN:
        most = _most(text, column, is_doubted)
        value = text.cells[column]
        if most == 0 and value:
            rule = f"must be blank in a text of kind {text.kind}"
            yield text.failure(column, value, rule, "put it into `text`, or delete it")
        elif most is not None and len(value) > most:
            rule = f"must have at most {most} characters in a text of kind {text.kind}"
            hint = f"it has {len(value)}; shorten it"
            yield text.failure(column, value, rule, hint)


def _most(text: Text, column: str, is_doubted: Callable[[str], bool]) -> int | None:
    """The most characters that a column may have; None where there is no limit."""
    doubted: int | None = text.limits.get(f"{column}_of_doubted")
    if doubted is not None and any(map(is_doubted, text.refs)):
        return doubted
    most: int | None = text.limits.get(column)
    by_aspect = text.limits.get(f"{column}_by_aspect", {})
    return by_aspect.get(text.aspect, most)


def _misfit_aspect(text: Text) -> Iterator[Failure]:
    aspects = text.limits.get("aspects", [])
    if text.aspect in (aspects or [""]):
        return
    rule = f"must fit the kind {text.kind}"
    hint = f"choose from: {', '.join(aspects)}" if aspects else "leave it blank"
    yield text.failure("aspect", text.aspect, rule, hint)


def _too_many(texts: Collection[Text]) -> Iterator[Failure]:
    """Texts of which a partner may have but so many, and has more."""
    seen: dict[tuple[str, str], int] = {}
    for text in texts:
        once = text.aspect in text.limits.get("once", [])
        what = f"{text.kind} {text.aspect}" if once else text.kind
        most = 1 if once else text.limits.get("most")
        if most is None:
            continue
        for partner in text.partners or [""]:
            seen[partner, what] = seen.get((partner, what), 0) + 1
            if seen[partner, what] > most:
                rule = f"a partner must have at most {most} text of this kind"
                hint = f"{partner or 'the network'} has another; delete one of them"
                yield text.failure("kind", what, rule, hint)


def _too_long_together(texts: Collection[Text], focal_power: str) -> Iterator[Failure]:
    """Texts of one kind and partner that are too long in one run."""
    runs: dict[tuple[str, str], list[Text]] = {}
    for text in texts:
        if "together" in text.limits:
            runs.setdefault((text.cells["partners"], text.kind), []).append(text)
    for (partners, kind), run in runs.items():
        of_network = partners in ("", focal_power)
        most = run[0].limits["together_of_network" if of_network else "together"]
        length = len(" ".join(text.cells["text"] for text in run))
        if length > most:
            rule = (
                f"the texts of kind {kind} must have at most {most} characters together"
            )
            hint = f"those of {partners or 'the network'} have {length}; shorten them"
            yield run[-1].failure("text", run[-1].cells["text"], rule, hint)


def _entries(cell: str) -> list[str]:
    return [entry for entry in cell.split(";") if entry]
