"""Which of several descriptions in the codebook a text is nearest to, by the words they share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Mapping

_WORD = re.compile(r"[^\W\d_]{4,}")
#: So many letters of a word tell it from others; what follows is mostly an ending.
_LETTERS = 6
_EXCEPTIONS = re.compile(r"\bNot:.*", re.DOTALL)


class Descriptions:
    """Codes and what the codebook says of each; what it says under "Not:" speaks for another code and is left out."""

    def __init__(self, described: Mapping[Hashable, str]) -> None:
        self.codes = list(described)
        self._stems = {
            code: stems(_EXCEPTIONS.sub("", text)) for code, text in described.items()
        }
        counts = Counter(stem for each in self._stems.values() for stem in each)
        self._weights = {
            stem: math.log(1 + len(self._stems) / count)
            for stem, count in counts.items()
        }

    def scores(self, text: str) -> dict[Hashable, float]:
        """For each code the weight of the words that `text` and its description share; rare ones weigh more."""
        found = stems(text)
        return {
            code: sum(self._weights[stem] for stem in sorted(found & described))
            / math.sqrt(1 + len(described))
            for code, described in self._stems.items()
        }


def stems(text: str) -> set[str]:
    """The beginnings of the longer words of a text, in small letters."""
    return {word.lower()[:_LETTERS] for word in _WORD.findall(text)}
