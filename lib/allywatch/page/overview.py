"""The overview: the story of all partners, where each tie is heading, why, who gains, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from allywatch.data.frames import each_row
from allywatch.evidence import scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.network import Network
from allywatch.evidence.scoring import Verdict
from allywatch.page.wording.apparatus import title_block
from allywatch.page.wording.attribution import (
    in_brackets,
    in_brief,
    summary,
    tellers,
    told,
)
from allywatch.page.wording.fallbacks import by_weight, opening
from allywatch.page.wording.grammar import (
    capital,
    clause,
    counted,
    ended,
    joined,
    number,
    possessive,
    remark,
    sentence,
    some_and_others,
    some_of,
    spaced,
    verb,
)
from allywatch.page.wording.judgements import (
    judged,
    lead,
    said,
    under_review,
)
from allywatch.page.wording.opening import arrows, direction_word, evidence_up_to
from allywatch.page.wording.silence import no_report
from allywatch.page.wording.sureness import argument, slant_cell
from allywatch.page.wording.voices import (
    behind,
    in_a_sentence,
    named_in_a_sentence,
    of_sources,
    outside,
    who_says_so,
)
from briefmill.blocks import (
    Block,
    Item,
    Judgement,
    Prose,
    Strip,
    StripCell,
    omit,
    role,
    row,
    table,
)
from briefmill.texts import Run, marks, plain, text

#: Partners and happenings that are told where no analyst chose them.
MOST_TOLD = 4
#: Partners with a direction, without one, and parties that gain, that the page has room for.
MOST_JUDGED = 12
MOST_OTHERS = 24
MOST_GAINING = 6
MOST_QUESTIONS = 6
#: Where a sentence has to name a partner so that the name need not stand before it.
_AT_FIRST = "(?:The )?"
_ANYWHERE = ".*?"


def masthead(net: Network) -> Block:
    """The title block, built from the power's name."""
    dossier = net.pooled
    power = in_a_sentence(dossier.power)
    partners = counted(len(net.verdicts), "partner")
    sources = counted(len(dossier.sources), "source")
    owner = capital(possessive(power))
    return title_block(
        dossier.dataset,
        power,
        f"{evidence_up_to(dossier)} · {sources}",
        kicker=f"Overview · {power} and {partners}",
        title=f"{owner} partners",
        document_title=f"{owner} partners: overview briefing",
        description=f"What happened between {power} and its partners, every sentence traced to its passages.",
        keywords=[net.power, "alliances", "overview", "evidence"],
        short="Overview",
    )


def judgement(net: Network) -> Block:
    """The story: a headline and a few sentences, an analyst's or made of the weightiest events of different partners."""
    dossier = net.pooled
    headlines = [said(each) for each in each_row(judged(dossier, "headline"))]
    sentences = [said(each) for each in each_row(judged(dossier, "bottom_line"))]
    if not headlines:
        headlines = [_computed_headline(net)]
    if not sentences:
        sentences = _computed_story(net)
    half = (len(sentences) + 1) // 2
    paragraphs = [spaced(*sentences[:half]), spaced(*sentences[half:])]
    return Judgement(
        headline=tuple(headlines[0]),
        paragraphs=tuple(tuple(runs) for runs in paragraphs if runs),
    )


def _weightiest(net: Network) -> list[Any]:
    """The weightiest events that move a tie, each of other partners than those before."""
    scored = by_weight(net.pooled.scored)
    picked: list[int] = []
    taken: set[str] = set()
    for place, partners in enumerate(scored["partners"]):
        if taken.isdisjoint(partners):
            picked.append(place)
            taken.update(partners)
    return list(each_row(scored.iloc[picked[:MOST_TOLD]]))


def _standing_events(net: Network) -> list[Any]:
    """The weightiest of what is reported where nothing moves a tie."""
    return list(each_row(by_weight(net.pooled.events).head(MOST_TOLD)))


def _named(net: Network, event: Any) -> str:
    names = joined(named_in_a_sentence(net.pooled, event.partners))
    return capital(names)


def _with_partners(net: Network, event: Any, words: str, where: str) -> str:
    """A sentence on an event, after the names of its partners unless it names one `where` it has to."""
    partners = net.dataset.partners
    names = [
        re.escape(name)
        for partner in each_row(partners[partners["partner_id"].isin(event.partners)])
        for name in (
            partner.name,
            partner.adjective,
            *partner.capital,
            *partner.aliases,
        )
        if name
    ]
    pattern = rf"{where}\b(?:{'|'.join(names)})\b"
    is_named = bool(names) and re.match(pattern, words)
    return words if is_named else f"{_named(net, event)}: {words}"


def _computed_headline(net: Network) -> list[Run]:
    picked = _weightiest(net)[:2]
    if not picked:
        power = in_a_sentence(net.pooled.power)
        none = no_report(net.pooled, 1, -1)
        if none == "No report":
            none = "No source tells of anything that"
        return remark(f"{none} moves a tie with {power}.")
    words = [
        _with_partners(net, event, ended(in_brackets(net.pooled, event)), _AT_FIRST)
        for event in picked
    ]
    return sentence(" ".join(words), [event.mark for event in picked])


def _computed_story(net: Network) -> list[list[Run]]:
    """A sentence for each of the weightiest events with who reports it; what the sources argue closes it."""
    dossier = net.pooled
    story = []
    for event in _weightiest(net) or _standing_events(net):
        what_happened = _with_partners(
            net, event, ended(summary(dossier, event)), _ANYWHERE
        )
        words = [what_happened, tellers(dossier, event)]
        words += outside(dossier, event.event_id)
        story.append(sentence(" ".join(words), [event.mark]))
    argued = argument(dossier)
    if argued:
        story.append(remark(f"{argued}; what they leave out is no sign of calm."))
    if story or len(dossier.events):
        return story
    return [remark("That is a gap in what was read, not a sign of calm.")]


# Where each tie is heading


def one_line(net: Network, dossier: Dossier, verdict: Verdict) -> list[Run]:
    """What happened between a partner and the power in a line, with the marks of the overview."""
    written = dossier.written("one_line")
    if len(written):
        (first,) = each_row(net.pooled.with_marks(written).head(1))
        return said(first)
    computed = opening(dossier, verdict)
    words = plain(computed.headline).strip()
    refs = net.pooled.marks(computed.event_ids)
    return sentence(words, refs) if refs else remark(words)


@role("directions")
def directions(net: Network) -> Block:
    """The partners whose direction can be stated, with what happened, and whether it hangs on one source."""
    if net.with_direction.empty:
        return omit("no partner has reports enough for a direction")
    rows = []
    for partner in _best_borne_first(net)[:MOST_JUDGED]:
        dossier, verdict = net.by_partner[partner]
        rows.append(
            row(
                text(dossier.name, "strong"),
                _signs(dossier, verdict),
                one_line(net, dossier, verdict),
                _if_one_is_left_out(dossier, verdict),
            )
        )
    left = len(net.with_direction) - len(rows)
    more = (
        f"{capital(number(left))} more in the attached directions.csv." if left else ""
    )
    columns = [
        ("Partner", "24mm"),
        ("Direction", "17mm"),
        ("What happened", "1fr"),
        ("If one source is left out, the direction", "44mm"),
    ]
    return table(net.with_direction, columns, rows, more)


def _best_borne_first(net: Network) -> list[str]:
    """The partners with a direction: by the direction, then by how many reports have two or more independent sources."""
    partners = list(net.with_direction["partner"])

    def rank(partner: str) -> tuple[int, int]:
        dossier, verdict = net.by_partner[partner]
        firm = int(dossier.tie.scored["corroborated"].sum())
        return net.tiers.index(verdict.direction), -firm

    return sorted(partners, key=rank)


def _signs(dossier: Dossier, verdict: Verdict) -> list[Run]:
    word = direction_word(dossier, verdict.direction).removeprefix("moving ")
    return [*arrows(dossier, verdict), text(f" {word}")]


def _if_one_is_left_out(dossier: Dossier, verdict: Verdict) -> str:
    if verdict.holds:
        groups = scoring.overturning_upstreams(dossier, verdict.direction)
        return "stands, but not without all of one upstream" if groups else "stands"
    return f"falls without {of_sources(dossier, verdict.overturned_by, 'or')}"


@role("others")
def others(net: Network) -> Block:
    """The partners of whom too little is reported for a direction, in a line each."""
    judged_here = set(net.with_direction["partner"])
    items: list[Item] = []
    left = 0
    for dossier, verdict in net.judged:
        if dossier.partner["partner_id"] in judged_here:
            continue
        if len(items) == MOST_OTHERS:
            left += 1
            continue
        runs = one_line(net, dossier, verdict)
        items.append(Item(tuple(lead(dossier.name)), tuple(runs)))
    if not items:
        return omit("every partner has a direction")
    gate = net.dataset.rules["gate"]
    needed = (
        f"{counted(gate['min_events'], 'report')} that move the tie, from "
        f"{counted(gate['min_lineages'], 'independent source')}, are needed"
    )
    note = (
        f"{capital(number(left))} more in the attached directions.csv." if left else ""
    )
    return Prose(
        style="thirds",
        items=tuple(items),
        title="Too little for a direction, but not nothing",
        subtitle=needed,
        note=(text(note),) if note else (),
    )


# How sure


@role("sureness")
def how_sure(net: Network) -> Block:
    """The short answers at the foot of the first page."""
    dossier = net.pooled
    cells = [_confidence(net), _standing(net), slant_cell(dossier), _unknown(dossier)]
    return Strip(cells=tuple(cell for cell in cells if cell is not None))


def _confidence(net: Network) -> StripCell:
    """No firmer than the weakest direction."""
    label = "Confidence"
    if net.with_direction.empty:
        words = "no partner has reports enough for a direction"
        return StripCell(label, (text("None can be stated: ", "strong"), text(words)))
    order = [rule["word"] for rule in net.dataset.rules["confidence"]]
    given = set(net.with_direction["partner"])
    levels = [
        scoring.confidence_level(dossier)
        for dossier, verdict in net.judged
        if dossier.partner["partner_id"] in given and verdict.gate.met
    ]
    if not levels:
        words = "it is worked out from reports of steps, and there are too few"
        return StripCell(label, (text("None can be stated: ", "strong"), text(words)))
    weakest = capital(max(levels, key=order.index))
    written = list(each_row(judged(net.pooled, "confidence")))
    if written:
        (first, *_) = written
        limit = f", but {first.second}" if first.second else ""
        runs = [text(f"{first.text}{limit}"), *under_review(first)]
    else:
        dossier = net.pooled
        scored = len(dossier.scored)
        single = len(net.single_source_events)
        sources = behind(dossier, net.single_source_events["event_id"])
        each = " each" if len(sources) > 1 else ""
        words = f"{some_of(single, scored, 'report')} {verb(single, 'rests', 'rest')} on one source{each}"
        runs = [text(words)]
    return StripCell(label, (text(f"{weakest}: ", "strong"), *runs))


def _standing(net: Network) -> StripCell | None:
    given = net.with_direction
    if given.empty:
        return None
    firm = given[given["holds"]]
    words = (
        f"{capital(number(len(firm))) if len(firm) else 'None'} of {number(len(given))}"
    )
    names = list(firm["name"].head(MOST_TOLD))
    if names:
        words += f": {joined(names)}" if len(firm) <= MOST_TOLD else ""
    label = "Directions that stand if any one source is dropped"
    return StripCell(label, (text(words),))


def _unknown(dossier: Dossier) -> StripCell | None:
    gaps = dossier.written("gap")
    if gaps.empty:
        return None
    return StripCell("Not known", (text(gaps["text"].iloc[0]),))


# Page two


@role("causes")
def why_it_happens(net: Network) -> Block:
    """The reasons that sources give, where an analyst has set them apart."""
    return _implications(net, "cause", "No analyst has written why.")


@role("costs")
def what_it_costs(net: Network) -> Block:
    """What it costs the power, in an analyst's words, or what is said of its own standing."""
    power = in_a_sentence(net.pooled.power)
    written = judged(net.pooled, "implication")["aspect"].eq("cost").any()
    if written or net.own_standing.empty:
        words = f"No source says what this costs {power}."
        return _implications(net, "cost", words, f"What it costs {power}")
    items = [
        Item((), tuple(told(net.pooled, event)))
        for event in each_row(net.own_standing.head(MOST_TOLD - 1))
    ]
    return Prose(items=tuple(items), title=f"What is said of {power} itself")


def _implications(net: Network, aspect: str, silence: str, title: str = "") -> Block:
    written = judged(net.pooled, "implication")
    items = [
        Item(tuple(lead(each.second)), tuple(said(each)))
        for each in each_row(written[written["aspect"] == aspect])
    ]
    items = items or [Item((), tuple(remark(silence)))]
    return Prose(items=tuple(items), title=title)


@role("gains")
def who_gains(net: Network) -> Block:
    """Third parties to whom partners turn, where, and who says so."""
    written = judged(net.pooled, "implication")
    gains = written[written["aspect"] == "gains"]
    if len(gains):
        rows = [
            row(
                text(each.second, "strong"),
                said(each),
                _who(net.pooled, each.refs),
            )
            for each in each_row(gains)
        ]
    else:
        rows = [_gain(net, gain) for gain in each_row(net.gains.head(MOST_GAINING))]
    if not rows:
        none = no_report(net.pooled, -1, channel="realignment")
        words = f"{none} has a partner turn to anybody else."
        return Prose(items=(Item((), tuple(remark(words))),))
    columns = [("Third party", "25mm"), ("Where", "1fr"), ("Who says so", "34mm")]
    left = len(net.gains) - len(rows)
    note = ""
    if gains.empty and left:
        parties = "party" if left == 1 else "parties"
        note = f"{capital(number(left))} more third {parties} in the attached events.csv, under counterparts."
    return table(net.gains, columns, rows, note)


def _who(dossier: Dossier, refs: Iterable[str]) -> list[Run]:
    """Who stands behind the rows that a judgement names."""
    events = list(dict.fromkeys(dossier.event_of.get(ref, ref) for ref in refs))
    sources = behind(dossier, events)
    if len(events) == 1:
        return who_says_so(dossier, events)
    if len(sources) > 1:
        return [text(f"{len(sources)} sources, not all on each")]
    return [text(capital(of_sources(dossier, sources)))]


def _gain(net: Network, gain: Any) -> Any:
    events = net.pooled.events.set_index("event_id").loc[list(gain.events)]
    partners = named_in_a_sentence(net.pooled, gain.partners)
    names = capital(some_and_others(partners, MOST_TOLD))
    headlines = [in_brief(event) for event in each_row(events.head(2))]
    left = len(events) - len(headlines)
    if left:
        headlines.append(f"and {number(left)} more")
    words = f"{names}: {'; '.join(headlines)}"
    where = [text(words), marks(events["mark"].head(MOST_TOLD))]
    party = net.pooled.actors[gain.counterpart]
    return row(text(party, "strong"), where, who_says_so(net.pooled, gain.events))


@role("contested")
def where_accounts_differ(net: Network) -> Block:
    """The questions on which accounts differ; the country pages have the accounts."""
    questions = []
    asked: set[str] = set()
    settles = judged(net.pooled, "settles")
    if settles.empty:
        of_partners = net.dataset.judgements
        of_partners = of_partners[of_partners["kind"] == "settles"]
        settles = net.pooled.with_marks(of_partners)
    for each in each_row(settles):
        first_asked = asked.isdisjoint(each.marks)
        if each.second and each.marks and first_asked:
            asked.update(each.marks)
            questions.append(sentence(each.second, each.marks))
    if not questions:
        contested = by_weight(net.pooled.events[net.pooled.events["contested"]])
        questions = [
            sentence(f"{_named(net, event)}: {clause(event.headline)}?", [event.mark])
            for event in each_row(contested)
        ]
    if not questions:
        return Prose(items=(Item((), tuple(remark("No two accounts differ."))),))
    runs = spaced(*questions[:MOST_QUESTIONS])
    subtitle = "in full on the country pages"
    return Prose(items=(Item((), tuple(runs)),), subtitle=subtitle)
