"""The overview in words: the network's bottom line, its key figures, and what the whole rests on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allywatch.data.frames import each_row
from allywatch.evidence import scoring, snapshots
from allywatch.evidence.network import Network
from allywatch.evidence.rules import way
from allywatch.page.directions import arrow
from allywatch.page.wording.apparatus import (
    balance_in_words,
    day_of_edition,
    one_sided,
    title_block,
)
from allywatch.page.wording.grammar import (
    capital,
    counted,
    joined,
    number,
    percent,
    possessive,
    remark,
    sentence,
    signed,
    some_of,
    spaced,
    verb,
)
from allywatch.page.wording.headlines import network_headline
from allywatch.page.wording.sections import Left, in_columns
from allywatch.page.wording.since import since_last_overall
from allywatch.page.wording.verdicts import (
    direction_word,
    forecast_sentence,
    forecasts,
    other_way,
)
from briefmill.blocks import Block, BottomLine, Count, figures, omit, prose, role
from briefmill.texts import Run, marks, text

MOST_TOLD = 3


def masthead(net: Network) -> Block:
    """The title block, built from the focal power's name."""
    dossier, power = net.pooled, net.power
    owner, known = possessive(power), day_of_edition(dossier.dataset)
    return title_block(
        *(dossier.dataset, power),
        f"{counted(len(dossier.sources), 'source')}, {counted(len(dossier.claims), 'claim')}",
        kicker=f"Overview briefing · {counted(len(net.verdicts), 'partner')}",
        title=f"{owner} partners",
        document_title=f"{owner} partners: overview briefing",
        description=f"Which way {owner} ties move, partner by partner, {known}, each finding traced to its events.",
        keywords=[power, "alliances", "overview", "evidence"],
        short="Overview",
    )


def bottom_line(net: Network) -> Block:
    """How many partners move which way, what a source foresees, and how firmly this stands."""
    tally = net.verdicts["direction"].value_counts()
    short = {"insufficient": "too thin"}
    counts = [
        Count(
            arrow(net.dataset, tier),
            int(tally.get(tier, 0)),
            short.get(tier, tier),
        )
        for tier in net.tiers
        if tier in tally or tier == "insufficient"
    ]
    told = network_headline(net)
    counted_out = tuple(judgement(net))
    beside: tuple[tuple[str, tuple[Run, ...]], ...] = ()
    if told is not None:
        also = (("Also", told.beside),) if told.beside else ()
        beside = (*also, ("Verdicts", counted_out))
    return BottomLine(
        judgement=counted_out if told is None else tuple(told.first),
        rows=(
            *beside,
            ("Likelihood", tuple(likelihood(net))),
            ("Confidence", tuple(confidence(net))),
        ),
        counts=tuple(counts),
    )


def judgement(net: Network) -> list[Run]:
    """One sentence on all partners, each counted under its own briefing's verdict."""
    if net.verdicts.empty:
        return remark(
            "No admitted source says anything about any partner; this is a gap, not a finding."
        )
    tally, partners, parts = (
        net.verdicts["direction"].value_counts(),
        counted(len(net.verdicts), "partner"),
        [],
    )
    for tier in net.tiers[:-1]:
        if count := int(tally.get(tier, 0)):
            away = (
                f" from {net.power}" if way(net.dataset.rules, tier) == "away" else ""
            )
            parts.append(f"{number(count)} {direction_word(net.pooled, tier)}{away}")
    thin = int(tally.get("insufficient", 0))
    refs = [mark for tier in net.tiers for mark in net.marks("tier", tier)]
    if not parts:
        words = f"None of {partners} has evidence enough to say which way its tie with {net.power} moves."
        return sentence(words, refs) if refs else remark(words)
    rest = f"; {number(thin)} cannot be judged" if thin else ""
    return sentence(f"Of {partners} the evidence has {joined(parts)}{rest}.", refs)


def likelihood(net: Network) -> list[Run]:
    """The firmest open forecast on the focal power itself, or else on any partner; attributed."""
    foretold, code = forecasts(net.pooled), net.dataset.rules["focal_power"]
    if foretold.empty:
        return remark("No source offers a forecast that still stands open.")
    about = foretold["event_id"].map(
        net.pooled.events.set_index("event_id")["partners"]
    )
    own = foretold[about.map(lambda codes: codes == (code,)).astype(bool)]
    return forecast_sentence((own if len(own) else foretold).iloc[0])


def confidence(net: Network) -> list[Run]:
    """No firmer than the weakest verdict, with what limits it."""
    if net.with_direction.empty:
        return remark("None can be stated: no partner passes the evidence gate.")
    order = [rule["word"] for rule in net.dataset.rules["confidence"]]
    given = set(net.with_direction["partner"])
    levels = [
        scoring.confidence_level(dossier)
        for dossier, _ in net.judged
        if dossier.partner["partner_id"] in given
    ]
    scored, single = len(net.pooled.scored), len(net.single_source_events)
    falling = int((~net.with_direction["holds"]).sum())
    words = (
        f"{capital(max(levels, key=order.index))}, as in the weakest verdict: {number(single)} of "
        f"{number(scored)} scored events {verb(single, 'rests', 'rest')} on one source, and {some_of(falling, len(net.with_direction), 'verdict')} "
        f"{verb(falling, 'falls', 'fall')} if one source is set aside."
    )
    refs = [*net.marks("single"), *net.marks("falls")]
    return sentence(
        words, refs or [mark for tier in net.tiers for mark in net.marks("tier", tier)]
    )


def key_figures(net: Network) -> Block:
    """Verdicts, firm verdicts, scored events each once, those on one source, and what points the other way."""
    if net.verdicts.empty:
        return omit("no partner has evidence")
    gate, scored = net.dataset.rules["gate"], net.pooled.scored
    against, directional = other_way(net.pooled)
    shared = int((scored["partners"].map(len) > 1).sum())
    most, single = "every scored event has a second source", net.single_source_counts
    if len(single):
        most = f"{single.iloc[0]} of them on {net.pooled.called[single.index[0]]}"
    given, firm = len(net.with_direction), int(net.with_direction["holds"].sum())
    needed = f"{number(gate['min_events'])} scored events, {number(gate['min_lineages'])} lineages"
    once = f"each counted once; {number(shared)} {verb(shared, 'touches', 'touch')} several partners"
    other = f"claims with a direction say so, {percent(against, directional)}; the others say away"
    return figures(
        [
            (
                "Verdicts",
                f"{given} of {len(net.verdicts)}",
                f"partners pass the gate: {needed}",
            ),
            (
                "Firm verdicts",
                f"{firm} of {given}",
                "hold whichever source is left out",
            ),
            ("Scored events", str(len(scored)), once),
            (
                "On one source",
                f"{len(net.single_source_events)} of {len(scored)}",
                most,
            ),
            ("Closer or holding", f"{against} of {directional}", other),
        ]
    )


@role("gaps")
def too_thin(net: Network) -> Block:
    """The tier below the gate, which has no number: its partners by what they lack."""
    rows = net.verdicts[net.verdicts["direction"] == "insufficient"]
    if rows.empty:
        return omit("every partner passes the evidence gate")
    gates = [net.by_partner[partner][1].gate for partner in rows["partner"]]
    enough = pd.Series([not gate.missing_events for gate in gates], rows.index)
    none = pd.Series([not gate.events for gate in gates], rows.index)
    kinds = (
        ("One lineage only:", rows[enough]),
        ("Too few scored events:", rows[~enough & ~none]),
        ("No scored event:", rows[none]),
    )
    said = [
        [
            text(f"{label} ", "emph"),
            *remark(f"{joined(list(part['name']))}."),
        ]
        for label, part in kinds
        if len(part)
    ]
    refs = net.marks("tier", "insufficient")
    closing = [marks(refs)] if refs else []
    word = capital(direction_word(net.pooled, "insufficient"))
    lead = [text(f"{word}: {counted(len(rows), 'partner')}, no number.", "strong")]
    return prose(
        "bullets",
        [([arrow(net.dataset, "insufficient")], [*spaced(lead, *said), *closing])],
    )


@role("changes")
def changes(net: Network, last: Left = None) -> Block:
    """What is told otherwise than in the edition before, over all partners; nothing without one."""
    now = snapshots.overall(net.pooled, net.judged)
    before = snapshots.baseline(last or {}, now)
    told: Block
    if before is None:
        told = omit("there is no earlier edition that told otherwise")
    else:
        told = in_columns(since_last_overall(net, before, now))
    return replace(told, record={"snapshot": now, "baseline": before})


def firm(net: Network) -> Block:
    """The verdicts that no single omission overturns."""
    rows = net.with_direction[net.with_direction["holds"]]
    if rows.empty:
        return omit("no verdict holds against every omission")
    keep = verb(len(rows), "keeps its verdict", "keep their verdict")
    words = f"{joined(list(rows['name']))} {keep} whichever source is set aside."
    lead = [text("Firm against any one omission:", "strong")]
    return prose("plain", [(lead, sentence(words, net.marks("firm")))])


def own_standing(net: Network) -> Block:
    """What the sources say of the focal power itself, with the grades of the claims; context, never scored."""
    told = net.own_standing
    if told.empty:
        return omit("no source speaks of the focal power itself")
    items = []
    for event in each_row(told.head(MOST_TOLD)):
        graded = joined(
            [f"{source}\N{NO-BREAK SPACE}{grade}" for source, grade, _ in event.places]
        )
        items.append(
            (
                "",
                [
                    *sentence(event.summary, [event.mark]),
                    *remark(f" {graded}", "small"),
                ],
            )
        )
    rest = len(told) - len(items)
    words = (
        f"Source, its grade A–F, and its claims’ credibility 1–6. {capital(number(len(told)))} such "
        f"{verb(len(told), 'event is', 'events are')} told"
    )
    if rest > 0:
        words += f"; {verb(rest, 'the other is', f'the {number(rest)} others are')} in the attached events.csv"
    title, note = f"{possessive(net.power)} own standing", [text(f"{words}.")]
    return prose("plain", items, title, "what is told of it, never scored", note)


def slant(net: Network) -> Block:
    """How one-sided the corpus is, and which partner most of the other side is about."""
    against, directional = other_way(net.pooled)
    bars = [("about all partners", against, directional)] if directional else []
    own = [(other_way(dossier), dossier.name) for dossier, _ in net.judged]
    if against and own:
        (part, _), name = max(own, key=lambda each: each[0][0])
        bars.append((f"of these about {name}", part, against))
    return one_sided(net.pooled, bars)


def how_to_read(net: Network) -> Block:
    """How the numbers come about, in small print."""
    limits = [
        f"{rule['word']}: {signed(rule[key])} or {side}"
        for rule in net.dataset.rules["direction_words"]
        for key, side in (("max_balance", "below"), ("min_balance", "above"))
        if key in rule
    ]
    paragraphs = [
        f"{balance_in_words(net.dataset)}: missing is not nought. {capital('; '.join(limits))}.",
        "A forecast, a denial, context, and what is graded improbable or cannot be judged are never scored. An event that touches "
        "several partners counts once for the network, and once in each partner’s row.",
        "A verdict falls where its word changes once some one source is set aside. Marks: F leads to a finding, and from there "
        "to its events; E is an event in play, C is context.",
    ]
    return prose("small", [("", [text(words)]) for words in paragraphs])
