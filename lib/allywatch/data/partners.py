"""Which partners there are to brief on, and which of them a person means by a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from rapidfuzz import fuzz, process, utils

from allywatch.data.dataset import Dataset
from allywatch.data.folding import folded

#: rapidfuzz similarity, 0 to 100, from which a name is offered as "did you mean".
ALIKE = 75
#: Partners with a briefing that a message lists.
MOST_LISTED = 40


class UnknownPartner(ValueError):
    """A name that stands for no partner with a briefing. `str()` says which there are instead."""


def briefed_partners(dataset: Dataset) -> list[str]:
    """The ids of partners that get a briefing, by name: those an event with an admitted claim is about."""
    events = dataset.events
    events = events[events["event_id"].isin(dataset.claims["event_id"])]
    about = set(events["partners"].explode().unique())
    about.discard(dataset.rules["focal_power"])
    by_name = dataset.partners.sort_values("name")["partner_id"]
    return [partner for partner in by_name if partner in about]


def resolve(dataset: Dataset, words: Iterable[str]) -> list[str]:
    """The ids of the partners that `words` name by id, name or alias, each once, in the order given.

    Raises
    ------
    UnknownPartner
        If a word names none, several, or one without a briefing; it tells all of them at once.
    """
    partners = dataset.partners
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    briefed = briefed_partners(dataset)
    named = _named(dataset)
    resolved = []
    problems = []
    for word in words:
        matches = sorted(named.get(folded(word), ()))
        if not matches:
            suggestion = _suggestion(word, named, briefed, names)
            problems.append(f"No partner is called {word!r}.{suggestion}")
        elif len(matches) > 1:
            ids = ", ".join(matches)
            problems.append(f"{word!r} may be any of {ids}: give the id.")
        elif matches[0] not in briefed:
            partner = matches[0]
            why = _why_not_briefed(partner, dataset)
            problems.append(f"{names[partner]} ({partner}) has no briefing: {why}.")
        else:
            resolved.append(matches[0])
    if problems:
        first = [f"{names[partner]} ({partner})" for partner in briefed[:MOST_LISTED]]
        left = len(briefed) - len(first)
        listed = ", ".join(first) + (f" and {left:,} more" if left else "")
        problems.append(f"Partners with a briefing: {listed}.")
        raise UnknownPartner("\n".join(problems))
    return list(dict.fromkeys(resolved))


def in_a_sentence(name: str, aliases: Collection[str]) -> str:
    """An actor's name within a sentence, with its article where its aliases have one: ``the United States``."""
    with_article = f"the {name}"
    return with_article if with_article in aliases else name


def codes_named(dataset: Dataset, word: str) -> list[str]:
    """The ids of the actors that `word` names by id, name, short name or alias, however it is spelt."""
    return sorted(_named(dataset).get(folded(word), ()))


def _why_not_briefed(partner: str, dataset: Dataset) -> str:
    if partner == dataset.rules["focal_power"]:
        return "it is the focal power, which every briefing is about"
    known = f" in sources published by {dataset.as_of}" if dataset.as_of else ""
    return f"no event{known} has it as a partner"


def alike(word: str, choices: Collection[str]) -> list[str]:
    """Up to three of `choices` that look like `word`, the likest first."""
    matches = process.extract(
        word,
        choices,
        scorer=fuzz.ratio,
        processor=utils.default_process,
        limit=3,
        score_cutoff=ALIKE,
    )
    return [choice for choice, *_ in matches]


def _named(dataset: Dataset) -> dict[str, set[str]]:
    """Every id, name, short name and alias, folded, with the ids it may stand for."""
    named: dict[str, set[str]] = {}
    columns = ["partner_id", "name", "short_name", "aliases"]
    rows = dataset.partners[columns].itertuples(index=False, name=None)
    for partner, name, short_name, aliases in rows:
        for word in (partner, name, short_name, *aliases):
            if word:
                named.setdefault(folded(word), set()).add(partner)
    return named


def _suggestion(
    word: str,
    named: Mapping[str, set[str]],
    briefed: Collection[str],
    names: Mapping[str, str],
) -> str:
    """`` Did you mean …?`` with the partners whose name is like `word`, or nothing."""
    briefed_names = [name for name, ids in named.items() if ids & set(briefed)]
    similar: list[str] = []
    for name in alike(folded(word), briefed_names):
        similar += sorted(named[name] & set(briefed))
    if not similar:
        return ""
    unique = dict.fromkeys(similar)
    words = " or ".join(f"{names[partner]} ({partner})" for partner in unique)
    return f" Did you mean {words}?"
