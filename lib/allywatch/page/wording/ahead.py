"""What next: what the sources foresee and what came of it, what we expect, and what would change the judgement."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.evidence import rules
from allywatch.evidence.dossiers import Dossier, cut_off
from allywatch.evidence.scoring import Verdict
from allywatch.page.directions import is_stated
from allywatch.page.wording.attribution import in_brief
from allywatch.page.wording.fallbacks import by_weight
from allywatch.page.wording.grammar import (
    bracketed,
    capital,
    clause,
    counted,
    joined,
    remark,
    sentence,
    spaced,
)
from allywatch.page.wording.judgements import (
    judged,
    lead,
    said,
    statement,
    under_review,
)
from allywatch.page.wording.voices import (
    in_a_sentence,
    of_sources,
    outside,
    published_by,
)
from briefmill.blocks import (
    Block,
    Item,
    Prose,
    Several,
    Trigger,
    TriggerColumn,
    Triggers,
)
from briefmill.texts import Arrow, Run, text, typographic

MOST_FORECASTS = 3
#: When a page that is too full leaves out each forecast, by its place (see `blocks.Step`); from the third on, at once.
DROP_FORECAST = {0: 0, 1: 8}
DROP_OTHER_FORECASTS = 1
#: Triggers a way, and when a full page leaves them out, by their place.
MOST_TRIGGERS = 3
DROP_TRIGGER = {0: 0, 1: 9, 2: 6}
FORECASTS_AND_TRIGGERS = (
    "forecasts are the sources’; “our own” and the signs below are ours"
)
NO_TRIGGER = "None can be computed from these reports, and no analyst has written one."


def what_next(dossier: Dossier, verdict: Verdict | None = None) -> Block:
    """Forecasts with what came of them and our own expectation, then what would change the judgement.

    On the page of the network there is no `verdict` that could lack something.
    """
    columns = tuple(_columns(dossier, verdict))
    items = _forecasts(dossier)
    if not columns:
        items.append(Item(tuple(lead("Triggers")), tuple(remark(NO_TRIGGER))))
        return Prose(items=tuple(items), role="outlook")
    forecasts = Prose(
        items=tuple(items), subtitle=FORECASTS_AND_TRIGGERS, role="outlook"
    )
    return Several(blocks=(forecasts, Triggers(columns=columns, role="indicators")))


def _forecasts(dossier: Dossier) -> list[Item]:
    """An analyst's account of each forecast, or the forecasts themselves; at the end our own."""
    written = list(each_row(judged(dossier, "outlook")))
    foretold = [judgement for judgement in written if judgement.aspect != "ours"]
    own = [judgement for judgement in written if judgement.aspect == "ours"]
    items = _accounted_for(dossier, foretold) or _from_claims(dossier)
    if own:
        runs = spaced(*map(said, own))
    else:
        runs = remark("We make none: no analyst has written one.")
    return [*items, Item(tuple(lead("Our own")), tuple(runs))]


def _accounted_for(dossier: Dossier, foretold: list[Any]) -> list[Item]:
    """An analyst's accounts of forecasts, under the same lead what became the same of."""
    labels = dossier.dataset.labels("judgements", "aspect")
    items: list[Item] = []
    for place, judgement in enumerate(foretold):
        heading = lead(f"Forecast, {labels[judgement.aspect]}")
        if place and judgement.aspect == foretold[place - 1].aspect:
            heading = []
        drop = DROP_FORECAST.get(place, DROP_OTHER_FORECASTS)
        items.append(Item(tuple(heading), tuple(said(judgement)), drop))
    return items


def open_forecasts(dossier: Dossier) -> pd.DataFrame:
    """Claims on what no source says has come or not, and that no later claim overtakes, the best-graded first.

    Grain: one row per forecast claim; key `claim_id`.
    """
    overtaken = rules.overtaken_claims(dossier.dataset.relations)
    claims = dossier.claims
    is_forecast = claims["modality"] == "forecast"
    settled = claims.loc[~is_forecast, "event_id"]
    foretold = claims[is_forecast & ~claims["event_id"].isin(settled)]
    still_open = foretold[~foretold["claim_id"].isin(overtaken)]
    return still_open.sort_values("reliability", kind="stable")


def _from_claims(dossier: Dossier) -> list[Item]:
    """The open forecasts in the words of their claims, attributed and dated."""
    foretold = open_forecasts(dossier).drop_duplicates("event_id")
    if foretold.empty:
        name = in_a_sentence(dossier.partner)
        silence = f"No source looks ahead for {name}."
        if (dossier.claims["modality"] == "forecast").any():
            silence = f"What sources foresaw for {name} has since been reported, denied or overtaken."
        return [Item((), tuple(remark(silence)))]
    items = []
    published = dossier.sources.set_index("source_id")["published"]
    for claim in each_row(foretold.head(MOST_FORECASTS)):
        by = f"{claim.attributed_to}, in " if claim.attributed_to else ""
        source = of_sources(dossier, [claim.source_id]) if by else claim.called
        who = f"{by}{published_by(source, published[claim.source_id])}"
        words = [f"{clause(claim.statement)} {bracketed(who)}."]
        words += outside(dossier, claim.event_id)
        runs = sentence(" ".join(words), [claim.mark])
        items.append(Item(tuple(lead(_stand(dossier, claim.date))), tuple(runs)))
    return items


def _stand(dossier: Dossier, date: str) -> str:
    """Where a forecast stands that no later claim overtakes: open, or past its term by the day of the newest source."""
    term = dates.bounds(date).latest
    newest, _ = cut_off(dossier.dataset)
    if term is None or newest is None or term >= newest.date():
        return "Forecast, still open"
    return "Forecast, its term has passed and no claim says what came of it"


# Triggers


def _columns(dossier: Dossier, verdict: Verdict | None) -> list[TriggerColumn]:
    """What would lead away, what closer, and what would give a direction at all, a column each."""
    ways = (
        (-1, "Away if", Arrow("away", "falling", "down")),
        (1, "Closer if", Arrow("closer", "rising", "up")),
    )
    found = {label: _triggers(dossier, way, arrow) for way, label, arrow in ways}
    lacking = None if verdict is None else _lacking(dossier, verdict)
    if lacking is not None:
        found["A direction if"] = [lacking]
    return [
        TriggerColumn(label, tuple(triggers))
        for label, triggers in found.items()
        if triggers
    ]


def _triggers(dossier: Dossier, way: int, arrow: Arrow) -> list[Trigger]:
    """An analyst's triggers of one way; without any, a second source for what no two independent ones report."""
    watched = judged(dossier, "indicator")
    of_way = watched[watched["direction"] == way]
    if watched.empty:
        return _second_sources(dossier, way, arrow)
    triggers = []
    for place, judgement in enumerate(each_row(of_way.head(MOST_TRIGGERS))):
        triggers.append(_trigger(judgement, arrow, DROP_TRIGGER[place]))
    return triggers


def _trigger(judgement: Any, arrow: Arrow, drop: int) -> Trigger:
    """A trigger with what it would mean, where that is written."""
    act = judgement.text.rstrip(".")
    if not judgement.second:
        runs = statement("", judgement.marks) if judgement.marks else [text("")]
        return Trigger(arrow, act, (*runs, *under_review(judgement)), drop)
    words = statement(f" {judgement.second.rstrip('.')}.", judgement.marks)
    return Trigger(arrow, f"{act}:", (*words, *under_review(judgement)), drop)


def _second_sources(dossier: Dossier, way: int, arrow: Arrow) -> list[Trigger]:
    scored = dossier.scored
    single = scored[~scored["corroborated"] & (scored["direction"] == way)]
    return [
        Trigger(
            arrow,
            typographic(f"{in_brief(event)}:"),
            tuple(
                sentence(
                    " an independent second source would bear it out.", [event.mark]
                )
            ),
        )
        for event in each_row(by_weight(single).head(2))
    ]


def _lacking(dossier: Dossier, verdict: Verdict) -> Trigger | None:
    """What a direction would still need; None where there is one, or where the sources look elsewhere."""
    gate = verdict.gate
    if is_stated(dossier, verdict) or dossier.all_claims.empty:
        return None
    wanted = []
    if gate.missing_events:
        noun = "more report" if gate.events else "report"
        wanted.append(f"{counted(gate.missing_events, noun)} of a step closer or away")
    if gate.missing_lineages:
        noun = "more independent source" if gate.lineages else "independent source"
        second = gate.lineages == gate.missing_lineages == 1
        more = counted(gate.missing_lineages, noun)
        wanted.append("a second independent source" if second else more)
    meaning: list[Run] = remark(" a direction could then be stated.")
    return Trigger(None, f"{capital(joined(wanted))}:", tuple(meaning))
