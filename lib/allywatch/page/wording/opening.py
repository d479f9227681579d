"""The head of a partner's page: its title block, and the judgement with its badge."""

from __future__ import annotations

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.evidence import dossiers, scoring
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import Gate, way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.turns import turn
from allywatch.page.directions import arrow, is_stated
from allywatch.page.wording.apparatus import title_block
from allywatch.page.wording.fallbacks import opening
from allywatch.page.wording.gains import is_gainer
from allywatch.page.wording.grammar import capital, number, possessive, some_of, verb
from allywatch.page.wording.judgements import judged, said, said_together
from allywatch.page.wording.voices import behind, in_a_sentence
from briefmill.blocks import Block, Judgement, Masthead
from briefmill.texts import Arrow

#: Reports with a date that make a line of years, and reports that the chronology of a page shows by itself.
FEWEST_DATED = 3
MOST_IN_CHRONOLOGY = 6


def masthead(dossier: Dossier, verdict: Verdict) -> Masthead:
    """The title block: partner, power, and how far the evidence reaches."""
    dataset = dossier.dataset
    power = in_a_sentence(dossier.power)
    owner = possessive(in_a_sentence(dossier.partner))
    parent = dossier.partner["parent_id"]
    kind = "territory briefing" if parent else "country briefing"
    part_of = f" · part of {dossier.actors[parent]}" if parent else ""
    chosen = " · from a choice of the evidence" if dataset.choice else ""
    return title_block(
        dataset,
        power,
        aside=f"{evidence_up_to(dossier)} · {_speaking(dossier)}",
        facts={"Chosen": dataset.choice} if dataset.choice else {},
        conditions={
            "direction": is_stated(dossier, verdict),
            "two_pages": fills_two_pages(dossier, verdict),
        },
        one_page=not fills_two_pages(dossier, verdict),
        kicker=f"{capital(kind)}{part_of} · ties with {power}{chosen}",
        title=dossier.name,
        document_title=f"{dossier.name} and {power}: {kind}",
        description=f"What sources report of {owner} tie with {power}, every sentence traced to its passages.",
        keywords=[dossier.name, dossier.power["name"], "alliances", "evidence"],
        short=dossier.name,
    )


def fills_two_pages(dossier: Dossier, verdict: Verdict) -> bool:
    """Whether there is enough for a second page: a direction, and more reports of it than the chronology shows by itself."""
    return is_stated(dossier, verdict) and has_chart(dossier)


def has_chart(dossier: Dossier) -> bool:
    """Whether a chart of the partner's reports shows more than the chronology does; all partners together have none."""
    scored = dossier.scored
    n_dated = int(scored["earliest"].notna().sum())
    shows_more = n_dated >= FEWEST_DATED or len(scored) > MOST_IN_CHRONOLOGY
    return bool(dossier.dataset.partner) and shows_more


def evidence_up_to(dossier: Dossier) -> str:
    """How far the evidence reaches: by the newest source, and by the as-of day where one is set."""
    last, _ = dossiers.cut_off(dossier.dataset)
    if last is None:
        return "No source has a date"
    sources = dossier.dataset.sources
    newest = sources.loc[sources["published_latest"] == last, "published"].iloc[0]
    return f"Evidence up to {dates.format_edtf(newest)}"


def _speaking(dossier: Dossier) -> str:
    """How many of the sources speak of the partner."""
    by_name = len(dossier.naming)
    name = in_a_sentence(dossier.partner)
    sources = some_of(by_name, len(dossier.sources), "source")
    words = f"{sources} {verb(by_name, 'speaks', 'speak')} of {name}"
    others = dossier.speaking - dossier.naming
    told_of = dossier.events["told_of"] != ""
    of_region = others & set(
        dossier.claims.loc[
            dossier.claims["event_id"].isin(dossier.events.loc[told_of, "event_id"]),
            "source_id",
        ]
    )
    if of_region:
        words += f", {number(len(of_region))} of its region"
    if others - of_region:
        words += f", {number(len(others - of_region))} of others’ dealings with it"
    return words


def judgement(dossier: Dossier, verdict: Verdict) -> Block:
    """What happened, in a headline and a few sentences, beside the direction of the tie and how sure it is.

    The words are an analyst's; where there are none, they are made of the events.
    """
    computed = opening(dossier, verdict)
    headlines = [said(row) for row in each_row(judged(dossier, "headline"))]
    sentences = said_together(judged(dossier, "bottom_line"))
    word, note = _badge(dossier, verdict)
    return Judgement(
        direction=verdict.direction,
        arrows=arrows(dossier, verdict),
        word=word,
        note=note,
        headline=tuple(headlines[0] if headlines else computed.headline),
        paragraphs=(tuple(sentences or computed.sentences),),
    )


def arrows(dossier: Dossier, verdict: Verdict) -> tuple[Arrow, ...]:
    """The sign of the direction; two for a tie that has turned, in the order in which it led."""
    if way(dossier.rules, verdict.direction) != "turned":
        return (arrow(dossier.taken_from, verdict.direction),)
    turned = turn(dossier.scored, dossier.rules["turn"])
    pair = (Arrow("closer", "rising", "up"), Arrow("away", "falling", "down"))
    return pair[::-1] if turned is not None and turned.before < 0 else pair


def direction_word(dossier: Dossier, key: str) -> str:
    """The data folder's word for a direction key: ``away`` is said as ``moving away``."""
    words = {rule["key"]: rule["word"] for rule in dossier.rules["direction_words"]}
    return words[key]


def _badge(dossier: Dossier, verdict: Verdict) -> tuple[str, str]:
    """The direction word with the confidence, or in place of both why there is no direction."""
    if verdict.gate.met:
        word = capital(direction_word(dossier, verdict.direction))
        return word, f"{scoring.confidence_level(dossier)} confidence"
    return _without_direction(dossier, verdict)


def _without_direction(dossier: Dossier, verdict: Verdict) -> tuple[str, str]:
    if dossier.all_claims.empty:
        return "Not known", "no source speaks of it"
    word = capital(direction_word(dossier, verdict.direction))
    if is_stated(dossier, verdict):
        return word, f"{number(verdict.tally.held)} reports say so"
    return word, _why_none(dossier, verdict.gate)


def _why_none(dossier: Dossier, gate: Gate) -> str:
    """Why no direction is stated, in a few words."""
    if is_gainer(dossier):
        return "no report of a step of its own"
    if gate.events == 0:
        return "no report of a step closer or away"
    if gate.events == 1:
        attested = bool(dossier.scored["corroborated"].iloc[0])
        return "one event, well attested" if attested else "only one report of a step"
    if gate.missing_lineages:
        alone = len(behind(dossier, dossier.scored["event_id"])) == 1
        if alone:
            return "all that counts is from one source"
        if gate.lineages == gate.missing_lineages == 1:
            return "no second independent source"
        return "fewer independent sources than a direction needs"
    return f"only {number(gate.events)} reports of a step"
