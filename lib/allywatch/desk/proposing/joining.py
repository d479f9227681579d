"""Which coded events a clause may tell of: by the words of event and text, by partners, notions and type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from allywatch.desk.proposing import rules
from allywatch.desk.proposing.codebook import Codebook
from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.proposal import Candidate
from allywatch.desk.proposing.rules import Reading
from allywatch.desk.proposing.traits import notions

#: How much each counts: the letters and words that a text shares with an event, the partners, the notions of
#: its claims, the chance of its type, and that a forecast stands beside a forecast.
_LETTERS = 1.0
_WORDS = 0.5
_PARTNERS = 0.4
_NOTIONS = 0.3
_TYPE = 0.2
_MODALITY = 0.2
#: How much the sentence and the paragraph around a clause count beside it.
_SENTENCE = 0.3
_PARAGRAPH = 0.2
#: The least nearness from which an event is offered.
_LEAST_NEAR = 0.4


@dataclass(frozen=True)
class Known:
    """The events that have coded claims, in the order of `rows`: the claims, with the `texts` of each.

    Attributes
    ----------
    event_ids, headlines, types, partners
        Of each event.
    event_of_claim
        The place of each claim's event among them.
    """

    rows: pd.DataFrame
    texts: Sequence[str]
    event_ids: list[str]
    headlines: list[str]
    types: list[str]
    partners: list[tuple[str, ...]]
    event_of_claim: np.ndarray


def known_events(rows: pd.DataFrame, texts: Sequence[str]) -> Known:
    """The events of coded claims, whose `rows` have their event's columns, and the texts of these claims."""
    events = rows.drop_duplicates("event_id")
    event_ids = events["event_id"].tolist()
    place = {event_id: number for number, event_id in enumerate(event_ids)}
    return Known(
        rows,
        texts,
        event_ids,
        events["headline"].tolist(),
        events["type"].tolist(),
        events["partners"].tolist(),
        np.array([place[event_id] for event_id in rows["event_id"]]),
    )


def nearness(
    document: Document,
    read: Sequence[Reading],
    known: Known,
    book: Codebook,
    type_chances: np.ndarray,
) -> np.ndarray:
    """How near each clause (row) is to each known event (column)."""
    types = list(book.definitions)
    of_types = [types.index(kind) for kind in known.types]
    near = _PARTNERS * shared([each.cast.partners for each in read], known.partners)
    near += _NOTIONS * _nearness_of_notions(document, read, known)
    near += _TYPE * type_chances[:, of_types]
    near += _MODALITY * _fits(read, known, book)
    texts = _texts_of_events(known)
    letters = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5))
    near += _LETTERS * _nearness_of_words(letters, texts, document, read)
    words = TfidfVectorizer(sublinear_tf=True)
    near += _WORDS * _nearness_of_words(words, texts, document, read)
    return np.asarray(near)


def candidates(
    known: Known, near: np.ndarray, near_claims: np.ndarray, partners: Sequence[str]
) -> list[Candidate]:
    """The events nearest to one clause, the nearest first, each with the claim of it that is nearest."""
    found = []
    for event in np.argsort(-near, kind="stable")[: rules.MOST_RANKED]:
        if near[event] < _LEAST_NEAR:
            break
        claims = np.flatnonzero(known.event_of_claim == event)
        claim = claims[near_claims[claims].argmax()]
        claim_id = known.rows["claim_id"].iloc[claim]
        whose = _whose(partners, known.partners[event])
        why = f"{whose}; near {claim_id} ({near[event]:.2f})"
        found.append(Candidate(known.event_ids[event], why))
    return found


def shared(
    partners: Sequence[Sequence[str]], coded: Sequence[Sequence[str]]
) -> np.ndarray:
    """Of each clause and each coded claim or event, the partners both have as a share of those either has."""
    return np.array(
        [
            [
                len({*ours} & {*theirs}) / max(1, len({*ours} | {*theirs}))
                for theirs in coded
            ]
            for ours in partners
        ]
    )


def _whose(partners: Sequence[str], of_event: Sequence[str]) -> str:
    if set(partners) == set(of_event):
        return "same partners"
    if set(partners) & set(of_event):
        return "a partner in common"
    return "another partner"


def _texts_of_events(known: Known) -> list[str]:
    """The headline of each event and the texts of its claims.

    Summaries are left out: they were written with every source in view, so no measurement could trust them.
    """
    parts = [[headline] for headline in known.headlines]
    for event, text in zip(known.event_of_claim, known.texts, strict=True):
        parts[event].append(text)
    return [" ".join(each) for each in parts]


def _nearness_of_words(
    vectors: TfidfVectorizer,
    texts: Sequence[str],
    document: Document,
    read: Sequence[Reading],
) -> np.ndarray:
    """The cosine between each clause, with what stands around it, and the text of each event."""
    events = vectors.fit_transform(texts)
    paragraphs: dict[int, list[str]] = {}
    for each in read:
        paragraphs.setdefault(each.clause.paragraph, []).append(each.clause.text)
    places = {number: place for place, number in enumerate(paragraphs)}
    clauses = vectors.transform([each.clause.text for each in read])
    around = vectors.transform([document.sentence_of(each.clause) for each in read])
    whole = vectors.transform([" ".join(parts) for parts in paragraphs.values()])
    in_clauses = (clauses @ events.T).toarray()
    in_sentences = (around @ events.T).toarray()
    in_paragraphs = (whole @ events.T).toarray()
    paragraph_of = [places[each.clause.paragraph] for each in read]
    return np.asarray(
        in_clauses + _SENTENCE * in_sentences + _PARAGRAPH * in_paragraphs[paragraph_of]
    )


def _nearness_of_notions(
    document: Document, read: Sequence[Reading], known: Known
) -> np.ndarray:
    """The cosine between the notions of each clause and those of the claim of each event that is nearest in them."""
    asked = np.array([notions(each.clause.text) for each in read])
    around = np.array([notions(document.sentence_of(each.clause)) for each in read])
    of_claims = np.array([notions(text) for text in known.texts])
    cosines = _unit(asked + _SENTENCE * around) @ _unit(of_claims).T
    near = np.zeros((len(read), len(known.event_ids)))
    for claim, event in enumerate(known.event_of_claim):
        near[:, event] = np.maximum(near[:, event], cosines[:, claim])
    return near


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))


def _fits(read: Sequence[Reading], known: Known, book: Codebook) -> np.ndarray:
    """1 where clause and event are both what a modality is named for, as a forecast, or both are not; else 0."""
    of_claims = [book.type_of(modality) for modality in known.rows["modality"]]
    named = {*of_claims} - {""}
    events = np.array([kind if kind in named else "" for kind in known.types])
    clauses = np.array([book.type_of(each.proposal.modality) for each in read])
    return np.asarray(clauses[:, None] == events[None, :], dtype=float)
