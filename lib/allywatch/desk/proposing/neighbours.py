"""The proposer *neighbours*: codes by the nearest coded claims and a regression on notions; events by their words.

Texts become vectors of weighted words and letters (TF-IDF: Spärck Jones, Journal of Documentation 28, 1972), and the
nearest claims vote. For the codes the names of actors are hidden behind their roles, so that what is said
of one partner helps with another; for the events they stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.passages import Documents
from allywatch.desk.proposing import joining, rules
from allywatch.desk.proposing.actors import Gazetteer, gazetteer
from allywatch.desk.proposing.chances import moves_of_types, regression, votes
from allywatch.desk.proposing.codebook import Codebook, Move, codebook
from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.proposal import Codes, Proposal
from allywatch.desk.proposing.rules import Reading
from allywatch.desk.proposing.traits import traits

#: How much the sentence around a clause counts beside the clause.
_SENTENCE = 0.3
#: How much more a claim with the same partners counts in votes than one without.
_SAME_PARTNERS = 2.0


@dataclass(frozen=True)
class Coded:
    """The coded claims: their rows with the codes of their events, and their texts, plain and with hidden names."""

    rows: pd.DataFrame
    plain: list[str]
    hidden: list[str]


def propose(document: Document) -> list[Proposal]:
    """What *rules* propose, with codes and events by the nearest coded claims; as by rules where nothing is coded."""
    names = gazetteer(document.dataset, document.published)
    coded = _coded(document.dataset, names)
    if coded.rows.empty:
        return rules.propose(document)
    read = rules.readings(document)
    book = codebook(document.dataset)
    moves = rules.sound_moves(book, read)
    partners = [each.cast.partners for each in read]
    same = joining.shared(partners, coded.rows["partners"].tolist())
    near_codes = _nearness_of_codes(document, read, coded, names)
    near_codes = near_codes * (1 + _SAME_PARTNERS * same)
    chances = _chances(book, document, read, coded, names, near_codes)
    known = joining.known_events(coded.rows, coded.plain)
    near_events = joining.nearness(document, read, known, book, chances.types)
    proposals = []
    for number, reading in enumerate(read):
        proposal = reading.proposal
        if proposal.is_claim:
            codes = _codes(book, chances, number, moves[number])
            events = joining.candidates(
                known, near_events[number], near_codes[number], partners[number]
            )
            sureness = 0.4 * float(chances.types[number].max())
            proposal = rules.with_codes(proposal, codes, events, sureness)
        proposals.append(proposal)
    return rules.one_for_each_sentence(read, proposals)


def _coded(dataset: Dataset, names: Gazetteer) -> Coded:
    """Every claim on a passage with its event's codes; its text is its statement, and its passage where that is at hand."""
    events = dataset.events.set_index("event_id")
    columns = [
        "partners",
        "counterparts",
        "headline",
        "type",
        "channel",
        "dimension",
        "direction",
        "intensity",
    ]
    rows = dataset.claims.join(events[columns], on="event_id")
    documents = Documents(dataset.documents)
    sources = {row["source_id"]: row for row in records(dataset.sources)}
    plain = []
    hidden = []
    for claim in records(rows):
        passage = documents.passage(sources[claim["source_id"]], claim).text or ""
        text = f"{passage} {claim['statement']}"
        plain.append(text)
        hidden.append(_hidden(text, claim["partners"], names))
    return Coded(rows.reset_index(drop=True), plain, hidden)


def _hidden(text: str, partners: Sequence[str], names: Gazetteer) -> str:
    """A text with the role of each actor in the place of its name."""
    parts = []
    end = 0
    for mention in names.mentions(text):
        parts.append(text[end : mention.start])
        if names.focal_power in mention.codes:
            role = "powerx"
        elif set(mention.codes) & set(partners):
            role = "partnerx"
        else:
            role = "otherx"
        parts.append(f" {role} ")
        end = mention.end
    alone = " alonex" if tuple(partners) == (names.focal_power,) else ""
    return "".join(parts) + text[end:] + alone


def _nearness_of_codes(
    document: Document, read: Sequence[Reading], coded: Coded, names: Gazetteer
) -> np.ndarray:
    """How near each clause is to each coded claim in words and letters, names hidden."""
    clauses = []
    around = []
    for each in read:
        sentence = document.sentence_of(each.clause)
        clauses.append(_hidden(each.clause.text, each.cast.partners, names))
        around.append(_hidden(sentence, each.cast.partners, names))
    by_words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    by_letters = TfidfVectorizer(
        sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)
    )
    near = np.zeros((len(read), len(coded.hidden)))
    for vectors in (by_words, by_letters):
        known = vectors.fit_transform(coded.hidden)
        # The cosine of the angle between two texts, 0 to 1.
        in_clauses = (vectors.transform(clauses) @ known.T).toarray()
        in_sentences = (vectors.transform(around) @ known.T).toarray()
        near += in_clauses + _SENTENCE * in_sentences
    return near


@dataclass(frozen=True)
class _Chances:
    """How likely each code is; rows: the clauses, columns: the codes of the field in the codebook's order.

    Those of `moves`, a channel with a direction each, follow from those of the types.
    """

    types: np.ndarray
    moves: np.ndarray
    dimensions: np.ndarray
    intensities: np.ndarray


def _chances(
    book: Codebook,
    document: Document,
    read: Sequence[Reading],
    coded: Coded,
    names: Gazetteer,
    nearness: np.ndarray,
) -> _Chances:
    """How likely each code is for each clause."""
    rows = coded.rows
    known = _traits_of_coded(coded, names)
    asked = _traits_of_clauses(document, read, names.focal_power)
    cases = [
        traits(case, (), (), False, "", names.focal_power) for case, _ in book.examples
    ]
    types = list(book.definitions)
    labels = [*rows["type"].tolist(), *(kind for _, kind in book.examples)]
    of_claims = rows["type"].tolist()
    by_type = votes(nearness, of_claims, types)
    by_type += regression(np.vstack([known, *cases]), labels, asked, types)
    by_type /= by_type.sum(axis=1, keepdims=True)
    moves = list(zip(rows["channel"], rows["direction"], strict=True))
    by_move = votes(nearness, moves, book.moves)
    by_move += by_type @ moves_of_types(book, of_claims, moves)
    return _Chances(
        by_type,
        by_move,
        votes(nearness, rows["dimension"].tolist(), book.dimensions.codes),
        votes(nearness, rows["intensity"].tolist(), book.intensities.codes),
    )


def _traits_of_coded(coded: Coded, names: Gazetteer) -> np.ndarray:
    """The traits of each coded claim."""
    return np.array(
        [
            traits(
                text,
                names.mentions(text),
                row["partners"],
                bool(row["counterparts"]),
                row["modality"],
                names.focal_power,
            )
            for text, row in zip(coded.plain, records(coded.rows), strict=True)
        ]
    )


def _traits_of_clauses(
    document: Document, read: Sequence[Reading], focal_power: str
) -> np.ndarray:
    """The traits of each clause."""
    return np.array(
        [
            traits(
                each.clause.text,
                each.mentions,
                each.cast.partners,
                bool(each.cast.counterparts),
                each.proposal.modality,
                focal_power,
                document.sentence_of(each.clause),
                _SENTENCE,
            )
            for each in read
        ]
    )


def _codes(
    book: Codebook, chances: _Chances, number: int, allowed: Sequence[Move]
) -> Codes:
    """The likeliest codes of a clause, as far as they may stand together: first the direction, then its channel."""
    likely = dict(zip(book.moves, chances.moves[number], strict=True))
    by_direction: dict[int, float] = defaultdict(float)
    for move in allowed:
        by_direction[move[1]] += float(likely[move])
    direction = max(by_direction, key=lambda each: by_direction[each])
    with_direction = [move for move in allowed if move[1] == direction]
    channel, _ = max(with_direction, key=lambda move: likely[move])
    return Codes(
        type=list(book.definitions)[int(chances.types[number].argmax())],
        channel=channel,
        dimension=str(book.dimensions.codes[int(chances.dimensions[number].argmax())]),
        direction=direction,
        intensity=int(
            str(book.intensities.codes[int(chances.intensities[number].argmax())])
        ),
    )
