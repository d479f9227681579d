"""How a clause puts its assertion: its modality, and whose word it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from allywatch.desk.proposing import words
from allywatch.desk.proposing.actors import Mention

#: A speaker stands so near before the verb.
_SPEAKER_WITHIN = 60
#: What ends the stretch of words, looking back from a verb of saying, in which its speaker is named.
_CLAUSE_BEGINS = re.compile(
    r"[,.;:!?()—–“”\"]|\n\s*\n|\b(?:[Aa]s|[Yy]et|[Bb]ut|[Aa]nd|[Ii]f|[Ss]ince|[Tt]hat|[Ww]hich|[Ww]ho|[Ww]hen|[Ww]here|[Ww]hile|[Aa]fter|[Bb]efore|[Aa]lthough|[Tt]hough|[Bb]ecause|[Ss]o|[Ee]ven|In|On)\b"
)
#: Where the naming of a speaker ends.
_SPEAKER_ENDS = re.compile(
    r"[,.;:!?()—–“”\"]|\n\s*\n|\b(?:who|which|that|has|have|had|also|then|later|itself|himself|herself|\w+ly)\b"
)
#: What stands before a noun that names a speaker: an article with adjectives, or names.
_BEFORE_SPEAKER = re.compile(
    r"(?:\b(?:the|an?|some|several|many|other|one)\s+(?:[\w’'-]+\s+){0,4}|(?:\b(?-i:[A-Z])[\w’'-]*\s+)+(?:[a-z-]+\s+)?)$",
    re.IGNORECASE,
)
_ARTICLES = ("The", "A", "An", "Some", "Several", "Many", "Other", "One")
_MOST_WORDS_OF_SPEAKER = 10
_QUOTED = re.compile(r"[“\"][^”\"]{3,}[”\"]")


@dataclass(frozen=True)
class Speech:
    """Modality and voice as in the codebook; `at`: where the clause says whose word it is, None where nowhere."""

    modality: str
    voice: str
    at: tuple[int, int] | None = None


def speech(text: str, mentions: Sequence[Mention], focal_power: str) -> Speech:
    """How a clause puts what it says; the first that fits, in the codebook's order."""
    at = _attribution(text, mentions)
    voice = _voice(text, at, mentions, focal_power) if at else "source"
    if words.pattern("denial").search(text):
        return Speech("denied", voice, at)
    if _is_forecast(text):
        return Speech("forecast", voice, at)
    if at and voice == "third_party":
        return Speech("attributed", voice, at)
    if at and _QUOTED.search(text):
        return Speech("attributed", voice, at)
    if words.pattern("reservation").search(text):
        return Speech("hedged", voice, at)
    if words.pattern("judgement").search(text):
        return Speech("assessed", voice, at)
    return Speech("reported", voice, at)


def _is_forecast(text: str) -> bool:
    """Whether it speaks of what had not happened: a modal verb, but not "would have", "could not" or "the will"."""
    hidden = words.pattern("forecast", "not_ahead").sub(_blanked, text)
    ahead = words.pattern("forecast").finditer(hidden)
    return any(not _is_month(match, text) for match in ahead)


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _is_month(word: re.Match[str], text: str) -> bool:
    """Whether a "May" is the month: in capitals within a clause, or before a number."""
    before_number = re.match(r"\s+\d", text[word.end() :])
    return word[0] == "May" and (word.start() > 0 or before_number is not None)


def _attribution(text: str, mentions: Sequence[Mention]) -> tuple[int, int] | None:
    """Where a clause says whose word it is: somebody who may speak, and a verb of saying."""
    opening = words.pattern("attribution", "openings").search(text)
    if opening:
        return opening.span()
    for verb in words.pattern("attribution", "verbs").finditer(text):
        earliest = max(0, verb.start() - _SPEAKER_WITHIN)
        before = text[earliest : verb.start()]
        speakers = [*words.pattern("attribution", "speakers").finditer(before)]
        starts = [earliest + match.start() for match in speakers]
        starts += [
            each.start for each in mentions if earliest <= each.start < verb.start()
        ]
        if starts:
            return max(starts), verb.end()
    return None


def speaker(text: str, start: int, end: int) -> str:
    """Whom a text names where it says whose word it is (`Speech.at`); "" where that cannot be made out."""
    opening = words.pattern("attribution", "openings").match(text, start)
    if opening:
        begins = opening.end()
        ends = min(len(text), begins + 2 * _SPEAKER_WITHIN)
    else:
        verbs = [*words.pattern("attribution", "verbs").finditer(text, start, end)]
        if not verbs:
            return ""
        ends = verbs[-1].start()
        begins = _begin_of_speaker(text, start)
    after = _SPEAKER_ENDS.search(text, begins, ends)
    named = text[begins : after.start() if after else ends].split()
    if not 0 < len(named) <= _MOST_WORDS_OF_SPEAKER:
        return ""
    if named[0] in _ARTICLES:
        named[0] = named[0].lower()
    return " ".join(named)


def _begin_of_speaker(text: str, start: int) -> int:
    """Where the naming of a speaker begins, of which a part begins at `start`: at the first who may speak in the clause."""
    earliest = max(0, start - _SPEAKER_WITHIN)
    for match in _CLAUSE_BEGINS.finditer(text, earliest, start):
        earliest = match.end()
    first = words.pattern("attribution", "speakers").search(text, earliest, start)
    begins = first.start() if first else start
    before = _BEFORE_SPEAKER.search(text[earliest:begins])
    return earliest + before.start() if before else begins


def _voice(
    text: str, at: tuple[int, int], mentions: Sequence[Mention], focal_power: str
) -> str:
    """Whose word it is: after "according to", that of whoever is named first; else of the last named before the verb."""
    start, end = at
    speaker = words.pattern("attribution", "speakers")
    if words.pattern("attribution", "openings").match(text, start):
        after = [each for each in mentions if each.start >= end]
        spoken = speaker.search(text, end)
        if not after or (spoken and spoken.start() < after[0].start):
            return "third_party"
        codes = after[0].codes
    else:
        near = [
            each for each in mentions if start - _SPEAKER_WITHIN <= each.start < end
        ]
        if not near:
            return "third_party"
        codes = near[-1].codes
    return "power" if focal_power in codes else "partner"
