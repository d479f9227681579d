"""What a data folder's rules must state, and what they must not: a limit that nothing reads would be no limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Units by which reports are counted, the finest first.
UNITS = ("month", "quarter", "year")
#: What a direction word can say of a tie, in the order in which partners are read.
WAYS = ("away", "turned", "contested", "holding", "closer", "insufficient")
#: Rules that a data folder may do without.
_OPTIONAL = {"thesis"}
#: Limits that each rule under ``allywatch`` must state.
_LIMITS = {
    "support": ("unscored_modalities", "unscored_doubts", "unscored_reliabilities"),
    "credibility": ("grades",),
    "gate": ("min_events", "min_lineages"),
    "corroboration": ("min_lineages",),
    "turn": ("min_events_before", "min_events_after"),
    "by_period": ("above_events", "most_periods", "least_share"),
    "trend": ("years", "chance"),
    "thesis": ("stance", "direction", "words"),
    "most_shown": ("references", "details", "rows", "sources", "partners"),
    "judgement_words": (
        "absence",
        "counts",
        "one_source",
        "no_forecast",
        "no_number",
        "numbers",
        "same_names",
        "free_names",
        "kinds",
    ),
}
#: Of these, the rules that may state more.
_OPEN = {"credibility", "judgement_words"}
#: What a rule may state; a limit that nothing reads would be no limit.
_READ = {name: {*limits} for name, limits in _LIMITS.items() if name not in _OPEN} | {
    "direction_words": {
        "key",
        "word",
        "way",
        "shape",
        "tone",
        "below_gate",
        "min_held",
        "held_exceeds_moving",
        "max_balance",
        "min_balance",
        "turned",
    },
    "confidence": {
        "key",
        "word",
        "below_gate",
        "min_corroborated_events",
        "best_reliability",
        "min_lineages_latest",
        "voices",
    },
    "abbreviations": {"short", "long"},
    "judgement_words.kinds": {
        "kind",
        "text",
        "text_by_aspect",
        "text_of_doubted",
        "second",
        "together",
        "together_of_network",
        "most",
        "aspects",
        "once",
        "ours",
        "names_source",
        "counts_reports",
        "joins_alike",
    },
}


def rule_gaps(rules: Mapping[str, Any]) -> list[str]:
    """What is wrong with the rules under ``allywatch``, each as what must be."""
    missing = [f"must have allywatch.{name}" for name in _missing_rules(rules)]
    return [
        *missing,
        *_unread_limits(rules),
        *_word_gaps(rules),
        *_corroboration_gaps(rules),
        *_abbreviation_gaps(rules),
        *_period_gaps(rules),
    ]


def _unread_limits(rules: Mapping[str, Any]) -> list[str]:
    """Limits that stand in a rule and that nothing reads."""
    gaps = []
    for name, known in _READ.items():
        stated = rules
        for part in name.split("."):
            stated = stated.get(part, {})
        for rule in stated if isinstance(stated, list) else [stated]:
            unread = sorted(set(rule) - known - {"meaning"})
            gaps += [
                f"must not have {name}.{limit}: nothing reads it" for limit in unread
            ]
    return gaps


def _word_gaps(rules: Mapping[str, Any]) -> list[str]:
    """What is wrong with the direction words: each says one of `WAYS`, and one alone that there is too little."""
    gaps = []
    for word in rules.get("direction_words", []):
        key = word.get("key", "")
        way = word.get("way", key)
        if way not in WAYS:
            ways = ", ".join(WAYS)
            gaps.append(f"must give the direction word {key!r} a way: one of {ways}")
        if way == "insufficient" and key != "insufficient":
            gaps.append(
                f"must give the direction word {key!r} another way: insufficient is the word below the gate"
            )
    return gaps


def _corroboration_gaps(rules: Mapping[str, Any]) -> list[str]:
    """Where one source would corroborate itself, or a confidence above the lowest would ask for nothing corroborated."""
    gaps = []
    if rules.get("corroboration", {}).get("min_lineages", 2) < 2:
        gaps.append("must have corroboration.min_lineages of 2 or more")
    words = [rule for rule in rules.get("confidence", []) if not rule.get("below_gate")]
    gaps += [
        f"must have min_corroborated_events of 1 or more in the confidence {rule.get('key', '')!r}: the last alone may do without"
        for rule in words[:-1]
        if rule.get("min_corroborated_events", 0) < 1
    ]
    return gaps


def _abbreviation_gaps(rules: Mapping[str, Any]) -> list[str]:
    """Abbreviations that lack a form."""
    return [
        f"must give each of allywatch.abbreviations a {form} form"
        for form in ("short", "long")
        if not all(each.get(form) for each in rules.get("abbreviations", []))
    ]


def _period_gaps(rules: Mapping[str, Any]) -> list[str]:
    """What is wrong with the units of time and the limits of a trend."""
    gaps = []
    choices = ("auto", *UNITS)
    if rules.get("periods", "auto") not in choices:
        gaps.append(f"must have one of {', '.join(choices)} in allywatch.periods")
    trend = rules.get("trend", {})
    years = trend.get("years", 1)
    if not (isinstance(years, int) and years >= 1):
        gaps.append("must have a whole number of years, 1 or more, in trend.years")
    chance = trend.get("chance", 0.05)
    if not (isinstance(chance, int | float) and 0 < chance < 1):
        gaps.append("must have a number between 0 and 1 in trend.chance")
    return gaps


def _missing_rules(rules: Mapping[str, Any]) -> list[str]:
    """The rules, and the limits of rules, that readers rely on and that are not stated."""
    missing = {"focal_power", "gazetteer"} - set(rules)
    for rule, limits in _LIMITS.items():
        if rule in _OPTIONAL - set(rules):
            continue
        stated = rules.get(rule, {})
        missing.update(f"{rule}.{limit}" for limit in limits if limit not in stated)
    return sorted(missing)
