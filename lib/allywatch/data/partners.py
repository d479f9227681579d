"""Which partners there are to brief on, and which of them a person means by a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rapidfuzz import fuzz, process, utils

from allywatch.data.dataset import Dataset

ALIKE = (
    75  # rapidfuzz similarity, 0 to 100, from which a name is offered as "did you mean"
)


class UnknownPartner(ValueError):
    """A name that stands for no partner with a briefing. `str()` says which there are instead."""


def briefed_partners(dataset: Dataset) -> list[str]:
    """The ids of partners that get a briefing, by name: those an event with an admitted claim is about."""
    told = dataset.events.loc[
        dataset.events["event_id"].isin(dataset.claims["event_id"]), "partners"
    ]
    about = {partner for partners in told for partner in partners} - {
        dataset.rules["focal_power"]
    }
    listed = dataset.partners.sort_values("name")
    return [partner for partner in listed["partner_id"] if partner in about]


def resolve(dataset: Dataset, wanted: Iterable[str]) -> list[str]:
    """The ids of the partners that `wanted` names by id, name or alias, each once, in the order given.

    Raises
    ------
    UnknownPartner
        If a word names none, several, or one without a briefing; it tells all of them at once.
    """
    named, briefed = _names(dataset), briefed_partners(dataset)
    called = dict(
        zip(dataset.partners["partner_id"], dataset.partners["name"], strict=True)
    )
    found, wrong = [], []
    for word in wanted:
        matches = sorted(named.get(word.strip().casefold(), ()))
        if not matches:
            wrong.append(
                f"No partner is called {word!r}.{_suggestion(word, named, briefed, called)}"
            )
        elif len(matches) > 1:
            wrong.append(f"{word!r} may be any of {', '.join(matches)}: give the id.")
        elif matches[0] not in briefed:
            known = f" in sources published by {dataset.as_of}" if dataset.as_of else ""
            why = f"no event{known} has it as a partner"
            if matches[0] == dataset.rules["focal_power"]:
                why = "it is the focal power, which every briefing is about"
            wrong.append(f"{called[matches[0]]} ({matches[0]}) has no briefing: {why}.")
        else:
            found.append(matches[0])
    if wrong:
        listed = ", ".join(f"{called[partner]} ({partner})" for partner in briefed)
        raise UnknownPartner(
            "\n".join([*wrong, f"Partners with a briefing: {listed}."])
        )
    return list(dict.fromkeys(found))


def alike(word: str, choices: Collection[str]) -> list[str]:
    """Up to three of `choices` that look like `word`, the likest first."""
    like = process.extract(
        word,
        choices,
        scorer=fuzz.ratio,
        processor=utils.default_process,
        limit=3,
        score_cutoff=ALIKE,
    )
    return [choice for choice, *_ in like]


def _names(dataset: Dataset) -> dict[str, set[str]]:
    """Every id, name, short name and alias, case folded, with the ids it may stand for."""
    named: dict[str, set[str]] = {}
    for row in dataset.partners.itertuples():
        for word in (row.partner_id, row.name, row.short_name, *row.aliases):
            if word:
                named.setdefault(word.casefold(), set()).add(row.partner_id)
    return named


def _suggestion(
    word: str, named: dict[str, set[str]], briefed: list[str], called: dict[str, str]
) -> str:
    """`` Did you mean …?`` with the partners whose name is like `word`, or nothing."""
    like = alike(word, [name for name, ids in named.items() if ids & set(briefed)])
    ids = dict.fromkeys(
        partner
        for name in like
        for partner in sorted(named[name])
        if partner in briefed
    )
    words = " or ".join(f"{called[partner]} ({partner})" for partner in ids)
    return f" Did you mean {words}?" if words else ""
