"""Small grammar: numbers, lists, plurals, possessives and dates as a reader expects them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from allywatch.data.mentions import NUMBER_WORDS
from briefmill.texts import Run, marks, text

_NUMBERS = ["no", *NUMBER_WORDS[:9]]


def number(count: float) -> str:
    """`count` in words below ten, in figures from ten on; 0 is ``no``."""
    return _NUMBERS[int(count)] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: float, noun: str) -> str:
    """A number with its noun: ``one event``, ``three events``, ``no event``."""
    return f"{number(count)} {noun}{'' if count <= 1 else 's'}"


def some_of(some: int, every: int, noun: str) -> str:
    """How many of how many: ``none of two sources``, ``both sources``, ``the one source``, ``all five sources``."""
    if some < every:
        return f"{number(some) if some else 'none'} of {counted(every, noun)}"
    return {1: f"the one {noun}", 2: f"both {noun}s"}.get(
        every, f"all {counted(every, noun)}"
    )


def verb(count: float, singular: str, plural: str) -> str:
    """The verb's form for `count` things."""
    return singular if count <= 1 else plural


def joined(items: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(items)
    return (
        items[0]
        if len(items) == 1
        else f"{', '.join(items[:-1])} {last} {items[-1]}"
        if items
        else ""
    )


def some_and_others(items: Sequence[str], most: int) -> str:
    """The first `most` of some names, and that there are others: ``a, b and one other``."""
    left = len(items) - most
    others = {1: ["one other"]}.get(left, ["others"]) if left > 0 else []
    return joined([*items[:most], *others])


def possessive(name: str) -> str:
    """The owner's form: ``Armenia’s``, ``Belarus’s``, ``the Netherlands’``, ``United States’``.

    A name in s that has an article, or that ends in es, is a plural.
    """
    has_article = name.casefold().startswith("the ")
    is_plural = name.endswith("es") or (has_article and name.endswith("s"))
    return name + ("’" if is_plural else "’s")


def clause(words: str) -> str:
    """A sentence without its full stop, to be gone on with."""
    return words.strip().removesuffix(".")


def ended(words: str) -> str:
    """`words` as a sentence: with a full stop, unless something else ends them."""
    return words if words.endswith(("!", "?", "…")) else f"{clause(words)}."


def bracketed(words: str) -> str:
    """`words` in brackets; brackets within them become square ones."""
    inner = words.replace("(", "[").replace(")", "]")
    return f"({inner})"


def capital(words: str) -> str:
    """`words` with a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def signed(value: float) -> str:
    """A balance: sign and two decimals, U+2212 for minus, exactly nought as ``0.00``."""
    rounded = f"{abs(value):.2f}"
    return rounded if float(rounded) == 0 else ("−" if value < 0 else "+") + rounded


def percent(part: float, of: float) -> str:
    """A share in whole per cent with a narrow no-break space; ``–`` of nothing."""
    return f"{round(100 * part / of)} %" if of else "–"


def day(date: datetime.date) -> str:
    """A day in full: ``31 March 2026``."""
    return f"{date.day} {date:%B %Y}"


def sentence(words: str, refs: Sequence[str]) -> list[Run]:
    """A sentence about the world and the marks it rests on.

    Raises
    ------
    ValueError
        If there are no marks: nothing is said about the world that cannot be walked home.
    """
    if not len(refs):
        raise ValueError(f"a sentence about the world rests on no evidence: {words!r}")
    return [text(words), marks(refs)]


def remark(words: str, style: str = "") -> list[Run]:
    """A sentence about the corpus or about this page, which rests on no passage and bears no mark."""
    return [replace(text(words, style), remark=True)]


def spaced(*sentences: Sequence[Run], between: str = " ") -> list[Run]:
    """Sentences, or other runs, one after another with a space or something else between."""
    runs: list[Run] = []
    for each in sentences:
        if each:
            runs += [text(between), *each] if runs else each
    return runs
