"""How sure: confidence with its reason, the reports that move the tie, what is left without any one source, and the slant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page.directions import is_stated
from allywatch.page.wording.fallbacks import opening
from allywatch.page.wording.grammar import capital, counted, number, some_of, verb
from allywatch.page.wording.judgements import judged, under_review
from allywatch.page.wording.silence import no_report
from allywatch.page.wording.voices import behind, in_a_sentence, of_sources
from briefmill.blocks import Block, Strip, StripCell, role
from briefmill.texts import Arrow, Run, text

#: Arrows in a strip; of more reports only their number is told.
MOST_ARROWS = 40


@role("sureness")
def how_sure(dossier: Dossier, verdict: Verdict) -> Block:
    """The short answers at the foot of the first page."""
    cells = [
        _confidence(dossier, verdict),
        _reports(dossier, verdict),
        _without_one(dossier, verdict),
        slant_cell(dossier),
    ]
    return Strip(cells=tuple(cell for cell in cells if cell is not None))


def _confidence(dossier: Dossier, verdict: Verdict) -> StripCell:
    """The confidence word with what carries it and what limits it, or why none can be stated."""
    met = verdict.gate.met
    label = "Confidence in this reading" if met else "Confidence in a direction"
    word = capital(scoring.confidence_level(dossier)) if met else "None can be stated"
    runs: list[Run] = [text(f"{word}: ", "strong")]
    written = list(each_row(judged(dossier, "confidence")))
    if written:
        (judgement, *_) = written
        limit = f", but {judgement.second}" if judgement.second else ""
        runs += [text(f"{judgement.text}{limit}"), *under_review(judgement)]
    elif met:
        limit = limited_by(dossier)
        but = f", but {limit}" if limit else ""
        runs.append(text(f"{_carried(dossier)}{but}"))
    else:
        runs.append(text(_missing(dossier, verdict)))
    return StripCell(label, tuple(runs))


def _carried(dossier: Dossier) -> str:
    scored = dossier.scored
    firm = int(scored["corroborated"].sum())
    some = number(firm) if firm else "none"
    have = verb(firm, "has", "have")
    least = number(dossier.rules["corroboration"]["min_lineages"])
    return f"{some} of {counted(len(scored), 'report')} {have} {least} independent sources or more"


def limited_by(dossier: Dossier) -> str:
    """What keeps the confidence from being higher: the first thing that the next higher rule asks for and that is not there.

    "" where what carries the confidence says it already: that no report has two independent sources.
    """
    rules = [rule for rule in dossier.rules["confidence"] if "below_gate" not in rule]
    words = [rule["word"] for rule in rules]
    place = words.index(scoring.confidence_level(dossier))
    if place == 0:
        return "every source may share what it does not say"
    return _asked_for(dossier, rules[place - 1])


def _asked_for(dossier: Dossier, rule: dict[str, Any]) -> str:
    scored = dossier.scored
    firm = scored[scored["corroborated"]]
    if len(firm) < rule.get("min_corroborated_events", 0):
        single = len(scored) - len(firm)
        if firm.empty:
            return ""
        if not single:
            return f"there {verb(len(firm), 'is', 'are')} only {number(len(firm))}"
        others = "other rests" if single == 1 else f"other {number(single)} rest"
        least = dossier.rules["corroboration"]["min_lineages"]
        fewer = f"one{' each' * (single > 1)}" if least == 2 else "fewer"
        return f"the {others} on {fewer}"
    best = firm["best_grade"].min() if len(firm) else "F"
    if best > rule.get("best_reliability", "F"):
        grades = dossier.dataset.labels("sources", "reliability")
        return f"the best of these sources is {grades[best].lower()}"
    latest = scored[scored["counted"] == scored["counted"].max()]
    lineages = latest["n_lineages"].max() if len(latest) else 0
    if lineages < rule.get("min_lineages_latest", 0):
        if latest.empty:
            return "none has a date"
        return f"the latest rests on {'one' if lineages == 1 else 'fewer'}"
    adjective = dossier.partner["adjective"]
    voice = f"no {adjective} voice" if adjective else "no voice of the partner"
    return f"{voice} bears them out"


def _missing(dossier: Dossier, verdict: Verdict) -> str:
    """Why no confidence is stated: what there is of what a direction by steps asks for."""
    gate = verdict.gate
    if is_stated(dossier, verdict):
        return "it is worked out from reports of steps, and there are too few"
    needed = (
        f"{counted(gate.min_events, 'report')} from "
        f"{counted(gate.min_lineages, 'independent source')} are needed"
    )
    if gate.events == 0:
        none = no_report(dossier, 1, -1)
        return f"{none[:1].lower()}{none[1:]} is of a step closer or away; {needed}"
    there = verb(gate.events, "there is", "there are")
    # Sources that share an upstream are fewer than they seem.
    are_independent = gate.lineages == len(behind(dossier, dossier.scored["event_id"]))
    source = "source" if are_independent else "independent source"
    every = ","
    if gate.lineages == 1 and gate.events > 1:
        every = ", both" if gate.events == 2 else ", all"
    return (
        f"{needed}; {there} {number(gate.events)}{every} from "
        f"{counted(gate.lineages, source)}"
    )


def _reports(dossier: Dossier, verdict: Verdict) -> StripCell:
    """The reports that move the tie as a row of arrows, closer first, filled where two sources are independent."""
    scored = dossier.scored
    label = "Reports of a step closer or away"
    if scored.empty:
        held = int(dossier.events["held"].sum())
        words = "None"
        if held:
            words += f"; {number(held)} {verb(held, 'leaves', 'leave')} it as it was"
        return StripCell(label, (text(words),))
    least = dossier.rules["corroboration"]["min_lineages"]
    tally = _tally(scored, _only_source(dossier), least)
    if (dossier.events["counted_as"] != "").any():
        tally += "; reports about one region count as one"
    return StripCell(label, (text(tally),), report_arrows(scored))


def _only_source(dossier: Dossier) -> bool:
    """Whether all reports that move the tie are of one and the same source."""
    event_ids = dossier.scored["event_id"].tolist()
    sources = {dossier.sources_of[each] for each in event_ids}
    return len(sources) == 1 and len(sources.pop()) == 1


def _tally(scored: pd.DataFrame, is_of_one: bool, least: int) -> str:
    """``1 closer, 13 away; five of 14 by two or more independent sources``, where `least` of them bear one out."""
    closer = int((scored["direction"] > 0).sum())
    away = len(scored) - closer
    firm = int(scored["corroborated"].sum())
    tally = f"{closer} closer, {away} away"
    enough = f"by {number(least)} or more independent sources"
    if not firm and (scored["n_sources"] > 1).any():
        return f"{tally}; none {enough}"
    if not firm and is_of_one:
        every = {1: "", 2: "both "}.get(len(scored), "all ")
        return f"{tally}; {every}by one source"
    if not firm:
        return f"{tally}; by one source each"
    if firm == len(scored):
        return f"{tally}; {enough}"
    return f"{tally}; {number(firm)} of {number(len(scored))} {enough}"


def report_arrows(scored: pd.DataFrame) -> tuple[Arrow, ...]:
    """An arrow for each report that moves the tie, those that lead closer first; none of very many."""
    if len(scored) > MOST_ARROWS:
        return ()
    order = scored.sort_values(["direction", "corroborated"], ascending=False)
    shapes = {1: ("closer", "rising", "up"), -1: ("away", "falling", "down")}
    return tuple(
        Arrow(*shapes[direction], bool(firm))
        for direction, firm in zip(
            order["direction"], order["corroborated"], strict=True
        )
    )


def _without_one(dossier: Dossier, verdict: Verdict) -> StripCell | None:
    """What becomes of the direction, and of the headline, with any one source set aside."""
    label = "If one source is left out"
    alone = _alone_in_headline(dossier, verdict)
    if not is_stated(dossier, verdict):
        if dossier.scored.empty:
            return None
        return StripCell(label, (text(_least_left(dossier, verdict)),))
    if verdict.holds:
        words = "Whichever source is left out, the direction stands"
        words += _without_upstream(dossier, verdict)
    else:
        falls = of_sources(dossier, verdict.overturned_by, "or")
        words = f"The direction falls without {falls}"
    if alone:
        words += f"; {alone}"
    return StripCell(label, (text(words),))


def _without_upstream(dossier: Dossier, verdict: Verdict) -> str:
    """That a direction which no source by itself overturns falls without all that go back to one upstream; "" where it does not."""
    groups = scoring.overturning_upstreams(dossier, verdict.direction)
    if not groups:
        return ""
    if len(groups) > 1:
        return (
            f", but not without all sources of one of {number(len(groups))} upstreams"
        )
    names = of_sources(dossier, groups[0])
    return f", but not without {names} together, which share an upstream"


def _least_left(dossier: Dossier, verdict: Verdict) -> str:
    """How many reports are left without the source that takes most of them away."""
    left = verdict.one_out.assign(
        left=verdict.one_out["closer"] + verdict.one_out["away"]
    )
    fewest = left.sort_values("left", kind="stable").iloc[0]
    name = of_sources(dossier, [fewest["source_id"]])
    n_left = int(fewest["left"])
    if not n_left:
        return f"Without {name}, no such report is left"
    if n_left == len(dossier.scored):
        return "Whichever source is left out, every report stays"
    return (
        f"Without {name}, {counted(n_left, 'report')} {verb(n_left, 'is', 'are')} left"
    )


def _alone_in_headline(dossier: Dossier, verdict: Verdict) -> str:
    """Which of the headline rests on one source alone: ``the headline rests in part on RFU News alone``; "" where each part has two or more."""
    written = judged(dossier, "headline")
    refs = [ref for refs in written["refs"] for ref in refs]
    if written.empty:
        refs = [*opening(dossier, verdict).event_ids]
    event_of = dossier.event_of
    tellers = {dossier.sources_of.get(event_of.get(ref, ref), ()) for ref in refs}
    single: Sequence[tuple[str, ...]] = sorted(
        sources for sources in tellers if len(sources) == 1
    )
    if not single:
        return ""
    if len(single) > 1:
        every = len(single) == len(tellers)
        rest = (
            "each part of the headline rests" if every else "parts of the headline rest"
        )
        return f"{rest} on one source alone"
    part = "" if len(tellers) == 1 else "in part "
    return f"the headline rests {part}on {of_sources(dossier, single[0])} alone"


def slant_cell(dossier: Dossier) -> StripCell | None:
    """How one-sided the sources are: what they argue, and how many of the claims that count say otherwise."""
    against, directional = otherwise(dossier)
    argued = argument(dossier)
    label = "Slant of the sources"
    if not directional:
        words = f"{argued}; no claim here is of a step closer or away"
        return StripCell(label, (text(words),)) if argued else None
    return StripCell(label, (text(slant_in_words(dossier, against, directional)),))


def slant_in_words(dossier: Dossier, against: int, directional: int) -> str:
    """What the sources argue, and how many of the claims that count are about the opposite."""
    argued = argument(dossier)
    are = verb(against, "is", "are")
    does = "growing" if _expected(dossier) < 0 else "fraying"
    count = verb(directional, "counts", "count")
    claims = (
        f"{some_of(against, directional, 'claim')} that {count} {are} about the tie "
        f"holding or {does}"
    )
    return f"{argued}; {claims}" if argued else capital(claims)


def otherwise(dossier: Dossier) -> tuple[int, int]:
    """Supporting claims that say something else than the thesis expects, and all that have a direction.

    In a collection without a thesis: those that say closer or as it was.
    """
    directions = dossier.supporting["event_id"].map(
        dossier.in_play.set_index("event_id")["direction"]
    )
    expected = _expected(dossier)
    return int((directions != expected).sum()), len(directions)


def _expected(dossier: Dossier) -> int:
    """The direction that the thesis expects; away without one."""
    thesis = dossier.rules.get("thesis") or {}
    return int(thesis.get("direction", -1))


def argument(dossier: Dossier) -> str:
    """What the sources argue, and how many of them: ``All five sources argue that …``; "" in a collection without a thesis."""
    thesis = dossier.rules.get("thesis")
    if not thesis:
        return ""
    stances = dossier.sources["stance"]
    arguing = int(stances.eq(thesis["stance"]).sum())
    if not arguing:
        return ""
    if arguing == len(stances):
        who = f"all {number(arguing)} sources" if arguing > 1 else "the one source"
    else:
        who = f"{number(arguing)} of {counted(len(stances), 'source')}"
    argue = verb(arguing, "argues", "argue")
    return f"{capital(who)} {argue} that {thesis['words']}"


def heard(dossier: Dossier) -> str:
    """Who of the partner's side is heard, in a clause for the gaps; "" where somebody is."""
    if dossier.claims.empty or (dossier.claims["voice"] == "partner").any():
        return ""
    name = in_a_sentence(dossier.partner)
    return f"Nobody from {name} is heard in any of these reports."
