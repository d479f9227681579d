"""The proposer *rules*: what can be read from the words alone, the gazetteer and the codebook; nothing is learnt."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from allywatch.desk.proposing import words
from allywatch.desk.proposing.actors import Mention, gazetteer
from allywatch.desk.proposing.codebook import Codebook, Move, codebook
from allywatch.desk.proposing.dating import UNDATED, dated, found_dates, is_ahead
from allywatch.desk.proposing.document import (
    Clause,
    Document,
    opens_with_participle,
)
from allywatch.desk.proposing.figures import figure
from allywatch.desk.proposing.proposal import Candidate, Codes, Proposal
from allywatch.desk.proposing.roles import Cast, casts
from allywatch.desk.proposing.speech import speech

HEADING = "a heading"
ITSELF = "speaks of the text itself"
NOBODY = "names nobody whose tie could move"
#: Events ranked for a passage.
MOST_RANKED = 4
#: The similarity by rapidfuzz (0 to 100) from which an event is offered.
_LEAST_ALIKE = 45
#: A line such as "Completed in March" is no longer.
_MOST_WORDS_OF_COLOPHON = 12
_THIS_TEXT = re.compile(
    rf"(?:this|our|my|the present)\s+(?:{'|'.join(words.listed('itself', 'subjects'))})\s+"
    r"(?:(?:was|is|has|been|first|originally|being|also|had|partly)\s+)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """A clause with its cast and its proposal, which has no codes and no events yet."""

    clause: Clause
    mentions: Sequence[Mention]
    cast: Cast
    proposal: Proposal


def propose(document: Document) -> list[Proposal]:
    """A claim, or nothing to code, for every sentence of a document, coded by the codebook's own words."""
    read = readings(document)
    book = codebook(document.dataset)
    moves = sound_moves(book, read)
    events = Events(document)
    proposals = []
    for reading, allowed in zip(read, moves, strict=True):
        proposal = reading.proposal
        if proposal.is_claim:
            text = reading.clause.text
            codes = _codes(book, text, proposal.modality, allowed)
            proposal = with_codes(
                proposal, codes, events.near(text, proposal.partners), 0.0
            )
        proposals.append(proposal)
    return one_for_each_sentence(read, proposals)


def readings(document: Document) -> list[Reading]:
    """Every clause of a document with who is in it, how it is put and when it was; in the document's order."""
    clauses = document.clauses()
    names = gazetteer(document.dataset, document.published)
    read: list[Reading] = []
    paragraph = -1
    before = ""
    for clause, cast in zip(clauses, casts(document, clauses), strict=True):
        if clause.paragraph != paragraph:
            paragraph = clause.paragraph
            before = ""
        mentions = names.mentions(clause.text)
        reason = _reason_for_nothing(clause, mentions)
        if reason:
            proposal = Proposal(clause.start, clause.end, reason, confidence=0.5)
        else:
            proposal = _draft(document, clause, cast, mentions, before)
            if _goes_on_ahead(clause, read):
                proposal = replace(
                    proposal, modality="forecast", date="", date_basis="undated"
                )
        read.append(Reading(clause, mentions, cast, proposal))
        for mark in found_dates(clause.text, document.published)[:1]:
            before = mark.value
    return read


def _goes_on_ahead(clause: Clause, read: Sequence[Reading]) -> bool:
    """Whether a clause tells what comes of a forecast: "it may leave, closing its ports"."""
    if not read or read[-1].clause.sentence != clause.sentence:
        return False
    is_ahead = read[-1].proposal.modality == "forecast"
    return is_ahead and opens_with_participle(clause.text)


def _reason_for_nothing(clause: Clause, mentions: Sequence[Mention]) -> str:
    """Why a clause carries no claim; "" where it may carry one."""
    if clause.is_chosen:
        return ""
    has_verb = words.pattern("present").search(clause.text)
    if clause.is_heading and not has_verb:
        return HEADING
    if _speaks_of_itself(clause.text):
        return ITSELF
    goes_on = clause.start > clause.sentence[0]
    speaks = any(
        words.pattern(group).search(clause.text)
        for group in ("back", "others", "standing")
    )
    return "" if mentions or goes_on or speaks else NOBODY


def _speaks_of_itself(text: str) -> bool:
    """Whether a text tells when, where or by whom it was written itself, or stands under every article of its kind."""
    opening = words.pattern("itself", "openings").match(text)
    if opening:
        return True
    deed = words.pattern("itself", "deeds").search(text)
    if deed is None:
        return False
    before = text[: deed.start()]
    if not before.strip():
        goes_on = re.search(r",\s+[a-z]", text) is not None
        return not goes_on and len(text.split()) <= _MOST_WORDS_OF_COLOPHON
    subject = _THIS_TEXT.match(before)
    return subject is not None


def _draft(
    document: Document,
    clause: Clause,
    cast: Cast,
    mentions: Sequence[Mention],
    before: str,
) -> Proposal:
    """What is read in a clause; `before` is the date that its paragraph named last."""
    rules = document.dataset.rules
    put = speech(clause.text, mentions, rules["focal_power"])
    sentence = document.sentence_of(clause)
    when = dated(clause.text, sentence, document.published, put.modality, before)
    may_be_ahead = put.modality in rules["support"]["unscored_modalities"]
    if is_ahead(when, document.published) and not may_be_ahead:
        when = UNDATED  # "the lease runs until 2044" tells of today
    value, unit = figure(clause.text, found_dates(clause.text, document.published))
    at = (clause.start + put.at[0], clause.start + put.at[1]) if put.at else None
    return Proposal(
        start=clause.start,
        end=clause.end,
        partners=cast.partners,
        counterparts=cast.counterparts,
        named=cast.named,
        modality=put.modality,
        voice=put.voice,
        attributed_at=at,
        date=when.edtf,
        date_basis=when.basis,
        value=value,
        unit=unit,
        confidence=0.6 if cast.is_named else 0.3,
    )


def sound_moves(book: Codebook, read: Iterable[Reading]) -> list[list[Move]]:
    """For each reading the channels and directions that the row rules allow with its cast."""
    cells = [
        (";".join(each.cast.partners), ";".join(each.cast.counterparts))
        for each in read
    ]
    return book.sound(cells)


def with_codes(
    proposal: Proposal,
    codes: Codes,
    events: Sequence[Candidate],
    more_confidence: float,
) -> Proposal:
    """A proposal with its codes and events."""
    fields = dict(vars(proposal)) | {
        "codes": codes,
        "events": tuple(events),
        "confidence": min(1.0, round(proposal.confidence + more_confidence, 2)),
    }
    return Proposal(**fields)


def one_for_each_sentence(
    read: Sequence[Reading], proposals: Sequence[Proposal]
) -> list[Proposal]:
    """The claims; where a sentence has none, that there is nothing to code in it, once for the whole sentence."""
    by_sentence: dict[tuple[int, int], list[Proposal]] = {}
    for reading, proposal in zip(read, proposals, strict=True):
        by_sentence.setdefault(reading.clause.sentence, []).append(proposal)
    found = []
    for (start, end), in_sentence in by_sentence.items():
        claims = [each for each in in_sentence if each.is_claim]
        first = in_sentence[0]
        nothing = Proposal(start, end, first.reason, confidence=first.confidence)
        found += claims or [nothing]
    return found


def best(scores: Mapping[Hashable, float], allowed: Iterable[Hashable]) -> Hashable:
    """The code with the highest score among those allowed; of equals the first; None where there is none."""
    return max(allowed, key=lambda code: scores.get(code, 0.0), default=None)


def _codes(book: Codebook, text: str, modality: str, allowed: Sequence[Move]) -> Codes:
    """The codes whose descriptions in the codebook share most with a text."""
    forced = book.type_of(modality)
    by_type = book.types.scores(text)
    if not forced and not any(by_type.values()):
        return _where_one_move_is_left(allowed)
    kind = forced or str(best(by_type, by_type))
    usual = book.usual_direction[kind]
    fitting = [move for move in allowed if usual is None or move[1] == usual] or allowed
    by_channel = book.channels.scores(book.definitions[forced] if forced else text)
    by_move = {move: by_channel[move[0]] for move in fitting}
    channel, direction = max(fitting, key=lambda move: by_move[move])
    dimension = best(*_with_codes(book.dimensions.scores(text)))
    intensity = best(*_with_codes(book.intensities.scores(text)))
    return Codes(
        type=kind,
        channel=channel,
        dimension=str(dimension or ""),
        direction=direction,
        intensity=int(str(intensity)) if intensity is not None else None,
    )


def _where_one_move_is_left(allowed: Sequence[Move]) -> Codes:
    if len(allowed) != 1:
        return Codes()
    channel, direction = allowed[0]
    return Codes(channel=channel, direction=direction)


def _with_codes(
    scores: Mapping[Hashable, float],
) -> tuple[Mapping[Hashable, float], list[Hashable]]:
    """Scores, and the codes that have one above 0."""
    return scores, [code for code, score in scores.items() if score > 0]


class Events:
    """The coded events, to be compared with a text by what is stated of them."""

    def __init__(self, document: Document) -> None:
        claims = document.dataset.claims
        partners = document.dataset.events.set_index("event_id")["partners"].to_dict()
        self._stated = [
            (claim["event_id"], claim["claim_id"], claim["statement"])
            for claim in claims.to_dict("records")
        ]
        self._partners = partners

    def near(self, text: str, partners: tuple[str, ...]) -> list[Candidate]:
        """Events of these partners with a claim that is stated in like words, the likest first."""
        likest: dict[str, tuple[float, str]] = {}
        for event_id, claim_id, statement in self._stated:
            if set(partners).isdisjoint(self._partners.get(event_id, ())):
                continue
            alike = fuzz.token_set_ratio(text, statement)
            if alike >= _LEAST_ALIKE and alike > likest.get(event_id, (0.0, ""))[0]:
                likest[event_id] = (alike, claim_id)
        ranked = sorted(likest.items(), key=lambda item: (-item[1][0], item[0]))
        return [
            Candidate(event_id, f"same partner; in words like {claim_id} ({alike:.0f})")
            for event_id, (alike, claim_id) in ranked[:MOST_RANKED]
        ]
