"""The frame around a briefing: title block and method box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.grammar import (
    capital,
    day,
    joined,
    number,
    percent,
    signed,
    some_of,
    verb,
)
from allywatch.page.wording.judgements import filed
from briefmill.blocks import Bar, Block, Masthead, Share, omit, prose
from briefmill.texts import text

CHOSEN = "a choice of the evidence"


def title_block(
    dataset: Dataset,
    power: str,
    aside: str = "",
    facts: Mapping[str, str] | None = None,
    conditions: Mapping[str, Any] | None = None,
    **said: Any,
) -> Masthead:
    """The title block of any page: what `said` has of it, and what all pages say alike of `dataset`.

    `aside` stands across from the kicker; `facts` are printed beside the title. `conditions` are what the tags of
    sections may ask for, beside ``partner``.
    """
    newest, _ = dossiers.cut_off(dataset)
    edition_day = dataset.as_of or newest
    as_of = f"As of {day(dataset.as_of)} · " if dataset.as_of else ""
    return Masthead(
        aside=f"{as_of}{aside}",
        facts=tuple((facts or {}).items()),
        language=dataset.rules["language"],
        footer=f"allywatch · {power} and its partners · {as_of}{said['short']}",
        date=None if edition_day is None else f"{edition_day:%Y-%m-%d}",
        conditions={"partner": dataset.partner, **(conditions or {})},
        **said,
    )


def masthead(dossier: Dossier, verdict: Verdict) -> Masthead:
    """The title block: partner, focal power, as of, evidence cut-off, corpus."""
    dataset, power, parent = (
        dossier.dataset,
        dossier.power["name"],
        dossier.partner["parent_id"],
    )
    kind = "territory briefing" if parent else "country briefing"
    cited = int(dossier.sources["cited"].sum())
    corpus = f"{some_of(cited, len(dossier.sources), 'source')} {verb(cited, 'bears', 'bear')} on this tie"
    return title_block(
        *(
            dataset,
            power,
            corpus,
            _cut_off(dossier),
            dossier.actors[parent] if parent else "",
        ),
        conditions={"direction": verdict.gate.met},
        kicker=f"{capital(kind)} · {f'from {CHOSEN}' if dataset.choice else f'ties with {power}'}",
        title=dossier.name,
        document_title=f"{dossier.name} and {power}: {kind}",
        description=f"Evidence on {dossier.name}’s tie with {power}, {day_of_edition(dataset)}, every marked sentence traced to its passages.",
        keywords=[dossier.name, power, "alliances", "evidence"],
        short=dossier.name,
    )


def day_of_edition(dataset: Dataset) -> str:
    """The as-of day, or that all evidence is in; and where it was chosen from, that it was."""
    as_of, chosen = dataset.as_of, dataset.choice
    if not as_of:
        return f"{CHOSEN} in hand" if chosen else "all evidence in hand"
    return f"{day(as_of)}, {CHOSEN}" if chosen else day(as_of)


def one_thesis(dossier: Dossier) -> str:
    """How many of the admitted sources argue one thesis, and which."""
    stances, thesis = dossier.sources["stance"], dossier.dataset.rules["thesis"]
    own = int(stances.eq(thesis["stance"]).sum())
    sources = capital(some_of(own, len(stances), "admitted source"))
    argue = (
        f"{sources} {verb(own, 'argues', 'argue')} one thesis: that {thesis['words']}."
    )
    return f"{argue} Claims with a direction that say closer or holding:"


def one_sided(dossier: Dossier, shares: list[tuple[str, int, int]]) -> Block:
    """How one-sided the corpus is: what it argues, and `shares` of its claims, each of what, how many, of how many."""
    if not shares:
        return omit("no claim has a direction")
    closing = "So a balance measures what was written as much as what happened."
    return Share(
        runs_before=(text(one_thesis(dossier)),),
        bars=tuple(
            Bar(part, of, f"{what}, {percent(part, of)}") for what, part, of in shares
        ),
        runs_after=(text(closing),),
    )


def _cut_off(dossier: Dossier) -> str:
    last, inferred = dossiers.cut_off(dossier.dataset)
    if last is None:
        return "no dated source"
    sources, basis = dossier.dataset.sources, ", date inferred" if inferred else ""
    newest = sources.loc[sources["published_latest"] == last, "published"].iloc[0]
    return f"{capital(dates.format_edtf(newest))} (newest source{basis})"


def balance_in_words(dataset: Dataset) -> str:
    """How the balance is worked out, and from how much evidence on it is printed; without its full stop."""
    gate = dataset.rules["gate"]
    return (
        "Balance = (closer − away) ÷ (closer + away), each event counting one. "
        f"Under {number(gate['min_events'])} scored events, or under {number(gate['min_lineages'])} "
        "independent lineages, no number is printed"
    )


def method(dossier: Dossier, verdict: Verdict) -> Block:
    """How the numbers come about, with the sensitivity rows that never decide anything."""
    paragraphs = [
        "One event is one happening or standing condition. A forecast, a denial, context, and what is graded improbable or "
        "cannot be judged are shown, never scored.",
        f"{balance_in_words(dossier.dataset)}.",
        " ".join(_limits(dossier, verdict)),
        _sensitivity(dossier),
    ]
    own, judged = (
        filed(dossier),
        "A judgement is an analyst’s, written from the marked rows.",
    )
    judged += (
        " One under review was written before some of its rows changed."
        if own["under_review"].any()
        else ""
    )
    paragraphs += [judged] if len(own) else []
    return prose("small", [("", [text(words)]) for words in paragraphs])


def _limits(dossier: Dossier, verdict: Verdict) -> list[str]:
    said = []
    for rule in dossier.dataset.rules["direction_words"]:
        means = f"{capital(rule['word'])} means"
        if rule["key"] == verdict.direction and "max_balance" in rule:
            said.append(f"{means} {signed(rule['max_balance'])} or below.")
        elif rule["key"] == verdict.direction and "min_balance" in rule:
            said.append(f"{means} {signed(rule['min_balance'])} or above.")
        elif rule["key"] == verdict.direction == "contested":
            said.append(f"{means} any balance between the limits for away and closer.")
    names = joined(
        [dossier.called[source] for source in verdict.overturned_by], "or without"
    )
    holds = "The verdict holds whichever one source is left out."
    return [*said, holds if verdict.holds else f"The verdict falls without {names}."]


def _sensitivity(dossier: Dossier) -> str:
    rows = scoring.sensitivity(dossier.in_play, dossier.dataset.event_types).dropna(
        subset="balance"
    )
    labels = {
        weight["key"]: weight["label"] for weight in dossier.dataset.rules["weights"]
    }
    others = [
        f"{labels[name].lower().replace('goldstein', 'Goldstein')} {signed(value)}"
        for name, value in zip(rows["weights"], rows["balance"], strict=True)
        if name != "unit"
    ]
    return f"Sensitivity, never the verdict: {joined(others)}."
